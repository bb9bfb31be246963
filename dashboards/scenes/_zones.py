"""What time it is in a country: its time zone, out of the tables that come with the time zone database.

Most countries have one. Of several it is the room's own, if the country has it; else the one that the database says is
most of the country; else the first that stands for its time in the world, off islands and exclaves. A clock is called
by the place of its zone, so that nobody takes it for the time of the whole country.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.dates import get_timezone_location

from app import language
from app.atlas import COUNTRIES

_MOST = re.compile(r"most of |.*\(mainland\)")
_BESIDE = 3.0
"""Degrees of longitude by which a zone's place may lie beside the main part of its country."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """A row of zone.tab: the IANA name, the longitude of its place, and whether it is most of its country."""

    name: str
    lon: float
    is_most: bool


def zone_of(code: str, room: str = "UTC") -> str:
    """The IANA name of a country's zone, for a room in the zone ``room``; empty where the database has none."""
    zones = _zones().get(code, ())
    return room if room in {zone.name for zone in zones} else _main(code)


def place_of(zone: str) -> str:
    """The place that a zone is called by: "New York"."""
    return _place(zone, language.spoken().code)


@cache
def _place(zone: str, code: str) -> str:
    return get_timezone_location(zone, locale=code, return_city=True)


@cache
def _main(code: str) -> str:
    zones = _zones().get(code, ())
    main = [zone for zone in zones if zone.is_most] or [zone for zone in zones if _is_inside(code, zone)]
    standing = [zone for zone in main if zone.name in _standing()]
    return next((zone.name for zone in (*standing, *main, *zones)), "")


def _is_inside(code: str, zone: _Zone) -> bool:
    country = COUNTRIES.get(code)
    return country is None or country.west - _BESIDE <= zone.lon <= country.east + _BESIDE


@cache
def _zones() -> dict[str, tuple[_Zone, ...]]:
    """The zones of every country that has any, the most populous first as far as their geography lets them."""
    found: dict[str, tuple[_Zone, ...]] = {}
    for code, place, name, *comment in _rows("zone.tab"):
        zone = _Zone(name, _longitude(place), bool(_MOST.match("".join(comment))))
        found[code] = (*found.get(code, ()), zone)
    return found


@cache
def _standing() -> frozenset[str]:
    """The zones that stand for all that agree with them from now on."""
    return frozenset(row[2] for row in _rows("zonenow.tab"))


def _rows(table: str) -> list[list[str]]:
    text = (files("tzdata") / "zoneinfo" / table).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _longitude(place: str) -> float:
    """The second half of "+404251-0740023", in degrees."""
    sign, digits = re.findall(r"([+-])(\d+)", place)[1]
    return float(f"{sign}1") * (int(digits[:3]) + int(digits[3:5]) / 60)
