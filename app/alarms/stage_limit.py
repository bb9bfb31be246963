"""A network has been in its stage for longer than it may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.alarms import Cause, Look
from app.language import N_, _
from app.vocabulary import HOUR, SECOND, Alarm, Scope, Stage, Watch
from app.wording import duration, stage_name

NAME = "stage_limit"
TITLE = N_("Overdue")


def causes(look: Look) -> Iterator[Cause]:
    """What the stage board calls overdue, one a network; since it entered its stage."""
    board = look.board.measure("stages", Scope(), now=look.now, watch=look.watch)
    for stage in board["stages"]:
        for row in stage["networks"]:
            if row["overdue"]:
                yield Cause(NAME, row["id"], row["since"], part=stage["stage"], limit=row["limit_s"])


def said(alarm: Alarm) -> str:
    """Where, and what the limit is: "in Confirmed for more than 48 h"."""
    stage = stage_name(Stage(alarm.part)) if alarm.part in list(Stage) else alarm.part
    return _("in {stage} for more than {duration}").format(stage=stage, duration=duration((alarm.limit or 0) * SECOND))


def watched(watch: Watch, _limits_s: Mapping[str, int]) -> str:
    """The limits by stage."""
    limits = [f"{stage_name(stage)} {duration(hours * HOUR)}" for stage, hours in watch.limits_h.items()]
    return _("stage limits: {limits}").format(limits=", ".join(limits)) if limits else ""
