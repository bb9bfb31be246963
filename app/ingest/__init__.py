"""FAMILY of doors: the ways a record can come in. One file is one door.

The contract. A door takes bytes from outside and a ``Principal`` who answers for them. It hands every piece to
``RecordParser``, so that all doors accept and refuse the same things; holds at most a few groups of ``GROUP_LINES``
pieces or ``GROUP_BYTES`` at a time, however much comes in; gives good records to ``Writer.submit`` and refused ones to
``Writer.refuse`` under the name in its constant ``DOOR``; and answers for every piece only after the commit. A bad
piece never stops the good ones around it. Where the writer is unavailable the door says when to come again: sending
the same again is always safe, because ``(source, id)`` counts once.

Modules with a leading underscore are what the doors share.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from app.errors import Refused
from app.records import Record
from app.writer import Receipt

__all__ = ["BATCH_RECORDS", "GROUP_BYTES", "GROUP_LINES", "LINE_LIMIT", "Principal", "Receipt", "Writer"]

GROUP_LINES = 1_000
"""Pieces that one commit takes at most: larger groups are no faster, and everybody behind them waits."""

GROUP_BYTES = 1024 * 1024
"""Bytes after which a group is closed, whatever its number of pieces."""

LINE_LIMIT = 1024 * 1024
"""Bytes of one line of NDJSON, or of one element of an array in a file."""

BATCH_RECORDS = 5_000
"""Records in one JSON batch."""


class Principal(Protocol):
    """Who answers for a record: a detector's key, or the operator at the command line."""

    @property
    def name(self) -> str:
        """The name that the log keeps beside the record."""
        ...

    def allows(self, source: str, type: str) -> bool:
        """Whether records of this CloudEvents ``source`` and (unprefixed) ``type`` may come from here."""
        ...


class Writer(Protocol):
    """The one who appends to the log."""

    def submit(self, records: list[Record], *, door: str, principal: str, clamp_past: bool = True) -> Future[Receipt]:
        """Queue records for one commit. Raises Unavailable, here or in the future, when that cannot be done now."""
        ...

    def refuse(self, refusals: list[Refused], door: str, principal: str) -> Future[None]:
        """Keep refused bodies for the operator. Raises as ``submit`` does."""
        ...
