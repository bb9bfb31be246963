"""Whatever a scene is, it keeps these promises. A new file in ``dashboards/scenes`` is taken in by itself."""

from __future__ import annotations

import importlib
import json
import logging
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access import Role
from app.clock import FixedClock
from app.hub import Frame, Pulse
from app.main import create_app
from app.safetext import LABEL_LIMIT
from app.vendored import STATIC
from app.vocabulary import DAY, MINUTE, isoformat
from dashboards import scenes, wall
from dashboards.pages import Shown, Surroundings, render_wall
from dashboards.scenes import ROOM, Scene, Sight, all_scenes, drawn_by
from tests import makers
from tests.every_room import END, FIRST_DAY, LIMITS_S, MADE, STATES, subject_of, subjects
from tests.house import House, house, settings_of
from tests.markup import Element, parsed
from tests.room import Room, at

EVERY = sorted(all_scenes())
TEMPLATES = Path(scenes.__file__).parents[1] / "templates"

DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029]")
"""What turns text round, or breaks out of the box that keeps a name's direction to itself."""

OURS = re.compile(
    "a|abbr|article|b|bdi|br|caption|circle|col|dd|div|dl|dt|figcaption|figure|g|h2|h3|h4|header|i|line|li|ol|p|path|"
    "polygon|polyline|rect|script|section|small|span|strong|svg|table|tbody|td|text|th|thead|time|title|tr|ul"
)
"""What the templates of scenes are made of. Whatever fetches or runs is not in it; ``script`` is for data alone."""


@pytest.fixture(params=EVERY)
def scene(request: pytest.FixtureRequest) -> Scene:
    return all_scenes()[request.param]


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Room]]:
    """One room for each state."""
    made: dict[str, Room] = {}
    for state, told in STATES.items():
        path = tmp_path_factory.mktemp(state) / "room.sqlite"
        made[state] = Room(f"sqlite:///{path}", now=END, first_day=FIRST_DAY)
        made[state].send(told(), together=500)
    yield made
    for room in made.values():
        room.close()


class Gallery:
    """What every panel of a scene shows in a room, for every subject that it has and for one that nobody knows."""

    def __init__(self, rooms: Mapping[str, Room]) -> None:
        self._rooms = rooms
        self._kept: dict[tuple[str, str, int], dict[str, Any]] = {}

    def __call__(self, scene: Scene, state: str, now: int = END) -> dict[str, Any]:
        key = scene.name, state, now
        if key not in self._kept:
            self._kept[key] = self.draw(scene, state, now)
        return self._kept[key]

    def draw(self, scene: Scene, state: str, now: int = END) -> dict[str, Any]:
        room = self._rooms[state]
        who = [*subjects(scene, room.board), *(["nobody"] if scene.about else [])]
        topics = [topic for subject in who for topic in scene.topics(subject)]
        found = wall.draw(room.board, now, topics, watch=room.watch, source_limits_s=LIMITS_S)
        assert list(found) == topics
        return found


@pytest.fixture(scope="module")
def shown(rooms: Mapping[str, Room]) -> Gallery:
    return Gallery(rooms)


def sight_of(room: Room, subject: str, now: int = END) -> Sight:
    return Sight(room.board, now, room.watch, LIMITS_S, subject)


def page_of(scene: Scene, room: Room, subject: str) -> str:
    sight = sight_of(room, subject)
    return render_wall([Shown.of(scene, sight)], ROOM.draw("note", sight), Surroundings(), now=END)


def strings(part: Any) -> Iterator[str]:
    """Every text in columns."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from strings(value)


def as_text(payload: Any) -> str:
    return payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)


# --- the contract -----------------------------------------------------------------------------------------------------


def test_there_is_a_scene() -> None:
    assert "situation" in EVERY


def test_scene_is_called_as_its_module_is(scene: Scene) -> None:
    module = importlib.import_module(f"{scenes.__name__}.{scene.name}")
    assert module.SCENE is scene
    assert re.fullmatch("[a-z][a-z0-9_]{1,38}", scene.name)
    assert scene.title
    assert len(scene.title) <= 24
    assert module.__doc__


def test_scene_is_held_for_a_time_in_which_it_can_be_read(scene: Scene) -> None:
    assert 5 <= scene.hold_s <= 3_600
    assert 0 < scene.distance <= 12


def test_no_two_scenes_stand_in_the_same_place() -> None:
    places = [scene.place for scene in all_scenes().values()]
    assert len(set(places)) == len(places), {scene.name: scene.place for scene in all_scenes().values()}
    titles = [scene.title for scene in all_scenes().values()]
    assert len(set(titles)) == len(titles)


def test_every_topic_finds_its_panel(scene: Scene) -> None:
    subject = "n1" if scene.about else ""
    assert set(scene.charts) <= set(scene.panels)
    assert scene.panels
    for panel, topic in zip(scene.panels, scene.topics(subject), strict=True):
        assert drawn_by(topic) == (scene, panel, subject)
    for wrong in (f"{scene.name}/nothing", f"{scene.name}/{next(iter(scene.panels))}{'' if scene.about else '/n1'}"):
        assert drawn_by(wrong) is None


def test_scene_has_a_template_for_every_panel_and_no_other(scene: Scene) -> None:
    folder = TEMPLATES / scene.name
    wanted = {f"_{panel}.html" for panel in scene.panels if panel not in scene.charts} | {"scene.html"}
    found = {path.name for path in folder.glob("*.html")}
    assert wanted <= found
    parts = {name for name in found - wanted if not any(name in path.read_text() for path in folder.glob("*.html"))}
    assert parts == set(), "templates that nothing includes"


def test_scene_has_one_place_for_every_panel(scene: Scene, rooms: Mapping[str, Room]) -> None:
    subject = subject_of(scene, rooms["live"].board)
    page = parsed(page_of(scene, rooms["live"], subject))
    topics = [element.attributes["data-topic"] for element in page.all("data-topic")]
    assert sorted(topics) == sorted([*ROOM.topics(), *scene.topics(subject)])
    for panel, topic in zip(scene.panels, scene.topics(subject), strict=True):
        (place,) = page.all("data-topic", topic)
        assert ("data-columns" in place.attributes) == (panel in scene.charts)
        if panel in scene.charts:
            assert len(place.of_class("plot")) == 1
            assert len([each for each in place if each.tag == "tbody"]) == 1
            assert len(place.all("data-figure")) == len(place.all("data-first")) == 1
            assert place.of_class("vh"), "the table is for those who hear the page"


def test_every_part_of_a_scene_has_a_name_for_those_who_hear_it(scene: Scene, rooms: Mapping[str, Room]) -> None:
    page = parsed(page_of(scene, rooms["live"], subject_of(scene, rooms["live"].board)))
    (whole,) = page.all("data-scene")
    assert [each for each in whole if each.tag == "section" and "aria-label" not in each.attributes] == [whole]
    assert not [each for each in whole if each.tag == "svg" and "aria-" not in "".join(each.attributes)]


def test_style_of_a_scene_reaches_no_other(scene: Scene) -> None:
    path = STATIC / "css" / "scenes" / f"{scene.name}.css"
    if not path.is_file():
        return
    for depth, selector in rules(path.read_text()):
        if selector.startswith("@layer"):
            assert selector == "@layer wall"
        elif depth == 1:
            for each in selector.split(","):
                own = re.fullmatch(rf"(\[data-(state|theme)=\w+\] )*\.scene\.{scene.name}\b.*", each.strip(), re.DOTALL)
                assert own, f"{path.name}: {each.strip()!r} is not inside .scene.{scene.name}"
        assert depth > 0 or selector.startswith("@layer"), f"{path.name}: {selector!r} stands outside of the layer"
        assert not selector.startswith(("@keyframes", "@import", "@font-face")), f"{path.name}: {selector}"


def test_nothing_on_a_wall_eases_blinks_or_is_fetched(scene: Scene) -> None:
    path = STATIC / "css" / "scenes" / f"{scene.name}.css"
    style = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL) if path.is_file() else ""
    assert re.findall(r"(?:animation|transition|url\(|@import)[^;}]*", style) == []
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\([^)]*\)", style) == [], "colours are tokens"


def rules(css: str) -> Iterator[tuple[int, str]]:
    """Every selector or at-rule with how deep it stands, roughly."""
    depth, text = 0, ""
    for c in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL):
        if c == "{":
            yield depth, " ".join(text.split())
            depth, text = depth + 1, ""
        elif c in "};":
            depth, text = depth - (c == "}"), ""
        else:
            text += c


# --- every room -------------------------------------------------------------------------------------------------------


def assert_drawn(payloads: Mapping[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """None of them is a fault, and each fits into a frame."""
    assert [(r.getMessage(), r.exc_text) for r in caplog.records if r.levelno >= logging.ERROR] == []
    for topic, payload in payloads.items():
        assert 'class="fault"' not in as_text(payload), topic
        Frame(topic, "e", 1, END, payload)


@pytest.mark.parametrize("state", STATES)
def test_every_panel_can_be_drawn(scene: Scene, shown: Gallery, caplog: pytest.LogCaptureFixture, state: str) -> None:
    payloads = shown.draw(scene, state)
    assert_drawn(payloads, caplog)
    for topic, payload in payloads.items():
        panel = topic.split("/")[1]
        assert isinstance(payload, str) == (panel not in scene.charts), topic


@pytest.mark.parametrize("state", ["live", "huge"])
def test_every_panel_can_be_drawn_before_and_after_all_that_happened(
    scene: Scene, shown: Gallery, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    for days in (-40, -1, 1, 400):
        assert_drawn(shown.draw(scene, state, END + days * DAY), caplog)


def test_the_same_picture_at_the_same_time_is_drawn_the_same(scene: Scene, shown: Gallery) -> None:
    for state in STATES:
        assert shown.draw(scene, state) == shown(scene, state)


@pytest.mark.parametrize("state", STATES)
def test_what_a_scene_shows_is_made_by_its_templates_alone(scene: Scene, shown: Gallery, state: str) -> None:
    for topic, payload in shown(scene, state).items():
        assert DIRECTION.findall(as_text(payload)) == [], topic
        if isinstance(payload, str):
            harmless(parsed(payload), topic)


@pytest.mark.parametrize("state", STATES)
def test_page_of_a_scene_is_made_by_its_templates_alone(scene: Scene, rooms: Mapping[str, Room], state: str) -> None:
    for subject in subjects(scene, rooms[state].board):
        source = page_of(scene, rooms[state], subject)
        assert DIRECTION.findall(source) == []
        (whole,) = parsed(source).all("data-scene")
        harmless(whole, f"the page of {scene.name}")


def harmless(root: Element, where: str) -> None:
    """Only elements of ours, and no attribute that runs, fetches, leads away or styles."""
    for element in root:
        if not element.tag:
            continue
        assert OURS.fullmatch(element.tag), f"{where}: <{element.tag}>"
        for name, value in element.attributes.items():
            said = f"{where}: <{element.tag} {name}={value!r}>"
            assert not name.startswith(("on", "hx-", MADE)), said
            assert name not in ("style", "href", "src", "srcset", "action", "srcdoc", "xlink:href"), said
            assert name not in ("class", "id") or re.fullmatch(r"[\w\s.-]*", value), said
        if element.tag == "script":
            assert element.attributes.get("type") == "application/json", where
            json.loads("".join(element.texts))


# --- charts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_columns_are_bound_to_traces_of_the_figure(scene: Scene, shown: Gallery, state: str) -> None:
    for topic, columns in shown(scene, state).items():
        panel = topic.split("/")[1]
        if panel not in scene.charts:
            continue
        figure = scene.charts[panel].figure()
        names = [trace["name"] for trace in figure["data"]]
        assert len(set(names)) == len(names), f"{topic}: traces are found by name"
        assert columns["traces"].keys() <= set(names), topic
        assert columns.keys() <= {"traces", "layout", "table", "labels"}, topic
        for name, bound in columns["traces"].items():
            for path, values in bound.items():
                assert isinstance(values, list), f"{topic}: {name}.{path} is no column"
                assert values, f"{topic}: {name}.{path}: an empty column leaves the old marks standing; say [None]"
        json.dumps(columns, allow_nan=False)
        assert all(isinstance(cell, str) for row in columns["table"] for cell in row), topic
        assert len({len(row) for row in columns["table"]}) <= 1, f"{topic}: rows of one table are as long"


def test_figures_hold_no_records_and_move_nothing(scene: Scene) -> None:
    for panel, chart in scene.charts.items():
        figure = chart.figure()
        assert figure == chart.figure(), panel
        assert figure["config"]["staticPlot"] is True, panel
        assert figure["config"]["displayModeBar"] is False, panel
        assert figure["layout"]["showlegend"] is False, panel
        assert figure["layout"]["transition"]["duration"] == 0, panel
        assert figure["layout"]["hovermode"] is False, panel
        assert figure["layout"]["paper_bgcolor"] in ("rgba(0,0,0,0)", "rgba(0, 0, 0, 0)"), panel
        colours = [text for text in strings(figure) if re.fullmatch(r"#[0-9a-fA-F]{3,8}|rgb\(.*\)", text)]
        assert colours == [], f"{panel}: colours are names of tokens"


def test_table_of_a_chart_has_a_head_for_every_cell(scene: Scene, rooms: Mapping[str, Room]) -> None:
    subject = subject_of(scene, rooms["live"].board)
    page = parsed(page_of(scene, rooms["live"], subject))
    for panel, topic in zip(scene.panels, scene.topics(subject), strict=True):
        if panel in scene.charts:
            (place,) = page.all("data-topic", topic)
            head = [each for each in place if each.tag == "th"]
            rows = [each for each in place if each.tag == "tr"][1:]
            assert head, topic
            assert {len(row.children) for row in rows} <= {len(head)}, topic


def test_plotly_reads_no_name_as_a_tag_a_template_or_a_formula(scene: Scene, shown: Gallery) -> None:
    for topic, payload in shown(scene, "hostile").items():
        if isinstance(payload, str):
            continue
        for text in strings({"traces": payload["traces"], "layout": payload.get("layout", {})}):
            assert f"<{MADE}" not in text, f"{topic}: {text[:80]!r}"
            assert "<script" not in text, f"{topic}: {text[:80]!r}"
            assert "<img" not in text, f"{topic}: {text[:80]!r}"
            assert f"%{{{MADE}" not in text, f"{topic}: {text[:80]!r}"
            assert "$\\href" not in text, f"{topic}: {text[:80]!r}"
            assert "Q" * (LABEL_LIMIT + 1) not in text, f"{topic}: {len(text)} characters"
            assert len(text) < 1_000, f"{topic}: {len(text)} characters in one text"


# --- first page and frames --------------------------------------------------------------------------------------------


@cache
def told_one_by_one() -> list[makers.Event]:
    """A record of every type, and of the room in which every name is hostile some of every kind."""
    return [*makers.one_of_each(), *STATES["hostile"]()[3:163:4]]


class Screen:
    """A page that was opened once and lives on frames, as live.js fills them in."""

    def __init__(self, house: House, scene: Scene, subject: str) -> None:
        self._house, self.scene, self.subject = house, scene, subject
        self.source = self.fetch()
        page = parsed(self.source)
        self.panels = {
            each.attributes["data-topic"]: self.content(self.source, each) for each in page.all("data-topic")
        }
        self.outbox = house.room.live.hub.subscribe(self.panels, lambda: None)

    def fetch(self, **standpoint: Any) -> str:
        answer = self._house.ask(f"/wall/{self.scene.name}{'/' + self.subject if self.subject else ''}", **standpoint)
        assert answer.status_code == 200, answer.text
        return answer.text

    @staticmethod
    def content(source: str, place: Element) -> Any:
        """What a frame would put there: HTML, or the columns of a chart as they were drawn first."""
        if "data-columns" in place.attributes:
            (first,) = place.all("data-first")
            return json.loads("".join(first.texts))
        return source[place.start : place.end]

    def hear(self) -> int:
        """Take in what waits, and say how many frames that were."""
        frames = [message for message in self.outbox.take(0.0) if not isinstance(message, Pulse)]
        for message in frames:
            said = json.loads(message.text)
            self.panels[message.topic] = said["html"] if "html" in said else said["columns"]
        return len(frames)


def frame_of_page(source: str) -> str:
    """All of a page that no frame changes: panels are emptied, and so is what the browser writes by itself."""
    for place in reversed([each for each in parsed(source) if "data-topic" in each.attributes]):
        figure = place.all("data-figure")
        kept = source[figure[0].start : figure[0].end] if figure else ""
        source = source[: place.start] + kept + source[place.end :]
    source = re.sub(r'(data-now|data-epoch)="[^"]*"', "", source)
    source = re.sub(r"<span data-seq>[^<]*</span>", "", source)
    return re.sub(r'<span class="clock local">.*?</b>', "", source)


class Evening:
    """A room that is told something one by one, and what a screen of every scene showed on the way and at the end."""

    def __init__(self, house: House, clock: FixedClock) -> None:
        first, *rest = told_one_by_one()
        house.send(first)
        house.room.feed.look()
        subjects = {name: "n1" if scene.about else "" for name, scene in all_scenes().items()}
        self.screens = {name: Screen(house, scene, subjects[name]) for name, scene in all_scenes().items()}
        self.frames = dict.fromkeys(self.screens, 0)
        self.recorded: dict[str, list[tuple[int, int, dict[str, Any]]]] = {name: [] for name in self.screens}
        for place, event in enumerate(rest):
            clock.at += 3 * MINUTE
            house.send(event)
            house.room.feed.look()
            for name, screen in self.screens.items():
                self.frames[name] += screen.hear()
                if place % 9 == 4:
                    self.recorded[name].append((house.room.board.seq, clock.at, dict(screen.panels)))
        self.later = {name: screen.fetch() for name, screen in self.screens.items()}
        clock.at += 2 * DAY
        house.room.feed.look()


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    clock = FixedClock(END)
    settings = settings_of(tmp_path_factory.mktemp("evening"), source_limits_s=LIMITS_S, watch_first_day=FIRST_DAY)
    app = create_app(settings, clock=clock)
    # Without its lifespan: nothing is drawn but when this says so.
    house = House(TestClient(app, base_url="http://room"), app.state.room)
    try:
        yield Evening(house, clock)
    finally:
        house.room.close()


@pytest.mark.parametrize("name", EVERY)
def test_first_page_and_frames_come_to_the_page_fetched_later(evening: Evening, name: str) -> None:
    screen, later = evening.screens[name], evening.later[name]
    assert evening.frames[name] > len(screen.scene.panels)
    for place in parsed(later).all("data-topic"):
        topic = place.attributes["data-topic"]
        assert screen.panels[topic] == Screen.content(later, place), topic
    assert frame_of_page(screen.source) == frame_of_page(later), "something outside of the panels has changed"


@pytest.mark.parametrize("name", EVERY)
def test_a_scene_as_it_stood_is_the_picture_that_was_live_then(evening: Evening, name: str) -> None:
    """Every frame that a wall had at the time, whatever came, was withdrawn or was merged afterwards."""
    screen, recorded = evening.screens[name], evening.recorded[name]
    assert len(recorded) > 5
    assert len({json.dumps(panels, sort_keys=True) for *_, panels in recorded}) > 2
    for seq, then, panels in recorded:
        for standpoint in ({"seq": seq}, {"at": isoformat(then)}):
            source = screen.fetch(**standpoint)
            assert "As it stood" in source
            for place in parsed(source).all("data-topic"):
                topic = place.attributes["data-topic"]
                assert Screen.content(source, place) == panels[topic], f"{topic} at {standpoint}"


def test_frame_goes_out_only_where_something_changed(scene: Scene, rooms: Mapping[str, Room]) -> None:
    """A second later hardly anything has: text that counted seconds would be sent to every wall every second."""
    room = rooms["live"]
    changed = []
    for subject in subjects(scene, room.board):
        topics = scene.topics(subject)
        first = wall.draw(room.board, END, topics, watch=room.watch)
        for second in range(1, 20):
            later = wall.draw(room.board, END + second * 1_000_000, topics, watch=room.watch)
            changed += [topic for topic in topics if later[topic] != first[topic]]
            first = later
    assert len(changed) <= 2 * len(scene.panels) * max(1, len(subjects(scene, room.board))), sorted(set(changed))


# --- totals agree -----------------------------------------------------------------------------------------------------


def heroes_of(shown: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """By measure and topic, the headline figure as it is read: an element with ``data-hero`` holds one ``.v``."""
    found: dict[str, dict[str, str]] = {}
    for topic, payload in shown.items():
        if isinstance(payload, str):
            for hero in parsed(payload).all("data-hero"):
                (figure,) = hero.of_class("v")
                found.setdefault(hero.attributes["data-hero"], {})[topic] = figure.text
    return found


@pytest.mark.parametrize("state", STATES)
def test_headline_of_one_measure_is_the_same_on_every_scene(shown: Gallery, state: str) -> None:
    every = [each for each in all_scenes().values() if not each.about]
    found = heroes_of({topic: payload for each in every for topic, payload in shown(each, state).items()})
    assert {"reach", "spend", "events", "takedowns"} <= found.keys()
    for measure, said in found.items():
        assert len(set(said.values())) == 1, f"{measure}: {said}"


def test_only_those_who_may_watch_open_a_scene(scene: Scene, tmp_path: Path) -> None:
    app = create_app(settings_of(tmp_path), clock=FixedClock(END))
    house = House(TestClient(app, base_url="http://room"), app.state.room)
    try:
        house.send(makers.network_reported("n1"), makers.asset_detected("a1"))
        house.room.feed.look()
        address = f"/wall/{scene.name}{'/n1' if scene.about else ''}"
        assert house.client.get(address).status_code == 401
        assert house.ask(address, Role.VIEWER).status_code == 200
        if scene.about:
            assert house.ask(f"/wall/{scene.name}").status_code == 404
            assert house.ask(f"/wall/{scene.name}/nobody").status_code == 404
        else:
            assert house.ask(f"/wall/{scene.name}/n1").status_code == 404
    finally:
        house.room.close()


# --- the ends of time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_no_time_that_a_record_may_hold_stops_a_panel(tmp_path: Path, time: str, zone: str) -> None:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=at("2018-10-26T14:00:00Z"), zone=zone)
    room.send(
        [
            makers.network_reported(elections=["far"]),
            makers.election_scheduled("far", polls_open=time),
            makers.alarm_raised(since=time),
        ]
    )
    drawn = wall.draw(room.board, room.clock.now(), watch=room.watch)
    room.close()
    assert [topic for topic, payload in drawn.items() if "Cannot draw this" in str(payload)] == []


def test_a_time_before_1970_is_no_past(tmp_path: Path) -> None:
    with house(tmp_path, zone="America/New_York") as there:
        for name in ("situation", "tempo"):
            assert there.ask(f"/wall/{name}", at="0001-01-01T00:00:00Z").status_code == 400
