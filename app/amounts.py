"""Figures as text: short for screens, prose for sentences, plain for machines; and the parts of a hero number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from babel.numbers import get_currency_name, get_currency_precision, get_currency_symbol

from app.hedged import Hedged, Money, Qualifier
from app.language import SOURCE, _, locale, pgettext, spoken
from app.nouns import NARROW, list_words, plural
from app.numerals import SHORTEN_FROM, SIGNS, Cut, cut, digits, shares_unit, unit_of, unit_word

UNKNOWN = "–"

_CURRENCY_SIGNS = {"USD": "$", "CAD": "C$", "BRL": "R$", "EUR": "€", "GBP": "£"}
"""Signs that no other currency of the world uses in this spelling; all others go by their ISO code. Other languages
have a spelling of their own: "US$"."""

_HERO_EXACT_FROM = 100_000
_NARROW_HERO_FROM = 1_000

_FOR_MACHINES = {
    Qualifier.ABOUT: "about ",
    Qualifier.MORE_THAN: "more than ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.LESS_THAN: "less than ",
    Qualifier.AT_MOST: "at most ",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """A number taken apart for typesetting. ``digits`` is filled for a value, ``low`` and ``high`` for an interval."""

    shape: Literal["value", "interval", "none", "unknown"]
    sign: str = ""
    prefix: str = ""
    digits: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""

    def __str__(self) -> str:
        if self.shape in ("none", "unknown"):
            return self.digits
        number = self.digits
        if self.shape == "interval":
            number = _("{low} to {high}").format(low=self.low, high=self.high)
        return f"{self.sign}{self.prefix}{number}{NARROW + self.unit if self.unit else ''}"


def number_parts(figure: Hedged, currency: str | None = None, *, columns: int = 4) -> Parts:
    """The parts of a hero number. ``figure`` is in minor units when a ``currency`` (ISO 4217) is given.

    On four columns a counted number keeps its digits up to 99,999; on two, numbers are shortened from 1,000.
    """
    if columns < 4:
        return _parts(figure, currency, _NARROW_HERO_FROM, None)
    return _parts(figure, currency, SHORTEN_FROM, _HERO_EXACT_FROM)


def short(figure: Hedged, currency: str | None = None) -> str:
    """A figure for screens: ``≈1.02 M``, ``>28 k``, ``<$100``, ``0.9 to 1.3 M``, ``none``, ``–``."""
    return str(_parts(figure, currency, SHORTEN_FROM, None))


def prose(figure: Hedged, currency: str | None = None) -> str:
    """A figure for sentences: "about 1.02 million", "more than 28,000", "none", "none found", "not known"."""
    minor = _minor(currency)
    if figure.qualifier is Qualifier.EXACTLY:
        # A counted number keeps all its digits in a sentence; only its shortening would need an "about".
        n = figure.low or 0
        return currency_sign(currency) + digits(n, minor, minor) if n or currency else _("none")
    shown = cut(figure, minor)
    if shown.low is None or shown.high is None:
        return _("none found") if shown.qualifier is Qualifier.NONE_FOUND else _("not known")
    low = _spelt(shown.low, currency)
    if _begins_about(figure, shown):
        low = _("about {figure}").format(figure=low)
    if shown.is_interval:
        return _("between {low} and {high}").format(low=low, high=_spelt(shown.high, currency))
    return _hedge(shown.qualifier).format(figure=low)


def _hedge(qualifier: Qualifier) -> str:
    return {
        Qualifier.ABOUT: _("about {figure}"),
        Qualifier.MORE_THAN: _("more than {figure}"),
        Qualifier.AT_LEAST: _("at least {figure}"),
        Qualifier.LESS_THAN: _("less than {figure}"),
        Qualifier.AT_MOST: _("at most {figure}"),
    }.get(qualifier, "{figure}")


def plain(figure: Hedged, currency: str | None = None) -> str:
    """A figure for machines, in English with all digits its source supports: "about 1020000", "between 3 and 5".

    Amounts of a currency keep the decimals of that currency: "less than 100.00".
    """
    minor = _minor(currency)
    shown = cut(figure, minor, shorten_from=10**30)
    if shown.low is None or shown.high is None:
        return "none found" if shown.qualifier is Qualifier.NONE_FOUND else "not known"
    about = "about " if _begins_about(figure, shown) else ""
    if shown.is_interval:
        return f"between {about}{_decimal(shown.low, minor)} and {_decimal(shown.high, minor)}"
    return f"{_FOR_MACHINES.get(shown.qualifier, '')}{about}{_decimal(shown.low, minor)}"


def money_short(money: Money) -> str:
    """An amount for screens: ``<$100``, ``>R$48 k``, ``≈JPY 1.2 M``."""
    return short(money.amount, money.currency)


def money_prose(money: Money) -> str:
    """An amount for sentences: "less than $100"."""
    return prose(money.amount, money.currency)


def money_plain(money: Money) -> str:
    """An amount for machines: "less than 100.00 USD"; "none found" and "not known" have no currency."""
    said = plain(money.amount, money.currency)
    return f"{said} {money.currency}" if any(c.isdigit() for c in said) else said


def paid_in_words(money: Money) -> str:
    """The currencies a source named: "in US and Canadian dollars", "mostly in US dollars"; else the currency itself."""
    names = [get_currency_name(code, count=2, locale=locale()) for code in _paid_in(money)]
    if spoken().code != SOURCE:
        # CLDR begins them with a capital, which only English has inside of a sentence.
        names = [name[0].lower() + name[1:] for name in names]
    endings = {name.rpartition(" ")[2] for name in names}
    if spoken().code == SOURCE and len(endings) == 1 and all(" " in name for name in names):
        said = f"{list_words([name.rpartition(' ')[0] for name in names])} {endings.pop()}"
    else:
        said = list_words(names)
    return (_("mostly in {currencies}") if money.mostly else _("in {currencies}")).format(currencies=said)


def paid_in_codes(money: Money) -> str:
    """The same by their ISO codes, which have more room: "mostly in USD and CAD"."""
    said = list_words(_paid_in(money))
    return (_("mostly in {currencies}") if money.mostly else _("in {currencies}")).format(currencies=said)


def _paid_in(money: Money) -> tuple[str, ...]:
    return money.paid_in or (money.currency,)


def currency_sign(currency: str | None) -> str:
    """What stands before the digits: "$" alone is USD, "C$" CAD, "R$" BRL, else the ISO code and a narrow space."""
    if currency is None:
        return ""
    if spoken().code == SOURCE or currency not in _CURRENCY_SIGNS:
        return _CURRENCY_SIGNS.get(currency, currency + NARROW)
    return get_currency_symbol(currency, locale=locale()) + NARROW


def bare(figure: Hedged, currency: str | None = None) -> str:
    """The number of a hedged value without its hedge, as it must not be written; empty where there is no one number."""
    shown = cut(figure, _minor(currency))
    if shown.low is None or figure.value is None or figure.qualifier is Qualifier.EXACTLY:
        return ""
    return _spelt(shown.low, currency)


def counted(figure: Hedged | int, one: str, many: str | None = None) -> str:
    """A figure with its noun: "7 events", "1 event", "no events", "about 25,000 accounts", "no events found".

    ``one`` and ``many`` are words of the language that is spoken; without ``many`` it is the English plural.
    """
    known = Hedged.exactly(figure) if isinstance(figure, int) else figure
    several = many or plural(one)
    if known.qualifier is Qualifier.NONE_FOUND:
        return _("no {things} found").format(things=several)
    if known.is_absent:
        return _("{things} not known").format(things=several)
    if known.qualifier is Qualifier.EXACTLY and known.low == 0:
        return _("no {things}").format(things=several)
    return before_noun(prose(known), one if known.value == 1 else several)


def before_noun(figure: str, noun: str) -> str:
    """A figure in words and its noun, which some languages join by another word after a million."""
    if figure[-1:].isdigit():
        return _("{figure} {things}").format(figure=figure, things=noun)
    return pgettext("after million, billion or trillion", "{figure} {things}").format(figure=figure, things=noun)


def absent_words(figure: Hedged, noun: str) -> str:
    """How many terms of a sum were missing: "3 of 41 networks gave no figure"; empty when none was.

    ``noun`` is singular.
    """
    if not figure.absent:
        return ""
    if figure.terms == 1:
        return f"the {noun} gave no figure"
    if figure.absent == figure.terms:
        return f"none of {figure.terms:,} {plural(noun)} gave a figure"
    return f"{figure.absent:,} of {figure.terms:,} {plural(noun)} gave no figure"


def _parts(figure: Hedged, currency: str | None, shorten_from: int, exact_from: int | None) -> Parts:
    minor = _minor(currency)
    shown = cut(figure, minor, shorten_from, exact_from)
    if shown.low is None or shown.high is None:
        if shown.qualifier is Qualifier.NONE_FOUND:
            return Parts("none", digits=_("none"))
        return Parts("unknown", digits=UNKNOWN)
    prefix = currency_sign(currency)
    if shown.is_interval:
        return _interval(shown, figure, prefix, minor, shorten_from)
    kept = exact_from is not None and shown.qualifier is Qualifier.EXACTLY
    size, unit = unit_of(shown.low, minor, exact_from if kept and exact_from else shorten_from)
    return Parts("value", SIGNS[shown.qualifier], prefix, digits(shown.low, size, minor), unit=unit)


def _interval(shown: Cut, figure: Hedged, prefix: str, minor: int, shorten_from: int) -> Parts:
    low, high = shown.low or 0, shown.high or 0
    size, unit = unit_of(high, minor, shorten_from)
    low_size, low_unit = size, ""
    if not shares_unit(low, high, shorten_from * minor):
        if low < 1_000 * minor:
            # "940 to 1.3 M" would read as 940 M: both ends keep their digits.
            size = low_size = minor
            unit = ""
        else:
            low_size, low_unit = unit_of(low, minor, 1_000)
    low_digits = digits(low, low_size, minor) + (NARROW + low_unit if low_unit else "")
    sign = SIGNS[Qualifier.ABOUT] if _begins_about(figure, shown) else ""
    return Parts("interval", sign, prefix, low=low_digits, high=digits(high, size, minor), unit=unit)


def _begins_about(figure: Hedged, shown: Cut) -> bool:
    """Whether the first number is only about right: of a rounded bound, and of a value that is said by its ends."""
    return figure.approximate or (figure.qualifier is Qualifier.ABOUT and shown.is_interval)


def _spelt(n: int, currency: str | None) -> str:
    minor = _minor(currency)
    if n >= 1_000_000 * minor:
        size, _sign = unit_of(n, minor, 1_000_000)
        return f"{currency_sign(currency)}{digits(n, size, minor)} {unit_word(size // minor, n // size)}"
    return currency_sign(currency) + digits(n, minor, minor)


def decimal(n: int, currency: str) -> str:
    """An amount of minor units in major ones, for programs and spreadsheets: "100.00", in yen "100"."""
    return _decimal(n, _minor(currency))


def _decimal(n: int, minor: int) -> str:
    places = len(str(minor)) - 1
    return f"{n // minor}.{n % minor:0{places}d}" if places else str(n)


def _minor(currency: str | None) -> int:
    return 1 if currency is None else int(10 ** get_currency_precision(currency))
