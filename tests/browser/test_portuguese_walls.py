"""Every scene in Brazilian Portuguese, whose words are longer: the layout that English keeps holds there as well.

Clocks and the states of the link are words of the browser, taken from the page.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app import language
from dashboards.scenes import all_scenes
from tests.browser.layout import shifted
from tests.browser.test_every_scene import UNLINKED, Walls
from tests.every_room import END, FIRST_DAY, STATES
from tests.product import Product

pytestmark = pytest.mark.browser

SIZE = "1080p"
ROOMS = ("live", "huge")


@pytest.fixture(scope="module")
def walls(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walls]:
    products = {state: Product(tmp_path_factory.mktemp(state), now=END, watch_first_day=FIRST_DAY, language="pt_BR")
                for state in ROOMS}  # fmt: skip
    for state, product in products.items():
        product.start()
        product.tell(*STATES[state]())
    walls = Walls(browser, products)
    yield walls
    walls.close()
    for product in products.values():
        product.stop()
    language.use(language.SOURCE)


@pytest.mark.parametrize(
    "state", ["live", *(pytest.param(each, marks=pytest.mark.long) for each in (*ROOMS, *UNLINKED) if each != "live")]
)
@pytest.mark.parametrize("name", all_scenes())
def test_everything_is_whole_and_in_its_place(walls: Walls, name: str, state: str) -> None:
    layout = walls.layout(name, state, SIZE)
    faults = [*layout.faults, *shifted(walls.layout(name, "live", SIZE), layout)]
    complaints = [f"complaint: {each}" for each in walls.found(name, state, SIZE)["complaints"]]
    if faults or complaints:
        told = "\n  ".join([*faults, *complaints])
        pytest.fail(f"{name}, {state}:\n  {told}", pytrace=False)


def test_scripts_say_the_words_of_the_room(walls: Walls) -> None:
    walls.found("glance", "live", SIZE)
    wall = walls._wall("live", SIZE)
    page = wall.page
    assert page.locator("html").get_attribute("lang") == "pt-BR"
    expect(page.locator(".clock .day")).to_have_text("sex 26 out")
    expect(page.locator(".alarm-head")).to_have_text("Sem conexão há 1 min")
    expect(page.locator(".alarm-why")).to_contain_text("Congelado às ")


def test_the_browser_writes_the_clock_as_the_server_does(walls: Walls) -> None:
    page = walls._wall("live", SIZE).page
    served = page.request.get(page.url).text()
    assert '<span class="day">sex 26 out</span>' in served
    assert f"<b>{page.locator('.clock b').inner_text()[:2]}" in served
