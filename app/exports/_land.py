"""The land of a printed map: the shapes of countries, projected onto a picture of fixed width."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app.atlas import Country, natural_earth, natural_earth_height

SHAPES = Path(__file__).parents[2] / "static" / "vendor" / "topojson" / "world_110m.json"

SOUTH, NORTH, MIDDLE = -56.5, 83.7, 10.0
"""The crop in degrees of latitude, without Antarctica, and the meridian in the middle, as on the wall."""

WIDTH = 1_000.0
"""Of the picture, in its own units."""

Point = tuple[float, float]

_SCALE = WIDTH / (2 * natural_earth(0, MIDDLE + 179.999, MIDDLE)[0])
_TOP = natural_earth_height(math.radians(NORTH))
HEIGHT = (_TOP - natural_earth_height(math.radians(SOUTH))) * _SCALE


def place(country: Country) -> Point:
    """Where the mark of a country stands; what is beyond the crop is held at its edge."""
    return projected(min(max(country.lat, SOUTH + 2), NORTH - 3), country.lon)


def projected(lat: float, lon: float) -> Point:
    """A place (degrees) in units of the picture, from its upper left corner."""
    return _at(*natural_earth(lat, lon, MIDDLE))


def _at(x: float, y: float) -> Point:
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE


def path_data(points: Iterable[Point]) -> str:
    """Points as the data of an SVG path that does not close."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


@cache
def land() -> str:
    """All land, as the data of an SVG path."""
    return "".join(_outline(shape) for shape in _topology()["land"])


@cache
def outline(country: Country) -> str:
    """A country, as the data of an SVG path; empty where it is too small to have a shape."""
    shape = _topology()["countries"].get(country.alpha3)
    return "" if shape is None else _outline(shape)


@cache
def _topology() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(SHAPES.read_text(encoding="utf-8"))
    (sx, sy), (tx, ty) = read["transform"]["scale"], read["transform"]["translate"]
    arcs = []
    for arc in read["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    # A few disputed areas have no code.
    shapes = {each["id"]: each for each in read["objects"]["countries"]["geometries"] if "id" in each}
    return {"arcs": arcs, "land": read["objects"]["land"]["geometries"], "countries": shapes}


def _outline(shape: dict[str, Any]) -> str:
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    return "".join(path_data(ring) + "Z" for polygon in polygons for arcs in polygon for ring in _rings(arcs))


def _rings(arcs: Sequence[int]) -> Iterator[list[Point]]:
    """A ring on the map; once more beyond the other edge where it runs over one."""
    places = [place for arc in arcs for place in _points(arc)]
    if not places:
        return
    turned: list[Point] = []
    last = (places[0][0] - MIDDLE + 180) % 360 - 180
    for lon, lat in places:
        last += (lon - MIDDLE - last + 180) % 360 - 180
        turned.append((last, lat))
    most, least = max(x for x, _ in turned), min(x for x, _ in turned)
    for shift in (0, *((-360,) if most > 180 else ()), *((360,) if least < -180 else ())):
        yield [_at(*_unrolled(lon + shift, lat)) for lon, lat in turned]


def _unrolled(turned: float, lat: float) -> Point:
    """A place by its longitude from the middle, which may be beyond the edge."""
    x, y = natural_earth(lat, MIDDLE + 90, MIDDLE)
    return x * turned / 90, y


def _points(arc: int) -> list[Point]:
    points: list[Point] = _topology()["arcs"][arc if arc >= 0 else ~arc]
    return points if arc >= 0 else points[::-1]
