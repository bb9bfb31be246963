"""What a form offers to be frozen: a scope in the words of an address, or a scene of a wall."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import FormData

from app.errors import BadRequest
from app.language import _
from app.scopes import scope_of
from app.snapshots.subjects import scope_words
from dashboards.desk.shell import Desk, field

Row = dict[str, Any]


class Pairs:
    """The words of a scope, as a query has them."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def multi_items(self) -> list[tuple[str, str]]:
        """Names and values, in order."""
        return self._pairs


def whats(desk: Desk, chosen: str) -> list[Row]:
    """What the form offers: the scope that it was opened with, all networks, the open ones, and every scene."""
    found = {"scope:": _("All networks"), "scope:open=true": _("Open networks")}
    if chosen.startswith("scope:") and chosen not in found:
        with contextlib.suppress(BadRequest):
            asked = scope_of(Pairs(parse_qsl(chosen.removeprefix("scope:"))))
            found = {chosen: scope_words(desk.alarms.board(), asked, desk.zone), **found}
    for piece in desk.control.repertoire.values():
        found[f"scene:{piece.name}"] = _("Scene: {title}").format(title=_(piece.title))
    return [{"value": value, "words": words} for value, words in found.items()]


def chosen(form: FormData) -> tuple[str, list[tuple[str, str]]]:
    """What a form says is to be frozen: a scene, empty for none, and the words of a scope."""
    kind, _colon, rest = field(form, "what").partition(":")
    scene = rest if kind == "scene" else ""
    pairs = [] if scene else parse_qsl(rest)
    if network := field(form, "network").strip():
        pairs = [pair for pair in pairs if pair[0] != "network"] + [("network", network)]
    return scene, pairs
