"""Deciding: all of it or none, once, by the desk, and never over what somebody else decided unseen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.errors import BadRequest
from app.review import Decisions, Overtaken, Word
from app.vocabulary import DESK_SOURCE, RecordType, Stage
from tests.house import House
from tests.house import house as opened
from tests.makers import network_reported, networks_merged, stage_changed


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as room:
        room.send(network_reported("n1"), network_reported("n2"))
        yield room


@pytest.fixture
def decisions(house: House) -> Decisions:
    room = house.room

    def newest() -> object:
        with room.database.read() as connection:
            room.board.refresh(connection)
        return room.board.frozen()

    return Decisions(room.database, newest, room.writer, room.parser, room.clock)  # type: ignore[arg-type]


def confirmed(network: str = "n1") -> Word:
    return Word(RecordType.STAGE_CHANGED, network, {"stage": "confirmed", "why": "seen twice"})


def stage_of(decisions: Decisions, network: str = "n1") -> Stage:
    found = decisions.board().find(network)
    assert found is not None
    return found.stage


def test_decision_is_a_record_with_who_and_why(house: House, decisions: Decisions) -> None:
    seq = decisions.decide([confirmed()], by="Ann")
    (change,) = decisions.changes(["n1"], 0)
    assert (change.seq, change.source, change.by, change.data["why"]) == (seq, DESK_SOURCE, "Ann", "seen twice")
    assert stage_of(decisions) is Stage.CONFIRMED


def test_decision_over_what_was_decided_unseen_is_not_taken_and_names_it(house: House, decisions: Decisions) -> None:
    seen = decisions.board().seq
    decisions.decide([Word(RecordType.STAGE_CHANGED, "n1", {"stage": "under_review"})], by="Ann", seen={"n1": seen})
    with pytest.raises(Overtaken, match="Ann has changed this") as overtaken:
        decisions.decide([confirmed()], by="Bea", seen={"n1": seen})
    assert [change.data["stage"] for change in overtaken.value.changes] == ["under_review"]
    assert stage_of(decisions) is Stage.UNDER_REVIEW


def test_decision_about_another_network_stands_in_nobodys_way(house: House, decisions: Decisions) -> None:
    seen = decisions.board().seq
    decisions.decide([confirmed("n2")], by="Ann")
    decisions.decide([confirmed("n1")], by="Bea", seen={"n1": seen})
    assert stage_of(decisions) is Stage.CONFIRMED


def test_merge_counts_as_a_change_of_all_that_it_names(house: House, decisions: Decisions) -> None:
    seen = decisions.board().seq
    house.send(networks_merged("n1", ["n2"]))
    with pytest.raises(Overtaken):
        decisions.decide([confirmed("n2")], by="Bea", seen={"n2": seen})


def test_of_many_who_decide_at_once_from_one_picture_one_is_taken(house: House, decisions: Decisions) -> None:
    seen = decisions.board().seq

    def decide(by: str) -> bool:
        try:
            decisions.decide([confirmed()], by=by, seen={"n1": seen})
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, [f"person {n}" for n in range(16)])) == 1


def test_decision_that_was_sent_twice_is_taken_once(house: House, decisions: Decisions) -> None:
    once = "form-12345678"
    first = decisions.decide([confirmed()], by="Ann", once=once)
    assert decisions.decide([confirmed()], by="Ann", seen={"n1": 0}, once=once) == first
    assert len(decisions.changes(["n1"], 0)) == 1


def test_decision_of_several_words_is_taken_whole_or_not_at_all(house: House, decisions: Decisions) -> None:
    with pytest.raises(BadRequest, match="stage"):
        decisions.decide([confirmed(), Word(RecordType.STAGE_CHANGED, "n2", {"stage": "lost"})], by="Ann")
    assert decisions.changes(["n1", "n2"], 0) == []


def test_decision_outranks_a_sender_whose_clock_is_ahead(house: House, decisions: Decisions) -> None:
    house.send(stage_changed("n1", Stage.DISMISSED, at="2031-01-01T00:00:00Z"))
    decisions.decide([confirmed()], by="Ann")
    assert stage_of(decisions) is Stage.CONFIRMED


@pytest.mark.parametrize("once", ["short", "x" * 65, "with space in it", "line\nfeed-123"])
def test_token_that_is_none_is_refused(house: House, decisions: Decisions, once: str) -> None:
    with pytest.raises(BadRequest, match="once"):
        decisions.decide([confirmed()], by="Ann", once=once)
