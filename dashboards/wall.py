"""Walls: the page of every scene, and what the live feed draws for the screens that have it open.

Page and frames come from the same view and the same templates, so a page fetched now is what an older one has become.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from app.access import WATCHERS, Visitor, may_watch
from app.access.gate import Gate
from app.board import Board
from app.clock import Clock
from app.errors import Forbidden, NotFound
from app.settings import Settings
from app.vocabulary import Watch
from dashboards.pages import Shown, Surroundings, render_wall
from dashboards.scenes import ROOM, Payload, Sight, all_scenes, drawn_by

PREFIX = "/wall"

NOT_KEPT = {"cache-control": "no-store"}

NO_LIMITS: Mapping[str, int] = MappingProxyType({})


def every_topic() -> list[str]:
    """The topics of the header and of all scenes that are of no one thing."""
    return [topic for scene in (ROOM, *all_scenes().values()) if not scene.about for topic in scene.topics()]


def draw(
    board: Board,
    now: int,
    topics: Collection[str] | None = None,
    *,
    watch: Watch,
    source_limits_s: Mapping[str, int] = NO_LIMITS,
) -> dict[str, Payload]:
    """The payload of topics (of all, where none are named) at the room's time ``now`` (µs).

    Topics that no scene draws are passed over.
    """
    sights: dict[str, Sight] = {}
    drawn: dict[str, Payload] = {}
    for topic in every_topic() if topics is None else topics:
        found = drawn_by(topic)
        if found is not None:
            scene, panel, subject = found
            if subject not in sights:
                sights[subject] = Sight(board, now, watch, source_limits_s, subject)
            drawn[topic] = scene.draw(panel, sights[subject])
    return drawn


def router(*, board: Board, gate: Gate, clock: Clock, settings: Settings, version: str = "") -> APIRouter:
    """``GET /wall/NAME`` for every scene. ``board`` is the one that the feed keeps up with the log."""
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    watch = settings.watch()

    def page(name: str, subject: str, visitor: Visitor) -> Response:
        scene = all_scenes().get(name)
        if scene is None:
            raise NotFound(f"there is no such scene: walls show {', '.join(all_scenes())}")
        if not all(may_watch(visitor, topic) for topic in scene.topics(subject)):
            raise Forbidden(f"this wall shows {visitor.scene}, and nothing else")
        now, seen = clock.now(), board.frozen()
        sight = Sight(seen, now, watch, settings.source_limits_s, subject)
        if scene.about and (not subject or seen.find(subject) is None):
            raise NotFound(f"say which {scene.about} this scene is about: {PREFIX}/{name}/ID, with an ID that is known")
        if subject and not scene.about:
            raise NotFound(f"{scene.title} is of no one thing: {PREFIX}/{name}")
        html = render_wall(
            [Shown.of(scene, sight)],
            ROOM.draw("note", sight),
            Surroundings(settings.theme, settings.zone, clock.rate, version),
            now=now,
            seq=seen.seq,
            epoch=seen.epoch,
            ticks=(list(all_scenes()).index(name), len(all_scenes())),
        )
        return HTMLResponse(html, headers=NOT_KEPT)

    watcher = Annotated[Visitor, Depends(gate.require(*WATCHERS))]

    @router.get("/{name}")
    def of_scene(name: str, visitor: watcher) -> Response:
        """A scene as it is now, complete before any message comes."""
        return page(name, "", visitor)

    @router.get("/{name}/{subject}")
    def of_subject(name: str, subject: str, visitor: watcher) -> Response:
        """A scene that is of one thing."""
        return page(name, subject, visitor)

    return router
