"""What of all records that arrived the log keeps, which of them hold, and whose word on a field is the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.log import Entry
from app.records import Record
from app.vocabulary import DAY, MINUTE, RecordType

Version = tuple[int, str, str]


def by_version(entry: Entry) -> Version:
    """What decides between two records about the same field of the same thing."""
    return entry.record.occurred_at, entry.record.source, entry.record.id


def kept(arrivals: Iterable[tuple[int, Record]], *, may_withdraw_any: bool) -> list[Entry]:
    """What the log keeps of records that arrived at some instants: each once, counted at a believable time."""
    entries: dict[tuple[str, str], Entry] = {}
    for now, record in arrivals:
        identity = (record.source, record.id)
        is_withdrawal = record.type is RecordType.RECORD_WITHDRAWN
        if identity in entries or (is_withdrawal and not may_withdraw_any and record.data["source"] != record.source):
            continue
        counted_at = min(max(record.occurred_at, now - 7 * DAY), now + 2 * MINUTE)
        entries[identity] = Entry(len(entries) + 1, record, now, counted_at)
    return list(entries.values())


def holding(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that hold, in version order. A withdrawal is undone only by a later one, so the latest go first."""
    ordered = sorted(entries, key=by_version)
    gone: set[tuple[str, str]] = set()
    for e in reversed(ordered):
        if e.record.type is RecordType.RECORD_WITHDRAWN and (e.record.source, e.record.id) not in gone:
            target = (e.record.data["source"], e.record.data["id"])
            if _may_go(target, e, ordered):
                gone.add(target)
    return [e for e in ordered if (e.record.source, e.record.id) not in gone]


def _may_go(target: tuple[str, str], withdrawal: Entry, entries: Iterable[Entry]) -> bool:
    """Whether a withdrawal reaches its target: everything but a withdrawal that is itself or later."""
    for e in entries:
        if (e.record.source, e.record.id) == target and e.record.type is RecordType.RECORD_WITHDRAWN:
            return by_version(e) < by_version(withdrawal)
    return True


def latest(entries: Sequence[Entry], name: str, default: Any = None) -> Any:
    """The last word on one field, from entries in version order; records without the field are silent about it."""
    for e in reversed(entries):
        if name in e.record.data:
            return e.record.data[name]
    return default
