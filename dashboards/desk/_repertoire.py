"""The scenes that walls can be told to show, and the one that an exception asks for."""

from __future__ import annotations

from functools import cache

from app.walls import Piece, Place, Repertoire
from dashboards.scenes import Sight, all_scenes


@cache
def repertoire() -> Repertoire:
    """Every scene, in the order of the rotation."""
    return {
        scene.name: Piece(scene.name, scene.title, scene.hold_s, scene.distance, scene.about)
        for scene in all_scenes().values()
    }


def asked_for(sight: Sight) -> Place | None:
    """Situation while something is overdue or a source is silent past its limit; None in a calm room."""
    alarmed = bool(sight.silent) or any(row["overdue"] for row in sight.standing.values())
    return Place("situation") if alarmed else None
