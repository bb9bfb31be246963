"""The scenes that walls can be told to show, and the one that an exception asks for."""

from __future__ import annotations

from functools import cache

from app.board import Board
from app.walls import Piece, Place, Repertoire
from dashboards.scenes import all_scenes


@cache
def repertoire() -> Repertoire:
    """Every scene, in the order of the rotation."""
    return {
        scene.name: Piece(scene.name, scene.title, scene.hold_s, scene.distance, scene.about)
        for scene in all_scenes().values()
    }


def asked_for(board: Board) -> Place | None:
    """The scene of the alarms while one waits that nobody has acknowledged; None in a calm room."""
    return Place("alarms") if any(alarm.waits for alarm in board.alarms.values()) else None
