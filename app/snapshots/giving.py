"""Briefings that are given out by themselves: what is due is frozen, written into a folder and sent, and tried again.

Of several processes one does it (``app.turns``). What is due is frozen once, however often giving it out is tried: the
id of the snapshot is that of the schedule and the time it was due. After a stop what was missed is given once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app import briefing
from app.database import Database
from app.errors import BadRequest, WarroomError
from app.exports import Frozen, Options, all_exports, spoken
from app.exports._files import files_of, save
from app.language import _
from app.notices import hush
from app.nouns import clock_time, day
from app.safetext import clean
from app.snapshots.asking import Choose
from app.snapshots.freezing import Snapshots, Wanted
from app.snapshots.schedules import Schedule, Schedules, check_mailable
from app.snapshots.since import Choice
from app.turns import Rounds, Turn
from app.vocabulary import HOUR

LOOK_S = 5.0
"""Seconds between two looks: a briefing at six is there at six."""

PATIENCE_S = 1.0
"""For a briefing that is being given out when the room closes."""

LOCK = 0x77627266
"""Key of PostgreSQL's advisory lock, the same in every process."""

OWN_FOLDER = "briefings"
"""The folder in the state directory, which is made where it is missing."""

LONGEST_TEXT = 4_000

log = logging.getLogger(__name__)


class Unsent(WarroomError):
    """It did not reach where it was to go."""

    status = 503
    code = "unsent"


class Giver:
    """Gives out what is due. ``chooser`` finds the subject of a schedule; ``mail`` are addresses of Apprise."""

    def __init__(
        self,
        database: Database,
        snapshots: Snapshots,
        schedules: Schedules,
        chooser: Callable[[Schedule], Choose],
        folders: Mapping[str, Path],
        mail: Sequence[str] = (),
    ) -> None:
        self._snapshots = snapshots
        self._schedules = schedules
        self._chooser = chooser
        self._folders = folders
        self._mail = tuple(mail)
        self._sent: set[tuple[str, int]] = set()
        self._rounds = Rounds("briefings", Turn(database, LOCK), self.look, LOOK_S)

    def start(self) -> None:
        """Give out what is due from now on."""
        self._rounds.start()

    def stop(self) -> None:
        """Let another process do it. What is on its way is waited for a moment."""
        self._rounds.stop(PATIENCE_S)

    def look(self) -> int:
        """Give out all that is due now, each by itself. Returns how many went well."""
        done = 0
        for schedule in self._schedules.due():
            try:
                frozen = self.give(schedule)
            except WarroomError as failed:
                reason = str(failed)
            except OSError as failed:
                # The folder is the operator's to know; its name is enough.
                reason = f"{schedule.folder}: {failed.strerror or type(failed).__name__}"
            except SQLAlchemyError:
                raise
            except Exception as failed:
                log.exception("a scheduled briefing failed")
                reason = type(failed).__name__
            else:
                self._schedules.succeeded(schedule, frozen.id)
                done += 1
                continue
            log.warning("the scheduled briefing %s was not given out: %s", schedule.id, clean(reason, 300))
            self._schedules.failed(schedule, reason)
        return done

    def give(self, schedule: Schedule) -> Frozen:
        """Freeze what is due and bring it where it goes. Raises WarroomError and OSError."""
        # The folder first: a message cannot be taken back.
        by = _("schedule {name}, set up by {who}").format(name=schedule.name, who=schedule.made_by)
        if schedule.mail:
            # One that was set up before this was refused.
            check_mailable(schedule.tlp)
        until = self._snapshots.clock.now() + schedule.embargo_h * HOUR if schedule.embargo_h else None
        wanted = Wanted(
            self._name(schedule),
            schedule.tlp,
            schedule.names,
            embargo_until=until,
            since=Choice(series=schedule.last_snapshot or ""),
        )
        once = f"schedule-{schedule.id}-{schedule.next_at}"
        frozen = self._snapshots.freeze(wanted, self._chooser(schedule), by=by, once=once)
        files = [file for name in schedule.formats for file in files_of(frozen, all_exports()[name], Options())]
        if schedule.folder:
            self._write(schedule.folder, files)
        if schedule.mail:
            self._send(frozen, files)
        return frozen

    def _name(self, schedule: Schedule) -> str:
        zone = str(self._schedules.zone)
        return f"{schedule.name}, {day(schedule.next_at, zone, year=True)} {clock_time(schedule.next_at, zone)}"

    def _write(self, name: str, files: Sequence[tuple[str, bytes]]) -> None:
        folder = self._folders.get(name)
        if folder is None:
            raise BadRequest("folder", f"there is no folder {name[:40]!r} any more: WARROOM_BRIEFING_FOLDERS")
        if name == OWN_FOLDER:
            folder.mkdir(parents=True, exist_ok=True)
        for file, body in files:
            save(folder / file, body)

    def _send(self, frozen: Frozen, files: Sequence[tuple[str, bytes]]) -> None:
        from apprise import Apprise, AppriseAttachment  # noqa: PLC0415 - a third of a second, for rooms that send
        from apprise.attachment.memory import AttachMemory  # noqa: PLC0415

        hush()
        title, text = message_of(frozen)
        for place, address in enumerate(self._mail, 1):
            # Where one address does not answer, the others are not told again and again.
            if (frozen.id, place) in self._sent:
                continue
            attached = AppriseAttachment()
            for name, body in files:
                attached.add(AttachMemory(content=body, name=name))  # type: ignore[no-untyped-call]
            tool = Apprise()
            try:
                sent = tool.add(address) and tool.notify(body=text, title=title, body_format="text", attach=attached)
            except Exception as broken:  # noqa: BLE001 - some tools raise what their libraries raise, addresses and all
                raise Unsent(f"briefing mail {place} raised {type(broken).__name__}") from None
            if not sent:
                raise Unsent(f"briefing mail {place} was not taken")
            self._sent.add((frozen.id, place))
        self._sent -= {(frozen.id, place) for place, _address in enumerate(self._mail, 1)}


def message_of(frozen: Frozen) -> tuple[str, str]:
    """The subject of a message, with the label in it, and its text: headline and lead, and what marks them."""

    def work() -> tuple[str, str]:
        content = frozen.content
        marks = briefing.marks(content)
        notices = [words for words in (marks.tlp, marks.embargo, str(marks.exercise)) if words]
        title = " · ".join((marks.tlp, *notices[1:], clean(frozen.name, 120)))
        said: list[Any] = [briefing.headline(content), *briefing.lead(content)]
        lines = [clean(str(words), LONGEST_TEXT) for words in said]
        foot = f"{marks.made}. SHA-256 {frozen.sha256}"
        return title, "\n\n".join((" · ".join(notices), *lines, clean(foot, LONGEST_TEXT)))

    return spoken(frozen, work)


def folders_of(state_dir: Path, said: Mapping[str, Path]) -> dict[str, Path]:
    """The folders that may be chosen, by name: our own, and those that the operator allowed."""
    return {OWN_FOLDER: state_dir / OWN_FOLDER} | {name: path for name, path in said.items() if name != OWN_FOLDER}


def check_addresses(addresses: Sequence[str]) -> None:
    """Raise BadRequest for an address that Apprise does not know, naming its place alone."""
    if not addresses:
        return
    from apprise import Apprise  # noqa: PLC0415 - as above

    for place, address in enumerate(addresses, 1):
        if not Apprise().add(address):
            raise BadRequest("WARROOM_BRIEFING_MAIL", f"address {place} is none that Apprise knows")
