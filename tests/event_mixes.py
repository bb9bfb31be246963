"""Mixes of records for Hypothesis, how they are sent, and what is asked then: everything that may contradict, does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from app.records import Record
from app.vocabulary import DAY, DESK_SOURCE, HOUR, MINUTE, SECOND, RecordType, Rung, Scope, Stage, Watch, isoformat
from tests.event_bodies import ELECTIONS, WORLDS, Records, of
from tests.makers import PARSER, Event, event

START = 1_539_993_600 * SECOND
"""20 October 2018, midnight UTC."""

END = START + 5 * DAY + 20 * HOUR
"""When questions are asked: all records have happened, some of them within the hour."""

SOURCES = ("//detectors.example/a", "//detectors.example/b", "//people.example/lead")
ROOM = "//warroom/desk"
"""Who alone can disown a source, and take that back."""

Draw = Callable[[st.SearchStrategy[Any]], Any]
Envelope = tuple[int, int, str]
"""Time, a digit for the id, and source."""

instants = st.tuples(st.integers(0, 5), of(0, 7, 19), of(0, 0, 20, 59), of(0, 0, 1)).map(
    lambda at: START + at[0] * DAY + at[1] * HOUR + at[2] * MINUTE + at[3]
)
"""Times of records: few, so that many are the same."""

envelopes: st.SearchStrategy[Envelope] = st.tuples(instants, st.integers(0, 9), of(*SOURCES))

_WORLDS = [Records(world) for world in WORLDS]
_KINDS = [(records.detections, theme) for records in _WORLDS for theme in records.themes()]
"""What a mix is made of. Most are about one theme, so that its records meet."""

any_network = WORLDS[1].network
any_asset = WORLDS[1].asset


@dataclass(frozen=True)
class Sending:
    """Records in batches, each with the instant at which it arrives."""

    batches: tuple[tuple[int, tuple[Record, ...]], ...]
    may_withdraw_any: bool

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """Hypothesis shows a case that failed in these words."""
        printer.text(str(self))

    def __str__(self) -> str:
        lines = [f"Sending, may withdraw {'any' if self.may_withdraw_any else 'its own'}:"]
        for now, batch in self.batches:
            lines.append(f"  at {isoformat(now)}")
            lines += [f"    {_shown(record)}" for record in batch]
        return "\n".join(lines)


def _shown(record: Record) -> str:
    data = {
        name: f"{str(value)[:30]}…" if name in ("accounts", "sketch") else value for name, value in record.data.items()
    }
    return f"{record.type} {record.subject} {isoformat(record.occurred_at)} {record.source[-1]} {record.id} {data}"


_withdrawals = st.lists(st.tuples(st.integers(0, 50), st.none(), st.none(), envelopes), max_size=5)
_by_the_room = st.tuples(instants, st.integers(0, 9), of(ROOM, ROOM, ROOM, *SOURCES))
_since = st.one_of(instants, instants, st.just(END + HOUR))
"""Since when a source is disowned: all records of a steady sending come at the end, so most are reached by then."""
_withdrawals_and_disownings = st.lists(
    st.one_of(
        st.tuples(st.just(0), of(*SOURCES, ROOM), _since, _by_the_room),
        # The last place is that of another withdrawal or a disowning.
        st.tuples(of(-1, -1, -2, *range(0, 30, 2)), st.none(), st.none(), st.one_of(envelopes, _by_the_room)),
    ),
    min_size=3,
    max_size=8,
)


@st.composite
def mixes(draw: Draw) -> tuple[Record, ...]:
    """Records over a small world, some of them withdrawn, some of the withdrawals too; and of sources disowned."""
    detections, bodies = draw(st.sampled_from(_KINDS))
    # Lists are drawn near their least length, which is drawn as well so that a failing case can still shrink to one.
    least = draw(of(0, 3, 8, 14, 14, 20))
    said = draw(st.lists(st.tuples(detections, envelopes), min_size=min(least, 4), max_size=6))
    said += draw(st.lists(st.tuples(bodies, envelopes), min_size=least, max_size=30))
    events = [_event(place, body, envelope) for place, (body, envelope) in enumerate(said)]
    spoilers = draw(of(_withdrawals, _withdrawals_and_disownings))
    for target, source, since, envelope in draw(spoilers):
        if source is not None:
            body = (RecordType.DETECTOR_DISOWNED, None, {"source": source, "since": isoformat(since), "by": "lead"})
            events.append(_event(len(events), body, envelope))
        elif events:
            events.append(_withdrawal(events[target % len(events)], len(events), envelope))
    return tuple(PARSER.parse_event(each) for each in events)


def _event(place: int, body: tuple[RecordType, str | None, dict[str, Any]], envelope: Envelope) -> Event:
    type, subject, data = body
    at, digit, source = envelope
    if type is RecordType.ATTRIBUTION_ASSESSED and digit % 2:
        # Where an actor is named, the desk alone approves.
        source = DESK_SOURCE
    # Ids sort otherwise than records are made, so that ties are not settled by order of arrival.
    return event(type, subject, data, at=at, id=f"{digit}-{place}", source=source)


def _withdrawal(target: Event, place: int, envelope: Envelope) -> Event:
    """The withdrawal of an event by anybody."""
    data = {"source": target["source"], "id": target["id"]}
    return _event(place, (RecordType.RECORD_WITHDRAWN, None, data), envelope)


@st.composite
def sendings(draw: Draw) -> tuple[Sending, Sending, bool]:
    """The same records twice: in order, and late, repeated and in other batches.

    The last is whether both give the same figures. They do where all arrive at one instant; otherwise what is late in
    one of them is clamped to another window than in the other.
    """
    records = draw(mixes())
    anybody = draw(st.booleans())
    # What a disowning reaches hangs on when things came as well.
    disowns = any(record.type is RecordType.DETECTOR_DISOWNED for record in records)
    steady = draw(of(True, False, False) if disowns else of(True, True, False))
    again = draw(st.lists(st.sampled_from(records), max_size=4)) if records else []
    shuffled = draw(st.permutations([*records, *again]))
    return _sending(draw, records, anybody, steady), _sending(draw, shuffled, anybody, steady), steady


def _sending(draw: Draw, records: Sequence[Record], anybody: bool, steady: bool) -> Sending:
    sizes = draw(st.lists(of(1, 3, 8, 50), min_size=1, max_size=4))
    batches, start = [], 0
    while start < len(records):
        size = sizes[len(batches) % len(sizes)]
        batches.append(tuple(records[start : start + size]))
        start += size
    hours = [0] if steady else sorted(draw(st.lists(st.integers(-9 * 24, 6 * 24), min_size=1, max_size=4)))
    return Sending(
        tuple((END + hours[min(place, len(hours) - 1)] * HOUR, batch) for place, batch in enumerate(batches)), anybody
    )


def _tuples(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(st.just(()), of(*((value,) for value in values)))


_scopes = st.builds(
    Scope,
    network=st.lists(any_network, max_size=2, unique=True).map(tuple),
    election=_tuples(*ELECTIONS),
    origin=_tuples("IR", "US"),
    target=_tuples("US", "GB"),
    topic=_tuples("race"),
    platform=_tuples("facebook", "instagram"),
    stage=_tuples(Stage.REMOVED, Stage.DETECTED),
    detector=_tuples(*SOURCES),
    rung=_tuples("none", "originated_in", "attributed_to"),
    attributed=_tuples("IR", "undetermined"),
    open_only=st.booleans(),
    since=st.one_of(st.none(), instants),
)
any_scope = st.one_of(
    any_network.map(lambda each: Scope(network=(each,))),
    st.lists(any_network, min_size=2, max_size=2).map(lambda ids: Scope(network=tuple(ids))),
    of("facebook", "instagram", "x").map(lambda each: Scope(platform=(each,))),
    st.just(Scope(open_only=True)),
    instants.map(lambda at: Scope(since=at)),
    of(*SOURCES).map(lambda each: Scope(detector=(each,))),
    of(*ELECTIONS).map(lambda each: Scope(election=(each,))),
    of("US", "IR").map(lambda each: Scope(origin=(each,))),
    of("US", "GB").map(lambda each: Scope(target=(each, "BR"))),
    st.just(Scope(topic=("race",))),
    of(*Stage).map(lambda each: Scope(stage=(each,))),
    of(*Rung, "none").map(lambda each: Scope(rung=(each,))),
    of("US", "IR", "undetermined").map(lambda each: Scope(attributed=(each,))),
    _scopes,
)
"""Mostly one restriction, since three of them leave nothing of a small world."""

watches = st.builds(
    Watch,
    first_day=of(START, START + 3 * DAY),
    zone=of("UTC", "America/Los_Angeles", "Asia/Kathmandu"),
    limits_h=st.just({Stage.DETECTED: 24, Stage.UNDER_REVIEW: 72, Stage.CONFIRMED: 48, Stage.REMOVAL_ORDERED: 12}),
)
