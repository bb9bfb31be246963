"""``/desk/networks/{id}/graph``: the graph of a network, as a page of its own and as a part of the network's page.

Every view is an address: which signals and what weight, from which nodes it goes on, and whether the table is shown.
Who may not see names sees the same picture with masks, and is not led on to single assets.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.access import Visitor
from app.board import Board
from app.database import Database
from app.drilldown.graph import network_graph, shared_of
from app.drilldown.pictures import Pictures
from app.graph import beside
from app.language import _
from app.networks import Network
from app.safetext import clean
from dashboards.desk._graph import GraphWords, Typed
from dashboards.desk.shell import Desk

Row = dict[str, Any]

AS_IT_IS = Typed()

FEW = 100
"""Rows of the graph's table on the network's own page."""

Several = Annotated[list[str], Query(default_factory=list)]


class Graphs:
    """The graphs of a room's networks, as its desk shows them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pictures = Pictures(database)

    def view(
        self, network: Network, board: Board, visitor: Visitor, typed: Typed = AS_IT_IS, *, most: int | None = FEW
    ) -> Row:
        """What ``desk/network/_graph.html`` shows, with at most so many rows of the table.

        What will not do of ``typed`` is said in ``wrong``, by field.
        """
        asked, wrong = typed.asked(may_expand=visitor.sees_names)
        with self._database.read() as connection:
            found = network_graph(connection, network, shared_of(network, board.networks.values()), asked)
        there = {node.id for node in found.nodes}
        if lost := [id for id in asked.expanded if id not in there]:
            wrong["expand"] = _("there is no asset {id} in this picture").format(id=clean(lost[0], 60))
        picture = self._pictures.of(network.id, found.core)
        if found.whole != found.core:
            picture = beside(found.whole, picture)
        words = GraphWords(network, board, typed, asked, found, picture, visitor.sees_names, most)
        return words.row() | {"wrong": {"min_weight": "", "expand": ""} | wrong}


def graph_router(desk: Desk, graphs: Graphs) -> APIRouter:
    """The page, for everybody who can read."""
    router = APIRouter(include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]

    @router.get("/desk/networks/{id}/graph")
    def graph(
        id: str, visitor: person, signal: Several, expand: Several, min_weight: str = "", view: str = ""
    ) -> Response:
        """The graph over the whole width."""
        board, network = desk.find(id)
        typed = Typed(tuple(dict.fromkeys(signal)), min_weight.strip(), tuple(expand), view == "table")
        row = graphs.view(network, board, visitor, typed, most=None)
        return desk.page(
            "desk/network/graph.html", "Networks", visitor, 400 if any(row["wrong"].values()) else 200, graph=row
        )

    return router
