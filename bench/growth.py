"""What an update costs in a log that has grown: ``python -m bench.growth [--full]``.

Batches go alternately into a log of 10^4 records and one of 10^5 (10^6 with ``--full``), through append and projection;
the medians are compared. Then how long a board takes to read the large one, and how long a scope over 2,000 networks,
each with a sketched audience, takes to fold. PERFORMANCE goal 4.
"""

from __future__ import annotations

import argparse
import base64
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from datasketches import hll_sketch

from app.board import Board
from app.clock import SystemClock
from app.database import Database
from app.log import append
from app.measures import all_measures
from app.migrating import upgrade
from app.projection import apply
from app.records import Record, RecordParser
from app.settings import Settings
from app.vocabulary import Scope
from bench.mix import SOURCE, event

KEY = bytes(32)
BATCH = 1_000
ROUNDS = 9

NETWORKS = 2_000
ACCOUNTS = 300
ASKED = 7
"""Scopes that are asked, each of them new to the board."""


class Log:
    """A log with its views, which grows by batches of the bench's mix."""

    def __init__(self, path: Path) -> None:
        self.database = Database(f"sqlite:///{path}")
        upgrade(self.database)
        self.parser = RecordParser(KEY)
        self._n = 0

    def grow(self, records: int) -> None:
        """Add records until there are so many."""
        while self._n < records:
            self.write(self.batch())

    @property
    def size(self) -> int:
        """How many records were made for it."""
        return self._n

    def batch(self, size: int = BATCH) -> list[Record]:
        """The next batch, parsed."""
        self._n += size
        return [self.parser.parse_event(event(n)) for n in range(self._n - size, self._n)]

    def write(self, records: list[Record]) -> float:
        """Commit records and return the seconds that took."""
        began = time.perf_counter()
        with self.database.write() as connection:
            _, entries = append(connection, records, key=KEY, now=SystemClock().now(), principal="bench")
            apply(connection, entries)
        return time.perf_counter() - began

    def read(self, board: Board) -> float:
        """Let a board follow and return the seconds that took."""
        began = time.perf_counter()
        with self.database.read() as connection:
            board.refresh(connection)
        return time.perf_counter() - began


def many_networks(parser: RecordParser) -> Iterator[Record]:
    """Networks of one Page each, whose audience is a sketch."""
    for n in range(NETWORKS):
        sketch = hll_sketch(14)
        for account in range(n * ACCOUNTS // 2, n * ACCOUNTS // 2 + ACCOUNTS):
            sketch.update(account)
        image = base64.b64encode(sketch.serialize_compact()).decode()
        common = {"specversion": "1.0", "source": SOURCE, "time": "2018-10-19T14:02:11Z", "subject": f"page-{n}"}
        detected = {"network": f"net-{n}", "platform": "facebook", "kind": "page"}
        observed = {"sketch": {"family": "hll", "data": image}}
        for what, data in (("asset.detected", detected), ("audience.observed", observed)):
            made = common | {"id": f"{what}-{n}", "type": f"warroom.{what}", "data": data}
            yield parser.parse_one(json.dumps(made).encode())


def growth(folder: Path, large: int) -> None:
    """Compare a small log with a large one."""
    logs = {10_000: Log(folder / "small.db"), large: Log(folder / "large.db")}
    for size, log in logs.items():
        log.grow(size)
    seconds: dict[int, list[float]] = {size: [] for size in logs}
    for _ in range(ROUNDS):
        for size, log in logs.items():
            seconds[size].append(log.write(log.batch()))
    costs = {size: statistics.median(each) / BATCH * 1e6 for size, each in seconds.items()}
    for size, cost in costs.items():
        print(f"  append and project, {size:>9,} records in the log {cost:>8.1f} µs each{cost / costs[10_000]:>7.2f}")
    print("  (goal: at most 1.30 at 10^6)")
    board = Board()
    print(
        f"  a board reads the log of {large:,} records in {logs[large].read(board) * 1e3:.0f} ms (goal: 5,000 at 10^6)"
    )


def folds(folder: Path) -> None:
    """How long a scope over many networks takes."""
    log = Log(folder / "many.db")
    records = list(many_networks(RecordParser(KEY)))
    for start in range(0, len(records), BATCH):
        log.write(records[start : start + BATCH])
    board = Board()
    print(f"  a board reads {NETWORKS:,} networks in {log.read(board) * 1e3:.0f} ms")
    watch, now = Settings().watch(), SystemClock().now()
    scopes = iter(Scope(since=n) for n in range(1_000_000))

    def median(work: Callable[[Scope], object]) -> float:
        taken = []
        for _ in range(ASKED):
            scope = next(scopes)
            began = time.perf_counter()
            work(scope)
            taken.append(time.perf_counter() - began)
        return statistics.median(taken) * 1e3

    print(f"  a scope over them folds in {median(board.fold):.1f} ms (goal: 10), and then")
    for name in all_measures():
        scope_of = {scope: board.fold(scope) for scope in (next(scopes) for _ in range(ASKED))}
        pending = iter(scope_of)
        cost = median(lambda _, name=name, pending=pending: board.measure(name, next(pending), now=now, watch=watch))
        print(f"    {name:<12}{cost:>8.1f} ms")
    changed = log.write([RecordParser(KEY).parse_event(event(15))])
    print(f"  one record more: {changed * 1e3:.1f} ms to write, {log.read(board) * 1e3:.1f} ms until the board has it")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--full", action="store_true", help="a log of 10^6 records: takes minutes")
    said = words.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="warroom-bench-") as folder:
        growth(Path(folder), 1_000_000 if said.full else 100_000)
        folds(Path(folder))


if __name__ == "__main__":
    main()
