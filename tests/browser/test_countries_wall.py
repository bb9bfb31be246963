"""The clocks of countries in a real browser: they go on without a link, and in the past they stand as they stood."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.replay import Stretch
from app.vocabulary import DAY, HOUR, isoformat
from dashboards.render import clock_words
from tests import makers
from tests.browser.wall import Complaints, Feed
from tests.conftest import PageFactory
from tests.product import NOW, Product

pytestmark = pytest.mark.browser

ZONES = ["America/New_York", "Asia/Kolkata", "Australia/Sydney"]
MINUTE_US = 60_000_000


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    product = Product(tmp_path / "room")
    product.start()
    for ago in (3 * DAY, HOUR):
        product.clock.at = NOW - ago
        product.tell(makers.network_reported(f"n{ago}", targets=["US", "IN", "AU"], at=isoformat(NOW - ago)))
    product.clock.at = NOW
    yield product
    product.stop()


def opened(page_factory: PageFactory, product: Product, asked: str = "") -> Page:
    """The page with its clock in the hands of the test, and a socket that says nothing."""
    page = page_factory(extra_http_headers={"authorization": f"Bearer {product.bearer()}"})
    page.clock.install()
    Feed(page)
    page.goto(f"{product.url}/wall/countries{asked}")
    expect(page.locator("time[data-zone]")).to_have_count(3)
    return page


def shown(page: Page) -> dict[str, tuple[str, str]]:
    return {
        clock.get_attribute("data-zone") or "": (
            clock.locator(".time").inner_text(),
            clock.locator(".day").inner_text(),
        )
        for clock in page.locator("time[data-zone]").all()
    }


def times(at: int) -> dict[str, tuple[str, str]]:
    return {zone: (words["time"], words["day"]) for zone in ZONES for words in [clock_words(at, zone)]}


def test_clocks_show_the_room_s_time_there_and_go_on_without_a_link(
    page_factory: PageFactory, product: Product
) -> None:
    page = opened(page_factory, product)
    complaints = Complaints(page)
    assert shown(page) == times(NOW)
    for minutes in (1, 12 * 60):
        page.clock.fast_forward(minutes * 60_000)
        expect(page.locator("html")).to_have_attribute("data-state", "disconnected")
        there = page.locator("time[data-zone='Asia/Kolkata'] .time")
        passed = minutes if minutes == 1 else minutes + 1
        expect(there).to_have_text(times(NOW + passed * MINUTE_US)["Asia/Kolkata"][0])
        assert shown(page) == times(NOW + passed * MINUTE_US)
    assert complaints.texts == []


def test_a_clock_that_the_browser_does_not_know_is_left_as_the_server_wrote_it(
    page_factory: PageFactory, product: Product
) -> None:
    page = opened(page_factory, product)
    page.evaluate("document.querySelector('time[data-zone]').dataset.zone = 'Nowhere/At_All'")
    before = page.locator("time[data-zone] .time").first.inner_text()
    page.clock.fast_forward(120_000)
    expect(page.locator("time[data-zone='Asia/Kolkata'] .time")).to_have_text("19:32")
    assert page.locator("time[data-zone='Nowhere/At_All'] .time").inner_text() == before


def test_in_the_past_clocks_stand_as_they_stood(page_factory: PageFactory, product: Product) -> None:
    then = NOW - DAY - 5 * HOUR
    page = opened(page_factory, product, f"?at={isoformat(then)}")
    assert shown(page) == times(then)
    page.clock.fast_forward(10 * 60_000)
    assert shown(page) == times(then)


def test_in_a_replay_clocks_run_as_the_room_s_does(page_factory: PageFactory, product: Product) -> None:
    stretch = Stretch("replay", NOW - 2 * DAY, NOW, 60, time.time_ns() // 1000)
    page = opened(page_factory, product, f"?replay={stretch}")
    first = shown(page)
    page.clock.fast_forward(20_000)
    page.wait_for_function(
        """() => {
            const minutes = (selector) => {
                const [hour, minute] = document.querySelector(selector).textContent.split(":").map(Number);
                return 60 * hour + minute;
            };
            const there = minutes("time[data-zone='Asia/Kolkata'] .time");
            return (there - minutes(".clock b") + 1440) % 1440 === 330;
        }"""
    )
    assert shown(page) != first
