"""What the forms that decide have in common: what was seen, what was typed, and what to say where others were first."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi import Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.access import Visitor
from app.board import Board
from app.errors import BadRequest, Conflict
from app.language import N_, _
from app.networks import Network
from app.review import Change, Overtaken, Word
from app.vocabulary import ID_PATTERN, RecordType
from dashboards.desk.shell import Desk, field

Row = dict[str, Any]

DONE = {
    RecordType.STAGE_CHANGED: N_("changed the stage"),
    RecordType.ATTRIBUTION_ASSESSED: N_("assessed who is behind it"),
    RecordType.NETWORKS_MERGED: N_("merged networks"),
    RecordType.MERGE_UNDONE: N_("undid a merge"),
    RecordType.NETWORK_SPLIT: N_("split a network"),
    RecordType.SPLIT_UNDONE: N_("undid a split"),
    RecordType.NETWORK_ASSIGNED: N_("gave it to somebody"),
    RecordType.NETWORK_CHECKED_OUT: N_("took it up"),
    RecordType.NETWORK_CHECKED_IN: N_("gave it back"),
    RecordType.MERGE_REJECTED: N_("rejected a merge"),
    RecordType.DETECTOR_DISOWNED: N_("disowned a source"),
    RecordType.RECORD_WITHDRAWN: N_("took a decision back"),
}
"""What somebody did, after their name."""


def token() -> str:
    """What tells one form from another that says the same."""
    return uuid.uuid4().hex


def seen_of(form: FormData, networks: Iterable[str]) -> dict[str, int]:
    """Up to where the log was seen by whoever filled the form in, for each network that it is about."""
    text = field(form, "seen")
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise BadRequest("seen", _("say which picture you saw: open the page again"))
    return dict.fromkeys(networks, int(text))


def named(board: Board, typed: str, name: str) -> Network:
    """The network that somebody typed, by its id or its name. Raises BadRequest, naming the field."""
    typed = typed.strip()
    if not typed:
        raise BadRequest(name, _("type the id or the name of a network"))
    network = board.find(typed) if ID_PATTERN.fullmatch(typed) else None
    if network is not None:
        return network
    found = [each for each in board.networks.values() if each.name.casefold() == typed.casefold()]
    if len(found) > 1:
        raise BadRequest(name, _("several networks are called so: type the id of one"))
    if not found:
        raise BadRequest(name, _("there is no network of this id or name"))
    return found[0]


def _overtaken_page(desk: Desk, visitor: Visitor, changes: Sequence[Change], back: str) -> Response:
    """What others have decided in the meantime, and the way back to the form, which then shows it."""
    rows = [
        {
            "who": change.by,
            "what": _(DONE[change.type]),
            "when": desk.time(change.recorded_at),
            "about": sorted(change.about - {""}),
            "why": str(change.data.get("why", "")),
        }
        for change in changes
    ]
    return desk.page("desk/merging/overtaken.html", "Networks", visitor, 409, changes=rows, back=back)


Asked = Callable[[], tuple[Sequence[Word], str]]
"""What a form asks for as words, and the address of what it showed, for whoever was not the first."""


def decided(
    desk: Desk,
    form: FormData,
    visitor: Visitor,
    asked: Asked,
    *,
    onward: str,
    again: Callable[[dict[str, str], int], Response],
    clash: str,
    about: Sequence[str] | None = None,
) -> Response:
    """Decide, and go ``onward``; or the page ``again``, with what is wrong by field; or what others decided meanwhile.

    What contradicts what has been decided is said at the field ``clash``. ``about`` are the networks that must not have
    changed unseen: those of the words, unless given.
    """
    try:
        words, back = asked()
        seen = seen_of(form, word_ids(words) if about is None else about)
        desk.decisions.decide(words, by=visitor.name, seen=seen, once=field(form, "once"))
    except BadRequest as wrong:
        return again({wrong.field: wrong.reason}, 400)
    except Overtaken as first:
        return _overtaken_page(desk, visitor, first.changes, back)
    except Conflict as conflict:
        return again({clash: str(conflict)}, 409)
    return RedirectResponse(onward, 303)


def word_ids(words: Sequence[Word]) -> list[str]:
    """The networks that words are about."""
    ids: dict[str, None] = {}
    for word in words:
        others = word.data.get("absorbed") or word.data.get("others") or word.data.get("into") or ()
        ids.update(dict.fromkeys([word.subject or "", *([others] if isinstance(others, str) else others)]))
    ids.pop("", None)
    return list(ids)
