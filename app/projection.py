"""The projection: records become the tables, in the transaction that appends them.

``apply`` takes a batch of new records, folds each into the state of what it speaks about, and passes on what that
changed: the rollup of the network it counts in, the place of ads and events, the union of audiences. Whatever the
order, batching or repetition in which records came, the tables come out the same; ``rebuild`` proves it.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, func, select

from app import tables as t
from app.entities import (
    KINDS,
    AssetState,
    NetworkState,
    PlainState,
    Touched,
    decoded,
    encoded,
    said,
    surviving,
)
from app.findings import find_assets, find_indicators, find_posts
from app.log import Entry, chunks
from app.measures import Bag, of_ad, of_asset, summed
from app.places import Place, Placed
from app.reaches import Reaches
from app.records import instant_of
from app.rows import find, missing, upsert
from app.senders import count_senders
from app.vocabulary import UNASSIGNED, RecordType
from app.withdrawals import holding, holdings, settle, trace

_TABLES = {
    "network": t.networks,
    "asset": t.assets,
    "ad": t.ads,
    "event": t.events,
    "post": t.posts,
    "link": t.links,
    "indicator": t.indicators,
    "election": t.elections,
    "alarm": t.alarms,
}

AT_ONCE = 5_000
"""Entities that are folded anew at once: what is read for them, some 10^4 records, must fit into memory."""

_FOLLOWED = ("election", "alarm")
"""Kinds of which the board asks what has changed."""


def apply(connection: Connection, entries: Sequence[Entry]) -> None:
    """Fold new entries of the log into the tables. The caller holds the append lock and commits."""
    if not entries:
        return
    spoken = trace(connection, entries)
    void, refold = settle(connection, spoken, entries[0].seq)
    count_senders(connection, entries)
    new = {entity: [entry for entry in told if entry.seq not in void] for entity, told in spoken.items()}
    some, *others = list(chunks(_in_order(connection, refold, new), AT_ONCE)) or [()]
    with _uncollected() if others else nullcontext():
        _Batch(connection, entries[-1].seq, new, set(some)).fold()
        for more in others:
            _Batch(connection, entries[-1].seq, {}, set(more)).fold()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for circles of objects: there are none here, and to look through 10^5 records takes a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _in_order(connection: Connection, refold: set[Touched], new: Collection[Touched]) -> list[Touched]:
    """What is to be folded anew: first what the batch speaks about as well, then what counts in one network together.

    The audience of a network is united anew for each part of it that changes.
    """
    if len(refold) <= AT_ONCE:
        return list(refold)
    ids = {entity.entity for entity in refold if entity.kind in ("asset", "audience")}
    homes = {row.id: row.home for row in find(connection, t.assets.c.id, ids, t.assets.c.id, t.assets.c.home)}
    return sorted(refold, key=lambda each: (each not in new, homes.get(each.entity, ""), each.entity, each.kind))


class _Counted(NamedTuple):
    """Where an asset counts, what it adds there, and when it was first detected."""

    place: Place | None
    added: Bag
    first_at: int | None


class _Batch:
    """One batch on its way into the tables."""

    def __init__(
        self,
        connection: Connection,
        seq: int,
        new: dict[Touched, list[Entry]],
        refold: set[Touched],
    ) -> None:
        self.connection = connection
        self.seq = seq
        self.anew = holdings(connection, refold) if refold else {}
        self.new = new | self.anew
        self.ids: dict[str, list[str]] = {}
        for kind, id in self.new:
            self.ids.setdefault(kind, []).append(id)
        self.deltas: dict[str, Bag] = {}
        self.firsts: dict[str, list[tuple[int | None, int | None]]] = {}
        self.placed = Placed(connection)
        self.reaches = Reaches(connection, seq)

    def fold(self) -> None:
        """Bring every table up to the records."""
        self.assets()
        self.audiences()
        self.ads_and_events()
        self.plain("link", "election", "alarm")
        self.posts()
        self.indicators()
        self.networks()
        self.merges()
        self.rollups()

    def of_kind(self, kind: str) -> list[str]:
        """The entities of one kind that the batch speaks about."""
        return sorted(self.ids.get(kind, ()))

    def states(self, kind: str, ids: Iterable[str]) -> dict[str, Any]:
        """The states of entities as they stand in their table; a new one for those that are not there."""
        table, shape = _TABLES[kind], cast("type[PlainState]", KINDS[kind])
        wanted = list(ids)
        found = {row.id: decoded(row.state, shape) for row in find(self.connection, table.c.id, wanted)}
        return {id: found.get(id) or shape() for id in wanted}

    def folded(self, kind: str, id: str, state: Any) -> Any:
        """``state`` with the new records in it; made anew from the log where one of them was withdrawn."""
        entity = Touched(kind, id)
        if entity in self.anew:
            state = KINDS[kind]()
        for entry in self.new.get(entity, ()):
            state.take(entry)
        return state

    def add(self, home: str, contribution: Mapping[str, int], sign: int) -> None:
        """Add a contribution to the rollup of a network, or take it away."""
        delta = self.deltas.setdefault(home, {})
        for key, n in contribution.items():
            delta[key] = delta.get(key, 0) + sign * n

    def assets(self) -> None:
        """Assets, and where they count."""
        states: dict[str, AssetState] = self.states("asset", self.of_kind("asset"))
        rows = []
        folded = {}
        for id, held in states.items():
            before = _Counted(_place(held), _added(held), held.first_at)
            state = folded[id] = self.folded("asset", id, held)
            after = _Counted(_place(state), _added(state), state.first_at)
            self.placed.move(id, before.place, after.place)
            if before != after:
                self._move(before, after)
            rows.append(
                {
                    "id": id,
                    "home": after.place.home if after.place else UNASSIGNED,
                    "surface": after.place.surface if after.place else "",
                    "status": state.status,
                    "name": said(state.facts, "name", ""),
                    "first_detected_at": state.first_at,
                    "removed_at": state.removed_at if after.place else None,
                    "created_on": said(state.facts, "created_on"),
                    "state": encoded(state),
                }
            )
        upsert(self.connection, t.assets, rows)
        # Who removes or splits many assets says nothing by which they are found.
        find_assets(self.connection, {id: state for id, state in folded.items() if self._is_told_of(id)})

    def _is_told_of(self, asset: str) -> bool:
        entity = Touched("asset", asset)
        return entity in self.anew or any(e.record.type is RecordType.ASSET_DETECTED for e in self.new[entity])

    def _move(self, before: _Counted, after: _Counted) -> None:
        """Take what an asset added from where it counted, and add what it adds to where it counts."""
        if before.place is not None:
            self.add(before.place.home, before.added, -1)
            self.firsts.setdefault(before.place.home, []).append((before.first_at, None))
        if after.place is not None:
            self.add(after.place.home, after.added, 1)
            self.firsts.setdefault(after.place.home, []).append((None, after.first_at))

    def audiences(self) -> None:
        """Audiences, and the unions of the networks that they belong to."""
        self.reaches.observe(
            {id: self.new[Touched("audience", id)] for id in self.of_kind("audience")},
            {entity.entity for entity in self.anew if entity.kind == "audience"},
            self.placed,
        )

    def ads_and_events(self) -> None:
        """Ads and hosted events: those that were spoken about, and those whose assets have moved."""
        moved = self.placed.moved()
        ads = {row.id for row in find(self.connection, t.ads.c.asset, moved, t.ads.c.id)}
        self._ads(sorted(ads.union(self.of_kind("ad"))))
        events = {row.event for row in find(self.connection, t.event_assets.c.asset, moved)}
        self.placed.events(
            {id: self._event(id, state) for id, state in self._events(events).items()}, self.add, self.seq
        )

    def _events(self, moved: set[str]) -> dict[str, PlainState]:
        return self.states("event", sorted(moved.union(self.of_kind("event"))))

    def _event(self, id: str, state: PlainState) -> tuple[PlainState, PlainState]:
        before = decoded(encoded(state), PlainState)
        return before, self.folded("event", id, state)

    def _ads(self, ids: list[str]) -> None:
        rows = {row.id: row for row in find(self.connection, t.ads.c.id, ids)}
        states: dict[str, PlainState] = {
            id: decoded(rows[id].state, PlainState) if id in rows else PlainState() for id in ids
        }
        written = []
        for id, state in states.items():
            row = rows.get(id)
            if row is not None and row.counted:
                self.add(row.home, summed(of_ad(state, row.platform)), -1)
            states[id] = self.folded("ad", id, state)
        self.placed.load(said(state.facts, "asset", "") for state in states.values())
        for id, state in states.items():
            asset = said(state.facts, "asset", "")
            place = self.placed.of(asset) if state.is_known else None
            if place is not None:
                self.add(place.home, summed(of_ad(state, place.platform)), 1)
            written.append(
                {
                    "id": id,
                    "asset": asset,
                    "home": place.home if place else UNASSIGNED,
                    "platform": place.platform if place else "",
                    "counted": place is not None,
                    "state": encoded(state),
                }
            )
        upsert(self.connection, t.ads, written)

    def plain(self, *kinds: str) -> None:
        """What counts nowhere and is only looked at."""
        for kind in kinds:
            rows: list[dict[str, Any]] = [
                {"id": id, "state": encoded(state)} | _COLUMNS.get(kind, _none)(state)
                for id, state in self._plainly(kind).items()
            ]
            if kind in _FOLLOWED:
                rows = [row | {"seq": self.seq} for row in rows]
            upsert(self.connection, _TABLES[kind], rows)

    def _plainly(self, kind: str) -> dict[str, Any]:
        return {id: self.folded(kind, id, state) for id, state in self.states(kind, self.of_kind(kind)).items()}

    def posts(self) -> None:
        """Posts, and by what they are found."""
        states: dict[str, PlainState] = self._plainly("post")
        rows = [
            {
                "id": id,
                "asset": said(state.facts, "asset", ""),
                "posted_at": _posted_at(state),
                "state": encoded(state),
            }
            for id, state in states.items()
        ]
        upsert(self.connection, t.posts, rows)
        find_posts(self.connection, states)

    def indicators(self) -> None:
        """What was named as an indicator, and by what it is found."""
        states: dict[str, PlainState] = self._plainly("indicator")
        rows = [
            {"id": id, "state": encoded(state)} | {name: said(state.facts, name, "") for name in ("network", "asset")}
            for id, state in states.items()
        ]
        upsert(self.connection, t.indicators, rows)
        find_indicators(self.connection, states)

    def networks(self) -> None:
        """Networks, also those that are known by their assets alone."""
        states: dict[str, NetworkState] = self.states("network", self.of_kind("network"))
        rows = [
            {"id": id, "seq": self.seq, "state": encoded(self.folded("network", id, state))}
            for id, state in states.items()
        ]
        upsert(self.connection, t.networks, rows)
        empty = encoded(NetworkState())
        homes = sorted(home for home in self.deltas if home != UNASSIGNED and home not in states)
        missing(self.connection, t.networks, [{"id": home, "seq": self.seq, "state": empty} for home in homes])

    def merges(self) -> None:
        """Who was merged into whom: few enough to be worked out anew whenever one is said."""
        if not self.of_kind("merges"):
            return
        into = surviving(
            (entry.version, entry.record.subject or "", absorbed, entry.record.type is RecordType.NETWORKS_MERGED)
            for entry in holding(self.connection, Touched("merges", ""))
            for absorbed in entry.record.data["absorbed"]
        )
        held = {row.absorbed: row.survivor for row in self.connection.execute(select(t.merges))}
        rows = [
            {"absorbed": absorbed, "seq": self.seq, "survivor": into.get(absorbed, "")}
            for absorbed in sorted(held.keys() | into.keys())
            if held.get(absorbed, "") != into.get(absorbed, "")
        ]
        upsert(self.connection, t.merges, rows)

    def rollups(self) -> None:
        """Every rollup that something was added to or taken from."""
        homes = sorted(self.deltas)
        rows = {row.home: row for row in find(self.connection, t.rollups.c.home, homes)}
        written = []
        for home in homes:
            row = rows.get(home)
            bag = Counter[str](msgspec.json.decode(row.bag) if row is not None else {})
            bag.update(self.deltas[home])
            written.append(
                {
                    "home": home,
                    "seq": self.seq,
                    "bag": encoded({key: n for key, n in bag.items() if n}),
                    "first_detected_at": self._first(home, None if row is None else row.first_detected_at),
                }
            )
        upsert(self.connection, t.rollups, written)
        self.reaches.write()

    def _first(self, home: str, held: int | None) -> int | None:
        """When the first of its assets was detected: looked up only where the one that was first has gone."""
        changes = self.firsts.get(home, [])
        first = min((at for _, at in changes if at is not None), default=None)
        if held is None or (first is not None and first <= held):
            return first
        if all(gone is None or gone > held for gone, _ in changes):
            return held
        query = select(func.min(t.assets.c.first_detected_at)).where(
            t.assets.c.home == home, t.assets.c.status != "unknown"
        )
        return self.connection.execute(query).scalar()


def _none(_state: PlainState) -> dict[str, Any]:
    return {}


def _link(state: PlainState) -> dict[str, Any]:
    ends = sorted(said(state.facts, end, "") for end in ("a", "b"))
    weight = said(state.facts, "weight", 0)
    return {"a": ends[0], "b": ends[1], "signal": said(state.facts, "signal", ""), "weight": weight}


def _posted_at(state: PlainState) -> int | None:
    """When it was posted, or else when somebody spoke of it (µs)."""
    if "posted_at" in state.facts:
        return instant_of(state.facts["posted_at"].value)
    return state.facts["asset"].at if "asset" in state.facts else None


_COLUMNS: dict[str, Callable[[PlainState], dict[str, Any]]] = {"link": _link}
"""What of a state stands in columns of its own."""


def _place(asset: AssetState) -> Place | None:
    return Place(asset.home, str(asset.surface)) if asset.is_known else None


def _added(asset: AssetState) -> Bag:
    return summed(of_asset(asset)) if asset.is_known else {}
