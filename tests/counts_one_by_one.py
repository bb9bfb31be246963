"""Reach with every count looked at one by one: what ``app.measures.reach`` gives must be equal to the bit.

Slow and plain. A network that has thousands of counts costs thousands of steps here, whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.audiences import Audience, size_of, unite
from app.hedged import Hedged, Qualifier, Tally, rounded
from app.measures._figures import less

SIGMAS = 2


@dataclass(frozen=True)
class Part:
    """One network on one surface: its audience with all counts, how many assets are observed, and what was stated."""

    audience: Audience
    assets: int
    observed: int
    stated: Hedged | None
    stated_assets: Hedged | None


@dataclass(frozen=True)
class Figure:
    """What it comes to."""

    figure: Hedged
    mode: str
    standard_error: float | None
    conflict: bool
    basis: str


def reach_one_by_one(parts: Sequence[Part]) -> Figure:
    """The reach of networks of which something is known."""
    held = [_of_one(part) for part in parts]
    if len(parts) == 1:
        return held[0]
    sets = unite(
        replace(part.audience, counts=()) if own.basis == "stated" else part.audience
        for own, part in zip(held, parts, strict=True)
    )
    extra, floors = Tally(), []
    for own, part in zip(held, parts, strict=True):
        if part.stated is None or own.conflict:
            continue
        size, error = size_of(part.audience)
        if not _is_whole(part) or part.stated.least > size * (1 + SIGMAS * error):
            extra += Tally.of(less(part.stated, int(size)))
            floors.append(part.stated)
    missing = any(part.observed < part.assets and own.basis == "counted" for own, part in zip(held, parts, strict=True))
    figure, mode, standard_error = _bounded(sets, extra, floors, open_end=missing)
    return Figure(figure, mode, standard_error, any(own.conflict for own in held), "counted")


def _is_whole(part: Part) -> bool:
    if part.audience.sketch is None or part.audience.counts or part.observed < part.assets:
        return False
    said = part.stated_assets
    return said is not None and said.most is not None and part.assets >= said.most


def _of_one(part: Part) -> Figure:
    size, error = size_of(part.audience)
    counted: Hedged | None = None
    mode, standard_error = "bounded", None
    if part.audience.is_known:
        counted, mode, standard_error = _bounded(part.audience, Tally(), [], open_end=part.observed < part.assets)
    if part.stated is None:
        return Figure(counted or Hedged.nothing_said(), mode, standard_error, conflict=False, basis="counted")
    floor = counted.least if counted is not None and part.audience.counts else size * (1 - SIGMAS * error)
    conflict = part.stated.most is not None and floor > part.stated.most
    figure = counted if conflict and counted is not None else part.stated
    return Figure(figure, mode, standard_error, conflict, "counted" if conflict else "stated")


def _bounded(sets: Audience, extra: Tally, floors: list[Hedged], *, open_end: bool) -> tuple[Hedged, str, float | None]:
    size, error = size_of(sets)
    known = Hedged.exactly(round(size)) if not error else Hedged.about(rounded(size, size * error))
    mode = "estimated" if error else "exact"
    counts = [*sets.counts, *floors]
    if counts:
        mode = "bounded"
        high = Tally.of(known) + extra if sets.sketch is not None else extra
        for count in sets.counts:
            high += Tally.of(count)
        largest = max([known, *counts], key=lambda figure: figure.least)
        approximate = bool(high.about) or largest.qualifier is Qualifier.ABOUT
        one_word = len(counts) == 1 and sets.sketch is None
        known = counts[0] if one_word else _between(largest, high.hedged(), approximate)
    if open_end:
        approximate = known.qualifier is Qualifier.ABOUT or known.approximate
        word = Qualifier.MORE_THAN if known.qualifier is Qualifier.MORE_THAN else Qualifier.AT_LEAST
        known = Hedged(known.low or 0, None, word, None, approximate, margin=known.give or None)
    return known, mode, error or None


def _between(largest: Hedged, summed: Hedged, approximate: bool) -> Hedged:
    low = max(0, largest.least)
    if summed.most is None:
        return Hedged(low, None, Qualifier.AT_LEAST, None, approximate)
    high = max(low, summed.most)
    if low == high and not approximate:
        return Hedged.exactly(low)
    return replace(Hedged.between(low, high), approximate=approximate)
