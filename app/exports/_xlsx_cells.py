"""A workbook and its sheets: what every sheet has alike, and cells that are typed.

    book = Book(frozen)
    sheet = book.sheet(_("Figures"))
    sheet.table([Column("Network", 24), Column("Low", 12, "whole")], [["Low Tide", 64]])
    file = book.bytes()

A text is a text whatever it begins with: never a formula, nor a link, nor a number.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import xlsxwriter
from babel.numbers import get_currency_precision

from app.exports._figures import Figure
from app.exports._frozen import Frozen
from app.exports._marks import TLP_COLORS, marks, shown_at
from app.language import _
from app.safetext import clean, sheet_cell

FONT = "Archivo"
INK, QUIET, LINE, ALERT = "#141618", "#585E62", "#CFCFCB", "#8F3E00"

EXACT_BELOW = 10**15
"""Spreadsheets keep 15 digits of a number: one with more is written as a text, with all of them."""

EARLIEST_YEAR = 1900
"""The first year that spreadsheets know; an earlier time is written as a text."""

MARK_LIMIT = 100
"""Characters of the marks in a header, which altogether has 255."""

TITLE_ROW, SAYING_ROW, TABLE_ROW = 1, 2, 3

_NUMBERS = {
    "whole": "#,##0",
    "serial": "0",
    "tenths": "#,##0.0",
    "share": "0.0%",
    "rate": "General",
    "time": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
    "money0": "#,##0",
    "money2": "#,##0.00",
    "money3": "#,##0.000",
}
"""Looks of cells that hold numbers; "money" and the decimals of the currency."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and the look of its cells."""

    title: str
    width: float
    look: str = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that looks otherwise than its column."""

    value: Any
    look: str


class Sheet:
    """One sheet: the label and the marks on top, its title, what it says of itself, and a table from row 4."""

    def __init__(self, book: Book, name: str, title: str, saying: str) -> None:
        self.name = name
        self._book = book
        self.lines: Any = book.workbook.add_worksheet(name)
        self._dress()
        self.text(TITLE_ROW, 0, title, "title")
        self.text(SAYING_ROW, 0, saying, "quiet")

    def text(self, row: int, column: int, words: str, look: str = "text") -> None:
        """A text where it stands, cleaned."""
        self.lines.write_string(row, column, self._book.cell(words), self._book.look(look))

    def put(self, row: int, column: int, value: Any, look: str = "text") -> None:
        """A value with its type: a text, a number, a time, yes or no; None leaves the cell empty."""
        if isinstance(value, Cell):
            value, look = value.value, value.look
        style = self._book.look(look)
        if value is None or value == "":
            self.lines.write_blank(row, column, None, style)
        elif isinstance(value, bool):
            self.lines.write_string(row, column, _("yes") if value else _("no"), style)
        elif isinstance(value, int | float):
            self.lines.write_number(row, column, value, style)
        elif isinstance(value, datetime):
            self.lines.write_datetime(row, column, value, style)
        else:
            self.lines.write_string(row, column, self._book.cell(value), style)

    def table(
        self, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, row: int = TABLE_ROW, held: int = 1
    ) -> int:
        """A table that can be filtered, with headings and ``held`` columns that stay in sight. The row after it."""
        for place, column in enumerate(columns):
            self.lines.set_column(place, place, column.width)
            self.text(row, place, column.title, "heading")
        last = row
        for last, cells in enumerate(rows, row + 1):
            for place, value in enumerate(cells):
                self.put(last, place, value, columns[place].look)
        self.lines.autofilter(row, 0, max(last, row + 1), len(columns) - 1)
        self.lines.freeze_panes(row + 1, held)
        self.lines.repeat_rows(0, row)
        return last + 1

    def _dress(self) -> None:
        book, content = self._book, self._book.frozen.content
        sheet = self.lines
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
        label, said = str(book.frozen.tlp), marks(content)
        also = clean(" · ".join(said), MARK_LIMIT, empty="").replace("&", "&&")
        picture = _("Snapshot {id}, seq {seq}").format(id=book.frozen.id, seq=book.frozen.seq)
        page = _("Page {page} of {pages}").format(page="&P", pages="&N")
        sheet.set_header(f'&L&"{FONT},Bold"{also}&R&"{FONT},Bold"{label}')
        sheet.set_footer(f'&L{picture}&C&"{FONT},Bold"{label}&R{page}')
        self.text(0, 0, label, "label")
        for place, words in enumerate(said, 1):
            self.text(0, place, words, "mark")


class Book:
    """A workbook in memory, dated by its snapshot."""

    def __init__(self, frozen: Frozen) -> None:
        self.frozen = frozen
        self._file = io.BytesIO()
        plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self.workbook: Any = xlsxwriter.Workbook(self._file, {"in_memory": True, **plain})
        self.workbook.set_properties(
            {
                "title": clean(frozen.name),
                "author": clean(frozen.content["frozen"]["by"]),
                "comments": f"{frozen.tlp}. {frozen.id}, seq {frozen.seq}, SHA-256 {frozen.sha256}",
                "created": shown_at(frozen.content["frozen"]["at"], "UTC"),
            }
        )
        self._looks: dict[str, Any] = {}
        # Definitions and the names of networks stand in every row of theirs.
        self.cell = cache(sheet_cell)

    def sheet(self, name: str, title: str = "", saying: str = "") -> Sheet:
        """A new sheet behind the others; ``name`` is at most 31 letters and spaces."""
        return Sheet(self, name, title or name, saying)

    def time(self, text: str | None) -> datetime | str | None:
        """An instant of the content as a date by the clocks of the snapshot; a text where there is no such date."""
        if text is None:
            return None
        shown = shown_at(text, self.frozen.content["zone"])
        return shown if shown.year >= EARLIEST_YEAR else text

    def look(self, name: str) -> Any:
        """A format by its name, made once."""
        if name not in self._looks:
            self._looks[name] = self.workbook.add_format(self._properties(name))
        return self._looks[name]

    def bytes(self) -> bytes:
        """The file, whole; the book is closed."""
        self.workbook.close()
        return self._file.getvalue()

    def _properties(self, name: str) -> dict[str, Any]:
        usual = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
        line = {"bottom": 1, "bottom_color": LINE}
        if name in _NUMBERS:
            return (
                usual | line | {"num_format": _NUMBERS[name], "align": "left" if name in ("time", "day") else "right"}
            )
        named: dict[str, dict[str, Any]] = {
            "text": line,
            "wrap": line | {"text_wrap": True},
            "strong": line | {"bold": True},
            "overdue": line | {"bold": True, "font_color": ALERT},
            "heading": {"bold": True, "text_wrap": True, "valign": "bottom", "top": 1, "bottom": 1},
            "title": {"bold": True, "font_size": 14},
            "quiet": {"font_color": QUIET},
            "label": {"bold": True, "bg_color": "#000000", "font_color": f"#{TLP_COLORS[self.frozen.tlp]}"},
            "mark": {"bold": True},
        }
        return usual | named[name]


def ends(figure: Figure) -> tuple[Any, Any]:
    """The low and the high end of a figure as typed cells, as they were stated; empty where there is none."""
    hedged = figure.hedged
    return _end(figure, hedged.low), _end(figure, hedged.high)


def _end(figure: Figure, n: int | None) -> Cell | None:
    if n is None:
        return None
    if n >= EXACT_BELOW:
        return Cell(str(n), "text")
    if not figure.is_money:
        return Cell(n, "whole")
    places = get_currency_precision(figure.unit)
    return Cell(n / 10**places if places else n, f"money{places}")
