"""Withdrawals: which records hold. A withdrawal counts wherever it arrives, before the record that it takes back too.

A record holds unless a withdrawal that itself holds names it. A withdrawal is taken back by a later one only, so that
two which name each other are decided; any other record by a withdrawal of whatever time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select

from app import tables as t
from app.entities import Touched, Version, touched
from app.log import Entry, read_identity, read_many
from app.rows import find, missing
from app.vocabulary import RecordType

Identity = tuple[str, str]
"""Source and id of a record."""

KIND = "withdrawal"
"""The kind under which the trail keeps withdrawals, by the record that they name."""

_ANY = select(t.withdrawn.c.source).limit(1)


def trace(connection: Connection, entries: Iterable[Entry]) -> dict[Touched, list[Entry]]:
    """Write down which entities the records speak about, and return the records by entity, in the order of the log."""
    spoken: dict[Touched, list[Entry]] = {}
    for entry in entries:
        found = touched(entry)
        if entry.record.type is RecordType.RECORD_WITHDRAWN:
            found = [Touched(KIND, _key(_target(entry)))]
        for entity in found:
            spoken.setdefault(entity, []).append(entry)
    rows = [{"kind": kind, "entity": entity, "seq": e.seq} for (kind, entity), told in spoken.items() for e in told]
    missing(connection, t.trail, rows)
    return spoken


def settle(connection: Connection, spoken: dict[Touched, list[Entry]]) -> tuple[set[int], set[Touched]]:
    """After ``trace``: the places of new records that do not hold, and the entities that must be folded anew."""
    refold: set[Touched] = set()
    moved: list[Identity] = []
    for entity, entries in list(spoken.items()):
        if entity.kind == KIND:
            del spoken[entity]
            moved += [_target(entry) for entry in entries]
            # A withdrawal may have been taken back before it came.
            for entry in entries:
                _write(
                    connection, _identity(entry), withdrawn=_is_withdrawn(connection, _identity(entry), entry.version)
                )
    for identity in dict.fromkeys(moved):
        _decide(connection, identity, refold)
    return _void(connection, spoken), refold


def holding(connection: Connection, entity: Touched) -> list[Entry]:
    """Every record about an entity that holds, in the order of the log."""
    told = _told(connection, entity)
    listed = _listed(connection, told)
    return [entry for entry in told if entry.seq not in listed]


def _told(connection: Connection, entity: Touched) -> list[Entry]:
    trail = select(t.trail.c.seq).where(t.trail.c.kind == entity.kind, t.trail.c.entity == entity.entity)
    entries = read_many(connection, connection.execute(trail).scalars())
    return [entries[seq] for seq in sorted(entries)]


def _decide(connection: Connection, identity: Identity, refold: set[Touched]) -> None:
    """Whether a record holds now; where that has changed, everything that follows from it."""
    entry = read_identity(connection, *identity)
    is_withdrawal = entry is not None and entry.record.type is RecordType.RECORD_WITHDRAWN
    before = _is_listed(connection, identity)
    after = _is_withdrawn(connection, identity, entry.version if entry is not None and is_withdrawal else None)
    if before == after:
        return
    _write(connection, identity, withdrawn=after)
    if entry is None:
        return
    refold.update(touched(entry))
    if is_withdrawal:
        _decide(connection, _target(entry), refold)


def _is_withdrawn(connection: Connection, identity: Identity, after: Version | None) -> bool:
    """Whether a withdrawal that holds names the record: one later than ``after`` where that is itself a withdrawal."""
    for entry in _told(connection, Touched(KIND, _key(identity))):
        if after is not None and entry.version <= after:
            continue
        if not _is_withdrawn(connection, _identity(entry), entry.version):
            return True
    return False


def _void(connection: Connection, spoken: dict[Touched, list[Entry]]) -> set[int]:
    """The places of those records that are withdrawn."""
    return _listed(connection, (entry for told in spoken.values() for entry in told))


def _listed(connection: Connection, entries: Iterable[Entry]) -> set[int]:
    if connection.execute(_ANY).first() is None:
        return set()
    places = {_identity(entry): entry.seq for entry in entries}
    rows = find(connection, t.withdrawn.c.event_id, (id for _, id in places))
    return {places[row.source, row.event_id] for row in rows if (row.source, row.event_id) in places}


def _is_listed(connection: Connection, identity: Identity) -> bool:
    source, id = identity
    query = select(t.withdrawn.c.source).where(t.withdrawn.c.source == source, t.withdrawn.c.event_id == id)
    return connection.execute(query).first() is not None


def _write(connection: Connection, identity: Identity, *, withdrawn: bool) -> None:
    source, id = identity
    if withdrawn:
        missing(connection, t.withdrawn, [{"source": source, "event_id": id}])
    else:
        row = (t.withdrawn.c.source == source) & (t.withdrawn.c.event_id == id)
        connection.execute(delete(t.withdrawn).where(row))


def _identity(entry: Entry) -> Identity:
    return entry.record.source, entry.record.id


def _target(entry: Entry) -> Identity:
    return entry.record.data["source"], entry.record.data["id"]


def _key(identity: Identity) -> str:
    # Neither a source nor an id can hold a line feed.
    return "\n".join(identity)


__all__: Sequence[str] = ["KIND", "holding", "settle", "trace"]
