"""What the charts of a snapshot are drawn from: bars by network with both ends of a figure, stages, and durations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.exports._figures import Figure
from app.language import _, ngettext
from app.nouns import duration, reach_sentence, stage_name, surface_name
from app.numerals import grouped
from app.vocabulary import SECOND, Stage, Surface

Json = dict[str, Any]

MOST_BARS = 12
"""Bars of one chart: with more of them no name can be read on a slide."""

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


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a network took, in days: ``open`` until now, or the two parts that end with its removal."""

    network: str
    name: str
    open: float | None
    to_confirmed: float | None
    to_removed: float | None
    words: str
    overdue: bool


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
        surface = Surface.parse(name)
        title = _("Reach on {surface}: {sentence}").format(
            surface=surface_name(surface, many=True), sentence=reach_sentence(surface, past=True)
        )
        yield Bars(name, title, tuple(bars[:MOST_BARS]), len(bars) - len(bars[:MOST_BARS]))


def pipeline(content: Json) -> list[tuple[str, int]]:
    """How many networks are in each stage, in the order of the stages."""
    return [(stage_name(Stage(stage["stage"])), stage["n"]) for stage in content["measures"]["stages"]["stages"]]


def durations(content: Json) -> list[Lasting]:
    """How long the networks took: the open ones, the longest first, then the removed, the latest first."""
    lasting = [(network, network["durations"]) for network in content["networks"]]
    still = sorted(
        ((network, took) for network, took in lasting if took["open_s"] is not None),
        key=lambda each: (-each[1]["open_s"], each[0]["id"]),
    )
    # Of one that was removed when it was first seen there is nothing to draw.
    gone = [(network, took) for network, took in lasting if took["to_removed_s"]]
    return [_lasting(network, took) for network, took in [*still[:MOST_BARS], *gone[: MOST_BARS // 2]]]


def lasting(title: str) -> str:
    """What the chart of durations says of itself."""
    return _("{title}: from when a network was first seen").format(title=title)


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


def _lasting(network: Json, took: Json) -> Lasting:
    open_s, confirmed_s, removed_s = took["open_s"], took["to_confirmed_s"], took["to_removed_s"]
    if open_s is not None:
        parts: tuple[float | None, ...] = (_days(open_s), None, None)
    else:
        until = min(confirmed_s or 0, removed_s)
        parts = (None, _days(until), round(_days(removed_s) - _days(until), 2))
    words = duration((removed_s if open_s is None else open_s) * SECOND)
    return Lasting(network["id"], network["name"], *parts, words, network["overdue"])


def _days(seconds: int) -> float:
    """Days with two decimals, cut and never rounded up."""
    return seconds * 100 // _DAY_S / 100
