"""What one network did: the ads that it paid for, currency by currency, and the events that it hosted."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.hedged import Hedged, Money, Qualifier
from app.language import N_, _, ngettext
from app.networks import Network
from app.numerals import grouped
from app.records import hedged_of, money_of
from app.vocabulary import RecordType, Scope
from app.wording import day_words, list_words, money_short, short
from dashboards.scenes._focus_assets import assets
from dashboards.scenes._reach import SIBLINGS
from dashboards.scenes._sight import Json, Sight
from dashboards.scenes._spend import ads_words, currencies_words, spent_on

_HEDGES = {
    Qualifier.LESS_THAN: N_("only a ceiling is known"),
    Qualifier.AT_MOST: N_("only a ceiling is known"),
    Qualifier.MORE_THAN: N_("only a floor is known"),
    Qualifier.AT_LEAST: N_("only a floor is known"),
    Qualifier.BETWEEN: N_("only bounds are known"),
}


def facts(sight: Sight, network: Network) -> dict[str, Any]:
    """Three figures of one shape: ``n``, its ``label``, two lines of what belongs to it, and ``siblings`` beside it."""
    return {"assets": assets(sight, network), "spend": _spend(sight, network), "events": _events(sight, network)}


def _spend(sight: Sight, network: Network) -> dict[str, Any]:
    """The currency of most ads first; the others stand beside it, neither converted nor added."""
    spend = sight.timeless("spend", Scope(network=(network.id,)))
    lines = spend["currencies"]
    moneys = [money_of(line["figure"]) for line in lines]
    held = sight.held(RecordType.AD_OBSERVED)
    n, label, sub = _amount(spend, moneys)
    several = len(moneys) if n != "–" else 0
    return {
        "n": n,
        "label": label,
        "sub": sub,
        "why": held or (currencies_words(several) if several > 1 else "") or _days(spend),
        "siblings": [
            _("{money} on {ads}").format(money=money_short(money), ads=ads_words(line))
            for money, line in zip(moneys[1 : SIBLINGS + 1] if several else (), lines[1:], strict=False)
        ],
        "held": bool(held),
        "fresh": not held and any("spend" in each.data and sight.is_fresh(each.at) for each in network.statements),
    }


def _amount(spend: Json, moneys: list[Money]) -> tuple[str, str, str]:
    """The number, its label, and how it is known."""
    if moneys and all(money.amount.is_absent for money in moneys):
        codes = list_words([money.currency for money in moneys])
        label = _("spent on {ads}, in {currencies}").format(ads=ads_words(spend), currencies=codes)
        return "–", label, _("the amount is not known")
    if moneys:
        label = spent_on(ads_words(spend["currencies"][0]), moneys[0])
        return money_short(moneys[0]), label, _basis(moneys[0], spend)
    if hedged_of(spend["ads"]).most != 0:
        return "–", _("spent on {ads}").format(ads=ads_words(spend)), _("the amount is not known")
    if spend["none_found"]:
        return _("none"), _("spent on ads"), _("searched, none found")
    return "–", _("spent on ads"), _("not known, no figure was given")


def _basis(money: Money, spend: Json) -> str:
    if spend["conflicts"]:
        return _("more is listed than was stated")
    amount = money.amount
    said = [_(_HEDGES[amount.qualifier])] if amount.qualifier in _HEDGES else []
    said.append(_("as stated") if spend["stated"] else _("as listed"))
    if amount.absent:
        words = _("{n} of {all} amounts missing")
        said.append(words.format(n=grouped(amount.absent), all=grouped(amount.terms)))
    return ", ".join(said)


def _days(spend: Json) -> str:
    first, last = spend["first_day"], spend["last_day"]
    if first is None:
        return ""
    begin, end = (day_words(date.fromisoformat(day), year=True) for day in (first, last))
    return (_("ads ran on {first}") if first == last else _("ads ran from {first} to {last}")).format(
        first=begin, last=end
    )


# --- events -----------------------------------------------------------------------------------------------------------


def _events(sight: Sight, network: Network) -> dict[str, Any]:
    events = sight.timeless("events", Scope(network=(network.id,)))
    figure, interested = hedged_of(events["figure"]), hedged_of(events["interested"])
    held = sight.held(RecordType.EVENT_HOSTED)
    return {
        "n": short(figure),
        "label": _("event hosted") if figure == Hedged.exactly(1) else _("events hosted"),
        "sub": _took_place(figure, events["took_place"]),
        "why": held or ("" if interested.is_absent else _("{n} said they were interested").format(n=short(interested))),
        "siblings": [],
        "held": bool(held),
        "fresh": not held and any("events" in each.data and sight.is_fresh(each.at) for each in network.statements),
    }


def _took_place(figure: Hedged, took: dict[str, int]) -> str:
    """Whether they took place: it is never left out that this is not known."""
    if figure.qualifier is Qualifier.NONE_FOUND:
        return _("searched, none found")
    if figure.is_absent or figure.most == 0:
        return _("none recorded")
    yes, no = took["yes"], took["no"]
    if not yes and not no:
        is_one = figure == Hedged.exactly(1)
        return _("whether it took place is not known") if is_one else _("whether they took place is not known")
    said = [ngettext("{n} took place", "{n} took place", yes).format(n=grouped(yes))] * bool(yes)
    said += [ngettext("{n} did not", "{n} did not", no).format(n=grouped(no))] * bool(no)
    if figure.qualifier is not Qualifier.EXACTLY:
        said.append(_("the rest is not known"))
    elif took["unknown"]:
        said.append(_("{n} not known").format(n=grouped(took["unknown"])))
    return ", ".join(said)
