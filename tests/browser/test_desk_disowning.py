"""Detectors and many assets in a real Chromium: decided by keyboard alone, readable by everybody, at every size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.vocabulary import HOUR, Scope
from tests import makers
from tests.browser.test_desk_walls import MEASURE, Room
from tests.browser.wall import Complaints
from tests.conftest import PageFactory
from tests.product import NOW, Product

pytestmark = pytest.mark.browser

SIZES = {"laptop": (1440, 900), "screen": (1920, 1080), "zoomed": (720, 450)}
BULK = "/desk/networks/n1/bulk"
HOSTILE = ("<b>bold</b>" + "W" * 48, "مركز العمليات", "Z\u0336" * 12)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    product = Product(tmp_path / "room")
    product.start()
    product.tell(
        makers.network_reported("n1", source=makers.OTHER_SOURCE, code_name="Harbour Finch"),
        *(makers.asset_detected(f"a{n}", "n1", name=f"Page {n}", at=NOW - HOUR) for n in range(1, 9)),
        *(makers.asset_detected(f"h{n}", "n1", name=name, source=f"//x/{n}") for n, name in enumerate(HOSTILE)),
        makers.accounts_observed("a1", ["x1", "x2", "x3"]),
    )
    yield Room(product)
    product.stop()


def assets(room: Room) -> int:
    """How many of the network count."""
    board, database = room.product.room.board, room.product.room.database
    with database.read() as connection:
        board.refresh(connection)
    said = board.measure("detections", Scope(network=("n1",)), now=NOW, watch=room.product.room.settings.watch())
    return int(said["assets"]["value"])


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_source_is_disowned_and_heard_again_by_keyboard_alone(page_factory: PageFactory, room: Room) -> None:
    page = page_factory(viewport={"width": 1440, "height": 900})
    complaints = Complaints(page)
    room.enter(page, "/desk/detectors")
    page.get_by_label("Source", exact=True).focus()
    page.keyboard.type(makers.SOURCE)
    press(page, "Tab")
    page.keyboard.type("2018-01-01T00:00")
    press(page, "Tab")
    page.keyboard.type("it counted twice")
    press(page, "Tab", "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Disown since")
    expect(page.locator(".differences")).to_contain_text("11")
    page.get_by_role("button", name="Disown it").focus()
    press(page, "Enter")
    expect(page.locator("table.detectors")).to_contain_text("disowned")
    assert assets(room) == 3
    page.get_by_role("link", name="Take back…").focus()
    press(page, "Enter")
    page.get_by_role("button", name="Take it back").focus()
    press(page, "Enter")
    expect(page.locator("table.detectors")).not_to_contain_text("disowned")
    assert assets(room) == 11
    assert complaints.texts == []


@pytest.mark.long
def test_rows_are_ticked_by_x_and_in_ranges_by_shift_x(page_factory: PageFactory, room: Room) -> None:
    page = page_factory(viewport={"width": 1440, "height": 900})
    room.enter(page, BULK)
    boxes = page.locator("input[name=asset]")
    boxes.nth(1).focus()
    press(page, "x", "Tab", "Tab", "Tab", "Shift+X")
    assert [boxes.nth(n).is_checked() for n in range(6)] == [False, True, True, True, True, False]
    page.get_by_label("Into which network").focus()
    page.keyboard.type("n2")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Move 4 assets to n2")
    page.get_by_role("button", name="Do it").focus()
    press(page, "Enter")
    expect(page.get_by_role("button", name="Undo what")).to_be_visible()
    assert assets(room) == 7
    page.get_by_role("button", name="Undo what").focus()
    press(page, "Enter")
    expect(page.locator(".audit")).to_contain_text("undone")
    assert assets(room) == 11


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_clipped_and_everybody_can_read_it(
    size: str, page_factory: PageFactory, room: Room, tmp_path: Path
) -> None:
    width, height = SIZES[size]
    page = page_factory(viewport={"width": width, "height": height})
    room.enter(page, "/desk/detectors")
    look(page, tmp_path, f"detectors-{size}")
    page.get_by_label("Since", exact=True).fill("2018-01-01T00:00")
    page.get_by_label("Source", exact=True).select_option(makers.SOURCE)
    page.get_by_role("button", name="Show what changes").click()
    look(page, tmp_path, f"disowning-{size}")
    page.goto(f"{room.product.url}{BULK}")
    look(page, tmp_path, f"bulk-{size}")
    page.locator("input[name=all]").check()
    page.get_by_label("What is to be done").select_option("withdraw")
    page.get_by_role("button", name="Show what changes").click()
    look(page, tmp_path, f"bulk-preview-{size}")


def look(page: Page, folder: Path, name: str) -> None:
    """Measure a page, and let axe read it."""
    page.screenshot(path=folder / f"{name}.png")
    found = page.evaluate(MEASURE)
    assert (found["wide"], found["clipped"], found["overlapping"], found["outside"]) == (0, [], [], []), name
    violations = Axe().run(page).response["violations"]
    assert [each["id"] for each in violations] == [], name
