"""What was decided about networks since somebody looked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from app import tables as t
from app.log import Entry, read_many
from app.vocabulary import DESK_SOURCE, RecordType

DECIDED = (
    RecordType.STAGE_CHANGED,
    RecordType.ATTRIBUTION_ASSESSED,
    RecordType.NETWORKS_MERGED,
    RecordType.MERGE_UNDONE,
    RecordType.NETWORK_SPLIT,
    RecordType.SPLIT_UNDONE,
    RecordType.NETWORK_ASSIGNED,
    RecordType.NETWORK_CHECKED_OUT,
    RecordType.NETWORK_CHECKED_IN,
    RecordType.MERGE_REJECTED,
    RecordType.DETECTOR_DISOWNED,
)
"""What one person decides and another must not decide over unseen. Notes never stand in each other's way."""

MOST = 1_000
"""Decisions that are looked through, the last ones: whoever saw a picture older than that has to look again anyway."""

_NAMING = ("absorbed", "into", "others", "network")
"""Fields of a decision that name networks; ``network`` is what the desk adds where it withdraws a decision."""


@dataclass(frozen=True, slots=True)
class Change:
    """One decision in the log. ``by`` is who made it, ``recorded_at`` when (µs); ``about`` the networks it names.

    A source that was disowned is named in the same way: no network has an id like that.
    """

    seq: int
    source: str
    id: str
    type: RecordType
    by: str
    recorded_at: int
    about: frozenset[str]
    data: dict[str, Any]


def changes_since(connection: Connection, networks: Collection[str], seq: int) -> list[Change]:
    """What was decided about any of ``networks`` after ``seq``, oldest first."""
    withdrawn = and_(t.log.c.type == str(RecordType.RECORD_WITHDRAWN), t.log.c.source == DESK_SOURCE)
    places = (
        select(t.log.c.seq)
        .where(t.log.c.seq > seq, or_(t.log.c.type.in_([str(type) for type in DECIDED]), withdrawn))
        .order_by(t.log.c.seq.desc())
        .limit(MOST)
    )
    entries = read_many(connection, connection.execute(places).scalars())
    changes = [_change(entry) for _, entry in sorted(entries.items())]
    return [change for change in changes if change.about.intersection(networks)]


def _change(entry: Entry) -> Change:
    record, about = entry.record, {entry.record.subject or ""}
    for name in _NAMING:
        value = record.data.get(name, ())
        about.update([value] if isinstance(value, str) else value)
    if record.type is RecordType.DETECTOR_DISOWNED:
        about.add(record.data["source"])
    by = record.data.get("by", "")
    return Change(
        entry.seq, record.source, record.id, record.type, by, entry.recorded_at, frozenset(about), record.data
    )
