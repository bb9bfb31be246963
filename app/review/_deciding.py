"""Deciding: what somebody decides becomes records of the log, all at once, unless somebody else was first."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from app import tables as t
from app.board import Board
from app.clock import Clock
from app.database import Database
from app.entities import SPLITS
from app.errors import BadRequest, Conflict, Refused, Unavailable
from app.language import _
from app.records import Record, RecordParser
from app.review._changes import DECIDED, Change, changes_since
from app.review._supposing import suppose
from app.rows import find
from app.vocabulary import DESK_SOURCE, TYPE_PREFIX, Instant, RecordType, isoformat
from app.writer import Writer

COMMIT_S = 10.0
"""Seconds for which one waits for a commit."""

DOOR = "desk"

ONCE = re.compile(r"[A-Za-z0-9-]{8,64}")
"""What tells a form that was sent twice from two that say the same."""


class Overtaken(Conflict):
    """Somebody decided about the same network in the meantime; ``changes`` is what, oldest first."""

    def __init__(self, changes: Sequence[Change]) -> None:
        last = changes[-1]
        super().__init__(_("{who} has changed this in the meantime: see the difference first").format(who=last.by))
        self.changes = tuple(changes)


@dataclass(frozen=True, slots=True)
class Word:
    """One record that is to be said: its type, what it is about (None for types without a subject) and its data."""

    type: RecordType
    subject: str | None
    data: Mapping[str, Any] = field(default_factory=dict)


class Decisions:
    """Where the decisions of one room are made. ``newest`` gives the picture as of the last commit."""

    def __init__(
        self, database: Database, newest: Callable[[], Board], writer: Writer, parser: RecordParser, clock: Clock
    ) -> None:
        self.board = newest
        self.clock = clock
        self.database = database
        self._writer = writer
        self._parser = parser

    def decide(
        self,
        words: Sequence[Word],
        *,
        by: str,
        seen: Mapping[str, int] | None = None,
        once: str = "",
        within_s: float = COMMIT_S,
    ) -> int:
        """Append ``words`` as said by ``by``, and give the last ``seq``. ``by`` stands in each word that has one.

        ``within_s`` is how many seconds one waits for the commit. Raises Overtaken, BadRequest for a word that is no
        record, Unavailable where the log cannot be written.
        """
        if once and not ONCE.fullmatch(once):
            raise BadRequest("once", _("8 to 64 letters, digits or hyphens"))
        prefix = once or uuid.uuid4().hex
        with self.database.read() as connection:
            ids = [f"{prefix}.{place}" for place in range(len(words))]
            said = [row.seq for row in find(connection, t.log.c.event_id, ids, t.log.c.seq, source=DESK_SOURCE)]
            records = [] if said else self.drafted(connection, words, by=by, prefix=prefix)
        if said:
            return int(max(said))
        try:
            receipt = self._writer.submit(
                records, door=DOOR, principal=by, may_withdraw_any=True, guard=_unless_overtaken(seen or {})
            ).result(within_s)
        except TimeoutError:
            raise Unavailable(f"the log did not answer in {within_s:g} s: do it again") from None
        return max(answer.seq or 0 for answer in receipt.answers)

    def done(self, once: str) -> int | None:
        """The ``seq`` of what was decided under this token already, None where nothing was. Raises BadRequest."""
        if not once:
            return None
        if not ONCE.fullmatch(once):
            raise BadRequest("once", _("8 to 64 letters, digits or hyphens"))
        with self.database.read() as connection:
            rows = find(connection, t.log.c.event_id, [f"{once}.0"], t.log.c.seq, source=DESK_SOURCE)
        return int(rows[0].seq) if rows else None

    def drafted(self, connection: Connection, words: Sequence[Word], *, by: str, prefix: str) -> list[Record]:
        """The records that words would be if they were said now. Raises BadRequest for a word that is none."""
        at = self._after(connection, words)
        return [self._record(word, f"{prefix}.{place}", at + place, by) for place, word in enumerate(words)]

    def suppose(self, words: Sequence[Word], *, by: str) -> tuple[Board, Board]:
        """The picture as it is, and as it would be if ``words`` were decided. Holds nobody up, and says nothing.

        Raises BadRequest for a word that is no record.
        """
        with self.database.read() as connection:
            records = self.drafted(connection, words, by=by, prefix=uuid.uuid4().hex)
        return suppose(self.database, records, now=self.clock.now())

    def changes(self, networks: Collection[str], since: int) -> list[Change]:
        """What was decided about networks after a ``seq``, oldest first."""
        with self.database.read() as connection:
            return changes_since(connection, networks, since)

    def _record(self, word: Word, id: str, at: int, by: str) -> Record:
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": id,
            "source": DESK_SOURCE,
            "type": f"{TYPE_PREFIX}{word.type}",
            "time": isoformat(Instant(at)),
            "data": {**word.data, "by": by} if word.type is not RecordType.RECORD_WITHDRAWN else dict(word.data),
        }
        if word.subject is not None:
            event["subject"] = word.subject
        try:
            return self._parser.parse_event(event)
        except Refused as refused:
            raise BadRequest(refused.field.removeprefix("data."), refused.reason) from refused

    def _after(self, connection: Connection, words: Sequence[Word]) -> int:
        """The room's time (µs), or just after the last decision about the same things.

        A sender whose clock was ahead must not have the last word for ever.
        """
        now = self.clock.now()
        subjects = sorted({word.subject for word in words if word.subject is not None})
        query = select(func.max(t.log.c.occurred_at)).where(
            t.log.c.subject.in_(subjects), t.log.c.type.in_([str(type) for type in DECIDED])
        )
        last = connection.execute(query).scalar()
        # Splits of one asset out of several networks lie upon one another.
        moved = sorted({asset for word in words for asset in word.data.get("assets", ())})
        told = find(connection, t.trail.c.entity, moved, t.trail.c.seq, kind="asset") if moved else []
        splits = find(connection, t.log.c.seq, (row.seq for row in told), t.log.c.type, t.log.c.occurred_at)
        at = [row.occurred_at for row in splits if row.type in SPLITS] + ([] if last is None else [last])
        # A withdrawal is taken back by a later one only, whatever the clock did in between.
        named = [word.data["id"] for word in words if word.type is RecordType.RECORD_WITHDRAWN]
        own = find(connection, t.log.c.event_id, named, t.log.c.occurred_at, source=DESK_SOURCE)
        return max([now, *(int(each) + 1 for each in (*at, *(row.occurred_at for row in own)))])


def _unless_overtaken(seen: Mapping[str, int]) -> Callable[[Connection], None] | None:
    """Asked under the append lock, where nobody can come between."""
    if not seen:
        return None

    def check(connection: Connection) -> None:
        changes = [change for network, seq in seen.items() for change in changes_since(connection, [network], seq)]
        if changes:
            raise Overtaken(sorted(changes, key=lambda change: change.seq))

    return check
