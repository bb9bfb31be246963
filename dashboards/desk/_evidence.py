"""Attribution beside its evidence: every claim with its rung, who assessed it and why, never above what was approved.

Somebody who sees no names gets the approved sentence alone, as ``app/profiles.py`` gives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.attribution import may_say, rung_name
from app.language import _, ngettext
from app.networks import Claim, Network
from app.nouns import list_words
from app.numerals import grouped
from app.profiles import attribution_of
from app.safetext import clean
from app.vocabulary import Rung
from dashboards.desk.shell import Desk

Row = dict[str, Any]

BOXES = 4
"""Boxes that a rung fills: two rungs each, and none where nobody can say."""

NAME_LIMIT = 60


def boxes_of(rung: Rung | None) -> list[bool]:
    """Which of four boxes are filled."""
    filled = 0 if rung is None else (rung.strength + 1) // 2
    return [place < filled for place in range(BOXES)]


def evidence_view(desk: Desk, network: Network, *, names: bool) -> Row:
    """What ``desk/network/_evidence.html`` shows."""
    approved = network.approved
    return {
        "head": _heading(desk, network),
        "sentence": attribution_of(network),
        "boxes": boxes_of(approved),
        "rung": rung_name(approved) if approved else _("Nothing approved"),
        "claims": _claims(desk, network) if names else [],
        "records": names,
        "silent": names and not network.claims,
        "stated": [
            {"by": clean(each.by, NAME_LIMIT), "at": desk.moment(each.at), "says": clean(each.data["attribution"], 600)}
            for each in network.statements
            if names and each.data.get("attribution")
        ],
        "topics": list_words([clean(topic, NAME_LIMIT) for topic in network.topics]),
        "personas": list_words([clean(persona, NAME_LIMIT) for persona in network.personas]) if names else "",
    }


def _heading(desk: Desk, network: Network) -> str:
    if not network.claims:
        return _("Attribution")
    last = max(claim.at for claim in network.claims)
    people = len({claim.by for claim in network.claims})
    words = ngettext(
        "Attribution, assessed {time} by {n} person", "Attribution, assessed {time} by {n} persons", people
    )
    return words.format(time=desk.time(last), n=grouped(people))


def _claims(desk: Desk, network: Network) -> list[Row]:
    """Claims that say the same as one, by its latest assessment; the strongest of all first."""
    groups: dict[str, list[Claim]] = {}
    for claim in network.claims:
        groups.setdefault(" ".join(claim.claim.casefold().split()), []).append(claim)
    ordered = sorted(groups.values(), key=lambda told: (-told[-1].rung.strength, told[-1].claim))
    return [_claim(desk, network, told) for told in ordered]


def _claim(desk: Desk, network: Network, told: Sequence[Claim]) -> Row:
    last = told[-1]
    return {
        "claim": clean(last.claim, 400),
        "rung": rung_name(last.rung),
        "boxes": boxes_of(last.rung),
        "by": _by(desk, last),
        "evidence": [clean(each, 400) for each in last.evidence],
        "above": not may_say(last.rung, network.approved),
        "nothing": last.rung is Rung.CANNOT_SAY,
        "disagree": _disagreement(told),
        "history": [
            {"by": _by(desk, each), "rung": rung_name(each.rung), "evidence": [clean(e, 400) for e in each.evidence]}
            for each in reversed(told[:-1])
        ],
    }


def _by(desk: Desk, claim: Claim) -> str:
    name, time = clean(claim.by, NAME_LIMIT), desk.moment(claim.at)
    if not claim.approved_by:
        return _("{name}, {time}, not approved").format(name=name, time=time)
    people = list_words([clean(each, NAME_LIMIT) for each in claim.approved_by])
    if not claim.approves:
        # An actor is named by two persons or by none.
        return _("{name}, {time}, approved by {people}, a second person is missing").format(
            name=name, time=time, people=people
        )
    return _("{name}, {time}, approved by {people}").format(name=name, time=time, people=people)


def _disagreement(told: Sequence[Claim]) -> str:
    """Who says what, where the last words of different persons on one claim differ."""
    last = {claim.by: claim.rung for claim in told}
    if len(set(last.values())) < 2:
        return ""
    said = [
        _("{name}: {rung}").format(name=clean(name, NAME_LIMIT), rung=rung_name(rung)) for name, rung in last.items()
    ]
    return _("They do not agree. {said}").format(said="; ".join(said))
