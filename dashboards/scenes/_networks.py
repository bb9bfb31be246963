"""Rows of networks: what each is called and aims at, where it stands, its reach on one axis, its assets by surface."""

from __future__ import annotations

from typing import Any

from app.amounts import short
from app.hedged import Hedged, Tally
from app.language import _
from app.measures._figures import total
from app.networks import Network
from app.nouns import duration, list_words, platform_name, stage_name
from app.numerals import grouped
from app.vocabulary import BIN, DAY, HEADLINE_SURFACES, Stage, Surface, surface_order
from dashboards.scenes._marks import Axis, dot_on
from dashboards.scenes._said import aim_words, assets_heading
from dashboards.scenes._sight import Sight
from dashboards.scenes._stages import is_overdue, least_first

OPEN_ROWS, CLOSED_ROWS = 5, 3
"""What stands below one another on a wall."""

DAYS = 56
"""Bars of a row: assets found a day for eight weeks, the last of them today."""

PIPS = [Stage.DETECTED, Stage.UNDER_REVIEW, Stage.CONFIRMED, Stage.REMOVAL_ORDERED, Stage.REMOVED]


def open_networks(sight: Sight) -> dict[str, Any]:
    """``rows`` of the open networks: overdue ones first, the longest of them, then by reach on one ``axis``."""
    networks, axis = _ordered(sight), _axis(sight)
    rows = [_row(sight, network, axis) for network in networks[:OPEN_ROWS]]
    rest = networks[OPEN_ROWS:]
    late = sum(is_overdue(sight, network) for network in networks)
    some = _("{n} of {all} open, {late} overdue") if late else _("{n} of {all} open, by accounts reached")
    head = some if rest else _("Open, by accounts reached")
    return {
        "head": head.format(n=OPEN_ROWS, all=grouped(len(networks)), late=grouped(late)),
        "rows": rows,
        "axis": axis.ticks,
        "surfaces": [assets_heading(surface) for surface in HEADLINE_SURFACES],
    }


def closed_networks(sight: Sight) -> dict[str, Any]:
    """``rows`` of the networks of the watch that were closed last, on the same axis."""
    networks, axis = _closed(sight), _axis(sight)
    rest = len(networks) - CLOSED_ROWS
    return {
        "head": _("Closed, latest first"),
        "rows": [_row(sight, network, axis) for network in networks[:CLOSED_ROWS]],
        "more": _("{n} more closed {since}").format(n=grouped(rest), since=sight.since) if rest > 0 else "",
        "since": sight.since,
        "axis": axis.ticks,
    }


def _ordered(sight: Sight) -> list[Network]:
    late = sorted((each for each in sight.open if is_overdue(sight, each)), key=lambda n: (n.stage_since, n.id))
    others = [each for each in sight.open if not is_overdue(sight, each)]
    # Who is not among the first has no need of an exact place.
    if len(late) >= OPEN_ROWS:
        return [*late, *others]
    return [*late, *sorted(others, key=lambda network: (*least_first(sight, network), network.id))]


def _closed(sight: Sight) -> list[Network]:
    closed = (network for network in sight.of_watch if not network.is_open)
    return sorted(closed, key=lambda network: (-network.stage_since, network.id))


def _axis(sight: Sight) -> Axis:
    """One axis for all rows that are shown, whole decades wide, so that it stays where it is."""
    shown = [*_ordered(sight)[:OPEN_ROWS], *_closed(sight)[:CLOSED_ROWS]]
    return Axis.around([_reach(sight, network) for network in shown])


def _reach(sight: Sight, network: Network) -> Hedged:
    reach = sight.reach_of([network])
    return Hedged.nothing_said() if reach is None else reach.figure


def _row(sight: Sight, network: Network, axis: Axis) -> dict[str, Any]:
    late = is_overdue(sight, network)
    reach = _reach(sight, network)
    held = duration(sight.now - network.stage_since)
    held = held if network.is_open else _("{duration} ago").format(duration=held)
    reached = PIPS.index(network.stage) if network.stage in PIPS else -1
    return {
        "name": network.name,
        "aim": aim_words(network),
        "late": late,
        "pips": ["late" if late and n == reached else "on" if n <= reached else "off" for n in range(len(PIPS))],
        "stage": f"{stage_name(network.stage)} {held}",
        "reach": short(reach),
        "dot": dot_on(axis, reach),
        "counts": [_count(sight, network, surface) for surface in HEADLINE_SURFACES],
        "others": _others(network),
        "days": _days(sight, network),
    }


def _count(sight: Sight, network: Network, surface: Surface) -> dict[str, Any]:
    """How many assets on one surface, and how many of them came in the last half hour."""
    count = network.assets_figure.get(surface)
    figure = Hedged.exactly(0) if count is None else count.figure
    new = sum(n for at, n in network.detected_bins.get(surface, {}).items() if sight.is_fresh_bin(at))
    return {"n": short(figure), "zero": figure.most == 0, "new": f"+{grouped(new)}" if new > 0 else ""}


def _others(network: Network) -> str:
    """What it has elsewhere: "12 more on X and Telegram"."""
    others = [surface for surface in network.assets_figure if surface not in HEADLINE_SURFACES]
    if not others:
        return ""
    n = total(sum((Tally.of(network.assets_figure[surface].figure) for surface in others), Tally()))
    places = list(dict.fromkeys(platform_name(surface.platform) for surface in sorted(others, key=surface_order)))
    where = list_words(places) if len(places) <= 2 else _("{n} other platforms").format(n=grouped(len(places)))
    if n.is_absent or n.most == 0:
        return _("more stated on {platforms}").format(platforms=where)
    return _("{n} more on {platforms}").format(n=short(n), platforms=where)


def _days(sight: Sight, network: Network) -> list[int]:
    """Assets found in each of the last 56 times 24 hours."""
    end = sight.now // BIN * BIN + BIN
    found = [0] * DAYS
    for bins in network.detected_bins.values():
        for at, n in bins.items():
            place = DAYS - 1 - (end - 1 - at) // DAY
            if 0 <= place < DAYS:
                found[place] += n
    return found
