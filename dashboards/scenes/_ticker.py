"""The last events: what was detected, grew, moved on in the pipeline, was removed, or ran over its limit."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.hedged import Hedged, Qualifier, Tally
from app.language import N_, _, pgettext
from app.networks import Network
from app.nouns import reach_verb, surface_noun
from app.records import hedged_of
from app.vocabulary import DAY, HOUR, SECOND, Scope, Stage, Surface, surface_order
from app.wording import (
    assets_words,
    counted,
    prose,
    short,
    surface_name,
)
from dashboards.scenes._said import held_words, targets_words
from dashboards.scenes._sight import Sight

ROWS = 4

GROWTH = 3
"""Assets found in five minutes from which a network is said to grow; fewer are the run of the work."""

TARGETS = 3
"""Countries that are named; of more, one fewer and a number."""

IN_WORDS = 2
"""Kinds of assets whose hedged figures are spelt out; of more, each has the sign of its hedge."""

OVERDUE, GREW, REOPENED = N_("Overdue"), N_("Grew"), N_("Reopened")
_VERBS = {
    Stage.DETECTED: N_("Detected"),
    Stage.UNDER_REVIEW: N_("In review"),
    Stage.CONFIRMED: N_("Confirmed"),
    Stage.REMOVAL_ORDERED: N_("Ordered"),
    Stage.REMOVED: N_("Removed"),
    Stage.DISMISSED: N_("Dismissed"),
}


class Event(NamedTuple):
    """Something that happened to a network, its ``verb`` in English. ``found``: what it grew by, by surface."""

    at: int
    verb: str
    network: Network
    found: dict[Surface, int]

    @property
    def order(self) -> tuple[int, str, str]:
        """Sorts by time, and always in the same way."""
        return self.at, self.network.id, self.verb


def ticker(sight: Sight) -> list[dict[str, Any]]:
    """The newest events, newest first."""
    newest = heapq.nlargest(ROWS, _events(sight), key=lambda event: event.order)
    return [
        {
            "at": sight.clock(event.at) if sight.is_today(event.at) else sight.day(event.at),
            "verb": _(event.verb),
            "name": event.network.name,
            "text": _words(sight, event),
            "alert": event.verb == OVERDUE,
            "fresh": sight.is_fresh(event.at),
        }
        for event in newest
    ]


def _events(sight: Sight) -> Iterator[Event]:
    for network in sight.of_watch:
        earlier = None
        for step in network.stages:
            if step.at <= sight.now:
                reopened = earlier is not None and not earlier.is_open and step.stage.is_open
                yield Event(step.at, REOPENED if reopened else _VERBS[step.stage], network, {})
            earlier = step.stage
        if network.is_open:
            yield from _growth(sight, network)
    for row in sight.standing.values():
        if row["overdue"]:
            due = row["since"] + row["limit_s"] * SECOND
            yield Event(due, OVERDUE, sight.board.networks[row["id"]], {})


def _growth(sight: Sight, network: Network) -> Iterator[Event]:
    """Quarters of an hour in which a network grew, after its detection and in the last day; no finer time is known."""
    first = max(sight.now - DAY, network.first_seen_at)
    found: dict[int, Counter[Surface]] = {}
    for surface, bins in network.detected_bins.items():
        for start in reversed(bins):
            if start <= first:
                break
            if start <= sight.now:
                found.setdefault(start, Counter())[surface] += bins[start]
    for start, surfaces in found.items():
        if surfaces.total() >= GROWTH:
            yield Event(start, GREW, network, dict(surfaces))


def _words(sight: Sight, event: Event) -> str:
    network = event.network
    if event.verb == OVERDUE:
        return held_words(sight.watch.limits_h[network.stage] * HOUR, network.stage)
    if event.verb == GREW:
        return _("+{found}, now {assets}").format(
            found=assets_words(event.found, list_form=True), assets=_assets(network)
        )
    if event.verb == _VERBS[Stage.REMOVED]:
        return _removed(sight, network)
    if event.verb == _VERBS[Stage.REMOVAL_ORDERED]:
        due = _due(sight, event)
        return _("{assets}, due {time}").format(assets=_assets(network), time=due) if due else _assets(network)
    countries = targets_words(network, TARGETS)
    if not countries:
        return _assets(network)
    return _("{assets}, targets {countries}").format(assets=_assets(network), countries=countries)


def _due(sight: Sight, event: Event) -> str:
    """Until when the stage that it is in may last; empty where it has moved on or there is no limit."""
    limit_h = sight.watch.limits_h.get(event.network.stage)
    if event.at != event.network.stage_since or limit_h is None:
        return ""
    return sight.time(event.at + limit_h * HOUR)


def _assets(network: Network) -> str:
    figures = [count.figure for count in network.assets_figure.values()]
    total = sum(map(Tally.of, figures), Tally()).hedged() if figures else Hedged.exactly(0)
    return counted(total, _("asset"), _("assets"))


def _removed(sight: Sight, network: Network) -> str:
    """What was removed, by surface, and how many accounts that had reached."""
    scope = Scope(network=(network.id,))
    figures = {
        Surface.parse(row["surface"]): hedged_of(row["figure"]) for row in sight.measure("takedowns", scope)["surfaces"]
    }
    said = [_surfaces(figures)] if figures else []
    for surface, reach in sorted(sight.board.reach(scope).items(), key=lambda item: surface_order(item[0])):
        if not reach.figure.is_absent and reach.figure.most != 0:
            said.append(_followed(reach.figure, surface))
            break
    return "".join(f"{sentence}. " for sentence in said).rstrip()


def _followed(figure: Hedged, surface: Surface) -> str:
    words = _("{n} {followed} {a_page}").format(
        n=prose(figure), followed=reach_verb(surface, past=True), a_page=_a(surface_name(surface))
    )
    return f"{words[0].upper()}{words[1:]}"


def _surfaces(figures: dict[Surface, Hedged]) -> str:
    if all(figure.qualifier is Qualifier.EXACTLY for figure in figures.values()):
        return assets_words({surface: figure.low or 0 for surface, figure in figures.items()}, list_form=True)
    known = {surface: figure for surface, figure in figures.items() if figure.most != 0}
    if len(known) <= IN_WORDS:
        return ", ".join(
            counted(figure, surface_name(surface), surface_name(surface, many=True))
            for surface, figure in known.items()
        )
    # The noun alone: the number before it is not counted.
    nouns = {surface: surface_noun(surface, 2, list_form=True).partition(" ")[2] for surface in known}
    return ", ".join(f"{short(figure)} {nouns[surface]}" for surface, figure in known.items())


def _a(noun: str) -> str:
    article = pgettext("before a vowel", "an {noun}") if noun[0] in "AEIOUaeiou" else _("a {noun}")
    return article.format(noun=noun)
