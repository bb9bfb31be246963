"""Situation: what stands, what is overdue, what just happened, and how far each network has come."""

from __future__ import annotations

from app.language import N_
from dashboards.figures import situation_map
from dashboards.scenes._heroes import heroes
from dashboards.scenes._map import world
from dashboards.scenes._scene import Scene
from dashboards.scenes._stages import stages
from dashboards.scenes._strip import strip
from dashboards.scenes._ticker import ticker

SCENE = Scene(
    name="situation",
    title=N_("Situation"),
    place=0,
    hold_s=60,
    panels={"heroes": heroes, "strip": strip, "ticker": ticker, "stages": stages, "map": world},
    charts={"map": situation_map},
)
