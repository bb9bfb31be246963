"""The timeline of a network: what it made, posted, hosted and paid for, in lanes over one axis of days.

Sizes are in px, as on all of the desk. Stages are rules, elections dotted ones. The axis runs from the first thing to
now, or to what is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.nouns import month_name
from app.outlines import FILLED, outlines
from app.safetext import plotly_label

Json = dict[str, Any]

LANES = ("created", "posts", "events", "ads")
"""From the top down."""

LANE = 22
"""Height of a lane, in px."""

LEFT, RIGHT, FOOT = 124, 118, 22
"""What stands beside and below the lanes, in px: what they are, words beside the last rules, and the years."""

EPOCH = date(1970, 1, 1)

AXIS: Json = {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False}

MOST_TICKS = 8

GAP = 0.07
"""Of the days of a bar of posts, what stays free on either side."""

PLOT = 400
"""How wide the lanes are at least, in px."""

NAME_PX = 7.2
"""About how wide a letter of 13 px is."""


def height() -> int:
    """How high the picture is, in px."""
    return LANE * len(LANES) + FOOT


def figure() -> Json:
    """Ticks, bars, diamonds and lines between squares, with nothing in them."""
    marks: Json = {"type": "scatter", "mode": "markers", "x": [], "y": [], "hoverinfo": "skip"}
    return {
        "data": [
            {
                "name": "created",
                **marks,
                "marker": {"symbol": "line-ns", "size": 11, "opacity": 0.7, "line": {"width": 1.5, "color": "--data2"}},
            },
            {"name": "posts", **FILLED, "x": [], "y": [], "fillcolor": "--land2", "hoverinfo": "skip"},
            {"name": "events", **marks, "marker": {"symbol": "diamond", "size": 9, "color": "--data1"}},
            {
                "name": "ads",
                **marks,
                "mode": "lines+markers",
                "line": {"color": "--axis", "width": 1},
                "marker": {"symbol": "square", "size": 8, "color": "--data1"},
            },
        ],
        "layout": {
            "margin": {"l": LEFT, "r": RIGHT, "t": 0, "b": FOOT, "pad": 0},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": "--font", "size": 13, "color": "--ink2"},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "transition": {"duration": 0},
            "xaxis": {**AXIS, "range": [0, 1]},
            "yaxis": {**AXIS, "range": [-0.5, len(LANES) - 0.5]},
        },
        "config": {"staticPlot": True, "displayModeBar": False, "displaylogo": False, "showSendToCloud": False,
                   "plotlyServerURL": ""},
    }  # fmt: skip


def columns(view: Mapping[str, Any]) -> Json:
    """Where everything stands, in days from 1970.

    ``view`` has ``created`` (days, one an asset), ``posts`` as (day, days, part of the largest), ``events`` (days),
    ``ads`` as (first, last), ``stages`` and ``votes`` as (day, words), ``lanes`` in words, and ``range``.
    """
    first, last = view["range"]
    place = {name: len(LANES) - 1 - n for n, name in enumerate(LANES)}
    posts, foot = view["posts"], place["posts"] - 0.36
    ads = [(x, place["ads"]) for ad in view["ads"] for x in (*ad, None)]
    return {
        "traces": {
            "created": {"x": view["created"], "y": [place["created"]] * len(view["created"])},
            "posts": outlines(
                (day + GAP * days, foot, day + (1 - GAP) * days, foot + 0.72 * part) for day, days, part in posts
            ),
            "events": {"x": view["events"], "y": [place["events"]] * len(view["events"])},
            "ads": {"x": [x for x, _ in ads], "y": [None if x is None else y for x, y in ads]},
        },
        "layout": {
            "xaxis": {**AXIS, "range": [first, last]},
            "shapes": [
                *_grid(first, last),
                *_rules(view["stages"][1:-1], "--axis", 1),
                *_rules([*view["stages"][:1], *view["stages"][-1:]], "--ink1", 1.5),
                *_rules(view["votes"], "--axis", 1, "dot"),
            ],
            "annotations": [*_lanes(view["lanes"], place), *_years(first, last), *_words(view, first, last)],
        },
    }  # fmt: skip


def _lanes(lanes: Mapping[str, str], place: Mapping[str, int]) -> Iterator[Json]:
    for name, words in lanes.items():
        yield _said(words, 0, place[name], xref="paper", xanchor="left", xshift=-LEFT, yanchor="middle")


def ticks(first: float, last: float) -> list[tuple[int, str]]:
    """Years, or months where these are few: where each begins, and its name."""
    begin, end = _date(first), _date(last)
    years = [date(year, 1, 1) for year in range(begin.year, end.year + 1)]
    inside = [each for each in years if begin <= each <= end]
    if len(inside) >= 2:
        step = -(-len(inside) // MOST_TICKS)
        return [((each - EPOCH).days, str(each.year)) for each in inside if each.year % step == 0]
    months = [date(year, month, 1) for year in range(begin.year, end.year + 1) for month in range(1, 13)]
    inside = [each for each in months if begin <= each <= end]
    step = max(1, -(-len(inside) // MOST_TICKS))
    names = [
        f"{month_name(each)} {each.year}" if n == 0 or each.month == 1 else month_name(each)
        for n, each in enumerate(inside)
    ]
    return [((each - EPOCH).days, name) for each, name in zip(inside, names, strict=True)][::step]  # fmt: skip


def _date(day: float) -> date:
    return EPOCH + timedelta(days=min(max(int(day), (date.min - EPOCH).days), (date.max - EPOCH).days))


def _grid(first: float, last: float) -> Iterator[Json]:
    for day, _name in ticks(first, last):
        yield _rule(day, "--line", 1)


def _years(first: float, last: float) -> Iterator[Json]:
    for day, name in ticks(first, last):
        yield _said(name, day, 0, yref="paper", yanchor="top", yshift=-3, font={"color": "--ink3"})


def _rules(said: Iterable[Sequence[Any]], color: str, width: float, dash: str = "solid") -> Iterator[Json]:
    for day, _words in said:
        yield _rule(day, color, width, dash)


def _rule(x: float, color: str, width: float, dash: str = "solid") -> Json:
    line = {"color": color, "width": width, "dash": dash}
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line, "layer": "below"}


def _words(view: Mapping[str, Any], first: float, last: float) -> Iterator[Json]:
    """The first stage at the left of its rule, the last one at the right of its own, the next election at its foot."""
    stages, votes = view["stages"], view["votes"]
    if len(stages) > 1:
        yield _beside(stages[0], len(LANES) - 1, (first, last), right=False, color="--ink2")
    if stages:
        yield _beside(stages[-1], len(LANES) - 1, (first, last), right=True, color="--ink1")
    if votes:
        yield _beside(votes[0], 0, (first, last), right=True, color="--ink2")


def _beside(said: Sequence[Any], lane: float, ends: tuple[float, float], *, right: bool, color: str) -> Json:
    """Words on one side of a rule; on the other where they would be cut off. A plot is at least 400 px wide."""
    (day, words), (first, last) = said, ends
    part = (day - first) / max(1.0, last - first)
    room = (1 - part) * PLOT + RIGHT if right else part * PLOT + LEFT / 2
    if room < len(words) * NAME_PX:
        right = not right
    side = {"xanchor": "left", "xshift": 6} if right else {"xanchor": "right", "xshift": -6}
    return _said(words, day, lane, yanchor="middle", font={"color": color}, bgcolor="--ground", **side)


def _said(text: str, x: float, y: float, **more: Any) -> Json:
    return {"text": plotly_label(text), "x": x, "y": y, "showarrow": False, "borderpad": 0, **more}
