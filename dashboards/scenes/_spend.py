"""The second headline: what is known to have been spent on ads by the networks of the watch, currency by currency."""

from __future__ import annotations

from typing import Any

from app.amounts import paid_in_codes
from app.hedged import Hedged, Money, Qualifier
from app.language import N_, _, ngettext
from app.measures.spend import spent_by
from app.networks import Network
from app.numerals import grouped
from app.records import hedged_of, money_of
from app.vocabulary import RecordType
from app.wording import counted, list_words, money_prose, number_parts, paid_in_words
from dashboards.scenes._reach import SIBLINGS
from dashboards.scenes._sight import Json, Sight, called

_KINDS = {
    Qualifier.LESS_THAN: N_("a ceiling"),
    Qualifier.AT_MOST: N_("a ceiling"),
    Qualifier.MORE_THAN: N_("a floor"),
    Qualifier.AT_LEAST: N_("a floor"),
    Qualifier.BETWEEN: N_("bounds"),
    Qualifier.ABOUT: N_("a rounded figure"),
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
    ads = [ads_words(line) for line in lines]
    if len(moneys) > 1 and all(money.amount.is_absent for money in moneys):
        # One dash says as much as several.
        codes = list_words([money.currency for money in moneys])
        label = _("spent on {ads}, in {currencies}").format(ads=_all_ads(spend), currencies=codes)
        return _unknown(label, _("the amounts are not known"), _others(spend))
    return {
        "number": number_parts(moneys[0].amount, moneys[0].currency),
        "siblings": [
            {"number": number_parts(money.amount, money.currency), "label": f"{words}, {_codes(money)}"}
            for money, words in zip(moneys[1 : SIBLINGS + 1], ads[1:], strict=False)
        ],
        "label": spent_on(ads[0], moneys[0]),
        "sub": _("by {networks}; {known}").format(
            networks=_spenders(sight, spend, moneys[0].currency), known=_kind(moneys[0], lines[0], spend)
        ),
        "why": currencies_words(len(lines)) if len(lines) > 1 else _others(spend),
        "prose": "; ".join(_sentence(money, spent_on(words, money)) for money, words in zip(moneys, ads, strict=True)),
    }


def spent_on(ads: str, money: Money) -> str:
    """On how many ads and in which currencies; several of these go by their codes."""
    in_words = paid_in_words(money) if len(money.paid_in) < 2 else paid_in_codes(money)
    return _("spent on {ads}, {in_currencies}").format(ads=ads, in_currencies=in_words)


def currencies_words(n: int) -> str:
    """That several currencies stay apart, and how many of them are not shown."""
    words = _("{n} currencies, not converted, not added").format(n=n)
    rest = n - 1 - SIBLINGS
    return "; ".join((words, _("+{n} more").format(n=rest))) if rest > 0 else words


def _all_ads(spend: Json) -> str:
    return counted(hedged_of(spend["ads"]), _("ad"), _("ads"))


def ads_words(line: Json) -> str:
    """The ads behind an amount; "ads" where nobody said how many."""
    ads = hedged_of(line["ads"])
    return _("ads") if ads.is_absent or ads.most == 0 else counted(ads, _("ad"), _("ads"))


def _codes(money: Money) -> str:
    codes = list_words(money.paid_in or (money.currency,))
    return _("mostly {currencies}").format(currencies=codes) if money.mostly else codes


def _sentence(money: Money, words: str) -> str:
    said = _("an amount that is not known") if money.amount.is_absent else money_prose(money)
    return f"{said[0].upper()}{said[1:]} {words}"


def _spenders(sight: Sight, spend: Json, currency: str) -> str:
    """Who paid in a currency: one by name, several by number."""
    found = [network for network in sight.seen if _spent(sight, network, currency)]
    if len(found) == 1:
        return called(found[0])
    return _("{n} of {networks}").format(
        n=grouped(len(found)), networks=counted(spend["networks"], _("network"), _("networks"))
    )


def _spent(sight: Sight, network: Network, currency: str) -> bool:
    return any(currency in spent_by(member).lines for member in sight.board.fold_of([network.id]).members)


def _kind(money: Money, line: Json, spend: Json) -> str:
    """What kind of knowledge the amount is, and how much of it is missing."""
    if spend["conflicts"]:
        return _("more is listed than was stated")
    amount = money.amount
    if amount.is_absent:
        return _("the amount is not known")
    basis = _("as stated") if spend["stated"] and line["networks"] == 1 else _("as listed")
    kind = _KINDS.get(amount.qualifier, "")
    if amount.absent:
        return _("{known}, {n} of {all} amounts missing").format(
            known=_(kind) if kind else basis, n=grouped(amount.absent), all=grouped(amount.terms)
        )
    if not kind:
        return basis
    only = _("only {known} are known") if amount.qualifier is Qualifier.BETWEEN else _("only {known} is known")
    return only.format(known=_(kind))


def _others(spend: Json) -> str:
    """What is known of the other networks: searched and none found, or no figure given."""
    none_found, silent = spend["none_found"], spend["no_figure"]
    if none_found and silent:
        words = ngettext(
            "{n} other searched, none found; {silent} gave no figure",
            "{n} others searched, none found; {silent} gave no figure",
            none_found,
        )
    elif none_found:
        words = ngettext(
            "{n} other network searched, none found", "{n} other networks searched, none found", none_found
        )
    else:
        words = ngettext("{silent} other network gave no figure", "{silent} other networks gave no figure", silent)
    return words.format(n=grouped(none_found), silent=grouped(silent)) if none_found or silent else ""


def _without_amount(spend: Json) -> dict[str, Any]:
    words = _("spent on {ads}").format(ads=_all_ads(spend))
    return _unknown(words, _("the amount is not known"), _others(spend))


def _nothing_said(spend: Json) -> dict[str, Any]:
    n = spend["networks"]
    sub = ngettext("not known, no figure from {n} network", "not known, no figure from {n} networks", n)
    sub = sub.format(n=grouped(n)) if n else _("not known, nothing to search yet")
    return _unknown(_("spent on ads"), sub, "")


def _unknown(label: str, sub: str, why: str) -> dict[str, Any]:
    number = number_parts(Hedged.nothing_said())
    prose = _("What was {spent} is not known").format(spent=label)
    return {"number": number, "siblings": [], "label": label, "sub": sub, "why": why, "prose": prose}


def _none_found(sight: Sight, spend: Json) -> dict[str, Any]:
    n, silent = spend["none_found"], spend["no_figure"]
    times = [
        statement.at
        for network in sight.of_watch
        for statement in network.statements
        if statement.data.get("spend", {}).get("qualifier") == str(Qualifier.NONE_FOUND)
    ]
    label = _("known to be spent on ads")
    if n > 1:
        label = _("of {n} networks is known to buy ads").format(n=grouped(n))
    gave_none = _("an ad paid from elsewhere would not show")
    if silent:
        gave_none = ngettext("{n} more gave no figure", "{n} more gave no figure", silent).format(n=grouped(silent))
    sub = _("searched, none found")
    if times:
        sub = _("none found, last search {time}").format(time=sight.time(max(times)))
    return {
        "number": number_parts(Hedged.none_found()),
        "siblings": [],
        "label": label,
        "sub": sub,
        "why": gave_none,
        "prose": _("None {spent}; searched, none found").format(spent=label),
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
