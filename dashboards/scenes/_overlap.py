"""Which networks one overlaps with: accounts that follow both, as surely as they are known, and what was reported.

An audience that is only a number can be compared with nothing. Where the sets at hand are not all there is, those who
are in both are a floor.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from app.board import Board
from app.definitions import definition
from app.drilldown.overlaps import shared_audiences
from app.hedged import Hedged
from app.language import _, ngettext
from app.networks import Network
from app.nouns import reach_verb
from app.numerals import grouped
from app.safetext import clean
from app.vocabulary import GROUPS, INSTAGRAM, PAGES, Stage, Surface
from app.wording import short, surface_name
from dashboards.scenes._kept import Kept, of_picture
from dashboards.scenes._sight import Sight

ROWS = 3

SURFACES = (PAGES, GROUPS, INSTAGRAM)

COMPARED = 200
"""Networks with which one is compared: each is a union of its own."""

BASIS_LIMIT = 60
"""Characters of what somebody wrote about an overlap."""

_pairs = Kept(8 * COMPARED)
"""What two networks share holds for as long as both are the same."""


class Row(NamedTuple):
    """Another network: those in both by surface, and what was reported of an overlap with it (None: nothing was)."""

    name: str
    id: str
    shared: dict[Surface, Hedged]
    reported: str | None
    past: bool


def overlap(sight: Sight, network: Network) -> dict[str, Any]:
    """``rows`` of those that share most, then of those only reported; ``foot`` says with how many it was compared."""
    rows, compared, others = of_picture(sight.board, ("overlap", network.id), lambda: _rows(sight.board, network))
    shown = rows[:ROWS]
    more = len(rows) - len(shown)
    return {
        "rows": [_row_json(row) for row in shown],
        "none": "" if rows else _none(compared, others),
        "foot": "; ".join(
            filter(None, (_("and {n} more").format(n=grouped(more)) if more else "", _compared(compared, others)))
        ),
        "definition": definition("overlap"),
    }


def _rows(board: Board, network: Network) -> tuple[list[Row], int, int]:
    others = [each for each in board.networks.values() if each.id != network.id]
    others.sort(key=lambda each: (not each.is_open, -each.stage_since, each.id))
    reported = _reported(board, network)
    comparable, found = 0, []
    for other in others[:COMPARED]:
        shared = _shared(board, network, other)
        comparable += bool(shared)
        sure = {surface: figure for surface, figure in shared.items() if figure.least}
        if sure or other.id in reported:
            past = Stage.REMOVED in (network.stage, other.stage)
            found.append(Row(other.name, other.id, sure, reported.pop(other.id, None), past))
    for id, basis in reported.items():
        known = board.find(id)
        found.append(Row(known.name if known else id, id, {}, basis, past=False))
    return sorted(found, key=_most_first), comparable, len(others)


def _most_first(row: Row) -> tuple[int, str]:
    return -max((figure.least for figure in row.shared.values()), default=0), row.id


def _reported(board: Board, network: Network) -> dict[str, str]:
    """What was last reported of overlaps, in either direction, by the other network."""
    said = [(each.at, each.other, each.basis) for each in network.overlaps]
    for other in board.networks.values():
        for each in other.overlaps:
            found = board.find(each.other)
            if found is not None and found.id == network.id:
                said.append((each.at, other.id, each.basis))
    told: dict[str, str] = {}
    for _at, id, basis in sorted(said):
        found = board.find(id)
        told[found.id if found else id] = basis
    told.pop(network.id, None)
    return told


# --- those in both ----------------------------------------------------------------------------------------------------


def _shared(board: Board, one: Network, other: Network) -> dict[Surface, Hedged]:
    """How many accounts are in both audiences, on each surface on which both are known as sets."""

    def compute() -> tuple[Network, Network, dict[Surface, Hedged]]:
        # Held on to, so that no other network can come to have the identity of one of these.
        mine, others = (board.fold_of([each.id]).members for each in (one, other))
        return one, other, {each.surface: each.figure for each in shared_audiences(mine, others, SURFACES)}

    return _pairs.once((id(one), id(other)), compute)[2]


# --- in words ---------------------------------------------------------------------------------------------------------


def _row_json(row: Row) -> dict[str, Any]:
    first = max(row.shared, key=lambda surface: row.shared[surface].least, default=None)
    said = [] if first is None else [_("accounts {follow_pages} of both").format(follow_pages=_verb(first, row))]
    said += [f"{short(row.shared[surface])} {_verb(surface, row)}" for surface in row.shared if surface != first]
    if row.reported is not None:
        reported = _("overlap reported")
        said.append(reported if said else clean(row.reported, BASIS_LIMIT, empty=reported))
    return {
        "name": row.name,
        "n": "" if first is None else short(row.shared[first]),
        "words": "; ".join(said),
    }


def _verb(surface: Surface, row: Row) -> str:
    return f"{reach_verb(surface, past=row.past)} {surface_name(surface, many=True)}"


def _none(compared: int, others: int) -> str:
    if not others:
        return _("There is no other network yet.")
    return _("No accounts are known to follow it and another.") if compared else _("No overlap is known.")


def _compared(compared: int, others: int) -> str:
    if not compared:
        return _("no audiences that could be compared") if others else ""
    words = ngettext(
        "audiences compared with {n} of {all} other network",
        "audiences compared with {n} of {all} other networks",
        others,
    )
    return words.format(n=grouped(compared), all=grouped(others))
