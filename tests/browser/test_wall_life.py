"""A wall that nobody sits at: it turns its scenes, does as it is told, plays the past, and spares its display.

Everything is served by a real room, whose time runs, and looked at in a real Chromium of 1920 by 1080.
"""

from __future__ import annotations

import base64
import re
import socket
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app import room as room_module
from app.access import Role, open_session
from app.clock import FixedClock, SystemClock
from app.vocabulary import HOUR, SECOND
from app.walls import Place, blank, pin, play, revoke, set_message, set_on_alarm, set_programme, unpin
from app.walls.programme import SHORTEST_S, Entry
from dashboards.desk import repertoire
from tests import makers
from tests.browser.test_desk_walls import SCROLLS, Room
from tests.browser.wall import Complaints, Feed
from tests.cable import Cable, cable_to
from tests.conftest import PageFactory
from tests.product import NOW, Product

pytestmark = pytest.mark.browser

PATIENCE_MS = 15_000
NOON = NOW - 2 * HOUR

NOTE_CUTS = """async () => {
  const {realSeconds} = await import("/static/js/room.js");
  window.cuts = {};
  document.addEventListener("wall:shown", ({detail}) => {
    const second = Math.floor(realSeconds());
    (window.cuts[second] ??= []).push({scene: detail.element.dataset.scene, at: Date.now()});
  });
}"""
"""From now on: which scene came on in which second of the room, and when by the machine's clock."""

READ_PICTURE = """async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const {width, height} = picture;
  const drawn = new OffscreenCanvas(width, height).getContext("2d");
  drawn.drawImage(picture, 0, 0);
  const read = (x, y, w, h) => drawn.getImageData(x, y, w, h).data;
  const strips = [[0, height / 2, 20, 1], [width - 20, height / 2, 20, 1],
    [width / 2, 0, 1, 20], [width / 2, height - 20, 1, 20]];
  const colours = (data) => new Set([...Array(data.length / 4).keys()].map((i) => data.slice(4 * i, 4 * i + 3).join()));
  return {
    isBlack: read(0, 0, width, height).every((part, i) => i % 4 === 3 || part === 0),
    edges: strips.map((strip) => [...colours(read(...strip))]),
  };
}"""

BARS_AND_PLACE = """() => {
  const root = document.documentElement;
  return [innerWidth - root.clientWidth, innerHeight - root.clientHeight, scrollX, scrollY];
}"""

CURSORS = """() => [...new Set([...document.querySelectorAll("body, body *")].filter((e) => e.checkVisibility())
  .map((e) => getComputedStyle(e).cursor))]"""


class RunningClock(FixedClock):
    """Runs as real time does, from where ``at`` was put when it was made, and with every later change of that."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self._began = time.monotonic_ns()

    def now(self) -> int:
        return self.at + (time.monotonic_ns() - self._began) // 1000


def removal(n: int, at: int) -> list[makers.Event]:
    """One asset more that is removed."""
    return [makers.asset_detected(f"a{n}", network="n1", at=at), makers.asset_removed(f"a{n}", at=at)]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """It is two o'clock; one asset was removed at noon and one at one, and it was told each at the time."""
    product = Product(tmp_path_factory.mktemp("room"))
    product.clock = RunningClock(NOON)
    product.start()
    product.tell(makers.network_reported("n1", at=NOON), *removal(1, NOON))
    product.clock.at += HOUR
    product.tell(*removal(2, NOON + HOUR))
    product.clock.at += HOUR
    yield Room(product)
    product.stop()


Screen = Callable[..., Page]


@pytest.fixture
def screen(page_factory: PageFactory, room: Room) -> Screen:
    """Opens a screen of a wall, signed in as that wall, and waits until it lives."""

    def opened(wall: str, port: int = 0, *, at: str = "") -> Page:
        page = signed_in(page_factory, room, wall)
        if at:
            page.clock.install(time=at)
        page.goto(f"http://127.0.0.1:{port or room.product.port}/wall")
        lives(page)
        return page

    return opened


def signed_in(page_factory: PageFactory, room: Room, wall: str, **context: Any) -> Page:
    """A page of a browser that is a wall's."""
    page = page_factory(viewport={"width": 1920, "height": 1080}, **context)
    with room.product.room.database.write() as connection:
        token = open_session(connection, Role.WALL, "tests", SystemClock().now(), wall=wall).token
    page.context.add_cookies([{"name": room.product.room.gate.cookie, "value": token, "url": room.product.url}])
    return page


def hang(room: Room, name: str, *scenes: str) -> str:
    """A wall that shows these scenes in turn, as briefly as can be, whatever is overdue."""
    wall = room.hang(name, 300)
    programme = [Entry(Place(scene), SHORTEST_S) for scene in scenes or ("situation",)]
    act(room, wall, set_programme, programme, repertoire())
    act(room, wall, set_on_alarm, False)
    return wall


def act(room: Room, wall: str, change: Callable[..., object], *said: Any) -> None:
    """Do something about a wall, as Ann."""
    room.control.change(wall, lambda connection, found, now: change(connection, found, *said, by="Ann", now=now))


def lives(page: Page) -> None:
    """A beat has come, and it is not long ago."""
    expect(page.locator(".pulse .new")).to_have_count(1, timeout=PATIENCE_MS)
    expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)


def shows(page: Page, scene: str) -> None:
    """One scene, and no other."""
    expect(page.locator(".stage")).to_have_attribute("data-shown", scene, timeout=PATIENCE_MS)
    expect(page.locator(".scene:visible")).to_have_count(1)
    expect(page.locator(f".scene.{scene}")).to_be_visible()


def picture(page: Page, reader: Page | None = None) -> dict[str, Any]:
    """What the pixels of a page say: whether all are black, and the colours along the middle of its four edges."""
    png = base64.b64encode(page.screenshot()).decode()
    found: dict[str, Any] = (reader or page).evaluate(READ_PICTURE, png)
    return found


def takedowns(page: Page) -> Any:
    return page.locator('.situation [data-hero="takedowns"] .big')


# --- in turn ----------------------------------------------------------------------------------------------------------


def test_two_screens_of_a_wall_cut_in_the_same_whole_second(screen: Screen, room: Room) -> None:
    wall = hang(room, "Turning", "situation", "networks")
    pages = [screen(wall), screen(wall)]
    for page in pages:
        page.evaluate(NOTE_CUTS)
    # Ahead, to two seconds before the next turn: they hear of it with the next beat.
    hold = SHORTEST_S * SECOND
    room.product.clock.at += (hold - 2 * SECOND - room.product.clock.now()) % hold
    first = room.product.clock.now() // SECOND // SHORTEST_S * SHORTEST_S + SHORTEST_S
    seconds = [first, first + SHORTEST_S]
    for page in pages:
        page.wait_for_function("(last) => window.cuts[last]", arg=seconds[-1], timeout=PATIENCE_MS)
    one, other = (page.evaluate("window.cuts") for page in pages)
    for second in seconds:
        cuts = [*one[str(second)], *other[str(second)]]
        due = ["situation", "networks"][second // SHORTEST_S % 2]
        assert [cut["scene"] for cut in cuts] == [due, due]
        assert abs(cuts[0]["at"] - cuts[1]["at"]) < 500
    assert [int(second) for cuts in (one, other) for second in cuts if int(second) >= first] == seconds * 2
    for page in pages:
        shows(page, due)
        expect(page.locator(".scenes i")).to_have_count(2)
        expect(page.locator(".scenes i.on")).to_have_count(1)


@pytest.mark.long
def test_a_beat_that_comes_late_does_not_cut_back(page_factory: PageFactory, room: Room) -> None:
    page = signed_in(page_factory, room, hang(room, "Late", "situation", "networks"))
    feed = Feed(page)
    page.goto(f"{room.product.url}/wall")
    feed.reopened(page, 0)
    served = {"version": room.product.room.version}
    turns = NOW - NOW % (2 * SHORTEST_S * SECOND) + SHORTEST_S * SECOND
    feed.beat(kind="hello", now=turns - 2 * SECOND, **served)
    shows(page, "situation")
    page.evaluate(NOTE_CUTS)
    feed.beat(now=turns - SECOND // 10, **served)
    shows(page, "networks")
    feed.beat(now=turns - SECOND // 2, **served)
    page.wait_for_timeout(300)
    feed.beat(now=turns + SECOND // 10, **served)
    page.wait_for_timeout(200)
    assert [cut["scene"] for cuts in page.evaluate("window.cuts").values() for cut in cuts] == ["networks"]


# --- as it is told ----------------------------------------------------------------------------------------------------


def test_a_pinned_scene_stays_on_whoever_has_the_turn(screen: Screen, room: Room) -> None:
    wall = hang(room, "Pinned", "situation", "networks")
    page = screen(wall)
    expect(page.locator("[data-pinned]")).to_have_text("")
    act(room, wall, pin, Place("feeds"), repertoire())
    shows(page, "feeds")
    expect(page.locator("[data-pinned]")).to_have_text("pinned")
    expect(page.locator("[data-pinned]")).to_be_visible()
    expect(page.locator(".title")).to_have_text(repertoire()["feeds"].title)
    expect(page.locator(".scenes i")).to_have_count(0)
    for _ in range(2):
        page.evaluate("new Promise((done) => document.addEventListener('wall:heard', () => done(), {once: true}))")
        room.product.clock.at += SHORTEST_S * SECOND
    shows(page, "feeds")
    act(room, wall, unpin)
    expect(page.locator("[data-pinned]")).to_have_text("")
    expect(page.locator(".stage")).to_have_attribute("data-shown", re.compile("situation|networks"))


@pytest.mark.long
def test_a_blank_wall_is_black_and_comes_back(screen: Screen, page_factory: PageFactory, room: Room) -> None:
    wall = hang(room, "Blank")
    page = screen(wall)
    assert not picture(page)["isBlack"]
    act(room, wall, set_message, "Briefing at 15:00")
    act(room, wall, blank, True)
    expect(page.locator("html")).to_have_attribute("data-blank", "")
    assert picture(page)["isBlack"]
    # Not for a moment does it show what it is not to show: not even before its scripts run.
    anew = signed_in(page_factory, room, wall, java_script_enabled=False)
    anew.goto(f"{room.product.url}/wall")
    assert picture(anew, page)["isBlack"]
    act(room, wall, blank, False)
    expect(page.locator("html")).not_to_have_attribute("data-blank", "")
    shows(page, "situation")
    assert not picture(page)["isBlack"]


def test_a_message_is_text_whatever_it_says(screen: Screen, room: Room) -> None:
    wall = hang(room, "Message")
    page = screen(wall)
    complaints = Complaints(page)
    line = page.locator("[data-message]")
    hostile = "</script><img src=x onerror='window.hit=1'><b>bold</b>&amp;{{1}} \u202e"
    text = (hostile + "W" * 120)[:120]
    act(room, wall, set_message, text)
    expect(line).to_contain_text("<img src=x onerror='window.hit=1'><b>bold</b>&amp;{{1}}")
    page.reload()
    lives(page)
    expect(line).to_contain_text("<img src=x onerror='window.hit=1'><b>bold</b>&amp;{{1}}")
    expect(line).to_be_visible()
    assert page.locator(".message :is(img, b)").count() == 0
    assert page.evaluate("window.hit") is None
    assert "\u202e" not in (line.text_content() or "")
    box = page.locator(".message").bounding_box()
    assert box is not None
    assert box["x"] > 0
    assert box["x"] + box["width"] < 1920
    assert box["y"] + box["height"] < 1080
    assert page.evaluate(SCROLLS) == [0, 0]
    act(room, wall, set_message, "")
    expect(line).to_have_text("")
    assert complaints.texts == []


def test_a_revoked_screen_says_so_within_five_seconds_and_asks_nobody_to_sign_in(screen: Screen, room: Room) -> None:
    wall = hang(room, "Revoked")
    page = screen(wall)
    page.evaluate("window.isSame = true")
    began = time.monotonic()
    act(room, wall, revoke)
    expect(page.locator(".alarm-head")).to_have_text("This wall is signed out", timeout=PATIENCE_MS)
    assert time.monotonic() - began < 5
    expect(page.locator(".alarm-head")).to_be_visible()
    expect(takedowns(page)).to_have_text("2")
    assert page.evaluate("window.isSame")
    # Switched off and on, it shows a code and no page that wants a keyboard.
    page.goto(f"{room.product.url}/wall")
    expect(page.locator("[data-code]")).to_be_visible()


# --- the past ---------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_past_is_replayed_on_one_wall_and_another_stays_live(screen: Screen, room: Room) -> None:
    wall, other = hang(room, "Replaying"), hang(room, "Live")
    page, live = screen(wall), screen(other)
    live.evaluate("window.isSame = true")
    act(room, wall, play, room.control.stretch("replay", "12:15", "13:30", "60"))
    marked(page, "REPLAY 60×")
    expect(page.locator(".clock b")).to_have_text(re.compile("^12:[1-4]"))
    expect(takedowns(page)).to_have_text("1")
    is_live(live)
    act(room, wall, play, room.control.stretch("exercise", "12:35", "13:30", "600"))
    marked(page, "EXERCISE 600×")
    expect(takedowns(page)).to_have_text("2", timeout=PATIENCE_MS)
    expect(page.locator(".clock b")).to_have_text(re.compile("^13:"))
    is_live(live)
    assert live.evaluate("window.isSame")
    act(room, wall, play, None)
    is_live(page)
    expect(takedowns(page)).to_have_text("2")


def marked(page: Page, mark: str) -> None:
    """A word in the header that is larger than what is beside it, and a frame about all of the picture."""
    expect(page.locator(".mark")).to_have_text(mark, use_inner_text=True, timeout=PATIENCE_MS)
    expect(page.locator(".mark")).to_be_visible()
    expect(page.locator(".link > b")).not_to_have_text("Live")
    assert float(page.locator(".mark").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")) >= 32
    ink = page.locator(".mark").evaluate("(e) => getComputedStyle(e).backgroundColor.match(/\\d+/g).join()")
    assert all(ink in colours for colours in picture(page)["edges"])


def is_live(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-mode", "live", timeout=PATIENCE_MS)
    lives(page)
    expect(page.locator(".mark, .frame-mark")).to_have_count(0)
    expect(page.locator(".link > b")).to_have_text("Live")
    expect(page.locator(".clock b")).to_have_text(re.compile("^14:0"))


@pytest.mark.parametrize(("asked", "then"), [("seq=3", "12:00"), ("at=12:31", "12:31")])
def test_a_page_of_the_past_says_so_and_never_becomes_live(
    asked: str, then: str, page_factory: PageFactory, room: Room
) -> None:
    page = page_factory(
        viewport={"width": 1920, "height": 1080},
        extra_http_headers={"authorization": f"Bearer {room.product.bearer()}"},
    )
    page.clock.install()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(f"{room.product.url}/wall/situation?{asked}")
    for _ in range(2):
        marked(page, "AS IT STOOD")
        expect(page.locator(".clock b")).to_have_text(then)
        expect(page.locator(".link > b")).to_have_text("Frozen")
        expect(page.locator(".pulse")).not_to_be_visible()
        expect(takedowns(page)).to_have_text("1")
        page.clock.fast_forward(HOUR // 1000)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert sockets == []


# --- loading itself anew ----------------------------------------------------------------------------------------------


@pytest.fixture
def cable(room: Room) -> Iterator[Cable]:
    with cable_to(lambda: socket.create_connection(("127.0.0.1", room.product.port), 10)) as cable:
        yield cable


@pytest.mark.long
def test_once_a_day_it_loads_itself_anew_and_only_while_it_is_linked(screen: Screen, room: Room, cable: Cable) -> None:
    page = screen(hang(room, "Daily"), cable.port, at="2018-10-27T02:00:00Z")
    page.evaluate("window.isSame = true")
    cable.pull()
    page.clock.fast_forward("02:17:05")
    expect(page.locator("html")).to_have_attribute("data-state", "disconnected")
    page.clock.fast_forward("00:20")
    page.clock.fast_forward("02:00")
    cable.plug()
    page.clock.fast_forward("00:10")
    lives(page)
    assert page.evaluate("window.isSame")
    page.clock.fast_forward("23:57:30")
    lives(page)
    # A look is due every ten seconds; this brings the next one near.
    page.clock.fast_forward("00:07")
    page.wait_for_function("() => window.isSame === undefined", timeout=PATIENCE_MS)
    lives(page)
    page.evaluate("window.isSame = true")
    page.clock.fast_forward("00:10")
    lives(page)
    assert page.evaluate("window.isSame")


@pytest.mark.long
def test_another_build_is_loaded_once_it_is_there(
    page_factory: PageFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = Product(tmp_path / "own")
    product.start()
    try:
        room = Room(product)
        page = signed_in(page_factory, room, hang(room, "Renewed"))
        page.clock.install()
        page.goto(f"{product.url}/wall")
        lives(page)
        page.evaluate("window.isSame = true")
        product.stop()
        page.clock.fast_forward("00:05")
        expect(page.locator("html")).to_have_attribute("data-state", "stale", timeout=PATIENCE_MS)
        refused: list[str] = []
        page.route("**/wall/rotation", lambda route: (refused.append(route.request.url), route.abort())[-1])
        monkeypatch.setattr(room_module, "build", lambda: "another build")
        product.start()
        lives(page)
        page.wait_for_function("() => document.querySelectorAll('.pulse .on, .pulse .new').length > 2")
        assert len(refused) == 1, "it asks before it leaves, and not at every beat"
        assert page.evaluate("window.isSame")
        page.unroute("**/wall/rotation")
        page.clock.fast_forward("00:05")
        expect(page.locator("body")).to_have_attribute("data-version", "another build", timeout=PATIENCE_MS)
        lives(page)
    finally:
        product.stop()


# --- sparing the display ----------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_picture_drifts_a_pixel_a_minute_each_way_and_never_off_the_screen(screen: Screen, room: Room) -> None:
    wall = hang(room, "Drifting")
    act(room, wall, set_message, "Briefing at 15:00")
    page = screen(wall, at="2018-10-26T14:00:00Z")
    places = [stage(page)]
    for _ in range(25):
        page.clock.fast_forward("01:00")
        places.append(stage(page))
    assert all(abs(x - u) <= 1 >= abs(y - v) for (x, y), (u, v) in pairwise(places))
    across, down = ({place[way] for place in places} for way in (0, 1))
    assert (min(across), max(across)) == (-8, 8)
    assert (min(down), max(down)) == (-7, 7)
    page.mouse.wheel(500, 500)
    assert page.evaluate(BARS_AND_PLACE) == [0, 0, 0, 0]
    assert page.evaluate(CURSORS) == ["none"]


def stage(page: Page) -> tuple[float, float]:
    """Where the stage is. All that is on it is on the screen."""
    x, y, out = page.evaluate(
        "() => {const box = (e) => e.getBoundingClientRect(); const {x, y} = box(document.querySelector('.stage'));"
        "const parts = [...document.querySelectorAll('.top, .scene:not([data-off]) > *, .message')].map(box);"
        "return [x, y, parts.some((p) => p.left < 0 || p.top < 0 || p.right > innerWidth || p.bottom > innerHeight)]}"
    )
    assert not out
    return x, y


@pytest.mark.long
def test_colours_turn_round_for_two_minutes_at_four(screen: Screen, room: Room) -> None:
    page = screen(hang(room, "Turned"), at="2018-10-27T03:59:30Z")
    root, care = page.locator("html"), page.locator("[data-care]")
    for ahead, theme, said in (("00:00", "night", False), ("00:40", "day", True), ("02:00", "night", False)):
        page.clock.fast_forward(ahead)
        expect(root).to_have_attribute("data-theme", theme)
        expect(care).to_have_text("Colours are turned round until 04:02, to spare the display" if said else "")
