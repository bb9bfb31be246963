"""How long disowning takes: ``python -m bench.disown [--records N]``.

A source said 10^5 records among 10^5 of another, about the same 2,000 networks: half of its assets the other has seen
as well. It is disowned and taken back, each in one transaction from the append to the commit, and previewed before.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.board import Board
from app.clock import SystemClock
from app.review import suppose
from app.vocabulary import DESK_SOURCE, RecordType, Scope, Watch
from bench.growth import BATCH, Log

RECORDS = 100_000
NETWORKS = 2_000
AT = "2018-10-19T14:02:11Z"
BAD, GOOD = "//detectors.example/bad", "//detectors.example/good"
ACCOUNTS = 20
GOAL_S = 10


def said(source: str, n: int) -> dict[str, Any]:
    """The n-th event of a source: an asset, then who follows it. Every other asset is of both sources."""
    asset = n // 2
    id = f"asset-{asset}" if asset % 2 else f"{source.rpartition('/')[2]}-{asset}"
    made = {"specversion": "1.0", "source": source, "id": f"{n}", "time": AT, "subject": id}
    if n % 2:
        accounts = [f"account-{asset + each}" for each in range(ACCOUNTS)]
        return made | {"type": "warroom.audience.observed", "data": {"accounts": accounts, "part": True}}
    data = {"network": f"net-{asset % NETWORKS}", "platform": "facebook", "kind": "page", "name": f"Page {asset}"}
    return made | {"type": "warroom.asset.detected", "data": data}


def own(type: RecordType, id: str, data: dict[str, Any]) -> dict[str, Any]:
    """What the desk says."""
    made = {"specversion": "1.0", "source": DESK_SOURCE, "id": id, "time": "2018-10-20T09:00:00Z"}
    return made | {"type": f"warroom.{type}", "data": data}


def batches(log: Log, records: int) -> Iterator[list[Any]]:
    """What both sources say, by turns."""
    for start in range(0, records, BATCH):
        for source in (GOOD, BAD):
            yield [log.parser.parse_event(said(source, n)) for n in range(start, min(start + BATCH, records))]


def timed(work: Callable[[], object]) -> float:
    """The seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def disown(path: Path, records: int) -> None:
    """Grow a log, disown one of its sources and take that back."""
    log = Log(path)
    for batch in batches(log, records):
        log.write(batch)
    board = Board()
    log.read(board)
    before = board.measures(Scope(), now=SystemClock().now(), watch=Watch(0))["detections"]
    words = own(
        RecordType.DETECTOR_DISOWNED, "disowned", {"source": BAD, "since": "2018-10-01T00:00:00Z", "by": "lead"}
    )
    back = own(RecordType.RECORD_WITHDRAWN, "back", {"source": DESK_SOURCE, "id": "disowned", "why": "it was right"})
    disowning, withdrawal = (log.parser.parse_event(each) for each in (words, back))
    taken = timed(lambda: suppose(log.database, [disowning], now=SystemClock().now()))
    print(f"  {records:,} of {2 * records:,} records disowned: previewed in {taken:.1f} s, which holds nobody up")
    for what, record in (("done", disowning), ("taken back", withdrawal)):
        taken = log.write([record])
        followed = log.read(board)
        print(f"  {what} in {taken:.1f} s under the append lock, a board follows in {followed:.2f} s (goal: {GOAL_S})")
    if board.measures(Scope(), now=SystemClock().now(), watch=Watch(0))["detections"] != before:
        raise SystemExit("  the figures are not those of before")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--records", type=int, default=RECORDS, help="how many each of the two sources said")
    asked = words.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="warroom-bench-") as name:
        disown(Path(name) / "room.db", asked.records)


if __name__ == "__main__":
    main()
