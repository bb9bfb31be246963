"""One wall as the room has set it up, and who changed it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from app.errors import NotFound
from app.language import _
from app.safetext import clean
from app.tables import wall_changes, walls
from app.walls.distance import Hanging
from app.walls.programme import Entry, Place

Mode = Literal["live", "replay", "exercise"]


@dataclass(frozen=True, slots=True)
class Wall:
    """What a wall is to show. ``replay`` names what is played while ``mode`` is not live. Instants in µs."""

    id: str
    hanging: Hanging
    programme: tuple[Entry, ...]
    pinned: Place | None
    on_alarm: bool
    blank: bool
    message: str
    mode: Mode
    replay: str | None
    paired_at: int
    changed_by: str
    changed_at: int

    @property
    def name(self) -> str:
        """What it is called."""
        return self.hanging.name


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed what about a wall, in words, and when (µs)."""

    at: int
    who: str
    what: str


def list_walls(connection: Connection) -> list[Wall]:
    """All walls, by name whatever its case."""
    found = [_wall(row) for row in connection.execute(select(walls))]
    return sorted(found, key=lambda wall: (wall.name.casefold(), wall.id))


def find_wall(connection: Connection, id: str) -> Wall:
    """The wall of an id. Raises NotFound."""
    row = connection.execute(select(walls).where(walls.c.id == id)).first()
    if row is None:
        raise NotFound(_("there is no wall {id}").format(id=repr(clean(id, 40))))
    return _wall(row)


def wall_called(connection: Connection, name: str) -> Wall | None:
    """The wall of a name, whatever its case."""
    return next((wall for wall in list_walls(connection) if wall.name.casefold() == name.casefold()), None)


def changes_of(connection: Connection, wall: str, most: int = 50) -> list[Change]:
    """The latest changes of a wall, the newest first."""
    newest = select(wall_changes).where(wall_changes.c.wall == wall).order_by(wall_changes.c.place.desc())
    return [Change(row.at, row.who, row.what) for row in connection.execute(newest.limit(most))]


def _wall(row: Row[Any]) -> Wall:
    said = row._asdict()
    said["hanging"] = Hanging(*(said.pop(part) for part in ("name", "distance_cm", "height_cm")))
    said["programme"] = tuple(Entry.of(entry) for entry in json.loads(row.programme))
    said["pinned"] = None if row.pinned is None else Place(**json.loads(row.pinned))
    return Wall(**said)
