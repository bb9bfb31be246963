"""Glance: the headlines of every wall with a shorter sentence, one line for what is overdue, one for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.vocabulary import DAY, HOUR, MINUTE, Stage, isoformat
from dashboards.scenes import glance, situation
from tests import makers
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")
A_FEW_REAIS = {"currency": "BRL", "qualifier": "about", "minor": 900}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=NOW)
    yield room
    room.close()


def view(room: Room, limits: dict[str, int] | None = None) -> dict[str, Any]:
    return glance.SCENE.view(room.board, room.clock.now(), room.watch, limits or {})


def told(room: Room) -> None:
    room.send(
        [
            makers.network_reported("n1", code_name="Low Tide", at=isoformat(NOW - 60 * HOUR)),
            makers.asset_detected("a1", network="n1", at=isoformat(NOW - 60 * HOUR)),
            makers.accounts_observed("a1", [f"x{n}" for n in range(41)], at=isoformat(NOW - 50 * HOUR)),
            makers.asset_detected("g1", network="n1", kind="group", at=isoformat(NOW - 60 * HOUR)),
            makers.count_observed("g1", 900, at=isoformat(NOW - 50 * HOUR)),
            makers.ad_observed("ad1", "a1", at=isoformat(NOW - 50 * HOUR)),
            makers.ad_observed("ad2", "a1", at=isoformat(NOW - 50 * HOUR), spend=A_FEW_REAIS),
            makers.event_hosted("e1", ["a1"], at=isoformat(NOW - 50 * HOUR)),
            makers.stage_changed("n1", Stage.CONFIRMED, at=isoformat(NOW - 51 * HOUR)),
        ]
    )


def test_the_headlines_are_those_of_the_situation_wall(room: Room) -> None:
    told(room)
    mine, others = view(room)["heroes"], situation.SCENE.view(room.board, NOW, room.watch, {})["heroes"]
    assert {key: hero["number"] for key, hero in mine.items()} == {key: hero["number"] for key, hero in others.items()}
    assert mine["reach"]["siblings"] == []
    assert others["reach"]["siblings"] != []
    assert mine["spend"]["siblings"] == others["spend"]["siblings"] != []
    assert mine["takedowns"]["label"] == "assets removed today"


def test_it_is_never_left_out_that_nobody_knows_if_events_took_place(room: Room) -> None:
    assert view(room)["heroes"]["events"]["label"] == "events hosted"
    told(room)
    assert view(room)["heroes"]["events"]["label"] == "event hosted, not verified"
    room.send([makers.event_hosted("e1", ["a1"], at=isoformat(NOW), took_place="yes")])
    assert view(room)["heroes"]["events"]["label"] == "event hosted"


def test_of_a_held_figure_it_says_only_that(room: Room) -> None:
    told(room)
    room.clock.at = NOW + 20 * MINUTE
    heroes = view(room, {makers.SOURCE: 600})["heroes"]
    assert heroes["reach"]["held"]
    assert heroes["reach"]["label"] == "held at 14:30, Tests not answering"


def test_the_longest_overdue_is_named_and_the_others_counted(room: Room) -> None:
    assert view(room)["band"] == {"name": "", "text": "No limits running"}
    told(room)
    assert view(room)["band"] == {"name": "Low Tide", "text": "51\u202fh in Confirmed, limit 48\u202fh"}
    room.send(
        [
            makers.network_reported("n2", at=isoformat(NOW - 60 * HOUR)),
            makers.stage_changed("n2", Stage.CONFIRMED, at=isoformat(NOW - 50 * HOUR)),
        ]
    )
    assert view(room)["band"] == {"name": "Low Tide", "text": "51\u202fh in Confirmed, and 1 more"}
    room.clock.at = NOW - 40 * HOUR
    assert view(room)["band"]["text"] == "Nothing overdue"


def test_the_foot_says_what_is_open_when_the_vote_is_and_what_happened_last(room: Room) -> None:
    assert view(room)["foot"]["vote"] == {"n": "–", "label": "no vote ahead"}
    assert view(room)["foot"]["last"] is None
    told(room)
    opens = NOW + 11 * DAY
    polls = {"polls_open": isoformat(opens), "polls_close": isoformat(opens + 12 * HOUR)}
    room.send([makers.election_scheduled("us", name="US midterms", **polls)])
    foot = view(room)["foot"]
    assert (foot["open"], foot["vote"]) == ({"n": "1", "label": "network open"}, {"n": "11", "label": "days to vote"})
    assert (foot["last"]["verb"], foot["last"]["name"]) == ("Overdue", "Low Tide")
    for moment, said in (
        (opens - HOUR, {"n": "1", "label": "hour to vote"}),
        (opens, {"n": "open", "label": "polls"}),
        (opens + 12 * HOUR, {"n": "closed", "label": "polls"}),
    ):
        room.clock.at = moment
        assert view(room)["foot"]["vote"] == said
