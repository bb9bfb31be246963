"""What a lead does about walls. Each change that changes something is written down with who made it, and when."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.access import close_sessions_of_wall
from app.access.pairing import let_go
from app.access.tables import sessions
from app.errors import BadRequest
from app.language import N_, _
from app.numerals import grouped
from app.replay import Mark, Stretch
from app.safetext import clean
from app.tables import wall_changes, walls
from app.walls.distance import Hanging, check_size
from app.walls.programme import Entry, Place, Repertoire, check_place, check_programme, programme_words
from app.walls.wall import Wall, find_wall, list_walls, wall_called

MOST_LETTERS = 60
"""Of a wall's name."""

LONGEST_MESSAGE = 120

_A: dict[Mark, str] = {"replay": N_("a replay"), "exercise": N_("an exercise")}


def make_wall(connection: Connection, hanging: Hanging, programme: Sequence[Entry], *, by: str, now: int) -> Wall:
    """A new wall, live, not blank, driven by alarms, with no screen yet. Raises BadRequest."""
    fit = _fit_name(connection, hanging.name)
    check_size(hanging)
    id = secrets.token_hex(6)
    state = {"on_alarm": True, "blank": False, "message": "", "mode": "live"}
    size = {"distance_cm": hanging.distance_cm, "height_cm": hanging.height_cm}
    made = {"paired_at": now, "changed_by": by, "changed_at": now}
    connection.execute(insert(walls).values(id=id, name=fit, programme=_as_text(programme), **size, **state, **made))
    write_down(connection, id, _("made the wall: {size}").format(size=hanging.words()), by=by, now=now)
    return find_wall(connection, id)


def set_up(connection: Connection, wall: Wall, hanging: Hanging, *, by: str, now: int) -> None:
    """Another name, viewing distance and height of the screen. Raises BadRequest."""
    fit = _fit_name(connection, hanging.name, but=wall.id)
    check_size(hanging)
    if fit != wall.name:
        _change(connection, wall, _("renamed it from {name}").format(name=wall.name), by=by, now=now, name=fit)
        connection.execute(update(sessions).where(sessions.c.wall == wall.id).values(name=fit))
    size = {"distance_cm": hanging.distance_cm, "height_cm": hanging.height_cm}
    if size != {"distance_cm": wall.hanging.distance_cm, "height_cm": wall.hanging.height_cm}:
        _change(connection, wall, _("said how it hangs: {size}").format(size=hanging.words()), by=by, now=now, **size)


def set_programme(
    connection: Connection, wall: Wall, programme: Sequence[Entry], repertoire: Repertoire, *, by: str, now: int
) -> None:
    """What the wall shows in turn. Raises BadRequest."""
    check_programme(programme, repertoire)
    if tuple(programme) != wall.programme:
        what = _("set the programme: {scenes}").format(scenes=programme_words(programme, repertoire))
        _change(connection, wall, what, by=by, now=now, programme=_as_text(programme))


def pin(connection: Connection, wall: Wall, place: Place, repertoire: Repertoire, *, by: str, now: int) -> None:
    """Show one scene and no other, until it is unpinned. Raises BadRequest."""
    check_place(place, repertoire)
    if place != wall.pinned:
        pinned = json.dumps(place.as_json())
        _change(
            connection, wall, _("pinned {scene}").format(scene=place.words(repertoire)), by=by, now=now, pinned=pinned
        )


def unpin(connection: Connection, wall: Wall, *, by: str, now: int) -> None:
    """Let the programme go on."""
    if wall.pinned is not None:
        _change(connection, wall, _("unpinned it"), by=by, now=now, pinned=None)


def blank(connection: Connection, wall: Wall, is_blank: bool, *, by: str, now: int) -> None:
    """Show nothing, or show again what was shown."""
    if is_blank != wall.blank:
        _change(connection, wall, _("blanked it") if is_blank else _("showed it again"), by=by, now=now, blank=is_blank)


def blank_all(connection: Connection, is_blank: bool, *, by: str, now: int) -> int:
    """``blank`` for every wall at once. Returns how many that changed."""
    others = [wall for wall in list_walls(connection) if wall.blank != is_blank]
    for wall in others:
        blank(connection, wall, is_blank, by=by, now=now)
    return len(others)


def set_message(connection: Connection, wall: Wall, text: str, *, by: str, now: int) -> None:
    """The message line; empty for none. What is kept is safe to show. Raises BadRequest where it is too long."""
    message = clean(text[: 10 * LONGEST_MESSAGE], empty="")
    if len(message) > LONGEST_MESSAGE:
        raise BadRequest(
            "message",
            _("{n} characters: a message line holds {most}").format(n=grouped(len(message)), most=LONGEST_MESSAGE),
        )
    if message != wall.message:
        what = _("wrote the message: {message}").format(message=message) if message else _("took the message away")
        _change(connection, wall, what, by=by, now=now, message=message)


def set_on_alarm(connection: Connection, wall: Wall, is_on: bool, *, by: str, now: int) -> None:
    """Whether an alarm changes what the wall shows."""
    if is_on != wall.on_alarm:
        what = _("turned the alarm-driven scene on") if is_on else _("turned the alarm-driven scene off")
        _change(connection, wall, what, by=by, now=now, on_alarm=is_on)


def play(connection: Connection, wall: Wall, stretch: Stretch | None, *, by: str, now: int) -> None:
    """Play a stretch of the past on a wall, or None: make it live again."""
    mode, replay = (stretch.mark, str(stretch)) if stretch is not None else ("live", None)
    if replay != wall.replay:
        what = _("made it live again")
        if stretch is not None:
            what = _("began to play, as {a_replay}: {stretch}").format(
                a_replay=_(_A[stretch.mark]), stretch=stretch.words
            )
        _change(connection, wall, what, by=by, now=now, mode=mode, replay=replay)


def revoke(connection: Connection, wall: Wall, *, by: str, now: int) -> bool:
    """Sign the wall's screen out for good, within five seconds wherever it is. False where it had none.

    The wall stays as it is set up: another screen can be paired to be it.
    """
    let_go(connection, wall.id)
    ended = close_sessions_of_wall(connection, wall.id) > 0
    if ended:
        _change(connection, wall, _("signed its screen out"), by=by, now=now)
    return ended


def forget(connection: Connection, wall: Wall, *, by: str, now: int) -> None:
    """Take a wall off the list, its screen signed out. What was done about it stays written down."""
    revoke(connection, wall, by=by, now=now)
    write_down(connection, wall.id, _("took {wall} off the list").format(wall=wall.name), by=by, now=now)
    connection.execute(delete(walls).where(walls.c.id == wall.id))


def write_down(connection: Connection, wall: str, what: str, *, by: str, now: int) -> None:
    """Add to what was done about a wall."""
    last = connection.scalar(select(func.max(wall_changes.c.place)).where(wall_changes.c.wall == wall)) or 0
    row = {"wall": wall, "place": last + 1, "at": now, "who": by, "what": what}
    connection.execute(insert(wall_changes).values(row))


def _change(connection: Connection, wall: Wall, what: str, *, by: str, now: int, **columns: Any) -> None:
    found = walls.c.id == wall.id
    connection.execute(update(walls).where(found).values(**columns, changed_by=by, changed_at=now))
    write_down(connection, wall.id, what, by=by, now=now)


def _fit_name(connection: Connection, name: str, *, but: str = "") -> str:
    fit = clean(name[: 10 * MOST_LETTERS], empty="")
    if not fit:
        raise BadRequest("name", _("a wall needs a name that can be read"))
    if len(fit) > MOST_LETTERS:
        raise BadRequest(
            "name", _("{n} characters: a wall's name has at most {most}").format(n=len(fit), most=MOST_LETTERS)
        )
    other = wall_called(connection, fit)
    if other is not None and other.id != but:
        raise BadRequest("name", _("there is a wall called {name} already").format(name=other.name))
    return fit


def _as_text(programme: Sequence[Entry]) -> str:
    return json.dumps([entry.as_json() for entry in programme])
