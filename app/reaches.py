"""The united audience of each network on each surface, kept beside its rollup.

An audience that grows, or an asset that comes, is united with what is there. An audience that was replaced and an asset
that leaves cannot be taken out of a union, so that network's surface is united anew from its own assets; no other is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from app import tables as t
from app.audiences import NOBODY, Audience, Span, audience_of, is_part, observed, unite
from app.entities import Touched, encoded
from app.log import Entry, chunks
from app.places import Place, Placed
from app.records import hedged_of
from app.rows import find, upsert
from app.withdrawals import holding

AT_ONCE = 50
"""Networks that are united anew at once: each asset of theirs may have an image of up to 8 kB."""


@dataclass(slots=True)
class _Change:
    """What a batch does to one surface of one network."""

    grown: list[Audience] = field(default_factory=list)
    assets: int = 0
    observed: int = 0
    anew: bool = False


class Reaches:
    """Audiences of single assets and the unions of networks, on their way through one batch."""

    def __init__(self, connection: Connection, seq: int) -> None:
        self._connection = connection
        self._seq = seq
        self._changes: dict[Place, _Change] = {}

    def observe(self, told: Mapping[str, list[Entry]], refold: set[str], placed: Placed) -> None:
        """Fold observations into the audiences of assets, and see what that and every move does to the unions."""
        moved = set(placed.moved())
        rows = {row.asset: row for row in find(self._connection, t.audiences.c.asset, {*told, *moved})}
        placed.load(told)
        written = []
        for asset in sorted({*told, *moved}):
            before = stored(rows.get(asset))
            after, grown = before, True
            if asset in told:
                after, span, grown = self._folded(asset, told[asset], rows.get(asset), anew=asset in refold)
                written.append(_row(asset, after, span))
            self._change(placed.was(asset), placed.of(asset), before, after, grown=grown)
        upsert(self._connection, t.audiences, written)

    def _folded(
        self, asset: str, entries: list[Entry], row: Row[Any] | None, *, anew: bool
    ) -> tuple[Audience, Span, bool]:
        """The audience with the new records in it, what it spans, and whether it has only grown."""
        if anew:
            return *observed(entries), False
        held, span = stored(row), _span(row)
        # What is older than the base was replaced by it, whenever it comes.
        telling = [entry for entry in entries if span.base is None or entry.version > span.base]
        if not telling:
            return held, span, True
        if all(is_part(entry) for entry in telling):
            parts = [audience_of(entry) for entry in telling]
            # Counts of one asset cannot be told apart in a union, so they are put together anew.
            grown = not any(audience.counts for audience in (held, *parts))
            last = max(entry.version for entry in telling)
            return unite([held, *parts]), Span(max(span.last or last, last), span.base), grown
        base = max((entry.version for entry in telling if not is_part(entry)), default=None)
        if span.last is not None and base is not None and base < span.last:
            # In between: which parts came after it is for the log to say.
            return *observed(holding(self._connection, Touched("audience", asset))), False
        return *observed(telling), not held.is_known

    def _change(self, was: Place | None, now: Place | None, before: Audience, after: Audience, *, grown: bool) -> None:
        if was is not None:
            change = self._changes.setdefault(was, _Change())
            change.assets -= 1
            change.observed -= before.is_known
            change.anew = change.anew or (before.is_known and (was != now or not grown))
        if now is not None:
            change = self._changes.setdefault(now, _Change())
            change.assets += 1
            change.observed += after.is_known
            if (after.is_known and after != before) or was != now:
                change.grown.append(after.as_one())

    def write(self) -> None:
        """Write the unions that changed. The tables of assets and audiences are written already."""
        homes = {place.home for place in self._changes}
        rows = {Place(row.home, row.surface): row for row in find(self._connection, t.reaches.c.home, homes)}
        anew = self._united(place for place, change in self._changes.items() if change.anew)
        written = []
        for place, change in sorted(self._changes.items()):
            row = rows.get(place)
            held = stored(row)
            united = anew.get(place, NOBODY) if change.anew else unite([held, *change.grown])
            assets = change.assets + (row.assets if row is not None else 0)
            seen = change.observed + (row.observed if row is not None else 0)
            if row is not None and (united, assets, seen) == (held, row.assets, row.observed):
                continue
            written.append(
                {
                    "home": place.home,
                    "surface": place.surface,
                    "seq": self._seq,
                    "assets": assets,
                    "observed": seen,
                    **_columns(united),
                }
            )
        upsert(self._connection, t.reaches, written)

    def _united(self, places: Iterable[Place]) -> dict[Place, Audience]:
        """The audiences of places, united from those of their assets."""
        wanted = set(places)
        found: dict[Place, Audience] = {}
        columns = (t.assets.c.id, t.assets.c.home, t.assets.c.surface, t.assets.c.status)
        for homes in chunks(sorted({place.home for place in wanted}), AT_ONCE):
            assets = {
                row.id: Place(row.home, row.surface)
                for row in find(self._connection, t.assets.c.home, homes, *columns)
                if row.status != "unknown" and (row.home, row.surface) in wanted
            }
            told: dict[Place, list[Audience]] = {}
            for row in find(self._connection, t.audiences.c.asset, assets):
                told.setdefault(assets[row.asset], []).append(stored(row).as_one())
            found.update((place, unite(audiences)) for place, audiences in told.items())
        return found


def stored(row: Row[Any] | None) -> Audience:
    """The audience in a row of ``audiences`` or ``reaches``; nobody where there is none."""
    if row is None:
        return NOBODY
    counts = tuple(hedged_of(count) for count in msgspec.json.decode(row.counts))
    hashes = None if row.hashes is None else bytes(row.hashes)
    return Audience(hashes, None if row.sketch is None else bytes(row.sketch), counts)


def _columns(audience: Audience) -> dict[str, Any]:
    return {"hashes": audience.hashes, "sketch": audience.sketch, "counts": encoded(audience.counts_json())}


def _row(asset: str, audience: Audience, span: Span) -> dict[str, Any]:
    return {"asset": asset, **_columns(audience), "last": encoded(span)}


def _span(row: Row[Any] | None) -> Span:
    if row is None:
        return Span()
    last, base = msgspec.json.decode(row.last)
    return Span(last and tuple(last), base and tuple(base))
