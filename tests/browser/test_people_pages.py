"""Signing in and accounts in a real Chromium: by keyboard alone, at every size, day and night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app import language as speech
from app.access import Role
from app.access.accounts import disable, make_account
from app.access.passwords import Passwords
from app.clock import SystemClock
from tests.browser.test_desk_walls import HOSTILE, MEASURE
from tests.browser.wall import Complaints
from tests.conftest import PageFactory
from tests.product import Product

pytestmark = pytest.mark.browser

PASSWORD = "a lantern in the harbour"
HASH = Passwords().hash(PASSWORD)

SIZES = {"laptop": (1440, 900), "screen": (1920, 1080), "phone": (400, 800)}

ENTRANCE = """() => {
  const box = (e) => e.getBoundingClientRect();
  const parts = [...document.querySelectorAll("h1, label, input:not([type=hidden]):not(.vh), button, p, pre")];
  return {
    wide: document.documentElement.scrollWidth - innerWidth,
    outside: parts.filter((e) => box(e).right > innerWidth || box(e).left < 0).map((e) => e.outerHTML),
    overlapping: parts
      .filter((e, at) => parts.slice(at + 1).some((f) => !e.contains(f) && box(e).bottom > box(f).top + 1))
      .map((e) => e.outerHTML),
    low: Math.max(...parts.map((e) => box(e).bottom)) - innerHeight,
  };
}"""


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = Product(tmp_path / "room")
    made.start()
    yield made
    made.stop()


def add(product: Product, name: str, role: Role, hash: str = HASH) -> str:
    with product.room.database.write() as connection:
        return make_account(connection, name, role, hash, by="tests", now=SystemClock().now()).id


def crowd(product: Product) -> None:
    """Accounts in every state, some with hostile names."""
    add(product, "Ann", Role.ADMIN)
    for name in (*HOSTILE, "W" * 60):
        add(product, name[:60], Role.ANALYST, hash="")
    with product.room.database.write() as connection:
        now = SystemClock().now()
        gone = make_account(connection, "m" * 60, Role.VIEWER, HASH, by="\u202eboW" * 30, now=now)
        disable(connection, gone, by="W" * 60, now=now)


def enter(page: Page, product: Product, path: str) -> None:
    page.goto(f"{product.url}{path}")
    page.locator("#name").fill("Ann")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")


def test_somebody_signs_in_lands_on_the_page_asked_for_and_signs_out_by_keyboard_alone(
    page: Page, product: Product
) -> None:
    add(product, "Ann", Role.LEAD)
    complaints = Complaints(page)
    page.goto(f"{product.url}/desk/alarms?x=1")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Ann")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.locator("#password-wrong")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Ann")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/alarms?x=1")
    expect(page.locator(".who")).to_contain_text("Annlead")
    for _ in range(30):
        if page.evaluate("document.activeElement.textContent") == "Sign out":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Signed out")
    page.goto(f"{product.url}/desk/alarms")
    expect(page.locator("h1")).to_have_text("Sign in")
    # A refusal is an answer of 401, which a browser writes into its console.
    assert [text for text in complaints.texts if "401" not in text] == []


@pytest.mark.long
def test_an_administrator_adds_somebody_who_chooses_a_password_by_keyboard(
    page_factory: PageFactory, product: Product
) -> None:
    add(product, "Ann", Role.ADMIN)
    page = page_factory(viewport={"width": 1440, "height": 900})
    enter(page, product, "/desk/people")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Bo")
    page.keyboard.press("Tab")
    page.keyboard.type("lead")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    link = page.locator(".made code").inner_text()
    other = page_factory(viewport={"width": 1440, "height": 900})
    other.goto(link)
    for _ in range(2):
        other.keyboard.type(PASSWORD)
        other.keyboard.press("Tab")
    other.keyboard.press("Enter")
    other.wait_for_url("**/wall/situation")
    other.goto(f"{product.url}/desk/you")
    expect(other.locator("h1")).to_have_text("Bo")
    expect(other.locator(".sittings tbody tr")).to_have_count(1)
    expect(other.locator(".head .d")).to_have_text("lead")


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
def test_the_entrance_fits_and_nothing_overlaps(size: str, page_factory: PageFactory, product: Product) -> None:
    width, height = SIZES[size]
    page = page_factory(viewport={"width": width, "height": height})
    page.goto(f"{product.url}/desk/walls")
    for _ in range(2):
        found: dict[str, Any] = page.evaluate(ENTRANCE)
        assert (found["wide"], found["outside"], found["overlapping"]) == (0, [], [])
        assert found["low"] <= 0
        page.get_by_label("Name").fill("W" * 60)
        page.get_by_label("Password").fill("not the password")
        page.keyboard.press("Enter")
        expect(page.locator("#password-wrong")).to_be_visible()
        page.wait_for_load_state()


@pytest.mark.long
@pytest.mark.parametrize(("size", "language"), [*((size, "en") for size in SIZES), ("laptop", "pt_BR")])
def test_the_pages_about_accounts_clip_and_overlap_nothing(
    size: str, language: str, page_factory: PageFactory, tmp_path: Path
) -> None:
    width, height = SIZES[size]
    product = Product(tmp_path / "room", language=language)
    product.start()
    try:
        crowd(product)
        page = page_factory(viewport={"width": width, "height": height})
        enter(page, product, "/desk/people")
        page.locator("tr:has(.at) button[formaction$=disable]").click()
        expect(page.locator(".why .wrong")).to_be_visible()
        page.wait_for_load_state()
        for path in ("", "/desk/people", "/desk/you"):
            if path:
                page.goto(f"{product.url}{path}")
            page.evaluate("document.fonts.ready.then(() => true)")
            found: dict[str, Any] = page.evaluate(MEASURE)
            assert found["wide"] <= 0, path
            assert found["outside"] == [], path
            assert found["clipped"] == [], path
            assert found["overlapping"] == [], path
            assert found["smallest"] >= 13, path
    finally:
        product.stop()
        speech.use(speech.SOURCE)


@pytest.mark.long
@pytest.mark.parametrize("theme", ["night", "day"])
def test_the_pages_about_accounts_have_no_fault_that_axe_finds(theme: str, page: Page, tmp_path: Path) -> None:
    product = Product(tmp_path / "themed", theme=theme)
    product.start()
    try:
        crowd(product)
        page.goto(f"{product.url}/desk/people")
        page.get_by_label("Password").fill("x")
        page.keyboard.press("Enter")
        expect(page.locator(".wrong")).to_be_visible()
        page.wait_for_load_state()
        report = Axe().run(page)
        assert report.violations_count == 0, report.generate_report()
        enter(page, product, "/desk/people")
        page.get_by_role("button", name="New password link").first.click()
        expect(page.locator(".made")).to_be_visible()
        page.wait_for_load_state()
        link = page.locator(".made code").inner_text()
        for path in ("", f"{product.url}/desk/you", link):
            if path:
                page.goto(path)
            report = Axe().run(page)
            assert report.violations_count == 0, report.generate_report()
    finally:
        product.stop()
