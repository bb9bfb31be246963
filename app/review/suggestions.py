"""Suggestions: which networks may be one, by what they share, each with its evidence.

Work is bounded: pairs are those that share a link, an indicator or somebody's word, and those among the few that reach
most on one surface; nobody compares every audience with every other one. Sharing does not make two networks one: a
person decides, and what was rejected is not suggested again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from sqlalchemy import Connection, func, literal, select, union_all

from app import tables as t
from app.audiences import in_both, size_of
from app.board import Board
from app.drilldown.overlaps import set_of, surfaces_of
from app.errors import Conflict
from app.language import _
from app.log import read_many
from app.review._deciding import Word
from app.rows import find
from app.vocabulary import IndicatorKind, RecordType, Surface

MOST = 100
"""Suggestions on the page: more than a room can look at in a watch."""

MOST_ROWS = 5_000
"""Rows that one question of the database may give: the pairs that share most come first."""

MOST_SHARERS = 5
"""Networks that may share one indicator: what more of them share is the talk of the day, and no evidence."""

TOP = 20
"""Networks of each surface, by reach, of which every two are compared: 190 pairs."""

MOST_COMPARED = 600
"""Pairs of audiences that are united, 0.3 ms each where they are sketches."""

SIGMAS = 3
"""Standard errors above which shared accounts are more than noise."""

LEAST_SHARE = 0.1
"""Of the smaller audience: two large ones share a few accounts by chance."""

MOST_NAMED = 5
"""Indicators that one suggestion names; of the others it is said how many they are."""

_WEAK = (IndicatorKind.HASHTAG, IndicatorKind.TEXT)
"""What anybody can repeat."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SharedAudience:
    """Accounts that follow or joined assets of both on one surface: ``n``, and its standard error (0: exact).

    ``share`` is that of the smaller of the two audiences.
    """

    surface: Surface
    n: float
    error: float
    share: float


@dataclass(slots=True)
class Suggestion:
    """Two networks that may be one. ``links`` are counts by signal, ``bases`` what somebody said that they share."""

    pair: Pair
    links: Counter[str] = field(default_factory=Counter)
    weight: float = 0.0
    indicators: list[tuple[IndicatorKind, str]] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    audiences: list[SharedAudience] = field(default_factory=list)

    @property
    def strength(self) -> float:
        """By what suggestions are ordered; a number for nobody to read. A whole audience weighs as ten links."""
        named = sum(0.2 if kind in _WEAK else 2.0 for kind, _ in self.indicators)
        said = 3.0 * len(self.bases)
        return min(self.weight, 50.0) + min(named, 20.0) + said + sum(10.0 * each.share for each in self.audiences)

    @property
    def is_evidence(self) -> bool:
        """Whether there is more than what anybody can repeat."""
        strong = any(kind not in _WEAK for kind, _ in self.indicators)
        return bool(self.links or self.bases or self.audiences or strong or len(self.indicators) >= MOST_NAMED)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Somebody decided that two networks are not the same. ``source`` and ``id`` are the record's; ``at`` is in µs."""

    seq: int
    source: str
    id: str
    network: str
    others: tuple[str, ...]
    by: str
    at: int
    why: str


class _Pairs:
    """Suggestions in the making, by the pair of networks as they are shown."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.found: dict[Pair, Suggestion] = {}

    def of(self, one: str, other: str) -> Suggestion | None:
        """That of two networks, or of those into which they were merged; None where these are one."""
        pair = _pair(self._board, one, other)
        return None if pair is None else self.found.setdefault(pair, Suggestion(pair))


def suggestions(connection: Connection, board: Board) -> list[Suggestion]:
    """The pairs of networks that may be one and were not rejected, those that share most first."""
    pairs = _Pairs(board)
    for one, other, signal, n, weight in _linked(connection):
        if (each := pairs.of(one, other)) is not None:
            each.links[signal] += n
            each.weight += weight
    for one, other, indicator in _sharing(connection):
        if (each := pairs.of(one, other)) is not None and indicator not in each.indicators:
            each.indicators.append(indicator)
    for network in board.networks.values():
        for overlap in network.overlaps:
            if (each := pairs.of(network.id, overlap.other)) is not None:
                each.bases.append(overlap.basis)
    told = rejections(connection)
    rejected = {_pair(board, each.network, other) for each in told for other in each.others}
    asked = [pair for pair in dict.fromkeys([*pairs.found, *_largest(board)]) if pair not in rejected]
    for pair in asked[:MOST_COMPARED]:
        if (shared := list(shared_audiences(board, pair))) and (each := pairs.of(*pair)) is not None:
            each.audiences = shared
    left = [each for each in pairs.found.values() if each.pair not in rejected and each.is_evidence]
    return sorted(left, key=lambda each: (-each.strength, each.pair))[:MOST]


def _pair(board: Board, one: str, other: str) -> Pair | None:
    roots = sorted({network.id for id in (one, other) if (network := board.find(id)) is not None})
    return (roots[0], roots[1]) if len(roots) == 2 else None


def shared_audiences(board: Board, pair: Pair) -> Iterator[SharedAudience]:
    """On which surfaces two networks reach the same accounts, surely: by their sum less their union."""
    mine, others = (board.fold_of([id]).members for id in pair)
    for surface in surfaces_of(mine):
        one, other = set_of(mine, surface), set_of(others, surface)
        if one is None or other is None:
            continue
        n, error = in_both(one, other)
        smaller = min(size_of(one)[0], size_of(other)[0])
        if n >= 1 and n > SIGMAS * error and n >= LEAST_SHARE * smaller:
            yield SharedAudience(surface, n, error, min(1.0, n / smaller))


def rejections(connection: Connection) -> list[Rejection]:
    """The merges that were rejected, the last ones first."""
    places = (
        select(t.log.c.seq)
        .where(t.log.c.type == str(RecordType.MERGE_REJECTED))
        .order_by(t.log.c.seq.desc())
        .limit(MOST_ROWS)
    )
    entries = read_many(connection, connection.execute(places).scalars())
    ids = [entry.record.id for entry in entries.values()]
    gone = {(row.source, row.event_id) for row in find(connection, t.withdrawn.c.event_id, ids)}
    return [
        Rejection(
            seq, entry.record.source, entry.record.id, entry.record.subject or "", tuple(entry.record.data["others"]),
            entry.record.data["by"], entry.recorded_at, entry.record.data.get("why", ""),
        )
        for seq, entry in sorted(entries.items(), reverse=True)
        if (entry.record.source, entry.record.id) not in gone
    ]  # fmt: skip


def take_back(connection: Connection, seq: int) -> tuple[Rejection, list[Word]]:
    """The rejection at a place of the log, and the word that takes it back. Raises Conflict where none holds there."""
    for rejection in rejections(connection):
        if rejection.seq == seq:
            data = {"source": rejection.source, "id": rejection.id}
            return rejection, [Word(RecordType.RECORD_WITHDRAWN, None, data)]
    raise Conflict(_("this does not hold any more: it has been taken back"))


def _linked(connection: Connection) -> Iterable[tuple[str, str, str, int, float]]:
    """Pairs of homes whose assets are linked: signal, how many links, their weight together."""
    one, other = t.assets.alias("one"), t.assets.alias("other")
    weight = func.sum(t.links.c.weight)
    query = (
        select(one.c.home, other.c.home, t.links.c.signal, func.count(), weight)
        .select_from(t.links.join(one, one.c.id == t.links.c.a).join(other, other.c.id == t.links.c.b))
        .where(one.c.home != other.c.home, one.c.home != "", other.c.home != "")
        .where(one.c.status != "unknown", other.c.status != "unknown")
        .group_by(one.c.home, other.c.home, t.links.c.signal)
        .order_by(weight.desc())
        .limit(MOST_ROWS)
    )
    return [tuple(row) for row in connection.execute(query)]


def _sharing(connection: Connection) -> Iterator[tuple[str, str, tuple[IndicatorKind, str]]]:
    """Pairs of homes in which the same indicator was seen: in their assets, their posts, or by somebody's word."""
    s, a, p, i = t.sightings, t.assets, t.posts, t.indicators
    what = (s.c.kind, s.c.value)
    seen = union_all(
        select(*what, a.c.home).join(a, a.c.id == s.c.entity).where(s.c.by == literal("asset")),
        select(*what, a.c.home).join(p, p.c.id == s.c.entity).join(a, a.c.id == p.c.asset).where(s.c.by == "post"),
        select(*what, i.c.network.label("home")).join(i, i.c.id == s.c.entity).where(s.c.by == "indicator"),
        select(*what, a.c.home).join(i, i.c.id == s.c.entity).join(a, a.c.id == i.c.asset).where(s.c.by == "indicator"),
    ).subquery()
    homes = select(seen).where(seen.c.home != "").distinct().subquery()
    several = (
        select(homes.c.kind, homes.c.value)
        .group_by(homes.c.kind, homes.c.value)
        .having(func.count().between(2, MOST_SHARERS))
        .order_by(homes.c.kind, homes.c.value)
        .limit(MOST_ROWS)
        .subquery()
    )
    query = select(homes).join(several, (homes.c.kind == several.c.kind) & (homes.c.value == several.c.value))
    shared: dict[tuple[IndicatorKind, str], list[str]] = {}
    for row in connection.execute(query):
        shared.setdefault((IndicatorKind(row.kind), row.value), []).append(row.home)
    for indicator, found in sorted(shared.items()):
        for one, other in combinations(sorted(found), 2):
            yield one, other, indicator


def _largest(board: Board) -> Iterator[Pair]:
    """Every two of those networks that reach most on one surface."""
    sizes: dict[Surface, list[tuple[float, str]]] = {}
    for network in board.networks.values():
        for surface, size in _sizes(board, network.id).items():
            sizes.setdefault(surface, []).append((size, network.id))
    for found in sizes.values():
        top = sorted(id for _, id in sorted(found, reverse=True)[:TOP])
        yield from combinations(top, 2)


def _sizes(board: Board, id: str) -> dict[Surface, float]:
    """How many accounts are known on each surface, by the largest of the network's members: an order, no figure."""
    found: dict[Surface, float] = {}
    for member in board.fold_of([id]).members:
        for surface, held in member.audiences.items():
            size, _error = member.once(("size", surface), partial(size_of, held.audience))
            found[surface] = max(size, found.get(surface, 0.0))
    return {surface: size for surface, size in found.items() if size}
