"""What a network shares with others: accounts that follow both, indicators, events, links, and what was reported.

Accounts are compared as sets on one surface at a time, by inclusion and exclusion: |A| + |B| − |A ∪ B|. Exact sets give
an exact number, sketches one with a standard error; what lies within that cannot be told from none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, select

from app import tables as t
from app.audiences import Audience, in_both, united_hashes, united_sketch
from app.board import Board
from app.drilldown.listings._listing import members
from app.hedged import Hedged, rounded
from app.measures._fold import Member
from app.measures.reach import SIGMAS
from app.networks import Network, Overlap
from app.rows import find
from app.vocabulary import UNASSIGNED, Surface, surface_order

COMPARED = 200
"""Networks whose audiences are compared with those of one: each is a union of its own."""

TOO_COMMON = 20
"""Networks in which an indicator may be seen before it says nothing of any two of them."""


@dataclass(frozen=True, slots=True)
class SharedAudience:
    """Accounts in both audiences on a surface: the estimate and its standard error, both in accounts.

    ``figure`` is what may be said: at least none, where the estimate does not stand clear of its error; a floor where
    the sets at hand are not all there is.
    """

    surface: Surface
    estimate: float
    error: float
    figure: Hedged

    @property
    def is_noise(self) -> bool:
        """Whether it cannot be told from none."""
        return bool(self.error) and not self.figure.least


@dataclass(slots=True)
class Shared:
    """What a network shares with ``other``, a network's id. ``reported`` are the overlaps that somebody reported.

    ``events`` and ``links`` count events that assets of both host, and links between assets of the two.
    """

    other: str
    audiences: list[SharedAudience] = field(default_factory=list)
    indicators: list[tuple[str, str]] = field(default_factory=list)
    assets: set[str] = field(default_factory=set)
    events: int = 0
    links: int = 0
    reported: list[Overlap] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is shared as far as it is known."""
        sure = any(shared.figure.least for shared in self.audiences)
        return not (sure or self.indicators or self.assets or self.events or self.links or self.reported)

    @property
    def weight(self) -> tuple[int, int, str]:
        """By what the strongest stands first: what was found in both, then how many accounts follow both."""
        found = len(self.indicators) + len(self.assets) + self.events + self.links + len(self.reported)
        return -found, -max((shared.figure.least for shared in self.audiences), default=0), self.other


def overlaps_of(connection: Connection, board: Board, network: Network) -> tuple[list[Shared], int]:
    """What a network shares with each other one, the most first; and with how many its audiences were compared.

    Those with which nothing is shared are left out, but for those whose audiences were within the error.
    """
    found: dict[str, Shared] = {}

    def of(home: str) -> Shared | None:
        other = board.find(home) if home != UNASSIGNED else None
        if other is None or other.id == network.id:
            return None
        return found.setdefault(other.id, Shared(other.id))

    _find_in_both(connection, network, of)
    for other, overlap in _reported(board, network):
        if board.find(other) is not network:
            # Also one of which nothing but this is known.
            told = of(other) or found.setdefault(other, Shared(other))
            told.reported.append(overlap)
            told.assets.update(overlap.shared)
    others = sorted(
        (each for each in board.networks.values() if each.id != network.id),
        key=lambda each: (each.id not in found, not each.is_open, -each.stage_since, each.id),
    )[:COMPARED]
    mine = board.members_of(network)
    for each in others:
        audiences = list(shared_audiences(mine, board.members_of(each)))
        if audiences:
            found.setdefault(each.id, Shared(each.id)).audiences = audiences
    kept = [shared for shared in found.values() if not shared.is_empty or any(a.is_noise for a in shared.audiences)]
    return sorted(kept, key=lambda shared: shared.weight), len(others)


def _find_in_both(connection: Connection, network: Network, of: Callable[[str], Shared | None]) -> None:
    for kind, value, home in _indicators(connection, network.members):
        if (shared := of(home)) is not None:
            shared.indicators.append((kind, value))
    for home, n in _events(connection, network.members).items():
        if (shared := of(home)) is not None:
            shared.events += n
    for home, n in _links(connection, network.members).items():
        if (shared := of(home)) is not None:
            shared.links += n


# --- accounts ---------------------------------------------------------------------------------------------------------


def shared_audiences(
    mine: Sequence[Member], others: Sequence[Member], surfaces: Iterable[Surface] = ()
) -> Iterator[SharedAudience]:
    """Those in both, on every surface, or on the given ones, on which sets of accounts are known of both."""
    for surface in surfaces or surfaces_of(mine):
        one, other = set_of(mine, surface), set_of(others, surface)
        if one is None or other is None:
            continue
        n, error = in_both(one, other)
        whole = _is_whole(mine, surface) and _is_whole(others, surface)
        yield SharedAudience(surface, n, error, _figure(n, error, whole=whole))


def surfaces_of(members: Iterable[Member]) -> list[Surface]:
    """Every surface on which anything is known of the audiences of networks, in their fixed order."""
    return sorted({surface for member in members for surface in member.audiences}, key=surface_order)


def set_of(members: Sequence[Member], surface: Surface) -> Audience | None:
    """The accounts that are known of networks, without those who are only a number; None where no set is."""
    held = [member.audiences[surface].audience for member in members if surface in member.audiences]
    sets = [audience for audience in held if audience.sketch is not None]
    if not sets:
        return None
    hashes = [audience.hashes for audience in sets if audience.hashes is not None]
    exact = united_hashes(hashes) if len(hashes) == len(sets) else None
    return Audience(exact, united_sketch([audience.sketch or b"" for audience in sets]))


def _is_whole(members: Sequence[Member], surface: Surface) -> bool:
    """Whether the sets at hand are those of all assets that a network is known or said to have there."""
    for member in members:
        said, held = member.stated.assets.get(surface), member.audiences.get(surface)
        if held is not None and (held.counts or held.observed < held.assets):
            return False
        if said is not None and (said.most is None or said.most > (held.assets if held else 0)):
            return False
    return True


def _figure(n: float, error: float, *, whole: bool) -> Hedged:
    floor = n - SIGMAS * error
    if not error and whole:
        return Hedged.exactly(round(n))
    if floor <= 0:
        return Hedged.at_least(0)
    if not whole:
        return Hedged.at_least(int(floor))
    return Hedged.about(rounded(n, error))


# --- what was found in both -------------------------------------------------------------------------------------------


def _indicators(connection: Connection, homes: Sequence[str]) -> list[tuple[str, str, str]]:
    """Indicators that were seen in these networks and in others: kind, value, the other network."""
    values = {(seen.kind, seen.value) for seen in _own_sightings(connection, homes)}
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    rows = find(connection, t.sightings.c.value, {value for _kind, value in values})
    there = [Sighting(row.kind, row.value, row.by, row.entity) for row in rows if (row.kind, row.value) in values]
    for seen, home in zip(there, _home_of(connection, there), strict=True):
        places[seen.kind, seen.value].add(home)
    mine = {*homes, UNASSIGNED}
    return sorted(
        (kind, value, home)
        for (kind, value), seen_in in places.items()
        if len(seen_in) <= TOO_COMMON
        for home in seen_in - mine
    )


class Sighting(NamedTuple):
    """A row of ``sightings``."""

    kind: str
    value: str
    by: str
    entity: str


def _own_sightings(connection: Connection, homes: Sequence[str]) -> list[Sighting]:
    s, own = t.sightings.c, members(homes)
    posts = select(t.posts.c.id).where(t.posts.c.asset.in_(own))
    named = select(t.indicators.c.id).where(t.indicators.c.network.in_(homes) | t.indicators.c.asset.in_(own))
    rows: list[Sighting] = []
    for by, ids in (("asset", own), ("post", posts), ("indicator", named)):
        found = connection.execute(select(t.sightings).where(s.by == by, s.entity.in_(ids)))
        rows += [Sighting(row.kind, row.value, row.by, row.entity) for row in found]
    return rows


def _home_of(connection: Connection, rows: Sequence[Sighting]) -> list[str]:
    """The network of each sighting, through the asset that it was made in."""
    ids: dict[str, set[str]] = defaultdict(set)
    for seen in rows:
        ids[seen.by].add(seen.entity)
    posts = {row.id: row.asset for row in find(connection, t.posts.c.id, ids["post"], t.posts.c.id, t.posts.c.asset)}
    i = t.indicators.c
    named = {row.id: row for row in find(connection, i.id, ids["indicator"], i.id, i.network, i.asset)}
    assets = {*ids["asset"], *posts.values(), *(row.asset for row in named.values())}
    a = t.assets.c
    home = {row.id: row.home for row in find(connection, a.id, assets, a.id, a.home)}
    found = []
    for seen in rows:
        if seen.by == "indicator" and seen.entity in named:
            row = named[seen.entity]
            found.append(row.network or home.get(row.asset, UNASSIGNED))
        else:
            asset = posts.get(seen.entity, "") if seen.by == "post" else seen.entity
            found.append(home.get(asset, UNASSIGNED))
    return found


def _events(connection: Connection, homes: Sequence[str]) -> dict[str, int]:
    """Events that assets of these networks host together with others', by the other's network."""
    e, a = t.event_assets.c, t.assets.c
    own = select(e.event).where(e.asset.in_(members(homes)))
    query = (
        select(e.event, a.home)
        .join(t.assets, a.id == e.asset)
        .where(e.event.in_(own), a.status != "unknown", a.home.not_in(homes))
        .distinct()
    )
    found: dict[str, int] = defaultdict(int)
    for _event, home in connection.execute(query):
        found[home] += 1
    return found


def _links(connection: Connection, homes: Sequence[str]) -> dict[str, int]:
    """Links from assets of these networks to others', by the other's network."""
    own, a = members(homes), t.assets.c
    found: dict[str, int] = defaultdict(int)
    for here, there in ((t.links.c.a, t.links.c.b), (t.links.c.b, t.links.c.a)):
        query = select(a.home).join(t.links, there == a.id)
        for row in connection.execute(query.where(here.in_(own), a.status != "unknown", a.home.not_in(homes))):
            found[row.home] += 1
    return found


def _reported(board: Board, network: Network) -> Iterator[tuple[str, Overlap]]:
    """Overlaps that were reported, of whichever of the two networks."""
    for overlap in network.overlaps:
        yield overlap.other, overlap
    for other in board.networks.values():
        if other.id != network.id:
            for overlap in other.overlaps:
                if overlap.other in network.members:
                    yield other.id, overlap
