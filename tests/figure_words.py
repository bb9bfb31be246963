"""A second reader of figures in words: from what to what a reader takes them to go, without a line of ours."""

from __future__ import annotations

import re
from fractions import Fraction

UNITS = {"k": 10**3, "M": 10**6, "bn": 10**9, "tn": 10**12, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?:\s*(million|billion|trillion|bn|tn|k|M)\b)?")

Span = tuple[Fraction, Fraction | None]


def implied(words: str) -> Span:
    """The smallest and the largest number that words allow; the largest is None where they are open.

    "About" allows half of the last digit that is written, on either side.
    """
    text = words.replace("\u202f", " ").replace("≈", "about ").replace(">", "more than ").replace("<", "less than ")
    text = text.replace("≥", "at least ").replace("≤", "at most ").strip()
    if text in ("–", "not known"):
        return Fraction(0), None
    if text in ("none", "none found"):
        return Fraction(0), Fraction(0)
    found = _NUMBER.findall(text)
    if not found:
        raise AssertionError(f"no figure: {words!r}")
    shared = found[-1][1]
    # "0.9 to 1.3 M" is of millions at both ends; "2.7 k to 48 M" and "between 1 million and …" say it for each.
    ends = [_of(digits, unit or (shared if " to " in text and "," not in digits else "")) for digits, unit in found]
    about = "about" in text
    low, high = ends[0], ends[-1]
    give_low, give_high = (low[1] / 2, high[1] / 2) if about else (Fraction(0), Fraction(0))
    if "more than" in text or "at least" in text:
        return low[0] - give_low, None
    if "less than" in text or "at most" in text:
        return Fraction(0), high[0] + give_high
    return low[0] - give_low, high[0] + give_high


def _of(digits: str, unit: str) -> tuple[Fraction, Fraction]:
    """A number, and the size of its last digit that is not a zero: cents are always written in full."""
    size = UNITS.get(unit, 1)
    plain = digits.replace(",", "")
    value = Fraction(plain) * size
    if "." in plain:
        return value, Fraction(size, 10 ** len(plain.partition(".")[2].rstrip("0")))
    zeros = len(plain) - len(plain.rstrip("0")) if plain.strip("0") else 0
    return value, Fraction(size * 10**zeros)


def claims_no_more(words: str, least: int, most: int | None, minor: int = 1) -> bool:
    """Whether the numbers that words allow are all of those from ``least`` to ``most``, in ``minor`` units of one."""
    low, high = implied(words)
    if low * minor > least:
        return False
    return high is None or (most is not None and most <= high * minor)
