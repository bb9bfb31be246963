"""Tempo: how long from detection to removal, how many accounts were reached at any time, and what is left to remove."""

from __future__ import annotations

from app.language import N_
from dashboards.figures import tempo_assets, tempo_reach
from dashboards.scenes._scene import Scene
from dashboards.scenes._tempo import assets, reach, weeks
from dashboards.scenes._tempo_durations import durations
from dashboards.scenes._tempo_reach import line

SCENE = Scene(
    name="tempo",
    title=N_("Tempo"),
    place=2,
    hold_s=40,
    panels={"durations": durations, "reach": reach, "assets": assets, "line": line, "weeks": weeks},
    charts={"line": tempo_reach, "weeks": tempo_assets},
)
