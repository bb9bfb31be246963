"""The first headline: accounts that follow at least one Page of the networks open now, each counted once."""

from __future__ import annotations

from typing import Any

from app.hedged import Hedged, Qualifier
from app.language import N_, _
from app.measures.reach import Reach
from app.nouns import reach_verb
from app.numerals import grouped
from app.vocabulary import RecordType, Surface
from app.wording import counted, definition, number_parts, reach_sentence, sibling_label, surface_name
from dashboards.scenes._change import change_words, last_change
from dashboards.scenes._sight import Sight

SIBLINGS = 2
"""Figures that stand beside a number; there is room for no more."""

MODES = {
    "exact": N_("exact, counted once"),
    "estimated": N_("estimated, counted once"),
    "bounded": N_("bounds, no estimate"),
}
"""How a union is known."""


def reach_hero(sight: Sight) -> dict[str, Any]:
    """Reach on the headline's surface; other surfaces stand beside it and are never added to it."""
    found = sight.board.reach(sight.open_scope)
    main = found.get(sight.surface)
    others = [reach for surface, reach in found.items() if surface != sight.surface]
    figure = _figure(sight, main)
    held = sight.held(RecordType.AUDIENCE_OBSERVED)
    change = last_change(sight)
    more = _("+{n} more").format(n=len(others) - SIBLINGS) if len(others) > SIBLINGS else ""
    why = held or (change_words(sight, change) if change else "")
    return {
        "number": number_parts(figure),
        "siblings": [
            {"number": number_parts(reach.figure), "label": sibling_label(reach.surface)} for reach in others[:SIBLINGS]
        ],
        "label": reach_sentence(sight.surface, one=_is_one(figure)),
        "sub": _sub(sight, main),
        "why": "; ".join(filter(None, (why, more))),
        "bars": None,
        "prose": _prose(figure, sight.surface, others),
        "definition": definition("reach", surface=sight.surface, assets=(main.observed or None) if main else None),
        "held": bool(held),
        "fresh": not held and (_was_stated(sight) or (change is not None and sight.is_fresh(change.at))),
    }


def _figure(sight: Sight, reach: Reach | None) -> Hedged:
    """A known zero without open networks; nothing said where there are some and nobody has seen an audience."""
    if reach is not None:
        return reach.figure
    return Hedged.nothing_said() if sight.open else Hedged.exactly(0)


def _sub(sight: Sight, reach: Reach | None) -> str:
    if not sight.open:
        return _("no open networks")
    return _("in open networks; {known}").format(known=_("not counted yet") if reach is None else how_known(reach))


def how_known(reach: Reach) -> str:
    """How the figure is known: the mode, what is missing, and whether it was stated."""
    if reach.basis == "stated":
        return _("as stated")
    if reach.conflict:
        return _("counted above what was stated")
    if reach.figure.most is None and reach.observed < reach.assets:
        n = surface_name(reach.surface, many=reach.assets != 1)
        return _("a floor, {n} of {all} {pages} counted").format(
            n=grouped(reach.observed), all=grouped(reach.assets), pages=n
        )
    if reach.figure.qualifier in (Qualifier.MORE_THAN, Qualifier.AT_LEAST):
        return _("only a floor is known")
    return _(MODES[reach.mode])


def _is_one(figure: Hedged) -> bool:
    return figure.qualifier is Qualifier.EXACTLY and figure.low == 1


def _prose(figure: Hedged, surface: Surface, others: list[Reach]) -> str:
    said = [_sentence(figure, surface), *(_sentence(reach.figure, reach.surface) for reach in others)]
    words = "; ".join(said)
    return f"{words[0].upper()}{words[1:]}"


def _sentence(figure: Hedged, surface: Surface) -> str:
    if figure.is_absent:
        return _("how many accounts {follow} at least one {page} is not known").format(
            follow=reach_verb(surface), page=surface_name(surface)
        )
    accounts = counted(figure, _("account"), _("accounts"))
    return reach_sentence(surface, one=_is_one(figure), accounts=accounts)


def _was_stated(sight: Sight) -> bool:
    """Whether somebody has just stated the reach of an open network."""
    return any(
        statement.data.get("reach") and sight.is_fresh(statement.at)
        for network in sight.open
        for statement in network.statements
    )
