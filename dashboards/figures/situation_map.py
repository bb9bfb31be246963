"""The map of the Situation scene: targets of open networks as discs, attributed origins as rings, arcs between them.

Everything is computed here, in rem of the wall's 192 x 108: the natural earth projection is scaled to the box that the
scene leaves for the map, so an arc can stop short of its disc on any screen. The browser only resolves rem and colours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from app.atlas import BY_ALPHA3, Country, natural_earth, natural_earth_height, natural_earth_width
from app.language import _
from app.safetext import clean

BOX_REM = (118.4, 36.0)
"""Width and height that the Situation grid leaves for the map: columns 1 to 8, from the strip to the pipeline."""

SOUTH, NORTH, MIDDLE = -39.0, 74.0, 10.0
"""The crop in degrees of latitude, and the meridian in the middle."""

DISC_REM = 4.6
"""Diameter of the largest disc; the others are relative to it by area."""

SMALLEST_REM = 1.4
RING_REM = 1.8
HEAD_REM = 1.7
_GAP_REM = 0.35
_STEPS = 240
_SHORTEST_ARC_REM = 1.4
_BOW = 0.3
_NAME_LIMIT = 24
_TEXT_LIMIT = 30
"""Characters of what stands on the map; the table has more room."""

_CELL_LIMIT = 120

Point: TypeAlias = tuple[float, float]


def project(lat: float, lon: float) -> Point:
    """Natural earth (Patterson's polynomial), in rem from the middle of the box: x to the right, y up."""
    x, y = natural_earth(lat, lon, MIDDLE)
    return x * _SCALE, (y - _CENTRE) * _SCALE


def unproject(x: float, y: float) -> Point:
    """The latitude and longitude that ``project`` sends to this place."""
    height = y / _SCALE + _CENTRE
    f = height
    for _step in range(12):
        slope = (natural_earth_height(f + 1e-6) - natural_earth_height(f - 1e-6)) / 2e-6
        f -= (natural_earth_height(f) - height) / slope
    return math.degrees(f), math.degrees(x / _SCALE / natural_earth_width(f)) + MIDDLE


def _edge(lat: float) -> float:
    """Plotly fits the box around a shape with four great circles for an edge, which bulge towards the pole."""
    return natural_earth_height(math.atan(math.tan(math.radians(lat)) / math.cos(math.pi / 4)))


_CENTRE = natural_earth_height(math.radians((NORTH + SOUTH) / 2))
_SCALE = min(BOX_REM[0] / (2 * math.pi * natural_earth_width(0)), BOX_REM[1] / (_edge(NORTH) - _edge(SOUTH)))


def figure() -> dict[str, Any]:
    """The empty map: land, and one trace for each kind of mark, waiting for its columns."""
    line = {"type": "scattergeo", "mode": "lines", "lat": [], "lon": []}
    marks = {"type": "scattergeo", "mode": "markers", "lat": [], "lon": []}
    return {
        "data": [
            {
                "name": "land",
                "type": "choropleth",
                "locations": [],
                "z": [],
                "colorscale": [[0, "--land2"], [1, "--land2"]],
                "showscale": False,
                "marker": {"line": {"width": "0.15rem", "color": "--ground"}},
            },
            {"name": "arcs", **line, "line": {"color": "--data2", "width": "0.3rem"}},
            {"name": "dotted", **line, "line": {"color": "--data2", "width": "0.3rem", "dash": "0.5rem,0.5rem"}},
            {"name": "origins", **marks, "marker": _mark("--ground", {"width": "0.3rem", "color": "--data2"})},
            {"name": "discs", **marks, "marker": _mark("--data1", {"width": "0.2rem", "color": "--ground"})},
            {"name": "heads", **marks, "marker": _mark("--data2", {"width": 0}, symbol="triangle-up", angleref="up")},
        ],
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "transition": {"duration": 0},
            "geo": {
                "projection": {"type": "natural earth", "rotation": {"lon": MIDDLE}},
                "lataxis": {"range": [SOUTH, NORTH]},
                "lonaxis": {"range": [MIDDLE - 180, MIDDLE + 180]},
                "resolution": 110,
                "fitbounds": False,
                "domain": {"x": [0, 1], "y": [0, 1]},
                "bgcolor": "rgba(0,0,0,0)",
                "showland": True,
                "landcolor": "--land",
                **dict.fromkeys(("showocean", "showlakes", "showcoastlines", "showcountries", "showframe"), False),
            },
        },
        "config": {
            "staticPlot": True,
            "displayModeBar": False,
            "displaylogo": False,
            "showSendToCloud": False,
            "plotlyServerURL": "",
            "topojsonURL": "/static/vendor/topojson/",
        },
    }


def _mark(color: str, line: dict[str, Any], **more: Any) -> dict[str, Any]:
    size = f"{HEAD_REM}rem" if "angleref" in more else []
    return {"symbol": "circle", "opacity": 1, "size": size, "color": color, "line": line, **more}


def columns(view_map: Mapping[str, Any]) -> dict[str, Any]:
    """The traces' columns by trace name, the labels in order of importance, and the rows of the table.

    ``view_map`` is the view's ``map``. Countries without a place in ``countries`` are left out of the picture and kept
    in the table. A disc's area is the reach there, relative to the largest; a reach that is not known, or too small to
    draw to scale, gets the smallest disc.
    """
    targets = sorted(view_map["targets"], key=lambda target: -(target["reach"] or 0))
    origins: Sequence[Mapping[str, Any]] = view_map["origins"]
    largest = max((target["reach"] or 0 for target in targets), default=0)
    discs = {target["iso3"]: _disc_rem(target["reach"], largest) for target in targets}
    rings = {origin["iso3"]: max(RING_REM, discs.get(origin["iso3"], 0) + 1.3) for origin in origins}
    arcs = [(arc, _arc(arc, discs, rings)) for arc in view_map["arcs"]]
    drawn = [(arc, path) for arc, path in arcs if path]
    return {
        "traces": {
            # Antarctica is below the crop; a choropleth without any location would take the land away with it.
            "land": {"locations": [*discs, "ATA"], "z": [1] * (len(discs) + 1)},
            "arcs": _line(path for arc, path in drawn if not arc["dotted"]),
            "dotted": _line(path for arc, path in drawn if arc["dotted"]),
            "origins": _marks(rings),
            "discs": _marks(discs),
            "heads": _heads([path for _, path in drawn]),
        },
        "labels": _labels(targets, origins, discs, rings),
        "table": [_row(target, _("target")) for target in targets]
        + [_row(origin, _("attributed origin")) for origin in origins],
    }


def _row(mark: Mapping[str, Any], role: str) -> list[str]:
    return [clean(mark["name"], _CELL_LIMIT), role, clean(mark["text"], _CELL_LIMIT, empty="")]


def _disc_rem(reach: int | None, largest: int) -> float:
    return round(max(SMALLEST_REM, DISC_REM * math.sqrt((reach or 0) / largest)), 2) if largest else SMALLEST_REM


def _place(country: Country) -> Point:
    """Where a mark stands, as latitude and longitude. Svalbard and the far south are held at the edge of the crop."""
    return min(max(country.lat, SOUTH + 1), NORTH - 2), country.lon


def _marks(sizes: Mapping[str, float]) -> dict[str, Any]:
    known = [(_place(BY_ALPHA3[iso3]), size) for iso3, size in sizes.items() if iso3 in BY_ALPHA3]
    return {
        # An empty column would leave the old marks standing; a mark without a place is not drawn.
        "lat": [place[0] for place, _ in known] or [None],
        "lon": [place[1] for place, _ in known] or [None],
        "marker.size": [f"{size}rem" for _, size in known] or [0],
    }


def _line(paths: Iterable[list[Point]]) -> dict[str, Any]:
    lat: list[float | None] = []
    lon: list[float | None] = []
    for path in paths:
        lat += [round(point[0], 2) for point in path] + [None]
        lon += [round(point[1], 2) for point in path] + [None]
    return {"lat": lat or [None], "lon": lon or [None]}


def _heads(paths: list[list[Point]]) -> dict[str, Any]:
    angles = []
    for path in paths:
        (x0, y0), (x1, y1) = project(*path[-2]), project(*path[-1])
        angles.append(round(math.degrees(math.atan2(x1 - x0, y1 - y0)), 1))
    return {
        "lat": [round(path[-1][0], 2) for path in paths] or [None],
        "lon": [round(path[-1][1], 2) for path in paths] or [None],
        "marker.angle": angles or [0],
    }


def _labels(
    targets: Sequence[Mapping[str, Any]],
    origins: Sequence[Mapping[str, Any]],
    discs: Mapping[str, float],
    rings: Mapping[str, float],
) -> list[dict[str, Any]]:
    """One label for each country: its name, what is said of it as target and origin, its mark's radius, its coasts."""
    said: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for mark in (*targets, *origins):
        names[mark["iso3"]] = mark["name"]
        said.setdefault(mark["iso3"], []).append(mark["text"])
    labels = []
    for iso3, name in names.items():
        if (country := BY_ALPHA3.get(iso3)) is None:
            continue
        lat, lon = _place(country)
        labels.append(
            {
                "name": clean(name, _NAME_LIMIT),
                "text": clean(", ".join(text for text in said[iso3] if text), _TEXT_LIMIT, empty=""),
                "lat": lat,
                "lon": lon,
                "west": country.west,
                "east": country.east,
                "radius": max(discs.get(iso3, 0), rings.get(iso3, 0)) / 2,
            }
        )
    return labels


def _arc(arc: Mapping[str, Any], discs: Mapping[str, float], rings: Mapping[str, float]) -> list[Point]:
    """From the edge of the origin's ring to just short of the target's disc, as latitudes and longitudes.

    The great circle where it stays on the map; where it would leave by the pole or the map's edge, or is too short to
    be seen, a bow. Empty for an arc from a country to itself, and where a country has no place.
    """
    start, end = BY_ALPHA3.get(arc["from"]), BY_ALPHA3.get(arc["to"])
    if start is None or end is None or start == end:
        return []
    leave = rings.get(arc["from"], RING_REM) / 2
    arrive = max(discs.get(arc["to"], SMALLEST_REM), rings.get(arc["to"], 0)) / 2 + HEAD_REM / 2 + _GAP_REM
    a, b = _place(start), _place(end)
    for path in (_great_circle(a, b), _bow(a, b)):
        trimmed = _trim(path, leave, arrive)
        if trimmed:
            return trimmed
    return []


def _great_circle(a: Point, b: Point) -> list[Point]:
    start, end = _vector(a), _vector(b)
    angle = math.acos(max(-1.0, min(1.0, sum(p * q for p, q in zip(start, end, strict=True)))))
    path = []
    for step in range(_STEPS + 1):
        near = math.sin((1 - step / _STEPS) * angle)
        far = math.sin(step / _STEPS * angle)
        x, y, z = (near * p + far * q for p, q in zip(start, end, strict=True))
        path.append((math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))))
    return path


def _vector(place: Point) -> tuple[float, float, float]:
    lat, lon = math.radians(place[0]), math.radians(place[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _bow(a: Point, b: Point) -> list[Point]:
    """A curve drawn on the map's own plane, bent towards the middle of the box's height so that it stays inside."""
    (x0, y0), (x1, y1) = project(*a), project(*b)
    length = math.hypot(x1 - x0, y1 - y0)
    bend = max(_BOW * length, 3.0) / length
    side = 1 if (y0 + y1) / 2 < BOX_REM[1] / 6 else -1
    nx, ny = (y0 - y1) * bend, (x1 - x0) * bend
    if ny * side < 0:
        nx, ny = -nx, -ny
    cx, cy = (x0 + x1) / 2 + nx, (y0 + y1) / 2 + ny
    path = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        p, q, r = (1 - t) ** 2, 2 * t * (1 - t), t * t
        path.append(unproject(p * x0 + q * cx + r * x1, p * y0 + q * cy + r * y1))
    return path


def _trim(path: list[Point], leave: float, arrive: float) -> list[Point]:
    """The part of a path outside both marks, thinned; empty where it leaves the map or is too short to be seen."""
    places = [project(*point) for point in path]
    half = BOX_REM[1] / 2 - 0.3
    if any(abs(y) > half for _, y in places) or any(abs(q[0] - p[0]) > BOX_REM[0] / 4 for p, q in pairwise(places)):
        return []
    first, last = places[0], places[-1]
    kept = [
        point
        for point, place in zip(path, places, strict=True)
        if math.dist(place, first) > leave and math.dist(place, last) > arrive
    ]
    if len(kept) < 3 or math.dist(project(*kept[0]), project(*kept[-1])) < _SHORTEST_ARC_REM:
        return []
    step = max(1, len(kept) // 48)
    return [*kept[: -1 - step : step], kept[-1]] if step > 1 else kept
