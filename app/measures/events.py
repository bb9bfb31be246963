"""Events hosted: distinct ones, however many assets and networks host them, and whether they are known to have been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from app.entities import PlainState, said
from app.hedged import Hedged, Tally
from app.measures import Contribution
from app.measures._figures import Json, figure_json, stands, total
from app.measures._fold import Ask, Fold, Member, SharedEvent
from app.records import hedged_of
from app.vocabulary import TookPlace
from app.wording import definition, do_not_write

NAME = "events"


def of_event(event: PlainState, platform: str) -> Iterator[Contribution]:
    """One event, and how many said that they were interested."""
    yield f"event|{platform}|{said(event.facts, 'took_place', TookPlace.UNKNOWN.value)}", 1
    for place, n in enumerate(Tally.of(interest_of(event)).astuple()):
        if n:
            yield f"interested|{platform}|{place}", n


def interest_of(event: PlainState) -> Hedged:
    """How many were interested; absent where nobody said."""
    value = said(event.facts, "interested")
    return Hedged.nothing_said() if value is None else hedged_of(value)


def _shared_by_home(fold: Fold) -> dict[str, list[tuple[SharedEvent, int]]]:
    """By network its events that count in several places, and in how many of its own (its platforms in the scope)."""
    found: dict[str, list[tuple[SharedEvent, int]]] = {}
    for event in fold.shared_events:
        for home, n in Counter(home for home, platform in event.places if fold.takes(platform)).items():
            found.setdefault(home, []).append((event, n))
    return found


def _listed(member: Member, fold: Fold, shared: Iterable[tuple[SharedEvent, int]]) -> tuple[Counter[str], Tally]:
    """Distinct events of one network by whether they took place, and how many were interested in them."""
    took: Counter[str] = Counter()
    numbers = [0] * len(Tally().astuple())
    for row in member.rows("event"):
        if fold.takes(row.where):
            took[row.rest] += row.n
    for row in member.rows("interested"):
        if fold.takes(row.where):
            numbers[int(row.rest)] += row.n
    interest = Tally(*numbers)
    for event, here in shared:
        # On several platforms at once it is still one event.
        for _ in range(here - 1):
            took[event.took_place] -= 1
            interest -= Tally.of(event.interested)
    return took, interest


def measure(fold: Fold, _ask: Ask) -> Json:
    """The number of events: of each network what was stated, until more are listed; one that several hosted once."""
    events, interest, took = Tally(), Tally(), Counter[str]()
    conflicts: list[str] = []
    stated_by: list[str] = []
    counted: set[str] = set()
    interest_counted: set[str] = set()
    shared = _shared_by_home(fold)
    for member in fold.members:
        listed, listed_interest = _listed(member, fold, shared.get(member.id, ()))
        n = Hedged.exactly(listed.total())
        says = member.says_for(fold.platforms)
        stated = member.stated.events if says else None
        if stated is not None and stands(stated, n):
            stated_by.append(member.id)
            events += Tally.of(stated)
            listed[TookPlace.UNKNOWN] += max(0, (stated.low or 0) - listed.total())
        else:
            counted.add(member.id)
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
            interest_counted.add(member.id)
            interest += listed_interest
    ids = {member.id for member in fold.members}
    for event in fold.shared_events:
        homes = {home for home, platform in event.places if home in ids and fold.takes(platform)}
        if len(homes) > 1:
            took[event.took_place] -= len(homes) - 1
            again = _again(homes, counted)
            events -= Tally(low=again, high=again)
            for _ in range(_again(homes, interest_counted)):
                interest -= Tally.of(event.interested)
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


def _again(homes: set[str], counted: set[str]) -> int:
    """How often too many an event of several networks was counted: not at all where a statement stands for it."""
    return len(homes & counted) - (homes <= counted)
