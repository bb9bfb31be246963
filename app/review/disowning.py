"""Disowning: nothing that a source says holds from some instant on, until that is taken back.

What it comes to is shown first, and exactly: it goes through the same projection on a copy (``_supposing``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, func, not_, select

from app import tables as t
from app.board import Board
from app.disownings import since_of
from app.errors import BadRequest, Conflict, NotFound
from app.language import _
from app.log import Entry
from app.records import instant_of
from app.review._comparing import Difference, compare
from app.review._deciding import Decisions, Word
from app.vocabulary import OWN_SOURCES, RecordType, Watch, isoformat
from app.withdrawals import disownings_of

WITHIN_S = 60.0
"""Seconds for which one waits until a source is disowned: 10^5 records of it take about 8 (``python -m bench.disown``).
"""


@dataclass(frozen=True, slots=True)
class Disowned:
    """A source that is disowned: ``since`` when (µs), ``by`` whom and ``why``, when that was said (``at``, µs).

    Of several disownings that hold the one that reaches farthest back; ``records`` names all of them.
    """

    source: str
    since: int
    by: str
    why: str
    at: int
    records: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a disowning, or taking one back, would change, as of ``seq``.

    ``records`` are those that would hold no more, or again, by type; ``late`` of them say that they happened before,
    and came since.
    """

    seq: int
    records: Mapping[str, int]
    late: int
    differences: Sequence[Difference]


def disowned(connection: Connection) -> dict[str, Disowned]:
    """The sources that are disowned."""
    found: dict[str, list[Entry]] = {}
    for entry in disownings_of(connection):
        found.setdefault(entry.record.data["source"], []).append(entry)
    return {source: _disowned(source, entries) for source, entries in sorted(found.items())}


def disown(board: Board, source: str, since: int, why: str) -> list[Word]:
    """Nothing that ``source`` says at ``since`` (µs) or later, or that comes then or later, is to hold.

    Raises BadRequest for a source of the room itself, and NotFound for one that never sent anything.
    """
    if not source:
        raise BadRequest("source", _("say which source it is"))
    if source.startswith(OWN_SOURCES):
        raise BadRequest("source", _("is the room itself, and cannot be disowned: withdraw single records instead"))
    if source not in board.sources:
        raise NotFound(_("no source of this name has sent anything"))
    said = {"source": source, "since": isoformat(since)} | ({"why": why} if why else {})
    return [Word(RecordType.DETECTOR_DISOWNED, None, said)]


def take_back(known: Mapping[str, Disowned], source: str, why: str) -> list[Word]:
    """What ``source`` said and says is to hold again. Raises Conflict where it is not disowned."""
    if source not in known:
        raise Conflict(_("this source is not disowned: somebody may have taken that back already"))
    return [
        Word(RecordType.RECORD_WITHDRAWN, None, {"source": by, "id": id} | ({"why": why} if why else {}))
        for by, id in known[source].records
    ]


def preview(decisions: Decisions, words: Sequence[Word], source: str, *, by: str, watch: Watch) -> Preview:
    """What ``disown`` or ``take_back`` would come to. Takes about as long as that, and holds no writer up."""
    before, after = decisions.suppose(words, by=by)
    with decisions.database.read() as connection:
        held = disowned(connection).get(source)
        named = [_since(word) for word in words if word.type is RecordType.DETECTOR_DISOWNED]
        ends = [] if held is None else [held.since]
        low = min(named + ends, default=0)
        # What is disowned already would not change; taken back, all of it would.
        high = held.since if held is not None and named else None
        records, late = _counted(connection, source, low, high)
    return Preview(before.seq, records, late, compare(before, after, now=decisions.clock.now(), watch=watch))


def _since(word: Word) -> int:
    """Since when a word disowns (µs)."""
    return int(instant_of(word.data["since"]))


def _counted(connection: Connection, source: str, low: int, high: int | None) -> tuple[dict[str, int], int]:
    """How many records of a source that nobody withdrew are told between two instants, by type, and how many late."""
    later = func.max if connection.dialect.name == "sqlite" else func.greatest
    at = later(t.log.c.occurred_at, t.log.c.recorded_at)
    withdrawn = exists().where(t.withdrawn.c.source == t.log.c.source, t.withdrawn.c.event_id == t.log.c.event_id)
    told = and_(t.log.c.source == source, at >= low, not_(withdrawn))
    if high is not None:
        told = and_(told, at < high)
    rows = connection.execute(select(t.log.c.type, func.count()).where(told).group_by(t.log.c.type)).all()
    late = connection.execute(select(func.count()).where(told, t.log.c.occurred_at < low)).scalar()
    return dict(sorted((row[0], row[1]) for row in rows)), int(late or 0)


def _disowned(source: str, entries: Sequence[Entry]) -> Disowned:
    first = min(entries, key=lambda entry: (since_of(entry.record), entry.seq))
    data = first.record.data
    named = tuple((entry.record.source, entry.record.id) for entry in entries)
    return Disowned(source, since_of(first.record), data["by"], data.get("why", ""), first.recorded_at, named)
