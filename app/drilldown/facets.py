"""Facets: by what a list of networks is narrowed, and how many networks each value would leave.

A facet's counts are those under all other filters, its own left out: whoever has chosen a stage still sees what the
other stages hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Any

from app.board import Board
from app.networks import Network
from app.vocabulary import Scope

Values = Callable[[Board, Network], Collection[str]]

EVERYTHING = Scope()


def platforms_of(board: Board, network: Network) -> frozenset[str]:
    """Every platform a network has assets on, listed or stated."""
    nowhere: frozenset[str] = frozenset()
    return nowhere.union(*(member.platforms for member in board.members_of(network)))


FACETS: Mapping[str, Values] = MappingProxyType(
    {
        "stage": lambda _board, network: (str(network.stage),),
        "attributed": lambda _board, network: network.attributed,
        "target": lambda _board, network: network.targets,
        "rung": lambda _board, network: (network.rung,),
        "topic": lambda _board, network: network.topics,
        "platform": platforms_of,
        "election": lambda _board, network: network.elections,
        "detector": lambda _board, network: network.detectors,
    }
)
"""What a network is of, by the field of a ``Scope`` that asks for it. Their keys on the desk are 1 to 8, in this order.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed by: a scope, and words that a network's own text must hold.

    ``scope.platform`` keeps networks that have something there, and narrows their figures to it.
    """

    scope: Scope = EVERYTHING
    text: str = ""

    @property
    def chosen(self) -> dict[str, frozenset[str]]:
        """The values that were chosen, by facet."""
        return {name: frozenset(map(str, values)) for name in FACETS if (values := getattr(self.scope, name))}


@dataclass(frozen=True, slots=True)
class Browsed:
    """The networks that all filters leave, by id; by facet and value how many there are under all other filters.

    ``total`` is how many networks there are without any facet or text.
    """

    networks: tuple[Network, ...]
    counts: Mapping[str, Mapping[str, int]]
    total: int


def browse(board: Board, asked: Asked) -> Browsed:
    """The networks and the counts in one pass: a network that fails one facet alone is still counted in that one."""
    chosen, words = asked.chosen, asked.text.casefold().split()
    none: dict[str, Any] = dict.fromkeys(FACETS, ())
    everything = board.select(replace(asked.scope, **none))
    found: list[Network] = []
    counted: list[Sequence[tuple[str, str]]] = []
    for network in everything:
        if words and not all(word in text_of(network) for word in words):
            continue
        values = values_of(board, network) if chosen else {}
        failed = [name for name, wanted in chosen.items() if wanted.isdisjoint(values[name])]
        if not failed:
            found.append(network)
            counted.append(_pairs(board, network))
        elif len(failed) == 1:
            counted.append([(failed[0], value) for value in values[failed[0]]])
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for (name, value), n in Counter(chain.from_iterable(counted)).items():
        counts[name][value] = n
    return Browsed(tuple(found), counts, len(everything))


def _pairs(board: Board, network: Network) -> Sequence[tuple[str, str]]:
    """What a network is of, as pairs: thousands of them are counted at every look."""

    def pairs() -> Sequence[tuple[str, str]]:
        return [(name, value) for name, values in values_of(board, network).items() for value in values]

    return network.once("facet pairs", pairs)


def values_of(board: Board, network: Network) -> Mapping[str, frozenset[str]]:
    """What a network is of, by facet."""
    return network.once("facets", lambda: {name: frozenset(values(board, network)) for name, values in FACETS.items()})


def text_of(network: Network) -> str:
    """The words of a network in which text is looked for: its name, ids, title, personas and topics."""
    words = (network.code_name, *network.members, network.id, network.title, *network.personas, *network.topics)
    return network.once("text", lambda: "\n".join(words).casefold())
