"""A stream of bytes cut into pieces, one event each, in bounded memory: lines of NDJSON or elements of a JSON array.

Both cutters are fed chunks and hold one unfinished piece at most. They look at nothing but where a piece ends; what is
in it is for the parser to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from app.ingest import GROUP_BYTES, GROUP_LINES, LINE_LIMIT

KEPT = 64 * 1024
"""Bytes that are kept of a piece over the limit, to show the operator what it was."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One event as it came. ``index`` counts lines or elements from 0; ``too_long``: only its beginning is here."""

    index: int
    raw: bytes
    too_long: bool = False


class Cutter(Protocol):
    """Cuts chunks into pieces."""

    def feed(self, chunk: bytes) -> list[Piece]:
        """The pieces that this chunk completes."""
        ...

    def close(self) -> list[Piece]:
        """What was left without an end."""
        ...


class _Unfinished:
    """The bytes of a piece whose end has not come. Past the limit its beginning is kept and the rest let go."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._bytes = 0
        self._too_long = False

    def __bool__(self) -> bool:
        return self._bytes > 0

    def add(self, part: bytes) -> None:
        self._bytes += len(part)
        if self._bytes <= self._limit:
            self._parts.append(part)
        elif not self._too_long:
            self._too_long = True
            self._parts = [b"".join([*self._parts, part])[:KEPT]]

    def take(self, index: int) -> Piece:
        piece = Piece(index, b"".join(self._parts), self._too_long)
        self._parts, self._bytes, self._too_long = [], 0, False
        return piece


class LineCutter:
    """Cuts at line feeds. Blank lines are counted and passed over; a last line needs no line feed."""

    def __init__(self, limit: int = LINE_LIMIT) -> None:
        self.lines = 0
        self._rest = _Unfinished(limit)

    def feed(self, chunk: bytes) -> list[Piece]:
        """The lines that end in this chunk."""
        pieces: list[Piece] = []
        *ends, rest = chunk.split(b"\n")
        for part in ends:
            self._rest.add(part)
            self._cut(pieces)
        self._rest.add(rest)
        return pieces

    def close(self) -> list[Piece]:
        """The last line, where it had no line feed."""
        pieces: list[Piece] = []
        if self._rest:
            self._cut(pieces)
        return pieces

    def _cut(self, pieces: list[Piece]) -> None:
        piece = self._rest.take(self.lines)
        self.lines += 1
        if piece.raw.strip():
            pieces.append(piece)


class ArrayCutter:
    """Cuts the elements out of one JSON array, by brackets and quotes alone.

    Text outside the array, and whatever an unbalanced array leaves over, comes out as a piece of its own, which the
    parser then refuses by name.
    """

    _MARK = re.compile(rb'["\\\[\]{},]')

    def __init__(self, limit: int = LINE_LIMIT) -> None:
        self.lines = 0
        self._rest = _Unfinished(limit)
        self._depth = 0
        self._quoted = False
        self._escaped = False

    def feed(self, chunk: bytes) -> list[Piece]:
        """The elements that end in this chunk."""
        pieces: list[Piece] = []
        start, skip_to = 0, int(self._escaped)
        self._escaped = self._escaped and not chunk
        for mark in self._MARK.finditer(chunk):
            at = mark.start()
            if at < skip_to:
                continue
            sign = mark.group()
            if sign == b"\\":
                skip_to = at + 2
                self._escaped = skip_to > len(chunk)
            elif sign == b'"':
                self._quoted = not self._quoted
            elif not self._quoted and self._is_edge(sign):
                self._rest.add(chunk[start:at])
                self._cut(pieces)
                start = at + 1
        self._rest.add(chunk[start:])
        return pieces

    def close(self) -> list[Piece]:
        """What stood behind the last element, unless it is white space."""
        if self._depth != 0 or self._quoted:
            # Cut off in the middle: an opening bracket in front makes sure that the parser sees it too.
            left = self._rest.take(self.lines)
            return [replace(left, raw=b"[" + left.raw)]
        pieces: list[Piece] = []
        self._cut(pieces)
        return pieces

    def _is_edge(self, sign: bytes) -> bool:
        """Whether a sign outside quotes opens, closes or divides the outermost array."""
        if sign == b",":
            return self._depth == 1
        if sign in b"[{":
            self._depth += 1
            return self._depth == 1
        self._depth -= 1
        return self._depth == 0

    def _cut(self, pieces: list[Piece]) -> None:
        piece = self._rest.take(self.lines)
        if piece.raw.strip():
            self.lines += 1
            pieces.append(piece)


class Group:
    """Gathers pieces until there are enough for one commit: ``GROUP_LINES``, or ``GROUP_BYTES`` in all."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def add(self, pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
        """Add pieces; yields each group as it becomes full."""
        for piece in pieces:
            self._pieces.append(piece)
            self._bytes += len(piece.raw)
            if len(self._pieces) >= GROUP_LINES or self._bytes >= GROUP_BYTES:
                yield self.take()

    def take(self) -> list[Piece]:
        """Everything gathered so far."""
        pieces, self._pieces, self._bytes = self._pieces, [], 0
        return pieces
