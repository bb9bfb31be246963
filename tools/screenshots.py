"""Pictures of the real product by a real Chromium: ``make screenshots`` writes ``docs/screenshots/``.

Every scene in both sizes by night, by day, in an empty room, under names written to do harm and with very much in it;
the states of the link; the past and a replay; the pages of the desk; the briefing as it is given out. ``python -m
tools.screenshots glance desk --to DIR`` makes those whose names begin so, elsewhere; ``--language pt_BR`` in another
language. Rooms are those in which every scene is tested, each with a clock that runs on from the end of the story.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app import walls
from app.access import Role, open_session
from app.clock import FixedClock
from app.replay import Stretch
from app.snapshots.asking import chooser
from app.snapshots.freezing import Wanted
from app.vocabulary import DAY, HOUR, Scope, Tlp, instant, isoformat
from app.walls import Hanging, Wall, default_programme
from dashboards.desk import repertoire
from dashboards.scenes import Scene, all_scenes
from tests.every_room import END, FIRST_DAY, LIMITS_S, STATES, subject_of
from tests.product import Product
from tools.briefing_pictures import briefing_pictures
from tools.chromium import ADVICE, find_chromium

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
PATIENCE_MS = 60_000

HD, UHD, LAPTOP = (1920, 1080), (3840, 2160), (1440, 900)
STALE_MS, CUT_MS = 6_000, 70_000

DRAWN = """() => document.fonts.status === "loaded" && [...document.querySelectorAll("[data-columns]")].every(
    (panel) => panel.closest("[data-off]") || panel.querySelector("[data-first]").textContent === "null"
        || Number(panel.dataset.drawn ?? 0) > 0)"""


class RunningClock(FixedClock):
    """Runs on from the instant (µs) that it was set to last."""

    def __init__(self, at: int) -> None:
        self.set(at)

    def set(self, at: int) -> None:
        """From now on it is this instant."""
        self.at = at
        self._since = time.monotonic_ns()

    def now(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z."""
        return self.at + (time.monotonic_ns() - self._since) // 1000


PROTAGONIST = "harbour-finch"
"""The network of the story."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, which room it is of, and what is opened there, in which size.

    ``silence_ms`` is how long the link has been gone by the page's clock.
    """

    name: str
    path: str
    room: str = "live"
    theme: str = "night"
    size: tuple[int, int] = HD
    silence_ms: int = 0


def pictures(rooms: Mapping[str, Product]) -> Iterator[Picture]:
    """All of them."""
    for scene in all_scenes().values():
        yield from of_scene(scene, rooms)
    for name in ("situation", "glance"):
        if name in all_scenes():
            yield Picture(f"{name}-stale", f"/wall/{name}", silence_ms=STALE_MS)
            yield Picture(f"{name}-disconnected", f"/wall/{name}", silence_ms=CUT_MS)
    yield Picture("situation-as-it-stood", f"/wall/situation?at={isoformat(END - 2 * DAY)}")
    for mark in ("replay", "exercise"):
        stretch = Stretch(mark, END - 3 * DAY, END, 60, time.time_ns() // 1000)
        yield Picture(f"situation-{mark}", f"/wall/situation?replay={stretch}")
    yield Picture("rotation", "/wall/rotation")
    yield Picture("pairing", "/wall/pair")
    for theme in ("night", "day"):
        yield Picture(f"desk-networks-{theme}-1080", f"/desk/networks/{PROTAGONIST}", theme=theme)
    yield Picture("desk-networks-laptop", f"/desk/networks/{PROTAGONIST}", size=LAPTOP)
    yield Picture("desk-networks-hostile", "/desk/networks", "hostile")
    for page in ("walls", "screens", "scenes", "alarms", "review", "suggestions", "detectors", "search?q=finch"):
        yield Picture(f"desk-{page.partition('?')[0]}", f"/desk/{page}", size=LAPTOP)
    for page in ("review", "graph", "merge?other=low-tide", "split", "bulk"):
        yield Picture(f"desk-{page.partition('?')[0]}-one", f"/desk/networks/{PROTAGONIST}/{page}", size=LAPTOP)
    yield Picture("desk-wall", f"/desk/walls/{wall_of(rooms['live']).id}", size=LAPTOP)
    yield Picture("desk-walls-day", "/desk/walls", theme="day", size=LAPTOP)
    snapshot = freeze(rooms["live"])
    yield Picture("desk-snapshots", "/desk/snapshots", size=LAPTOP)
    for theme in ("night", "day"):
        yield Picture(f"desk-snapshot-one-{theme}", f"/desk/snapshots/{snapshot}", theme=theme, size=LAPTOP)


def freeze(room: Product) -> str:
    """The id of a snapshot of the Situation, as a lead freezes it."""
    snapshots = room.room.snapshots
    wanted = Wanted("October briefing", Tlp.GREEN, names=True)
    chosen = chooser(Scope(), "situation", repertoire(), snapshots.watch)
    return snapshots.freeze(wanted, chosen, by="Ann", once="screenshots").id


def of_scene(scene: Scene, rooms: Mapping[str, Product]) -> Iterator[Picture]:
    """One scene in every room and size."""

    def path(room: str) -> str:
        subject = PROTAGONIST if scene.about and room == "live" else subject_of(scene, rooms[room].room.board)
        return f"/wall/{scene.name}{'/' + subject if subject else ''}"

    yield Picture(f"{scene.name}-night-1080", path("live"))
    yield Picture(f"{scene.name}-night-2160", path("live"), size=UHD)
    yield Picture(f"{scene.name}-day-1080", path("live"), theme="day")
    for state in STATES:
        if state != "live" and not (scene.about and state == "empty"):
            yield Picture(f"{scene.name}-{state}", path(state), state)


def open_rooms(folder: Path, theme: str, language: str = "en") -> dict[str, Product]:
    """A served room for every state. The live one has a past that can be opened, and walls hang there."""
    rooms: dict[str, Product] = {}
    for state, told in STATES.items():
        limits = LIMITS_S if state == "hostile" else {}
        product = Product(
            folder / state, watch_first_day=FIRST_DAY, source_limits_s=limits, theme=theme, language=language
        )
        clock = product.clock = RunningClock(END)
        product.start()
        by_time = sorted(told(), key=lambda event: str(event["time"]))
        for hour, events in groupby(by_time, key=lambda event: str(event["time"])[:13]):
            if state == "live":
                clock.set(min(END, instant(datetime.fromisoformat(f"{hour}:59:59Z"))))
            product.tell(*events)
        clock.set(END)
        rooms[state] = product
    hang_walls(rooms["live"])
    return rooms


def hang_walls(room: Product) -> None:
    """Three walls, one of which has a message."""
    database = room.room.database
    with database.write() as connection:
        for name, distance_cm, height_cm in (("Lobby", 600, 93), ("War room, left", 280, 122), ("Corridor", 900, 200)):
            hanging = Hanging(name, distance_cm, height_cm)
            programme = default_programme(repertoire(), hanging.ratio)
            walls.make_wall(connection, hanging, programme, by="Ann", now=END - HOUR)
    wall = wall_of(room)
    with database.write() as connection:
        walls.set_message(connection, wall, "Briefing at 15:00 in room 2", by="Ann", now=END)


def wall_of(room: Product) -> Wall:
    """The wall that is nearest to those who look at it."""
    with room.room.database.read() as connection:
        return min(walls.list_walls(connection), key=lambda wall: wall.hanging.ratio)


def bearer(room: Product, picture: Picture) -> str:
    """The token of a session: a lead's, and for what a wall is told to show that of its screen."""
    if not picture.path.startswith("/wall/rotation"):
        return room.bearer(Role.LEAD)
    wall = wall_of(room)
    with room.room.database.write() as connection:
        return open_session(connection, Role.WALL, wall.name, time.time_ns() // 1000, wall=wall.id).token


def shoot(browser: Browser, room: Product, picture: Picture, folder: Path) -> None:
    """Open a page as a lead, and write what it shows."""
    width, height = picture.size
    headers = {} if picture.name == "pairing" else {"authorization": f"Bearer {bearer(room, picture)}"}
    context = browser.new_context(viewport={"width": width, "height": height}, extra_http_headers=headers)
    page = context.new_page()
    if picture.silence_ms:
        page.clock.install()
    page.goto(f"{room.url}{picture.path}")
    page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
    page.wait_for_timeout(1_500)
    if picture.silence_ms:
        silence(page, picture.silence_ms)
    page.screenshot(path=folder / f"{picture.name}.png")
    print(picture.name, flush=True)
    context.close()


def silence(page: Page, for_ms: int) -> None:
    """Take the link away, and let the time pass that the page needs to see it."""
    page.context.set_offline(True)
    page.clock.fast_forward(for_ms)
    page.wait_for_timeout(1_500)


def main() -> int:
    """Write the pictures that are asked for, or every one."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", help="beginnings of names; without any, every picture")
    parser.add_argument("--language", default="en", help="what the rooms speak: pt_BR")
    parser.add_argument("--to", type=Path, default=PICTURES, help="the folder, docs/screenshots/ without it")
    asked = parser.parse_args()
    found = find_chromium()
    if found is None:
        print(ADVICE, file=sys.stderr)
        return 1
    asked.to.mkdir(parents=True, exist_ok=True)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="warroom-pictures-") as folder:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if as_root else [])
        for theme in ("night", "day"):
            rooms = open_rooms(Path(folder) / theme, theme, asked.language)
            for picture in pictures(rooms):
                if picture.theme == theme and picture.name.startswith(tuple(asked.names) or ""):
                    shoot(browser, rooms[picture.room], picture, asked.to)
            for product in rooms.values():
                product.stop()
        browser.close()
    for name, given_out in briefing_pictures() if "briefing".startswith(tuple(asked.names) or "") else ():
        (asked.to / f"{name}.png").write_bytes(given_out)
        print(name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
