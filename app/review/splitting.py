"""Splitting: some assets of a network are another's. Pure: what somebody wants becomes words, or is refused.

A split outranks what a detector says, now and later; undone, whatever stood before it stands again. Splits of one
asset lie upon one another, so each can be undone by itself, in whatever order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.board import Board
from app.entities import AssetState
from app.errors import BadRequest, Conflict
from app.language import _
from app.networks import Network
from app.review._deciding import Word
from app.review.merging import known, reason, standing
from app.vocabulary import ID_PATTERN, RecordType

MOST_MOVED = 20_000
"""Assets of one split: ten times the largest network that a room should bear."""

CARRIED = ("targets", "topics", "elections")
"""What a new network takes over from the one it comes from, so that its assets stay in the scopes in which they were
counted. Who is behind it, and its stage, are for people to say anew."""


@dataclass(frozen=True, slots=True)
class Into:
    """Where assets go: a network that there is, or a new one with a code name (its id alone where that is empty)."""

    id: str
    is_new: bool = False
    code_name: str = ""


def split(
    board: Board, network: str, into: Into, states: Mapping[str, AssetState], assets: Sequence[str], why: str = ""
) -> list[Word]:
    """``assets`` count in another network. ``states`` are those of all of them that there are.

    One word for each member of the network in which some of them count, and before them one that reports a new network.
    Raises NotFound, BadRequest or Conflict with what is in the way.
    """
    source = standing(board, network)
    chosen = list(dict.fromkeys(assets))
    _check_assets(source, states, chosen)
    target = _target(board, source, into)
    listed = sum(source.assets.values())
    if len(chosen) == listed:
        raise BadRequest("assets", _("these are all assets of the network: merge it into the other one instead"))
    homes: dict[str, list[str]] = {}
    for id in chosen:
        homes.setdefault(states[id].home, []).append(id)
    words = [_reported(source, into)] if into.is_new else []
    for home, ids in sorted(homes.items()):
        words.append(Word(RecordType.NETWORK_SPLIT, home, {"into": target, "assets": ids} | reason(why)))
    return words


def undo_split(
    network: str, into: str, states: Mapping[str, AssetState], assets: Sequence[str], why: str = ""
) -> list[Word]:
    """``assets`` count again where they did before they were split off. Raises BadRequest or Conflict."""
    chosen = list(dict.fromkeys(assets))
    if not chosen:
        raise BadRequest("assets", _("say which split is to be undone"))
    for id in chosen:
        state = states.get(id)
        if state is None or (network, into) not in {(move.network, move.into) for move in state.moves}:
            raise Conflict(
                _("{name} is not split off from {network} into {other} any more").format(
                    name=id[:80], network=network[:80], other=into[:80]
                )
            )
    return [Word(RecordType.SPLIT_UNDONE, network, {"into": into, "assets": chosen} | reason(why))]


def _check_assets(source: Network, states: Mapping[str, AssetState], chosen: Sequence[str]) -> None:
    if not chosen:
        raise BadRequest("assets", _("choose the assets that are to be split off"))
    if len(chosen) > MOST_MOVED:
        raise BadRequest("assets", _("no more than {n} assets at once").format(n=MOST_MOVED))
    for id in chosen:
        state = states.get(id)
        if state is None or not state.is_known:
            raise BadRequest("assets", _("there is no asset {name}").format(name=repr(id[:80])))
        if state.home not in source.members:
            raise BadRequest("assets", _("{name} is not in this network").format(name=id))


def _target(board: Board, source: Network, into: Into) -> str:
    if not ID_PATTERN.fullmatch(into.id):
        raise BadRequest("into", _("an id is 1 to 128 letters, digits or . _ : @ ~ + -, a letter or digit first"))
    if into.is_new:
        if board.find(into.id) is not None:
            raise BadRequest("into", _("there is a network {name} already: choose another id").format(name=into.id))
        return into.id
    target = known(board, into.id, "into")
    if target.id == source.id:
        raise BadRequest("into", _("the assets are in this network already: choose another one"))
    return target.id


def _reported(source: Network, into: Into) -> Word:
    said = {name: list(value) for name in CARRIED if (value := getattr(source, name))}
    name = {"code_name": into.code_name.strip()} if into.code_name.strip() else {}
    exercise = {"exercise": True} if source.exercise else {}
    return Word(RecordType.NETWORK_REPORTED, into.id, name | said | exercise)
