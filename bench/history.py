"""How long the past takes to open: ``python -m bench.history [--full]``.

A log of 10^5 records (10^6 with ``--full``) is there first, so that its checkpoints are made from it. Then places all
over it are opened, those farthest from a checkpoint among them; a cursor goes on as a replay of a busy room does, whose
10 records a second come 600 times as fast; and commits are timed while checkpoints are made and while none are.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from app.history import History
from bench.growth import Log

PLACES = 60
"""Opened, drawn by chance."""

FARTHEST = 10
"""Opened, just before a checkpoint."""

FRAME = 600
"""Records between two frames of a replay at 600x, ten frames a second, in a room of 10 records a second."""
FRAMES = 20

SMALL = 100
COMMITS = 240
"""Commits of ``SMALL`` records each that are timed in either way, by turns of ``TURN``."""
TURN = 80


def timed(work: Callable[[], object]) -> float:
    """The milliseconds that it took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def opened(history: History, places: Sequence[int]) -> list[float]:
    """How long each place took, in milliseconds, none of which was open before."""
    return sorted(timed(lambda place=place: history.at(place)) for place in places)


def past(log: Log, folder: Path, size: int) -> None:
    """Open the past of a log."""
    history = History(log.database, folder)
    taken = timed(lambda: list(iter(history.keep_up, False)))
    kept = sorted((int(path.name.split("-")[1]), path.stat().st_size) for path in folder.iterdir())
    total = sum(bytes for _, bytes in kept)
    print(f"  {len(kept)} checkpoints of {size:,} records made from the log in {taken / 1e3:.1f} s")
    print(f"  they take {total / 2**20:.0f} MiB, the last {kept[-1][1] / 2**20:.1f} MiB")
    chance = random.Random(3)
    each = opened(history, chance.sample(range(1, size), PLACES))
    print(f"  a past seq opens in {statistics.median(each):.0f} ms, {each[-1]:.0f} ms at most of {PLACES} by chance")
    gaps = sorted(((after - before, after) for (before, _), (after, _) in pairwise([(0, 0), *kept])), reverse=True)
    each = opened(history, [after - 1 for _, after in gaps[:FARTHEST]])
    print(f"  just before a checkpoint in {statistics.median(each):.0f} ms, {each[-1]:.0f} ms at most (goal: 1,000)")
    instants = [history.recorded_at(chance.randrange(1, size)) for _ in range(PLACES)]
    each = sorted(timed(lambda at=at: history.seq_at(at)) for at in instants)
    print(f"  the seq of an instant is found in {statistics.median(each):.1f} ms, {each[-1]:.1f} ms at most")
    with history.cursor(size // 2) as cursor:
        each = [timed(lambda: cursor.advance(cursor.seq + 1)) for _ in range(FRAMES)]
        print(f"  a cursor goes on by one record in {statistics.median(each):.1f} ms", end="")
        each = [timed(lambda: cursor.advance(cursor.seq + FRAME)) for _ in range(FRAMES)]
        print(f", by {FRAME} in {statistics.median(each):.0f} ms (goal: 100, ten frames a second at 600x)")


def commits(log: Log, folder: Path) -> None:
    """What making checkpoints adds to commits: the same ones, with a maker beside them and without."""
    taken: dict[bool, list[float]] = {False: [], True: []}
    history = History(log.database, folder)
    history.start()
    try:
        for turn in range(COMMITS // TURN * 2):
            pokes = turn % 2 == 1
            for _ in range(TURN):
                batch = log.batch(SMALL)
                taken[pokes].append(log.write(batch) * 1e3)
                if pokes:
                    history.poke(log.size)
    finally:
        history.stop()
    for pokes, each in taken.items():
        p50, p95 = statistics.median(each), statistics.quantiles(each, n=20)[-1]
        beside = "checkpoints made beside it" if pokes else "none made"
        print(f"  a commit of {SMALL} records, {beside:<27}{p50:>6.1f} ms, 95 % within{p95:>6.1f} ms")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--full", action="store_true", help="a log of 10^6 records: takes minutes")
    said = words.parse_args(arguments)
    size = 1_000_000 if said.full else 100_000
    with tempfile.TemporaryDirectory(prefix="warroom-bench-") as name:
        log = Log(Path(name) / "room.db")
        log.grow(size)
        past(log, Path(name) / "history", size)
        commits(log, Path(name) / "history")


if __name__ == "__main__":
    main()
