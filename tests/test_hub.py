"""The hub: newest wins, one waiting place per topic, and a screen that was away ends with what it would have had."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

import pytest

from app.hub import FRAME_LIMIT, Frame, Hub, Outbox, Pulse, text_frame

SEEDS = 3_000


def frame(
    topic: str = "situation/heroes", seq: int = 1, payload: str = "<p>", *, epoch: str = "e", as_of: int = 0
) -> Frame:
    return Frame(topic, epoch, seq, as_of, payload)


def nothing() -> None:
    pass


def test_a_frame_says_html_or_columns() -> None:
    html = json.loads(Frame("situation/heroes", "e", 7, 9, "<p>3.4 M</p>").text)
    columns = json.loads(Frame("situation/map", "e", 7, 9, {"reach": [1, None]}).text)
    assert html == {
        "type": "frame",
        "topic": "situation/heroes",
        "epoch": "e",
        "seq": 7,
        "as_of": 9,
        "html": "<p>3.4 M</p>",
    }
    assert columns["columns"] == {"reach": [1, None]}
    assert "html" not in columns


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_the_ready_frame_is_what_rfc_6455_says(size: int) -> None:
    payload = b"x" * size
    wire = text_frame(payload)
    assert wire[0] == 0x81
    length, start = wire[1], 2
    if length == 126:
        length, start = int.from_bytes(wire[2:4], "big"), 4
    elif length == 127:
        length, start = int.from_bytes(wire[2:10], "big"), 10
    assert (length, wire[start:]) == (size, payload)


@pytest.mark.parametrize("payload", ["\ud800", {"x": [float("nan")]}, {"x": float("inf")}, "x" * FRAME_LIMIT])
def test_what_no_screen_could_read_is_refused_when_the_frame_is_made(payload: str | dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"surrogates|JSON compliant|at most"):
        Frame("situation/heroes", "e", 1, 0, payload)


def test_the_topic_of_pulses_is_not_for_frames() -> None:
    with pytest.raises(ValueError, match="needs a topic"):
        frame("")


def test_an_outbox_starts_with_hello_and_the_newest_frame_of_each_topic() -> None:
    hub = Hub("e", 4)
    hub.publish([frame("a/a", 3), frame("a/b", 4), frame("a/c", 4)])
    outbox = hub.subscribe(["a/b", "a/a", "a/b"], nothing, hub.pulse("hello", 5, 1.0, "v"))
    first, *frames = outbox.take(0)
    assert isinstance(first, Pulse)
    pulse = {"type": "hello", "epoch": "e", "seq": 4, "now": 5, "rate": 1.0, "version": "v", "unread_s": 0.0}
    assert json.loads(first.text) == pulse
    assert [message.topic for message in frames] == ["a/b", "a/a"]


def test_of_two_frames_of_a_topic_only_the_newest_waits() -> None:
    hub = Hub("e")
    outbox = hub.subscribe(["a/a"], nothing)
    for seq in range(1, 1_000):
        hub.publish([frame("a/a", seq)])
        hub.beat(seq, 1.0, "v")
    assert len(outbox) == 2
    assert [message.seq for message in outbox.take(0)] == [999, 999]
    assert outbox.take(0) == []


def test_frames_that_come_together_wake_a_screen_once() -> None:
    hub = Hub("e")
    woken: list[int] = []
    hub.subscribe(["a/a", "a/b"], lambda: woken.append(1))
    hub.publish([frame("a/a"), frame("a/b"), frame("a/c")])
    hub.publish([frame("a/c", 2)])
    assert len(woken) == 1


def test_an_older_frame_is_passed_over_and_wakes_nobody() -> None:
    hub = Hub("e")
    hub.publish([frame("a/a", 5)])
    woken: list[int] = []
    hub.subscribe(["a/a"], lambda: woken.append(1))
    hub.publish([frame("a/a", 4)])
    assert woken == []
    newest = hub.newest("a/a")
    assert newest is not None
    assert newest.seq == 5


def test_a_frame_is_kept_for_as_long_as_somebody_has_its_topic_open() -> None:
    hub = Hub("e")
    outbox = hub.subscribe(["a/a", "a/b"], lambda: None)
    hub.publish([frame("a/a"), frame("a/b"), frame("a/c")])
    hub.let_go()
    assert sorted(hub.watched()) == ["a/a", "a/b"]
    assert (hub.newest("a/a") is None, hub.newest("a/c") is None) == (False, True)
    hub.unsubscribe(outbox)
    hub.let_go()
    assert (hub.watched(), hub.newest("a/a")) == ([], None)


def test_the_same_seq_drawn_later_replaces_the_earlier_drawing() -> None:
    assert frame(seq=5, as_of=2).replaces(frame(seq=5, as_of=1))
    assert not frame(seq=5, as_of=1).replaces(frame(seq=5, as_of=2))


def test_a_restored_log_replaces_frames_with_a_higher_seq() -> None:
    assert frame(seq=1, epoch="after").replaces(frame(seq=900, epoch="before"))


def test_the_hub_never_goes_back_within_an_epoch() -> None:
    hub = Hub("e", 9)
    hub.advance("e", 5)
    assert hub.seq == 9
    hub.advance("after", 5)
    assert (hub.epoch, hub.seq) == ("after", 5)


def test_nobody_hears_from_a_hub_that_was_left() -> None:
    hub = Hub("e")
    woken: list[int] = []
    outbox = hub.subscribe(["a/a"], lambda: woken.append(1))
    hub.unsubscribe(outbox)
    hub.unsubscribe(outbox)
    hub.publish([frame("a/a")])
    hub.beat(0, 1.0, "v")
    assert (len(hub), woken) == (0, [])


def test_what_is_not_acknowledged_counts_from_its_sending() -> None:
    hub = Hub("e")
    outbox = hub.subscribe(["a/a"], nothing)
    hub.publish([frame("a/a", 5)])
    assert outbox.unacknowledged_since is None, "what nobody took was not sent"
    outbox.take(10.0)
    hub.publish([frame("a/a", 6)])
    outbox.take(11.0)
    outbox.acknowledge(4)
    assert outbox.unacknowledged_since == 10.0, "an older seq settles nothing"


def test_who_acknowledges_the_oldest_debt_owes_nothing() -> None:
    hub = Hub("e")
    outbox = hub.subscribe(["a/a"], nothing)
    hub.publish([frame("a/a", 5)])
    outbox.take(10.0)
    outbox.acknowledge(5)
    assert (outbox.unacknowledged_since, outbox.seen_seq) == (None, 5)


def test_a_pong_counts_only_for_somebody_who_never_said_seen() -> None:
    hub = Hub("e")
    outbox = hub.subscribe(["a/a"], nothing)
    hub.publish([frame("a/a", 1)])
    outbox.take(1.0)
    outbox.hear()
    assert outbox.unacknowledged_since is None
    outbox.acknowledge(1)
    hub.publish([frame("a/a", 2)])
    outbox.take(2.0)
    outbox.hear()
    assert outbox.unacknowledged_since == 2.0


def test_one_sending_is_bounded_and_the_rest_waits_for_the_next() -> None:
    hub = Hub("e")
    outbox = hub.subscribe(["a/a", "a/b", "a/c"], nothing)
    hub.publish([frame(topic, payload="x" * (FRAME_LIMIT // 3 * 2)) for topic in ("a/a", "a/b", "a/c")])
    assert [[message.topic for message in outbox.take(0)] for _ in range(4)] == [["a/a"], ["a/b"], ["a/c"], []]


# --- the simulation ---------------------------------------------------------------------------------------------------

TOPICS = ("wall/a", "wall/b", "wall/c")


@dataclass
class Room:
    """The log, as the topics that each record changed. What a topic shows is a function of the log alone."""

    epoch: int = 0
    changes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def seq(self) -> int:
        return len(self.changes)

    def state(self, topic: str, seq: int) -> str:
        return next((value for changed, value in reversed(self.changes[:seq]) if changed == topic), "nothing yet")


class Server:
    """A process that follows the log, sometimes behind the others."""

    def __init__(self, room: Room, seq: int, now: int) -> None:
        self.room = room
        self.hub = Hub(f"epoch {room.epoch}", seq)
        self.hub.publish(self.draw(topic, now) for topic in TOPICS)

    def draw(self, topic: str, now: int) -> Frame:
        return Frame(topic, self.hub.epoch, self.hub.seq, now, self.room.state(topic, self.hub.seq))

    def follow(self, seq: int, now: int) -> None:
        dirty = {topic for topic, _ in self.room.changes[self.hub.seq : seq]}
        self.hub.advance(self.hub.epoch, seq)
        self.hub.publish(self.draw(topic, now) for topic in sorted(dirty))


class Screen:
    """A browser: it paints a frame that replaces what it shows, and whatever is under way may be lost."""

    def __init__(self) -> None:
        self.shows: dict[str, Frame] = {}
        self.server: Server | None = None
        self.outbox: Outbox | None = None
        self.under_way: list[Frame | Pulse] = []

    def connect(self, server: Server, now: int) -> None:
        self.drop()
        self.server = server
        self.outbox = server.hub.subscribe(TOPICS, nothing, server.hub.pulse("hello", now, 1.0, ""))

    def drop(self) -> None:
        if self.server is not None and self.outbox is not None:
            self.server.hub.unsubscribe(self.outbox)
        self.server = self.outbox = None
        self.under_way.clear()

    def send(self, now: int) -> None:
        if self.outbox is not None:
            assert len(self.outbox) <= len(TOPICS) + 1
            self.under_way += self.outbox.take(now)

    def receive(self, count: int) -> None:
        for message in self.under_way[:count]:
            if isinstance(message, Frame):
                self.paint(message)
            if self.outbox is not None:
                self.outbox.acknowledge(message.seq)
        del self.under_way[:count]

    def paint(self, frame: Frame) -> None:
        held = self.shows.get(frame.topic)
        if frame.replaces(held):
            assert held is None or held.epoch != frame.epoch or held.seq <= frame.seq, "a screen went back"
            self.shows[frame.topic] = frame


class Simulation:
    """Two servers, three screens, and every misfortune in an order that the seed decides."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = 0
        self.room = Room()
        self.servers = [Server(self.room, 0, 0), Server(self.room, 0, 0)]
        self.screens = [Screen(), Screen(), Screen()]

    def commit(self) -> None:
        self.room.changes.append((self.chance.choice(TOPICS), f"{self.room.epoch}.{self.now}"))

    def follow(self) -> None:
        server = self.chance.choice(self.servers)
        server.follow(self.chance.randint(server.hub.seq, self.room.seq), self.now)

    def connect(self) -> None:
        self.chance.choice(self.screens).connect(self.chance.choice(self.servers), self.now)

    def drop(self) -> None:
        self.chance.choice(self.screens).drop()

    def send(self) -> None:
        self.chance.choice(self.screens).send(self.now)

    def receive(self) -> None:
        self.chance.choice(self.screens).receive(self.chance.randint(0, 4))

    def beat(self) -> None:
        self.chance.choice(self.servers).hub.beat(self.now, 1.0, "")

    def restart(self) -> None:
        self._restart(self.chance.randrange(2), self.chance.randint(0, self.room.seq))

    def restore(self) -> None:
        self.room.epoch += 1
        del self.room.changes[self.chance.randint(0, self.room.seq) :]
        for which in range(2):
            self._restart(which, self.room.seq)

    def _restart(self, which: int, seq: int) -> None:
        for screen in self.screens:
            if screen.server is self.servers[which]:
                screen.drop()
        self.servers[which] = Server(self.room, seq, self.now)

    def run(self) -> None:
        """Let things happen; then everything heals, and every screen shows what the log says."""
        events = (self.commit, self.follow, self.connect, self.drop, self.send, self.receive, self.beat)
        rare = (self.restart, self.restore)
        for _ in range(self.chance.randrange(20, 90)):
            self.now += 1
            self.chance.choices(events + rare, (25, 20, 10, 5, 15, 15, 4, 4, 2))[0]()
        for server in self.servers:
            server.follow(self.room.seq, self.now)
        for screen in self.screens:
            if screen.outbox is None:
                screen.connect(self.chance.choice(self.servers), self.now)
            screen.send(self.now)
            screen.receive(100)
            self.check(screen)

    def check(self, screen: Screen) -> None:
        for topic in TOPICS:
            assert screen.shows[topic].epoch == f"epoch {self.room.epoch}"
            assert screen.shows[topic].payload == self.room.state(topic, self.room.seq)
        assert screen.outbox is not None
        assert screen.outbox.unacknowledged_since is None


def test_a_screen_ends_with_what_it_would_have_had_whatever_happened_on_the_way() -> None:
    for seed in range(SEEDS):
        try:
            Simulation(seed).run()
        except Exception as failure:
            failure.add_note(f"seed {seed}")
            raise
