"""The stage board: which networks stand in which stage, for how long, and which have been there for too long."""

from __future__ import annotations

from app.measures._figures import Json
from app.measures._fold import Ask, Fold
from app.vocabulary import HOUR, SECOND, Stage
from app.wording import definition, do_not_write

NAME = "stages"


def limit_s(stage: Stage, ask: Ask) -> int | None:
    """How many seconds a network may stay in a stage, None where there is no limit."""
    hours = ask.watch.limits_h.get(stage)
    return None if hours is None else hours * HOUR // SECOND


def measure(fold: Fold, ask: Ask) -> Json:
    """The pipeline in its order, in each stage the longest first."""
    stages: dict[Stage, list[Json]] = {stage: [] for stage in Stage}
    for network in sorted(fold.networks, key=lambda network: (network.stage_since, network.id)):
        limit, held = limit_s(network.stage, ask), max(0, ask.now - network.stage_since) // SECOND
        stages[network.stage].append(
            {
                "id": network.id,
                "name": network.name,
                "since": network.stage_since,
                "held_s": held,
                "limit_s": limit,
                "overdue": limit is not None and held > limit,
            }
        )
    return {
        "stages": [{"stage": str(stage), "n": len(found), "networks": found} for stage, found in stages.items()],
        "definition": definition("stages"),
        "do_not_write": do_not_write("stages"),
    }
