"""The programme of a wall as a form: rows that are typed into, moved, removed and added by plain buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData

from app.errors import BadRequest
from app.language import _
from app.safetext import clean
from app.walls import Entry, Place, Repertoire
from dashboards.desk.shell import field, fields

Row = dict[str, Any]


def programme_rows(programme: Sequence[Entry]) -> list[Row]:
    """A programme as the form shows it."""
    return [
        {"scene": entry.place.scene, "subject": entry.place.subject, "hold_s": str(entry.hold_s)} for entry in programme
    ]


def typed_rows(form: FormData) -> list[Row]:
    """The rows as they were sent, whatever is in them."""
    columns = (fields(form, "scene"), fields(form, "subject"), fields(form, "hold_s"))
    return [
        {"scene": scene, "subject": subject.strip(), "hold_s": hold_s.strip()}
        for scene, subject, hold_s in zip(*columns, strict=False)
    ]


def rearranged(form: FormData, repertoire: Repertoire) -> list[Entry]:
    """The programme that a form asks for: its rows, and what the pressed button (``do``) does to them.

    Buttons: ``save``, ``add`` (the scene in ``new_scene``), ``up:1``, ``down:0``, ``remove:2``. Raises BadRequest.
    """
    entries = [_entry(row, at) for at, row in enumerate(typed_rows(form))]
    do, _colon, which = field(form, "do").partition(":")
    at = int(which) if which.isascii() and which.isdecimal() and len(which) < 4 else -1
    if do == "add":
        place = Place(field(form, "new_scene"), field(form, "new_subject").strip())
        piece = repertoire.get(place.scene)
        return [*entries, Entry(place, piece.hold_s if piece is not None else 60)]
    if do in ("up", "down", "remove") and not 0 <= at < len(entries):
        raise BadRequest("programme", _("this row is not there any more: look again"))
    if do == "remove":
        return entries[:at] + entries[at + 1 :]
    other = at + {"up": -1, "down": 1}.get(do, 0)
    if do in ("up", "down") and 0 <= other < len(entries):
        entries[at], entries[other] = entries[other], entries[at]
    return entries


def _entry(row: Row, at: int) -> Entry:
    hold_s = row["hold_s"]
    if not (hold_s.isascii() and hold_s.isdecimal() and len(hold_s) <= 6):
        reason = _("{typed} is no number of seconds").format(typed=repr(clean(hold_s, 20, empty=_("nothing"))))
        raise BadRequest(f"programme.{at}.hold_s", reason)
    return Entry(Place(row["scene"], row["subject"]), int(hold_s))
