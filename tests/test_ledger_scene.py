"""Takedown ledger: the clock of every step of a removal, what came after it, and which takedowns are seen first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.vocabulary import DAY, HOUR, MINUTE, SECOND, Stage, isoformat
from dashboards.scenes import Sight, ledger
from tests import makers
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")
NARROW = "\u202f"
NONE = {"n": "–", "sub": ""}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=NOW)
    yield room
    room.close()


def view(room: Room, limits: dict[str, int] | None = None) -> dict[str, Any]:
    sight = Sight(room.board, room.clock.now(), room.watch, limits or {})
    return {name: draw(sight) for name, draw in ledger.SCENE.panels.items()}


def rows(room: Room) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = view(room)["takedowns"]["rows"]
    return found


def only(room: Room) -> dict[str, Any]:
    (row,) = rows(room)
    return row


def stage(network: str, stage: Stage, ago: int) -> makers.Event:
    return makers.stage_changed(network, stage, at=isoformat(NOW - ago))


def ordered(network: str = "n1", ago: int = 5 * HOUR, assets: int = 2) -> list[makers.Event]:
    """Detected four days before its order, reviewed a day later, confirmed a day before the order."""
    first = isoformat(NOW - ago - 4 * DAY)
    return [
        makers.network_reported(network, at=first),
        *[makers.asset_detected(f"{network}-a{n}", network=network, at=first) for n in range(assets)],
        stage(network, Stage.UNDER_REVIEW, ago + 3 * DAY),
        stage(network, Stage.CONFIRMED, ago + DAY),
        stage(network, Stage.REMOVAL_ORDERED, ago),
    ]


def removed(network: str = "n1", ago: int = 2 * HOUR, assets: int = 2, wave: str = "first") -> list[makers.Event]:
    """Ordered three hours before it was removed."""
    when = isoformat(NOW - ago)
    return [
        *ordered(network, ago + 3 * HOUR, assets),
        *[makers.asset_removed(f"{network}-a{n}", at=when, wave=wave) for n in range(assets)],
        stage(network, Stage.REMOVED, ago),
    ]


# --- clocks -----------------------------------------------------------------------------------------------------------


def test_every_step_has_the_time_that_it_took_and_when_it_was_taken(room: Room) -> None:
    room.send(removed())
    row = only(room)
    assert row["total"] == {"n": f"4{NARROW}d", "sub": "from 22 Oct 09:30"}
    assert row["confirmed"] == {"n": f"3{NARROW}d", "sub": "25 Oct 09:30"}
    assert row["ordered"] == {"n": f"24{NARROW}h", "sub": "09:30"}
    assert row["removed"] == {"n": f"3{NARROW}h", "sub": "12:30"}
    assert row["stated"] == NONE | {"sub": "not stated", "name": ""}
    assert row["assets"] == {"n": "2", "sub": "of 2 listed"}
    assert (row["open"], row["late"], row["fresh"]) == (False, False, False)


def test_a_bar_is_cut_where_the_steps_were_taken_and_all_have_one_scale(room: Room) -> None:
    room.send(removed())
    # Four days and three hours on a scale of eight days: 310 units.
    assert view(room)["takedowns"]["scale"] == f"8{NARROW}d"
    assert only(room)["bar"] == [
        {"kind": "confirmed", "x": 0, "width": 116 - 2},
        {"kind": "ordered", "x": 116, "width": 155 - 116 - 2},
        {"kind": "removed", "x": 155, "width": 3},
    ]


def test_what_went_back_to_review_was_confirmed_when_it_was_for_the_last_time(room: Room) -> None:
    room.send(
        [
            *ordered(ago=2 * DAY),
            stage("n1", Stage.UNDER_REVIEW, 40 * HOUR),
            stage("n1", Stage.CONFIRMED, 30 * HOUR),
            stage("n1", Stage.REMOVED, HOUR),
        ]
    )
    row = only(room)
    assert row["confirmed"]["sub"] == "25 Oct 08:30"
    assert row["ordered"] == NONE
    assert row["removed"] == {"n": f"29{NARROW}h", "sub": "13:30"}


def test_of_what_others_removed_only_the_day_is_known(room: Room) -> None:
    when = isoformat(NOW - 10 * DAY)
    room.send(
        [
            makers.network_reported("n1", at=when),
            makers.stage_changed("n1", Stage.REMOVED, at=when),
            makers.statement_made("n1", by="Facebook", at=when, assets={"facebook:page": 30}),
        ]
    )
    row = only(room)
    assert row["total"] == NONE | {"sub": "detection not recorded"}
    assert row["bar"] == []
    assert row["removed"] == {"n": "–", "sub": "16 Oct 14:30"}
    assert row["stated"] == {"n": "–", "sub": "by ", "name": "Facebook"}
    assert row["assets"] == {"n": "30", "sub": "stated, 0 listed"}
    assert view(room)["headline"]["clock"]["n"] == "–"


def test_the_first_word_on_its_assets_after_the_removal_counts_as_stated(room: Room) -> None:
    said = {"assets": {"facebook:page": 2}}
    room.send(
        [
            *removed(),
            makers.statement_made("n1", by="ad search", at=isoformat(NOW - 110 * MINUTE), ads=0),
            makers.statement_made("n1", by="desk", at=isoformat(NOW - 3 * HOUR), **said),
        ]
    )
    assert only(room)["stated"] == NONE | {"sub": "before removal", "name": ""}
    for by, ago in (("Facebook", 90 * MINUTE), ("press", 10 * MINUTE)):
        room.send([makers.statement_made("n1", by=by, at=isoformat(NOW - ago), **said)])
    assert only(room)["stated"] == {"n": f"30{NARROW}min", "sub": "by ", "name": "Facebook"}


# --- what is not over -------------------------------------------------------------------------------------------------


def test_an_order_waits_until_its_limit_and_then_somebody_must_act(room: Room) -> None:
    room.send(ordered())
    row = only(room)
    assert row["removed"] == {"n": "–", "sub": "due 21:30"}
    assert row["bar"][-1]["kind"] == "waiting"
    assert row["wave"] == {"lead": "not removed yet", "name": ""}
    assert row["assets"] == {"n": "0", "sub": "of 2 listed"}
    assert row["stated"] == NONE | {"name": ""}
    assert (row["open"], row["late"]) == (True, False)
    room.clock.at = NOW + 9 * HOUR
    row = only(room)
    assert row["removed"] == {"n": f"14{NARROW}h", "sub": f"2{NARROW}h overdue"}
    assert row["late"]


def test_assets_that_were_removed_without_an_order_are_in_it_too(room: Room) -> None:
    first = isoformat(NOW - DAY)
    room.send([makers.network_reported("n1", at=first), makers.network_reported("n2", at=first)])
    room.send([makers.asset_detected(f"a{n}", network="n1", at=first) for n in range(3)])
    room.send([makers.asset_removed("a0", at=isoformat(NOW - HOUR), wave="")])
    row = only(room)
    assert row["total"] == {"n": "–", "sub": "from 25 Oct 14:30"}
    assert row["removed"] == {"n": "–", "sub": "in part"}
    assert row["assets"] == {"n": "1", "sub": "of 3 listed"}
    assert row["wave"] == {"lead": "no wave named", "name": ""}
    room.send([makers.asset_restored("a0", at=isoformat(NOW - MINUTE))])
    assert rows(room) == []


def test_what_came_back_is_said(room: Room) -> None:
    room.send([*removed(ago=3 * DAY), makers.asset_restored("n1-a1", at=isoformat(NOW - 2 * DAY))])
    assert only(room)["restored"] == {"n": "1", "sub": "", "name": ""}
    assert only(room)["assets"] == {"n": "1", "sub": "of 2 listed"}
    room.send([stage("n1", Stage.UNDER_REVIEW, DAY)])
    row = only(room)
    assert row["restored"] == {"n": "1", "sub": "reopened 25 Oct 14:30", "name": ""}
    assert (row["removed"]["n"], row["open"]) == (f"3{NARROW}h", True)
    headline = view(room)["headline"]
    assert headline["restored"] == {"n": "1", "label": "restored", "sub": "1 reopened"}
    assert headline["removed"]["sub"] == "since 1 Oct, 2 detected"
    assert headline["waves"] == {"n": "1", "label": "wave", "sub": "0 networks"}
    room.send([stage("n1", Stage.REMOVAL_ORDERED, HOUR)])
    row = only(room)
    assert row["removed"]["sub"] == "due 27 Oct 01:30"
    assert row["restored"]["sub"] == "reopened 25 Oct 14:30"


def test_a_later_network_that_overlaps_is_named_and_never_called_the_same(room: Room) -> None:
    later = makers.network_reported("n2", code_name="Low Tide", at=isoformat(NOW - HOUR))
    room.send([*removed(ago=3 * DAY), later, makers.network_overlapped("n2", "n1", at=isoformat(NOW - HOUR))])
    assert only(room)["restored"] == {"n": "0", "sub": "overlap ", "name": "Low Tide"}
    room.send(
        [makers.network_overlapped("n1", "n3", at=isoformat(NOW - MINUTE)), makers.network_reported("n3", at=NOW)]
    )
    assert only(room)["restored"] == {"n": "0", "sub": "2 overlaps, ", "name": "Low Tide"}


# --- waves, order, headline -------------------------------------------------------------------------------------------


def test_a_wave_names_its_networks_unless_it_is_of_one_and_called_like_it(room: Room) -> None:
    room.send([*removed("n1", wave="sweep"), *removed("n2", wave="sweep"), *removed("n3", wave="N3")])
    assert [row["wave"] for row in rows(room)] == [
        {"lead": "2 networks, ", "name": "sweep"},
        {"lead": "2 networks, ", "name": "sweep"},
        {"lead": "in one wave", "name": ""},
    ]
    assert view(room)["headline"]["waves"] == {"n": "2", "label": "waves", "sub": "3 networks"}
    room.send([makers.asset_removed("n3-a1", at=isoformat(NOW), wave="second")])
    assert rows(room)[2]["wave"] == {"lead": "in 2 waves", "name": ""}


def test_the_headline_is_counted_by_hand(room: Room) -> None:
    room.send([*removed("n1", assets=3), *removed("n2", ago=5 * HOUR, assets=1), *ordered("n3")])
    first = isoformat(NOW - 6 * DAY)
    room.send([makers.asset_detected("late", network="n1", at=first)])
    room.send([makers.asset_removed("late", at=isoformat(NOW - HOUR))])
    headline = view(room)["headline"]
    assert headline["removed"] == {
        "n": "5",
        "label": "assets removed",
        "sub": "since 1 Oct, 7 detected",
        "is_held": False,
    }
    # Four of them took four days and three hours, the last one six days but an hour.
    assert headline["clock"] == {
        "n": f"4{NARROW}d",
        "label": "median, detection to removal",
        "sub": f"of 5 assets, 4{NARROW}d to 5{NARROW}d",
    }


def test_the_longest_overdue_come_first_and_leave_room_for_the_newest(room: Room) -> None:
    for n in range(4):
        room.send(ordered(f"late-{n}", (20 + n) * HOUR))
    for n in range(8):
        room.send(removed(f"done-{n}", (n + 1) * HOUR))
    found = view(room)["takedowns"]
    named = [row["name"] for row in found["rows"]]
    assert named == ["Late 3", "Late 2", "Done 0", "Done 1", "Done 2", "Done 3", "Done 4"]
    assert found["more"] == "and 5 more since 1 Oct, 2 of them overdue"


def test_overdue_ones_fill_what_room_there_is(room: Room) -> None:
    for n in range(5):
        room.send(ordered(f"late-{n}", (20 + n) * HOUR))
    room.send(removed("done"))
    found = view(room)["takedowns"]
    assert [row["name"] for row in found["rows"]] == ["Late 4", "Late 3", "Late 2", "Late 1", "Late 0", "Done"]
    assert found["more"] == ""


def test_what_closed_before_the_watch_is_in_no_row(room: Room) -> None:
    room.send(removed(ago=40 * DAY))
    assert rows(room) == []
    assert view(room)["headline"]["removed"]["n"] == "0"


def test_a_removal_is_marked_for_half_an_hour(room: Room) -> None:
    room.send(removed(ago=29 * MINUTE))
    assert only(room)["fresh"]
    room.clock.at = NOW + MINUTE + SECOND
    assert not only(room)["fresh"]


def test_an_empty_room_says_what_will_come(room: Room) -> None:
    found = view(room)
    assert found["takedowns"] == {"rows": [], "scale": f"24{NARROW}h", "more": ""}
    assert found["headline"]["removed"]["sub"] == "since 1 Oct, 0 detected"
    assert found["headline"]["clock"]["sub"] == "no asset was timed yet"
    assert found["headline"]["waves"] == {"n": "0", "label": "waves", "sub": "0 networks"}
    assert found["headline"]["restored"] == {"n": "0", "label": "restored", "sub": "none reopened"}


def test_a_silent_source_of_removals_holds_the_figure(room: Room) -> None:
    room.send(removed())
    room.clock.at = NOW + 20 * MINUTE
    headline = view(room, {makers.SOURCE: 600})["headline"]
    assert headline["removed"]["sub"] == "held at 14:30, Tests not answering"
    assert headline["removed"]["is_held"]


def test_names_from_outside_stay_text(room: Room) -> None:
    evil = "<img src=x onerror=alert(1)>\u202egnp"
    said = makers.statement_made("n1", by=evil, at=isoformat(NOW), assets={"facebook:page": 2})
    again = makers.network_reported("n1", code_name=evil, at=isoformat(NOW - HOUR))
    room.send([*removed(wave=f"{evil} again"), again, said])
    html = ledger.SCENE.payload("takedowns", view(room))
    assert isinstance(html, str)
    assert "<img" not in html
    assert "\u202e" not in html
    assert html.count("&lt;img src=x") == 3


def test_figures_of_any_size_are_shortened_and_keep_their_hedge(room: Room) -> None:
    stated = {"facebook:page": {"qualifier": "more than", "value": 1_234_567}}
    room.send([*removed(), makers.statement_made("n1", at=isoformat(NOW), assets=stated)])
    assert only(room)["assets"] == {"n": f">1.23{NARROW}M", "sub": "stated, 2 listed"}
    headline = view(room)["headline"]["removed"]
    assert (headline["n"], headline["sub"]) == (f">1.23{NARROW}M", "since 1 Oct, 2 listed")
