"""Audiences: sets of accounts as sorted 64-bit hashes, as sketches, or known by their number alone; and their unions.

``hashes`` are there only where every account is known; ``sketch`` wherever any is. Every image is a clean one
(``records._hll``), a function of the accounts alone, so that equal audiences are equal bytes in whatever order they
were united.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from datasketches import hll_sketch, hll_union, tgt_hll_type

from app.entities import Version
from app.hedged import Hedged, Tally
from app.log import Entry
from app.records import clean_image, hedged_json, hedged_of

LG_K = 14
"""Registers of a union, as a power of two. Sketches of fewer registers lower it."""

RSE = 1.04
"""Relative standard error of HyperLogLog times the root of its number of registers (Flajolet and others, 2007)."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Accounts that follow or joined: one asset's, or a united one. ``counts`` are hedged numbers without a set."""

    hashes: bytes | None = None
    sketch: bytes | None = None
    counts: tuple[Hedged, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether anything was said about it. An empty set is known."""
        return self.sketch is not None or bool(self.counts)

    @property
    def is_exact(self) -> bool:
        """Whether every account of it is known."""
        return self.hashes is not None and not self.counts

    @property
    def sets(self) -> Audience:
        """What of it is known as a set."""
        return replace(self, counts=()) if self.counts else self

    def as_one(self) -> Audience:
        """The same with its counts added up: those of one asset are parts of one number."""
        if len(self.counts) < 2:
            return self
        return replace(self, counts=(sum(map(Tally.of, self.counts), Tally()).hedged(),))

    def counts_json(self) -> list[dict[str, Any]]:
        """The counts as they are stored, in an order of their own."""
        return [hedged_json(count) for count in sorted(self.counts, key=_order)]


NOBODY = Audience()


@dataclass(frozen=True, slots=True)
class Counts:
    """The hedged numbers of many audiences without a set, as what a figure needs of them.

    That is their sum, and the one with the largest floor (None where there are none): thousands cost no more than one.
    """

    total: Tally = field(default_factory=Tally)
    largest: Hedged | None = None

    @classmethod
    def of(cls, counts: Iterable[Hedged]) -> Counts:
        """Numbers put together, in any order."""
        found = list(counts)
        if not found:
            return NO_COUNTS
        return cls(sum(map(Tally.of, found), Tally()), _largest(found))

    @classmethod
    def together(cls, parts: Iterable[Counts]) -> Counts:
        """Those of several, thousands of networks for one."""
        found = [part for part in parts if part]
        if len(found) < 2:
            return found[0] if found else NO_COUNTS
        columns = zip(*(part.total.astuple() for part in found), strict=True)
        return cls(Tally(*map(sum, columns)), _largest(part.largest for part in found if part.largest is not None))

    def __bool__(self) -> bool:
        return self.largest is not None

    def __len__(self) -> int:
        """How many numbers there are."""
        return self.total.terms

    def without(self, gone: Iterable[Hedged]) -> Counts | None:
        """The same after some have been taken out; None where the largest is one of them, so that all must be asked."""
        found = list(gone)
        if not found:
            return self
        total = self.total - sum(map(Tally.of, found), Tally())
        if not total.terms:
            return NO_COUNTS
        return None if self.largest in found else Counts(total, self.largest)

    def as_json(self) -> list[Any]:
        """As it is stored: empty for none, else the sum as its eleven integers, and the largest."""
        return [] if self.largest is None else [self.total.astuple(), hedged_json(self.largest)]

    @classmethod
    def parse(cls, stored: Sequence[Any]) -> Counts:
        """``as_json`` turned round."""
        return cls(Tally(*stored[0]), hedged_of(stored[1])) if stored else NO_COUNTS


NO_COUNTS = Counts()


def _largest(counts: Iterable[Hedged]) -> Hedged | None:
    """The one with the largest floor; of equal floors always the same, in whatever order they come."""
    return min(counts, key=lambda count: (-count.least, _order(count)), default=None)


def _order(count: Hedged) -> tuple[str, int, int, str]:
    return str(count.qualifier), count.low or 0, count.high or 0, count.as_said or ""


def audience_of(entry: Entry) -> Audience:
    """What one ``audience.observed`` says."""
    data = entry.record.data
    if "accounts" in data:
        traces = data["accounts"]
        return Audience(base64.b64decode(traces["hashes"]), base64.b64decode(traces["sketch"]))
    if "sketch" in data:
        return Audience(None, base64.b64decode(data["sketch"]["data"]))
    return Audience(counts=(hedged_of(data["count"]),))


class Span(NamedTuple):
    """The version of the last record in an audience, and of its base: the latest that is no part. None without any."""

    last: Version | None = None
    base: Version | None = None


def observed(entries: Iterable[Entry]) -> tuple[Audience, Span]:
    """The audience that records of one asset come to, and what of them it spans.

    The latest that is no part replaces what came before it, and parts add to it.
    """
    ordered = sorted(entries, key=lambda entry: entry.version)
    if not ordered:
        return NOBODY, Span()
    base = max((place for place, entry in enumerate(ordered) if not is_part(entry)), default=0)
    found = [audience_of(entry) for entry in ordered[base:]]
    return unite(found), Span(ordered[-1].version, None if is_part(ordered[base]) else ordered[base].version)


def is_part(entry: Entry) -> bool:
    """Whether an observation adds to earlier ones instead of replacing them."""
    return bool(entry.record.data.get("part", False))


def unite(audiences: Iterable[Audience]) -> Audience:
    """The union of sets, and all counts beside it. Exact where every set in it is."""
    found = list(audiences)
    sets = [audience for audience in found if audience.sketch is not None]
    counts = tuple(sorted((count for audience in found for count in audience.counts), key=_order))
    if not sets:
        return Audience(counts=counts)
    hashes: bytes | None = None
    if all(audience.hashes is not None for audience in sets):
        hashes = united_hashes([audience.hashes or b"" for audience in sets])
    return Audience(hashes, united_sketch([audience.sketch or b"" for audience in sets]), counts)


def united_hashes(sets: list[bytes]) -> bytes:
    """The union of sorted hashes, sorted once: one set after the other would sort the first ones over and over."""
    if len(sets) == 1:
        return sets[0]
    # Not np.unique, which hashes before it sorts: a hundred times as slow for a million of these.
    every = np.concatenate([np.frombuffer(each, dtype="<u8") for each in sets])
    every.sort()
    is_first = np.ones(len(every), dtype=bool)
    np.not_equal(every[1:], every[:-1], out=is_first[1:])
    return every[is_first].tobytes()


def united_sketch(images: list[bytes]) -> bytes:
    """The clean image of the union of clean images."""
    distinct = list(dict.fromkeys(images))
    if len(distinct) == 1:
        return distinct[0]
    union = hll_union(LG_K)
    for image in distinct:
        union.update(hll_sketch.deserialize(image))
    return clean_image(bytes(union.get_result(tgt_hll_type.HLL_8).serialize_compact()))


def size_of(audience: Audience) -> tuple[float, float]:
    """How many accounts are in the set, and the relative standard error of that number: 0 where it is exact."""
    if audience.hashes is not None:
        return len(audience.hashes) / 8, 0.0
    if audience.sketch is None:
        return 0.0, 0.0
    sketch = hll_sketch.deserialize(audience.sketch)
    return float(sketch.get_estimate()), RSE / math.sqrt(1 << sketch.lg_config_k)


def in_both(one: Audience, other: Audience) -> tuple[float, float]:
    """How many accounts are in both sets, and the standard error of that number: 0 where both are known exactly."""
    if one.hashes is not None and other.hashes is not None:
        few, many = sorted((np.frombuffer(each.hashes or b"", dtype="<u8") for each in (one, other)), key=len)
        places = np.searchsorted(many, few)
        found = places < len(many)
        return float(np.count_nonzero(many[places[found]] == few[found])), 0.0
    union = Audience(None, united_sketch([one.sketch or b"", other.sketch or b""]))
    (mine, mine_error), (others, others_error), (all_, all_error) = map(size_of, (one, other, union))
    return mine + others - all_, math.hypot(mine * mine_error, others * others_error, all_ * all_error)
