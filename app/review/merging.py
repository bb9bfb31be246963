"""Merging: two networks are one, or they are not. Pure: what somebody wants becomes words, or is refused.

A merge is an edge (``app/entities.py``): the absorbed network keeps its rollup, so undoing restores exactly. What the
survivor says of itself stands: name, stage, elections, and what of an attribution was approved.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.board import Board
from app.errors import BadRequest, Conflict, NotFound
from app.language import _
from app.networks import Network
from app.review._deciding import Word
from app.vocabulary import ID_PATTERN, RecordType

MOST_ABSORBED = 50
"""Networks that are merged at once: more than anybody can have looked at."""


def merge(board: Board, survivor: str, absorbed: Sequence[str], why: str = "") -> list[Word]:
    """``absorbed`` count under ``survivor``. Raises NotFound, BadRequest or Conflict with what is in the way."""
    standing(board, survivor)
    ids = list(dict.fromkeys(absorbed))
    if not ids:
        raise BadRequest("absorbed", _("choose the network that is to be merged into this one"))
    if len(ids) > MOST_ABSORBED:
        raise BadRequest("absorbed", _("no more than {n} networks at once").format(n=MOST_ABSORBED))
    for id in ids:
        if id == survivor:
            raise BadRequest("absorbed", _("a network cannot be merged into itself: choose another one"))
        other = known(board, id, "absorbed")
        if other.id == survivor:
            raise Conflict(_("{name} has been merged into this network already").format(name=id))
        if other.id != id:
            raise Conflict(
                _("{name} has been merged into {other}: undo that, or merge {other}").format(name=id, other=other.id)
            )
    return [Word(RecordType.NETWORKS_MERGED, survivor, {"absorbed": ids} | reason(why))]


def undo_merge(board: Board, survivor: str, absorbed: Sequence[str], why: str = "") -> list[Word]:
    """``absorbed`` stand by themselves again. Raises BadRequest or Conflict where they are not merged so."""
    ids = list(dict.fromkeys(absorbed))
    if not ids:
        raise BadRequest("absorbed", _("say which merge is to be undone"))
    for id in ids:
        if board.absorber(id) != survivor:
            raise Conflict(_("{name} is not merged into {other} any more").format(name=id[:80], other=survivor[:80]))
    return [Word(RecordType.MERGE_UNDONE, survivor, {"absorbed": ids} | reason(why))]


def reject_merge(board: Board, network: str, other: str, why: str = "") -> list[Word]:
    """Two networks are not the same, and are not to be suggested again."""
    one, another = known(board, network, "network"), known(board, other, "other")
    if one.id == another.id:
        raise Conflict(_("these are one network: undo the merge first"))
    return [Word(RecordType.MERGE_REJECTED, one.id, {"others": [another.id]} | reason(why))]


def standing(board: Board, id: str) -> Network:
    """The network of an id that was merged into no other. Raises NotFound or Conflict."""
    network = board.find(id) if ID_PATTERN.fullmatch(id) else None
    if network is None:
        raise NotFound(_("there is no network {name}").format(name=repr(id[:80])))
    if network.id != id:
        raise Conflict(_("{name} has been merged into {other}: go there").format(name=id, other=network.id))
    return network


def known(board: Board, id: str, field: str) -> Network:
    """The network of an id that somebody typed, merged or not. Raises BadRequest, naming the field."""
    network = board.find(id) if ID_PATTERN.fullmatch(id) else None
    if network is None:
        raise BadRequest(field, _("there is no network {name}").format(name=repr(id[:80])))
    return network


def reason(why: str) -> dict[str, str]:
    """What somebody gave as the reason, as data of a word; nothing where it is blank."""
    return {"why": why.strip()} if why.strip() else {}
