"""A network has been in its stage for longer than it may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.alarms import Cause, Look
from app.language import N_, _
from app.vocabulary import HOUR, SECOND, Alarm, Stage, Watch
from app.wording import duration, stage_name

NAME = "stage_limit"
TITLE = N_("Overdue")


def causes(look: Look) -> Iterator[Cause]:
    """One a network; since it entered its stage."""
    for network in look.board.networks.values():
        hours = look.watch.limits_h.get(network.stage)
        # Whole seconds, as the stage board counts them.
        if hours is not None and (look.now - network.stage_since) // SECOND > hours * HOUR // SECOND:
            yield Cause(NAME, network.id, network.stage_since, part=str(network.stage), limit=hours * HOUR // SECOND)


def said(alarm: Alarm) -> str:
    """Where, and what the limit is: "in Confirmed for more than 48 h"."""
    stage = stage_name(Stage(alarm.part)) if alarm.part in list(Stage) else alarm.part
    return _("in {stage} for more than {duration}").format(stage=stage, duration=duration((alarm.limit or 0) * SECOND))


def watched(watch: Watch, _limits_s: Mapping[str, int]) -> str:
    """The limits by stage."""
    limits = [f"{stage_name(stage)} {duration(hours * HOUR)}" for stage, hours in watch.limits_h.items()]
    return _("stage limits: {limits}").format(limits=", ".join(limits)) if limits else ""
