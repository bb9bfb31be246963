"""Countries: a sign for each that open networks aim at or that votes, with what is open there and what time it is."""

from __future__ import annotations

from app.language import N_
from dashboards.scenes._countries import signs
from dashboards.scenes._scene import Scene

SCENE = Scene(
    name="countries",
    title=N_("Countries"),
    place=5,
    hold_s=30,
    panels={"signs": signs},
)
