"""``/desk/search``, ``/desk/assets/…``, ``/desk/posts/…``, ``/desk/indicators``: what is found, and each thing whole.

Names, texts and addresses were written by the people under investigation: they are shown as text, defanged, and are for
those who work on them. A viewer finds networks.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app import tables as t
from app.access import Visitor
from app.board import Board
from app.drilldown.asset import Place, asset_whole, post_whole, posts_by_id, posts_of
from app.drilldown.search import KINDS, Found, find_networks, find_things, question_of
from app.drilldown.sightings import indicators_by_id, sightings_of
from app.errors import BadRequest, NotFound
from app.findable import LONGEST, normalized
from app.language import _
from app.rows import find
from app.safetext import clean
from app.vocabulary import ID_PATTERN, IndicatorKind
from dashboards.desk import _things as words
from dashboards.desk.shell import Desk

FEW, PAGE = 10, 50
"""Things of each kind on the page of everything, and of one kind on its own page."""

SIGHTINGS = 200
"""Sightings of one indicator that are listed; all are counted by network."""

Row = dict[str, Any]


def finding_router(desk: Desk) -> APIRouter:
    """The pages: searching for everybody who can read, things for those who work on them."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.get("/search")
    def search(request: Request, visitor: person) -> Response:
        """What has all words that were asked for: some of every kind, or one kind page by page."""
        question, kind, after = _asked(request)
        terms = question_of(question)
        board = desk.alarms.board()
        networks = find_networks(board, terms)
        found: dict[str, Row] = {}
        if visitor.sees_names:
            kinds = (kind,) if kind in KINDS else KINDS if not kind else ()
            with desk.database.read() as connection:
                for each in kinds:
                    page = find_things(connection, each, terms, after=after, limit=PAGE if kind else FEW)
                    found[each] = _found_rows(desk, board, connection, each, page)
        return desk.page(
            "desk/search.html",
            "Networks",
            visitor,
            question=clean(question, empty=""),
            kind=kind,
            networks=[words.network_line(desk, network) for network in networks[: PAGE if kind else FEW]],
            networks_more=max(0, len(networks) - (PAGE if kind else FEW)),
            n_networks=len(networks),
            found=found,
            sees_names=visitor.sees_names,
            after=after,
        )

    @router.get("/assets/{id}")
    def asset(id: str, request: Request, visitor: worker) -> Response:
        """One asset, whole, with a page of its posts."""
        with desk.database.read() as connection:
            whole = asset_whole(connection, id) if ID_PATTERN.fullmatch(id) else None
            if whole is None:
                raise NotFound(_("there is no asset {id}").format(id=repr(clean(id, 80))))
            posts = posts_of(connection, id, after=_place(request), limit=PAGE)
        board = desk.alarms.board()
        return desk.page(
            "desk/asset.html",
            "Networks",
            visitor,
            asset=words.asset_words(desk, board, whole),
            posts=[words.post_line(desk, post) for post in posts.posts],
            older=words.older_address(id, posts.after),
        )

    @router.get("/posts/{id}")
    def post(id: str, visitor: worker) -> Response:
        """One post, whole: its text, what was seen in it, and the text as code points."""
        with desk.database.read() as connection:
            found = post_whole(connection, id) if ID_PATTERN.fullmatch(id) else None
            if found is None:
                raise NotFound(_("there is no post {id}").format(id=repr(clean(id, 80))))
            asset = asset_whole(connection, found.asset)
        return desk.page(
            "desk/post.html",
            "Networks",
            visitor,
            post=words.post_words(desk, found),
            asset=None if asset is None else words.asset_words(desk, desk.alarms.board(), asset),
        )

    @router.get("/indicators")
    def indicator(request: Request, visitor: worker) -> Response:
        """Where one indicator was seen: by network, and thing by thing."""
        kind, value = _indicator(request)
        with desk.database.read() as connection:
            sightings = sightings_of(connection, (kind, value))
            if not sightings.found:
                raise NotFound(_("{value} was not seen anywhere").format(value=clean(value, 80)))
            listed = sightings.found[:SIGHTINGS]
            columns = (t.assets.c.id, t.assets.c.name, t.assets.c.surface)
            names = {row.id: row for row in find(connection, t.assets.c.id, (s.asset for s in listed), *columns)}
        board = desk.alarms.board()
        return desk.page(
            "desk/indicator.html",
            "Networks",
            visitor,
            indicator=words.indicator_head(kind, value),
            networks=words.sighting_networks(board, sightings),
            more=sightings.more,
            n=len(sightings.found),
            sightings=[words.sighting_line(board, each, names) for each in listed],
        )

    return router


def _asked(request: Request) -> tuple[str, str, int]:
    query = request.query_params
    kind, after = query.get("kind", ""), query.get("after", "0")
    if kind not in ("", "network", *KINDS):
        raise BadRequest("kind", _("one of {kinds}").format(kinds=", ".join(("network", *KINDS))))
    if not (after.isascii() and after.isdecimal() and len(after) <= 18):
        raise BadRequest("after", _("a whole number"))
    return query.get("q", ""), kind, int(after)


def _place(request: Request) -> Place | None:
    text = request.query_params.get("after", "")
    if not text:
        return None
    at, dot, id = text.partition("~")
    if not (dot and at.removeprefix("-").isascii() and at.removeprefix("-").isdecimal() and len(at) <= 18):
        raise BadRequest("after", _("this is no place in the list"))
    return Place(int(at), id[:128])


def _indicator(request: Request) -> tuple[IndicatorKind, str]:
    query = request.query_params
    kind, value = query.get("kind", ""), query.get("value", "")
    if kind not in list(IndicatorKind):
        raise BadRequest("kind", _("one of {kinds}").format(kinds=", ".join(IndicatorKind)))
    if not value.strip() or len(value) > LONGEST:
        raise BadRequest("value", _("1 to {n} characters").format(n=LONGEST))
    return IndicatorKind(kind), normalized(IndicatorKind(kind), value)


def _found_rows(desk: Desk, board: Board, connection: Any, kind: str, page: Found) -> Row:
    """One kind of what was found: its rows as the page has them, how many there are, and where to go on."""
    if kind == "asset":
        rows = {row.id: row for row in find(connection, t.assets.c.id, page.ids)}
        lines = [words.asset_line(board, rows[id]) for id in page.ids if id in rows]
    elif kind == "post":
        posts = posts_by_id(connection, page.ids)
        columns = (t.assets.c.id, t.assets.c.name, t.assets.c.home)
        assets = {row.id: row for row in find(connection, t.assets.c.id, (post.asset for post in posts), *columns)}
        lines = [words.post_line(desk, post) | words.poster(board, assets.get(post.asset)) for post in posts]
    else:
        lines = [words.indicator_line(board, state) for state in indicators_by_id(connection, page.ids).values()]
    return {"rows": lines, "n": page.n, "more": page.more, "after": page.after}
