"""The database behind SQLAlchemy: how SQLite and PostgreSQL are opened so that a commit is a commit.

SQLite runs in WAL with synchronous=FULL and a real ``BEGIN IMMEDIATE`` for writers (the driver's default loses
updates); PostgreSQL appends under an advisory lock, so that ``seq`` order is commit order on both.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.pool import StaticPool

from app.errors import Unavailable

APPEND_LOCK = 0x77617272
"""Key of PostgreSQL's advisory lock, the same in every process."""

BUSY_S = 5
"""Seconds for which one waits for another writer of SQLite."""


class Database:
    """An open database: ``read()`` gives one consistent picture, ``write()`` one transaction that appends alone."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._file: _File | None = None
        if self.is_sqlite:
            path = url.removeprefix("sqlite://").removeprefix("/")
            self._file = None if path in ("", ":memory:") else _File(Path(path))
            self.engine = _open_sqlite(url, self._file)
        else:
            self.engine = _open_postgresql(url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one instant of the database and cannot hold a writer up."""
        level: dict[str, Any] = {"warroom_read": True} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**level) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the append lock until it commits. Rolls back when its body raises."""
        with self.engine.connect() as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": APPEND_LOCK})
            yield connection
        if self._file is not None:
            # What was committed into a file that has gone in the meantime is not to be acknowledged.
            self._file.check()

    def check_durability(self) -> None:
        """Refuse to serve from a server that may lose what it acknowledged. Raises Unavailable with the setting."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                level = connection.execute(text("PRAGMA synchronous")).scalar_one()
                if int(level) < 2:
                    raise Unavailable(f"SQLite runs with synchronous={level}; Warroom needs FULL (2)")
                return
            for name in ("synchronous_commit", "fsync"):
                value = connection.execute(text(f"SHOW {name}")).scalar_one()
                if value in ("off", "local") and not (name == "synchronous_commit" and value == "local"):
                    raise Unavailable(f"PostgreSQL runs with {name}={value}; Warroom needs it on")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


class _File:
    """The file of an SQLite database. SQLite itself goes on writing into one that was deleted, and makes a new one.

    Only looked at by its name: to open it here would destroy the locks that SQLite holds on it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None
        path.parent.mkdir(parents=True, exist_ok=True)

    def check(self) -> None:
        """Raise Unavailable unless it is the file that was opened first. One that is put back will do again."""
        if self._known is not None and self._found() != self._known:
            raise Unavailable(
                f"the database file {self._path.name} was deleted or replaced: put it back, or start again"
            )

    def remember(self) -> None:
        """It was opened. A new one is for nobody else to read; SQLite gives what lies beside it the same rights."""
        if self._known is None:
            self._known = self._found()
            with suppress(OSError):
                if self._path.stat().st_size == 0:
                    self._path.chmod(0o600)

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _open_sqlite(url: str, file: _File | None) -> Engine:
    options: dict[str, Any] = {"poolclass": StaticPool} if file is None else {}
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_S}, **options)

    @event.listens_for(engine, "do_connect")
    def look(*_how: object) -> None:
        if file is not None:
            file.check()

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        if file is not None:
            file.remember()
        connection.isolation_level = None
        _to_wal(connection)
        for pragma in ("synchronous=FULL", f"busy_timeout={BUSY_S * 1000}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("warroom_read", False)
        if file is not None and not reads:
            file.check()
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "handle_error")
    def drop(context: ExceptionContext) -> None:
        # After a failed fsync nobody knows what the file holds: whoever met one must read it anew.
        code = getattr(context.original_exception, "sqlite_errorcode", 0)
        context.is_disconnect = context.is_disconnect or code & 0xFF == sqlite3.SQLITE_IOERR

    return engine


def _to_wal(connection: sqlite3.Connection) -> None:
    """Go over to WAL. That needs a new file for itself, and SQLite does not wait for others that are at it as well."""
    give_up_at = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as busy:
            if busy.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(0.01)
        else:
            return


def _open_postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=10, connect_args={"connect_timeout": 5})
