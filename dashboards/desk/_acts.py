"""What the forms on a wall's page do: each act takes what was typed and does it about a wall, or raises BadRequest."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from starlette.datastructures import FormData

from app import walls
from app.access import Visitor
from app.walls import Hanging, Place, RoomControl, Wall, parse_metres
from dashboards.desk._programme import rearranged
from dashboards.desk.shell import field

Act = Callable[[Connection, Wall, RoomControl, FormData, Visitor, int], object]

PIN = "pin"
"""What "send this to the wall" does as well."""


def hanging_of(form: FormData) -> Hanging:
    """Name, distance and height as they were typed."""
    distance_cm, height_cm = (parse_metres(name, field(form, name)) for name in ("distance_m", "height_m"))
    return Hanging(field(form, "name"), distance_cm, height_cm)


def _hang(c: Connection, wall: Wall, _control: RoomControl, form: FormData, visitor: Visitor, now: int) -> None:
    walls.set_up(c, wall, hanging_of(form), by=visitor.name, now=now)


def _programme(c: Connection, wall: Wall, control: RoomControl, form: FormData, visitor: Visitor, now: int) -> None:
    entries = rearranged(form, control.repertoire)
    for at, entry in enumerate(entries):
        control.check_subject(entry.place, f"programme.{at}.subject")
    walls.set_programme(c, wall, entries, control.repertoire, by=visitor.name, now=now)


def _pin(c: Connection, wall: Wall, control: RoomControl, form: FormData, visitor: Visitor, now: int) -> None:
    place = Place(field(form, "scene"), field(form, "subject").strip())
    control.check_subject(place)
    walls.pin(c, wall, place, control.repertoire, by=visitor.name, now=now)


def _unpin(c: Connection, wall: Wall, _control: RoomControl, _form: FormData, visitor: Visitor, now: int) -> None:
    walls.unpin(c, wall, by=visitor.name, now=now)


def _blank(c: Connection, wall: Wall, _control: RoomControl, form: FormData, visitor: Visitor, now: int) -> None:
    walls.blank(c, wall, field(form, "blank") != "no", by=visitor.name, now=now)


def _message(c: Connection, wall: Wall, _control: RoomControl, form: FormData, visitor: Visitor, now: int) -> None:
    text = "" if field(form, "do") == "clear" else field(form, "message")
    walls.set_message(c, wall, text, by=visitor.name, now=now)


def _alarm(c: Connection, wall: Wall, _control: RoomControl, form: FormData, visitor: Visitor, now: int) -> None:
    walls.set_on_alarm(c, wall, field(form, "on") == "yes", by=visitor.name, now=now)


def _play(c: Connection, wall: Wall, control: RoomControl, form: FormData, visitor: Visitor, now: int) -> None:
    stretch = control.stretch(*(field(form, name) for name in ("mark", "first", "last", "speed")))
    walls.play(c, wall, stretch, by=visitor.name, now=now)


def _live(c: Connection, wall: Wall, _control: RoomControl, _form: FormData, visitor: Visitor, now: int) -> None:
    walls.play(c, wall, None, by=visitor.name, now=now)


def _revoke(c: Connection, wall: Wall, _control: RoomControl, _form: FormData, visitor: Visitor, now: int) -> None:
    walls.revoke(c, wall, by=visitor.name, now=now)


def _forget(c: Connection, wall: Wall, _control: RoomControl, _form: FormData, visitor: Visitor, now: int) -> None:
    walls.forget(c, wall, by=visitor.name, now=now)


ACTS: dict[str, Act] = {
    "hang": _hang,
    "programme": _programme,
    PIN: _pin,
    "unpin": _unpin,
    "blank": _blank,
    "message": _message,
    "alarm": _alarm,
    "play": _play,
    "live": _live,
    "revoke": _revoke,
    "forget": _forget,
}
"""By the last part of the address that their forms post to."""
