"""Room control: what a lead does about walls, as one transaction each, that the walls hear of at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from app.access.pairing import Allowance, tidied
from app.clock import Clock
from app.database import Database
from app.errors import BadRequest, TooOften
from app.instants import past_instant
from app.language import _
from app.replay import Mark, Stretch
from app.safetext import clean
from app.vocabulary import MINUTE, SECOND
from app.walls.changes import blank_all
from app.walls.distance import Hanging
from app.walls.programme import Place, Repertoire
from app.walls.screens import pair, states
from app.walls.wall import Change, Wall, changes_of, find_wall, list_walls

WRONG_CODES = 10
"""Codes that somebody may type wrongly in a minute: more is guessing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A wall, and whether it has a screen: "paired", "awaited" or "signed out"."""

    wall: Wall
    state: str


class RoomControl:
    """The walls of one room. ``key`` is that of the codes; they age in real time, which ``now`` gives in µs.

    ``zone`` is the room's, in which times are typed. ``is_known`` says whether there is a subject of a kind
    ("network"); ``poke`` makes the feed look.
    """

    def __init__(
        self,
        database: Database,
        repertoire: Repertoire,
        *,
        key: bytes,
        clock: Clock,
        now: Callable[[], int],
        zone: str = "UTC",
        is_known: Callable[[str, str], bool] = lambda _about, _subject: True,
        poke: Callable[[], None] = lambda: None,
    ) -> None:
        self.repertoire = repertoire
        self._database = database
        self._key = key
        self._clock = clock
        self._now = now
        self._zone = ZoneInfo(zone)
        self._is_known = is_known
        self._poke = poke
        self._wrong = Allowance(WRONG_CODES, MINUTE)

    def standings(self) -> list[Standing]:
        """Every wall, by name."""
        with self._database.read() as connection:
            found = list_walls(connection)
            state = states(connection, found, self._now())
        return [Standing(wall, state[wall.id]) for wall in found]

    def standing(self, id: str) -> Standing:
        """One wall. Raises NotFound."""
        with self._database.read() as connection:
            wall = find_wall(connection, id)
            return Standing(wall, states(connection, [wall], self._now())[id])

    def changes(self, id: str) -> list[Change]:
        """What was done about a wall, the latest first."""
        with self._database.read() as connection:
            return changes_of(connection, id)

    def pair(self, code: str, hanging: Hanging, by: str) -> Wall:
        """Make the screen that shows a code a wall. Raises BadRequest, and TooOften where somebody seems to guess."""
        now = self._now()
        if wait := self._wrong.wait(by, now):
            raise TooOften(_("{n} wrong codes within a minute: wait a little").format(n=WRONG_CODES), wait / SECOND)
        if not tidied(code):
            raise BadRequest("code", _("type the code that the screen shows"))
        try:
            with self._database.write() as connection:
                return pair(
                    connection,
                    code,
                    hanging,
                    self.repertoire,
                    by=by,
                    at=self._clock.now(),
                    now=now,
                    key=self._key,
                )
        except BadRequest as wrong:
            if wrong.field == "code":
                self._wrong.take(by, now)
            raise

    def change(self, id: str, act: Callable[[Connection, Wall, int], object]) -> None:
        """Do something about a wall, at an instant of the room. Raises NotFound, and what ``act`` raises."""
        with self._database.write() as connection:
            act(connection, find_wall(connection, id), self._clock.now())
        self._poke()

    def blank_all(self, is_blank: bool, by: str) -> int:
        """Blank every wall, or show them all again. Returns how many that changed."""
        with self._database.write() as connection:
            changed = blank_all(connection, is_blank, by=by, now=self._clock.now())
        self._poke()
        return changed

    def stretch(self, mark: str, first: str, last: str, speed: str) -> Stretch:
        """What is to be played, from now on, as it was typed; an empty ``last`` is the room's present.

        Raises BadRequest. A wall stays on the end of its stretch until somebody makes it live again.
        """
        if mark not in get_args(Mark):
            raise BadRequest("mark", _("is {one} or {other}").format(one=get_args(Mark)[0], other=get_args(Mark)[1]))
        now = self._clock.now()
        if not (speed.isascii() and speed.isdigit() and len(speed) < 10):
            raise BadRequest("speed", _("is a whole number: 60 is a minute in a second"))
        begins = past_instant(first, now, self._zone, "first")
        ends = past_instant(last, now, self._zone, "last") if last.strip() else now
        return Stretch(cast("Mark", mark), begins, ends, int(speed), self._now())

    def check_subject(self, place: Place, field: str = "subject") -> None:
        """Raise BadRequest where a scene is to be about something that is not known here."""
        piece = self.repertoire.get(place.scene)
        if piece is not None and piece.about and place.subject and not self._is_known(piece.about, place.subject):
            raise BadRequest(field, _("there is no network {id}").format(id=repr(clean(place.subject, 40))))
