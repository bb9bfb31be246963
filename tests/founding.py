"""Databases of rooms that were told nothing, made once a process and copied: every test would wait for a founding."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from app.database import Database
from app.migrating import upgrade


@cache
def founded() -> bytes:
    """Such a database of SQLite, as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warroom.db"
        database = Database(f"sqlite:///{path}")
        upgrade(database)
        database.close()
        return path.read_bytes()


def found(path: Path) -> None:
    """Put such a database at a path: a log of its own, which has an epoch of its own."""
    path.write_bytes(founded())
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE head SET epoch = ?", (secrets.token_hex(8),))
