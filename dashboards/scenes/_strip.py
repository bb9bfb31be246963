"""The strip below the headlines: how many networks are open, what is overdue, and how long until the vote."""

from __future__ import annotations

from typing import Any

from app.vocabulary import DAY, SECOND, Stage
from app.wording import duration, stage_name
from dashboards.scenes._countdown import countdown
from dashboards.scenes._sight import FRESH, Json, Sight


def strip(sight: Sight) -> dict[str, Any]:
    """Its three members."""
    return {"open": _open(sight), "exception": _exception(sight), "countdown": countdown(sight)}


def _open(sight: Sight) -> dict[str, Any]:
    n = len(sight.open)
    return {
        "n": f"{n:,}",
        "label": "network open" if n == 1 else "networks open",
        "sub": _beside_yesterday(n, _open_at(sight, sight.now - DAY)) if sight.board.networks else "none recorded yet",
        "fresh": n != _open_at(sight, sight.now - FRESH),
    }


def _open_at(sight: Sight, at: int) -> int:
    return sum(network.was_open(at) for network in sight.board.networks.values())


def _beside_yesterday(n: int, yesterday: int) -> str:
    """How many that is beside the same time yesterday."""
    if n == yesterday:
        return "as many as yesterday"
    by = abs(n - yesterday)
    return f"{'one' if by == 1 else f'{by:,}'} {'more' if n > yesterday else 'fewer'} than yesterday"


def _exception(sight: Sight) -> dict[str, Any]:
    """What is overdue, the longest by name; else the next limit; else that none runs."""
    limited = [row for row in sight.standing.values() if row["limit_s"] is not None]
    late = overdue(sight)
    if late:
        row, more = late[0], len(late) - 1
        rest = f", {duration(row['held_s'] * SECOND)} in {stage_name(Stage(row['stage']))}"
        return {
            "state": "overdue",
            "head": f"{len(late):,} overdue",
            "lead": "",
            "name": row["name"],
            "rest": f"{rest}, and {more:,} more" if more else rest,
        }
    if limited:
        row = min(limited, key=lambda row: (_due(row), row["id"]))
        lead = f"next limit {sight.time(_due(row))}, "
        return {"state": "calm", "head": "Nothing overdue", "lead": lead, "name": row["name"], "rest": ""}
    return {"state": "none", "head": "No limits running", "lead": "", "name": "", "rest": ""}


def overdue(sight: Sight) -> list[Json]:
    """The open networks that are past the limit of their stage, the longest first: rows of the stage measure."""
    late = [row for row in sight.standing.values() if row["limit_s"] is not None and row["overdue"]]
    return sorted(late, key=lambda row: (row["since"], row["id"]))


def _due(row: Json) -> int:
    """When a network will have been in its stage for as long as it may."""
    return int(row["since"] + row["limit_s"] * SECOND)
