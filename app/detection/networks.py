"""Networks: accounts that act together, with the edges and the posts that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.detection._cells import Codes, once
from app.detection.communities import COMMUNITIES
from app.detection.edges import Edges, coordinated, weigh
from app.detection.posts import Posts
from app.detection.signals import all_signals
from app.detection.terms import Terms
from app.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Network:
    """Accounts, by their codes in the order of their names, that act together.

    ``anchor`` is the account of the first post that an edge within it is made of, ``last`` the instant of the last such
    post. ``posts`` counts what each account posted, ``made`` what of that the edges within the network are made of.
    """

    accounts: list[int]
    anchor: int
    last: int
    posts: list[int]
    made: list[int]

    @property
    def score(self) -> float:
        """The share of its posts that coincide with one of another of its accounts: from 0 to 1."""
        return round(sum(self.made) / sum(self.posts), 4)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    ``edges`` by signal; how many ``communities`` they make, of any size; the ``networks`` among them that are large
    enough, the largest first; and which ``rows`` of the posts the edges within those are made of.
    """

    edges: Mapping[str, Edges]
    communities: int
    networks: list[Network]
    rows: Codes


def find_edges(posts: Posts, terms: Terms) -> dict[str, Edges]:
    """The edges of each signal. Raises BadRequest where too many posts coincide."""
    signals = all_signals()
    return {name: weigh(posts, signals[name].matches(posts, terms), terms.min_weight) for name in terms.signals}


def communities_of(posts: Posts, edges: Mapping[str, Edges], terms: Terms) -> list[list[int]]:
    """The accounts that have edges, community by community, each in the order of their names. Raises BadRequest."""
    a = np.concatenate([each.a for each in edges.values()])
    b = np.concatenate([each.b for each in edges.values()])
    weight = np.concatenate([each.weight for each in edges.values()])
    # By name, so that chance has the same numbers whatever order the posts came in.
    accounts = sorted(once(np.concatenate([a, b])).tolist(), key=posts.accounts.__getitem__)
    number = np.zeros(len(posts.accounts), np.int64)
    number[accounts] = np.arange(len(accounts))
    a, b = np.sort([number[a], number[b]], axis=0)
    # Both ways and all signals are one edge, as heavy as they are together.
    n = max(1, len(accounts))
    pairs, where = np.unique(a * n + b, return_inverse=True)
    together = np.bincount(where, weight, len(pairs)).astype(np.int64)
    found: dict[int, list[int]] = {}
    for place, least in enumerate(COMMUNITIES[terms.communities](*np.divmod(pairs, n), together).tolist()):
        found.setdefault(least, []).append(accounts[place])
    return list(found.values())


def find_networks(posts: Posts, terms: Terms) -> Finding:
    """The networks in posts. Raises BadRequest where too many posts coincide, or the communities cannot be made."""
    edges = find_edges(posts, terms)
    communities = communities_of(posts, edges, terms)
    large = [accounts for accounts in communities if len(accounts) >= terms.min_accounts]
    home = np.full(len(posts.accounts), -1)
    for place, accounts in enumerate(large):
        home[accounts] = place
    rows = _rows_within(posts, edges, home, terms)
    return Finding(edges, len(communities), _networks(posts, large, home, rows), rows)


def _rows_within(posts: Posts, edges: Mapping[str, Edges], home: Codes, terms: Terms) -> Codes:
    """The rows that edges within one community are made of. Looks at the posts of those accounts alone."""
    rows = np.flatnonzero(home[posts.account] >= 0)
    theirs = posts.pick(rows)
    made: NDArray[np.bool_] = np.zeros(len(rows), bool)
    for name, each in edges.items():
        within = (home[each.a] == home[each.b]) & (home[each.a] >= 0)
        inner = Edges(each.a[within], each.b[within], each.weight[within])
        made |= coordinated(theirs, all_signals()[name].matches(theirs, terms), inner)
    return rows[made]


def _networks(posts: Posts, large: list[list[int]], home: Codes, rows: Codes) -> list[Network]:
    n = len(posts.accounts)
    posted, made = np.bincount(posts.account, minlength=n), np.bincount(posts.account[rows], minlength=n)
    first: dict[int, tuple[int, str, int]] = {}
    last: dict[int, int] = {}
    for account, at in zip(posts.account[rows].tolist(), posts.at[rows].tolist(), strict=True):
        here = int(home[account])
        # Of posts at the same instant that of the account named first, whatever order they came in.
        this = (at, posts.accounts[account], account)
        first[here] = min(first.get(here, this), this)
        last[here] = max(last.get(here, at), at)
    found = [
        Network(accounts, first[here][2], last[here], posted[accounts].tolist(), made[accounts].tolist())
        for here, accounts in enumerate(large)
    ]
    return sorted(found, key=lambda network: (-len(network.accounts), posts.accounts[network.anchor]))


def require(roles: frozenset[str], terms: Terms) -> None:
    """Whether a file with columns of these roles can show what is looked for. Raises BadRequest."""
    for name in terms.signals:
        needed = all_signals()[name].NEEDS
        if needed not in roles:
            raise BadRequest(needed, f"there is no such column, and without it there is no {name}")
