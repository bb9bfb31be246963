"""Synthetic audiences as Apache DataSketches HLL images, which is how followers of the demo reach the war room.

Accounts are numbers on a line, one line for each platform. A sketch is made once for each block of the line and united
for every asset that has the block in its audience: each of the 4.4 million accounts of the story is hashed about once.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from datasketches import hll_sketch, hll_union, tgt_hll_type

LG_K = 14
"""16,384 registers: a standard error of 0.8 %."""

BLOCK = 5_000
"""Accounts in one shared sketch. Uniting one costs as much as hashing some 500 accounts."""


class Accounts:
    """All accounts of one platform, numbered from 0. ``prefix`` keeps their ids apart from those of other platforms."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._blocks: dict[int, hll_sketch] = {}

    def ids(self, numbers: Iterable[int]) -> Iterator[str]:
        """The opaque ids of accounts, as a detector would give them."""
        return (f"{self.prefix}{n}" for n in numbers)

    def image(self, ranges: Iterable[range]) -> dict[str, str]:
        """The sketch of the accounts in ``ranges``, as the field ``sketch`` of ``audience.observed``."""
        union = hll_union(LG_K)
        edges = hll_sketch(LG_K, tgt_hll_type.HLL_8)
        for numbers in ranges:
            inner = range(-(-numbers.start // BLOCK), numbers.stop // BLOCK)
            if not inner:
                self._hash(edges, numbers)
                continue
            self._hash(edges, range(numbers.start, inner.start * BLOCK))
            self._hash(edges, range(inner.stop * BLOCK, numbers.stop))
            for block in inner:
                union.update(self._block(block))
        union.update(edges)
        # HLL_4 takes half the bytes of HLL_8 on the wire and in the log, and says the same.
        raw = union.get_result(tgt_hll_type.HLL_4).serialize_compact()
        return {"family": "hll", "data": base64.b64encode(raw).decode("ascii")}

    def _block(self, block: int) -> hll_sketch:
        if block not in self._blocks:
            sketch = hll_sketch(LG_K, tgt_hll_type.HLL_8)
            self._hash(sketch, range(block * BLOCK, (block + 1) * BLOCK))
            self._blocks[block] = sketch
        return self._blocks[block]

    def _hash(self, sketch: hll_sketch, numbers: range) -> None:
        update = sketch.update
        for account in self.ids(numbers):
            update(account)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The accounts that a network reaches on one surface: disjoint ranges of one platform's accounts."""

    accounts: Accounts
    ranges: tuple[range, ...]

    @property
    def size(self) -> int:
        """Number of accounts, each once."""
        return sum(len(numbers) for numbers in self.ranges)

    def stretch(self, start: int, length: int) -> list[range]:
        """``length`` neighbours of the crowd from its ``start``-th on, as ranges of account numbers."""
        found: list[range] = []
        for numbers in self.ranges:
            part = numbers[max(0, start) : max(0, start + length)]
            if part:
                found.append(part)
            start -= len(numbers)
        return found

    def shares(self, n: int, rng: Random) -> list[list[range]]:
        """Audiences of ``n`` assets that overlap and together are the whole crowd, the largest first.

        Sizes fall as 1/rank. Each audience has a part that only it has and a part that others have too, so that the
        audiences sum to about 1.7 times the crowd.
        """
        weights = [1 / (rank + 1) for rank in range(n)]
        ends = [round(self.size * sum(weights[: rank + 1]) / sum(weights)) for rank in range(n)]
        shares: list[list[range]] = []
        for start, end in zip([0, *ends], ends, strict=False):
            common = min(self.size, round((end - start) * rng.uniform(0.4, 1.0)))
            shares.append(
                self.stretch(start, end - start) + self.stretch(rng.randrange(self.size - common + 1), common)
            )
        return shares
