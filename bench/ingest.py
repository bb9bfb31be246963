"""Ingest over HTTP, the whole product against a textbook endpoint that only inserts: ``python -m bench.ingest``.

Ours validates, chains the log, folds every view and rollup, feeds the walls and commits with synchronous=FULL; the
textbook (``bench.textbook``) inserts a row. Both run under uvicorn in processes of their own; rounds alternate, and the
median of each is compared. PERFORMANCE goal 2. Absolute figures hold for this machine at this moment only.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI

from app.ingest.http import PATH
from bench.load import Served, post, served, warroom
from bench.mix import batch, one
from bench.textbook import textbook

BATCH = 1_000


def plain(folder: str) -> tuple[FastAPI, str]:
    """The textbook, which asks for no key."""
    return textbook(str(Path(folder) / "textbook.db")), "none"


class Round(NamedTuple):
    """Records a second, and µs of the server's processor time for each."""

    rate: float
    cpu: float


@dataclass
class Way:
    """One server, how it is asked, and the rounds so far by what was sent."""

    name: str
    server: Served
    one: Callable[[bytes], bytes]
    many: Callable[[bytes], bytes]
    n: int = 0
    rounds: dict[str, list[Round]] = field(default_factory=dict)

    def batches(self, batches: int) -> None:
        """A round of batches over 8 connections."""
        bodies = [self.many(batch(self.n + i * BATCH, BATCH)) for i in range(batches)]
        self._post("batches of 1,000, 8 connections", batches * BATCH, bodies, 8)

    def singles(self, singles: int) -> None:
        """A round of single records over 32 connections."""
        bodies = [self.one(one(self.n + i)) for i in range(singles)]
        self._post("single records, 32 connections", singles, bodies, 32)

    def _post(self, what: str, records: int, bodies: list[bytes], connections: int) -> None:
        self.n += records
        before = sum(self.server.process.cpu_times()[:2])
        seconds = post(self.server.port, bodies, connections)
        spent = sum(self.server.process.cpu_times()[:2]) - before
        self.rounds.setdefault(what, []).append(Round(records / seconds, spent / records * 1e6))


def measure(rounds: int, batches: int, singles: int) -> list[Way]:
    """Both ways, in rounds that alternate. The first round of each is not counted."""
    with tempfile.TemporaryDirectory(prefix="warroom-bench-") as folder:
        ours, theirs = Path(folder) / "ours", Path(folder) / "textbook"
        ours.mkdir()
        theirs.mkdir()
        with served(plain, str(theirs)) as first, served(warroom, str(ours)) as second:
            ways = [
                Way(
                    "textbook: FastAPI, pydantic, ORM; the log row alone",
                    first,
                    lambda body: first.request("/records", "application/json", body),
                    lambda body: first.request("/batches", "application/json", body),
                ),
                Way(
                    "warroom: chain, views, rollups, walls",
                    second,
                    lambda body: second.request(PATH, "application/cloudevents+json", body),
                    lambda body: second.request(PATH, "application/cloudevents-batch+json", body),
                ),
            ]
            for way in ways:
                way.batches(2)
                way.singles(200)
                way.rounds.clear()
            for _ in range(rounds):
                for way in ways:
                    way.batches(batches)
                    way.singles(singles)
    return ways


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both and print them side by side."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--batches", type=int, default=16, help="batches of 1,000 in a round")
    words.add_argument("--singles", type=int, default=2_000, help="single records in a round")
    said = words.parse_args(arguments)
    ways = measure(said.rounds, said.batches, said.singles)
    print(f"{said.rounds} rounds, medians; SQLite, synchronous=FULL; ratios to the textbook (goals: 4 and 8)")
    print(f"{'':58}{'records/s':>11}{'ratio':>7}{'CPU/record':>13}{'ratio':>7}")
    for what in ways[0].rounds:
        print(f"  {what}")
        base: Round | None = None
        for way in ways:
            rounds = way.rounds[what]
            got = Round(*(statistics.median(column) for column in zip(*rounds, strict=True)))
            base = base or got
            cells = f"{got.rate:>11,.0f}{got.rate / base.rate:>7.2f}{got.cpu:>10,.0f} µs{got.cpu / base.cpu:>7.2f}"
            print(f"    {way.name:54}{cells}")


if __name__ == "__main__":
    main()
