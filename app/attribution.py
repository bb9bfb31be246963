"""Attributions in words, never stronger than the rung that was approved (DOMAIN section 6)."""

from __future__ import annotations

from app.language import N_, _
from app.vocabulary import Rung

_SENTENCES = {
    Rung.ORIGINATED_IN: N_("{subject} originated in {place}"),
    Rung.MANUAL_REVIEW_LINKED_TO: N_("A manual review linked the activity of {subject} to {place}"),
    Rung.LIKELY_ON_BEHALF_OF: N_("{subject} was likely run on behalf of {actor}"),
    Rung.LINKS_TO_INDIVIDUALS: N_("{subject} has links to individuals associated with {actor}"),
    Rung.DIRECT_LINKS_TO: N_("{subject} has direct links to {actor}"),
    Rung.ATTRIBUTED_TO: N_("{subject} is attributed to {actor}"),
    Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE: N_("{subject} is attributed to {actor} with high confidence"),
}
_VERDICTS = {
    Rung.CANNOT_SAY: N_("cannot be said"),
    Rung.ORIGINATED_IN: N_("by where the activity originated"),
    Rung.MANUAL_REVIEW_LINKED_TO: N_("linked by a manual review"),
    Rung.LIKELY_ON_BEHALF_OF: N_("likely"),
    Rung.LINKS_TO_INDIVIDUALS: N_("links to individuals"),
    Rung.DIRECT_LINKS_TO: N_("direct links"),
    Rung.ATTRIBUTED_TO: N_("attributed"),
    Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE: N_("attributed with high confidence"),
}
_NAMES = {
    Rung.CANNOT_SAY: N_("Cannot say"),
    Rung.ORIGINATED_IN: N_("Originated in"),
    Rung.MANUAL_REVIEW_LINKED_TO: N_("Manual review linked to"),
    Rung.LIKELY_ON_BEHALF_OF: N_("Likely on behalf of"),
    Rung.LINKS_TO_INDIVIDUALS: N_("Links to individuals"),
    Rung.DIRECT_LINKS_TO: N_("Direct links to"),
    Rung.ATTRIBUTED_TO: N_("Attributed to"),
    Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE: N_("Attributed with high confidence"),
}


def rung_name(rung: Rung) -> str:
    """A rung as a label: "Manual review linked to"."""
    return _(_NAMES[rung])


CONFIDENCES = {0: N_("Not established"), 2: N_("Low"), 3: N_("Moderate"), 4: N_("High")}
"""The steps of confidence, by how many of four boxes are filled (DESIGN section 5)."""

BOXES = 4


def confidence(rung: Rung | None) -> int:
    """How many of four boxes a rung fills. Only the last rung says high confidence, so no other fills all of them."""
    if rung is None or rung is Rung.CANNOT_SAY:
        return 0
    if rung is Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE:
        return BOXES
    return 3 if rung.strength >= Rung.DIRECT_LINKS_TO.strength else 2


def confidence_name(rung: Rung | None) -> str:
    """The step of confidence in a word."""
    return _(CONFIDENCES[confidence(rung)])


def may_say(rung: Rung, approved: Rung | None) -> bool:
    """True when the approved rung allows a claim of this strength; without approval only ``cannot_say`` is."""
    return rung.strength <= (approved or Rung.CANNOT_SAY).strength


def cap(rung: Rung, approved: Rung | None = None) -> Rung:
    """The weaker of a rung and the approved one; nothing approved means ``cannot_say``."""
    return rung if may_say(rung, approved) else approved or Rung.CANNOT_SAY


def attribution_words(
    claim: str,
    rung: Rung,
    subject: str = "",
    *,
    approved: Rung | None = None,
    place: str = "",
    actor: str = "",
) -> str:
    """A claim in words, no stronger than ``approved`` allows and without a full stop.

    ``claim`` is what the assessment says ("Operated from Iran"), ``place`` and ``actor`` are the names that a sentence
    needs ("Iran", "the Iranian government"); without a ``subject`` it is "this network". A claim that is allowed and
    lacks them is given with its verdict: "Operated from Iran: linked by a manual review". A claim above the approved
    rung is never repeated; it is replaced by the sentence of the approved rung, or by "who is responsible cannot be
    said" where that lacks its name.
    """
    shown = cap(rung, approved)
    subject = subject or _("this network")
    sentence = _sentence(shown, subject, place, actor)
    if sentence:
        return sentence
    if shown is rung and claim:
        return f"{claim}: {_(_VERDICTS[rung])}"
    return _("Who is responsible for {subject} cannot be said").format(subject=subject)


def no_ties_words(actor: str) -> str:
    """The finding that nothing was found, which denies nothing: "no ties to the Iranian government have been found"."""
    return _("no ties to {actor} have been found, which does not rule them out").format(actor=actor)


def _sentence(rung: Rung, subject: str, place: str, actor: str) -> str:
    pattern = _SENTENCES.get(rung, "")
    name = place if "{place}" in pattern else actor
    if not (pattern and name):
        return ""
    words = _(pattern).format(subject=subject, place=place, actor=actor)
    return words[0].upper() + words[1:]
