"""Who is behind a network, as far as was approved: the clause of a headline, and the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.attribution import BOXES, confidence_name
from app.briefing.picture import day_of
from app.briefing.sentence import Sentence, fill, named, names_in, plain
from app.countries import country_name, the_country
from app.language import N_, _
from app.nouns import list_words
from app.vocabulary import Rung

Json = Mapping[str, Any]

_CLAUSES = {
    Rung.ORIGINATED_IN: N_("that originated in {place}"),
    Rung.MANUAL_REVIEW_LINKED_TO: N_("whose activity a manual review linked to {place}"),
}
"""The rungs that name a country and nobody. Above these an actor is named, and only the approved sentence may do so."""


@dataclass(frozen=True, slots=True)
class Row:
    """A claim that stands, or an overlap. ``boxes`` of ``of`` are filled, None where there is nothing to fill.

    ``confidence`` is their name; ``approved`` whether the claim was, ``disputed`` whether another contradicts it.
    """

    words: Sentence
    boxes: int | None
    confidence: str
    approved: bool = True
    disputed: bool = False
    of: int = BOXES


def clause(network: Json) -> str:
    """Where a network is from, as a clause behind its name: "that originated in Iran"; empty where none may be said.

    A country stands in it only where the sentence that was approved names it.
    """
    approved = network["approved_rung"]
    pattern = _CLAUSES.get(Rung(approved)) if approved else None
    named_there = [code for code in network["attributed_origins"] if the_country(code) in network["attribution"]]
    if pattern is None or not named_there:
        return ""
    return _(pattern).format(place=list_words([the_country(code) for code in named_there]))


def attribution_sentence(network: Json, content: Json) -> Sentence:
    """The one sentence that was approved, with its full stop, and with the network's name where it has none itself."""
    words = names_in(network["attribution"], content)
    if network["name"] in network["attribution"]:
        return plain(words, ".")
    return fill(_("{network}: {claim}."), network=named(network["name"]), claim=words)


def origin_words(network: Json) -> str:
    """Where it is from and whom it addressed: "Iran → United States", "Within Brazil", "Undetermined → Canada"."""
    origins, targets = network["attributed_origins"], network["targets"]
    if origins and origins == targets:
        return _("Within {countries}").format(countries=", ".join(country_name(code) for code in origins))
    whence = ", ".join(country_name(code) for code in origins) or _("Undetermined")
    if not targets:
        return whence
    return f"{whence} → {', '.join(country_name(code) for code in targets)}"


def attribution_rows(network: Json, content: Json) -> list[Row]:
    """Every claim that stands, no stronger than was approved, the surest first; then the overlaps seen."""
    rows: dict[str, Row] = {}
    for claim in sorted(network["claims"], key=lambda claim: (-claim["boxes"], not claim["approved"])):
        words = claim["words"]
        held = rows.get(words)
        row = Row(names_in(words, content), claim["boxes"], claim["confidence"], claim["approved"], claim["disputed"])
        if held is None:
            rows[words] = row
    if not rows:
        rows[""] = Row(
            names_in(network["attribution"], content), network["confidence"]["boxes"], confidence_of(network)
        )
    return [*rows.values(), *(_overlap(each, content) for each in network["overlaps"])]


def confidence_of(network: Json) -> str:
    """The name of the confidence that was approved for a network."""
    approved = network["approved_rung"]
    return confidence_name(Rung(approved) if approved else None)


def _overlap(overlap: Json, content: Json) -> Row:
    words = fill(
        _("Some overlap with {network}, seen {day}"), network=named(overlap["name"]), day=day_of(overlap["at"], content)
    )
    return Row(words, None, "")
