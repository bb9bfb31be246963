"""Posts made by hand, and coordination counted the plain way: every post against every other."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.detection.edges import Edges
from app.detection.networks import Finding, find_networks
from app.detection.posts import Posts
from app.detection.reading import Reading, read_posts
from app.detection.terms import Terms

HEADER = "account,object,time,id,text"

Post = tuple[str, str, float | str, str, str]
"""Account, object, time, id, text."""

Weights = dict[tuple[str, str], int]


def table(posts: Iterable[Post]) -> bytes:
    """The posts as CSV."""
    return "".join(f"{line}\n" for line in [HEADER, *(",".join(map(str, post)) for post in posts)]).encode()


def read(raw: bytes | str, *, texts: bool = True) -> Reading:
    """A file that holds this."""
    return read_posts(io.BytesIO(raw.encode() if isinstance(raw, str) else raw), texts=texts)


def shares(*told: tuple[str, str, float]) -> Posts:
    """Posts of (account, object, seconds), each with an id of its own."""
    return read(table((a, o, t, f"p{n}", "") for n, (a, o, t) in enumerate(told))).posts


def texts(*told: tuple[str, float, str]) -> Posts:
    """Posts of (account, seconds, text), each with an id of its own."""
    return read(table((a, "", t, f"p{n}", text) for n, (a, t, text) in enumerate(told))).posts


def found_in(posts: Posts, **terms: object) -> Finding:
    """What is found under these terms."""
    return find_networks(posts, Terms(**terms))  # type: ignore[arg-type]


def weights(posts: Posts, edges: Edges | Mapping[str, Edges]) -> Weights:
    """Edges by the names of their accounts."""
    if not isinstance(edges, Edges):
        (edges,) = edges.values()
    ends = zip(edges.a.tolist(), edges.b.tolist(), edges.weight.tolist(), strict=True)
    return {(posts.accounts[a], posts.accounts[b]): weight for a, b, weight in ends}


def co_shares(told: Iterable[tuple[str, str, float, str]], window: float, least: int) -> Weights:
    """Co-sharing of (account, object, seconds, id) as coordination-network-toolkit counts it, pair by pair."""
    posts: dict[str, tuple[str, str, float]] = {}
    for account, shared, at, id in told:
        posts.setdefault(id, (account, shared, at))
    with_whom: dict[tuple[str, str], set[str]] = defaultdict(set)
    for id, (account, shared, at) in posts.items():
        for other, same, then in posts.values():
            if shared and shared == same and account != other and abs(at - then) <= window:
                with_whom[account, other].add(id)
    return {pair: len(ids) for pair, ids in with_whom.items() if len(ids) >= least}
