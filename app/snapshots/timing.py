"""When briefings are due: every so many hours, or at times of the day by the room's clock on the wall. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.errors import BadRequest
from app.language import _
from app.vocabulary import HOUR, instant, moment

MOST_HOURS = 168
"""A week: what comes more seldom is better asked for by hand."""

MOST_TIMES = 24

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def times_of(text: str) -> tuple[time, ...]:
    """Times of the day as people write them, "06:00 18:30", in order. Raises BadRequest naming ``times``."""
    said = [_TIME.fullmatch(word) for word in text.replace(",", " ").split()]
    found = {time(int(each[1]), int(each[2])) for each in said if each is not None}
    if None in said or not 0 < len(found) <= MOST_TIMES:
        raise BadRequest("times", _("write times of the day, at most {n}: 06:00 18:30").format(n=MOST_TIMES))
    return tuple(sorted(found))


def times_words(times: Sequence[time]) -> str:
    """Times as they are kept and shown: "06:00 18:30"."""
    return " ".join(f"{each:%H:%M}" for each in times)


def next_by_hours(after: int, hours: int, anchor: int) -> int:
    """The first instant after ``after`` that is a whole multiple of ``hours`` from ``anchor`` (all µs)."""
    step = hours * HOUR
    return anchor + ((after - anchor) // step + 1) * step


def next_by_times(after: int, times: Sequence[time], zone: ZoneInfo) -> int:
    """The first instant (µs) after ``after`` at which a clock in ``zone`` shows one of ``times``.

    A time that a change of clocks leaves out comes once, so much later as the clocks went forward; one that it repeats
    comes the first time only.
    """
    today = moment(after).astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in (-1, 0, 1, 2)]
    # Of two readings of a local time, the first: PEP 495 gives one left out the offset from before the change.
    found = [instant(datetime.combine(day, each, zone)) for day in days for each in times]
    return min(at for at in found if at > after)
