"""The log: records are appended once, in one order, under a keyed chain, and are never touched again.

``chain`` of a row is a keyed hash over the chain of the row before it and everything the row says. Whoever owns the
database but not the key can neither change a row nor write the rest anew; the anchor, kept outside the database,
shows when the end was cut off.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select, update

from app import tables as t
from app.records import Record, RecordParser
from app.rows import add, find
from app.vocabulary import DAY, MINUTE, RecordType

T = TypeVar("T")

Identity = tuple[str, str]
"""Source and id of a record."""

GENESIS = bytes(32)
"""The chain value before the first record."""

CLAMP_PAST = 7 * DAY
CLAMP_FUTURE = 2 * MINUTE
"""How far a sender's clock may differ from ours before windows stop believing it (RELIABILITY, R11)."""

IN_CHUNK = 500
"""Values in one IN list: far below the limits of both databases."""

MOST_SEQ = 2**63 - 1
"""No ``seq`` and no instant in a database is greater."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record in the log, with what the log added: its place, when it came, and the time that windows count it at."""

    seq: int
    record: Record
    recorded_at: int
    counted_at: int

    @property
    def version(self) -> tuple[int, str, str]:
        """The order in which later words replace earlier ones: sender's time, then source and id."""
        return self.record.version


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one submitted record. ``seq`` is its place in the log, also for a duplicate."""

    status: str
    seq: int | None = None
    field: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log."""

    seq: int
    chain: bytes
    epoch: str


def found(connection: Connection) -> Head:
    """Write the head of an empty log. Every new log gets an epoch of its own."""
    head = Head(0, GENESIS, secrets.token_hex(8))
    connection.execute(insert(t.head).values(id=1, seq=0, chain=GENESIS, epoch=head.epoch))
    return head


def read_head(connection: Connection) -> Head:
    """The end of the log, founding it where there is none yet (inside a writing transaction only)."""
    row = connection.execute(select(t.head.c.seq, t.head.c.chain, t.head.c.epoch)).first()
    return found(connection) if row is None else Head(row.seq, row.chain, row.epoch)


def link(
    key: bytes, before: bytes, seq: int, recorded_at: int, counted_at: int, principal: str, digest: bytes
) -> bytes:
    """The chain value of one row (32 bytes)."""
    said = b"%d|%d|%d|%s|" % (seq, recorded_at, counted_at, principal.encode())
    return hashlib.blake2b(before + said + digest, key=key, digest_size=32).digest()


def append(
    connection: Connection,
    records: Sequence[Record],
    *,
    key: bytes,
    now: int,
    principal: str,
    clamp_past: bool = True,
    may_withdraw_any: bool = False,
) -> tuple[list[Answer], list[Entry]]:
    """Append what is new of ``records`` and answer for each, in order. The caller holds the append lock and commits.

    The same record again is a ``duplicate`` with the first ``seq``; the same id with other content a ``conflict``;
    a withdrawal of somebody else's record is ``forbidden``. Returns the answers and the entries that were added.
    """
    head = read_head(connection)
    known = _known(connection, records)
    seq, chain = head.seq, head.chain
    answers: list[Answer] = []
    entries: list[Entry] = []
    rows: list[dict[str, object]] = []
    for record in records:
        identity = (record.source, record.id)
        seen = known.get(identity)
        if seen is not None:
            answers.append(_again(record, *seen))
            continue
        if (
            record.type is RecordType.RECORD_WITHDRAWN
            and not may_withdraw_any
            and record.data["source"] != record.source
        ):
            answers.append(Answer("forbidden", None, "data.source", "a source may withdraw only its own records"))
            continue
        seq += 1
        counted_at = min(record.occurred_at, now + CLAMP_FUTURE)
        if clamp_past:
            counted_at = max(counted_at, now - CLAMP_PAST)
        chain = link(key, chain, seq, now, counted_at, principal, record.digest)
        known[identity] = (seq, record.digest)
        entries.append(Entry(seq, record, now, counted_at))
        answers.append(Answer("accepted", seq))
        rows.append(
            {
                "seq": seq,
                "source": record.source,
                "event_id": record.id,
                "type": str(record.type),
                "subject": record.subject,
                "occurred_at": record.occurred_at,
                "recorded_at": now,
                "counted_at": counted_at,
                "principal": principal,
                "body": record.body,
                "digest": record.digest,
                "chain": chain,
            }
        )
    if rows:
        add(connection, t.log, rows)
        connection.execute(update(t.head).values(seq=seq, chain=chain))
    return answers, entries


def _again(record: Record, seq: int, digest: bytes) -> Answer:
    if digest == record.digest:
        return Answer("duplicate", seq)
    return Answer("conflict", seq, "id", f"record {record.id!r} is already in the log at seq {seq} with other content")


def _known(connection: Connection, records: Sequence[Record]) -> dict[tuple[str, str], tuple[int, bytes]]:
    by_source: dict[str, list[str]] = {}
    for record in records:
        by_source.setdefault(record.source, []).append(record.id)
    known: dict[tuple[str, str], tuple[int, bytes]] = {}
    for source, ids in by_source.items():
        rows = find(connection, t.log.c.event_id, ids, t.log.c.event_id, t.log.c.seq, t.log.c.digest, source=source)
        known.update(((source, row.event_id), (row.seq, row.digest)) for row in rows)
    return known


def chunks(values: Sequence[T], size: int = IN_CHUNK) -> Iterator[Sequence[T]]:
    """``values`` in runs of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


_ENTRY_COLUMNS = (t.log.c.seq, t.log.c.body, t.log.c.recorded_at, t.log.c.counted_at)


def _entry(row: Any) -> Entry:
    return Entry(row.seq, RecordParser.from_log(row.body), row.recorded_at, row.counted_at)


def read_after(connection: Connection, seq: int, limit: int, until: int | None = None) -> list[Entry]:
    """At most ``limit`` entries after ``seq``, in order, none after ``until``."""
    query = select(*_ENTRY_COLUMNS).where(t.log.c.seq > seq).order_by(t.log.c.seq).limit(limit)
    if until is not None:
        query = query.where(t.log.c.seq <= until)
    return [_entry(row) for row in connection.execute(query)]


def lend(connection: Connection, log: Connection, until: int, supposed: Sequence[Entry] = ()) -> None:
    """Let views of the past on ``connection``, which has no log, read the one on ``log`` as it was at ``until``.

    ``supposed`` are entries that are not in it and are read as if they were: what would come after ``until``.
    """
    by_seq = {entry.seq: entry for entry in supposed}
    connection.execution_options(warroom_log=(log, until), warroom_supposed=by_seq)


def supposed_on(connection: Connection) -> dict[int, Entry]:
    """What is only supposed to be in the log of a connection's views, by ``seq``."""
    supposed: dict[int, Entry] = connection.get_execution_options().get("warroom_supposed", {})
    return supposed


def log_of(connection: Connection) -> tuple[Connection, int]:
    """Where the log and the trail of a connection's views are read, and the last ``seq`` that is there for them."""
    lent: tuple[Connection, int] = connection.get_execution_options().get("warroom_log", (connection, MOST_SEQ))
    return lent


def read_many(connection: Connection, seqs: Iterable[int]) -> dict[int, Entry]:
    """The entries at the given places, by ``seq``."""
    wanted = set(seqs)
    found = {row.seq: _entry(row) for row in find(log_of(connection)[0], t.log.c.seq, wanted, *_ENTRY_COLUMNS)}
    found.update((seq, entry) for seq, entry in supposed_on(connection).items() if seq in wanted)
    return found


def read_identities(connection: Connection, identities: Iterable[Identity]) -> dict[Identity, Entry]:
    """The entries of those records that have arrived."""
    wanted = set(identities)
    log, until = log_of(connection)
    columns = (t.log.c.source, t.log.c.event_id, *_ENTRY_COLUMNS)
    found: dict[Identity, Entry] = {}
    for source in sorted({source for source, _ in wanted}):
        ids = [id for by, id in wanted if by == source]
        for row in find(log, t.log.c.event_id, ids, *columns, source=source):
            if row.seq <= until:
                found[row.source, row.event_id] = _entry(row)
    for entry in supposed_on(connection).values():
        if (identity := (entry.record.source, entry.record.id)) in wanted:
            found[identity] = entry
    return found


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that ``verify`` found wrong, at one place of the log."""

    seq: int
    what: str


def verify(connection: Connection, key: bytes, anchor: Anchor | None = None) -> list[Fault]:
    """Recompute the chain from the first record and name every fault; an empty list means the log is as written."""
    faults: list[Fault] = []
    chain, expected = GENESIS, 0
    anchored = anchor.read() if anchor else None
    for row in connection.execute(select(t.log).order_by(t.log.c.seq).execution_options(yield_per=2000)):
        expected += 1
        if row.seq != expected:
            faults.append(
                Fault(row.seq, f"seq {row.seq} stands where {expected} should: a record was deleted or added")
            )
            expected = row.seq
        if hashlib.sha256(row.body).digest() != row.digest:
            faults.append(Fault(row.seq, "the body is not the one that was recorded"))
        elif (wrong := _column_fault(row)) is not None:
            faults.append(Fault(row.seq, wrong))
        chain = link(key, chain, row.seq, row.recorded_at, row.counted_at, row.principal, row.digest)
        if not hmac.compare_digest(chain, row.chain):
            faults.append(Fault(row.seq, "the chain does not follow from the record before it"))
            chain = row.chain
        if anchored and anchored.seq == row.seq and anchored.chain != row.chain:
            faults.append(Fault(row.seq, "the log was written anew: it differs from the anchor"))
    end = read_head(connection)
    if (end.seq, end.chain) != (expected, chain):
        faults.append(Fault(expected, f"the log ends at seq {expected}, its head says {end.seq}"))
    if anchor and anchored is None and anchor.path.exists():
        faults.append(Fault(0, "the anchor was tampered with"))
    if anchored and (anchored.seq > expected or anchored.epoch != end.epoch):
        faults.append(Fault(expected, f"the log ends at seq {expected}, but seq {anchored.seq} had been acknowledged"))
    return faults


def _column_fault(row: Any) -> str | None:
    record = RecordParser.from_log(row.body)
    said = (record.source, record.id, str(record.type), record.subject, record.occurred_at)
    if said != (row.source, row.event_id, row.type, row.subject, row.occurred_at):
        return "its columns do not say what its body says"
    return None


class Anchor:
    """The last acknowledged place, kept in a file outside the database and signed with the log's key.

    It is written after each commit without a sync of its own: it may fall behind the log, never run ahead of it.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    def write(self, head: Head) -> None:
        """Remember the end of the log. One small write, whole or not at all."""
        said = f"{head.epoch}|{head.seq}|{head.chain.hex()}"
        line = json.dumps({"head": said, "mac": self._mac(said)}) + "\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, line.ljust(256).encode(), 0)
        finally:
            os.close(descriptor)

    def read(self) -> Head | None:
        """The remembered end; None where there is none or its signature is wrong."""
        try:
            kept = json.loads(self.path.read_text())
            said = str(kept["head"])
            if not hmac.compare_digest(self._mac(said), str(kept["mac"])):
                return None
            epoch, seq, chain = said.split("|")
            return Head(int(seq), bytes.fromhex(chain), epoch)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _mac(self, said: str) -> str:
        return hashlib.blake2b(said.encode(), key=self._key, digest_size=16).hexdigest()
