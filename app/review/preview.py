"""The preview: what a decision would come to, worked out by the projection itself and written nowhere.

The rows that a merge, a split or an undoing can touch are copied out of one reading transaction into a database in
memory; there the records are appended and projected as the writer would. So what is shown is what comes out, by
construction, and nobody waits for it: a transaction that is rolled back would have held the append lock meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, delete, select

from app import log
from app import tables as t
from app.board import Board
from app.checkpoints import Scratch, blank
from app.entities import AssetState, Touched, decoded, said
from app.projection import apply
from app.review._deciding import Decisions, Word
from app.rows import add, find
from app.vocabulary import UNASSIGNED, RecordType
from app.withdrawals import KIND

_KEY = b"of no log, so of no use".ljust(32, b".")
"""The chain of a preview is looked at by nobody."""

_ABOUT_ASSETS = (RecordType.NETWORK_SPLIT, RecordType.SPLIT_UNDONE)


@dataclass(frozen=True, slots=True)
class Preview:
    """The picture as it is, and as it would be after a decision."""

    before: Board
    after: Board


def preview(decisions: Decisions, words: Sequence[Word], *, by: str) -> Preview:
    """What ``words`` would come to if they were said now. Raises BadRequest for a word that is no record."""
    board = decisions.board().frozen()
    with decisions.database.read() as live:
        # Somebody may have committed since the picture was made; a copy reads that for itself.
        board.refresh(live)
        records = decisions.drafted(live, words, by=by, prefix="preview")
        scratch = blank(board.epoch)
        try:
            _carry(live, scratch, words)
            with scratch.writing() as views:
                _, entries = log.append(
                    views, records, key=_KEY, now=decisions.clock.now(), principal=by, may_withdraw_any=True
                )
                apply(views, entries)
            after = board.frozen()
            after.refresh(scratch.connection)
        finally:
            scratch.close()
    return Preview(board, after)


def _carry(live: Connection, scratch: Scratch, words: Sequence[Word]) -> None:
    """Copy what the words can touch."""
    to = scratch.connection
    t.log.create(to)
    to.execute(delete(t.head))
    _copy(to, t.head, live.execute(select(t.head)).all())
    _copy(to, t.merges, live.execute(select(t.merges)).all())
    _copy(to, t.disowned, live.execute(select(t.disowned)).all())
    moved = sorted({id for word in words if word.type in _ABOUT_ASSETS for id in word.data["assets"]})
    homes = {word.subject for word in words if word.subject is not None}
    homes |= _carry_assets(live, to, moved, {str(word.data["into"]) for word in words if "into" in word.data})
    homes |= _carry_records(live, to, words)
    homes.discard(UNASSIGNED)
    _copy(to, t.networks, find(live, t.networks.c.id, homes))
    _copy(to, t.rollups, find(live, t.rollups.c.home, {*homes, UNASSIGNED}))
    _copy(to, t.reaches, find(live, t.reaches.c.home, {*homes, UNASSIGNED}))


def _carry_assets(live: Connection, to: Connection, moved: Sequence[str], into: set[str]) -> set[str]:
    """Assets that move, those beside which they counted, and what hangs on them. Returns every home concerned."""
    rows = {row.id: row for row in find(live, t.assets.c.id, moved)}
    leaving = {(row.home, row.surface) for row in rows.values() if row.status != "unknown"}
    homes = into | {home for home, _ in leaving}
    for row in rows.values():
        # Undone, a split lets an asset count wherever it did before.
        state = decoded(row.state, AssetState)
        homes |= {move.into for move in state.moves} | {said(state.facts, "network", UNASSIGNED)}
    beside = find(live, t.assets.c.home, {home for home, _ in leaving})
    events = {row.event for row in find(live, t.event_assets.c.asset, moved)}
    hosting = find(live, t.event_assets.c.event, events)
    hosts = find(live, t.assets.c.id, {row.asset for row in hosting})
    homes |= {row.home for row in hosts}
    every = {row.id: row for row in (*rows.values(), *beside, *hosts)}
    held = find(live, t.events.c.id, events)
    homes |= {home for row in held for home, _ in msgspec.json.decode(row.places)}
    _copy(to, t.assets, every.values())
    united = [row.id for row in beside if (row.home, row.surface) in leaving]
    _copy(to, t.audiences, find(live, t.audiences.c.asset, {*moved, *united}))
    _copy(to, t.ads, find(live, t.ads.c.asset, moved))
    _copy(to, t.events, held)
    _copy(to, t.event_assets, hosting)
    return homes


def _carry_records(live: Connection, to: Connection, words: Sequence[Word]) -> set[str]:
    """The records that are folded anew: all merges, and those about networks of which a word is taken back."""
    taken_back = [(word.data["source"], word.data["id"]) for word in words if word.type is RecordType.RECORD_WITHDRAWN]
    named = log.read_identities(live, taken_back).values()
    homes = {entry.record.subject or "" for entry in named}
    entities = [Touched("merges", ""), *(Touched("network", home) for home in homes)]
    entities += [Touched(KIND, "\n".join(each)) for each in taken_back]
    trail = [row for kind, entity in entities for row in find(live, t.trail.c.entity, [entity], kind=kind)]
    records = find(live, t.log.c.seq, {row.seq for row in trail})
    _copy(to, t.trail, {(row.kind, row.entity, row.seq): row for row in trail}.values())
    _copy(to, t.log, records)
    _copy(to, t.withdrawn, find(live, t.withdrawn.c.event_id, {row.event_id for row in records}))
    return homes


def _copy(to: Connection, table: Table, rows: Iterable[Row[Any]]) -> None:
    add(to, table, [row._asdict() for row in rows])
