"""The chart of durations of printed pages: bars from a common zero as shares of the width, and the scale below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.briefing import Lasting
from app.language import _, pgettext
from app.numerals import grouped

Json = dict[str, Any]

MINUTE_S, HOUR_S, DAY_S, WEEK_S = 60, 3_600, 86_400, 604_800

STEPS = (
    *((n, MINUTE_S) for n in (5, 15)),
    *((n, HOUR_S) for n in (1, 3, 6, 12)),
    *((n, DAY_S) for n in (1, 2)),
    *((n, WEEK_S) for n in (1, 2, 4, 13, 26, 52, 104, 260, 520, 2_600, 26_000)),
)
"""How far apart lines of the scale may stand."""

MOST_LINES = 9

ROOM, LETTER = 0.76, 0.0125
"""Shares of the width: of the longest bar at most, and of a letter of the words that stand behind each bar."""


def chart(lasting: Sequence[Lasting], median: tuple[int, str] | None, safe: Callable[[str], str]) -> Json:
    """Bars, ticks and the median; every ``x`` is a share of the width of the plot. ``safe`` makes a name fit to set."""
    longest = max((each.total_s for each in lasting), default=0) or MINUTE_S
    full = max([longest / ROOM, *(each.total_s / (1 - LETTER * (len(each.words) + 1)) for each in lasting)])
    n, unit = next(((n, unit) for n, unit in STEPS if longest <= n * unit * MOST_LINES), STEPS[-1])
    step = n * unit
    return {
        "bars": [_bar(each, full, safe) for each in lasting],
        "ticks": [
            {"x": place * step / full, "words": _tick(place, n, unit)}
            for place in range(int(full // step) + 1)
            if place * step <= full * 0.985
        ],
        "median": None if median is None else {"x": median[0] / full, "words": median[1]},
        "alt": "; ".join(f"{safe(each.network.text)}: {each.words}" for each in lasting),
    }


def _bar(lasting: Lasting, full: float, safe: Callable[[str], str]) -> Json:
    return {
        "name": safe(lasting.network.text),
        "open": lasting.open,
        "late": lasting.overdue,
        "confirmed": None if lasting.confirmed_s is None else lasting.confirmed_s / full,
        "x": lasting.total_s / full,
        "words": lasting.words,
    }


def _tick(place: int, n: int, unit: int) -> str:
    """The first line of a scale says its unit, the others are numbers."""
    if place != 1:
        return grouped(place * n)
    words = {
        MINUTE_S: _("{n} min"),
        HOUR_S: _("{n} h"),
        DAY_S: _("{n} d"),
        WEEK_S: pgettext("on a scale", "{n} week") if n == 1 else pgettext("on a scale", "{n} weeks"),
    }
    return words[unit].format(n=grouped(n))
