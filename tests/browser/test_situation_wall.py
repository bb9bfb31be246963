"""The Situation wall in a real Chromium: its layout in every state, what the feed does to it, and hostile names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.hedged import Hedged
from app.wording import number_parts
from dashboards import render
from dashboards.figures import situation_map
from tests.browser.layout import measure, moved, overlap
from tests.browser.wall import SEQ, Complaints, Feed, ServedWall, served_wall
from tests.conftest import PageFactory
from tests.situation_views import NOW, TOPICS, VIEWS, live, multi

pytestmark = pytest.mark.browser

SIZES = {"1080p": (1920, 1080), "4K": (3840, 2160)}

Opened = tuple[Page, Complaints]
Measured = dict[str, Any]


@pytest.fixture(scope="module")
def wall() -> Iterator[ServedWall]:
    with served_wall() as served:
        yield served


@pytest.fixture
def own_wall() -> Iterator[ServedWall]:
    """A wall that may be stopped."""
    with served_wall() as served:
        yield served


@pytest.fixture
def open_wall(page_factory: PageFactory, wall: ServedWall) -> Callable[..., Opened]:
    """Opens the wall and waits until its map is drawn."""

    def opened(view: str = "live", size: str = "1080p", theme: str = "night") -> Opened:
        width, height = SIZES[size]
        page = page_factory(viewport={"width": width, "height": height})
        complaints = Complaints(page)
        page.goto(wall.url(view, theme))
        drawn(page)
        return page, complaints

    return opened


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, str], Measured]:
    """What has been measured already: a wall takes seconds to open."""
    return {}


@pytest.fixture
def measured(
    open_wall: Callable[..., Opened], known: dict[tuple[str, str], Measured]
) -> Callable[[str, str], Measured]:
    """The layout of a view at a size, with what the page complained of."""

    def look(view: str, size: str) -> Measured:
        if (view, size) not in known:
            page, complaints = open_wall(view, size)
            known[view, size] = measure(page) | {"complaints": complaints.texts}
            page.context.close()
        return known[view, size]

    return look


@pytest.fixture
def told_wall(page_factory: PageFactory, wall: ServedWall) -> tuple[Page, Feed]:
    """A wall whose feed is told by the test, with a clock that the test may turn."""
    page = page_factory(viewport={"width": 1920, "height": 1080})
    feed = Feed(page)
    page.clock.install()
    page.goto(f"{wall.url()}&seq={SEQ}")
    drawn(page)
    feed.beat(kind="hello")
    state(page, "live")
    return page, feed


def drawn(page: Page) -> None:
    """The map is drawn, which happens once the fonts are there, and its labels are in their places."""
    expect(page.locator(".map[data-drawn]")).to_have_count(1, timeout=30_000)
    expect(page.locator(".plot .layer.land path")).to_have_count(1)


def state(page: Page, name: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-state", name)


def heroes(millions: float) -> str:
    view = live()
    view["heroes"]["reach"]["number"] = number_parts(Hedged.about(int(millions * 1_000_000)))
    return render.render_fragment("situation/heroes", view)


def reach(page: Page, text: str) -> None:
    expect(page.locator("[data-hero=reach] .v")).to_contain_text(text)


# --- layout -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["1080p", pytest.param("4K", marks=pytest.mark.long)])
@pytest.mark.parametrize("view", VIEWS)
def test_everything_is_whole_and_in_its_place(measured: Callable[[str, str], Measured], view: str, size: str) -> None:
    found = measured(view, size)
    assert found["scroll"] == [found["width"], found["height"]]
    assert found["outside"] == []
    assert found["smallest"] >= 2.4 - 0.001
    # Names may end in an ellipsis, and so may the hostile texts in the places of our own.
    may_be_cut = r"\bnm\b" if view != "names" else r"\b(nm|said|l2)\b"
    assert [clip for clip in found["clipped"] if not re.search(may_be_cut, clip[0])] == []
    for hero in found["heroes"]:
        edges = hero["hero"]
        assert all(part["right"] <= edges["right"] + 1.5 for part in hero["parts"])
        assert all(part["left"] >= edges["left"] - 0.1 * found["rem"] for part in hero["parts"])
    assert moved(measured("live", size)["sections"], found["sections"]) == []
    assert found["complaints"] == []


def test_losing_the_link_moves_nothing(told_wall: tuple[Page, Feed]) -> None:
    page, _ = told_wall
    before = measure(page)["sections"]
    for seconds, name in ((5, "stale"), (70, "disconnected")):
        page.clock.fast_forward(seconds * 1000)
        state(page, name)
        found = measure(page)
        assert found["outside"] == []
        assert found["clipped"] == []
        assert moved(before, found["sections"]) == []


@pytest.mark.parametrize("theme", ["night", "day"])
def test_theme_changes_the_ink_alone(open_wall: Callable[..., Opened], theme: str) -> None:
    page, complaints = open_wall(theme=theme)
    ground = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ground')")
    disc = page.locator(".plot .point").nth(1).evaluate("(e) => getComputedStyle(e).stroke")
    assert "".join(f"{int(part):02X}" for part in re.findall(r"\d+", disc)) == ground.lstrip("#").upper()
    assert complaints.texts == []


@pytest.mark.parametrize("size", ["1080p", pytest.param("4K", marks=pytest.mark.long)])
@pytest.mark.parametrize("view", ["live", "multi", "names"])
def test_map_labels_cover_nothing(measured: Callable[[str, str], Measured], view: str, size: str) -> None:
    found = measured(view, size)
    labels, edges = found["labels"], found["map"]
    assert len(labels) >= 5
    assert not [pair for pair in combinations(labels, 2) if overlap(*pair)]
    for label in labels:
        assert edges["left"] <= label["left"] + 0.5
        assert label["right"] <= edges["right"] + 0.5
        assert edges["top"] <= label["top"] + 0.5
        assert label["bottom"] <= edges["bottom"] + 0.5
        assert not [disc for disc in found["discs"] if overlap(label, disc)]


@pytest.mark.parametrize("size", ["1080p", pytest.param("4K", marks=pytest.mark.long)])
def test_plotly_puts_marks_where_the_projection_says(measured: Callable[[str, str], Measured], size: str) -> None:
    found = measured("live", size)
    width, height = situation_map.BOX_REM
    middles = [((d["left"] + d["right"]) / 2, (d["top"] + d["bottom"]) / 2) for d in found["discs"]]
    traces = situation_map.columns(live()["map"])["traces"]
    for name in ("origins", "discs"):
        for lat, lon in zip(traces[name]["lat"], traces[name]["lon"], strict=True):
            x, y = situation_map.project(lat, lon)
            at = (
                found["map"]["left"] + (width / 2 + x) * found["rem"],
                found["map"]["top"] + (height / 2 - y) * found["rem"],
            )
            assert any(at == pytest.approx(middle, abs=1) for middle in middles), f"no mark at {lat}, {lon}"


def test_the_table_says_what_the_map_shows(open_wall: Callable[..., Opened]) -> None:
    page, _ = open_wall()
    expect(page.locator(".map tbody tr")).to_have_count(5)
    expect(page.locator(".map tbody tr").first).to_have_text("Braziltarget1 open, domestic")


@pytest.mark.parametrize(
    "zone",
    [
        "UTC",
        "Asia/Kolkata",
        "Australia/Sydney",
        *(pytest.param(zone, marks=pytest.mark.long) for zone in ("Europe/Berlin", "America/New_York")),
    ],
)
def test_the_browser_spells_the_clock_as_the_server_does(page: Page, wall: ServedWall, zone: str) -> None:
    page.goto(f"{wall.url()}&zone={zone}")
    expect(page.locator(".pulse .new")).to_have_count(1)
    words = render.clock_words(NOW, zone)
    expect(page.locator(".clock .day")).to_have_text(words["day"])
    expect(page.locator(".clock b")).to_have_text(words["time"])
    expect(page.locator(".clock .zone")).to_have_text(words["zone"])


# --- the feed ---------------------------------------------------------------------------------------------------------


def test_a_frame_becomes_a_number_and_its_seq_is_shown(open_wall: Callable[..., Opened], wall: ServedWall) -> None:
    page, complaints = open_wall()
    view = live()
    view["heroes"]["reach"]["number"] = number_parts(Hedged.about(5_200_000))
    seq = wall.publish(view, "heroes")
    reach(page, "5.2")
    expect(page.locator("[data-seq]")).to_have_text(f"{seq:,}")
    assert complaints.texts == []


def test_a_wide_number_is_fitted_when_it_comes(open_wall: Callable[..., Opened], wall: ServedWall) -> None:
    page, _ = open_wall()
    wall.publish(multi(), "heroes", "strip", "stages", "ticker", "note")
    reach(page, "1.3")
    found = measure(page)
    assert found["clipped"] == []
    assert all(part["right"] <= hero["hero"]["right"] + 1.5 for hero in found["heroes"] for part in hero["parts"])


def test_new_columns_become_new_marks(open_wall: Callable[..., Opened], wall: ServedWall) -> None:
    page, complaints = open_wall("empty")
    expect(page.locator(".labels .gl")).to_have_count(0)
    wall.publish(live(), "map")
    expect(page.locator(".labels .gl")).to_have_count(5)
    expect(page.locator(".map tbody tr")).to_have_count(5)
    assert complaints.texts == []


def test_columns_that_make_no_sense_stay_in_their_panel(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    feed.say(type="frame", topic="situation/map", epoch="e", seq=SEQ + 1, as_of=NOW, columns={"traces": None})
    expect(page.locator(".map > .fault")).to_have_text("Cannot draw this. Reported 14:32.")
    expect(page.locator(".plot")).not_to_be_visible()
    feed.frame(heroes(5.2), SEQ + 2)
    reach(page, "5.2")
    columns = json.loads(json.dumps(situation_map.columns(live()["map"])))
    feed.say(type="frame", topic="situation/map", epoch="e", seq=SEQ + 3, as_of=NOW, columns=columns)
    expect(page.locator(".fault")).to_have_count(0)
    expect(page.locator(".plot")).to_be_visible()


def test_a_fault_of_the_server_stays_in_its_panel(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    for seq, topic in enumerate(TOPICS, SEQ + 1):
        feed.frame(render.render_fault(NOW), seq, topic)
        expect(page.locator(".fault")).to_have_count(seq - SEQ)
    assert measure(page)["outside"] == []
    boxes = page.locator(".fault").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().toJSON())")
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    columns = json.loads(json.dumps(situation_map.columns(live()["map"])))
    feed.say(type="frame", topic="situation/map", epoch="e", seq=SEQ + 9, as_of=NOW, columns=columns)
    feed.frame(heroes(5.2), SEQ + 9)
    expect(page.locator(".fault")).to_have_count(4)
    expect(page.locator(".plot")).to_be_visible()
    reach(page, "5.2")


def test_an_older_frame_changes_nothing(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    feed.frame(heroes(5.2), SEQ + 7)
    feed.frame(heroes(6.1), SEQ + 6)
    feed.frame(heroes(7.3), SEQ + 7, as_of=NOW - 1)
    feed.beat(SEQ + 8)
    expect(page.locator("[data-seq]")).to_have_text(f"{SEQ + 8:,}")
    reach(page, "5.2")


def test_another_epoch_starts_anew(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    feed.frame(heroes(5.2), 3, epoch="restored")
    reach(page, "5.2")
    expect(page.locator("[data-seq]")).to_have_text("3")


def test_it_answers_with_what_it_has_painted(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    feed.frame(heroes(5.2), SEQ + 1)
    reach(page, "5.2")
    feed.beat(SEQ + 4)
    expect(page.locator("[data-seq]")).to_have_text(f"{SEQ + 4:,}")
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert feed.seen[-1] == SEQ + 4
    assert SEQ + 1 in feed.seen
    assert feed.seen == sorted(feed.seen)


def test_the_room_may_run_faster(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    feed.beat(rate=60.0)
    page.clock.run_for(2_000)
    expect(page.locator(".clock b")).to_have_text(re.compile(r"14:3[4-9]"))


def test_beats_stand_as_bars(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    for _ in range(3):
        feed.beat()
    expect(page.locator(".pulse .new")).to_have_count(1)
    expect(page.locator(".pulse .on")).to_have_count(2)
    page.clock.run_for(5_000)
    expect(page.locator(".pulse .miss")).not_to_have_count(0)
    expect(page.locator(".pulse i")).to_have_count(30)


# --- without a link ---------------------------------------------------------------------------------------------------


def test_a_stopped_server_shows_within_3_5_s_and_its_return_is_silent(page: Page, own_wall: ServedWall) -> None:
    complaints = Complaints(page)
    page.goto(own_wall.url())
    expect(page.locator(".pulse .new")).to_have_count(1)
    drawn(page)
    # The page's own clock tells how long it took: a busy machine makes the test wait, not the wall.
    page.evaluate(
        """() => {
          window.heardAt = performance.now();
          document.addEventListener("wall:heard", () => { window.heardAt = performance.now(); });
          new MutationObserver(() => { window.staleAt ??= performance.now(); })
            .observe(document.querySelector(".alarm-head"), { childList: true, characterData: true, subtree: true });
        }"""
    )
    own_wall.stop()
    expect(page.locator(".alarm-head")).to_have_text(re.compile(r"Data [34] s old"))
    expect(page.locator(".alarm-head")).to_be_visible()
    expect(page.locator(".alarm-why")).to_have_text(re.compile(r"Showing 14:32:\d\d UTC\. Figures may be behind\."))
    expect(page.locator("[data-say]")).to_have_text(re.compile(r"Data 3 s old\. Showing"))
    assert page.evaluate("window.staleAt - window.heardAt") < 3_500
    state(page, "stale")
    own_wall.start()
    own_wall.publish(live(), "heroes")
    expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=30_000)
    expect(page.locator(".alarm-head")).not_to_be_visible()
    expect(page.locator("[data-say]")).to_be_empty()
    expect(page.locator("[data-alert]")).to_be_empty()
    expect(page.locator("[data-seq]")).to_have_text(f"{own_wall.seq:,}")
    assert complaints.but("WebSocket") == []


def test_silence_is_enough(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    page.clock.fast_forward(47_000)
    expect(page.locator(".alarm-head")).to_have_text(re.compile(r"Data 4[78] s old"))
    expect(page.locator("[data-alert]")).to_be_empty()
    page.clock.fast_forward(140_000)
    expect(page.locator(".alarm-head")).to_have_text("No link for 3 min")
    expect(page.locator(".alarm-why")).to_have_text(re.compile(r"Frozen at 14:32:\d\d UTC\. Retrying, attempt \d+\."))
    expect(page.locator("[data-alert]")).to_have_text(re.compile("No link for 3 min. Frozen at"))
    state(page, "disconnected")
    expect(page.locator("[data-hero=reach] .v")).to_be_visible()
    sockets = len(feed.sockets)
    page.clock.fast_forward(15_000)
    feed.reopened(page, sockets)
    feed.beat(kind="hello")
    state(page, "live")


def test_a_signed_out_wall_says_so_and_keeps_its_picture(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    feed.frame(heroes(5.2), SEQ + 1)
    reach(page, "5.2")
    feed.sockets[-1].close(code=4401, reason="signed out")
    expect(page.locator(".alarm-head")).to_have_text("This wall is signed out")
    reach(page, "5.2")
    page.clock.fast_forward(11_000)
    feed.reopened(page, 1)
    feed.beat(kind="hello")
    state(page, "live")


def test_another_build_loads_the_page_anew_once(told_wall: tuple[Page, Feed]) -> None:
    page, feed = told_wall
    with page.expect_event("load"):
        feed.beat(version="build 2")
    drawn(page)
    page.evaluate("window.loadedOnce = true")
    for _ in range(3):
        feed.beat(version="build 2")
    feed.frame(heroes(5.2), SEQ + 1)
    reach(page, "5.2")
    assert page.evaluate("window.loadedOnce")


# --- hostile names ----------------------------------------------------------------------------------------------------


def test_hostile_names_run_nothing_fetch_nothing_and_move_nothing(page_factory: PageFactory, wall: ServedWall) -> None:
    page = page_factory(viewport={"width": 1920, "height": 1080})
    complaints = Complaints(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(wall.url())
    drawn(page)
    before = measure(page)["sections"]
    already = len(asked)
    wall.publish(VIEWS["names"](), "note", "heroes", "strip", "ticker", "stages", "map")
    expect(page.locator(".tick li").first).to_contain_text("Citizens United")
    expect(page.locator(".labels")).to_contain_text("acirema")
    assert moved(before, measure(page)["sections"]) == []
    assert page.title() == "Situation · Warroom"
    assert asked[already:] == []
    assert page.locator("main :is(img, iframe, link, object, script:not([type='application/json']))").count() == 0
    assert complaints.texts == []
