"""The united audience of each network on each surface, kept beside its rollup.

An audience that grows, or an asset that comes, is united with what is there. A set that was replaced, or whose asset
leaves, cannot be taken out of a union, so that network's surface is united anew from its own assets; no other is.
Numbers can be taken out of their sum; only after the largest of them has gone are those that stay looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from app import tables as t
from app.audiences import NO_COUNTS, NOBODY, Audience, Counts, Span, audience_of, is_part, observed, unite
from app.entities import Touched, encoded
from app.hedged import Hedged
from app.log import Entry, chunks
from app.measures.reach import followers
from app.places import Place, Placed
from app.records import hedged_of
from app.rows import find, upsert
from app.withdrawals import holding

AT_ONCE = 50
"""Networks that are united anew at once: each asset of theirs may have an image of up to 8 kB."""


@dataclass(slots=True)
class _Change:
    """What a batch does to one surface of one network: sets that come or grow, numbers that come, numbers that go."""

    grown: list[Audience] = field(default_factory=list)
    given: list[Hedged] = field(default_factory=list)
    taken: list[Hedged] = field(default_factory=list)
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
        """The audience with the new records in it, what it spans, and whether its set has only grown."""
        if anew:
            return *observed(entries), False
        held, span = stored(row), _span(row)
        # What is older than the base was replaced by it, whenever it comes.
        telling = [entry for entry in entries if span.base is None or entry.version > span.base]
        if not telling:
            return held, span, True
        if all(is_part(entry) for entry in telling):
            parts = [audience_of(entry) for entry in telling]
            last = max(entry.version for entry in telling)
            return unite([held, *parts]), Span(max(span.last or last, last), span.base), True
        base = max((entry.version for entry in telling if not is_part(entry)), default=None)
        if span.last is not None and base is not None and base < span.last:
            # In between: which parts came after it is for the log to say.
            return *observed(holding(self._connection, Touched("audience", asset))), False
        return *observed(telling), False

    def _change(self, was: Place | None, now: Place | None, before: Audience, after: Audience, *, grown: bool) -> None:
        moved = was != now
        if was is not None:
            change = self._changes.setdefault(was, _Change())
            change.assets -= 1
            change.observed -= before.is_known
            change.anew = change.anew or (before.sketch is not None and (moved or not grown))
        if now is not None:
            change = self._changes.setdefault(now, _Change())
            change.assets += 1
            change.observed += after.is_known
            if after.sketch is not None and (moved or after.sets != before.sets):
                change.grown.append(after.sets)
        # The counts of one asset are parts of one number.
        if moved or before.counts != after.counts:
            if was is not None:
                self._changes[was].taken.extend(before.as_one().counts)
            if now is not None:
                self._changes[now].given.extend(after.as_one().counts)

    def write(self) -> None:
        """Write the unions that changed. The tables of assets and audiences are written already."""
        homes = {place.home for place in self._changes}
        rows = {Place(row.home, row.surface): row for row in find(self._connection, t.reaches.c.home, homes)}
        anew = self._sets(place for place, change in self._changes.items() if change.anew)
        written = []
        for place, change in sorted(self._changes.items()):
            row = rows.get(place)
            held, numbers = united(row)
            sets = anew.get(place, NOBODY) if change.anew else unite([held, *change.grown])
            counts = Counts.together([numbers, Counts.of(change.given)]).without(change.taken)
            if counts is None:
                counts = Counts.of(self._numbers(place))
            assets = change.assets + (row.assets if row is not None else 0)
            seen = change.observed + (row.observed if row is not None else 0)
            if row is not None and (sets, counts, assets, seen) == (held, numbers, row.assets, row.observed):
                continue
            written.append(
                {
                    "home": place.home,
                    "surface": place.surface,
                    "seq": self._seq,
                    "assets": assets,
                    "observed": seen,
                    "hashes": sets.hashes,
                    "sketch": sets.sketch,
                    "numbers": encoded(counts.as_json()),
                }
            )
        upsert(self._connection, t.reaches, written)

    def _sets(self, places: Iterable[Place]) -> dict[Place, Audience]:
        """The sets of places, united from those of their assets."""
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
            columns_of_sets = (t.audiences.c.asset, t.audiences.c.hashes, t.audiences.c.sketch)
            for row in find(self._connection, t.audiences.c.asset, assets, *columns_of_sets):
                if row.sketch is not None:
                    told.setdefault(assets[row.asset], []).append(_set(row))
            found.update((place, unite(sets)) for place, sets in told.items())
        return found

    def _numbers(self, place: Place) -> Iterable[Hedged]:
        """The numbers of the assets that count in a place."""
        query = (
            select(t.audiences.c.counts)
            .join_from(t.audiences, t.assets, t.assets.c.id == t.audiences.c.asset)
            .where(t.assets.c.home == place.home, t.assets.c.surface == place.surface, t.assets.c.status != "unknown")
            .where(t.audiences.c.counts != NO_NUMBERS)
        )
        for row in self._connection.execute(query):
            yield from Audience(counts=_counts(row)).as_one().counts


NO_NUMBERS = encoded([])


def stored(row: Row[Any] | None) -> Audience:
    """The audience in a row of ``audiences``; nobody where there is none."""
    return NOBODY if row is None else replace(_set(row), counts=_counts(row))


def united(row: Row[Any] | None) -> tuple[Audience, Counts]:
    """The sets and the numbers in a row of ``reaches``; nobody and none where there is none."""
    if row is None:
        return NOBODY, NO_COUNTS
    return _set(row), Counts.parse(msgspec.json.decode(row.numbers))


def _set(row: Row[Any]) -> Audience:
    hashes = None if row.hashes is None else bytes(row.hashes)
    return Audience(hashes, None if row.sketch is None else bytes(row.sketch))


def _counts(row: Row[Any]) -> tuple[Hedged, ...]:
    return tuple(hedged_of(count) for count in msgspec.json.decode(row.counts))


def _row(asset: str, audience: Audience, span: Span) -> dict[str, Any]:
    counts = encoded(audience.counts_json())
    low, high = ends_of(audience)
    return {
        "asset": asset,
        "hashes": audience.hashes,
        "sketch": audience.sketch,
        "counts": counts,
        "last": encoded(span),
        "low": low,
        "high": high,
    }


def ends_of(audience: Audience) -> tuple[int | None, int | None]:
    """The ends of an asset's figure, to sort by: no first one where nothing is known, no second one where it is open.

    They are the ends that people read: "about 2,000" stands at 2,000, whatever it may be off by.
    """
    figure = followers(audience)
    return (None, None) if figure is None else (figure.low or 0, figure.high)


def _span(row: Row[Any] | None) -> Span:
    if row is None:
        return Span()
    last, base = msgspec.json.decode(row.last)
    return Span(last and tuple(last), base and tuple(base))
