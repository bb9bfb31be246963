"""What a network shares with others, and when it did what: as surely as the records say it, and no surer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.drilldown import Sort
from app.drilldown.listings import Narrowed, all_listings, page_of
from app.drilldown.overlaps import Shared, overlaps_of
from app.drilldown.timeline import date_of, timeline
from app.networks import Network
from app.vocabulary import PAGES
from tests import makers as m
from tests.room import Room, at

NOW = at("2018-10-26T14:00:00Z")


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    made = Room(engine_url, now=NOW)
    made.send(
        [m.network_reported("n1"), m.network_reported("n2"), m.asset_detected("a1"), m.asset_detected("b1", "n2")]
    )
    yield made
    made.close()


def network_of(room: Room, id: str = "n1") -> Network:
    network = room.board.find(id)
    assert network is not None
    return network


def shared(room: Room) -> list[Shared]:
    with room.database.read() as connection:
        return overlaps_of(connection, room.board, network_of(room))[0]


def test_networks_that_share_nothing_are_not_named(room: Room) -> None:
    assert shared(room) == []


def test_accounts_in_both_are_counted_exactly_where_every_one_is_known(room: Room) -> None:
    room.send([m.accounts_observed("a1", ["x1", "x2", "x3"]), m.accounts_observed("b1", ["x2", "x3", "x4"])])
    (found,) = shared(room)
    (audience,) = found.audiences
    assert (found.other, audience.surface, audience.estimate, audience.error) == ("n2", PAGES, 2, 0)
    assert not audience.is_noise


def test_an_estimate_within_its_error_cannot_be_told_from_none(room: Room) -> None:
    ones, others = ([f"{side}{n}" for n in range(50_000)] for side in "xy")
    room.send([m.sketch_observed("a1", ones), m.sketch_observed("b1", others)])
    (found,) = shared(room)
    assert found.audiences[0].is_noise
    assert found.audiences[0].figure.least == 0
    assert found.is_empty


def test_an_estimate_clear_of_its_error_is_given_with_it(room: Room) -> None:
    ones, others = ([f"x{n}" for n in range(first, first + 50_000)] for first in (0, 10_000))
    room.send([m.sketch_observed("a1", ones), m.sketch_observed("b1", others)])
    (audience,) = shared(room)[0].audiences
    assert audience.error > 0
    assert abs(audience.estimate - 40_000) < 4 * audience.error
    assert audience.figure.least > 0


def test_indicator_seen_in_both_is_shared_and_one_that_everybody_has_is_not(room: Room) -> None:
    room.send([m.post_observed("p1", "a1", text="see https://wake-up.example/x"), m.indicator_observed(network="n2")])
    (found,) = shared(room)
    assert found.indicators == [("domain-name", "wake-up.example")]
    room.send(m.indicator_observed(f"i{n}", network=f"m{n}") for n in range(30))
    room.send(m.network_reported(f"m{n}") for n in range(30))
    assert shared(room) == []


def test_events_links_and_reports_tie_two_networks_from_whichever_side(room: Room) -> None:
    room.send([m.event_hosted("e1", ["a1", "b1"]), m.link_observed("b1", "a1")])
    room.send([m.network_overlapped("n2", "n1", shared=["s1", "s2"])])
    (found,) = shared(room)
    assert (found.events, found.links, found.assets, len(found.reported)) == (1, 1, {"s1", "s2"}, 1)


def test_merged_networks_share_nothing_with_each_other(room: Room) -> None:
    room.send([m.link_observed("a1", "b1"), m.network_overlapped("n1", "n2"), m.networks_merged("n1", ["n2"])])
    assert shared(room) == []


def test_timeline_has_everything_on_its_day_and_counts_what_has_none(room: Room) -> None:
    room.send([m.asset_detected("a2", created_on="2016-03-02"), m.post_observed(posted_at="2018-05-06T23:59:59Z")])
    room.send([m.ad_observed(last_day="2018-01-14")])
    room.send([m.event_hosted("e1", ["a1"], starts_at="2017-05-06T01:00:00+02:00"), m.event_hosted("e2", ["a1"])])
    with room.database.read() as connection:
        found = timeline(connection, ["n1"])
    assert {date_of(day).isoformat(): n for day, n in found.created.items()} == {"2016-03-02": 1}
    assert {date_of(day).isoformat(): n for day, n in found.posts.items()} == {"2018-05-06": 1}
    assert {date_of(day).isoformat(): n for day, n in found.events.items()} == {"2017-05-05": 1}
    assert [tuple(date_of(day).isoformat() for day in ad) for ad in found.ads] == [("2018-01-12", "2018-01-14")]
    assert found.undated == {"assets": 1, "events": 1}


def test_order_by_followers_follows_what_is_said_later_and_what_is_taken_back(room: Room) -> None:
    def order() -> list[str]:
        with room.database.read() as connection:
            page = page_of(connection, all_listings()["assets"], ["n1"], Narrowed(), Sort(), 9)
        return [item["id"] for item in page.items]

    more = m.count_observed("a1", 900)
    room.send(
        [m.asset_detected("a2"), m.count_observed("a2", 70), m.count_observed("a1", 5, at="2018-10-19T10:00:00Z")]
    )
    assert order() == ["a2", "a1"]
    room.send([more])
    assert order() == ["a1", "a2"]
    room.send([m.record_withdrawn(more)])
    assert order() == ["a2", "a1"]
    room.send([m.asset_detected("a2", kind="group", at="2018-10-25T10:00:00Z")])
    assert order() == ["a1", "a2"]
