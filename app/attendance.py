"""Attendance: every screen of the room, whichever process it is connected to.

On SQLite one process serves and knows them all. On PostgreSQL each writes down every ``WRITE_S`` who is connected,
and reads what the others wrote; a process that has written nothing for ``GONE_S`` is taken for gone.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.seats import Screen
from app.tables import attendance
from app.vocabulary import SECOND

WRITE_S = 2.0
GONE_S = 10.0

log = logging.getLogger(__name__)


class Attendance:
    """``here`` gives the screens of this process, ``now`` µs of real time."""

    def __init__(self, database: Database, here: Callable[[], list[Screen]], now: Callable[[], int]) -> None:
        self._database = database
        self._here = here
        self._now = now
        self._process = secrets.token_hex(8)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Write down who is here from now on, where others may ask."""
        if not self._database.is_sqlite:
            self._thread = threading.Thread(target=self._follow, name="attendance", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Nobody is here any more."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._try(lambda: self._write([]))

    def screens(self) -> list[Screen]:
        """Every screen that is connected, to this process or another."""
        found = self._here()
        if self._database.is_sqlite:
            return found
        now = self._now()
        with self._database.read() as connection:
            others = attendance.c.process != self._process
            recent = attendance.c.written_at > now - int(GONE_S * SECOND)
            rows = connection.execute(select(attendance).where(others, recent)).all()
        for row in rows:
            age_s = max(0.0, (now - row.written_at) / SECOND)
            found += [_aged(screen, age_s) for screen in msgspec.json.decode(row.screens, type=list[Screen])]
        return found

    def write(self) -> None:
        """Write down who is here now."""
        self._write(self._here())

    def _write(self, screens: list[Screen]) -> None:
        # The digest of a session is nobody's business but that of its process.
        told = [replace(screen, visitor=replace(screen.visitor, digest=b"")) for screen in screens]
        now = self._now()
        with self._database.engine.begin() as connection:
            mine = attendance.c.process == self._process
            stale = attendance.c.written_at < now - 10 * int(GONE_S * SECOND)
            connection.execute(delete(attendance).where(mine | stale))
            if told:
                row = {"process": self._process, "written_at": now, "screens": msgspec.json.encode(told)}
                connection.execute(insert(attendance).values(row))

    def _follow(self) -> None:
        while not self._stopped.wait(WRITE_S):
            self._try(self.write)

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except SQLAlchemyError as broken:
            log.warning("who is connected here could not be written down: %s", getattr(broken, "orig", broken))


def _aged(screen: Screen, age_s: float) -> Screen:
    waits_s = None if screen.waits_s is None else screen.waits_s + age_s
    return replace(screen, seen_s=screen.seen_s + age_s, waits_s=waits_s)
