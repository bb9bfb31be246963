"""Communities of accounts: connected components, or Leiden where a component is too coarse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.detection._cells import Codes
from app.errors import BadRequest

SEED = 20181026
"""Of Leiden's chance: the same communities tomorrow."""

ROUNDS = 10
"""How often Leiden goes over its result; small graphs settle in three."""


def components(a: Codes, b: Codes, _weight: Codes) -> Codes:
    """For each node the least node that can be reached from it. Nodes are numbers from 0; edges go both ways."""
    label = np.arange(max(int(a.max(initial=-1)), int(b.max(initial=-1))) + 1)
    while True:
        least = np.minimum(label[a], label[b])
        hooked = label.copy()
        np.minimum.at(hooked, label[a], least)
        np.minimum.at(hooked, label[b], least)
        while (hooked[hooked] != hooked).any():
            hooked = hooked[hooked]
        if (hooked == label).all():
            return label
        label = hooked


def leiden(a: Codes, b: Codes, weight: Codes) -> Codes:
    """For each node the least node of its community (Traag, Waltman and van Eck, 2019), by modularity.

    Raises BadRequest where the package that does it is not installed.
    """
    try:
        from graspologic_native import leiden as find  # noqa: PLC0415 - an extra that brings SciPy with it
    except ImportError:
        raise BadRequest(
            "communities", "leiden needs the package graspologic-native: install warroom[leiden], or ask for components"
        ) from None
    label = components(a, b, weight)
    if not len(a):
        return label
    graph = [(str(x), str(y), float(w)) for x, y, w in zip(a.tolist(), b.tolist(), weight.tolist(), strict=True)]
    _, found = find(graph, iterations=ROUNDS, use_modularity=True, seed=SEED)
    least: dict[int, int] = {}
    for node in sorted(map(int, found)):
        label[node] = least.setdefault(found[str(node)], node)
    return label


COMMUNITIES: dict[str, Callable[[Codes, Codes, Codes], Codes]] = {"components": components, "leiden": leiden}
"""The ways to put accounts together, by name."""
