"""HTML: one file that opens without a network in a real browser, fetches nothing, and says what the snapshot says."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect
from pypdf import PdfReader

from app import briefing
from app.exports import Frozen, Options, canonical, made
from app.exports._figures import figures_of
from app.records import hedged_of, money_of
from tests import snapshots
from tests.figure_words import claims_no_more
from tests.markup import Element, parsed
from tests.snapshots import with_content

SIZE = {"width": 1440, "height": 900}


class Opened:
    """A briefing in a browser that has no network, and all that it asked for and complained of."""

    def __init__(self, page: Page, path: Path, *, scripts: bool) -> None:
        self.page, self.complaints = page, list[str]()
        self.requests, self.address = list[str](), path.as_uri()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", self._asked)
        page.goto(self.address)
        for figure in page.locator("figure[data-figure]").all() if scripts else ():
            expect(figure).to_have_attribute("data-drawn", re.compile(r"\d+"), timeout=20_000)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.requests.append(request.url)


class Opens(Protocol):
    """Opens a snapshot as a file; takes what Playwright's ``new_context`` takes."""

    def __call__(self, frozen: Frozen, **context: Any) -> Opened: ...


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opens]:
    """Opens briefings in browsers without a network. What they ask for all the same is counted by the tests."""
    contexts = []

    def open_file(frozen: Frozen, **context: Any) -> Opened:
        path = tmp_path / "briefing.html"
        path.write_bytes(made(frozen, "html"))
        contexts.append(browser.new_context(viewport=SIZE, offline=True, **context))
        return Opened(contexts[-1].new_page(), path, scripts=context.get("java_script_enabled", True))

    yield open_file
    for each in contexts:
        each.close()


@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Opened]]:
    """Briefings by name, each opened once for all tests that only look at it by day: to open one takes two seconds."""
    context = browser.new_context(viewport=SIZE, offline=True)

    @cache
    def open_once(name: str) -> Opened:
        path = tmp_path_factory.mktemp("briefing") / "briefing.html"
        path.write_bytes(made(snapshots.ALL[name](), "html"))
        return Opened(context.new_page(), path, scripts=True)

    yield open_once
    context.close()


def page_of(frozen: Frozen) -> Element:
    return parsed(made(frozen, "html").decode())


def by_id(page: Element, id: str) -> str:
    (found,) = page.all("id", id)
    return "".join(found.texts)


def at(content: Any, pointer: str) -> Any:
    value = content
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["october", "hostile", "harbour_finch", "empty"])
def test_it_opens_offline_asks_for_nothing_and_complains_of_nothing(shown: Callable[[str], Opened], name: str) -> None:
    page = shown(name)
    assert page.complaints == []
    assert page.requests == [page.address]


def test_charts_are_drawn_and_answer_the_pointer(shown: Callable[[str], Opened]) -> None:
    october = shown("october")
    bars = october.page.locator("figure.bars")
    rows = len(briefing.durations(snapshots.october().content))
    drawn = bars.locator(".scatterlayer .js-fill").evaluate_all(
        "paths => paths.filter((each) => each.getBBox().width).length"
    )
    removed = sum(1 for row in briefing.durations(snapshots.october().content) if not row.open)
    # Each removed network has two parts.
    assert drawn == rows + removed
    assert october.page.locator("figure.map .layer.land path").count() == 1
    box = bars.locator(".scatterlayer .js-fill").first.bounding_box()
    assert box is not None
    october.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(bars.locator(".hoverlayer")).to_contain_text("Quiet Orchard: 6")
    assert october.complaints == []


def test_names_that_do_harm_run_nothing(shown: Callable[[str], Opened]) -> None:
    hostile = shown("hostile")
    page = hostile.page
    assert page.title().endswith("TLP:AMBER+STRICT")
    assert page.evaluate("document.querySelectorAll('x-made, iframe, img, a, object, form, embed').length") == 0
    handlers = (
        "[...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on|^hx-/.test(a.name)))"
    )
    assert page.evaluate(f"{handlers}.length") == 0
    assert page.locator("figure.bars .annotation-text", has_text="<img src=x onerro").count() == 1
    assert hostile.complaints == []


def test_charts_take_the_colours_of_day_and_night(opened: Opens) -> None:
    shown = opened(snapshots.october(), color_scheme="light")
    bar = shown.page.locator("figure.bars .scatterlayer .js-fill").first
    expect(bar).to_have_css("fill", "rgb(36, 41, 45)")
    shown.page.emulate_media(color_scheme="dark")
    expect(bar).to_have_css("fill", "rgb(217, 212, 199)")
    shown.page.emulate_media(media="print", color_scheme="dark")
    expect(bar).to_have_css("fill", "rgb(36, 41, 45)")


def test_without_scripts_the_tables_stand_for_the_charts(opened: Opens) -> None:
    page = opened(snapshots.october(), java_script_enabled=False).page
    expect(page.locator("figure.bars table")).to_be_visible()
    expect(page.locator("figure.bars table")).to_contain_text("5 d, overdue in Confirmed")


def test_every_printed_page_has_the_label_the_digest_and_its_number(opened: Opens) -> None:
    frozen = snapshots.october()
    pages = PdfReader(io.BytesIO(opened(frozen, color_scheme="dark").page.pdf(prefer_css_page_size=True))).pages
    assert len(pages) > 1
    for n, page in enumerate(pages, 1):
        text = page.extract_text()
        assert text.count("TLP:GREEN") >= 3
        assert frozen.sha256 in text
        assert f"{n} / {len(pages)}" in text
        assert "Exercise, except Harbour Finch and Long Gallery" in text


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing(opened: Opens, scheme: Literal["light", "dark"]) -> None:
    # The policy of the file would keep axe out as well.
    page = opened(snapshots.october(), color_scheme=scheme, bypass_csp=True).page
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []


def test_nothing_is_wider_than_the_window(shown: Callable[[str], Opened]) -> None:
    page = shown("hostile").page
    for width in (800, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- read back --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["october", "harbour_finch", "hostile", "empty"])
def test_every_figure_that_is_shown_is_that_of_the_snapshot(name: str) -> None:
    frozen = snapshots.ALL[name]()
    shown = [each for each in page_of(frozen) if each.tag == "data"]
    for each in shown:
        pointer = each.attributes.get("data-figure", "")
        said = at(frozen.content, pointer) if pointer else {}
        if "prose" not in said:
            # The assets of a network are summed over its surfaces.
            assert pointer.endswith("/assets") or not pointer
            continue
        assert each.attributes["value"] == said["prose"]
        money = "currency" in said
        figure = money_of(said).amount if money else hedged_of(said)
        minor = (1 if said["currency"] == "JPY" else 100) if money else 1
        assert claims_no_more(each.text, figure.least, figure.most, minor), each.text


@pytest.mark.parametrize("name", ["october", "harbour_finch", "hostile"])
def test_every_headline_figure_of_every_network_is_shown(name: str) -> None:
    frozen = snapshots.ALL[name]()
    shown = {each.attributes["data-figure"] for each in page_of(frozen).all("data-figure") if each.tag == "data"}
    wanted = {
        figure.pointer
        for figure in figures_of(frozen.content)
        if figure.network and not figure.asset and figure.measure in ("assets", "reach", "spend", "events", "takedowns")
    }
    assert wanted
    assert wanted <= shown


def test_the_snapshot_in_the_file_is_the_one_that_the_digest_is_of() -> None:
    for frozen in (snapshots.october(), snapshots.hostile()):
        page = page_of(frozen)
        body = canonical(json.loads(by_id(page, "snapshot")))
        assert body == frozen.body
        assert hashlib.sha256(body).hexdigest() in page.text


def test_a_chart_and_its_table_say_the_same() -> None:
    page = page_of(snapshots.october())
    figure = json.loads(by_id(page, "durations"))
    (chart,) = [each for each in page.of_class("bars") if each.tag == "figure"]
    rows = [[cell.text for cell in each if cell.tag == "td"] for each in chart if each.tag == "tr"]
    names = [each["text"] for each in figure["layout"]["annotations"]][: len(rows) - 1]
    assert [row[0] for row in rows if row] == names
    ends = [each["text"] for each in figure["layout"]["annotations"]][len(names) : 2 * len(names)]
    assert [row[2] for row in rows if row] == ends


def test_policy_lets_in_nothing_but_what_stands_in_the_file() -> None:
    html = made(snapshots.october(), "html").decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    rules = {
        name: rest.split()
        for name, *rest in ([*rule.split(maxsplit=1), ""] for rule in policy.split("; "))
        for rest in rest[:1]
    }
    assert rules["default-src"] == ["'none'"]
    assert rules["base-uri"] == rules["form-action"] == ["'none'"]
    assert rules["img-src"] == rules["font-src"] == ["data:"]
    assert len(rules["script-src"]) == 2
    assert all(each.startswith("'sha256-") for each in rules["script-src"])
    assert "'unsafe-inline'" not in policy
    assert set(rules) == {"default-src", "script-src", "style-src", "img-src", "font-src", "base-uri", "form-action"}


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_nothing_in_the_file_refers_to_anything_outside(name: str) -> None:
    for each in page_of(snapshots.ALL[name]()):
        assert each.tag not in ("link", "img", "iframe", "a", "form", "object", "base")
        assert not {"src", "href", "srcset", "action", "style"} & set(each.attributes)
        assert not any(attribute.startswith("on") for attribute in each.attributes)


def test_names_stand_in_boxes_of_their_own_direction() -> None:
    names = [each for each in page_of(snapshots.hostile()) if each.tag == "bdi"]
    assert any("شبكة" in each.text for each in names)
    assert all(each.attributes.get("dir") in ("auto", "ltr") for each in names)


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_label_digest_and_who_stand_on_top_and_below(name: str) -> None:
    frozen = snapshots.ALL[name]()
    page = page_of(frozen)
    (head,), (foot,) = page.of_class("head"), page.of_class("foot")
    assert str(frozen.tlp) in head.text
    assert all(words in foot.text for words in (str(frozen.tlp), frozen.sha256, frozen.id, f"seq {frozen.seq}"))


def test_paper_is_that_which_was_asked_for() -> None:
    assert "@page{size:a4;" in made(snapshots.empty(), "html").decode()
    assert "@page{size:letter;" in made(snapshots.empty(), "html", Options(paper="letter")).decode()


def test_a_label_of_the_snapshot_reaches_the_margins_of_every_page() -> None:
    frozen = with_content(snapshots.empty(), tlp="TLP:RED")
    assert '@bottom-left{content:"TLP:RED"' in made(frozen, "html").decode()


def test_made_twice_it_is_the_same_to_the_byte() -> None:
    frozen = snapshots.october()
    assert made(frozen, "html") == made(Frozen.read(frozen.body), "html")
