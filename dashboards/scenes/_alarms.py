"""The open alarms, those first that nobody has acknowledged; and the sentence of a room in which there is none."""

from __future__ import annotations

from typing import Any

from app.alarms import watched, words_of
from app.language import _, ngettext, pgettext
from app.numerals import grouped
from app.safetext import clean
from app.vocabulary import Alarm
from app.wording import duration
from dashboards.scenes._sight import NAME_LIMIT, Sight

ROWS = 4
"""What stands below one another on a wall."""


def headline(sight: Sight) -> dict[str, Any]:
    """How many alarms are open, and how many of them wait for somebody; in a calm room how the feeds do."""
    found = _open(sight)
    waiting = sum(alarm.waits for alarm in found)
    return {
        "n": grouped(len(found)),
        "label": ngettext("alarm", "alarms", len(found)),
        "sub": _seen(waiting) if found else _feeds(sight),
        "waits": waiting > 0,
    }


def alarms(sight: Sight) -> dict[str, Any]:
    """``rows`` of the open alarms, and ``more`` in words for those that have no room; without any since when."""
    found = _open(sight)
    shown = found[:ROWS]
    rest = found[len(shown) :]
    waiting = sum(alarm.waits for alarm in rest)
    more = _("and {n} more, {waiting} of them not acknowledged") if waiting else _("and {n} more, all acknowledged")
    return {
        "rows": [_row(sight, alarm) for alarm in shown],
        "more": more.format(n=grouped(len(rest)), waiting=grouped(waiting)) if rest else "",
        "calm": "" if found else f"{_calm_since(sight)}, {_feeds(sight)}",
    }


def watching(sight: Sight) -> dict[str, Any]:
    """What is watched for, and what was over last."""
    over = max(_over(sight), key=lambda alarm: (alarm.cleared_at or 0, alarm.id), default=None)
    last = None
    if over is not None and over.cleared_at is not None:
        words = words_of(over, sight.board)
        last = {"at": sight.time(over.cleared_at), "title": words.title, "name": words.name}
    return {"for": watched(sight.watch, sight.source_limits_s), "last": last}


def _seen(waiting: int) -> str:
    if not waiting:
        return _("all acknowledged")
    return ngettext("{n} not acknowledged", "{n} not acknowledged", waiting).format(n=grouped(waiting))


def _open(sight: Sight) -> list[Alarm]:
    """The open alarms: those that wait first, then the newest."""
    found = [alarm for alarm in sight.board.alarms.values() if alarm.is_open]
    return sorted(found, key=lambda alarm: (not alarm.waits, -alarm.raised_at, alarm.id))


def _over(sight: Sight) -> list[Alarm]:
    return [alarm for alarm in sight.board.alarms.values() if not alarm.is_open]


def _calm_since(sight: Sight) -> str:
    over = max((alarm.cleared_at or 0 for alarm in _over(sight)), default=0)
    return _("since {time}").format(time=sight.time(over)) if over else sight.since


def _feeds(sight: Sight) -> str:
    n = len(sight.silent)
    if n:
        return ngettext("{n} feed not answering", "{n} feeds not answering", n).format(n=grouped(n))
    return _("all feeds live") if sight.board.sources else _("no feed is known yet")


def _row(sight: Sight, alarm: Alarm) -> dict[str, Any]:
    words = words_of(alarm, sight.board)
    seen = ""
    if alarm.acknowledged_at is not None:
        seen = _("{name} at {time}").format(
            name=clean(alarm.acknowledged_by, NAME_LIMIT), time=sight.time(alarm.acknowledged_at)
        )
    return {
        "title": words.title,
        "name": words.name,
        "said": words.said,
        "since": pgettext("an alarm", "since {time}").format(time=sight.time(alarm.since)),
        "lasts": duration(max(0, sight.now - alarm.since)),
        "waits": alarm.waits,
        "seen": seen,
    }
