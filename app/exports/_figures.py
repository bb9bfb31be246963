"""The figures of a snapshot one by one: wherever one stands in the content, and what it is a figure of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.hedged import Hedged
from app.records import hedged_of, money_of

Json = dict[str, Any]

UNITS = {
    "reach": "accounts",
    "followers": "accounts",
    "interested": "accounts",
    "assets": "assets",
    "assets_total": "assets",
    "detections": "assets",
    "takedowns": "assets",
    "ads": "ads",
    "events": "events",
}
"""What a figure counts, by the innermost word of its place that says so."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a snapshot. ``pointer`` is its place in the content (RFC 6901), ``said`` the JSON that is there.

    ``network`` and ``asset`` are ids, empty where it is of the whole scope; ``measure`` is the name of a measure or of
    what else it is of, ``part`` which figure of that; ``surface`` or ``currency`` says of what.
    ``definition``, ``mode`` and ``basis`` are those that stand beside it, else empty.
    """

    pointer: str
    said: Json
    network: str = ""
    asset: str = ""
    measure: str = ""
    part: str = ""
    surface: str = ""
    currency: str = ""
    definition: str = ""
    mode: str = ""
    basis: str = ""

    @property
    def hedged(self) -> Hedged:
        """The figure; of money in minor units of ``currency``."""
        return money_of(self.said).amount if self.currency and "currency" in self.said else hedged_of(self.said)

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return "currency" in self.said

    @property
    def unit(self) -> str:
        """What it counts: "accounts", or a currency (ISO 4217)."""
        if self.is_money:
            return str(self.said["currency"])
        return UNITS.get(self.part.partition(" ")[0]) or UNITS.get(self.measure, "")


def is_figure(value: Any) -> bool:
    """Whether a part of the content is a figure in words, as ``figure_json`` and ``money_figure_json`` make them."""
    return isinstance(value, dict) and {"text", "short", "prose"} <= value.keys()


def figures_of(content: Json) -> Iterator[Figure]:
    """Every figure of a snapshot: those of the whole scope first, then network by network, then assets."""
    for member in _ORDER:
        yield from _walk(content.get(member), f"/{member}", {"measure": _OF.get(member, "")}, (member,))


def _walk(value: Any, pointer: str, here: dict[str, str], path: tuple[str, ...]) -> Iterator[Figure]:
    if is_figure(value):
        own = {"currency": value["currency"]} if "currency" in value else {}
        yield Figure(pointer, value, part=_part(path, here["measure"]), **here | own)
    elif isinstance(value, dict):
        here = here | _beside(value, path)
        for key, each in value.items():
            if isinstance(each, dict | list):
                inside = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
                yield from _walk(each, inside, here | _under(key, path), (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _walk(each, f"{pointer}/{place}", here, path)


def _beside(value: Json, path: tuple[str, ...]) -> dict[str, str]:
    """What stands beside a figure and says of what it is."""
    said: dict[str, str] = {name: value[name] for name in _BESIDE if isinstance(value.get(name), str)}
    if path == ("networks",):
        said["network"] = value["id"]
    if path == ("assets", "rows"):
        said |= {"asset": value["id"], "network": value["network"]}
    return said


def _under(key: str, path: tuple[str, ...]) -> dict[str, str]:
    """What the name of a member says of the figures below it."""
    said = {}
    if path[-1] == "measures" or path == ("open",) or (path == ("networks",) and key in _OF_NETWORK):
        said["measure"] = key
    if ":" in key:
        said["surface"] = key
    return said


def _part(path: tuple[str, ...], measure: str) -> str:
    """Which figure of a measure: "counted", "ads", "today"; empty for the one that stands for all of it."""
    start = max((place + 1 for place, key in enumerate(path) if key == measure), default=0)
    return " ".join(key for key in path[start:] if key not in _TAKEN and ":" not in key)


_ORDER = ("measures", "converted", "open", "networks", "assets", "alarms")
"""The members of the content that hold figures; older ones have no "converted"."""

_OF = {"converted": "spend", "assets": "followers", "alarms": "alarms"}

_OF_NETWORK = {"assets", "assets_total", "statements"}

_BESIDE = ("definition", "mode", "basis", "currency", "surface")

_TAKEN = {"figure", "surfaces", "currencies", "amount", "rows", "followers", "said"}
