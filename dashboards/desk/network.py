"""``/desk/networks/{id}/…``: what stands below a network's figures, its tables as files, and the records behind them.

Whoever may not see names gets the same page without them: the server leaves out the columns that hold any, orders by
none, and finds by none. Records are what was said word for word, so they are for analysts and leads.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.access import Visitor
from app.board import Board
from app.drilldown.listings import all_listings
from app.drilldown.records import Figure, figure_of, record_at, records_behind
from app.errors import NotFound
from app.language import _
from app.log import read_head
from app.networks import Network
from app.numerals import grouped
from app.safetext import clean
from dashboards.desk._browsing import whole_number
from dashboards.desk._evidence import evidence_view
from dashboards.desk._network_timeline import timeline_view
from dashboards.desk._overlaps import overlaps_view
from dashboards.desk._records import figure_words, record_row
from dashboards.desk._tables import (
    OVERLAPS,
    Tabled,
    csv_of,
    file_name,
    json_of,
    rows_of,
    table_view,
    tabled_of,
    tabs_of,
)
from dashboards.desk.graph import Graphs
from dashboards.desk.shell import Desk, network_named

MOST_DRAWN = 2_000
"""Assets of a network whose graph stands in its page: a larger one shows nothing at that size, and takes its time."""

Row = dict[str, Any]

PAGE = 50
"""Records on a page."""

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def network_router(desk: Desk) -> APIRouter:
    """The files of a network's tables for everybody who can read, and its records for those who work on it."""
    router = APIRouter(include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.get("/desk/networks/{id}/tables/{file}")
    def table_file(id: str, file: str, request: Request, visitor: person) -> Response:
        """What is seen of a table, all of its pages, as a file."""
        table, _dot, kind = file.rpartition(".")
        if kind not in TYPES or table not in all_listings():
            raise NotFound(_("there is no file {name}").format(name=repr(clean(file, 80))))
        network = network_named(desk.alarms.board(), id)
        tabled = tabled_of("", request.query_params, names=visitor.sees_names, table=table)
        with desk.database.read() as connection:
            seq = read_head(connection).seq
            items = rows_of(connection, network, tabled, names=visitor.sees_names)
            if kind == "csv":
                text = csv_of(items, tabled, seq, names=visitor.sees_names)
            else:
                text = json_of(items, network, tabled, seq, names=visitor.sees_names)
        name = file_name(network, tabled, seq, kind)
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return Response(text.encode("utf-8", "replace"), media_type=TYPES[kind], headers=headers)

    @router.get("/desk/networks/{id}/records")
    def records(id: str, request: Request, visitor: worker) -> Response:
        """The records behind a figure of a network, in the order of the log."""
        network = network_named(desk.alarms.board(), id)
        figure = figure_of(request.query_params.get("figure", "network"))
        after = whole_number(request.query_params, "after")
        with desk.database.read() as connection:
            found, total = records_behind(connection, network.members, figure, after, PAGE + 1)
        return desk.page(
            "desk/network/records.html", "Networks", visitor, **_records_view(desk, network, figure, found, total)
        )

    @router.get("/desk/records/{seq}")
    def record(seq: str, visitor: worker) -> Response:
        """One record whole, with its place in the chain."""
        with desk.database.read() as connection:
            kept = record_at(connection, int(seq)) if seq.isascii() and seq.isdecimal() and len(seq) <= 15 else None
        if kept is None:
            raise NotFound(_("there is no record {seq}").format(seq=clean(seq, 20)))
        return desk.page("desk/network/record.html", "Networks", visitor, record=record_row(desk, kept, whole=True))

    return router


def _records_view(desk: Desk, network: Network, figure: Figure, found: list[Any], total: int) -> Row:
    here = f"/desk/networks/{network.id}/records?figure={figure}"
    return {
        "name": network.name,
        "address": f"/desk/networks/{network.id}",
        "figure": figure_words(figure),
        "said": _("{n} records, in the order in which they were recorded").format(n=grouped(total)),
        "records": [record_row(desk, kept) for kept in found[:PAGE]],
        "next": f"{here}&after={found[PAGE - 1].seq}" if len(found) > PAGE else "",
        "first": here,
    }


def more_of(
    desk: Desk, graphs: Graphs, board: Board, network: Network, visitor: Visitor, base: str, request: Request
) -> Row:
    """What ``desk/network/_more.html`` shows below the figures of a network."""
    names = visitor.sees_names
    tabled = tabled_of(base, request.query_params, names=names)
    assets = sum(network.assets.values())
    with desk.database.read() as connection:
        view = {
            "evidence": evidence_view(desk, network, names=names),
            "timeline": timeline_view(connection, desk, board, network),
        }
    return {
        "graph": graphs.view(network, board, visitor) if assets <= MOST_DRAWN else None,
        "undrawn": grouped(assets),
        "whole": False,
        **view,
        **tables_of(desk, board, network, visitor, tabled),
    }


def tables_of(desk: Desk, board: Board, network: Network, visitor: Visitor, tabled: Tabled) -> Row:
    """What ``desk/network/_tables.html`` shows: a listing, or what the network shares with others."""
    names = visitor.sees_names
    with desk.database.read() as connection:
        if tabled.table != OVERLAPS:
            table = table_view(connection, network, tabled, desk.zone, names=names)
            return {"table": table, "overlaps": None, "tabs": table["tabs"]}
        shared = overlaps_view(connection, desk, board, network, names=names)
        return {"table": None, "overlaps": shared, "tabs": tabs_of(connection, network, tabled, {})}
