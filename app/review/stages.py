"""Stages: where a network is moved, by whom, and why. Dismissing and restoring are moves as well."""

from __future__ import annotations

from app.errors import BadRequest, Forbidden
from app.language import _
from app.networks import Network
from app.review._deciding import Word
from app.vocabulary import RecordType, Stage

TRIAGE = (Stage.DETECTED, Stage.UNDER_REVIEW)
"""The one move that analysts make: to begin the review. All others are for leads."""


def allowed(network: Network, *, lead: bool) -> tuple[Stage, ...]:
    """The stages that somebody may move a network to, in the order of the pipeline."""
    if lead:
        return tuple(stage for stage in Stage if stage is not network.stage)
    return (TRIAGE[1],) if network.stage is TRIAGE[0] else ()


def needs_reason(network: Network, stage: Stage) -> bool:
    """Whether a move has to say why: to dismiss, to go back, and whatever brings a closed network back."""
    order = list(Stage)
    return stage is Stage.DISMISSED or not network.is_open or order.index(stage) < order.index(network.stage)


def change(network: Network, stage: str, why: str, *, lead: bool) -> Word:
    """Move a network to a stage. Raises BadRequest, and Forbidden where that is for a lead."""
    try:
        wanted = Stage(stage)
    except ValueError:
        raise BadRequest("stage", _("choose one of the stages")) from None
    if wanted is network.stage:
        raise BadRequest("stage", _("it is there already"))
    if wanted not in allowed(network, lead=lead):
        raise Forbidden(_("this stage is for a lead to decide"))
    why = why.strip()
    if not why and needs_reason(network, wanted):
        raise BadRequest("why", _("say why"))
    return Word(RecordType.STAGE_CHANGED, network.id, {"stage": str(wanted)} | ({"why": why} if why else {}))


def dismiss(network: Network, why: str, *, lead: bool) -> Word:
    """Say that it is no network to act on. Raises BadRequest and Forbidden."""
    return change(network, str(Stage.DISMISSED), why, lead=lead)


def restore(network: Network, why: str, *, lead: bool) -> Word:
    """Give a removed or dismissed network back the stage that it had before. Raises BadRequest and Forbidden."""
    if network.is_open:
        raise BadRequest("stage", _("it is neither removed nor dismissed"))
    return change(network, str(before(network)), why, lead=lead)


def before(network: Network) -> Stage:
    """The stage that a removed or dismissed network had: one that was dismissed after its removal was removed."""
    closed = {Stage.DISMISSED} if network.stage is Stage.DISMISSED else {Stage.DISMISSED, Stage.REMOVED}
    return next((step.stage for step in reversed(network.stages) if step.stage not in closed), Stage.DETECTED)
