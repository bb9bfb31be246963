"""Edges: how often the posts of one account coincide with those of another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.detection._cells import Codes, once
from app.detection.posts import Posts


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges ``a`` → ``b`` between accounts by their codes, ascending: ``weight`` posts of a coincide with one of b."""

    a: Codes
    b: Codes
    weight: Codes

    def __len__(self) -> int:
        return len(self.a)


def weigh(posts: Posts, matches: Iterable[tuple[Codes, Codes]], min_weight: int) -> Edges:
    """The edges of at least ``min_weight`` distinct posts."""
    n = max(1, len(posts.accounts))
    keys: list[Codes] = []
    counts: list[Codes] = []
    for one, other in matches:
        # A post counts once for each account, however many of its posts are near.
        post, partner = np.divmod(once(one * n + posts.account[other]), n)
        key, count = np.unique(posts.account[post] * n + partner, return_counts=True)
        keys.append(key)
        counts.append(count)
    if not keys:
        return Edges(*(np.empty(0, np.int64),) * 3)
    if len(keys) == 1:
        key, weight = keys[0], counts[0]
    else:
        key, where = np.unique(np.concatenate(keys), return_inverse=True)
        weight = np.zeros(len(key), np.int64)
        np.add.at(weight, where, np.concatenate(counts))
    enough = weight >= min_weight
    a, b = np.divmod(key[enough], n)
    return Edges(a, b, weight[enough])


def coordinated(posts: Posts, matches: Iterable[tuple[Codes, Codes]], edges: Edges) -> NDArray[np.bool_]:
    """Which posts an edge is made of, on either side of it."""
    n = max(1, len(posts.accounts))
    known = edges.a * n + edges.b
    made = np.zeros(len(posts), bool)
    for one, other in matches:
        key = posts.account[one] * n + posts.account[other]
        counted = np.isin(key, known)
        made[one[counted]] = True
        made[other[counted]] = True
    return made
