"""Accounts reached over time: a union over the networks that were open at each instant, never a sum of networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from app.hedged import Hedged
from app.language import _, ngettext
from app.networks import Network
from app.numerals import grouped
from app.vocabulary import BIN, DAY, HOUR
from app.wording import short, stage_name
from dashboards.scenes._change import difference
from dashboards.scenes._said import open_words
from dashboards.scenes._sight import Sight, called
from dashboards.scenes._tempo import WEEK, WEEKS_BACK, end_of, place_of, votes

MOST_TURNS = 40
"""Unions that one line takes. Where the open networks changed more often, changes near one another are drawn as one."""

SLOTS = (BIN, HOUR, 6 * HOUR, DAY, 2 * DAY, 4 * DAY)
"""How near: at the last of them the whole axis has fewer than that many."""

FALLS = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """Which networks are ``open`` from an instant (µs) on, and which of them came or went with it."""

    at: int
    open: tuple[Network, ...]
    came: tuple[Network, ...] = ()
    went: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Flip:
    """A network that came to be open, or to be closed."""

    at: int
    network: Network
    opens: bool


def line(sight: Sight) -> dict[str, Any]:
    """``points`` of the line, its largest ``falls``, and the elections.

    Each point is the union over the networks that were open then, on today's knowledge of their audiences: who followed
    a Page in June was often seen in October only. So a past point may differ from the headline that stood then.
    """
    turns = turns_of(sight)
    figures = [figure_of(sight, turn.open) for turn in turns]
    points = [
        {"x": max(-float(WEEKS_BACK), place_of(sight, turn.at)), "figure": figure}
        for turn, figure in zip(turns, figures, strict=True)
    ]
    now = figure_of(sight, sight.open)
    return {
        "points": [*points, {"x": 0.0, "figure": now}],
        "falls": _falls(sight, turns, figures),
        "votes": votes(sight),
        "rows": [_row(sight, turn, figure) for turn, figure in zip(turns, figures, strict=True)],
    }


def figure_of(sight: Sight, networks: Sequence[Network]) -> Hedged:
    """A known zero without networks; nothing said where nobody has seen an audience of any."""
    if not networks:
        return Hedged.exactly(0)
    found = sight.reach_of(networks)
    return Hedged.nothing_said() if found is None else found.figure


def turns_of(sight: Sight) -> list[Turn]:
    """The open networks at the beginning of the axis, and at every change of them since."""
    first = end_of(sight) - WEEKS_BACK * WEEK
    every = sorted(sight.board.networks.values(), key=lambda network: network.id)
    flips = [flip for network in every for flip in _flips(network)]
    flips.sort(key=lambda flip: flip.at)
    known = {flip.network.id: flip.network for flip in flips}
    is_open = {flip.network.id: flip.opens for flip in flips if flip.at <= first}
    turns = [Turn(first, _those(is_open, known))]
    for at, together in _together([flip for flip in flips if first < flip.at <= sight.now]):
        before = dict(is_open)
        is_open.update((flip.network.id, flip.opens) for flip in together)
        changed = {id: known[id] for id in is_open if is_open[id] != before.get(id, False)}
        if changed:
            came = tuple(network for id, network in changed.items() if is_open[id])
            went = tuple(network for id, network in changed.items() if not is_open[id])
            turns.append(Turn(at, _those(is_open, known), came, went))
    return turns


def _those(is_open: dict[str, bool], known: dict[str, Network]) -> tuple[Network, ...]:
    return tuple(known[id] for id in sorted(is_open) if is_open[id])


def _flips(network: Network) -> list[Flip]:
    begin = network.first_seen_at
    instants = sorted({begin, *(step.at for step in network.stages if step.at > begin)})
    stood = [False, *(network.was_open(at) for at in instants)]
    return [
        Flip(at, network, now) for at, (before, now) in zip(instants, pairwise(stood), strict=True) if before != now
    ]


def _together(flips: list[Flip]) -> list[tuple[int, list[Flip]]]:
    """Changes by the instant of the last of those that are drawn as one."""
    for slot in SLOTS:
        groups = [list(each) for _slot, each in groupby(flips, key=lambda flip: flip.at // slot)]
        if len(groups) <= MOST_TURNS:
            break
    return [(group[-1].at, group) for group in groups]


# --- falls ------------------------------------------------------------------------------------------------------------


def _falls(sight: Sight, turns: list[Turn], figures: list[Hedged]) -> list[dict[str, Any]]:
    """The largest falls of the line, with what fell and by how much: as surely as the estimates allow."""
    found = [
        (drawn(before) - drawn(after), place)
        for place, (before, after) in enumerate(pairwise(figures), 1)
        if turns[place].went and drawn(before) > drawn(after) and not after.is_absent
    ]
    found.sort(key=lambda fall: (-fall[0], -fall[1]))
    return [
        {
            "x": place_of(sight, turns[place].at),
            "before": drawn(figures[place - 1]),
            "after": drawn(figures[place]),
            "text": _words(sight, turns[place - 1], turns[place]),
        }
        for _fall, place in found[:FALLS]
    ]


def drawn(figure: Hedged) -> int:
    """Where the line stands: at the value, or at the least where the figure is an interval or a ceiling."""
    if figure.value is None or figure.low != figure.value:
        return figure.least
    return figure.value


def _words(sight: Sight, before: Turn, after: Turn) -> str:
    """What made it fall, and by how much: "Red Kiln removed, down ≈12 M"."""
    whole, own = sight.reach_of(before.open), sight.reach_of(after.went)
    by: Hedged | None = None
    if whole is not None and own is not None:
        by = difference(whole, sight.reach_of(after.open), own) if after.open else whole.figure
    return _what(after) if by is None else _("{fall}, down {n}").format(fall=_what(after), n=short(by))


def _what(turn: Turn) -> str:
    """Which networks came and went: "Red Kiln removed", "3 closed, 1 opened"; empty where none did."""
    if len(turn.went) == 1 and not turn.came:
        return f"{called(turn.went[0])} {_stage(turn.went[0], turn.at)}"
    if len(turn.came) == 1 and not turn.went:
        return _("{network} opened").format(network=called(turn.came[0]))
    went, came = len(turn.went), len(turn.came)
    said = [ngettext("{n} closed", "{n} closed", went).format(n=grouped(went))] * bool(went)
    said += [ngettext("{n} opened", "{n} opened", came).format(n=grouped(came))] * bool(came)
    return ", ".join(said)


def _stage(network: Network, at: int) -> str:
    stage = network.stage_at(at)
    return stage_name(stage).lower() if stage is not None else ""


def _row(sight: Sight, turn: Turn, figure: Hedged) -> list[str]:
    return [sight.day(turn.at), short(figure), _what(turn) or open_words(len(turn.open))]
