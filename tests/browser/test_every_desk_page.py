"""Every page of the desk, found by its route, in a real Chromium: under hostile names, and by what axe finds.

RELIABILITY's hostile cases: nothing runs, nothing is fetched (a second address of this machine counts who comes),
nothing is written over a number.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page

from app.access import Role
from app.access.gate import table
from tests import makers
from tests.browser.wall import Complaints
from tests.every_room import END, FIRST_DAY, MADE, STATES
from tests.product import Product
from tests.test_desk_walls import wall_of

pytestmark = pytest.mark.browser

IDS = {
    "hostile": {"network": "n1", "asset": "n1-a0", "post": "n1-p"},
    "live": {"network": "harbour-finch", "asset": "hf-page-02", "post": "hf-post-001"},
}
"""What stands in addresses, by the room."""

ASKED = {
    "/desk/search": [{"q": "street"}, {"q": "onclick alert"}, {"q": "Q" * 40, "kind": "asset"}],
    "/desk/indicators": [{"kind": "domain-name", "value": "beacon.example"}],
    "/desk/networks": [{}, {"q": "<b>"}, {"sort": "-reach"}],
}
"""Queries with which pages are asked as well, or have to be."""

SKIPPED = re.compile(r"/(now|list|newer|facts|past|preview)$|\{file\}$")
"""Parts of pages, what a form asks for, and files."""

FOUND = f"""() => ({{
  made: document.querySelectorAll("{MADE}, [{MADE}], b > b > b").length,
  wide: document.documentElement.scrollWidth - innerWidth,
  links: [...document.querySelectorAll("a[href], img[src], form[action]")]
    .map((e) => e.getAttribute("href") ?? e.getAttribute("src") ?? e.getAttribute("action"))
    .filter((a) => a && !/^([/#?](?!\\/)|data:)/.test(a)),
  turned: [...document.querySelectorAll("td.r, .kf b, dd, h1 + p")]
    .filter((e) => /[\\u202a-\\u202e\\u2066-\\u2069]/.test(e.textContent)).length,
  empty: document.body.innerText.trim().length < 20,
}})"""


class Beacon:
    """The adversary's host: counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._door = socket.create_server(("127.0.0.2", 0))
        self.host = f"127.0.0.2:{self._door.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                visitor, _ = self._door.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        self._door.close()

    def names(self) -> list[str]:
        """Names that would call the host, if anything made more than text of them."""
        host = self.host
        return [
            f'<img src="http://{host}/a">',
            f'"><img src=//{host}/b onerror=alert(1)>',
            f'<span style="background:url(//{host}/c)">x</span>',
            f"<link rel=stylesheet href=//{host}/d><link rel=prefetch href=//{host}/e>",
            f'<a href="http://{host}/f" ping="http://{host}/g">x</a>',
            f"<svg><image href='//{host}/h'/></svg>",
            f'" hx-get="http://{host}/i" hx-trigger="load" x="',
            f"url(http://{host}/j) http://{host}/k",
        ]


@contextmanager
def served(folder: Path, state: str, **said: Any) -> Iterator[Product]:
    product = Product(folder, watch_first_day=FIRST_DAY, now=END, **said)
    product.start()
    try:
        product.tell(*sorted(STATES[state](), key=lambda event: str(event["time"])))
        yield product
    finally:
        product.stop()


def harmed(beacon: Beacon) -> list[makers.Event]:
    """One network more, that calls the host by everything it says."""
    events = []
    for n, name in enumerate(beacon.names()):
        asset = f"n1-beacon{n}"
        events += [
            makers.asset_detected(asset, "n1", name=name, handle=name, url=f"http://{beacon.host}/u{n}", at=END),
            makers.post_observed(asset, asset, text=f"{name} https://beacon.example/", url=name, at=END),
            makers.link_observed(asset, "n1-a0", signal=name, at=END),
            makers.note_written("n1", name, by=name, at=END),
            makers.attribution_assessed("n1", claim=name, by=name, evidence=[name], at=END),
            makers.event_hosted(asset, [asset], title=name, place=name, at=END),
            makers.indicator_observed(asset, name, kind="text", network="n1", comment=name, at=END),
        ]
    return events


def snapshot_of(product: Product) -> str:
    """The id of a snapshot of everything that the room knows, with names."""
    said = {"name": "Everything <b>'\"", "tlp": "TLP:AMBER+STRICT", "names": True}
    headers = {"authorization": f"Bearer {product.bearer(Role.LEAD)}"}
    answer = httpx2.post(f"{product.url}/api/v1/snapshots", json=said, headers=headers, trust_env=False)
    return str(answer.json()["id"])


def pages_of(product: Product, state: str, wall: str) -> dict[Role, list[str]]:
    """The address of every page of the desk, by who opens it. A new one must say what it is filled with."""
    ids = IDS[state]
    filled = {"networks": ids["network"], "assets": ids["asset"], "posts": ids["post"], "walls": wall, "records": "1"}
    filled["snapshots"] = snapshot_of(product)
    addresses: dict[Role, list[str]] = {}
    for route, roles in table(product.app.routes).items():
        method, _, path = route.partition(" ")
        if method != "GET" or not path.startswith("/desk") or SKIPPED.search(path):
            continue
        section = path.split("/")[2] if path.count("/") > 1 else ""
        whole = re.sub(r"\{(id|seq)\}", filled.get(section, "{…}"), path, count=1)
        whole = whole.replace("{measure}", "reach").replace("{table}", "assets")
        assert "{" not in whole, f"say what stands in {path}"
        role = Role.LEAD if Role.LEAD in roles else Role.ADMIN
        queries = ASKED.get(path, [{}])
        addresses.setdefault(role, []).extend(f"{whole}?{urlencode(query)}" if query else whole for query in queries)
    return addresses


def axe_finds(page: Page, address: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{address}\n{found.generate_report()}"


def test_no_page_runs_or_fetches_what_is_hostile_or_has_a_fault_that_axe_finds(page: Page, tmp_path: Path) -> None:
    """One test for both: to open every page takes longer than to look at it."""
    beacon = Beacon()
    complaints = Complaints(page)
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.set_viewport_size({"width": 1440, "height": 900})
    with served(tmp_path / "room", "hostile") as product:
        product.tell(*harmed(beacon))
        seen = pages_of(product, "hostile", wall_of(product).id)
        assert sum(map(len, seen.values())) > 12
        for role, addresses in seen.items():
            page.goto(product.link(role))
            for address in addresses:
                answer = page.goto(f"{product.url}{address}")
                assert answer is not None
                assert answer.status == 200, address
                page.wait_for_load_state("networkidle")
                found = page.evaluate(FOUND)
                assert found["wide"] <= 0, address
                assert found == {"made": 0, "wide": found["wide"], "links": [], "turned": 0, "empty": False}, address
                axe_finds(page, address)
    beacon.close()
    assert dialogs == []
    assert beacon.visits == 0
    assert complaints.texts == []


@pytest.mark.long
def test_no_page_by_day_has_a_fault_that_axe_finds(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    with served(tmp_path / "room", "live", theme="day") as product:
        for role, addresses in pages_of(product, "live", wall_of(product).id).items():
            page.goto(product.link(role))
            for address in addresses:
                answer = page.goto(f"{product.url}{address}")
                if answer is None or answer.status != 200:
                    continue
                axe_finds(page, address)
