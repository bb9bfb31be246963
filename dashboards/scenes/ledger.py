"""Takedown ledger: what was detected, ordered, removed, stated and given back, and how long each step took."""

from __future__ import annotations

from app.language import N_
from dashboards.scenes._ledger import headline, takedowns
from dashboards.scenes._scene import Scene

SCENE = Scene(
    name="ledger",
    title=N_("Takedown ledger"),
    place=4,
    hold_s=40,
    panels={"headline": headline, "takedowns": takedowns},
)
