"""From pieces to verdicts: what every door does between the bytes and its answer, without waiting for anything.

A door calls ``read`` (parser and key scope), gives ``Reading.refusals`` and ``Reading.records`` to the writer, and
folds ``Reading.verdicts`` of the writer's answers into a ``Tally``. The waiting in between is the door's own: one
thread blocks, an event loop awaits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.errors import Refused
from app.ingest import LINE_LIMIT, Principal
from app.ingest._pieces import Piece
from app.log import Answer
from app.records import Record, RecordParser

NAMED = 1_000
"""Refusals that one summary names and keeps; the rest are counted, so that a stream of rubbish fills nothing."""

STATUS_OF = {"accepted": 201, "duplicate": 200, "conflict": 409, "forbidden": 403}
"""HTTP status of the writer's answer for a single record."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one piece. ``status``: accepted, duplicate, conflict, forbidden, refused or quarantined.

    ``seq`` is the place in the log of an accepted record, or of its first arrival; the others have ``field``,
    ``reason`` and ``code``. ``http`` is the status that a single record is answered with.
    """

    index: int
    status: str
    seq: int | None = None
    field: str = ""
    reason: str = ""
    code: str = ""
    http: int = 200

    @property
    def is_good(self) -> bool:
        """True when the record is in the log, now or already."""
        return self.status in ("accepted", "duplicate")

    def as_answer(self) -> dict[str, str | int | None]:
        """The verdict as it stands in an answer."""
        if self.is_good:
            return {"status": self.status, "seq": self.seq}
        return {"status": self.status, "code": self.code, "field": self.field, "reason": self.reason}


def verdict_of(refused: Refused) -> Verdict:
    """The verdict on a piece that did not become a record."""
    if refused.disposition == "quarantined":
        status = "quarantined"
    else:
        status = {403: "forbidden", 409: "conflict"}.get(refused.status, "refused")
    return Verdict(
        refused.index, status, None, _plain(refused.field), _plain(refused.reason), refused.code, refused.status
    )


def _plain(text: str) -> str:
    """``text`` without lone surrogates: quoting one, an answer would fail after the commit."""
    return text.encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Reading:
    """Pieces that were read: ``records`` with the ``places`` they had, and the refusals among them."""

    records: list[Record]
    places: list[int]
    refusals: list[Refused]
    bad: list[Verdict]

    @property
    def last(self) -> int:
        """The place of the last piece that was read, -1 where there was none."""
        return max([*self.places[-1:], *(refused.index for refused in self.refusals[-1:])], default=-1)

    def verdicts(self, answers: Sequence[Answer]) -> list[Verdict]:
        """The verdicts on all pieces, by place, once the writer has answered for the records."""
        good = [
            Verdict(place, a.status, a.seq, _plain(a.field), _plain(a.reason), a.status, STATUS_OF[a.status])
            for place, a in zip(self.places, answers, strict=True)
        ]
        return sorted(good + self.bad, key=lambda v: v.index) if self.bad else good


def screen(items: Iterable[Record | Refused], principal: Principal, places: Sequence[int] | None = None) -> Reading:
    """Divide what the parser made into records that ``principal`` may append, and refusals."""
    records: list[Record] = []
    kept: list[int] = []
    refusals: list[Refused] = []
    for index, item in enumerate(items):
        place = index if places is None else places[index]
        if isinstance(item, Refused):
            refusals.append(item)
        elif principal.allows(item.source, str(item.type)):
            records.append(item)
            kept.append(place)
        else:
            refusals.append(_out_of_scope(item, place, principal))
    return Reading(records, kept, refusals, [verdict_of(r) for r in refusals])


def read(parser: RecordParser, pieces: Sequence[Piece], principal: Principal) -> Reading:
    """Parse pieces one by one and divide them as ``screen`` does. CPU-bound: about 10 µs a record."""
    return screen((_parsed(parser, piece) for piece in pieces), principal, [piece.index for piece in pieces])


def _parsed(parser: RecordParser, piece: Piece) -> Record | Refused:
    if piece.too_long:
        return too_long(piece)
    try:
        return parser.parse_one(piece.raw, piece.index)
    except Refused as refused:
        return refused


def too_long(piece: Piece) -> Refused:
    """The refusal of a piece whose rest was let go."""
    reason = f"longer than {LINE_LIMIT} bytes: split the record, or send its audience as a sketch"
    return Refused("body", reason, index=piece.index, status=413, code="too_long", body=piece.raw)


def _out_of_scope(record: Record, place: int, principal: Principal) -> Refused:
    reason = f"key {principal.name!r} may not append {record.type} records of source {record.source[:80]!r}"
    return Refused(
        "source",
        f"{reason}: ask an admin for a key with that scope",
        index=place,
        status=403,
        code="out_of_scope",
        body=record.body[:65_536],
        event_id=record.id,
        source=record.source,
    )


@dataclass(slots=True)
class Tally:
    """Verdicts counted, and the first ``NAMED`` of the bad ones by name. Its size does not grow with the stream."""

    accepted: int = 0
    duplicate: int = 0
    refused: int = 0
    seq: int | None = None
    named: list[Verdict] = field(default_factory=list)

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Count verdicts in."""
        for verdict in verdicts:
            if verdict.is_good:
                if verdict.status == "accepted":
                    self.accepted += 1
                else:
                    self.duplicate += 1
                self.seq = max(self.seq or 0, verdict.seq or 0)
            else:
                self.refused += 1
                if len(self.named) < NAMED:
                    self.named.append(verdict)

    @property
    def http(self) -> int:
        """200 when nothing was refused, 422 when nothing else came, 207 for a mixture."""
        if not self.refused:
            return 200
        return 207 if self.accepted + self.duplicate else 422

    def as_answer(self) -> dict[str, int | None]:
        """The counts, and the greatest ``seq`` among them."""
        return {
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "refused": self.refused,
            "seq": self.seq,
        }
