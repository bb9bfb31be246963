"""Adding and comparing hedged figures as DOMAIN section 4 says it, from the list of all terms, without ``Tally``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.hedged import Hedged, Qualifier

_FLOORS = (Qualifier.MORE_THAN, Qualifier.AT_LEAST)
_CEILINGS = (Qualifier.LESS_THAN, Qualifier.AT_MOST)

Plain = tuple[str, int | None, int | None, bool, int, int]
"""Qualifier, low, high, approximate, what it may be off by, terms that were absent."""


def off_by(figure: Hedged) -> int:
    """What a figure may be off by on either side."""
    if figure.margin is not None:
        return figure.margin
    if figure.qualifier is not Qualifier.ABOUT or not figure.low:
        return 0
    zeros = len(str(figure.low)) - len(str(figure.low).rstrip("0"))
    return 10**zeros // 2


def least(figure: Hedged) -> int:
    """The smallest number that may be behind a figure."""
    if figure.low is None:
        return 0
    return max(0, figure.low - off_by(figure) + (1 if figure.qualifier is Qualifier.MORE_THAN else 0))


def most(figure: Hedged) -> int | None:
    """The largest number that may be behind a figure, None where there is none."""
    if figure.high is None:
        return None
    return max(0, figure.high + off_by(figure) - (1 if figure.qualifier is Qualifier.LESS_THAN else 0))


def surely_above(figure: Hedged, other: Hedged) -> bool:
    """Whether every number that a figure allows is above every one that another allows."""
    end = most(other)
    return not figure.is_absent and not other.is_absent and end is not None and least(figure) > end


def is_about(figure: Hedged) -> bool:
    """Whether an "about" has gone into a figure."""
    return figure.qualifier is Qualifier.ABOUT or figure.approximate


def added(figures: Iterable[Hedged]) -> Hedged:
    """The sum: lows add, highs add, one open end opens it, one about makes it about, absent ones are counted."""
    terms = list(figures)
    said = [figure for figure in terms if not figure.is_absent]
    absent = len(terms) - len(said)
    if not said:
        return Hedged(None, None, Qualifier.ABSENT, absent=absent, terms=len(terms))
    low = sum(figure.low or 0 for figure in said)
    high = None if any(figure.high is None for figure in said) else sum(figure.high or 0 for figure in said)
    if high == 0 and any(figure.qualifier is Qualifier.NONE_FOUND for figure in said):
        qualifier = Qualifier.NONE_FOUND
    elif high is None:
        floors = [figure.qualifier for figure in said]
        qualifier = Qualifier.MORE_THAN if Qualifier.MORE_THAN in floors else Qualifier.AT_LEAST
    elif low == 0 and any(figure.qualifier in _CEILINGS for figure in said):
        excluded = any(figure.qualifier is Qualifier.LESS_THAN for figure in said)
        qualifier = Qualifier.LESS_THAN if excluded else Qualifier.AT_MOST
    elif low != high:
        qualifier = Qualifier.BETWEEN
    else:
        qualifier = Qualifier.ABOUT if any(map(is_about, said)) else Qualifier.EXACTLY
    spread = qualifier not in (Qualifier.ABOUT, Qualifier.EXACTLY, Qualifier.NONE_FOUND)
    about = spread and any(map(is_about, said))
    margin = sum(map(off_by, said))
    return Hedged(low, high, qualifier, None, about, absent, len(terms), margin)


def summed(figures: Iterable[Hedged]) -> Hedged:
    """The sum, where a sum of nothing is a counted zero."""
    terms = list(figures)
    return added(terms) if terms else Hedged.exactly(0)


def plain(figure: Hedged) -> Plain:
    """A figure in the form in which two counts of it are compared."""
    return str(figure.qualifier), figure.low, figure.high, figure.approximate, off_by(figure), figure.absent


def lowered(figure: Hedged, by: int) -> Hedged:
    """What of a figure is left when a counted number is taken away: never below 0, and no surer than before."""
    if by == 0 or figure.is_absent:
        return figure
    low = max(0, (figure.low or 0) - by)
    high = None if figure.high is None else max(0, figure.high - by)
    if high == 0:
        return Hedged.exactly(0)
    # More than 5 less 10 may be nothing at all.
    emptied = figure.qualifier is Qualifier.MORE_THAN and by > (figure.low or 0)
    qualifier = Qualifier.AT_LEAST if emptied else figure.qualifier
    return replace(figure, low=low, high=high, qualifier=qualifier, margin=off_by(figure), as_said=None)
