"""Findings: what is written beside assets, posts and indicators so that they are found, and that it goes with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, select

from app import tables as t
from app.findable import MOST_SEEN, MOST_TERMS, MOST_WORDS, host_of, normalized, searchable, seen_in, terms_of
from app.vocabulary import IndicatorKind
from tests.house import House
from tests.house import house as opened
from tests.makers import asset_detected, indicator_observed, post_observed, record_withdrawn

DOMAIN, URL, TAG = IndicatorKind.DOMAIN_NAME, IndicatorKind.URL, IndicatorKind.HASHTAG


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as room:
        yield room


def words(house: House, table: Table) -> dict[str, str]:
    with house.room.database.read() as connection:
        return {row.id: row.words for row in connection.execute(select(table.c.id, table.c.words))}


def sightings(house: House) -> set[tuple[str, str, str]]:
    with house.room.database.read() as connection:
        return {(row.value, row.by, row.entity) for row in connection.execute(select(t.sightings))}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Wake Up America", "wake up america"),
        ("Élan VITAL, naïve!", "elan vital naive"),
        ("W\u0337a\u0338k\u0335e\u0336", "wake"),
        ("w\u200bake\u202e up", "wake up"),
        ("美国觉醒 News", "美 国 觉 醒 news"),
        ("ＷＡＫＥ", "wake"),
        ("@wake_up-1", "wake up 1"),
        ("", ""),
        ("🙈 !?", ""),
    ],
)
def test_words_are_compared_without_case_accents_and_what_is_not_seen(text: str, kept: str) -> None:
    assert searchable(text) == kept


def test_question_of_an_unparted_script_stays_one_row_of_letters() -> None:
    assert terms_of("美国 Wake") == ["美 国", "wake"]


def test_question_of_many_words_is_cut() -> None:
    assert len(terms_of(" ".join(f"w{n}" for n in range(100)))) == MOST_TERMS
    assert len(searchable("word " * 10_000).split()) == MOST_WORDS


@given(st.text(max_size=200))
def test_what_is_kept_is_found_by_itself_whatever_was_written(text: str) -> None:
    kept = searchable(text).split()
    assert searchable(" ".join(kept)).split() == kept
    assert all(term.split()[0] in kept for term in terms_of(text))


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.Wake-Up.example/about", "wake-up.example"),
        ("http://a.b.example:8080/", "a.b.example"),
        ("https://de-de.facebook.com/page", ""),
        ("https://t.me/channel", ""),
        ("https://notfacebook.com/", "notfacebook.com"),
        ("http://[::1", ""),
        ("http://localhost/", ""),
        ("no address", ""),
    ],
)
def test_host_of_an_address_is_an_indicator_unless_everybody_is_there(address: str, host: str) -> None:
    assert host_of(address) == host


def test_addresses_and_hashtags_of_a_text_are_seen() -> None:
    text = "Read (https://www.wake-up.example/a?b=1#c), then https://facebook.com/x. #WakeUp #2018 &#39; /#no"
    assert seen_in(text) == {(DOMAIN, "wake-up.example"), (URL, "wake-up.example/a?b=1"), (TAG, "wakeup")}


def test_text_of_a_thousand_addresses_gives_some_of_them() -> None:
    assert len(seen_in(" ".join(f"https://a{n}.example/" for n in range(1_000)))) == MOST_SEEN


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (DOMAIN, "Wake-Up.example", "wake-up.example."),
        (URL, "https://www.wake-up.example/a/", "http://wake-up.example/a"),
        (TAG, "#WakeUp", "wakeup"),
        (IndicatorKind.FILE_HASH, "ABCDEF", "abcdef"),
    ],
)
def test_indicators_that_are_the_same_are_compared_as_the_same(kind: IndicatorKind, one: str, other: str) -> None:
    assert normalized(kind, one) == normalized(kind, other)


def test_address_keeps_the_case_of_its_path() -> None:
    assert normalized(URL, "https://a.example/Ab") != normalized(URL, "https://a.example/aB")


def test_asset_is_found_by_its_name_its_handle_and_its_address(house: House) -> None:
    house.send(asset_detected("a1", name="Wake Up", handle="wakeup_us", url="https://wake-up.example/"))
    assert words(house, t.asset_words)["a1"] == "a1 wake up wakeup us https wake up example"
    assert ("wake-up.example", "asset", "a1") in sightings(house)


def test_withdrawn_asset_is_found_no_more(house: House) -> None:
    made = asset_detected("a1", name="Wake Up", url="https://wake-up.example/")
    house.send(made)
    house.send(record_withdrawn(made))
    assert words(house, t.asset_words) == {}
    assert sightings(house) == set()


def test_later_text_of_a_post_replaces_what_was_seen_in_the_earlier_one(house: House) -> None:
    house.send(post_observed(text="see https://one.example/ #first"))
    house.send(post_observed(text="see https://two.example/", at="2018-10-21T10:00:00Z"))
    assert {value for value, _, _ in sightings(house)} == {"two.example"}
    assert words(house, t.post_words)["p1"].startswith("see https two example")


def test_indicator_is_kept_as_it_is_compared(house: House) -> None:
    house.send(indicator_observed("i1", "Wake-Up.example"), indicator_observed("i2", "wake-up.example", network="n2"))
    assert sightings(house) == {("wake-up.example", "indicator", "i1"), ("wake-up.example", "indicator", "i2")}
