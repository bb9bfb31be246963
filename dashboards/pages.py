"""The page of a wall: one header, and under it every scene that the wall shows, complete before any message comes.

What stands in a panel is the payload that its frame would carry, so that page and frames cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.access import CONTROL
from app.language import _
from app.vendored import STATIC
from dashboards.render import LIVE_PATH, clock_words, render_page
from dashboards.scenes import ROOM, Payload, Scene, Sight

LINKED = ["header", "link", "live"]
"""What a page runs that follows the room."""

TURNING = ["programme", "life"]
"""What a wall runs that nobody sits at."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A scene on a page: ``subject`` is what it is about, ``payloads`` what its panels show."""

    scene: Scene
    payloads: Mapping[str, Payload]
    subject: str = ""

    @classmethod
    def of(cls, scene: Scene, sight: Sight) -> Shown:
        """A scene as it stands now."""
        return cls(scene, {panel: scene.draw(panel, sight) for panel in scene.panels}, sight.subject)

    @property
    def topics(self) -> tuple[str, ...]:
        """What the live feed calls its panels."""
        return self.scene.topics(self.subject)

    def topic(self, panel: str) -> str:
        """What the live feed calls one of them."""
        return dict(zip(self.payloads, self.topics, strict=True))[panel]

    def html(self, panel: str) -> Markup:
        """A panel for the page. A chart that could not be drawn has its apology instead."""
        payload = self.payloads[panel]
        return Markup(payload) if isinstance(payload, str) else Markup("")  # noqa: S704 - from our own templates

    def columns(self, panel: str) -> Mapping[str, Any] | None:
        """The columns of a chart, None where it could not be drawn."""
        payload = self.payloads[panel]
        return None if isinstance(payload, str) else payload

    def figure(self, panel: str) -> dict[str, Any]:
        """The figure of a chart."""
        return self.scene.charts[panel].figure()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a wall hangs: its theme, the room's zone, how fast the room's time runs, and which build serves.

    An empty ``version`` lets the page accept the first that it hears of. ``mode`` is what it looks at: "live", "past",
    "replay" or "exercise", these two ``speed`` times as fast as it was. ``live`` is the address of its feed, if any.
    """

    theme: str = "night"
    zone: str = "UTC"
    rate: float = 1.0
    version: str = ""
    mode: str = "live"
    speed: int = 0
    live: str = LIVE_PATH

    @property
    def mark(self) -> str:
        """What nobody may overlook: that this is not what is now. Empty where it is."""
        marks = {"past": _("As it stood"), "replay": _("Replay {n}×"), "exercise": _("Exercise {n}×")}
        return marks.get(self.mode, "").format(n=self.speed)


def render_wall(
    scenes: Sequence[Shown],
    note: Payload,
    around: Surroundings,
    *,
    now: int,
    seq: int = 0,
    epoch: str = "",
    control: Mapping[str, Any] | None = None,
) -> str:
    """A wall that has these scenes, and shows the first; the others in turn where ``control`` says so.

    ``now`` is the room's time in µs and ``seq`` the log position of what is shown. ``epoch`` is what the live feed must
    agree with; empty accepts the first that it hears of.
    """
    told = [f"{CONTROL}{control['wall']}"] if control is not None and control["wall"] else []
    return render_page(
        "wall_page.html",
        scenes=scenes,
        note=Markup(note) if isinstance(note, str) else "",  # noqa: S704 - from our own templates
        sheets=_sheets(scenes),
        theme=around.theme,
        zone=around.zone,
        clock=clock_words(now, around.zone),
        now=now,
        rate=around.rate,
        seq=seq,
        epoch=epoch,
        version=around.version,
        mode=around.mode,
        mark=around.mark,
        modules=["wall", "chart", "clocks", *LINKED * bool(around.live), *TURNING * (control is not None)],
        control=control,
        live_topics=[*ROOM.topics(), *(topic for shown in scenes for topic in shown.topics), *told],
        live_path=around.live,
    )


def _sheets(scenes: Sequence[Shown]) -> list[str]:
    own = dict.fromkeys(f"scenes/{shown.scene.name}" for shown in scenes)
    return ["tokens", "base", "wall", *(sheet for sheet in own if (STATIC / "css" / f"{sheet}.css").is_file())]
