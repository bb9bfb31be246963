"""Schedules: of what a briefing is frozen by itself, when, under which label, and where its files go."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select, update

from app import tables as t
from app.clock import Clock
from app.database import Database
from app.errors import BadRequest, Conflict, NotFound
from app.exports import all_exports
from app.language import _, ngettext
from app.snapshots.timing import MOST_HOURS, next_by_hours, next_by_times, times_of, times_words
from app.vocabulary import MINUTE, Tlp

LONGEST_NAME = 80
"""Characters; the day and time of each briefing stand behind it."""

MOST_SCHEDULES = 50

AGAIN = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
"""How long after a failure it is tried again; after the last of them again and again."""

LONGEST_REASON = 300

_s = t.snapshot_schedules.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One schedule; its instants in µs of the room's time. Either ``every_h`` or ``times`` says when.

    Each is under embargo for ``embargo_h`` hours after it is frozen, 0 for none. ``failed`` is why the last try was
    none, empty where all went well; ``last_snapshot`` what was given out last.
    """

    id: str = ""
    name: str
    every_h: int = 0
    times: tuple[time, ...] = ()
    filters: Mapping[str, Any]
    scene: str = ""
    tlp: Tlp
    names: bool = False
    formats: tuple[str, ...]
    folder: str = ""
    mail: bool = False
    embargo_h: int = 0
    made_at: int = 0
    made_by: str = ""
    next_at: int = 0
    try_at: int = 0
    tries: int = 0
    failed: str = ""
    last_at: int | None = None
    last_snapshot: str | None = None

    def after(self, now: int, zone: ZoneInfo) -> int:
        """When the first one after ``now`` is due."""
        if self.every_h:
            return next_by_hours(now, self.every_h, self.made_at)
        return next_by_times(now, self.times, zone)

    @property
    def when(self) -> str:
        """When it comes, in words: "every 6 hours", "06:00 18:30"."""
        if not self.every_h:
            return times_words(self.times)
        return ngettext("every {n} hour", "every {n} hours", self.every_h).format(n=self.every_h)


class Schedules:
    """The schedules of one room. ``folders`` are the names that may be chosen; ``mails`` whether mail can be sent."""

    def __init__(self, database: Database, clock: Clock, zone: str, folders: Collection[str], *, mails: bool) -> None:
        self.folders = tuple(folders)
        self.mails = mails
        self.zone = ZoneInfo(zone)
        self._database = database
        self._clock = clock

    def add(self, said: Schedule, *, by: str) -> Schedule:
        """Keep one from now on. Raises BadRequest naming the field, and Conflict where there are too many."""
        self._check(said)
        now = self._clock.now()
        made = replace(said, id=secrets.token_hex(6), made_at=now, made_by=by)
        due = made.after(now, self.zone)
        made = replace(made, next_at=due, try_at=due)
        with self._database.write() as connection:
            if len(connection.execute(select(_s.id)).all()) >= MOST_SCHEDULES:
                raise Conflict(_("there are {n} schedules already: remove one").format(n=MOST_SCHEDULES))
            connection.execute(insert(t.snapshot_schedules).values(**_columns(made)))
        return made

    def every(self) -> list[Schedule]:
        """All of them, the next one first."""
        with self._database.read() as connection:
            return _read(connection)

    def due(self) -> list[Schedule]:
        """Those whose time has come."""
        now = self._clock.now()
        return [schedule for schedule in self.every() if schedule.try_at <= now]

    def remove(self, id: str) -> None:
        """Freeze nothing more by it; what was frozen stays. Raises NotFound."""
        with self._database.write() as connection:
            if connection.execute(delete(t.snapshot_schedules).where(_s.id == id)).rowcount != 1:
                raise NotFound(_("there is no schedule {id}").format(id=repr(id[:40])))

    def succeeded(self, schedule: Schedule, snapshot: str) -> None:
        """It was given out: the next is the first that is still to come, however many were missed meanwhile."""
        now = self._clock.now()
        due = schedule.after(now, self.zone)
        self._note(schedule, next_at=due, try_at=due, tries=0, failed="", last_at=now, last_snapshot=snapshot)

    def failed(self, schedule: Schedule, reason: str) -> None:
        """It was not: try again later, and say why."""
        wait = AGAIN[min(schedule.tries, len(AGAIN) - 1)]
        tries = schedule.tries + 1
        self._note(schedule, try_at=self._clock.now() + wait, tries=tries, failed=reason[:LONGEST_REASON])

    def _note(self, schedule: Schedule, **changed: Any) -> None:
        mine = (_s.id == schedule.id) & (_s.next_at == schedule.next_at)
        with self._database.write() as connection:
            connection.execute(update(t.snapshot_schedules).where(mine).values(**changed))

    def _check(self, said: Schedule) -> None:
        if not 0 < len(said.name.strip()) <= LONGEST_NAME or not said.name.isprintable():
            raise BadRequest("name", _("1 to {n} visible characters, on one line").format(n=LONGEST_NAME))
        if bool(said.every_h) == bool(said.times):
            raise BadRequest("times", _("give hours between two, or times of the day"))
        if said.every_h and not 1 <= said.every_h <= MOST_HOURS:
            raise BadRequest("every_h", _("a whole number from 1 to {n}").format(n=MOST_HOURS))
        if not 0 <= said.embargo_h <= MOST_HOURS:
            raise BadRequest("embargo_h", _("a whole number from 0 to {n}").format(n=MOST_HOURS))
        if not said.formats:
            raise BadRequest("formats", _("choose at least one"))
        if unknown := next((name for name in said.formats if name not in all_exports()), None):
            raise BadRequest("formats", _("there is no format {name}").format(name=repr(unknown[:40])))
        self._check_goal(said)

    def _check_goal(self, said: Schedule) -> None:
        if said.folder and said.folder not in self.folders:
            raise BadRequest("folder", _("choose one of {folders}").format(folders=", ".join(self.folders)))
        if said.mail:
            check_mailable(said.tlp)
        if said.mail and not self.mails:
            raise BadRequest("mail", _("whoever runs this room has set no address to send to"))
        if not (said.folder or said.mail):
            raise BadRequest("folder", _("choose a folder or mail"))


def check_mailable(tlp: Tlp) -> None:
    """Raise BadRequest naming ``mail`` for what must not be sent by itself.

    TLP:RED is for the eyes of individual recipients, whom somebody has to choose each time (FIRST, TLP 2.0). AMBER may
    go to addresses that the operator set for the organization.
    """
    if tlp is Tlp.RED:
        raise BadRequest("mail", _("TLP:RED is for individual recipients only: it is not sent by itself"))


def hours_of(text: str, name: str = "every_h") -> int:
    """Hours as somebody typed them, 0 for none. Raises BadRequest naming the field."""
    if not text.strip():
        return 0
    if not (text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) <= 4 and int(text)):
        raise BadRequest(name, _("a whole number from 1 to {n}").format(n=MOST_HOURS))
    return int(text)


def _read(connection: Connection) -> list[Schedule]:
    return [_schedule(row) for row in connection.execute(select(*_s).order_by(_s.next_at, _s.id))]


def _columns(schedule: Schedule) -> dict[str, Any]:
    said = {name: getattr(schedule, name) for name in _s.keys()}  # noqa: SIM118 - a collection of columns
    return said | {
        "times": times_words(schedule.times),
        "filters": json.dumps(dict(schedule.filters), sort_keys=True),
        "tlp": str(schedule.tlp),
        "formats": " ".join(schedule.formats),
        "name": schedule.name.strip(),
    }


def _schedule(row: Row[tuple[object, ...]]) -> Schedule:
    said = row._asdict()
    return Schedule(
        **said
        | {
            "times": times_of(said["times"]) if said["times"] else (),
            "filters": json.loads(said["filters"]),
            "tlp": Tlp(said["tlp"]),
            "names": bool(said["names"]),
            "formats": tuple(said["formats"].split()),
            "mail": bool(said["mail"]),
        }
    )
