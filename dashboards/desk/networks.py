"""``/desk/networks``: the networks of the room, what narrows them, and one of them beside the list.

Every view is an address: filters, text, order and place in the query, the open network in the path. Whoever has htmx
gets the detail alone; the same address gives everybody else the whole page.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.access import Visitor
from app.board import Board
from app.drilldown import STANDING, Browsed, browse, latest_changes, ordering, page_of
from app.language import _, ngettext
from app.networks import Network
from app.nouns import reach_sentence
from app.numerals import grouped
from dashboards.desk._browsing import LIST, Browsing, browsing_of, whole_number
from dashboards.desk._detail import figures_of, head_of
from dashboards.desk._network_rows import (
    ORDERS,
    change_rows,
    columns_of,
    facets_of,
    filters_words,
    narrowed_words,
    network_row,
    orders_of,
)
from dashboards.desk._tables import WORDS as TABLE_WORDS
from dashboards.desk._tables import tabled_of
from dashboards.desk.graph import Graphs
from dashboards.desk.network import more_of, tables_of
from dashboards.desk.shell import Desk, network_named

PAGE = 50
"""Networks on one page of the list: two screens of rows."""

Row = dict[str, Any]


def networks_router(desk: Desk, graphs: Graphs) -> APIRouter:
    """The page, for everybody who can read."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]

    @router.get("")
    def networks(request: Request, visitor: person) -> Response:
        """The list, and its first network beside it."""
        return networks_page(desk, graphs, request, visitor)

    @router.get("/newer")
    def newer(request: Request, visitor: person) -> Response:
        """How much of a view has changed since it was made; the view itself changes only when somebody asks."""
        browsing = browsing_of(request.query_params, "since_seq", "n")
        since, n = (whole_number(request.query_params, name) for name in ("since_seq", "n"))
        board = desk.alarms.board()
        found = browse(board, browsing.asked).networks
        changed = sum(board.changed_at(network) > since for network in found)
        # Where nothing that is here has changed, something may have left.
        return desk.part("desk/networks/_newer.html", visitor, newer=changed or abs(len(found) - n))

    @router.get("/{id}")
    def network(id: str, request: Request, visitor: person) -> Response:
        """The list, and one network beside it; the latter alone for htmx."""
        if request.headers.get("hx-request-type") == "partial":
            return network_part(desk, graphs, request, visitor, id)
        return networks_page(desk, graphs, request, visitor, id)

    return router


def networks_page(desk: Desk, graphs: Graphs, request: Request, visitor: Visitor, id: str = "") -> Response:
    """The whole page. Raises NotFound for a network that there is not, and BadRequest for a bad view."""
    browsing = browsing_of(request.query_params, *TABLE_WORDS)
    board, now = desk.alarms.board(), desk.clock.now()
    open_one = network_named(board, id) if id else None
    found = browse(board, browsing.asked)
    by = ordering(board, found.networks, browsing.asked.scope.platform)
    page = page_of(by, found.networks, browsing.sort, PAGE, browsing.after)
    shown = open_one or next(iter(page.networks), None)
    current = "" if shown is None else shown.id
    base = browsing.address(current, after=browsing.after)
    # What narrows the list takes nothing but the list from the answer.
    is_list_alone = shown is None or request.headers.get("hx-target", "").endswith("#view")
    more = {} if shown is None or is_list_alone else more_of(desk, graphs, board, shown, visitor, base, request)
    response = desk.page(
        "desk/networks.html",
        "Networks",
        visitor,
        current=current,
        browsing=browsing,
        list=LIST if not current else browsing.address(current).partition("?")[0],
        facets=facets_of(board, found, browsing),
        columns=columns_of(by, browsing, current),
        orders=orders_of(browsing, current),
        order=_(ORDERS[browsing.sort.column]),
        reach_says=reach_sentence(by.surface),
        groups=_groups(found, browsing),
        rows=[
            network_row(desk, by, network, browsing.sort, now) | _links(browsing, network) for network in page.networks
        ],
        next=browsing.address(current, after=page.after) if page.after else "",
        first=browsing.address(current) if browsing.after else "",
        changes=change_rows(desk, latest_changes(found.networks, now=now, watch=desk.watch), browsing, now),
        narrowed=filters_words(browsing, len(found.networks), found.total),
        narrowed_by=narrowed_words(board, browsing),
        cleared=browsing.address(current, cleared=True) if browsing.filters else "",
        again=browsing.newer(board.seq, len(found.networks)),
        newer=0,
        **detail_view(desk, board, shown, visitor),
        **more,
    )
    # What a form asks for is pushed as the address that it comes to: without fields that are empty.
    response.headers["hx-push-url"] = browsing.address(current if id else "", after=browsing.after)
    return response


def network_part(desk: Desk, graphs: Graphs, request: Request, visitor: Visitor, id: str) -> Response:
    """One network alone, or only its tables, as htmx asks for them."""
    browsing = browsing_of(request.query_params, *TABLE_WORDS)
    board = desk.alarms.board()
    network = network_named(board, id)
    base = browsing.address(network.id, after=browsing.after)
    if request.headers.get("hx-target", "").endswith("#tables"):
        tabled = tabled_of(base, request.query_params, names=visitor.sees_names)
        return desk.part("desk/network/_tables.html", visitor, **tables_of(desk, board, network, visitor, tabled))
    view = detail_view(desk, board, network, visitor) | more_of(desk, graphs, board, network, visitor, base, request)
    return desk.part("desk/network/_detail.html", visitor, **view)


def detail_view(desk: Desk, board: Board, network: Network | None, visitor: Visitor) -> Row:
    """What stands beside the list."""
    if network is None:
        return {"head": None, "figures": []}
    return {
        "head": head_of(desk, network, desk.clock.now()),
        "figures": figures_of(board, network, names=visitor.sees_names),
    }


def _links(browsing: Browsing, network: Network) -> Row:
    return {"address": browsing.address(network.id, after=browsing.after)}


def _groups(found: Browsed, browsing: Browsing) -> Row:
    """What stands above the open networks and above the closed ones; above all of them where they are mixed."""
    opened = sum(network.is_open for network in found.networks)
    closed = len(found.networks) - opened
    if browsing.sort.column != STANDING:
        n = len(found.networks)
        words = ngettext("{n} network", "{n} networks", n).format(n=grouped(n))
        return {"all": words, "open": "", "closed": ""}
    return {
        "all": "",
        "open": ngettext("{n} open", "{n} open", opened).format(n=grouped(opened)),
        "closed": ngettext("{n} closed", "{n} closed", closed).format(n=grouped(closed)),
    }
