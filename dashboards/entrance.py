"""The entrance: people sign in by name and password or by a one-time link, and pages say so where they may not pass.

A link is used up by being redeemed, and mail programs and chats open links to draw a preview. So opening one shows a
page with a button, and the button signs in. Only where a person on this very machine has opened it in a browser (typed,
or from a terminal: no page led there) is that click spared: no preview is made on the loopback. A link that sets a
password asks for it first, wherever it is opened.
"""

from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData
from starlette.requests import HTTPConnection

from app.access import WATCHERS, Link, Opened, redeem, sweep
from app.access.gate import COOKIE_S, Gate, SignedOut
from app.access.origins import is_own_path
from app.access.passwords import check_same
from app.access.reception import Reception
from app.answers import answer_to
from app.clock import Clock
from app.database import Database
from app.errors import BadRequest, Forbidden, NotFound, TooOften, WarroomError
from app.health import is_loopback
from app.language import _
from dashboards.desk.shell import Form, field
from dashboards.render import render_page

FIRST_SCREEN = "/wall/situation"
FRONT_DOOR = "/in"

OWN_FORM = {"referrer-policy": "same-origin"}
"""For pages with a form: without any referrer a browser says ``Origin: null``, as another site's page would."""

NOT_KEPT = {"cache-control": "no-store"}

NOTHING: dict[str, str] = {}


class Entrance:
    """The pages of the entrance in the room's theme. ``clock`` is that of real time."""

    def __init__(self, gate: Gate, database: Database, reception: Reception, *, theme: str, clock: Clock) -> None:
        self._gate = gate
        self._database = database
        self._reception = reception
        self._theme = theme
        self._now = clock.now
        self._device = f"{gate.cookie}-known"

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        anybody = [Depends(self._gate.anybody)]

        @router.get("/", dependencies=anybody)
        def first(request: Request) -> Response:
            """On to the first screen, or how to get there."""
            visitor = self._gate.visitor_of(request)
            return self.sign_in_page("") if visitor is None else RedirectResponse(FIRST_SCREEN, 303)

        @router.get(FRONT_DOOR, dependencies=anybody)
        def front_door(request: Request, next: str = "") -> Response:
            """The form that signs in; on to the page asked for where somebody is signed in already."""
            visitor = self._gate.visitor_of(request)
            return self.sign_in_page(next, 200) if visitor is None else _on_to(next)

        @router.post(FRONT_DOOR, dependencies=anybody)
        def knock(form: Form, request: Request) -> Response:
            """Sign in by name and password; or the form again, with what is wrong."""
            self._gate.refuse_elsewhere(request)
            return self._sign_in_by_name(form, request)

        @router.get("/in/{token}", dependencies=anybody)
        def come_in(token: str, request: Request) -> Response:
            """Sign in where nobody but the one who holds the link can have opened it; else ask for one more click."""
            link = self._reception.link(token)
            if link is not None and link.sets_password:
                return self._password_page(token, link)
            if is_loopback(request) and _was_opened_by_hand(request):
                return self._sign_in(token, request)
            lines = [_("This link signs you in once, on this device.")]
            return self._page(200, _("Sign in"), lines, action=f"/in/{token}", button=_("Sign in"))

        @router.post("/in/{token}", dependencies=anybody)
        def use_up(token: str, form: Form, request: Request) -> Response:
            """Use the link up."""
            self._gate.refuse_elsewhere(request)
            link = self._reception.link(token)
            if link is not None and link.sets_password:
                return self._set_password(token, link, form, request)
            return self._sign_in(token, request)

        @router.post("/out", dependencies=[Depends(self._gate.require(*WATCHERS))])
        def sign_out(request: Request) -> Response:
            """End this session, wherever copies of its cookie are."""
            lines = [_("This device is signed out.")]
            page = self._page(200, _("Signed out"), lines, link=FRONT_DOOR, button=_("Sign in again"))
            self._gate.sign_out(request, page)
            return page

        return router

    def _sign_in_by_name(self, form: FormData, request: Request) -> Response:
        name, password, after = (field(form, each) for each in ("name", "password", "next"))
        try:
            _check_typed(form)
            opened = self._reception.sign_in(
                name,
                password,
                address=request.client.host if request.client is not None else "",
                device=request.cookies.get(self._device, ""),
                before=request.cookies.get(self._gate.cookie),
            )
        except BadRequest as wrong:
            status = 400 if not (name.strip() and password.strip()) else 401
            return self.sign_in_page(after, status, name, {wrong.field: wrong.reason})
        except TooOften as wait:
            page = self.sign_in_page(after, wait.status, name, {"password": str(wait)})
            page.headers["retry-after"] = answer_to(wait).headers["retry-after"]
            return page
        return self._welcome(opened, _on_to(after))

    def _sign_in(self, token: str, request: Request) -> Response:
        with self._database.write() as connection:
            opened = redeem(connection, token, self._now())
            # As good a moment as any to let go of sessions and links whose time is over.
            sweep(connection, self._now())
        if opened is None:
            return self._no_longer_good()
        self._gate.end(request)
        return self._welcome(opened, _on_to(""))

    def _set_password(self, token: str, link: Link, form: FormData, request: Request) -> Response:
        new, again = field(form, "new"), field(form, "again")
        try:
            check_same("again", new, again)
            opened = self._reception.set_password(token, new)
        except BadRequest as wrong:
            return self._password_page(token, link, 400, {wrong.field: wrong.reason})
        if opened is None:
            return self._no_longer_good()
        self._gate.end(request)
        return self._welcome(opened, _on_to(""))

    def _welcome(self, opened: Opened, response: Response) -> Response:
        """Give the browser its cookies: the session, and where somebody has an account, what knows the device again."""
        self._gate.sign_in(response, opened)
        if opened.visitor.account is not None:
            known = self._reception.device_of(opened.visitor.name)
            secure = self._gate.secure
            response.set_cookie(self._device, known, COOKIE_S, secure=secure, httponly=True, samesite="lax")
        return response

    def sign_in_page(self, after: str, status: int = 401, name: str = "", wrong: dict[str, str] = NOTHING) -> Response:
        """For whoever is not signed in: the form, which goes on to the page ``after``, and what is wrong with it."""
        fields = [
            {"id": "name", "label": _("Name"), "type": "text", "value": name, "fills": "username"},
            {"id": "password", "label": _("Password"), "type": "password", "value": "", "fills": "current-password"},
        ]
        return self._page(
            status,
            _("Sign in"),
            [],
            action=FRONT_DOOR,
            button=_("Sign in"),
            fields=fields,
            wrong=wrong,
            after=after if is_own_path(after) else "",
            notes=[_("No account, or no password any more? Whoever runs this room makes a one-time link:")],
            command="warroom user link NAME",
        )

    def _password_page(self, token: str, link: Link, status: int = 200, wrong: dict[str, str] = NOTHING) -> Response:
        fields = [
            {"id": "new", "label": _("New password"), "type": "password", "value": "", "fills": "new-password"},
            {"id": "again", "label": _("The same again"), "type": "password", "value": "", "fills": "new-password"},
        ]
        lines = [
            _("{name}, this link lets you choose a password, once.").format(name=link.name),
            _("10 to 256 characters, of any kind. Several words are easy to keep in mind."),
        ]
        return self._page(
            status,
            _("Choose a password"),
            lines,
            action=f"/in/{token}",
            button=_("Set it and sign in"),
            fields=fields,
            wrong=wrong,
            whose=link.name,
        )

    def _no_longer_good(self) -> Response:
        lines = [_("It was used already, or it is older than it may be. Ask for another one:")]
        return self._page(410, _("This link is no longer good"), lines, command="warroom user link NAME")

    def answer_pages(self, app: FastAPI) -> None:
        """Let an application answer errors to a browser that wants a page with a page, and all others as before."""

        async def answer(request: Request, error: Exception) -> Response:
            assert isinstance(error, WarroomError)  # noqa: S101 - it is registered for these
            if not wants_page(request):
                return answer_to(error)
            if isinstance(error, SignedOut):
                return self.sign_in_page(_asked_for(request))
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

    def _page(self, status: int, title: str, lines: list[str], **parts: Any) -> Response:
        empty = {"command": "", "action": "", "link": "", "button": "", "after": "", "whose": ""}
        shown = empty | {"fields": [], "wrong": {}, "notes": []} | parts
        # Where the hand goes next: to what is wrong, or else to the first thing that is not typed yet.
        waiting = [each["id"] for each in shown["fields"] if each["id"] in shown["wrong"] or not each["value"]]
        shown["focus"] = next((id for id in waiting if id in shown["wrong"]), next(iter(waiting), ""))
        html = render_page("entrance.html", theme=self._theme, title=title, lines=lines, **shown)
        return HTMLResponse(html, status, NOT_KEPT | (OWN_FORM if shown["action"] else {}))


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


def _on_to(path: str) -> Response:
    """A redirection that the browser follows as its own: what it arrives at must not lead back to the link."""
    return RedirectResponse(path if is_own_path(path) else FIRST_SCREEN, 303, NOT_KEPT)


def _asked_for(request: Request) -> str:
    """The page to go on to once somebody is signed in: the one asked for, or the one whose form was sent."""
    if request.method == "GET":
        path, query = request.url.path, request.url.query
    else:
        sent_by = urlsplit(request.headers.get("referer", ""))
        if sent_by.netloc != request.headers.get("host"):
            return ""
        path, query = sent_by.path, sent_by.query
    return f"{path}?{query}" if query else path


def _check_typed(form: FormData) -> None:
    for name, reason in (("name", _("type your name")), ("password", _("type your password"))):
        if not field(form, name).strip():
            raise BadRequest(name, reason)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
