"""CSV of posts, cut in one go where a block is plain and by the csv module where it is not.

Both ways take and refuse the same. A quote that does not end costs its own line alone: reading goes on behind it.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.detection._cells import Codes, Odd, cut, distinct
from app.detection._lines import Columns, Lines, Row, own_texts
from app.detection.posts import Cells, instants, limit_of
from app.errors import BadRequest

BLOCK_BYTES = 2 * 1024 * 1024
"""Read at a time, and the line that is cut to its end. Smaller blocks stay in the caches of a processor."""

LINE_LIMIT = 1024 * 1024
"""Bytes of a line, as at the other doors."""

LINE_FEED, QUOTE = b"\n", b'"'


def header_of(line: bytes) -> tuple[str, list[str]]:
    """The delimiter of a file, by its first line, and the names of its columns. Raises BadRequest."""
    text = line.decode("utf-8", "replace")
    delimiter = max(",;\t", key=text.count)
    try:
        return delimiter, next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        raise BadRequest("line 1", "is no header of CSV: name the columns, for example account,object,time") from None


@dataclass(slots=True)
class Table:
    """The lines below a header. ``line`` counts those that were read, the header among them."""

    delimiter: str
    width: int
    columns: Columns
    line: int

    def pour(self, file: BinaryIO, lines: Lines) -> None:
        """Take the rest of the file."""
        while block := file.read(BLOCK_BYTES):
            block += file.readline(LINE_LIMIT)
            try:
                lines.whole.take(self._plain(block))
            except Odd:
                if QUOTE in block:
                    # A quoted cell may go on beyond the block, so from here on everything is read by line.
                    rest = iter(lambda: file.readline(LINE_LIMIT), b"")
                    lines.take(self._rows(itertools.chain(io.BytesIO(block), rest)))
                    return
                lines.take(self._rows(io.BytesIO(block)))
            else:
                self.line += block.count(LINE_FEED)

    def _plain(self, block: bytes) -> Cells:
        """The cells of a block whose quotes hide nothing. Raises Odd where its lines are not as wide as the header."""
        if b"\r" in block:
            block = block.replace(b"\r\n", LINE_FEED)
        if b"\r" in block:
            raise Odd
        if not block.endswith(LINE_FEED):
            block += LINE_FEED
        if QUOTE in block:
            block = _unquoted(block, self.delimiter)
        raw = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero((raw == ord(self.delimiter)) | (raw == LINE_FEED[0]))
        if len(ends) % self.width or b"\0" in block:
            raise Odd
        feeds = (raw[ends] == LINE_FEED[0]).reshape(-1, self.width)
        if not feeds[:, -1].all() or feeds[:, :-1].any():
            raise Odd
        try:
            block.decode()
        except UnicodeDecodeError:
            raise Odd from None
        starts = np.concatenate([[0], ends[:-1] + 1])
        spans = {
            role: (starts[place :: self.width], ends[place :: self.width]) for role, place in self.columns.place.items()
        }
        for role, (start, end) in spans.items():
            lengths = end - start
            if lengths.max() > limit_of(role) or (role in ("account", "id") and not lengths.all()):
                raise Odd
        return self._cells(block, raw, spans)

    def _cells(self, block: bytes, raw: NDArray[np.uint8], spans: dict[str, tuple[Codes, Codes]]) -> Cells:
        shared = distinct(cut(raw, *spans["object"])) if "object" in spans else None
        texts = _decoded(block, spans, "text")
        if shared is not None and texts is not None and self.columns.are_re_shares:
            texts = own_texts([shared.texts[where] for where in shared.where.tolist()], texts)
        return Cells(
            distinct(cut(raw, *spans["account"])),
            instants(cut(raw, *spans["time"])),
            shared,
            cut(raw, *spans["id"]) if "id" in spans else None,
            texts,
            _decoded(block, spans, "name"),
        )

    def _rows(self, lines: Iterable[bytes]) -> Iterator[Row]:
        source = _Source(lines)
        reader = csv.reader(source, delimiter=self.delimiter, strict=True)
        while True:
            source.consumed.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as wrong:
                source.push_back_all_but_one()
                self.line += 1
                yield self.line, BadRequest("line", f"is no CSV: {wrong}")
                continue
            first = self.line + 1
            self.line += len(source.consumed)
            if len(cells) == self.width:
                yield first, {role: cells[place] for role, place in self.columns.place.items()}
            elif cells:
                yield first, BadRequest("line", f"has {len(cells)} cells: the header has {self.width}")


def _unquoted(block: bytes, delimiter: str) -> bytes:
    """A block of lines without its quotes. Raises Odd where one does anything but stand around a whole cell."""
    raw = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero((raw == ord(delimiter)) | (raw == LINE_FEED[0]))
    quotes = np.flatnonzero(raw == QUOTE[0])
    if len(quotes) % 2:
        raise Odd
    opening, closing = quotes[::2], quotes[1::2]
    cell = np.searchsorted(ends, opening)
    begins = np.concatenate([[0], ends + 1])[cell]
    if (begins != opening).any() or (ends[cell] != closing + 1).any():
        raise Odd
    return block.replace(QUOTE, b"")


def _decoded(block: bytes, spans: dict[str, tuple[Codes, Codes]], role: str) -> list[str] | None:
    if role not in spans:
        return None
    start, end = spans[role]
    return [block[one:other].decode() for one, other in zip(start.tolist(), end.tolist(), strict=True)]


class _Source:
    """Lines as text, which remembers those that were taken and can have them back."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._waiting: list[str] = []
        self.consumed: list[str] = []

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else next(self._lines).decode("utf-8", "surrogateescape")
        self.consumed.append(line)
        return line

    def push_back_all_but_one(self) -> None:
        """Give back what was taken for one row, without its first line."""
        self._waiting.extend(reversed(self.consumed[1:]))
