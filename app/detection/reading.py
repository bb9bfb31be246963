"""Files of posts: CSV or NDJSON, with the column names of three conventions (``_lines.COLUMNS``)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from app.detection._lines import Columns, Lines, Row, Unusable, columns_of
from app.detection._table import LINE_LIMIT, Table, header_of
from app.detection.posts import Gathering, Posts
from app.errors import BadRequest

__all__ = ["Reading", "Unusable", "read_posts"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held.

    ``read`` counts its posts, repeated and refused ones among them; the first of the ``refused`` are ``named``.
    ``roles`` are those that it has columns of.
    """

    posts: Posts
    read: int
    refused: int
    named: list[Unusable]
    roles: frozenset[str]


def read_posts(file: BinaryIO, *, texts: bool) -> Reading:
    """The posts of a file, with their ``texts`` where they are wanted.

    Raises BadRequest where nothing can be read: no header, UTF-16, columns missing.
    """
    head = file.readline(LINE_LIMIT)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadRequest("body", "is in UTF-16: save it as UTF-8")
    head = head.removeprefix(b"\xef\xbb\xbf")
    line = 1
    while head.isspace():
        head = file.readline(LINE_LIMIT)
        line += 1
    if not head:
        raise BadRequest("body", "is empty: the first line of CSV names the columns")
    if head.lstrip().startswith(b"{"):
        lines = _from_json(head, line, file, texts=texts)
    else:
        delimiter, header = header_of(head)
        columns = columns_of(header, texts=texts)
        lines = Lines(Gathering(), columns)
        Table(delimiter, len(header), columns, line).pour(file, lines)
    whole = lines.whole
    return Reading(
        whole.posts(), whole.taken + lines.refused, lines.refused, lines.named, frozenset(lines.columns.called)
    )


def _from_json(head: bytes, line: int, file: BinaryIO, *, texts: bool) -> Lines:
    first = _object(head)
    if isinstance(first, BadRequest):
        raise BadRequest(f"line {line}", first.reason)
    columns = columns_of(list(first), texts=texts)
    lines = Lines(Gathering(), columns)
    lines.take(_rows(itertools.chain([head], iter(lambda: file.readline(LINE_LIMIT), b"")), line, columns))
    return lines


def _rows(lines: Iterable[bytes], line: int, columns: Columns) -> Iterator[Row]:
    for number, raw in enumerate(lines, line):
        if not raw.isspace():
            found = _object(raw)
            yield number, found if isinstance(found, BadRequest) else _cells(found, columns)


def _object(raw: bytes) -> dict[str, Any] | BadRequest:
    """The members of a line, their names in small letters."""
    try:
        found = json.loads(raw) if len(raw) <= LINE_LIMIT else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return BadRequest("line", "is no JSON object of at most a MiB")
    return {name.strip().casefold(): value for name, value in found.items()}


def _cells(found: dict[str, Any], columns: Columns) -> dict[str, str] | BadRequest:
    cells: dict[str, str] = {}
    for role, name in columns.called.items():
        value = found.get(name)
        if value is None and role in ("account", "time", "id"):
            return BadRequest(role, "is missing")
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            return BadRequest(role, f"{str(value)[:40]!r} is neither a text nor a number")
        cells[role] = "" if value is None else str(value)
    return cells
