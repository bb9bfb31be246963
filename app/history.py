"""History: the picture as it stood at any ``seq`` or time of the past, exact to the record.

A checkpoint (``app/checkpoints.py``) at or before the place is loaded, the records after it are read from the log and
go through the same projection that made the live tables, and a board reads the result. What the projection asks of the
log, where something was withdrawn, it asks of the real one, which ends at that place for it.

Checkpoints are made in a thread of its own after a commit, never in one: the newest as a copy of the tables as they
are, those that are missing before it (a log that was there first, one that came faster than copies could be made) from
the log, a little at a time.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import psycopg
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app import tables as t
from app.board import Board
from app.checkpoints import EVERY, MOST, SLACK, Checkpoints, blank, copied
from app.cursor import Cursor, end_for, end_of, forward, nearest
from app.database import Database
from app.errors import NotFound, Unavailable
from app.language import _
from app.recorded import Recorded

__all__ = ["Cursor", "History"]

LOOK_S = 10.0
"""Seconds after which the thread looks by itself, for what other processes appended and for a new epoch."""

RETRY_S = 60.0
"""Seconds without a try after one that failed: a disk that is full stays so for a while."""

REST = 3
"""How many times as long as a piece took the thread rests: a quarter of a core at most is taken from the writer."""

PAUSE_S = 0.5
"""Seconds between two checkpoints, however fast records come. Making up for 10^5 records takes about a minute."""

PIECE = 200
"""Records that are applied at once where nobody waits for them: about 6 ms, then the interpreter is free again."""

MOST_KEPT = 16
"""Boards that were opened lately and are kept."""

RETRY_OPEN_S = 2.0

MOST_WAITING = 8
"""Questions for places of the past that wait to be opened. They hold the threads that answer everybody: who asks for
one place after the other must not keep the walls from being opened."""

log = logging.getLogger(__name__)


class History:
    """The past of one log. ``folder`` is where checkpoints lie; questions may come from any number of threads.

    ``every`` and ``most`` say how many records lie between checkpoints and about how many of those there are.
    """

    def __init__(self, database: Database, folder: Path, *, every: int = EVERY, most: int = MOST) -> None:
        self._database = database
        self._checkpoints = Checkpoints(folder, every=every, most=most)
        self._recorded = Recorded()
        self._kept: OrderedDict[tuple[str, int], Board] = OrderedDict()
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING)
        self._due = every
        self._poked = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    # --- questions ----------------------------------------------------------------------------------------------------

    def at(self, seq: int) -> Board:
        """The board as it stood when ``seq`` was the last record; an empty one at 0.

        Raises NotFound past the end of the log, BadRequest below 0, and Unavailable where too many wait already.
        """
        with self._database.read() as log:
            key = end_for(log, seq).epoch, seq
        if (board := self._known(key)) is not None:
            return board
        if not self._places.acquire(blocking=False):
            raise Unavailable(_("too many places of the past are being opened: come again"), RETRY_OPEN_S)
        try:
            # One opens at a time: two would not be faster, and those who ask for the same place wait for one board.
            with self._opening:
                if (board := self._known(key)) is None:
                    with Cursor(self._database, self._checkpoints, seq) as cursor:
                        board = cursor.board
                    self._keep((board.epoch, seq), board)
        finally:
            self._places.release()
        return board.frozen()

    def cursor(self, seq: int) -> Cursor:
        """A place of the log that goes forward from ``seq``. Raises as ``at`` does; close it when it is done."""
        return Cursor(self._database, self._checkpoints, seq)

    def seq_at(self, at: int) -> int:
        """The last ``seq`` that was recorded at or before an instant (µs), 0 where none was.

        Where the room's clock was set back, so that an instant passed twice, the later time counts: what had been
        recorded by a clock that ran fast is there from the instant at which the right one goes on.
        """
        with self._database.read() as log:
            return self._recorded.seq_at(log, end_of(log), at)

    def recorded_at(self, seq: int) -> int:
        """When a record came into the log (µs). Raises NotFound where there is none at ``seq``."""
        with self._database.read() as log:
            end = end_for(log, seq)
            found = log.execute(select(t.log.c.recorded_at).where(t.log.c.seq == seq)).scalar()
        if found is None:
            raise NotFound(_("no record has seq {seq}: the log holds 1 to {last}").format(seq=seq, last=end.seq))
        return int(found)

    def _known(self, key: tuple[str, int]) -> Board | None:
        with self._lock:
            if (board := self._kept.get(key)) is None:
                return None
            self._kept.move_to_end(key)
            return board.frozen()

    def _keep(self, key: tuple[str, int], board: Board) -> None:
        with self._lock:
            self._kept[key] = board
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    # --- keeping up ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Make checkpoints from now on."""
        self._thread = threading.Thread(target=self._follow, name="history", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Make no more. Waits for what is being written."""
        self._stopped.set()
        self._poked.set()
        if self._thread is not None:
            self._thread.join()

    def poke(self, seq: int) -> None:
        """Something was committed, up to ``seq``. Never blocks, and wakes nobody before a checkpoint is due."""
        if seq >= self._due:
            self._poked.set()

    def keep_up(self) -> bool:
        """Make one checkpoint where one is missing, and remove what is not needed; True where one was made."""
        with self._database.read() as log:
            end = end_of(log)
            self._recorded.walk(log, end)
        kept = self._checkpoints.keep_to(end)
        apart = self._checkpoints.spacing(end.seq, kept)
        places = [0, *(each.seq for each in kept)]
        self._due = places[-1] + apart
        if end.seq >= self._due:
            scratch = copied(self._database)
            try:
                self._checkpoints.save(scratch)
                self._due = scratch.place.seq + apart
            finally:
                scratch.close()
            return True
        gaps = [before for before, after in pairwise(places) if after - before > apart * SLACK]
        return bool(gaps) and self._fill(gaps[-1] + apart)

    def _fill(self, seq: int) -> bool:
        """Make a checkpoint from the log, a little at a time; False where it was stopped or the epoch is another."""
        with self._database.read() as log:
            end = end_of(log)
            scratch = nearest(self._checkpoints, log, end, seq) or blank(end.epoch)
        try:
            while (place := scratch.place).seq < seq:
                began = time.monotonic()
                with self._database.read() as log:
                    if end_of(log).epoch != place.epoch:
                        return False
                    forward(log, scratch, min(place.seq + PIECE, seq))
                if self._stopped.wait(REST * (time.monotonic() - began) if self._thread is not None else 0):
                    return False
            self._checkpoints.save(scratch)
        finally:
            scratch.close()
        return True

    def _follow(self) -> None:
        self._quietly(self._clear_away)
        while not self._stopped.is_set():
            made = self._quietly(self.keep_up)
            if made is None:
                self._stopped.wait(RETRY_S)
            elif made:
                self._stopped.wait(PAUSE_S)
            else:
                self._poked.wait(LOOK_S)
            self._poked.clear()

    def _clear_away(self) -> bool:
        self._checkpoints.clear_away()
        return True

    def _quietly(self, work: Callable[[], bool]) -> bool | None:
        try:
            return work()
        except (OSError, sqlite3.Error, SQLAlchemyError, psycopg.Error, Unavailable) as broken:
            log.warning("no checkpoint can be made, so the past opens more slowly: %s", broken)
        except Exception:
            log.exception("no checkpoint could be made, so the past opens more slowly")
        return None
