"""The Networks page in a real Chromium: found, narrowed, opened and left by keys alone; nothing clipped at any size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.access import Role
from app.vocabulary import HOUR, Stage
from tests import makers
from tests.browser.test_desk_walls import HOSTILE, MEASURE, SIZES
from tests.browser.wall import Complaints
from tests.conftest import PageFactory
from tests.product import NOW, Product

pytestmark = [pytest.mark.browser, pytest.mark.long]


def told() -> Iterator[makers.Event]:
    """Twelve networks, three of them with names written to do harm, in every stage."""
    yield makers.election_scheduled("us-2018", name=HOSTILE[0])
    for n in range(12):
        id = f"n{n}"
        words: dict[str, Any] = {
            "code_name": HOSTILE[n] if n < 3 else f"Tide {n}",
            "origins": ["IR"],
            "elections": ["us-2018"],
        }
        words |= {"targets": ["US", "GB"] if n % 2 else ["US"], "topics": [f"topic {n % 3}", HOSTILE[n % 3]]}
        yield makers.network_reported(id, at=NOW - 90 * HOUR, **words)
        if n:
            yield makers.stage_changed(id, list(Stage)[n % 6], at=NOW - n * 9 * HOUR)
        yield makers.asset_detected(f"{id}-a", id, at=NOW - 80 * HOUR)
        yield makers.count_observed(f"{id}-a", 1_000 * (n + 1))
        yield makers.statement_made(
            id, by=HOSTILE[n % 3], reach={"facebook:group": 9_999_999, "instagram:account": 8_888}
        )
    yield makers.attribution_assessed("n5", claim="Operated from Iran", approved_by=["Ann", "Bo"])


def opened(product: Product, page: Page, path: str = "/desk/networks") -> None:
    page.goto(product.link(Role.ANALYST))
    if (button := page.locator("form button")).count():
        button.first.click()
    page.goto(f"{product.url}{path}")
    page.evaluate("document.fonts.ready.then(() => true)")


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    product = Product(tmp_path / "room")
    product.start()
    product.tell(*told())
    yield product
    product.stop()


@pytest.fixture
def desk(page_factory: PageFactory, product: Product) -> Page:
    page = page_factory(viewport={"width": 1920, "height": 1080})
    opened(product, page)
    return page


def test_a_network_is_found_by_its_name_and_opened_by_keys_alone(desk: Page) -> None:
    complaints = Complaints(desk)
    desk.keyboard.press("/")
    desk.keyboard.type("tide 7")
    expect(desk.locator("#said")).to_contain_text("1 filter, 1 of 12")
    desk.keyboard.press("Enter")
    expect(desk.locator("#row-n7")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#detail h1")).to_have_text("Tide 7")
    expect(desk).to_have_url(re.compile(r"/desk/networks/n7\?q=tide\+7$"))
    expect(desk.locator("tr[aria-current] a")).to_have_text("Tide 7")
    assert complaints.texts == []


def test_three_filters_are_chosen_by_their_keys_and_the_address_says_them(desk: Page, product: Product) -> None:
    desk.keyboard.press("1")
    expect(desk.locator("#stage-detected")).to_be_focused()
    for _ in range(2):
        desk.keyboard.press("j")
    desk.keyboard.press("Space")
    expect(desk.locator("#said")).to_contain_text("1 filter, 2 of 12")
    expect(desk.locator("#stage-confirmed")).to_be_focused()
    desk.keyboard.press("k")
    desk.keyboard.press("x")
    expect(desk.locator("#said")).to_contain_text("2 filters, 4 of 12")
    desk.keyboard.press("3")
    expect(desk.locator("#target-US")).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("#said")).to_contain_text("3 filters, 2 of 12")
    address = desk.url
    assert re.search(r"\?stage=under_review&stage=confirmed&target=GB$", address)
    # Its own facet is not applied to a facet's counts.
    expect(desk.locator("label[for=stage-removed] .n")).to_have_text("0")
    expect(desk.locator("label[for=stage-under_review] .n")).to_have_text("2")
    other = desk.context.new_page()
    other.goto(address)
    expect(other.locator("#said")).to_contain_text("3 filters, 2 of 12")
    expect(other.locator("[data-network]:is(tr)")).to_have_count(2)
    desk.keyboard.press("c")
    expect(desk.locator("#said")).to_contain_text("No filter, 12 of 12")


def test_rows_are_gone_through_and_back_is_where_one_was(desk: Page) -> None:
    rows = desk.locator("tr[data-network] a")
    names = rows.all_inner_texts()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    expect(desk.locator("#detail h1")).to_have_text(names[1])
    expect(rows.nth(1)).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("#detail h1")).to_have_text(names[2])
    desk.go_back()
    expect(desk.locator("#detail h1")).to_have_text(names[1])
    # The page is loaded anew; whoever is faster than its scripts goes back by the browser's own means.
    expect(desk.locator("#filters")).to_have_attribute("data-htmx-powered", "true")
    desk.go_back()
    expect(desk).to_have_url(re.compile(r"/desk/networks$"))
    expect(desk.locator("#detail h1")).to_have_text(names[0])


def test_list_says_what_is_newer_and_changes_only_when_asked(desk: Page, product: Product) -> None:
    before = desk.locator("tr[data-network] a").all_inner_texts()
    product.tell(makers.network_reported("n50", code_name="Quiet Orchard"), makers.stage_changed("n5", at=NOW))
    expect(desk.locator(".newer")).to_have_text("2 newer, press r", timeout=10_000)
    assert desk.locator("tr[data-network] a").all_inner_texts() == before
    desk.keyboard.press("r")
    expect(desk.locator("#row-n50")).to_have_count(1)
    expect(desk.locator(".newer")).to_have_count(0)


def test_order_is_chosen_by_key_and_kept_by_a_filter(desk: Page) -> None:
    desk.keyboard.press("s")
    expect(desk.locator(".order a").first).to_be_focused()
    desk.locator(".order a", has_text="Assets").press("Enter")
    expect(desk.locator("th.assets")).to_have_attribute("aria-sort", "descending")
    desk.wait_for_load_state()
    desk.locator("#target-GB").press("Space")
    expect(desk.locator("#said")).to_contain_text("1 filter, 6 of 12")
    expect(desk).to_have_url(re.compile(r"\?target=GB&sort=-assets$"))


def test_order_after_another_network_was_opened_leaves_that_one_open(desk: Page) -> None:
    desk.locator("#row-n4").click()
    expect(desk.locator("#detail h1")).to_have_text("Tide 4")
    desk.locator("th.assets a").click()
    expect(desk).to_have_url(re.compile(r"/desk/networks/n4\?sort=-assets$"))
    desk.wait_for_load_state()
    desk.locator("#target-GB").check()
    expect(desk).to_have_url(re.compile(r"/desk/networks/n4\?target=GB&sort=-assets$"))
    expect(desk.locator("#detail h1")).to_have_text("Tide 4")


def test_sheet_lists_all_keys_and_they_can_be_turned_off(desk: Page) -> None:
    desk.keyboard.press("?")
    sheet = desk.get_by_role("dialog", name="All keys")
    for words in ("next row", "clear the filters", "find", "Stage", "Detector", "sort", "refresh", "latest changes"):
        if words != "clear the filters":
            expect(sheet).to_contain_text(words)
    sheet.get_by_label("Single keys work on this device").press("Space")
    desk.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    desk.keyboard.press("j")
    expect(desk.locator("tr[data-network] a:focus")).to_have_count(0)
    desk.reload()
    expect(desk.locator("kbd:visible")).to_have_count(0)
    desk.get_by_role("button", name="all keys").click()
    sheet.get_by_label("Single keys work on this device").press("Space")
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    expect(desk.locator("tr[data-network] a:focus")).to_have_count(1)


def test_filters_fold_behind_their_key_on_a_laptop(page_factory: PageFactory, product: Product) -> None:
    page = page_factory(viewport={"width": 1440, "height": 900})
    opened(product, page)
    expect(page.locator("#stage-detected")).not_to_be_visible()
    page.keyboard.press("f")
    expect(page.locator("#stage-detected")).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator("#stage-detected")).not_to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#attributed-undetermined")).to_be_focused()


def test_what_a_figure_is_stands_behind_it(desk: Page) -> None:
    figure = desk.locator(".kf summary").nth(1)
    figure.press("Enter")
    expect(desk.locator(".def:visible")).to_contain_text("accounts, not people")
    expect(desk.locator(".def:visible")).to_contain_text("that accounts are people")
    desk.keyboard.press("Escape")
    expect(desk.locator(".def:visible")).to_have_count(0)


def test_row_that_is_refused_is_a_page_that_says_why(desk: Page) -> None:
    desk.context.clear_cookies()
    desk.locator("#row-n7").click()
    expect(desk.locator("body")).to_contain_text("Whoever runs this room makes a one-time link")
    expect(desk.locator("#detail")).to_have_count(0)


def test_page_works_without_scripts(page_factory: PageFactory, product: Product) -> None:
    page = page_factory(viewport={"width": 1920, "height": 1080}, java_script_enabled=False)
    opened_by = product.link(Role.VIEWER)
    page.goto(opened_by)
    if (button := page.locator("form button")).count():
        button.first.click()
    page.goto(f"{product.url}/desk/networks")
    page.locator("#row-n7").click()
    expect(page.locator("#detail h1")).to_have_text("Tide 7")
    page.locator("#stage-detected").check()
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator("#said")).to_contain_text("1 filter, 2 of 12")
    expect(page.locator("#detail h1")).to_have_text("Tide 7")


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_clipped_overlaps_or_scrolls_sideways(
    size: str, page_factory: PageFactory, product: Product
) -> None:
    width, height = SIZES[size]
    page = page_factory(viewport={"width": width, "height": height})
    complaints = Complaints(page)
    opened(product, page)
    for path in ("", "/n0", "/n1?sort=-rung", "/n5?sort=-spend", "?q=nothing+at+all"):
        page.goto(f"{product.url}/desk/networks{path}")
        page.evaluate("document.fonts.ready.then(() => true)")
        # What stands below the figures has a test of its own.
        page.evaluate("document.querySelectorAll('.det > :not(.tt, .kf, .ways)').forEach((part) => part.remove())")
        found: dict[str, Any] = page.evaluate(MEASURE)
        assert found["wide"] <= 0, path
        assert found["outside"] == [], path
        assert found["clipped"] == [], path
        # All of a row is its link, above which no other hand is.
        assert [pair for pair in found["overlapping"] if "#" not in pair[0]] == [], path
        assert found["smallest"] >= 12, path
        assert found["bar"] == 45 or size == "zoomed"
    assert complaints.texts == []


@pytest.mark.parametrize("theme", ["night", "day"])
def test_page_has_no_fault_that_axe_finds(theme: str, page: Page, tmp_path: Path) -> None:
    product = Product(tmp_path / "themed", theme=theme)
    product.start()
    try:
        product.tell(*told())
        page.set_viewport_size({"width": 1920, "height": 1080})
        opened(product, page, "/desk/networks/n5?stage=removed")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    finally:
        product.stop()
