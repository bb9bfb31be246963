"""The typeface of printed pages: which characters it has, and what stands for those that it lacks.

Archivo, and Noto for names in other scripts; no font of the machine is looked at, so a page is the same everywhere.
Characters that no font here has are given as code points, in brackets, so that nothing of a name is lost and nothing is
an empty box.

One font has Chinese, Japanese and Korean, in the forms of China where the three write a character differently: a name
does not say in which language it is, and most that are written with such characters alone are Chinese. It has one
weight, for another would take as much again. Emoji are drawn in outlines, which print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple
from unicodedata import bidirectional, category, east_asian_width, normalize

from noto_cjk_sans_otc import FONT_PATH

from app.briefing import Sentence
from app.exports._font_tables import characters, ligatures
from app.safetext import NO_NAME, clean, code_points

FOLDER = Path(__file__).parents[2] / "static" / "vendor" / "print"

MATHS = r"[\u2000-\u2bff\U0001d400-\U0001d7ff]"
"""What is looked for in the font for symbols. Its letters would stand for those of Archivo's other subsets."""

EAST_ASIAN = (
    r"[\u1100-\u11ff\u2000-\u2bff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    r"\U00020000-\U0003ffff]"
)
"""What is looked for in the font for Chinese, Japanese and Korean. Its Cyrillic is as wide as its ideographs."""


class Font(NamedTuple):
    """A folder with a file a weight, or a font of a collection, and the only characters that are looked for in it."""

    folder: Path
    face: int = 0
    only: str = "."

    @property
    def file(self) -> Path:
        """One of its weights."""
        return min(each for each in self.folder.iterdir() if each.suffix in (".ttf", ".ttc"))

    def has(self, c: str) -> bool:
        """Whether a character is set in it, if in none before it."""
        return re.match(self.only, c) is not None and c in _characters(self)


EMOJI = Font(FOLDER / "noto-emoji")
CHINA = 2
"""Place in the collection: the others are those of Japan, Korea, Taiwan and Hong Kong."""

FONTS = (
    *(Font(FOLDER / name) for name in ("archivo-latin", "noto-sans-arabic-arabic", "noto-sans-hebrew-hebrew")),
    *(Font(FOLDER / "noto-sans-thai-thai"), EMOJI, Font(FOLDER / "noto-sans-math-latin", only=MATHS)),
    Font(Path(str(FONT_PATH)).parent, CHINA, EAST_ASIAN),
    # These the typesetter finds itself, where none of those above has a letter.
    *(Font(FOLDER / f"archivo-{subset}") for subset in ("latin-ext", "vietnamese")),
    *(Font(FOLDER / f"noto-sans-{subset}") for subset in ("latin", "cyrillic", "cyrillic-ext", "greek", "devanagari")),
)
"""In the order in which a character is looked for, which is that of ``faces`` in the templates."""

NAME_LIMIT = 60
BRIEF_LIMIT = 28
"""Columns of a name, and of one in a header, a footer or below a square, where several share a line."""

MOST_POINTS = 6
"""Code points of one run: those of a longer one say no more to a reader."""

_MOST_OF_A_COLUMN = 5
"""Characters that share a column: a letter with four marks, or the halves of a couple of two complexions."""

_FIRST_STRONG, _POP = "\u2068", "\u2069"
_KEPT_SPACE = re.compile("([ \u00a0\u202f]+)")
_JOINER = "\u200d"
_JOINERS = f"\u200c{_JOINER}"
_STYLES = dict.fromkeys(map(ord, "\ufe0e\ufe0f"))
_UNSEEN = _STYLES | dict.fromkeys(map(ord, _JOINERS))
"""What has no look of its own, but joins or styles what stands beside it."""

_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_COMPLEXIONS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_LEANING = _COMPLEXIONS | {"\uff9e", "\uff9f"}
"""What a typesetter puts on the letter before it, whichever that is, though it is no mark by its category."""


def folders() -> list[str]:
    """Where the fonts are. Raises FileNotFoundError, saying what to do, where they were not made."""
    missing = [font.folder.name for font in FONTS if not font.folder.is_dir()]
    if missing:
        raise FileNotFoundError(f"static/vendor/print has no {', '.join(missing)}: run `make assets`")
    return [str(font.folder) for font in FONTS]


def covered() -> frozenset[str]:
    """All characters that can be set."""
    return frozenset().union(*(filter(font.has, _characters(font)) for font in FONTS))


@cache
def _characters(font: Font) -> frozenset[str]:
    return characters(font.file, font.face)


@cache
def _drawn_as_one() -> frozenset[str]:
    return frozenset(row.translate(_STYLES) for row in ligatures(EMOJI.file))


def shown(text: str, limit: int | None = None, *, empty: str = NO_NAME) -> str:
    """A text from outside as it is set: one line, made safe, of which every character has a glyph.

    ``limit`` is in columns, of which ideographs and emoji take two; ``empty`` stands where nothing visible is left.
    """
    # Composed, so that a letter and its mark are one character where there is such a one.
    line = normalize("NFC", clean(text, None if limit is None else limit * _MOST_OF_A_COLUMN, empty=empty))
    line = _spelt(line if limit is None else _cut(line, limit))
    # A name written from right to left turns nothing round that stands beside it.
    return f"{_FIRST_STRONG}{line}{_POP}" if any(bidirectional(c) in ("R", "AL", "AN") for c in line) else line


def worded(text: str) -> str:
    """Our own words as they are set. Their spaces stay, those at the ends and those that hold a unit to its number."""
    parts = (part for part in _KEPT_SPACE.split(text) if part)
    return "".join(part if _KEPT_SPACE.fullmatch(part) else shown(part, empty="") for part in parts)


def said(sentence: Sentence, limit: int = NAME_LIMIT) -> str:
    """A sentence as it is set, with at most so many columns of each stretch from outside."""
    return "".join(shown(run.text, limit) if run.foreign else worded(run.text) for run in sentence.runs)


def _cut(line: str, limit: int) -> str:
    """As much of a line as so many columns hold, the last one an ellipsis where more was there."""
    if len(line) <= limit // 2:
        return line
    taken, end, fits = 0, 0, 0
    for cluster in _clusters(line):
        taken += _columns(cluster)
        end += len(cluster)
        if taken > limit:
            return line[:fits].rstrip(f" {_JOINERS}") + "…"
        if taken < limit:
            fits = end
    return line


def _columns(cluster: str) -> int:
    c = cluster[0]
    return 2 if east_asian_width(c) in "WF" or c in _FLAG_LETTERS else 1


def _spelt(line: str) -> str:
    """The line, with code points where no font has a character together with the marks upon it."""
    if line.isascii():
        return line
    out: list[str] = []
    run = ""
    for cluster in _clusters(line):
        kept = _kept(cluster)
        if kept:
            out += [_points(run), kept]
            run = ""
        run += cluster[len(kept) :]
    return "".join([*out, _points(run)])


def _kept(cluster: str) -> str:
    """As much of a letter with its marks as can be set: the marks that its font has, and no font looked at before it.

    The typesetter takes a mark from the first font that has it and drops the letter. A picture of several code points
    is kept whole or not at all: its parts side by side would say something else.
    """
    if len(cluster) > 1 and cluster.translate(_STYLES) in _drawn_as_one():
        return cluster
    letter = cluster[0]
    if letter in _LEANING or _is_in_parts(cluster):
        return ""
    apart, before = normalize("NFD", cluster), set[str]()
    for font in FONTS:
        if not before and all(map(font.has, apart)):
            return cluster
        if font.has(letter):
            return "".join(takewhile((_characters(font) - before).__contains__, cluster))
        before |= {c for c in cluster if font.has(c) and ord(c) not in _UNSEEN}
    return ""


def _clusters(line: str) -> Iterator[str]:
    """Each letter with the marks and joiners that belong to it, and each picture of several code points."""
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or not _belongs(line[end], line[start:end]):
            yield line[start:end]
            start = end


def _belongs(c: str, before: str) -> bool:
    if c in _LEANING or c in _JOINERS or category(c).startswith("M"):
        return True
    if before[-1] == _JOINER:
        return _is_picture(before[0])
    return before in _FLAG_LETTERS and c in _FLAG_LETTERS


def _is_picture(c: str) -> bool:
    return not c.isascii() and EMOJI.has(c)


def _is_in_parts(cluster: str) -> bool:
    """Whether a picture is of several that can be seen: a flag, people, or hands of a complexion."""
    return _is_picture(cluster[0]) and any(_is_picture(c) for c in cluster[1:].translate(_UNSEEN))


def _points(run: str) -> str:
    said = run.translate(_UNSEEN)
    return f"[{code_points(said, MOST_POINTS)}]" if said else ""
