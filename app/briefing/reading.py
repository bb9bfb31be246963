"""How the figures are to be read: what each counts, and what must not be written about them (DOMAIN section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.amounts import prose
from app.language import _
from app.nouns import day_words, list_words
from app.numerals import localized
from app.records import money_of
from app.vocabulary import Rung

Json = Mapping[str, Any]

_MEASURES = ("reach", "spend", "events", "takedowns", "detections", "stages")


def how_to_read(content: Json) -> list[str]:
    """Sentences on the figures that the snapshot has."""
    said = [
        _(
            "Reached means accounts that followed or joined at least one asset of that kind, each counted once: "
            "accounts, not people, wherever they are."
        ),
        _(
            "Figures of Pages, groups and accounts are not added together, "
            "and neither is the reach of several networks."
        ),
        _("About, more than, at least and less than are as the source gave them; rounding never makes a figure surer."),
    ]
    said += _spent(content)
    said.append(_("Confidence runs from not established to high in four steps; who is named has been approved."))
    if any(_names_an_actor(network) for network in content["networks"]):
        said.append(_("Two persons approve a claim that names an actor."))
    return said


def _spent(content: Json) -> Iterator[str]:
    """How amounts of money are to be read, and why there is no total where several currencies have none."""
    if not content["measures"]["spend"]["currencies"]:
        return
    total = content.get("converted")
    if total is None or total["figure"] is None:
        yield _("Spend is kept in the currency that it was stated in, and never converted or added.")
        if total is not None:
            yield total["why"]
        return
    yield _("Spend is kept in the currency that it was stated in.")
    yield _(
        "The total over currencies takes the exchange rates of the day of the picture, "
        "not those of the days of payment, so it is never exact."
    )


def converted_words(content: Json) -> str:
    """The total over currencies with its rates and their date; empty where none was made.

    "Spent on ads in all: about $6,100, at ECB reference rates of 26 Oct 2018 (1 CAD = 0.760593 USD)."
    """
    total = content.get("converted")
    if total is None or total["figure"] is None:
        return ""
    rates = content["rates"]
    days = sorted({rate["date"] for rate in rates})
    # A rate stays on one line, and one of another day than the others says so itself.
    words = [rate_words(rate).replace(" ", "\u00a0") for rate in rates]
    if len(days) > 1:
        words = [f"{each}, {_day(rate['date'])}" for each, rate in zip(words, rates, strict=True)]
    said = _("Spent on ads in all: {amount}, at ECB reference rates of {days} ({rates}).")
    return said.format(
        amount=prose(money_of(total["figure"]).amount, total["currency"]),
        days=list_words([_day(day) for day in days]),
        rates="; ".join(words),
    )


def rate_words(rate: Json) -> str:
    """A rate: "1 CAD = 0.760593 USD"."""
    return f"1 {rate['from']} = {localized(rate['rate'])} {rate['to']}"


def converted_clauses(content: Json) -> list[str]:
    """What must not be written about the total over currencies, as clauses that begin with "that"."""
    total = content.get("converted")
    return [] if total is None else list(total["do_not_write"])


def _day(text: str) -> str:
    return day_words(date.fromisoformat(text), year=True)


def _names_an_actor(network: Json) -> bool:
    approved = network["approved_rung"]
    return bool(approved) and Rung(approved).strength >= Rung.LIKELY_ON_BEHALF_OF.strength


def press_definitions(measures: Json) -> list[str]:
    """What the measures count, each once, in the order of the measures; reach by surface."""
    return list(dict.fromkeys(_definitions(measures)))


def _definitions(measures: Json) -> Iterator[str]:
    for name in _MEASURES:
        measure = measures.get(name)
        if measure is None:
            continue
        if name == "reach":
            yield from (each["definition"] for each in measure["surfaces"])
        elif measure.get("definition"):
            yield measure["definition"]


def do_not_write(measures: Json, names: Sequence[str] = ("reach", "spend", "events", "takedowns")) -> list[str]:
    """What must not be written about some measures, as clauses that begin with "that", each once."""
    return list(dict.fromkeys(clause for name in names for clause in _clauses(name, measures)))


def _clauses(name: str, measures: Json) -> Iterator[str]:
    measure = measures.get(name)
    if measure is None:
        return
    yield from measure.get("do_not_write", ())
    for each in measure.get("surfaces", ()):
        yield from each.get("do_not_write", ())
