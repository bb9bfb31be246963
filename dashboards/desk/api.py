"""Room control for programs: the same as the pages of the desk do, by JSON, for scripts and panels of buttons."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from sqlalchemy import Connection

from app import walls
from app.access import Visitor
from app.answers import in_english, refusal
from app.errors import BadRequest
from app.replay import Stretch
from app.seats import Screen
from app.vocabulary import isoformat
from app.walls import Entry, Hanging, Standing, Wall, holding_words
from dashboards.desk._answers import PREFIX, REFUSALS, Json, example, not_kept
from dashboards.desk._rows import link_words, scenes_of
from dashboards.desk._said import Blanked, Changed, Paired, PlaceSaid, StretchSaid
from dashboards.desk.shell import Desk

_WALL = {
    "id": "6f1d2c3b4a59",
    "name": "Lobby",
    "distance_m": 6.0,
    "height_m": 0.93,
    "holds": "At 6 m and 0.93 m height (R 6.5): nothing holds; hero numbers only",
    "programme": [{"scene": "situation", "subject": "", "hold_s": 60}],
    "pinned": {"scene": "situation", "subject": ""},
    "on_alarm": True,
    "blank": False,
    "message": "",
    "mode": "live",
    "replay": None,
    "state": "paired",
    "link": "Live",
    "seen_seq": 1204,
    "newest_seq": 1204,
    "changed_by": "Ann",
    "changed_at": "2018-10-26T14:32:00Z",
}
_SCREEN = {
    "name": "Lobby",
    "role": "wall",
    "wall": "6f1d2c3b4a59",
    "scenes": [{"title": "Situation", "subject": "", "address": "/wall/situation"}],
    "link": "Live",
    "seen_seq": 1204,
    "newest_seq": 1204,
    "seen_s": 12.4,
}

_UNKNOWN: dict[int | str, Json] = {404: refusal("There is no such wall")}
_GUESSED: dict[int | str, Json] = {429: refusal("Too many wrong codes: wait a little")}


def walls_api(desk: Desk) -> APIRouter:
    """The routes: everybody who can read may ask, leads may change."""
    router = APIRouter(
        prefix=PREFIX, tags=["walls"], responses=REFUSALS, dependencies=[Depends(in_english), Depends(not_kept)]
    )
    control = desk.control
    people = Depends(desk.people)
    lead = Annotated[Visitor, Depends(desk.lead)]

    def one(id: str) -> Json:
        return wall_json(desk, control.standing(id), desk.screens())

    @router.get(
        "/walls",
        operation_id="list_walls",
        summary="Every wall",
        dependencies=[people],
        responses={200: example({"walls": [_WALL]})},
    )
    def list_walls() -> Json:
        """What each is told to show, and how its screen does."""
        screens = desk.screens()
        return {"walls": [wall_json(desk, standing, screens) for standing in control.standings()]}

    @router.get(
        "/walls/{id}",
        operation_id="read_wall",
        summary="One wall",
        dependencies=[people],
        responses=_UNKNOWN | {200: example(_WALL)},
    )
    def read_wall(id: str) -> Json:
        """As in the list."""
        return one(id)

    @router.patch(
        "/walls/{id}",
        operation_id="change_wall",
        summary="Change a wall: blank it, pin a scene, write a message",
        responses=_UNKNOWN | {200: example(_WALL)},
    )
    def change_wall(id: str, visitor: lead, said: Annotated[Changed, Body(openapi_examples=_CHANGES)]) -> Json:
        """All of what is given, or nothing of it. The wall hears of it at once."""
        control.change(id, lambda c, wall, now: change(desk, c, wall, said, by=visitor.name, now=now))
        return one(id)

    @router.post(
        "/walls/pair",
        operation_id="pair_screen",
        summary="Make the screen that shows a code a wall",
        responses=_GUESSED | {200: example(_WALL)},
    )
    def pair_screen(said: Paired, visitor: lead) -> Json:
        """The name of a wall whose screen is signed out gives that wall another screen."""
        hanging = Hanging(said.name, round(said.distance_m * 100), round(said.height_m * 100))
        return one(control.pair(said.code, hanging, visitor.name).id)

    @router.post(
        "/walls/blank",
        operation_id="blank_walls",
        summary="Blank all walls now, or show them again",
        responses={200: example({"changed": 3})},
    )
    def blank_walls(said: Blanked, visitor: lead) -> Json:
        """``changed`` says how many were not so before."""
        return {"changed": control.blank_all(said.blank, visitor.name)}

    @router.post(
        "/walls/{id}/revoke",
        operation_id="revoke_wall",
        summary="Sign a wall's screen out for good",
        responses=_UNKNOWN | {200: example(_WALL | {"state": "signed out"})},
    )
    def revoke_wall(id: str, visitor: lead) -> Json:
        """Within five seconds, wherever it is. The wall stays as it is set up."""
        control.change(id, lambda c, wall, now: walls.revoke(c, wall, by=visitor.name, now=now))
        return one(id)

    @router.get(
        "/screens",
        operation_id="list_screens",
        summary="Which screen is on which frame, and since when",
        dependencies=[people],
        responses={200: example({"newest_seq": 1204, "screens": [_SCREEN]})},
    )
    def list_screens() -> Json:
        """Every connected screen. ``seen_seq`` is null where one never said what it has painted."""
        screens = [screen_json(screen) for screen in desk.screens()]
        return {"newest_seq": desk.live.hub.seq, "screens": screens}

    return router


def change(desk: Desk, connection: Connection, wall: Wall, said: Changed, *, by: str, now: int) -> None:
    """Do what is said about a wall. Raises BadRequest."""
    repertoire, given = desk.control.repertoire, said.model_fields_set
    hanging = wall.hanging
    resized = Hanging(
        said.name if said.name is not None else hanging.name,
        round(said.distance_m * 100) if said.distance_m is not None else hanging.distance_cm,
        round(said.height_m * 100) if said.height_m is not None else hanging.height_cm,
    )
    if resized != hanging:
        walls.set_up(connection, wall, resized, by=by, now=now)
    if said.programme is not None:
        programme = [Entry(entry.place(), entry.hold_s) for entry in said.programme]
        for at, entry in enumerate(programme):
            desk.control.check_subject(entry.place, f"programme.{at}.subject")
        walls.set_programme(connection, wall, programme, repertoire, by=by, now=now)
    if "pinned" in given:
        show(desk, connection, wall, said.pinned, by=by, now=now)
    if said.on_alarm is not None:
        walls.set_on_alarm(connection, wall, said.on_alarm, by=by, now=now)
    if said.blank is not None:
        walls.blank(connection, wall, said.blank, by=by, now=now)
    if said.message is not None:
        walls.set_message(connection, wall, said.message, by=by, now=now)
    if "replay" in given:
        stretch = None if said.replay is None else stretch_of(desk, said.replay)
        walls.play(connection, wall, stretch, by=by, now=now)


def show(desk: Desk, connection: Connection, wall: Wall, said: PlaceSaid | None, *, by: str, now: int) -> None:
    """Pin a scene, or None. Raises BadRequest."""
    if said is None:
        walls.unpin(connection, wall, by=by, now=now)
        return
    desk.control.check_subject(said.place(), "pinned.subject")
    walls.pin(connection, wall, said.place(), desk.control.repertoire, by=by, now=now)


def stretch_of(desk: Desk, said: StretchSaid) -> Stretch:
    """What is to be played, from now on. Raises BadRequest."""
    try:
        return desk.control.stretch(said.mark, said.first, said.last, str(said.speed))
    except BadRequest as wrong:
        raise BadRequest(f"replay.{wrong.field}", wrong.reason) from None


def wall_json(desk: Desk, standing: Standing, screens: list[Screen]) -> Json:
    """One wall, and the screen that shows it."""
    wall = standing.wall
    mine = next((screen for screen in screens if screen.visitor.wall == wall.id), None)
    return {
        "id": wall.id,
        "name": wall.name,
        "distance_m": wall.hanging.distance_cm / 100,
        "height_m": wall.hanging.height_cm / 100,
        "holds": holding_words(desk.control.repertoire, wall.hanging),
        "programme": [entry.as_json() for entry in wall.programme],
        "pinned": None if wall.pinned is None else wall.pinned.as_json(),
        "on_alarm": wall.on_alarm,
        "blank": wall.blank,
        "message": wall.message,
        "mode": wall.mode,
        "replay": wall.replay,
        "state": standing.state,
        "link": None if mine is None else link_words(mine),
        "seen_seq": None if mine is None else mine.seen_seq,
        "newest_seq": desk.live.hub.seq,
        "changed_by": wall.changed_by,
        "changed_at": isoformat(wall.changed_at),
    }


def screen_json(screen: Screen) -> Json:
    """One connected screen."""
    return {
        "name": screen.visitor.name,
        "role": str(screen.visitor.role),
        "wall": screen.visitor.wall,
        "scenes": scenes_of(screen.topics),
        "link": link_words(screen),
        "seen_seq": screen.seen_seq,
        "newest_seq": screen.newest_seq,
        "seen_s": None if screen.seen_seq is None else round(screen.seen_s, 1),
    }


_CHANGES: Any = {
    "blank now": {"value": {"blank": True}},
    "pin a scene": {"value": {"pinned": {"scene": "situation"}}},
    "let the programme go on": {"value": {"pinned": None}},
    "write a message": {"value": {"message": "Briefing at 15:00 in room 2"}},
    "play the past": {"value": {"replay": {"first": "13:00", "last": "14:00", "speed": 60}}},
    "make it live again": {"value": {"replay": None}},
}
