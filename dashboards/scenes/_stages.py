"""The pipeline: a column for each stage with its count, a square for each network, and the names that matter most."""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.hedged import Hedged
from app.language import _
from app.networks import Network
from app.vocabulary import HOUR, Stage
from app.wording import duration, stage_name
from dashboards.scenes._sight import FRESH, Sight

SQUARES = 12
"""Squares of one column; the rest is a number."""

LINES = 2
"""Lines below a count: names, the last of them in the place of the foot where there is one."""

_FOOTED = (Stage.REMOVED, Stage.DISMISSED)
"""Stages that hold all networks since the watch began, and say so."""


def stages(sight: Sight) -> list[dict[str, Any]]:
    """The columns in the order of the pipeline: open networks, and those closed of the watch."""
    columns: dict[Stage, list[Network]] = {stage: [] for stage in Stage}
    for network in sight.of_watch:
        columns[network.stage].append(network)
    before = Counter(network.stage_at(sight.now - FRESH) for network in sight.of_watch)
    return [
        _column(sight, stage, networks) | {"fresh": len(networks) != before[stage]}
        for stage, networks in columns.items()
    ]


def _column(sight: Sight, stage: Stage, networks: list[Network]) -> dict[str, Any]:
    overdue = {network.id for network in networks if is_overdue(sight, network)}
    foot = _foot(sight, stage, bool(overdue))
    first = ["overdue"] * len(overdue) + ["open" if stage.is_open else "closed"] * (len(networks) - len(overdue))
    named = [] if stage is Stage.DISMISSED else _first_named(sight, networks, overdue)[: LINES - bool(foot)]
    return {
        "stage": str(stage),
        "label": stage_name(stage),
        "n": len(networks),
        "squares": first[:SQUARES],
        "more": max(0, len(networks) - SQUARES),
        "names": [
            {
                "name": network.name,
                "duration": duration(sight.now - network.stage_since),
                "overdue": network.id in overdue,
            }
            for network in named
        ],
        "foot": foot,
    }


def _foot(sight: Sight, stage: Stage, has_overdue: bool) -> str:
    if stage in _FOOTED:
        return sight.since
    if not has_overdue:
        return ""
    return _("limit {duration}").format(duration=duration(sight.watch.limits_h[stage] * HOUR))


def _first_named(sight: Sight, networks: list[Network], overdue: set[str]) -> list[Network]:
    """Overdue ones first, the longest of them; then by reach, the largest first. Of the closed ones the latest."""
    late = sorted((network for network in networks if network.id in overdue), key=lambda n: (n.stage_since, n.id))
    others = [network for network in networks if network.id not in overdue]
    if len(late) >= LINES or not others:
        return late
    if not others[0].is_open:
        return sorted(others, key=lambda network: (-network.stage_since, network.id))
    return [*late, *sorted(others, key=lambda network: (*least_first(sight, network), network.id))]


def is_overdue(sight: Sight, network: Network) -> bool:
    """Whether a network has been in its stage for longer than it may."""
    return bool(sight.standing.get(network.id, {}).get("overdue"))


def least_first(sight: Sight, network: Network) -> tuple[int, int, int]:
    """Sorts by reach on the headline's surface: by the interval, for a bound is not a value."""
    reach = sight.reach_of([network])
    figure = Hedged.nothing_said() if reach is None else reach.figure
    least, is_open, most = figure.sort_key()
    return -least, -is_open, -most
