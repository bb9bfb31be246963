"""The second headline: what is known to have been spent on ads by the networks of the watch, currency by currency."""

from __future__ import annotations

from typing import Any

from app.hedged import Hedged, Money, Qualifier
from app.measures.spend import spent_by
from app.networks import Network
from app.records import hedged_of, money_of
from app.vocabulary import RecordType
from app.wording import counted, list_words, money_prose, number_parts, paid_in_words
from dashboards.scenes._reach import SIBLINGS
from dashboards.scenes._sight import Json, Sight, called

_KINDS = {
    Qualifier.LESS_THAN: "a ceiling",
    Qualifier.AT_MOST: "a ceiling",
    Qualifier.MORE_THAN: "a floor",
    Qualifier.AT_LEAST: "a floor",
    Qualifier.BETWEEN: "bounds",
    Qualifier.ABOUT: "a rounded figure",
}


def spend_hero(sight: Sight) -> dict[str, Any]:
    """The currency of most ads; the others stand beside it and are neither converted nor added."""
    spend = sight.timeless("spend", sight.watch_scope)
    held = sight.held(RecordType.AD_OBSERVED)
    if spend["currencies"]:
        hero = _known(sight, spend)
    elif hedged_of(spend["ads"]).most != 0:
        hero = _without_amount(spend)
    elif spend["none_found"]:
        hero = _none_found(sight, spend)
    else:
        hero = _nothing_said(spend)
    return hero | {
        "why": held or hero["why"],
        "bars": None,
        "definition": spend["definition"],
        "held": bool(held),
        "fresh": not held and _was_stated(sight, none_found=not spend["currencies"]),
    }


def _known(sight: Sight, spend: Json) -> dict[str, Any]:
    lines = spend["currencies"]
    moneys = [money_of(line["figure"]) for line in lines]
    ads = [_ads(line) for line in lines]
    if len(moneys) > 1 and all(money.amount.is_absent for money in moneys):
        # One dash says as much as several.
        codes = list_words([money.currency for money in moneys])
        label = f"spent on {counted(hedged_of(spend['ads']), 'ad')}, in {codes}"
        return _unknown(label, "the amounts are not known", _others(spend))
    return {
        "number": number_parts(moneys[0].amount, moneys[0].currency),
        "siblings": [
            {"number": number_parts(money.amount, money.currency), "label": f"{words}, {_codes(money)}"}
            for money, words in zip(moneys[1 : SIBLINGS + 1], ads[1:], strict=False)
        ],
        "label": f"spent on {ads[0]}, {_in_words(moneys[0])}",
        "sub": f"by {_spenders(sight, spend, moneys[0].currency)}; {_kind(moneys[0], lines[0], spend)}",
        "why": _currencies(len(lines)) if len(lines) > 1 else _others(spend),
        "prose": "; ".join(
            _sentence(money, f"spent on {words}, {_in_words(money)}") for money, words in zip(moneys, ads, strict=True)
        ),
    }


def _currencies(n: int) -> str:
    more = f"; +{n - 1 - SIBLINGS} more" if n - 1 > SIBLINGS else ""
    return f"{n} currencies, not converted, not added{more}"


def _ads(line: Json) -> str:
    """The ads behind an amount; "ads" where nobody said how many."""
    ads = hedged_of(line["ads"])
    return "ads" if ads.is_absent or ads.most == 0 else counted(ads, "ad")


def _codes(money: Money) -> str:
    return f"{'mostly ' if money.mostly else ''}{list_words(money.paid_in or (money.currency,))}"


def _in_words(money: Money) -> str:
    """One currency by its name, "in US dollars"; several by their codes, which have more room: "in USD and CAD"."""
    if len(money.paid_in) < 2:
        return paid_in_words(money)
    return f"{'mostly ' if money.mostly else ''}in {list_words(money.paid_in)}"


def _sentence(money: Money, words: str) -> str:
    said = "an amount that is not known" if money.amount.is_absent else money_prose(money)
    return f"{said[0].upper()}{said[1:]} {words}"


def _spenders(sight: Sight, spend: Json, currency: str) -> str:
    """Who paid in a currency: one by name, several by number."""
    found = [network for network in sight.seen if _spent(sight, network, currency)]
    if len(found) == 1:
        return called(found[0])
    return f"{len(found):,} of {counted(spend['networks'], 'network')}"


def _spent(sight: Sight, network: Network, currency: str) -> bool:
    return any(currency in spent_by(member).lines for member in sight.board.fold_of([network.id]).members)


def _kind(money: Money, line: Json, spend: Json) -> str:
    """What kind of knowledge the amount is, and how much of it is missing."""
    if spend["conflicts"]:
        return "more is listed than was stated"
    amount = money.amount
    if amount.is_absent:
        return "the amount is not known"
    basis = "as stated" if spend["stated"] and line["networks"] == 1 else "as listed"
    kind = _KINDS.get(amount.qualifier, "")
    if amount.absent:
        return f"{kind or basis}, {amount.absent:,} of {amount.terms:,} amounts missing"
    return f"only {kind} {'are' if kind == 'bounds' else 'is'} known" if kind else basis


def _others(spend: Json) -> str:
    """What is known of the other networks: searched and none found, or no figure given."""
    none_found, silent = spend["none_found"], spend["no_figure"]
    if none_found and silent:
        return f"{counted(none_found, 'other')} searched, none found; {silent:,} gave no figure"
    if none_found:
        return f"{counted(none_found, 'other network')} searched, none found"
    return f"{counted(silent, 'other network')} gave no figure" if silent else ""


def _without_amount(spend: Json) -> dict[str, Any]:
    words = f"spent on {counted(hedged_of(spend['ads']), 'ad')}"
    return _unknown(words, "the amount is not known", _others(spend))


def _nothing_said(spend: Json) -> dict[str, Any]:
    n = spend["networks"]
    sub = f"not known, no figure from {counted(n, 'network')}" if n else "not known, nothing to search yet"
    return _unknown("spent on ads", sub, "")


def _unknown(label: str, sub: str, why: str) -> dict[str, Any]:
    number = number_parts(Hedged.nothing_said())
    prose = f"What was {label} is not known"
    return {"number": number, "siblings": [], "label": label, "sub": sub, "why": why, "prose": prose}


def _none_found(sight: Sight, spend: Json) -> dict[str, Any]:
    n, silent = spend["none_found"], spend["no_figure"]
    times = [
        statement.at
        for network in sight.of_watch
        for statement in network.statements
        if statement.data.get("spend", {}).get("qualifier") == str(Qualifier.NONE_FOUND)
    ]
    many = n > 1
    label = f"of {n:,} networks is known to buy ads" if many else "known to be spent on ads"
    gave_none = f"{silent:,} more gave no figure" if silent else "an ad paid from elsewhere would not show"
    return {
        "number": number_parts(Hedged.none_found()),
        "siblings": [],
        "label": label,
        "sub": f"none found, last search {sight.time(max(times))}" if times else "searched, none found",
        "why": gave_none,
        "prose": f"None {label}; searched, none found",
    }


def _was_stated(sight: Sight, *, none_found: bool) -> bool:
    """Whether somebody has just stated a figure that is part of the number. A search is where nothing else is."""
    return any(
        "spend" in statement.data
        and sight.is_fresh(statement.at)
        and (none_found or statement.data["spend"].get("qualifier") != str(Qualifier.NONE_FOUND))
        for network in sight.of_watch
        for statement in network.statements
    )
