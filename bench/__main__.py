"""All measurements, one after the other: ``make bench``, or ``python -m bench``. Takes ten minutes or more.

What carries over from one machine to another are the ratios. Each part can be run by itself, and longer: see
``python -m bench.ingest --help`` and the same for ``fanout``, ``stream``, ``growth``, ``disown``, ``history``,
``life``, ``detection``, ``exports`` and ``desk`` (which asks a million assets of itself, and the tenth part here).
"""

from __future__ import annotations

from bench import desk, detection, disown, exports, fanout, growth, history, ingest, life, stream

PARTS = (
    ("Ingest: the whole product against a textbook endpoint", ingest.main, ()),
    ("Walls: one frame a second to many screens", fanout.main, ("--screens", "1000", "--seconds", "4")),
    ("A stream: memory while it comes in", stream.main, ()),
    ("Growth: what an update costs in a log that has grown", growth.main, ()),
    ("Detection at home: against coordination-network-toolkit", detection.main, ()),
    ("Exports: the October 2018 briefing in every format", exports.main, ()),
    ("Life: eight hours of a wall", life.main, ()),
    ("Disowning: 10^5 records of one source among 10^5 others", disown.main, ()),
    ("The desk: a million assets to browse and search", desk.main, ("--assets", "100000")),
    ("History: how long the past takes to open", history.main, ()),
)


def main() -> None:
    """Measure everything."""
    for title, measure, arguments in PARTS:
        print(f"\n{title}", flush=True)
        measure(arguments)


if __name__ == "__main__":
    main()
