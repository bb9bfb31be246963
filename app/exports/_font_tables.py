"""What a font file says of itself: which characters it has, and which rows of them it draws as one picture.

Of TrueType and OpenType files and of collections of them (https://learn.microsoft.com/typography/opentype/spec/otff).
Only fonts that come with the program are read, so a file is taken to be what it says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

Data = bytes | mmap


def characters(path: Path, face: int = 0) -> frozenset[str]:
    """The characters that a font has a glyph for; ``face`` is the place of a font in its collection."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return frozenset(map(chr, _glyphs(data, face)))


def ligatures(path: Path) -> frozenset[str]:
    """The texts of more than one character that a font draws as one glyph: flags, families, keys of a keyboard."""
    data = path.read_bytes()
    letters: dict[int, list[str]] = {}
    for code, glyph in _glyphs(data, 0).items():
        letters.setdefault(glyph, []).append(chr(code))
    rows = (row for row in _ligatures(data) if all(glyph in letters for glyph in row))
    return frozenset("".join(letters[glyph][0] for glyph in row) for row in rows)


def _table(data: Data, wanted: bytes, face: int) -> int:
    """Where a table begins."""
    start = struct.unpack_from(">I", data, 12 + 4 * face)[0] if data[:4] == b"ttcf" else 0
    (n,) = struct.unpack_from(">H", data, start + 4)
    rows = (struct.unpack_from(">4s4xI", data, start + 12 + 16 * i) for i in range(n))
    return next(int(offset) for tag, offset in rows if tag == wanted)


def _glyphs(data: Data, face: int) -> dict[int, int]:
    """The glyph of each code point (https://learn.microsoft.com/typography/opentype/spec/cmap)."""
    start = _table(data, b"cmap", face)
    (n,) = struct.unpack_from(">H", data, start + 2)
    found: dict[int, int] = {}
    for i in range(n):
        at = start + int(struct.unpack_from(">4xI", data, start + 4 + 8 * i)[0])
        (form,) = struct.unpack_from(">H", data, at)
        if form == 4:
            found.update(_segments(data, at))
        elif form == 12:
            (groups,) = struct.unpack_from(">I", data, at + 12)
            for a, b, glyph in struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * groups]):
                found.update(zip(range(a, b + 1), range(glyph, glyph + b - a + 1), strict=True))
    return {code: glyph for code, glyph in found.items() if glyph}


def _segments(data: Data, at: int) -> Iterator[tuple[int, int]]:
    """Code points and glyphs of a table of segments, which is that of the first 65,536 characters."""
    n = struct.unpack_from(">H", data, at + 6)[0] // 2
    row = f">{n}H"
    lasts = struct.unpack_from(row, data, at + 14)
    firsts, deltas, offsets = (struct.unpack_from(row, data, at + 16 + 2 * n * i) for i in (1, 2, 3))
    for i, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
        for code in range(first, last + 1 if last < 0xFFFF else last):
            if not offset:
                yield code, (code + delta) & 0xFFFF
                continue
            place = at + 16 + 6 * n + 2 * i + offset + 2 * (code - first)
            (glyph,) = struct.unpack_from(">H", data, place)
            yield code, (glyph + delta) & 0xFFFF if glyph else 0


def _ligatures(data: Data) -> Iterator[tuple[int, ...]]:
    """Rows of glyphs that become one (https://learn.microsoft.com/typography/opentype/spec/gsub, lookups of type 4)."""
    start = _table(data, b"GSUB", 0)
    lookups = start + int(struct.unpack_from(">8xH", data, start)[0])
    for lookup in _offsets(data, lookups, lookups):
        (kind,) = struct.unpack_from(">H", data, lookup)
        for table in _offsets(data, lookup + 4, lookup) if kind == 4 else ():
            coverage = table + int(struct.unpack_from(">2xH", data, table)[0])
            for first, those in zip(_covered(data, coverage), _offsets(data, table + 4, table), strict=True):
                for ligature in _offsets(data, those, those):
                    (n,) = struct.unpack_from(">2xH", data, ligature)
                    yield first, *struct.unpack_from(f">{n - 1}H", data, ligature + 4)


def _offsets(data: Data, at: int, base: int) -> list[int]:
    """The places that a counted list of offsets names."""
    (n,) = struct.unpack_from(">H", data, at)
    return [base + offset for offset in struct.unpack_from(f">{n}H", data, at + 2)]


def _covered(data: Data, at: int) -> list[int]:
    form, n = struct.unpack_from(">HH", data, at)
    if form == 1:
        return list(struct.unpack_from(f">{n}H", data, at + 4))
    ranges = (struct.unpack_from(">HH", data, at + 4 + 6 * i) for i in range(n))
    return [glyph for a, b in ranges for glyph in range(a, b + 1)]
