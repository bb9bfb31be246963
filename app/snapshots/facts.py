"""What of a network is no number and may differ: its stage, and what was approved of who is behind it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from app.snapshots.deeds import Deed
from app.vocabulary import Rung, Stage

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about a network that is no number, before and after: its stage, or what was approved of who it is.

    ``how`` says of who it is that nothing was approved before ("first"), or that what was approved then stands no more
    ("gone") and must not be said again.
    """

    name: Literal["stage", "attribution"]
    before: str
    after: str
    reasons: tuple[Deed, ...] = ()
    how: Literal["", "first", "gone"] = ""


FACTS = ("stage", "approved_rung", "attribution", "attributed_origins", "claims")
"""Members of a network that ``facts_of`` looks at."""


def facts_of(old: Json, new: Json) -> Iterator[Fact]:
    """What changed about a network that is no number."""
    if old["stage"] != new["stage"]:
        yield Fact("stage", old["stage"], new["stage"])
    if not _says_the_same(old, new):
        before = _standing(old, new)
        yield Fact("attribution", before or old["attribution"], new["attribution"], how=_how(old, new, before))


def _says_the_same(old: Json, new: Json) -> bool:
    """Whether the same was approved both times: its words hold the name of the network, which may be called otherwise.

    Languages differ in their words as well, and versions of this program.
    """
    if old["approved_rung"] != new["approved_rung"]:
        return False
    if old["approved_rung"] in (None, Rung.CANNOT_SAY) or old["attribution"] == new["attribution"]:
        return True
    return old["attributed_origins"] == new["attributed_origins"] and not _approved(old).isdisjoint(_approved(new))


def _approved(row: Json) -> set[str]:
    """The keys of the approved claims that a network's one sentence is of."""
    return {claim["key"] for claim in row["claims"] if claim["approved"] and claim["words"] == row["attribution"]}


def _standing(old: Json, new: Json) -> str:
    """What was approved before, by the name that the network has now; empty where it stands no more."""
    approved, same_places = _approved(old), old["attributed_origins"] == new["attributed_origins"]
    words = (
        claim["words"]
        for claim in new["claims"]
        if claim["approved"] and (claim["words"] == old["attribution"] or (same_places and claim["key"] in approved))
    )
    return next(words, "")


def _how(old: Json, new: Json, before: str) -> Literal["", "first", "gone"]:
    if old["approved_rung"] is None or (old["approved_rung"] == Rung.CANNOT_SAY and new["approved_rung"] is not None):
        return "first"
    return "" if before else "gone"


def is_turn(fact: Fact) -> bool:
    """Whether a network is closed by it, or open again."""
    return fact.name == "stage" and Stage(fact.before).is_open != Stage(fact.after).is_open
