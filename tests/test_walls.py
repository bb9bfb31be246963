"""Walls: what each is to show, who said so, from how far it can be read, and what its screen is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from app import walls
from app.access import Role, Visitor, find_visitor, list_sessions, may_watch, open_session
from app.access.pairing import show_code
from app.database import Database
from app.errors import BadRequest, NotFound
from app.replay import Stretch
from app.tables import metadata
from app.vocabulary import HOUR, MINUTE
from app.walls import Controls, Entry, Hanging, Piece, Place, Wall, control_of, control_topic, holding_words, verdict
from app.walls.distance import default_programme, parse_metres, ratio_words
from app.walls.programme import MOST_ENTRIES
from tests import hostile

NOW = 1_795_521_600_000_000
KEY = b"key of the tests"
SAID: dict[str, Any] = {"by": "Ann", "now": NOW}
PLAYED = Stretch("replay", NOW - HOUR, NOW, 60, NOW)
SCENES = {
    "situation": Piece("situation", "Situation", 60, 3.3),
    "networks": Piece("networks", "Networks", 40, 3.3),
    "glance": Piece("glance", "Glance", 20, 5.7),
    "network": Piece("network", "Network", 30, 3.3, "network"),
}


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    opened = Database(engine_url)
    with opened.write() as connection:
        metadata.create_all(connection)
    yield opened
    opened.close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as writing:
        yield writing


def made(connection: Connection, name: str = "Lobby", distance_cm: int = 300, height_cm: int = 93) -> Wall:
    hanging = Hanging(name, distance_cm, height_cm)
    return walls.make_wall(connection, hanging, default_programme(SCENES, hanging.ratio), **SAID)


def again(connection: Connection, wall: Wall) -> Wall:
    return walls.find_wall(connection, wall.id)


def said_about(connection: Connection, wall: Wall) -> list[str]:
    return [change.what for change in walls.changes_of(connection, wall.id)]


# --- from how far it can be read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distance_cm", "height_cm", "sentence"),
    [
        (600, 93, "At 6 m and 0.93 m height (R 6.5): nothing holds; hero numbers only"),
        (600, 122, "At 6 m and 1.22 m height (R 5.0): Glance holds; Situation, Networks and Network do not"),
        (300, 93, "At 3 m and 0.93 m height (R 3.3): every scene holds"),
        (3_000, 93, "At 30 m and 0.93 m height (R 32.3): nothing holds; not even hero numbers can be read"),
    ],
)
def test_the_room_is_told_plainly_which_scenes_hold(distance_cm: int, height_cm: int, sentence: str) -> None:
    assert holding_words(SCENES, Hanging("Lobby", distance_cm, height_cm)) == sentence


def test_a_list_says_it_in_few_words() -> None:
    assert verdict(SCENES, Hanging("Lobby", 600, 93)) == "6 m, R 6.5: hero numbers only"
    assert verdict(SCENES, Hanging("Lobby", 600, 122)) == "6 m, R 5.0: 1 of 4 scenes holds"
    assert verdict(SCENES, Hanging("Lobby", 150, 93)) == "1.5 m, R 1.7: every scene holds"
    assert verdict(SCENES, Hanging("Lobby", 9_000, 93)) == "90 m, R 96.8: too far to read"


def test_the_ratio_is_never_rounded_to_a_better_one() -> None:
    assert ratio_words(3.301) == "R 3.4"
    assert ratio_words(3.3) == "R 3.3"
    assert ratio_words(0.3 / 0.1) == "R 3.0"


def test_a_new_wall_shows_what_can_be_read_from_its_place(connection: Connection) -> None:
    near, far, farther = made(connection, "a"), made(connection, "b", 500), made(connection, "c", 2_000)
    assert [entry.place.scene for entry in near.programme] == ["situation", "networks", "glance"]
    assert [entry.place.scene for entry in far.programme] == ["glance"]
    assert [entry.place.scene for entry in farther.programme] == ["glance"]


@pytest.mark.parametrize(
    ("typed", "centimetres"), [("6", 600), ("0,93", 93), (" 2.5 m ", 250), ("1.224", 122), ("10.00", 1_000)]
)
def test_metres_are_taken_as_people_type_them(typed: str, centimetres: int) -> None:
    assert parse_metres("distance_m", typed) == centimetres


@pytest.mark.parametrize("typed", ["", "far", "-3", "1e9", "3 ft", "6.5.5", "٣", "99999", "nan", "\u202e6"])
def test_what_is_no_length_is_refused_by_its_field(typed: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_metres("distance_m", typed)
    assert refused.value.field == "distance_m"


# --- changes ----------------------------------------------------------------------------------------------------------


def test_every_change_is_written_down_with_who_made_it_and_when(connection: Connection) -> None:
    wall = made(connection)
    acts = [
        lambda wall, by, now: walls.pin(connection, wall, Place("network", "n1"), SCENES, by=by, now=now),
        lambda wall, by, now: walls.unpin(connection, wall, by=by, now=now),
        lambda wall, by, now: walls.blank(connection, wall, True, by=by, now=now),
        lambda wall, by, now: walls.blank(connection, wall, False, by=by, now=now),
        lambda wall, by, now: walls.set_message(connection, wall, "Briefing at 15:00", by=by, now=now),
        lambda wall, by, now: walls.set_message(connection, wall, "", by=by, now=now),
        lambda wall, by, now: walls.set_on_alarm(connection, wall, False, by=by, now=now),
        lambda wall, by, now: walls.set_up(connection, wall, Hanging("Foyer", 600, 93), by=by, now=now),
        lambda wall, by, now: walls.play(connection, wall, PLAYED, by=by, now=now),
        lambda wall, by, now: walls.play(connection, wall, None, by=by, now=now),
    ]
    for minute, act in enumerate(acts, 1):
        act(again(connection, wall), f"lead {minute}", NOW + minute * MINUTE)
    assert said_about(connection, wall)[::-1] == [
        "made the wall: 3 m, 0.93 m high, R 3.3",
        "pinned Network n1",
        "unpinned it",
        "blanked it",
        "showed it again",
        "wrote the message: Briefing at 15:00",
        "took the message away",
        "turned the alarm-driven scene off",
        "renamed it from Lobby",
        "said how it hangs: 6 m, 0.93 m high, R 6.5",
        "began to play, as a replay: 2026-11-24 11:00:00 to 2026-11-24 12:00:00 UTC at 60×",
        "made it live again",
    ]
    newest = walls.changes_of(connection, wall.id)[0]
    assert (newest.who, newest.at) == ("lead 10", NOW + 10 * MINUTE)
    after = again(connection, wall)
    assert (after.name, after.changed_by, after.changed_at) == ("Foyer", "lead 10", NOW + 10 * MINUTE)


def test_what_changes_nothing_is_not_written_down(connection: Connection) -> None:
    wall = made(connection)
    walls.unpin(connection, wall, **SAID)
    walls.blank(connection, wall, False, **SAID)
    walls.set_message(connection, wall, " ", **SAID)
    walls.set_on_alarm(connection, wall, True, **SAID)
    walls.set_up(connection, wall, wall.hanging, **SAID)
    walls.set_programme(connection, wall, wall.programme, SCENES, **SAID)
    assert walls.revoke(connection, wall, **SAID) is False
    assert len(said_about(connection, wall)) == 1


def test_a_programme_keeps_its_order_and_its_seconds(connection: Connection) -> None:
    wall = made(connection)
    programme = [Entry(Place("glance"), 5), Entry(Place("network", "n1"), 3_600), Entry(Place("glance"), 20)]
    walls.set_programme(connection, wall, programme, SCENES, **SAID)
    assert list(again(connection, wall).programme) == programme
    assert said_about(connection, wall)[0] == "set the programme: Glance 5 s, Network n1 3600 s, Glance 20 s"


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ([], "programme"),
        ([Entry(Place("glance"), 20)] * (MOST_ENTRIES + 1), "programme"),
        ([Entry(Place("glance"), 20), Entry(Place("glance"), 4)], "programme.1.hold_s"),
        ([Entry(Place("glance"), 3_601)], "programme.0.hold_s"),
        ([Entry(Place("weather"), 20)], "programme.0.scene"),
        ([Entry(Place("network"), 20)], "programme.0.subject"),
        ([Entry(Place("network", "../../etc"), 20)], "programme.0.subject"),
        ([Entry(Place("glance", "n1"), 20)], "programme.0.subject"),
    ],
)
def test_a_programme_that_cannot_be_shown_is_refused_by_its_field(
    connection: Connection, entries: list[Entry], field: str
) -> None:
    wall = made(connection)
    with pytest.raises(BadRequest) as refused:
        walls.set_programme(connection, wall, entries, SCENES, **SAID)
    assert refused.value.field == field
    assert again(connection, wall).programme == wall.programme


@pytest.mark.parametrize(
    ("hanging", "field"),
    [
        (Hanging("", 300, 93), "name"),
        (Hanging(" \u200b ", 300, 93), "name"),
        (Hanging("x" * 61, 300, 93), "name"),
        (Hanging("LOBBY", 300, 93), "name"),
        (Hanging("Foyer", 49, 93), "distance_m"),
        (Hanging("Foyer", 10_001, 93), "distance_m"),
        (Hanging("Foyer", 300, 9), "height_m"),
        (Hanging("Foyer", 300, 2_001), "height_m"),
    ],
)
def test_a_wall_that_cannot_hang_so_is_refused_by_its_field(
    connection: Connection, hanging: Hanging, field: str
) -> None:
    made(connection)
    with pytest.raises(BadRequest) as refused:
        walls.make_wall(connection, hanging, (), **SAID)
    assert refused.value.field == field


@pytest.mark.parametrize("text", hostile.NAMES.values(), ids=hostile.NAMES)
def test_a_message_is_kept_safe_and_short_or_refused(connection: Connection, text: str) -> None:
    wall = made(connection)
    try:
        walls.set_message(connection, wall, text, **SAID)
    except BadRequest as refused:
        assert refused.field == "message"  # noqa: PT017 - either is right
    message = again(connection, wall).message
    assert len(message) <= 120
    assert not any(c in message for c in "\u202e\u2066\u200b\x00\x1b\n")


def test_all_walls_are_blanked_at_once(connection: Connection) -> None:
    first, second = made(connection, "a"), made(connection, "b")
    walls.blank(connection, first, True, **SAID)
    assert walls.blank_all(connection, True, **SAID) == 1
    assert [wall.blank for wall in walls.list_walls(connection)] == [True, True]
    assert walls.blank_all(connection, False, **SAID) == 2
    assert said_about(connection, second)[:2] == ["showed it again", "blanked it"]


def test_a_wall_that_is_forgotten_is_gone_and_what_was_done_stays_written_down(connection: Connection) -> None:
    wall = made(connection)
    walls.forget(connection, wall, **SAID)
    with pytest.raises(NotFound):
        again(connection, wall)
    assert said_about(connection, wall)[0] == "took Lobby off the list"


def test_walls_are_listed_by_name_whatever_its_case(connection: Connection) -> None:
    for name in ("b", "A", "C"):
        made(connection, name)
    assert [wall.name for wall in walls.list_walls(connection)] == ["A", "b", "C"]


# --- screens ----------------------------------------------------------------------------------------------------------


def paired(connection: Connection, name: str = "Lobby") -> tuple[Wall, str]:
    """A wall with its screen signed in, and the token of that."""
    waiting = show_code(connection, NOW, KEY)
    wall = walls.pair(connection, waiting.code, Hanging(name, 300, 93), SCENES, by="Ann", at=NOW, now=NOW, key=KEY)
    opened = walls.take_up(connection, waiting.secret, NOW)
    assert opened is not None
    return wall, opened.token


def test_a_screen_that_is_paired_is_signed_in_as_its_wall_and_nobody_else(connection: Connection) -> None:
    wall, token = paired(connection)
    visitor = find_visitor(connection, token, NOW)
    assert visitor is not None
    assert (visitor.role, visitor.name, visitor.wall) == (Role.WALL, "Lobby", wall.id)
    assert walls.states(connection, [wall], NOW) == {wall.id: "paired"}
    assert may_watch(visitor, control_topic(wall.id))
    assert not may_watch(visitor, control_topic("another"))
    assert may_watch(visitor, "situation/map")
    assert not may_watch(Visitor(Role.WALL, "unpaired"), control_topic(wall.id))
    assert may_watch(Visitor(Role.VIEWER, "Bo"), control_topic(wall.id))


def test_revoking_ends_the_screen_and_leaves_the_wall_for_another(connection: Connection) -> None:
    wall, token = paired(connection)
    walls.set_programme(connection, wall, [Entry(Place("glance"), 7)], SCENES, **SAID)
    assert walls.revoke(connection, wall, **SAID)
    assert find_visitor(connection, token, NOW) is None
    assert walls.states(connection, [wall], NOW) == {wall.id: "signed out"}
    other, token = paired(connection, " lobby ")
    assert other.id == wall.id
    assert other.programme == (Entry(Place("glance"), 7),)
    assert find_visitor(connection, token, NOW) is not None


def test_a_wall_that_has_a_screen_gets_no_other(connection: Connection) -> None:
    paired(connection)
    waiting = show_code(connection, NOW, KEY)
    with pytest.raises(BadRequest, match="Lobby has a screen"):
        walls.pair(connection, waiting.code, Hanging("LOBBY", 300, 93), SCENES, by="A", at=NOW, now=NOW, key=KEY)


def test_a_wall_whose_code_was_typed_awaits_its_screen(connection: Connection) -> None:
    waiting = show_code(connection, NOW, KEY)
    wall = walls.pair(connection, waiting.code, Hanging("x", 300, 93), SCENES, by="A", at=NOW, now=NOW, key=KEY)
    assert walls.states(connection, [wall], NOW) == {wall.id: "awaited"}
    walls.revoke(connection, wall, **SAID)
    assert walls.take_up(connection, waiting.secret, NOW) is None


def test_a_wall_that_is_forgotten_while_its_screen_comes_signs_nobody_in(connection: Connection) -> None:
    waiting = show_code(connection, NOW, KEY)
    wall = walls.pair(connection, waiting.code, Hanging("x", 300, 93), SCENES, by="A", at=NOW, now=NOW, key=KEY)
    walls.forget(connection, wall, **SAID)
    assert walls.take_up(connection, waiting.secret, NOW) is None
    assert list_sessions(connection, NOW) == []


def test_renaming_a_wall_renames_its_session(connection: Connection) -> None:
    wall, token = paired(connection)
    open_session(connection, Role.LEAD, "Lobby", NOW)
    walls.set_up(connection, wall, Hanging("Foyer", 300, 93), **SAID)
    visitor = find_visitor(connection, token, NOW)
    assert visitor is not None
    assert visitor.name == "Foyer"
    assert {each.name for each in list_sessions(connection, NOW)} == {"Foyer", "Lobby"}


# --- what a wall is told ----------------------------------------------------------------------------------------------


def test_a_wall_is_told_all_of_what_it_is_to_show(connection: Connection) -> None:
    wall = made(connection)
    walls.pin(connection, wall, Place("network", "n1"), SCENES, **SAID)
    walls.blank(connection, wall, True, **SAID)
    walls.set_message(connection, wall, "Briefing", **SAID)
    walls.play(connection, wall, replace(PLAYED, mark="exercise"), **SAID)
    assert control_of(again(connection, wall), SCENES, Place("situation")) == {
        "wall": wall.id,
        "name": "Lobby",
        "scenes": [
            {"scene": "situation", "subject": "", "hold_s": 60},
            {"scene": "networks", "subject": "", "hold_s": 40},
            {"scene": "glance", "subject": "", "hold_s": 20},
        ],
        "pinned": {"scene": "network", "subject": "n1"},
        "alarm": {"scene": "situation", "subject": ""},
        "blank": True,
        "message": "Briefing",
        "mode": "exercise",
        "replay": str(replace(PLAYED, mark="exercise")),
    }


def test_a_wall_that_ignores_alarms_is_not_told_of_them(connection: Connection) -> None:
    wall = made(connection)
    walls.set_on_alarm(connection, wall, False, **SAID)
    assert control_of(again(connection, wall), SCENES, Place("situation"))["alarm"] is None


def test_a_scene_that_is_not_there_any_more_is_not_asked_for(connection: Connection) -> None:
    wall = made(connection)
    walls.pin(connection, wall, Place("networks"), SCENES, **SAID)
    fewer = {name: piece for name, piece in SCENES.items() if name == "glance"}
    told = control_of(again(connection, wall), fewer)
    assert [entry["scene"] for entry in told["scenes"]] == ["glance"]
    assert told["pinned"] is None
    none_left = control_of(again(connection, wall), {"tempo": Piece("tempo", "Tempo", 40, 3.3)})
    assert none_left["scenes"] == [{"scene": "tempo", "subject": "", "hold_s": 40}]


def test_controls_are_read_at_each_look_and_only_where_somebody_watches(database: Database) -> None:
    with database.write() as connection:
        wall, other = made(connection), made(connection, "Foyer")
        walls.set_on_alarm(connection, other, False, **SAID)
    controls = Controls(database, SCENES)
    topic = control_topic(wall.id)
    asked: list[str] = []

    def alarm() -> Place | None:
        asked.append("alarm")
        return None

    assert controls.draw(["situation/map"], alarm) == {}
    assert controls.draw([control_topic("gone"), control_topic(other.id)], alarm).keys() == {control_topic(other.id)}
    assert asked == []
    assert controls.draw([topic, "situation/map"], alarm)[topic]["blank"] is False
    with database.write() as connection:
        walls.blank(connection, wall, True, **SAID)
    assert controls.draw([topic], alarm)[topic]["blank"] is True
