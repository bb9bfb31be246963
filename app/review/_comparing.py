"""Comparing: how the figures of networks change from one picture to another, network by network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.board import Board
from app.language import N_
from app.vocabulary import Scope, Watch

ASSETS, REMOVED, REACH, SPEND, ADS, EVENTS = (
    *(N_("Assets"), N_("Removed"), N_("Reach"), N_("Spend"), N_("Ads"), N_("Events")),
)
"""The figures that are compared."""

_AS_WRITTEN = ("qualifier", "value", "low", "high", "minor", "low_minor", "high_minor", "currency", "sum")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure before and after, each as JSON and None where there is none. ``part`` is a surface or a currency."""

    what: str
    part: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes about one network: it ``appears`` or ``vanishes``, or some of its figures are others."""

    network: str
    name: str
    appears: bool
    vanishes: bool
    lines: tuple[Line, ...]


def compare(before: Board, after: Board, *, now: int, watch: Watch) -> list[Difference]:
    """The networks of which any figure changes, by name."""
    found = []
    for id in before.networks.keys() | after.networks.keys():
        was, becomes = figures_of(before, id, now=now, watch=watch), figures_of(after, id, now=now, watch=watch)
        keys = [key for key in (was | becomes) if _plain(was.get(key)) != _plain(becomes.get(key))]
        known, stays = before.networks.get(id), after.networks.get(id)
        if keys or known is None or stays is None:
            lines = tuple(Line(*key, was.get(key), becomes.get(key)) for key in keys)
            name = next(each.name for each in (known, stays) if each is not None)
            found.append(Difference(id, name, known is None, stays is None, lines))
    return sorted(found, key=lambda each: (each.name.casefold(), each.network))


def figures_of(board: Board, network: str, *, now: int, watch: Watch) -> dict[tuple[str, str], dict[str, Any]]:
    """The figures of one network as JSON, by what they count and the surface or currency; none of one not known."""
    if network not in board.networks:
        return {}
    scope = Scope(network=(network,))

    def asked(name: str) -> dict[str, Any]:
        return board.measure(name, scope, now=now, watch=watch)

    return dict(_figures(asked("detections"), asked("takedowns"), asked("reach"), asked("spend"), asked("events")))


def _figures(
    detections: dict[str, Any],
    takedowns: dict[str, Any],
    reach: dict[str, Any],
    spend: dict[str, Any],
    events: dict[str, Any],
) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    yield (ASSETS, ""), detections["assets"]
    yield (REMOVED, ""), takedowns["assets"]
    for each in reach["surfaces"]:
        yield (REACH, each["surface"]), each["figure"]
    for each in spend["currencies"]:
        yield (SPEND, each["currency"]), each["figure"]
    yield (ADS, ""), spend["ads"]
    yield (EVENTS, ""), events["figure"]


def _plain(figure: dict[str, Any] | None) -> dict[str, Any] | None:
    """A figure without its words."""
    return None if figure is None else {name: value for name, value in figure.items() if name in _AS_WRITTEN}
