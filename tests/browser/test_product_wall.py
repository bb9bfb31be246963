"""The product as it is served, in a real Chromium: a POST becomes a number, and a server that goes is missed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import makers
from tests.browser.wall import Complaints
from tests.product import NOW, Product

pytestmark = pytest.mark.browser

PATIENCE_MS = 15_000

WATCH_STATES = """() => {
    window.heardAt = performance.now();
    document.addEventListener("wall:heard", () => { window.heardAt = performance.now(); });
    new MutationObserver(() => { window.staleAfter ??= performance.now() - window.heardAt; })
        .observe(document.documentElement, {attributes: true, attributeFilter: ["data-state"]});
}"""
"""By the page's own clock: a busy machine makes the test wait, not the wall."""


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
