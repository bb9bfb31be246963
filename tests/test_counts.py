"""Counts of audiences are kept as their sum and the largest: no figure differs from one where each is looked at."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audiences import Audience, Counts
from app.hedged import Hedged
from app.measures._fold import Member, Stated, SurfaceAudience
from app.measures.reach import reach_on
from app.vocabulary import PAGES
from tests import makers as m
from tests.counts_one_by_one import Part, reach_one_by_one
from tests.room import Room, at

numbers = st.one_of(st.integers(0, 40), st.sampled_from([1_000, 25_000, 1_020_000]))


@st.composite
def hedges(draw: st.DrawFn) -> Hedged:
    """Any figure that a source may give, few enough that equal ones come."""
    one, other = sorted((draw(numbers), draw(numbers)))
    said = draw(st.sampled_from([None, "some"]))
    return draw(
        st.sampled_from(
            [
                Hedged.exactly(one),
                Hedged.about(one, said),
                Hedged.more_than(one, said),
                Hedged.at_least(one),
                Hedged.less_than(other),
                Hedged.at_most(other, said),
                Hedged.between(one, other),
                Hedged.none_found(),
            ]
        )
    )


counts = st.lists(hedges(), max_size=12)


@st.composite
def sets(draw: st.DrawFn) -> Audience:
    """Nobody, some accounts, or a sketch of some."""
    accounts = [f"x{n}" for n in draw(st.lists(st.integers(0, 30), max_size=20, unique=True))]
    how = draw(st.sampled_from(["nobody", "accounts", "sketch"]))
    if how == "nobody":
        return Audience()
    made = (m.accounts_observed if how == "accounts" else m.sketch_observed)("a1", accounts)
    data = m.record(made).data
    if how == "sketch":
        return Audience(None, base64.b64decode(data["sketch"]["data"]))
    return Audience(base64.b64decode(data["accounts"]["hashes"]), base64.b64decode(data["accounts"]["sketch"]))


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """One network on one surface, of which something is known."""
    audience, found = draw(sets()), draw(counts)
    held = Audience(audience.hashes, audience.sketch, tuple(sorted(found, key=_stored)))
    stated = draw(st.one_of(st.none() if held.is_known else st.nothing(), hedges()))
    observed = draw(st.integers(0, 3))
    stated_assets = draw(st.one_of(st.none(), st.builds(Hedged.exactly, st.integers(0, 5))))
    return Part(held, observed + draw(st.integers(0, 2)), observed, stated, stated_assets)


def _stored(count: Hedged) -> tuple[str, int, int, str]:
    return str(count.qualifier), count.low or 0, count.high or 0, count.as_said or ""


def member_of(place: int, part: Part) -> Member:
    held = SurfaceAudience(part.audience.sets, part.assets, part.observed, Counts.of(part.audience.counts))
    reach = {} if part.stated is None else {PAGES: part.stated}
    assets = {} if part.stated_assets is None else {PAGES: part.stated_assets}
    return Member(f"n{place}", {}, {PAGES: held}, Stated(assets, reach))


@given(st.lists(parts(), min_size=1, max_size=5))
def test_reach_is_what_it_is_when_every_count_is_looked_at(given: list[Part]) -> None:
    found = reach_on(PAGES, [member_of(place, part) for place, part in enumerate(given)])
    wanted = reach_one_by_one(given)
    assert found is not None
    assert (found.figure, found.mode, found.standard_error, found.conflict, found.basis) == (
        wanted.figure,
        wanted.mode,
        wanted.standard_error,
        wanted.conflict,
        wanted.basis,
    )


@given(st.lists(counts, max_size=5), st.randoms())
def test_counts_are_the_same_in_whatever_parts_and_order_they_come(given: list[list[Hedged]], random: object) -> None:
    every = [count for some in given for count in some]
    random.shuffle(every)  # type: ignore[attr-defined]
    assert Counts.together(map(Counts.of, given)) == Counts.of(every)


@given(counts, counts)
def test_counts_that_were_taken_out_leave_the_others_as_if_they_had_never_been_there(
    stay: list[Hedged], go: list[Hedged]
) -> None:
    left = Counts.of([*stay, *go]).without(go)
    assert left in (None, Counts.of(stay))
    assert left is not None or Counts.of([*stay, *go]).largest in go


@given(counts)
def test_counts_come_back_from_their_row_as_they_were(given: list[Hedged]) -> None:
    written = Counts.of(given).as_json()
    assert Counts.parse(msgspec.json.decode(msgspec.json.encode(written))) == Counts.of(given)


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    made = Room(engine_url, now=at("2018-10-26T14:00:00Z"))
    yield made
    made.close()


def reach(room: Room) -> dict[str, object]:
    found: dict[str, object] = room.measures()["reach"]["surfaces"][0]["figure"]
    return {name: found[name] for name in ("low", "high") if name in found}


def test_network_forgets_its_largest_count_when_that_asset_is_counted_anew(room: Room) -> None:
    room.send([m.asset_detected(f"a{n}") for n in range(4)])
    room.send([m.count_observed(f"a{n}", 100 * (n + 1)) for n in range(4)])
    assert reach(room) == {"low": 400, "high": 1_000}
    room.send([m.count_observed("a3", 50, at="2018-10-21T10:00:00Z")])
    assert reach(room) == {"low": 300, "high": 650}


def test_count_moves_with_its_asset_and_leaves_the_others_where_they_are(room: Room) -> None:
    room.send([m.asset_detected(f"a{n}") for n in range(3)])
    room.send([m.count_observed(f"a{n}", 100 * (n + 1)) for n in range(3)])
    room.send([m.network_split("n1", "n3", ["a0"], at="2018-10-21T10:00:00Z")])
    figures = room.measures(network=("n1",))["reach"]["surfaces"][0]["figure"]
    assert (figures["low"], figures["high"]) == (300, 500)
    assert room.measures(network=("n3",))["reach"]["surfaces"][0]["figure"]["value"] == 100


def test_asset_that_is_no_longer_a_number_but_a_set_takes_its_number_along(room: Room) -> None:
    room.send([m.asset_detected(f"a{n}") for n in range(2)])
    room.send([m.count_observed(f"a{n}", 1_000) for n in range(2)])
    room.send([m.accounts_observed("a1", ["x1", "x2"], at="2018-10-21T10:00:00Z")])
    assert reach(room) == {"low": 1_000, "high": 1_002}
