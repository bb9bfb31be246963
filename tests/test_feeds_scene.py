"""Feed health: what came when and how late, what is normal then, what was refused, and the rows that say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.access import Role
from app.arrivals import DAYS, IN_A_DAY, IN_AN_HOUR, LAGS, LEAST_DAYS, SLOT, Arrivals, Slot, counted, slot_of
from app.clock import FixedClock
from app.rebuild import rebuild
from app.refusals import STEP
from app.vocabulary import DAY, HOUR, MINUTE, SECOND, isoformat
from dashboards.scenes import Sight, feeds
from tests import makers
from tests.house import House, house
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")
DETECTOR = "//detectors.example/page-finder"


def steady(per_slot: int, days: int, now: int = NOW) -> Arrivals:
    end = slot_of(now)
    return Arrivals({number: Slot(per_slot) for number in range(end - days * IN_A_DAY, end)})


# --- arithmetic -------------------------------------------------------------------------------------------------------


def test_records_are_counted_by_the_quarter_in_which_they_came_and_by_how_late_they_were() -> None:
    came = [(NOW, NOW), (NOW + SLOT - 1, NOW - HOUR), (NOW + SLOT, NOW + SLOT + DAY), (NOW, NOW - SECOND)]
    found = counted(came)
    assert found == {
        slot_of(NOW): Slot(3, (1, 1, 0, 0, 0, 1)),
        slot_of(NOW) + 1: Slot(1, (1, 0, 0, 0, 0, 0)),
    }
    assert Slot.parse(3, found[slot_of(NOW)].text) == found[slot_of(NOW)]


@pytest.mark.parametrize(("lag", "place"), [(-DAY, 0), (0, 0), (SECOND - 1, 0), (SECOND, 1), (MINUTE, 3), (HOUR, 5)])
def test_a_lag_falls_into_one_class(lag: int, place: int) -> None:
    assert Slot.of(lag).lags.index(1) == place


def test_normal_is_what_came_at_this_time_on_the_days_before() -> None:
    arrivals = steady(2, 5)
    end = slot_of(NOW)
    arrivals = arrivals.with_slots({end - 2 * IN_A_DAY - 1: Slot(9), end - 1: Slot(30), end: Slot(1_000)})
    rate = arrivals.rate(NOW)
    assert (rate.records, rate.low, rate.high, rate.days) == (36, 8, 15, 4)
    assert (rate.is_high, rate.is_low) == (True, False)


def test_nobody_can_say_what_is_normal_after_too_few_days() -> None:
    for days, is_known in ((LEAST_DAYS, False), (LEAST_DAYS + 1, True)):
        rate = steady(1, days).rate(NOW)
        assert (rate.low is not None, rate.is_low, rate.is_high) == (is_known, False, False)
    assert Arrivals().rate(NOW).records == 0


def test_an_hour_in_which_nothing_came_is_low_where_something_always_did() -> None:
    assert steady(1, 6).rate(NOW + HOUR).is_low
    assert not Arrivals({slot_of(NOW) - 90 * IN_AN_HOUR: Slot(1)}).rate(NOW).is_low


def test_hours_end_with_the_quarter_that_runs() -> None:
    end = slot_of(NOW)
    arrivals = Arrivals({end: Slot(1), end - 1: Slot(2), end - 4: Slot(4), end - 95: Slot(8), end - 96: Slot(16)})
    assert arrivals.hours(NOW) == [8, *[0] * 21, 4, 3]


def test_what_is_too_old_to_matter_goes() -> None:
    kept = steady(1, 3 * DAYS).with_slots({slot_of(NOW): Slot(1)})
    assert len(kept.slots) == (DAYS + 1) * IN_A_DAY


def test_half_of_the_records_came_within_a_lag() -> None:
    end = slot_of(NOW)
    assert Arrivals().lag(NOW) is None
    assert Arrivals({end: Slot(3, (1, 0, 2, 0, 0, 0))}).lag(NOW) == 2
    assert Arrivals({end: Slot(4, (2, 0, 0, 0, 0, 2))}).lag(NOW) == 0
    assert Arrivals({end: Slot(1, (0, 0, 0, 0, 0, 1))}).lag(NOW) == len(LAGS)
    assert Arrivals({end - IN_A_DAY: Slot(1, (1, 0, 0, 0, 0, 0))}).lag(NOW) is None


# --- from the log -----------------------------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=NOW)
    yield room
    room.close()


def view(room: Room, refused: dict[str, int] | None = None, limits: dict[str, int] | None = None) -> dict[str, Any]:
    sight = Sight(room.board, room.clock.now(), room.watch, limits or {}, refused=refused or {})
    return {name: draw(sight) for name, draw in feeds.SCENE.panels.items()}


def test_arrivals_are_the_same_however_records_were_batched(room: Room) -> None:
    events = [makers.asset_detected(f"a{n}", source=DETECTOR, at=isoformat(NOW - n * MINUTE)) for n in range(40)]
    room.send(events[:7])
    room.clock.at += 20 * MINUTE
    for event in events[7:]:
        room.send([event])
    room.send(events)
    first, last = slot_of(NOW), slot_of(NOW + 20 * MINUTE)
    arrivals = room.board.arrivals[DETECTOR]
    assert {number: slot.records for number, slot in arrivals.slots.items()} == {first: 7, last: 33}
    with room.database.write() as connection:
        assert rebuild(connection).differences == []


def test_a_row_says_when_a_feed_was_heard_and_what_is_normal(room: Room) -> None:
    for day in range(6, 0, -1):
        room.clock.at = NOW - day * DAY - 10 * MINUTE
        room.send([makers.asset_detected(f"d{day}-{n}", source=DETECTOR) for n in range(day)])
    room.clock.at = NOW - 2 * MINUTE
    room.send([makers.asset_detected("late", source=DETECTOR, at=isoformat(NOW - 90 * MINUTE))])
    room.clock.at = NOW + 14 * MINUTE
    found = view(room, limits={DETECTOR: 600})
    (row,) = found["sources"]["rows"]
    assert (row["name"], row["last"], row["limit"], row["held"]) == ("Page finder", "14:28", "limit 10\u202fmin", True)
    assert (row["rate"], row["odd"], row["normal"]) == ("1", "", "normally 1 to 5")
    assert row["lag"] == {"n": ">1 h", "sub": "half took longer"}
    assert found["headline"]["live"] == {"n": "0", "label": "feeds live", "sub": "1 past its limit", "is_held": True}


def test_feeds_that_need_somebody_come_first_and_the_others_are_counted(room: Room) -> None:
    room.send([makers.asset_detected(f"a{n}", source=f"//detectors.example/feed-{n:02}") for n in range(12)])
    never = "//detectors.example/never"
    found = view(room, {"//detectors.example/feed-07": 3}, {never: 60})
    names = [row["name"] for row in found["sources"]["rows"]]
    assert names == ["Never", "Feed 07", "Feed 00", "Feed 01", "Feed 02", "Feed 03"]
    assert found["sources"]["more"] == "and 7 more, all within their limits"
    assert found["sources"]["rows"][0]["last"] == "never"
    assert found["headline"]["refused"] == {"n": "3", "label": "refused in 24 h", "sub": "from 1 source"}


def test_an_empty_room_says_what_will_come(room: Room) -> None:
    found = view(room)
    assert found["sources"] == {"rows": [], "more": "", "empty": True}
    assert found["headline"]["live"]["sub"] == "none is known yet"


def test_what_the_door_refuses_is_on_the_wall_and_stays_where_it_was_in_the_past(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with house(tmp_path, clock=clock) as served:
        refuse(served, 3)
        clock.at += STEP
        assert served.room.refusals.before(clock.at) == {makers.SOURCE: 3}
        page = served.ask("/wall/feeds").text
        assert '<div class="n">3</div><div class="t"><b data-fit="line">refused in 24 h</b>' in page
        clock.at += HOUR
        refuse(served, 2)
        clock.at += STEP
        assert served.room.refusals.before(clock.at) == {makers.SOURCE: 5}
        assert served.room.refusals.before(NOW + STEP) == {makers.SOURCE: 3}
        assert served.room.refusals.before(NOW + DAY + MINUTE) == {makers.SOURCE: 2}


def refuse(served: House, times: int) -> None:
    bad = makers.asset_detected("a1", platform="", id=f"bad-{times}")
    for _ in range(times):
        answer = served.client.post(
            "/api/v1/records",
            json=bad,
            headers={"content-type": "application/cloudevents+json", **served.bearer(Role.DETECTOR)},
        )
        assert answer.status_code == 422, answer.text
