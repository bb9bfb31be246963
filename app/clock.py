"""The room's clock. Everything that asks for the time asks one of these, so tests and the demo can bring their own."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the room's time."""

    @property
    def rate(self) -> float:
        """Seconds of room time that pass in one real second: 1.0 outside the demo."""
        ...

    def now(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z, in room time."""
        ...


class SystemClock:
    """The machine's own clock."""

    rate = 1.0

    def now(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1000


class FixedClock:
    """A clock that moves when it is told to."""

    rate = 1.0

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        """The instant it was set to."""
        return self.at
