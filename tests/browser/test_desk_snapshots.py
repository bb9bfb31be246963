"""Files of a snapshot in a real Chromium: one that takes long says so, is saved whole, and says why where it is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from app.picturing import SIZES, STRIP
from tests import makers
from tests.browser.test_desk_networks import opened
from tests.browser.test_wall_pictures import size_of
from tests.conftest import PageFactory
from tests.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("product") / "room")
    product.start()
    product.tell(makers.network_reported("n1"))
    yield product
    product.stop()


@pytest.fixture
def snapshot(page_factory: PageFactory, product: Product) -> Page:
    """The page of a snapshot that somebody has just frozen there."""
    page = page_factory(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    opened(product, page, "/desk/snapshots")
    return frozen(page)


def frozen(page: Page, what: str = "All networks") -> Page:
    page.locator("#name").fill("Morning briefing")
    page.locator("#what").select_option(label=what)
    page.locator("main form button.act").click()
    expect(page.locator("h1")).to_have_text("Morning briefing")
    # Until its script is there a link is a download as any other.
    page.wait_for_load_state()
    return page


def test_a_file_that_takes_long_says_so_and_is_saved_whole(snapshot: Page, tmp_path: Path) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    snapshot.route(re.compile("/json$"), hold)
    told = snapshot.locator("[data-files-told]")
    with snapshot.expect_download() as saving:
        snapshot.get_by_role("link", name="JSON", exact=True).click()
        expect(told).to_have_text(re.compile(r"JSON is being made, \d+ s"))
        held[0].continue_()
    expect(told).to_have_text("")
    saved = tmp_path / saving.value.suggested_filename
    saving.value.save_as(saved)
    assert re.fullmatch(r"warroom-morning-briefing-[0-9a-f]{16}\.json", saved.name)
    assert json.loads(saved.read_bytes())["name"] == "Morning briefing"


def test_a_file_that_was_not_made_says_why_on_its_page(snapshot: Page) -> None:
    address = snapshot.url
    snapshot.route(re.compile("/csv$"), lambda route: route.continue_(url=f"{address}/doc"))
    snapshot.get_by_role("link", name="CSV", exact=True).click()
    expect(snapshot.locator("[data-files-told]")).to_have_text(re.compile("CSV was not made: .*doc"))
    assert snapshot.url == address


def test_a_file_for_which_nobody_answers_says_so(snapshot: Page) -> None:
    snapshot.route(re.compile("/csv$"), lambda route: route.abort())
    snapshot.get_by_role("link", name="CSV", exact=True).click()
    expect(snapshot.locator("[data-files-told]")).to_have_text("CSV was not made: nobody answered")


def test_a_scene_is_had_as_its_wall_shows_it(
    snapshot: Page, chromium_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_CHROMIUM", chromium_path)
    expect(snapshot.locator("[data-files]")).not_to_contain_text("Wall")
    snapshot.goto(snapshot.url.rpartition("/")[0])
    page = frozen(snapshot, "Scene: Situation")
    with page.expect_download() as saving:
        page.get_by_role("link", name="1920x1080").click()
        expect(page.locator("[data-files-told]")).to_have_text(re.compile("Wall 1920x1080 is being made"))
    saved = tmp_path / "wall.png"
    saving.value.save_as(saved)
    width, height = SIZES[0]
    assert size_of(saved.read_bytes()) == (width, height + round(height / STRIP))
