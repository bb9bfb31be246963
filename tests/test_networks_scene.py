"""Networks: whose row stands where, what it says of origin and stage, and the dots on one axis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.hedged import Hedged
from app.vocabulary import DAY, HOUR, MINUTE, Rung, Stage, isoformat
from dashboards.scenes import networks
from dashboards.scenes._marks import DOT, LEFT, OPEN_END, RIGHT, WIDTH, Axis, dot_on
from tests import makers
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=NOW)
    yield room
    room.close()


def view(room: Room) -> dict[str, Any]:
    return networks.SCENE.view(room.board, room.clock.now(), room.watch, {})


def network(id: str, followers: int = 0, *, ago: int = HOUR, **said: Any) -> list[makers.Event]:
    when = {"at": isoformat(NOW - ago)}
    events = [makers.network_reported(id, **when, **said), makers.asset_detected(f"p-{id}", id, **when)]
    return [*events, makers.count_observed(f"p-{id}", followers, **when)] if followers else events


def names(part: dict[str, Any]) -> list[str]:
    return [row["name"] for row in part["rows"]]


# --- rows -------------------------------------------------------------------------------------------------------------


def test_overdue_networks_come_first_and_then_those_of_most_accounts(room: Room) -> None:
    room.send(
        [*network("small", 90), *network("large", 90_000), *network("unknown"), *network("late", 5, ago=25 * HOUR)]
    )
    found = view(room)["open"]
    assert names(found) == ["Late", "Large", "Small", "Unknown"]
    assert [row["late"] for row in found["rows"]] == [True, False, False, False]
    assert [row["reach"] for row in found["rows"]] == ["5", "90\u202fk", "90", "–"]
    assert found["rows"][3]["dot"] is None
    assert found["head"] == "Open, by accounts reached"


def test_what_has_no_room_is_counted_and_so_is_what_of_all_is_overdue(room: Room) -> None:
    room.send([each for n in range(7) for each in network(f"n{n}", n + 1, ago=(25 if n == 0 else 1) * HOUR)])
    assert view(room)["open"]["head"] == "5 of 7 open, 1 overdue"
    assert names(view(room)["open"]) == ["N0", "N6", "N5", "N4", "N3"]
    room.send([makers.stage_changed("n0", Stage.DISMISSED, at=isoformat(NOW))])
    assert view(room)["open"]["head"] == "5 of 6 open, by accounts reached"


def test_closed_ones_stand_below_the_latest_first_on_the_same_axis(room: Room) -> None:
    room.send([*network("open", 2_000_000)])
    for n in range(4):
        stage = Stage.DISMISSED if n == 3 else Stage.REMOVED
        room.send([*network(f"n{n}", 10), makers.stage_changed(f"n{n}", stage, at=isoformat(NOW - n * MINUTE))])
    found = view(room)
    assert names(found["closed"]) == ["N0", "N1", "N2"]
    assert found["closed"]["more"] == "1 more closed since 1 Oct"
    assert found["closed"]["rows"][1]["stage"] == "Removed 1\u202fmin ago"
    assert found["closed"]["axis"] == found["open"]["axis"]


def test_an_empty_room_has_no_rows_and_an_axis(room: Room) -> None:
    found = view(room)
    assert (found["open"]["rows"], found["closed"]["rows"]) == ([], [])
    assert [tick["label"] for tick in found["open"]["axis"]] == ["1,000", "10\u202fk", "100\u202fk", "1\u202fM"]


@pytest.mark.parametrize(
    ("stage", "pips"),
    [
        (None, ["on", "off", "off", "off", "off"]),
        (Stage.CONFIRMED, ["on", "on", "on", "off", "off"]),
        (Stage.REMOVED, ["on", "on", "on", "on", "on"]),
        (Stage.DISMISSED, ["off", "off", "off", "off", "off"]),
    ],
)
def test_pips_say_how_far_it_came(room: Room, stage: Stage | None, pips: list[str]) -> None:
    room.send(network("n1"))
    if stage is not None:
        room.send([makers.stage_changed("n1", stage, at=isoformat(NOW))])
    found = view(room)
    (row,) = found["open"]["rows"] + found["closed"]["rows"]
    assert row["pips"] == pips


def test_only_an_approved_origin_is_named(room: Room) -> None:
    room.send(network("n1", origins=["IR"], targets=["US", "GB"]))
    assert view(room)["open"]["rows"][0]["aim"] == "Undetermined → US, UK"
    room.send([makers.attribution_assessed("n1", Rung.CANNOT_SAY, approved_by="lead", at=isoformat(NOW - 1))])
    assert view(room)["open"]["rows"][0]["aim"] == "Undetermined → US, UK"
    room.send([makers.attribution_assessed("n1", Rung.ORIGINATED_IN, approved_by="lead", at=isoformat(NOW))])
    assert view(room)["open"]["rows"][0]["aim"] == "Iran → US, UK"
    room.send([makers.network_reported("n1", origins=["IR"], targets=["IR"], at=isoformat(NOW))])
    assert view(room)["open"]["rows"][0]["aim"] == "Within Iran"
    room.send([makers.network_reported("n1", targets=["US", "GB", "FR", "BR", "CA"], at=isoformat(NOW + 1))])
    assert view(room)["open"]["rows"][0]["aim"] == "Iran → US, UK, FR +2"


def test_assets_are_counted_by_surface_with_what_is_new_and_what_is_elsewhere(room: Room) -> None:
    room.send(network("n1", ago=DAY))
    room.send([makers.asset_detected("p2", "n1", at=isoformat(NOW - 29 * MINUTE))])
    room.send([makers.asset_detected("c1", "n1", platform="youtube", kind="channel", at=isoformat(NOW - DAY))])
    (row,) = view(room)["open"]["rows"]
    assert row["counts"][0] == {"n": "2", "zero": False, "new": "+1"}
    assert row["counts"][1:] == [{"n": "0", "zero": True, "new": ""}] * 3
    assert row["others"] == "1 more on YouTube"
    assert (len(row["days"]), sum(row["days"]), row["days"][-1], row["days"][-2]) == (56, 3, 1, 2)
    room.clock.at = NOW + 57 * DAY
    assert sum(view(room)["open"]["rows"][0]["days"]) == 0


# --- the axis ---------------------------------------------------------------------------------------------------------


def test_an_axis_has_whole_decades_at_least_three_and_at_most_five() -> None:
    assert Axis.around([Hedged.exactly(50), Hedged.exactly(70)]) == Axis(0, 3)
    assert Axis.around([Hedged.exactly(41_000), Hedged.about(2_400_000)]) == Axis(4, 7)
    assert Axis.around([Hedged.exactly(1), Hedged.exactly(10**9)]) == Axis(4, 9)
    assert Axis.around([Hedged.exactly(0)]) == Axis(0, 3)
    assert (Axis(3, 6).at(0), Axis(3, 6).at(10**3), Axis(3, 6).at(10**6), Axis(3, 6).at(10**9)) == (
        LEFT, LEFT, RIGHT, RIGHT,
    )  # fmt: skip


def test_a_bound_is_no_value_and_an_interval_has_no_dot() -> None:
    axis = Axis(3, 6)
    more, less = dot_on(axis, Hedged.more_than(28_000)), dot_on(axis, Hedged.less_than(28_000))
    assert more is not None
    assert less is not None
    assert (more["left"], more["width"]) == (more["x"], OPEN_END)
    assert (round(less["left"] + less["width"], 2), less["width"]) == (less["x"], OPEN_END)
    between = dot_on(axis, Hedged.between(30_000, 56_000))
    assert between is not None
    assert between["x"] is None
    assert between["left"] == axis.at(30_000)
    assert round(between["left"] + between["width"], 2) == axis.at(56_000)
    assert dot_on(axis, Hedged.nothing_said()) is None


def test_a_label_stands_left_of_its_dot_where_there_is_no_room_to_the_right() -> None:
    axis = Axis(3, 6)
    left, right = dot_on(axis, Hedged.between(850_000, 990_000)), dot_on(axis, Hedged.exactly(2_000))
    assert left is not None
    assert right is not None
    assert (left["anchor"], right["anchor"]) == ("end", "start")
    assert 0 < left["label_x"] < left["left"]
    assert right["x"] + DOT < right["label_x"] < WIDTH


# --- what was stated elsewhere ----------------------------------------------------------------------------------------


def test_what_is_stated_elsewhere_counts_there_as_it_does_on_the_scene_of_the_network(room: Room) -> None:
    room.send(network("n1"))
    room.send([makers.asset_detected("x1", "n1", platform="x", kind="account")])
    room.send([makers.statement_made("n1", assets={"x:account": {"qualifier": "about", "value": 500}})])
    assert view(room)["open"]["rows"][0]["others"] == "≈500 more on X"
