"""``/desk/you``: one's own password, where one is signed in, and an end to that elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.access import LIFETIMES, SLACK, Visitor, close_sessions_of_account, sittings_of
from app.access.passwords import check_same
from app.access.reception import Reception
from app.database import Database
from app.errors import BadRequest, TooOften
from app.language import _
from app.vocabulary import MINUTE
from dashboards.desk.shell import Desk, Form, field

YOU = "/desk/you"

Wrong = dict[str, str]

NOTHING: Wrong = {}


def you_router(desk: Desk, reception: Reception, database: Database) -> APIRouter:
    """The page for everybody who can read."""
    router = APIRouter(prefix=YOU, include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]

    @router.get("")
    def you(visitor: person, done: str = "") -> Response:
        """Who you are here, and where."""
        return you_page(desk, reception, database, visitor, done=done)

    @router.post("/password")
    def change(form: Form, visitor: person) -> Response:
        """Change the password and go on with a new session; or the page again, with what is wrong."""
        return changed(desk, reception, database, form, visitor)

    @router.post("/end")
    def end_others(visitor: person) -> Response:
        """End every other session of this person."""
        if visitor.account is not None:
            with database.write() as connection:
                close_sessions_of_account(connection, visitor.account, but=visitor.digest)
        return RedirectResponse(f"{YOU}?done=ended", 303)

    return router


def changed(desk: Desk, reception: Reception, database: Database, form: FormData, visitor: Visitor) -> Response:
    """On to the page with a new cookie, or the page with what is wrong. Raises NotFound without an account."""
    try:
        check_same("again", field(form, "new"), field(form, "again"))
        opened = reception.change_password(visitor, field(form, "old"), field(form, "new"))
    except BadRequest as wrong:
        return you_page(desk, reception, database, visitor, {wrong.field: wrong.reason}, status=wrong.status)
    except TooOften as wait:
        return you_page(desk, reception, database, visitor, {"old": str(wait)}, status=wait.status)
    response = RedirectResponse(f"{YOU}?done=changed", 303)
    desk.gate.sign_in(response, opened)
    return response


def you_page(
    desk: Desk,
    reception: Reception,
    database: Database,
    visitor: Visitor,
    wrong: Wrong = NOTHING,
    *,
    status: int = 200,
    done: str = "",
) -> Response:
    """The page; with what is wrong in its form, or what was just ``done``: "changed" or "ended"."""
    sittings = []
    if visitor.account is not None:
        with database.read() as connection:
            sittings = sittings_of(connection, visitor.account, reception.now())
    said = {
        "changed": _("Your password is changed, and you are signed in on this device alone."),
        "ended": _("You are signed in on this device alone."),
    }
    return desk.page(
        "desk/you.html",
        "You",
        visitor,
        status,
        sittings=[
            {
                "since": desk.moment(sitting.opened_at),
                "used": desk.moment(sitting.used_at),
                "here": sitting.digest == visitor.digest,
            }
            for sitting in sittings
        ],
        minutes=int(LIFETIMES[visitor.role] * SLACK) // MINUTE,
        done=said.get(done, ""),
        wrong=wrong,
    )
