"""How much room words take, a little more than they do: office files are laid out where nobody measures fonts."""

from __future__ import annotations

from unicodedata import category, east_asian_width

from app.safetext import clean

SPARE = 1.04
"""What is kept free: the width of Arial where Archivo is missing, and of its bold where it has no semibold."""

LINE = 1.22
"""Height of a line in sizes of its type."""

_POINTS = 72

_EMS = {
    **dict.fromkeys(" ijl'", 0.25),
    **dict.fromkeys("ftrI.,:;!()[]/|-", 0.36),
    **dict.fromkeys("mwMWOQG@%…—", 0.96),
    **dict.fromkeys("ABCDEFHKNRSTUVXYZPLJ<>=+≈≥≤→", 0.74),
}
"""Widths of Archivo semibold in sizes of its type; all other letters of Latin have at most ``_LATIN``."""

_LATIN, _OTHER, _WIDE, _PICTURE = 0.59, 0.75, 1.02, 1.4


def width(text: str, size: float) -> float:
    """Inches that a line of type of a size (points) takes at most."""
    return sum(map(_em, text)) * size * SPARE / _POINTS


def lines(text: str, size: float, inches: float) -> int:
    """Lines that a text takes in a column, at least one."""
    n, left = 1, inches
    space = width(" ", size)
    for word in text.split(" "):
        takes = width(word, size)
        if takes > left and left < inches:
            n, left = n + 1, inches
        # What is wider than the column is broken where the column ends.
        while takes > inches:
            n, takes = n + 1, takes - inches
        left -= takes + space
    return n


def cut(text: str, size: float, inches: float, most: int = 1) -> str:
    """As much of a text as there is room for in so many lines, the last character an ellipsis where more was there."""
    if lines(text, size, inches) <= most:
        return text
    fits, over = 0, len(text)
    while over - fits > 1:
        middle = (fits + over) // 2
        if lines(clean(text, middle), size, inches) <= most:
            fits = middle
        else:
            over = middle
    return clean(text, fits) if fits else "…"


def _em(c: str) -> float:
    known = _EMS.get(c)
    if known is not None:
        return known
    if c < "\u0250":
        return _LATIN
    if east_asian_width(c) in "WF":
        return _PICTURE if c > "\uffff" else _WIDE
    if category(c).startswith("M"):
        return 0.0
    return _PICTURE if c > "\uffff" else _OTHER
