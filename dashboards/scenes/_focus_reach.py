"""Whom one network reached: the union of audiences on three surfaces, each by itself, with how it is known."""

from __future__ import annotations

from typing import Any

from app.hedged import Hedged
from app.measures.reach import Reach
from app.networks import Network
from app.vocabulary import GROUPS, INSTAGRAM, PAGES, RecordType, Scope, Stage, Surface, surface_order
from app.wording import counted, definition, number_parts, reach_sentence, short, surface_name
from dashboards.scenes._sight import Sight

COLUMNS = (PAGES, GROUPS, INSTAGRAM)
"""The surfaces that are shown first, and also where nothing is known of them."""

_MODES = {"exact": "exact, counted once", "estimated": "estimated, counted once", "bounded": "bounds, no estimate"}


def reach(sight: Sight, network: Network) -> list[dict[str, Any]]:
    """Three columns: the usual surfaces, or in the place of one without a figure another that has one."""
    found = sight.board.reach(Scope(network=(network.id,)))
    known = sorted(found, key=_place)
    shown = [*known, *(surface for surface in COLUMNS if surface not in found)][: len(COLUMNS)]
    columns = [_column(sight, network, surface, found.get(surface)) for surface in sorted(shown, key=_place)]
    more = len(known) - len(COLUMNS)
    if more > 0:
        beside = f"reach on {more:,} more {'surface' if more == 1 else 'surfaces'}"
        columns[-1]["why"] = "; ".join(filter(None, (columns[-1]["why"], beside)))
    return columns


def _place(surface: Surface) -> tuple[bool, tuple[int, str]]:
    return surface not in COLUMNS, surface_order(surface)


def _column(sight: Sight, network: Network, surface: Surface, reach: Reach | None) -> dict[str, Any]:
    has_assets = surface in network.assets_figure
    figure = reach.figure if reach else Hedged.nothing_said() if has_assets else Hedged.exactly(0)
    label = reach_sentence(surface, past=network.stage is Stage.REMOVED, one=figure == Hedged.exactly(1))
    held = sight.held(RecordType.AUDIENCE_OBSERVED)
    accounts = "Not known how many accounts" if figure.is_absent else counted(figure, "account")
    return {
        "number": number_parts(figure),
        "label": label,
        "sub": _mode(reach) if reach else "not counted yet" if has_assets else f"no {_many(surface)} known in it",
        "why": held or (_basis(reach) if reach else ""),
        "prose": f"{accounts[0].upper()}{accounts[1:]} {label.partition(' ')[2]}",
        "definition": definition("reach", surface=surface, assets=(reach.observed or None) if reach else None),
        "held": bool(held),
        "nil": reach is None and not has_assets,
        "fresh": not held and reach is not None and _was_stated(sight, network, surface),
    }


def _many(surface: Surface) -> str:
    return surface_name(surface, many=True)


def _mode(reach: Reach) -> str:
    """How the figure that stands is known."""
    if reach.basis == "stated":
        return "as stated"
    if reach.figure.most is None:
        return f"only a floor is known, {reach.mode}"
    return _MODES[reach.mode]


def _basis(reach: Reach) -> str:
    """What was counted: of how many assets, how surely, and what that gives beside a statement."""
    if reach.counted is None:
        return "its audiences are not counted"
    error = f", standard error {reach.standard_error:.1%}" if reach.standard_error else ""
    if reach.basis == "stated":
        return f"counted {short(reach.counted)}, {reach.mode}{error}"
    of = f"from {reach.observed:,} of {reach.assets:,} {surface_name(reach.surface, many=reach.assets != 1)}"
    return f"{'above what was stated; ' if reach.conflict else ''}{of}{error}"


def _was_stated(sight: Sight, network: Network, surface: Surface) -> bool:
    return any(
        str(surface) in statement.data.get("reach", {}) and sight.is_fresh(statement.at)
        for statement in network.statements
    )
