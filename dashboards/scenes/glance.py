"""Glance: the four headlines, what is overdue and how long to the vote, for those who are farther away."""

from __future__ import annotations

from app.language import N_
from dashboards.scenes._glance import band, foot, heroes
from dashboards.scenes._scene import Scene

SCENE = Scene(
    name="glance",
    title=N_("Glance"),
    place=7,
    hold_s=20,
    panels={"heroes": heroes, "band": band, "foot": foot},
    distance=5.7,
)
