"""What records did between two places of the log, counted: assets found, restored, stages, statements, what was undone.

Only records that may change a figure are counted. The room's own, notes, posts, links and indicators change none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, not_, or_, select

from app import disownings, withdrawals
from app import tables as t
from app.entities import MERGES, SPLITS
from app.log import Entry, read_identities
from app.rows import find
from app.vocabulary import OWN_TYPES, RecordType

IDLE = (OWN_TYPES - {RecordType.DETECTOR_DISOWNED}) | {
    RecordType.POST_OBSERVED,
    RecordType.LINK_OBSERVED,
    RecordType.NOTE_WRITTEN,
    RecordType.INDICATOR_OBSERVED,
    RecordType.NETWORK_OVERLAPPED,
    RecordType.ELECTION_SCHEDULED,
}
"""Records that change no figure."""

TELLING = tuple(type for type in RecordType if type not in IDLE)

EVERYWHERE = "*"
"""The network of a deed that may have touched any."""

MOST_READ = 2_000
"""Records of one kind whose words are read: statements, merges, splits and withdrawals are made by people."""

_l = t.log.c


@dataclass(frozen=True, slots=True)
class Deed:
    """What some records did: ``n`` things of one ``kind``, by ``records`` at the places ``first`` to ``last``.

    ``network`` is the home of the things, empty where they have none, ``other`` a second one (merged, split into);
    ``who`` stated something or is a disowned source; ``of`` is the type of the records that were withdrawn, or the
    types of those that the source had sent.
    """

    kind: str
    network: str
    n: int
    records: int
    first: int
    last: int
    surface: str = ""
    other: str = ""
    who: str = ""
    of: str = ""


class _Home(NamedTuple):
    """Of which network a record speaks, on which surface where it is of one asset, and of which other network."""

    network: str
    surface: str = ""
    other: str = ""


def last_telling(connection: Connection, until: int | None = None) -> int:
    """The place of the last record that may change a figure, 0 where there is none."""
    # One question a type is one look into the index of types; over all of them it would be a walk through the log.
    last = 0
    for type in TELLING:
        query = select(func.max(_l.seq)).where(_l.type == str(type))
        if until is not None:
            query = query.where(_l.seq <= until)
        last = max(last, connection.execute(query).scalar() or 0)
    return last


def deeds_between(connection: Connection, after: int, until: int) -> list[Deed]:
    """What the records after one place did, up to and with another, in the order of the log.

    What was taken back by then is left out. Networks and surfaces of things are those that they have now.
    """
    found = [
        *_assets(connection, after, until),
        *_things(connection, after, until),
        *_networks(connection, after, until),
        *_statements(connection, after, until),
        *_decided(connection, after, until),
        *_withdrawn(connection, after, until),
        *_disowned(connection, after, until),
    ]
    return sorted(found, key=lambda deed: (deed.first, deed.kind, deed.network, deed.surface, deed.other, deed.who))


def _between(after: int, until: int, *types: RecordType) -> ColumnElement[bool]:
    return and_(_l.type.in_([str(type) for type in types]), _l.seq > after, _l.seq <= until, _holds(until))


def _holds(until: int) -> ColumnElement[bool]:
    """That nothing had taken a record back at a place of the log."""
    trail = t.trail.c
    named = exists().where(
        and_(trail.kind == withdrawals.KIND, trail.entity == _l.source + "\n" + _l.event_id, trail.seq <= until)
    )
    listed = exists().where(and_(t.withdrawn.c.source == _l.source, t.withdrawn.c.event_id == _l.event_id))
    disowned = exists().where(
        and_(
            t.disowned.c.source == _l.source,
            or_(_l.occurred_at >= t.disowned.c.since, _l.recorded_at >= t.disowned.c.since),
        )
    )
    said = exists().where(and_(trail.kind == disownings.KIND, trail.entity == _l.source, trail.seq <= until))
    return and_(not_(and_(named, listed)), not_(and_(said, disowned)))


_COUNTS = (func.count(_l.subject.distinct()), func.count(), func.min(_l.seq), func.max(_l.seq))


def _assets(connection: Connection, after: int, until: int) -> Iterator[Deed]:
    kinds = {
        RecordType.ASSET_REMOVED: "removed",
        RecordType.ASSET_RESTORED: "restored",
        RecordType.AUDIENCE_OBSERVED: "audience",
    }
    a = t.assets.c
    for type, kind in kinds.items():
        yield from _on_assets(connection, kind, _between(after, until, type))
    before = t.log.alias("before")
    known = exists(
        select(literal(1))
        .select_from(t.trail.join(before, before.c.seq == t.trail.c.seq))
        .where(t.trail.c.kind == "asset", t.trail.c.entity == a.id, t.trail.c.seq <= after)
        .where(before.c.type == str(RecordType.ASSET_DETECTED))
    )
    detected = _between(after, until, RecordType.ASSET_DETECTED)
    yield from _on_assets(connection, "found", and_(detected, not_(known)))
    yield from _on_assets(connection, "described", and_(detected, known))


def _on_assets(connection: Connection, kind: str, wanted: ColumnElement[bool]) -> Iterator[Deed]:
    a = t.assets.c
    query = (
        select(a.home, a.surface, *_COUNTS)
        .select_from(t.log.join(t.assets, a.id == _l.subject))
        .where(wanted, a.status != "unknown")
        .group_by(a.home, a.surface)
    )
    for home, surface, n, records, first, last in connection.execute(query):
        yield Deed(kind, home, n, records, first, last, surface=surface)


def _things(connection: Connection, after: int, until: int) -> Iterator[Deed]:
    ads = (
        select(t.ads.c.home, *_COUNTS)
        .select_from(t.log.join(t.ads, t.ads.c.id == _l.subject))
        .where(_between(after, until, RecordType.AD_OBSERVED), t.ads.c.counted)
        .group_by(t.ads.c.home)
    )
    for home, n, records, first, last in connection.execute(ads):
        yield Deed("ad", home, n, records, first, last)
    events = (
        select(t.events.c.places, *_COUNTS)
        .select_from(t.log.join(t.events, t.events.c.id == _l.subject))
        .where(_between(after, until, RecordType.EVENT_HOSTED))
        .group_by(t.events.c.places)
    )
    for places, n, records, first, last in connection.execute(events):
        for home in dict.fromkeys(home for home, _platform in json.loads(places)):
            yield Deed("event", home, n, records, first, last)


def _networks(connection: Connection, after: int, until: int) -> Iterator[Deed]:
    kinds = {
        RecordType.NETWORK_REPORTED: "reported",
        RecordType.STAGE_CHANGED: "stage",
        RecordType.ATTRIBUTION_ASSESSED: "assessed",
    }
    for type, kind in kinds.items():
        query = select(_l.subject, *_COUNTS).where(_between(after, until, type)).group_by(_l.subject)
        for network, n, records, first, last in connection.execute(query):
            yield Deed(kind, network, n, records, first, last)


def _bodies(connection: Connection, wanted: ColumnElement[bool]) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """Place, type, subject and data of some records, the latest ``MOST_READ`` of them."""
    query: Select[Any] = (
        select(_l.seq, _l.type, _l.subject, _l.body).where(wanted).order_by(_l.seq.desc()).limit(MOST_READ)
    )
    for row in connection.execute(query):
        yield row.seq, row.type, row.subject or "", json.loads(row.body)["data"]


def _statements(connection: Connection, after: int, until: int) -> Iterator[Deed]:
    told: dict[tuple[str, str], list[int]] = {}
    for seq, _type, network, data in _bodies(connection, _between(after, until, RecordType.STATEMENT_MADE)):
        told.setdefault((network, str(data["by"])), []).append(seq)
    for (network, who), seqs in told.items():
        yield Deed("statement", network, 1, len(seqs), min(seqs), max(seqs), who=who)


def _decided(connection: Connection, after: int, until: int) -> Iterator[Deed]:
    for seq, type, network, data in _bodies(connection, _between(after, until, *MERGES, *SPLITS)):
        if type in MERGES:
            kind = "merged" if type == RecordType.NETWORKS_MERGED else "unmerged"
            for absorbed in data["absorbed"]:
                yield Deed(kind, network, 1, 1, seq, seq, other=absorbed)
        else:
            kind = "split" if type == RecordType.NETWORK_SPLIT else "unsplit"
            yield Deed(kind, network, len(set(data["assets"])), 1, seq, seq, other=str(data["into"]))


def _withdrawn(connection: Connection, after: int, until: int) -> Iterator[Deed]:
    rows = list(_bodies(connection, _between(after, until, RecordType.RECORD_WITHDRAWN)))
    named = {(str(data["source"]), str(data["id"])): seq for seq, _type, _subject, data in rows}
    entries = read_identities(connection, named)
    # What came after the earlier picture and was taken back before the later one is in neither.
    before = {identity: entry for identity, entry in entries.items() if entry.seq <= after}
    homes = _homes(connection, before.values())
    told: dict[tuple[str, str, _Home], list[int]] = {}
    for identity, entry in before.items():
        record = entry.record
        if record.type in IDLE:
            continue
        who = str(record.data.get("by", "")) if record.type is RecordType.STATEMENT_MADE else ""
        for home in homes[entry.seq]:
            told.setdefault((str(record.type), who, home), []).append(named[identity])
    for (of, who, (network, surface, other)), seqs in told.items():
        n = len(seqs)
        yield Deed("withdrawn", network, n, n, min(seqs), max(seqs), surface=surface, other=other, who=who, of=of)


def _homes(connection: Connection, entries: Iterable[Entry]) -> dict[int, list[_Home]]:
    """By place: of which networks a record speaks."""
    told = list(entries)
    subjects = {entry.record.subject or "" for entry in told}
    assets = {row.id: (row.home, row.surface) for row in find(connection, t.assets.c.id, subjects)}
    ads = {row.id: row.home for row in find(connection, t.ads.c.id, subjects)}
    found: dict[int, list[_Home]] = {}
    for entry in told:
        type, subject, data = entry.record.type, entry.record.subject or "", entry.record.data
        if type in _OF_ASSETS:
            # One that was never detected again has no home any more.
            home, surface = assets.get(subject, ("", ""))
            found[entry.seq] = [_Home(home or str(data.get("network") or EVERYWHERE), surface)]
        elif type is RecordType.AD_OBSERVED:
            found[entry.seq] = [_Home(ads.get(subject) or EVERYWHERE)]
        elif type in MERGES:
            found[entry.seq] = [_Home(subject, other=absorbed) for absorbed in data["absorbed"]]
        elif type in SPLITS:
            found[entry.seq] = [_Home(subject, other=str(data["into"]))]
        elif type in _OF_NETWORKS:
            found[entry.seq] = [_Home(subject)]
        else:
            found[entry.seq] = [_Home(EVERYWHERE)]
    return found


def _disowned(connection: Connection, after: int, until: int) -> Iterator[Deed]:
    told = list(_bodies(connection, _between(after, until, RecordType.DETECTOR_DISOWNED)))
    types = {
        row.source: row.types
        for row in find(connection, t.sources.c.source, {data["source"] for *_place, data in told})
    }
    for seq, _type, _subject, data in told:
        source = str(data["source"])
        yield Deed("disowned", EVERYWHERE, 1, 1, seq, seq, who=source, of=types.get(source, ""))


_OF_ASSETS = {
    RecordType.ASSET_DETECTED,
    RecordType.ASSET_REMOVED,
    RecordType.ASSET_RESTORED,
    RecordType.AUDIENCE_OBSERVED,
}
_OF_NETWORKS = {
    RecordType.NETWORK_REPORTED,
    RecordType.STATEMENT_MADE,
    RecordType.STAGE_CHANGED,
    RecordType.ATTRIBUTION_ASSESSED,
}
