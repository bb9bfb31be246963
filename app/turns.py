"""Whose turn it is: of several processes on one PostgreSQL one does what must be done once, by an advisory lock.

``Turn`` is the lock, and ``Rounds`` a thread that does the work as long as the turn is ours.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.errors import WarroomError

log = logging.getLogger(__name__)


class Turn:
    """One kind of work, by the ``key`` of its lock, the same in every process. On SQLite one process serves."""

    def __init__(self, database: Database, key: int) -> None:
        self._database = database
        self._key = key
        self._connection: Connection | None = None

    def is_ours(self) -> bool:
        """Whether this process does it. Raises SQLAlchemyError where the database is not there."""
        if self._database.is_sqlite:
            return True
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}).scalar_one():
                self._connection = connection
            else:
                connection.close()
        except SQLAlchemyError:
            self.give_back()
            raise
        # Whoever had the turn before may have said something that is not on the board yet: from the next look on.
        return False

    def give_back(self) -> None:
        """Give the lock back, and end the connection, with which it would end as well, some moments later."""
        if self._connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": self._key})
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


class Rounds:
    """A thread that does some ``work`` every so many seconds while it is ours. A fault is logged, and it goes on."""

    def __init__(self, name: str, turn: Turn, work: Callable[[], object], every_s: float) -> None:
        self._name = name
        self._turn = turn
        self._work = work
        self._every_s = every_s
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Do it from now on."""
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self, patience_s: float | None = None) -> None:
        """Let another process do it. What is on its way is waited for, at most so many seconds.

        What takes longer keeps the turn until this process ends: two must not do the same at once.
        """
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(patience_s)
        if self._thread is None or not self._thread.is_alive():
            self._turn.give_back()

    def _run(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                if self._turn.is_ours():
                    self._work()
            except (WarroomError, SQLAlchemyError, TimeoutError) as broken:
                log.warning("%s: nothing was done: %s", self._name, getattr(broken, "orig", broken))
            except Exception:
                log.exception("%s: it failed", self._name)
