"""Who sends records: how many, of which types, when the newest came, and how many in each quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from app import tables as t
from app.arrivals import Slot, counted
from app.log import Entry
from app.rows import find, upsert
from app.vocabulary import ALARM_TYPES, OWN_SOURCES


def count_senders(connection: Connection, entries: Sequence[Entry]) -> None:
    """Add new entries of the log to what is known of their sources."""
    by_source: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.record.type in ALARM_TYPES or entry.record.source.startswith(OWN_SOURCES):
            continue
        by_source.setdefault(entry.record.source, []).append(entry)
    _count_sources(connection, by_source)
    _count_arrivals(connection, by_source, entries[-1].seq)


def _count_sources(connection: Connection, by_source: Mapping[str, Sequence[Entry]]) -> None:
    held = {row.source: row for row in find(connection, t.sources.c.source, by_source)}
    rows = []
    for source, sent in sorted(by_source.items()):
        row = held.get(source)
        types = {str(entry.record.type) for entry in sent}.union(row.types.split() if row is not None else ())
        rows.append(
            {
                "source": source,
                "seq": sent[-1].seq,
                "recorded_at": max([e.recorded_at for e in sent] + ([row.recorded_at] if row is not None else [])),
                "records": len(sent) + (row.records if row is not None else 0),
                "types": " ".join(sorted(types)),
            }
        )
    upsert(connection, t.sources, rows)


def _count_arrivals(connection: Connection, by_source: Mapping[str, Sequence[Entry]], seq: int) -> None:
    rows = []
    for source, sent in sorted(by_source.items()):
        came = counted((entry.recorded_at, entry.record.occurred_at) for entry in sent)
        held = {
            row.slot: Slot.parse(row.records, row.lags)
            for row in find(connection, t.arrivals.c.slot, came, source=source)
        }
        for place, news in sorted(came.items()):
            slot = held.get(place, Slot()) + news
            rows.append({"source": source, "slot": place, "seq": seq, "records": slot.records, "lags": slot.text})
    upsert(connection, t.arrivals, rows)
