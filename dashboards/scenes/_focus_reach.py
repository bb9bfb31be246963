"""Whom one network reached: the union of audiences on three surfaces, each by itself, with how it is known."""

from __future__ import annotations

from functools import partial
from typing import Any

from app.hedged import Hedged
from app.language import N_, _, ngettext
from app.measures.reach import Reach
from app.networks import Network
from app.numerals import grouped, localized
from app.vocabulary import GROUPS, INSTAGRAM, PAGES, RecordType, Scope, Stage, Surface, surface_order
from app.wording import counted, definition, number_parts, reach_sentence, short, surface_name
from dashboards.scenes._reach import MODES
from dashboards.scenes._sight import Sight

COLUMNS = (PAGES, GROUPS, INSTAGRAM)
"""The surfaces that are shown first, and also where nothing is known of them."""

_MODE_NAMES = {"exact": N_("exact"), "estimated": N_("estimated"), "bounded": N_("bounded")}


def reach(sight: Sight, network: Network) -> list[dict[str, Any]]:
    """Three columns: the usual surfaces, or in the place of one without a figure another that has one."""
    found = sight.board.reach(Scope(network=(network.id,)))
    known = sorted(found, key=_place)
    shown = [*known, *(surface for surface in COLUMNS if surface not in found)][: len(COLUMNS)]
    columns = [_column(sight, network, surface, found.get(surface)) for surface in sorted(shown, key=_place)]
    more = len(known) - len(COLUMNS)
    if more > 0:
        beside = ngettext("reach on {n} more surface", "reach on {n} more surfaces", more).format(n=grouped(more))
        columns[-1]["why"] = "; ".join(filter(None, (columns[-1]["why"], beside)))
    return columns


def _place(surface: Surface) -> tuple[bool, tuple[int, str]]:
    return surface not in COLUMNS, surface_order(surface)


def _column(sight: Sight, network: Network, surface: Surface, reach: Reach | None) -> dict[str, Any]:
    has_assets = surface in network.assets_figure
    figure = reach.figure if reach else Hedged.nothing_said() if has_assets else Hedged.exactly(0)
    sentence = partial(reach_sentence, surface, past=network.stage is Stage.REMOVED, one=figure == Hedged.exactly(1))
    held = sight.held(RecordType.AUDIENCE_OBSERVED)
    accounts = counted(figure, _("account"), _("accounts"))
    prose = sentence(accounts=_("Not known how many accounts") if figure.is_absent else accounts)
    return {
        "number": number_parts(figure),
        "label": sentence(),
        "sub": _mode(reach) if reach else _("not counted yet") if has_assets else _none_known(surface),
        "why": held or (_basis(reach) if reach else ""),
        "prose": f"{prose[0].upper()}{prose[1:]}",
        "definition": definition("reach", surface=surface, assets=(reach.observed or None) if reach else None),
        "held": bool(held),
        "nil": reach is None and not has_assets,
        "fresh": not held and reach is not None and _was_stated(sight, network, surface),
    }


def _none_known(surface: Surface) -> str:
    return _("no {pages} known in it").format(pages=surface_name(surface, many=True))


def _mode(reach: Reach) -> str:
    """How the figure that stands is known."""
    if reach.basis == "stated":
        return _("as stated")
    if reach.figure.most is None:
        return _("only a floor is known, {exact}").format(exact=_(_MODE_NAMES[reach.mode]))
    return _(MODES[reach.mode])


def _basis(reach: Reach) -> str:
    """What was counted: of how many assets, how surely, and what that gives beside a statement."""
    if reach.counted is None:
        return _("its audiences are not counted")
    error = ""
    if reach.standard_error:
        error = _(", standard error {share}").format(share=localized(f"{reach.standard_error:.1%}"))
    if reach.basis == "stated":
        return _("counted {n}, {exact}").format(n=short(reach.counted), exact=_(_MODE_NAMES[reach.mode])) + error
    of = _("above what was stated; from {n} of {pages}") if reach.conflict else _("from {n} of {pages}")
    pages = f"{grouped(reach.assets)} {surface_name(reach.surface, many=reach.assets != 1)}"
    return of.format(n=grouped(reach.observed), pages=pages) + error


def _was_stated(sight: Sight, network: Network, surface: Surface) -> bool:
    return any(
        str(surface) in statement.data.get("reach", {}) and sight.is_fresh(statement.at)
        for statement in network.statements
    )
