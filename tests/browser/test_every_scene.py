"""Every scene in a real Chromium, in every state and at both sizes: the browser's own layout is measured.

A new file in ``dashboards/scenes`` is taken in by itself. Nothing is cut off but names, nothing covers anything else or
leaves its column, no letter is too small to be read, and whatever happens the sections stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboards.scenes import all_scenes
from tests.browser.layout import Layout, examined, shifted
from tests.browser.wall import Complaints, Feed
from tests.conftest import STRAY
from tests.every_room import END, FIRST_DAY, LIMITS_S, STATES, subject_of
from tests.product import Product

pytestmark = pytest.mark.browser

SIZES = {"1080p": (1920, 1080), "4K": (3840, 2160)}
UNLINKED = {"stale": 5_000, "disconnected": 70_000}
"""States of the room that is ``live``, and the silence (ms) after which they stand."""

DRAWN = """(before) => document.fonts.status === "loaded" && [...document.querySelectorAll("[data-columns]")].every(
    (panel) => panel.querySelector("[data-first]").textContent === "null" || panel.querySelector(":scope > .fault")
        || Number(panel.dataset.drawn ?? 0) > (before[panel.dataset.topic] ?? 0))"""
DRAWINGS = """() => Object.fromEntries([...document.querySelectorAll("[data-columns]")].map(
    (panel) => [panel.dataset.topic, Number(panel.dataset.drawn ?? 0)]))"""
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


@dataclass
class Wall:
    """One room at one size. Its page has a socket that opens and tells nothing but what this says."""

    state: str
    product: Product
    context: BrowserContext
    strays: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on(
            "request", lambda request: self.strays.append(request.url) if STRAY.match(request.url) else None
        )
        self.context.route(STRAY, lambda route: route.abort("blockedbyclient"))

    @cached_property
    def page(self) -> Page:
        page = self.context.new_page()
        page.clock.install()
        return page

    @cached_property
    def feed(self) -> Feed:
        return Feed(self.page)

    @cached_property
    def complaints(self) -> Complaints:
        return Complaints(self.page)

    def open(self, name: str) -> dict[str, list[str] | Layout]:
        """Every state that this room has of a scene, with what the page complained of."""
        scene, room = all_scenes()[name], self.product.room
        subject = subject_of(scene, room.board)
        self.feed.sockets.clear()
        self.complaints.texts.clear()
        self.page.goto(f"{self.product.url}/wall/{name}{'/' + subject if subject else ''}")
        self.page.wait_for_function(DRAWN, arg={})
        self.feed.reopened(self.page, 0)
        pulse = {"epoch": room.board.epoch, "now": END, "version": room.version}
        self.feed.beat(room.board.seq, "hello", **pulse)
        found: dict[str, list[str] | Layout] = {self.state: self.look(self.state, "live")}
        for state, silence_ms in (UNLINKED if self.state == "live" else {}).items():
            drawings = self.page.evaluate(DRAWINGS)
            self.page.clock.fast_forward(silence_ms)
            expect(self.page.locator("html")).to_have_attribute("data-state", state)
            self.page.wait_for_function(DRAWN, arg=drawings)
            found[state] = self.look(state, state)
        found["complaints"] = [*self.complaints.texts, *self.strays]
        return found

    def look(self, state: str, link: str) -> Layout:
        self.page.evaluate(SETTLED)
        expect(self.page.locator("html")).to_have_attribute("data-state", link)
        return examined(self.page, may_cut=state == "hostile")


class Walls:
    """Every room at every size, each served and opened once, and what was measured of it."""

    def __init__(self, browser: Browser, products: dict[str, Product]) -> None:
        self._browser = browser
        self._products = products
        self._walls: dict[tuple[str, str], Wall] = {}
        self._found: dict[tuple[str, str, str], dict[str, list[str] | Layout]] = {}

    def found(self, name: str, state: str, size: str) -> dict[str, list[str] | Layout]:
        room = "live" if state in UNLINKED else state
        if (name, room, size) not in self._found:
            self._found[name, room, size] = self._wall(room, size).open(name)
        return self._found[name, room, size]

    def layout(self, name: str, state: str, size: str) -> Layout:
        found = self.found(name, state, size)[state]
        assert isinstance(found, Layout)
        return found

    def _wall(self, room: str, size: str) -> Wall:
        if (room, size) not in self._walls:
            width, height = SIZES[size]
            product = self._products[room]
            context = self._browser.new_context(
                viewport={"width": width, "height": height},
                service_workers="block",
                extra_http_headers={"authorization": f"Bearer {product.bearer()}"},
            )
            self._walls[room, size] = Wall(room, product, context)
        return self._walls[room, size]

    def close(self) -> None:
        for wall in self._walls.values():
            wall.context.close()


@pytest.fixture(scope="module")
def walls(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walls]:
    products: dict[str, Product] = {}
    for state, told in STATES.items():
        limits = LIMITS_S if state == "hostile" else {}
        folder = tmp_path_factory.mktemp(state)
        products[state] = Product(folder, now=END, watch_first_day=FIRST_DAY, source_limits_s=limits)
        products[state].start()
        products[state].tell(*told())
    walls = Walls(browser, products)
    yield walls
    walls.close()
    for product in products.values():
        product.stop()


SHORT = ("live", "hostile", "huge")
SHOWN = [
    pytest.param(name, state, marks=[] if state in SHORT else pytest.mark.long)
    for name, scene in all_scenes().items()
    for state in (*STATES, *UNLINKED)
    if not (scene.about and state == "empty")
]
"""A scene that is of one thing cannot be opened where there is nothing. ``SHORT`` are the hardest states."""


@pytest.mark.parametrize("size", ["1080p", pytest.param("4K", marks=pytest.mark.long)])
@pytest.mark.parametrize(("name", "state"), SHOWN)
def test_everything_is_whole_and_in_its_place(walls: Walls, name: str, state: str, size: str) -> None:
    layout = walls.layout(name, state, size)
    faults = [*layout.faults, *shifted(walls.layout(name, "live", size), layout)]
    complaints = [f"complaint: {each}" for each in walls.found(name, state, size)["complaints"]]
    if faults or complaints:
        told = "\n  ".join([*faults, *complaints])
        pytest.fail(f"{name}, {state}, {size}:\n  {told}", pytrace=False)


@pytest.mark.parametrize("name", all_scenes())
def test_both_sizes_are_the_same_picture(walls: Walls, name: str) -> None:
    moved = shifted(walls.layout(name, "live", "1080p"), walls.layout(name, "live", "4K"), slack_rem=0.12)
    assert moved == [], "\n".join(moved)
