"""The sentences that travel with a measure: what it is, and what must not be written about it (DOMAIN section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from app.amounts import bare, before_noun, prose
from app.countries import the_country
from app.hedged import Hedged, Money
from app.language import N_, _
from app.nouns import list_words, reach_verb, surface_name, surface_noun
from app.vocabulary import PAGES, Surface

Measure = Literal["reach", "spend", "events", "takedowns", "detections", "tempo", "stages", "overlap", "assets"]

_DEFINITIONS: dict[str, str] = {
    "spend": N_(
        "what is known to have been paid for ads, in each currency by itself, as its source bounded it; where a "
        "network has only a statement, the stated figure"
    ),
    "events": N_("distinct events that assets hosted, whether or not they are known to have taken place"),
    "takedowns": N_("assets removed and not restored; a removed event is an asset too, and is counted"),
    "detections": N_("assets detected, each once, by the time at which they were detected"),
    "tempo": N_("assets detected per hour, beside what is normal for that hour"),
    "stages": N_("networks by the stage they are in now, and for how long"),
    "assets": N_(
        "assets that detectors have listed, removed ones among them; where more were stated for the whole network, the "
        "stated figure"
    ),
    "overlap": N_("assets, accounts and indicators that two networks share; sharing does not make them one"),
}
_DO_NOT_WRITE: dict[str, tuple[str, ...]] = {
    "spend": (
        N_("that amounts in different currencies add up to one"),
        N_("that a currency was used alone where the list of currencies is incomplete"),
    ),
    "events": (N_("that the events took place, unless it is known"), N_("that those who were interested attended")),
    "takedowns": (
        N_("that assets are people or networks"),
        N_("that figures of different surfaces reached the same accounts"),
        N_("that restored assets were removed"),
    ),
    "detections": (N_("that a detection is a finding of guilt"), N_("that a rise in detections is a rise in activity")),
    "tempo": (N_("that a rise in detections is a rise in activity"),),
    "stages": (N_("that a network under review is confirmed"), N_("that a dismissed network was removed")),
    "assets": (N_("that assets are people"), N_("that every asset is known to be run by the same operator")),
    "overlap": (N_("that networks which overlap have the same operator"),),
}


def definition(measure: Measure, *, surface: Surface = PAGES, assets: int | None = None) -> str:
    """What a measure counts, without a full stop. ``surface`` and the number of ``assets`` make reach precise."""
    if measure != "reach":
        return _(_DEFINITIONS[measure])
    of = _("at least one {page}").format(page=surface_name(surface))
    if assets == 1:
        of = _("one {page}").format(page=surface_name(surface))
    elif assets is not None:
        of = _("at least one of {pages}").format(pages=surface_noun(surface, assets))
    return _("accounts that {followed} {pages}; accounts, not people; not limited to one country").format(
        followed=reach_verb(surface, past=True), pages=of
    )


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
    hedge = [_("that “{said}” is “{unhedged}”").format(said=said, unhedged=unhedged)] if unhedged else []
    if measure != "reach":
        return [*hedge, *(_(clause) for clause in _DO_NOT_WRITE[measure])]
    where = list_words([the_country(code, short=True) for code in targets]) or _("one country")
    audience = _("members") if surface.kind == "group" else _("followers")
    followers = before_noun(said, audience) if said else _("all these {followers}").format(followers=audience)
    of_one = _("that one {page} had {n_followers}").format(page=surface_name(surface), n_followers=followers)
    return [
        *hedge,
        of_one,
        _("that these were {followers} in {countries}").format(followers=audience, countries=where),
        _("that accounts are people"),
        _("that figures of different surfaces may be added"),
        _("that the reach of several networks may be added"),
    ]
