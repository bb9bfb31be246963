"""What a scene looks at: the board at one instant, and what all panels of the scene have to ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from app.board import Board
from app.language import _
from app.measures.reach import Reach
from app.networks import Network
from app.nouns import local
from app.safetext import clean
from app.silence import Silence, silences
from app.vocabulary import BIN, MINUTE, PAGES, RecordType, Scope, Surface, Watch, surface_order
from app.wording import clock_time, day
from dashboards.scenes._kept import of_picture, reach_of

FRESH = 30 * MINUTE
"""For how long a change is marked as one."""

NAME_LIMIT = 32
"""Characters of a name inside a sentence; a name that stands alone is cut where it is shown."""

NOTHING_REFUSED: Mapping[str, int] = MappingProxyType({})

Json = dict[str, Any]


class Sight:
    """The board at ``now`` (µs), on a watch. ``source_limits_s`` says how long each source may be silent.

    ``subject`` is the id of what a scene is about that is of one thing; empty for the others. ``refused`` is what the
    doors refused in the 24 hours before ``now``, by source.
    """

    def __init__(
        self,
        board: Board,
        now: int,
        watch: Watch,
        source_limits_s: Mapping[str, int],
        subject: str = "",
        refused: Mapping[str, int] = NOTHING_REFUSED,
    ) -> None:
        self.board = board
        self.now = now
        self.watch = watch
        self.source_limits_s = source_limits_s
        self.subject = subject
        self.refused = refused

    # --- networks -----------------------------------------------------------------------------------------------------

    open_scope = Scope(open_only=True)

    @property
    def watch_scope(self) -> Scope:
        """Every network that was open on the first day of the watch or was first seen later."""
        return Scope(since=self.watch.first_day)

    @cached_property
    def open(self) -> list[Network]:
        """The networks that ask for work now."""
        return self._select(self.open_scope)

    @cached_property
    def seen(self) -> list[Network]:
        """The networks of the watch."""
        return self._select(self.watch_scope)

    @cached_property
    def of_watch(self) -> list[Network]:
        """The networks of the watch, and those that are open again although they were not when it began."""
        return list({network.id: network for network in (*self.seen, *self.open)}.values())

    def _select(self, scope: Scope) -> list[Network]:
        return of_picture(self.board, ("networks", scope), lambda: self.board.select(scope))

    @cached_property
    def standing(self) -> dict[str, Json]:
        """Of each open network how long it has been in its stage and may be, by id: rows of the stage measure."""
        stages = self.measure("stages", self.open_scope)["stages"]
        return {row["id"]: row | {"stage": stage["stage"]} for stage in stages for row in stage["networks"]}

    @cached_property
    def surface(self) -> Surface:
        """The surface of the first headline: Pages, or the next where nothing is known of Pages."""
        return min(self.board.reach(self.open_scope), key=surface_order, default=PAGES)

    def measure(self, name: str, scope: Scope) -> Json:
        """One measure of a scope, now."""
        return self.board.measure(name, scope, now=self.now, watch=self.watch)

    def timeless(self, name: str, scope: Scope) -> Json:
        """One measure of a scope that is the same at any time."""
        return of_picture(self.board, (name, scope), lambda: self.measure(name, scope))

    def reach_of(self, networks: Sequence[Network]) -> Reach | None:
        """The reach of chosen networks on the first headline's surface, None where nothing is known of it."""
        return reach_of(self.board, networks, self.surface)

    # --- sources ------------------------------------------------------------------------------------------------------

    @cached_property
    def silent(self) -> list[Silence]:
        """The sources that are past their limit, the longest silent first."""
        return silences(self.board.sources, self.source_limits_s, now=self.now, watch_began=self.watch.first_day)

    def held(self, *types: RecordType) -> str:
        """Why a figure that is made of such records is held: "held at 13:50, Audiences not answering"; else empty."""
        silent = next((silence for silence in self.silent if silence.feeds(*types)), None)
        if silent is None:
            return ""
        return _("held at {time}, {source} not answering").format(
            time=self.time(silent.since), source=clean(silent.name, NAME_LIMIT)
        )

    # --- times --------------------------------------------------------------------------------------------------------

    def is_fresh(self, at: int) -> bool:
        """Whether something happened in the last half hour."""
        return self.now - FRESH <= at <= self.now

    def is_fresh_bin(self, start: int) -> bool:
        """Whether five minutes reach into the last half hour: no finer time is known of what is in them."""
        return self.now - FRESH - BIN < start <= self.now

    def is_today(self, at: int) -> bool:
        """Whether an instant is on the room's present day."""
        return self.date(at) == self.date(self.now)

    def time(self, at: int) -> str:
        """An instant as the time of day, with the day where that is another one: "14:05", "25 Oct 14:05"."""
        return self.clock(at) if self.is_today(at) else f"{self.day(at)} {self.clock(at)}"

    def clock(self, at: int) -> str:
        """The time of day of an instant, whatever its day."""
        return clock_time(at, self.watch.zone)

    def day(self, at: int) -> str:
        """The day of an instant, with the year where that is another one."""
        return day(at, self.watch.zone, year=self.date(at).year != self.date(self.now).year)

    def date(self, at: int) -> date:
        """The calendar day of an instant in the room's zone."""
        return local(at, self.watch.zone).date()

    @property
    def since(self) -> str:
        """When the watch began, as it ends a sentence: "since 1 Apr"."""
        return _("since {day}").format(day=self.day(self.watch.first_day))


def called(network: Network) -> str:
    """The name of a network inside a sentence."""
    return clean(network.name, NAME_LIMIT)
