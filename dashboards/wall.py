"""Walls: the page of every scene, and what the live feed draws for the screens that have it open.

Page and frames come from the same view and the same templates, so a page fetched now is what an older one has become.
"""

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from app.access import WATCHERS, Visitor, may_watch
from app.access.gate import Gate
from app.board import Board
from app.clock import Clock
from app.errors import Forbidden, NotFound
from app.settings import Settings
from app.vocabulary import Watch
from dashboards.render import render_fault, render_frame
from dashboards.scenes import all_scenes, heading

PREFIX = "/wall"

NOT_KEPT = {"cache-control": "no-store"}

NO_LIMITS: Mapping[str, int] = MappingProxyType({})

Payload = str | Mapping[str, Any]

log = logging.getLogger(__name__)


def draw(board: Board, now: int, *, watch: Watch, source_limits_s: Mapping[str, int] = NO_LIMITS) -> dict[str, Payload]:
    """The payload of every topic of every scene at the room's time ``now`` (µs).

    A panel that cannot be drawn says so in its place, and the log says why; the others are as they should be.
    """
    drawn: dict[str, Payload] = {}
    for name, scene in all_scenes().items():
        panels = scene.panels(board, now, watch, source_limits_s)
        for topic in scene.TOPICS:
            try:
                drawn[topic] = render_frame(topic, {"scene": heading(name)} | panels[topic.partition("/")[2]]())
            except Exception:
                log.exception("%s could not be drawn", topic)
                drawn[topic] = render_fault(now, watch.zone)
    return drawn


def router(*, board: Board, gate: Gate, clock: Clock, settings: Settings, version: str = "") -> APIRouter:
    """``GET /wall/NAME`` for every scene. ``board`` is the one that the feed keeps up with the log."""
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    watch = settings.watch()

    @router.get("/{name}")
    def page(name: str, visitor: Annotated[Visitor, Depends(gate.require(*WATCHERS))]) -> Response:
        """A scene as it is now, complete before any message comes."""
        scene = all_scenes().get(name)
        if scene is None:
            raise NotFound(f"there is no such scene: walls show {', '.join(all_scenes())}")
        if not all(may_watch(visitor, topic) for topic in scene.TOPICS):
            raise Forbidden(f"this wall shows {visitor.scene}, and nothing else")
        now, seen = clock.now(), board.frozen()
        html = scene.page(
            scene.view(seen, now, watch, settings.source_limits_s),
            now=now,
            theme=settings.theme,
            zone=settings.zone,
            rate=clock.rate,
            seq=seen.seq,
            epoch=seen.epoch,
            version=version,
        )
        return HTMLResponse(html, headers=NOT_KEPT)

    return router
