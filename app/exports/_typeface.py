"""The typeface of printed pages: which characters it has, and what stands for those that it lacks.

Archivo, and Noto for names in other scripts; no font of the machine is looked at, so a page is the same everywhere. A
font for Chinese, Japanese or Korean, or for emoji, is several megabytes a weight: characters that no font here has are
given as code points, in brackets, so that nothing of a name is lost and nothing is an empty box.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unicodedata import bidirectional

from app.briefing import Sentence
from app.safetext import NO_NAME, clean, code_points

FOLDER = Path(__file__).parents[2] / "static" / "vendor" / "print"

SUBSETS = (
    *("archivo-latin", "archivo-latin-ext", "archivo-vietnamese", "noto-sans-latin"),
    *("noto-sans-cyrillic", "noto-sans-cyrillic-ext", "noto-sans-greek", "noto-sans-devanagari"),
    *("noto-sans-arabic-arabic", "noto-sans-hebrew-hebrew", "noto-sans-thai-thai", "noto-sans-math-latin"),
)
"""Folders with a font a weight, in the order in which a character is looked for."""

NAME_LIMIT = 60
BRIEF_LIMIT = 28
"""Characters of a name, and of one in a header, a footer or below a square, where several share a line."""

MOST_POINTS = 6
"""Code points of one run: those of a longer one say no more to a reader."""

_FIRST_STRONG, _POP = "\u2068", "\u2069"
_KEPT_SPACE = re.compile("([ \u00a0\u202f]+)")
_JOINERS = "\u200c\u200d"
_UNSEEN = dict.fromkeys(map(ord, f"{_JOINERS}\ufe0e\ufe0f"))
"""What has no look of its own, but joins or styles what stands beside it."""


def folders() -> list[str]:
    """Where the fonts are. Raises FileNotFoundError, saying what to do, where they were not made."""
    found = [FOLDER / subset for subset in SUBSETS]
    missing = [folder.name for folder in found if not folder.is_dir()]
    if missing:
        raise FileNotFoundError(f"static/vendor/print has no {', '.join(missing)}: run `make assets`")
    return [str(folder) for folder in found]


@cache
def covered() -> tuple[frozenset[str], ...]:
    """The characters that each font has."""
    return tuple(frozenset(map(chr, _codes(_font(folder)))) for folder in folders())


def shown(text: str, limit: int | None = None, *, empty: str = NO_NAME) -> str:
    """A text from outside as it is set: one line, made safe, of which every character has a glyph.

    ``limit`` is in characters, as in ``clean``; ``empty`` stands where nothing visible is left.
    """
    line = _spelt(clean(text, limit, empty=empty))
    # A name written from right to left turns nothing round that stands beside it.
    return f"{_FIRST_STRONG}{line}{_POP}" if any(bidirectional(c) in ("R", "AL", "AN") for c in line) else line


def worded(text: str) -> str:
    """Our own words as they are set. Their spaces stay, those at the ends and those that hold a unit to its number."""
    parts = (part for part in _KEPT_SPACE.split(text) if part)
    return "".join(part if _KEPT_SPACE.fullmatch(part) else shown(part, empty="") for part in parts)


def said(sentence: Sentence, limit: int = NAME_LIMIT) -> str:
    """A sentence as it is set, with at most so many characters of each stretch from outside."""
    return "".join(shown(run.text, limit) if run.foreign else worded(run.text) for run in sentence.runs)


def _spelt(line: str) -> str:
    """The line, with code points where no font has a character together with the marks upon it."""
    if line.isascii():
        return line
    out: list[str] = []
    run = ""
    # Composed, so that a letter and its mark are one character where there is such a one.
    for cluster in _clusters(unicodedata.normalize("NFC", line)):
        kept = _kept(cluster)
        if kept:
            out += [_points(run), kept]
            run = ""
        run += cluster[len(kept) :]
    return "".join([*out, _points(run)])


def _kept(cluster: str) -> str:
    """As much of a letter with its marks as the font has that the letter is set in: the first that has the letter."""
    font = next((font for font in covered() if cluster[0] in font), frozenset())
    end = next((end for end, c in enumerate(cluster) if c not in font), len(cluster))
    return cluster[:end]


def _clusters(line: str) -> Iterator[str]:
    """Each letter with the marks and joiners that belong to it."""
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or not (line[end] in _JOINERS or unicodedata.category(line[end]).startswith("M")):
            yield line[start:end]
            start = end


def _points(run: str) -> str:
    said = run.translate(_UNSEEN)
    return f"[{code_points(said, MOST_POINTS)}]" if said else ""


def _font(folder: str) -> bytes:
    return min(Path(folder).glob("*.ttf")).read_bytes()


def _codes(font: bytes) -> set[int]:
    """The code points that a TrueType font maps to glyphs (https://learn.microsoft.com/typography/opentype/spec/cmap)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    rows = (struct.unpack_from(">4s4xI", font, 12 + 16 * i) for i in range(tables))
    start = next(offset for tag, offset in rows if tag == b"cmap")
    (n,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for i in range(n):
        at = start + int(struct.unpack_from(">4xI", font, start + 4 + 8 * i)[0])
        (form,) = struct.unpack_from(">H", font, at)
        if form == 4:
            segments = struct.unpack_from(">H", font, at + 6)[0] // 2
            lasts = struct.unpack_from(f">{segments}H", font, at + 14)
            firsts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
            found.update(code for a, b in zip(firsts, lasts, strict=True) for code in range(a, b + 1) if b < 0xFFFF)
        elif form == 12:
            (groups,) = struct.unpack_from(">I", font, at + 12)
            for group in range(groups):
                a, b = struct.unpack_from(">II", font, at + 16 + 12 * group)
                found.update(range(a, b + 1))
    return found
