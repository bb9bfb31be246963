"""Feed health: whom the picture comes from, when each was last heard, how much beside the normal, what was refused."""

from __future__ import annotations

from app.language import N_
from dashboards.scenes._feeds import headline, sources
from dashboards.scenes._scene import Scene

SCENE = Scene(
    name="feeds",
    title=N_("Feed health"),
    place=6,
    hold_s=30,
    panels={"headline": headline, "sources": sources},
)
