"""The queue of the review: networks that wait for a decision, the overdue ones first, and who has what checked out."""

from __future__ import annotations

import hashlib
from typing import Any

from app.access import Visitor
from app.claims import standing_of
from app.language import _, ngettext
from app.networks import Network
from app.nouns import duration, stage_name
from app.numerals import grouped
from app.review import work
from app.vocabulary import HOUR
from dashboards.desk.shell import Desk
from dashboards.scenes._sight import Sight
from dashboards.scenes._stages import is_overdue

Row = dict[str, Any]

MOST = 200
"""Networks that are listed, the most urgent ones; every desk asks for the list again and again."""

OVERDUE, CLAIM, UNASSIGNED, MINE, HELD = range(5)
"""Why a network is in the queue, the most urgent reason first."""


def queue_of(desk: Desk, visitor: Visitor) -> Row:
    """The queue as somebody sees it: within a reason one's own come first, then what has waited longest."""
    board, now = desk.decisions.board(), desk.clock.now()
    sight = Sight(board, now, desk.watch, {})
    found = []
    for network in board.networks.values():
        reasons = _reasons(sight, network, visitor)
        if reasons:
            mine = network.assigned is not None and work.is_same(network.assigned.to, visitor.name)
            found.append((reasons[0], not mine, network.stage_since, network.id, reasons, network))
    found.sort(key=lambda each: each[:4])
    return {
        "rows": [_row(desk, network, reasons, visitor, board.seq) for *_order, reasons, network in found[:MOST]],
        "count": len(found),
        "more": max(0, len(found) - MOST),
        "overdue": sum(each[0] == OVERDUE for each in found),
        "claims": sum(CLAIM in each[4] for each in found),
    }


def _reasons(sight: Sight, network: Network, visitor: Visitor) -> list[int]:
    held, assigned = work.holder(network, sight.now), network.assigned
    tested = {
        OVERDUE: is_overdue(sight, network),
        CLAIM: any(claim.waits for claim in standing_of(network.claims)),
        UNASSIGNED: network.is_open and assigned is None,
        MINE: network.is_open and assigned is not None and work.is_same(assigned.to, visitor.name),
        HELD: held is not None,
    }
    return [reason for reason, is_so in tested.items() if is_so]


def _row(desk: Desk, network: Network, reasons: list[int], visitor: Visitor, seq: int) -> Row:
    now = desk.clock.now()
    held = work.holder(network, now)
    return {
        "id": network.id,
        "name": network.name,
        "address": f"/desk/networks/{network.id}/review",
        "late": OVERDUE in reasons,
        "reasons": [words for reason in reasons if (words := _words(desk, network, reason))],
        "stage": stage_name(network.stage),
        "stage_for": duration(max(0, now - network.stage_since)),
        "assigned": network.assigned.to if network.assigned else "",
        "held": None if held is None else {"by": held.by, "until": desk.time(held.until)},
        "holds": held is not None and work.is_same(held.by, visitor.name),
        "seen": seq,
        "once": _token(visitor, network.id, seq),
    }


def _words(desk: Desk, network: Network, reason: int) -> str:
    if reason == OVERDUE:
        limit = duration(desk.watch.limits_h[network.stage] * HOUR)
        return _("overdue, limit {duration}").format(duration=limit)
    if reason == CLAIM:
        n = sum(claim.waits for claim in standing_of(network.claims))
        return ngettext("{n} claim waits for approval", "{n} claims wait for approval", n).format(n=grouped(n))
    return _("nobody looks after it") if reason == UNASSIGNED else ""


def _token(visitor: Visitor, network: str, seq: int) -> str:
    """The same for one picture, so that the list stands still while nothing changes, and a double click is one."""
    return hashlib.sha256(f"{visitor.digest.hex()}|{visitor.name}|{network}|{seq}".encode()).hexdigest()[:24]
