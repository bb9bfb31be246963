"""Cells of one column of a file as bytes side by side, told apart without making a text of each.

Equal cells have equal fingerprints; that different cells have different ones is checked and never trusted, since the
names in a file are chosen by those under investigation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Bytes = NDArray[np.bytes_]

WORD = 8
"""Bytes that are looked at together."""

MOST = 64 * 1024 * 1024
"""Bytes that cells may take when all are as wide as the widest of them."""

_MIX = np.uint64(0x9E3779B97F4A7C15)


class Odd(ValueError):
    """Something in a block of posts is not as it should be: each has to be looked at by itself."""


def once(keys: Codes) -> Codes:
    """The different ones among numbers, ascending. Five times as fast as ``numpy.unique``, which makes a table."""
    keys = np.sort(keys)
    return keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys


@dataclass(frozen=True, slots=True)
class Distinct:
    """A column as its different ``texts`` in UTF-8 and, for each cell, ``where`` among them its own stands."""

    texts: Sequence[bytes]
    where: Codes


def cut(raw: NDArray[np.uint8], starts: Codes, ends: Codes) -> Bytes:
    """The cells from ``starts`` to ``ends`` of ``raw``, filled up with zeros to the longest of them.

    Raises Odd where one is so long that the others would need too much memory to be as wide.
    """
    lengths = ends - starts
    width = -(-max(1, int(lengths.max())) // WORD) * WORD
    if len(starts) * width > MOST:
        raise Odd
    beyond = int(starts[-1]) + width - len(raw)
    if beyond > 0:
        raw = np.concatenate([raw, np.zeros(beyond, np.uint8)])
    cells = np.lib.stride_tricks.sliding_window_view(raw, width)[starts]
    shortest = int(lengths.min())
    cells[:, shortest:][np.arange(shortest, width) >= lengths[:, None]] = 0
    return np.ascontiguousarray(cells).view(f"S{width}")[:, 0]


def encoded(texts: Sequence[str]) -> Bytes:
    """Texts without NULs as such cells."""
    raw = [text.encode() for text in texts]
    width = -(-max(1, *map(len, raw)) // WORD) * WORD if raw else WORD
    return np.array(raw, f"S{width}")


def fingerprints(cells: Bytes) -> NDArray[np.uint64]:
    """64 bits of each cell, whatever zeros it is filled up with."""
    words = words_of(cells)
    prints = np.zeros(len(cells), np.uint64)
    for place in range(words.shape[1]):
        # Numbers in a row differ in their last letters alone, which a product by itself would leave at one end.
        word = words[:, place] * _MIX
        word ^= word >> np.uint64(29)
        prints += word * np.uint64(2 * place + 0xBF58476D1CE4E5B9)
    return prints


def distinct(cells: Bytes) -> Distinct:
    """The different ones among cells. Raises Odd where two of them only seem to be equal."""
    prints = fingerprints(cells)
    order = np.argsort(prints)
    begins = np.concatenate([[True], prints[order[1:]] != prints[order[:-1]]])
    where = np.empty(len(cells), np.int64)
    where[order] = np.cumsum(begins) - 1
    first = cells[order[begins]]
    if (words_of(first)[where] != words_of(cells)).any():
        raise Odd
    return Distinct(first.tolist(), where)


def words_of(cells: Bytes) -> NDArray[np.uint64]:
    """The bytes of each cell, ``WORD`` at a time."""
    return cells.view(np.uint64).reshape(len(cells), cells.itemsize // WORD)


def repeated(cells: Bytes) -> list[int]:
    """The places of cells that stood before, ascending."""
    prints = fingerprints(cells)
    order = np.argsort(prints)
    same = prints[order[1:]] == prints[order[:-1]]
    suspects = np.zeros(len(cells), bool)
    suspects[order[1:][same]] = True
    suspects[order[:-1][same]] = True
    seen: set[bytes] = set()
    again: list[int] = []
    for place in np.flatnonzero(suspects).tolist():
        cell = bytes(cells[place])
        if cell in seen:
            again.append(place)
        seen.add(cell)
    return again
