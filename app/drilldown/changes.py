"""What happened last to networks: stages, limits that were passed, assets found and removed, claims, statements."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.networks import Network
from app.vocabulary import HOUR, Stage, Surface, Watch

Kind = Literal["stage", "limit", "found", "removed", "claim", "statement", "overlap"]

MOST = 15
"""Changes of one network that are kept: a list shows no more of all."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a network at an instant (µs).

    ``stage`` is the one it came to, or was in for too long; ``n`` how many assets were found or removed within an hour,
    or for how many hours it may be in a stage; ``approved`` whether a claim was; ``words`` who stated something or
    which network it overlaps with, as it came from outside.
    """

    network: Network
    at: int
    kind: Kind
    stage: Stage | None = None
    n: int = 0
    approved: bool = False
    words: str = ""


def latest_changes(networks: Iterable[Network], most: int = MOST, *, now: int, watch: Watch) -> list[Change]:
    """The last changes of some networks, newest first."""
    # Of the last changes of all, none is of a network to which nothing happened so late.
    latest = heapq.nlargest(most, networks, key=lambda network: (_last(network, now, watch), network.id))
    found = (change for network in latest for change in (*changes_of(network), *_overdue(network, now, watch)))
    past = (change for change in found if change.at <= now)
    return heapq.nlargest(most, past, key=lambda change: (change.at, change.network.id, change.kind))


def _last(network: Network, now: int, watch: Watch) -> int:
    """When something happened to a network last."""
    last = next((change.at for change in changes_of(network) if change.at <= now), -1)
    passed = _passed_at(network, watch)
    return last if passed is None or passed >= now else max(last, passed)


def changes_of(network: Network) -> tuple[Change, ...]:
    """The last ``MOST`` changes of one network, newest first."""
    return network.once("changes", lambda: _changes(network))


def _changes(network: Network) -> tuple[Change, ...]:
    found = [Change(network, step.at, "stage", step.stage) for step in network.stages]
    found += _hours(network, "found", network.detected_bins)
    found += _hours(network, "removed", network.removed_bins)
    found += [Change(network, claim.at, "claim", approved=claim.approves) for claim in network.claims]
    found += [Change(network, statement.at, "statement", words=statement.by) for statement in network.statements]
    found += [Change(network, overlap.at, "overlap", words=overlap.other) for overlap in network.overlaps]
    return tuple(heapq.nlargest(MOST, found, key=lambda change: (change.at, change.kind)))


def _hours(network: Network, kind: Kind, bins: dict[Surface, dict[int, int]]) -> list[Change]:
    """Assets by the hour, each at the last of its five minutes: whoever adds fifty one by one has done one thing."""
    n: Counter[int] = Counter()
    last: dict[int, int] = {}
    for of_surface in bins.values():
        for at, count in of_surface.items():
            n[at // HOUR] += count
            last[at // HOUR] = max(at, last.get(at // HOUR, at))
    return [Change(network, last[hour], kind, n=count) for hour, count in n.items() if count > 0]


def _overdue(network: Network, now: int, watch: Watch) -> Iterable[Change]:
    at = _passed_at(network, watch)
    if at is not None and now > at:
        yield Change(network, at, "limit", network.stage, n=watch.limits_h[network.stage])


def _passed_at(network: Network, watch: Watch) -> int | None:
    """When it has been in its stage for as long as it may, None where that has no limit."""
    hours = watch.limits_h.get(network.stage)
    return None if hours is None else network.stage_since + hours * HOUR
