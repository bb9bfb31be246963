"""RELIABILITY R21 and R7: 500 screens come back at once after a restart, and one that reads nothing delays none."""

from __future__ import annotations

import contextlib
import itertools
import resource
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from app import feed
from app.hub import Frame
from dashboards import wall
from dashboards.scenes import ROOM, Scene, Sight, all_scenes
from tests import makers
from tests.herd import Held, Herd, Screen, handshake
from tests.product import Product

SCREENS = 500

STEPS = itertools.count(1)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("herd") / "room")
    product.start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def herd(product: Product) -> Iterator[Herd]:
    """Every screen shows one scene, as walls do; together they show all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    of_scenes = [(*ROOM.topics(), *scene.topics()) for scene in all_scenes().values() if not scene.about]
    topics = [of_scenes[n % len(of_scenes)] for n in range(SCREENS)]
    commit(product)
    with Herd(product.port, product.bearer(), topics) as herd:
        herd.until(lambda screen: screen.held.keys() == set(screen.topics), "have not all their topics")
        yield herd
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def commit(product: Product) -> int:
    """One record more, and the ``seq`` at which the board has it: a network, which every scene may speak of."""
    step = next(STEPS)
    product.tell(makers.network_reported(f"n{step}", at=product.clock.now() - step * 1_000_000))
    return product.room.board.seq


def is_at(product: Product, screen: Screen) -> bool:
    """Whether a screen shows the newest frame of each of its topics, and knows how far the log is."""
    hub = product.room.live.hub
    newest = {topic: hub.newest(topic) for topic in screen.topics}
    held = {topic: Held(frame.epoch, frame.seq, frame.as_of) for topic, frame in newest.items() if frame is not None}
    return screen.held == held and screen.seq == product.room.board.seq


class Built:
    """Counts what is built for the screens: drawings of a topic, and frames of it, by ``seq``; and the feed's looks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.drawings: Counter[tuple[str, int]] = Counter()
        self.frames: Counter[tuple[str, int]] = Counter()
        self.looks: Counter[int] = Counter()
        draw_panel, draw_all = Scene.draw, wall.draw

        def panel_drawn(scene: Scene, panel: str, sight: Sight) -> Any:
            self.drawings[f"{scene.name}/{panel}", sight.board.seq] += 1
            return draw_panel(scene, panel, sight)

        def all_drawn(board: Any, *asked: Any, **how: Any) -> Any:
            self.looks[board.seq] += 1
            return draw_all(board, *asked, **how)

        def framed(topic: str, epoch: str, seq: int, *rest: Any) -> Frame:
            self.frames[topic, seq] += 1
            return Frame(topic, epoch, seq, *rest)

        monkeypatch.setattr(Scene, "draw", panel_drawn)
        monkeypatch.setattr(wall, "draw", all_drawn)
        monkeypatch.setattr(feed, "Frame", framed)


def test_500_screens_come_back_after_a_restart_and_one_snapshot_is_built_for_all(
    product: Product, herd: Herd, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, lost = product.room.board.seq, herd.lost
    product.stop()
    herd.until(lambda screen: not screen.is_open, "have not noticed that the server is gone")
    assert herd.lost >= lost + SCREENS
    built = Built(monkeypatch)
    product.start()
    for _ in range(10):
        # The log goes on while they come back, some sooner and some later.
        commit(product)
        time.sleep(0.1)
    herd.until(lambda screen: screen.opened >= 2 and screen.is_open, "have not come back")
    commit(product)
    herd.until(lambda screen: is_at(product, screen), "are not at the newest frame")
    assert {screen.seq for screen in herd.screens} == {before + 11}
    for screen in herd.screens:
        assert all(heard == sorted(heard) for heard in screen.heard.values())
    twice = {key: times for key, times in built.frames.items() if times > 1}
    assert twice == {}, "frames that were built more than once for one seq"
    more = {key: times for key, times in built.drawings.items() if times > built.looks[key[1]]}
    assert more == {}, "topics that were drawn more than once in one look"


def test_a_screen_that_reads_nothing_delays_none_of_500(product: Product, herd: Herd) -> None:
    herd.until(lambda screen: is_at(product, screen), "are not at the newest frame")
    live, lost = product.room.live, herd.lost
    with stalled(product, herd.screens[0].topics):
        until(lambda: len(live) == SCREENS + 1)
        starts = [dict(zip(screen.heard, map(len, screen.heard.values()), strict=True)) for screen in herd.screens]
        seqs = []
        for _ in range(12):
            seqs.append(commit(product))
            # Not before each of the others shows it is the next one written: one that waited for the stalled one
            # would end the test here.
            herd.until(lambda screen: is_at(product, screen), f"are not at {seqs[-1]}")
        for screen, start in zip(herd.screens, starts, strict=True):
            since = {topic: heard[start[topic] :] for topic, heard in screen.heard.items()}
            told = sorted({seq for heard in since.values() for seq in heard})
            assert told == [seq for seq in seqs if seq in told]
            assert all(len(set(heard)) == len(heard) for heard in since.values()), "nothing is told twice"
            if "situation/strip" in since:
                assert since["situation/strip"] == seqs, "the number of open networks, each time"
        until(lambda: len(live) == SCREENS)
    assert herd.lost == lost
    assert all(screen.is_open for screen in herd.screens)


@contextlib.contextmanager
def stalled(product: Product, topics: Sequence[str]) -> Iterator[None]:
    """A screen that opens its socket and never reads from it."""
    with socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect(("127.0.0.1", product.port))
        peer.sendall(handshake(product.port, product.bearer(), topics))
        yield


def until(holds: Callable[[], bool], within_s: float = 8.0) -> None:
    give_up_at = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
