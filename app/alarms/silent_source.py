"""A source has been silent for longer than is normal for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.alarms import Cause, Look
from app.language import N_, _, ngettext
from app.numerals import grouped
from app.silence import silences
from app.vocabulary import SECOND, Alarm, Watch
from app.wording import duration

NAME = "silent_source"
TITLE = N_("Silent")


def causes(look: Look) -> Iterator[Cause]:
    """One a source past its limit; since it was last heard."""
    board, limits = look.board, look.source_limits_s
    for silence in silences(board.sources, limits, now=look.now, watch_began=look.watch.first_day):
        yield Cause(NAME, silence.source, silence.since, limit=limits[silence.source])


def said(alarm: Alarm) -> str:
    """How long it may be: "not answering for more than 10 min"."""
    return _("not answering for more than {duration}").format(duration=duration((alarm.limit or 0) * SECOND))


def watched(_watch: Watch, limits_s: Mapping[str, int]) -> str:
    """How many sources have a limit."""
    n = len(limits_s)
    return ngettext("silence of {n} feed", "silence of {n} feeds", n).format(n=grouped(n)) if n else ""
