"""The sheet of charts, each made from the cells beside it: reach by network, the pipeline, and detection to removal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.briefing import Lasting, durations
from app.exports._charted import LASTING, Bars, parts_of, pipeline, reaches
from app.exports._xlsx_cells import FONT, Book, Sheet
from app.language import _, pgettext
from app.safetext import clean

OPEN_INK, PALE, CLOSED, ALERT = "#24292D", "#AEB8BE", "#4D6C80", "#8F3E00"
GRID = "#CFCFCB"

NAME_LIMIT = 32
"""Characters of a network's name beside a bar."""

CHART_ROWS = 20
"""Rows that a chart takes; its cells take what they need, but no fewer."""

_FONT = {"name": FONT, "size": 9, "color": "#141618"}
_CHART_COLUMN = 8
_COLUMNS = 7


def charts(book: Book) -> None:
    """Every chart with its cells."""
    sheet = book.sheet(_("Charts"), saying=_("Each chart is drawn from the cells at its left."))
    sheet.lines.set_column(0, 0, 34)
    sheet.lines.set_column(1, _COLUMNS - 1, 13)
    row = 4
    content = book.frozen.content
    for chart in reaches(content):
        row = _reach(sheet, book, row, chart)
    row = _pipeline(sheet, book, row, pipeline(content))
    _durations(sheet, book, row, durations(content))
    sheet.lines.freeze_panes(3, 0)


def _reach(sheet: Sheet, book: Book, row: int, reach: Bars) -> int:
    columns = [
        _("Network"),
        pgettext("an end of a figure", "Low"),
        _("From low to high"),
        _("Room for words"),
        _("Short"),
        _("Qualifier"),
        pgettext("an end of a figure", "High"),
    ]
    rows = [[b.name, b.low, b.spread, reach.room, b.short, b.qualifier, b.high] for b in reach.bars]
    first, last = _cells(sheet, row, reach.title, columns, rows)
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    # As texts: not every program draws labels that are kept in cells.
    words = [{"value": bar.short} for bar in reach.bars]
    late = [{"fill": {"color": ALERT}} if bar.overdue else None for bar in reach.bars]
    labels = {"value": True, "custom": words, "position": "inside_base", "font": _FONT}
    looks: list[dict[str, Any]] = [
        {"fill": {"color": OPEN_INK}, "points": late},
        {"fill": {"color": PALE}},
        # This one only makes room for the words at the end of a bar.
        {"fill": {"none": True}, "data_labels": labels},
    ]
    for place, look in enumerate(looks, 1):
        chart.add_series(
            {
                "name": [sheet.name, first - 1, place],
                "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, place, last, place],
                "gap": 60,
                **look,
            }
        )
    return _place(sheet, chart, row, reach.title, last, note=reach.note)


def _pipeline(sheet: Sheet, book: Book, row: int, counts: Sequence[tuple[str, int]]) -> int:
    title = _("Pipeline: networks by stage")
    first, last = _cells(sheet, row, title, [_("Stage"), _("Networks")], counts)
    chart = book.workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": [sheet.name, first - 1, 1],
            "categories": [sheet.name, first, 0, last, 0],
            "values": [sheet.name, first, 1, last, 1],
            "fill": {"color": OPEN_INK},
            "gap": 120,
            "data_labels": {"value": True, "font": _FONT},
        }
    )
    chart.set_x_axis({"num_font": _FONT, "line": {"color": GRID}, "major_tick_mark": "none"})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    return _place(sheet, chart, row, title, last, upright=True)


def _durations(sheet: Sheet, book: Book, row: int, bars: Sequence[Lasting]) -> int:
    title = _("Detection to removal, in days")
    columns = [_("Network"), *(_(name) for name in LASTING), _("In all")]
    rows = [[str(bar.network.text), *parts_of(bar), bar.words] for bar in bars]
    first, last = _cells(sheet, row, title, columns, rows)
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for place, color in enumerate((OPEN_INK, PALE, CLOSED), 1):
        late = [{"fill": {"color": ALERT}} if bar.overdue and place == 1 else None for bar in bars]
        chart.add_series(
            {
                "name": [sheet.name, first - 1, place],
                "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, place, last, place],
                "fill": {"color": color},
                "gap": 60,
                "points": late,
            }
        )
    return _place(sheet, chart, row, title, last, legend=True)


def _cells(
    sheet: Sheet, row: int, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[int, int]:
    """What a chart is drawn from. The first and the last row of it."""
    sheet.text(row, 0, title, "title")
    for place, name in enumerate(columns):
        sheet.text(row + 1, place, name, "heading")
    said = rows or [[_("none"), *[None] * (len(columns) - 1)]]
    for at, cells in enumerate(said, row + 2):
        for place, value in enumerate(cells):
            if value is None:
                # Of an empty cell that has a look the library would tell the chart that it is 0.
                continue
            look = "tenths" if isinstance(value, float) else "whole" if isinstance(value, int) else "text"
            shown = clean(value, NAME_LIMIT) if isinstance(value, str) and not place else value
            sheet.put(at, place, shown, look)
    return row + 2, row + 1 + len(said)


def _place(
    sheet: Sheet,
    chart: Any,
    row: int,
    said: str,
    last: int,
    *,
    upright: bool = False,
    legend: bool = False,
    note: str = "",
) -> int:
    """Put a chart beside its cells. The row where the next one begins."""
    if not upright:
        # Bars grow from the bottom up unless the axis is turned, and then the scale is wanted at the other side.
        chart.set_y_axis({"reverse": True, "num_font": _FONT, "line": {"color": GRID}, "major_tick_mark": "none"})
        grid = {"visible": not note, "line": {"color": GRID, "width": 0.5}}
        chart.set_x_axis(
            {
                "min": 0,
                "visible": not note,
                "num_font": _FONT,
                "label_position": "high",
                "major_gridlines": grid,
                "line": {"none": True},
            }
        )
    chart.set_title({"name": said, "name_font": _FONT | {"bold": True, "size": 10}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _FONT} if legend else {"none": True})
    chart.set_chartarea({"border": {"none": True}})
    height = max(CHART_ROWS, last - row + 2)
    chart.set_size({"width": 760, "height": 20 * (height - 1)})
    if note:
        sheet.text(last + 1, 0, note, "quiet")
    sheet.lines.insert_chart(
        row, _CHART_COLUMN, chart, {"description": f"{said}. {note}".strip(), "object_position": 2}
    )
    return row + height + 1
