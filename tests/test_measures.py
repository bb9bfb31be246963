"""What a scope adds up to: every measure of DOMAIN section 7, through the real writer, projection and board."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from app.measures import all_measures
from app.vocabulary import HEADLINE_SURFACES, INSTAGRAM, PAGES, Rung, Scope, Stage
from tests import makers as m
from tests.room import Room, at

NOW = at("2018-10-26T14:00:00Z")
Json = dict[str, Any]


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    made = Room(engine_url, now=NOW)
    yield made
    made.close()


def told(room: Room, *events: m.Event, **scope: Any) -> Json:
    """Send events and measure a scope."""
    assert {answer.status for answer in room.send(events)} <= {"accepted", "duplicate"}
    return room.measures(**scope)


def surface(measured: Json, name: str = "facebook:page") -> Json:
    """One surface of the reach."""
    return next(each for each in measured["reach"]["surfaces"] if each["surface"] == name)


def about(n: int) -> Json:
    return {"qualifier": "about", "value": n}


def dollars(minor: int, qualifier: str = "exactly", currency: str = "USD") -> Json:
    return {"currency": currency, "qualifier": qualifier, "minor": minor}


def crowd(start: int, n: int) -> list[str]:
    return [f"x{start + i}" for i in range(n)]


# ------------------------------------------------------------------------------------------------------ the contract


@pytest.mark.parametrize("name", all_measures())
def test_every_measure_keeps_the_contract_of_its_family(room: Room, name: str) -> None:
    """A new file in ``app/measures`` is tried here without being named."""
    module = all_measures()[name]
    assert name == module.NAME
    assert module.__doc__
    empty = room.measures()[name]
    full = told(
        room,
        *(event for event in m.one_of_each() if "withdrawn" not in event["type"]),
        m.statement_made("n2", reach={"facebook:page": about(1_020_000)}, spend=dollars(10_000, "less than"), events=7),
        m.stage_changed("n2", Stage.REMOVED),
    )[name]
    narrow = room.measures(platform=("tiktok",), origin=("IR",), stage=(Stage.DISMISSED,), since=NOW)[name]
    for measured in (empty, full, narrow):
        assert json.loads(json.dumps(measured)) == measured
        assert_said(measured)
    assert {*empty} == {*full} == {*narrow}
    assert any("definition" in each for each in objects(full)), "no definition travels with it"


def objects(value: Any) -> Iterator[Json]:
    """Every object in an answer."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(each)


def assert_said(measured: Json) -> None:
    for each in objects(measured):
        if "qualifier" in each:
            assert all(
                isinstance(each[word], str) and each[word] for word in ("qualifier", "text", "short", "prose")
            ), each
        if "definition" in each:
            assert each["definition"]
            assert isinstance(each["do_not_write"], list)
        for value in each.values():
            assert not isinstance(value, float) or math.isfinite(value)


def test_same_scope_gives_the_same_figure_wherever_it_is_asked(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.accounts_observed("a1", crowd(0, 5)), m.asset_detected("a2", "n2"))
    board = room.board
    scope = Scope(network=("n1",))
    assert board.measure("reach", scope, now=NOW, watch=room.watch) == room.measures(network=("n1",))["reach"]
    of_ids = board.reach_of(["n1"], PAGES)
    assert of_ids == board.reach(scope)[PAGES]


# ------------------------------------------------------------------------------------------------------------- reach


def test_reach_of_listed_accounts_is_exact_and_a_union(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2"))
    measured = told(room, m.accounts_observed("a1", crowd(0, 10)), m.accounts_observed("a2", crowd(5, 10)))
    pages = surface(measured)
    assert (pages["mode"], pages["figure"]["text"], pages["basis"]) == ("exact", "15", "counted")
    assert (pages["assets"], pages["observed"], pages["standard_error"]) == (2, 2, None)
    assert pages["verb"] == "follow"
    assert "2 Pages" in pages["definition"]


def test_reach_with_a_sketch_is_estimated_and_says_its_error(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2"))
    measured = told(room, m.accounts_observed("a1", crowd(0, 10)), m.sketch_observed("a2", crowd(0, 50_000)))
    pages = surface(measured)
    assert (pages["mode"], pages["figure"]["qualifier"]) == ("estimated", "about")
    assert pages["standard_error"] == pytest.approx(1.04 / 2**7, abs=1e-4)
    assert abs(pages["figure"]["value"] - 50_000) < 50_000 * 4 * pages["standard_error"]


def test_reach_with_a_bare_count_is_bounded_by_the_largest_and_the_sum(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2"), m.asset_detected("a3"))
    measured = told(
        room,
        m.accounts_observed("a1", crowd(0, 10)),
        m.count_observed("a2", 25),
        m.count_observed("a3", {"qualifier": "at least", "value": 30}, at="2018-10-21T10:00:00Z"),
    )
    assert (surface(measured)["mode"], surface(measured)["figure"]["text"]) == ("bounded", "at least 30")
    measured = told(room, m.count_observed("a3", 30, at="2018-10-22T10:00:00Z"))
    figure = surface(measured)["figure"]
    assert (figure["qualifier"], figure["low"], figure["high"]) == ("between", 30, 65)


def test_reach_of_assets_whose_audience_is_not_known_is_at_least(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2"))
    pages = surface(told(room, m.accounts_observed("a1", crowd(0, 10))))
    assert pages["figure"]["text"] == "at least 10"
    assert (pages["assets"], pages["observed"]) == (2, 1)


def test_reach_is_never_united_across_surfaces_nor_platforms(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2", platform="instagram", kind="account"))
    measured = told(room, m.accounts_observed("a1", crowd(0, 10)), m.accounts_observed("a2", crowd(0, 10)))
    assert surface(measured)["figure"]["text"] == "10"
    assert surface(measured, str(INSTAGRAM))["figure"]["text"] == "10"
    assert {"figure", "surface"} <= {*surface(measured)}
    assert "figure" not in measured["reach"], "a reach over all surfaces would be a sum"


def test_surfaces_are_listed_in_their_fixed_order(room: Room) -> None:
    kinds = [("x", "account"), ("instagram", "account"), ("facebook", "group"), ("facebook", "page")]
    for place, (platform, kind) in enumerate(kinds):
        told(room, m.asset_detected(f"a{place}", platform=platform, kind=kind), m.count_observed(f"a{place}", 5))
    found = [each["surface"] for each in room.measures()["reach"]["surfaces"]]
    assert found == [*(str(each) for each in HEADLINE_SURFACES if str(each) in found), "x:account"]


def test_reach_is_as_if_the_moved_asset_had_never_been_there(room: Room) -> None:
    before = told(room, m.asset_detected("a1"), m.sketch_observed("a1", crowd(0, 3_000)), network=("n1",))["reach"]
    told(room, m.asset_detected("a2"), m.sketch_observed("a2", crowd(2_000, 3_000)))
    assert room.measures(network=("n1",))["reach"] != before
    assert told(room, m.asset_detected("a2", "n2", at="2018-10-21T10:00:00Z"), network=("n1",))["reach"] == before


def test_later_audience_replaces_the_earlier_and_parts_add_to_it(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.accounts_observed("a1", crowd(0, 10)))
    told(room, m.accounts_observed("a1", crowd(10, 5), part=True, at="2018-10-21T10:00:00Z"))
    assert surface(room.measures())["figure"]["text"] == "15"
    told(room, m.accounts_observed("a1", crowd(0, 4), at="2018-10-22T10:00:00Z"))
    assert surface(room.measures())["figure"]["text"] == "4"
    told(room, m.accounts_observed("a1", crowd(50, 5), part=True, at="2018-10-21T12:00:00Z"))
    assert surface(room.measures())["figure"]["text"] == "4", "a part that is older than the list was counted"


def test_stated_reach_stands_until_the_counted_one_surely_exceeds_it(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.accounts_observed("a1", crowd(0, 10)))
    pages = surface(told(room, m.statement_made(reach={"facebook:page": about(30)})))
    assert (pages["figure"]["text"], pages["basis"], pages["conflict"]) == ("about 30", "stated", False)
    assert (pages["counted"]["text"], pages["stated"]["text"]) == ("10", "about 30")
    pages = surface(told(room, m.accounts_observed("a1", crowd(0, 100), at="2018-10-21T10:00:00Z")))
    assert (pages["figure"]["text"], pages["basis"], pages["conflict"]) == ("100", "counted", True)


def test_stated_reach_of_several_networks_is_bounded_and_never_a_sum(room: Room) -> None:
    told(room, m.statement_made("n1", reach={"facebook:page": about(1_020_000)}))
    measured = told(room, m.statement_made("n2", reach={"facebook:page": about(30_000)}))
    pages = surface(measured)
    assert (pages["mode"], pages["figure"]["qualifier"], pages["networks"]) == ("bounded", "between", 2)
    assert pages["figure"]["low"] <= 1_020_000
    assert pages["figure"]["high"] >= 1_050_000


def test_a_ceiling_above_sets_that_are_not_all_there_is_reaches_up_to_the_ceiling(room: Room) -> None:
    below_100 = {"value": 100, "qualifier": "less than"}
    told(room, m.asset_detected("a1"), m.accounts_observed("a1", crowd(0, 5)))
    told(room, m.asset_detected("b1", "n2"), m.accounts_observed("b1", crowd(5, 5)))
    assert surface(room.measures())["figure"]["text"] == "10"
    pages = surface(told(room, m.statement_made("n1", reach={"facebook:page": below_100})))
    assert (pages["figure"]["text"], pages["mode"]) == ("between 10 and 105", "bounded"), "n1 may have other assets"
    both = {"assets": {"facebook:page": 2}, "reach": {"facebook:page": below_100}}
    assert surface(told(room, m.statement_made("n1", **both)))["figure"]["text"] == "between 10 and 105"
    whole = {"assets": {"facebook:page": 1}, "reach": {"facebook:page": below_100}}
    pages = surface(told(room, m.statement_made("n1", **whole)))
    assert (pages["figure"]["text"], pages["mode"]) == ("10", "exact"), "its one Page is known to the account"
    told(room, m.asset_detected("a2"))
    assert surface(room.measures())["figure"]["high"] == 105, "what is not observed may be anybody again"


# ------------------------------------------------------------------------------------------------------------- spend


def test_spend_keeps_bounds_and_never_adds_currencies(room: Room) -> None:
    told(room, m.asset_detected("a1"))
    measured = told(
        room,
        m.ad_observed("ad1", spend=dollars(10_000, "less than")),
        m.ad_observed("ad2", spend=dollars(600_000, "more than")),
        m.ad_observed("ad3", spend=dollars(1_000, currency="CAD")),
    )["spend"]
    lines = {line["currency"]: line["figure"]["text"] for line in measured["currencies"]}
    assert lines == {"USD": "more than 6000.00 USD", "CAD": "10.00 CAD"}
    assert measured["ads"]["value"] == 3


def test_currencies_are_ordered_by_most_ads_then_by_code(room: Room) -> None:
    told(room, m.asset_detected("a1"))
    for n, currency in enumerate(("USD", "CAD", "BRL", "USD", "EUR")):
        told(room, m.ad_observed(f"ad{n}", spend=dollars(100 + n, currency=currency)))
    assert [line["currency"] for line in room.measures()["spend"]["currencies"]] == ["USD", "BRL", "CAD", "EUR"]


def test_first_and_last_day_are_those_of_the_ads(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.ad_observed("ad1", first_day="2016-06-02", last_day="2016-06-30"))
    measured = told(room, m.ad_observed("ad2", first_day="2018-01-12"))["spend"]
    assert (measured["first_day"], measured["last_day"]) == ("2016-06-02", "2018-01-12")


def test_stated_spend_covers_the_ads_in_its_currencies_and_is_not_split(room: Room) -> None:
    told(room, m.asset_detected("a1"))
    stated = dollars(10_000, "less than") | {"paid_in": ["USD", "CAD"]}
    told(room, m.statement_made(spend=stated, ads=2))
    measured = told(room, m.ad_observed("ad1", spend=dollars(500, currency="CAD")))["spend"]
    (line,) = measured["currencies"]
    assert (line["figure"]["text"], line["paid_in"], line["mostly"]) == ("less than 100.00 USD", ["USD", "CAD"], False)
    assert (measured["ads"]["value"], measured["stated"], measured["conflicts"]) == (2, ["n1"], [])


def test_ads_in_other_currencies_are_added_beside_a_stated_spend(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.statement_made(spend=dollars(10_000, "less than"), ads=3))
    measured = told(room, m.ad_observed("ad1", spend=dollars(500, currency="CAD")))["spend"]
    assert {line["currency"]: line["ads"]["value"] for line in measured["currencies"]} == {"USD": 2, "CAD": 1}


def test_spend_paid_mostly_in_a_currency_covers_all_listed_ads(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.statement_made(spend=dollars(10_000, "about") | {"mostly": True}, ads=3))
    (line,) = told(room, m.ad_observed("ad1", spend=dollars(500, currency="CAD")))["spend"]["currencies"]
    assert (line["currency"], line["mostly"], line["ads"]["value"]) == ("USD", True, 3)


def test_listed_ads_that_surely_exceed_the_stated_spend_stand_and_are_a_conflict(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.statement_made(spend=dollars(10_000, "less than"), ads=2))
    measured = told(room, m.ad_observed("ad1", spend=dollars(10_000)))["spend"]
    assert measured["currencies"][0]["figure"]["text"] == "100.00 USD"
    assert (measured["stated"], measured["conflicts"]) == ([], ["n1"])


def test_none_found_stands_only_while_no_ads_are_listed(room: Room) -> None:
    measured = told(room, m.asset_detected("a1"), m.statement_made(spend={"qualifier": "none found"}))["spend"]
    assert (measured["currencies"], measured["none_found"], measured["no_figure"]) == ([], 1, 0)
    measured = told(room, m.ad_observed("ad1", spend=dollars(700)))["spend"]
    assert (measured["currencies"][0]["figure"]["text"], measured["none_found"]) == ("7.00 USD", 0)
    assert measured["conflicts"] == ["n1"]


def test_networks_that_gave_no_figure_are_counted_and_said(room: Room) -> None:
    measured = told(room, m.network_reported("n1"), m.network_reported("n2"), m.statement_made("n3", spend=dollars(5)))
    assert (measured["spend"]["networks"], measured["spend"]["no_figure"]) == (3, 2)


def test_ad_without_an_amount_is_counted_as_one_whose_amount_is_absent(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.ad_observed("ad1", spend=dollars(500)))
    measured = told(room, m.ad_observed("ad2", spend={"currency": "USD"}))["spend"]
    (line,) = measured["currencies"]
    assert line["figure"]["sum"] == {"terms": 2, "absent": 1}
    assert line["ads"]["value"] == 2


def test_restatement_replaces_and_never_adds(room: Room) -> None:
    told(room, m.statement_made(spend=dollars(10_000), events=7, assets={"facebook:page": 30}))
    measured = told(room, m.statement_made(spend=dollars(2_000), at="2018-10-21T10:00:00Z"))
    assert measured["spend"]["currencies"][0]["figure"]["text"] == "20.00 USD"
    assert measured["events"]["figure"]["value"] == 0, "what the restatement left out still stands"
    assert room.board.networks["n1"].assets_figure == {}


def test_of_two_speakers_the_later_word_wins_field_by_field(room: Room) -> None:
    told(room, m.statement_made(by="platform", events=7, ads=2, at="2018-10-22T10:00:00Z"))
    measured = told(room, m.statement_made(by="press", events=9, interested=300, at="2018-10-21T10:00:00Z"))
    assert measured["events"]["figure"]["value"] == 7
    assert measured["events"]["interested"]["value"] == 300
    assert measured["spend"]["ads"]["value"] == 2


# ------------------------------------------------------------------------------------------------------------ events


def test_event_hosted_by_several_networks_counts_once(room: Room) -> None:
    told(room, m.asset_detected("a1", "n1"), m.asset_detected("a2", "n2"))
    measured = told(room, m.event_hosted("e1", ["a1", "a2"], interested=300, took_place="yes"), m.event_hosted("e2"))
    assert measured["events"]["figure"]["value"] == 2
    assert measured["events"]["interested"]["value"] == 300
    assert measured["events"]["took_place"] == {"yes": 1, "no": 0, "unknown": 1}
    for network in ("n1", "n2"):
        assert room.measures(network=(network,))["events"]["took_place"]["yes"] == 1


def test_event_on_two_platforms_of_one_network_counts_once_and_in_each_of_them(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2", platform="instagram", kind="account"))
    measured = told(room, m.event_hosted("e1", ["a1", "a2"]))
    assert measured["events"]["figure"]["value"] == 1
    for platform in ("facebook", "instagram"):
        assert room.measures(platform=(platform,))["events"]["figure"]["value"] == 1


def test_event_that_is_learnt_to_have_taken_place_changes_sides(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.event_hosted("e1"))
    measured = told(room, m.event_hosted("e1", took_place="yes", at="2018-10-21T10:00:00Z"))
    assert measured["events"]["took_place"] == {"yes": 1, "no": 0, "unknown": 0}


def test_stated_events_stand_until_more_are_listed(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.statement_made(events=2))
    measured = told(room, m.event_hosted("e1", took_place="no"))["events"]
    assert (measured["figure"]["value"], measured["basis"], measured["took_place"]["unknown"]) == (2, "stated", 1)
    measured = told(room, m.event_hosted("e2"), m.event_hosted("e3"))["events"]
    assert (measured["figure"]["value"], measured["basis"], measured["conflicts"]) == (3, "counted", ["n1"])


# --------------------------------------------------------------------------------------------------------- takedowns


def removed(n: int, after_s: int, *, wave: str = "first", network: str = "n1", **said: Any) -> list[m.Event]:
    """An asset detected on the 26th at noon and removed so many seconds later."""
    start = at("2018-10-26T12:00:00Z")
    return [
        m.asset_detected(f"r{n}", network, at=start, **said),
        m.asset_removed(f"r{n}", wave=wave, at=start + after_s * 1_000_000),
    ]


def test_restored_asset_is_no_takedown_and_is_counted_as_restored(room: Room) -> None:
    told(room, *removed(1, 60), *removed(2, 60))
    measured = told(room, m.asset_restored("r1", at="2018-10-26T13:00:00Z"))["takedowns"]
    assert (measured["assets"]["value"], measured["restored"]) == (1, 1)
    assert measured["time_to_removal"]["n"] == 1
    measured = told(room, m.asset_removed("r1", at="2018-10-26T13:30:00Z"))["takedowns"]
    assert (measured["assets"]["value"], measured["restored"]) == (2, 0)


def test_median_and_p90_are_of_the_times_from_first_detection_to_removal(room: Room) -> None:
    events = [event for n in range(1, 11) for event in removed(n, n * 100)]
    took = told(room, *events)["takedowns"]["time_to_removal"]
    assert took == {"n": 10, "median_s": 500, "p90_s": 900, "min_s": 100, "max_s": 1_000}


def test_removal_that_seems_older_than_the_detection_took_no_time(room: Room) -> None:
    assert told(room, *removed(1, -500))["takedowns"]["time_to_removal"]["median_s"] == 0


def test_removals_are_counted_by_surface_and_by_wave(room: Room) -> None:
    events = [*removed(1, 60), *removed(2, 60, wave="second"), *removed(3, 60, wave="second", kind="group")]
    measured = told(room, *events)["takedowns"]
    assert [(each["surface"], each["figure"]["value"]) for each in measured["surfaces"]] == [
        ("facebook:page", 2),
        ("facebook:group", 1),
    ]
    assert measured["waves"] == [{"wave": "first", "assets": 1}, {"wave": "second", "assets": 2}]


def test_stated_assets_of_a_removed_network_are_takedowns_less_what_was_restored(room: Room) -> None:
    told(room, m.statement_made(assets={"facebook:page": 30, "facebook:group": 3}), *removed(1, 60), *removed(2, 60))
    assert room.measures()["takedowns"]["assets"]["value"] == 2, "stated assets of an open network are not removed"
    removal = m.stage_changed("n1", Stage.REMOVED, at="2018-10-26T13:00:00Z")
    measured = told(room, removal, m.asset_restored("r2", at="2018-10-26T13:10:00Z"))["takedowns"]
    assert (measured["assets"]["value"], measured["networks"], measured["restored"]) == (32, 1, 1)
    assert measured["today"]["value"] == 32


def test_listed_removals_above_the_stated_ones_stand(room: Room) -> None:
    events = [event for n in range(4) for event in removed(n, 60)]
    told(room, m.statement_made(assets={"facebook:page": 3}), m.stage_changed("n1", Stage.REMOVED))
    assert told(room, *events)["takedowns"]["assets"]["value"] == 4


def test_today_begins_at_midnight_of_the_rooms_zone() -> None:
    room = Room("sqlite://", now=NOW, zone="America/Los_Angeles")
    told(room, m.asset_detected("a1"), m.asset_detected("a2"))
    # 06:59 and 07:00 in UTC are either side of midnight in California that day.
    measured = told(
        room, m.asset_removed("a1", at="2018-10-26T06:59:59Z"), m.asset_removed("a2", at="2018-10-26T07:00:00Z")
    )["takedowns"]
    assert (measured["today"]["value"], measured["since_watch"]["value"]) == (1, 2)
    room.close()


def test_since_the_watch_leaves_out_what_was_removed_before_it(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2"))
    measured = told(
        room, m.asset_removed("a1", at="2018-09-30T23:59:59Z"), m.asset_removed("a2", at="2018-10-01T00:00:00Z")
    )["takedowns"]
    assert (measured["assets"]["value"], measured["since_watch"]["value"]) == (2, 1)


def test_bars_are_the_last_24_hours_oldest_first(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2"), m.asset_detected("a3"))
    measured = told(
        room,
        m.asset_removed("a1", at="2018-10-26T13:59:00Z"),
        m.asset_removed("a2", at="2018-10-25T14:20:00Z"),
        m.asset_removed("a3", at="2018-10-25T13:00:00Z"),
    )["takedowns"]
    assert len(measured["bars"]) == 24
    assert (measured["bars"][0], measured["bars"][-1], sum(measured["bars"])) == (1, 1, 2)


def test_removed_event_is_an_asset_too(room: Room) -> None:
    told(room, m.asset_detected("ev1", kind="event"), m.event_hosted("e1", ["ev1"]))
    measured = told(room, m.asset_removed("ev1"))
    assert (measured["takedowns"]["assets"]["value"], measured["events"]["figure"]["value"]) == (1, 1)


# ---------------------------------------------------------------------------------------------- detections and stages


def test_detections_are_counted_today_and_in_the_last_hour_each_asset_once(room: Room) -> None:
    measured = told(
        room,
        m.asset_detected("a1", at="2018-10-26T13:45:00Z"),
        m.asset_detected("a1", at="2018-10-26T13:50:00Z"),
        m.asset_detected("a2", at="2018-10-26T01:00:00Z"),
        m.asset_detected("a3", at="2018-10-25T23:00:00Z"),
    )["detections"]
    assert [measured[word]["value"] for word in ("assets", "today", "last_hour")] == [3, 2, 1]


def stage(measured: Json, name: Stage) -> Json:
    return next(each for each in measured["stages"]["stages"] if each["stage"] == name)


def test_stage_board_says_since_when_and_what_is_overdue(room: Room) -> None:
    told(room, m.network_reported("n1"), m.network_reported("n2"))
    told(room, m.stage_changed("n1", Stage.UNDER_REVIEW, at="2018-10-25T14:00:00Z"))
    measured = told(room, m.stage_changed("n1", Stage.UNDER_REVIEW, at="2018-10-26T10:00:00Z", why="still"))
    assert [each["stage"] for each in measured["stages"]["stages"]] == [str(each) for each in Stage]
    (review,) = stage(measured, Stage.UNDER_REVIEW)["networks"]
    assert (review["since"], review["held_s"]) == (at("2018-10-25T14:00:00Z"), 24 * 3_600)
    assert (review["limit_s"], review["overdue"]) == (72 * 3_600, False)
    (detected,) = stage(measured, Stage.DETECTED)["networks"]
    assert (detected["id"], detected["since"], detected["overdue"]) == ("n2", at(m.AT), True)


def test_nothing_is_overdue_once_it_is_removed_or_dismissed(room: Room) -> None:
    told(room, m.network_reported("n1"), m.network_reported("n2"))
    measured = told(room, m.stage_changed("n1", Stage.REMOVED), m.stage_changed("n2", Stage.DISMISSED))
    for name in (Stage.REMOVED, Stage.DISMISSED):
        (network,) = stage(measured, name)["networks"]
        assert (network["limit_s"], network["overdue"]) == (None, False)


def test_network_remembers_where_it_stood_at_any_time(room: Room) -> None:
    told(room, m.network_reported("n1", at="2018-10-20T10:00:00Z"))
    told(room, m.stage_changed("n1", Stage.CONFIRMED, at="2018-10-22T10:00:00Z"))
    told(room, m.stage_changed("n1", Stage.UNDER_REVIEW, at="2018-10-21T10:00:00Z"))
    network = room.board.networks["n1"]
    assert [step.stage for step in network.stages] == [Stage.DETECTED, Stage.UNDER_REVIEW, Stage.CONFIRMED]
    assert network.stage_at(at("2018-10-20T09:59:59Z")) is None
    assert network.stage_at(at("2018-10-21T12:00:00Z")) is Stage.UNDER_REVIEW
    assert network.stage_since == at("2018-10-22T10:00:00Z")


def test_actor_is_named_only_once_two_different_persons_have_approved_it(room: Room) -> None:
    actor = Rung.LIKELY_ON_BEHALF_OF
    told(room, m.attribution_assessed("n1", Rung.MANUAL_REVIEW_LINKED_TO, approved_by="lead"))
    assert room.board.networks["n1"].approved is Rung.MANUAL_REVIEW_LINKED_TO
    told(room, m.attribution_assessed("n1", actor, at="2018-10-21T10:00:00Z", approved_by=["lead", " Lead "]))
    assert room.board.networks["n1"].approved is Rung.MANUAL_REVIEW_LINKED_TO
    told(room, m.attribution_assessed("n1", actor, at="2018-10-22T10:00:00Z", approved_by=["lead", "chief"]))
    assert room.board.networks["n1"].approved is actor
    told(room, m.attribution_assessed("n1", Rung.CANNOT_SAY, at="2018-10-23T10:00:00Z", approved_by="lead"))
    assert room.board.networks["n1"].approved is Rung.CANNOT_SAY, "a claim may move down as well"
    assert len(room.board.networks["n1"].claims) == 4


def test_claim_that_nobody_approved_sets_no_ceiling(room: Room) -> None:
    told(room, m.attribution_assessed("n1", Rung.ORIGINATED_IN))
    assert room.board.networks["n1"].approved is None


# ------------------------------------------------------------------------------------------------------------ scopes


def test_scope_narrows_by_anything_that_a_network_is(room: Room) -> None:
    told(
        room,
        m.network_reported("n1", origins=["IR"], targets=["US", "GB"], topics=["race"], elections=["us-2018"]),
        m.network_reported("n2", origins=["RU"], targets=["BR"], source=m.OTHER_SOURCE),
        m.stage_changed("n2", Stage.REMOVED, at="2018-10-24T10:00:00Z"),
    )
    cases: list[tuple[Json, list[str]]] = [
        ({}, ["n1", "n2"]),
        ({"origin": ("IR", "FR")}, ["n1"]),
        ({"target": ("BR",)}, ["n2"]),
        ({"topic": ("race",)}, ["n1"]),
        ({"election": ("us-2018",)}, ["n1"]),
        ({"detector": (m.OTHER_SOURCE,)}, ["n2"]),
        ({"stage": (Stage.REMOVED,)}, ["n2"]),
        ({"open_only": True}, ["n1"]),
        ({"since": at("2018-10-23T10:00:00Z")}, ["n1", "n2"]),
        ({"since": at("2018-10-25T10:00:00Z")}, ["n1"]),
        ({"origin": ("IR",), "target": ("BR",)}, []),
    ]
    for said, found in cases:
        assert [network.id for network in room.board.select(Scope(**said))] == found, said


def test_platform_takes_its_own_surfaces_and_no_statement_that_cannot_be_split(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.asset_detected("a2", platform="instagram", kind="account"))
    told(room, m.ad_observed("ad1", "a1", spend=dollars(500)), m.statement_made(spend=dollars(2_000), ads=4))
    facebook = room.measures(platform=("facebook",))
    assert [each["surface"] for each in facebook["detections"]["surfaces"]] == ["facebook:page"]
    assert facebook["spend"]["currencies"][0]["figure"]["text"] == "5.00 USD"
    both = room.measures(platform=("facebook", "instagram"))
    assert both["spend"]["currencies"][0]["figure"]["text"] == "20.00 USD"
