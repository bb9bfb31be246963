"""Supposing: what would be if something were said, worked out beside the room and without a word in its log.

The views are copied as they are, which holds no writer up, and what is supposed goes through the projection that would
make the tables of it if it were said. A transaction that is rolled back would give the same, but nobody else could
append meanwhile, and of a large decision that is seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.board import Board
from app.checkpoints import copied
from app.database import Database
from app.log import CLAMP_FUTURE, CLAMP_PAST, Entry, lend, read_head
from app.projection import apply
from app.records import Record


def suppose(database: Database, records: Sequence[Record], *, now: int) -> tuple[Board, Board]:
    """The picture as it is, and as it would be if ``records``, all of them new, came at an instant (µs)."""
    before, after = Board(), Board()
    scratch = copied(database)
    try:
        place = read_head(scratch.connection)
        before.refresh(scratch.connection)
        entries = [
            Entry(seq, each, now, max(min(each.occurred_at, now + CLAMP_FUTURE), now - CLAMP_PAST))
            for seq, each in enumerate(records, place.seq + 1)
        ]
        with database.read() as log:
            lend(scratch.connection, log, place.seq, entries)
            with scratch.writing() as views:
                apply(views, entries)
        after.refresh(scratch.connection)
    finally:
        scratch.close()
    return before, after
