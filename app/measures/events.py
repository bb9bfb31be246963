"""Events hosted: distinct ones, however many assets and networks host them, and whether they are known to have been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.entities import PlainState, said
from app.hedged import Hedged, Tally
from app.measures import Contribution
from app.measures._figures import Json, figure_json, stands, total
from app.measures._fold import Ask, Fold, Member
from app.records import hedged_of
from app.vocabulary import TookPlace
from app.wording import definition, do_not_write

NAME = "events"


def of_event(event: PlainState, platform: str) -> Iterator[Contribution]:
    """One event, and how many said that they were interested."""
    yield f"event|{platform}|{said(event.facts, 'took_place', TookPlace.UNKNOWN.value)}", 1
    interested = interest_of(event)
    if interested is not None:
        for place, n in enumerate(Tally.of(interested).astuple()):
            if n:
                yield f"interested|{platform}|{place}", n


def interest_of(event: PlainState) -> Hedged | None:
    """How many were interested, None where nobody said."""
    value = said(event.facts, "interested")
    return None if value is None else hedged_of(value)


def _listed(member: Member, platforms: tuple[str, ...]) -> tuple[Counter[str], Tally]:
    took: Counter[str] = Counter()
    interest = [0] * len(Tally().astuple())
    for row in member.rows("event"):
        if not platforms or row.where in platforms:
            took[row.rest] += row.n
    for row in member.rows("interested"):
        if not platforms or row.where in platforms:
            interest[int(row.rest)] += row.n
    return took, Tally(*interest)


def measure(fold: Fold, _ask: Ask) -> Json:
    """The number of events: of each network what was stated, until more are listed; one that several hosted once."""
    events, interest, took = Tally(), Tally(), Counter[str]()
    conflicts: list[str] = []
    stated_by: list[str] = []
    for member in fold.members:
        listed, listed_interest = _listed(member, fold.platforms)
        n = Hedged.exactly(listed.total())
        says = member.says_for(fold.platforms)
        stated = member.stated.events if says else None
        if stated is not None and stands(stated, n):
            stated_by.append(member.id)
            events += Tally.of(stated)
            listed[TookPlace.UNKNOWN] += max(0, (stated.low or 0) - listed.total())
        else:
            events += Tally.of(n)
            if stated is not None:
                conflicts.append(member.id)
        took += listed
        stated_interest = member.stated.interested if says else None
        if stated_interest is not None and (
            not listed_interest.terms or stands(stated_interest, listed_interest.hedged())
        ):
            interest += Tally.of(stated_interest)
        else:
            interest += listed_interest
    for event in fold.shared_events:
        again = sum(1 for home, platform in event.places if _counts(fold, home, platform)) - 1
        if again > 0:
            events -= Tally(low=again, high=again)
            took[event.took_place] -= again
            for _ in range(again if event.interested is not None else 0):
                interest -= Tally.of(event.interested or Hedged.nothing_said())
    figure = total(events)
    return {
        "figure": figure_json(figure),
        "took_place": {str(word): took[word] for word in TookPlace},
        "interested": figure_json(interest.hedged() if interest.terms else Hedged.nothing_said()),
        "basis": "stated" if stated_by else "counted",
        "stated": stated_by,
        "conflicts": conflicts,
        "definition": definition("events"),
        "do_not_write": do_not_write("events", figure),
    }


def _counts(fold: Fold, home: str, platform: str) -> bool:
    return fold.takes(platform) and any(member.id == home for member in fold.members)
