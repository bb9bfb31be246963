"""The feed: a commit becomes frames, those alone whose content changed, in whatever process it was made."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping

import pytest

from app.bell import Bell
from app.board import Board
from app.clock import FixedClock
from app.errors import Unavailable
from app.feed import IN_VAIN_S, Feed, following
from app.hub import Frame
from tests.makers import asset_detected, network_reported, post_observed
from tests.room import Room, at

NOW = at("2018-10-26T14:00:00Z")
PATIENCE_S = 10


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    room = Room(engine_url, now=NOW)
    yield room
    room.close()


class Screens:
    """What was published: frames, and how far the log was said to be."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.seq = 0
        self.changed = threading.Condition()

    def publish(self, frames: Iterable[Frame], _epoch: str, seq: int) -> None:
        with self.changed:
            self.frames += frames
            self.seq = seq
            self.changed.notify_all()

    def wait_for(self, seq: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.seq >= seq, PATIENCE_S), f"at {self.seq}, not at {seq}"


def draw(board: Board, _now: int) -> Mapping[str, str]:
    listed = sum(sum(network.assets.values()) for network in board.networks.values())
    return {"test/networks": str(len(board.networks)), "test/assets": str(listed)}


def feed_of(room: Room, screens: Screens) -> Feed:
    return Feed(following(room.database, Board()), draw, screens.publish, clock=room.clock)


def test_every_topic_goes_out_once_at_the_start(room: Room) -> None:
    screens = Screens()
    feed = feed_of(room, screens)
    feed.look()
    feed.look()
    assert [(frame.topic, frame.payload) for frame in screens.frames] == [("test/networks", "0"), ("test/assets", "0")]


def test_only_topics_whose_content_changed_go_out_and_seq_goes_on_all_the_same(room: Room) -> None:
    screens = Screens()
    feed = feed_of(room, screens)
    room.send([network_reported("n1")])
    feed.look()
    screens.frames.clear()
    room.send([asset_detected("a1", network="n1")])
    feed.look()
    assert [(frame.topic, frame.payload, frame.seq) for frame in screens.frames] == [("test/assets", "1", 2)]
    room.send([post_observed("p1", asset="a1")])
    feed.look()
    assert (len(screens.frames), screens.seq) == (1, 3)


def test_log_that_cannot_be_read_is_told_by_the_seconds_since_it_was() -> None:
    board, screens, may_see = Board(), Screens(), threading.Event()
    fails = [False]

    def see(_now: int) -> Board:
        if fails[0]:
            raise Unavailable("gone")
        assert may_see.wait(PATIENCE_S)
        return board

    feed = Feed(see, draw, screens.publish, clock=FixedClock(NOW))
    may_see.set()
    feed.look()
    assert feed.unread_s == 0.0
    fails[0] = True
    with pytest.raises(Unavailable):
        feed.look()
    assert feed.unread_s == 0.0, "one look in vain is nothing yet"
    time.sleep(IN_VAIN_S)
    assert time.monotonic() - feed.refreshed_at - 0.2 < feed.unread_s <= time.monotonic() - feed.refreshed_at
    fails[0] = False
    feed.look()
    assert feed.unread_s == 0.0
    may_see.clear()
    hangs = threading.Thread(target=feed.look)
    hangs.start()
    time.sleep(IN_VAIN_S + 0.1)
    assert feed.unread_s > IN_VAIN_S, "nobody answers at all"
    may_see.set()
    hangs.join(PATIENCE_S)
    assert feed.unread_s == 0.0


def test_drawing_that_takes_long_is_no_log_that_cannot_be_read() -> None:
    told: list[float] = []

    def draw_slowly(_board: Board, _now: int) -> Mapping[str, str]:
        time.sleep(IN_VAIN_S + 0.1)
        told.append(feed.unread_s)
        return {}

    feed = Feed(lambda _now: Board(), draw_slowly, Screens().publish, clock=FixedClock(NOW))
    feed.look()
    assert told == [0.0]


def test_a_topic_of_which_nobody_has_a_frame_goes_out_again(room: Room) -> None:
    screens = Screens()
    lost: set[str] = set()
    feed = Feed(
        following(room.database, Board()),
        draw,
        screens.publish,
        clock=room.clock,
        is_held=lambda topic: topic not in lost,
    )
    feed.look()
    screens.frames.clear()
    lost.add("test/assets")
    feed.look()
    assert [frame.topic for frame in screens.frames] == ["test/assets"]


def test_a_topic_that_is_wanted_again_goes_out_although_nothing_changed(room: Room) -> None:
    screens = Screens()
    wanted = ["test/networks"]
    feed = Feed(
        following(room.database, Board()),
        lambda board, now: {topic: payload for topic, payload in draw(board, now).items() if topic in wanted},
        screens.publish,
        clock=room.clock,
    )
    for now_wanted in (["test/networks"], [], ["test/networks"]):
        wanted[:] = now_wanted
        feed.look()
    assert [frame.topic for frame in screens.frames] == ["test/networks", "test/networks"]


def test_poke_brings_a_commit_to_the_screens(room: Room) -> None:
    screens = Screens()
    feed = feed_of(room, screens)
    feed.start()
    try:
        room.send([network_reported("n1")])
        feed.poke(1)
        screens.wait_for(1)
    finally:
        feed.stop()
    assert {frame.topic: frame.payload for frame in screens.frames}["test/networks"] == "1"


def test_feed_follows_without_being_poked(room: Room) -> None:
    screens = Screens()
    feed = feed_of(room, screens)
    feed.start()
    try:
        room.send([network_reported("n1")])
        screens.wait_for(1)
    finally:
        feed.stop()


def test_fault_in_a_drawing_does_not_end_the_feed(room: Room) -> None:
    screens = Screens()
    broken = threading.Event()

    def draw_or_break(board: Board, now: int) -> Mapping[str, str]:
        if board.seq == 1:
            broken.set()
            raise ZeroDivisionError
        return draw(board, now)

    feed = Feed(following(room.database, Board()), draw_or_break, screens.publish, clock=room.clock)
    feed.start()
    try:
        room.send([network_reported("n1")])
        feed.poke()
        assert broken.wait(PATIENCE_S)
        room.send([network_reported("n2")])
        feed.poke()
        screens.wait_for(2)
    finally:
        feed.stop()


@pytest.mark.postgres
def test_bell_is_heard_in_another_process_once_the_commit_is_there(postgres_url: str) -> None:
    room = Room(postgres_url, now=NOW)
    heard: list[int] = []
    rang = threading.Event()

    def note(seq: int) -> None:
        heard.append(seq)
        rang.set()

    bell = Bell(room.database, note)
    bell.start()
    try:
        give_up_at = time.monotonic() + PATIENCE_S
        seq = 0
        # Until it listens nobody hears: a real room has the feed's own look for that.
        while not rang.is_set() and time.monotonic() < give_up_at:
            seq += 1
            room.send([network_reported(f"n{seq}")])
            rang.wait(0.2)
        assert heard
        assert heard[-1] == seq
    finally:
        bell.stop()
        room.close()
