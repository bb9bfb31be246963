"""Which posts about one thing stand within a window of each other: sorted columns, no loop over pairs.

A window of w reaches from w before to w after a post, both ends in it. What can become too many is counted before
anything is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.detection._cells import Codes
from app.errors import BadRequest
from app.vocabulary import DAY, SECOND

LONGEST = DAY
"""The longest window, in µs: with it a clock of 10^8 posts still fits into 64 bits."""

PAIRS_AT_ONCE = 2_000_000
"""Pairs that are made at a time: about 100 MB while they are looked at."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Rows in the order of thing and time. Those at the places ``low[i]`` up to ``high[i]`` are near that at ``i``."""

    order: Codes
    low: Codes
    high: Codes

    @property
    def pairs(self) -> int:
        """How many pairs of rows are near each other, those of one account among them."""
        return int((self.high - np.arange(1, len(self.high) + 1)).sum())

    def near(self, places: Codes) -> Iterator[tuple[Codes, Codes]]:
        """For each of the ``places`` all that are near it, itself among them, as two columns; a block at a time.

        All pairs of one place are in the same block.
        """
        ends = np.cumsum(self.high[places] - self.low[places])
        begin = 0
        while begin < len(places):
            before = ends[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, before + PAIRS_AT_ONCE, "right")))
            here = places[begin:end]
            counts = self.high[here] - self.low[here]
            starts = np.cumsum(counts) - counts
            yield np.repeat(here, counts), np.arange(counts.sum()) + np.repeat(self.low[here] - starts, counts)
            begin = end


def windows(thing: Codes, at: Codes, window: int) -> Windows:
    """The windows of rows about ``thing`` at the instants ``at``; ``window`` in µs, at most ``LONGEST``."""
    order = _sorted(thing, at)
    thing, at = thing[order], at[order]
    # One clock for all things: it stops for longer than a window between two of them, and runs no further than that
    # between two rows that are not near each other, so that it neither mixes things up nor overflows.
    gaps = np.diff(at, prepend=at[:1])
    gaps[1:][thing[1:] != thing[:-1]] = window + 1
    clock = np.cumsum(np.minimum(gaps, window + 1))
    return Windows(order, np.searchsorted(clock, clock - window), np.searchsorted(clock, clock + window, "right"))


def refuse_crowds(pairs: int, most: int, window: int) -> None:
    """Refuse to go on where there are more pairs than ``most``. Raises BadRequest."""
    if pairs > most:
        raise BadRequest(
            "most-pairs",
            f"{pairs:,} pairs of posts stand within {window / SECOND:g} s of each other, and at most {most:,} are "
            "compared: shorten --window, leave out what everybody shared, or raise --most-pairs where there is memory",
        )


def _sorted(thing: Codes, at: Codes) -> Codes:
    if not len(at):
        return np.empty(0, np.int64)
    first, span = at.min(), int(at.max() - at.min()) + 1
    if span * (int(thing.max()) + 1) < 2**62:
        # One key sorts in half the time of two.
        return np.argsort(thing * span + (at - first))
    return np.lexsort((at, thing))
