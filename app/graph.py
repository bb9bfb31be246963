"""Where the nodes of a graph stand: seeded, the same on every day and machine, in whatever order the graph is told.

A picture that is kept is carried on: what was in it stays where it was, and only what is new looks for a place. Once
too much is new, it is drawn anew. Pure; positions are pairs in [0, 1], x to the right and y upwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

SEED = 20_181_026
"""Of every layout. Any number would do; to change it draws every picture of every room anew."""

STEPS = (50, 600)
"""Fewest and most iterations. A star settles in 50; a chain of 80 untangles in about 500."""

WORK = 200_000_000
"""Pairs of nodes that one layout may look at: 2,000 nodes get 50 iterations, in 0.8 s."""

RENEWED = 0.25
"""Share of the picture that may be new or gone before it is drawn anew."""

GRID = 0.025
"""Distance between nodes without links, which stand in rows at the lower edge."""

MOST_GRID = 0.3
"""Height that these rows may take of the picture; the more there are of them, the closer they stand."""

AIR = 0.35
"""Between two components, in radii of a single node."""

_LATTICE = 96
"""Places that are tried for a component, a side."""

_UNITS = 65_535
"""Positions are kept in two bytes a coordinate, which is finer than a pixel of any screen."""

Floats = NDArray[np.float64]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Graph:
    """Ids of nodes, and pairs of them that have a link: sorted and each once, whatever was said."""

    nodes: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, nodes: Iterable[str], edges: Iterable[Sequence[str]]) -> Graph:
        """The graph of these nodes. The first two members of an edge are its ends; what leads outside is left out."""
        known = set(nodes)
        pairs = {(min(a, b), max(a, b)) for a, b, *_ in edges if a in known and b in known and a != b}
        return cls(tuple(sorted(known)), tuple(sorted(pairs)))

    @property
    def digest(self) -> bytes:
        """32 bytes that are the same for equal graphs alone."""
        return hashlib.sha256(msgspec.json.encode([self.nodes, self.pairs])).digest()


@dataclass(frozen=True, slots=True)
class Picture:
    """Positions by node. ``settled`` of them were there when it was last drawn as a whole."""

    places: Mapping[str, Place]
    settled: int

    def encoded(self) -> bytes:
        """The picture in bytes, equal ones for equal pictures: ids, then four bytes a node."""
        ids = sorted(self.places)
        units = np.array([self.places[id] for id in ids], dtype=float).reshape(-1, 2) * _UNITS
        return msgspec.msgpack.encode((self.settled, ids, np.rint(units).astype("<u2").tobytes()))

    @classmethod
    def decoded(cls, encoded: bytes) -> Picture:
        """``encoded`` turned round."""
        settled, ids, units = msgspec.msgpack.decode(encoded, type=tuple[int, list[str], bytes])
        places = np.frombuffer(units, dtype="<u2").reshape(-1, 2) / _UNITS
        return cls(dict(zip(ids, map(_place, places), strict=True)), settled)


def laid_out(graph: Graph, before: Picture | None = None) -> Picture:
    """The picture of a graph: that from ``before`` carried on, or a new one where that would be less than a picture."""
    kept = {} if before is None else {id: before.places[id] for id in graph.nodes if id in before.places}
    if before is not None:
        gone, new = len(before.places) - len(kept), len(graph.nodes) - len(kept)
        drift = abs(len(graph.nodes) - before.settled)
        if kept and max(gone, new, drift) <= max(1, RENEWED * before.settled):
            return _kept_exactly(_joined(graph, kept), before.settled)
    return _kept_exactly(_anew(graph), len(graph.nodes))


def beside(graph: Graph, before: Picture) -> Picture:
    """The picture with more nodes beside those that it has, none of which moves, however many there are."""
    kept = {id: before.places[id] for id in graph.nodes if id in before.places}
    return _kept_exactly(_joined(graph, kept), before.settled)


# --- a new picture ----------------------------------------------------------------------------------------------------


def _anew(graph: Graph) -> dict[str, Place]:
    """The largest component in the middle, the others round it, and single nodes in rows below."""
    whole = _network(graph)
    components = [sorted(each) for each in rx.connected_components(whole)]
    components.sort(key=lambda each: (-len(each), each))
    linked = [each for each in components if len(each) > 1]
    single = [graph.nodes[i] for each in components if len(each) == 1 for i in each]
    rows, height = _rows(single, alone=not linked)
    if not linked:
        return rows
    shapes = [_shape(whole.subgraph(each)) for each in linked]
    packed = np.concatenate([shape + at for shape, at in zip(shapes, _packed(shapes), strict=True)])
    low, high = packed.min(axis=0), packed.max(axis=0)
    size = np.where(high > low, high - low, 1.0)
    foot = height + 2 * GRID if single else 0.0
    placed = np.where(high > low, (packed - low) / size, 0.5) * [1.0, 1.0 - foot] + [0.0, foot]
    order = [graph.nodes[i] for each in linked for i in each]
    return rows | dict(zip(order, map(_place, placed), strict=True))


def _network(graph: Graph) -> rx.PyGraph[str, None]:
    made: rx.PyGraph[str, None] = rx.PyGraph(multigraph=False)
    index = dict(zip(graph.nodes, made.add_nodes_from(graph.nodes), strict=True))
    made.add_edges_from([(index[a], index[b], None) for a, b in graph.pairs])
    return made


def _shape(component: rx.PyGraph[str, None]) -> Floats:
    """Positions of one component round its middle, its long side lying, as large as it has nodes."""
    n = component.num_nodes()
    found = rx.spring_layout(component, num_iter=_steps(n), seed=SEED)
    places = np.array([found[i] for i in range(n)], dtype=float)
    places -= places.mean(axis=0)
    _, turn = np.linalg.eigh(places.T @ places)
    places = places @ turn[:, ::-1]
    # Which way an axis points is the library's choice; ours is that the farthest node lies to the right and above.
    places *= np.where(places[np.abs(places).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    low, high = places.min(axis=0), places.max(axis=0)
    places -= (low + high) / 2
    scaled: Floats = places * (np.sqrt(n) / max(float(np.hypot(*places.T).max()), 1e-9))
    return scaled


def _steps(n: int) -> int:
    return int(min(STEPS[1], max(STEPS[0], WORK // (n * n))))


def _packed(shapes: Sequence[Floats]) -> list[Floats]:
    """Where the middles of the components stand, the first at 0: each near to it, and on the side that lacks one."""
    radii = [float(np.hypot(*shape.T).max()) + AIR for shape in shapes]
    reach = 2.0 * radii[0] + 2.2 * float(np.sqrt(sum(radius**2 for radius in radii[1:])))
    side = np.linspace(-reach, reach, _LATTICE + 1)
    lattice = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    away = np.hypot(*lattice.T)
    room = away - radii[0]
    places, lean, weight = [np.zeros(2)], np.zeros(2), 0.0
    for radius in radii[1:]:
        free, weight = room >= radius, weight + radius**2
        leaning = np.hypot(*((lean + radius**2 * lattice) / weight).T)
        at = int(np.where(free, away + leaning, np.inf).argmin()) if free.any() else int(room.argmax())
        places.append(lattice[at])
        lean += radius**2 * lattice[at]
        room = np.minimum(room, np.hypot(*(lattice - lattice[at]).T) - radius)
    return places


def _rows(ids: Sequence[str], *, alone: bool) -> tuple[dict[str, Place], float]:
    """Nodes without links in rows from the left, and how high the rows reach. ``alone`` they have the whole square."""
    if not ids:
        return {}, 0.0
    most = 1.0 if alone else MOST_GRID
    pitch = GRID
    while np.ceil(len(ids) * pitch / (1 + pitch)) * pitch > most:
        pitch *= 0.9
    across = int(1 / pitch) + 1
    height = (len(ids) - 1) // across * pitch
    foot = (1 - height) / 2 if alone else 0.0
    middle = (1 - min(len(ids), across) * pitch + pitch) / 2 if alone else 0.0
    rows = {id: (middle + n % across * pitch, foot + height - n // across * pitch) for n, id in enumerate(sorted(ids))}
    return rows, height


# --- a picture carried on ---------------------------------------------------------------------------------------------


def _joined(graph: Graph, kept: Mapping[str, Place]) -> dict[str, Place]:
    """The picture with its new nodes: near what they are linked with, else where most room is."""
    new = [id for id in graph.nodes if id not in kept]
    if not new:
        return dict(kept)
    places, order = dict(kept), _outwards(graph, kept)
    for id, (near, rank, of) in order.items():
        # Those round one node begin on a ring about it: on one spot they would never come apart.
        angle = 2 * np.pi * rank / of + 0.5
        anchor = np.mean([places[each] for each in near], axis=0)
        places[id] = _place(anchor + 0.03 * np.array([np.cos(angle), np.sin(angle)]))
    if order:
        places = _relaxed(graph, places, set(order))
    for id in new:
        if id not in order:
            places[id] = _clearest(places.values())
    return places


def _outwards(graph: Graph, kept: Collection[str]) -> dict[str, tuple[list[str], int, int]]:
    """New nodes that lead to old ones, the near ones first: what they hang on, and which of how many they are there."""
    linked: dict[str, list[str]] = {}
    for a, b in graph.pairs:
        linked.setdefault(a, []).append(b)
        linked.setdefault(b, []).append(a)
    order: dict[str, tuple[list[str], int, int]] = {}
    placed, wave = set(kept), sorted(kept)
    while wave:
        reached = sorted({other for id in wave for other in linked.get(id, ()) if other not in placed})
        hung: dict[tuple[str, ...], list[str]] = {}
        for id in reached:
            hung.setdefault(tuple(sorted(each for each in linked[id] if each in placed)), []).append(id)
        for near, ids in hung.items():
            order |= {id: (list(near), rank, len(ids)) for rank, id in enumerate(ids)}
        placed.update(reached)
        wave = reached
    return order


def _relaxed(graph: Graph, places: Mapping[str, Place], free: Collection[str]) -> dict[str, Place]:
    """The places after the ``free`` nodes have found theirs among the others, which stand."""
    shown = [id for id in graph.nodes if id in places]
    index = {id: i for i, id in enumerate(shown)}
    pairs = [(a, b) for a, b in graph.pairs if a in index and b in index]
    small = _network(Graph(tuple(shown), tuple(pairs)))
    lengths = [np.hypot(*np.subtract(places[a], places[b])) for a, b in pairs]
    found = rx.spring_layout(
        small,
        pos={index[id]: places[id] for id in shown},
        fixed={index[id] for id in shown if id not in free},
        k=float(np.clip(np.median(lengths), 0.01, 0.1)),
        num_iter=_steps(len(shown)),
        seed=SEED,
    )
    return {id: (_place(np.clip(found[index[id]], 0, 1)) if id in free else places[id]) for id in shown}


def _clearest(taken: Iterable[Place]) -> Place:
    """The first free place of the rows at the lower edge; where there is none, the one farthest from everything."""
    there = np.array(list(taken), dtype=float)
    side = np.arange(0, 1 + GRID / 2, GRID)
    lattice = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    room = np.full(len(lattice), np.inf)
    for place in there:
        room = np.minimum(room, np.hypot(*(lattice - place).T))
    at = int(np.argmax(room >= 0.99 * GRID)) if (room >= 0.99 * GRID).any() else int(room.argmax())
    return _place(lattice[at])


def _kept_exactly(places: Mapping[str, Place], settled: int) -> Picture:
    """The picture as it comes back from its bytes, so that it is the same whether it was kept or has just been made."""
    return Picture.decoded(Picture(places, settled).encoded())


def _place(pair: Iterable[float]) -> Place:
    x, y = pair
    return float(x), float(y)
