"""What the charts of Tempo share: one time axis, its rules, a scale of round ends, and places for words. In rem.

The axis runs in weeks from now, always as far back and ahead, so that whatever comes the rule of now stays in place.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.nouns import NARROW
from app.safetext import plotly_label

WEEKS = (-21.0, 3.0)
"""Where the axis begins and ends."""

WIDTH_REM = 133.6
"""Width that the Tempo grid leaves for a chart: columns 4 to 12."""

LINE_REM = 2.9
"""Height of a line of words."""

_TOPS = {1.0: 0.5, 1.5: 1.0, 2.0: 1.0, 3.0: 2.0, 4.0: 2.0, 5.0: 2.5, 6.0: 3.0, 8.0: 4.0, 10.0: 5.0}
"""Round ends of a scale, and the round number below each that gets a line."""

Json = dict[str, Any]


def empty(traces: Sequence[Json], **layout: Any) -> Json:
    """A figure without records: its traces and the time axis, nothing that moves or answers to a hand."""
    axis = {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False}
    return {
        "data": list(traces),
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": "--font", "size": "2.4rem", "color": "--ink2"},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "transition": {"duration": 0},
            "xaxis": {**axis, "range": list(WEEKS)},
            "yaxis": {**axis, "range": [0, 1]},
            **layout,
        },
        "config": {
            "staticPlot": True,
            "displayModeBar": False,
            "displaylogo": False,
            "showSendToCloud": False,
            "plotlyServerURL": "",
        },
    }


def scale(largest: float) -> tuple[float, float]:
    """A round number that is no smaller, as the end of a scale, and a round one below it. Never below ten."""
    size: float = 10 ** math.floor(math.log10(max(10.0, largest)))
    top = next(top for top in _TOPS if top * size >= largest)
    return top * size, _TOPS[top] * size


def at_rem(x: float) -> float:
    """Where an instant of the axis stands."""
    return (x - WEEKS[0]) / (WEEKS[1] - WEEKS[0]) * WIDTH_REM


def at_week(rem: float) -> float:
    """The instant of the axis that stands there."""
    return round(WEEKS[0] + rem / WIDTH_REM * (WEEKS[1] - WEEKS[0]), 3)


def rule(x: float, color: str, foot: float = 0.0, **line: Any) -> Json:
    """An upright line at an instant, from ``foot`` (a part of the height) to the top."""
    ends = {"x0": x, "x1": x, "yref": "paper", "y0": foot, "y1": 1}
    return {"type": "line", **ends, "line": {"color": color, "width": "0.25rem", **line}, "layer": "below"}


def rules(votes: Iterable[Mapping[str, Any]], foot: float = 0.0) -> list[Json]:
    """The rules of the elections, dotted, and that of now."""
    dotted = [rule(vote["x"], "--axis", foot, dash="0.25rem,0.45rem") for vote in votes]
    return [*dotted, rule(0.0, "--ink1", foot)]


def level(y: float, color: str, width: str) -> Json:
    """A line along the whole axis."""
    ends = {"xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y}
    return {"type": "line", **ends, "line": {"color": color, "width": width}, "layer": "below"}


def words(text: str, x: float, y: float, **more: Any) -> Json:
    """Words beside a mark. What of them comes from outside is made safe here: Plotly reads tags in every text.

    The narrow space before a unit is ours and stays.
    """
    return {
        "text": NARROW.join(map(plotly_label, text.split(NARROW))),
        "x": x,
        "y": y,
        "showarrow": False,
        "borderpad": 0,
        **more,
    }


def wide_rem(text: str) -> float:
    """About how wide words are, and rather too much."""
    return sum(2.5 if unicodedata.east_asian_width(c) in "WF" else 1.8 if c.isupper() else 1.32 for c in text)


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of a chart, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Whether the two have anything in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


def free(candidates: Iterable[Box], taken: Sequence[Box], height: float) -> Box | None:
    """The first place on the chart at which nothing stands."""
    for box in candidates:
        inside = box.x >= 0 and box.y >= 0 and box.x + box.width <= WIDTH_REM and box.y + box.height <= height
        if inside and not any(box.meets(other) for other in taken):
            return box
    return None
