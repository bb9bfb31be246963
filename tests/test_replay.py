"""Replays: what a stretch is called, how its time runs, and that its screens see what was seen then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.board import Board
from app.clock import FixedClock
from app.errors import BadRequest, Unavailable
from app.history import History
from app.instants import past_instant
from app.replay import MOST_OPEN, Replay, Replays, Stretch, StretchClock
from app.vocabulary import HOUR, MINUTE, SECOND
from dashboards.standpoints import Standpoints
from tests.makers import asset_detected, network_reported
from tests.room import Room, at

NOON = at("2018-10-26T12:00:00Z")
REAL = at("2026-11-26T20:00:00Z")
PATIENCE_S = 20


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    """A room in which a network was reported at noon and got an asset each minute for five minutes."""
    room = Room(engine_url, now=NOON)
    room.send([network_reported("n1")])
    for minute in range(1, 6):
        room.clock.at = NOON + minute * MINUTE
        room.send([asset_detected(f"a{minute}", network="n1")])
    room.clock.at = NOON + HOUR
    yield room
    room.close()


@pytest.fixture
def history(room: Room, tmp_path: Path) -> History:
    return History(room.database, tmp_path / "history", every=2)


def stretch(minutes: int = 5, speed: int = 60, began_at: int = REAL) -> Stretch:
    return Stretch("replay", NOON, NOON + minutes * MINUTE, speed, began_at)


def draw(board: Board, now: int, topics: Collection[str]) -> Mapping[str, str]:
    listed = sum(sum(network.assets.values()) for network in board.networks.values())
    return dict.fromkeys(topics, f"{listed} at {(now - NOON) // MINUTE} min")


def at_once(what: Callable[[], None]) -> None:
    what()


def until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def shown(replay: Replay, topic: str = "test/assets") -> str:
    frame = replay.hub.newest(topic)
    return "" if frame is None else str(frame.payload)


# --- what it is -------------------------------------------------------------------------------------------------------


def test_a_name_says_all_that_there_is_to_know() -> None:
    assert Stretch.parse(str(stretch())) == stretch()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "replay",
        "replay-1-2-3",
        "film-1-2-3-4",
        "replay-2-1-3-4",
        "replay-1-2-0-4",
        "replay-1-2-601-4",
        "replay-1-9999999999999999-60-1",
        "replay-1-2-3-4-5",
        "replay--1-2-3-4",
        "replay-1-2-1.5-4",
    ],
)
def test_what_is_no_name_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(BadRequest):
        Stretch.parse(name)


def test_its_time_runs_as_fast_as_it_says_and_stands_still_at_the_end() -> None:
    real = FixedClock(REAL - SECOND)
    clock = StretchClock(stretch(minutes=5, speed=60), real)
    assert (clock.now(), clock.rate) == (NOON, 60.0)
    real.at = REAL + 2 * SECOND
    assert (clock.now(), clock.rate) == (NOON + 2 * MINUTE, 60.0)
    real.at = REAL + HOUR
    assert (clock.now(), clock.rate) == (NOON + 5 * MINUTE, 0.0)


# --- as it plays ------------------------------------------------------------------------------------------------------


def test_screens_see_what_was_seen_then(history: History) -> None:
    real = FixedClock(REAL)
    replays = Replays(history, draw, real)
    replay = replays.enter(str(stretch()), at_once)
    replay.hub.subscribe(["test/assets"], lambda: None)
    replay.poke()
    until(lambda: shown(replay) == "0 at 0 min")
    assert replay.hub.seq == 1
    for minute in (1, 4, 5):
        real.at = REAL + minute * SECOND
        until(lambda: shown(replay) == f"{minute} at {minute} min")  # noqa: B023 - called at once
        assert replay.hub.seq == minute + 1
    replays.leave(str(stretch()))
    assert replays.playing() == []


def test_the_log_may_go_on_meanwhile(room: Room, history: History) -> None:
    real = FixedClock(REAL + 2 * SECOND)
    replays = Replays(history, draw, real)
    replay = replays.enter(str(stretch()), at_once)
    replay.hub.subscribe(["test/assets"], lambda: None)
    replay.poke()
    until(lambda: shown(replay) == "2 at 2 min")
    room.send([asset_detected("a9", network="n1")])
    real.at = REAL + 9 * SECOND
    until(lambda: shown(replay) == "5 at 5 min")
    replays.leave(str(stretch()))


def test_one_stretch_is_played_once_for_all_its_screens(history: History) -> None:
    replays = Replays(history, draw, FixedClock(REAL))
    first = replays.enter(str(stretch()), at_once)
    assert replays.enter(str(stretch()), at_once) is first
    threads = [thread for thread in threading.enumerate() if thread.name == "feed"]
    replays.leave(str(stretch()))
    assert replays.playing() == [first]
    replays.leave(str(stretch()))
    assert replays.playing() == []
    assert not [thread for thread in threads if thread.is_alive()]


def test_no_more_are_played_than_a_machine_bears(history: History) -> None:
    replays = Replays(history, draw, FixedClock(REAL))
    names = [str(stretch(speed=n + 1)) for n in range(MOST_OPEN + 1)]
    for name in names[:-1]:
        replays.enter(name, at_once)
    with pytest.raises(Unavailable, match="end one of them"):
        replays.enter(names[-1], at_once)
    for name in names[:-1]:
        replays.leave(name)


# --- from where a wall is looked at -----------------------------------------------------------------------------------


@pytest.fixture
def standpoints(room: Room, history: History) -> Standpoints:
    return Standpoints(room.board, history, room.clock, FixedClock(REAL), "Europe/Berlin")


def assets(board: Board) -> int:
    return sum(sum(network.assets.values()) for network in board.networks.values())


def test_without_a_word_it_is_now(standpoints: Standpoints) -> None:
    found = standpoints.find()
    assert (found.mode, found.now, found.rate, found.live, assets(found.board)) == ("live", NOON + HOUR, 1, "/live", 5)


@pytest.mark.parametrize("said", ["2018-10-26T12:02:30Z", "2018-10-26T14:02:30", "14:02:30"])
def test_a_time_is_read_as_people_write_it(standpoints: Standpoints, said: str) -> None:
    found = standpoints.find(at=said)
    assert (found.mode, found.now, found.live) == ("past", NOON + 150 * SECOND, "")
    assert (found.board.seq, assets(found.board)) == (3, 2)


def test_a_time_that_has_not_come_today_is_yesterdays(standpoints: Standpoints) -> None:
    assert past_instant("23:00", NOON + HOUR, ZoneInfo("Europe/Berlin")) == at("2018-10-25T21:00:00Z")


def test_a_seq_is_the_picture_after_that_record(standpoints: Standpoints) -> None:
    found = standpoints.find(seq=4)
    assert (found.board.seq, found.now, assets(found.board)) == (4, NOON + 3 * MINUTE, 3)
    assert assets(standpoints.find(seq=0).board) == 0


def test_along_a_replay_it_is_where_the_replay_is(standpoints: Standpoints) -> None:
    name = str(stretch(began_at=REAL - 3 * SECOND))
    found = standpoints.find(replay=name)
    assert (found.mode, found.now, found.rate) == ("replay", NOON + 3 * MINUTE, 60.0)
    assert (found.live, assets(found.board)) == (f"/live?replay={name}", 3)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"at": "yesterday"}, "at"),
        ({"at": "25:00"}, "at"),
        ({"at": "2030-01-01T00:00:00Z"}, "at"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at"),
        ({"seq": -1}, "seq"),
        ({"seq": 1, "at": "12:00"}, "seq"),
        ({"replay": "soon"}, "replay"),
    ],
)
def test_what_makes_no_sense_is_named(standpoints: Standpoints, asked: dict[str, object], field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        standpoints.find(**asked)  # type: ignore[arg-type]
    assert refused.value.field == field
