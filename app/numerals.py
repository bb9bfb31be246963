"""How a figure is cut for showing: the digits that may be written, rounded so that the words never claim more.

A floor is rounded down, a ceiling up, an interval outward, and a value to the digits that its source supports.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.hedged import Hedged, Qualifier, slack
from app.language import N_, SOURCE, _, ngettext, spoken

FIGURES = 3
"""Significant figures of a shortened number, at most."""

SHORTEN_FROM = 10_000
"""Smaller numbers keep their digits."""

_UNITS = ((10**12, N_("tn")), (10**9, N_("bn")), (10**6, N_("M")), (10**3, N_("k")))

SIGNS = {
    Qualifier.EXACTLY: "",
    Qualifier.BETWEEN: "",
    Qualifier.ABOUT: "≈",
    Qualifier.MORE_THAN: ">",
    Qualifier.AT_LEAST: "≥",
    Qualifier.LESS_THAN: "<",
    Qualifier.AT_MOST: "≤",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """The ends of a figure as they may be written, in minor units; both None for none found and not known.

    ``low`` equals ``high`` for a value or a bound.
    """

    qualifier: Qualifier
    low: int | None = None
    high: int | None = None

    @property
    def is_interval(self) -> bool:
        """True when there are two ends to write."""
        return self.low != self.high


def cut(figure: Hedged, minor: int = 1, shorten_from: int = SHORTEN_FROM, exact_from: int | None = None) -> Cut:
    """Round a figure for showing, never towards a stronger claim.

    ``minor`` is the number of minor units in a major one (100 for USD). Numbers from ``shorten_from`` major units lose
    digits, counted ones only from ``exact_from``.
    """
    q = figure.qualifier
    whole = shorten_from * minor
    if q in (Qualifier.ABSENT, Qualifier.NONE_FOUND):
        return Cut(q)
    if q is Qualifier.EXACTLY or (q is Qualifier.BETWEEN and figure.low == figure.high and not figure.give):
        n = figure.low or 0
        shown = nearest(n, shortened_unit(n, whole if exact_from is None else exact_from * minor))
        return Cut(Qualifier.EXACTLY if shown == n else Qualifier.ABOUT, shown, shown)
    if q is Qualifier.ABOUT:
        n = figure.low or 0
        shown = nearest(n, max(shortened_unit(n, whole), _supported_unit(n, figure.give)))
        if figure.give <= max(1, 2 * slack(shown)):
            return Cut(q, shown, shown)
        # One digit is all that is left, and it would still say more than is known.
        q = Qualifier.BETWEEN
    if figure.high is None:
        floor = _down(max(0, (figure.low or 0) - figure.give), whole)
        return Cut(q, floor, floor)
    ceiling = _up(figure.high + figure.give, whole)
    if q is not Qualifier.BETWEEN:
        return Cut(q, ceiling, ceiling)
    low = max(0, (figure.low or 0) - figure.give)
    if shares_unit(low, ceiling, whole):
        step = shortened_unit(ceiling, whole)
        return Cut(q, low // step * step, ceiling)
    return Cut(q, _down(low, min(whole, 1_000 * minor)), ceiling)


def shares_unit(low: int, high: int, whole: int) -> bool:
    """True when the ends of an interval can be written in the unit of the upper one without losing the lower one."""
    return low == 0 or low >= 10 * shortened_unit(high, whole)


def shortened_unit(n: int, whole: int, figures: int = FIGURES) -> int:
    """The unit that ``n`` is rounded to when it is shortened: 1 below ``whole``."""
    return 1 if n < whole else int(10 ** max(0, len(str(n)) - figures))


def nearest(n: int, unit: int) -> int:
    """``n`` rounded to a multiple of ``unit``, halves up."""
    return (n + unit // 2) // unit * unit


def _supported_unit(n: int, give: int) -> int:
    """The power of ten at or above the margin, though one digit of ``n`` always stays."""
    unit = 1
    while unit < give and unit * 10 <= n:
        unit *= 10
    return unit


def _down(n: int, whole: int) -> int:
    unit = shortened_unit(n, whole)
    return n // unit * unit


def _up(n: int, whole: int) -> int:
    unit = shortened_unit(n, whole)
    return -(-n // unit) * unit


def unit_of(n: int, minor: int, shorten_from: int) -> tuple[int, str]:
    """The unit to write behind ``n``: its size in minor units and its sign (1 and "" below the limit)."""
    if n >= shorten_from * minor:
        for size, sign in _UNITS:
            if n >= size * minor:
                return size * minor, _(sign)
    return minor, ""


def unit_word(size: int, n: int) -> str:
    """The word for a unit of a million or more, behind ``n`` whole ones: "million"."""
    return {
        10**6: ngettext("million", "million", n),
        10**9: ngettext("billion", "billion", n),
        10**12: ngettext("trillion", "trillion", n),
    }[size]


def digits(n: int, size: int, minor: int = 1) -> str:
    """``n`` minor units in units of ``size`` minor units: no trailing zeros, but cents in full where there are any."""
    whole, rest = divmod(n, size)
    if not rest:
        return grouped(whole)
    places = len(str(size)) - 1
    decimals = f"{rest:0{places}d}"
    return localized(f"{whole:,}.{decimals if size == minor else decimals.rstrip('0')}")


def grouped(n: int) -> str:
    """12345 as "12,345", with the sign for thousands of the language."""
    return localized(f"{n:,}")


def localized(number: str) -> str:
    """A number as Python writes it, "1,234.5", with the signs of the language."""
    here = spoken()
    if here.code == SOURCE:
        return number
    return number.translate({ord(","): here.group, ord("."): here.decimal})
