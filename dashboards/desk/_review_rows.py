"""What the review of a network says: its stage, who has it, its claims side by side, the ceiling, and its notes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from app.access import Role, Visitor
from app.attribution import confidence, confidence_name, rung_name
from app.claims import Claim, disagreeing, standing_of
from app.language import _
from app.networks import Network
from app.nouns import duration, stage_name
from app.profiles import attribution_of
from app.review import Change, notes, stages, work
from app.review.differences import differences
from app.vocabulary import MINUTE, SECOND, Rung, Stage
from dashboards.desk.shell import Desk

Row = dict[str, Any]

MOST_STEPS = 8
"""Stages that are listed, the last ones."""

NOTHING: Mapping[str, str] = {}


def review_of(
    desk: Desk,
    network: Network,
    visitor: Visitor,
    *,
    typed: Mapping[str, str] = NOTHING,
    wrong: Mapping[str, str] = NOTHING,
    overtaken: Sequence[Change] = (),
    back: str = "",
) -> Row:
    """The section ``desk/network/_review.html``. ``wrong`` is by act and field, ``typed`` what stands in its form.

    It can stand in any page of the desk; ``back`` is that page's address.
    """
    board, now, is_lead = desk.decisions.board(), desk.clock.now(), visitor.role is Role.LEAD
    held = work.holder(network, now)
    with desk.database.read() as connection:
        written = notes.read(connection, network.members)
        seen = typed.get("seen", "")
        changed = differences(connection, overtaken, int(seen) if seen.isdecimal() else 0, desk.zone)
    allowed = stages.allowed(network, lead=is_lead)
    return {
        "at": f"/desk/networks/{network.id}/review",
        "back": back or f"/desk/networks/{network.id}/review",
        "seen": board.seq,
        "once": lambda: secrets.token_hex(12),
        "is_lead": is_lead,
        "typed": typed,
        "wrong": wrong,
        "changed": [_difference(desk, each, now) for each in changed],
        "stage": stage_name(network.stage),
        "stage_for": duration(max(0, now - network.stage_since)),
        "steps": [_step(desk, step) for step in reversed(network.stages[-MOST_STEPS:])],
        "stages": [{"name": str(stage), "title": stage_name(stage)} for stage in allowed],
        "next": str(_offered(network)),
        "restores_to": "" if network.is_open or not is_lead else stage_name(stages.before(network)),
        "assigned": network.assigned.to if network.assigned else "",
        "is_mine": network.assigned is not None and work.is_same(network.assigned.to, visitor.name),
        "me": visitor.name,
        "held": None if held is None else {"by": held.by, "until": desk.time(held.until)},
        "holds": held is not None and work.is_same(held.by, visitor.name),
        **_claims(desk, network, visitor),
        "rungs": [{"name": str(rung), "title": rung_name(rung)} for rung in Rung],
        "notes": [{"text": note.text, "by": note.by, "at": desk.time(note.at)} for note in written],
    }


def ago_words(micros: int) -> str:
    """How long ago something was: "12 s ago", "5 min ago"."""
    if micros < MINUTE:
        return _("{n} s ago").format(n=max(0, micros) // SECOND)
    return _("{duration} ago").format(duration=duration(micros))


def _offered(network: Network) -> Stage:
    """The stage that a form offers: what comes next, or what a closed network had, never a step back by oversight."""
    order = list(Stage)
    return order[order.index(network.stage) + 1] if network.is_open else stages.before(network)


def _difference(desk: Desk, each: Any, now: int) -> Row:
    return {
        "what": each.what,
        "was": each.was,
        "now": each.now,
        "by": each.by,
        "ago": ago_words(now - each.at),
        "why": each.why,
        "at": desk.time(each.at),
    }


def _step(desk: Desk, step: Any) -> Row:
    return {"stage": stage_name(Stage(step.stage)), "at": desk.time(step.at), "by": step.by, "why": step.why}


def _claims(desk: Desk, network: Network, visitor: Visitor) -> Row:
    ceiling = network.ceiling
    standing = {claim.key for claim in standing_of(network.claims)}
    contrary = {claim.key for claim in disagreeing(network.claims)}
    rows = [
        _claim(
            desk, claim, visitor, standing=claim.key in standing, disagrees=claim.key in contrary, top=claim is ceiling
        )
        for claim in reversed(network.claims)
    ]
    rows.sort(key=lambda row: (not row["top"], not row["stands"]))
    return {
        "claims": rows,
        "disagree": len(contrary),
        "ceiling": _("Nothing approved") if network.approved is None else rung_name(network.approved),
        "boxes": confidence(network.approved),
        "confidence": confidence_name(network.approved),
        "sentence": attribution_of(network),
    }


def _claim(desk: Desk, claim: Claim, visitor: Visitor, *, standing: bool, disagrees: bool, top: bool) -> Row:
    return {
        "key": claim.key,
        "claim": claim.claim,
        "rung": rung_name(claim.rung),
        "rung_name": str(claim.rung),
        "boxes": confidence(claim.rung),
        "confidence": confidence_name(claim.rung),
        "by": claim.by,
        "at": desk.time(claim.at),
        "why": claim.why,
        "moves": claim.moves is not None,
        "evidence": claim.evidence,
        "approvals": _("{n} of {needed}").format(n=min(claim.approvers, claim.needed), needed=claim.needed),
        "approved_by": claim.approved_by,
        "state": _state(claim, standing=standing, top=top),
        "waits": claim.waits and standing,
        "stands": standing,
        "top": top,
        "disagrees": disagrees,
        "rejected": claim.rejected is not None,
        "may_approve": claim.waits and not claim.was_approved_by(visitor.name),
        "verdicts": [
            {
                "id": verdict.id,
                "words": _("approved") if verdict.verdict == "approved" else _("rejected"),
                "by": verdict.by,
                "at": desk.time(verdict.at),
                "why": verdict.why,
            }
            for verdict in claim.verdicts
        ],
    }


def _state(claim: Claim, *, standing: bool, top: bool) -> str:
    if claim.rejected is not None:
        return _("Rejected")
    if top:
        return _("Sets the ceiling")
    if not standing:
        return _("Said anew since")
    return _("Approved") if claim.approves else _("Waits for approval")
