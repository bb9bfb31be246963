"""The first headline: accounts that follow at least one Page of the networks open now, each counted once."""

from __future__ import annotations

from typing import Any

from app.hedged import Hedged, Qualifier
from app.measures.reach import Reach
from app.nouns import reach_verb
from app.vocabulary import RecordType, Surface
from app.wording import counted, definition, number_parts, reach_sentence, sibling_label, surface_name
from dashboards.scenes._change import change_words, last_change
from dashboards.scenes._sight import Sight

SIBLINGS = 2
"""Figures that stand beside a number; there is room for no more."""

_MODES = {"exact": "exact, counted once", "estimated": "estimated, counted once", "bounded": "bounds, no estimate"}


def reach_hero(sight: Sight) -> dict[str, Any]:
    """Reach on the headline's surface; other surfaces stand beside it and are never added to it."""
    found = sight.board.reach(sight.open_scope)
    main = found.get(sight.surface)
    others = [reach for surface, reach in found.items() if surface != sight.surface]
    figure = _figure(sight, main)
    held = sight.held(RecordType.AUDIENCE_OBSERVED)
    change = last_change(sight)
    more = f"+{len(others) - SIBLINGS} more" if len(others) > SIBLINGS else ""
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
        return "no open networks"
    return f"in open networks; {'not counted yet' if reach is None else how_known(reach)}"


def how_known(reach: Reach) -> str:
    """How the figure is known: the mode, what is missing, and whether it was stated."""
    if reach.basis == "stated":
        return "as stated"
    if reach.conflict:
        return "counted above what was stated"
    if reach.figure.most is None and reach.observed < reach.assets:
        n = surface_name(reach.surface, many=reach.assets != 1)
        return f"a floor, {reach.observed:,} of {reach.assets:,} {n} counted"
    if reach.figure.qualifier in (Qualifier.MORE_THAN, Qualifier.AT_LEAST):
        return "only a floor is known"
    return _MODES[reach.mode]


def _is_one(figure: Hedged) -> bool:
    return figure.qualifier is Qualifier.EXACTLY and figure.low == 1


def _prose(figure: Hedged, surface: Surface, others: list[Reach]) -> str:
    said = [_sentence(figure, surface), *(_sentence(reach.figure, reach.surface) for reach in others)]
    words = "; ".join(said)
    return f"{words[0].upper()}{words[1:]}"


def _sentence(figure: Hedged, surface: Surface) -> str:
    verb = reach_verb(surface, one=_is_one(figure))
    if figure.is_absent:
        return f"how many accounts {verb} at least one {surface_name(surface)} is not known"
    return f"{counted(figure, 'account')} {verb} at least one {surface_name(surface)}"


def _was_stated(sight: Sight) -> bool:
    """Whether somebody has just stated the reach of an open network."""
    return any(
        statement.data.get("reach") and sight.is_fresh(statement.at)
        for network in sight.open
        for statement in network.statements
    )
