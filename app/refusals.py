"""What the doors refused lately, by the source that it named. It is no part of the log, but stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import func, select

from app import tables as t
from app.database import Database
from app.vocabulary import DAY, SECOND

STEP = 10 * SECOND
"""Counts are of whole steps, so that a picture of an instant is the same whenever it is drawn."""


class Refusals:
    """Counts what was refused in one database. May be asked by any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted = lru_cache(maxsize=16)(self._count)

    def before(self, now: int) -> Mapping[str, int]:
        """By source how much was refused in the 24 hours before ``now`` (µs); "" are those that named none."""
        return self._counted(now // STEP * STEP)

    def _count(self, end: int) -> Mapping[str, int]:
        source = func.coalesce(t.refused.c.source, "").label("source")
        of_the_day = t.refused.c.received_at > end - DAY, t.refused.c.received_at <= end
        query = select(source, func.count().label("n")).where(*of_the_day).group_by(source)
        with self._database.read() as connection:
            return {row.source: row.n for row in connection.execute(query)}
