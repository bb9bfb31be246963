"""The graph of one network: its assets and the links between them, and beside it what single nodes lead to elsewhere.

What is narrowed down by signal and weight are the links: the nodes stay, and stay where they are. A large network shows
the assets that are linked with most others, and says how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, case, func, select

from app import tables as t
from app.audiences import Audience
from app.graph import Graph
from app.hedged import Hedged
from app.log import chunks
from app.measures.reach import followers
from app.networks import Network
from app.records import hedged_of
from app.rows import find
from app.vocabulary import Surface

MOST_NODES = 2_000
"""Assets of a network that are drawn. More of them is a stain, and what a browser draws in half a second ends there."""

MOST_NEIGHBOURS = 100
"""What one node may add to the picture, its strongest links first."""

MOST_EXPANDED = 20
"""Nodes from which one picture can go on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a graph is wanted: links of these ``signals`` (none: of all) from this weight on, whose neighbours."""

    signals: frozenset[str] = frozenset()
    least: float | None = None
    expanded: tuple[str, ...] = ()

    def takes(self, edge: Edge) -> bool:
        """Whether a link is wanted."""
        return (not self.signals or edge.signal in self.signals) and (self.least is None or edge.weight >= self.least)


class Edge(NamedTuple):
    """A link between two assets, as one detector's signal gives it."""

    a: str
    b: str
    signal: str
    weight: float


@dataclass(frozen=True, slots=True)
class Node:
    """An asset in the picture. ``shared`` with another network; ``outside``: it counts in no member of this one."""

    id: str
    name: str
    surface: Surface
    home: str
    followers: Hedged | None
    links: int
    shared: bool
    outside: bool


@dataclass(frozen=True, slots=True)
class NetworkGraph:
    """What is shown of a network's graph. ``nodes``: its own by their links, then others; ``edges`` as asked.

    ``core`` is the graph whose picture is kept: the network's own, whatever was asked; ``whole`` has the neighbours,
    too. ``assets`` and ``links`` are all that the network has, ``signals`` its links by signal, ``weights`` their least
    and greatest weight. ``more`` neighbours are left out.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    core: Graph
    whole: Graph
    assets: int
    links: int
    signals: Mapping[str, int] = field(default_factory=dict)
    weights: tuple[float, float] | None = None
    more: int = 0

    @property
    def own(self) -> int:
        """How many of the nodes are the network's."""
        return len(self.core.nodes)


def network_graph(
    connection: Connection, network: Network, shared: Collection[str] = (), asked: Asked | None = None
) -> NetworkGraph:
    """The graph of a network with all that was merged into it. ``shared`` are ids that another network has as well."""
    asked = asked or Asked()
    assets = _assets_of(connection, network.members)
    known = _within(connection, network.members, assets)
    own = _most_linked(assets, known)
    shown = set(own)
    inner = sorted((edge for edge in known if edge.a in shown and edge.b in shown), key=_ENDS)
    found, more = _neighbours(connection, own, asked)
    beyond = _between(connection, {*shown, *found}, {*shown, *found}) if found else inner
    edges = [edge for edge in beyond if asked.takes(edge)]
    degrees = Counter(id for edge in edges for id in (edge.a, edge.b))
    sizes = _sizes(connection, {*shown, *found})
    members = frozenset(network.members)
    nodes = [
        Node(
            id=id,
            name=asset.name,
            surface=Surface.parse(asset.surface),
            home=asset.home,
            followers=sizes.get(id),
            links=degrees[id],
            shared=id in shared,
            outside=asset.home not in members,
        )
        for id, asset in (own | found).items()
    ]
    return NetworkGraph(
        nodes=tuple(sorted(nodes, key=lambda node: (node.outside, -node.links, node.id))),
        edges=tuple(edges),
        core=Graph.of(shown, ((edge.a, edge.b) for edge in inner)),
        whole=Graph.of({*shown, *found}, ((edge.a, edge.b) for edge in beyond)),
        assets=len(assets),
        links=len(known),
        signals=dict(sorted(Counter(edge.signal for edge in known).items())),
        weights=(min(edge.weight for edge in known), max(edge.weight for edge in known)) if known else None,
        more=more,
    )


def shared_of(network: Network, others: Iterable[Network]) -> frozenset[str]:
    """The ids that an overlap names, whichever of the two networks it was said of."""
    members = frozenset(network.members)
    told = [overlap for other in others for overlap in other.overlaps if overlap.other in members]
    return frozenset(id for overlap in (*network.overlaps, *told) for id in overlap.shared)


class _Asset(NamedTuple):
    home: str
    surface: str
    name: str


def _assets_of(connection: Connection, homes: Sequence[str]) -> dict[str, _Asset]:
    """Assets that were detected and count in these networks, by id."""
    a = t.assets.c
    found: dict[str, _Asset] = {}
    for chunk in chunks(homes):
        query = select(a.id, a.home, a.surface, a.name).where(a.home.in_(chunk), a.status != "unknown")
        rows: Sequence[Any] = connection.execute(query).all()
        found |= {id: _Asset(home, surface, name) for id, home, surface, name in rows}
    return found


def _between(connection: Connection, ones: Collection[str], others: Collection[str]) -> list[Edge]:
    """Links that lead from one of these to one of those, where a record that holds says so. In their order."""
    rows: Sequence[Any] = find(connection, t.links.c.a, ones, *_EDGE)
    return sorted((Edge(*row) for row in rows if row[1] in others), key=_ENDS)


def _within(connection: Connection, homes: Sequence[str], assets: Collection[str]) -> list[Edge]:
    """Links between ``assets``, which are all those of these networks; in no order."""
    a, edges = t.assets.c, []
    for chunk in chunks(homes):
        # By their networks: to send 20,000 ids along takes longer than to read what they lead to.
        query = select(*_EDGE).join_from(t.assets, t.links, t.links.c.a == a.id)
        rows: Sequence[Any] = connection.execute(query.where(a.home.in_(chunk), a.status != "unknown")).all()
        edges += [Edge(*row) for row in rows if row[1] in assets]
    return edges


_ENDS = itemgetter(0, 1, 2)
_EDGE = (t.links.c.a, t.links.c.b, t.links.c.signal, t.links.c.weight)


def _most_linked(assets: Mapping[str, _Asset], edges: Iterable[Edge]) -> dict[str, _Asset]:
    """As many assets as are drawn: those that are linked with most others first, equal ones by id."""
    pairs = {(edge.a, edge.b) for edge in edges if edge.a != edge.b}
    degrees = Counter(id for pair in pairs for id in pair)
    order = sorted(assets, key=lambda asset: (-degrees[asset], asset))
    return {id: assets[id] for id in order[:MOST_NODES]}


def _neighbours(connection: Connection, own: Collection[str], asked: Asked) -> tuple[dict[str, _Asset], int]:
    """What the expanded nodes lead to and is not there yet, and how many more there are. Detected assets alone."""
    found: dict[str, _Asset] = {}
    more = 0
    for id in asked.expanded:
        if id not in own and id not in found:
            continue
        rows = [*find(connection, t.links.c.a, [id], *_EDGE), *find(connection, t.links.c.b, [id], *_EDGE)]
        edges = [Edge(row.a, row.b, row.signal, row.weight) for row in rows]
        weights: dict[str, float] = {}
        for edge in filter(asked.takes, edges):
            other = edge.b if edge.a == id else edge.a
            if other not in own and other not in found:
                weights[other] = max(edge.weight, weights.get(other, edge.weight))
        a = t.assets.c
        rows = find(connection, a.id, weights, a.id, a.home, a.surface, a.name, a.status)
        there = {row.id: _Asset(row.home, row.surface, row.name) for row in rows if row.status != "unknown"}
        order = sorted(there, key=lambda other: (-weights[other], other))
        found |= {other: there[other] for other in order[:MOST_NEIGHBOURS]}
        more += len(order[MOST_NEIGHBOURS:])
    return found, more


def _sizes(connection: Connection, ids: Collection[str]) -> dict[str, Hedged | None]:
    """How many accounts follow each, as far as it is known. Sets of accounts are not read, only how long they are."""
    u = t.audiences.c
    length, sketch = func.length(u.hashes).label("length"), case((u.hashes.is_(None), u.sketch)).label("sketch")
    found: dict[str, Hedged | None] = {}
    for chunk in chunks(sorted(ids)):
        for row in connection.execute(select(u.asset, length, sketch, u.counts).where(u.asset.in_(chunk))):
            counts = tuple(hedged_of(count) for count in msgspec.json.decode(row.counts))
            if row.length is not None and not counts:
                found[row.asset] = Hedged.exactly(row.length // 8)
                continue
            hashes = None if row.length is None else bytes(row.length)
            # Beside a whole set the sketch says nothing that its length does not.
            image = b"" if hashes is not None else None if row.sketch is None else bytes(row.sketch)
            found[row.asset] = followers(Audience(hashes, image, counts))
    return found
