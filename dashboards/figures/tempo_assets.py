"""The bars of Tempo: assets found above the line and removed below it, by weeks that end now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.amounts import short
from app.hedged import Hedged
from app.language import _, ngettext
from app.numerals import grouped
from app.outlines import FILLED, outlines
from dashboards.figures._timeline import (
    LINE_REM,
    WEEKS,
    WIDTH_REM,
    Box,
    Json,
    at_rem,
    at_week,
    empty,
    free,
    level,
    rules,
    scale,
    wide_rem,
    words,
)

HEIGHT_REM = 23.6
MONTHS_REM, VOTES_REM = 3.4, 3.2
"""Below the bars: the names of the months, and above these the countries that vote."""

HALF_WEEKS = 0.39
"""Half of a bar: between two of them some ground is seen."""

ABOVE_REM, BELOW_REM, ROOM_REM = 7.2, 4.0, 2.9
"""How long the bars may be on either side of the line, and the room for a number beyond each."""

_LINE = MONTHS_REM + VOTES_REM + BELOW_REM + ROOM_REM
_PLOT = (HEIGHT_REM - MONTHS_REM - VOTES_REM, (MONTHS_REM + VOTES_REM) / HEIGHT_REM)


def figure() -> Json:
    """Two bars a week, one above the other."""
    bars: Json = {**FILLED, "x": [], "y": []}
    return empty(
        [{"name": "found", **bars, "fillcolor": "--land2"}, {"name": "removed", **bars, "fillcolor": "--data2"}]
    )


def columns(view: Mapping[str, Any]) -> Json:
    """Weeks by their middle. Both sides have one scale, and the line between them stays where it is."""
    found, removed = view["found"], view["removed"]
    weeks = len(found)
    xs = [place - weeks + 0.5 for place in range(weeks)]
    top, _middle = scale(max([*found, *(n * ABOVE_REM / BELOW_REM for n in removed)]))
    above, below = HEIGHT_REM - _LINE, BELOW_REM + ROOM_REM
    foot = MONTHS_REM / HEIGHT_REM
    return {
        "traces": {"found": _bars(xs, found, 1), "removed": _bars(xs, removed, -1)},
        "layout": {
            "yaxis": {
                "visible": False,
                "fixedrange": True,
                "domain": [_PLOT[1], 1],
                "range": [-top * below / ABOVE_REM, top * above / ABOVE_REM],
            },
            "shapes": [level(0, "--axis", "0.2rem"), *rules(view["votes"], foot)],
            "annotations": [
                *_numbers(xs, found, "bottom", 1),
                *_numbers(xs, removed, "top", -1),
                *_months(view["months"], view["more_votes"]),
                *_votes(view["votes"], foot),
            ],
        },
        "table": [
            [_("week to {day}").format(day=day), grouped(n), grouped(gone)]
            for day, n, gone in zip(view["ends"], found, removed, strict=True)
        ],
    }


def _bars(xs: Sequence[float], counts: Sequence[int], sign: int) -> Json:
    return outlines(
        (round(x - HALF_WEEKS, 2), 0, round(x + HALF_WEEKS, 2), sign * n) for x, n in zip(xs, counts, strict=True)
    )


def _numbers(xs: Sequence[float], counts: Sequence[int], anchor: str, sign: int) -> Iterator[Json]:
    """The largest week in figures, the latest of equal ones, and the one that ends now, where both have room."""
    last = len(counts) - 1
    largest = max(range(len(counts)), key=lambda place: (counts[place], place))
    texts = {place: short(Hedged.exactly(counts[place])) for place in (largest, last) if counts[place]}
    room = (last - largest) * WIDTH_REM / (WEEKS[1] - WEEKS[0])
    if largest != last and last in texts and room < sum(map(wide_rem, texts.values())) / 2 + 1:
        del texts[last]
    for place, text in texts.items():
        ink = "--ink1" if place == last else "--ink2"
        yield words(text, xs[place], sign * counts[place], yanchor=anchor, font={"color": ink})


def _months(months: Sequence[Mapping[str, Any]], more_votes: int) -> Iterator[Json]:
    """The months, and behind them how many votes have no rule."""
    low: Json = {"yref": "paper", "yanchor": "bottom", "font": {"color": "--ink3"}}
    said = ngettext("+{n} vote", "+{n} votes", more_votes).format(n=grouped(more_votes)) if more_votes else ""
    end = WIDTH_REM - 2.6 - wide_rem(said)
    for month in months:
        if 2.6 < at_rem(month["x"]) < end:
            yield words(month["name"], month["x"], 0, **low)
    if said:
        yield words(said, WEEKS[1], 0, **low, xanchor="right")


def _votes(votes: Sequence[Mapping[str, Any]], foot: float) -> Iterator[Json]:
    """The country of each election beside its rule, where it covers no other rule or name; else by its code."""
    taken = [Box(at_rem(x) - 0.3, 0, 0.6, LINE_REM) for x in (0.0, *(vote["x"] for vote in votes))]
    said: set[str] = set()
    for vote in votes:
        for name in dict.fromkeys((vote["name"], vote["code"])):
            width, x = wide_rem(name), at_rem(vote["x"])
            box = free((Box(left, 0, width, LINE_REM) for left in (x - 0.8 - width, x + 0.8)), taken, LINE_REM)
            if box is not None and vote["name"] not in said:
                said.add(vote["name"])
                taken.append(box)
                side, edge = ("right", box.x + width) if box.x < x else ("left", box.x)
                yield words(name, at_week(edge), foot, yref="paper", yanchor="bottom", xanchor=side)
