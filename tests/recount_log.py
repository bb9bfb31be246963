"""What of all records that arrived the log keeps, which of them hold, and whose word on a field is the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
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
    """The entries that hold, in version order. A withdrawal is undone only by a later one, so the latest go first.

    First those of the room alone: they say who is disowned, and nobody else has a word in that.
    """
    ordered = sorted(entries, key=by_version)
    by_the_room = _standing([e for e in ordered if _is_word_of_the_room(e)], ordered)
    disownings = [e for e in by_the_room if e.record.type is RecordType.DETECTOR_DISOWNED]
    heeded = [e for e in ordered if not any(_disowns(each, e) for each in disownings)]
    return _standing(heeded, ordered)


def _standing(heeded: Sequence[Entry], everything: Sequence[Entry]) -> list[Entry]:
    """What of the records that are heeded no withdrawal among them takes back."""
    gone: set[tuple[str, str]] = set()
    for e in reversed(heeded):
        if e.record.type is RecordType.RECORD_WITHDRAWN and (e.record.source, e.record.id) not in gone:
            target = (e.record.data["source"], e.record.data["id"])
            if _may_go(target, e, everything):
                gone.add(target)
    return [e for e in heeded if (e.record.source, e.record.id) not in gone]


def _is_own(source: str) -> bool:
    return source.startswith("//warroom/")


def _is_word_of_the_room(e: Entry) -> bool:
    """Whether the room itself withdraws something, or disowns somebody."""
    return _is_own(e.record.source) and e.record.type in (RecordType.RECORD_WITHDRAWN, RecordType.DETECTOR_DISOWNED)


def _disowns(disowning: Entry, e: Entry) -> bool:
    """Whether a record happened, or came, when nobody was to listen to its source any more."""
    data = disowning.record.data
    since = (datetime.fromisoformat(data["since"]) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    is_of_it = e.record.source == data["source"] and not _is_own(e.record.source)
    return is_of_it and (e.record.occurred_at >= since or e.recorded_at >= since)


def _may_go(target: tuple[str, str], withdrawal: Entry, entries: Iterable[Entry]) -> bool:
    """Whether a withdrawal reaches its target.

    It does not where that is a withdrawal and as late, nor where only the room itself may take it back.
    """
    for e in entries:
        if (e.record.source, e.record.id) == target:
            if _is_word_of_the_room(e) and not _is_own(withdrawal.record.source):
                return False
            is_withdrawal = e.record.type is RecordType.RECORD_WITHDRAWN
            return not is_withdrawal or by_version(e) < by_version(withdrawal)
    return True


def latest(entries: Sequence[Entry], name: str, default: Any = None) -> Any:
    """The last word on one field, from entries in version order; records without the field are silent about it."""
    for e in reversed(entries):
        if name in e.record.data:
            return e.record.data[name]
    return default
