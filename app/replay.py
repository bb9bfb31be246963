"""Replay: a stretch of the log played again, at its own pace, on a chosen wall, while all others stay live.

A stretch says by itself all that there is to know: from which instant of the room to which, how fast, and when that
began by the real clock. Its name is that, written down; so every process computes the same moment of it, and a screen
may come to any of them and at any time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from app.board import Board
from app.clock import Clock
from app.cursor import Cursor
from app.errors import BadRequest, Unavailable
from app.feed import Feed
from app.history import History
from app.hub import Frame, Hub
from app.language import _
from app.vocabulary import MAX_INTEGER, moment

SLOWEST, FASTEST = 1, 600
"""Times as fast as it happened."""

LOOK_S = 0.25
"""Seconds between two looks: a replay moves by itself, and nobody pokes it."""

MOST_OPEN = 8
"""Replays that one process plays at once: each holds a picture of the log in memory and a thread."""

Mark = Literal["replay", "exercise"]
"""What is written over it: that it was, or that it is for practice only."""

_NAME = re.compile(r"(replay|exercise)-(\d{1,16})-(\d{1,16})-(\d{1,3})-(\d{1,16})")

Draw = Callable[[Board, int, Collection[str]], Mapping[str, str | Mapping[str, Any]]]
"""The topics that are asked for, from a board and the room's time (µs)."""

HandOver = Callable[[Callable[[], None]], None]
"""Has something done where the hubs are at home: on the event loop."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one of the room's instants to a later one (µs), ``speed`` times as fast, begun at a real instant (µs)."""

    mark: Mark
    first: int
    last: int
    speed: int
    began_at: int

    def __post_init__(self) -> None:
        if not self.first < self.last:
            raise BadRequest("last", _("a stretch ends after it begins"))
        if not SLOWEST <= self.speed <= FASTEST:
            raise BadRequest(
                "speed",
                _("is {n}: from {least} to {most} times as fast").format(n=self.speed, least=SLOWEST, most=FASTEST),
            )
        if max(self.last, self.began_at) > MAX_INTEGER:
            raise BadRequest("last", _("is beyond what a clock can say"))

    def __str__(self) -> str:
        return f"{self.mark}-{self.first}-{self.last}-{self.speed}-{self.began_at}"

    @property
    def words(self) -> str:
        """What is played: "2018-10-26 13:00:00 to 2018-10-26 14:00:00 UTC at 60×"."""
        first, last = f"{moment(self.first):%Y-%m-%d %H:%M:%S}", f"{moment(self.last):%Y-%m-%d %H:%M:%S}"
        return _("{first} to {last} UTC at {n}×").format(first=first, last=last, n=self.speed)

    @classmethod
    def parse(cls, name: str) -> Stretch:
        """Read a name. Raises BadRequest."""
        found = _NAME.fullmatch(name)
        if found is None:
            raise BadRequest("replay", "is not the name of a replay: MARK-FIRST-LAST-SPEED-BEGAN")
        mark, *numbers = found.groups()
        first, last, speed, began_at = map(int, numbers)
        return cls(cast("Mark", mark), first, last, speed, began_at)


class StretchClock:
    """The ``Clock`` of a stretch, which stands still at its end. ``real`` is the real one."""

    def __init__(self, stretch: Stretch, real: Clock) -> None:
        self._stretch = stretch
        self._real = real

    @property
    def rate(self) -> float:
        """Seconds of the replay in one real second: 0 once it is over."""
        return float(self._stretch.speed) if self.now() < self._stretch.last else 0.0

    def now(self) -> int:
        """The instant that is shown (µs)."""
        played = max(0, self._real.now() - self._stretch.began_at) * self._stretch.speed
        return min(self._stretch.last, self._stretch.first + played)


class Replay:
    """One stretch as it plays: its hub is what the live feed's is to the live walls."""

    def __init__(self, stretch: Stretch, history: History, draw: Draw, hand_over: HandOver, real: Clock) -> None:
        self.stretch = stretch
        self.clock: Clock = StretchClock(stretch, real)
        self.hub = Hub()
        self._history = history
        self._cursor: Cursor | None = None
        self._hand_over = hand_over
        self._feed = Feed(
            self._see,
            lambda board, now: draw(board, now, self.hub.watched()),
            self._publish,
            clock=self.clock,
            look_s=LOOK_S,
            is_held=lambda topic: self.hub.newest(topic) is not None,
        )

    def start(self) -> None:
        """Look at its present moment, and play on from there. Raises what reading raises."""
        self._feed.start()

    @property
    def unread_s(self) -> float:
        """For how many seconds the past could not be read."""
        return self._feed.unread_s

    def poke(self) -> None:
        """Somebody wants a topic of which there is no frame."""
        self._feed.poke()

    def stop(self) -> None:
        """Stop playing."""
        self._feed.stop()
        if self._cursor is not None:
            self._cursor.close()

    def _see(self, now: int) -> Board:
        seq = self._history.seq_at(now)
        if self._cursor is None:
            self._cursor = self._history.cursor(seq)
        return self._cursor.advance(seq)

    def _publish(self, frames: Iterable[Frame], epoch: str, seq: int) -> None:
        ready = list(frames)

        def publish() -> None:
            self.hub.advance(epoch, seq)
            self.hub.publish(ready)
            self.hub.let_go()

        self._hand_over(publish)


class Replays:
    """The stretches that somebody is looking at, each played once for all its screens."""

    def __init__(self, history: History, draw: Draw, real: Clock) -> None:
        self._history = history
        self._draw = draw
        self._real = real
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Replay, int]] = {}

    def enter(self, name: str, hand_over: HandOver) -> Replay:
        """The replay of a name, for one screen more. Raises BadRequest and Unavailable. May take a second."""
        stretch = Stretch.parse(name)
        with self._lock:
            held = self._open.get(name)
            if held is None and len(self._open) >= MOST_OPEN:
                raise Unavailable(f"{MOST_OPEN} replays are being played: end one of them first")
            replay, screens = held or (Replay(stretch, self._history, self._draw, hand_over, self._real), 0)
            if not screens:
                replay.start()
            self._open[name] = replay, screens + 1
            return replay

    def leave(self, name: str) -> None:
        """One screen less; the last one ends it."""
        with self._lock:
            replay, screens = self._open.pop(name)
            if screens > 1:
                self._open[name] = replay, screens - 1
                return
        replay.stop()

    def playing(self) -> list[Replay]:
        """Those that are being played. May be asked from any thread."""
        return [replay for replay, _ in list(self._open.values())]
