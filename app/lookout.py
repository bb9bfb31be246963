"""The lookout: asks the rules every second, and puts into the log which alarms begin and which are over.

Alarms are records like all others: they are on the screens of every process, in replays and in the past. Of several
processes on one PostgreSQL one looks out, which it learns from a lock that goes with its connection.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.alarms import Cause, Look, all_causes, words_of
from app.board import Board
from app.clock import Clock
from app.database import Database
from app.errors import Refused
from app.hedged import Hedged
from app.language import _
from app.log import Answer
from app.numerals import grouped
from app.records import PLAUSIBLE, SUM, Record, RecordParser, hedged_json
from app.turns import Rounds, Turn
from app.vocabulary import TYPE_PREFIX, Alarm, RecordType, Watch, isoformat
from app.writer import Writer

LOOK_S = 1.0
"""Seconds between two looks."""

COMMIT_S = 10.0
"""Seconds for which one waits for a commit."""

BEGUN = "{alarm}"
"""What is said of an alarm that has begun: its own words."""

MOST_TOLD = 20
"""Alarms of one look that are told one by one. A flood of them must not stand before the next one's notice."""

LOCK = 0x77616C72
"""Key of PostgreSQL's advisory lock, the same in every process."""

SOURCE = "//warroom/alarms"
DOOR = "lookout"

Tell = Callable[[str, str], None]
"""Told of an alarm that begins or is over: a title and a sentence."""

log = logging.getLogger(__name__)


class Lookout:
    """Looks out for one room. ``board`` gives the newest picture; ``tell`` hears what has been committed."""

    def __init__(
        self,
        database: Database,
        board: Board,
        writer: Writer,
        parser: RecordParser,
        clock: Clock,
        watch: Watch,
        source_limits_s: Mapping[str, int],
        tell: Tell = lambda _title, _said: None,
    ) -> None:
        self._board = board
        self._writer = writer
        self._parser = parser
        self._clock = clock
        self._watch = watch
        self._limits_s = source_limits_s
        self._tell = tell
        self._rounds = Rounds("lookout", Turn(database, LOCK), self.look, LOOK_S)
        self._seq = 0

    def start(self) -> None:
        """Look out from now on."""
        self._rounds.start()

    def stop(self) -> None:
        """Let another process look out."""
        self._rounds.stop()

    def look(self) -> int:
        """Ask the rules once. Returns how many records that made. Raises what the writer raises."""
        board = self._board.frozen()
        if not board.epoch or board.seq < self._seq:
            # What was said last is not on the board yet: it would be said twice.
            return 0
        now = self._clock.now()
        found = {cause.key: cause for cause in all_causes(Look(board, now, self._watch, self._limits_s))}
        raised = {alarm.cause: alarm for alarm in board.alarms.values() if alarm.is_open}
        begin = [cause for key, cause in sorted(found.items()) if cause.is_sure and key not in raised]
        over = [alarm for key, alarm in sorted(raised.items()) if key not in found]
        if not (begin or over):
            return 0
        news = [(BEGUN, _alarm(cause, now), self._record(raising(cause, now))) for cause in begin]
        news += [(_("Over: {alarm}"), alarm, self._record(clearing(alarm, now))) for alarm in over]
        said = [(what, alarm, record) for what, alarm, record in news if record is not None]
        if not said:
            return 0
        receipt = self._writer.submit([record for *_said, record in said], door=DOOR, principal=DOOR)
        answers = receipt.result(COMMIT_S).answers
        self._seq = _last(answers)
        taken = [news for news, answer in zip(said, answers, strict=True) if answer.status == "accepted"]
        for what, alarm, _record in taken[:MOST_TOLD]:
            self._say(what, alarm, board)
        if rest := taken[MOST_TOLD:]:
            ended = sum(what != BEGUN for what, *_rest in rest)
            words = _("{n} more alarms, and {over} more that are over")
            self._tell(_("More alarms"), words.format(n=grouped(len(rest) - ended), over=grouped(ended)))
        return len(said)

    def _record(self, event: dict[str, Any]) -> Record | None:
        """What the log takes; None for an event that cannot be said, so that it stands in the way of no other."""
        try:
            return self._parser.parse_event(event)
        except Refused as refused:
            log.warning("an alarm cannot be recorded: %s", refused)
            return None

    def _say(self, what: str, alarm: Alarm, board: Board) -> None:
        words, network = words_of(alarm, board), board.find(alarm.about)
        title = what.format(alarm=words.title)
        if network is not None and network.exercise:
            title = _("Exercise: {notice}").format(notice=title)
        self._tell(title, str(words))


def raising(cause: Cause, now: int) -> dict[str, Any]:
    """The record that raises an alarm, as a CloudEvent."""
    data: dict[str, Any] = {"rule": cause.rule, "about": cause.about, "since": isoformat(cause.since)}
    if cause.part:
        data["part"] = cause.part
    if cause.figure is not None:
        data["figure"] = _sayable(cause.figure)
    if cause.limit is not None:
        data["limit"] = cause.limit
    return event_of(RecordType.ALARM_RAISED, _id(cause, now), data, now)


def _sayable(figure: Hedged) -> dict[str, Any]:
    """A figure as a record may have it: of a sum, and of more than there are people, its sure ends."""
    said = hedged_json(figure)
    if SUM not in said and max(figure.low or 0, figure.high or 0) <= PLAUSIBLE:
        return said
    least, most = min(figure.least, PLAUSIBLE), figure.most
    is_open = most is None or most > PLAUSIBLE
    return hedged_json(Hedged.at_least(least) if is_open else Hedged.between(least, most or 0))


def clearing(alarm: Alarm, now: int) -> dict[str, Any]:
    """The record that an alarm is over."""
    return event_of(RecordType.ALARM_CLEARED, alarm.id, {}, now)


def acknowledging(alarm: Alarm, by: str, now: int) -> dict[str, Any]:
    """The record that somebody has seen it."""
    return event_of(RecordType.ALARM_ACKNOWLEDGED, alarm.id, {"by": by}, now)


def event_of(type: RecordType, alarm: str, data: dict[str, Any], now: int) -> dict[str, Any]:
    """What the room says about an alarm. What is said again after it was withdrawn is another record."""
    return {
        "specversion": "1.0",
        "id": f"{alarm}.{type.value.partition('.')[2]}.{now:x}",
        "source": SOURCE,
        "type": f"{TYPE_PREFIX}{type}",
        "time": isoformat(now),
        "subject": alarm,
        "data": data,
    }


def _id(cause: Cause, now: int) -> str:
    said = "\n".join((*cause.key, str(now)))
    return f"{cause.rule}-{hashlib.blake2b(said.encode(), digest_size=8).hexdigest()}"


def _alarm(cause: Cause, now: int) -> Alarm:
    return Alarm(
        "", cause.rule, cause.about, cause.part, cause.since, now, cause.figure, cause.limit, None, "", None
    )  # fmt: skip


def _last(answers: Iterable[Answer]) -> int:
    return max((answer.seq or 0 for answer in answers), default=0)
