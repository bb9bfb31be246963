"""The figures of one network in a list, kept on the network: its assets, its reach on one surface, spend and events."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.board import Board
from app.drilldown.facets import values_of
from app.hedged import Hedged, Money, Tally
from app.measures import events
from app.measures._figures import total
from app.measures._fold import Ask
from app.measures.reach import reach_on
from app.measures.spend import Line, spent_by
from app.networks import Network
from app.records import hedged_of
from app.vocabulary import Surface, Watch

NOTHING_ASKED = Ask(0, Watch(0))
"""Events are the same at any time and on any watch."""

NOWHERE = ("",)
"""A platform that there is not."""

NONE = Hedged.exactly(0)


@dataclass(frozen=True, slots=True)
class Spend:
    """What a network spent in the currency of most of its ads, then of the first code; ``others`` are beside it.

    ``money`` is None where nobody gave an amount; then ``none_found`` says whether any was looked for.
    """

    money: Money | None
    others: int
    none_found: bool


def _own(has: Collection[str], platforms: Collection[str]) -> tuple[str, ...]:
    """Those of the platforms that a network has something on; none at all where that is everything.

    Whoever asks for ever new sets of platforms makes nothing new to keep.
    """
    own = set(has) & set(platforms)
    return () if not platforms or own == set(has) else tuple(sorted(own)) or NOWHERE


def assets_of(network: Network, platforms: tuple[str, ...] = ()) -> Hedged:
    """How many assets it has, on some platforms or on all."""
    own = _own({surface.platform for surface in network.assets_figure}, platforms)

    def count() -> Hedged:
        figures = (
            count.figure for surface, count in network.assets_figure.items() if not own or surface.platform in own
        )
        return total(sum(map(Tally.of, figures), Tally()))

    return network.once(("assets", own), count)


def reach_of(board: Board, network: Network, surface: Surface) -> Hedged:
    """How many accounts it reaches on one surface; absent where nothing is known of it."""

    def work() -> Hedged:
        found = reach_on(surface, board.members_of(network))
        return Hedged.nothing_said() if found is None else found.figure

    return network.once(("reach", surface), work)


def spend_of(board: Board, network: Network, platforms: tuple[str, ...] = ()) -> Spend:
    """What it and all that was merged into it spent on ads."""
    own = _own(values_of(board, network)["platform"], platforms)

    def work() -> Spend:
        lines: dict[str, Line] = {}
        found = [spent_by(member, own) for member in board.members_of(network)]
        for spent in found:
            for currency, line in spent.lines.items():
                lines.setdefault(currency, Line()).add(line)
        if not lines:
            return Spend(None, 0, any(spent.none_found for spent in found))
        first = min(lines, key=lambda currency: (-lines[currency].ads.low, currency))
        return Spend(lines[first].money(first), len(lines) - 1, none_found=False)

    return network.once(("spend", own), work)


def events_of(board: Board, network: Network, platforms: tuple[str, ...] = ()) -> Hedged:
    """How many distinct events it hosted."""
    own = _own(values_of(board, network)["platform"], platforms)

    def work() -> Hedged:
        members = board.members_of(network)
        if not any(member.rows("event") or member.stated.events for member in members):
            return NONE
        return hedged_of(events.measure(board.fold_alone(network, own), NOTHING_ASKED)["figure"])

    return network.once(("events", own), work)
