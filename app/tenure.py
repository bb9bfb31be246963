"""Tenure: on SQLite one process serves a database, and a second one is told so at once (RELIABILITY, R14).

The lock is on a file of its own beside the database: to open the database's own file here would destroy the locks that
SQLite holds on it. It goes with the process, however that ends. PostgreSQL needs none: there any number may serve.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from app.database import Database
from app.errors import Unavailable


class Tenure:
    """The right to serve a database, held from the beginning. Raises Unavailable where somebody else holds it."""

    def __init__(self, database: Database) -> None:
        self._descriptor: int | None = None
        beside = _beside(database)
        if beside is None:
            return
        beside.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            who = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise Unavailable(
                f"process {who} serves {database.engine.url.database} already, and SQLite takes one at a time: stop "
                "that one, name another WARROOM_STATE_DIR, or set WARROOM_DATABASE_URL to a PostgreSQL, which many "
                "may serve"
            ) from held
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others serve. Doing so twice does no harm."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_served(database: Database) -> bool:
    """Whether a process serves an SQLite database now. Makes nothing and holds nothing."""
    beside = _beside(database)
    if beside is None or not beside.exists():
        return False
    descriptor = os.open(beside, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _beside(database: Database) -> Path | None:
    """The lock's own file, None where no lock is needed."""
    path = database.engine.url.database
    if not database.is_sqlite or path is None or path in ("", ":memory:"):
        return None
    return Path(f"{path}.lock")
