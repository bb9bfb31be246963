"""The union of audiences, and what may be said of it beside mere numbers (DOMAIN section 5), from the sets alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from datasketches import hll_sketch, hll_union, tgt_hll_type

from app.hedged import Hedged, Qualifier, rounded
from app.records import clean_image
from tests.recount import Asset
from tests.recount_hedges import added, is_about, least, most, off_by


@dataclass(frozen=True)
class Sets:
    """The union of audiences that are known as sets. ``error`` is absolute; 0 where all accounts are known."""

    n: float
    error: float
    relative: float | None

    @property
    def figure(self) -> Hedged:
        """As it may be said."""
        if self.relative is None:
            return Hedged.exactly(int(self.n))
        return Hedged.about(rounded(self.n, self.error)) if self.n else Hedged.exactly(0)


def sets_of(assets: Sequence[Asset]) -> Sets | None:
    """The union of what is known as sets; None where nothing is."""
    audiences = [asset.audience for asset in assets if asset.audience is not None and asset.audience.images]
    if not audiences:
        return None
    if not any(audience.sketched for audience in audiences):
        return Sets(len(frozenset().union(*(audience.hashes for audience in audiences))), 0, None)
    images = sorted({image for audience in audiences for image in audience.images})
    if len(images) > 1:
        union = hll_union(14)
        for image in images:
            union.update(hll_sketch.deserialize(image))
        # Cleaned, because what the library estimates depends on the order in which it saw the accounts.
        images = [clean_image(union.get_result(tgt_hll_type.HLL_8).serialize_compact())]
    sketch = hll_sketch.deserialize(images[0])
    relative = 1.04 / math.sqrt(2**sketch.lg_config_k)
    return Sets(sketch.get_estimate(), relative * sketch.get_estimate(), relative)


def mode_of(sets: Sets | None, *, bounded: bool) -> str:
    if bounded or sets is None:
        return "bounded"
    return "exact" if sets.relative is None else "estimated"


def counts_of(assets: Sequence[Asset]) -> list[Hedged]:
    """The audiences, or parts of them, of which only the number is known."""
    return [asset.audience.count for asset in assets if asset.audience is not None and asset.audience.count is not None]


def reach_figure(
    sets: Sets | None,
    counts: Sequence[Hedged],
    beyond: Sequence[Hedged] = (),
    floors: Sequence[Hedged] = (),
    *,
    unseen: bool,
) -> Hedged | None:
    """max(U, max c) to U + sum c, by what each allows; without an upper end where somebody's audience is not known."""
    terms = [*([sets.figure] if sets else []), *counts, *beyond]
    if not terms:
        return None
    if len(terms) == 1:
        # One set, or one number by itself: what was said of it can be said as it is.
        return opened(terms[0]) if unseen else terms[0]
    low = max(least(figure) for figure in [*terms, *floors])
    high = most(added(terms))
    about = any(is_about(figure) for figure in terms)
    if high is None or unseen:
        return Hedged(low, None, Qualifier.AT_LEAST, None, about)
    if low >= high and not about:
        return Hedged.exactly(low)
    return Hedged(low, max(low, high), Qualifier.BETWEEN, None, about)


def opened(figure: Hedged) -> Hedged:
    """A figure as the least of something larger."""
    qualifier = Qualifier.MORE_THAN if figure.qualifier is Qualifier.MORE_THAN else Qualifier.AT_LEAST
    return Hedged(figure.low or 0, None, qualifier, None, is_about(figure), margin=off_by(figure))
