"""The feed: a commit becomes frames. It looks where the log is, whichever process appended, and draws what changed.

The first change goes out at once, later ones at most ``flush_hz`` times a second. Because durations, limits and the
countdown move with the clock, topics are drawn again every ``LOOK_S`` without a commit as well; a frame goes out only
where its content changed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from app.board import Board
from app.clock import Clock
from app.database import Database
from app.errors import Unavailable
from app.hub import Frame

LOOK_S = 1.0
"""Seconds after which the feed looks by itself, for the clock's sake and for what other processes appended."""

IN_VAIN_S = 0.5
"""Seconds after which a look that sees nothing yet is in vain; seeing takes milliseconds."""

Payload = str | Mapping[str, Any]
See = Callable[[int], Board]
"""The picture that is to be shown at the room's time (µs). What it raises of the database is tried again."""

Draw = Callable[[Board, int], Mapping[str, Payload]]
"""Every topic that is wanted, from a board and the room's time (µs)."""

Publish = Callable[[Iterable[Frame], str, int], None]
IsHeld = Callable[[str], bool]
"""Whether whoever was published to still has the newest frame of a topic."""

log = logging.getLogger(__name__)


def following(database: Database, board: Board) -> See:
    """Keeps ``board`` up with the log, and gives the picture as it is then."""

    def see(_now: int) -> Board:
        with database.read() as connection:
            board.refresh(connection)
        return board.frozen()

    return see


class Feed:
    """Publishes frames of what it sees, in a thread of its own between ``start`` and ``stop``."""

    def __init__(
        self,
        see: See,
        draw: Draw,
        publish: Publish,
        *,
        clock: Clock,
        flush_hz: float = 10.0,
        look_s: float = LOOK_S,
        is_held: IsHeld = lambda _topic: True,
    ) -> None:
        self._see = see
        self._draw = draw
        self._publish = publish
        self._clock = clock
        self._look_s = look_s
        self._is_held = is_held
        self._pause_s = 1 / flush_hz
        self._poked = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._shown: dict[str, tuple[str, Payload]] = {}
        self.refreshed_at = 0.0
        """Monotonic seconds at which it last saw; 0 before the first time."""
        self._looks_since: float | None = None

    @property
    def unread_s(self) -> float:
        """For how many seconds it has not seen, while it looks in vain: nobody answers, or nobody in time. Else 0.0.

        How long drawing takes does not count. May be asked from any thread.
        """
        now, looks_since = time.monotonic(), self._looks_since
        if looks_since is None or now - looks_since < IN_VAIN_S:
            return 0.0
        return now - (self.refreshed_at or looks_since)

    def start(self) -> None:
        """Look once, here, and then go on. Raises what looking raises."""
        self.look()
        self._thread = threading.Thread(target=self._follow, name="feed", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop following."""
        self._stopped.set()
        self._poked.set()
        if self._thread is not None:
            self._thread.join()

    def poke(self, _seq: int = 0) -> None:
        """Something was committed. Never blocks."""
        self._poked.set()

    def look(self) -> None:
        """Publish every topic whose content changed, or whose frame nobody has."""
        self._looks_since = self._looks_since or time.monotonic()
        board = self._see(self._clock.now())
        self.refreshed_at, self._looks_since = time.monotonic(), None
        # After it, so that nothing on the board is of the future.
        now = self._clock.now()
        frames = []
        shown: dict[str, tuple[str, Payload]] = {}
        for topic, payload in self._draw(board, now).items():
            shown[topic] = board.epoch, payload
            if self._shown.get(topic) != shown[topic] or not self._is_held(topic):
                frames.append(Frame(topic, board.epoch, board.seq, now, payload))
        self._shown = shown
        self._publish(frames, board.epoch, board.seq)

    def _follow(self) -> None:
        while not self._stopped.is_set():
            self._poked.wait(self._look_s)
            self._poked.clear()
            if self._stopped.is_set():
                return
            began = time.monotonic()
            try:
                self.look()
            except (SQLAlchemyError, Unavailable, psycopg.Error) as broken:
                log.warning("the feed cannot read the log, and tries again: %s", broken)
            except Exception:
                # A fault in one drawing must not end the feed: the beats go on, and the next look may be better.
                log.exception("the feed could not draw")
            self._stopped.wait(max(0.0, began + self._pause_s - time.monotonic()))
