"""Far more assets were detected in an hour than is normal at that time of day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.alarms import Cause, Look
from app.arrivals import DAYS, LEAST_DAYS
from app.hedged import Hedged
from app.language import N_, _
from app.numerals import localized
from app.vocabulary import BIN, DAY, HOUR, Alarm, Scope, Watch
from app.wording import counted, short

NAME = "detection_spike"
TITLE = N_("Spike")

LEAST = 10
"""Fewer detections than this in an hour are no spike, whatever is normal."""


def causes(look: Look) -> Iterator[Cause]:
    """At most one. Normal is the most that the same hour had on the days before, since the first detection."""
    if not look.watch.spike:
        return
    end = look.now // BIN * BIN
    found = [(int(row.rest), row.n) for row in look.board.fold(Scope()).rows("found")]
    first = min((at for at, _ in found), default=end)

    def hour(days_ago: int) -> int:
        until = end - days_ago * DAY
        return sum(n for at, n in found if until - HOUR <= at < until)

    before = [hour(days) for days in range(1, DAYS + 1) if end - days * DAY - HOUR >= first]
    if len(before) < LEAST_DAYS:
        return
    limit = max(LEAST, int(max(before) * look.watch.spike))
    now = hour(0)
    if now > max(LEAST, *before):
        yield Cause(NAME, "", end - HOUR, figure=Hedged.exactly(now), limit=limit, is_sure=now > limit)


def said(alarm: Alarm) -> str:
    """How many: "214 assets detected in an hour, alarm above 60"."""
    figure = Hedged.nothing_said() if alarm.figure is None else alarm.figure
    return _("{assets} detected in an hour, alarm above {limit}").format(
        assets=counted(figure, _("asset"), _("assets")), limit=short(Hedged.exactly(alarm.limit or 0))
    )


def watched(watch: Watch, _limits_s: Mapping[str, int]) -> str:
    """How many times the normal."""
    if not watch.spike:
        return ""
    return _("detections above {n} times the normal for the hour").format(n=localized(f"{watch.spike:g}"))
