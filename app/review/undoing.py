"""Undoing: which merges and splits of a network hold, by whom and why, and the words that undo one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app import tables as t
from app.board import Board
from app.entities import AssetState, Touched, decoded, standing
from app.errors import Conflict
from app.language import _
from app.log import Entry, read_identities, read_many
from app.networks import Network
from app.review._deciding import Word
from app.review.merging import undo_merge
from app.review.splitting import undo_split
from app.rows import find
from app.vocabulary import DESK_SOURCE, RecordType
from app.withdrawals import holding

MOST = 1_000
"""Splits of the room that are looked through, the last ones: whoever undoes has decided lately."""

AT_ONCE = 500
"""States of assets that are read at once, so that a list of splits of thousands holds no memory."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one record did: ``network`` absorbed ``others``, or ``assets`` of it went into ``others``, which is one."""

    network: str
    others: tuple[str, ...]
    assets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A merge or a split that holds, as one decision. ``seq`` is that of its first record; ``at`` when (µs).

    ``assets`` of ``was`` that the split moved are still where it put them. ``made`` are the records of the desk that
    reported a network for it.
    """

    type: RecordType
    seq: int
    by: str
    at: int
    why: str
    parts: tuple[Part, ...]
    was: int = 0
    made: tuple[str, ...] = ()

    @property
    def is_merge(self) -> bool:
        """Whether it is a merge."""
        return self.type is RecordType.NETWORKS_MERGED

    @property
    def others(self) -> tuple[str, ...]:
        """The networks that were absorbed, or the one into which assets went."""
        return tuple(dict.fromkeys(id for part in self.parts for id in part.others))

    @property
    def assets(self) -> tuple[str, ...]:
        """The assets that are still where a split put them."""
        return tuple(id for part in self.parts for id in part.assets)


def held_of(connection: Connection, board: Board, network: Network) -> list[Held]:
    """The merges and splits that hold and touch a network or what was merged into it, newest first."""

    def touches(id: str) -> bool:
        # Also what nothing is known of but that others were merged into it.
        found = board.find(id)
        return found is not None and found.id == network.id

    found = [*_merges(connection, board, touches), *_splits(connection, touches)]
    return sorted(found, key=lambda held: -held.seq)


def held_at(connection: Connection, board: Board, network: Network, seq: int) -> Held:
    """One of them. Raises Conflict where it does not hold any more, or never did."""
    for held in held_of(connection, board, network):
        if held.seq == seq:
            return held
    raise Conflict(_("this does not hold any more: it has been undone"))


def undo(board: Board, held: Held, states: dict[str, AssetState], why: str = "") -> list[Word]:
    """The words that undo it, whole. Raises Conflict where somebody was first."""
    words: list[Word] = []
    for part in held.parts:
        if held.is_merge:
            words += undo_merge(board, part.network, part.others, why)
        else:
            words += undo_split(part.network, part.others[0], states, part.assets, why)
    return words + undo_split_reports(held, why)


def undo_split_reports(held: Held, why: str) -> list[Word]:
    """The words that take back what was reported for a split alone."""
    data = {"why": why.strip()} if why.strip() else {}
    return [Word(RecordType.RECORD_WITHDRAWN, None, {"source": DESK_SOURCE, "id": id} | data) for id in held.made]


def states_of(connection: Connection, assets: Iterable[str]) -> dict[str, AssetState]:
    """The states of those assets that there are."""
    return {row.id: decoded(row.state, AssetState) for row in find(connection, t.assets.c.id, assets)}


def _merges(connection: Connection, board: Board, touches: Callable[[str], bool]) -> Iterator[Held]:
    told = holding(connection, Touched("merges", ""))
    about: dict[str, list[Entry]] = {}
    for entry in told:
        for absorbed in entry.record.data["absorbed"]:
            about.setdefault(absorbed, []).append(entry)
    by_record: dict[int, list[str]] = {}
    entries = {entry.version: entry for entry in told}
    for absorbed, said in about.items():
        is_merge = RecordType.NETWORKS_MERGED
        held = standing((each.version, each.record.subject or "", each.record.type is is_merge) for each in said)
        if held and touches(absorbed) and board.absorber(absorbed) == held[-1][1]:
            by_record.setdefault(entries[held[-1][0]].seq, []).append(absorbed)
    for seq, absorbed_ids in by_record.items():
        entry = next(each for each in told if each.seq == seq)
        part = Part(entry.record.subject or "", tuple(absorbed_ids))
        yield Held(entry.record.type, seq, *_said(entry), (part,))


def _splits(connection: Connection, touches: Callable[[str], bool]) -> Iterator[Held]:
    places = (
        select(t.log.c.seq)
        .where(t.log.c.type == str(RecordType.NETWORK_SPLIT))
        .order_by(t.log.c.seq.desc())
        .limit(MOST)
    )
    decided: dict[tuple[str, str], list[Entry]] = {}
    for _seq, entry in sorted(read_many(connection, connection.execute(places).scalars()).items()):
        decided.setdefault(_decision(entry), []).append(entry)
    for (source, prefix), entries in decided.items():
        if not any(map(touches, {id for e in entries for id in (e.record.subject or "", e.record.data["into"])})):
            continue
        parts = [part for entry in entries if (part := _still(connection, entry)).assets]
        if parts:
            was = sum(len(entry.record.data["assets"]) for entry in entries)
            made = _made(connection, source, prefix, entries[0])
            yield Held(RecordType.NETWORK_SPLIT, entries[0].seq, *_said(entries[0]), tuple(parts), was, made)


def _still(connection: Connection, entry: Entry) -> Part:
    """Those assets of one split for which it is the last of its kind that holds."""
    record, still = entry.record, list[str]()
    pair = (record.subject or "", record.data["into"])
    assets = list(dict.fromkeys(record.data["assets"]))
    for start in range(0, len(assets), AT_ONCE):
        states = states_of(connection, assets[start : start + AT_ONCE])
        for id in assets[start : start + AT_ONCE]:
            moves = [] if id not in states else [m for m in states[id].moves if (m.network, m.into) == pair]
            if moves and moves[-1].version == record.version:
                still.append(id)
    return Part(pair[0], (pair[1],), tuple(still))


def _decision(entry: Entry) -> tuple[str, str]:
    """What the records of one decision have in common: the desk numbers those that it makes together."""
    source, id = entry.record.source, entry.record.id
    return (source, id.rpartition(".")[0]) if source == DESK_SOURCE else (source, id)


def _made(connection: Connection, source: str, prefix: str, entry: Entry) -> tuple[str, ...]:
    """The report of a new network that the desk made together with a split, as its id."""
    if source != DESK_SOURCE:
        return ()
    identity = (source, f"{prefix}.0")
    first = read_identities(connection, [identity]).get(identity)
    if first is None or first.record.type is not RecordType.NETWORK_REPORTED:
        return ()
    return (f"{prefix}.0",) if first.record.subject == entry.record.data["into"] else ()


def _said(entry: Entry) -> tuple[str, int, str]:
    data = entry.record.data
    return data.get("by", ""), entry.recorded_at, data.get("why", "")
