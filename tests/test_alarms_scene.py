"""Alarms on a wall: those that wait first, who has seen which, and the calm of a room in which there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.vocabulary import HOUR, MINUTE, isoformat
from dashboards.desk import asked_for
from dashboards.scenes import alarms
from tests import makers
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=NOW)
    yield room
    room.close()


def view(room: Room, limits: dict[str, int] | None = None) -> dict[str, Any]:
    return alarms.SCENE.view(room.board, room.clock.now(), room.watch, limits or {})


def raised(id: str, *, ago: int, about: str = "n1", **said: Any) -> makers.Event:
    when = isoformat(NOW - ago)
    return makers.alarm_raised(id, "stage_limit", about, since=when, at=when, part="confirmed", limit=172_800, **said)


def test_a_calm_room_says_since_when_and_how_the_feeds_do(room: Room) -> None:
    found = view(room)
    assert found["headline"] == {"n": "0", "label": "alarms", "sub": "no feed is known yet", "waits": False}
    assert found["alarms"] == {"rows": [], "more": "", "calm": "since 1 Oct, no feed is known yet"}
    room.send(
        [makers.note_written(), raised("a", ago=HOUR), makers.alarm_cleared("a", at=isoformat(NOW - 20 * MINUTE))]
    )
    found = view(room)
    assert found["alarms"]["calm"] == "since 14:10, all feeds live"
    assert found["watching"]["last"] == {"at": "14:10", "title": "Overdue", "name": "n1"}
    room.clock.at += HOUR
    assert view(room, {makers.SOURCE: 600})["alarms"]["calm"] == "since 14:10, 1 feed not answering"


def test_an_alarm_says_what_since_when_and_who_has_seen_it(room: Room) -> None:
    room.send([makers.network_reported("n1", code_name="Low Tide"), raised("a", ago=51 * HOUR)])
    (row,) = view(room)["alarms"]["rows"]
    assert row == {
        "title": "Overdue",
        "name": "Low Tide",
        "said": "in Confirmed for more than 48\u202fh",
        "since": "since 24 Oct 11:30",
        "lasts": "51\u202fh",
        "waits": True,
        "seen": "",
    }
    assert view(room)["headline"] == {"n": "1", "label": "alarm", "sub": "1 not acknowledged", "waits": True}
    room.send([makers.alarm_acknowledged("a", "Ann", at=isoformat(NOW))])
    (row,) = view(room)["alarms"]["rows"]
    assert (row["waits"], row["seen"]) == (False, "Ann at 14:30")
    assert view(room)["headline"]["sub"] == "all acknowledged"


def test_those_that_wait_come_first_then_the_newest_and_the_rest_is_counted(room: Room) -> None:
    room.send([raised(f"a{n}", ago=(n + 1) * HOUR, about=f"n{n}") for n in range(6)])
    room.send([makers.alarm_acknowledged("a0", at=isoformat(NOW))])
    found = view(room)
    assert [row["name"] for row in found["alarms"]["rows"]] == ["n1", "n2", "n3", "n4"]
    assert found["alarms"]["more"] == "and 2 more, 1 of them not acknowledged"
    room.send([makers.alarm_acknowledged("a5", at=isoformat(NOW))])
    assert view(room)["alarms"]["more"] == "and 2 more, all acknowledged"


def test_an_alarm_asks_for_its_scene_until_somebody_has_seen_it(room: Room) -> None:
    assert asked_for(room.board) is None
    room.send([raised("a", ago=HOUR)])
    place = asked_for(room.board)
    assert place is not None
    assert place.scene == alarms.SCENE.name
    room.send([makers.alarm_acknowledged("a", at=isoformat(NOW))])
    assert asked_for(room.board) is None
    room.send([raised("b", ago=MINUTE), makers.alarm_cleared("b", at=isoformat(NOW))])
    assert asked_for(room.board) is None
