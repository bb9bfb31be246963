"""Network focus: one network, where it stands, what it is made of, whom it reached, and what may be said of it."""

from __future__ import annotations

from app.language import N_
from dashboards.scenes._focus import claims, head, of_known
from dashboards.scenes._focus_activity import facts
from dashboards.scenes._focus_assets import kinds
from dashboards.scenes._focus_reach import reach
from dashboards.scenes._overlap import overlap
from dashboards.scenes._scene import Scene

SCENE = Scene(
    name="focus",
    title=N_("Network focus"),
    place=3,
    hold_s=30,
    panels={
        "head": of_known(head),
        "reach": of_known(reach),
        "facts": of_known(facts),
        "kinds": of_known(kinds),
        "claims": of_known(claims),
        "overlap": of_known(overlap),
    },
    about="network",
)
