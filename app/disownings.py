"""Disownings: from when on nothing that a source says holds.

A record of a disowned source does not hold where its sender says that it happened then or later, or where it came then
or later: who lies about the time of one cannot lie about when it came. Only the room itself disowns, and none of its
own sources can be disowned, nor can anybody else take back what it said about that; so whether a disowning holds never
hangs on a record that it decides about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from app import tables as t
from app.entities import Touched, subject_of, touched
from app.log import Entry, chunks, log_of, read_many
from app.records import Record, instant_of
from app.rows import upsert
from app.vocabulary import OWN_SOURCES, RecordType

KIND = "disowning"
"""The kind under which the trail keeps disownings, by the source that they name."""

NEVER = 2**63 - 1
"""Since when a source is disowned that is not."""

BODIES = 1_000
"""Records that are read at once where their subject does not say what they are about."""

Disowned = Mapping[str, int]
"""Sources that are disowned, and since when (µs)."""


class Reached(NamedTuple):
    """What a change reaches: the things to be folded anew, and the withdrawals of that source."""

    things: set[Touched]
    withdrawals: list[Entry]


def is_own(record: Record) -> bool:
    """Whether the room itself says it."""
    return record.source.startswith(OWN_SOURCES)


def disowns(record: Record) -> str | None:
    """The source that a record disowns; None where it disowns none."""
    if record.type is not RecordType.DETECTOR_DISOWNED or not is_own(record):
        return None
    source = str(record.data["source"])
    return None if source.startswith(OWN_SOURCES) else source


def since_of(record: Record) -> int:
    """Since when a disowning disowns (µs)."""
    return int(instant_of(record.data["since"]))


def read_disowned(connection: Connection) -> Disowned:
    """The sources that are disowned now."""
    return {row.source: row.since for row in connection.execute(select(t.disowned))}


def is_disowned(disowned: Disowned, entry: Entry) -> bool:
    """Whether a record of the log does not hold because its source is disowned."""
    since = disowned.get(entry.record.source)
    return since is not None and max(entry.record.occurred_at, entry.recorded_at) >= since


def write_disowned(connection: Connection, source: str, since: int | None) -> tuple[int, int]:
    """Note since when a source is disowned, and return the instants between which records change: none where equal."""
    row = t.disowned.c.source == source
    held = connection.execute(select(t.disowned.c.since).where(row)).scalar()
    if since is None:
        connection.execute(delete(t.disowned).where(row))
    else:
        upsert(connection, t.disowned, [{"source": source, "since": since}])
    before, after = (NEVER if at is None else int(at) for at in (held, since))
    return min(before, after), max(before, after)


def reached(connection: Connection, source: str, between: tuple[int, int], before: int) -> Reached:
    """What records of a source are about that came at a ``seq`` before another and are told ``between`` instants."""
    low, high = between
    told = Reached(set(), [])
    if low == high:
        return told
    log, until = log_of(connection)
    later = func.max if log.dialect.name == "sqlite" else func.greatest
    at = later(t.log.c.occurred_at, t.log.c.recorded_at)
    rows = log.execute(
        select(t.log.c.seq, t.log.c.type, t.log.c.subject)
        .where(t.log.c.source == source, t.log.c.seq < before, t.log.c.seq <= until, at >= low, at < high)
        .order_by(t.log.c.seq)
    )
    unsaid = []
    for row in rows:
        thing = subject_of(RecordType(row.type), row.subject)
        if thing is None:
            unsaid.append(row.seq)
        else:
            told.things.add(thing)
    for entry in _entries(connection, unsaid):
        if entry.record.type is RecordType.RECORD_WITHDRAWN:
            told.withdrawals.append(entry)
        else:
            told.things.update(touched(entry))
    return told


def _entries(connection: Connection, seqs: list[int]) -> Iterator[Entry]:
    for some in chunks(seqs, BODIES):
        yield from read_many(connection, some).values()
