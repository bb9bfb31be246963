"""How a screen becomes that of a wall: a lead types the code that it shows, and it takes its session up."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, update

from app.access import Role, close_sessions_of_wall, open_session, walls_signed_in
from app.access.pairing import claim, collect, is_waiting, let_go, walls_awaited
from app.access.sessions import Opened
from app.errors import BadRequest, NotFound
from app.language import N_, _
from app.tables import walls
from app.walls.changes import make_wall, set_up, write_down
from app.walls.distance import Hanging, default_programme
from app.walls.programme import Repertoire
from app.walls.wall import Wall, find_wall, wall_called

NO_SUCH_CODE = N_("no screen shows this code: it may be older than 10 minutes, or typed already")


def pair(
    connection: Connection,
    code: str,
    hanging: Hanging,
    repertoire: Repertoire,
    *,
    by: str,
    at: int,
    now: int,
    key: bytes,
) -> Wall:
    """Make the screen that shows ``code`` a wall that hangs so, and return that.

    The name of a wall whose screen is signed out gives that wall another screen, with its programme as it was.
    ``at`` is the room's time, by which changes are written down, ``now`` real time, by which codes age. Raises
    BadRequest; ``code`` is its field where no screen shows such a one.
    """
    if not is_waiting(connection, code, now, key):
        raise BadRequest("code", _(NO_SUCH_CODE))
    wall = wall_called(connection, hanging.name.strip())
    if wall is not None and wall.id in walls_signed_in(connection, now):
        raise BadRequest(
            "name", _("{wall} has a screen: revoke that first, or give this one another name").format(wall=wall.name)
        )
    if wall is None:
        wall = make_wall(connection, hanging, default_programme(repertoire, hanging.ratio), by=by, now=at)
    else:
        set_up(connection, wall, replace(hanging, name=wall.name), by=by, now=at)
        let_go(connection, wall.id)
    connection.execute(update(walls).where(walls.c.id == wall.id).values(paired_at=at, changed_by=by, changed_at=at))
    claim(connection, code, wall.id, now, key)
    write_down(connection, wall.id, _("paired a screen"), by=by, now=at)
    return find_wall(connection, wall.id)


def take_up(connection: Connection, secret: str, now: int) -> Opened | None:
    """The session of the screen that holds a secret, once, and only after a lead has typed its code."""
    id = collect(connection, secret, now)
    if id is None:
        return None
    try:
        wall = find_wall(connection, id)
    except NotFound:
        return None
    close_sessions_of_wall(connection, wall.id)
    return open_session(connection, Role.WALL, wall.name, now, wall=wall.id)


def state_of(wall: Wall, signed_in: set[str], awaited: set[str]) -> str:
    """Whether a wall has a screen: "paired", "awaited" (its code was typed just now) or "signed out"."""
    return "paired" if wall.id in signed_in else "awaited" if wall.id in awaited else "signed out"


def states(connection: Connection, found: list[Wall], now: int) -> dict[str, str]:
    """``state_of`` for many walls, by id."""
    signed_in, awaited = walls_signed_in(connection, now), walls_awaited(connection, now)
    return {wall.id: state_of(wall, signed_in, awaited) for wall in found}
