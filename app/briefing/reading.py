"""How the figures are to be read: what each counts, and what must not be written about them (DOMAIN section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.language import _
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
    if content["measures"]["spend"]["currencies"] and not content["rates"]:
        said.append(_("Spend is kept in the currency that it was stated in, and never converted or added."))
    said.append(_("Confidence runs from not established to high in four steps; who is named has been approved."))
    if any(_names_an_actor(network) for network in content["networks"]):
        said.append(_("Two persons approve a claim that names an actor."))
    return said


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
