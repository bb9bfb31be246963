"""Marks that are drawn beside text: a dot with its interval on a shared logarithmic axis. Lengths in rem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from app.amounts import short
from app.hedged import Hedged, Qualifier

LEFT, RIGHT, WIDTH = 2.0, 25.6, 36.0
"""Where the axis begins and ends in its column, and how wide that is: labels stand to the right of their dots."""

DECADES = (3, 5)
"""How many decades an axis has: at least, and at most."""

DOT = 1.0
"""Half of a dot."""

GAP = 0.6
OPEN_END = 3.0
"""How long the line of a bound is that has no other end."""

DIGIT = 1.75
"""Width of a digit of a label, as wide as a wide one."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole decades from ten to the ``low`` to ten to the ``high``."""

    low: int
    high: int

    @classmethod
    def around(cls, figures: Iterable[Hedged]) -> Axis:
        """An axis on which the figures have room; the largest, where they need more decades than there are."""
        known = [figure for figure in figures if not figure.is_absent]
        high = max((ceil(log10(max(1, figure.most or figure.least))) for figure in known), default=6)
        low = min((floor(log10(max(1, figure.least or figure.most or 1))) for figure in known), default=3)
        low = max(0, min(low, high - DECADES[0]), high - DECADES[1])
        return cls(low, max(high, low + DECADES[0]))

    def at(self, n: int) -> float:
        """The place of a number; what is below the axis stands at its left end."""
        share = (log10(max(1, n)) - self.low) / (self.high - self.low)
        return round(LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, share)), 2)

    @property
    def ticks(self) -> list[dict[str, Any]]:
        """Its decades, no more than three of them with a label."""
        inner = range(self.low, self.high + 1)
        step = 2 if len(inner) > 4 else 1
        return [
            {"x": self.at(10**n), "label": short(Hedged.exactly(10**n)) if not (self.high - n) % step else ""}
            for n in inner
        ]


def dot_on(axis: Axis, figure: Hedged) -> dict[str, Any] | None:
    """The dot, its bar and its label, which stands right of them where there is room, else left. None if not known.

    A bound has a line from its end into the direction in which the number may be; an interval has no dot.
    """
    if figure.is_absent:
        return None
    least = axis.at(figure.least)
    most = least if figure.most is None else axis.at(figure.most)
    left, right, dot = least, most, None if figure.value is None else axis.at(figure.value)
    if figure.qualifier in (Qualifier.MORE_THAN, Qualifier.AT_LEAST):
        left, right, dot = least, least + OPEN_END, least
    elif figure.qualifier in (Qualifier.LESS_THAN, Qualifier.AT_MOST):
        left, right, dot = max(0.0, most - OPEN_END), most, most
    ends = (min(left, (dot or left) - DOT), max(right, (dot or right) + DOT))
    label = short(figure)
    is_right = ends[1] + GAP + len(label) * DIGIT <= WIDTH
    return {
        "x": dot,
        "left": round(left, 2),
        "width": round(right - left, 2),
        "label_x": round(ends[1] + GAP if is_right else ends[0] - GAP, 2),
        "anchor": "start" if is_right else "end",
    }
