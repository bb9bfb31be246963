"""The ads, events, posts and links of a network over HTTP: the listings that its page shows, column for column.

Answers have the same rows in the same order as the page and its files. They hold names, so they are for those who see
them.
"""

from typing import Any

from fastapi import APIRouter, Depends, Request

from app.access import DESK
from app.access.gate import Gate
from app.answers import in_english
from app.api import PREFIX, REFUSALS, UNKNOWN, WHERE, Picture, example, head_of, network_of, not_kept, only
from app.drilldown.listings import Listing, Narrowed, all_listings, cell_json, count_of, page_of, sort_of
from app.errors import BadRequest
from app.vocabulary import Scope

Json = dict[str, Any]

PAGE, LARGEST_PAGE = 200, 1_000
"""Rows on one page, unless asked otherwise, and at most."""

LONGEST = 256

LISTED = ("ads", "events", "posts", "links")
"""Listings that have a route of their own here; that of assets is in ``app/api.py``."""


def listed_router(picture: Picture, gate: Gate) -> APIRouter:
    """A route a listing."""
    router = APIRouter(
        prefix=PREFIX,
        responses=REFUSALS,
        dependencies=[Depends(in_english), Depends(not_kept), Depends(gate.require(*DESK))],
    )
    for name in LISTED:
        _add(router, picture, all_listings()[name])
    return router


def _add(router: APIRouter, picture: Picture, listing: Listing) -> None:
    @router.get(
        f"/networks/{{id}}/{listing.name}",
        tags=["networks"],
        operation_id=f"list_{listing.name}",
        summary=f"{listing.title} of one network, page by page",
        openapi_extra={"parameters": _parameters(listing)},
        responses={**UNKNOWN, 200: example(_EXAMPLE | {listing.name: [{}]})},
    )
    def listed(id: str, request: Request) -> Json:
        """In the order that ``sort`` names. ``next`` is the ``after`` of the next page, ``total`` all that match."""
        only(request, "limit", "after", "sort", *_filters(listing))
        limit, sort = _limit(request), sort_of(listing, _said(request, "sort"), names=True)
        narrowed = Narrowed(_said(request, "surface"), _said(request, "status"), _said(request, "text"))
        after, board = _said(request, "after", 2_000), picture.now()
        network = network_of(board, id)
        with picture.database.read() as connection:
            page = page_of(connection, listing, network.members, narrowed, sort, limit, after)
            total = count_of(connection, listing, network.members, narrowed)
        rows = [{column.key: cell_json(column, item) for column in listing.columns} for item in page.items]
        head = head_of(board, Scope(network=(network.id,)), picture.clock.now())
        return head | {"total": total, listing.name: rows, "next": page.after or None}


def _filters(listing: Listing) -> list[str]:
    offered = {"surface": listing.surface, "status": listing.status, "text": listing.holds}
    return [name for name, how in offered.items() if how is not None]


def _said(request: Request, name: str, longest: int = LONGEST) -> str:
    said = request.query_params.getlist(name)
    if len(said) > 1:
        raise BadRequest(name, "given more than once")
    text = said[0] if said else ""
    if len(text) > longest or "\0" in text:
        raise BadRequest(name, f"longer than {longest} characters, or no text")
    return text


def _limit(request: Request) -> int:
    text = _said(request, "limit") or str(PAGE)
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= LARGEST_PAGE):
        raise BadRequest("limit", f"{text[:80]!r} will not do: a whole number from 1 to {LARGEST_PAGE}")
    return int(text)


def _parameters(listing: Listing) -> list[Json]:
    text = {"type": "string"}
    orders = [f"{sign}{column.key}" for column in listing.columns for sign in ("", "-")]
    whole = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}
    said: dict[str, tuple[str, Json, Any]] = {
        "limit": ("how many", whole, PAGE),
        "after": ("the next of the page before", text, "WyJhZHMiLCJzdGFuZGluZyIsIjIwMTgtMDEtMTIiLCJhZDEiXQ"),
        "sort": ("by which column, with a - to turn it round", {"type": "string", "enum": orders}, orders[1]),
        "surface": ("only of this surface", text, "facebook:page"),
        "status": ("only with this status, or signal of a link", text, "shared_admin"),
        "text": ("only where a word begins so", text, "wake"),
    }
    wanted = ["limit", "after", "sort", *_filters(listing)]
    return [
        {"name": name, "in": "query", "description": what, "schema": schema, "example": shown}
        for name, (what, schema, shown) in said.items()
        if name in wanted
    ]


_EXAMPLE = WHERE | {"scope": {"network": ["harbour-finch"]}, "total": 2, "next": None}
