"""The board: what is known now, in memory, as one consistent picture at one ``seq``.

One rollup a network; a scope is the fold of its networks, so a merge or a new attribution moves rollups and recounts
nothing. ``refresh`` reads the rows that changed since the board's ``seq``, whichever process wrote them.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from app import tables as t
from app.arrivals import Arrivals, Slot
from app.entities import AlarmState, NetworkState, PlainState, decoded, said
from app.measures import all_measures
from app.measures._fold import NOTHING_STATED, Ask, Fold, Member, SharedEvent, Stated, SurfaceAudience
from app.measures.events import interest_of
from app.measures.reach import Reach, reach_on, reaches
from app.networks import Network, network_of
from app.pictured import alarm_of, election_of
from app.reaches import united
from app.vocabulary import UNASSIGNED, Alarm, Election, Scope, Stage, Surface, TookPlace, Watch

__all__ = ["Board", "Source"]

MOST_OVER = 2_000
"""Alarms that are over and stay in the picture, the last ones: a sender without sense fills no memory."""

MOST_KEPT = 1_000
"""Answers that are remembered of one picture: somebody who asks for one instant after the other fills no memory."""


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who sends records: the newest (its ``seq``, and when it came, µs), how many, of which types."""

    name: str
    seq: int
    recorded_at: int
    records: int
    types: frozenset[str]


class Board:
    """The picture. ``refresh`` puts new dictionaries in the place of old ones, so that ``frozen`` may share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget("")

    def _forget(self, epoch: str) -> None:
        self.epoch = epoch
        self.seq = 0
        self.networks: dict[str, Network] = {}
        self.elections: dict[str, Election] = {}
        self.alarms: dict[str, Alarm] = {}
        self.sources: dict[str, Source] = {}
        self.arrivals: dict[str, Arrivals] = {}
        self._states: dict[str, NetworkState] = {}
        self._bags: dict[str, dict[str, int]] = {}
        self._firsts: dict[str, int | None] = {}
        self._audiences: dict[str, dict[Surface, SurfaceAudience]] = {}
        self._members: dict[str, Member] = {}
        self._shared: dict[str, SharedEvent] = {}
        self._into: dict[str, str] = {}
        self._seqs: dict[str, int] = {}
        self._kept: dict[Any, Any] = {}

    def frozen(self) -> Board:
        """The picture as it is now, which no refresh changes. Costs nothing: it is shared."""
        with self._lock:
            return copy.copy(self)

    # --- following the log --------------------------------------------------------------------------------------------

    def refresh(self, connection: Connection) -> bool:
        """Read what changed since ``seq``; True when that has moved. ``connection`` must see one instant."""
        head = connection.execute(select(t.head.c.seq, t.head.c.epoch)).first()
        if head is None:
            return False
        with self._lock:
            if head.epoch != self.epoch:
                self._forget(head.epoch)
            elif head.seq <= self.seq:
                # Another thread has read a later picture than this connection sees.
                return False
            self._read(connection)
            self.seq = head.seq
            self._kept = {}
            return True

    def _read(self, connection: Connection) -> None:
        def changed(table: Table) -> Iterable[Any]:
            return connection.execute(select(table).where(table.c.seq > self.seq))

        read = list(changed(t.networks))
        states = {row.id: decoded(row.state, NetworkState) for row in read}
        rollups = list(changed(t.rollups))
        united = list(changed(t.reaches))
        edges = list(changed(t.merges))
        merged = {row.absorbed: row.survivor for row in edges}
        self._states = self._states | states
        self._bags = self._bags | {row.home: msgspec.json.decode(row.bag) for row in rollups}
        self._firsts = self._firsts | {row.home: row.first_detected_at for row in rollups}
        told: dict[str, dict[Surface, SurfaceAudience]] = {}
        for row in united:
            told.setdefault(row.home, {})[Surface.parse(row.surface)] = _united(row)
        # A surface that the last asset has left is as if there had never been one.
        self._audiences = self._audiences | {
            home: {surface: held for surface, held in (self._audiences.get(home, {}) | own).items() if held.assets}
            for home, own in told.items()
        }
        self._shared = _without_none(self._shared | {row.id: _shared(row) for row in changed(t.events)})
        found = {row.id: decoded(row.state, PlainState) for row in changed(t.elections)}
        self.elections = _without_none(self.elections | {id: election_of(id, state) for id, state in found.items()})
        raised = {row.id: decoded(row.state, AlarmState) for row in changed(t.alarms)}
        if raised:
            known = _without_none(self.alarms | {id: alarm_of(id, state) for id, state in raised.items()})
            over = sorted((each for each in known.values() if not each.is_open), key=lambda each: (each.ended, each.id))
            gone = {each.id for each in over[:-MOST_OVER]}
            self.alarms = {id: alarm for id, alarm in known.items() if id not in gone}
        seen = {
            row.source: Source(row.source, row.seq, row.recorded_at, row.records, frozenset(row.types.split()))
            for row in changed(t.sources)
        }
        self.sources = self.sources | seen
        came: dict[str, dict[int, Slot]] = {}
        for row in changed(t.arrivals):
            came.setdefault(row.source, {})[row.slot] = Slot.parse(row.records, row.lags)
        self.arrivals = self.arrivals | {
            source: self.arrivals.get(source, Arrivals()).with_slots(slots) for source, slots in came.items()
        }
        touched = {row.id: row.seq for row in read} | {row.absorbed: row.seq for row in edges}
        # Who has lost a network has changed as well.
        touched |= {self._root(row.absorbed): row.seq for row in edges}
        for row in (*rollups, *united):
            touched[row.home] = max(row.seq, touched.get(row.home, 0))
        self._seqs = self._seqs | touched
        dirty = {*states, *(row.home for row in rollups), *(row.home for row in united)}
        self._members = self._members | {home: self._member(home) for home in dirty}
        self._compose(dirty, merged)

    def _member(self, home: str) -> Member:
        bag, audiences = self._bags.get(home, {}), self._audiences.get(home, {})
        state = self._states.get(home)
        return Member(home, bag, audiences, NOTHING_STATED if state is None else Stated.of(state))

    def _compose(self, dirty: set[str], merged: dict[str, str]) -> None:
        """Make the networks anew that changed, or whose members did."""
        roots = {self._root(id) for id in dirty | merged.keys()}
        if merged:
            self._into = {absorbed: into for absorbed, into in (self._into | merged).items() if into}
            roots |= {self._root(id) for id in dirty | merged.keys()} | set(merged)
        groups: dict[str, list[str]] = {root: [root] for root in roots}
        for absorbed in self._into:
            root = self._root(absorbed)
            if root in groups and absorbed != root:
                groups[root].append(absorbed)
        networks = dict(self.networks)
        for root in roots:
            networks.pop(root, None)
            if root != UNASSIGNED and self._root(root) == root:
                known = [id for id in [root, *sorted(set(groups[root]) - {root})] if self._is_known(id)]
                if known:
                    networks[root] = self._network(root, known)
        self.networks = networks

    def _network(self, id: str, members: list[str]) -> Network:
        return network_of(
            id,
            self._states.get(id, NetworkState()),
            [self._members[member] for member in members],
            [self._states[member] for member in members if member in self._states],
            self._first_seen([id] if members[0] == id else members),
        )

    def _first_seen(self, ids: list[str]) -> int:
        """When networks were first seen: shown by records or by their assets, or else only spoken of."""
        states = [state for id in ids if (state := self._states.get(id)) is not None]
        shown = [*(state.first_at for state in states), *(self._firsts.get(id) for id in ids)]
        spoken_of = [state.other_at for state in states]
        return next(min(known) for seen in (shown, spoken_of) if (known := [at for at in seen if at is not None]))

    def _is_known(self, id: str) -> bool:
        if id not in self._members:
            return False
        state = self._states.get(id)
        return (state is not None and state.is_known) or bool(self._members[id].rows("asset"))

    def _root(self, id: str) -> str:
        while id in self._into:
            id = self._into[id]
        return id

    # --- questions ----------------------------------------------------------------------------------------------------

    def find(self, id: str) -> Network | None:
        """The network of an id, also of one that was merged into another."""
        return self.networks.get(self._root(id))

    def absorber(self, id: str) -> str | None:
        """The network into which one was merged, which may itself be merged; None where it stands by itself."""
        return self._into.get(id)

    def name_of(self, id: str) -> str:
        """What a network calls itself, also one that was merged into another; its id where it has no name."""
        state = self._states.get(id)
        return id if state is None else said(state.facts, "code_name", "") or id

    def select(self, scope: Scope) -> list[Network]:
        """The networks of a scope, by id."""
        ordered: list[Network] = self._keeping(
            "networks by id", lambda: [network for _, network in sorted(self.networks.items())]
        )
        if scope.is_everything:
            return list(ordered)
        return [network for network in ordered if self._is_in(network, scope)]

    def members_of(self, network: Network) -> list[Member]:
        """What a network and those that were merged into it count."""
        return [self._members[id] for id in network.members]

    def changed_at(self, network: Network) -> int:
        """The ``seq`` of the last commit that changed anything of a network."""
        return max(self._seqs.get(id, 0) for id in network.members)

    def _is_in(self, network: Network, scope: Scope) -> bool:
        asked: tuple[tuple[Collection[str], Collection[str]], ...] = (
            (scope.network, (network.id, *network.members)),
            (scope.election, network.elections),
            (scope.origin, network.origins),
            (scope.target, network.targets),
            (scope.topic, network.topics),
            (scope.detector, network.detectors),
            (scope.stage, (network.stage,)),
            (scope.rung, (network.rung,)),
            (scope.attributed, network.attributed if scope.attributed else ()),
        )
        if not all(set(wanted).intersection(has) for wanted, has in asked if wanted):
            return False
        if scope.open_only and not network.is_open:
            return False
        return scope.since is None or network.was_open(scope.since) or network.first_seen_at > scope.since

    def fold(self, scope: Scope) -> Fold:
        """What a scope adds up from."""
        fold: Fold = self._keeping(
            scope, lambda: self._fold(self.select(scope), scope.platform, unassigned=scope.is_everything)
        )
        return fold

    def fold_of(self, ids: Collection[str], platforms: tuple[str, ...] = ()) -> Fold:
        """The fold of chosen networks; ids that are not known are passed over."""
        chosen = [network for id in sorted(set(ids)) if (network := self.networks.get(id)) is not None]
        return self._fold(chosen, platforms)

    def fold_alone(self, network: Network, platforms: tuple[str, ...] = ()) -> Fold:
        """The fold of one network, with only those shared events that it hosts: for whoever asks it of very many."""
        events = [event for id in network.members for event in self._shared_by_home.get(id, ())]
        stages = dict.fromkeys(network.members, (network.stage, network.stage_since))
        members = tuple(self.members_of(network))
        return Fold((network,), members, stages, tuple(dict.fromkeys(events)), platforms)

    @property
    def _shared_by_home(self) -> dict[str, list[SharedEvent]]:
        def found() -> dict[str, list[SharedEvent]]:
            by_home: dict[str, list[SharedEvent]] = {}
            for event in self._shared.values():
                for home in {home for home, _ in event.places}:
                    by_home.setdefault(home, []).append(event)
            return by_home

        by_home: dict[str, list[SharedEvent]] = self._keeping("shared events by home", found)
        return by_home

    def _fold(self, networks: list[Network], platforms: tuple[str, ...], *, unassigned: bool = False) -> Fold:
        stages = {id: (network.stage, network.stage_since) for network in networks for id in network.members}
        members = [self._members[id] for id in stages]
        # Where nothing is unassigned any more, it is as if nothing had ever been.
        if unassigned and UNASSIGNED in self._members and not self._members[UNASSIGNED].is_empty:
            stages[UNASSIGNED] = (Stage.DETECTED, 0)
            members.append(self._members[UNASSIGNED])
        return Fold(tuple(networks), tuple(members), stages, tuple(self._shared.values()), platforms)

    def reach(self, scope: Scope) -> dict[Surface, Reach]:
        """The reach of a scope on every surface of which anything is known."""
        found: dict[Surface, Reach] = self._keeping(("reach", scope), lambda: reaches(self.fold(scope)))
        return found

    def reach_of(self, ids: Collection[str], surface: Surface) -> Reach | None:
        """The reach of chosen networks on one surface, None where nothing is known of it."""
        key = ("reach", frozenset(ids), surface)
        found: Reach | None = self._keeping(key, lambda: reach_on(surface, self.fold_of(ids).members))
        return found

    def _keeping(self, question: Any, work: Callable[[], Any]) -> Any:
        """An answer, worked out once a picture; of ever new questions no more than ``MOST_KEPT`` are remembered."""
        kept = self._kept
        try:
            return kept[question]
        except KeyError:
            answer = work()
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[question] = answer
        return answer

    def measure(self, name: str, scope: Scope, *, now: int, watch: Watch) -> dict[str, Any]:
        """One measure of a scope as JSON. Raises KeyError for a measure that there is not."""
        measured: dict[str, Any] = all_measures()[name].measure(self.fold(scope), Ask(now, watch))
        return measured

    def measures(self, scope: Scope, *, now: int, watch: Watch) -> dict[str, Any]:
        """Every measure of a scope."""
        return {name: self.measure(name, scope, now=now, watch=watch) for name in all_measures()}


def _without_none(found: Mapping[str, Any]) -> dict[str, Any]:
    return {id: value for id, value in found.items() if value is not None}


def _united(row: Any) -> SurfaceAudience:
    audience, counts = united(row)
    return SurfaceAudience(audience, row.assets, row.observed, counts)


def _shared(row: Any) -> SharedEvent | None:
    if not row.shared:
        return None
    state = decoded(row.state, PlainState)
    places = frozenset((home, platform) for home, platform in msgspec.json.decode(row.places))
    return SharedEvent(places, said(state.facts, "took_place", TookPlace.UNKNOWN.value), interest_of(state))
