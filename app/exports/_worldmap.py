"""The map of printed pages: which countries were addressed, from where, and where their names stand, as one SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from app.atlas import COUNTRIES, Country
from app.exports._land import HEIGHT, WIDTH, Point, land, outline, path_data, place, projected

MOST_ARCS, MOST_NAMES = 24, 14
"""What is over makes a knot that nobody can follow; every target is filled, and the table names them all."""

LAND, ADDRESSED, INK, GROUND = "#ECEBE8", "#B4BEC4", "#24292D", "#FFFFFF"

Anchor = Literal["east", "west", "south", "north"]
Box = tuple[float, float, float, float]

_RING, _HEAD, _GAP = 6.5, 12.0, 4.0
_STEPS = 96
_SHORTEST = 14.0
_BOW = 0.3
_EM = 18.0
"""Type of names, 9 pt on a map of 176 mm, in units of the picture."""
SMALL = 0.55
"""Share of its full width at which a map is small."""

_ADVANCE = 0.53
"""Width of a letter in ems, on the broad side of the mean."""


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a country: ``x`` and ``y`` as shares of the width and the height; the text lies to its ``side``."""

    code: str
    x: float
    y: float
    side: Anchor


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map: an SVG without text, ``ratio`` of its width to its height, and where names stand upon it.

    ``names_if_small`` are for a map that is drawn at little more than half its width, where names are larger upon it.
    """

    svg: str
    ratio: float
    names: tuple[Name, ...]
    names_if_small: tuple[Name, ...]


def drawn(
    targets: Sequence[str],
    arcs: Sequence[tuple[str, str, bool]],
    said: Mapping[str, str],
    brief: Mapping[str, str] | None = None,
) -> Drawn:
    """A map of countries by ISO 3166 code. An arc is an origin, a target, and whether it is dotted.

    ``said`` are the names, which decide how much room each takes, and ``brief`` those on a small map. A code without a
    place on the map is left out.
    """
    known = [(a, b, dotted) for a, b, dotted in arcs if a in COUNTRIES and b in COUNTRIES and a != b][:MOST_ARCS]
    within = [code for code, other, _ in arcs if code == other and code in COUNTRIES]
    origins = list(dict.fromkeys([*(a for a, _, _ in known), *within]))
    paths = [(_arc(COUNTRIES[a], COUNTRIES[b]), dotted) for a, b, dotted in known]
    shown = [(path, dotted) for path, dotted in paths if path]
    parts = [
        f'<path d="{land()}" fill="{LAND}"/>',
        *(_filled(code) for code in dict.fromkeys(targets) if code in COUNTRIES),
        *(_line(path, dotted) for path, dotted in shown),
        *(_head(path) for path, _ in shown),
        *(_ring(COUNTRIES[code]) for code in origins),
    ]
    view = f'viewBox="0 0 {WIDTH:g} {HEIGHT:.1f}" width="{WIDTH:g}" height="{HEIGHT:.1f}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {view}>{"".join(parts)}</svg>'
    wanted = [code for code in dict.fromkeys([*origins, *targets]) if code in COUNTRIES and code in said]
    lines = [path for path, _ in shown]
    names = _names(wanted, said, lines, set(origins), 1)
    if_small = _names(wanted, brief or said, lines, set(origins), SMALL)
    return Drawn(svg, WIDTH / HEIGHT, tuple(names), tuple(if_small))


# --- marks ------------------------------------------------------------------------------------------------------------


def _filled(code: str) -> str:
    """A country that was addressed; a dot where it is too small to have a shape."""
    shape = outline(COUNTRIES[code])
    if not shape:
        x, y = place(COUNTRIES[code])
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{ADDRESSED}"/>'
    return f'<path d="{shape}" fill="{ADDRESSED}" stroke="{GROUND}" stroke-width="1"/>'


def _ring(country: Country) -> str:
    x, y = place(country)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RING}" fill="{GROUND}" stroke="{INK}" stroke-width="2.6"/>'


def _line(path: Sequence[Point], dotted: bool) -> str:
    dash = ' stroke-dasharray="2 6" stroke-linecap="round"' if dotted else ""
    return f'<path d="{path_data(path)}" fill="none" stroke="{INK}" stroke-width="2.4"{dash}/>'


def _head(path: Sequence[Point]) -> str:
    (x0, y0), (x1, y1) = path[-2], path[-1]
    length = math.dist(path[-2], path[-1]) or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    tip = (x1 + ux * _HEAD, y1 + uy * _HEAD)
    wings = [(x1 - uy * _HEAD / 2, y1 + ux * _HEAD / 2), (x1 + uy * _HEAD / 2, y1 - ux * _HEAD / 2)]
    return f'<path d="{path_data([tip, *wings])}Z" fill="{INK}"/>'


def _arc(start: Country, end: Country) -> list[Point]:
    """From the edge of the ring to where the arrowhead begins: the great circle, or a bow where that leaves the map."""
    a, b = place(start), place(end)
    for path in (_great_circle(start, end), _bow(a, b)):
        inside = all(0 <= y <= HEIGHT for _, y in path) and all(abs(q[0] - p[0]) < WIDTH / 4 for p, q in pairwise(path))
        kept = [p for p in path if math.dist(p, a) > _RING + 1 and math.dist(p, b) > _HEAD + _GAP]
        if inside and len(kept) > 2 and math.dist(kept[0], kept[-1]) >= _SHORTEST:
            return kept
    return []


def _great_circle(start: Country, end: Country) -> list[Point]:
    a, b = (_vector(country) for country in (start, end))
    angle = math.acos(max(-1.0, min(1.0, sum(p * q for p, q in zip(a, b, strict=True)))))
    path = []
    for step in range(_STEPS + 1):
        near, far = math.sin((1 - step / _STEPS) * angle), math.sin(step / _STEPS * angle)
        x, y, z = (near * p + far * q for p, q in zip(a, b, strict=True))
        lat, lon = math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
        path.append(projected(lat, lon))
    return path


def _vector(country: Country) -> tuple[float, float, float]:
    lat, lon = math.radians(country.lat), math.radians(country.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _bow(a: Point, b: Point) -> list[Point]:
    """A curve on the plane of the map, bent away from its nearer edge."""
    (x0, y0), (x1, y1) = a, b
    side = 1 if (y0 + y1) / 2 < HEIGHT / 3 else -1
    nx, ny = (y0 - y1) * _BOW, (x1 - x0) * _BOW
    if ny * side < 0:
        nx, ny = -nx, -ny
    cx, cy = (x0 + x1) / 2 + nx, (y0 + y1) / 2 + ny
    ts = (step / _STEPS for step in range(_STEPS + 1))
    return [
        ((1 - t) ** 2 * x0 + 2 * t * (1 - t) * cx + t * t * x1, (1 - t) ** 2 * y0 + 2 * t * (1 - t) * cy + t * t * y1)
        for t in ts
    ]


# --- names ------------------------------------------------------------------------------------------------------------


def _names(
    codes: Iterable[str], said: Mapping[str, str], paths: Sequence[Sequence[Point]], rings: set[str], share: float
) -> list[Name]:
    """Each name beside its country where it covers neither a line nor another name; one without such a place is out."""
    taken: list[Box] = [_around(p, 5) for path in paths for p in path[::3]] + [_around(p[-1], _HEAD) for p in paths]
    taken += [_around(place(COUNTRIES[code]), _RING) for code in rings]
    # A map that is smaller than the page has room on both sides of it.
    em, aside = _EM / share, WIDTH * (1 / share - 1) / 2
    names: list[Name] = []
    for code in codes:
        if len(names) == MOST_NAMES:
            break
        for side, (x, y) in _beside(COUNTRIES[code], code in rings):
            box = _box(side, x, y, len(said[code]) * _ADVANCE * em, em)
            if (
                box[0] < -aside
                or box[2] > WIDTH + aside
                or box[1] < 0
                or box[3] > HEIGHT
                or any(_meet(box, each) for each in taken)
            ):
                continue
            taken.append(box)
            names.append(Name(code, x / WIDTH, y / HEIGHT, side))
            break
    return names


def _beside(country: Country, has_ring: bool) -> Iterator[tuple[Anchor, Point]]:
    x, y = place(country)
    edges = [projected(country.lat, lon)[0] for lon in (country.west, country.east)]
    # A ring stands in the middle of its country, and its name beside it as the name of the ring.
    west, east = (x - _RING, x + _RING) if has_ring else (min(edges[0], x), max(edges[1], x))
    yield from (("east", (east + 5, y)), ("west", (west - 5, y))) if has_ring else (
        ("west", (west - 5, y)), ("east", (east + 5, y))
    )  # fmt: skip
    yield from (("south", (x, y + 10)), ("north", (x, y - 10)))


def _box(side: Anchor, x: float, y: float, width: float, em: float) -> Box:
    half = em * 0.6
    return {
        "east": (x, y - half, x + width, y + half),
        "west": (x - width, y - half, x, y + half),
        "south": (x - width / 2, y, x + width / 2, y + 2 * half),
        "north": (x - width / 2, y - 2 * half, x + width / 2, y),
    }[side]


def _around(point: Point, r: float) -> Box:
    return point[0] - r, point[1] - r, point[0] + r, point[1] + r


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
