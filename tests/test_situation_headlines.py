"""The four headlines of the Situation scene: each keeps its hedge, says its scope, and says why it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.nouns import NARROW
from app.vocabulary import DAY, HOUR, Stage, isoformat
from tests.makers import (
    accounts_observed,
    ad_observed,
    asset_detected,
    asset_removed,
    count_observed,
    event_hosted,
    network_reported,
    sketch_observed,
    stage_changed,
    statement_made,
)
from tests.room import at
from tests.scenes import EARLIER, JUST_NOW, NOW, Look, lines, looking, network


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    with looking(tmp_path) as look:
        yield look


# --- reach ------------------------------------------------------------------------------------------------------------


def test_exact_reach_counts_each_account_once(look: Look) -> None:
    hero = look(*network("n1", followers=300), *network("n2", followers=200))["heroes"]["reach"]
    assert lines(hero)[:3] == ["499", "accounts follow at least one Page", "in open networks; exact, counted once"]
    assert hero["prose"] == "499 accounts follow at least one Page"
    assert hero["definition"].startswith("accounts that followed at least one of 2 Pages; accounts, not people")


def test_one_account_follows(look: Look) -> None:
    assert lines(look(*network("n1", followers=1))["heroes"]["reach"])[:2] == ["1", "account follows at least one Page"]


def test_bounded_reach_is_two_ends_and_says_that_nothing_was_estimated(look: Look) -> None:
    hero = look(*network("n1"), *network("n2"), count_observed("n1-page", 900_000), count_observed("n2-page", 400_000))[
        "heroes"
    ]["reach"]
    assert lines(hero)[0] == "0.9 to 1.3 M"
    assert hero["sub"] == "in open networks; bounds, no estimate"


def test_reach_with_unseen_pages_is_a_floor_and_says_how_many_were_seen(look: Look) -> None:
    hero = look(*network("n1", followers=70), *network("n2"))["heroes"]["reach"]
    assert lines(hero)[0] == "≥70"
    assert hero["sub"] == "in open networks; a floor, 1 of 2 Pages counted"


def test_reach_that_nobody_has_looked_at_is_not_zero(look: Look) -> None:
    hero = look(*network("n1"))["heroes"]["reach"]
    assert lines(hero)[0] == "–"
    assert hero["sub"] == "in open networks; not counted yet"
    assert hero["prose"] == "How many accounts follow at least one Page is not known"


def test_stated_reach_says_that_it_is_stated(look: Look) -> None:
    stated = statement_made("n1", reach={"facebook:page": {"qualifier": "more than", "value": 28_000}}, at=EARLIER)
    hero = look(*network("n1"), stated)["heroes"]["reach"]
    assert (lines(hero)[0], hero["sub"]) == (">28 k", "in open networks; as stated")


def test_other_surfaces_stand_beside_the_number_and_more_than_two_are_counted(look: Look) -> None:
    kinds = (("facebook", "group"), ("instagram", "account"), ("youtube", "channel"), ("tiktok", "account"))
    events = network("n1", followers=10)
    for platform, kind in kinds:
        events.append(asset_detected(f"{platform}-{kind}", platform=platform, kind=kind, at=EARLIER))
        events.append(accounts_observed(f"{platform}-{kind}", ["x", "y"], at=EARLIER))
    hero = look(*events)["heroes"]["reach"]
    assert [(str(s["number"]), s["label"]) for s in hero["siblings"]] == [("2", "in groups"), ("2", "Instagram")]
    assert hero["why"] == "+2 more"


def test_headline_moves_to_another_surface_only_where_nothing_is_known_of_pages(look: Look) -> None:
    group = asset_detected("g1", kind="group", at=EARLIER)
    hero = look(*network("n1"), group, accounts_observed("g1", ["x", "y"], at=EARLIER))["heroes"]["reach"]
    assert lines(hero)[:2] == ["2", "accounts join at least one group"]
    assert hero["siblings"] == []


# --- why reach changed ------------------------------------------------------------------------------------------------


def test_opening_says_what_it_added_to_the_union(look: Look) -> None:
    hero = look(*network("n1", followers=300), *network("n2", since=JUST_NOW, followers=200))["heroes"]["reach"]
    assert hero["why"] == "up 199 at 14:27, N2 detected"
    assert hero["fresh"]


def test_closing_says_what_it_took_from_the_union(look: Look) -> None:
    view = look(
        *network("n1", followers=300),
        *network("n2", followers=200),
        stage_changed("n2", Stage.DISMISSED, at="2018-10-26T12:00:00Z"),
    )
    assert view["heroes"]["reach"]["why"] == "down 199 at 12:00, N2 dismissed"
    assert not view["heroes"]["reach"]["fresh"]


def test_reopening_is_an_opening(look: Look) -> None:
    view = look(
        *network("n1", followers=30),
        stage_changed("n1", Stage.DISMISSED, at=isoformat(NOW - 2 * DAY)),
        stage_changed("n1", Stage.UNDER_REVIEW, at=JUST_NOW),
    )
    assert view["heroes"]["reach"]["why"] == "up 30 at 14:27, N1 reopened"
    assert view["ticker"][0]["verb"] == "Reopened"


def test_change_that_the_estimates_cannot_tell_is_at_most_the_networks_own_reach(look: Look) -> None:
    crowd = [f"x{n}" for n in range(60_000)]
    small = network("n2", since=JUST_NOW)
    view = look(
        *network("n1"),
        sketch_observed("n1-page", crowd, at=EARLIER),
        *small,
        accounts_observed("n2-page", crowd[:150], at=JUST_NOW),
    )
    assert view["heroes"]["reach"]["why"] == "up ≤150 at 14:27, N2 detected"


def test_change_of_a_bounded_reach_is_no_number_where_no_bound_is_known(look: Look) -> None:
    view = look(
        *network("n1"),
        count_observed("n1-page", 900, at=EARLIER),
        *network("n2", since=JUST_NOW),
        count_observed("n2-page", {"qualifier": "more than", "value": 500}, at=JUST_NOW),
    )
    assert view["heroes"]["reach"]["why"] == "up at 14:27, N2 detected"


def test_network_that_is_inside_the_others_changes_nothing(look: Look) -> None:
    view = look(
        *network("n1", followers=30),
        *network("n2", since=JUST_NOW),
        accounts_observed("n2-page", ["everywhere"], at=JUST_NOW),
    )
    assert view["heroes"]["reach"]["why"] == "unchanged at 14:27, N2 detected"


def test_older_changes_are_no_cause(look: Look) -> None:
    assert look(*network("n1", followers=30))["heroes"]["reach"]["why"] == ""


def test_name_inside_a_sentence_is_short_and_shows_what_it_hides(look: Look) -> None:
    view = look(*network("n1", since=JUST_NOW, followers=30, code_name="\u202e" + "x" * 200))
    why = view["heroes"]["reach"]["why"]
    assert "\u202e" not in why
    assert why.startswith("up 30 at 14:27, □xxx")
    assert len(why) < 80


# --- spend ------------------------------------------------------------------------------------------------------------


def test_several_currencies_stand_side_by_side_and_are_not_added(look: Look) -> None:
    events = [*network("n1"), *network("n2"), *network("n3")]
    events += [ad_observed(f"us{n}", "n1-page", spend={"currency": "USD", "minor": 50_000}) for n in range(3)]
    events += [ad_observed(f"br{n}", "n2-page", spend={"currency": "BRL", "minor": 700_000}) for n in range(2)]
    hero = look(*events, ad_observed("ca", "n2-page", spend={"currency": "CAD", "minor": 900}))["heroes"]["spend"]
    assert lines(hero) == [
        "$1,500",
        "spent on 3 ads, in US dollars",
        "by N1; as listed",
        "3 currencies, not converted, not added",
    ]
    assert [(str(s["number"]).replace(NARROW, " "), s["label"]) for s in hero["siblings"]] == [
        ("R$14,000", "2 ads, BRL"),
        ("C$9", "1 ad, CAD"),
    ]


def test_one_bound_over_two_currencies_is_shown_once(look: Look) -> None:
    stated = {"currency": "USD", "qualifier": "less than", "minor": 10_000, "paid_in": ["USD", "CAD"]}
    hero = look(*network("n1"), statement_made("n1", spend=stated, ads=2, at=EARLIER))["heroes"]["spend"]
    assert lines(hero) == ["<$100", "spent on 2 ads, in USD and CAD", "by N1; only a ceiling is known", ""]
    assert (hero["siblings"], hero["fresh"]) == ([], False)


def test_paid_mostly_in_one_currency_says_mostly(look: Look) -> None:
    stated = {"currency": "USD", "qualifier": "about", "minor": 600_000, "mostly": True}
    hero = look(*network("n1"), statement_made("n1", spend=stated, at=JUST_NOW))["heroes"]["spend"]
    assert lines(hero)[:2] == ["≈$6,000", "spent on ads, mostly in US dollars"]
    assert hero["fresh"]


def test_amounts_that_are_missing_are_counted(look: Look) -> None:
    hero = look(
        *network("n1"),
        *network("n2"),
        ad_observed("ad1", "n1-page", spend={"currency": "USD", "qualifier": "more than", "minor": 610_000}),
        ad_observed("ad2", "n2-page", spend={"currency": "USD"}),
    )["heroes"]["spend"]
    assert lines(hero)[0] == ">$6,100"
    assert hero["sub"] == "by 2 of 2 networks; a floor, 1 of 2 amounts missing"


def test_ads_without_any_amount_are_not_free(look: Look) -> None:
    one = look(*network("n1"), ad_observed("ad1", "n1-page", spend={"currency": "USD"}))["heroes"]["spend"]
    assert lines(one)[:3] == ["–", "spent on 1 ad, in US dollars", "by N1; the amount is not known"]
    two = look(ad_observed("ad2", "n1-page", spend={"currency": "CAD"}))["heroes"]["spend"]
    assert lines(two)[:3] == ["–", "spent on 2 ads, in CAD and USD", "the amounts are not known"]


def test_none_found_is_a_word_with_the_time_of_the_search(look: Look) -> None:
    nothing = {"currency": "USD", "qualifier": "none found"}
    searches = [statement_made(f"n{n}", spend=nothing, at=f"2018-10-26T{n}:40:00Z") for n in (11, 12, 13)]
    events = [event for n in (11, 12, 13) for event in network(f"n{n}")]
    hero = look(*events, *searches)["heroes"]["spend"]
    assert hero["number"].shape == "none"
    assert lines(hero)[1:] == [
        "of 3 networks is known to buy ads",
        "none found, last search 13:40",
        "an ad paid from elsewhere would not show",
    ]
    assert look(*network("n14"))["heroes"]["spend"]["why"] == "1 more gave no figure"


def test_network_that_gave_no_figure_is_neither_zero_nor_none(look: Look) -> None:
    assert lines(look(*network("n1"))["heroes"]["spend"])[::2] == ["–", "not known, no figure from 1 network"]


# --- events and takedowns ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("took", "said"),
    [
        (["unknown"], ["1", "event hosted", "whether it took", "place is not known"]),
        (["unknown", "unknown"], ["2", "events hosted", "whether they took", "place is not known"]),
        (["yes", "unknown"], ["2", "events hosted", "1 took place", "1 not known"]),
        (["yes", "no", "no", "unknown"], ["4", "events hosted", "1 took place, 2 did not", "1 not known"]),
        (["no"], ["1", "event hosted", "1 did not", ""]),
    ],
)
def test_events_say_how_many_are_known_to_have_taken_place(look: Look, took: list[str], said: list[str]) -> None:
    events = [event_hosted(f"e{n}", ["n1-page"], took_place=word) for n, word in enumerate(took)]
    assert lines(look(*network("n1"), *events)["heroes"]["events"]) == said


def test_more_events_stated_than_listed_stay_a_floor(look: Look) -> None:
    stated = statement_made("n1", events={"qualifier": "more than", "value": 40}, at=JUST_NOW)
    hero = look(*network("n1"), event_hosted("e1", ["n1-page"], took_place="yes"), stated)["heroes"]["events"]
    assert lines(hero) == [">40", "events hosted", "1 took place", "the rest is not known"]
    assert hero["fresh"]


def test_statement_that_repeats_what_was_listed_is_no_change(look: Look) -> None:
    hero = look(*network("n1"), event_hosted("e1", ["n1-page"]), statement_made("n1", events=1, at=JUST_NOW))["heroes"][
        "events"
    ]
    assert not hero["fresh"]


def test_removals_are_counted_by_the_rooms_day_and_hour(look: Look) -> None:
    removals = ("2018-10-25T23:50:00Z", "2018-10-26T00:10:00Z", "2018-10-26T14:20:00Z", "2018-10-26T14:25:00Z")
    events = [asset_detected(f"a{n}", at=EARLIER) for n in range(5)]
    events += [asset_removed(f"a{n}", at=when) for n, when in enumerate(removals)]
    hero = look(network_reported("n1", at=EARLIER), *events)["heroes"]["takedowns"]
    assert lines(hero)[:3] == ["3", "assets removed", "today, 4 since 1 Apr"]
    assert (sum(hero["bars"]), hero["bars"][-1], hero["fresh"]) == (4, 2, True)
    later = look(now=NOW + HOUR)["heroes"]["takedowns"]
    assert (later["bars"][-1], later["bars"][-2], later["fresh"]) == (0, 2, False)


def test_watch_of_another_year_names_the_year(look: Look) -> None:
    look.room.watch = replace(look.room.watch, first_day=at("2017-12-01T00:00:00Z"))
    assert look()["heroes"]["takedowns"]["sub"] == "today and since 1 Dec 2017"
