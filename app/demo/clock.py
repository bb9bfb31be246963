"""The room's time while the story plays: a week in some minutes, slower on the last morning, then like any clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.demo.beats import utc
from app.demo.story import END, START
from app.vocabulary import SECOND, Instant


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of the story up to ``until``, which takes ``share`` of the playing time."""

    until: Instant
    share: float


LEGS = (
    Leg(utc("2018-10-26T09:00"), 0.60),
    Leg(utc("2018-10-26T13:40"), 0.15),
    Leg(utc("2018-10-26T14:08"), 0.20),
    Leg(END, 0.05),
)
"""A week in the first part, the last morning in the second, the 20 minutes of the removal in the third."""


class StoryClock:
    """A ``Clock`` that runs from ``START`` to ``END`` in ``minutes`` real minutes, and at the real rate from then on.

    It starts when it is made. ``real`` gives seconds that only grow. With no minutes at all it starts at ``END``.
    """

    def __init__(self, minutes: float = 3.0, real: Callable[[], float] = time.monotonic) -> None:
        self._real = real
        self._began = real()
        self._playing_s = max(0.0, minutes) * 60

    @property
    def rate(self) -> float:
        """Seconds of room time in one real second, now."""
        return self._read()[1]

    def now(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z, in room time."""
        return self._read()[0]

    def _read(self) -> tuple[int, float]:
        left_s = self._real() - self._began
        begin: int = START
        for leg in LEGS:
            lasts_s = leg.share * self._playing_s
            if left_s < lasts_s:
                rate = (leg.until - begin) / SECOND / lasts_s
                return begin + int(left_s * rate * SECOND), rate
            left_s -= lasts_s
            begin = leg.until
        return begin + int(left_s * SECOND), 1.0
