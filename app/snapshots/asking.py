"""What somebody asks to be frozen, as they wrote it: read once for the desk, the API and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.board import Board
from app.errors import BadRequest
from app.instants import past_instant
from app.language import _
from app.records import instant_of
from app.scopes import scope_of
from app.snapshots.content import Subject
from app.snapshots.freezing import Wanted
from app.snapshots.keeping import ID
from app.snapshots.since import NONE, Choice
from app.snapshots.subjects import of_scene, of_scope
from app.vocabulary import MAX_INTEGER, Scope, Tlp, Watch
from app.walls import Repertoire

Choose = Callable[[Board], Subject]


class Said:
    """Filters as an object has them: a value, or a list of values, by name."""

    def __init__(self, filters: Mapping[str, Any]) -> None:
        self._filters = filters

    def multi_items(self) -> list[tuple[str, str]]:
        """Names and values, in order."""
        return [(name, _word(value)) for name, said in self._filters.items() for value in _values(said)]


def _values(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def scope_said(filters: Mapping[str, Any]) -> Scope:
    """A scope as an object of filters. Raises BadRequest naming the filter."""
    return scope_of(Said(filters))


def wanted_of(  # noqa: PLR0913 - each is a field of the form
    *,
    name: str,
    tlp: str,
    names: bool,
    seq: str | int | None,
    at: str,
    embargo_until: str,
    since: str,
    now: int,
    zone: str,
) -> Wanted:
    """What is to be frozen, from its fields; ``now`` in µs. Raises BadRequest naming the field."""
    place = None if seq in (None, "") else _whole(str(seq))
    if place is not None and at.strip():
        raise BadRequest("seq", _("give a place of the log or a time, and not both"))
    return Wanted(
        name,
        label_of(tlp),
        names,
        place,
        past_instant(at, now, ZoneInfo(zone)) if at.strip() else None,
        _embargo(embargo_until.strip()),
        Choice(_earlier(since.strip())),
    )


def label_of(text: str) -> Tlp:
    """``TLP:GREEN``, or ``green``, as a label. Raises BadRequest naming ``tlp``."""
    word = text.strip().upper()
    try:
        return Tlp(word if word.startswith("TLP:") else f"TLP:{word}")
    except ValueError:
        raise BadRequest("tlp", _("choose one of {labels}").format(labels=", ".join(Tlp))) from None


def chooser(scope: Scope, scene: str, repertoire: Repertoire, watch: Watch) -> Choose:
    """What finds the subject on a board: a scope, or a scene of a wall.

    A scene that is of one network takes it from the scope; the others have a scope of their own. Raises BadRequest.
    """
    if not scene:
        return lambda board: of_scope(board, scope, watch)
    piece = repertoire.get(scene)
    if piece is None:
        raise BadRequest("scene", _("there is no such scene: {scenes}").format(scenes=", ".join(repertoire)))
    if not piece.about:
        if scope != Scope():
            raise BadRequest("scene", _("this scene has a scope of its own: leave the filters out"))
        return lambda board: of_scene(board, piece.name, _(piece.title), watch)
    if scope != Scope(network=scope.network) or len(scope.network) != 1:
        raise BadRequest("network", _("name the one network that this scene is about"))
    return lambda board: of_scene(board, piece.name, _(piece.title), watch, about=piece.about, subject=scope.network[0])


def _whole(text: str) -> int:
    if not (text.isascii() and text.strip().isdecimal() and len(text) <= 16 and int(text) <= MAX_INTEGER):
        raise BadRequest("seq", _("is no place of the log: write a whole number"))
    return int(text)


def _earlier(text: str) -> str:
    """With which snapshot it is compared: an id, ``none``, or nothing for the last one."""
    if text not in ("", NONE) and not ID.fullmatch(text):
        raise BadRequest("since", _("write the id of a snapshot, or none; or nothing, for the last one"))
    return text


def _embargo(text: str) -> int | None:
    if not text:
        return None
    try:
        return instant_of(text)
    except ValueError:
        raise BadRequest("embargo_until", _("is no instant: write 2018-10-26T21:00:00Z")) from None
