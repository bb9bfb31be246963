"""Figures as answers have them: hedged, and in words that every screen and export takes from here."""

from __future__ import annotations

from typing import Any

from app.hedged import Hedged, Money, Qualifier, Tally, slack
from app.records import hedged_json, money_json
from app.wording import money_plain, money_prose, money_short, plain, prose, short

Json = dict[str, Any]

ZERO = Hedged.exactly(0)


def figure_json(figure: Hedged) -> Json:
    """A figure with its hedge, and as text for machines, screens and sentences."""
    return hedged_json(figure) | {"text": plain(figure), "short": short(figure), "prose": prose(figure)}


def maybe_json(figure: Hedged | None) -> Json | None:
    """``figure_json`` of what may not have been said."""
    return None if figure is None else figure_json(figure)


def money_figure_json(money: Money) -> Json:
    """An amount with its hedge and currency, and as text."""
    words = {"text": money_plain(money), "short": money_short(money), "prose": money_prose(money)}
    return money_json(money) | words


def stands(stated: Hedged, listed: Hedged) -> bool:
    """Whether a stated figure holds beside a listed one: until the listed one surely exceeds it (DOMAIN section 7)."""
    return stated.most is None or not listed.surely_above(stated.most)


def total(tally: Tally) -> Hedged:
    """A sum as a figure: a sum of nothing is a counted zero, and one of counted numbers a counted number."""
    figure = tally.hedged() if tally.terms else ZERO
    return Hedged.exactly(figure.low or 0) if figure.qualifier is Qualifier.EXACTLY and not figure.absent else figure


def less(figure: Hedged, n: int) -> Hedged:
    """A figure with ``n`` taken away from both its ends: never below 0, and no surer than before."""
    if not n or figure.is_absent:
        return figure
    low = max(0, (figure.low or 0) - n)
    high = None if figure.high is None else max(0, figure.high - n)
    if high == 0:
        return ZERO
    # "More than 5" less 10 may be nothing at all.
    emptied = figure.qualifier is Qualifier.MORE_THAN and n > (figure.low or 0)
    qualifier = Qualifier.AT_LEAST if emptied else figure.qualifier
    # The last digit of what is left no longer shows how far off the figure may be.
    implied = slack(low) if qualifier is Qualifier.ABOUT else 0
    margin = None if figure.give == implied else figure.give
    return Hedged(low, high, qualifier, None, figure.approximate, figure.absent, figure.terms, margin)
