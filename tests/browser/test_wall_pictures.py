"""Pictures of walls: the scene of a snapshot by a real Chromium, its label below, and what is said where it cannot."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import func, select

from app.access.tables import sessions
from app.errors import BadRequest, Conflict, Unavailable
from app.exports import Frozen
from app.picturing import BUSY, MOST_ASKING, STRIP, WANTED, Camera, _frame, wall_pictures
from app.settings import Settings
from app.snapshots.asking import chooser
from app.snapshots.freezing import Wanted
from app.vocabulary import Scope, Tlp
from dashboards.desk import repertoire
from tests.house import settings_of
from tests.snapshots import with_content
from tests.test_scheduling import Scheduled

pytestmark = pytest.mark.browser


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Scheduled]:
    made = Scheduled(f"sqlite:///{tmp_path / 'room.db'}", tmp_path, [])
    yield made
    made.room.close()


@pytest.fixture
def read(tmp_path: Path) -> Settings:
    return settings_of(tmp_path)


def freeze(room: Scheduled, scene: str = "", network: str = "") -> Frozen:
    scope = Scope(network=(network,)) if network else Scope()
    choose = chooser(scope, scene, repertoire(), room.room.watch)
    return room.snapshots.freeze(Wanted("The day", Tlp.GREEN), choose, by="Ann")


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(("scene", "network"), [("situation", ""), pytest.param("focus", "n1", marks=pytest.mark.long)])
def test_scene_is_drawn_in_both_sizes_with_a_strip_below(
    scene: str, network: str, room: Scheduled, read: Settings, chromium_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_CHROMIUM", chromium_path)
    frozen = freeze(room, scene, network)
    pictures = dict(wall_pictures(room.room.database, room.snapshots._history, read, frozen))
    assert {name: size_of(png) for name, png in pictures.items()} == {
        f"warroom-{frozen.id}-wall-{width}x{height}.png": (width, height + round(height / STRIP))
        for width, height in ((1920, 1080), (3840, 2160))
    }
    with room.room.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(sessions)).scalar_one() == 0


def test_long_name_hides_neither_embargo_nor_id(room: Scheduled, chromium_path: str) -> None:
    frozen = with_content(freeze(room, "situation"), name="W" * 120, embargo_until="2018-10-27T12:00:00Z")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1128})
        page.set_content(_frame(frozen, b"", 1080))
        page.evaluate("() => document.fonts.ready")
        for words in ("TLP:GREEN", "Embargo until 27 Oct 2018", frozen.id):
            place = page.locator("p > :not(span)", has_text=words).bounding_box()
            assert place is not None
            assert place["width"] > 0
            assert place["x"] + place["width"] <= 1920
        browser.close()


def test_pictures_that_many_ask_for_at_once_leave_threads_for_the_others(room: Scheduled, read: Settings) -> None:
    frozen = freeze(room)
    camera = Camera(room.room.database, room.snapshots._history, read)

    def asked(_: int) -> str:
        with pytest.raises((BadRequest, Unavailable)) as said:
            camera.picture(frozen, "1920x1080")
        return str(said.value)

    with ThreadPoolExecutor(20) as askers:
        with camera._turn:
            answers = [askers.submit(asked, n) for n in range(20)]
            while sum(answer.done() for answer in answers) < 20 - MOST_ASKING:
                wait([answer for answer in answers if not answer.done()], 10, FIRST_COMPLETED)
        said = [answer.result(30) for answer in answers]
    assert said.count(BUSY) == 20 - MOST_ASKING


def test_scope_has_no_wall(room: Scheduled, read: Settings) -> None:
    with pytest.raises(BadRequest, match="snapshot of a scope"):
        list(wall_pictures(room.room.database, room.snapshots._history, read, freeze(room)))


def test_log_that_was_rebuilt_to_something_else_is_refused(room: Scheduled, read: Settings) -> None:
    frozen = freeze(room, "situation")
    other = with_content(frozen, picture=frozen.content["picture"] | {"epoch": "0" * 16})
    with pytest.raises(Conflict, match="rebuilt"):
        list(wall_pictures(room.room.database, room.snapshots._history, read, other))


def test_without_a_chromium_it_says_what_it_wants(
    room: Scheduled, read: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_CHROMIUM", str(tmp_path / "none"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(Unavailable) as wanted:
        list(wall_pictures(room.room.database, room.snapshots._history, read, freeze(room, "situation")))
    assert str(wanted.value) == WANTED
