"""From records to what is known: the same whatever was repeated, late, taken back, merged or split on the way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app import tables as t
from app.board import Board
from app.rebuild import rebuild
from app.vocabulary import GROUPS, PAGES, SECOND, Scope, Stage
from tests import makers as m
from tests.room import Room, at

NOW = at("2018-10-26T14:00:00Z")


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    """A room on a database of either kind. Whatever a test did, its views must be what the log makes of them."""
    made = Room(engine_url, now=NOW)
    yield made
    with made.database.write() as connection:
        differences = rebuild(connection).differences
    made.close()
    assert not differences


def told(room: Room, *events: m.Event) -> dict[str, Any]:
    """Send events and say what everything comes to."""
    answers = room.send(events)
    assert {answer.status for answer in answers} <= {"accepted", "duplicate"}
    return room.measures()


def pages(room: Room, network: str) -> int:
    """How many Pages a network counts."""
    found = room.board.networks.get(network)
    return found.assets.get(PAGES, 0) if found else 0


def reach(room: Room, **scope: Any) -> str:
    """The reach of Pages in a scope, in plain words."""
    surfaces = {each["surface"]: each["figure"]["text"] for each in room.measures(**scope)["reach"]["surfaces"]}
    return str(surfaces.get("facebook:page", "nothing"))


# ---------------------------------------------------------------------------------------------------- withdrawals


def everything_about_a2() -> list[m.Event]:
    return [
        m.asset_detected("a2", "n2", at="2018-10-20T09:00:00Z"),
        m.accounts_observed("a2", ["x2", "x3"]),
        m.ad_observed("ad2", "a2"),
        m.event_hosted("e2", ["a1", "a2"], interested=300),
        m.asset_removed("a2", at="2018-10-26T13:00:00Z"),
    ]


def test_withdrawn_detection_leaves_no_trace_in_the_counters(room: Room) -> None:
    before = told(room, m.network_reported("n2"), m.asset_detected("a1"), m.accounts_observed("a1", ["x1", "x2"]))
    detected, *rest = everything_about_a2()
    room.send([detected, *rest, *(m.record_withdrawn(event) for event in rest if event["subject"] == "e2")])
    assert room.measures() != before
    assert told(room, m.record_withdrawn(detected)) == before
    with room.database.read() as connection:
        bags = dict(connection.execute(select(t.rollups.c.home, t.rollups.c.bag)).all())
    assert bags["n2"] == "{}"


def test_withdrawal_that_comes_before_its_record_holds(room: Room) -> None:
    detected = m.asset_detected("a1")
    told(room, m.record_withdrawn(detected))
    assert told(room, detected)["detections"]["assets"]["value"] == 0
    assert "n1" not in room.board.networks


def test_withdrawal_taken_back_by_a_later_one_lets_the_record_hold_again(room: Room) -> None:
    detected = m.asset_detected("a1")
    withdrawal = m.record_withdrawn(detected, at="2018-10-21T10:00:00Z")
    told(room, detected, withdrawal)
    assert pages(room, "n1") == 0
    told(room, m.record_withdrawn(withdrawal, at="2018-10-22T10:00:00Z"))
    assert pages(room, "n1") == 1


def test_withdrawal_is_not_taken_back_by_an_earlier_one(room: Room) -> None:
    detected = m.asset_detected("a1")
    withdrawal = m.record_withdrawn(detected, at="2018-10-21T10:00:00Z")
    told(room, detected, withdrawal, m.record_withdrawn(withdrawal, at="2018-10-20T10:00:00Z"))
    assert pages(room, "n1") == 0


def test_withdrawing_the_later_of_two_reports_brings_the_earlier_words_back(room: Room) -> None:
    later = m.network_reported(code_name="Tall Heron", at="2018-10-22T10:00:00Z")
    told(room, m.network_reported(code_name="Harbour Finch"), later)
    assert room.board.networks["n1"].name == "Tall Heron"
    told(room, m.record_withdrawn(later))
    assert room.board.networks["n1"].name == "Harbour Finch"


def test_withdrawn_removal_gives_the_asset_back(room: Room) -> None:
    removal = m.asset_removed("a1", at="2018-10-26T13:00:00Z")
    assert told(room, m.asset_detected("a1"), removal)["takedowns"]["assets"]["value"] == 1
    takedowns = told(room, m.record_withdrawn(removal))["takedowns"]
    assert (takedowns["assets"]["value"], takedowns["restored"]) == (0, 0)


def test_withdrawing_somebody_elses_record_is_forbidden_and_changes_nothing(room: Room) -> None:
    detected = m.asset_detected("a1")
    before = told(room, detected)
    (answer,) = room.send([m.record_withdrawn(detected, source=m.OTHER_SOURCE)])
    assert (answer.status, answer.seq) == ("forbidden", None)
    assert room.measures() == before


# ------------------------------------------------------------------------------------------- repeated, late, unordered


def test_record_sent_twice_counts_once_and_gets_its_first_place(room: Room) -> None:
    first = room.send([m.asset_detected("a1"), m.ad_observed()])
    again = room.send([m.ad_observed(), m.asset_detected("a1"), m.ad_observed()])
    assert [(answer.status, answer.seq) for answer in again] == [
        ("duplicate", first[1].seq),
        ("duplicate", first[0].seq),
        ("duplicate", first[1].seq),
    ]
    assert room.measures()["detections"]["assets"]["value"] == 1
    assert room.board.seq == 2


def test_record_sent_twice_in_one_batch_counts_once(room: Room) -> None:
    detected = m.asset_detected("a1")
    assert [answer.status for answer in room.send([detected, detected])] == ["accepted", "duplicate"]
    assert room.measures()["detections"]["assets"]["value"] == 1


def test_same_id_with_other_content_is_a_conflict_and_changes_nothing(room: Room) -> None:
    before = told(room, m.asset_detected("a1", id="one"))
    (answer,) = room.send([m.asset_detected("a1", "n2", id="one")])
    assert answer.status == "conflict"
    assert room.measures() == before


def test_late_record_does_not_overrule_what_was_said_after_it(room: Room) -> None:
    told(room, m.network_reported(code_name="Tall Heron", at="2018-10-22T10:00:00Z"))
    told(room, m.network_reported(code_name="Harbour Finch", title="The first", at="2018-10-21T10:00:00Z"))
    network = room.board.networks["n1"]
    assert (network.name, network.title) == ("Tall Heron", "The first")


def test_late_detection_moves_the_first_time_back_and_with_it_the_time_to_removal(room: Room) -> None:
    removal = m.asset_removed("a1", at="2018-10-26T13:00:00Z")
    before = told(room, m.asset_detected("a1", at="2018-10-26T12:00:00Z"), removal)
    assert before["takedowns"]["time_to_removal"]["median_s"] == 3_600
    after = told(room, m.asset_detected("a1", at="2018-10-26T11:00:00Z"))
    assert after["takedowns"]["time_to_removal"]["median_s"] == 7_200
    assert room.board.networks["n1"].first_seen_at == at("2018-10-26T11:00:00Z")


def test_removal_before_the_detection_waits_for_it(room: Room) -> None:
    assert told(room, m.asset_removed("a1"))["takedowns"]["assets"]["value"] == 0
    assert told(room, m.asset_detected("a1"))["takedowns"]["assets"]["value"] == 1


def test_ad_and_event_before_their_asset_count_once_it_is_detected(room: Room) -> None:
    before = told(room, m.ad_observed(asset="a1"), m.event_hosted(assets=["a1"]))
    assert (before["spend"]["ads"]["value"], before["events"]["figure"]["value"]) == (0, 0)
    after = told(room, m.asset_detected("a1"))
    assert (after["spend"]["ads"]["value"], after["events"]["figure"]["value"]) == (1, 1)


def test_any_order_and_any_batches_give_the_same_picture(room: Room) -> None:
    events = [event for event in m.one_of_each() if "withdrawn" not in event["type"]]
    events += [*everything_about_a2(), m.network_split(assets=["a1"], at="2018-10-21T10:00:00Z")]
    events += [m.record_withdrawn(events[1]), m.networks_merged("n2", ["n3"], at="2018-10-22T10:00:00Z")]
    room.send(events, together=len(events))
    figures, networks = room.measures(), room.board.networks
    chance = random.Random(18)
    for together in (1, 3):
        chance.shuffle(events)
        other = Room("sqlite://", now=NOW)
        other.send(events, together=together)
        assert other.measures() == figures
        assert other.board.networks == networks
        other.close()


# ------------------------------------------------------------------------------------------------- merges and splits


def two_networks() -> list[m.Event]:
    return [
        m.network_reported("n1", code_name="Harbour Finch"),
        m.network_reported("n2", code_name="Quiet Rook", source=m.OTHER_SOURCE),
        m.asset_detected("a1", "n1"),
        m.asset_detected("a2", "n2"),
        m.accounts_observed("a1", ["x1", "x2"]),
        m.accounts_observed("a2", ["x2", "x3"]),
    ]


def test_merge_folds_the_figures_under_the_survivor_and_keeps_its_words(room: Room) -> None:
    told(room, *two_networks(), m.networks_merged("n1", ["n2"], at="2018-10-21T10:00:00Z"))
    assert list(room.board.networks) == ["n1"]
    network = room.board.networks["n1"]
    assert (network.name, network.members, pages(room, "n1")) == ("Harbour Finch", ("n1", "n2"), 2)
    assert network.detectors == tuple(sorted((m.SOURCE, m.OTHER_SOURCE)))
    assert reach(room, network=("n1",)) == "3"
    found = room.board.find("n2")
    assert found is not None
    assert found.id == "n1"
    assert reach(room, network=("n2",)) == "3"


def test_merge_undone_is_as_if_there_had_been_none(room: Room) -> None:
    before = told(room, *two_networks())
    told(room, m.networks_merged("n1", ["n2"], at="2018-10-21T10:00:00Z"))
    assert told(room, m.merge_undone("n1", ["n2"], at="2018-10-22T10:00:00Z")) == before


def test_merges_in_a_chain_end_at_the_last_survivor(room: Room) -> None:
    told(room, *two_networks(), m.asset_detected("a3", "n3"))
    told(room, m.networks_merged("n2", ["n3"], at="2018-10-21T10:00:00Z"))
    told(room, m.networks_merged("n1", ["n2"], at="2018-10-22T10:00:00Z"))
    assert room.board.networks["n1"].members == ("n1", "n2", "n3")
    told(room, m.merge_undone("n1", ["n2"], at="2018-10-23T10:00:00Z"))
    assert room.board.networks["n2"].members == ("n2", "n3")


def test_merges_that_would_close_a_circle_leave_one_survivor(room: Room) -> None:
    told(room, *two_networks(), m.asset_detected("a3", "n3"))
    told(room, m.networks_merged("n1", ["n2"], at="2018-10-21T10:00:00Z"))
    told(room, m.networks_merged("n2", ["n3"], at="2018-10-22T10:00:00Z"))
    told(room, m.networks_merged("n3", ["n1"], at="2018-10-23T10:00:00Z"))
    assert list(room.board.networks) == ["n1"]
    assert pages(room, "n1") == 3


def test_network_absorbed_by_two_belongs_to_the_later(room: Room) -> None:
    told(room, *two_networks(), m.asset_detected("a3", "n3"))
    told(room, m.networks_merged("n1", ["n3"], at="2018-10-22T10:00:00Z"))
    told(room, m.networks_merged("n2", ["n3"], at="2018-10-21T10:00:00Z"))
    assert room.board.networks["n1"].members == ("n1", "n3")


def test_split_moves_assets_and_their_ads_and_undoing_it_moves_them_back(room: Room) -> None:
    before = told(room, *two_networks(), m.asset_detected("a4", "n1"), m.ad_observed("ad4", "a4"))
    told(room, m.network_split("n1", "n3", ["a4"], at="2018-10-21T10:00:00Z"))
    assert (pages(room, "n1"), pages(room, "n3")) == (1, 1)
    assert room.measures(network=("n3",))["spend"]["ads"]["value"] == 1
    assert room.measures(network=("n1",))["spend"]["ads"]["value"] == 0
    assert told(room, m.split_undone("n1", "n3", ["a4"], at="2018-10-22T10:00:00Z")) == before
    assert (pages(room, "n1"), pages(room, "n3")) == (2, 0)


def test_later_detection_does_not_undo_a_split(room: Room) -> None:
    told(room, m.asset_detected("a1", "n1"), m.network_split("n1", "n3", ["a1"], at="2018-10-21T10:00:00Z"))
    told(room, m.asset_detected("a1", "n1", at="2018-10-22T10:00:00Z"))
    assert (pages(room, "n1"), pages(room, "n3")) == (0, 1)


def test_undone_split_falls_back_to_the_latest_word_of_a_detector(room: Room) -> None:
    told(room, m.asset_detected("a1", "n1"), m.network_split("n1", "n3", ["a1"], at="2018-10-21T10:00:00Z"))
    told(room, m.asset_detected("a1", "n2", at="2018-10-22T10:00:00Z"))
    told(room, m.split_undone("n1", "n3", ["a1"], at="2018-10-23T10:00:00Z"))
    assert (pages(room, "n1"), pages(room, "n2"), pages(room, "n3")) == (0, 1, 0)


# --------------------------------------------------------------------------------------------------------- the board


def test_asset_without_a_network_counts_in_everything_and_in_no_narrower_scope(room: Room) -> None:
    told(room, m.asset_detected("a1", None), m.accounts_observed("a1", ["x1"]))
    assert room.board.networks == {}
    assert room.measures()["detections"]["assets"]["value"] == 1
    assert room.measures(open_only=True)["detections"]["assets"]["value"] == 0
    told(room, m.asset_detected("a1", "n1", at="2018-10-21T10:00:00Z"))
    assert room.measures(open_only=True)["detections"]["assets"]["value"] == 1


def test_asset_that_changes_its_surface_counts_on_the_new_one_alone(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.accounts_observed("a1", ["x1"]))
    told(room, m.asset_detected("a1", kind="group", at="2018-10-21T10:00:00Z"))
    assert room.board.networks["n1"].assets == {GROUPS: 1}
    assert [each["surface"] for each in room.measures()["reach"]["surfaces"]] == ["facebook:group"]


def test_board_that_follows_sees_what_one_that_reads_everything_sees(room: Room) -> None:
    events = [*two_networks(), *everything_about_a2(), m.networks_merged("n1", ["n2"], at="2018-10-21T10:00:00Z")]
    for event in [*events, *(m.record_withdrawn(event) for event in events)]:
        room.send([event])
        followed, read = room.board, Board()
        with room.database.read() as connection:
            read.refresh(connection)
        assert followed.networks == read.networks
        assert followed.measures(Scope(), now=NOW, watch=room.watch) == read.measures(
            Scope(), now=NOW, watch=room.watch
        )


def test_frozen_board_does_not_change_under_whoever_reads_it(room: Room) -> None:
    told(room, m.asset_detected("a1"))
    frozen = room.board
    told(room, m.asset_detected("a2"), m.stage_changed("n1", Stage.REMOVED))
    assert frozen.networks["n1"].assets == {PAGES: 1}
    assert frozen.networks["n1"].stage is Stage.DETECTED
    assert pages(room, "n1") == 2


def test_board_knows_who_sends_and_when_the_newest_record_came(room: Room) -> None:
    told(room, m.asset_detected("a1"), m.ad_observed())
    room.clock.at += 60 * SECOND
    told(room, m.asset_detected("a2", source=m.OTHER_SOURCE))
    sources = room.board.sources
    assert (sources[m.SOURCE].records, sources[m.SOURCE].types) == (2, {"asset.detected", "ad.observed"})
    assert sources[m.OTHER_SOURCE].recorded_at - sources[m.SOURCE].recorded_at == 60 * SECOND


def test_election_is_scheduled_and_moved(room: Room) -> None:
    told(room, m.election_scheduled(polls_close="2018-11-07T06:00:00Z"))
    assert room.board.elections["us-2018"].polls_open == at("2018-11-06T11:00:00Z")
    told(room, m.election_scheduled(polls_open="2018-11-06T10:00:00Z", at="2018-10-21T10:00:00Z"))
    election = room.board.elections["us-2018"]
    assert (election.polls_open, election.polls_close) == (at("2018-11-06T10:00:00Z"), at("2018-11-07T06:00:00Z"))
