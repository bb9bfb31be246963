"""Attributions: who proposes what about a network, who approves it, and how that is taken back.

A verdict is a record of the desk that names the claim, so approvals of two claims never add up, and to withdraw one is
to withdraw its record: the ceiling falls to what stood before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.claims import Claim, Verdict, person
from app.errors import BadRequest, Conflict, Forbidden, NotFound
from app.language import _
from app.networks import Network
from app.review._deciding import Word
from app.vocabulary import DESK_SOURCE, RecordType, Rung

MOST_EVIDENCE = 40
"""Lines of evidence of one claim: more than that belongs into notes."""

LONGEST = 1_000
"""Characters of a claim, and of a line of evidence."""


def find(network: Network, key: str) -> Claim:
    """A claim by its key. Raises NotFound."""
    claim = next((claim for claim in network.claims if claim.key == key), None)
    if claim is None:
        raise NotFound(_("there is no such claim about this network any more"))
    return claim


def propose(network: Network, claim: str, rung: str, evidence: Sequence[str], why: str = "") -> Word:
    """A claim with what speaks for it. Raises BadRequest, and Conflict where the same claim waits already."""
    claim = claim.strip()
    if not claim:
        raise BadRequest("claim", _("say what is claimed, for example: Operated from Iran"))
    if len(claim) > LONGEST:
        raise BadRequest("claim", _("at most {n} characters").format(n=LONGEST))
    wanted, lines = _rung(rung), _lines(evidence)
    same = [
        each for each in network.claims if each.waits and each.rung is wanted and person(each.claim) == person(claim)
    ]
    if same:
        raise Conflict(_("{who} has proposed the same already").format(who=same[-1].by))
    return Word(RecordType.ATTRIBUTION_ASSESSED, network.id, _said(claim, wanted, lines, why))


def move(network: Network, key: str, rung: str, evidence: Sequence[str], why: str) -> Word:
    """Propose a claim anew on another rung, up or down, with a reason; without new evidence, with what it had."""
    claim, wanted = find(network, key), _rung(rung)
    if wanted is claim.rung:
        raise BadRequest("rung", _("it is there already"))
    if not why.strip():
        raise BadRequest("why", _("say why"))
    lines = _lines(evidence) if any(line.strip() for line in evidence) else list(claim.evidence)
    return Word(RecordType.ATTRIBUTION_ASSESSED, network.id, _said(claim.claim, wanted, lines, why) | _about(claim))


def approve(network: Network, key: str, why: str = "", *, by: str, lead: bool) -> Word:
    """Approve a claim as one person. Raises Forbidden, Conflict where the same person has, or it was decided."""
    claim = find(network, key)
    _ask_for_lead(lead=lead)
    if not person(by):
        raise BadRequest("by", _("a name without a letter or digit cannot approve"))
    if claim.rejected is not None:
        raise Conflict(_("{who} has rejected this claim").format(who=claim.rejected.by))
    if claim.approves:
        raise Conflict(_("this claim is approved already"))
    if claim.was_approved_by(by):
        raise Conflict(_("you have approved this claim: it takes another person"))
    return _verdict(network, claim, "approved", why)


def reject(network: Network, key: str, why: str, *, lead: bool) -> Word:
    """Reject a claim, also one that was approved, with a reason. Raises Forbidden, BadRequest, Conflict."""
    claim = find(network, key)
    _ask_for_lead(lead=lead)
    if claim.rejected is not None:
        raise Conflict(_("{who} has rejected this claim").format(who=claim.rejected.by))
    if not why.strip():
        raise BadRequest("why", _("say why"))
    return _verdict(network, claim, "rejected", why)


def withdraw(network: Network, key: str, verdict: str, why: str, *, by: str, lead: bool) -> Word:
    """Take a verdict back, by the id of its record, with a reason. Raises Forbidden, BadRequest, NotFound."""
    claim = find(network, key)
    _ask_for_lead(lead=lead)
    if verdict not in {each.id for each in claim.verdicts}:
        raise NotFound(_("this was taken back already"))
    if not why.strip():
        raise BadRequest("why", _("say why"))
    data = {"source": DESK_SOURCE, "id": verdict, "why": why.strip(), "by": by, "network": network.id}
    return Word(RecordType.RECORD_WITHDRAWN, None, data)


def verdict_of(claim: Claim, by: str) -> Verdict | None:
    """What somebody has said last about a claim."""
    return next((each for each in reversed(claim.verdicts) if person(each.by) == person(by)), None)


def _ask_for_lead(*, lead: bool) -> None:
    if not lead:
        raise Forbidden(_("to decide about a claim is for a lead"))


def _rung(rung: str) -> Rung:
    try:
        return Rung(rung)
    except ValueError:
        raise BadRequest("rung", _("choose one of the rungs")) from None


def _lines(evidence: Sequence[str]) -> list[str]:
    lines = [line.strip() for line in evidence if line.strip()]
    if not lines:
        raise BadRequest("evidence", _("say what speaks for it, one line each"))
    if len(lines) > MOST_EVIDENCE:
        raise BadRequest("evidence", _("at most {n} lines").format(n=MOST_EVIDENCE))
    if any(len(line) > LONGEST for line in lines):
        raise BadRequest("evidence", _("at most {n} characters a line").format(n=LONGEST))
    return lines


def _said(claim: str, rung: Rung, evidence: list[str], why: str) -> dict[str, Any]:
    why = why.strip()
    return {"claim": claim, "rung": str(rung), "evidence": evidence} | ({"why": why} if why else {})


def _about(claim: Claim) -> dict[str, Any]:
    return {"claim_source": claim.source, "claim_id": claim.id}


def _verdict(network: Network, claim: Claim, verdict: str, why: str) -> Word:
    said = _said(claim.claim, claim.rung, list(claim.evidence), why)
    return Word(RecordType.ATTRIBUTION_ASSESSED, network.id, said | _about(claim) | {"verdict": verdict})
