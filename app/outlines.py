"""Bars as outlines: the bundle of Plotly that pages carry draws lands and lines, and the whole of it is 3.4 MB more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Bar = tuple[float, float, float, float]
"""From ``x0``, ``y0`` to ``x1``, ``y1``, in units of the axes."""

FILLED: Mapping[str, Any] = {"type": "scatter", "mode": "lines", "fill": "toself", "line": {"width": 0}}
"""A trace of bars; ``fillcolor`` is for whoever draws it."""


def outlines(bars: Iterable[Bar]) -> dict[str, Sequence[float | None]]:
    """``x`` and ``y`` of a trace: four corners a bar, with a gap between two. A bar without a size is left out.

    Without any bar both are one gap: nothing at all would leave the bars of before standing.
    """
    drawn = [bar for bar in bars if bar[0] != bar[2] and bar[1] != bar[3]]
    if not drawn:
        return {"x": [None], "y": [None]}
    return {
        "x": [x for x0, _y0, x1, _y1 in drawn for x in (x0, x1, x1, x0, None)][:-1],
        "y": [y for _x0, y0, _x1, y1 in drawn for y in (y0, y0, y1, y1, None)][:-1],
    }
