"""The desk in a real Chromium: its layout at every size, a screen paired and signed out, a page that says it is old."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.access import Role
from app.access.pairing import LENGTH, show_code
from app.clock import SystemClock
from app.vocabulary import DAY, HOUR, MINUTE, isoformat
from app.walls import Hanging, RoomControl, find_wall, pin, revoke, set_message, set_programme, set_up, take_up
from app.walls.programme import Entry, Place
from dashboards.desk import repertoire
from tests import makers
from tests.browser.wall import Complaints
from tests.conftest import PageFactory
from tests.product import NOW, Product

pytestmark = pytest.mark.browser

SIZES = {"laptop": (1440, 900), "screen": (1920, 1080), "zoomed": (720, 450)}
"""At 200 % zoom a laptop has half its pixels."""

PAGES = ("/desk/walls", "/desk/alarms", "/desk/screens", "/desk/scenes")

SCROLLS = """() => {
  const root = document.documentElement;
  return [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight];
}"""

HOSTILE = ("\u202eeht rof lluf " + "Z\u0336" * 12 + "مركز العمليات", "<b>bold</b>" + "W" * 48, "x")

MEASURE = """() => {
  const shown = (e) => e.checkVisibility({checkVisibilityCSS: true}) && !e.closest(".vh, .skip, thead");
  const box = (e) => e.getBoundingClientRect();
  const name = (e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`;
  const boxes = [...document.querySelectorAll("button, input, select, a, td, dd, h1, h2, label, p")].filter(shown);
  const clipped = boxes.filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth
    && !e.closest(".nm, .clip") && !e.querySelector(".nm, .clip") && e.tagName !== "INPUT").map(name);
  const hands = [...document.querySelectorAll("button, input, select, summary, td a")].filter(shown);
  const overlapping = [];
  for (const [at, one] of hands.entries()) for (const other of hands.slice(at + 1)) {
    const a = box(one), b = box(other);
    if (a.left + 1 < b.right && b.left + 1 < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom)
      overlapping.push([name(one), name(other)]);
  }
  return {
    wide: document.documentElement.scrollWidth - innerWidth, clipped, overlapping,
    bar: box(document.querySelector(".bar")).height,
    outside: boxes.filter((e) => box(e).right > innerWidth + 1 || box(e).left < -1).map(name),
    smallest: Math.min(
      ...boxes.filter((e) => e.textContent.trim()).map((e) => parseFloat(getComputedStyle(e).fontSize))),
  };
}"""


class Room:
    """A served room with walls, and ways into its desk."""

    def __init__(self, product: Product) -> None:
        self.product = product
        parts = product.room
        key, now = parts.settings.derived("pairing"), SystemClock().now
        self.control = RoomControl(
            parts.database, repertoire(), key=key, clock=parts.clock, now=now, poke=parts.feed.poke
        )
        self._key, self._now = key, now

    def hang(self, name: str, distance_cm: int = 600, height_cm: int = 93) -> str:
        """A wall whose screen is signed in. Returns its id."""
        with self.product.room.database.write() as connection:
            waiting = show_code(connection, self._now(), self._key)
        wall = self.control.pair(waiting.code, Hanging(name, distance_cm, height_cm), "Ann")
        with self.product.room.database.write() as connection:
            take_up(connection, waiting.secret, self._now())
        return wall.id

    def enter(self, page: Page, path: str = "/desk/walls") -> None:
        """Sign a lead in and open a page of the desk."""
        page.goto(self.product.link(Role.LEAD))
        if (button := page.locator("form button")).count():
            button.first.click()
        page.goto(f"{self.product.url}{path}")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    product = Product(tmp_path / "room")
    product.start()
    yield Room(product)
    product.stop()


def full(room: Room) -> str:
    """Walls and alarms of every kind; one wall with all there can be about it, whose id is returned."""
    first, *others = (room.hang(name) for name in ("Lobby", *HOSTILE))
    control = room.control
    long = [Entry(Place("situation"), 5 + place) for place in range(24)]
    control.change(first, lambda c, wall, now: set_programme(c, wall, long, repertoire(), by="Ann", now=now))
    control.change(first, lambda c, wall, now: set_message(c, wall, "W" * 120, by="\u202ebo" + "W" * 90, now=now))
    control.change(first, lambda c, wall, now: pin(c, wall, Place("situation"), repertoire(), by="Ann", now=now))
    control.change(others[0], lambda c, wall, now: revoke(c, wall, by="Ann", now=now))
    alarmed(room)
    return first


def alarmed(room: Room) -> None:
    """Sixty alarms in every state, about networks and sources with hostile names."""
    product = room.product
    product.tell(*(makers.network_reported(f"h{n}", code_name=name) for n, name in enumerate(HOSTILE)))
    for n in range(60):
        id, at = f"alarm{n}", NOW - n * HOUR
        about = (f"h{n % 3}", f"//x/{HOSTILE[n % 2]}", "")[n % 4 % 3]
        rule = ("stage_limit", "silent_source", "detection_spike", "reach_limit", "W" * 20)[n % 5].lower()
        part = "facebook:page" if rule == "reach_limit" else HOSTILE[1]
        figure = {"qualifier": "between", "low": 6_888_888_888, "high": 7_777_777_777}
        said = {"part": part, "figure": figure, "limit": 6_888_888_888, "since": isoformat(at - 9 * DAY)}
        product.tell(makers.alarm_raised(id, rule, about, at=at, **said))
        if n % 3 == 0:
            product.tell(makers.alarm_cleared(id, at=at + MINUTE))
        if n % 2 == 0:
            product.tell(makers.alarm_acknowledged(id, HOSTILE[n % 3], at=at + MINUTE))


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_clipped_overlaps_or_scrolls_sideways(size: str, page_factory: PageFactory, room: Room) -> None:
    width, height = SIZES[size]
    page = page_factory(viewport={"width": width, "height": height})
    complaints = Complaints(page)
    wall = full(room)
    room.enter(page)
    for path in (*PAGES, f"/desk/walls/{wall}"):
        page.goto(f"{room.product.url}{path}")
        page.evaluate("document.fonts.ready.then(() => true)")
        found: dict[str, Any] = page.evaluate(MEASURE)
        assert found["wide"] <= 0, path
        assert found["outside"] == [], path
        assert found["clipped"] == [], path
        assert found["overlapping"] == [], path
        assert found["smallest"] >= 13, path
        assert found["bar"] == 45 or size == "zoomed"
    assert complaints.texts == []


@pytest.mark.long
def test_no_name_moves_the_columns(page: Page, room: Room) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    wall = room.hang("Lobby")
    room.enter(page)
    places = "() => [...document.querySelectorAll('th, td, aside')].map((e) => e.getBoundingClientRect().left)"
    before = page.evaluate(places)
    for name in HOSTILE:
        with room.product.room.database.write() as connection:
            set_up(connection, find_wall(connection, wall), Hanging(name, 600, 93), by=name, now=1)
        page.reload()
        assert page.evaluate(places) == before


@pytest.mark.long
@pytest.mark.parametrize("theme", ["night", "day"])
def test_the_desk_has_no_fault_that_axe_finds(theme: str, page: Page, tmp_path: Path) -> None:
    product = Product(tmp_path / "themed", theme=theme)
    product.start()
    try:
        room = Room(product)
        wall = full(room)
        room.enter(page)
        for path in (*PAGES, f"/desk/walls/{wall}"):
            page.goto(f"{product.url}{path}")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
    finally:
        product.stop()


def test_a_screen_is_paired_by_its_code_and_signed_out_by_a_button(page_factory: PageFactory, room: Room) -> None:
    screen = page_factory(viewport={"width": 1920, "height": 1080})
    screen.goto(f"{room.product.url}/wall")
    code = screen.locator("[data-code]").inner_text()
    assert re.fullmatch(rf"[A-Z0-9]{{{LENGTH // 2}}} [A-Z0-9]{{{LENGTH // 2}}}", code)
    desk = page_factory(viewport={"width": 1440, "height": 900})
    room.enter(desk)
    desk.get_by_label("Code on the screen").fill(code)
    desk.get_by_label("Name of the wall").fill("Lobby")
    desk.get_by_label("Seen from, m").fill("3")
    desk.get_by_label("Picture height, m").fill("0.93")
    desk.get_by_role("button", name="Pair this screen").click()
    expect(desk.locator("h1")).to_have_text("Lobby")
    expect(screen.locator("html")).to_have_attribute("data-state", "live", timeout=15_000)
    expect(screen.locator(".link > b")).to_have_text("Live")
    # The page notices by itself that the screen is there.
    expect(desk.locator(".facts")).to_contain_text("Live", timeout=10_000)
    desk.get_by_role("button", name="Revoke this screen").click()
    expect(screen.locator("body")).to_contain_text("This wall is signed out", timeout=10_000)
    expect(desk.locator(".facts")).to_contain_text("Signed out")


@pytest.mark.long
def test_the_widest_code_stays_on_the_screen(page: Page, room: Room) -> None:
    for width, height in ((1920, 1080), (3840, 2160), (1280, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{room.product.url}/wall/pair")
        page.evaluate("document.querySelector('[data-code]').textContent = 'WMW MWM'")
        page.evaluate("document.fonts.ready.then(() => true)")
        right = page.evaluate(
            "(() => {const r = document.createRange(); r.selectNodeContents(document.querySelector('[data-code]'));"
            "return r.getBoundingClientRect().right})()"
        )
        assert right < width * 0.97
        assert page.evaluate(SCROLLS) == [0, 0]


def test_the_list_follows_by_itself_and_the_focus_stays(page: Page, room: Room) -> None:
    wall = room.hang("Lobby")
    room.enter(page)
    page.locator(f"#wall-{wall}").focus()
    room.control.blank_all(True, "Bo")
    expect(page.locator(".walls")).to_contain_text("Show again", timeout=10_000)
    assert page.evaluate("document.activeElement.id") == f"wall-{wall}"


def test_a_scene_is_sent_to_a_wall_by_keyboard_alone(page: Page, room: Room) -> None:
    room.hang("Lobby")
    room.enter(page, "/desk/scenes")
    page.locator("main .send summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/scenes$"))
    page.goto(f"{room.product.url}/desk/walls")
    expect(page.locator(".walls")).to_contain_text("Pinned: Situation")
    page.locator(".bar .send summary").press("Enter")
    page.locator("#send-scene").select_option("glance")
    found = page.locator(".bar .send form").bounding_box()
    assert found is not None
    assert found["x"] >= 0
    page.locator("#send-wall").press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".walls")).to_contain_text("Pinned: Glance")


@pytest.mark.long
def test_enter_in_a_programme_saves_it_and_moves_nothing(page: Page, room: Room) -> None:
    wall = room.hang("Lobby")
    programme = [Entry(Place("situation"), hold_s) for hold_s in (10, 20)]
    room.control.change(wall, lambda c, w, now: set_programme(c, w, programme, repertoire(), by="Ann", now=now))
    room.enter(page, f"/desk/walls/{wall}")
    page.locator("#hold-1").fill("33")
    page.locator("#hold-1").press("Enter")
    expect(page.locator("#hold-1")).to_have_value("33")
    expect(page.locator("#hold-0")).to_have_value("10")
    expect(page.locator(".audit")).to_contain_text("set the programme: Situation 10 s, Situation 33 s")


def test_an_alarm_is_acknowledged_by_its_button_and_the_bar_stops_saying_that_it_waits(page: Page, room: Room) -> None:
    room.product.room.lookout.stop()
    room.product.tell(makers.network_reported("n1", code_name="Low Tide"))
    room.enter(page, "/desk/alarms")
    expect(page.locator(".sum")).to_have_text("Nothing above threshold")
    room.product.tell(*(makers.alarm_raised(f"a{n}", limit=60, part="confirmed", at=NOW - n) for n in range(3)))
    # The page notices by itself, and so does the bar.
    expect(page.locator(".sum")).to_contain_text("3 not acknowledged", timeout=10_000)
    expect(page.locator(".now")).to_contain_text("3 alarms wait", timeout=10_000)
    page.get_by_role("button", name="Acknowledge", exact=True).first.click()
    expect(page.locator(".sum")).to_contain_text("2 not acknowledged")
    page.get_by_role("button", name="Acknowledge all").click()
    expect(page.locator(".sum")).to_contain_text("all acknowledged")
    expect(page.locator(".now")).not_to_contain_text("wait")
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)


@pytest.mark.long
def test_a_page_that_nobody_answers_says_so(page: Page, room: Room) -> None:
    room.enter(page)
    room.product.stop()
    expect(page.locator("[data-late]")).to_contain_text("No answer from the room for", timeout=20_000)
    expect(page.locator("html")).to_have_attribute("data-state", "stale")
    room.product.start()
    expect(page.locator("[data-late]")).to_have_text("", timeout=20_000)
    expect(page.locator("html")).to_have_attribute("data-state", "live")
