"""Bulk: one decision about many assets at once, and the way back from it.

It is undone by withdrawing every record that it said, so that all is as if it had never been: what was said since, by
whomever, stands. The records of one bulk are known by their ids.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from app import tables as t
from app.entities import Touched
from app.errors import BadRequest, Conflict, NotFound
from app.language import _
from app.log import Entry, chunks, read_many
from app.review._deciding import ONCE, Word
from app.rows import find
from app.vocabulary import DESK_SOURCE, UNASSIGNED, RecordType
from app.withdrawals import holdings

MOST = 5_000
"""Assets in one decision: about a second in the log, and more than anybody looks through."""

TOGETHER = 500
"""Assets that one record moves."""

NAMED = 5
"""Assets that a refusal names."""

LISTED = 20
"""Bulks that are listed, the last ones."""

BULK = "bulk-"
"""How ``once`` of a bulk begins, and with it the ids of its records."""

WITHIN_S = 60.0
"""Seconds for which one waits for the commit of a large one."""


class Act(StrEnum):
    """What is done to all of them."""

    MOVE = "move"
    REMOVE = "remove"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done: ``into`` which network they move; ``wave`` of a removal; ``text`` of a note; and why."""

    act: Act
    into: str = ""
    wave: str = ""
    text: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the assets: where it counts and what it is."""

    id: str
    name: str
    home: str
    surface: str
    status: str


@dataclass(frozen=True, slots=True)
class Bulk:
    """One that was done: its records by place, by whom and when (µs), and whether it was undone."""

    once: str
    by: str
    at: int
    types: Mapping[str, int]
    is_undone: bool


def act_of(text: str) -> Act:
    """The act of a name. Raises BadRequest."""
    try:
        return Act(text)
    except ValueError:
        raise BadRequest("act", _("choose what is to be done")) from None


def chosen(connection: Connection, ids: Collection[str]) -> list[Chosen]:
    """The assets of some ids, by id. Raises BadRequest where none or too many are chosen, or some are not known."""
    wanted = set(ids)
    if not wanted:
        raise BadRequest("assets", _("choose at least one"))
    if len(wanted) > MOST:
        raise BadRequest("assets", _("{n} are too many at once: at most {most}").format(n=len(wanted), most=MOST))
    columns = (t.assets.c.id, t.assets.c.name, t.assets.c.home, t.assets.c.surface, t.assets.c.status)
    rows = [row for row in find(connection, t.assets.c.id, wanted, *columns) if row.status != "unknown"]
    found = {row.id: Chosen(row.id, row.name, row.home, row.surface, row.status) for row in rows}
    unknown = sorted(wanted - found.keys())
    if unknown:
        named, more = ", ".join(unknown[:NAMED]), len(unknown) - NAMED
        reason = _("not known: {ids}") if more <= 0 else _("not known: {ids} and {n} more")
        raise BadRequest("assets", reason.format(ids=named, n=more))
    return [found[id] for id in sorted(found)]


def touched_networks(assets: Sequence[Chosen], asked: Asked) -> set[str]:
    """The networks that it is about: where they count, and where they go."""
    homes = {asset.home for asset in assets if asset.home != UNASSIGNED}
    return homes | ({asked.into} if asked.act is Act.MOVE and asked.into else set())


def words_of(connection: Connection, assets: Sequence[Chosen], asked: Asked) -> list[Word]:
    """What is to be said. Raises BadRequest where nothing would come of it."""
    if asked.act is Act.MOVE:
        return _moves(assets, asked)
    if asked.act is Act.WITHDRAW:
        return _withdrawals(connection, assets, asked)
    if asked.act is Act.NOTE:
        if not asked.text.strip():
            raise BadRequest("text", _("write something"))
        return [Word(RecordType.NOTE_WRITTEN, asset.id, {"text": asked.text}) for asset in assets]
    type = RecordType.ASSET_REMOVED if asked.act is Act.REMOVE else RecordType.ASSET_RESTORED
    said = {name: value for name, value in (("reason", asked.why), ("wave", asked.wave)) if value}
    return [Word(type, asset.id, said) for asset in assets]


def _moves(assets: Sequence[Chosen], asked: Asked) -> list[Word]:
    if not asked.into:
        raise BadRequest("into", _("say into which network, by its id"))
    homeless = [asset.id for asset in assets if asset.home == UNASSIGNED]
    if homeless:
        raise BadRequest(
            "assets", _("{id} counts in no network, and cannot be moved out of one").format(id=homeless[0])
        )
    by_home: dict[str, list[str]] = {}
    for asset in assets:
        if asset.home != asked.into:
            by_home.setdefault(asset.home, []).append(asset.id)
    if not by_home:
        raise BadRequest("into", _("all of them are there already"))
    why = {"why": asked.why} if asked.why else {}
    return [
        Word(RecordType.NETWORK_SPLIT, home, {"into": asked.into, "assets": list(some)} | why)
        for home, ids in sorted(by_home.items())
        for some in chunks(ids, TOGETHER)
    ]


def _withdrawals(connection: Connection, assets: Sequence[Chosen], asked: Asked) -> list[Word]:
    told = holdings(connection, [Touched("asset", asset.id) for asset in assets])
    detections = [e for each in told.values() for e in each if e.record.type is RecordType.ASSET_DETECTED]
    why = {"why": asked.why} if asked.why else {}
    return [
        Word(RecordType.RECORD_WITHDRAWN, None, {"source": e.record.source, "id": e.record.id} | why)
        for e in sorted(detections, key=lambda entry: entry.seq)
    ]


# --- what was done, and the way back ----------------------------------------------------------------------------------


def last_bulks(connection: Connection, most: int = LISTED) -> list[Bulk]:
    """The last of them, newest first."""
    found: dict[str, list[int]] = {}
    seqs: dict[str, int] = {}
    query = select(t.log.c.seq, t.log.c.event_id).where(
        t.log.c.source == DESK_SOURCE, t.log.c.event_id >= BULK, t.log.c.event_id < BULK[:-1] + "."
    )
    for row in connection.execute(query):
        once = row.event_id.partition(".")[0]
        found.setdefault(once, []).append(row.seq)
        seqs[once] = max(seqs.get(once, 0), row.seq)
    newest = sorted(found, key=lambda once: -seqs[once])[:most]
    return [_bulk(connection, once, found[once]) for once in newest]


def undo(connection: Connection, once: str) -> list[Word]:
    """Take back all that one of them said. Raises NotFound for none, and Conflict where it was taken back already."""
    said = _said(connection, once)
    if not said:
        raise NotFound(_("there was no such decision about many assets"))
    gone = _withdrawn(connection, said)
    words = [
        Word(RecordType.RECORD_WITHDRAWN, None, {"source": DESK_SOURCE, "id": id, "why": _("undone")})
        for id in said
        if id not in gone
    ]
    if not words:
        raise Conflict(_("somebody has undone this already"))
    return words


def _said(connection: Connection, once: str) -> list[str]:
    """The ids of the records of a bulk, in the order of the log."""
    if not (once.startswith(BULK) and ONCE.fullmatch(once)):
        return []
    query = select(t.log.c.event_id).where(
        t.log.c.source == DESK_SOURCE, t.log.c.event_id >= f"{once}.", t.log.c.event_id < f"{once}/"
    )
    return [row.event_id for row in connection.execute(query.order_by(t.log.c.seq))]


def _withdrawn(connection: Connection, ids: Collection[str]) -> set[str]:
    rows = find(connection, t.withdrawn.c.event_id, ids, t.withdrawn.c.event_id, source=DESK_SOURCE)
    return {row.event_id for row in rows}


def _bulk(connection: Connection, once: str, seqs: Sequence[int]) -> Bulk:
    query = select(t.log.c.principal, t.log.c.recorded_at).where(t.log.c.seq == min(seqs))
    row = connection.execute(query).one()
    types: dict[str, int] = {}
    entries: list[Entry] = list(read_many(connection, seqs).values())
    for entry in entries:
        n = len(entry.record.data["assets"]) if entry.record.type is RecordType.NETWORK_SPLIT else 1
        types[str(entry.record.type)] = types.get(str(entry.record.type), 0) + n
    ids = [entry.record.id for entry in entries]
    return Bulk(once, row.principal, row.recorded_at, types, len(_withdrawn(connection, ids)) == len(ids))
