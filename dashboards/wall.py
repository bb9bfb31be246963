"""Walls: the page of every scene, and what the live feed draws for the screens that have it open.

Page and frames come from the same view and the same templates, so a page fetched now is what an older one has become.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from app.access import WATCHERS, Visitor, may_watch
from app.access.gate import Gate
from app.board import Board
from app.errors import BadRequest, Forbidden, NotFound
from app.language import _
from app.refusals import Refusals
from app.settings import Settings
from app.vocabulary import Watch
from app.walls import Place
from dashboards.pages import Shown, Surroundings, render_wall
from dashboards.scenes import NOTHING_REFUSED, ROOM, Payload, Sight, all_scenes, drawn_by
from dashboards.standpoints import Standpoint, Standpoints

PREFIX = "/wall"

NOT_KEPT = {"cache-control": "no-store"}

FALLBACK = ("situation", "glance")
"""A wall whose link is lost stops its rotation on one of these, which every page that rotates has."""

Control = Mapping[str, Any]
"""What a wall is told (app/walls/control.py)."""

Told = Callable[[Visitor], Control]

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
    refused: Mapping[str, int] = NOTHING_REFUSED,
) -> dict[str, Payload]:
    """The payload of topics (of all, where none are named) at the room's time ``now`` (µs), as a ``Sight`` has it.

    Topics that no scene draws are passed over.
    """
    sights: dict[str, Sight] = {}
    drawn: dict[str, Payload] = {}
    for topic in every_topic() if topics is None else topics:
        found = drawn_by(topic)
        if found is not None:
            scene, panel, subject = found
            if subject not in sights:
                sights[subject] = Sight(board, now, watch, source_limits_s, subject, refused)
            drawn[topic] = scene.draw(panel, sights[subject])
    return drawn


class WallPages:
    """The pages of the walls of one room. ``told`` gives what the wall of a visitor is told to show."""

    def __init__(
        self,
        standpoints: Standpoints,
        refusals: Refusals,
        told: Told,
        gate: Gate,
        settings: Settings,
        version: str = "",
    ) -> None:
        self.standpoints = standpoints
        self.told = told
        self.watchers = gate.require(*WATCHERS)
        self._refusals = refusals
        self._settings = settings
        self._version = version

    def scene(self, place: Place, visitor: Visitor, seen: Standpoint) -> Response:
        """One scene. Raises NotFound, and Forbidden for a screen that is confined to another."""
        scene = all_scenes().get(place.scene)
        if scene is None:
            raise NotFound(_("there is no such scene: walls show {scenes}").format(scenes=", ".join(all_scenes())))
        if not all(may_watch(visitor, topic) for topic in scene.topics(place.subject)):
            raise Forbidden(_("this wall shows {scene}, and nothing else").format(scene=visitor.scene))
        if scene.about and (not place.subject or seen.board.find(place.subject) is None):
            address = f"{PREFIX}/{scene.name}/ID"
            raise NotFound(
                _("say which network this scene is about: {address}, of a known one").format(address=address)
            )
        if place.subject and not scene.about:
            raise NotFound(
                _("{scene} is of no one thing: {address}").format(
                    scene=_(scene.title), address=f"{PREFIX}/{scene.name}"
                )
            )
        return self._page([place], seen)

    def rotation(self, visitor: Visitor) -> Response:
        """All that this screen is told to show."""
        control = self.told(visitor)
        if visitor.scene is not None:
            control = {**control, "scenes": [{"scene": visitor.scene, "subject": "", "hold_s": 60}]}
        seen = self.standpoints.find(replay=control["replay"] or "")
        places = [place for place in places_of(control) if _is_open(place, visitor, seen.board)]
        return self._page(places, seen, control)

    def _page(self, places: Sequence[Place], seen: Standpoint, control: Control | None = None) -> Response:
        scenes, settings = all_scenes(), self._settings
        shown = [Shown.of(scenes[place.scene], self._sight(place.subject, seen)) for place in places]
        html = render_wall(
            shown,
            ROOM.draw("note", self._sight("", seen)),
            Surroundings(settings.theme, settings.zone, seen.rate, self._version, seen.mode, seen.speed, seen.live),
            now=seen.now,
            seq=seen.board.seq,
            epoch=seen.board.epoch,
            control=control,
        )
        return HTMLResponse(html, headers=NOT_KEPT)

    def _sight(self, subject: str, seen: Standpoint) -> Sight:
        limits_s, refused = self._settings.source_limits_s, self._refusals.before(seen.now)
        return Sight(seen.board, seen.now, self._settings.watch(), limits_s, subject, refused)


def router(pages: WallPages) -> APIRouter:
    """``GET /wall/NAME`` for every scene, and ``GET /wall/rotation`` for what a wall is told to show in turn.

    ``?seq=``, ``?at=`` and ``?replay=`` look at a scene from another standpoint.
    """
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    watcher = Annotated[Visitor, Depends(pages.watchers)]

    def seen_from(seq: Annotated[int | None, Query(ge=0)] = None, at: str = "", replay: str = "") -> Standpoint:
        return pages.standpoints.find(seq=seq, at=at, replay=replay)

    standpoint = Annotated[Standpoint, Depends(seen_from)]

    @router.get("/rotation")
    def in_turn(visitor: watcher, seen: standpoint) -> Response:
        """What this screen is told to show, complete before any message comes."""
        if seen.mode != "live":
            raise BadRequest("seq, at, replay", f"look at one scene from there: {PREFIX}/situation?at=21:40")
        return pages.rotation(visitor)

    @router.get("/{name}")
    def of_scene(name: str, visitor: watcher, seen: standpoint) -> Response:
        """A scene as it is now, complete before any message comes."""
        return pages.scene(Place(name), visitor, seen)

    @router.get("/{name}/{subject}")
    def of_subject(name: str, subject: str, visitor: watcher, seen: standpoint) -> Response:
        """A scene that is of one thing."""
        return pages.scene(Place(name, subject), visitor, seen)

    return router


def places_of(control: Control) -> list[Place]:
    """All that a page needs to do as it is told: its programme, what is pinned or asked for, and what it falls back on.

    The first is the one that it begins with.
    """
    said = [control["pinned"], control["alarm"], *control["scenes"], *({"scene": name} for name in FALLBACK)]
    places = [Place(each["scene"], each.get("subject", "")) for each in said if each is not None]
    return list(dict.fromkeys(place for place in places if place.scene in all_scenes()))


def _is_open(place: Place, visitor: Visitor, board: Board) -> bool:
    """Whether what a scene is about is known on this board, and the visitor may see it."""
    scene = all_scenes()[place.scene]
    is_known = not scene.about or board.find(place.subject) is not None
    return is_known and all(may_watch(visitor, topic) for topic in scene.topics(place.subject))
