"""A total of what was spent in several currencies, converted at reference rates of the day of the picture.

Every amount keeps its hedge by the arithmetic of ``Tally``, ends are rounded outward, and what was counted becomes
"about": a reference rate is not what anybody paid. No total is made of an amount that its source bounded over several
currencies, which is not split, nor where a rate is missing. Measures are left as they are (DOMAIN section 4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from babel.numbers import get_currency_precision

from app.errors import BadRequest
from app.hedged import Hedged, Money, Qualifier, Tally
from app.language import _
from app.measures._figures import money_figure_json
from app.nouns import day_words, list_words
from app.rates import OLDEST_D, SETTING, Rate, ReferenceRates
from app.records import money_of
from app.vocabulary import moment

Json = dict[str, Any]

FIGURES = 3
"""Significant figures of a converted total, as of every shortened number: more would look paid to the cent."""

WHOLE_FROM = 10
"""Units of the currency from which a converted total has no cents."""

LARGEST = 2**53 - 1
"""The largest whole number that all readers of JSON agree on (RFC 8785)."""


class _NoTotal(Exception):
    """There is none, and the words say why."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What is known in one currency, as the measure has it."""

    money: Money
    paid_in: tuple[str, ...]

    @classmethod
    def of(cls, said: Json) -> _Line:
        money = money_of(said["figure"])
        return cls(replace(money, mostly=said["mostly"]), tuple(said["paid_in"]))

    def is_plain(self, into: str) -> bool:
        """Whether it was stated in a currency and nothing of it has to be converted, however it was paid."""
        return self.money.currency == into and len(self.paid_in) < 2


def converted(spend: Json, rates: ReferenceRates | None, now: int) -> tuple[Json | None, list[Json]]:
    """The total of a measure of spend at the rates of the day (UTC) of ``now``, and the rates that it took.

    None where there is nothing to convert. Where no total can be made its ``figure`` is None and ``why`` a sentence.
    """
    lines = [_Line.of(said) for said in spend["currencies"]]
    if rates is None or all(line.is_plain(rates.into) for line in lines):
        return None, []
    said: Json = {"currency": rates.into, "figure": None, "why": None, "definition": None, "do_not_write": []}
    try:
        taken = _taken(lines, rates, moment(now).date())
        figure = money_figure_json(Money(rates.into, _total(lines, taken, rates.into)))
    except _NoTotal as why:
        return said | {"why": str(why)}, []
    told = [taken[line.money.currency] for line in lines if line.money.currency in taken]
    clause = _("that a sum was spent in all, without the exchange rates and their date")
    return (
        said | {"figure": figure, "definition": _definition(told, rates.into), "do_not_write": [clause]},
        [rate.json() for rate in told],
    )


def _taken(lines: Sequence[_Line], rates: ReferenceRates, day: date) -> dict[str, Rate]:
    """The rates that a total takes, by currency."""
    for line in lines:
        if len(line.paid_in) > 1:
            words = _("An amount that its source bounded over several currencies ({currencies}) is not split.")
            raise _NoTotal(words.format(currencies=", ".join(line.paid_in)))
    foreign = [line.money.currency for line in lines if line.money.currency != rates.into]
    try:
        taken = rates.on(day, foreign)
    except BadRequest:
        # A briefing is not held up by a file that was there when the room was opened.
        raise _NoTotal(_("The file of exchange rates ({setting}) cannot be read.").format(setting=SETTING)) from None
    if missing := [currency for currency in foreign if currency not in taken]:
        words = _("No ECB reference rate from {currencies} to {currency} is known of {day} or the {n} days before.")
        raise _NoTotal(
            words.format(currencies=list_words(missing), currency=rates.into, day=day_words(day, year=True), n=OLDEST_D)
        )
    return taken


def _total(lines: Sequence[_Line], taken: dict[str, Rate], into: str) -> Hedged:
    tally = Tally()
    for line in lines:
        rate = taken.get(line.money.currency)
        figure = line.money.amount
        tally += _whole(figure) if rate is None else _at(figure, _in_minor_units(rate))
        if line.money.mostly and not figure.is_absent:
            # What was paid in currencies that nobody named comes on top.
            tally += Tally(open=1)
    total = _coarser(tally.hedged(), int(10 ** get_currency_precision(into)))
    if total.is_absent or (not total.low and (total.high is None or total.qualifier is Qualifier.ABOUT)):
        raise _NoTotal(_("Nothing certain is known of the amount."))
    if max(total.low or 0, total.high or 0) > LARGEST:
        raise _NoTotal(_("The amount is too large."))
    return total


def _in_minor_units(rate: Rate) -> Fraction:
    """Minor units of one currency for a minor unit of the other one: yen have none, dinars a thousand."""
    scale = get_currency_precision(rate.target) - get_currency_precision(rate.source)
    return rate.exact * Fraction(10) ** scale


def _whole(figure: Hedged) -> Tally:
    """A figure as the sum that it is: it may be of several terms, of which some are missing."""
    if figure.is_absent:
        return Tally(terms=figure.terms, absent=figure.terms)
    return replace(Tally.of(figure), terms=figure.terms, absent=figure.absent)


def _at(figure: Hedged, rate: Fraction) -> Tally:
    """A figure at a rate, with ends that are rounded outward: no amount that it allowed is lost."""
    tally = _whole(figure)
    if figure.is_absent or not (figure.low or figure.high or figure.give or tally.above):
        # Nothing is nothing at any rate.
        return tally
    low, high, margin = figure.low or 0, figure.high, math.ceil(figure.give * rate)
    if figure.qualifier in (Qualifier.EXACTLY, Qualifier.ABOUT):
        value = round(low * rate)
        low_end = high_end = value
        margin += 1
    else:
        # A bound that is itself excluded: the next whole unit of a coarser currency may lie beyond the one here.
        low_end = math.floor(low * rate)
        high_end = math.ceil((high or 0) * rate)
        if tally.above:
            low_end = min(low_end, math.floor((low + 1) * rate) - 1)
        if tally.below and high:
            high_end = max(high_end, math.ceil((high - 1) * rate) + 1)
    above = tally.above if low_end >= 0 else 0
    return replace(tally, low=max(0, low_end), high=high_end, margin=margin, about=1, above=above)


def _coarser(figure: Hedged, minor: int) -> Hedged:
    """A converted total in few figures, each end outward; what it may be off by goes into the ends of a bound."""
    if figure.is_absent or not (figure.approximate or figure.qualifier is Qualifier.ABOUT):
        return figure
    low, high, give = figure.low or 0, figure.high, figure.give
    if figure.qualifier is Qualifier.ABOUT:
        unit = _unit(low, minor)
        value = (low + unit // 2) // unit * unit
        return replace(figure, low=value, high=value, margin=give + unit // 2)
    low = max(0, low - give)
    low = low // _unit(low, minor) * _unit(low, minor)
    if high is None:
        return replace(figure, low=low, margin=None)
    high += give
    high = -(-high // _unit(high, minor)) * _unit(high, minor)
    qualifier = figure.qualifier
    if qualifier is Qualifier.BETWEEN and not low:
        qualifier = Qualifier.AT_MOST
    return replace(figure, low=low, high=high, qualifier=qualifier, margin=None)


def _unit(n: int, minor: int) -> int:
    """To what an amount in minor units is rounded: three figures, and no cents where there are ten whole units."""
    return max(int(10 ** max(0, len(str(n)) - FIGURES)), minor if n >= WHOLE_FROM * minor else 1)


def _definition(rates: Sequence[Rate], into: str) -> str:
    words = _(
        "amounts in {currencies} converted into {currency} at the ECB reference rates of {day}, not at those of the "
        "days of payment, and added"
    )
    days = list_words([day_words(day, year=True) for day in sorted({rate.day for rate in rates})])
    return words.format(currencies=list_words([rate.source for rate in rates]), currency=into, day=days)
