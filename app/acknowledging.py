"""Acknowledging: somebody says that they have seen an alarm, which becomes a record of the log like all others.

A commit wakes the feed, so every wall hears at once that an alarm does not wait any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from app.board import Board
from app.clock import Clock
from app.errors import NotFound, Unavailable
from app.lookout import COMMIT_S, acknowledging
from app.records import RecordParser
from app.vocabulary import Alarm
from app.writer import Writer

DOOR = "desk"


class Alarms:
    """The alarms of one room. ``newest`` gives the picture as of the last commit."""

    def __init__(self, newest: Callable[[], Board], writer: Writer, parser: RecordParser, clock: Clock) -> None:
        self.board = newest
        self._writer = writer
        self._parser = parser
        self._clock = clock
        # Of two people who press at once, the second finds that it is done: their records would contradict each other.
        self._lock = threading.Lock()

    def acknowledge(self, id: str, by: str) -> Alarm:
        """Say that ``by`` has seen an alarm; one that is acknowledged stays as it is. Raises NotFound, Unavailable."""
        with self._lock:
            alarm = self.find(id)
            if alarm.acknowledged_by:
                return alarm
            self._append([alarm], by)
            return self.find(id)

    def acknowledge_all(self, until: int, by: str) -> int:
        """Acknowledge what waits of the alarms raised up to an instant (µs), and say how many. Raises Unavailable."""
        with self._lock:
            waiting = [alarm for alarm in waiting_on(self.board()) if alarm.raised_at <= until]
            if waiting:
                self._append(waiting, by)
            return len(waiting)

    def find(self, id: str) -> Alarm:
        """One alarm. Raises NotFound."""
        alarm = self.board().alarms.get(id)
        if alarm is None:
            raise NotFound(f"there is no alarm {id[:80]!r}")
        return alarm

    def _append(self, alarms: Iterable[Alarm], by: str) -> None:
        now = self._clock.now()
        records = [self._parser.parse_event(acknowledging(alarm, by, now)) for alarm in alarms]
        try:
            # Where another process was first, its record counts and ours changes nothing.
            self._writer.submit(records, door=DOOR, principal=DOOR).result(COMMIT_S)
        except TimeoutError:
            raise Unavailable(f"the log did not answer in {COMMIT_S:g} s: do it again") from None


def newest_first(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Alarms, those that were raised last at the top."""
    return sorted(alarms, key=lambda alarm: (-alarm.raised_at, alarm.id))


def waiting_on(board: Board) -> list[Alarm]:
    """The alarms that are open and that nobody has acknowledged, newest first."""
    return newest_first(alarm for alarm in board.alarms.values() if alarm.waits)
