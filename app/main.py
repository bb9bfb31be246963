"""The roof: ``create_app`` makes an application of a room, its doors, pages and desk. ``app.room`` made the room.

An application is made from settings and a clock. Making one takes the room over: its tenure, its tables, its writer.
They are given back when the application has served, or by ``Room.close`` where it never does.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Collection
from functools import cache, partial

from fastapi import FastAPI

from app import __version__
from app.access import Visitor
from app.access.gate import REAL, ungoverned
from app.access.reception import Reception
from app.acknowledging import Alarms
from app.answers import answer_errors
from app.api import Picture, api_router, description, openapi_router
from app.bell import Bell
from app.clock import Clock, SystemClock
from app.health import Wellness, health_router
from app.ingest.http import PATH as RECORDS_PATH
from app.ingest.http import records_router
from app.listed import listed_router
from app.metrics import age_s
from app.picturing import Camera
from app.review import Decisions
from app.room import Room, heard_by, open_room
from app.serving import BodyLimit, Headers
from app.settings import Settings
from app.snapshots.restating import Restating
from app.snapshots.sharing import Shares
from app.walls import Place, RoomControl
from dashboards import wall
from dashboards.desk import (
    Desk,
    Graphs,
    People,
    alarms_api,
    alarms_router,
    asked_for,
    bulk_router,
    comparison_api,
    comparison_router,
    detectors_router,
    disowning_api,
    finding_router,
    graph_router,
    merging_api,
    merging_router,
    network_router,
    networks_router,
    repertoire,
    review_api,
    review_router,
    scheduling_api,
    scheduling_router,
    screens_router,
    sharing_api,
    sharing_router,
    snapshots_api,
    snapshots_router,
    splitting_router,
    suggestions_router,
    undoing_router,
    walls_api,
    walls_router,
    you_router,
)
from dashboards.entrance import Entrance
from dashboards.files import static_router, warm_up
from dashboards.pairing import Pairing
from dashboards.render import house_headers
from dashboards.shared import SharedPages
from dashboards.standpoints import Standpoints
from dashboards.wall import WallPages

TITLE = "Warroom"


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
    reception = Reception(room.database, key=settings.derived("devices"), now=REAL.now)
    entrance = Entrance(gate, room.database, reception, theme=settings.theme, clock=REAL)
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
    decisions = Decisions(room.database, picture.now, room.writer, room.parser, room.clock)
    camera = Camera(room.database, room.history, settings)
    desk = Desk(gate, room.live, control, alarms, decisions, settings, room.attendance.screens, camera)
    graphs = Graphs(room.database)
    restating = Restating(room.snapshots)
    shares = Shares(room.database, room.clock, REAL.now)
    for router in (
        records_router(room.parser, room.metrics.counted(room.writer), gate.detector),
        api_router(picture, gate),
        listed_router(picture, gate),
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
        networks_router(desk, graphs),
        network_router(desk),
        finding_router(desk),
        review_router(desk),
        walls_router(desk),
        alarms_router(desk),
        detectors_router(desk),
        bulk_router(desk),
        screens_router(desk),
        People(desk, room.database, REAL.now).router(),
        you_router(desk, reception, room.database),
        graph_router(desk, graphs),
        walls_api(desk),
        alarms_api(desk),
        review_api(desk),
        disowning_api(desk),
        scheduling_api(desk, room.schedules),
        scheduling_router(desk, room.schedules),
        snapshots_api(desk, room.snapshots, restating),
        comparison_api(desk, room.snapshots, restating),
        # Before the one that takes every word behind a snapshot for a file.
        comparison_router(desk, room.snapshots, restating),
        snapshots_router(desk, room.snapshots, restating, shares),
        sharing_router(desk, room.snapshots, restating, shares),
        sharing_api(desk, room.snapshots, shares),
        SharedPages(gate, room.snapshots, shares, theme=settings.theme, zone=settings.zone).router(),
        merging_router(desk),
        splitting_router(desk),
        undoing_router(desk),
        suggestions_router(desk),
        merging_api(desk),
        entrance.router(),
        static_router(gate.anybody),
    ):
        # Not include_router: nothing is laid over these routes, and it would build each of them a second time.
        app.router.routes.extend(router.routes)
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
    bell = Bell(room.database, heard_by(room.feed, room.history))
    try:
        async with room.live.beating():
            await asyncio.to_thread(room.feed.start)
            bell.start()
            room.attendance.start()
            room.history.start()
            room.notices.start()
            room.lookout.start()
            room.giver.start()
            threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
            try:
                yield
            finally:
                await asyncio.to_thread(room.giver.stop)
                await asyncio.to_thread(room.lookout.stop)
                await asyncio.to_thread(room.notices.stop)
                await asyncio.to_thread(room.feed.stop)
                await asyncio.to_thread(bell.stop)
                await asyncio.to_thread(room.attendance.stop)
                await asyncio.to_thread(room.history.stop)
    finally:
        await asyncio.to_thread(room.close)
