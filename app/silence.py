"""Sources that have been silent for longer than is normal for them. What they feed is held, and the header says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.board import Source
from app.vocabulary import SECOND, RecordType


@dataclass(frozen=True, slots=True)
class Silence:
    """A source past its limit: ``since`` is when it was last heard (µs), or when the watch began if it never was."""

    source: str
    since: int
    types: frozenset[str]

    @property
    def name(self) -> str:
        """What people call it."""
        return called(self.source)

    def feeds(self, *types: RecordType) -> bool:
        """Whether it sends records of any of these types. Of one that was never heard nobody knows."""
        return any(str(type) in self.types for type in types)


def silences(
    sources: Mapping[str, Source], limits_s: Mapping[str, int], *, now: int, watch_began: int
) -> list[Silence]:
    """The sources past their limits, the longest silent first. A source without a limit may be silent for ever."""
    found = []
    for name, limit_s in limits_s.items():
        source = sources.get(name)
        since = watch_began if source is None else source.recorded_at
        if now - since > limit_s * SECOND:
            types = frozenset[str]() if source is None else source.types
            found.append(Silence(name, since, types))
    return sorted(found, key=lambda silence: (silence.since, silence.source))


def called(source: str) -> str:
    """The last part of a source's address, as words: "Reach counter"."""
    last = source.rstrip("/").rpartition("/")[2] or source
    words = last.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
