"""What the charts of a snapshot are drawn from: bars by network with both ends of a figure, stages, and durations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.briefing import Lasting
from app.exports._figures import Figure
from app.language import N_, _, ngettext
from app.nouns import stage_name, surface_name
from app.numerals import grouped
from app.vocabulary import Stage, Surface

Json = dict[str, Any]

MOST_BARS = 12
"""Bars of one chart: with more of them no name can be read on a slide."""

LASTING = (N_("Still open"), N_("Until confirmed"), N_("Until removed"))
"""The parts of a bar of durations. One without a confirmation is all of the last."""

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure of one network. ``high`` is None without an upper end; ``spread`` is what is between the ends."""

    network: str
    name: str
    low: int
    high: int | None
    qualifier: str
    short: str
    prose: str
    overdue: bool

    @property
    def spread(self) -> int:
        """From the low end to the high one, 0 where there is none."""
        return 0 if self.high is None else self.high - self.low


@dataclass(frozen=True, slots=True)
class Bars:
    """One chart of reach: on which ``surface`` (``facebook:page``), and how many networks it leaves out."""

    surface: str
    title: str
    bars: tuple[Bar, ...]
    left_out: int

    @property
    def room(self) -> int:
        """A length at the end of each bar in which its words find room: a third of the longest bar."""
        return max(1, self.longest // 3)

    @property
    def longest(self) -> int:
        """The high end of the longest bar."""
        return max(bar.low + bar.spread for bar in self.bars)

    @property
    def note(self) -> str:
        """How the bars are drawn, and how many are not."""
        drawn = _("Dark: the low end. Light: from there to the high end. A figure with > or ≥ has no upper end.")
        if not self.left_out:
            return drawn
        left = ngettext("{n} network has a lower figure.", "{n} networks have lower figures.", self.left_out)
        return f"{drawn} {left.format(n=grouped(self.left_out))}"


def reaches(content: Json) -> Iterator[Bars]:
    """Reach by network, a chart for each surface: of the open networks, or of all where none is open.

    Networks without a figure have no bar: nothing known is no bar of length 0.
    """
    shown = [network for network in content["networks"] if network["open"]] or content["networks"]
    surfaces: dict[str, list[Bar]] = {}
    for network in shown:
        for each in network["measures"]["reach"]["surfaces"]:
            figure = Figure("", each["figure"]).hedged
            if figure.low is not None:
                surfaces.setdefault(each["surface"], []).append(_bar(network, each["figure"]))
    for name in sorted(surfaces, key=lambda name: _order(content, name)):
        bars = sorted(surfaces[name], key=lambda bar: -max(bar.low, bar.high or 0))
        named = surface_name(Surface.parse(name), many=True)
        title = _("Reach of open networks on {surface}") if shown[0]["open"] else _("Reach of networks on {surface}")
        yield Bars(name, title.format(surface=named), tuple(bars[:MOST_BARS]), len(bars) - len(bars[:MOST_BARS]))


def pipeline(content: Json) -> list[tuple[str, int]]:
    """How many networks are in each stage, in the order of the stages."""
    return [(stage_name(Stage(stage["stage"])), stage["n"]) for stage in content["measures"]["stages"]["stages"]]


def parts_of(bar: Lasting) -> tuple[float | None, float | None, float | None]:
    """How many days of a bar are of each part: up to now where it is open, else to its confirmation and to its end."""
    if bar.open:
        return _days(bar.total_s), None, None
    confirmed = _days(bar.confirmed_s or 0)
    return None, confirmed or None, round(_days(bar.total_s) - confirmed, 2)


def _bar(network: Json, said: Json) -> Bar:
    figure = Figure("", said).hedged
    return Bar(
        network["id"],
        network["name"],
        figure.low or 0,
        figure.high,
        str(figure.qualifier),
        said["short"],
        said["prose"],
        network["overdue"],
    )


def _order(content: Json, surface: str) -> tuple[int, str]:
    listed = [each["surface"] for each in content["measures"]["reach"]["surfaces"]]
    return listed.index(surface) if surface in listed else len(listed), surface


def _days(seconds: int) -> float:
    """Days with two decimals, cut and never rounded up."""
    return seconds * 100 // _DAY_S / 100
