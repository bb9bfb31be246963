"""Withdrawals: which records hold. A withdrawal counts wherever it arrives, before the record that it takes back too.

A record holds unless a withdrawal that itself holds names it, or its source is disowned (``app/disownings.py``). A
withdrawal is taken back by a later one only, so that two which name each other are decided; any other record by a
withdrawal of whatever time. What the room itself withdrew or disowned is taken back by the room alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from app import disownings
from app import tables as t
from app.disownings import Disowned, disowns, is_disowned, is_own, read_disowned, since_of, write_disowned
from app.entities import Touched, Version, touched
from app.log import Entry, Identity, log_of, read_identities, read_many, supposed_on
from app.rows import find, missing
from app.vocabulary import RecordType

KIND = "withdrawal"
"""The kind under which the trail keeps withdrawals, by the record that they name."""

_ANY = select(t.withdrawn.c.source).limit(1)


def trace(connection: Connection, entries: Iterable[Entry]) -> dict[Touched, list[Entry]]:
    """Write down which entities the records speak about, and return the records by entity, in the order of the log."""
    spoken: dict[Touched, list[Entry]] = {}
    for entry in entries:
        found = touched(entry)
        if _withdraws(entry):
            found = [Touched(KIND, _key(_target(entry)))]
        elif (source := disowns(entry.record)) is not None:
            found = [Touched(disownings.KIND, source)]
        for entity in found:
            spoken.setdefault(entity, []).append(entry)
    rows = [{"kind": kind, "entity": entity, "seq": e.seq} for (kind, entity), told in spoken.items() for e in told]
    missing(connection, t.trail, rows)
    return spoken


class Settled(NamedTuple):
    """``void`` are the places of new records that do not hold, ``refold`` the entities that must be folded anew."""

    void: set[int]
    refold: set[Touched]


def settle(connection: Connection, spoken: dict[Touched, list[Entry]], first: int) -> Settled:
    """After ``trace`` of records of which ``first`` is the place of the first: what of them holds, and what it changes.

    Whether a withdrawal holds is for later ones alone to say, so the latest are decided first. The room's own come
    before all others, since they decide about disownings, and those about whom else is heard.
    """
    due = _Due(connection)
    for entity in [entity for entity in spoken if entity.kind == KIND]:
        # They may have been taken back before they came.
        due.add(spoken.pop(entity))
    sources = set()
    for entity in [entity for entity in spoken if entity.kind == disownings.KIND]:
        sources.add(entity.entity)
        due.others.update((_identity(entry), entry) for entry in spoken.pop(entity))
    due.decide(own=True)
    refold: set[Touched] = set()
    sources.update(disowned for entry in due.others.values() if entry and (disowned := disowns(entry.record)))
    due.decide_disownings()
    for source in sorted(sources):
        found = disownings.reached(connection, source, _redisown(connection, source), first)
        refold.update(found.things)
        due.add(found.withdrawals)
    due.decide(own=False)
    for target in due.decide_others():
        refold.update(touched(target))
    return Settled(_listed(connection, (entry for told in spoken.values() for entry in told)), refold)


class _Due:
    """Records of which it must be decided whether they hold: ``withdrawals``, and all ``others``."""

    def __init__(self, connection: Connection) -> None:
        self.withdrawals: dict[Identity, Entry] = {}
        self.others: dict[Identity, Entry | None] = {}
        self._connection = connection

    def add(self, withdrawals: Collection[Entry]) -> None:
        """Withdrawals, what they name, and what that names in turn, however long the chain."""
        while withdrawals:
            self.withdrawals.update((_identity(entry), entry) for entry in withdrawals)
            named = {_target(entry): entry for entry in withdrawals}
            unread = [identity for identity in named if identity not in self.withdrawals]
            found = read_identities(self._connection, unread)
            self.others.update((each, found.get(each)) for each in unread if not _is_withdrawal(found.get(each)))
            withdrawals = [entry for entry in found.values() if _withdraws(entry)]

    def decide(self, *, own: bool) -> None:
        """Decide about the withdrawals of the room itself, or about all others: the latest first."""
        ordered = sorted((entry for entry in self.withdrawals.values() if is_own(entry.record) is own), key=_by_version)
        while ordered:
            together: dict[Identity, Entry | None] = {}
            named: set[Identity] = set()
            while ordered and (identity := _identity(ordered[-1])) not in named:
                entry = ordered.pop()
                together[identity] = entry
                named.add(_target(entry))
            _decide(self._connection, together)

    def decide_disownings(self) -> None:
        """Decide about the disownings among the others."""
        _decide(self._connection, {id: entry for id, entry in self.others.items() if entry and disowns(entry.record)})

    def decide_others(self) -> list[Entry]:
        """Decide about what is no withdrawal, and return what of it holds now and did not, or does not and did."""
        others = {id: entry for id, entry in self.others.items() if entry is None or disowns(entry.record) is None}
        changed = _decide(self._connection, others)
        return [entry for id, entry in others.items() if id in changed and entry is not None]


def holding(connection: Connection, entity: Touched) -> list[Entry]:
    """Every record about an entity that holds, in the order of the log."""
    return holdings(connection, [entity])[entity]


def holdings(connection: Connection, entities: Collection[Touched]) -> dict[Touched, list[Entry]]:
    """The records about each of many entities that hold, in the order of the log."""
    places = _places(connection, entities)
    wanted = {seq for told in places.values() for seq in told}
    # What nobody heeds is not read: it may be nearly all there is.
    wanted -= _unheeded(connection, wanted)
    entries = read_many(connection, wanted)
    gone = _listed(connection, entries.values())
    return {
        entity: [entries[seq] for seq in sorted(places.get(entity, ())) if seq in entries and seq not in gone]
        for entity in entities
    }


def _unheeded(connection: Connection, seqs: Collection[int]) -> set[int]:
    """Those places at which disowned sources speak, as far as the columns of the log tell."""
    disowned = read_disowned(connection)
    if not disowned:
        return set()
    columns = (t.log.c.seq, t.log.c.source, t.log.c.occurred_at, t.log.c.recorded_at)
    rows = find(log_of(connection)[0], t.log.c.seq, seqs, *columns)
    unheeded = {
        row.seq
        for row in rows
        if row.source in disowned and max(row.occurred_at, row.recorded_at) >= disowned[row.source]
    }
    return unheeded.difference(supposed_on(connection))


def _places(connection: Connection, entities: Iterable[Touched]) -> dict[Touched, set[int]]:
    """Where in the log entities are spoken about."""
    log, until = log_of(connection)
    by_kind: dict[str, set[str]] = {}
    for kind, entity in entities:
        by_kind.setdefault(kind, set()).add(entity)
    found: dict[Touched, set[int]] = {}
    for kind, ids in by_kind.items():
        rows = find(log, t.trail.c.entity, ids, t.trail.c.entity, t.trail.c.seq, kind=kind)
        for row in rows:
            if row.seq <= until:
                found.setdefault(Touched(kind, row.entity), set()).add(row.seq)
        if supposed := supposed_on(connection):
            for row in find(connection, t.trail.c.entity, ids, t.trail.c.entity, t.trail.c.seq, kind=kind):
                if row.seq in supposed:
                    found.setdefault(Touched(kind, row.entity), set()).add(row.seq)
    return found


def _decide(connection: Connection, records: Mapping[Identity, Entry | None]) -> set[Identity]:
    """Write down of which records withdrawals that hold name them, and return those of which that is new.

    None of them may be a withdrawal that names another; None stands for what has not arrived.
    """
    if not records:
        return set()
    places = _places(connection, [Touched(KIND, _key(identity)) for identity in records])
    entries = read_many(connection, {seq for told in places.values() for seq in told})
    naming = {
        identity: [
            entry for seq in places.get(Touched(KIND, _key(identity)), ()) if _reaches(entry := entries[seq], target)
        ]
        for identity, target in records.items()
    }
    gone = _listed(connection, entries.values())
    ids = {id for _, id in records}
    listed = {(row.source, row.event_id) for row in find(connection, t.withdrawn.c.event_id, ids)}
    withdrawn = {identity for identity, told in naming.items() if any(entry.seq not in gone for entry in told)}
    missing(connection, t.withdrawn, [_row(identity) for identity in sorted(withdrawn - listed)])
    back = (listed & records.keys()) - withdrawn
    if back:
        row = (t.withdrawn.c.source == bindparam("by")) & (t.withdrawn.c.event_id == bindparam("which"))
        connection.execute(delete(t.withdrawn).where(row), [{"by": by, "which": which} for by, which in sorted(back)])
    return (withdrawn - listed) | back


def _reaches(withdrawal: Entry, target: Entry | None) -> bool:
    """Whether a withdrawal can take back what it names."""
    if target is None:
        return True
    is_word_of_the_room = is_own(target.record) and (_withdraws(target) or disowns(target.record) is not None)
    if is_word_of_the_room and not is_own(withdrawal.record):
        return False
    return not _withdraws(target) or withdrawal.version > target.version


def _redisown(connection: Connection, source: str) -> tuple[int, int]:
    """Note since when a source is disowned, and return the instants between which that changes its records."""
    holding_now = holding(connection, Touched(disownings.KIND, source))
    since = min((since_of(entry.record) for entry in holding_now), default=None)
    return write_disowned(connection, source, since)


def disownings_of(connection: Connection) -> list[Entry]:
    """Every disowning that holds, in the order of the log."""
    sources = read_disowned(connection)
    told = holdings(connection, [Touched(disownings.KIND, source) for source in sources])
    return sorted((entry for entries in told.values() for entry in entries), key=lambda entry: entry.seq)


def _listed(connection: Connection, entries: Iterable[Entry]) -> set[int]:
    """The places of those records that do not hold."""
    told = list(entries)
    disowned: Disowned = read_disowned(connection)
    gone = {entry.seq for entry in told if is_disowned(disowned, entry)}
    places = {_identity(entry): entry.seq for entry in told}
    # Nearly always nothing was withdrawn.
    if not places or connection.execute(_ANY).first() is None:
        return gone
    rows = find(connection, t.withdrawn.c.event_id, {id for _, id in places})
    return gone.union(places[row.source, row.event_id] for row in rows if (row.source, row.event_id) in places)


def _row(identity: Identity) -> dict[str, str]:
    source, id = identity
    return {"source": source, "event_id": id}


def _withdraws(entry: Entry) -> bool:
    return entry.record.type is RecordType.RECORD_WITHDRAWN


def _is_withdrawal(entry: Entry | None) -> bool:
    return entry is not None and _withdraws(entry)


def _identity(entry: Entry) -> Identity:
    return entry.record.source, entry.record.id


def _target(entry: Entry) -> Identity:
    return entry.record.data["source"], entry.record.data["id"]


def _by_version(entry: Entry) -> Version:
    return entry.version


def _key(identity: Identity) -> str:
    # Neither a source nor an id can hold a line feed.
    return "\n".join(identity)


__all__: Sequence[str] = ["KIND", "Settled", "disownings_of", "holding", "holdings", "settle", "trace"]
