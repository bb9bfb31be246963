"""Situation: what stands, what is overdue, what just happened, and how far each network has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.board import Board
from app.vocabulary import Watch
from dashboards.render import SITUATION_TOPICS, render_situation_page
from dashboards.scenes import heading
from dashboards.scenes._heroes import heroes
from dashboards.scenes._map import world
from dashboards.scenes._note import note
from dashboards.scenes._sight import Sight
from dashboards.scenes._stages import stages
from dashboards.scenes._strip import strip
from dashboards.scenes._ticker import ticker

NAME = "situation"
TITLE = "Situation"
PLACE = 0
HOLD_S = 60
TOPICS = SITUATION_TOPICS

page = render_situation_page

_PANELS: dict[str, Callable[[Sight], Any]] = {
    "note": note,
    "heroes": heroes,
    "strip": strip,
    "ticker": ticker,
    "stages": stages,
    "map": world,
}


def panels(
    board: Board, now: int, watch: Watch, source_limits_s: Mapping[str, int]
) -> dict[str, Callable[[], dict[str, Any]]]:
    """Each panel as something to call: it gives the part of the view that its template reads."""
    sight = Sight(board, now, watch, source_limits_s)

    def part(name: str, draw: Callable[[Sight], Any]) -> Callable[[], dict[str, Any]]:
        return lambda: {name: draw(sight)}

    return {name: part(name, draw) for name, draw in _PANELS.items()}


def view(board: Board, now: int, watch: Watch, source_limits_s: Mapping[str, int]) -> dict[str, Any]:
    """The whole view, as ``situation/page.html`` describes it."""
    whole: dict[str, Any] = {"scene": heading(NAME)}
    for draw in panels(board, now, watch, source_limits_s).values():
        whole |= draw()
    return whole
