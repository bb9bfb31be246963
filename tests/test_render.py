"""Pages and fragments: one template for both, hashed addresses, a policy without holes, and text that is made safe."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from app.vendored import STATIC
from dashboards import render
from dashboards.pages import Surroundings
from tests.situation_views import HOSTILE, NOW, TOPICS, VIEWS, live, names, payload_of, situation_page

PANELS = ("room/note", "situation/heroes", "situation/strip", "situation/ticker", "situation/stages")


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text inside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == tag]


def page(view: str = "live", **more: Any) -> str:
    return situation_page(VIEWS[view](), Surroundings(version="b", **more), seq=1_204)


@pytest.mark.parametrize("view", VIEWS)
def test_every_state_has_a_page(view: str) -> None:
    assert page(view).startswith("<!doctype html>")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("panel", PANELS)
def test_a_fragment_is_what_stands_in_the_page(view: str, panel: str) -> None:
    assert render.render_fragment(panel, VIEWS[view]()) in page(view)


@pytest.mark.parametrize("view", VIEWS)
def test_every_topic_has_a_frame_that_json_can_carry_and_a_place_in_the_page(view: str) -> None:
    places = {attributes.get("data-topic") for _, attributes in Elements(page(view)).found}
    for topic in TOPICS:
        payload = payload_of(topic, VIEWS[view]())
        assert json.loads(json.dumps(payload, allow_nan=False)) == payload
        assert isinstance(payload, str) is (topic != "situation/map")
        assert topic in places


def test_the_page_tells_the_browser_where_it_stands() -> None:
    (body,) = Elements(page(zone="Europe/Berlin", rate=60.0)).attributes("body")
    assert body == {
        "data-live": "/live",
        "data-topics": ",".join(TOPICS),
        "data-epoch": "e",
        "data-version": "b",
        "data-now": str(NOW),
        "data-rate": "60.0",
        "data-zone": "Europe/Berlin",
    }


def test_what_a_view_lacks_is_an_error_and_no_empty_place() -> None:
    view = live()
    del view["heroes"]["reach"]["label"]
    with pytest.raises(UndefinedError):
        render.render_fragment("situation/heroes", view)


def test_a_page_has_no_style_and_no_script_of_its_own() -> None:
    found = Elements(page("names")).found
    scripts = [attributes for tag, attributes in found if tag == "script"]
    assert all("src" in attributes or attributes["type"] == "application/json" for attributes in scripts)
    assert not [tag for tag, attributes in found if tag == "style" or "style" in attributes]
    assert not [name for _, attributes in found for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_makes_no_element(name: str) -> None:
    view = live()
    view["strip"]["exception"]["name"] = HOSTILE[name]
    tame = [tag for tag, _ in Elements(render.render_fragment("situation/strip", live())).found]
    html = render.render_fragment("situation/strip", view)
    assert [tag for tag, _ in Elements(html).found] == tame
    assert "\u202e" not in html


def test_names_are_shown_as_they_are_read() -> None:
    text = Elements(render.render_fragment("situation/ticker", names())).text
    assert "□acirema pu ekaw□ <b>bold</b><script>" in text
    assert HOSTILE["arabic"] in text


def test_the_narrow_space_before_a_unit_stays() -> None:
    assert str(render.safe_text("51\u202fh in\u2003Confirmed\u202e")) == "51\u202fh in Confirmed□"
    assert str(render.safe_text("")) == ""


def test_every_static_address_of_the_page_is_there_and_carries_its_hash() -> None:
    elements = Elements(page())
    addresses = [a["href"] for a in elements.attributes("link") if a["rel"] == "stylesheet"]
    addresses += [a["src"] for a in elements.attributes("script") if "src" in a]
    assert len(addresses) >= 9
    for address in addresses:
        assert address is not None
        path, _, version = address.removeprefix(render.STATIC_PATH).partition("?v=")
        content = render.static_file(path).read_bytes()
        assert version == hashlib.sha256(content).hexdigest()[:12]


def test_every_module_that_a_module_imports_is_there() -> None:
    folder = STATIC / "js"
    for module in folder.glob("*.js"):
        text = module.read_text("utf-8")
        assert text.startswith("// @ts-check\n")
        for imported in re.findall(r'from "(.+?)"', text):
            assert (folder / imported).is_file(), f"{module.name} imports {imported}"


def test_a_missing_file_says_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match="make assets"):
        render.static_url("vendor/nothing.js")


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    policy = render.content_security_policy()
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"https?:|\*", policy)


def test_plotlys_own_style_is_let_in_by_its_hash() -> None:
    hashes = re.findall(r"'sha256-(.+?)'", render.content_security_policy())
    assert all(len(base64.b64decode(each)) == 32 for each in hashes)
    assert len(hashes) == 2


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("UTC", {"day": "Fri 26 Oct", "time": "14:32", "zone": "UTC"}),
        ("America/New_York", {"day": "Fri 26 Oct", "time": "10:32", "zone": "EDT"}),
        ("Asia/Kolkata", {"day": "Fri 26 Oct", "time": "20:02", "zone": "GMT+5:30"}),
        ("Australia/Sydney", {"day": "Sat 27 Oct", "time": "01:32", "zone": "GMT+11"}),
    ],
)
def test_the_clock_is_in_the_room_s_zone(zone: str, words: dict[str, str]) -> None:
    assert render.clock_words(NOW, zone) == words


def test_hour_bars_are_relative_to_the_largest() -> None:
    bars = render.hour_bars([0, 1, 50, 100])
    assert [bar["kind"] for bar in bars] == ["zero", "past", "past", "newest"]
    assert [bar["height"] for bar in bars] == [2, 5, 17, 34]
    assert all(bar["y"] + bar["height"] == 34 for bar in bars)


def test_a_fault_says_when() -> None:
    assert render.render_fault(NOW) == '<p class="fault">Cannot draw this. Reported 14:32.</p>'


def test_a_number_of_four_digits_has_no_squares_but_the_overdue_ones() -> None:
    view = live()
    view["stages"][0] |= {"n": 1_204, "squares": ["overdue", *["open"] * 11], "more": 1_192}
    html = render.render_fragment("situation/stages", view)
    assert '<span class="n">1,204</span><span class="sq many vast"' in html
    assert "+1,192" in html


def test_the_modules_are_short() -> None:
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in Path(STATIC, "js").glob("*.js")}
    assert {name: lines for name, lines in lengths.items() if lines > 150} == {}
