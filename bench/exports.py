"""Exports of the October 2018 briefing, format by format: ``python -m bench.exports [--times N]``.

Each format is made once so that libraries and fonts are loaded, then so many times over, a new snapshot each time so
that nothing can be remembered. Printed: the median and the longest (ms), the goal for the longest, how many times the
plain writing of the same content as JSON each takes (a ratio that carries over to other machines), and the size.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence

from app.demo.briefing import october_briefing
from app.exports import Export, Frozen, Options, all_exports, canonical, made

GOALS_MS = {"pdf": 1_000}
"""PDF under a second, all others under half of one (the project's goals)."""

OTHERS_MS = 500


def another(frozen: Frozen, n: int) -> Frozen:
    """The same snapshot under another id."""
    return Frozen.read(canonical(frozen.content | {"id": f"{n:016x}"}))


def give_out(frozen: Frozen, export: Export) -> int:
    """Make all the files of a format; their bytes together."""
    parts = export.parts(frozen) or ("",)
    return sum(len(made(frozen, export.name, Options(part=part))) for part in parts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--times", type=int, default=10, help="how often each format is made")
    said = words.parse_args(arguments)
    frozen = october_briefing()
    began = time.perf_counter()
    for _ in range(said.times):
        json.dumps(frozen.content)
    plain = (time.perf_counter() - began) / said.times
    print(f"  {len(frozen.body):,} bytes of content; written as plain JSON in {plain * 1e3:.1f} ms")
    print(f"    {'ms':<12}{'half':>8}{'longest':>9}{'goal':>8}{'x plain':>9}{'bytes':>12}")
    for name, export in all_exports().items():
        give_out(frozen, export)
        took, size = [], 0
        for n in range(said.times):
            new = another(frozen, n + 1)
            began = time.perf_counter()
            size = give_out(new, export)
            took.append(time.perf_counter() - began)
        half, longest, goal = 1e3 * statistics.median(took), 1e3 * max(took), GOALS_MS.get(name, OTHERS_MS)
        verdict = "" if longest <= goal else "  MISSED"
        ratio = half / 1e3 / plain
        print(f"    {name:<12}{half:>8.0f}{longest:>9.0f}{goal:>8}{ratio:>9.1f}{size:>12,}{verdict}", flush=True)


if __name__ == "__main__":
    main()
