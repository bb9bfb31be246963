"""The writer: one thread that appends. Whatever waits while a commit is under way goes into the next one together.

A receipt comes after the commit and never before. When the database cannot be written, those who wait are told so and
may come again: a record counts once. A submission that cannot be projected fails alone, its neighbours do not.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import tables as t
from app.bell import ring
from app.clock import Clock
from app.database import Database
from app.errors import Refused, Unavailable, WarroomError
from app.log import Anchor, Answer, Entry, append, read_head
from app.projection import apply
from app.records import KEPT, Record

MOST_TOGETHER = 5_000
"""Records that one commit takes at most, so that nobody waits long behind a flood."""

RETRY_S = 1.0

Guard = Callable[[Connection], None]
"""Asked under the append lock, before a submission is appended: what it raises is raised instead."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one submission: an answer for each record, in order. Handed out after the commit."""

    answers: list[Answer]


@dataclass(slots=True)
class _Submission:
    records: list[Record]
    refusals: list[Refused]
    door: str
    principal: str
    clamp_past: bool = True
    may_withdraw_any: bool = False
    guard: Guard | None = None
    done: Future[Any] = field(default_factory=Future)

    @property
    def manner(self) -> tuple[str, str, bool, bool, int]:
        """What submissions must have in common to be appended together: one with a guard stands alone."""
        alone = id(self) if self.guard is not None else 0
        return self.door, self.principal, self.clamp_past, self.may_withdraw_any, alone


class Writer:
    """Appends to the log of a database. ``key`` keys the chain; ``on_commit`` is told the new ``seq`` in its thread."""

    def __init__(
        self,
        database: Database,
        *,
        key: bytes,
        clock: Clock,
        queue_records: int = 50_000,
        anchor: Anchor | None = None,
        on_commit: Callable[[int], None] = lambda _seq: None,
    ) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._most_waiting = queue_records
        self._anchor = anchor
        self._on_commit = on_commit
        self._queue: queue.SimpleQueue[_Submission | None] = queue.SimpleQueue()
        self._waiting = 0
        self._lock = threading.Lock()
        self._is_closed = False
        self._give_up_at = math.inf
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Records and refusals that wait for their commit."""
        return self._waiting

    @property
    def is_alive(self) -> bool:
        """Whether the thread that writes is there."""
        return self._thread.is_alive() and not self._is_closed

    def submit(
        self,
        records: list[Record],
        *,
        door: str,
        principal: str,
        clamp_past: bool = True,
        may_withdraw_any: bool = False,
        guard: Guard | None = None,
    ) -> Future[Receipt]:
        """Queue records for one commit. Raises Unavailable when too many wait; the future does when it fails.

        With a ``guard`` that raises a WarroomError none of them is appended, and the future raises that.
        """
        return self._put(_Submission(records, [], door, principal, clamp_past, may_withdraw_any, guard))

    def refuse(self, refusals: list[Refused], door: str, principal: str) -> Future[None]:
        """Keep refused bodies for the operator. Raises as ``submit`` does."""
        return self._put(_Submission([], refusals, door, principal))

    def close(self, within_s: float = math.inf) -> None:
        """Commit what waits, then stop. Doing so twice does no harm.

        What could not be begun within ``within_s`` seconds is told to come again.
        """
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._give_up_at = time.monotonic() + within_s
                self._queue.put(None)
        self._thread.join()

    def _put(self, submission: _Submission) -> Future[Any]:
        size = len(submission.records) + len(submission.refusals)
        with self._lock:
            if self._is_closed:
                raise Unavailable("the war room is stopping: send it again to the next one", RETRY_S)
            if self._waiting and self._waiting + size > self._most_waiting:
                raise Unavailable(f"{self._waiting} records wait for the writer already: send it again", RETRY_S)
            self._waiting += size
            self._queue.put(submission)
        return submission.done

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            together, is_last = self._gather(first)
            wanted = [submission for submission in together if submission.done.set_running_or_notify_cancel()]
            if time.monotonic() < self._give_up_at:
                self._settle(wanted)
            else:
                self._fail(wanted, Unavailable("the war room is stopping"))
            with self._lock:
                self._waiting -= sum(len(s.records) + len(s.refusals) for s in together)
            if is_last:
                return

    def _gather(self, first: _Submission) -> tuple[list[_Submission], bool]:
        """What waits behind ``first``, and whether the end of the queue was among it."""
        together, size = [first], len(first.records)
        while size < MOST_TOGETHER:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return together, True
            together.append(following)
            size += len(following.records)
        return together, False

    def _settle(self, together: list[_Submission]) -> None:
        try:
            results = self._commit(together)
        except (OperationalError, InterfaceError, PoolTimeout, Unavailable, OSError) as broken:
            self._fail(together, broken)
        except Exception as fault:
            if len(together) == 1:
                log.exception("a submission of %r could not be taken", together[0].principal)
                reason = f"the log cannot take this now ({type(fault).__name__}); the operator was told"
                together[0].done.set_exception(Unavailable(reason, RETRY_S))
            else:
                # One of them cannot be taken: the others must not suffer for it.
                for submission in together:
                    self._settle([submission])
        else:
            for submission, result in zip(together, results, strict=True):
                if isinstance(result, WarroomError):
                    submission.done.set_exception(result)
                else:
                    submission.done.set_result(result)

    def _commit(self, together: list[_Submission]) -> list[Receipt | WarroomError | None]:
        results: list[Receipt | WarroomError | None] = []
        now = self._clock.now()
        with self._database.write() as connection:
            for manner, run in groupby(together, key=lambda submission: submission.manner):
                results += self._append(connection, list(run), manner, now)
            head = read_head(connection)
            ring(connection, head.seq)
        # From here on it is in the log, whatever becomes of the rest.
        if any(submission.records for submission in together):
            self._tell(head.seq)
            if self._anchor is not None:
                try:
                    self._anchor.write(head)
                except OSError:
                    log.exception("the anchor could not be written; the log itself is safe")
        return results

    def _tell(self, seq: int) -> None:
        try:
            self._on_commit(seq)
        except Exception:
            log.exception("nobody could be told of seq %d; the next commit will", seq)

    def _append(
        self, connection: Connection, run: Sequence[_Submission], manner: tuple[str, str, bool, bool, int], now: int
    ) -> list[Receipt | WarroomError | None]:
        door, principal, clamp_past, may_withdraw_any, _alone = manner
        for submission in run:
            if submission.guard is not None:
                try:
                    submission.guard(connection)
                except WarroomError as objection:
                    return [objection]
        records = [record for submission in run for record in submission.records]
        answers: list[Answer] = []
        entries: list[Entry] = []
        if records:
            answers, entries = append(
                connection,
                records,
                key=self._key,
                now=now,
                principal=principal,
                clamp_past=clamp_past,
                may_withdraw_any=may_withdraw_any,
            )
            apply(connection, entries)
        rows = [_kept(refused, door, principal, now) for submission in run for refused in submission.refusals]
        results: list[Receipt | WarroomError | None] = []
        start = 0
        for submission in run:
            own = answers[start : start + len(submission.records)]
            start += len(submission.records)
            for place, (record, answer) in enumerate(zip(submission.records, own, strict=True)):
                if answer.status not in ("accepted", "duplicate"):
                    rows.append(_kept(_refusal(record, answer, place), door, principal, now))
            results.append(Receipt(own) if submission.records or not submission.refusals else None)
        if rows:
            connection.execute(insert(t.refused), rows)
        return results

    def _fail(self, together: list[_Submission], broken: Exception) -> None:
        reason = broken.orig if isinstance(broken, DBAPIError) else broken
        log.warning("the log cannot be written: %s", reason)
        for submission in together:
            submission.done.set_exception(
                Unavailable(f"the log cannot be written now ({type(reason).__name__})", RETRY_S)
            )


def _refusal(record: Record, answer: Answer, place: int) -> Refused:
    return Refused(
        answer.field,
        answer.reason,
        index=place,
        disposition=answer.status,
        body=record.body[:KEPT],
        event_id=record.id,
        source=record.source,
    )


def _kept(refused: Refused, door: str, principal: str, now: int) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "received_at": now,
        "door": door,
        "principal": principal,
        "disposition": refused.disposition,
        "place": refused.index,
        "field": _sound(refused.field),
        "reason": _sound(refused.reason),
        "source": None if refused.source is None else _sound(refused.source),
        "event_id": None if refused.event_id is None else _sound(refused.event_id),
        "body": refused.body,
    }


def _sound(text: str) -> str:
    """Text that both databases take: no NUL, no half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
