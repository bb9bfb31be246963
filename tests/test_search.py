"""Searching: what was typed begins words of what is found, however it is spelt, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.board import Board
from app.database import Database
from app.drilldown.search import MOST_COUNTED, find_networks, find_things, question_of
from app.errors import BadRequest
from app.log import append
from app.migrating import upgrade
from app.projection import apply
from app.vocabulary import Rung, Stage
from tests.hostile import NAMES
from tests.makers import (
    Event,
    asset_detected,
    attribution_assessed,
    indicator_observed,
    network_reported,
    post_observed,
    records,
    stage_changed,
)


class Shelf:
    """A log that is searched."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def put(self, *events: Event) -> None:
        with self.database.write() as connection:
            _, entries = append(connection, records(events), key=b"k" * 32, now=10**15, principal="tests")
            apply(connection, entries)

    def find(self, kind: str, question: str, *, limit: int = 50) -> list[str]:
        """Everything that is found, page by page."""
        found: list[str] = []
        after = 0
        with self.database.read() as connection:
            while True:
                page = find_things(connection, kind, question_of(question), after=after, limit=limit)
                found += page.ids
                after = page.after
                if not after:
                    return found

    def networks(self, question: str) -> list[str]:
        board = Board()
        with self.database.read() as connection:
            board.refresh(connection)
        return [network.id for network in find_networks(board, question_of(question))]


@pytest.fixture
def shelf(engine_url: str) -> Iterator[Shelf]:
    database = Database(engine_url)
    upgrade(database)
    yield Shelf(database)
    database.close()


def test_beginnings_of_all_words_find_an_asset(shelf: Shelf) -> None:
    shelf.put(asset_detected("a1", name="Wake Up America"), asset_detected("a2", name="Wake Up Canada"))
    assert shelf.find("asset", "wak ame") == ["a1"]
    assert shelf.find("asset", "AMERICA") == ["a1"]
    assert sorted(shelf.find("asset", "up")) == ["a1", "a2"]
    assert shelf.find("asset", "merica") == []


@pytest.mark.parametrize("spelt", ["Wáke", "w\u0337a\u0338k\u0335e", "ＷＡＫＥ", "wa\u200bke", "@wake"])
def test_spelling_hides_nobody(shelf: Shelf, spelt: str) -> None:
    shelf.put(asset_detected("a1", name=spelt), asset_detected("a2", name="Sleep"))
    assert shelf.find("asset", "wake") == ["a1"]
    assert shelf.find("asset", spelt) == ["a1"]


def test_scripts_that_do_not_part_their_words_are_found_within(shelf: Shelf) -> None:
    shelf.put(asset_detected("a1", name="美国觉醒新闻网"), asset_detected("a2", name="新美闻国"))
    assert shelf.find("asset", "觉醒新闻") == ["a1"]
    assert shelf.find("asset", "美国") == ["a1"]


def test_posts_are_found_by_their_text_and_indicators_by_their_value(shelf: Shelf) -> None:
    shelf.put(post_observed("p1", text="Vote on WEDNESDAY"), indicator_observed("i1", "wake-up.example"))
    assert shelf.find("post", "wednesday") == ["p1"]
    assert shelf.find("indicator", "wake-up.example") == ["i1"]
    assert shelf.find("asset", "wednesday") == []


def test_pages_together_are_everything_newest_first(shelf: Shelf) -> None:
    for n in range(23):
        shelf.put(asset_detected(f"a{n}", name=f"Page {n}"))
    whole = [f"a{n}" for n in reversed(range(23))]
    assert shelf.find("asset", "page", limit=5) == whole
    assert shelf.find("asset", "page", limit=23) == whole


def test_very_many_are_not_counted_to_the_end(shelf: Shelf) -> None:
    shelf.put(*(asset_detected(f"a{n}", name=f"Page {n}") for n in range(MOST_COUNTED + 5)))
    with shelf.database.read() as connection:
        found = find_things(connection, "asset", question_of("page"), limit=10)
        few = find_things(connection, "asset", question_of("page 1004"), limit=10)
    assert (found.n, found.more, len(found.ids)) == (MOST_COUNTED, True, 10)
    assert (few.n, few.more, few.ids) == (1, False, ("a1004",))


def test_question_without_a_word_finds_nothing(shelf: Shelf) -> None:
    shelf.put(asset_detected("a1", name="Wake"))
    assert shelf.find("asset", "") == shelf.find("asset", " !! ★ ") == shelf.networks("") == []


@pytest.mark.parametrize(
    "question", [*NAMES, '"', "'", "a OR b", "NEAR(a b)", "a:*", "a & !b", "-a", "words:a", "a\\", "^a"]
)
def test_question_is_words_and_never_a_language(shelf: Shelf, question: str) -> None:
    shelf.put(asset_detected("wake", name="Wake"))
    for kind in ("asset", "post", "indicator"):
        assert shelf.find(kind, question[:256]) == []


def test_question_that_is_too_long_is_refused_by_name() -> None:
    with pytest.raises(BadRequest, match="q"):
        question_of("x" * 257)


def test_networks_are_found_open_ones_first(shelf: Shelf) -> None:
    shelf.put(
        network_reported("n1", code_name="Harbour Finch", targets=["US"], topics=["race relations"]),
        network_reported("n2", code_name="Harbour Gull", targets=["CA"]),
        stage_changed("n1", Stage.REMOVED),
    )
    assert shelf.networks("harb") == ["n2", "n1"]
    assert shelf.networks("united states") == ["n1"]
    assert shelf.networks("race finch") == ["n1"]


def test_country_that_nobody_approved_finds_no_network(shelf: Shelf) -> None:
    said = attribution_assessed("n1", Rung.ORIGINATED_IN, claim="Operated from Iran")
    shelf.put(network_reported("n1", origins=["IR"]), said)
    assert shelf.networks("iran") == []
    shelf.put(attribution_assessed("n1", Rung.ORIGINATED_IN, claim="Operated from Iran", approved_by="lead"))
    assert shelf.networks("iran") == ["n1"]
