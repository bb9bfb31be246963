"""Tempo: how long removals took, what was reached at each time, what is left to remove; each figure by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.audiences import united_hashes
from app.hedged import Hedged
from app.vocabulary import BIN, DAY, HOUR, MINUTE, Scope, Stage, isoformat
from app.wording import short
from dashboards.figures import tempo_assets, tempo_reach
from dashboards.figures._timeline import WEEKS, WIDTH_REM, Box, at_rem, at_week, free, scale
from dashboards.scenes import Sight, ledger, tempo
from dashboards.scenes._tempo import WEEK
from dashboards.scenes._tempo_durations import LEFT, WIDTH, Axis, median
from dashboards.scenes._tempo_reach import MOST_TURNS, line, turns_of
from tests import makers
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=NOW)
    yield room
    room.close()


def sight(room: Room) -> Sight:
    return Sight(room.board, room.clock.now(), room.watch, {})


def view(room: Room) -> dict[str, Any]:
    return tempo.SCENE.view(room.board, room.clock.now(), room.watch, {})


def ago(span: int) -> dict[str, str]:
    return {"at": isoformat(NOW - span)}


def network(id: str, span: int, followers: list[str] | None = None, **said: Any) -> list[makers.Event]:
    """A network with one Page that was found some time ago."""
    events = [makers.network_reported(id, **ago(span), **said), makers.asset_detected(f"p-{id}", id, **ago(span))]
    return events + ([makers.accounts_observed(f"p-{id}", followers, **ago(span))] if followers else [])


def people(first: int, last: int) -> list[str]:
    return [f"account-{n}" for n in range(first, last)]


def removed(id: str, span: int) -> makers.Event:
    return makers.stage_changed(id, Stage.REMOVED, **ago(span))


# --- durations --------------------------------------------------------------------------------------------------------


def test_median_is_of_the_removed_networks_of_the_watch(room: Room) -> None:
    for n, days in enumerate((3, 9, 5)):
        room.send([*network(f"n{n}", days * DAY + n * HOUR), removed(f"n{n}", n * HOUR)])
    room.send([*network("dismissed", 20 * DAY), makers.stage_changed("dismissed", Stage.DISMISSED, **ago(0))])
    room.send([*network("before", 90 * DAY), removed("before", 60 * DAY)])
    part = view(room)["durations"]
    assert str(part["number"]) == "5\u202fd"
    assert part["sub"] == "median of 3, range 3 to 9\u202fd"
    assert part["median"]["label"] == "median of removed, 5\u202fd"
    assert part["median"]["x"] == round(LEFT + Axis.around(9 * DAY).at(5 * DAY), 2)
    assert [row["name"] for row in part["closed"]] == ["N0", "N1", "N2"], "the latest first"


def test_overdue_networks_come_first_and_then_those_that_run_longest(room: Room) -> None:
    room.send([*network("long", 9 * DAY), makers.stage_changed("long", Stage.UNDER_REVIEW, **ago(HOUR))])
    room.send([*network("short", HOUR), *network("late", 30 * HOUR)])
    rows = view(room)["durations"]["open"]
    assert [(row["name"], row["text"]) for row in rows] == [
        ("Late", "30\u202fh, overdue"),
        ("Long", "9\u202fd"),
        ("Short", "60\u202fmin"),
    ]
    assert [row["bars"][0]["kind"] for row in rows] == ["late", "running", "running"]


def test_bar_of_a_removed_network_is_split_where_it_was_confirmed(room: Room) -> None:
    room.send([*network("n1", 10 * DAY), makers.stage_changed("n1", Stage.CONFIRMED, **ago(6 * DAY)), removed("n1", 0)])
    room.send([*network("n2", 10 * DAY), removed("n2", 5 * DAY)])
    first, second = view(room)["durations"]["closed"]
    axis = Axis.around(10 * DAY)
    assert [(bar["kind"], bar["x"], bar["width"]) for bar in first["bars"]] == [
        ("confirmed", LEFT, axis.at(4 * DAY)),
        ("removed", round(LEFT + axis.at(4 * DAY), 2), round(axis.at(10 * DAY) - axis.at(4 * DAY), 2)),
    ]
    assert first["said"] == "confirmed after 4\u202fd, removed after 10\u202fd"
    assert [bar["kind"] for bar in second["bars"]] == ["removed"], "nobody said when it was confirmed"


def test_a_network_that_was_opened_again_counts_to_its_last_removal(room: Room) -> None:
    room.send([*network("n1", 10 * DAY), removed("n1", 8 * DAY)])
    room.send([makers.stage_changed("n1", Stage.UNDER_REVIEW, **ago(4 * DAY))])
    assert view(room)["durations"]["closed"] == []
    room.send([removed("n1", DAY)])
    assert [row["text"] for row in view(room)["durations"]["closed"]] == ["9\u202fd"]


def test_rows_without_room_are_counted_in_words(room: Room) -> None:
    for n in range(7):
        room.send([*network(f"o{n}", HOUR), *network(f"c{n}", DAY), removed(f"c{n}", n * MINUTE)])
    part = view(room)["durations"]
    assert (len(part["open"]), len(part["closed"]), part["more"]) == (5, 5, "and 2 more open, 2 more removed")


def test_words_stand_beyond_the_rule_of_the_median(room: Room) -> None:
    for n, hours in enumerate((95, 96, 97)):
        room.send([*network(f"n{n}", hours * HOUR), removed(f"n{n}", 0)])
    part = view(room)["durations"]
    assert [row["x"] > part["median"]["x"] for row in part["closed"]] == [True] * 3


def test_an_axis_has_few_ends_and_round_ticks() -> None:
    assert [Axis.around(n * DAY).end for n in (0, 10, 11, 15, 27, 53, 60, 400, 4_000)] == [
        1.5, 1.5, 2, 3, 4, 8, 12, 104, 624,
    ]  # fmt: skip
    assert [tick["label"] for tick in Axis(8).ticks] == ["0", "1\u202fwk", *"2345678"]
    assert [tick["label"] for tick in Axis(1.5).ticks] == ["0", "1\u202fwk"]
    assert [tick["label"] for tick in Axis(104).ticks] == ["0", "26\u202fwk", "52", "78", "104"]
    assert (Axis(8).at(8 * WEEK), Axis(8).at(-5)) == (WIDTH, 0)


def test_median_is_a_duration_that_there_was() -> None:
    assert (median([7]), median([9, 1]), median([5, 1, 9]), median([4, 3, 2, 1])) == (7, 1, 5, 2)


def test_an_empty_room_has_no_median(room: Room) -> None:
    part = view(room)["durations"]
    assert (part["number"].shape, part["sub"], part["median"]) == ("unknown", "no network removed since 1 Oct", None)
    assert (part["open"], part["closed"], part["more"]) == ([], [], "")


# --- reach over time --------------------------------------------------------------------------------------------------


def points(room: Room) -> list[tuple[float, str]]:
    return [(point["x"], short(point["figure"])) for point in line(sight(room))["points"]]


def test_line_is_the_union_of_the_networks_that_were_open_and_never_their_sum(room: Room) -> None:
    room.send(network("n1", 8 * WEEK, people(0, 100)))
    room.send(network("n2", 6 * WEEK, people(50, 170)))
    room.send([removed("n1", 3 * WEEK)])
    assert points(room) == [(-21.0, "0"), (-8.0, "100"), (-6.0, "170"), (-3.0, "120"), (0.0, "120")]
    found = view(room)
    assert str(found["reach"]["number"]) == "120"
    (fall,) = found["line"]["falls"]
    assert (fall["x"], fall["before"], fall["after"], fall["text"]) == (-3.0, 170, 120, "N1 removed, down 50")


def test_last_point_is_the_headline_of_situation(room: Room) -> None:
    room.send([*network("n1", WEEK), makers.count_observed("p-n1", {"qualifier": "more than", "value": 28_000})])
    room.send([*network("n2", WEEK), makers.sketch_observed("p-n2", people(0, 9_000))])
    surface = sight(room).surface
    headline = room.board.reach(Scope(open_only=True))[surface].figure
    assert line(sight(room))["points"][-1] == {"x": 0.0, "figure": headline}


def test_what_was_open_before_the_axis_begins_stands_at_its_beginning(room: Room) -> None:
    room.send(network("n1", 30 * WEEK, people(0, 7)))
    room.send([*network("n2", 40 * WEEK, people(0, 90)), removed("n2", 25 * WEEK)])
    assert points(room) == [(-21.0, "7"), (0.0, "7")]


def test_a_removal_and_a_return_are_two_turns(room: Room) -> None:
    room.send([*network("n1", 8 * WEEK, people(0, 40)), removed("n1", 5 * WEEK)])
    room.send([makers.stage_changed("n1", Stage.UNDER_REVIEW, **ago(2 * WEEK))])
    room.send([makers.stage_changed("n1", Stage.CONFIRMED, **ago(WEEK))])
    assert points(room) == [(-21.0, "0"), (-8.0, "40"), (-5.0, "0"), (-2.0, "40"), (0.0, "40")]


def test_a_network_without_an_audience_leaves_a_gap_and_no_zero(room: Room) -> None:
    room.send(network("n1", 4 * WEEK))
    columns = tempo_reach.columns(view(room)["line"])
    assert columns["traces"]["line"]["y"] == [0, None, None]
    assert columns["traces"]["now"]["y"] == [None]


def test_falls_are_the_two_largest_and_those_of_one_moment_are_told_together(room: Room) -> None:
    for n, size in enumerate((500, 400, 300, 50)):
        room.send([*network(f"n{n}", 9 * WEEK, people(n * 1_000, n * 1_000 + size))])
    room.send([removed("n0", WEEK), removed("n1", WEEK), removed("n2", 2 * WEEK), removed("n3", 3 * WEEK)])
    falls = line(sight(room))["falls"]
    assert [fall["text"] for fall in falls] == ["2 closed, down 900", "N2 removed, down 300"]


def test_of_bounds_the_least_is_drawn_and_a_band_to_the_most(room: Room) -> None:
    counts = ({"qualifier": "between", "low": 30_000, "high": 56_000}, {"qualifier": "at most", "value": 900})
    room.send([*network("n1", 2 * WEEK), makers.count_observed("p-n1", counts[0], **ago(DAY))])
    traces = tempo_reach.columns(view(room)["line"])["traces"]
    assert (traces["line"]["y"][-1], traces["most"]["y"][-1]) == (30_000, 56_000)
    room.send([removed("n1", DAY), *network("n2", DAY), makers.count_observed("p-n2", counts[1], **ago(DAY))])
    traces = tempo_reach.columns(view(room)["line"])["traces"]
    assert (traces["line"]["y"][-1], traces["most"]["y"][-1]) == (0, 900)
    more = {"qualifier": "more than", "value": 5_000}
    room.send([*network("n3", DAY), makers.count_observed("p-n3", more, **ago(DAY)), removed("n2", 0)])
    traces = tempo_reach.columns(view(room)["line"])["traces"]
    assert traces["line"]["y"][-1] == traces["most"]["y"][-1] == 5_000


def test_many_changes_are_drawn_together_and_none_is_lost(room: Room) -> None:
    events = [each for n in range(90) for each in network(f"n{n}", (n + 1) * 30 * HOUR)]
    room.send(events)
    room.send([removed(f"n{n}", (n + 1) * 15 * HOUR) for n in range(0, 90, 3)])
    turns = turns_of(sight(room))
    assert 20 < len(turns) <= MOST_TURNS + 1
    assert [each.id for each in turns[-1].open] == sorted(each.id for each in sight(room).open)
    assert [turn.at for turn in turns] == sorted(turn.at for turn in turns)


def test_names_from_outside_are_no_tags_on_the_chart(room: Room) -> None:
    name = "<b>%{x}$\\alpha$</b>\u202e"
    room.send([*network("n1", 9 * WEEK, people(0, 400), code_name=name), removed("n1", 4 * WEEK)])
    columns = tempo_reach.columns(view(room)["line"])
    said = [each["text"] for each in columns["layout"]["annotations"]]
    assert said[-1].startswith("&lt;b&gt;&#37;{x}&#36;")
    assert "removed, down 400" in said[-1]
    assert "<b>" not in json.dumps(columns["layout"])


def test_words_of_a_fall_cover_neither_the_line_nor_the_rule_of_now(room: Room) -> None:
    room.send([*network("n1", 2 * WEEK, people(0, 400)), removed("n1", HOUR)])
    (label,) = tempo_reach.columns(view(room)["line"])["layout"]["annotations"][1:]
    assert (label["xanchor"], label["yanchor"]) == ("right", "top")
    assert label["x"] < 0
    assert label["y"] > 0.9, "above the line before the fall"


# --- assets -----------------------------------------------------------------------------------------------------------


def test_what_is_left_is_known_less_removed_and_less_given_back(room: Room) -> None:
    room.send(network("n1", WEEK))
    room.send([makers.asset_detected(f"a{n}", "n1", **ago(WEEK)) for n in range(6)])
    room.send([makers.asset_removed(f"a{n}", **ago(DAY)) for n in range(3)])
    room.send([makers.asset_restored("a2", **ago(HOUR))])
    assert str(view(room)["assets"]["number"]) == "4"
    room.send([*network("n2", WEEK), makers.stage_changed("n2", Stage.DISMISSED, **ago(HOUR))])
    assert str(view(room)["assets"]["number"]) == "4", "what was dismissed is not to be removed"
    room.send([makers.statement_made("n1", assets={"facebook:page": 30}, **ago(1))])
    assert str(view(room)["assets"]["number"]) == "27"
    room.send([removed("n1", 0)])
    assert str(view(room)["assets"]["number"]) == "4", "listed, and still there"


def test_weeks_end_now_and_hold_what_was_found_and_removed_in_them(room: Room) -> None:
    end = NOW // BIN * BIN + BIN
    room.send([makers.network_reported("n1", **ago(30 * WEEK))])
    found = {"edge": end - WEEK, "before": end - WEEK - 1, "now": NOW, "old": end - 21 * WEEK - 1}
    room.send([makers.asset_detected(name, "n1", at=isoformat(when)) for name, when in found.items()])
    room.send([makers.asset_removed("edge", at=isoformat(NOW))])
    part = view(room)["weeks"]
    assert (part["found"][-2:], sum(part["found"])) == ([1, 2], 3)
    assert (part["removed"][-1], sum(part["removed"])) == (1, 1)
    assert part["ends"][-2:] == ["19 Oct", "26 Oct"]
    columns = tempo_assets.columns(part)
    assert columns["traces"]["found"]["x"][-4:] == [-0.89, -0.11, -0.11, -0.89]
    assert columns["traces"]["removed"]["y"][-4:] == [0, 0, -1, -1]
    assert columns["table"][-1] == ["week to 26 Oct", "2", "1"]


def test_numbers_stand_on_the_largest_week_and_on_the_last_where_both_have_room() -> None:
    part = {"found": [0] * 21, "removed": [0] * 21, "ends": [""] * 21, "votes": [], "more_votes": 0, "months": []}

    def texts(found: dict[int, int]) -> list[str]:
        counts = [found.get(place, 0) for place in range(21)]
        return [each["text"] for each in tempo_assets.columns({**part, "found": counts})["layout"]["annotations"]]

    assert texts({}) == []
    assert texts({4: 90, 20: 8}) == ["90", "8"]
    assert texts({20: 8}) == ["8"]
    assert texts({19: 23_456, 20: 12_345}) == ["≈23.5\u202fk"], "side by side they would touch"


def test_line_between_found_and_removed_stays_where_it_is() -> None:
    part = {"ends": [""] * 21, "votes": [], "more_votes": 0, "months": []}
    zeros = set()
    for found, removed_ in ((0, 0), (7, 900), (123_456, 3), (99, 101)):
        columns = tempo_assets.columns({**part, "found": [found] * 21, "removed": [removed_] * 21})
        low, high = columns["layout"]["yaxis"]["range"]
        assert low < -removed_
        assert high > found
        zeros.add(round(-low / (high - low), 6))
    assert len(zeros) == 1


# --- the time axis ----------------------------------------------------------------------------------------------------


def test_elections_have_rules_and_a_name_where_it_has_room(room: Room) -> None:
    for id, country, days in (("a", "BR", 2), ("b", "US", 11), ("c", "BR", -19), ("d", "FR", 40)):
        opens = NOW + days * DAY
        polls = {"polls_open": isoformat(opens), "polls_close": isoformat(opens + 9 * HOUR)}
        room.send([makers.election_scheduled(id, country=country, name="A vote", **polls)])
    part = view(room)["weeks"]
    assert [(vote["name"], vote["x"]) for vote in part["votes"]] == [("Brazil", -2.71), ("Brazil", 0.29), ("US", 1.57)]
    layout = tempo_assets.columns(part)["layout"]
    assert len([shape for shape in layout["shapes"] if "dash" in shape["line"]]) == 3
    assert [each["text"] for each in layout["annotations"]][-2:] == ["Brazil", "US"]


def test_of_many_elections_the_rest_is_counted(room: Room) -> None:
    for n in range(9):
        opens = NOW + n * DAY
        room.send([makers.election_scheduled(f"e{n}", country="US", name="A vote", polls_open=isoformat(opens))])
    part = view(room)["weeks"]
    assert (len(part["votes"]), part["more_votes"]) == (6, 3)
    assert "+3 votes" in [each["text"] for each in tempo_assets.columns(part)["layout"]["annotations"]]


def test_an_axis_ends_at_round_numbers() -> None:
    assert [scale(n)[0] for n in (0, 10, 11, 339, 2_000_000, 3_400_000, 9_900_000)] == [
        10, 10, 15, 400, 2_000_000, 4_000_000, 10_000_000,
    ]  # fmt: skip
    assert (at_rem(WEEKS[0]), at_rem(WEEKS[1]), at_week(at_rem(-3.5))) == (0, WIDTH_REM, -3.5)


def test_words_take_the_first_place_that_is_free() -> None:
    taken = [Box(0, 0, 10, 10)]
    assert free([Box(5, 5, 3, 3), Box(10, 0, 3, 3)], taken, 20) == Box(10, 0, 3, 3)
    assert free([Box(5, 5, 3, 3), Box(-1, 12, 3, 3), Box(20, 19, 3, 3)], taken, 20) is None


def test_nothing_jumps_when_a_little_changes(room: Room) -> None:
    room.send([*network("n1", 5 * WEEK, people(0, 3_300)), *network("n2", WEEK, people(0, 40))])
    before = {name: chart.columns(view(room)[name]) for name, chart in tempo.SCENE.charts.items()}
    room.send([*network("n3", HOUR, people(9_000, 9_020)), makers.asset_removed("p-n2", **ago(MINUTE))])
    for name, chart in tempo.SCENE.charts.items():
        assert chart.columns(view(room)[name])["layout"]["yaxis"] == before[name]["layout"]["yaxis"]


# --- unions of hashes -------------------------------------------------------------------------------------------------


def test_union_of_very_many_sets_of_hashes_is_what_a_set_says() -> None:
    """300 sets of which each brings something new: united one after the other they took minutes."""
    sets = [np.arange(n * 3_000, n * 3_000 + 4_000, dtype="<u8") for n in range(300)]
    expected = np.array(sorted({int(each) for one in sets for each in one}), dtype="<u8").tobytes()
    assert united_hashes([each.tobytes() for each in sets]) == expected


def test_union_of_empty_and_equal_sets_of_hashes() -> None:
    one = np.array([1, 5, 2**64 - 1], dtype="<u8").tobytes()
    assert united_hashes([b"", b""]) == b""
    assert united_hashes([one, b"", one]) == one
    assert united_hashes([one]) == one


def test_figure_of_no_networks_is_a_known_zero(room: Room) -> None:
    assert line(sight(room))["points"] == [
        {"x": -21.0, "figure": Hedged.exactly(0)},
        {"x": 0.0, "figure": Hedged.exactly(0)},
    ]


def test_a_network_is_confirmed_when_the_ledger_says_so(room: Room) -> None:
    room.send(network("n1", 20 * DAY))
    for stage, days in ((Stage.CONFIRMED, 18), (Stage.UNDER_REVIEW, 15), (Stage.CONFIRMED, 10), (Stage.REMOVED, 5)):
        room.send([makers.stage_changed("n1", stage, **ago(days * DAY))])
    (row,) = view(room)["durations"]["closed"]
    assert row["said"] == "confirmed after 10\u202fd, removed after 15\u202fd"
    (taken,) = ledger.SCENE.view(room.board, room.clock.now(), room.watch, {})["takedowns"]["rows"]
    assert taken["confirmed"]["n"] == "10\u202fd"
