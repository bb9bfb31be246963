"""Withdrawals: which records hold. A withdrawal counts wherever it arrives, before the record that it takes back too.

A record holds unless a withdrawal that itself holds names it. A withdrawal is taken back by a later one only, so that
two which name each other are decided; any other record by a withdrawal of whatever time.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from operator import itemgetter

from sqlalchemy import Connection, delete, select

from app import tables as t
from app.entities import Touched, Version, touched
from app.log import Entry, log_of, read_identity, read_many
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
    """After ``trace``: the places of new records that do not hold, and the entities that must be folded anew.

    Whether a withdrawal holds is for later ones alone to say. So the latest is decided first and each only once,
    however long the chain in which one takes back another; what is no withdrawal comes at the end.
    """
    due = _Due(connection)
    for entity in [entity for entity in spoken if entity.kind == KIND]:
        for entry in spoken.pop(entity):
            # It may have been taken back before it came.
            due.add(entry)
            due.name(entry)
    while due.withdrawals:
        _, identity, entry = due.withdrawals.pop()
        if _decide(connection, identity, entry.version):
            due.name(entry)
    refold: set[Touched] = set()
    for identity, target in due.others.items():
        if _decide(connection, identity, None) and target is not None:
            refold.update(touched(target))
    return _void(connection, spoken), refold


class _Due:
    """Records of which it must be decided whether they hold: ``withdrawals`` in their order, and all ``others``."""

    def __init__(self, connection: Connection) -> None:
        self.withdrawals: list[tuple[Version, Identity, Entry]] = []
        self.others: dict[Identity, Entry | None] = {}
        self._connection = connection
        self._added: set[Identity] = set()

    def add(self, entry: Entry) -> None:
        """A withdrawal."""
        identity = _identity(entry)
        if identity not in self._added:
            self._added.add(identity)
            insort(self.withdrawals, (entry.version, identity, entry), key=itemgetter(0))

    def name(self, withdrawal: Entry) -> None:
        """The record that a withdrawal names, unless that is a withdrawal and as late."""
        identity = _target(withdrawal)
        if identity in self._added or identity in self.others:
            return
        target = read_identity(self._connection, *identity)
        if target is None or target.record.type is not RecordType.RECORD_WITHDRAWN:
            self.others[identity] = target
        elif withdrawal.version > target.version:
            self.add(target)


def holding(connection: Connection, entity: Touched) -> list[Entry]:
    """Every record about an entity that holds, in the order of the log."""
    told = _told(connection, entity)
    listed = _listed(connection, told)
    return [entry for entry in told if entry.seq not in listed]


def _told(connection: Connection, entity: Touched) -> list[Entry]:
    log, until = log_of(connection)
    trail = select(t.trail.c.seq).where(t.trail.c.kind == entity.kind, t.trail.c.entity == entity.entity)
    entries = read_many(connection, log.execute(trail.where(t.trail.c.seq <= until)).scalars())
    return [entries[seq] for seq in sorted(entries)]


def _decide(connection: Connection, identity: Identity, after: Version | None) -> bool:
    """Write down whether a withdrawal that holds names the record, and say whether that is new.

    ``after`` is the version of what is itself a withdrawal: only later ones count.
    """
    told = _told(connection, Touched(KIND, _key(identity)))
    naming = [entry for entry in told if after is None or entry.version > after]
    ids = [id for _, id in (identity, *map(_identity, naming))]
    listed = {(row.source, row.event_id) for row in find(connection, t.withdrawn.c.event_id, ids)}
    withdrawn = any(_identity(entry) not in listed for entry in naming)
    if withdrawn == (identity in listed):
        return False
    _write(connection, identity, withdrawn=withdrawn)
    return True


def _void(connection: Connection, spoken: dict[Touched, list[Entry]]) -> set[int]:
    """The places of those records that are withdrawn."""
    return _listed(connection, (entry for told in spoken.values() for entry in told))


def _listed(connection: Connection, entries: Iterable[Entry]) -> set[int]:
    if connection.execute(_ANY).first() is None:
        return set()
    places = {_identity(entry): entry.seq for entry in entries}
    rows = find(connection, t.withdrawn.c.event_id, (id for _, id in places))
    return {places[row.source, row.event_id] for row in rows if (row.source, row.event_id) in places}


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
