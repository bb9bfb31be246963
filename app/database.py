"""The database behind SQLAlchemy: how SQLite and PostgreSQL are opened so that a commit is a commit.

SQLite runs in WAL with synchronous=FULL and a real ``BEGIN IMMEDIATE`` for writers (the driver's default loses
updates); PostgreSQL appends under an advisory lock, so that ``seq`` order is commit order on both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import StaticPool

from app.errors import Unavailable

APPEND_LOCK = 0x77617272
"""Key of PostgreSQL's advisory lock, the same in every process."""


class Database:
    """An open database: ``read()`` gives one consistent picture, ``write()`` one transaction that appends alone."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _open_sqlite(url) if self.is_sqlite else _open_postgresql(url)

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


def _open_sqlite(url: str) -> Engine:
    path = url.removeprefix("sqlite://").removeprefix("/")
    in_memory = path in ("", ":memory:")
    if not in_memory:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 5}, **options)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("warroom_read", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _open_postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=10, connect_args={"connect_timeout": 5})
