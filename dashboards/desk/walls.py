"""``/desk/walls``: the walls of the room, a screen to pair, and one page a wall for all that a lead can do about it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.access import Visitor
from app.errors import BadRequest, NotFound, TooOften
from app.language import _
from app.numerals import localized
from app.replay import Stretch
from dashboards.desk._acts import ACTS, PIN, hanging_of
from dashboards.desk._programme import programme_rows, typed_rows
from dashboards.desk._rows import Row, playing_words, reads_words, repertoire_rows, wall_row
from dashboards.desk.shell import Desk, Form, field, onward

LIST = "/desk/walls"

Wrong = dict[str, str]
"""What is wrong with a form, by field."""

NOTHING: Wrong = {}

BEFORE_TYPED = {"first": "", "last": "", "speed": "60", "mark": "replay"}
"""What stands in the form that plays the past."""
NOT_TYPED = FormData()


def walls_router(desk: Desk) -> APIRouter:
    """The pages for everybody who can read, and what leads do on them."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]
    lead = Annotated[Visitor, Depends(desk.lead)]
    control = desk.control

    @router.get("")
    def every_wall(visitor: person) -> Response:
        """The list, and the form that pairs a screen."""
        return list_page(desk, visitor)

    @router.get("/list")
    def list_again(visitor: person) -> Response:
        """The list alone."""
        return desk.part("desk/_walls.html", visitor, walls=wall_rows(desk))

    @router.post("/pair")
    def pair(form: Form, visitor: lead) -> Response:
        """Make the screen that shows a code a wall."""
        return paired(desk, form, visitor)

    @router.post("/blank")
    def blank_all(form: Form, visitor: lead) -> Response:
        """Blank every wall, or show them all again."""
        control.blank_all(field(form, "blank") != "no", visitor.name)
        return onward(form, LIST)

    @router.post("/send")
    def send(form: Form, visitor: lead) -> Response:
        """Pin a scene on one of the walls, from any page."""
        return done(desk, field(form, "wall"), PIN, form, visitor)

    @router.get("/{id}")
    def one_wall(id: str, visitor: person) -> Response:
        """All about one wall."""
        return wall_page(desk, id, visitor)

    @router.get("/{id}/facts")
    def facts_again(id: str, visitor: person) -> Response:
        """How one wall stands, alone."""
        return desk.part("desk/_facts.html", visitor, wall=wall_row(desk, control.standing(id), desk.screens()))

    @router.post("/{id}/{act}")
    def does(id: str, act: str, form: Form, visitor: lead) -> Response:
        """Do one of ``ACTS``, and go back to where it was asked for; or say on the wall's page what is wrong."""
        return done(desk, id, act, form, visitor)

    return router


def paired(desk: Desk, form: FormData, visitor: Visitor) -> Response:
    """The new wall's page; or the list again, with what is wrong."""
    try:
        wall = desk.control.pair(field(form, "code"), hanging_of(form), visitor.name)
    except BadRequest as wrong:
        return list_page(desk, visitor, {wrong.field: wrong.reason}, form, status=wrong.status)
    except TooOften as wait:
        return list_page(desk, visitor, {"code": str(wait)}, form, status=wait.status)
    return RedirectResponse(f"{LIST}/{wall.id}", 303)


def done(desk: Desk, id: str, act: str, form: FormData, visitor: Visitor) -> Response:
    """Back to where it was asked for; or the wall's page, with what is wrong. Raises NotFound."""
    control = desk.control
    if act not in ACTS:
        raise NotFound(_("this cannot be done about a wall"))
    try:
        control.change(id, lambda connection, wall, now: ACTS[act](connection, wall, control, form, visitor, now))
    except BadRequest as wrong:
        name = f"{PIN}.{wrong.field}" if act == PIN else wrong.field
        return wall_page(desk, id, visitor, {name: wrong.reason}, form)
    return onward(form, LIST if act == "forget" else f"{LIST}/{id}")


def wall_rows(desk: Desk) -> list[Row]:
    """Every wall as the list shows it."""
    screens = desk.screens()
    return [wall_row(desk, standing, screens) for standing in desk.control.standings()]


def list_page(
    desk: Desk, visitor: Visitor, wrong: Wrong = NOTHING, form: FormData = NOT_TYPED, *, status: int = 200
) -> Response:
    """The list; with what is wrong in the form that pairs a screen, where something is, and what was typed there."""
    return desk.page(
        "desk/walls.html",
        "Walls",
        visitor,
        status,
        walls=wall_rows(desk),
        scenes=repertoire_rows(desk.control.repertoire),
        typed={name: field(form, name) for name in ("code", "name", "distance_m", "height_m")},
        wrong=wrong,
    )


def wall_page(desk: Desk, id: str, visitor: Visitor, wrong: Wrong = NOTHING, form: FormData = NOT_TYPED) -> Response:
    """One wall; with what is wrong in one of its forms, and what was typed there. Raises NotFound."""
    control = desk.control
    standing = control.standing(id)
    wall, hanging = standing.wall, standing.wall.hanging
    known = {
        "name": wall.name,
        "distance_m": localized(f"{hanging.distance_cm / 100:g}"),
        "height_m": localized(f"{hanging.height_cm / 100:g}"),
        "message": wall.message,
        **BEFORE_TYPED,
    }
    is_programme = "hold_s" in form
    pieces = control.repertoire.values()
    return desk.page(
        "desk/wall.html",
        "Walls",
        visitor,
        400 if wrong else 200,
        wall=wall_row(desk, standing, desk.screens()),
        standing=wall,
        playing="" if wall.replay is None else playing_words(desk, Stretch.parse(wall.replay)),
        zone=desk.zone,
        typed={name: field(form, name) if name in form else value for name, value in known.items()},
        programme=typed_rows(form) if is_programme else programme_rows(wall.programme),
        pin={name: "" if is_programme else field(form, name) for name in ("scene", "subject")},
        titles={piece.name: _(piece.title) for piece in pieces},
        abouts={piece.name: _("id of the network") for piece in pieces if piece.about},
        reads={piece.name: reads_words(piece, hanging) for piece in pieces},
        scenes=repertoire_rows(control.repertoire),
        changes=[
            {"at": desk.moment(change.at), "who": change.who, "what": change.what} for change in control.changes(id)
        ],
        wrong=wrong,
    )
