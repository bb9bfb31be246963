"""What a measure is asked of: the networks of a scope, each with its rollup, united audiences and statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from app.audiences import NO_COUNTS, Audience, Counts
from app.entities import NetworkState
from app.hedged import Hedged, Money
from app.records import hedged_of, money_of
from app.vocabulary import Stage, Surface, Watch

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """What a question brings along: the room's time (µs) and the watch."""

    now: int
    watch: Watch


@dataclass(frozen=True, slots=True)
class Stated:
    """The figures of a network's statements that hold: for each the latest word of anybody who said it."""

    assets: Mapping[Surface, Hedged] = field(default_factory=dict)
    reach: Mapping[Surface, Hedged] = field(default_factory=dict)
    spend: Money | None = None
    ads: Hedged | None = None
    events: Hedged | None = None
    interested: Hedged | None = None

    @classmethod
    def of(cls, network: NetworkState) -> Stated:
        """Later statements win field by field; each has replaced what the same ``by`` said before."""
        words: dict[str, Any] = {}
        assets: dict[Surface, Hedged] = {}
        reach: dict[Surface, Hedged] = {}
        for statement in sorted(network.statements.values(), key=lambda held: tuple(held[:3])):
            data = statement[4]
            assets.update((Surface.parse(name), hedged_of(n)) for name, n in data.get("assets", {}).items())
            reach.update((Surface.parse(name), hedged_of(n)) for name, n in data.get("reach", {}).items())
            if "spend" in data:
                words["spend"] = money_of(data["spend"])
            words.update((name, hedged_of(data[name])) for name in ("ads", "events", "interested") if name in data)
        return cls(assets, reach, **words)


NOTHING_STATED = Stated()


class SurfaceAudience(NamedTuple):
    """The united audience of one network on one surface: ``observed`` of ``assets`` have an audience at all.

    ``audience`` are those that are known as sets, ``counts`` those of which the number alone is known.
    """

    audience: Audience
    assets: int
    observed: int
    counts: Counts = NO_COUNTS

    @property
    def is_known(self) -> bool:
        """Whether anything was said about any of them."""
        return self.audience.is_known or bool(self.counts)


class Row(NamedTuple):
    """One number of a rollup: ``where`` is its surface or platform."""

    where: str
    rest: str
    n: int


class Member:
    """One network as it counts. Made anew whenever anything of it changes, so what is computed of it may be kept."""

    def __init__(
        self,
        id: str,
        bag: Mapping[str, int],
        audiences: Mapping[Surface, SurfaceAudience],
        stated: Stated = NOTHING_STATED,
    ) -> None:
        self.id = id
        self.audiences = audiences
        self.stated = stated
        self._rows: dict[str, list[Row]] = {}
        self._kept: dict[Any, Any] = {}
        for key, n in bag.items():
            kind, where, rest = key.split("|", 2)
            self._rows.setdefault(kind, []).append(Row(where, rest, n))

    @property
    def is_empty(self) -> bool:
        """Whether nothing counts in it."""
        return not self._rows and not self.audiences

    def rows(self, kind: str) -> list[Row]:
        """The numbers of one kind."""
        return self._rows.get(kind, [])

    def once(self, what: Any, compute: Callable[[], T]) -> T:
        """What ``compute`` gives, computed once."""
        if what not in self._kept:
            self._kept[what] = compute()
        kept: T = self._kept[what]
        return kept

    @property
    def platforms(self) -> frozenset[str]:
        """Every platform it has assets on, listed or stated."""
        return self.once("platforms", self._platforms)

    def _platforms(self) -> frozenset[str]:
        listed = (row.where.partition(":")[0] for row in self.rows("asset"))
        stated = (surface.platform for surface in (*self.stated.assets, *self.stated.reach))
        return frozenset([*listed, *stated])

    def says_for(self, platforms: Collection[str]) -> bool:
        """Whether what was stated for the whole network may be said of these platforms: it cannot be split."""
        return not platforms or self.platforms <= set(platforms)


class Standing(Protocol):
    """A network as it stands on the stage board."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def members(self) -> tuple[str, ...]: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def stage_since(self) -> int: ...


class SharedEvent(NamedTuple):
    """A hosted event that counts in several places, which are pairs of home and platform."""

    places: frozenset[tuple[str, str]]
    took_place: str
    interested: Hedged


@dataclass(frozen=True, slots=True)
class Fold:
    """The networks of a scope. ``members`` are they and what was merged into them; ``stages`` by member."""

    networks: tuple[Standing, ...]
    members: tuple[Member, ...]
    stages: Mapping[str, tuple[Stage, int]]
    shared_events: tuple[SharedEvent, ...] = ()
    platforms: tuple[str, ...] = ()

    def takes(self, where: str) -> bool:
        """Whether a surface or platform is in the scope."""
        return not self.platforms or where.partition(":")[0] in self.platforms

    def rows(self, kind: str) -> Iterator[Row]:
        """The numbers of one kind, of all members, in the scope's platforms."""
        for member in self.members:
            for row in member.rows(kind):
                if self.takes(row.where):
                    yield row
