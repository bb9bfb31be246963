"""The page behind a share link: one snapshot for whoever holds the link, read-only and without signing in.

It is the HTML export with a line of downloads above it. All its links are constant words that begin with ``?``: nothing
of the request or of the snapshot goes into one, and nothing is redirected. A link that is unknown, expired or revoked
gets one answer. Errors say nothing of what was asked.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.access.gate import Gate
from app.access.pairing import Allowance
from app.access.reception import neighbourhood
from app.errors import BadRequest, NotFound
from app.exports import Frozen, Options, all_exports, choices, file_name, made, options_of, spoken
from app.exports._markup import Child, el
from app.exports.html import page_below
from app.language import _
from app.nouns import clock_time, day
from app.snapshots.freezing import Snapshots
from app.snapshots.sharing import PATH, Opened, Shares
from app.vocabulary import MINUTE, SECOND
from dashboards.render import render_page

WRONG, WITHIN = 30, 10 * MINUTE
"""Links that are no good may be opened so often from one address. Nobody guesses 256 bits; this spares the database."""

MOST_OPENED = 60
"""Times that one link may be opened in a minute: a file takes up to half a second to make."""

UNSEEN = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow, noarchive"}
"""On every answer: kept by no cache, found by no search, and told to no other site."""

STYLES = (
    ".shared{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;max-width:1380px;margin:0 auto;padding:.7rem 3rem 0;"
    "font-size:.88rem;color:var(--ink3)}.shared a{color:var(--ink1)}.shared span a{margin-left:.45em}"
    "@media print{.shared{display:none}}"
)


class SharedPages:
    """The pages in the room's theme and zone."""

    def __init__(self, gate: Gate, snapshots: Snapshots, shares: Shares, *, theme: str, zone: str) -> None:
        self._gate = gate
        self._snapshots = snapshots
        self._shares = shares
        self._theme = theme
        self._zone = zone
        self._wrong = Allowance(WRONG, WITHIN)
        self._opened = Allowance(MOST_OPENED, MINUTE)

    def router(self) -> APIRouter:
        """The one route."""
        router = APIRouter(include_in_schema=False)

        @router.get(PATH + "{token}", dependencies=[Depends(self._gate.anybody)])
        def shared(token: str, request: Request, format: str = "", paper: str = "a4", part: str = "") -> Response:
            """The briefing, or one of its files; a plain page where the link is no good, or not good yet."""
            address = neighbourhood(request.client.host if request.client is not None else "")
            if wait := self._wrong.ask(address, self._shares.now()):
                return self._too_often(wait)
            opened = self._shares.open(token)
            if opened is None:
                return self._page(404, _("This link is no longer good"), [_("Ask whoever sent it for another one.")])
            self._wrong.give_back(address)
            if wait := self._opened.ask(opened.share.id, self._shares.now()):
                return self._too_often(wait)
            return self._answer(opened, format, paper, part)

        return router

    def _answer(self, opened: Opened, format: str, paper: str, part: str) -> Response:
        if not opened.is_free:
            until = self._moment(opened.kept.embargo_until or 0)
            lines = [_("What this link leads to is under embargo until {time}. Open it again then.").format(time=until)]
            return self._page(403, _("Under embargo"), lines)
        frozen = self._snapshots.read(opened.kept.id)
        if not format:
            answer = self._briefing(opened, frozen)
        else:
            try:
                answer = _file(opened, frozen, format, options_of(paper, part))
            except (BadRequest, NotFound):
                return self._page(404, _("No such file"), [_("This link does not give such a file.")])
        self._shares.note(opened.share)
        return answer

    def _briefing(self, opened: Opened, frozen: Frozen) -> Response:
        until = self._moment(opened.share.expires_at)

        def work() -> tuple[bytes, str]:
            said = _("Read-only, shared until {time}").format(time=until)
            bar = el("nav", el("span", said), _downloads(opened, frozen), class_="shared", aria_label=_("Files"))
            return page_below(frozen, bar, STYLES)

        body, policy = spoken(frozen, work)
        headers = UNSEEN | {"content-security-policy": f"{policy}; frame-ancestors 'none'"}
        return HTMLResponse(body, headers=headers)

    def _moment(self, at: int) -> str:
        return f"{day(at, self._zone, year=True)} {clock_time(at, self._zone)} {self._zone}"

    def _too_often(self, wait: int) -> Response:
        page = self._page(429, _("Not now"), [_("This was opened too often. Try again in some minutes.")])
        page.headers["retry-after"] = str(-(-wait // SECOND))
        return page

    def _page(self, status: int, title: str, lines: list[str]) -> Response:
        empty = {"command": "", "action": "", "link": "", "button": "", "after": "", "whose": "", "focus": ""}
        shown: dict[str, Any] = empty | {"fields": [], "wrong": {}, "notes": []}
        html = render_page("entrance.html", theme=self._theme, title=title, lines=lines, **shown)
        return HTMLResponse(html, status, UNSEEN)


def _file(opened: Opened, frozen: Frozen, format: str, options: Options) -> Response:
    """A file to be saved. Raises NotFound for a format that the link does not give, and BadRequest."""
    if format not in opened.share.formats:
        raise NotFound("this link does not give this format")
    body = made(frozen, format, options)
    export = all_exports()[format]
    name = quote(file_name(frozen, export, options))
    headers = UNSEEN | {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=export.media_type, headers=headers)


def _downloads(opened: Opened, frozen: Frozen) -> list[Child]:
    """A link for each file, in constant words."""
    found: list[Child] = []
    for export in all_exports().values():
        if export.name not in opened.share.formats:
            continue
        title, asked = _(export.title), choices(frozen, export)
        links = [_link(words or title, format=export.name, **query) for words, query in asked]
        found.append(el("span", title if asked[0][0] else None, links))
    return found


def _link(words: str, **asked: str) -> Element:
    return el("a", words, href=f"?{urlencode(asked)}", download=True, rel="noreferrer")
