"""Merging and splitting in a real Chromium: by keyboard alone, at every size, without a fault that axe finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import makers
from tests.browser.test_desk_walls import HOSTILE, MEASURE, SIZES, Room
from tests.browser.wall import Complaints
from tests.conftest import PageFactory
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.long]

PAGES = (
    "/desk/networks/n1/merge",
    "/desk/networks/n1/merge?other=n2",
    "/desk/networks/n1/split",
    "/desk/networks/n3/undo",
    "/desk/suggestions",
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    product = Product(tmp_path / "room")
    product.start()
    told(product)
    yield Room(product)
    product.stop()


def told(product: Product) -> None:
    """Networks of which two share accounts and a link, one was merged, one was split, and one pair was rejected."""
    product.tell(
        makers.network_reported("n1", code_name="Low Tide", elections=["us-2018"], targets=["US", "GB"]),
        makers.network_reported("n2", code_name="Quiet Rook"),
        makers.network_reported("n3", code_name=HOSTILE[0]),
        makers.network_reported("n4", code_name=HOSTILE[1]),
        makers.network_reported("n5", code_name="Tall Heron"),
        *(makers.asset_detected(f"a{n}", "n1", name=(f"Wake Up {n}", *HOSTILE)[n % 3]) for n in range(12)),
        *(makers.asset_detected(f"b{n}", "n2") for n in range(2)),
        *(makers.asset_detected(f"c{n}", "n3", platform="instagram", kind="account") for n in range(4)),
        *(makers.accounts_observed(f"a{n}", [f"x{m}" for m in range(n, n + 500)]) for n in range(12)),
        *(makers.accounts_observed(f"b{n}", [f"x{m}" for m in range(100, 600)]) for n in range(2)),
        makers.link_observed("a1", "b1"),
        makers.ad_observed("ad1", "a1"),
        makers.networks_merged("n3", ["n4"], why="W" * 200),
        makers.network_split("n3", "n5", ["c1", "c2"], by=HOSTILE[1]),
        makers.merge_rejected("n3", ["n5"], by=HOSTILE[0], why=HOSTILE[1]),
    )


def figures(room: Room, page: Page) -> Any:
    """What is said of every network."""
    answer = page.request.get(f"{room.product.url}/api/v1/networks")
    return answer.json()["networks"]


def test_merge_with_its_preview_and_its_undoing_are_done_by_keyboard_alone(page: Page, room: Room) -> None:
    room.enter(page, "/desk/networks/n1/merge")
    before = figures(room, page)
    page.locator("#other").focus()
    page.keyboard.type("Quiet Rook")
    page.keyboard.press("Enter")
    expect(page.locator(".impact")).to_contain_text("counts in Low Tide")
    page.locator("#why").focus()
    page.keyboard.type("the same admin")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".held")).to_contain_text("merged into Low Tide")
    expect(page.locator(".held")).to_contain_text("the same admin")
    assert figures(room, page) != before
    page.locator(".held a.b").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".impact")).to_contain_text("Quiet Rook")
    page.locator("#why").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".held")).to_contain_text("Nothing was merged into this network")
    assert figures(room, page) == before


def test_assets_are_ticked_previewed_and_split_off_by_keyboard_alone(page: Page, room: Room) -> None:
    room.enter(page, "/desk/networks/n1/split")
    before = figures(room, page)
    page.locator("#asset-1").press("Space")
    page.locator("#asset-2").press("Space")
    page.locator("#new_id").focus()
    page.keyboard.type("n9")
    page.keyboard.press("Enter")
    expect(page.locator(".impact")).to_contain_text("new")
    expect(page.locator("#asset-1")).to_be_checked()
    page.get_by_role("button", name="Split off").press("Enter")
    expect(page.locator(".held")).to_contain_text("2 assets split off into n9")
    page.locator(".held a.b").press("Enter")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".held")).to_contain_text("Nothing was merged into this network")
    assert figures(room, page) == before


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_clipped_overlaps_or_scrolls_sideways(size: str, page_factory: PageFactory, room: Room) -> None:
    width, height = SIZES[size]
    page = page_factory(viewport={"width": width, "height": height})
    complaints = Complaints(page)
    room.enter(page, "/desk/suggestions")
    for path in (*PAGES, undone(page, room)):
        page.goto(f"{room.product.url}{path}")
        page.evaluate("document.fonts.ready.then(() => true)")
        found: dict[str, Any] = page.evaluate(MEASURE)
        assert found["wide"] <= 0, path
        assert found["outside"] == [], path
        assert found["clipped"] == [], path
        assert found["overlapping"] == [], path
        assert found["smallest"] >= 13, path
    assert complaints.texts == []


@pytest.mark.parametrize("theme", ["night", "day"])
def test_the_pages_have_no_fault_that_axe_finds(theme: str, page: Page, tmp_path: Path) -> None:
    product = Product(tmp_path / "themed", theme=theme)
    product.start()
    try:
        room = Room(product)
        told(product)
        room.enter(page, "/desk/suggestions")
        for path in (*PAGES, undone(page, room)):
            page.goto(f"{product.url}{path}")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
    finally:
        product.stop()


def undone(page: Page, room: Room) -> str:
    """The page that shows what undoing the last decision about a network would come to."""
    page.goto(f"{room.product.url}/desk/networks/n3/undo")
    return str(page.locator(".held a.b").first.get_attribute("href"))
