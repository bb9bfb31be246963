"""The terms of a detection: what counts as acting together. They stand with every result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.vocabulary import SECOND

VERSION = 1
"""Of the way networks are found: one higher whenever the same posts under the same terms come to something else."""

CO_SHARE, NEAR_DUPLICATE = "co-share", "near-duplicate"


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts as acting together. ``window`` is in µs, ``similarity`` the share of words that two texts share.

    Three accounts make a network by default: two that coincide may be one person with two accounts, or chance. A pair
    of posts that makes an edge costs 200 bytes while communities are made of it, so the most take about 1 GB.
    """

    signals: tuple[str, ...] = (CO_SHARE,)
    window: int = 60 * SECOND
    min_weight: int = 2
    similarity: float = 0.8
    communities: str = "components"
    min_accounts: int = 3
    most_pairs: int = 5_000_000

    @property
    def window_s(self) -> float:
        """The window in seconds, a whole number where it is one."""
        seconds = self.window / SECOND
        return int(seconds) if seconds.is_integer() else seconds

    @property
    def decisive(self) -> dict[str, Any]:
        """The terms that decide who belongs together, as they stand in records."""
        said: dict[str, Any] = {
            "signals": list(self.signals),
            "window_s": self.window_s,
            "min_weight": self.min_weight,
            "communities": self.communities,
            "version": VERSION,
        }
        return said | ({"similarity": self.similarity} if NEAR_DUPLICATE in self.signals else {})

    @property
    def parameters(self) -> dict[str, Any]:
        """All terms that decide what is told."""
        return self.decisive | {"min_accounts": self.min_accounts}
