"""A table as text, from whatever a spreadsheet wrote: its rows, each with the line of the file on which it begins.

A file is read as UTF-8 or UTF-16 by its mark, else as UTF-8, else as Windows-1252; its cells are divided by the sign
that its first line has most of. A quotation mark that opens and never closes costs its own line and no other.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import BadRequest

CELL_LIMIT = 1024 * 1024
"""Characters of one cell: as many bytes as a line of NDJSON may have."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on, counted from 1, and its cells as they stand there.

    ``fault`` is why the row cannot be read, empty where it can.
    """

    line: int
    cells: list[str]
    fault: str = ""

    def cell(self, place: int | None) -> str:
        """The cell of a column without the white space around it; empty where the row or the table ends before it."""
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.fault and not any(cell.strip() for cell in self.cells)


def text_of(raw: bytes) -> str:
    """The text of a file."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def rows_of(text: str) -> Iterator[Row]:
    """The rows of a table, its heading among them, blank ones as well."""
    csv.field_size_limit(CELL_LIMIT)
    lines = list(io.StringIO(text, newline=""))
    sign = _divider(lines)
    start = 0
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=sign)
        begin = start
        while begin < len(lines):
            try:
                cells = next(reader)
            except csv.Error as broken:
                yield Row(begin + 1, [], f"this is no row of a table: {broken}")
                begin = start + max(reader.line_num, begin - start + 1)
                continue
            end = start + reader.line_num
            if end == len(lines) and end - begin > 1 and _is_open(lines[begin:end], sign):
                yield Row(begin + 1, [], "a quotation mark opens here and never closes")
                begin += 1
                break
            yield Row(begin + 1, cells)
            begin = end
        start = begin


def columns_of(heading: list[str]) -> dict[str, int]:
    """The places of the columns by name: lower case, without white space around it. The first of a name counts."""
    places: dict[str, int] = {}
    for place, name in enumerate(heading):
        places.setdefault(name.strip().casefold(), place)
    return places


def table(raw: bytes) -> tuple[list[str], Iterator[Row]]:
    """The heading of a table and the rows below it. Raises BadRequest when there is no heading."""
    rows = rows_of(text_of(raw))
    for row in rows:
        if not row.is_blank and not row.fault:
            return [cell.strip() for cell in row.cells], rows
    raise BadRequest("body", "the file is empty: there is no line with the names of its columns")


def _divider(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return max(",;\t", key=first.count)


def _is_open(lines: list[str], sign: str) -> bool:
    try:
        for _ in csv.reader(lines, delimiter=sign, strict=True):
            pass
    except csv.Error as broken:
        return "unexpected end" in str(broken)
    return False
