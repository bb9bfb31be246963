"""``/desk/networks``: the networks of the room, what narrows them, and one of them beside the list.

Every view is an address: filters, text, order and place in the query, the open network in the path. Whoever has htmx
gets the detail alone; the same address gives everybody else the whole page.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.access import Visitor
from app.board import Board
from app.drilldown import STANDING, Browsed, browse, latest_changes, ordering, page_of
from app.errors import NotFound
from app.language import _, ngettext
from app.networks import Network
from app.nouns import reach_sentence
from app.numerals import grouped
from app.safetext import clean
from app.vocabulary import ID_PATTERN
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
from dashboards.desk.shell import Desk

PAGE = 50
"""Networks on one page of the list: two screens of rows."""

Row = dict[str, Any]


def networks_router(desk: Desk) -> APIRouter:
    """The page, for everybody who can read."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]

    @router.get("")
    def networks(request: Request, visitor: person) -> Response:
        """The list, and its first network beside it."""
        return networks_page(desk, request, visitor)

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
            board = desk.alarms.board()
            return desk.part("desk/network/_detail.html", visitor, **detail_view(desk, board, _find(board, id)))
        return networks_page(desk, request, visitor, id)

    return router


def networks_page(desk: Desk, request: Request, visitor: Visitor, id: str = "") -> Response:
    """The whole page. Raises NotFound for a network that there is not, and BadRequest for a bad view."""
    browsing = browsing_of(request.query_params)
    board, now = desk.alarms.board(), desk.clock.now()
    open_one = _find(board, id) if id else None
    found = browse(board, browsing.asked)
    by = ordering(board, found.networks, browsing.asked.scope.platform)
    page = page_of(by, found.networks, browsing.sort, PAGE, browsing.after)
    shown = open_one or next(iter(page.networks), None)
    current = "" if shown is None else shown.id
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
        **detail_view(desk, board, shown),
    )
    # What a form asks for is pushed as the address that it comes to: without fields that are empty.
    response.headers["hx-push-url"] = browsing.address(current if id else "", after=browsing.after)
    return response


def detail_view(desk: Desk, board: Board, network: Network | None) -> Row:
    """What stands beside the list."""
    if network is None:
        return {"head": None, "figures": []}
    return {"head": head_of(desk, network, desk.clock.now()), "figures": figures_of(board, network)}


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


def _find(board: Board, id: str) -> Network:
    network = board.find(id) if ID_PATTERN.fullmatch(id) else None
    if network is None:
        raise NotFound(_("there is no network {id}").format(id=repr(clean(id, 80))))
    return network
