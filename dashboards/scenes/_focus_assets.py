"""What one network is made of: its assets as a whole and by kind, and how many of them are removed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.hedged import Hedged, Qualifier, Tally
from app.measures._figures import less, total
from app.networks import AssetCount, Network
from app.records import hedged_of
from app.vocabulary import ACCOUNTS, BIN, HEADLINE_SURFACES, SECOND, RecordType, Scope, Surface, surface_order
from app.wording import counted, duration, platform_name, short, surface_name
from dashboards.scenes._sight import FRESH, Json, Sight

KINDS = 4
"""Kinds of assets that stand below one another."""

BAR = 1_000
"""The length of the longest bar."""

NONE = Hedged.exactly(0)


def assets(sight: Sight, network: Network) -> dict[str, Any]:
    """How many there are, how many of them are removed, and how long that took."""
    takedowns = _takedowns(sight, network)
    every, removed = _sum(count.figure for count in network.assets_figure.values()), hedged_of(takedowns["assets"])
    restored, took = takedowns["restored"], takedowns["time_to_removal"]
    lines = [f"{restored:,} restored"] * bool(restored)
    if took:
        lines.append(f"removed {duration(took['median_s'] * SECOND)} after detection, median of {took['n']:,}")
    held = sight.held(RecordType.ASSET_DETECTED, RecordType.ASSET_REMOVED, RecordType.ASSET_RESTORED)
    return {
        "n": short(every),
        "label": f"{'asset' if every == Hedged.exactly(1) else 'assets'}, {_how_many(removed, every)} removed",
        "sub": _basis(network),
        "why": held or "; ".join(lines),
        "siblings": [],
        "held": bool(held),
        "fresh": not held and any(_has_changed(sight, network, surface) for surface in network.assets_figure),
    }


def _takedowns(sight: Sight, network: Network) -> Json:
    return sight.measure("takedowns", Scope(network=(network.id,)))


def _sum(figures: Iterable[Hedged]) -> Hedged:
    return total(sum(map(Tally.of, figures), Tally()))


def _how_many(removed: Hedged, every: Hedged) -> str:
    if removed.most == 0:
        return "none"
    return "all" if removed == every else short(removed)


def _basis(network: Network) -> str:
    """Whether they were counted or stated; both figures where they differ."""
    counts = network.assets_figure.values()
    listed = sum(count.listed for count in counts)
    if any(count.conflict for count in counts):
        return f"{listed:,} listed, more than were stated"
    if any(count.basis == "stated" for count in counts):
        return f"as stated; {listed:,} listed"
    return "as listed" if counts else "none listed yet"


def _has_changed(sight: Sight, network: Network, surface: Surface) -> bool:
    """Whether one was found or removed in the last half hour. A bin that reaches into it counts."""
    first = sight.now - FRESH - BIN
    bins = (network.detected_bins.get(surface, {}), network.removed_bins.get(surface, {}))
    return any(first < start <= sight.now for each in bins for start in each)


# --- by kind ----------------------------------------------------------------------------------------------------------


def kinds(sight: Sight, network: Network) -> dict[str, Any]:
    """``rows`` of assets by kind, removed and active, and ``more`` in words for those without room."""
    counts = network.assets_figure
    shown = list(counts)[: KINDS if len(counts) <= KINDS else KINDS - 1]
    shown += [surface for surface in HEADLINE_SURFACES if surface not in counts][: max(0, KINDS - len(counts))]
    rest = [count.figure for surface, count in counts.items() if surface not in shown]
    removed = {row["surface"]: hedged_of(row["figure"]) for row in _takedowns(sight, network)["surfaces"]}
    longest = max((_length(counts[surface].figure) for surface in shown if surface in counts), default=0)
    return {
        "rows": [
            _row(surface, counts.get(surface), removed.get(str(surface), NONE), longest)
            | {"fresh": _has_changed(sight, network, surface)}
            for surface in sorted(shown, key=surface_order)
        ],
        "more": f"and {counted(_sum(rest), 'asset')} of {len(rest):,} more kinds" if rest else "",
    }


def _row(surface: Surface, count: AssetCount | None, removed: Hedged, longest: int) -> dict[str, Any]:
    if count is None:
        return {"name": _kind(surface), "n": "0", "words": "", "removed": 0, "active": 0, "nil": True}
    active = _active(count.figure, removed)
    words = [_split(removed, active)]
    if count.conflict:
        words.append(f"{short(count.stated or NONE)} stated")
    elif count.basis == "stated" and count.figure != Hedged.exactly(count.listed):
        words.append(f"{count.listed:,} listed")
    return {
        "name": _kind(surface),
        "n": short(count.figure),
        "words": "; ".join(words),
        "removed": _bar(removed, longest),
        "active": _bar(active, longest),
        "nil": False,
    }


def _kind(surface: Surface) -> str:
    """What a row is called: "Pages", "Accounts", "Instagram"; the platform where accounts are not Facebook's."""
    if surface.kind == "account" and surface != ACCOUNTS:
        return platform_name(surface.platform)
    words = surface_name(surface, many=True)
    return f"{words[0].upper()}{words[1:]}"


def _split(removed: Hedged, active: Hedged) -> str:
    if removed.most == 0:
        return "all active"
    return "all removed" if active.most == 0 else f"{short(removed)} removed, {short(active)} active"


def _active(figure: Hedged, removed: Hedged) -> Hedged:
    """What is left. A removal without a count is that of a whole network as stated: its hedge is the same as theirs.

    Where more is listed than was stated, what is left is as little known as what was removed.
    """
    if removed.qualifier is Qualifier.EXACTLY:
        return less(figure, removed.low or 0)
    if figure.qualifier is not Qualifier.EXACTLY:
        ends = (figure.low, removed.low) if removed.high is None else (figure.high, removed.high)
        return Hedged.exactly(max(0, (ends[0] or 0) - (ends[1] or 0)))
    listed = figure.low or 0
    least = 0 if removed.most is None else max(0, listed - removed.most)
    most = max(0, listed - removed.least)
    if least == most:
        return Hedged.exactly(least)
    return Hedged.between(least, most) if least else Hedged.at_most(most)


def _length(figure: Hedged) -> int:
    """The bar of a bound is as long as what is sure."""
    return (figure.low or 0) if figure.low == figure.high else figure.least


def _bar(figure: Hedged, longest: int) -> int:
    n = _length(figure)
    return min(BAR, max(6, BAR * n // longest)) if n and longest else 0
