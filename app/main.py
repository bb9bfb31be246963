"""The roof: ``create_app`` wires the parts of one room together. No other module does.

An application is made from settings and a clock. Making one takes the room over: its tenure, its tables, its writer.
They are given back when the application has served, or by ``Room.close`` where it never does.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial

from fastapi import FastAPI

from app import __version__, language
from app.access import Visitor
from app.access.gate import REAL, Gate, ungoverned
from app.acknowledging import Alarms
from app.answers import answer_errors
from app.api import Picture, api_router, description, openapi_router
from app.attendance import Attendance
from app.bell import Bell
from app.board import Board
from app.clock import Clock, SystemClock
from app.database import Database
from app.feed import Feed, Payload, following
from app.health import Wellness, health_router
from app.history import History
from app.hub import Hub
from app.ingest.http import PATH as RECORDS_PATH
from app.ingest.http import records_router
from app.live import Live
from app.log import Anchor
from app.lookout import Lookout
from app.metrics import Metrics, age_s
from app.migrating import upgrade
from app.notices import Notices
from app.records import RecordParser
from app.refusals import Refusals
from app.replay import Replays
from app.serving import BodyLimit, Headers
from app.settings import Settings
from app.tenure import Tenure
from app.walls import Controls, Place, RoomControl
from app.writer import Writer
from dashboards import wall
from dashboards.desk import (
    Desk,
    alarms_api,
    alarms_router,
    asked_for,
    repertoire,
    screens_router,
    walls_api,
    walls_router,
)
from dashboards.entrance import Entrance
from dashboards.files import static_router, warm_up
from dashboards.pairing import Pairing
from dashboards.render import STATIC, content_security_policy
from dashboards.standpoints import Standpoints
from dashboards.wall import WallPages

TITLE = "Warroom"

LAST_COMMITS_S = 0.5
"""Seconds in which the writer may begin its last commits, of the 5 that stopping takes at most (RELIABILITY, R20)."""


@dataclass(slots=True)
class Room:
    """The parts of one room, for the programs that serve it."""

    settings: Settings
    clock: Clock
    version: str
    tenure: Tenure
    database: Database
    parser: RecordParser
    board: Board
    metrics: Metrics
    gate: Gate
    live: Live
    feed: Feed
    writer: Writer
    attendance: Attendance
    history: History
    controls: Controls
    refusals: Refusals
    lookout: Lookout
    notices: Notices

    def close(self) -> None:
        """Commit what waits, then give everything back. Doing so twice does no harm."""
        self.writer.close(LAST_COMMITS_S)
        self.database.close()
        self.tenure.release()


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    stranger: Visitor | None = None,
    secure: bool = False,
    origins: Collection[str] = (),
) -> FastAPI:
    """A room as an application; its parts are in ``app.state.room``.

    ``stranger`` is who somebody is who is not signed in: nobody, except in a demonstration. ``secure`` says that people
    come over HTTPS, here or at a proxy; ``origins`` are whole origins beside our own whose pages may act, for a proxy
    that does not pass ``Host`` on. Raises Unavailable where the room cannot be had, and RuntimeError for a route
    without a rule.
    """
    room = open_room(settings, clock or SystemClock(), stranger=stranger, secure=secure, origins=origins)
    try:
        return _roofed(room)
    except BaseException:
        room.close()
        raise


def open_room(
    settings: Settings,
    clock: Clock,
    *,
    stranger: Visitor | None = None,
    secure: bool = False,
    origins: Collection[str] = (),
) -> Room:
    """The parts of a room, its tables up to date and its writer at work. Parameters as for ``create_app``."""
    language.use(settings.language)
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.url)
    tenure = Tenure(database)
    try:
        database.check_durability()
        upgrade(database)
        version = build()
        board = Board()
        metrics = Metrics()
        gate = Gate(database, secure=secure, origins=origins, stranger=stranger)
        live = Live(Hub(), gate, clock, version=version, origins=origins)
        hub, watch = live.hub, settings.watch()
        controls = Controls(database, repertoire())
        refusals = Refusals(database)

        def draw(board: Board, now: int, topics: Collection[str]) -> Mapping[str, Payload]:
            drawn = wall.draw(
                board,
                now,
                topics,
                watch=watch,
                source_limits_s=settings.source_limits_s,
                refused=refusals.before(now),
            )
            told = controls.draw(topics, lambda: asked_for(board))
            return {**drawn, **told}

        feed = Feed(
            following(database, board),
            lambda board, now: draw(board, now, hub.watched()),
            metrics.publishing(live.publish),
            clock=clock,
            flush_hz=settings.flush_hz,
            is_held=lambda topic: hub.newest(topic) is not None,
        )
        history = History(database, settings.state_dir / "history")
        live.on_wanted = feed.poke
        live.unread_by = lambda: feed.unread_s
        live.replays = Replays(history, draw, REAL)
        parser = RecordParser(settings.derived("accounts"))
        writer = Writer(
            database,
            key=settings.derived("log"),
            clock=clock,
            queue_records=settings.queue_records,
            anchor=anchor_of(settings),
            on_commit=_heard_by(feed, history),
        )
        attendance = Attendance(database, live.screens, REAL.now)
        notices = Notices(settings.notify)
        lookout = Lookout(database, board, writer, parser, clock, watch, settings.source_limits_s, notices.tell)
    except BaseException:
        database.close()
        tenure.release()
        raise
    return Room(
        settings,
        clock,
        version,
        tenure,
        database,
        parser,
        board,
        metrics,
        gate,
        live,
        feed,
        writer,
        attendance,
        history,
        controls,
        refusals,
        lookout,
        notices,
    )


def _heard_by(feed: Feed, history: History) -> Callable[[int], None]:
    """Whom a commit wakes, here or in another process."""

    def heard(seq: int) -> None:
        feed.poke(seq)
        history.poke(seq)

    return heard


def anchor_of(settings: Settings) -> Anchor:
    """Where the end of the log is remembered outside the database."""
    return Anchor(settings.state_dir / "anchor", settings.derived("anchor"))


def _roofed(room: Room) -> FastAPI:
    settings, gate, board = room.settings, room.gate, room.board
    app = FastAPI(
        title=TITLE,
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=partial(_serving, room),
    )
    app.state.room = room
    describe = cache(partial(description, app, TITLE, __version__))
    picture = Picture(room.database, board, room.clock, settings.watch())
    wellness = Wellness(room.database, room.writer, board, room.feed)
    entrance = Entrance(gate, room.database, theme=settings.theme, now=REAL.now)
    codes = settings.derived("pairing")
    pairing = Pairing(gate, room.database, key=codes, theme=settings.theme, now=REAL.now)
    control = RoomControl(
        room.database,
        repertoire(),
        key=codes,
        clock=room.clock,
        now=REAL.now,
        zone=settings.zone,
        is_known=lambda about, subject: about != "network" or board.frozen().find(subject) is not None,
        poke=room.feed.poke,
    )

    def alarm() -> Place | None:
        return asked_for(board.frozen())

    alarms = Alarms(picture.now, room.writer, room.parser, room.clock)
    desk = Desk(gate, room.live, control, alarms, room.clock, settings, room.attendance.screens)
    for router in (
        records_router(room.parser, room.metrics.counted(room.writer), gate.detector),
        api_router(picture, gate),
        openapi_router(gate, describe),
        health_router(gate, wellness, room.metrics),
        pairing.router(),
        wall.router(
            WallPages(
                Standpoints(board, room.history, room.clock, REAL, settings.zone),
                room.refusals,
                lambda visitor: room.controls.of(visitor.wall, alarm),
                gate,
                settings,
                room.version,
            )
        ),
        pairing.front_router(),
        walls_router(desk),
        alarms_router(desk),
        screens_router(desk),
        walls_api(desk),
        alarms_api(desk),
        entrance.router(),
        static_router(gate.anybody),
    ):
        app.include_router(router)
    app.router.routes.append(room.live.route)

    headers = house_headers()
    answer_errors(app, headers)
    entrance.answer_pages(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, exempt=(RECORDS_PATH,))
    app.add_middleware(Headers, headers=headers)
    _gauge(room)
    if forgotten := ungoverned(app.routes):
        raise RuntimeError(f"nobody said who may use {', '.join(forgotten)}: give each a rule of the gate")
    return app


def _gauge(room: Room) -> None:
    gauge, board, feed = room.metrics.gauge, room.board, room.feed
    gauge("log_seq", "The end of the log, as the board shows it", lambda: board.seq)
    gauge("board_age_seconds", "Since the board last agreed with the log", lambda: age_s(feed.refreshed_at))
    gauge("queue_records", "Records that wait for the writer", lambda: room.writer.waiting)
    gauge("screens", "Screens that are connected", lambda: len(room.live))
    gauge("networks", "Networks on the board", lambda: len(board.networks))


@contextlib.asynccontextmanager
async def _serving(room: Room, _app: FastAPI) -> AsyncIterator[None]:
    """Start what moves by itself, and stop it in the order in which nothing is lost."""
    bell = Bell(room.database, _heard_by(room.feed, room.history))
    try:
        async with room.live.beating():
            await asyncio.to_thread(room.feed.start)
            bell.start()
            room.attendance.start()
            room.history.start()
            room.notices.start()
            room.lookout.start()
            threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
            try:
                yield
            finally:
                await asyncio.to_thread(room.lookout.stop)
                await asyncio.to_thread(room.notices.stop)
                await asyncio.to_thread(room.feed.stop)
                await asyncio.to_thread(bell.stop)
                await asyncio.to_thread(room.attendance.stop)
                await asyncio.to_thread(room.history.stop)
    finally:
        await asyncio.to_thread(room.close)


def house_headers() -> dict[str, str]:
    """What stands on every answer: nothing from elsewhere, in no frame, and no word to others of where one was."""
    return {
        "content-security-policy": content_security_policy(),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


def build() -> str:
    """Names this build by its version and what is in its pages: a wall that hears another name loads itself anew."""
    seen = hashlib.sha256()
    for folder in (STATIC / "css", STATIC / "js", STATIC.parent / "dashboards"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".css", ".js", ".html", ".py"):
                seen.update(path.read_bytes())
    seen.update(language.fingerprint())
    return f"{__version__}+{seen.hexdigest()[:8]}"
