"""The sentences that travel with a measure: what it is, and what must not be written about it (DOMAIN section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from app.amounts import bare, prose
from app.hedged import Hedged, Money
from app.nouns import list_words, reach_verb, surface_name, surface_noun, the_country
from app.vocabulary import PAGES, Surface

Measure = Literal["reach", "spend", "events", "takedowns", "detections", "tempo", "stages", "overlap"]

_DEFINITIONS: dict[str, str] = {
    "spend": (
        "what is known to have been paid for ads, in each currency by itself, as its source bounded it; where a "
        "network has only a statement, the stated figure"
    ),
    "events": "distinct events that assets hosted, whether or not they are known to have taken place",
    "takedowns": "assets removed and not restored; a removed event is an asset too, and is counted",
    "detections": "assets detected, each once, by the time at which they were detected",
    "tempo": "assets detected per hour, beside what is normal for that hour",
    "stages": "networks by the stage they are in now, and for how long",
    "overlap": "assets, accounts and indicators that two networks share; sharing does not make them one",
}
_DO_NOT_WRITE: dict[str, tuple[str, ...]] = {
    "spend": (
        "that amounts in different currencies add up to one",
        "that a currency was used alone where the list of currencies is incomplete",
    ),
    "events": ("that the events took place, unless it is known", "that those who were interested attended"),
    "takedowns": (
        "that assets are people or networks",
        "that figures of different surfaces reached the same accounts",
        "that restored assets were removed",
    ),
    "detections": ("that a detection is a finding of guilt", "that a rise in detections is a rise in activity"),
    "tempo": ("that a rise in detections is a rise in activity",),
    "stages": ("that a network under review is confirmed", "that a dismissed network was removed"),
    "overlap": ("that networks which overlap have the same operator",),
}


def definition(measure: Measure, *, surface: Surface = PAGES, assets: int | None = None) -> str:
    """What a measure counts, without a full stop. ``surface`` and the number of ``assets`` make reach precise."""
    if measure != "reach":
        return _DEFINITIONS[measure]
    of = "at least one " + surface_name(surface)
    if assets == 1:
        of = f"one {surface_name(surface)}"
    elif assets is not None:
        of = f"at least one of {surface_noun(surface, assets)}"
    return f"accounts that {reach_verb(surface, past=True)} {of}; accounts, not people; not limited to one country"


def do_not_write(
    measure: Measure,
    figure: Hedged | Money | None = None,
    *,
    surface: Surface = PAGES,
    targets: Sequence[str] = (),
) -> list[str]:
    """What must not be written about a figure, as clauses that begin with "that".

    ``targets`` are the countries (ISO 3166) that were aimed at; ``surface`` is the one whose reach the figure is.
    """
    amount, currency = (figure.amount, figure.currency) if isinstance(figure, Money) else (figure, None)
    said = prose(amount, currency) if amount else ""
    unhedged = bare(amount, currency) if amount else ""
    hedge = [f"that “{said}” is “{unhedged}”"] if unhedged else []
    if measure != "reach":
        return [*hedge, *_DO_NOT_WRITE[measure]]
    where = list_words([the_country(code, short=True) for code in targets]) or "one country"
    audience = "members" if surface.kind == "group" else "followers"
    return [
        *hedge,
        f"that one {surface_name(surface)} had {said or 'all these'} {audience}",
        f"that these were {audience} in {where}",
        "that accounts are people",
        "that figures of different surfaces may be added",
        "that the reach of several networks may be added",
    ]
