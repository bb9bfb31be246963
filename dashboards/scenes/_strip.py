"""The strip below the headlines: how many networks are open, what is overdue, and how long until the vote."""

from __future__ import annotations

from typing import Any

from app.language import _, ngettext
from app.numerals import grouped
from app.vocabulary import DAY, SECOND, Stage
from dashboards.scenes._countdown import countdown
from dashboards.scenes._said import and_more, held_words
from dashboards.scenes._sight import FRESH, Json, Sight


def strip(sight: Sight) -> dict[str, Any]:
    """Its three members."""
    return {"open": _open(sight), "exception": _exception(sight), "countdown": countdown(sight)}


def _open(sight: Sight) -> dict[str, Any]:
    n = len(sight.open)
    return {
        "n": grouped(n),
        "label": ngettext("network open", "networks open", n),
        "sub": _beside_yesterday(sight, n) if sight.board.networks else _("none recorded yet"),
        "fresh": n != _open_at(sight, sight.now - FRESH),
    }


def _open_at(sight: Sight, at: int) -> int:
    return sum(network.was_open(at) for network in sight.board.networks.values())


def _beside_yesterday(sight: Sight, n: int) -> str:
    """How many that is beside the same time yesterday."""
    yesterday = _open_at(sight, sight.now - DAY)
    if n == yesterday:
        return _("as many as yesterday")
    by = abs(n - yesterday)
    if n > yesterday:
        return (_("one more than yesterday") if by == 1 else _("{n} more than yesterday")).format(n=grouped(by))
    return (_("one fewer than yesterday") if by == 1 else _("{n} fewer than yesterday")).format(n=grouped(by))


def _exception(sight: Sight) -> dict[str, Any]:
    """What is overdue, the longest by name; else the next limit; else that none runs."""
    limited = [row for row in sight.standing.values() if row["limit_s"] is not None]
    late = overdue(sight)
    if late:
        row, more = late[0], len(late) - 1
        held = held_words(row["held_s"] * SECOND, Stage(row["stage"]))
        return {
            "state": "overdue",
            "head": _("{n} overdue").format(n=grouped(len(late))),
            "lead": "",
            "name": row["name"],
            "rest": f", {and_more(held, more)}",
        }
    if limited:
        row = min(limited, key=lambda row: (_due(row), row["id"]))
        lead = _("next limit {time}, ").format(time=sight.time(_due(row)))
        return {"state": "calm", "head": _("Nothing overdue"), "lead": lead, "name": row["name"], "rest": ""}
    return {"state": "none", "head": _("No limits running"), "lead": "", "name": "", "rest": ""}


def overdue(sight: Sight) -> list[Json]:
    """The open networks that are past the limit of their stage, the longest first: rows of the stage measure."""
    late = [row for row in sight.standing.values() if row["limit_s"] is not None and row["overdue"]]
    return sorted(late, key=lambda row: (row["since"], row["id"]))


def _due(row: Json) -> int:
    """When a network will have been in its stage for as long as it may."""
    return int(row["since"] + row["limit_s"] * SECOND)
