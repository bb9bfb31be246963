"""RELIABILITY R1: whatever was acknowledged survives ``kill -9`` at any instant, and counts once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.kill_loop import Siege

LOOK_EVERY = 10
"""Kills after which the chain and all views are looked through; the log itself is after every one."""


def besiege(folder: Path, kills: int, url: str = "") -> None:
    """Kill a server so many times."""
    seed = random.randrange(2**32)
    siege = Siege(folder / "room", seed, url)
    try:
        with siege.under_fire():
            for _ in range(kills):
                siege.kill()
                siege.check()
                if siege.kills % LOOK_EVERY == 0:
                    siege.check_views()
                siege.victim.start()
            siege.victim.wait()
        siege.check()
        siege.check_views()
        siege.check_counts()
        assert siege.cut_off, "no kill met a request: this proves nothing"
    except AssertionError as lost:
        met = f"{siege.kills} kills, {siege.acknowledged} records acknowledged, {siege.cut_off} requests cut off"
        lost.add_note(f"seed {seed}: {met}")
        raise
    finally:
        siege.close()


@pytest.mark.timeout(600)
def test_a_server_killed_a_dozen_times_under_load_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    besiege(tmp_path, 12)


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_on_postgresql_a_killed_server_loses_nothing_and_counts_nothing_twice(
    tmp_path: Path, postgres_url: str
) -> None:
    besiege(tmp_path, 12, postgres_url)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_thousand_kills_lose_nothing_and_count_nothing_twice(tmp_path: Path) -> None:
    besiege(tmp_path, 1_000)
