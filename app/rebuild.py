"""Rebuild: every view is made again from the log, in one transaction, and what differed from before is told."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from app import tables as t
from app.entities import NetworkState, encoded
from app.log import read_after, read_head
from app.projection import apply

BATCH = 5_000

_INCIDENTAL = frozenset({"seq", "no"})
"""Columns that say when a row was first or last written, and nothing of what is known. In the trail ``seq`` is."""

_NOTHING_SAID = encoded(NetworkState())


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``records`` were read; ``differences`` names rows that were not as the log has them, by table."""

    records: int
    differences: list[str] = field(default_factory=list)


def rebuild(connection: Connection, on_progress: Callable[[int], None] = lambda _seq: None) -> Rebuilt:
    """Make all views again. The caller holds the append lock and commits, or rolls back to look only.

    ``on_progress`` is told how far it is. Where anything differed the log gets a new epoch: write the anchor anew.
    """
    before = {table.name: _content(connection, table) for table in t.VIEWS}
    seq = remake(connection, on_progress)
    differences = [
        line for table in t.VIEWS for line in _compare(table, before[table.name], _content(connection, table))
    ]
    if differences:
        # Whoever follows the log has a picture of what was wrong: under a new epoch everybody reads everything.
        connection.execute(update(t.head).values(epoch=secrets.token_hex(8)))
    return Rebuilt(seq, differences)


def remake(connection: Connection, on_progress: Callable[[int], None] = lambda _seq: None) -> int:
    """Empty all views and fill them from the log; how many records it has. The caller holds the append lock."""
    for table in t.VIEWS:
        connection.execute(delete(table))
    end = read_head(connection).seq
    seq = 0
    while entries := read_after(connection, seq, BATCH, until=end):
        apply(connection, entries)
        seq = entries[-1].seq
        on_progress(seq)
    return seq


Key = tuple[Any, ...]


def _content(connection: Connection, table: Table) -> dict[Key, Counter[tuple[Any, ...]]]:
    keys = [column.name for column in table.primary_key if column.name != "no"] or ["id"]
    says = [column.name for column in table.columns if column.name not in {*keys, *_INCIDENTAL}]
    found: dict[Key, Counter[tuple[Any, ...]]] = {}
    for row in connection.execute(select(table)).mappings():
        if _is_empty(table, row):
            continue
        key = tuple(row[name] for name in keys)
        said = tuple(bytes(row[name]) if isinstance(row[name], (bytes, memoryview)) else row[name] for name in says)
        found.setdefault(key, Counter())[said] += 1
    return found


def _is_empty(table: Table, row: Any) -> bool:
    """Rows that say nothing: whether they are there at all depends on how records were batched."""
    if table is t.rollups:
        return bool(row["bag"] == "{}")
    if table is t.reaches:
        return bool(row["assets"] == 0)
    if table is t.merges:
        return bool(row["survivor"] == "")
    if table is t.networks:
        # One that an asset passed through, or that is known by its assets alone.
        return bool(row["state"] == _NOTHING_SAID)
    return False


def _compare(table: Table, before: dict[Key, Any], after: dict[Key, Any]) -> list[str]:
    lines = []
    for key in sorted(before.keys() | after.keys(), key=repr):
        if before.get(key) != after.get(key):
            what = "was missing" if key not in before else "should not be there" if key not in after else "differed"
            lines.append(f"{table.name} {'/'.join(map(str, key))!r} {what}")
    return lines
