"""Networks: one row each of those that ask for work, the largest first, and of those closed last."""

from __future__ import annotations

from app.language import N_
from dashboards.scenes._networks import closed_networks, open_networks
from dashboards.scenes._scene import Scene

SCENE = Scene(
    name="networks",
    title=N_("Networks"),
    place=1,
    hold_s=40,
    panels={"open": open_networks, "closed": closed_networks},
)
