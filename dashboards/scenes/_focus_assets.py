"""What one network is made of: its assets as a whole and by kind, and how many of them are removed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.hedged import Hedged, Qualifier, Tally
from app.language import _, ngettext
from app.measures._figures import less, total
from app.networks import AssetCount, Network
from app.numerals import grouped
from app.records import hedged_of
from app.vocabulary import HEADLINE_SURFACES, SECOND, RecordType, Scope, Surface, surface_order
from app.wording import counted, duration, short
from dashboards.scenes._said import assets_heading
from dashboards.scenes._sight import Json, Sight

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
    lines = [ngettext("{n} restored", "{n} restored", restored).format(n=grouped(restored))] * bool(restored)
    if took:
        words = _("removed {duration} after detection, median of {n}")
        lines.append(words.format(duration=duration(took["median_s"] * SECOND), n=grouped(took["n"])))
    held = sight.held(RecordType.ASSET_DETECTED, RecordType.ASSET_REMOVED, RecordType.ASSET_RESTORED)
    return {
        "n": short(every),
        "label": _label(removed, every),
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


def _label(removed: Hedged, every: Hedged) -> str:
    """What the number is, and how much of it is removed."""
    is_one = every == Hedged.exactly(1)
    if removed.most == 0:
        return _("asset, none removed") if is_one else _("assets, none removed")
    if removed == every:
        return _("asset, all removed") if is_one else _("assets, all removed")
    return (_("asset, {n} removed") if is_one else _("assets, {n} removed")).format(n=short(removed))


def _basis(network: Network) -> str:
    """Whether they were counted or stated; both figures where they differ."""
    counts = network.assets_figure.values()
    listed = sum(count.listed for count in counts)
    if any(count.conflict for count in counts):
        return _("{n} listed, more than were stated").format(n=grouped(listed))
    if any(count.basis == "stated" for count in counts):
        return _("as stated; {n} listed").format(n=grouped(listed))
    return _("as listed") if counts else _("none listed yet")


def _has_changed(sight: Sight, network: Network, surface: Surface) -> bool:
    """Whether one was found or removed in the last half hour."""
    bins = (network.detected_bins.get(surface, {}), network.removed_bins.get(surface, {}))
    return any(sight.is_fresh_bin(start) for each in bins for start in each)


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
        "more": _("and {assets} of {n} more kinds").format(
            assets=counted(_sum(rest), _("asset"), _("assets")), n=grouped(len(rest))
        )
        if rest
        else "",
    }


def _row(surface: Surface, count: AssetCount | None, removed: Hedged, longest: int) -> dict[str, Any]:
    if count is None:
        return {"name": assets_heading(surface), "n": "0", "words": "", "removed": 0, "active": 0, "nil": True}
    active = _active(count.figure, removed)
    words = [_split(removed, active)]
    if count.conflict:
        words.append(_("{n} stated").format(n=short(count.stated or NONE)))
    elif count.basis == "stated" and count.figure != Hedged.exactly(count.listed):
        words.append(ngettext("{n} listed", "{n} listed", count.listed).format(n=grouped(count.listed)))
    return {
        "name": assets_heading(surface),
        "n": short(count.figure),
        "words": "; ".join(words),
        "removed": _bar(removed, longest),
        "active": _bar(active, longest),
        "nil": False,
    }


def _split(removed: Hedged, active: Hedged) -> str:
    if removed.most == 0:
        return _("all active")
    if active.most == 0:
        return _("all removed")
    return _("{removed} removed, {active} active").format(removed=short(removed), active=short(active))


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
