"""``/desk/people``: administrators make accounts, give them roles, disable them, and make links that set a password.

They see names and roles, and no password: a new account has none until its person has chosen one by a one-time link.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection
from starlette.datastructures import FormData

from app.access import Visitor
from app.access.accounts import (
    Account,
    account_changes_of,
    disable,
    enable,
    find_account,
    list_accounts,
    make_account,
    people_roles,
    role_of,
    set_role,
)
from app.access.links import create_password_link
from app.database import Database
from app.errors import BadRequest, NotFound
from app.language import _
from dashboards.desk.shell import Desk, Form, field

PEOPLE_PAGE = "/desk/people"

MOST_CHANGES = 100
"""Changes that are listed, the latest first. All are kept."""

Row = dict[str, Any]

NOTHING: Row = {}


def _set_role(connection: Connection, account: Account, form: FormData, by: str, now: int) -> None:
    set_role(connection, account, role_of(field(form, "role")), by=by, now=now)


def _disable(connection: Connection, account: Account, _form: FormData, by: str, now: int) -> None:
    disable(connection, account, by=by, now=now)


def _enable(connection: Connection, account: Account, _form: FormData, by: str, now: int) -> None:
    enable(connection, account, by=by, now=now)


ACTS: dict[str, Callable[[Connection, Account, FormData, str, int], None]] = {
    "role": _set_role,
    "disable": _disable,
    "enable": _enable,
}


class People:
    """The page for administrators, over a database. ``now`` gives µs of real time."""

    def __init__(self, desk: Desk, database: Database, now: Callable[[], int]) -> None:
        self._desk = desk
        self._database = database
        self._now = now

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix=PEOPLE_PAGE, include_in_schema=False)
        admin = Annotated[Visitor, Depends(self._desk.admin)]

        @router.get("")
        def everybody(visitor: admin) -> Response:
            """Everybody who has an account, and who changed what."""
            return self.page(visitor)

        @router.post("/add")
        def add(form: Form, visitor: admin, request: Request) -> Response:
            """Make an account and show the link for it, once; or the page again, with what is wrong."""
            return self._added(form, visitor, request)

        @router.post("/{id}/link")
        def link(id: str, visitor: admin, request: Request) -> Response:
            """Make a link that sets a password, and show it once."""
            return self._linked(id, visitor, request)

        @router.post("/{id}/{act}")
        def does(id: str, act: str, form: Form, visitor: admin) -> Response:
            """Do one of ``ACTS``; or say beside the account what is wrong."""
            return self._done(id, act, form, visitor)

        return router

    def _added(self, form: FormData, visitor: Visitor, request: Request) -> Response:
        try:
            role = role_of(field(form, "role"))
            with self._database.write() as connection:
                account = make_account(connection, field(form, "name"), role, "", by=visitor.name, now=self._now())
                token = create_password_link(connection, account, by=visitor.name, now=self._now())
        except BadRequest as wrong:
            typed = {name: field(form, name) for name in ("name", "role")}
            return self.page(visitor, {wrong.field: wrong.reason}, typed=typed)
        return self.page(visitor, link={"name": account.name, "address": _address(request, token)})

    def _linked(self, id: str, visitor: Visitor, request: Request) -> Response:
        try:
            with self._database.write() as connection:
                account = find_account(connection, id)
                token = create_password_link(connection, account, by=visitor.name, now=self._now())
        except BadRequest as wrong:
            return self.page(visitor, {id: wrong.reason})
        return self.page(visitor, link={"name": account.name, "address": _address(request, token)})

    def _done(self, id: str, act: str, form: FormData, visitor: Visitor) -> Response:
        if act not in ACTS:
            raise NotFound(_("this cannot be done about an account"))
        try:
            with self._database.write() as connection:
                ACTS[act](connection, find_account(connection, id), form, visitor.name, self._now())
        except BadRequest as wrong:
            return self.page(visitor, {id: wrong.reason})
        return RedirectResponse(PEOPLE_PAGE, 303)

    def page(self, visitor: Visitor, wrong: Row = NOTHING, *, typed: Row = NOTHING, link: Row = NOTHING) -> Response:
        """Everybody; with what is wrong, by field or by the id of an account, or with a link that was just made."""
        with self._database.read() as connection:
            everybody, changes = list_accounts(connection), account_changes_of(connection, MOST_CHANGES)
        moment = self._desk.moment
        return self._desk.page(
            "desk/people.html",
            "People",
            visitor,
            400 if wrong else 200,
            people=[self._row(account, visitor) for account in everybody],
            changes=[
                {"at": moment(change.at), "who": change.who, "name": change.name, "what": change.what}
                for change in changes
            ],
            roles=people_roles(),
            typed={"name": "", "role": ""} | typed,
            link=link,
            wrong=wrong,
        )

    def _row(self, account: Account, visitor: Visitor) -> Row:
        return {
            "id": account.id,
            "name": account.name,
            "role": account.role,
            "enabled": account.is_enabled,
            "waits": account.is_enabled and not account.hash,
            "since": "" if account.disabled_at is None else self._desk.moment(account.disabled_at),
            "seen": "" if account.signed_in_at is None else self._desk.moment(account.signed_in_at),
            "you": account.id == visitor.account,
        }


def _address(request: Request, token: str) -> str:
    """A link as the one who makes it reaches the room."""
    return f"{request.url.scheme}://{request.url.netloc}/in/{token}"
