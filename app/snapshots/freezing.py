"""Freezing: what a scope says now, or said at a place of the past, becomes a snapshot and a record of it at once."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from app import language
from app.board import Board
from app.clock import Clock
from app.database import Database
from app.errors import BadRequest, Conflict, Unavailable
from app.exports import Frozen
from app.history import History
from app.language import _
from app.log import read_head
from app.rates import ReferenceRates
from app.records import RecordParser
from app.snapshots import keeping
from app.snapshots._rows import asset_rows
from app.snapshots.content import MOST_ASSETS, Place, Subject, Taking, content_of, networks_of
from app.snapshots.keeping import Kept
from app.snapshots.since import AUTOMATIC, Choice, since_of
from app.vocabulary import DESK_SOURCE, TYPE_PREFIX, RecordType, Tlp, Watch, isoformat
from app.writer import Writer

Json = dict[str, Any]
T = TypeVar("T")

COMMIT_S = 10.0
"""Seconds for which one waits for a commit."""

DOOR = "desk"

LONGEST_NAME = 120

ONCE = re.compile(r"[A-Za-z0-9-]{8,64}")
"""What tells a form that was sent twice from two that say the same."""

TRIES = 4
"""Looks at a log that goes on while one looks; then its past is opened, which stands still."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be frozen: under which name and label, with names or without, and of when.

    ``seq`` or ``at`` (µs) is a place of the past; without either it is now. ``embargo_until`` is an instant (µs), and
    ``since`` says with which earlier snapshot it is compared.
    """

    name: str
    tlp: Tlp
    names: bool = False
    seq: int | None = None
    at: int | None = None
    embargo_until: int | None = None
    since: Choice = AUTOMATIC


class Snapshots:
    """Where the snapshots of one room are made and found. ``board`` is brought up to the log before it is asked.

    ``rates`` are those that came with the program, into US dollars, until a room sets its own.
    """

    def __init__(
        self,
        database: Database,
        board: Board,
        history: History,
        writer: Writer,
        parser: RecordParser,
        clock: Clock,
        watch: Watch,
        source_limits_s: Mapping[str, int],
    ) -> None:
        self.database = database
        self.watch = watch
        self.clock = clock
        self._board = board
        self._history = history
        self._writer = writer
        self._parser = parser
        self._limits_s = source_limits_s
        self.rates = ReferenceRates()

    def freeze(
        self, wanted: Wanted, subject: Callable[[Board], Subject], *, by: str, once: str = "", id: str = ""
    ) -> Frozen:
        """Freeze what ``subject`` finds on the board of that time; sent twice under one ``once`` it is frozen once.

        Raises BadRequest for a name, place, embargo or earlier snapshot that will not do, NotFound for a place past the
        end of the log or an unknown subject, Unavailable where the log cannot be written; then nothing is kept.
        """
        if once and not ONCE.fullmatch(once):
            raise BadRequest("once", _("8 to 64 letters, digits or hyphens"))
        id = id or (hashlib.sha256(once.encode()).hexdigest()[:16] if once else secrets.token_hex(8))
        if once and self.find(id) is not None:
            return self.read(id)
        now = self.clock.now()
        taking = _taking(wanted, id, by, now)
        with self._place(wanted, subject, now) as (place, found):
            content = _in_the_rooms_words(lambda: content_of(found, place, taking))
        frozen = Frozen.of(content | {"since": self._since(content, wanted.since)})
        try:
            return self._append(frozen, now, by)
        except Conflict:
            # The same form came twice at once.
            return self.read(id)

    def board(self) -> Board:
        """The picture as it is now."""
        with self.database.read() as connection:
            self._board.refresh(connection)
        return self._board.frozen()

    def find(self, id: str) -> Kept | None:
        """A snapshot without its content."""
        with self.database.read() as connection:
            return keeping.kept(connection, id)

    def read(self, id: str) -> Frozen:
        """A snapshot whole. Raises NotFound, and Conflict where it is not as it was frozen."""
        with self.database.read() as connection:
            return keeping.body_of(connection, id)

    def page(
        self,
        labels: tuple[Tlp, ...],
        *,
        free_at: int | None = None,
        search: str = "",
        after: str = "",
        limit: int = 50,
    ) -> keeping.Page:
        """Snapshots under some labels, newest first; with ``free_at`` none under embargo then. Raises BadRequest."""
        with self.database.read() as connection:
            return keeping.page_of(connection, labels, free_at=free_at, search=search, after=after, limit=limit)

    def _since(self, content: Json, choice: Choice) -> Json | None:
        with self.database.read() as connection:
            return _in_the_rooms_words(lambda: since_of(connection, content, choice))

    def _append(self, frozen: Frozen, now: int, by: str) -> Frozen:
        record = self._parser.parse_event(frozen_event(frozen, now))
        # Row and record stand in one transaction: neither is ever there without the other.
        future = self._writer.submit(
            [record], door=DOOR, principal=by, guard=lambda connection: keeping.keep(connection, frozen, now)
        )
        try:
            future.result(COMMIT_S)
        except TimeoutError:
            raise Unavailable(f"the log did not answer in {COMMIT_S:g} s: do it again") from None
        return frozen

    @contextmanager
    def _place(self, wanted: Wanted, subject: Callable[[Board], Subject], now: int) -> Iterator[tuple[Place, Subject]]:
        """The picture that is asked for, with the rows of its assets where names are."""
        seq, then = wanted.seq, now
        if wanted.at is not None:
            seq, then = self._history.seq_at(wanted.at), wanted.at
        elif seq is not None:
            then = self._history.recorded_at(seq) if seq > 0 else now
        if seq is None:
            yield self._now(wanted, subject, now)
        elif wanted.names:
            with self._history.cursor(seq) as cursor:
                yield self._there(cursor.board, cursor.views, subject, then, live=False)
        else:
            yield self._there(self._history.at(seq), None, subject, then, live=False)

    def _now(self, wanted: Wanted, subject: Callable[[Board], Subject], now: int) -> tuple[Place, Subject]:
        for _try in range(TRIES):
            with self.database.read() as connection:
                self._board.refresh(connection)
                board = self._board.frozen()
                head = read_head(connection) if board.seq else None
                if not wanted.names:
                    return self._there(board, None, subject, now, live=True)
                # Another thread may have read a later picture than this connection sees.
                if head is None or (head.seq, head.epoch) == (board.seq, board.epoch):
                    return self._there(board, connection, subject, now, live=True)
        with self._history.cursor(self._board.seq) as cursor:
            return self._there(cursor.board, cursor.views, subject, now, live=True)

    def _there(
        self, board: Board, views: Connection | None, subject: Callable[[Board], Subject], now: int, *, live: bool
    ) -> tuple[Place, Subject]:
        found = _in_the_rooms_words(lambda: subject(board))
        rows = [] if views is None else asset_rows(views, networks_of(found, board), found.scope.platform, MOST_ASSETS)
        recorded_at = self._history.recorded_at(board.seq) if board.seq else None
        return Place(board, now, recorded_at, self.watch, live, self._limits_s, rows, self.rates), found


def frozen_event(frozen: Frozen, now: int) -> dict[str, object]:
    """The record that something was frozen, as a CloudEvent: the chain of the log vouches for its SHA-256."""
    content = frozen.content
    return {
        "specversion": "1.0",
        "id": f"{frozen.id}.frozen",
        "source": DESK_SOURCE,
        "type": f"{TYPE_PREFIX}{RecordType.SNAPSHOT_FROZEN}",
        "time": isoformat(now),
        "subject": frozen.id,
        "data": {
            "name": content["name"],
            "seq": frozen.seq,
            "sha256": frozen.sha256,
            "tlp": str(frozen.tlp),
            "scope": content["subject"]["words"],
            "by": content["frozen"]["by"],
        },
    }


def _taking(wanted: Wanted, id: str, by: str, now: int) -> Taking:
    name = wanted.name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadRequest("name", _("1 to {n} visible characters, on one line").format(n=LONGEST_NAME))
    if wanted.embargo_until is not None and wanted.embargo_until <= now:
        raise BadRequest("embargo_until", _("has passed already"))
    if wanted.seq is not None and wanted.at is not None:
        raise BadRequest("seq", _("give one of seq and at"))
    return Taking(id, name, by, now, wanted.tlp, wanted.names, wanted.embargo_until)


def _in_the_rooms_words(work: Callable[[], T]) -> T:
    """A briefing is in the language of the room, whoever asks for it by whatever way."""
    return language.speaking(language.room().code, work)
