"""The line of Tempo: accounts reached by the networks that were open at each time, with what made it fall most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.amounts import short
from app.hedged import Hedged
from dashboards.figures._timeline import (
    LINE_REM,
    WEEKS,
    WIDTH_REM,
    Box,
    Json,
    at_rem,
    at_week,
    empty,
    free,
    level,
    rules,
    scale,
    wide_rem,
    words,
)

HEIGHT_REM = 18.4

_FOOT_REM, _HEAD_REM = 0.9, 3.6
"""Below zero the room for the mark of now, and above the end of the scale that for words."""

_SCALE_REM = HEIGHT_REM - _FOOT_REM - _HEAD_REM

_AIR = 0.7
"""Between a line and the words beside it."""

_LIMIT = 60


def figure() -> Json:
    """The line with what is below it, the interval where the number is not known, and the mark of now."""
    area: Json = {"type": "scatter", "mode": "lines", "x": [], "y": [], "line": {"shape": "hv", "width": 0}}
    return empty(
        [
            {"name": "floor", **area, "fill": "tozeroy", "fillcolor": "--land"},
            {"name": "most", **area, "fill": "tonexty", "fillcolor": "--line"},
            {
                **area,
                "name": "line",
                "line": {"shape": "hv", "color": "--data1", "width": "0.35rem"},
                "cliponaxis": False,
            },
            {
                "name": "now",
                "type": "scatter",
                "mode": "markers",
                "x": [0.0],
                "y": [],
                "marker": {"size": "1.5rem", "color": "--ink1", "line": {"width": 0}},
                "cliponaxis": False,
            },
        ]
    )


def columns(view: Mapping[str, Any]) -> Json:
    """The line at the value, or at the least where there is none; to the most of an interval reaches a band."""
    xs = [point["x"] for point in view["points"]]
    figures: list[Hedged] = [point["figure"] for point in view["points"]]
    ys = [_drawn(figure) for figure in figures]
    floors = [y or 0 for y in ys]
    mosts = [_most(figure, floor) for figure, floor in zip(figures, floors, strict=True)]
    largest = max([*floors, *mosts])
    top, middle = scale(largest)
    chart = _Chart(top)
    # A line that a number is read off, where there is one to read.
    said = short(Hedged.exactly(round(middle))) if largest else ""
    corner = Box(WIDTH_REM - wide_rem(said), chart.y(middle) - LINE_REM, wide_rem(said), LINE_REM)
    taken = [corner, *chart.line(xs, floors), *chart.line(xs, mosts), *chart.rules([0.0])]
    crossing = chart.rules([vote["x"] for vote in view["votes"]])
    aside = {"xanchor": "right", "yanchor": "bottom", "font": {"color": "--ink3"}}
    return {
        "traces": {
            "floor": {"x": xs, "y": floors},
            "most": {"x": xs, "y": mosts},
            "line": {"x": xs, "y": ys},
            "now": {"y": ys[-1:]},
        },
        "layout": {
            "yaxis": {
                "visible": False,
                "fixedrange": True,
                "range": [-top * _FOOT_REM / _SCALE_REM, top * (1 + _HEAD_REM / _SCALE_REM)],
            },
            "shapes": [*([level(middle, "--line", "0.1rem")] if said else []), *rules(view["votes"])],
            "annotations": [
                *([words(said, WEEKS[1], middle, **aside)] if said else []),
                *chart.labels(view["falls"], taken, crossing),
            ],
        },
        "table": view["rows"],
    }


def _drawn(figure: Hedged) -> int | None:
    if figure.is_absent:
        return None
    return figure.least if figure.value is None or figure.low != figure.value else figure.value


def _most(figure: Hedged, floor: int) -> int:
    """The upper end of what is drawn: of a value with its rounding there is no band, and of an open end neither."""
    return floor if figure.value is not None and figure.low == figure.value else max(floor, figure.most or 0)


class _Chart:
    """Places on the chart whose scale ends at ``top``."""

    def __init__(self, top: float) -> None:
        self._top = top

    def y(self, n: float) -> float:
        """How far below the upper edge a number stands."""
        return _HEAD_REM + _SCALE_REM * (1 - n / self._top)

    def line(self, xs: Sequence[float], ys: Sequence[float]) -> list[Box]:
        """What a line of steps takes."""
        boxes = []
        for (x, y), (x1, y1) in pairwise(zip(xs, ys, strict=True)):
            left, right, here, there = at_rem(x), at_rem(x1), self.y(y), self.y(y1)
            boxes.append(Box(left, here - _AIR / 2, right - left, _AIR))
            boxes.append(Box(right - _AIR / 2, min(here, there), _AIR, abs(there - here)))
        return boxes

    def rules(self, xs: Sequence[float]) -> list[Box]:
        """What upright rules take."""
        return [Box(at_rem(x) - _AIR / 2, 0, _AIR, HEIGHT_REM) for x in xs]

    def labels(self, falls: Sequence[Mapping[str, Any]], taken: list[Box], crossing: list[Box]) -> Iterator[Json]:
        """Words beside each fall where there is room; they cross the rule of an election rather than being left out."""
        for fall in falls:
            places = list(self._around(fall))
            box = free(places, [*taken, *crossing], HEIGHT_REM) or free(places, taken, HEIGHT_REM)
            if box is None:
                continue
            taken.append(box)
            is_right = box.x > at_rem(fall["x"])
            yield words(
                fall["text"],
                at_week(box.x + (0 if is_right else box.width)),
                round(1 - box.y / HEIGHT_REM, 3),
                yref="paper",
                xanchor="left" if is_right else "right",
                yanchor="top",
                bgcolor="--ground",
            )

    def _around(self, fall: Mapping[str, Any]) -> Iterator[Box]:
        """Where the words of a fall may stand: right of it from its top down, or above a line."""
        x, high, low = at_rem(fall["x"]), self.y(fall["before"]), self.y(fall["after"])
        width = wide_rem(fall["text"][:_LIMIT])
        right, left = x + 2 * _AIR, x - 2 * _AIR - width
        for step in range(int((low - high) / 0.5)):
            yield Box(right, high + 0.5 * step, width, LINE_REM)
        for foot, side in ((low, right), (high, left), (high, right)):
            for lift in range(8):
                yield Box(side, foot - LINE_REM - _AIR - 0.5 * lift, width, LINE_REM)
