"""One takedown: the steps of a network up to its removal that still stood then, and what came after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.networks import Network, Statement, Step
from app.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Takedown:
    """The last takedown of a network. Instants in µs, None where no record says when, or where it has not been.

    ``reopened`` is when the network asked for work again after a removal, ``in_part`` when assets of it were last
    removed although it is neither removed nor ordered to be.
    """

    network: Network
    detected: int | None
    confirmed: int | None = None
    ordered: int | None = None
    removed: int | None = None
    reopened: int | None = None
    in_part: int | None = None

    @property
    def is_pending(self) -> bool:
        """Whether its removal is ordered and has not come about."""
        return self.removed is None and self.ordered is not None

    @property
    def newest(self) -> int:
        """When it came to stand as it does."""
        known = (self.ordered, self.removed, self.reopened, self.in_part)
        return max(at for at in known if at is not None)

    @property
    def stated(self) -> Statement | None:
        """The first word on its assets since it was removed. Who speaks again replaces what they said before."""
        removed = self.removed
        return None if removed is None else min(self._words(removed), key=lambda said: said.at, default=None)

    @property
    def was_stated_before(self) -> bool:
        """Whether whoever gave the number of its assets did so before it was removed, and nobody has since."""
        return self.stated is None and bool(self._words(0))

    def _words(self, since: int) -> list[Statement]:
        return [said for said in self.network.statements if said.data.get("assets") and said.at >= since]


def takedown_of(network: Network, now: int) -> Takedown | None:
    """What has been decided to remove of a network, and was; None where nothing of it was."""
    steps = [step for step in network.stages if step.at <= now]
    # Whoever tells of a removal first of all tells of what others found: nobody here knows when.
    detected = None if network.stages[0].stage is Stage.REMOVED else network.first_seen_at
    ends = [place for place, step in enumerate(steps) if step.stage is Stage.REMOVED]
    reopened = _reopened(steps, ends)
    if steps and steps[-1].stage is Stage.REMOVAL_ORDERED:
        confirmed, ordered = _decided(steps[ends[-1] + 1 if ends else 0 :])
        return Takedown(network, detected, confirmed, ordered, reopened=reopened)
    if ends:
        confirmed, ordered = _decided(steps[ends[-2] + 1 if len(ends) > 1 else 0 : ends[-1]])
        return Takedown(network, detected, confirmed, ordered, steps[ends[-1]].at, reopened)
    bins = [at for bins in network.removed_bins.values() for at, n in bins.items() if n and at <= now]
    return Takedown(network, detected, _decided(steps)[0], in_part=max(bins)) if bins else None


def _decided(steps: Sequence[Step]) -> tuple[int | None, int | None]:
    """When it was confirmed and ordered for the last time: what went back to an earlier stage was decided anew."""
    confirmed = ordered = None
    for step in steps:
        if step.stage is Stage.REMOVAL_ORDERED:
            ordered = step.at
        else:
            confirmed, ordered = step.at if step.stage is Stage.CONFIRMED else None, None
    return confirmed, ordered


def _reopened(steps: Sequence[Step], ends: Sequence[int]) -> int | None:
    later = [steps[end + 1] for end in ends if end + 1 < len(steps)]
    return next((step.at for step in reversed(later) if step.stage.is_open), None)
