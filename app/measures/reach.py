"""Followers reached: the union of audiences, on each surface by itself, never across platforms (DOMAIN section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from app.audiences import NOBODY, Audience, Counts, size_of, unite
from app.hedged import Hedged, Qualifier, Tally, rounded
from app.measures._figures import Json, figure_json, less, maybe_json
from app.measures._fold import Ask, Fold, Member, SurfaceAudience
from app.nouns import reach_verb
from app.vocabulary import Surface, surface_order
from app.wording import definition, do_not_write

NAME = "reach"

Mode = Literal["exact", "estimated", "bounded"]

SIGMAS = 2
"""Standard errors within which an estimate is taken to agree with a stated figure."""

UNOBSERVED = SurfaceAudience(NOBODY, 0, 0)


@dataclass(frozen=True, slots=True)
class Reach:
    """The reach of a scope on one surface.

    ``counted`` is what the audiences give, ``stated`` what was stated where the scope is one network; ``figure`` is the
    one of the two that stands. ``standard_error`` is relative. ``observed`` of ``assets`` have a known audience.
    """

    surface: Surface
    figure: Hedged
    mode: Mode
    standard_error: float | None
    basis: Literal["counted", "stated"]
    counted: Hedged | None
    stated: Hedged | None
    conflict: bool
    assets: int
    observed: int
    networks: int


def reach_on(surface: Surface, members: Iterable[Member]) -> Reach | None:
    """The reach of networks on one surface; None where nothing at all is known of it."""
    found = [member for member in members if surface in member.audiences or surface in member.stated.reach]
    if not any(surface in member.stated.reach or _held(member, surface).is_known for member in found):
        return None
    if len(found) == 1:
        return _of_one_kept(surface, found[0])
    held = [_of_one_kept(surface, member) for member in found]
    sets = unite(_held(member, surface).audience for member in found)
    # What was stated stands for all assets of its network, also for those whose audience is a number or not known.
    counted = [member for reach, member in zip(held, found, strict=True) if reach.basis == "counted"]
    counts = Counts.together(_held(member, surface).counts for member in counted)
    size, error = size_of(sets)
    beyond = [(reach, member, _held_size(member, surface)) for reach, member in zip(held, found, strict=True)]
    extra = Tally()
    floors: list[Hedged] = []
    for reach, member, (own, own_error) in beyond:
        stated = reach.stated
        if stated is None or reach.conflict:
            continue
        # Its sets are in the union; where they are not all there is, what was stated beyond them may be anybody.
        if not _is_whole(member, surface) or stated.least > own * (1 + SIGMAS * own_error):
            extra += Tally.of(less(stated, int(own)))
            floors.append(stated)
    assets, observed = sum(reach.assets for reach in held), sum(reach.observed for reach in held)
    missing = any(reach.observed < reach.assets and reach.basis == "counted" for reach in held)
    figure, mode, standard_error = _bounded(sets, size, error, counts, extra, floors, open_end=missing)
    return Reach(
        surface, figure, mode, standard_error, "counted", figure, None,
        any(reach.conflict for reach in held), assets, observed, len(found),
    )  # fmt: skip


def _held(member: Member, surface: Surface) -> SurfaceAudience:
    return member.audiences.get(surface, UNOBSERVED)


def _is_whole(member: Member, surface: Surface) -> bool:
    """Whether the sets at hand are those of all assets that the network is said to have on a surface."""
    audience, assets, observed, counts = _held(member, surface)
    said = member.stated.assets.get(surface)
    if audience.sketch is None or counts or observed < assets:
        return False
    return said is not None and said.most is not None and assets >= said.most


def _held_size(member: Member, surface: Surface) -> tuple[float, float]:
    return member.once(("size", surface), lambda: size_of(_held(member, surface).audience))


def _of_one_kept(surface: Surface, member: Member) -> Reach:
    return member.once(("reach", surface), lambda: _of_one(surface, member))


def _of_one(surface: Surface, member: Member) -> Reach:
    held = _held(member, surface)
    audience, assets, observed, counts = held
    stated = member.stated.reach.get(surface)
    size, error = size_of(audience)
    counted: Hedged | None = None
    mode: Mode = "bounded"
    standard_error: float | None = None
    if held.is_known:
        figure, mode, standard_error = _bounded(audience, size, error, counts, Tally(), [], open_end=observed < assets)
        counted = figure
    if stated is None:
        nothing = Hedged.nothing_said() if counted is None else counted
        return Reach(surface, nothing, mode, standard_error, "counted", counted, None, False, assets, observed, 1)
    floor = counted.least if counted is not None and counts else size * (1 - SIGMAS * error)
    conflict = stated.most is not None and floor > stated.most
    figure = counted if conflict and counted is not None else stated
    return Reach(
        surface, figure, mode, standard_error, "counted" if conflict else "stated", counted, stated, conflict, assets,
        observed, 1,
    )  # fmt: skip


def followers(audience: Audience) -> Hedged | None:
    """How many accounts follow or joined one asset; None where nothing is known of it."""
    return audience_figure(audience)[0] if audience.is_known else None


def audience_figure(audience: Audience) -> tuple[Hedged, Mode, float | None]:
    """How many accounts are in the audience of one asset, how that is known, and its relative standard error."""
    whole = audience.as_one()
    if whole.sketch is None and whole.counts:
        # One number is what is said of it. Most assets are such, and lists sort them by the thousand.
        return whole.counts[0], "bounded", None
    return _bounded(whole, *size_of(whole), Counts.of(whole.counts), Tally(), [], open_end=False)


def _bounded(
    sets: Audience, size: float, error: float, counts: Counts, extra: Tally, floors: list[Hedged], *, open_end: bool
) -> tuple[Hedged, Mode, float | None]:
    """The figure of a union and counts beside it: max(U, max c) to U + sum of c; open where audiences are missing.

    ``sets`` are taken without counts of their own. ``floors`` are bounds from below that ``extra`` has the rest of.
    """
    known = Hedged.exactly(round(size)) if not error else Hedged.about(rounded(size, size * error))
    mode: Mode = "estimated" if error else "exact"
    bounds = [*filter(None, [counts.largest]), *floors]
    if bounds:
        mode = "bounded"
        high = (Tally.of(known) + extra if sets.sketch is not None else extra) + counts.total
        summed = high.hedged()
        largest = max([known, *bounds], key=lambda figure: figure.least)
        approximate = bool(high.about) or largest.qualifier is Qualifier.ABOUT
        one_word = len(counts) + len(floors) == 1 and sets.sketch is None
        known = bounds[0] if one_word else _between(largest, summed, approximate)
    if open_end:
        approximate = known.qualifier is Qualifier.ABOUT or known.approximate
        excluded = known.qualifier is Qualifier.MORE_THAN
        open_word = Qualifier.MORE_THAN if excluded else Qualifier.AT_LEAST
        known = Hedged(known.low or 0, None, open_word, None, approximate, margin=known.give or None)
    return known, mode, error or None


def _between(largest: Hedged, summed: Hedged, approximate: bool) -> Hedged:
    low = max(0, largest.least)
    if summed.most is None:
        return Hedged(low, None, Qualifier.AT_LEAST, None, approximate)
    high = max(low, summed.most)
    if low == high and not approximate:
        return Hedged.exactly(low)
    return replace(Hedged.between(low, high), approximate=approximate)


def surfaces_of(fold: Fold) -> list[Surface]:
    """The surfaces on which anything is known of the scope's reach, in their fixed order."""
    found = {surface for member in fold.members for surface in (*member.audiences, *member.stated.reach)}
    known = [surface for surface in found if fold.takes(str(surface))]
    return sorted(known, key=surface_order)


def reaches(fold: Fold) -> dict[Surface, Reach]:
    """The reach on every surface of which anything is known."""
    found = {surface: reach_on(surface, fold.members) for surface in surfaces_of(fold)}
    return {
        surface: reach
        for surface, reach in found.items()
        if reach is not None and (reach.counted is not None or reach.stated is not None)
    }


def measure(fold: Fold, _ask: Ask) -> Json:
    """Reach by surface; accounts of different surfaces are never added."""
    return {
        "surfaces": [reach_json(reach) for reach in reaches(fold).values()],
        "networks": len(fold.networks),
    }


def reach_json(reach: Reach) -> Json:
    """One surface as an answer has it."""
    return {
        "surface": str(reach.surface),
        "verb": reach_verb(reach.surface),
        "figure": figure_json(reach.figure),
        "mode": reach.mode,
        "standard_error": None if reach.standard_error is None else round(reach.standard_error, 5),
        "basis": reach.basis,
        "counted": maybe_json(reach.counted),
        "stated": maybe_json(reach.stated),
        "conflict": reach.conflict,
        "assets": reach.assets,
        "observed": reach.observed,
        "networks": reach.networks,
        "definition": definition("reach", surface=reach.surface, assets=reach.observed or None),
        "do_not_write": do_not_write("reach", reach.figure, surface=reach.surface),
    }
