"""An evening at the desk by keyboard alone: one network from being found to being decided about, without a mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.access import Role
from tests.browser.wall import Complaints
from tests.every_room import END, FIRST_DAY, STATES
from tests.product import Product

pytestmark = pytest.mark.browser

MOST_TABS = 60


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    served = Product(tmp_path / "room", watch_first_day=FIRST_DAY, now=END)
    served.start()
    try:
        served.tell(*sorted(STATES["live"](), key=lambda event: str(event["time"])))
        yield served
    finally:
        served.stop()


def tab_to(page: Page, target: Locator) -> None:
    """Go on with Tab until something has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{MOST_TABS} tabs did not lead to {target}")


def figures(product: Product, page: Page) -> Any:
    """What is said of every network, but for when it is asked."""
    return page.request.get(f"{product.url}/api/v1/networks").json()["networks"]


def test_one_network_from_being_found_to_being_decided_about(  # noqa: PLR0915 - one way, step by step
    page: Page, product: Product
) -> None:
    complaints = Complaints(page)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(product.link(Role.LEAD))
    page.goto(f"{product.url}/desk")
    # Found by three filters: confirmed, aims at the United States, on Facebook.
    for key, field in (("1", "#stage-confirmed"), ("3", "#target-US"), ("6", "#platform-facebook")):
        page.keyboard.press(key)
        for _ in range(8):
            if page.locator(field).evaluate("(element) => element === document.activeElement"):
                break
            page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.locator(field)).to_be_checked()
    expect(page.locator("#said")).to_contain_text("3 filters, 1 of 12")
    # Opened, and its graph is read as a table.
    page.keyboard.press("/")
    page.keyboard.type("low")
    page.keyboard.press("Enter")
    expect(page.locator("#row-low-tide")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#detail h1")).to_have_text("Low Tide")
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("/desk/networks/low-tide/graph"))
    expect(page.locator(".graph[data-drawn]")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator(".graph")).to_have_attribute("data-view", "table")
    expect(page.locator(".graph tbody tr").first).to_be_visible()
    page.go_back()
    page.wait_for_load_state()
    # Assigned, and moved on with a reason.
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/desk/networks/low-tide/review"))
    page.wait_for_load_state()
    page.keyboard.press("t")
    expect(page.locator(".pairs dd").first).to_have_text("tests")
    page.wait_for_load_state()
    page.keyboard.press("s")
    page.keyboard.type("Removal")
    expect(page.locator("#stage-stage")).to_have_value("removal_ordered")
    page.keyboard.press("Tab")
    page.keyboard.type("Confirmed by two")
    page.keyboard.press("Enter")
    expect(page.locator(".steps li").first).to_contain_text("Removal ordered")
    expect(page.locator(".steps li").first).to_contain_text("tests: Confirmed by two")
    # Merged after a look at what that would come to, and undone: every figure is what it was.
    before = figures(product, page)
    page.goto(f"{product.url}/desk/networks/low-tide")
    page.keyboard.press("m")
    tab_to(page, page.locator("#other"))
    page.keyboard.type("slate-lantern")
    page.keyboard.press("Enter")
    expect(page.locator(".impact")).to_contain_text("counts in Low Tide")
    tab_to(page, page.locator("#why"))
    page.keyboard.type("the same admins")
    page.keyboard.press("Enter")
    expect(page.locator(".held")).to_contain_text("merged into Low Tide")
    assert len(figures(product, page)) == len(before) - 1
    tab_to(page, page.locator(".held a.b"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Undo"))
    page.keyboard.press("Enter")
    expect(page.locator(".held")).to_contain_text("Nothing was merged into this network")
    assert figures(product, page) == before
    assert complaints.texts == []
