"""The product as it is served, in a real Chromium: a POST becomes a number, and a server that goes is missed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from app.access import Role, create_key, create_link
from app.clock import FixedClock, SystemClock
from app.main import create_app
from app.vocabulary import RecordType
from app.wire import LineProtocol
from tests import makers
from tests.browser.wall import Complaints
from tests.house import settings_of
from tests.live_server import served
from tests.room import at

pytestmark = pytest.mark.browser

NOW = at("2018-10-26T14:00:00Z")
PATIENCE_MS = 15_000

WATCH_STATES = """() => {
    window.heardAt = performance.now();
    document.addEventListener("wall:heard", () => { window.heardAt = performance.now(); });
    new MutationObserver(() => { window.staleAfter ??= performance.now() - window.heardAt; })
        .observe(document.documentElement, {attributes: true, attributeFilter: ["data-state"]});
}"""
"""By the page's own clock: a busy machine makes the test wait, not the wall."""


class Product:
    """A room on this machine that can be stopped and served again on the same port, with the same database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.key = ""
        self._serving: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = create_app(settings_of(self.folder), clock=FixedClock(NOW))
        self.room = app.state.room
        options = {"port": self.port} if self.port else {}
        self._serving = served(app, ws=LineProtocol, **options)
        _, self.port = self._serving.__enter__()

    def stop(self) -> None:
        if self._serving is not None:
            self._serving.__exit__(None, None, None)
            self._serving = None

    def link(self) -> str:
        with self.room.database.write() as connection:
            token = create_link(connection, Role.VIEWER, "tests", SystemClock().now())
        return f"{self.url}/in/{token}"

    def post(self, *events: makers.Event) -> None:
        if not self.key:
            with self.room.database.write() as connection:
                self.key = create_key(connection, "tests", makers.SOURCE, list(RecordType), SystemClock().now())
        headers = {
            "authorization": f"Bearer {self.key}",
            "content-type": "application/cloudevents-batch+json",
        }
        answer = httpx2.post(f"{self.url}/api/v1/records", content=json.dumps(events), headers=headers, trust_env=False)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    product = Product(tmp_path / "room")
    product.start()
    yield product
    product.stop()


def enter(page: Page, product: Product) -> None:
    page.goto(product.link())
    button = page.locator("form button")
    if button.count():
        button.click()
    expect(page).to_have_url(re.compile("/wall/situation$"))
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    expect(page.locator(".link > b")).to_have_text("Live")


def hero(page: Page, name: str) -> Any:
    return page.locator(f'[data-hero="{name}"] .big')


def test_a_post_becomes_a_number_on_the_wall(page: Page, product: Product) -> None:
    complaints = Complaints(page)
    enter(page, product)
    expect(hero(page, "takedowns")).to_have_text("0")
    product.post(
        makers.network_reported("n1", at=NOW),
        *(makers.asset_detected(f"a{n}", network="n1", at=NOW) for n in range(12)),
        *(makers.asset_removed(f"a{n}", at=NOW) for n in range(12)),
        makers.event_hosted("e1", ["a1"], at=NOW),
    )
    expect(hero(page, "takedowns")).to_have_text("12", timeout=PATIENCE_MS)
    expect(hero(page, "events")).to_have_text("1")
    expect(page.locator("[data-seq]")).to_have_text("26")
    assert complaints.texts == []


def test_a_page_opened_later_is_what_frames_have_made_of_an_earlier_one(page: Page, product: Product) -> None:
    enter(page, product)
    product.post(
        makers.network_reported("n1", at=NOW, code_name="Harbour Finch"),
        makers.asset_detected("a1", network="n1", at=NOW),
        makers.accounts_observed("a1", [f"x{n}" for n in range(41)], at=NOW),
    )
    expect(hero(page, "reach")).to_have_text("41", timeout=PATIENCE_MS)
    topics = page.locator("[data-topic]:not([data-columns])")
    framed = {each.get_attribute("data-topic"): each.inner_text() for each in topics.all()}
    page.reload()
    expect(page.locator(".link > b")).to_have_text("Live")
    fetched = {each.get_attribute("data-topic"): each.inner_text() for each in topics.all()}
    assert framed == fetched


def test_a_server_that_stops_is_missed_in_time_and_its_return_is_silent(page: Page, product: Product) -> None:
    enter(page, product)
    product.post(makers.network_reported("n1", at=NOW), makers.asset_detected("a1", network="n1", at=NOW))
    expect(page.locator("[data-seq]")).to_have_text("2", timeout=PATIENCE_MS)
    page.evaluate(WATCH_STATES)
    product.stop()
    expect(page.locator("html")).to_have_attribute("data-state", "stale", timeout=PATIENCE_MS)
    expect(page.locator(".alarm-head")).to_have_text(re.compile(r"^Data \d+\ss old$"))
    assert page.evaluate("window.staleAfter") < 3_500
    product.start()
    product.post(makers.asset_detected("a2", network="n1", at=NOW), makers.asset_removed("a2", at=NOW))
    expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    expect(hero(page, "takedowns")).to_have_text("1")
    expect(page.locator("[data-seq]")).to_have_text("4")
    expect(page.locator("[data-alert]")).to_have_text("")
