"""Claims about who is behind a network, the verdicts of the desk on each, and which of them sets the ceiling."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.countries import countries_in
from app.vocabulary import DESK_SOURCE, Rung

ACTOR = Rung.LIKELY_ON_BEHALF_OF
"""The weakest rung on which a claim names an actor. From here on two persons approve."""

Version = tuple[int, str, str]

Identity = tuple[str, str]
"""Source and id of a record."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody at the desk decided about a claim: it was ``approved`` or ``rejected``. ``at`` in µs."""

    verdict: Literal["approved", "rejected"]
    by: str
    at: int
    why: str
    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One attribution as somebody assessed it. ``approved_by`` is empty where nobody has approved it.

    ``moves`` is the claim that it says anew on another rung; ``decided`` orders claims by when each was approved by as
    many as it needs, None while it is not.
    """

    claim: str
    rung: Rung
    by: str
    at: int
    evidence: tuple[str, ...]
    approved_by: tuple[str, ...]
    source: str
    id: str
    why: str = ""
    moves: Identity | None = None
    verdicts: tuple[Verdict, ...] = ()
    decided: Version | None = None

    @property
    def key(self) -> str:
        """What names it in an address: source and id may hold anything."""
        return hashlib.sha256(f"{self.source}\n{self.id}".encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def needed(self) -> int:
        """How many different persons must approve it."""
        return needed(self.rung)

    @property
    def approvers(self) -> int:
        """How many different persons have."""
        return len(_persons(self.approved_by))

    @property
    def rejected(self) -> Verdict | None:
        """The verdict that rejects it, whatever was approved: None where there is none."""
        return next((verdict for verdict in self.verdicts if verdict.verdict == "rejected"), None)

    @property
    def approves(self) -> bool:
        """Whether it sets the ceiling: approved, and by two persons where it names an actor."""
        return self.decided is not None

    @property
    def waits(self) -> bool:
        """Whether somebody has to approve or reject it."""
        return self.decided is None and self.rejected is None

    def was_approved_by(self, name: str) -> bool:
        """Whether somebody has approved it, however the name is spelt."""
        return person(name) in _persons(self.approved_by)


def needed(rung: Rung) -> int:
    """How many different persons approve a claim of a rung."""
    return 2 if rung.strength >= ACTOR.strength else 1


def person(name: str) -> str:
    """What of a name tells two persons apart: nobody becomes a second one by a space, an accent or what is not seen."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())))


def claims_of(held: Mapping[str, list[Any]]) -> tuple[Claim, ...]:
    """Every claim in the order in which they were said, from the records of a network that hold.

    ``held`` maps source, line feed, id to (time, when it counts, data). What the desk decided about a claim is none.
    A verdict counts where it repeats the claim and its rung, so that nobody approves what they did not see.
    """
    said = [((at, *key.split("\n")), counted, data) for key, (at, counted, data) in held.items()]
    said.sort(key=lambda each: each[0])
    verdicts: dict[Identity, list[tuple[Version, Verdict, dict[str, Any]]]] = {}
    claims = []
    for version, at, data in said:
        _, source, id = version
        target = _target(data)
        if source == DESK_SOURCE and target is not None and data.get("verdict") in ("approved", "rejected"):
            made = Verdict(data["verdict"], data["by"], at, data.get("why", ""), source, id)
            verdicts.setdefault(target, []).append((version, made, data))
        else:
            claims.append((version, at, data))
    return tuple(_claim(version, at, data, verdicts.get((version[1], version[2]), [])) for version, at, data in claims)


def ceiling_of(claims: Iterable[Claim]) -> Claim | None:
    """The claim whose rung nobody may exceed: the last that was approved by as many as it needs."""
    decided = [claim for claim in claims if claim.decided is not None]
    return max(decided, key=lambda claim: claim.decided or (0, "", ""), default=None)


def standing_of(claims: Iterable[Claim]) -> list[Claim]:
    """Claims that were neither rejected nor said anew: by one that was approved, or by the same person in like words.

    What was approved stands until what replaces it is approved as well.
    """
    known = [claim for claim in claims if claim.rejected is None]
    moved = {claim.moves for claim in known if claim.approves}
    last = {(person(claim.by), person(claim.claim)): claim for claim in known}
    return [
        claim
        for claim in known
        if (claim.source, claim.id) not in moved
        and (claim.approves or last[person(claim.by), person(claim.claim)] is claim)
    ]


def disagreeing(claims: Iterable[Claim]) -> list[Claim]:
    """Those of the claims that stand which cannot be so together, oldest first."""
    standing = standing_of(claims)
    return [claim for claim in standing if any(_disagree(claim, other) for other in standing)]


def _disagree(one: Claim, other: Claim) -> bool:
    """Whether two say the same on different rungs, or name different countries. A proposed move contradicts none."""
    if (one.source, one.id) == other.moves or (other.source, other.id) == one.moves:
        return False
    if person(one.claim) == person(other.claim):
        return one.rung is not other.rung and person(one.by) != person(other.by)
    if Rung.CANNOT_SAY in (one.rung, other.rung):
        return False
    named, too = countries_in(one.claim), countries_in(other.claim)
    return bool(named and too) and not named & too


def _claim(
    version: Version, at: int, data: dict[str, Any], told: list[tuple[Version, Verdict, dict[str, Any]]]
) -> Claim:
    _, source, id = version
    rung = Rung(data["rung"])
    about = [
        (when, verdict) for when, verdict, its in told if (its["claim"], its["rung"]) == (data["claim"], str(rung))
    ]
    approvals = [(when, verdict.by) for when, verdict in about if verdict.verdict == "approved"]
    # Who is named by a sender has not approved anything here: an actor is named by the desk alone.
    if needed(rung) == 1 or source == DESK_SOURCE:
        approvals += [(version, name) for name in texts(data.get("approved_by", ()))]
    approvals.sort(key=lambda each: each[0])
    is_rejected = any(verdict.verdict == "rejected" for _, verdict in about)
    return Claim(
        data["claim"],
        rung,
        data["by"],
        at,
        tuple(data.get("evidence", ())),
        tuple(name for _, name in approvals),
        source,
        id,
        data.get("why", ""),
        _target(data),
        tuple(verdict for _, verdict in about),
        None if is_rejected else next(_completed(approvals, needed(rung)), None),
    )


def _completed(approvals: list[tuple[Version, str]], needed: int) -> Iterator[Version]:
    """The approvals at which as many different persons had approved as are needed, and those after."""
    for place, (when, _) in enumerate(approvals):
        if len(_persons(name for _, name in approvals[: place + 1])) >= needed:
            yield when


def _persons(names: Iterable[str]) -> set[str]:
    return {person(name) for name in names} - {""}


def _target(data: dict[str, Any]) -> Identity | None:
    if "claim_source" not in data or "claim_id" not in data:
        return None
    return data["claim_source"], data["claim_id"]


def texts(value: Any) -> tuple[str, ...]:
    """What may be one text or a list of them."""
    return (value,) if isinstance(value, str) else tuple(value)
