"""Eight hours of a wall in some minutes: ``python -m bench.life [--hours 8]``.

A real Chromium at 3840x2160 has the rotation of a real room open. It gets an update for every five seconds of those
hours, one after the other as fast as it says that they are on the glass, and another scene every minute. Printed for
each hour: the heap after a collection, DOM nodes, listeners, and tasks of more than 50 ms. PERFORMANCE goal 5.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from app import walls
from app.access import Role, open_session
from app.vocabulary import MINUTE, SECOND, isoformat
from app.walls import Hanging, Place, default_programme
from dashboards.desk import repertoire
from tests import makers
from tests.every_room import END, FIRST_DAY, STATES
from tests.product import Product
from tools.chromium import ADVICE, find_chromium

UPDATE = 5 * SECOND
"""Of the room's time: how often a wall is updated at most (DESIGN 7)."""

IN_AN_HOUR = 60 * MINUTE // UPDATE
CUT_EVERY = MINUTE // UPDATE
PATIENCE_S = 20

LONG_TASKS = """() => {
    window.long = [];
    new PerformanceObserver((list) => window.long.push(...list.getEntries().map((each) => each.duration)))
        .observe({entryTypes: ["longtask"]});
}"""


class Hour:
    """What a page holds at the end of an hour, and which tasks took it more than 50 ms."""

    def __init__(self, page: Page, cdp: CDPSession) -> None:
        self.tasks: list[float] = page.evaluate("() => window.long.splice(0)")
        cdp.send("HeapProfiler.collectGarbage")
        metrics = {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}
        self.heap_mb = metrics["JSHeapUsedSize"] / 1e6
        self.nodes = int(metrics["Nodes"])
        self.listeners = int(metrics["JSEventListeners"])

    def words(self) -> str:
        """As it is printed."""
        longest = f"longest {max(self.tasks):.0f} ms" if self.tasks else ""
        held = f"heap {self.heap_mb:6.1f} MB  {self.nodes:>6,} nodes  {self.listeners:>5,} listeners"
        return f"{held}  {len(self.tasks):>4} tasks over 50 ms {longest}"


class WallAtWork:
    """A wall that is updated, and waited for."""

    def __init__(self, product: Product, wall: str) -> None:
        self._product = product
        self._wall = wall
        self._scenes = cycle(piece.name for piece in repertoire().values() if not piece.about)
        self._n = 0

    def update(self) -> None:
        """Five seconds later: one asset more, and every minute another scene."""
        self._n += 1
        product, room = self._product, self._product.room
        product.clock.at += UPDATE
        at = isoformat(product.clock.at)
        if self._n % CUT_EVERY == 0:
            with room.database.write() as connection:
                wall, place = walls.find_wall(connection, self._wall), Place(next(self._scenes))
                walls.pin(connection, wall, place, repertoire(), by="bench", now=product.clock.at)
        network = f"bench-{self._n % 40}"
        product.tell(
            makers.network_reported(network, at=at, targets=["US", "BR"], id=f"n{self._n}"),
            makers.asset_detected(f"a{self._n}", network=network, at=at),
            makers.count_observed(f"a{self._n}", 1_000 + self._n, at=at),
        )
        give_up_at = time.monotonic() + PATIENCE_S
        while not any((screen.seen_seq or 0) >= room.board.seq for screen in room.live.screens()):
            if time.monotonic() > give_up_at:
                raise TimeoutError(f"the wall did not show update {self._n} within {PATIENCE_S} s")
            time.sleep(0.002)


def live(folder: Path, chromium: str, hours: int) -> None:
    """Let a wall live for some hours and print how it does."""
    product = Product(folder, now=END, watch_first_day=FIRST_DAY, flush_hz=50)
    product.start()
    product.tell(*STATES["live"]())
    with product.room.database.write() as connection:
        hanging = Hanging("Bench", 200, 200)
        wall = walls.make_wall(connection, hanging, default_programme(repertoire(), hanging.ratio), by="bench", now=END)
        token = open_session(connection, Role.WALL, "Bench", time.time_ns() // 1000, wall=wall.id).token
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"] if as_root else [])
        context = browser.new_context(
            viewport={"width": 3840, "height": 2160}, extra_http_headers={"authorization": f"Bearer {token}"}
        )
        page = context.new_page()
        page.goto(f"{product.url}/wall/rotation")
        page.wait_for_timeout(5_000)
        page.evaluate(LONG_TASKS)
        cdp = context.new_cdp_session(page)
        cdp.send("Performance.enable")
        at_work = WallAtWork(product, wall.id)
        lived: list[Hour] = []
        for hour in range(1, hours + 1):
            began = time.perf_counter()
            for _ in range(IN_AN_HOUR):
                at_work.update()
            lived.append(Hour(page, cdp))
            print(f"  hour {hour}: {lived[-1].words()}  ({time.perf_counter() - began:.0f} s)", flush=True)
        first, last = lived[0], lived[-1]
        grown = f"heap {last.heap_mb - first.heap_mb:+.1f} MB, nodes {last.nodes - first.nodes:+,}"
        print(f"  from the first hour to the last: {grown}, listeners {last.listeners - first.listeners:+,}")
        browser.close()
    product.stop()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--hours", type=int, default=8)
    said = words.parse_args(arguments)
    chromium = find_chromium()
    if chromium is None:
        print(f"  not measured: {ADVICE}")
        return
    with tempfile.TemporaryDirectory(prefix="warroom-bench-") as folder:
        live(Path(folder), chromium, said.hours)


if __name__ == "__main__":
    main()
