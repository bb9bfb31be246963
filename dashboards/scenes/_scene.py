"""What a scene is: its panels, each with what its template reads, and the charts among them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.board import Board
from app.safetext import clean
from app.vocabulary import Watch
from dashboards.render import render_fault, render_fragment
from dashboards.scenes._sight import Sight

Payload = str | Mapping[str, Any]
"""What a frame carries: HTML, or the columns of a chart."""

log = logging.getLogger(__name__)


class Chart(Protocol):
    """A module of ``dashboards.figures``."""

    def figure(self) -> dict[str, Any]:
        """The Plotly figure without any records in it."""
        ...

    def columns(self, view: Any) -> dict[str, Any]:
        """What is bound to it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One scene of a wall.

    ``name`` is what addresses and topics call it, ``title`` what its header says, ``place`` where it stands in the
    rotation, ``hold_s`` for how many seconds it is shown there. ``panels`` give each panel, numbers first, the part of
    the view that its template ``NAME/_PANEL.html`` reads; those named in ``charts`` travel as columns instead.
    A scene with ``about`` is of one thing, which its topics name: "network".
    ``distance`` is the largest viewing distance, in heights of the screen, at which all of it can be read.
    """

    name: str
    title: str
    place: int
    hold_s: int
    panels: Mapping[str, Callable[[Sight], Any]]
    charts: Mapping[str, Chart] = field(default_factory=dict)
    about: str = ""
    distance: float = 3.3

    def topics(self, subject: str = "") -> tuple[str, ...]:
        """Its panels as the live feed names them: ``NAME/PANEL``, and ``NAME/PANEL/SUBJECT`` where it is of one."""
        return tuple(f"{self.name}/{panel}{'/' + subject if subject else ''}" for panel in self.panels)

    def part(self, panel: str, sight: Sight) -> dict[str, Any]:
        """The part of the view that one panel reads, under its name."""
        return {panel: self.panels[panel](sight)}

    def view(
        self, board: Board, now: int, watch: Watch, source_limits_s: Mapping[str, int], subject: str = ""
    ) -> dict[str, Any]:
        """The parts of all panels, at the room's time ``now`` (µs)."""
        sight = Sight(board, now, watch, source_limits_s, subject)
        return {panel: draw(sight) for panel, draw in self.panels.items()}

    def payload(self, panel: str, view: Mapping[str, Any]) -> Payload:
        """What a frame of one panel carries."""
        if panel in self.charts:
            return self.charts[panel].columns(view[panel])
        return render_fragment(f"{self.name}/{panel}", view)

    def draw(self, panel: str, sight: Sight) -> Payload:
        """``payload`` as it stands; a panel that cannot be drawn says so in its place, and the log says why."""
        try:
            return self.payload(panel, self.part(panel, sight))
        except Exception:
            log.exception("%s/%s %s could not be drawn", self.name, panel, clean(sight.subject, 128, empty=""))
            return render_fault(sight.now, sight.watch.zone)
