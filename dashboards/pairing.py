"""Pairing over HTTP: the page with the code for a screen that nobody signed in, and the question whether it is paired.

The screen's secret is in a cookie of its own, which no script reads and no other site's page sends.
"""

import logging
from collections.abc import Callable

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from sqlalchemy.exc import SQLAlchemyError

from app.access import Role, Visitor, close_session
from app.access.gate import Gate
from app.access.pairing import LIFETIME, Allowance, Waiting, find_waiting, grouped, show_code
from app.database import Database
from app.errors import TooOften, Unavailable
from app.language import _
from app.vocabulary import MINUTE, SECOND
from app.walls import take_up
from dashboards.render import render_page

FRONT = "/wall"
ASKED_AT = f"{FRONT}/pairing"
SHOWN_AT = f"{FRONT}/pair"

SCENES = "/desk/scenes"
"""Where people find all there is to look at."""

NEW_CODES = 60
"""Codes that may be asked for from one address in ten minutes. A screen that loads itself anew keeps the one it has."""

AGAIN_S = 10
"""Seconds after which a screen that got no code asks for one again."""

NOT_KEPT = {"cache-control": "no-store"}

log = logging.getLogger(__name__)


class Pairing:
    """The doors of pairing. ``key`` is that of the codes, ``now`` gives µs of real time."""

    def __init__(self, gate: Gate, database: Database, *, key: bytes, theme: str, now: Callable[[], int]) -> None:
        self.cookie = f"{gate.cookie}-screen"
        self._gate = gate
        self._database = database
        self._key = key
        self._theme = theme
        self._now = now
        self._asked = Allowance(NEW_CODES, 10 * MINUTE)

    def router(self) -> APIRouter:
        """The routes. They stand before those of the scenes, whose names are in the same place of the address."""
        router = APIRouter(include_in_schema=False, dependencies=[Depends(self._gate.anybody)])

        @router.get(SHOWN_AT)
        def pair(request: Request) -> Response:
            """The page with the code, whoever is signed in: this screen is to become a wall's."""
            return self.page(request)

        @router.get(ASKED_AT)
        def pairing(request: Request) -> Response:
            """204 while the screen waits, 410 when its code is no longer good; 200 signs it in, once."""
            return self._answer(request)

        return router

    def front_router(self) -> APIRouter:
        """``GET /wall``: the code for a screen that nobody has signed in, and for all others the way on."""
        router = APIRouter(include_in_schema=False, dependencies=[Depends(self._gate.anybody)])

        @router.get(FRONT)
        def front(request: Request) -> Response:
            """A screen is never sent to a page where it would have to sign in: it has no keyboard."""
            try:
                visitor = self._gate.visitor_of(request)
                way_on = None if visitor is None else self._way_on(visitor)
            except (SQLAlchemyError, Unavailable) as broken:
                return self._away(broken)
            return self.page(request) if way_on is None else RedirectResponse(way_on, 303, NOT_KEPT)

        return router

    def _way_on(self, visitor: Visitor) -> str:
        return f"{FRONT}/rotation" if visitor.role is Role.WALL else SCENES

    def page(self, request: Request) -> Response:
        """The page with the code. It is never refused: a screen has no keyboard, and tries again by itself."""
        try:
            waiting = self._waiting(request)
        except TooOften as wait:
            return self._sorry(str(wait), 429)
        except (SQLAlchemyError, Unavailable) as broken:
            return self._away(broken)
        page = self._page(grouped(waiting.code), "", 200)
        page.set_cookie(
            self.cookie,
            waiting.secret,
            max_age=LIFETIME // SECOND,
            path="/",
            secure=self._gate.secure,
            httponly=True,
            samesite="strict",
        )
        return page

    def _waiting(self, request: Request) -> Waiting:
        now = self._now()
        if secret := request.cookies.get(self.cookie):
            with self._database.read() as connection:
                known = find_waiting(connection, secret, now)
            if known is not None:
                return known
        address = request.client.host if request.client is not None else ""
        if wait := self._asked.wait(address, now):
            raise TooOften(_("too many new screens ask from this address"), wait / SECOND)
        self._asked.take(address, now)
        with self._database.write() as connection:
            return show_code(connection, now, self._key)

    def _answer(self, request: Request) -> Response:
        secret = request.cookies.get(self.cookie)
        if secret is None:
            return Response(status_code=410, headers=NOT_KEPT)
        with self._database.read() as connection:
            known = find_waiting(connection, secret, self._now())
        if known is None or known.wall is None:
            return Response(status_code=410 if known is None else 204, headers=NOT_KEPT)
        with self._database.write() as connection:
            opened = take_up(connection, secret, self._now())
            if opened is not None and (before := request.cookies.get(self._gate.cookie)):
                close_session(connection, before)
        if opened is None:
            return Response(status_code=410, headers=NOT_KEPT)
        answer = JSONResponse({"wall": opened.visitor.wall, "name": opened.visitor.name}, headers=NOT_KEPT)
        self._gate.sign_in(answer, opened)
        answer.delete_cookie(self.cookie, path="/", secure=self._gate.secure, httponly=True, samesite="strict")
        return answer

    def _away(self, broken: Exception) -> Response:
        log.warning("nothing for a new screen: %s", getattr(broken, "orig", broken))
        return self._sorry(_("the room's database does not answer now"), 503)

    def _sorry(self, reason: str, status: int) -> Response:
        page = self._page("", reason, status)
        page.headers["refresh"] = str(AGAIN_S)
        return page

    def _page(self, code: str, reason: str, status: int) -> Response:
        html = render_page("pairing/code.html", theme=self._theme, code=code, reason=reason, asked_at=ASKED_AT)
        return HTMLResponse(html, status, NOT_KEPT)
