"""The graph of a network in a real Chromium: drawn, moved, gone through by keyboard, with names that are but names."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.access import Role
from tests import linked
from tests import makers as m
from tests.browser.test_desk_walls import MEASURE, SIZES
from tests.browser.wall import Complaints
from tests.conftest import PageFactory
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.long]

GRAPH = "/desk/networks/n1/graph"

POINTS = ".scatterlayer .trace:last-child .points path"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    served = Product(tmp_path / "room")
    served.start()
    served.tell(*linked.harbour_finch())
    yield served
    served.stop()


def open_graph(page: Page, product: Product, query: str = "", role: Role = Role.ANALYST) -> None:
    page.goto(product.link(role))
    page.goto(f"{product.url}{GRAPH}{query}")
    drawn(page)


def drawn(page: Page) -> None:
    expect(page.locator("[data-graph][data-drawn]")).to_have_count(1)


def left_of(page: Page, node: int = 0) -> float:
    """Where a mark begins, in px from the left."""
    box = page.locator(POINTS).nth(node).bounding_box()
    assert box is not None
    return box["x"]


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for something about the page that no locator says; the policy of our pages forbids Playwright's own way."""
    give_up_at = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < give_up_at
        page.evaluate("() => new Promise(requestAnimationFrame)")


def test_every_node_and_link_is_drawn_and_the_page_does_not_complain(page: Page, product: Product) -> None:
    complaints = Complaints(page)
    open_graph(page, product)
    expect(page.locator(POINTS)).to_have_count(82)
    rings = ".scatterlayer .trace:nth-last-child(2) .points path"
    expect(page.locator(rings)).to_have_count(4)
    lines: list[int] = page.evaluate(
        "() => [...document.querySelectorAll('.shapelayer path')]"
        ".map((e) => e.getAttribute('d').split('M').length - 1).filter(Boolean)"
    )
    ends: list[int] = page.evaluate(
        "() => Object.values(JSON.parse(document.querySelector('[data-graph-columns]').textContent).ends)"
        ".map((e) => e.length / 2)"
    )
    assert lines == ends
    assert complaints.texts == []


def test_names_stand_beside_their_marks_inside_the_picture_and_on_no_other_name(page: Page, product: Product) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    open_graph(page, product)
    names = page.locator(".graph .labels .nm:not(.nowhere)")
    expect(names).to_have_count(5)
    boxes = [box for box in (names.nth(n).bounding_box() for n in range(5)) if box]
    field = page.locator(".graph .picture").bounding_box()
    assert field is not None
    for n, box in enumerate(boxes):
        assert field["x"] <= box["x"]
        assert box["x"] + box["width"] <= field["x"] + field["width"]
        for other in boxes[n + 1 :]:
            apart = abs(box["y"] - other["y"]) >= box["height"] - 1 or (
                box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
            )
            assert apart


def test_a_row_that_has_the_focus_shows_the_table_and_is_marked_in_the_picture(page: Page, product: Product) -> None:
    open_graph(page, product)
    expect(page.locator(".graph .chosen")).to_be_hidden()
    link = page.locator(".twin tbody tr").nth(3).locator("a").first
    link.focus()
    expect(link).to_be_visible()
    expect(page.locator(".graph .chosen")).to_be_visible()
    mark = page.locator(".graph .chosen").bounding_box()
    point = page.locator(POINTS).nth(3).bounding_box()
    assert mark is not None
    assert point is not None
    assert abs(mark["x"] + mark["width"] / 2 - point["x"] - point["width"] / 2) < 2
    assert abs(mark["y"] + mark["height"] / 2 - point["y"] - point["height"] / 2) < 3


def test_a_node_is_chosen_and_gone_on_from_by_keyboard_alone(page: Page, product: Product) -> None:
    open_graph(page, product)
    page.keyboard.press("v")
    expect(page.locator("[data-graph]")).to_have_attribute("data-view", "table")
    assert page.url.endswith("view=table")
    row = page.locator(".twin tr", has_text="shared").filter(has=page.locator("a[href*='expand=']")).first
    row.locator("a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**expand=**")
    drawn(page)
    expect(page.get_by_text("Goes on from")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator("[data-graph]")).to_have_attribute("data-view", "picture")
    page.reload()
    expect(page.locator("[data-graph]")).to_have_attribute("data-view", "picture")


def test_a_click_on_a_mark_leads_to_its_asset(page: Page, product: Product) -> None:
    open_graph(page, product)
    point = page.locator(POINTS).first.bounding_box()
    assert point is not None
    with page.expect_navigation(url="**/desk/assets/*"):
        page.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
        page.mouse.down()
        page.mouse.up()


def test_buttons_make_the_picture_larger_and_show_all_of_it_again(page: Page, product: Product) -> None:
    open_graph(page, product)
    before = left_of(page)
    page.get_by_role("button", name="Larger").click()
    wait_until(page, lambda: abs(left_of(page) - before) > 10)
    page.get_by_role("button", name="All of it").click()
    wait_until(page, lambda: abs(left_of(page) - before) < 0.5)


def test_a_form_narrows_the_links_and_is_an_address(page: Page, product: Product) -> None:
    open_graph(page, product)
    page.get_by_label("co_shared").uncheck()
    page.get_by_label("Minimum weight").fill("1")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**min_weight=1**")
    drawn(page)
    assert "signal=co_shared" not in page.url
    expect(page.locator(POINTS)).to_have_count(82)
    expect(page.locator("#graph-head")).to_contain_text("of 120 links")


def test_hostile_names_are_names_in_the_picture_and_under_the_hand(page: Page, product: Product) -> None:
    name = '<img src="//127.0.0.2/x" onerror="document.title=1"><a href="//127.0.0.2">' + "<b>" * 300
    product.tell(m.asset_detected("fp0", name=name, at="2018-10-22T00:00:00Z"))
    complaints = Complaints(page)
    open_graph(page, product)
    expect(page.locator(".graph .labels .nm").first).to_contain_text("<img src=")
    place: int = page.evaluate(
        "() => JSON.parse(document.querySelector('[data-graph-columns]').textContent).ids.indexOf('fp0')"
    )
    point = page.locator(POINTS).nth(place).bounding_box()
    assert point is not None
    page.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    expect(page.locator(".hoverlayer text").first).to_contain_text("<img src=")
    assert page.locator(".graph img, .hoverlayer a, .graph .labels a").count() == 0
    assert complaints.texts == []


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_clipped_overlaps_or_scrolls_sideways(
    size: str, page_factory: PageFactory, product: Product
) -> None:
    width, height = SIZES[size]
    page = page_factory(viewport={"width": width, "height": height})
    open_graph(page, product, "?view=table")
    found = page.evaluate(MEASURE)
    assert found["wide"] <= 0
    assert found["outside"] == []
    assert found["clipped"] == []
    assert found["overlapping"] == []
    assert found["smallest"] >= 13


@pytest.mark.parametrize("theme", ["night", "day"])
def test_axe_finds_nothing(theme: str, page: Page, product: Product) -> None:
    open_graph(page, product, "?view=table")
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    found = Axe().run(page)
    assert found.response["violations"] == []


def test_two_thousand_assets_are_drawn_and_can_be_moved(page: Page, product: Product) -> None:
    product.tell(*linked.large(2_000, 10_000, "n7"))
    page.goto(product.link(Role.ANALYST))
    page.goto(f"{product.url}/desk/networks/n7/graph")
    drawn(page)
    expect(page.locator(POINTS)).to_have_count(2_000)
    plot = page.locator(".graph .plot").bounding_box()
    assert plot is not None
    before = left_of(page)
    page.mouse.move(plot["x"] + 20, plot["y"] + 20)
    page.mouse.down()
    page.mouse.move(plot["x"] + 120, plot["y"] + 60, steps=4)
    page.mouse.up()
    wait_until(page, lambda: abs(left_of(page) - before) > 50)
