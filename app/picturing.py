"""The picture of a wall: the scene of a snapshot, as its wall showed it at its ``seq``, by a Chromium that is here.

A server of the wall's pages alone starts on a free port of the loopback, for one session that ends with it. The label,
the id and the digest of the snapshot stand in a strip below the picture. Nothing but that server is asked for anything.
"""

from __future__ import annotations

import base64
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI

from app import briefing
from app.access import Role, close_session, open_session
from app.access.gate import REAL, Gate
from app.answers import answer_errors
from app.clock import FixedClock
from app.database import Database
from app.errors import BadRequest, Conflict, Unavailable
from app.exports import WALL, Frozen, spoken
from app.exports._marks import TLP_COLORS
from app.history import History
from app.records import instant_of
from app.refusals import Refusals
from app.safetext import clean
from app.serving import Headers, configuration, listening
from app.settings import Settings
from app.vendored import static_file
from dashboards import wall
from dashboards.files import static_router
from dashboards.render import house_headers
from dashboards.standpoints import Standpoint, Standpoints
from dashboards.wall import WallPages

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZES = ((1920, 1080), (3840, 2160))

STRIP = 22.5
"""A strip is one part in so many as high as the picture: on a screen of 1,080 lines it has 48."""

PATIENCE_MS = 60_000

MOST_ASKING = 4
"""Who asks for a picture holds one of the 40 threads that answer everybody: more are told to ask again."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

WANTED = "the picture of a wall wants Playwright (pip install 'warroom[pictures]') and a Chromium on the PATH"

BUSY = "other pictures are being drawn: ask again"

DRAWN = """() => document.fonts.status === "loaded" && [...document.querySelectorAll("[data-columns]")].every(
    (panel) => panel.closest("[data-off]") || panel.querySelector("[data-first]").textContent === "null"
        || Number(panel.dataset.drawn ?? 0) > 0)"""
"""True once the letters are there and every chart has been drawn."""


class Camera:
    """Draws walls for whoever asks at the desk, one picture at a time: each takes a browser and some seconds."""

    def __init__(self, database: Database, history: History, settings: Settings) -> None:
        self._database = database
        self._history = history
        self._settings = settings
        self._places = threading.BoundedSemaphore(MOST_ASKING)
        self._turn = threading.Lock()

    def sizes(self, frozen: Frozen) -> tuple[str, ...]:
        """The pictures that can be had of a snapshot: "1920x1080"; none of a scope, nor where no browser is."""
        there = frozen.content["subject"]["scene"] and find_spec("playwright") and _chromium()
        return tuple(map(_words, SIZES)) if there else ()

    def picture(self, frozen: Frozen, size: str) -> tuple[str, bytes]:
        """The name and the PNG of one size. Raises BadRequest, Conflict and Unavailable, as ``wall_pictures`` does."""
        asked = next((each for each in SIZES if size == _words(each)), None)
        if asked is None:
            raise BadRequest("part", " or ".join(map(_words, SIZES)))
        if not self._places.acquire(blocking=False):
            raise Unavailable(BUSY)
        try:
            if not self._turn.acquire(timeout=PATIENCE_MS / 1_000):
                raise Unavailable(BUSY)
            try:
                return next(wall_pictures(self._database, self._history, self._settings, frozen, (asked,)))
            finally:
                self._turn.release()
        finally:
            self._places.release()


def _words(size: tuple[int, int]) -> str:
    """A size as people write it: "1920x1080"."""
    width, height = size
    return f"{width}x{height}"


def wall_pictures(
    database: Database,
    history: History,
    settings: Settings,
    frozen: Frozen,
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> Iterator[tuple[str, bytes]]:
    """The name and the PNG of each size.

    Raises BadRequest for a snapshot of no scene, Conflict where the log was rebuilt since, and Unavailable where there
    is no Chromium or it cannot draw the page.
    """
    path, standpoint = _scene(frozen, history)
    with _browser() as browser, _served(database, history, settings, standpoint) as (origin, token):
        for width, height in sizes:
            size = {"width": width, "height": height}
            context = browser.new_context(
                viewport=size, extra_http_headers={"authorization": f"Bearer {token}"}, service_workers="block"
            )
            context.route(lambda address: not address.startswith(f"{origin}/"), lambda route: route.abort())
            picture = _drawn(context.new_page(), f"{origin}{path}")
            context.close()
            framed = browser.new_page(viewport={"width": width, "height": height + round(height / STRIP)})
            yield f"warroom-{frozen.id}-{WALL}-{_words((width, height))}.png", _framed(framed, frozen, picture, height)
            framed.close()


def _scene(frozen: Frozen, history: History) -> tuple[str, Standpoint]:
    """The address of the scene, and from where it was seen: durations count to the time of the snapshot."""
    content = frozen.content
    scene, picture = content["subject"]["scene"], content["picture"]
    if not scene:
        raise BadRequest("format", "a wall shows scenes: this is a snapshot of a scope, freeze one with --scene")
    board = history.at(frozen.seq)
    if board.epoch != picture["epoch"]:
        raise Conflict("the log was rebuilt since this was frozen: the wall may have shown something else")
    about = content["subject"]["scope"].get("network") or []
    subject = f"/{board.find(about[0]).id}" if about and board.find(about[0]) else ""  # type: ignore[union-attr]
    standpoint = Standpoint("past", board, instant_of(picture["as_of"]), 0.0, "")
    return f"{wall.PREFIX}/{scene}{subject}?seq={frozen.seq}", standpoint


class _Held(Standpoints):
    """One standpoint, whatever is asked for."""

    def __init__(self, held: Standpoint, history: History, zone: str) -> None:
        clock = FixedClock(held.now)
        super().__init__(held.board, history, clock, clock, zone)
        self._held = held

    def find(self, *, seq: int | None = None, at: str = "", replay: str = "") -> Standpoint:  # noqa: ARG002
        """That of the snapshot."""
        return self._held


@contextmanager
def _served(
    database: Database, history: History, settings: Settings, standpoint: Standpoint
) -> Iterator[tuple[str, str]]:
    """A server of wall pages on the loopback, and the token of a session that ends with it."""
    gate, app = Gate(database, secure=False), FastAPI(openapi_url=None)
    standpoints = _Held(standpoint, history, settings.zone)
    pages = WallPages(standpoints, Refusals(database), lambda _visitor: {}, gate, settings, "")
    app.include_router(wall.router(pages))
    app.include_router(static_router(gate.anybody))
    answer_errors(app, house_headers())
    app.add_middleware(Headers, headers=house_headers())
    with listening("127.0.0.1", 0) as sock:
        server = uvicorn.Server(configuration(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, name="picture", daemon=True)
        with database.write() as connection:
            token = open_session(connection, Role.WALL, "a picture of a wall", REAL.now()).token
        thread.start()
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}", token
        finally:
            server.should_exit = True
            thread.join()
            with database.write() as connection:
                close_session(connection, token)


@contextmanager
def _browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - an extra
    except ImportError:
        raise Unavailable(WANTED) from None
    with sync_playwright() as playwright:
        try:
            # As root Chromium runs without a sandbox or not at all; it sees no page but ours.
            args = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=_chromium(), args=args)
        except Error:
            raise Unavailable(WANTED) from None
        try:
            yield browser
        except Error as broken:
            raise Unavailable(f"Chromium could not draw the wall: {clean(broken.message, 200)}") from None
        finally:
            browser.close()


def _chromium() -> str | None:
    """The Chromium of this machine, by ``WARROOM_CHROMIUM`` or on the PATH; None for Playwright's own."""
    named = os.environ.get("WARROOM_CHROMIUM")
    return next((found for name in ([named] if named else NAMES) if (found := shutil.which(name))), None)


def _drawn(page: Page, address: str) -> bytes:
    answer = page.goto(address)
    if answer is None or not answer.ok:
        raise Unavailable(f"the page of the wall answered {0 if answer is None else answer.status}")
    page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
    # Charts are there, and settle where the letters stand.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.screenshot(animations="disabled")


def _framed(page: Page, frozen: Frozen, picture: bytes, height: int) -> bytes:
    page.set_content(spoken(frozen, lambda: _frame(frozen, picture, height)))
    page.evaluate("() => Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode())])")
    return page.screenshot()


def _frame(frozen: Frozen, picture: bytes, height: int) -> str:
    marks = briefing.marks(frozen.content)
    font = static_file("vendor/archivo/archivo-latin-standard-normal.woff2").read_bytes()
    strip = round(height / STRIP)
    # A name as long as the strip must hide neither that there is an embargo, nor of which snapshot it is.
    said = [str(words) for words in (marks.exercise, frozen.name, marks.made) if words]
    words = " · ".join(f"<bdi>{escape(clean(each, 200))}</bdi>" for each in said)
    embargo = f"<strong>{escape(marks.embargo)}</strong>" if marks.embargo else ""
    return (
        f"<!doctype html><meta charset=utf-8><style>@font-face{{font-family:Archivo;font-weight:100 900;src:url("
        f"data:font/woff2;base64,{base64.b64encode(font).decode()})}}body{{margin:0;background:#fff;color:#141618;"
        f"font:{strip * 0.36:.1f}px Archivo,sans-serif}}img{{display:block;width:100%;height:{height}px}}"
        f"p{{margin:0;height:{strip}px;padding:0 {strip}px;display:flex;align-items:center;gap:{strip / 2}px;"
        f"white-space:nowrap}}b{{background:#000;padding:.15em .45em;color:#{TLP_COLORS[frozen.tlp]}}}"
        f"i{{font-style:normal;color:#585E62}}span{{flex:1;min-width:0;overflow:hidden;text-overflow:ellipsis}}</style>"
        f'<img alt="" src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
        f"<p><b>{escape(str(frozen.tlp))}</b>{embargo}<span>{words}</span>"
        f"<i>{escape(frozen.id)}, SHA-256 {frozen.sha256[:16]}</i></p>"
    )
