"""Hedged numbers: a figure keeps the bound, the approximation or the silence that its source gave it.

A ``Hedged`` is one figure. A ``Tally`` is a sum of them kept as signed integers, so that taking one away is the same
addition with the sign turned (a sum of ``Hedged`` could not forget that one of them was open). DOMAIN section 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from operator import add, attrgetter, sub


class Qualifier(StrEnum):
    """How a source limited its figure."""

    EXACTLY = "exactly"
    ABOUT = "about"
    MORE_THAN = "more than"
    AT_LEAST = "at least"
    LESS_THAN = "less than"
    AT_MOST = "at most"
    BETWEEN = "between"
    NONE_FOUND = "none found"
    ABSENT = "absent"


_FLOORS = (Qualifier.MORE_THAN, Qualifier.AT_LEAST)
_CEILINGS = (Qualifier.LESS_THAN, Qualifier.AT_MOST)


@dataclass(frozen=True, slots=True)
class Hedged:
    """A figure with its hedge: ``low`` to ``high``, whole numbers (of minor units for money).

    ``high`` is None where there is no upper end, both are None where nothing was said. The ends are as stated:
    ``more than 28000`` has ``low`` 28000, which the qualifier excludes. ``approximate`` marks a bound or an interval
    into which an "about" has gone. ``absent`` of ``terms`` figures in a sum were missing. ``margin`` is what the figure
    may be off by on either side; None where the words say it: half a unit of the last digit for ``about``, else 0.
    """

    low: int | None
    high: int | None
    qualifier: Qualifier
    as_said: str | None = None
    approximate: bool = False
    absent: int = 0
    terms: int = 1
    margin: int | None = None

    @classmethod
    def exactly(cls, n: int) -> Hedged:
        """A counted figure."""
        return cls(n, n, Qualifier.EXACTLY)

    @classmethod
    def about(cls, n: int, as_said: str | None = None) -> Hedged:
        """A figure its source rounded."""
        return cls(n, n, Qualifier.ABOUT, as_said)

    @classmethod
    def more_than(cls, n: int, as_said: str | None = None) -> Hedged:
        """A floor that is itself excluded, without an upper end."""
        return cls(n, None, Qualifier.MORE_THAN, as_said)

    @classmethod
    def at_least(cls, n: int, as_said: str | None = None) -> Hedged:
        """A floor without an upper end."""
        return cls(n, None, Qualifier.AT_LEAST, as_said)

    @classmethod
    def less_than(cls, n: int, as_said: str | None = None) -> Hedged:
        """A ceiling that is itself excluded."""
        return cls(0, n, Qualifier.LESS_THAN, as_said)

    @classmethod
    def at_most(cls, n: int, as_said: str | None = None) -> Hedged:
        """A ceiling."""
        return cls(0, n, Qualifier.AT_MOST, as_said)

    @classmethod
    def between(cls, low: int, high: int, as_said: str | None = None) -> Hedged:
        """An interval with both ends in it. Raises ValueError when the ends are the wrong way round."""
        if low > high:
            raise ValueError(f"the low end {low} is above the high end {high}")
        return cls(low, high, Qualifier.BETWEEN, as_said)

    @classmethod
    def none_found(cls, as_said: str | None = None) -> Hedged:
        """Searched, and nothing found: not the same as a counted zero."""
        return cls(0, 0, Qualifier.NONE_FOUND, as_said)

    @classmethod
    def nothing_said(cls) -> Hedged:
        """No figure was given: neither zero nor none found."""
        return cls(None, None, Qualifier.ABSENT, absent=1)

    @property
    def is_absent(self) -> bool:
        """True when no figure was given at all."""
        return self.qualifier is Qualifier.ABSENT

    @property
    def value(self) -> int | None:
        """The one number that the words are about: the floor, the ceiling or the value; None for intervals."""
        if self.qualifier in _CEILINGS:
            return self.high
        if self.qualifier is Qualifier.BETWEEN or (self.low != self.high and self.qualifier not in _FLOORS):
            return None
        return self.low

    @property
    def give(self) -> int:
        """What the figure may be off by on either side: 0 where it or its bounds were counted."""
        if self.margin is not None:
            return self.margin
        return slack(self.low or 0) if self.qualifier is Qualifier.ABOUT else 0

    @property
    def least(self) -> int:
        """The smallest whole number that the figure allows (0 where nothing was said)."""
        if self.low is None:
            return 0
        return max(0, self.low - self.give + (self.qualifier is Qualifier.MORE_THAN))

    @property
    def most(self) -> int | None:
        """The largest whole number that the figure allows, None where it is open."""
        if self.high is None:
            return None
        return max(0, self.high + self.give - (self.qualifier is Qualifier.LESS_THAN))

    def surely_above(self, n: int) -> bool:
        """True when every number that the figure allows is greater than ``n``: a bound is not a value."""
        return self.least > n

    def allows(self, n: int) -> bool:
        """True when ``n`` could be the number behind the figure."""
        return self.least <= n and (self.most is None or n <= self.most)

    def sort_key(self) -> tuple[int, int, int]:
        """Order by interval: by the low end, then the high end with open ends last. Absent figures come first."""
        if self.is_absent:
            return -1, 0, 0
        return self.least, 1 if self.most is None else 0, self.most or 0


def slack(n: int) -> int:
    """Half a unit of the last significant digit of a rounded number: 1,020,000 may stand for 1,015,000 to 1,025,000."""
    if n == 0:
        return 0
    unit = 1
    while n % (unit * 10) == 0:
        unit *= 10
    return unit // 2


@dataclass(frozen=True, slots=True)
class Tally:
    """A sum of hedged figures as signed integers. ``a + b - b == a`` whatever ``a`` and ``b`` are.

    ``open`` counts terms without an upper end, ``above`` those whose floor is excluded, ``below`` those whose ceiling
    is excluded, ``ceiling`` those with any ceiling hedge; ``margin`` adds up what the terms may be off by, because the
    last digit of a sum no longer shows it ("about 1.02 million" and 7 is not good to the unit).
    """

    terms: int = 0
    absent: int = 0
    none_found: int = 0
    about: int = 0
    low: int = 0
    high: int = 0
    open: int = 0
    above: int = 0
    below: int = 0
    ceiling: int = 0
    margin: int = 0

    @classmethod
    def of(cls, figure: Hedged) -> Tally:
        """The tally of one figure."""
        if figure.is_absent:
            return cls(terms=1, absent=1)
        q = figure.qualifier
        return cls(
            terms=1,
            none_found=int(q is Qualifier.NONE_FOUND),
            about=int(q is Qualifier.ABOUT or figure.approximate),
            low=figure.low or 0,
            high=figure.high or 0,
            open=int(figure.high is None),
            above=int(q is Qualifier.MORE_THAN),
            below=int(q is Qualifier.LESS_THAN and bool(figure.high)),
            ceiling=int(q in _CEILINGS),
            margin=figure.give,
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(*map(add, _numbers(self), _numbers(other)))

    def __sub__(self, other: Tally) -> Tally:
        return Tally(*map(sub, _numbers(self), _numbers(other)))

    def __bool__(self) -> bool:
        return any(_numbers(self))

    def astuple(self) -> tuple[int, ...]:
        """The eleven integers, in the order of the fields."""
        return _numbers(self)

    def hedged(self) -> Hedged:
        """The sum in words that claim no more than its terms together: lows add, highs add, one open end opens it."""
        said = self.terms - self.absent
        if said <= 0:
            return Hedged(None, None, Qualifier.ABSENT, absent=self.absent, terms=self.terms)
        high = None if self.open else self.high
        qualifier = self._qualifier()
        spread = qualifier not in (Qualifier.ABOUT, Qualifier.EXACTLY, Qualifier.NONE_FOUND)
        implied = slack(self.low) if qualifier is Qualifier.ABOUT else 0
        margin = None if self.margin == implied else self.margin
        return Hedged(self.low, high, qualifier, None, bool(self.about) and spread, self.absent, self.terms, margin)

    def _qualifier(self) -> Qualifier:
        if self.none_found and not (self.high or self.open):
            # A search that found nothing, next to a counted zero, is still only a search.
            return Qualifier.NONE_FOUND
        if self.open:
            return Qualifier.MORE_THAN if self.above else Qualifier.AT_LEAST
        if self.ceiling and self.low == 0:
            return Qualifier.LESS_THAN if self.below else Qualifier.AT_MOST
        if self.low != self.high:
            return Qualifier.BETWEEN
        return Qualifier.ABOUT if self.about else Qualifier.EXACTLY


# Sums go over thousands of networks, ten times a second.
_numbers: Callable[[Tally], tuple[int, ...]] = attrgetter(*(f.name for f in fields(Tally)))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of the currency it was stated in (ISO 4217).

    ``paid_in`` lists the currencies that were used where the source bounded them together; ``mostly`` says that the
    list is incomplete. ``ads`` is the number of ads behind the amount, hedged.
    """

    currency: str
    amount: Hedged
    paid_in: tuple[str, ...] = ()
    mostly: bool = False

    def major(self, minor: int, digits: int) -> Decimal:
        """``minor`` units as a decimal of major units, given the digits of the currency (2 for USD, 0 for JPY)."""
        return Decimal(minor).scaleb(-digits)


def rounded(estimate: float, error: float) -> int:
    """An estimate cut to the digits that its standard error (absolute) supports; rounding only ever weakens.

    The unit is the power of ten at or above the error: 1,018,345 with an error of 8,300 gives 1,020,000. One digit
    always stays, since "about 0" would claim that there is nothing.
    """
    unit = 1
    while unit < error and unit * 10 <= estimate:
        unit *= 10
    return round(estimate / unit) * unit
