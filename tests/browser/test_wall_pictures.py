"""Pictures of walls: the scene of a snapshot by a real Chromium, its label below, and what is said where it cannot."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.access.tables import sessions
from app.errors import BadRequest, Conflict, Unavailable
from app.exports import Frozen
from app.picturing import STRIP, WANTED, wall_pictures
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
