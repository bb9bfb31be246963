"""The bell: on PostgreSQL a commit in one process wakes the feeds of all others, with nothing but its ``seq``."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import Connection, text

from app.database import Database

CHANNEL = "warroom_seq"

WAIT_S = 0.5
"""How often the thread looks whether it should stop."""

RETRY_S = 2.0

log = logging.getLogger(__name__)


def ring(connection: Connection, seq: int) -> None:
    """Tell everybody who listens, when this transaction commits and not before. Nothing happens on SQLite."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_notify(:channel, :seq)"), {"channel": CHANNEL, "seq": str(seq)})


class Bell:
    """Listens in a thread of its own and calls ``heard`` with a ``seq``. On SQLite, where one process serves, it rests.

    A bell that is not heard costs a second at most: the feed looks by itself.
    """

    def __init__(self, database: Database, heard: Callable[[int], None]) -> None:
        self._address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._stopped = threading.Event()
        self._thread = None if database.is_sqlite else threading.Thread(target=self._listen, name="bell", daemon=True)

    def start(self) -> None:
        """Listen from now on."""
        if self._thread is not None:
            self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._stopped.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stopped.is_set():
                        self._hear(connection)
            except psycopg.Error as broken:
                log.warning("the bell of the database cannot be heard, the feed looks by itself: %s", broken)
                self._stopped.wait(RETRY_S)

    def _hear(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        for notice in connection.notifies(timeout=WAIT_S, stop_after=1):
            with contextlib.suppress(ValueError):
                self._heard(int(notice.payload))
