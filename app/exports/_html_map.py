"""The map of the briefing as one file: whom a network addressed, and where it came from as far as was approved."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.atlas import COUNTRIES, Country, natural_earth
from app.countries import country_name
from app.exports._html_charts import BARE, CONFIG, font
from app.language import _
from app.safetext import plotly_label

Json = dict[str, Any]

SOUTH, NORTH, MIDDLE = -43.0, 77.0, 10.0
"""The crop of the map in degrees, and the meridian in the middle, as on the wall."""

SCALE = 1.08
"""Plotly fits the box around a shape whose edges bulge towards the pole: without this a rim stays empty."""

EDGE = 2.73 / SCALE
"""Where the map ends to the right and to the left, in radii."""


def map_figure(network: Mapping[str, Any]) -> Json:
    """Where a network came from and whom it addressed: targets filled, an arc from each origin that was approved."""
    origins = [COUNTRIES[code] for code in network["attributed_origins"] if code in COUNTRIES]
    targets = [COUNTRIES[code] for code in network["targets"] if code in COUNTRIES]
    arcs = [(a, b, path) for a in origins for b in targets if a != b and (path := _great_circle(a, b))]
    within = [country for country in origins if country in targets]
    return {
        "data": [
            _filled(targets),
            *(_line(path) for _a, _b, path in arcs),
            _heads([path for _a, _b, path in arcs]),
            _rings(origins, within),
            _labels(origins, targets),
        ],
        "layout": {
            **BARE,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "geo": {
                "projection": {"type": "natural earth", "rotation": {"lon": MIDDLE}, "scale": SCALE},
                "lataxis": {"range": [SOUTH, NORTH]},
                "lonaxis": {"range": [MIDDLE - 180, MIDDLE + 180]},
                "resolution": 110,
                "fitbounds": False,
                "bgcolor": "rgba(0,0,0,0)",
                "showland": True,
                "landcolor": "--land",
                **dict.fromkeys(("showocean", "showlakes", "showcoastlines", "showcountries", "showframe"), False),
            },
        },
        "config": CONFIG,
    }


def map_rows(network: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The rows of the table: a country, and what it is."""
    yield from ((country_name(code), _("attributed origin")) for code in network["attributed_origins"])
    yield from ((country_name(code), _("target")) for code in network["targets"])


def _filled(targets: Sequence[Country]) -> Json:
    return {
        "type": "choropleth",
        # A choropleth without any location would take the land away with it; Antarctica is below the crop.
        "locations": [*(country.alpha3 for country in targets), "ATA"],
        "z": [1] * (len(targets) + 1),
        "text": [*(plotly_label(country_name(country.alpha2)) for country in targets), ""],
        "hovertemplate": "%{text}<extra></extra>",
        "colorscale": [[0, "--land2"], [1, "--land2"]],
        "showscale": False,
        "marker": {"line": {"width": 0.5, "color": "--ground"}},
    }


def _line(path: Sequence[tuple[float, float]]) -> Json:
    return {
        "type": "scattergeo",
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": "--data1", "width": 1.6},
        "lat": [round(lat, 2) for lat, _lon in path],
        "lon": [round(lon, 2) for _lat, lon in path],
    }


def _heads(paths: Sequence[Sequence[tuple[float, float]]]) -> Json:
    angles = []
    for path in paths:
        (x0, y0), (x1, y1) = (natural_earth(lat, lon, MIDDLE) for lat, lon in (path[-4], path[-1]))
        angles.append(round(math.degrees(math.atan2(x1 - x0, y1 - y0)), 1))
    return {
        "type": "scattergeo",
        "mode": "markers",
        "hoverinfo": "skip",
        "lat": [round(path[-1][0], 2) for path in paths] or [None],
        "lon": [round(path[-1][1], 2) for path in paths] or [None],
        "marker": {
            "symbol": "triangle-up",
            "size": 11,
            "angle": angles or [0],
            "angleref": "up",
            "color": "--data1",
            "opacity": 1,
        },
    }


def _rings(origins: Sequence[Country], within: Sequence[Country]) -> Json:
    return {
        "type": "scattergeo",
        "mode": "markers",
        "hovertemplate": "%{text}<extra></extra>",
        "lat": [country.lat for country in origins] or [None],
        "lon": [country.lon for country in origins] or [None],
        "text": [plotly_label(country_name(country.alpha2)) for country in origins],
        "marker": {
            "symbol": "circle",
            "size": [14 if country in within else 9 for country in origins] or 9,
            "color": "--ground",
            "opacity": 1,
            "line": {"width": 1.8, "color": "--data1"},
        },
    }


def _labels(origins: Sequence[Country], targets: Sequence[Country]) -> Json:
    """Names beside their countries: the first ones, each where no other one stands."""
    taken: list[tuple[float, float, float, float]] = []
    places: list[tuple[float, float, str, str]] = []
    for country in dict.fromkeys([*origins, *targets]):
        said = country_name(country.alpha2)
        width = 0.031 * len(said) + 0.05
        ring = country in origins
        east, west = (country.lon, country.lon) if ring else (country.east, country.west)
        sides = (("middle right", east, 1), ("middle left", west, -1))
        for side, lon, way in sides if ring else sides[::-1]:
            x, y = natural_earth(country.lat, lon, MIDDLE)
            x0, x1 = sorted((x + way * 0.05, x + way * width))
            box = (x0, y - 0.06, x1, y + 0.06)
            if x1 < EDGE and x0 > -EDGE and not any(_meet(box, other) for other in taken):
                taken.append(box)
                places.append((country.lat, lon + way * (4 if ring else 3), side, plotly_label(said)))
                break
    return {
        "type": "scattergeo",
        "mode": "text",
        "hoverinfo": "skip",
        "textfont": font(12, "--ink1"),
        "lat": [place[0] for place in places] or [None],
        "lon": [place[1] for place in places] or [None],
        "textposition": [place[2] for place in places] or "middle right",
        "text": [place[3] for place in places],
    }


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _great_circle(start: Country, end: Country) -> list[tuple[float, float]]:
    """From beside one country to just short of another; empty where that leaves the map or is too short to be seen."""
    a, b = (_vector(country) for country in (start, end))
    angle = math.acos(max(-1.0, min(1.0, sum(p * q for p, q in zip(a, b, strict=True)))))
    path = []
    for step in range(3, 97):
        near, far = math.sin((1 - step / 100) * angle), math.sin(step / 100 * angle)
        x, y, z = (near * p + far * q for p, q in zip(a, b, strict=True))
        path.append((math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))))
    drawn = [natural_earth(lat, lon, MIDDLE) for lat, lon in path]
    leaves = any(abs(q[0] - p[0]) > 1 for p, q in pairwise(drawn)) or any(lat > NORTH - 1 for lat, _lon in path)
    return [] if leaves or math.dist(drawn[0], drawn[-1]) < 0.12 else path


def _vector(country: Country) -> tuple[float, float, float]:
    lat, lon = math.radians(country.lat), math.radians(country.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
