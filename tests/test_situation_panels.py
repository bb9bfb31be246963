"""The strip, the last events, the pipeline and the map of the Situation scene."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.nouns import NARROW
from app.vocabulary import DAY, HOUR, Rung, Stage, isoformat
from tests.makers import (
    OTHER_SOURCE,
    Event,
    asset_detected,
    asset_removed,
    attribution_assessed,
    election_scheduled,
    network_reported,
    networks_merged,
    stage_changed,
    statement_made,
)
from tests.room import at
from tests.scenes import EARLIER, JUST_NOW, NOW, Look, column, lines, looking, network


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    with looking(tmp_path) as look:
        yield look


# --- the strip ------------------------------------------------------------------------------------------------------


def test_calm_room_names_the_next_limit(look: Look) -> None:
    view = look(
        *network("low-tide", stage=Stage.UNDER_REVIEW, since=isoformat(NOW - 27 * HOUR)),
        *network("quiet-orchard", stage=Stage.REMOVAL_ORDERED, since="2018-10-26T09:10:00Z"),
    )
    said = view["strip"]["exception"]
    assert (said["state"], said["head"]) == ("calm", "Nothing overdue")
    assert said["lead"] + said["name"] + said["rest"] == "next limit 21:10, Quiet Orchard"


def test_next_limit_on_another_day_names_the_day(look: Look) -> None:
    said = look(*network("n1", since="2018-10-26T13:00:00Z"))["strip"]["exception"]
    assert said["lead"] == "next limit 27 Oct 13:00, "


def test_several_overdue_are_counted_and_the_longest_is_named(look: Look) -> None:
    view = look(*(e for n in (3, 5, 4) for e in network(f"n{n}", since=isoformat(NOW - n * DAY))))
    said = view["strip"]["exception"]
    assert said["head"] == "3 overdue"
    assert said["name"] + said["rest"] == f"N5, 5{NARROW}d in Detected, and 2 more"


# --- the countdown ----------------------------------------------------------------------------------------------------

MIDTERMS = election_scheduled(
    "us", name="US midterms", polls_open="2018-11-06T10:00:00Z", polls_close="2018-11-07T06:00:00Z"
)


@pytest.mark.parametrize(
    ("now", "n", "label", "sub"),
    [
        ("2018-10-26T14:32:00Z", "11", "days to the US midterms", "Tue 6 Nov"),
        ("2018-11-04T09:59:00Z", "2", "days to the US midterms", "Tue 6 Nov"),
        ("2018-11-04T10:01:00Z", "47", "hours to the US midterms", "Tue 6 Nov 10:00"),
        ("2018-11-06T08:30:00Z", "1", "hour to the US midterms", "Tue 6 Nov 10:00"),
        ("2018-11-06T09:30:00Z", "<1", "hour to the US midterms", "Tue 6 Nov 10:00"),
        ("2018-11-06T10:00:00Z", "open", "polls, US midterms", "until 7 Nov 06:00"),
        ("2018-11-07T06:00:00Z", "closed", "polls, US midterms", "since 06:00"),
        ("2018-11-08T00:00:00Z", "–", "no vote ahead", "all polls have closed"),
    ],
)
def test_countdown_is_in_days_then_hours_then_words(look: Look, now: str, n: str, label: str, sub: str) -> None:
    assert look(MIDTERMS, now=at(now))["strip"]["countdown"] == {"n": n, "label": label, "sub": sub}


def test_countdown_is_to_the_vote_that_most_open_networks_are_about(look: Look) -> None:
    runoff = election_scheduled(
        "br", name="Brazil run-off", polls_open="2018-10-28T10:00:00Z", polls_close="2018-10-28T22:00:00Z"
    )
    nearest = look(MIDTERMS, runoff)["strip"]["countdown"]
    assert (nearest["n"], nearest["label"]) == ("43", "hours to the Brazil run-off")
    assert nearest["sub"] == "Sun 28 Oct 10:00; US midterms in 11 days"
    about = look(*network("n1", elections=["us"]))["strip"]["countdown"]
    assert about["label"] == "days to the US midterms"
    assert about["sub"] == "Tue 6 Nov; Brazil run-off in 2 days"
    assert "run-off tomorrow" in look(now=at("2018-10-27T08:00:00Z"))["strip"]["countdown"]["sub"]
    assert "run-off polls open at 10:00" in look(now=at("2018-10-28T08:00:00Z"))["strip"]["countdown"]["sub"]
    assert look(now=at("2018-10-28T12:00:00Z"))["strip"]["countdown"]["sub"].endswith("run-off polls open")
    assert "run-off polls closed" in look(now=at("2018-10-28T22:30:00Z"))["strip"]["countdown"]["sub"]


def test_votes_that_the_line_has_no_room_for_are_counted(look: Look) -> None:
    second = election_scheduled("br", name="Brazil run-off", polls_open="2018-11-08T10:00:00Z")
    third = election_scheduled("mx", name="Third", polls_open="2018-12-01T10:00:00Z")
    look(MIDTERMS, *network("n1", elections=["us"]))
    assert look(second, third)["strip"]["countdown"]["sub"] == "Tue 6 Nov; Brazil run-off in 13 days, and 1 more"
    long = election_scheduled("br", name="Brazil presidential run-off vote", polls_open="2018-11-08T10:00:00Z")
    assert look(long)["strip"]["countdown"]["sub"] == "Tue 6 Nov; 2 more votes"


def test_days_are_those_of_the_rooms_zone(look: Look) -> None:
    days = {}
    for zone in ("UTC", "America/New_York"):
        look.room.watch = replace(look.room.watch, zone=zone)
        days[zone] = look(MIDTERMS, now=at("2018-10-27T01:00:00Z"))["strip"]["countdown"]["n"]
    assert days == {"UTC": "10", "America/New_York": "11"}


# --- the last events --------------------------------------------------------------------------------------------------


def test_few_new_assets_are_no_news_and_many_at_once_are(look: Look) -> None:
    events = network("n1")
    quiet = look(*events, *(asset_detected(f"q{n}", kind="account", at="2018-10-26T12:01:00Z") for n in range(2)))
    assert [e["verb"] for e in quiet["ticker"]] == ["Overdue", "Detected"]
    burst = look(*(asset_detected(f"b{n}", kind="account", at="2018-10-26T13:21:00Z") for n in range(3)))
    assert (burst["ticker"][0]["at"], burst["ticker"][0]["verb"]) == ("13:20", "Grew")
    assert burst["ticker"][0]["text"] == "+3 accounts, now 6 assets"


def test_event_of_another_day_shows_its_day(look: Look) -> None:
    assert [e["at"] for e in look(*network("n1"))["ticker"]] == ["24 Oct", "23 Oct"]


def test_order_says_when_it_is_due_until_it_has_been_carried_out(look: Look) -> None:
    ordered = look(*network("n1", since="2018-10-26T09:10:00Z", stage=Stage.REMOVAL_ORDERED, targets=[]))
    assert (ordered["ticker"][0]["verb"], ordered["ticker"][0]["text"]) == ("Ordered", "1 asset, due 21:10")
    done = look(stage_changed("n1", Stage.REMOVED, at="2018-10-26T10:00:00Z"))
    assert [e["text"] for e in done["ticker"] if e["verb"] == "Ordered"] == ["1 asset"]


def test_removal_says_only_what_was_removed(look: Look) -> None:
    view = look(
        *network("n1", followers=30),
        asset_detected("a2", at=EARLIER),
        asset_removed("n1-page", at=JUST_NOW),
        stage_changed("n1", Stage.REMOVED, at=JUST_NOW),
    )
    assert view["ticker"][0]["text"] == "1 Page. At least 30 followed a Page."


def test_stated_assets_keep_their_hedge(look: Look) -> None:
    stated = {"facebook:page": {"qualifier": "about", "value": 30}, "instagram:account": 16}
    view = look(
        network_reported("n1", at=EARLIER),
        statement_made("n1", assets=stated, at=EARLIER),
        stage_changed("n1", Stage.REMOVED, at=JUST_NOW),
    )
    assert view["ticker"][0]["text"] == "about 30 Pages, 16 Instagram accounts."


def test_more_than_three_targets_are_counted(look: Look) -> None:
    text = look(*network("n1", targets=["US", "GB", "BR", "CA", "DE"]))["ticker"][-1]["text"]
    assert text == "1 asset, targets US, UK and 3 more"


# --- the pipeline -----------------------------------------------------------------------------------------------------


def test_column_shows_twelve_squares_and_the_number_of_the_rest(look: Look) -> None:
    recently = isoformat(NOW - 2 * HOUR)
    view = look(*(e for n in range(15) for e in network(f"n{n:02}", since=recently, followers=n + 1)))
    first = column(view, Stage.DETECTED)
    assert (first["n"], len(first["squares"]), first["more"]) == (15, 12, 3)
    assert [n["name"] for n in first["names"]] == ["N14", "N13"]


def test_overdue_networks_are_named_first_and_the_limit_stands_below(look: Look) -> None:
    view = look(*network("small", followers=2), *network("large", since=isoformat(NOW - HOUR), followers=90))
    first = column(view, Stage.DETECTED)
    assert first["squares"] == ["overdue", "open"]
    assert [(n["name"], n["overdue"]) for n in first["names"]] == [("Small", True)]
    assert first["foot"] == f"limit 24{NARROW}h"


def test_count_that_changed_in_the_last_half_hour_is_fresh(look: Look) -> None:
    view = look(*network("n1"), *network("n2"), stage_changed("n1", Stage.CONFIRMED, at=JUST_NOW))
    assert [c["stage"] for c in view["stages"] if c["fresh"]] == ["detected", "confirmed"]
    assert not view["strip"]["open"]["fresh"]
    later = look(now=NOW + HOUR)
    assert [c["stage"] for c in later["stages"] if c["fresh"]] == []


def test_networks_closed_before_the_watch_began_are_not_on_the_wall(look: Look) -> None:
    view = look(
        *network("old", since="2018-01-10T10:00:00Z"), stage_changed("old", Stage.REMOVED, at="2018-02-10T10:00:00Z")
    )
    assert [c["n"] for c in view["stages"]] == [0] * 6
    assert view["ticker"] == []
    again = look(stage_changed("old", Stage.UNDER_REVIEW, at="2018-10-26T10:00:00Z"))
    assert (column(again, Stage.UNDER_REVIEW)["n"], again["strip"]["open"]["n"]) == (1, "1")


def test_merged_networks_are_one(look: Look) -> None:
    view = look(*network("n1", followers=20), *network("n2", followers=10), networks_merged("n1", ["n2"], at=EARLIER))
    assert view["strip"]["open"]["n"] == "1"
    assert lines(view["heroes"]["reach"])[0] == "29"


# --- attribution on the map -------------------------------------------------------------------------------------------


def assessed(rung: Rung, *approved_by: str, claim: str = "linked to Iran") -> Event:
    return attribution_assessed("n1", rung, at=EARLIER, claim=claim, approved_by=list(approved_by) or None)


@pytest.mark.parametrize(
    ("claims", "dotted"),
    [
        ([], None),
        ([assessed(Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE)], None),
        ([assessed(Rung.CANNOT_SAY, "lead")], None),
        ([assessed(Rung.ATTRIBUTED_TO, "lead")], None),
        ([assessed(Rung.ATTRIBUTED_TO, "lead", "Lead.\u200b")], None),
        ([assessed(Rung.ORIGINATED_IN, "lead")], True),
        ([assessed(Rung.MANUAL_REVIEW_LINKED_TO, "lead")], False),
        ([assessed(Rung.ATTRIBUTED_TO, "lead", "second lead")], False),
    ],
)
def test_origin_is_on_the_wall_only_as_far_as_it_was_approved(
    look: Look, claims: list[Event], dotted: bool | None
) -> None:
    view = look(*network("n1", origins=["IR"], targets=["US"]), *claims)
    said = look.frames()
    if dotted is None:
        assert (view["map"]["origins"], view["map"]["arcs"]) == ([], [])
        assert not any(word in said for word in ("Iran", "IRN"))
    else:
        assert view["map"]["origins"] == [{"iso3": "IRN", "name": "Iran", "text": "1 open"}]
        assert view["map"]["arcs"] == [{"from": "IRN", "to": "USA", "dotted": dotted}]


def test_origin_that_a_detector_reports_after_the_approval_is_not_on_the_wall(look: Look) -> None:
    events = network("n1", origins=["IR"], targets=["US"])
    changed = network_reported("n1", at=EARLIER, origins=["IR", "RU"], source=OTHER_SOURCE)
    view = look(*events, assessed(Rung.MANUAL_REVIEW_LINKED_TO, "lead"), changed)
    assert [origin["iso3"] for origin in view["map"]["origins"]] == ["IRN"]
    assert [(arc["from"], arc["to"]) for arc in view["map"]["arcs"]] == [("IRN", "USA")]
    assert "RUS" not in look.frames()


def test_one_stronger_attribution_draws_the_arc_through(look: Look) -> None:
    faint = attribution_assessed("n2", Rung.ORIGINATED_IN, at=EARLIER, approved_by=["lead"])
    events = [e for n in ("n1", "n2") for e in network(n, origins=["IR"], targets=["US"])]
    view = look(*events, faint, assessed(Rung.MANUAL_REVIEW_LINKED_TO, "lead"))
    assert view["map"]["origins"][0]["text"] == "2 open"
    assert view["map"]["arcs"] == [{"from": "IRN", "to": "USA", "dotted": False}]


def test_network_that_aims_at_its_own_country_is_domestic_and_has_no_arc(look: Look) -> None:
    approved = assessed(Rung.ORIGINATED_IN, "lead", claim="run from Brazil")
    view = look(*network("n1", origins=["BR"], targets=["BR"]), approved)
    assert [(t["name"], t["text"]) for t in view["map"]["targets"]] == [("Brazil", "1 open")]
    assert view["map"]["origins"] == [{"iso3": "BRA", "name": "Brazil", "text": "domestic"}]
    assert view["map"]["arcs"] == []


def test_network_removed_today_stays_until_midnight(look: Look) -> None:
    gone = stage_changed("n1", Stage.REMOVED, at="2018-10-26T09:00:00Z")
    view = look(*network("n1", followers=20, targets=["GB"]), gone)
    assert view["map"]["targets"] == [{"iso3": "GBR", "name": "United Kingdom", "text": "removed today", "reach": None}]
    assert look(now=at("2018-10-27T00:00:00Z"))["map"]["targets"] == []


def test_country_without_a_place_is_kept_by_its_code(look: Look) -> None:
    shown = look(*network("n1", targets=["AC"]))["map"]["targets"]
    assert [(t["iso3"], t["text"]) for t in shown] == [("AC", "1 open")]
