"""The records behind a figure: what the log says of it, whether each still holds, and by what it was taken back.

Through the trail: from a network to its assets, ads and events, and from these to every record that speaks of them.
Nothing is left out because another record outweighs it; that is for whoever looks to see.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, union

from app import tables as t
from app.drilldown.listings import all_listings
from app.entities import Touched
from app.errors import BadRequest
from app.rows import find
from app.vocabulary import RecordType, Surface
from app.withdrawals import KIND, holding

Seqs = Select[Any]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What took a record back: a record of its own, by a source, with its reason (may be empty)."""

    seq: int
    source: str
    at: int
    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One record as the log keeps it. Instants in µs; ``digest`` and ``chain`` as hexadecimal digits.

    ``withdrawn`` names the withdrawals that hold; a record holds where there is none. ``body`` is the event as parsed
    JSON, without account ids: these never reach the log.
    """

    seq: int
    type: str
    source: str
    id: str
    subject: str
    occurred_at: int
    recorded_at: int
    counted_at: int
    principal: str
    body: Mapping[str, Any]
    digest: str
    chain: str
    withdrawn: tuple[Withdrawal, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing took it back."""
        return not self.withdrawn


def _of(kind: str, ids: Select[Any]) -> Seqs:
    return select(t.trail.c.seq).where(t.trail.c.kind == kind, t.trail.c.entity.in_(ids))


def _told(homes: Sequence[str], *types: RecordType) -> Seqs:
    """Records about the networks themselves."""
    spoken = select(t.trail.c.seq).where(t.trail.c.kind == "network", t.trail.c.entity.in_(homes))
    if not types:
        return spoken
    return spoken.join(t.log, t.log.c.seq == t.trail.c.seq).where(t.log.c.type.in_([str(type) for type in types]))


def _assets(homes: Sequence[str], surface: str) -> Select[Any]:
    a = t.assets.c
    found = select(a.id).where(a.home.in_(homes), a.status != "unknown")
    return found.where(a.surface == surface) if surface else found


def _listed(name: str, homes: Sequence[str]) -> Select[Any]:
    listing = all_listings()[name]
    return select(listing.table.c.id).where(listing.belongs(homes))


_Behind = Callable[[Sequence[str], str], list[Seqs]]

FIGURES: Mapping[str, _Behind] = MappingProxyType(
    {
        "network": lambda homes, _part: [_told(homes)],
        "assets": lambda homes, part: [_of("asset", _assets(homes, part))],
        "reach": lambda homes, part: [_of("audience", _assets(homes, part))],
        "spend": lambda homes, _part: [_of("ad", _listed("ads", homes))],
        "events": lambda homes, _part: [_of("event", _listed("events", homes))],
        "posts": lambda homes, _part: [_of("post", _listed("posts", homes))],
        "links": lambda homes, _part: [_of("link", _listed("links", homes))],
        "stages": lambda homes, _part: [_told(homes, RecordType.STAGE_CHANGED)],
        "attribution": lambda homes, _part: [_told(homes, RecordType.ATTRIBUTION_ASSESSED)],
        "overlap": lambda homes, _part: [_told(homes, RecordType.NETWORK_OVERLAPPED)],
    }
)
"""Figures of a network by name; ``assets`` and ``reach`` may go on with a surface: "reach:facebook:page"."""

STATED = {"assets": ("assets",), "reach": ("reach",), "spend": ("spend", "ads"), "events": ("events", "interested")}
"""What of a statement speaks of a figure."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure whose records are asked for: its name, and the surface it is on, or empty."""

    name: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.part}" if self.part else self.name


def figure_of(text: str) -> Figure:
    """``reach:facebook:page`` read. Raises BadRequest naming ``figure``."""
    name, _colon, part = text.partition(":")
    if name not in FIGURES or (part and name not in ("assets", "reach")):
        raise BadRequest("figure", f"{text[:80]!r} is no figure: {', '.join(FIGURES)}, or reach:facebook:page")
    if part:
        try:
            Surface.parse(part)
        except ValueError as wrong:
            raise BadRequest("figure", str(wrong)[:200]) from None
    return Figure(name, part)


def records_behind(
    connection: Connection, homes: Sequence[str], figure: Figure, after: int = 0, limit: int = 50
) -> tuple[list[Kept], int]:
    """At most ``limit`` records behind a figure, in the order of the log behind ``after``; and how many all are."""
    parts = FIGURES[figure.name](homes, figure.part)
    stated = _statements(connection, homes, figure)
    if stated:
        parts.append(select(t.log.c.seq).where(t.log.c.seq.in_(stated)))
    # Each once, whatever number of its entities a record speaks of.
    seqs = union(*parts).subquery()
    total = connection.execute(select(func.count()).select_from(seqs)).scalar_one()
    query = select(t.log).join(seqs, seqs.c.seq == t.log.c.seq).where(t.log.c.seq > after)
    rows = connection.execute(query.order_by(t.log.c.seq).limit(limit)).all()
    return _kept(connection, rows), int(total)


def record_at(connection: Connection, seq: int) -> Kept | None:
    """One record whole; None where the log has no such place."""
    rows = connection.execute(select(t.log).where(t.log.c.seq == seq)).all()
    return _kept(connection, rows)[0] if rows else None


def _statements(connection: Connection, homes: Sequence[str], figure: Figure) -> list[int]:
    """The places of statements that speak of a figure: few, whatever the size of the network."""
    fields = STATED.get(figure.name, ())
    if not fields:
        return []
    told = _told(homes, RecordType.STATEMENT_MADE).with_only_columns(t.log.c.seq, t.log.c.body)
    found = []
    for row in connection.execute(told):
        said = json.loads(row.body)["data"]
        if any(field in said and (not figure.part or figure.part in said[field]) for field in fields):
            found.append(row.seq)
    return found


def _kept(connection: Connection, rows: Sequence[Row[Any]]) -> list[Kept]:
    taken = {
        (row.source, row.event_id) for row in find(connection, t.withdrawn.c.event_id, [row.event_id for row in rows])
    }
    return [
        Kept(
            seq=row.seq,
            type=row.type,
            source=row.source,
            id=row.event_id,
            subject=row.subject or "",
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            counted_at=row.counted_at,
            principal=row.principal,
            body=json.loads(row.body),
            digest=bytes(row.digest).hex(),
            chain=bytes(row.chain).hex(),
            withdrawn=_withdrawals(connection, row) if (row.source, row.event_id) in taken else (),
        )
        for row in rows
    ]


def _withdrawals(connection: Connection, row: Row[Any]) -> tuple[Withdrawal, ...]:
    named = holding(connection, Touched(KIND, f"{row.source}\n{row.event_id}"))
    return tuple(
        Withdrawal(entry.seq, entry.record.source, entry.record.occurred_at, str(entry.record.data.get("why", "")))
        for entry in named
    )
