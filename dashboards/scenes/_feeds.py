"""The feeds: one row a source that has sent records or was to have, those that need somebody first."""

from __future__ import annotations

from typing import Any

from app.amounts import short
from app.arrivals import Arrivals, Rate, Slot
from app.hedged import Hedged
from app.language import N_, _, ngettext
from app.numerals import grouped
from app.silence import Silence, called
from app.vocabulary import SECOND
from app.wording import duration
from dashboards.scenes._sight import Sight

ROWS = 7
"""What stands below one another on a wall."""

LAG_WORDS = (N_("1 s"), N_("10 s"), N_("1 min"), N_("10 min"), N_("1 h"))
"""The classes of ``app.arrivals.LAGS``."""

NEVER = Arrivals()


def headline(sight: Sight) -> dict[str, Any]:
    """How many feeds are live, what came in the last hour beside the normal, and what was refused in 24 hours."""
    names = _names(sight)
    late = len(sight.silent)
    rate = _all(sight).rate(sight.now)
    refused = sum(sight.refused.values())
    return {
        "live": {
            "n": grouped(len(names) - late),
            "label": ngettext("feed live", "feeds live", len(names) - late),
            "sub": _late(late) if late else _none_late(sight, len(names)),
            "is_held": late > 0,
        },
        "rate": {
            "n": short(Hedged.exactly(rate.records)),
            "label": _("records in the last hour"),
            "sub": _normal(rate),
        },
        "refused": {"n": short(Hedged.exactly(refused)), "label": _("refused in 24 h"), "sub": _refused_words(sight)},
    }


def sources(sight: Sight) -> dict[str, Any]:
    """``rows`` of the feeds that matter most now, and ``more`` in words for the others."""
    silent = {silence.source: silence for silence in sight.silent}
    rows = [_row(sight, name, silent.get(name)) for name in _names(sight)]
    rows.sort(key=lambda row: (not row["held"], not row["odd"], -row["refused_n"], row["name"].casefold(), row["id"]))
    shown = rows if len(rows) <= ROWS else rows[: ROWS - 1]
    rest = rows[len(shown) :]
    held = sum(row["held"] for row in rest)
    more = _("and {n} more, {late} past their limits") if held else _("and {n} more, all within their limits")
    return {
        "rows": shown,
        "more": more.format(n=grouped(len(rest)), late=grouped(held)) if rest else "",
        "empty": not rows,
    }


def _names(sight: Sight) -> list[str]:
    return sorted({*sight.board.sources, *sight.source_limits_s})


def _row(sight: Sight, name: str, silence: Silence | None) -> dict[str, Any]:
    source = sight.board.sources.get(name)
    arrivals = sight.board.arrivals.get(name, NEVER)
    rate = arrivals.rate(sight.now)
    limit_s = sight.source_limits_s.get(name)
    refused = sight.refused.get(name, 0)
    return {
        "id": name,
        "at": name.rstrip("/").rpartition("/")[0].removeprefix("//"),
        "name": called(name),
        "last": _("never") if source is None else sight.time(source.recorded_at),
        "limit": _("no limit set")
        if limit_s is None
        else _("limit {duration}").format(duration=duration(limit_s * SECOND)),
        "held": silence is not None,
        "hours": arrivals.hours(sight.now),
        "rate": short(Hedged.exactly(rate.records)),
        "odd": _("fewer than normal") if rate.is_low else _("more than normal") if rate.is_high else "",
        "normal": _normal(rate),
        "refused": short(Hedged.exactly(refused)),
        "refused_n": refused,
        "lag": _lag_words(arrivals.lag(sight.now)),
    }


def _all(sight: Sight) -> Arrivals:
    slots: dict[int, Slot] = {}
    for arrivals in sight.board.arrivals.values():
        for number, slot in arrivals.slots.items():
            slots[number] = slots[number] + slot if number in slots else slot
    return Arrivals(slots)


def _normal(rate: Rate) -> str:
    """What is normal at this time of day: "normally 31 to 58"."""
    if rate.low is None or rate.high is None:
        return _("not known what is normal")
    low, high = short(Hedged.exactly(rate.low)), short(Hedged.exactly(rate.high))
    return (_("normally {low}") if low == high else _("normally {low} to {high}")).format(low=low, high=high)


def _late(n: int) -> str:
    return ngettext("{n} past its limit", "{n} past their limit", n).format(n=grouped(n))


def _none_late(sight: Sight, known: int) -> str:
    if not known:
        return _("none is known yet")
    return _("none past its limit") if sight.source_limits_s else _("no limits are set")


def _refused_words(sight: Sight) -> str:
    unnamed = sight.refused.get("", 0)
    if unnamed:
        return ngettext("{n} of them named no source", "{n} of them named no source", unnamed).format(
            n=grouped(unnamed)
        )
    froms = sum(1 for n in sight.refused.values() if n)
    return ngettext("from {n} source", "from {n} sources", froms).format(n=grouped(froms)) if froms else _("nothing")


def _lag_words(place: int | None) -> dict[str, str]:
    """How late half of the records of the last 24 hours came: the number, and what it is."""
    if place is None:
        return {"n": "–", "sub": _("none in 24 h")}
    if place == len(LAG_WORDS):
        return {"n": f">{_(LAG_WORDS[-1])}", "sub": _("half took longer")}
    return {"n": _(LAG_WORDS[place]), "sub": _("half came within")}
