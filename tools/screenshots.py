"""Pictures of the real product by a real Chromium: ``make screenshots`` writes ``docs/screenshots/``.

The whole story is told at once through the public door; each wall is then opened by a one-time link and photographed
when its map is drawn. What no healthy server shows is made by stopping it under the open wall.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from app.demo.stage import Stage
from app.demo.story import history, week
from app.serving import configuration
from app.wire import LineProtocol
from tools.chromium import ADVICE, find_chromium

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
PATIENCE_S = 180
"""Longest that anything may take."""

SIZES = {"1080": (1920, 1080), "2160": (3840, 2160)}
THEMES = ("night", "day")
STALE_MS = 5_000


@contextlib.contextmanager
def served(stage: Stage) -> Iterator[tuple[str, uvicorn.Server]]:
    """Serve a stage on a free port of this machine."""
    server = uvicorn.Server(configuration(stage.app, port=0, ws=LineProtocol))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, "the server starts")
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}", server
    finally:
        server.should_exit = True
        thread.join(30)


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until ``holds()`` is true. Raises TimeoutError with what was waited for."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"waited {PATIENCE_S} s until {what}")
        time.sleep(0.1)


def wall(browser: Browser, link: str, size: tuple[int, int]) -> Page:
    """A wall of this size, signed in, its map drawn."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(link)
    if (button := page.locator("form button")).count():
        button.first.click()
    page.locator(".map[data-drawn]").wait_for(state="attached", timeout=PATIENCE_S * 1000)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(2_500)
    return page


def shoot(page: Page, name: str) -> None:
    """Write one picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


def shoot_theme(browser: Browser, theme: str) -> None:
    """The Situation wall at the end of the story, in both sizes; by night also stale and without a link."""
    with Stage.set_up(None, minutes=0, theme=theme) as stage, served(stage) as (url, server):
        stage.play(url)
        told = len(week())
        until(lambda: stage.told.sent >= told, "the story is told")
        until(lambda: stage.room.board.seq >= told + len(history()), "it is on the board")
        for name, size in SIZES.items():
            page = wall(browser, stage.link(url), size)
            shoot(page, f"situation-{theme}-{name}")
            page.close()
        if theme == THEMES[0]:
            page = wall(browser, stage.link(url), SIZES["1080"])
            stage.stop()
            server.should_exit = True
            page.wait_for_timeout(STALE_MS)
            shoot(page, "situation-stale-1080")


def main() -> int:
    """Write every picture."""
    found = find_chromium()
    if found is None:
        print(ADVICE, file=sys.stderr)
        return 1
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if as_root else [])
        for theme in THEMES:
            shoot_theme(browser, theme)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
