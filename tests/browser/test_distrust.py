"""What a wall says when it can no longer be trusted: the right words within their limits, and nothing on recovery.

RELIABILITY R8. A pulled cable, a stopped server, a detector that is silent, and a database that does not answer while
the link is as alive as ever.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import URL, make_url

from app.database import Database
from app.vocabulary import MINUTE, isoformat
from tests import makers
from tests.browser.layout import examined
from tests.browser.wall import Complaints
from tests.cable import Cable, cable_to
from tests.conftest import PageFactory
from tests.databases import empty_database
from tests.product import NOW, Product

pytestmark = pytest.mark.browser

PATIENCE_MS = 20_000
LIMIT_MS = 3_500
"""In which a wall must say that it is stale, by its own clock: a busy machine makes the test wait, not the wall."""

NOTE_STATES = """() => {
    window.heardAt = performance.now();
    document.addEventListener("wall:heard", () => { window.heardAt = performance.now(); });
    new MutationObserver(() => {
        if (document.documentElement.dataset.state === "stale") window.staleAt ??= performance.now();
    }).observe(document.documentElement, {attributes: true, attributeFilter: ["data-state"]});
    window.spoken = [];
    for (const selector of ["[data-say]", "[data-alert]"]) {
        const element = document.querySelector(selector);
        new MutationObserver(() => element.textContent && window.spoken.push(element.textContent))
            .observe(element, {childList: true, characterData: true, subtree: true});
    }
}"""
"""When a message last came, when the wall became stale, and what was said aloud."""


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    product = Product(tmp_path / "room")
    product.start()
    yield product
    product.stop()


@pytest.fixture
def open_wall(page_factory: PageFactory) -> Callable[..., Page]:
    """Opens the Situation wall, signed in, on a port of this machine, its clock in the hands of the test."""

    def opened(product: Product, port: int = 0) -> Page:
        page = page_factory(
            viewport={"width": 1920, "height": 1080},
            extra_http_headers={"authorization": f"Bearer {product.bearer()}"},
        )
        page.clock.install()
        page.goto(f"http://127.0.0.1:{port or product.port}/wall/situation")
        expect(page.locator(".map[data-drawn]")).to_have_count(1, timeout=PATIENCE_MS)
        state(page, "live")
        expect(page.locator(".pulse .new")).to_have_count(1)
        page.evaluate(NOTE_STATES)
        return page

    return opened


def state(page: Page, name: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-state", name, timeout=PATIENCE_MS)


def says(page: Page, head: str, why: str) -> None:
    """The alarm's two lines, both to be seen, and whole."""
    expect(page.locator(".alarm-head")).to_have_text(re.compile(head))
    expect(page.locator(".alarm-why")).to_have_text(re.compile(why))
    expect(page.locator(".alarm-head")).to_be_visible()
    expect(page.locator(".alarm-why")).to_be_visible()
    assert [fault for fault in examined(page).faults if ".alarm" in fault] == []


def recovered(page: Page, takedowns: str) -> None:
    """Live again, with what happened meanwhile on it, and not a word about it."""
    state(page, "live")
    expect(page.locator('[data-hero="takedowns"] .big')).to_have_text(takedowns, timeout=PATIENCE_MS)
    expect(page.locator(".alarm-head")).not_to_be_visible()
    expect(page.locator("[data-say]")).to_have_text("")
    expect(page.locator("[data-alert]")).to_have_text("")
    spoken = page.evaluate("window.spoken")
    assert not [text for text in spoken if not re.search("old|No link|No log", text)], spoken


def removal(n: int) -> list[makers.Event]:
    """One asset more that is removed."""
    return [makers.asset_detected(f"a{n}", network="n1", at=NOW), makers.asset_removed(f"a{n}", at=NOW)]


# --- the link ---------------------------------------------------------------------------------------------------------


def test_pulled_cable_is_missed_in_time_and_plugging_it_in_is_silent(
    product: Product, open_wall: Callable[..., Page]
) -> None:
    with cable_to(lambda: socket.create_connection(("127.0.0.1", product.port), 10)) as cable:
        page = open_wall(product, cable.port)
        cable.pull()
        state(page, "stale")
        says(page, r"^Data \d+\ss old$", r"^Showing \d\d:\d\d:\d\d UTC\. Figures may be behind\.$")
        assert page.evaluate("window.staleAt - window.heardAt") < LIMIT_MS
        product.post(makers.network_reported("n1", at=NOW), *removal(1))
        page.clock.fast_forward(3 * 60_000)
        state(page, "disconnected")
        says(page, r"^No link for 3 min$", r"^Frozen at \d\d:\d\d:\d\d UTC\. Retrying, attempt \d+\.$")
        expect(page.locator('[data-hero="takedowns"] .big')).to_have_text("0")
        cable.plug()
        page.clock.fast_forward(15_000)
        recovered(page, "1")


def test_stopped_server_is_missed_in_time_and_its_return_is_silent(
    product: Product, open_wall: Callable[..., Page]
) -> None:
    page = open_wall(product)
    complaints = Complaints(page)
    product.stop()
    state(page, "stale")
    says(page, r"^Data \d+\ss old$", r"^Showing \d\d:\d\d:\d\d UTC\. Figures may be behind\.$")
    assert page.evaluate("window.staleAt - window.heardAt") < LIMIT_MS
    page.clock.fast_forward(61_000)
    state(page, "disconnected")
    says(page, r"^No link for 1 min$", r"^Frozen at \d\d:\d\d:\d\d UTC\. Retrying, attempt \d+\.$")
    product.start()
    product.post(makers.network_reported("n1", at=NOW), *removal(1))
    page.clock.fast_forward(11_000)
    recovered(page, "1")
    assert complaints.but("WebSocket") == []


# --- a detector -------------------------------------------------------------------------------------------------------


def test_silent_detector_is_named_and_what_it_feeds_is_held_while_all_else_is_live(
    tmp_path: Path, open_wall: Callable[..., Page]
) -> None:
    product = Product(tmp_path / "room", source_limits_s={makers.SOURCE: 600})
    product.start()
    try:
        reported = [makers.network_reported("n1", at=NOW), makers.asset_detected("a1", at=NOW)]
        product.post(*reported, makers.count_observed("a1", 4_100, at=NOW))
        page = open_wall(product)
        note, hero = page.locator('[data-topic="room/note"]'), page.locator('[data-hero="reach"]')
        expect(hero).not_to_have_class(re.compile("held"))
        product.clock.at += 10 * MINUTE
        page.wait_for_timeout(1_500)
        expect(hero).not_to_have_class(re.compile("held"))
        product.clock.at += 1_000_000
        expect(hero).to_have_class(re.compile(r"\bheld\b"), timeout=PATIENCE_MS)
        expect(hero).to_contain_text("held at 14:00, Tests not answering")
        expect(note).to_contain_text("Tests")
        expect(note).to_contain_text("All else live")
        state(page, "live")
        amber = page.evaluate(
            "getComputedStyle(document.documentElement).getPropertyValue('--alert').trim().toLowerCase()"
        )
        square = note.locator(".held i").first.evaluate(
            "(i) => getComputedStyle(i).boxShadow + getComputedStyle(i).border"
        )
        assert rgb(amber) in square, "a hollow square"
        stroke = hero.locator(".big").evaluate("(big) => getComputedStyle(big).webkitTextStrokeWidth")
        assert float(stroke.removesuffix("px")) > 1, "a hollow figure"
        assert examined(page).faults == []
        at = isoformat(product.clock.at)
        product.post(makers.count_observed("a1", 4_200, at=at))
        expect(hero).not_to_have_class(re.compile("held"), timeout=PATIENCE_MS)
        expect(note).to_have_text("")
        expect(hero.locator(".v")).to_contain_text("4,200")
        assert page.evaluate("window.spoken") == []
    finally:
        product.stop()


def rgb(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


# --- the database -----------------------------------------------------------------------------------------------------


def reaching(server: URL) -> Callable[[], socket.socket]:
    """How a PostgreSQL server is reached, by its socket file or over TCP."""
    folder = server.query.get("host")

    def connect() -> socket.socket:
        if isinstance(folder, str) and folder.startswith("/"):
            end = socket.socket(socket.AF_UNIX)
            end.connect(f"{folder}/.s.PGSQL.{server.query.get('port') or server.port or 5432}")
            return end
        return socket.create_connection((server.host or "127.0.0.1", server.port or 5432), 10)

    return connect


@pytest.fixture
def far_room(postgres_server: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Product, Cable]]:
    """A room whose database is at the other end of a cable."""
    # The tests' server is set to be fast, and this one is about its going away.
    monkeypatch.setattr(Database, "check_durability", lambda _self: None)
    with ExitStack() as stack:
        server = make_url(stack.enter_context(empty_database(postgres_server)))
        cable = stack.enter_context(cable_to(reaching(server)))
        url = URL.create(
            server.drivername, server.username, server.password, "127.0.0.1", cable.port, server.database
        ).render_as_string(hide_password=False)
        product = Product(tmp_path / "room", url)
        product.start()
        # Before the cable closes: what hangs at it comes to an end.
        stack.callback(product.stop)
        stack.callback(cable.mend)
        stack.callback(cable.plug)
        yield product, cable


@pytest.mark.postgres
@pytest.mark.parametrize("fault", ["stopped", "unreachable"])
def test_database_that_does_not_answer_is_told_from_a_lost_link(
    far_room: tuple[Product, Cable], open_wall: Callable[..., Page], fault: str
) -> None:
    product, cable = far_room
    product.post(makers.network_reported("n1", at=NOW), *removal(1))
    page = open_wall(product)
    expect(page.locator('[data-hero="takedowns"] .big')).to_have_text("1", timeout=PATIENCE_MS)
    break_it, mend_it = (cable.cut, cable.mend) if fault == "stopped" else (cable.pull, cable.plug)
    page.evaluate("window.brokeAt = performance.now()")
    break_it()
    state(page, "stale")
    says(page, r"^Data \d+\ss old$", r"^The log does not answer\. Showing 1[34]:\d\d:\d\d UTC\.$")
    expect(page.locator("[data-say]")).to_have_text(re.compile(r"^Data 3 s old\. The log does not answer"))
    assert page.evaluate("window.staleAt - window.brokeAt") < LIMIT_MS
    beats = page.evaluate("document.querySelectorAll('.pulse .on, .pulse .new').length")
    assert beats > 1, "the link is alive, and shows it"
    assert page.evaluate("document.querySelectorAll('.pulse .miss').length") == 0
    expect(page.locator('[data-hero="takedowns"] .big')).to_have_text("1")
    mend_it()
    until(lambda: product.room.feed.unread_s == 0)
    product.post(*removal(2))
    recovered(page, "2")


@pytest.mark.postgres
def test_database_that_is_gone_for_a_minute_freezes_the_picture(
    far_room: tuple[Product, Cable], open_wall: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    product, cable = far_room
    product.post(makers.network_reported("n1", at=NOW), *removal(1))
    page = open_wall(product)
    cable.cut()
    until(lambda: product.room.feed.unread_s > 0)
    monkeypatch.setattr(product.room.feed, "refreshed_at", product.room.feed.refreshed_at - 180)
    state(page, "disconnected")
    says(page, r"^No log for 3 min$", r"^Frozen at 13:5\d:\d\d UTC\. The log does not answer\.$")
    expect(page.locator("[data-alert]")).to_have_text(re.compile(r"^No log for 3 min\. Frozen at"))
    cable.mend()
    until(lambda: product.room.feed.unread_s == 0)
    product.post(*removal(2))
    recovered(page, "2")


def until(holds: Callable[[], Any], within_s: float = 20.0) -> None:
    give_up_at = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
