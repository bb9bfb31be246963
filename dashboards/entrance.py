"""The entrance: one-time links sign people in, ``/`` shows them on, and pages say so where somebody may not pass.

A link is used up by being redeemed, and mail programs and chats open links to draw a preview. So opening one shows a
page with a button, and the button signs in. Only where a person on this very machine has opened it in a browser (typed,
or from a terminal: no page led there) is that click spared: no preview is made on the loopback.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.requests import HTTPConnection

from app.access import WATCHERS, Visitor, redeem, sweep
from app.access.gate import Gate, SignedOut
from app.access.origins import comes_from_elsewhere
from app.answers import answer_to
from app.database import Database
from app.errors import Forbidden, NotFound, WarroomError
from app.health import is_loopback
from app.language import _
from dashboards.render import render_page

FIRST_SCREEN = "/wall/situation"

OWN_FORM = {"referrer-policy": "same-origin"}
"""For pages with a form: without any referrer a browser says ``Origin: null``, as another site's page would."""

NOT_KEPT = {"cache-control": "no-store"}


class Entrance:
    """The pages of the entrance in the room's theme. ``now`` gives µs of real time."""

    def __init__(self, gate: Gate, database: Database, *, theme: str, now: Callable[[], int]) -> None:
        self._gate = gate
        self._database = database
        self._theme = theme
        self._now = now

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        anybody = [Depends(self._gate.anybody)]

        @router.get("/", dependencies=anybody)
        def first(request: Request) -> Response:
            """On to the first screen, or how to get there."""
            visitor = self._gate.visitor_of(request)
            return self.sign_in_page() if visitor is None else RedirectResponse(FIRST_SCREEN, 303)

        @router.get("/in/{token}", dependencies=anybody)
        def come_in(token: str, request: Request) -> Response:
            """Sign in where nobody but the one who holds the link can have opened it; else ask for one more click."""
            if is_loopback(request) and _was_opened_by_hand(request):
                return self._sign_in(token)
            lines = [_("This link signs you in once, on this device.")]
            return self._page(200, _("Sign in"), lines, action=f"/in/{token}", button=_("Sign in"), headers=OWN_FORM)

        @router.post("/in/{token}", dependencies=anybody)
        def sign_in(token: str, request: Request) -> Response:
            """Use the link up."""
            if comes_from_elsewhere("POST", request.headers):
                raise Forbidden(_("this was sent by another site's page: open the link itself"))
            return self._sign_in(token)

        @router.post("/out")
        def sign_out(
            request: Request, _visitor: Annotated[Visitor, Depends(self._gate.require(*WATCHERS))]
        ) -> Response:
            """End this session, wherever copies of its cookie are."""
            page = self._page(200, _("Signed out"), [_("This device is signed out.")])
            self._gate.sign_out(request, page)
            return page

        return router

    def _sign_in(self, token: str) -> Response:
        with self._database.write() as connection:
            opened = redeem(connection, token, self._now())
            # As good a moment as any to let go of sessions and links whose time is over.
            sweep(connection, self._now())
        if opened is None:
            lines = [_("It was used already, or it is older than it may be. Ask for another one:")]
            return self._page(410, _("This link is no longer good"), lines, command="warroom user link NAME")
        # A redirection that the browser follows as its own: what it arrives at must not lead back to the link.
        response = RedirectResponse(FIRST_SCREEN, 303, NOT_KEPT)
        self._gate.sign_in(response, opened)
        return response

    def sign_in_page(self) -> Response:
        """For whoever is not signed in."""
        lines = [_("This room is for people who were given a link. Whoever runs it makes one:")]
        return self._page(401, _("Sign in"), lines, command="warroom user link NAME")

    def answer_pages(self, app: FastAPI) -> None:
        """Let an application answer errors to a browser that wants a page with a page, and all others as before."""

        async def answer(request: Request, error: Exception) -> Response:
            assert isinstance(error, WarroomError)  # noqa: S101 - it is registered for these
            if not wants_page(request):
                return answer_to(error)
            if isinstance(error, SignedOut):
                return self.sign_in_page()
            if isinstance(error, Forbidden | NotFound):
                title = _("Not for you") if isinstance(error, Forbidden) else _("Nothing here")
                button = _("To the first screen")
                return self._page(error.status, title, [_sentence(str(error))], link="/", button=button)
            lines = [_sentence(str(error))]
            page = self._page(error.status, _("Not now"), lines, link=request.url.path, button=_("Again"))
            page.headers["retry-after"] = answer_to(error).headers.get("retry-after", "1")
            return page

        async def nothing(request: Request, _error: Exception) -> Response:
            return await answer(request, NotFound(_("there is nothing at this address")))

        app.add_exception_handler(WarroomError, answer)
        app.add_exception_handler(404, nothing)

    def _page(
        self, status: int, title: str, lines: list[str], *, headers: dict[str, str] | None = None, **parts: Any
    ) -> Response:
        shown = {"command": "", "action": "", "link": "", "button": ""} | parts
        html = render_page("entrance.html", theme=self._theme, title=title, lines=lines, **shown)
        return HTMLResponse(html, status, NOT_KEPT | (headers or {}))


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to look at, and no program for something to read."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _was_opened_by_hand(connection: HTTPConnection) -> bool:
    headers = connection.headers
    return (
        headers.get("sec-fetch-site") == "none"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and "sec-purpose" not in headers
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
