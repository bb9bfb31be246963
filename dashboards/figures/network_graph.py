"""The graph of a network: a mark for each asset by what it is, its size by its followers, and lines for the links.

Sizes are in px, as on all of the desk. Links and marks are drawn as SVG: WebGL draws this figure ten times as slowly on
a machine without a graphics card (measured: 5 s against 0.5 s for 2,000 nodes and 10,000 links), and a war room has
such machines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.safetext import LABEL_LIMIT, clean, plotly_label
from app.vocabulary import ACCOUNTS, GROUPS, INSTAGRAM, PAGES, Surface

Json = dict[str, Any]

MARKS = {PAGES: ("square", "■"), ACCOUNTS: ("circle", "●"), GROUPS: ("diamond", "◆"), INSTAGRAM: ("triangle-up", "▲")}
"""The marks of DESIGN section 5, as Plotly draws them and as they stand in a line of words."""

_BY_KIND = {
    "page": ("square", "■"),
    "group": ("diamond", "◆"),
    "account": ("triangle-down", "▼"),
    "profile": ("triangle-down", "▼"),
    "channel": ("hexagon", "⬢"),
    "site": ("cross", "✚"),
}
_OTHERWISE = ("pentagon", "⬟")

SMALLEST, SPREAD = 7.0, 17.0
"""Size of the mark of an asset that nobody follows, and what the one with most followers has more."""

UNKNOWN = {"square": 8.0, "circle": 9.0, "diamond": 11.0}
"""Size of the mark where nobody said how many follow: those of equal weight to the eye. Of all others 10."""

CROWD = 150
"""Nodes from which on the marks become smaller, so that they cover as much of the picture together."""

RING = 11.0
"""What a ring is wider than the mark in it."""


def mark_of(surface: Surface) -> tuple[str, str]:
    """The mark of assets of a surface: what Plotly calls it, and the sign that stands for it among words."""
    return MARKS.get(surface) or _BY_KIND.get(surface.kind, _OTHERWISE)


def figure() -> Json:
    """Two kinds of lines, rings, and marks. It can be moved by hand; what a mark is called appears beside it."""
    path: Json = {"type": "path", "xref": "x", "yref": "y", "layer": "below", "path": ""}
    marks: Json = {"type": "scatter", "mode": "markers", "x": [], "y": []}
    axis: Json = {"visible": False, "showgrid": False, "zeroline": False, "range": [0, 1]}
    return {
        "data": [
            {
                "name": "rings",
                **marks,
                "hoverinfo": "skip",
                "marker": {"symbol": "circle-open", "color": "--ink1", "line": {"width": 1.5, "color": "--ink1"}},
            },
            {"name": "nodes", **marks, "hoverinfo": "text", "marker": {"opacity": 1, "line": {"width": 1}}},
        ],
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": "--font", "size": 13, "color": "--ink1"},
            "showlegend": False,
            "hovermode": "closest",
            "hoverdistance": 12,
            "hoverlabel": {
                "bgcolor": "--lift",
                "bordercolor": "--axis",
                "font": {"family": "--font", "size": 13, "color": "--ink1"},
                "align": "left",
                "namelength": 0,
            },
            "dragmode": "pan",
            "transition": {"duration": 0},
            "xaxis": {**axis},
            "yaxis": {**axis},
            # Each kind is one path. As lines of a trace, every link would be an element of its own.
            "shapes": [
                {**path, "name": "links", "line": {"color": "--land2", "width": 1}},
                {**path, "name": "overlaps", "line": {"color": "--data2", "width": 1, "dash": "dot"}},
            ],
        },
        "config": {
            "displayModeBar": False,
            "displaylogo": False,
            "doubleClick": False,
            "showSendToCloud": False,
            "plotlyServerURL": "",
            "showTips": False,
        },
    }


def columns(view: Mapping[str, Any]) -> Json:
    """Where everything stands. ``view`` has ``nodes``, and ``edges``: pairs of their places, and if it is an overlap.

    A node has ``x`` and ``y`` in [0, 1], ``surface``, ``followers`` (a number, or None), ``name``, and whether it is
    ``shared`` or ``outside``. ``ends`` are the links as places of nodes, two each, which the browser makes paths of;
    ``labels`` are the names that stand beside their marks, and what they need of room is measured there.
    """
    nodes: Sequence[Mapping[str, Any]] = view["nodes"]
    sizes = _sizes(nodes)
    rings = [place for place, node in enumerate(nodes) if node["shared"]]
    return {
        "traces": {
            "rings": {
                "x": [nodes[place]["x"] for place in rings],
                "y": [nodes[place]["y"] for place in rings],
                "marker.size": [round(sizes[place] + RING, 1) for place in rings],
            },
            "nodes": {
                "x": [node["x"] for node in nodes],
                "y": [node["y"] for node in nodes],
                "hovertext": [plotly_label(node["name"]) for node in nodes],
                "marker.symbol": [mark_of(node["surface"])[0] + ("-open" if node["outside"] else "") for node in nodes],
                "marker.size": sizes,
                "marker.color": [_ink(node) for node in nodes],
                "marker.line.color": [_ink(node) if node["outside"] else "--ground" for node in nodes],
            },
        },
        "ends": {"links": _ends(view["edges"], overlap=False), "overlaps": _ends(view["edges"], overlap=True)},
        "labels": [_label(place, nodes[place]) for place in view["labels"]],
    }


def _label(place: int, node: Mapping[str, Any]) -> Json:
    """A name that the browser writes as text: no tag of it is read there."""
    return {"node": place, "ring": RING / 2 if node["shared"] else 0, "text": clean(node["name"], LABEL_LIMIT)}


def _ink(node: Mapping[str, Any]) -> str:
    return "--data1" if mark_of(node["surface"])[0] == "square" else "--data2"


def _ends(edges: Iterable[tuple[int, int, bool]], *, overlap: bool) -> list[int]:
    return [place for a, b, is_overlap in edges if is_overlap is overlap for place in (a, b)]


def _sizes(nodes: Sequence[Mapping[str, Any]]) -> list[float]:
    """Sizes of the marks: their area beyond the smallest is as the number of followers."""
    known = [node["followers"] for node in nodes if node["followers"] is not None]
    most = max([*known, 1])
    scale = min(1.0, max(0.55, math.sqrt(CROWD / max(1, len(nodes)))))
    return [
        round(scale * (SMALLEST + SPREAD * math.sqrt(node["followers"] / most)), 1)
        if node["followers"] is not None
        else round(scale * UNKNOWN.get(mark_of(node["surface"])[0], 10.0), 1)
        for node in nodes
    ]
