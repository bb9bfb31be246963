"""Verifying: whether a file that was given out is the one that a snapshot of this room makes.

Three things must hold: the log, whose chain holds, says that the snapshot was frozen with this SHA-256; the bytes that
were kept hash to it; and the file made again of them is the same to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, select

from app import tables as t
from app.errors import Conflict
from app.exports import PAPERS, Export, Frozen, Options, all_exports, made
from app.exports._stamps import Stamp, stamp_of
from app.log import Anchor, Fault, read_head, read_many, verify
from app.rows import find
from app.snapshots import keeping
from app.snapshots._differing import differences
from app.vocabulary import RecordType

LARGEST = 512 * 1024 * 1024
"""Bytes of a file that is read: many times the largest that is given out."""

MOST_NAMED = 2_000
"""Ids and digests of one file that are looked up. The first are those that it says most plainly."""


class State(StrEnum):
    """What a file is."""

    AS_GIVEN = "as it was given out"
    CHANGED = "changed after it was given out"
    UNVOUCHED = "nobody vouches for it"
    UNKNOWN = "of no snapshot of this room"
    UNREADABLE = "cannot be read"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one file is, why, and where it differs. ``id`` is that of its snapshot, empty where none is known."""

    path: Path
    state: State
    why: str
    id: str = ""
    details: tuple[str, ...] = ()


class Verifier:
    """Verifies files against one log, whose chain it follows once. ``connection`` must see one instant."""

    def __init__(self, connection: Connection, key: bytes, anchor: Anchor | None = None) -> None:
        self._connection = connection
        self._faults: list[Fault] = verify(connection, key, anchor)
        self._epoch = read_head(connection).epoch

    def verdict(self, path: Path) -> Verdict:
        """What one file is. Never raises for what is in it."""
        try:
            if path.stat().st_size > LARGEST:
                return Verdict(path, State.UNREADABLE, f"it is larger than {LARGEST // 1024 // 1024} MiB")
            body = path.read_bytes()
        except OSError as broken:
            return Verdict(path, State.UNREADABLE, broken.strerror or "it cannot be opened")
        if not body:
            return Verdict(path, State.UNREADABLE, "it is empty")
        stamp = stamp_of(body)
        id = self._snapshot(stamp, path.name)
        if id is None:
            return Verdict(path, State.UNKNOWN, _stranger(stamp))
        return self._judged(path, body, id)

    def _snapshot(self, stamp: Stamp, name: str) -> str | None:
        """The snapshot that a file is of: by a digest in it, by an id in it, or else by its name."""
        named = tuple(re.findall(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])", name))
        s = t.snapshots.c
        digests, ids = stamp.sha256[:MOST_NAMED], (*stamp.ids[:MOST_NAMED], *named)
        found: dict[str, str] = {
            row.sha256: row.id for row in find(self._connection, s.sha256, digests, s.id, s.sha256)
        }
        if (by_digest := next((found[each] for each in digests if each in found), None)) is not None:
            return by_digest
        known: set[str] = {row.id for row in find(self._connection, s.id, ids, s.id)}
        return next((id for id in ids if id in known), None)

    def _judged(self, path: Path, body: bytes, id: str) -> Verdict:
        try:
            frozen = keeping.body_of(self._connection, id)
        except (Conflict, ValueError):
            return Verdict(path, State.UNVOUCHED, "the snapshot that this room keeps is not as it was frozen", id)
        if self._faults:
            why = f"the log itself is not as it was written: {self._faults[0].what} (seq {self._faults[0].seq})"
            return Verdict(path, State.UNVOUCHED, why, id)
        if (missing := self._unsaid(frozen)) is not None:
            return Verdict(path, State.UNVOUCHED, missing, id)
        return self._compared(path, body, frozen)

    def _unsaid(self, frozen: Frozen) -> str | None:
        """Why the log does not vouch for a snapshot; None where it does."""
        row = self._connection.execute(select(t.snapshots.c.no).where(t.snapshots.c.id == frozen.id)).one()
        entry = read_many(self._connection, [row.no]).get(row.no)
        if entry is None or entry.record.type is not RecordType.SNAPSHOT_FROZEN or entry.record.subject != frozen.id:
            return "the log does not say that this snapshot was frozen: it is of another epoch of the log"
        if entry.record.data["sha256"] != frozen.sha256:
            return f"the log says another SHA-256 of this snapshot: {entry.record.data['sha256']}"
        return None

    def _compared(self, path: Path, body: bytes, frozen: Frozen) -> Verdict:
        whole = f"snapshot {frozen.id}, seq {frozen.seq:,}, {frozen.tlp}"
        if frozen.content["exercise"]:
            whole = f"{whole}, with networks that are an exercise"
        if frozen.content["picture"]["epoch"] != self._epoch:
            whole = f"{whole}, of an earlier epoch of the log"
        nearest: tuple[Export, bytes] | None = None
        for export, options in _makings(path.name, body, frozen):
            again = made(frozen, export.name, options)
            if again == body:
                return Verdict(path, State.AS_GIVEN, f"{export.title} of {whole}", frozen.id)
            nearest = _nearer(nearest, (export, again), body)
        if nearest is None:
            return Verdict(path, State.CHANGED, f"it is in no format that {whole} is given out in", frozen.id)
        export, again = nearest
        details = tuple(differences(export.name, again, body, frozen))
        return Verdict(
            path, State.CHANGED, f"{export.title} of {whole}, and not what this version makes of it", frozen.id, details
        )


def _nearer(held: tuple[Export, bytes] | None, other: tuple[Export, bytes], body: bytes) -> tuple[Export, bytes]:
    """Whichever of two makings is more like the file: a wrong paper or panel differs everywhere."""
    return other if held is None or _alike(other[1], body) > _alike(held[1], body) else held


def _alike(one: bytes, other: bytes) -> tuple[int, int]:
    pieces = range(0, min(len(one), len(other)), 512)
    return sum(one[at : at + 512] == other[at : at + 512] for at in pieces), -abs(len(one) - len(other))


def _makings(name: str, body: bytes, frozen: Frozen) -> Iterator[tuple[Export, Options]]:
    """Every way in which a file can have been made, the likeliest first."""
    suffix = name.rpartition(".")[2].lower()
    exports = sorted(
        (export for export in all_exports().values() if _may_be(export, body, suffix)),
        key=lambda export: export.suffix != suffix,
    )
    for export in exports:
        parts = tuple(export.parts(frozen)) or ("",)
        for part in sorted(parts, key=lambda part: not (part and f"-{part}." in name)):
            for paper in PAPERS:
                if export.on_paper or paper == PAPERS[0]:
                    yield export, Options(paper, part)


def _may_be(export: Export, body: bytes, suffix: str) -> bool:
    """Whether a file can be of a format: by its name, or by how it begins where the format always begins so."""
    begins = _BEGINS.get(export.suffix)
    return export.suffix == suffix or (body.startswith(begins) if begins else not body.startswith(_BINARY))


_BEGINS = {"pdf": b"%PDF", "png": b"\x89PNG", "xlsx": b"PK", "pptx": b"PK"}
_BINARY = tuple(_BEGINS.values())


def _stranger(stamp: Stamp) -> str:
    # The first digest is that of the file itself.
    if len(stamp.sha256) > 1 or stamp.ids:
        said = f"SHA-256 {stamp.sha256[1]}" if len(stamp.sha256) > 1 else f"id {stamp.ids[0]}"
        return f"it bears {said}, which is of no snapshot here: another room gave it out, or it was changed"
    return "it bears no id and no SHA-256 of a snapshot"
