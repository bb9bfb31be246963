"""Whose turn it is: of several processes on one PostgreSQL one does what must be done once, by an advisory lock."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database


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
        """End the connection, and the lock with it."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
