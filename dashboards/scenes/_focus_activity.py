"""What one network did: the ads that it paid for, currency by currency, and the events that it hosted."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.hedged import Hedged, Money, Qualifier
from app.networks import Network
from app.records import hedged_of, money_of
from app.vocabulary import RecordType, Scope
from app.wording import counted, day_words, list_words, money_short, paid_in_words, short
from dashboards.scenes._focus_assets import assets
from dashboards.scenes._sight import Json, Sight

SIBLINGS = 2
"""Currencies beside the first."""

_HEDGES = {
    Qualifier.LESS_THAN: "only a ceiling is known",
    Qualifier.AT_MOST: "only a ceiling is known",
    Qualifier.MORE_THAN: "only a floor is known",
    Qualifier.AT_LEAST: "only a floor is known",
    Qualifier.BETWEEN: "only bounds are known",
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
        "why": held or _currencies(several) or _days(spend),
        "siblings": [
            f"{money_short(money)} on {_ads(line['ads'])}"
            for money, line in zip(moneys[1 : SIBLINGS + 1] if several else (), lines[1:], strict=False)
        ],
        "held": bool(held),
        "fresh": not held and any("spend" in each.data and sight.is_fresh(each.at) for each in network.statements),
    }


def _amount(spend: Json, moneys: list[Money]) -> tuple[str, str, str]:
    """The number, its label, and how it is known."""
    if moneys and all(money.amount.is_absent for money in moneys):
        codes = list_words([money.currency for money in moneys])
        return "–", f"spent on {_ads(spend['ads'])}, in {codes}", "the amount is not known"
    if moneys:
        label = f"spent on {_ads(spend['currencies'][0]['ads'])}, {_paid_in(moneys[0])}"
        return money_short(moneys[0]), label, _basis(moneys[0], spend)
    if hedged_of(spend["ads"]).most != 0:
        return "–", f"spent on {_ads(spend['ads'])}", "the amount is not known"
    if spend["none_found"]:
        return "none", "spent on ads", "searched, none found"
    return "–", "spent on ads", "not known, no figure was given"


def _ads(figure: Json) -> str:
    ads = hedged_of(figure)
    return "ads" if ads.is_absent or ads.most == 0 else counted(ads, "ad")


def _paid_in(money: Money) -> str:
    """One currency by its name; several by their codes, which have more room."""
    if len(money.paid_in) < 2:
        return paid_in_words(money)
    return f"{'mostly ' if money.mostly else ''}in {list_words(money.paid_in)}"


def _basis(money: Money, spend: Json) -> str:
    if spend["conflicts"]:
        return "more is listed than was stated"
    amount = money.amount
    said = [_HEDGES[amount.qualifier]] if amount.qualifier in _HEDGES else []
    said.append("as stated" if spend["stated"] else "as listed")
    if amount.absent:
        said.append(f"{amount.absent:,} of {amount.terms:,} amounts missing")
    return ", ".join(said)


def _currencies(n: int) -> str:
    more = f"; +{n - 1 - SIBLINGS} more" if n - 1 > SIBLINGS else ""
    return f"{n} currencies, not converted, not added{more}" if n > 1 else ""


def _days(spend: Json) -> str:
    first, last = spend["first_day"], spend["last_day"]
    if first is None:
        return ""
    words = [day_words(date.fromisoformat(day), year=True) for day in dict.fromkeys((first, last))]
    return f"ads ran {'from ' if len(words) > 1 else 'on '}{' to '.join(words)}"


# --- events -----------------------------------------------------------------------------------------------------------


def _events(sight: Sight, network: Network) -> dict[str, Any]:
    events = sight.timeless("events", Scope(network=(network.id,)))
    figure, interested = hedged_of(events["figure"]), hedged_of(events["interested"])
    held = sight.held(RecordType.EVENT_HOSTED)
    return {
        "n": short(figure),
        "label": "event hosted" if figure == Hedged.exactly(1) else "events hosted",
        "sub": _took_place(figure, events["took_place"]),
        "why": held or ("" if interested.is_absent else f"{short(interested)} said they were interested"),
        "siblings": [],
        "held": bool(held),
        "fresh": not held and any("events" in each.data and sight.is_fresh(each.at) for each in network.statements),
    }


def _took_place(figure: Hedged, took: dict[str, int]) -> str:
    """Whether they took place: it is never left out that this is not known."""
    if figure.qualifier is Qualifier.NONE_FOUND:
        return "searched, none found"
    if figure.is_absent or figure.most == 0:
        return "none recorded"
    yes, no = took["yes"], took["no"]
    if not yes and not no:
        return f"whether {'it' if figure == Hedged.exactly(1) else 'they'} took place is not known"
    said = [f"{yes:,} took place"] * bool(yes) + [f"{no:,} did not"] * bool(no)
    if figure.qualifier is not Qualifier.EXACTLY:
        said.append("the rest is not known")
    elif took["unknown"]:
        said.append(f"{took['unknown']:,} not known")
    return ", ".join(said)
