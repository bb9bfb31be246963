"""The control topics: what each wall is told to show, as a frame like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from app.access import CONTROL
from app.database import Database
from app.walls.distance import default_programme
from app.walls.programme import Place, Repertoire
from app.walls.wall import Wall, find_wall, list_walls

NEAR = 1.0
"""Viewing distance, in heights of the screen, of one that nobody measured: every scene holds there."""

UNTOLD: Mapping[str, Any] = MappingProxyType(
    {
        "wall": "",
        "name": "",
        "pinned": None,
        "alarm": None,
        "blank": False,
        "message": "",
        "mode": "live",
        "replay": None,
    }
)

Alarm = Callable[[], Place | None]
"""What an alarm asks to be shown now; None where nothing is above its threshold."""


def control_topic(wall: str) -> str:
    """The topic of what a wall is told."""
    return f"{CONTROL}{wall}"


def control_of(wall: Wall, repertoire: Repertoire, alarm: Place | None = None) -> dict[str, Any]:
    """What a wall is told: nothing but scenes that there are, and an alarm only where it is to follow them."""
    scenes = [entry for entry in wall.programme if entry.place.scene in repertoire]
    pinned = wall.pinned if wall.pinned is not None and wall.pinned.scene in repertoire else None
    return {
        "wall": wall.id,
        "name": wall.name,
        "scenes": [entry.as_json() for entry in scenes or default_programme(repertoire, wall.hanging.ratio)],
        "pinned": None if pinned is None else pinned.as_json(),
        "alarm": alarm.as_json() if alarm is not None and wall.on_alarm else None,
        "blank": wall.blank,
        "message": wall.message,
        "mode": wall.mode,
        "replay": wall.replay,
    }


class Controls:
    """Draws the control topics that are watched, read anew at each look: another process may have changed them."""

    def __init__(self, database: Database, repertoire: Repertoire) -> None:
        self._database = database
        self._repertoire = repertoire

    def draw(self, topics: Iterable[str], alarm: Alarm) -> dict[str, dict[str, Any]]:
        """What the walls of these topics are told. A wall that is not there any more is told nothing."""
        wanted = {topic.removeprefix(CONTROL): topic for topic in topics if topic.startswith(CONTROL)}
        if not wanted:
            return {}
        with self._database.read() as connection:
            found = [wall for wall in list_walls(connection) if wall.id in wanted]
        asked = alarm() if any(wall.on_alarm for wall in found) else None
        return {wanted[wall.id]: control_of(wall, self._repertoire, asked) for wall in found}

    def of(self, wall: str | None, alarm: Alarm) -> dict[str, Any]:
        """What one wall is told. A screen that is no wall's shows every scene in turn. Raises NotFound."""
        if wall is None:
            scenes = [entry.as_json() for entry in default_programme(self._repertoire, NEAR)]
            return {**UNTOLD, "scenes": scenes}
        with self._database.read() as connection:
            found = find_wall(connection, wall)
        return control_of(found, self._repertoire, alarm() if found.on_alarm else None)
