"""Hedged numbers and money as they stand in records: their checks, and the way there and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from app.hedged import Hedged, Money, Qualifier
from app.records._checks import currency, flag, list_of, members, text, whole
from app.records._faults import Fault, show
from app.vocabulary import WORD

PLAUSIBLE = 8_500_000_000
"""More accounts than there are people: a count above it is kept for the operator, and not counted."""

SUM = "sum"
"""The member in which ``hedged_json`` keeps what only a sum of figures has. No source may say it of its own figure."""

_COUNT = ("value", "low", "high")
_MINOR = ("minor", "low_minor", "high_minor")
# As plain texts: members of an enumeration are slow to look up.
_NONE_FOUND, _BETWEEN, _LESS_THAN = str(Qualifier.NONE_FOUND), str(Qualifier.BETWEEN), str(Qualifier.LESS_THAN)
_SAYABLE = tuple(str(qualifier) for qualifier in Qualifier if qualifier is not Qualifier.ABSENT)


def count(value: Any, path: str) -> None:
    """A hedged count: an integer, or an object with ``qualifier`` and ``value`` or ``low`` and ``high``."""
    if type(value) is dict:
        _bounds(value, path, _COUNT)
        for each in _COUNT:
            # A member that the qualifier has no use for was not looked at, and may be anything.
            if type(value.get(each)) is int and value[each] > PLAUSIBLE:
                raise _implausible(value[each], f"{path}.{each}")
        return
    whole(value, path)
    if value > PLAUSIBLE:
        raise _implausible(value, path)


def _implausible(number: int, path: str) -> Fault:
    reason = f"{number} accounts are more than there are people: it waits for the operator's word"
    return Fault(path, reason, code="implausible", doubtful=True)


def money(value: Any, path: str) -> None:
    """Hedged money: a currency, and either an amount in its minor units or none where it was not given."""
    members(value, path)
    if "currency" not in value:
        raise Fault(f"{path}.currency", "is missing: name the currency that was paid in")
    _amount(value, path)


def stated_money(value: Any, path: str) -> None:
    """Money as a statement has it: ``paid_in``, ``mostly``, and no currency where nothing was found."""
    members(value, path)
    if "currency" not in value and value.get("qualifier") != _NONE_FOUND:
        raise Fault(f"{path}.currency", "is missing: name the currency that the figure is in")
    _amount(value, path)
    if "paid_in" in value:
        _currencies(value["paid_in"], f"{path}.paid_in")
    if "mostly" in value:
        flag(value["mostly"], f"{path}.mostly")


_currencies = list_of(currency)


def by_surface(value: Any, path: str) -> None:
    """An object from surfaces, written ``facebook:page``, to hedged counts."""
    members(value, path)
    for surface, figure in value.items():
        if not _SURFACE.fullmatch(surface):
            raise Fault(path, f"{show(surface)} is no platform:kind, for example facebook:page")
        count(figure, f"{path}.{surface}")


_SURFACE = re.compile(f"{WORD.pattern}:{WORD.pattern}")


def _amount(value: dict[str, Any], path: str) -> None:
    if "currency" in value:
        currency(value["currency"], f"{path}.currency")
    if "qualifier" in value or any(each in value for each in _MINOR[1:]):
        _bounds(value, path, _MINOR)
    elif "minor" in value:
        whole(value["minor"], f"{path}.minor")


def _bounds(value: dict[str, Any], path: str, names: tuple[str, str, str]) -> None:
    one, low, high = names
    qualifier = value.get("qualifier")
    if "as_said" in value:
        text(value["as_said"], f"{path}.as_said")
    if SUM in value:
        raise Fault(f"{path}.{SUM}", "is for sums that the war room makes: leave it out")
    if type(qualifier) is not str or qualifier not in _SAYABLE:
        what = show(qualifier) + " is none of" if "qualifier" in value else "is missing: say one of"
        raise Fault(f"{path}.qualifier", f"{what} {', '.join(_SAYABLE)}")
    if qualifier == _NONE_FOUND:
        for each in names:
            if each in value:
                raise Fault(f"{path}.{each}", "a number cannot stand beside none found: leave one of them out")
        return
    _numbers(value, path, qualifier, (low, high) if qualifier == _BETWEEN else (one,))


def _numbers(value: dict[str, Any], path: str, qualifier: str, names: tuple[str, ...]) -> None:
    for each in names:
        if each not in value:
            raise Fault(f"{path}.{each}", f"is missing: {qualifier!r} needs it")
        whole(value[each], path, each)
    first, last = names[0], names[-1]
    if value[first] > value[last]:
        raise Fault(f"{path}.{first}", f"{value[first]} is above {value[last]}, the high end: turn them round")
    if value[first] == 0 and qualifier == _LESS_THAN:
        raise Fault(f"{path}.{first}", "nothing is less than 0: say 'none found', or 0 without a qualifier")


# --- there and back ---------------------------------------------------------------------------------------------------


def hedged_of(said: Mapping[str, Any] | int) -> Hedged:
    """The figure that checked JSON says; ``hedged_json`` turned round."""
    return _hedged_of({"value": said} if isinstance(said, int) else said, _COUNT)


def hedged_json(figure: Hedged) -> dict[str, Any]:
    """A figure as JSON, always as an object. ``hedged_of`` gives the same figure again, sums and absent ones too.

    What only sums have (``terms``, ``absent`` …) stands in a member ``sum``, which records may not bring along.
    """
    return _hedged_json(figure, _COUNT)


def money_of(said: Mapping[str, Any]) -> Money:
    """The money that checked JSON says. ``currency`` is empty where a statement found nothing and named none."""
    amount = Hedged.nothing_said()
    if "qualifier" in said or "minor" in said:
        amount = _hedged_of(said, _MINOR)
    return Money(said.get("currency", ""), amount, tuple(said.get("paid_in", ())), said.get("mostly", False))


def money_json(money: Money) -> dict[str, Any]:
    """Money as JSON; ``money_of`` gives the same again."""
    said: dict[str, Any] = {"currency": money.currency} if money.currency else {}
    if money.amount != Hedged.nothing_said():
        said |= _hedged_json(money.amount, _MINOR)
    if money.paid_in:
        said["paid_in"] = list(money.paid_in)
    if money.mostly:
        said["mostly"] = True
    return said


def _hedged_of(said: Mapping[str, Any], names: tuple[str, str, str]) -> Hedged:
    one, low, high = names
    qualifier = Qualifier(said.get("qualifier", Qualifier.EXACTLY))
    as_said = said.get("as_said")
    match qualifier:
        case Qualifier.BETWEEN:
            figure = Hedged.between(said[low], said[high], as_said)
        case Qualifier.NONE_FOUND:
            figure = Hedged.none_found(as_said)
        case Qualifier.ABSENT:
            figure = Hedged.nothing_said()
        case Qualifier.MORE_THAN | Qualifier.AT_LEAST:
            figure = Hedged(said[one], None, qualifier, as_said)
        case Qualifier.LESS_THAN | Qualifier.AT_MOST:
            figure = Hedged(0, said[one], qualifier, as_said)
        case _:
            figure = Hedged(said[one], said[one], qualifier, as_said)
    return replace(figure, **said[SUM]) if SUM in said else figure


def _hedged_json(figure: Hedged, names: tuple[str, str, str]) -> dict[str, Any]:
    one, low, high = names
    said: dict[str, Any] = {"qualifier": str(figure.qualifier)}
    match figure.qualifier:
        case Qualifier.BETWEEN:
            said |= {low: figure.low, high: figure.high}
        case Qualifier.NONE_FOUND | Qualifier.ABSENT:
            pass
        case Qualifier.LESS_THAN | Qualifier.AT_MOST:
            said[one] = figure.high
        case _:
            said[one] = figure.low
    if figure.as_said is not None:
        said["as_said"] = figure.as_said
    plain = _hedged_of(said, names)
    if rest := {name: getattr(figure, name) for name in _PARTS if getattr(figure, name) != getattr(plain, name)}:
        said[SUM] = rest
    return said


_PARTS = tuple(part.name for part in fields(Hedged) if part.name != "qualifier")
