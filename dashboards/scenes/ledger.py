"""Takedown ledger: what was detected, ordered, removed, stated and given back, and how long each step took."""

from __future__ import annotations

from dashboards.scenes._ledger import headline, takedowns
from dashboards.scenes._scene import Scene

SCENE = Scene(
    name="ledger",
    title="Takedown ledger",
    place=4,
    hold_s=40,
    panels={"headline": headline, "takedowns": takedowns},
)
