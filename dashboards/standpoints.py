"""From where a wall is looked at: now, as it stood at a time or ``seq`` of the past, or along a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from app.board import Board
from app.clock import Clock
from app.errors import BadRequest
from app.history import History
from app.instants import past_instant
from app.replay import Stretch, StretchClock
from dashboards.render import LIVE_PATH

Mode = Literal["live", "past", "replay", "exercise"]


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A picture, the room's time there (µs), and how time goes on: ``live`` is the address that tells, empty for none.

    ``rate`` is how many seconds of the room pass in a real one, and ``speed`` how many times as fast a replay runs.
    """

    mode: Mode
    board: Board
    now: int
    rate: float
    live: str
    speed: int = 0


class Standpoints:
    """Finds them for one room. ``real`` is the real clock, by which replays run."""

    def __init__(self, board: Board, history: History, clock: Clock, real: Clock, zone: str) -> None:
        self._board = board
        self._history = history
        self._clock = clock
        self._real = real
        self._zone = ZoneInfo(zone)

    def find(self, *, seq: int | None = None, at: str = "", replay: str = "") -> Standpoint:
        """The standpoint of an address: at most one of the three is given, and without any it is now.

        ``at`` is an instant (RFC 3339), a date and time in the room's zone, or a time alone: the last one that has
        passed. Raises BadRequest and NotFound.
        """
        if (seq is not None) + bool(at) + bool(replay) > 1:
            raise BadRequest("seq", "give one of seq, at and replay")
        if replay:
            return self._along(Stretch.parse(replay))
        if at:
            then = past_instant(at, self._clock.now(), self._zone)
            return Standpoint("past", self._history.at(self._history.seq_at(then)), then, 0.0, "")
        if seq is not None:
            then = self._history.recorded_at(seq) if seq > 0 else self._clock.now()
            return Standpoint("past", self._history.at(seq), then, 0.0, "")
        now = self._clock.now()
        return Standpoint("live", self._board.frozen(), now, self._clock.rate, LIVE_PATH)

    def _along(self, stretch: Stretch) -> Standpoint:
        clock = StretchClock(stretch, self._real)
        now = clock.now()
        board = self._history.at(self._history.seq_at(now))
        return Standpoint(stretch.mark, board, now, clock.rate, f"{LIVE_PATH}?replay={stretch}", stretch.speed)
