"""A network's page in a real Chromium: gone through by keys alone, its tables turned over in place, nothing clipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.access import Role
from app.vocabulary import DAY, HOUR, Rung, Stage
from tests import makers
from tests.browser.test_desk_networks import opened
from tests.browser.test_desk_walls import HOSTILE, MEASURE, SIZES
from tests.browser.wall import Complaints
from tests.conftest import PageFactory
from tests.product import NOW, Product

pytestmark = [pytest.mark.browser, pytest.mark.long]

VIEWS = (
    "",
    "?table=ads",
    "?table=events",
    "?table=posts",
    "?table=links",
    "?table=overlaps",
    "?surface=facebook:group",
)
RECORDS = ("/records?figure=attribution", "/records?figure=posts")


def told() -> Iterator[makers.Event]:
    """A network with more assets than a page has, and names written to do harm wherever there is room for one."""
    yield makers.election_scheduled("us-2018", name=HOSTILE[0])
    words = {"topics": list(HOSTILE), "personas": list(HOSTILE), "elections": ["us-2018"]}
    yield makers.network_reported("n1", code_name="Paper Kite", origins=["IR"], at=NOW - 9 * DAY, **words)
    yield makers.network_reported("n2", code_name=HOSTILE[1], at=NOW - 9 * DAY)
    yield makers.stage_changed("n1", Stage.CONFIRMED, at=NOW - 8 * HOUR)
    yield makers.statement_made("n1", reach={"facebook:page": 9_900, "facebook:group": 9_900})
    for n in range(60):
        name = HOSTILE[n % len(HOSTILE)]
        said = {"name": name, "handle": name, "url": name, "created_on": f"201{6 + n % 2}-0{n % 9 + 1}-11"}
        yield makers.asset_detected(f"a{n}", "n1", kind=("page", "group")[n % 2], at=NOW - 8 * DAY, **said)
        yield makers.count_observed(f"a{n}", {"qualifier": "about", "value": 99 - n})
        yield makers.post_observed(f"p{n}", f"a{n}", text=name * 9, posted_at="2018-05-06T07:08:09Z")
        yield makers.event_hosted(f"e{n}", [f"a{n}"], title=name, place=name, starts_at="2017-05-06T07:08:09Z")
        yield makers.ad_observed(f"ad{n}", f"a{n}")
    yield makers.asset_detected("b1", "n2", name=HOSTILE[2])
    for n in range(20):
        yield makers.link_observed(f"a{n}", f"a{n + 1}", signal=HOSTILE[n % len(HOSTILE)] or "x")
        yield makers.link_observed(f"a{n}", "b1")
    for n, rung in enumerate((Rung.ORIGINATED_IN, Rung.DIRECT_LINKS_TO, Rung.CANNOT_SAY)):
        claim = {"claim": HOSTILE[n % 2] or "x", "by": HOSTILE[n % len(HOSTILE)] or "x", "evidence": list(HOSTILE)}
        yield makers.attribution_assessed("n1", rung, at=NOW - (9 - n) * HOUR, **claim)
    yield makers.network_overlapped("n1", "n2", basis=HOSTILE[0], shared=[HOSTILE[0] or "x"])
    wrong = makers.post_observed("p99", "a1", text=HOSTILE[0])
    yield wrong
    yield makers.record_withdrawn(wrong, why=HOSTILE[0])


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("product") / "room")
    product.start()
    product.tell(*told())
    yield product
    product.stop()


@pytest.fixture
def desk(page_factory: PageFactory, product: Product) -> Page:
    page = page_factory(viewport={"width": 1920, "height": 1080})
    opened(product, page, "/desk/networks/n1")
    return page


def test_keys_lead_to_evidence_timeline_tables_and_the_graph(desk: Page) -> None:
    complaints = Complaints(desk)
    for key, id in (("e", "evidence-head"), ("t", "timeline-head"), ("a", "tables-head")):
        desk.keyboard.press(key)
        expect(desk.locator(f"#{id}")).to_be_focused()
    assert complaints.texts == []
    desk.keyboard.press("g")
    expect(desk).to_have_url(re.compile(r"/desk/networks/n1/graph$"))


def test_pictures_give_way_to_their_tables_by_a_key_and_come_back(desk: Page) -> None:
    expect(desk.locator(".tl")).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    desk.keyboard.press("v")
    expect(desk.locator(".tl")).to_have_attribute("data-view", "table")
    expect(desk.locator(".tl td").first).to_have_text("Jan 2016")
    assert desk.locator(".tl td").first.bounding_box()["width"] > 50  # type: ignore[index]
    expect(desk.locator(".twins")).to_have_attribute("aria-pressed", "true")
    desk.keyboard.press("v")
    expect(desk.locator(".tl")).to_have_attribute("data-view", "picture")


def test_tables_turn_over_in_place_and_the_address_says_which(desk: Page) -> None:
    complaints = Complaints(desk)
    expect(desk.locator(".tbl tbody tr")).to_have_count(50)
    desk.locator(".tbl .pages a", has_text="Next page").click()
    expect(desk.locator(".tbl tbody tr")).to_have_count(10)
    expect(desk).to_have_url(re.compile(r"from="))
    desk.locator(".tabs a", has_text="Posts").click()
    expect(desk).to_have_url(re.compile(r"/desk/networks/n1\?table=posts$"))
    expect(desk.locator(".tabs a[aria-current]")).to_contain_text("Posts")
    desk.locator(".of-posts th a", has_text="Asset").click()
    expect(desk.locator(".of-posts th[aria-sort]")).to_contain_text("Asset")
    assert complaints.texts == []
    desk.reload()
    expect(desk.locator(".of-posts th[aria-sort]")).to_contain_text("Asset")


def test_every_figure_leads_to_its_records_with_one_step(desk: Page) -> None:
    desk.locator(".kf summary").first.press("Enter")
    desk.get_by_role("link", name="The records behind it").click()
    expect(desk.locator(".recs > li")).to_have_count(50)
    desk.get_by_role("link", name=re.compile("^Record")).first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Record")


def test_page_below_the_figures_works_without_scripts(page_factory: PageFactory, product: Product) -> None:
    page = page_factory(viewport={"width": 1920, "height": 1080}, java_script_enabled=False)
    page.goto(product.link(Role.VIEWER))
    if (button := page.locator("form button")).count():
        button.first.click()
    page.goto(f"{product.url}/desk/networks/n1")
    page.locator(".tabs a", has_text="Links").click()
    expect(page.locator(".of-links tbody tr").first).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_clipped_or_scrolls_sideways(size: str, page_factory: PageFactory, product: Product) -> None:
    width, height = SIZES[size]
    page = page_factory(viewport={"width": width, "height": height})
    complaints = Complaints(page)
    opened(product, page)
    for view in (*VIEWS, *RECORDS):
        page.goto(f"{product.url}/desk/networks/n1{view}")
        page.evaluate("document.fonts.ready.then(() => true)")
        found: dict[str, Any] = page.evaluate(MEASURE)
        assert found["wide"] <= 0, view
        assert found["clipped"] == [], view
        assert found["smallest"] >= 12, view
    assert complaints.texts == []


@pytest.mark.parametrize("theme", ["night", "day"])
def test_page_has_no_fault_that_axe_finds(theme: str, page: Page, tmp_path: Path) -> None:
    product = Product(tmp_path / "themed", theme=theme)
    product.start()
    try:
        product.tell(*told())
        page.set_viewport_size({"width": 1920, "height": 1080})
        for path in (
            "/desk/networks/n1",
            "/desk/networks/n1?table=overlaps",
            "/desk/networks/n1/records",
            "/desk/records/9",
        ):
            opened(product, page, path)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
    finally:
        product.stop()
