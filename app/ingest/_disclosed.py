"""How a published takedown says its figures and places, read into the forms of the record format.

Each reader returns JSON as ``records`` takes it, or raises Unreadable with the reason. None of them guesses: what a
source did not say in a form that is known here is left out, and the importer says so.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_precision, list_currencies

from app.hedged import Qualifier

Json = dict[str, Any]

QUALIFIERS = {
    None: Qualifier.EXACTLY,
    "exactly": Qualifier.EXACTLY,
    "about": Qualifier.ABOUT,
    "approximately": Qualifier.ABOUT,
    "around": Qualifier.ABOUT,
    # Not "less than": it says that the figure is near, and only in passing on which side.
    "almost": Qualifier.ABOUT,
    "over": Qualifier.MORE_THAN,
    "more than": Qualifier.MORE_THAN,
    "at least": Qualifier.AT_LEAST,
    "under": Qualifier.LESS_THAN,
    "less than": Qualifier.LESS_THAN,
    "up to": Qualifier.AT_MOST,
    "at most": Qualifier.AT_MOST,
    "none": Qualifier.NONE_FOUND,
    "none found": Qualifier.NONE_FOUND,
}
"""The words of the publications, as qualifiers. No word at all means that the source gave a bare number."""

WIDER = ("across", "combined", "not only")
"""Words in the definition of a reach which say that it is not one of the surface alone."""


class Unreadable(ValueError):
    """A value that cannot be taken over. The text is the reason."""


def whole(value: object) -> int:
    """A whole number from 0. Raises Unreadable for everything else, booleans among it."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Unreadable(f"{value!r} is no whole number from 0")
    return value


def count(value: object, qualifier: object) -> Json | int:
    """A hedged count from a number and the word before it. Raises Unreadable."""
    found = _qualifier(qualifier)
    n = whole(value)
    if found is Qualifier.NONE_FOUND:
        if n:
            raise Unreadable(f"{n} is not none")
        return {"qualifier": found.value}
    if found is Qualifier.EXACTLY:
        return n
    return {"qualifier": found.value, "value": n, "as_said": f"{qualifier} {n:,}"}


def figure(said: object) -> Json | int:
    """A hedged count from ``{value, qualifier}``. Raises Unreadable."""
    if not isinstance(said, dict):
        raise Unreadable(f"{said!r} is no figure with value and qualifier")
    return count(said.get("value"), said.get("qualifier"))


def is_wider(said: Json) -> bool:
    """Whether the definition of a reach says that it covers more than the assets of its surface in this network."""
    definition = str(said.get("definition") or "").casefold()
    return any(word in definition for word in WIDER)


def spend(said: object) -> Json:
    """Hedged money in minor units of the currency it was reported in, with what it was paid in. Raises Unreadable.

    A currency of payment that is not written as ISO 4217 is left out, and ``mostly`` says that the list is incomplete.
    """
    if not isinstance(said, dict):
        raise Unreadable(f"{said!r} is no amount with value and currency")
    currency = said.get("reporting_currency")
    if not isinstance(currency, str) or currency not in list_currencies():
        raise Unreadable(f"{currency!r} is no ISO 4217 currency")
    found = _qualifier(said.get("qualifier"))
    value = said.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise Unreadable(f"{value!r} is no amount of money")
    money: Json = {"currency": currency, "qualifier": found.value}
    if found is Qualifier.NONE_FOUND:
        if value:
            raise Unreadable(f"{value} is not none")
    else:
        minor = Decimal(str(value)).scaleb(get_currency_precision(currency))
        if minor != minor.to_integral_value():
            raise Unreadable(f"{value} is finer than the smallest unit of {currency}")
        money |= {"minor": int(minor)}
        if found is not Qualifier.EXACTLY:
            money |= {"as_said": f"{said['qualifier']} {value:,}"}
    return money | _paid_in(said.get("paid_in") or [])


def _paid_in(said: object) -> Json:
    if not isinstance(said, list):
        raise Unreadable(f"{said!r} is no list of currencies")
    known = [code for code in said if isinstance(code, str) and code in list_currencies()]
    paid: Json = {"paid_in": known} if known else {}
    return paid | {"mostly": True} if len(known) < len(said) else paid


def country(said: object) -> str | None:
    """The ISO 3166 alpha-2 code of a country given by code or by its English name, None where it is neither."""
    text = str(said)
    if text in _codes().values():
        return text
    return _codes().get(text.casefold())


@cache
def _codes() -> dict[str, str]:
    """English names (case folded, and without what stands in brackets behind them) to codes; ``XK`` is Kosovo."""
    codes: dict[str, str] = {}
    for code, name in Locale("en").territories.items():
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"):
            codes[name.casefold()] = code
            codes[name.split(" (")[0].casefold()] = code
    return codes


def _qualifier(word: object) -> Qualifier:
    key = word.casefold() if isinstance(word, str) else word
    if not isinstance(key, str | None) or key not in QUALIFIERS:
        raise Unreadable(f"the qualifier {word!r} is not known here")
    return QUALIFIERS[key]
