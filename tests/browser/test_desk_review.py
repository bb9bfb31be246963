"""The review in a real Chromium: by keyboard alone, by two people at once, at every size, and before axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.access import Role
from app.vocabulary import HOUR, MINUTE, Rung, Stage, isoformat
from tests import makers
from tests.browser.test_desk_walls import HOSTILE, MEASURE, SIZES
from tests.browser.wall import Complaints
from tests.conftest import PageFactory
from tests.product import NOW, Product

pytestmark = pytest.mark.browser

REVIEW = "/desk/networks/n1/review"

LONG = "W" * 300


def open_room(folder: Path, **said: str) -> Product:
    """A room with networks in every state of the review, served."""
    product = Product(folder, **said)
    product.start()
    ago = [isoformat(NOW - hours * HOUR) for hours in (200, 100, 60, 1)]
    claims = [
        makers.attribution_assessed("n1", claim="Operated from Iran", by="Ann", at=ago[2], approved_by="Lea"),
        makers.attribution_assessed("n1", claim="Operated from Russia", by="Bea", at=ago[2], evidence=["E1", "E2"]),
        makers.attribution_assessed("n1", Rung.ATTRIBUTED_TO, claim="Run by the Agency", at=ago[2], evidence=[LONG]),
        makers.attribution_assessed("n1", Rung.CANNOT_SAY, claim=f"<b>{LONG}", by=HOSTILE[0], at=ago[3]),
    ]
    product.tell(
        makers.network_reported("n1", code_name="Low Tide", title="Race relations", origins=["IR"], at=ago[0]),
        makers.network_reported("n2", code_name="Paper Kite", at=ago[3]),
        *(makers.network_reported(f"h{n}", code_name=name, at=ago[3]) for n, name in enumerate(HOSTILE)),
        makers.stage_changed("n1", Stage.UNDER_REVIEW, by="Ann", why="Shared admins", at=ago[1]),
        makers.stage_changed("n1", Stage.CONFIRMED, by=HOSTILE[0], why=LONG, at=ago[2]),
        makers.network_assigned("h0", HOSTILE[1], at=ago[3]),
        makers.network_checked_out("h0", HOSTILE[1], isoformat(NOW + 10 * MINUTE), at=isoformat(NOW - MINUTE)),
        makers.note_written("n1", LONG, by=HOSTILE[1], at=ago[3]),
        *claims,
    )
    return product


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    served = open_room(tmp_path / "room")
    yield served
    served.stop()


def enter(product: Product, page: Page, path: str, role: Role = Role.LEAD) -> None:
    page.goto(product.link(role))
    if (button := page.locator("form button")).count():
        button.first.click()
    page.goto(f"{product.url}{path}")


def test_network_is_found_checked_out_assigned_and_moved_by_keyboard_alone(page: Page, product: Product) -> None:
    complaints = Complaints(page)
    enter(product, page, "/desk/review")
    row = page.locator("[data-row]", has_text="Low Tide")
    page.keyboard.press("j")
    expect(row.locator("a")).to_be_focused()
    page.keyboard.press("j")
    expect(row.locator("a")).not_to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("m")
    expect(row).to_contain_text("until 14:30")
    expect(row.locator("a")).to_be_focused()
    page.keyboard.press("u")
    expect(row).not_to_contain_text("until 14:30")
    expect(row.locator("a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Low Tide")
    page.wait_for_load_state()
    page.keyboard.press("t")
    expect(page.locator(".pairs dd").first).to_have_text("tests")
    page.wait_for_load_state()
    page.keyboard.press("s")
    expect(page.locator("#stage-stage")).to_be_focused()
    expect(page.locator("#stage-stage")).to_have_value("removal_ordered")
    page.keyboard.press("U")
    expect(page.locator("#stage-stage")).to_have_value("under_review")
    page.keyboard.press("Tab")
    page.keyboard.type("jkmut: typed, not pressed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".work .at")).to_contain_text("Under review")
    expect(page.locator(".steps li").first).to_contain_text("tests: jkmut: typed, not pressed")
    assert complaints.but("") == []


def test_second_of_two_people_sees_what_the_first_decided_and_decides_on_it(
    page_factory: PageFactory, product: Product
) -> None:
    one, other = page_factory(), page_factory()
    for page in (one, other):
        enter(product, page, REVIEW)
    one.get_by_label("Move to").select_option("under_review")
    one.locator("#stage-why").fill("Not sure enough")
    one.get_by_role("button", name="Change the stage").click()
    expect(one.locator(".work .at")).to_contain_text("Under review")
    other.locator("#stage-why").fill("Agreed on the call")
    other.get_by_role("button", name="Change the stage").click()
    expect(other.get_by_role("alert")).to_contain_text("Changed by tests 0 s ago")
    expect(other.locator(".changed tbody tr")).to_contain_text("Confirmed")
    expect(other.locator("#stage-why")).to_have_value("Agreed on the call")
    expect(other.get_by_label("Move to")).to_have_value("removal_ordered")
    other.get_by_role("button", name="Change the stage").click()
    expect(other.locator(".work .at")).to_contain_text("Removal ordered")


@pytest.mark.long
def test_all_of_it_works_without_scripts(page_factory: PageFactory, product: Product) -> None:
    page = page_factory(java_script_enabled=False)
    enter(product, page, REVIEW)
    page.locator("summary", has_text="Propose a claim").click()
    page.locator("#claim-claim").fill("One coordinated operation")
    page.locator("#claim-rung").select_option("manual_review_linked_to")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("#claim-evidence-wrong")).to_have_text("Say what speaks for it, one line each")
    expect(page.locator("#claim-claim")).to_have_value("One coordinated operation")
    page.locator("#claim-evidence").fill("Shared admins\nPosting rhythm")
    page.get_by_role("button", name="Propose it").click()
    claim = page.locator(".claim", has_text="One coordinated operation")
    expect(claim.locator(".evidence li")).to_have_text(["Shared admins", "Posting rhythm"])
    claim.get_by_role("button", name="Approve").click()
    expect(page.locator(".claim").first).to_contain_text("One coordinated operation")
    expect(page.locator(".claim").first).to_contain_text("Sets the ceiling")


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/desk/review", REVIEW])
def test_nothing_is_clipped_and_no_hands_overlap(page: Page, product: Product, path: str, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    enter(product, page, path)
    for summary in page.locator(".review summary").all():
        summary.click()
    found = page.evaluate(MEASURE)
    assert found["wide"] <= 0
    assert found["clipped"] == []
    assert found["overlapping"] == []
    assert found["outside"] == []
    assert found["smallest"] >= 12


@pytest.mark.long
@pytest.mark.parametrize("theme", ["night", "day"])
def test_review_has_no_fault_that_axe_finds(theme: str, page: Page, tmp_path: Path) -> None:
    product = open_room(tmp_path / "themed", theme=theme)
    try:
        enter(product, page, "/desk/review")
        for path in ("/desk/review", REVIEW):
            page.goto(f"{product.url}{path}")
            for summary in page.locator(".review summary").all():
                summary.click()
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
    finally:
        product.stop()
