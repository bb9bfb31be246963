"""The bars of the briefing as one file: a Plotly figure with its colours as names, and the rows that say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app import briefing
from app.briefing import Lasting
from app.language import _
from app.nouns import duration
from app.outlines import FILLED, outlines
from app.safetext import clean, plotly_label
from app.vocabulary import DAY, HOUR, SECOND

Json = dict[str, Any]

MOST_NAME = 18
"""Letters of a name beside its bar."""

ROW_PX, AXIS_PX, LABELS_PX = 19, 24, 132

LETTER = 0.0155
"""Width of a letter of what stands beside a bar, as a share of the axis at its narrowest."""

CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "doubleClick": False,
    "scrollZoom": False,
}

BARE: Json = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "showlegend": False,
    "dragmode": False,
    "hoverlabel": {"bgcolor": "--lift", "bordercolor": "--line", "font": {"family": "--font", "color": "--ink1"}},
}


def font(size: int, color: str, weight: int = 400) -> Json:
    """The typeface of the page in pixels. Bold is a weight: a tag would become a style that the policy forbids."""
    return {"family": "--font", "size": size, "color": color, "weight": weight}


# --- durations --------------------------------------------------------------------------------------------------------


def durations_figure(content: Mapping[str, Any]) -> Json:
    """Bars from detection to removal: to confirmation and from there for the removed, whole for those that are open."""
    rows = briefing.durations(content)
    unit, step, words = _axis(max((row.total_s for row in rows), default=1))
    gap = next((place for place, row in enumerate(rows) if not row.open), len(rows))
    ys = [place + (0.4 if place >= gap > 0 else 0.0) for place in range(len(rows))]
    most = max((row.total_s / unit for row in rows), default=1.0)
    ticks = [step * n for n in range(int(most / step) + 2)]
    end = max([step, *(row.total_s / unit / (1 - min(0.7, LETTER * (len(row.words) + 2))) for row in rows)])
    return {
        "data": [bar for row, y in zip(rows, ys, strict=True) for bar in _bars(row, y, unit)],
        "layout": {
            **BARE,
            "margin": {"l": LABELS_PX, "r": 8, "t": 6, "b": AXIS_PX, "pad": 0},
            "xaxis": {
                "range": [0, end],
                "tickvals": ticks,
                "ticktext": [words(n) for n in ticks],
                "tickfont": font(11, "--ink3"),
                "gridcolor": "--line",
                "zeroline": False,
                "fixedrange": True,
            },
            "yaxis": {"range": [(ys[-1] if ys else 0) + 0.6, -0.6], "visible": False, "fixedrange": True},
            "annotations": [*_names(rows, ys), *_ends(rows, ys, unit), *_median(content, unit, gap)],
            "shapes": _median_line(content, unit, gap, ys),
        },
        "config": CONFIG,
    }


def durations_height(content: Mapping[str, Any]) -> int:
    """How high the chart stands, in pixels."""
    return AXIS_PX + 12 + ROW_PX * max(1, len(briefing.durations(content)))


def durations_rows(content: Mapping[str, Any]) -> Iterator[tuple[Lasting, str, str]]:
    """The rows of the table: what lasted, how long until it was confirmed, and how long in all."""
    for row in briefing.durations(content):
        yield row, "" if row.confirmed_s is None else duration(row.confirmed_s * SECOND), row.words


_COLORS = {"open": "--data1", "late": "--alert", "confirmed": "--data3", "removed": "--data2"}

HALF = 0.31
"""Half of the height of a bar, in rows."""


def _bars(row: Lasting, y: float, unit: int) -> Iterator[Json]:
    """The parts of a row, one behind the other; the pointer gets the name and how long each took."""
    since = 0
    for kind, seconds in _parts(row):
        if seconds:
            yield {
                **FILLED,
                **outlines([(since / unit, y - HALF, (since + seconds) / unit, y + HALF)]),
                "name": kind,
                "fillcolor": _COLORS[kind],
                "hoveron": "fills",
                "hoverinfo": "text",
                "text": f"{plotly_label(row.network.text)}: {duration(seconds * SECOND)}",
            }
        since += seconds


def _parts(row: Lasting) -> Iterator[tuple[str, int]]:
    """What a bar is made of, in seconds from detection."""
    if row.open:
        yield "late" if row.overdue else "open", row.total_s
    else:
        yield "confirmed", row.confirmed_s or 0
        yield "removed", row.total_s - (row.confirmed_s or 0)


def _axis(longest_s: int) -> tuple[int, int, Any]:
    """The unit of the axis in seconds, a tick every so many units, and how a tick is written."""
    hour, day = HOUR // SECOND, DAY // SECOND
    if longest_s < 2 * day:
        unit, units, words = hour, longest_s / hour, _("{n} h")
    else:
        unit, units, words = day, longest_s / day, _("{n} d")
    step = next((step for step in (1, 2, 3, 6, 7, 14, 28, 56, 91, 182, 365) if units / step <= 9), 730)
    return unit, step, lambda n: words.format(n=n) if n else "0"


def _names(rows: Sequence[Lasting], ys: Sequence[float]) -> Iterator[Json]:
    for row, y in zip(rows, ys, strict=True):
        label = plotly_label(clean(row.network.text, MOST_NAME))
        yield {
            "x": 0,
            "xref": "paper",
            "y": y,
            "xanchor": "right",
            "xshift": -6,
            "text": label,
            "showarrow": False,
            "font": font(12, "--alert", 600) if row.overdue else font(12, "--ink1"),
        }


def _ends(rows: Sequence[Lasting], ys: Sequence[float], unit: int) -> Iterator[Json]:
    for row, y in zip(rows, ys, strict=True):
        words = plotly_label(row.words)
        yield {
            "x": row.total_s / unit,
            "y": y,
            "xanchor": "left",
            "xshift": 3,
            "text": words,
            "showarrow": False,
            "font": font(12, "--alert", 600) if row.overdue else font(12, "--ink2"),
        }


def _median(content: Mapping[str, Any], unit: int, gap: int) -> Iterator[Json]:
    found = briefing.median_words(content)
    if found is not None:
        middle, words = found
        yield {
            "x": middle / unit,
            "y": gap - 0.05,
            "xanchor": "left",
            "yanchor": "bottom",
            "xshift": 4,
            "text": plotly_label(words),
            "showarrow": False,
            "font": font(11, "--ink2"),
        }


def _median_line(content: Mapping[str, Any], unit: int, gap: int, ys: Sequence[float]) -> list[Json]:
    found = briefing.median_words(content)
    if found is None:
        return []
    x = found[0] / unit
    line = {"color": "--ink1", "width": 1, "dash": "dot"}
    return [{"type": "line", "x0": x, "x1": x, "y0": gap - 0.2, "y1": ys[-1] + 0.6, "line": line}]
