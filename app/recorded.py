"""When records were recorded: from an instant to the last ``seq`` that there was.

``recorded_at`` grows with ``seq`` except where the room's clock was set back, or where several processes append whose
clocks differ. Between two such places the log is one run, in which an instant is found by halving; where runs begin is
looked up once and remembered.
"""

from __future__ import annotations

import threading
from array import array

from sqlalchemy import Connection, func, or_, select

from app import tables as t
from app.log import MOST_SEQ, Head


class Recorded:
    """Where the runs of one log begin, and when. Follows it; may be asked by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget("")

    def _forget(self, epoch: str) -> None:
        self._epoch = epoch
        self._walked = 0
        self._begins = array("q")
        self._first = array("q")

    def walk(self, log: Connection, end: Head) -> None:
        """Find the runs that have begun since, up to ``end``. At first the database reads all of its log for that."""
        with self._lock:
            self._walk(log, end)

    def _walk(self, log: Connection, end: Head) -> None:
        if end.epoch != self._epoch or end.seq < self._walked:
            self._forget(end.epoch)
        if end.seq == self._walked:
            return
        before = func.lag(t.log.c.recorded_at).over(order_by=t.log.c.seq).label("before")
        steps = (
            select(t.log.c.seq, t.log.c.recorded_at, before)
            .where(t.log.c.seq >= self._walked, t.log.c.seq <= end.seq)
            .subquery()
        )
        begins = or_(steps.c.recorded_at < steps.c.before, steps.c.seq == 1)
        query = select(steps.c.seq, steps.c.recorded_at).where(begins, steps.c.seq > self._walked)
        for row in log.execute(query.order_by(steps.c.seq)):
            self._begins.append(row.seq)
            self._first.append(row.recorded_at)
        self._walked = end.seq

    def seq_at(self, log: Connection, end: Head, at: int) -> int:
        """The last ``seq`` up to ``end`` that was recorded at or before an instant, 0 where none was."""
        with self._lock:
            self._walk(log, end)
            run = next((n for n in reversed(range(len(self._first))) if self._first[n] <= at), None)
            if run is None:
                return 0
            low, high = self._begins[run], [*self._begins[run + 1 : run + 2], end.seq + 1][0]
        at = min(at, MOST_SEQ)
        while high - low > 1:
            middle = (low + high) // 2
            found = log.execute(select(t.log.c.recorded_at).where(t.log.c.seq == middle)).scalar_one()
            low, high = (middle, high) if found <= at else (low, middle)
        return low
