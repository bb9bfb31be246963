"""Alarms: what is above its threshold and who has seen it; or, in a calm room, since when nothing is."""

from __future__ import annotations

from app.language import N_
from dashboards.scenes._alarms import alarms, headline, watching
from dashboards.scenes._scene import Scene

SCENE = Scene(
    name="alarms",
    title=N_("Alarms"),
    place=8,
    hold_s=20,
    panels={"headline": headline, "alarms": alarms, "watching": watching},
    distance=4.5,
)
