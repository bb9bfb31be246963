"""The Situation scene: what stands in its view is what the board knows, in every state, and never a stronger claim."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access import Role, open_session
from app.board import Board
from app.clock import FixedClock, SystemClock
from app.demo.story import END, FIRST_DAY, story
from app.hedged import Hedged
from app.measures.detections import midnight
from app.measures.reach import Reach
from app.nouns import NARROW
from app.records import Record, hedged_of
from app.vocabulary import DAY, HOUR, MINUTE, PAGES, Rung, Scope, Stage, Surface, Watch
from app.wording import number_parts
from dashboards import wall
from dashboards.scenes import ROOM, all_scenes, situation
from dashboards.scenes._kept import Kept
from tests import event_mixes
from tests.house import house
from tests.makers import (
    accounts_observed,
    asset_detected,
    asset_removed,
    election_scheduled,
    network_reported,
)
from tests.room import Room, at
from tests.scenes import EARLIER, JUST_NOW, NOW, Look, View, column, lines, looking, network, view_of
from tests.situation_views import HOSTILE, VIEWS

SOURCE = "//detectors.example/reach-counter"


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    with looking(tmp_path) as look:
        yield look


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room in which the whole story of the demo has been told."""
    path = tmp_path_factory.mktemp("story") / "room.sqlite"
    room = Room(f"sqlite:///{path}", now=END, first_day=FIRST_DAY)
    room.send((beat.event for beat in story()), together=500)
    yield room
    room.close()


@pytest.fixture(scope="module")
def story_view(told: Room) -> View:
    return view_of(told, END)


def shape(value: Any) -> Any:
    """The names of members all the way down; of a list the shape of its first."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value and isinstance(value[0], dict) else None


# --- the story --------------------------------------------------------------------------------------------------------


def test_story_ends_with_the_four_headlines(story_view: View) -> None:
    heroes = story_view["heroes"]
    assert lines(heroes["reach"]) == [
        "≈3.4 M",
        "accounts follow at least one Page",
        "in open networks; estimated, counted once",
        "down ≈1 M at 14:05, Harbour Finch removed",
    ]
    assert [(str(s["number"]).replace(NARROW, " "), s["label"]) for s in heroes["reach"]["siblings"]] == [
        ("≈86 k", "in groups"),
        ("≈75 k", "Instagram"),
    ]
    assert lines(heroes["spend"]) == [
        "<$100",
        "spent on 2 ads, in USD and CAD",
        "by Harbour Finch; only a ceiling is known",
        "9 others searched, none found; 2 gave no figure",
    ]
    assert lines(heroes["events"]) == ["7", "events hosted", "whether they took", "place is not known"]
    assert lines(heroes["takedowns"]) == ["82", "assets removed", "today, 704 since 1 Apr", ""]
    assert heroes["takedowns"]["bars"] == [*[0] * 23, 82]


def test_story_ends_with_one_overdue_and_the_countdown(story_view: View) -> None:
    strip = story_view["strip"]
    assert strip["open"] == {"n": "5", "label": "networks open", "sub": "one more than yesterday", "fresh": True}
    said = strip["exception"]
    assert (said["state"], said["head"]) == ("overdue", "1 overdue")
    assert said["lead"] + said["name"] + said["rest"] == f"Low Tide, 51{NARROW}h in Confirmed"
    assert strip["countdown"] == {
        "n": "11",
        "label": "days to the US midterms",
        "sub": "Tue 6 Nov; Brazil run-off in 2 days",
    }


def test_story_ends_with_its_last_events(story_view: View) -> None:
    assert [(e["at"], e["verb"], e["name"], e["text"].replace(NARROW, " ")) for e in story_view["ticker"]] == [
        (
            "14:05",
            "Removed",
            "Harbour Finch",
            "30 Pages, 33 accounts, 3 groups, 16 Instagram. About 1.02 million followed a Page.",
        ),
        ("13:58", "Detected", "Paper Kite", "9 assets, targets US"),
        ("13:20", "Grew", "Slate Lantern", "+4 accounts, now 46 assets"),
        ("11:20", "Overdue", "Low Tide", "48 h in Confirmed"),
    ]
    assert [e["fresh"] for e in story_view["ticker"]] == [True, False, False, False]
    assert [e["alert"] for e in story_view["ticker"]] == [False, False, False, True]


def test_story_ends_with_every_network_in_its_stage(story_view: View) -> None:
    shown = [
        (c["label"], c["n"], c["squares"], [f"{n['name']} {n['duration']}".replace(NARROW, " ") for n in c["names"]])
        for c in story_view["stages"]
    ]
    assert shown == [
        ("Detected", 1, ["open"], ["Paper Kite 34 min"]),
        ("Under review", 2, ["open", "open"], ["Slate Lantern 15 h", "Tin Whistle 46 h"]),
        ("Confirmed", 1, ["overdue"], ["Low Tide 51 h"]),
        ("Removal ordered", 1, ["open"], ["Quiet Orchard 5 h"]),
        ("Removed", 6, ["closed"] * 6, ["Harbour Finch 27 min"]),
        ("Dismissed", 1, ["closed"], []),
    ]
    feet = [c["foot"].replace(NARROW, " ") for c in story_view["stages"]]
    assert feet == ["", "", "limit 48 h", "", "since 1 Apr", "since 1 Apr"]


def test_story_ends_with_one_approved_origin_on_the_map(told: Room, story_view: View) -> None:
    shown = story_view["map"]
    assert {t["name"]: t["text"] for t in shown["targets"]} == {
        "United States": "3 open",
        "Canada": "1 open",
        "United Kingdom": "1 open",
        "Brazil": "1 open",
    }
    assert shown["origins"] == [{"iso3": "IRN", "name": "Iran", "text": "removed today"}]
    assert shown["arcs"] == [
        {"from": "IRN", "to": "GBR", "dotted": False},
        {"from": "IRN", "to": "USA", "dotted": False},
    ]
    for target in shown["targets"]:
        code = {"USA": "US", "CAN": "CA", "GBR": "GB", "BRA": "BR"}[target["iso3"]]
        reach = told.board.reach(Scope(open_only=True, target=(code,)))[PAGES]
        assert target["reach"] == reach.figure.value


def test_story_says_that_it_is_an_exercise(story_view: View) -> None:
    assert story_view["note"] == {"held": [], "text": "exercise data, 10 of 12 networks"}


def test_story_gives_the_same_view_when_it_is_looked_at_again(told: Room, story_view: View) -> None:
    assert view_of(told, END) == story_view


# --- the shape --------------------------------------------------------------------------------------------------------


def test_view_has_the_shape_that_the_templates_were_drawn_with(story_view: View) -> None:
    drawn = VIEWS["live"]()
    for panel in ("note", "strip"):
        assert shape(story_view[panel]) == shape(drawn[panel])
    for name, hero in drawn["heroes"].items():
        assert set(story_view["heroes"][name]) == set(hero)
    for panel in ("ticker", "stages"):
        assert set(story_view[panel][0]) == set(drawn[panel][0])
    for panel in ("targets", "origins", "arcs"):
        assert set(story_view["map"][panel][0]) == set(drawn["map"][panel][0])


def test_every_topic_of_every_scene_is_drawn(told: Room) -> None:
    payloads = wall.draw(told.board, END, watch=told.watch)
    assert list(payloads) == wall.every_topic()
    assert "Harbour Finch" in str(payloads["situation/heroes"])


def test_only_topics_that_are_asked_for_are_drawn(told: Room) -> None:
    asked = ["situation/strip", "room/note", "nothing/here", "situation/nothing", "situation/strip/n1"]
    assert list(wall.draw(told.board, END, asked, watch=told.watch)) == ["situation/strip", "room/note"]


def test_scenes_keep_to_their_contract() -> None:
    for name, scene in all_scenes().items():
        assert name == scene.name
        assert scene.title
        assert scene.hold_s > 0
        assert set(scene.charts) <= set(scene.panels)


def test_fault_in_one_panel_leaves_the_others_standing(told: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_sight: object) -> None:
        raise ZeroDivisionError

    whole = wall.draw(told.board, END, watch=told.watch)
    monkeypatch.setitem(cast("dict[str, Any]", situation.SCENE.panels), "strip", broken)
    partly = wall.draw(told.board, END, watch=told.watch)
    assert "Cannot draw this. Reported 14:32." in str(partly.pop("situation/strip"))
    assert whole | partly == whole


# --- nothing ----------------------------------------------------------------------------------------------------------


def test_empty_board_shows_true_zeros_and_one_sentence(look: Look) -> None:
    view = look()
    assert [lines(view["heroes"][name]) for name in ("reach", "spend", "events", "takedowns")] == [
        ["0", "accounts follow at least one Page", "no open networks", ""],
        ["–", "spent on ads", "not known, nothing to search yet", ""],
        ["0", "events hosted", "none recorded", ""],
        ["0", "assets removed", "today and since 1 Apr", ""],
    ]
    assert view["heroes"]["takedowns"]["bars"] == [0] * 24
    assert (view["strip"]["open"]["n"], view["strip"]["open"]["sub"]) == ("0", "none recorded yet")
    assert view["strip"]["exception"]["head"] == "No limits running"
    assert view["ticker"] == []
    assert [c["n"] for c in view["stages"]] == [0] * 6
    assert view["map"] == {"targets": [], "origins": [], "arcs": []}
    assert view["note"] == {"held": [], "text": ""}
    assert not any(hero["fresh"] or hero["held"] for hero in view["heroes"].values())


# --- silent sources, exercises, hostile names -------------------------------------------------------------------------


def test_silent_source_is_named_and_what_it_feeds_is_held(look: Look) -> None:
    events = [*network("n1", followers=30), accounts_observed("n1-page", ["x"], source=SOURCE, at=EARLIER)]
    look(*events, now=at("2018-10-26T13:50:00Z"))
    view = look(limits={SOURCE: 600}, now=NOW)
    assert view["note"]["held"] == [{"name": "Reach counter", "since": "13:50"}]
    assert view["heroes"]["reach"]["why"] == "held at 13:50, Reach counter not answering"
    assert [name for name, hero in view["heroes"].items() if hero["held"]] == ["reach"]
    assert not view["heroes"]["reach"]["fresh"]
    assert look(limits={SOURCE: 3_600})["note"]["held"] == []
    assert look()["note"]["held"] == []


def test_held_takedowns_show_no_hours_that_nobody_counted(look: Look) -> None:
    look(*network("n1"), asset_removed("n1-page", source=SOURCE, at=JUST_NOW))
    hero = look(limits={SOURCE: 600}, now=NOW + HOUR)["heroes"]["takedowns"]
    assert (hero["held"], hero["bars"]) == (True, None)
    assert lines(hero) == ["1", "asset removed", "today, 1 since 1 Apr", "held at 14:32, Reach counter not answering"]


def test_source_that_was_never_heard_is_silent_since_the_watch_began(look: Look) -> None:
    assert look(limits={SOURCE: 600})["note"]["held"] == [{"name": "Reach counter", "since": "1 Apr 00:00"}]


def test_longest_silence_comes_first(look: Look) -> None:
    look(network_reported("n1", source="//a.example/first"), now=NOW)
    look(network_reported("n2", source="//a.example/second_one"), now=NOW + MINUTE)
    limits = {"//a.example/second_one": 60, "//a.example/first": 60}
    held = look(limits=limits, now=NOW + HOUR)["note"]["held"]
    assert [each["name"] for each in held] == ["First", "Second one"]


def test_wall_of_exercises_alone_says_so_plainly(look: Look) -> None:
    assert look(*network("n1", exercise=True))["note"]["text"] == "exercise data"
    assert look(*network("n2"))["note"]["text"] == "exercise data, 1 of 2 networks"


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_name_is_raw_in_the_view_and_harmless_in_every_frame(look: Look, name: str) -> None:
    view = look(*network("n1", code_name=name, followers=30, since=JUST_NOW), election_scheduled(name=name))
    assert column(view, Stage.DETECTED)["names"][0]["name"] == name
    assert view["ticker"][0]["name"] == name
    drawn = wall.draw(look.room.board, look.room.clock.now(), watch=look.room.watch)
    html = "".join(payload for payload in drawn.values() if isinstance(payload, str))
    assert not any(raw in html for raw in ("<script", "<img", "<iframe", "<link", "\u202e"))
    # What charts are made of: Plotly reads tags, and the table beside it is put in as text.
    charts = [payload for payload in drawn.values() if not isinstance(payload, str)]
    labels = json.dumps([{key: part for key, part in chart.items() if key != "table"} for chart in charts])
    assert not any(raw in labels for raw in ("<script", "<img", "<iframe", "<link", "\\u202e"))


def test_page_names_never_reach_the_wall(look: Look) -> None:
    look(*network("n1", followers=30), asset_detected("a2", name="Wake Up America", title="x", at=JUST_NOW))
    assert "Wake Up" not in look.frames()


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_union_is_made_again_only_when_one_of_its_networks_has_changed(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = Board.reach_of

    def note(board: Board, ids: list[str], surface: Surface) -> Reach | None:
        asked.extend(ids)
        return ask(board, ids, surface)

    monkeypatch.setattr(Board, "reach_of", note)
    look(*network("n1", followers=30, targets=["US"]), *network("n2", followers=20, targets=["GB"]))
    asked.clear()
    look(now=NOW + MINUTE)
    assert asked == []
    view = look(accounts_observed("n2-page", ["x", "y"], part=True, at=JUST_NOW))
    assert set(asked) == {"n2"}
    assert {target["iso3"]: target["reach"] for target in view["map"]["targets"]} == {"USA": 30, "GBR": 22}


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    computed: list[str] = []
    kept = Kept(most=2)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert kept.once(key, lambda key=key: computed.append(key) or key) == key
    assert computed == ["a", "b", "c", "b"]


# --- whatever is known ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def room_with(records: tuple[Record, ...], watch: Watch) -> Iterator[Room]:
    with tempfile.TemporaryDirectory() as folder:
        room = Room(f"sqlite:///{folder}/room.sqlite", now=event_mixes.END, first_day=date(2018, 10, 1))
        room.watch = watch
        try:
            room.writer.submit(list(records), door="tests", principal="tests", clamp_past=False).result(30)
            yield room
        finally:
            room.close()


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(event_mixes.mixes(), event_mixes.watches, st.integers(-5 * DAY, 3 * DAY))
def test_wall_shows_what_the_board_measures(records: tuple[Record, ...], watch: Watch, later: int) -> None:
    now = event_mixes.END + later
    with room_with(records, watch) as room:
        board = room.board
        view = situation.SCENE.view(board, now, watch, {SOURCE: 60})
        heroes, drawn = view["heroes"], wall.draw(board, now, watch=watch)
        assert not any("Cannot draw" in str(payload) for payload in drawn.values())

        of_open = board.measures(Scope(open_only=True), now=now, watch=watch)
        surfaces = of_open["reach"]["surfaces"]
        nothing = Hedged.nothing_said() if board.select(Scope(open_only=True)) else Hedged.exactly(0)
        figure = hedged_of(surfaces[0]["figure"]) if surfaces else nothing
        assert heroes["reach"]["number"] == number_parts(figure)
        assert len(heroes["reach"]["siblings"]) == min(2, max(0, len(surfaces) - 1))

        of_all = board.measures(Scope(), now=now, watch=watch)
        today = hedged_of(of_all["takedowns"]["today"])
        assert heroes["takedowns"]["number"] == number_parts(today, columns=2)
        # The last 24 hours lie within today and all of yesterday.
        yesterday = board.measure("takedowns", Scope(), now=midnight(now, watch.zone) - 1, watch=watch)["today"]
        both = [today.most, hedged_of(yesterday).most]
        assert None in both or sum(heroes["takedowns"]["bars"]) <= sum(filter(None, both))

        of_watch = board.measures(Scope(since=watch.first_day), now=now, watch=watch)
        events = hedged_of(of_watch["events"]["figure"])
        assert heroes["events"]["number"] == number_parts(events, columns=2)

        in_stages = {column["stage"]: column["n"] for column in view["stages"]}
        listed = {row["stage"]: row["n"] for row in of_open["stages"]["stages"]}
        assert all(in_stages[stage] == listed[stage] for stage in Stage if stage.is_open)
        assert view["strip"]["open"]["n"] == str(sum(n for stage, n in in_stages.items() if Stage(stage).is_open))
        may_be_named = {
            code
            for network in board.networks.values()
            if network.approved is not None and network.approved.strength >= Rung.ORIGINATED_IN.strength
            for code in network.origins
        }
        assert len(view["map"]["origins"]) <= len(may_be_named)
        assert may_be_named or not view["map"]["arcs"]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_page_and_the_frames_that_follow_it_are_the_same_text(told: Room, tmp_path: Path) -> None:
    with house(tmp_path, clock=FixedClock(END), watch_first_day=FIRST_DAY) as served:
        served.send(*(beat.event for beat in story()))
        served.room.feed.look()
        page = served.ask("/wall/situation", Role.WALL)
        topics = [*ROOM.topics(), *situation.SCENE.topics()]
        frames = wall.draw(served.room.board.frozen(), END, topics, watch=served.room.settings.watch())
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    for topic, payload in frames.items():
        if isinstance(payload, str):
            assert payload in page.text, topic


def test_wall_is_for_those_who_are_signed_in_and_for_scenes_that_exist(tmp_path: Path) -> None:
    with house(tmp_path) as served:
        assert served.client.get("/wall/situation").status_code == 401
        assert served.ask("/wall/situation", Role.DETECTOR).status_code in (401, 403)
        for role in (Role.WALL, Role.VIEWER, Role.ANALYST, Role.LEAD, Role.ADMIN):
            assert served.ask("/wall/situation", role).status_code == 200
        assert served.ask("/wall/nothing").status_code == 404
        assert served.ask("/wall/rotation").status_code == 200
        for standpoint in ({"at": "00:00"}, {"seq": 0}):
            assert served.ask("/wall/rotation", **standpoint).status_code == 400, "a rotation is of now"


def test_wall_that_was_given_another_scene_shows_no_other(tmp_path: Path) -> None:
    with house(tmp_path) as served:
        with served.room.database.write() as connection:
            opened = open_session(connection, Role.WALL, "lobby", SystemClock().now(), scene="tempo")
        bearer = {"authorization": f"Bearer {opened.token}"}
        assert served.client.get("/wall/situation", headers=bearer).status_code == 403
