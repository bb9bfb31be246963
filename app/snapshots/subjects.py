"""What can be frozen, in words: a scope, one network, or what a scene of a wall shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.board import Board
from app.errors import NotFound
from app.language import _
from app.nouns import day, list_words, platform_name, stage_name
from app.snapshots.content import Subject
from app.vocabulary import UNAPPROVED, UNDETERMINED, Rung, Scope, Watch
from app.wording import country_name, rung_name

MOST_WORDS = 200
"""Characters of the words for a scope; what is in it stands beside them."""


def of_scope(board: Board, scope: Scope, watch: Watch) -> Subject:
    """A scope by what narrows it. Raises NotFound for networks that are not known."""
    for id in scope.network:
        if board.find(id) is None:
            raise NotFound(f"there is no network {id[:80]!r}")
    return Subject(scope, scope_words(board, scope, watch.zone))


def of_scene(board: Board, name: str, title: str, watch: Watch, *, about: str = "", subject: str = "") -> Subject:
    """What a scene shows: one network where it is ``about`` one, else the networks of the watch.

    As on the wall, the reach is that of all networks that are open now. Raises NotFound for a network not known.
    """
    if about:
        network = board.find(subject)
        if network is None:
            raise NotFound(f"there is no network {subject[:80]!r}")
        words = _("{scene}: {network}").format(scene=title, network=network.name)
        return Subject(Scope(network=(network.id,)), words, name)
    return Subject(Scope(since=watch.first_day), title, name, Scope(open_only=True))


def scope_words(board: Board, scope: Scope, zone: str) -> str:
    """A scope in words: "All networks", "Harbour Finch", "Networks: aimed at United States; open"."""
    said = [
        say(board, values if isinstance(values := getattr(scope, field), tuple) else (values,))
        for field, say in _CLAUSES.items()
        if getattr(scope, field)
    ]
    if scope.open_only:
        said.append(_("open"))
    if scope.since is not None:
        said.append(_("open on {day} or first seen since").format(day=day(scope.since, zone, year=True)))
    names = list_words([board.name_of(id).strip() or id for id in scope.network])
    if names and not said:
        return names[:MOST_WORDS]
    if not said:
        return _("All networks")
    words = _("{networks}: {limits}").format(networks=names or _("Networks"), limits="; ".join(said))
    return words[:MOST_WORDS]


Say = Callable[[Board, Sequence[Any]], str]


def _list(say: Callable[[Any], str]) -> Callable[[Sequence[Any]], str]:
    return lambda values: list_words([say(value) for value in values])


_COUNTRIES = _list(country_name)

_CLAUSES: Mapping[str, Say] = {
    "election": lambda board, ids: list_words(
        [board.elections[id].name if id in board.elections else id for id in ids]
    ),
    "origin": lambda _board, codes: _("reported from {countries}").format(countries=_COUNTRIES(codes)),
    "target": lambda _board, codes: _("aimed at {countries}").format(countries=_COUNTRIES(codes)),
    "topic": lambda _board, topics: list_words(list(topics)),
    "platform": lambda _board, names: _("on {platforms}").format(platforms=_list(platform_name)(names)),
    "stage": lambda _board, stages: _list(stage_name)(stages),
    "detector": lambda _board, sources: list_words(list(sources)),
    "rung": lambda _board, rungs: _list(_rung)(rungs),
    "attributed": lambda _board, codes: _list(_attributed)(codes),
}


def _rung(rung: str) -> str:
    return _("nothing approved") if rung == UNAPPROVED else rung_name(Rung(rung))


def _attributed(code: str) -> str:
    return _("origin undetermined") if code == UNDETERMINED else country_name(code)
