"""``/desk/screens``: which screen is on which frame, and since when; ``/desk/scenes``: what there is to look at."""

from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from app.access import Visitor
from app.errors import BadRequest
from app.instants import past_instant
from app.language import _
from app.walls import Place
from dashboards.desk._rows import address_of, repertoire_rows, screen_row, wall_row
from dashboards.desk.shell import Desk

Row = dict[str, Any]

NOT_TYPED: Row = {}


def screens_router(desk: Desk) -> APIRouter:
    """The pages, for everybody who can read."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]

    @router.get("")
    def first(_visitor: person) -> Response:
        """On to the first page of the desk."""
        return RedirectResponse("/desk/networks", 303)

    @router.get("/now")
    def now_again(visitor: person) -> Response:
        """Which picture it is: what the bar says, alone."""
        return desk.part("desk/_now.html", visitor)

    @router.get("/screens")
    def screens(visitor: person) -> Response:
        """Every connected screen."""
        return desk.page("desk/screens.html", "Screens", visitor, **screens_view(desk))

    @router.get("/screens/list")
    def screens_again(visitor: person) -> Response:
        """The list alone."""
        return desk.part("desk/_screens.html", visitor, **screens_view(desk))

    @router.get("/scenes")
    def scenes(visitor: person) -> Response:
        """Every scene, from how far it can be read, and the way onto a wall."""
        return scenes_page(desk, visitor)

    @router.get("/scenes/past")
    def as_it_stood(visitor: person, scene: str = "", subject: str = "", at: str = "") -> Response:
        """On to a scene as it stood; or the list again, with what is wrong."""
        typed = {"scene": scene, "subject": subject.strip(), "at": at.strip()}
        try:
            address = past_address(desk, **typed)
        except BadRequest as wrong:
            return scenes_page(desk, visitor, typed, {wrong.field: wrong.reason})
        return RedirectResponse(address, 303)

    return router


def scenes_page(desk: Desk, visitor: Visitor, typed: Row = NOT_TYPED, wrong: Row = NOT_TYPED) -> Response:
    """The list of scenes, and the form that opens one as it stood."""
    rows = [row | {"address": address_of(Place(row["name"]))} for row in repertoire_rows(desk.control.repertoire)]
    return desk.page(
        "desk/scenes.html",
        "Scenes",
        visitor,
        400 if wrong else 200,
        scenes=rows,
        typed={"scene": "", "subject": "", "at": ""} | typed,
        wrong=wrong,
        zone=desk.zone,
    )


def past_address(desk: Desk, scene: str, subject: str, at: str) -> str:
    """The address of a scene at a time or a ``seq`` of the past, as they were typed. Raises BadRequest."""
    piece = desk.control.repertoire.get(scene)
    if piece is None:
        raise BadRequest("scene", _("choose one of the scenes"))
    if piece.about and desk.alarms.board().find(subject) is None:
        raise BadRequest("subject", _("say which network it is about, by its id"))
    is_seq = at.isascii() and at.isdecimal()
    if not is_seq:
        past_instant(at, desk.clock.now(), ZoneInfo(desk.zone))
    query = urlencode({"seq" if is_seq else "at": at})
    return f"{address_of(Place(scene, subject if piece.about else ''))}?{query}"


def screens_view(desk: Desk) -> Row:
    """The connected screens by name, and the walls that should be connected and are not."""
    connected = desk.screens()
    rows = [screen_row(desk, screen) for screen in connected]
    there = {row["wall"] for row in rows}
    absent = [
        wall_row(desk, standing, connected)
        for standing in desk.control.standings()
        if standing.state == "paired" and standing.wall.id not in there
    ]
    rows.sort(key=lambda row: (row["role"] != "wall", row["name"].casefold(), str(row["scenes"])))
    newest = max([desk.live.hub.seq, *(screen.newest_seq for screen in connected if screen.is_live)])
    together = sum(1 for row in rows if row["seen"] is not None and not row["behind"])
    return {"screens": rows, "absent": absent, "newest": newest, "together": together}
