"""A wall to look at: the served Situation page with its live door, and a feed whose every word a test says itself."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from playwright.sync_api import ConsoleMessage, Page, WebSocketRoute
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from app import vendored
from app.access import Role, Visitor
from app.clock import FixedClock
from app.hub import Frame, Hub
from app.live import Live
from app.serving import configuration
from app.wire import LineProtocol
from dashboards import render
from dashboards.pages import Surroundings
from tests.situation_views import EPOCH, NOW, VIEWS, View, payload_of, situation_page

VERSION = "build 1"
SEQ = 1_204

LIVE = re.compile(r"^wss?://[^/]+/live\b")


class Everybody:
    """An access list that lets everybody in."""

    async def visitor(self, connection: HTTPConnection) -> Visitor | None:
        return Visitor(Role.WALL, "wall", b"wall", "situation")

    async def ended(self, visitors: Collection[Visitor]) -> Collection[Visitor]:
        return []


class ServedWall:
    """The page at ``/wall?view=live&theme=night`` and the door at ``/live``, on one port for as long as it lives."""

    def __init__(self) -> None:
        self.seq = SEQ
        self.port = 0
        self.live: Live
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self.live = Live(Hub(EPOCH, self.seq), Everybody(), FixedClock(NOW), version=VERSION)
        routes = [
            Route("/wall", self._page),
            Mount("/static", StaticFiles(directory=vendored.STATIC)),
            self.live.route,
        ]
        app = Starlette(routes=routes, lifespan=lambda _: self.live.beating())
        server = uvicorn.Server(configuration(app, port=self.port, ws=LineProtocol))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        give_up_at = time.monotonic() + 10
        while not server.started:
            assert thread.is_alive(), "the server stopped while starting"
            assert time.monotonic() < give_up_at, "the server did not start within 10 s"
            time.sleep(0.01)
        self.port = server.servers[0].sockets[0].getsockname()[1]
        self._server, self._thread = server, thread

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(10)
        self._server = self._thread = None

    def url(self, view: str = "live", theme: str = "night") -> str:
        return f"http://127.0.0.1:{self.port}/wall?view={view}&theme={theme}"

    def publish(self, view: View, *panels: str) -> int:
        """A commit: frames of these panels, one position further in the log."""
        self.seq += 1
        frames = [
            Frame(topic, EPOCH, self.seq, NOW + self.seq, payload_of(topic, view))
            for topic in (f"{'room' if panel == 'note' else 'situation'}/{panel}" for panel in panels)
        ]
        self.live.publish(frames, EPOCH, self.seq)
        return self.seq

    async def _page(self, request: Request) -> HTMLResponse:
        asked = request.query_params
        around = Surroundings(asked["theme"], asked.get("zone", "UTC"), version=VERSION)
        html = situation_page(VIEWS[asked["view"]](), around, seq=int(asked.get("seq", self.seq)))
        return HTMLResponse(html, headers={"content-security-policy": render.content_security_policy()})


@contextmanager
def served_wall() -> Iterator[ServedWall]:
    wall = ServedWall()
    wall.start()
    try:
        yield wall
    finally:
        wall.stop()


class Feed:
    """The server's side of a page's socket, spoken by a test. Install it before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.heard: list[dict[str, Any]] = []
        page.route_web_socket(LIVE, self._open)

    def reopened(self, page: Page, sockets: int) -> None:
        """Wait until the page has opened more sockets than these."""
        for _ in range(200):
            if len(self.sockets) > sockets:
                return
            page.wait_for_timeout(50)
        raise AssertionError("the page opened no new socket within 10 s")

    def say(self, **message: Any) -> None:
        self.sockets[-1].send(json.dumps(message))

    def beat(self, seq: int = SEQ, kind: str = "beat", **more: Any) -> None:
        self.say(**{"type": kind, "epoch": EPOCH, "seq": seq, "now": NOW, "rate": 1.0, "version": VERSION} | more)

    def frame(self, html: str, seq: int, topic: str = "situation/heroes", **more: Any) -> None:
        self.say(**{"type": "frame", "topic": topic, "epoch": EPOCH, "seq": seq, "as_of": NOW, "html": html} | more)

    @property
    def seen(self) -> list[int]:
        return [message["seen"] for message in self.heard]

    def _open(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self.heard.append(json.loads(text)))


class Complaints:
    """What a page says in its console as an error, policy violations among it."""

    def __init__(self, page: Page) -> None:
        self.texts: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.texts.append(str(error)))

    def but(self, excused: str) -> list[str]:
        return [text for text in self.texts if not re.search(excused, text)]

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.texts.append(message.text)
