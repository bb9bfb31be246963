"""Restating: whether the figures of a snapshot still stand, by what the log says of the same scope and instant now.

The picture of now is asked as of the instant of the snapshot and by its watch, so nothing becomes another figure by the
clock alone: "removed today" is that day. Time in a stage and what is overdue are compared nowhere.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import select

from app import tables as t
from app.board import Board
from app.exports import Frozen
from app.networks import Network
from app.records import instant_of
from app.snapshots._lines import Lines, differing, network_lines, scope_lines
from app.snapshots._rows import network_json
from app.snapshots.asking import scope_said
from app.snapshots.comparing import Comparison, compare
from app.snapshots.content import MOST_NETWORKS, Subject, networks_of
from app.snapshots.deeds import deeds_between, last_telling
from app.snapshots.facts import FACTS, facts_of
from app.snapshots.freezing import Snapshots
from app.snapshots.keeping import Kept
from app.vocabulary import Scope, Stage, Watch, isoformat

Json = dict[str, Any]
T = TypeVar("T")

MOST_KEPT = 400
"""Standings that are kept: a few pages of the list."""

MOST_ROWS = 20_000
"""Networks whose figures are kept, each about 8 kB: asked for by every snapshot that they are in."""

TIMELESS = ("reach", "spend", "events", "stages")
TIMELY = ("takedowns", "detections")
"""Measures of a scope of which figures are compared: those that say the same at any time, and those that count days."""

BUDGET_S = 0.1
"""Seconds that a list takes to look at what it has not looked at yet; the rest is looked at when it is asked again."""


class Restating:
    """Looks at snapshots again, and keeps what it found until a record comes that may change a figure."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._standings = _Newest[tuple[str, str, int], bool](MOST_KEPT)
        self._said = _Newest[str, _Said](MOST_KEPT)
        self._measures = _Newest[tuple[str, int, str, Scope], Json](MOST_KEPT)
        self._rows = _Newest[tuple[str, str, int, tuple[str, ...]], Json](MOST_ROWS)

    def standing(self, frozen: Frozen) -> Comparison:
        """What is known now of the scope and instant of a snapshot, beside it: it is current where all ``stands``."""
        return self._compared(frozen.content, self._snapshots.board(), None)

    def now(self, frozen: Frozen) -> Comparison:
        """A snapshot beside what would be frozen of its subject now."""
        return self._compared(frozen.content, self._snapshots.board(), self._snapshots.clock.now())

    def between(self, one: Frozen, other: Frozen) -> Comparison:
        """Two snapshots, the earlier one first, whichever is named first."""
        before, after = sorted((one.content, other.content), key=_order)
        deeds = None
        epochs = {content["picture"]["epoch"] for content in (before, after)}
        if epochs == {self._snapshots.board().epoch}:
            with self._snapshots.database.read() as connection:
                deeds = deeds_between(connection, before["picture"]["seq"], after["picture"]["seq"])
        return compare(before, after, deeds)

    def are_current(self, kept: Sequence[Kept], budget_s: float = BUDGET_S) -> dict[str, bool]:
        """Which snapshots of a list are current, by id; those are left out for which there was no time."""
        until = time.monotonic() + budget_s
        board = self._snapshots.board()
        with self._snapshots.database.read() as connection:
            last = last_telling(connection, board.seq)
        found: dict[str, bool] = {}
        for each in kept:
            key = (each.id, board.epoch, last)
            if each.epoch == board.epoch and each.seq >= last:
                found[each.id] = True
            elif (known := self._standings.get(key)) is not None:
                found[each.id] = known
            elif time.monotonic() < until and (said := self._looked_at(each.id)) is not None:
                found[each.id] = self._standings.keep(key, self._is_current(said, board))
        return found

    def _looked_at(self, id: str) -> _Said | None:
        """What is compared of a snapshot; None of one that is no longer as it was frozen, which its page says."""
        try:
            return self._said.get(id) or self._said.keep(id, _Said.of(self._content(id)))
        except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError):
            return None

    def _is_current(self, said: _Said, board: Board) -> bool:
        """What ``standing`` says in short: it stops at the first thing that differs, and looks for no reasons."""
        subject = subject_of(said.head)
        networks = networks_of(subject, board)[:MOST_NETWORKS]
        same = said.head["picture"]["epoch"] == board.epoch
        if said.networks.keys() != {network.id for network in networks}:
            return False
        seq = said.head["picture"]["seq"]
        changed = [network for network in networks if not same or board.changed_at(network) > seq]
        if not changed and not subject.scope.is_everything and len(networks) < MOST_NETWORKS:
            return True
        for network in changed:
            if not said.networks[network.id].stands(self._row(board, network, subject.scope.platform)):
                return False
        now = scope_lines(self._scope(said.head, subject, board, None))
        return not any(differing(said.lines, now))

    def _content(self, id: str) -> Json:
        """The content of a snapshot, read as fast as may be: it is verified where it is shown."""
        with self._snapshots.database.read() as connection:
            body = connection.execute(select(t.snapshots.c.body).where(t.snapshots.c.id == id)).scalar_one()
        content: Json = msgspec.json.decode(bytes(body))
        return content

    def _compared(self, before: Json, board: Board, now: int | None) -> Comparison:
        after = self._picture(before, board, now)
        deeds = None
        if before["picture"]["epoch"] == board.epoch:
            with self._snapshots.database.read() as connection:
                deeds = deeds_between(connection, before["picture"]["seq"], board.seq)
        return compare(before, after, deeds, kept=False)

    def _picture(self, before: Json, board: Board, now: int | None) -> Json:
        """What would be frozen of the same subject: its figures, and its networks.

        Where no ``now`` (µs) is given it is that of the snapshot, and so is the watch.
        """
        subject = subject_of(before)
        rows = {row["id"]: row for row in before["networks"]}
        same = before["picture"]["epoch"] == board.epoch
        seq = before["picture"]["seq"]
        networks = [
            rows[network.id]
            if same and network.id in rows and board.changed_at(network) <= seq
            else self._row(board, network, subject.scope.platform)
            for network in networks_of(subject, board)[:MOST_NETWORKS]
        ]
        return self._scope(before, subject, board, now) | {"networks": networks}

    def _scope(self, before: Json, subject: Subject, board: Board, now: int | None) -> Json:
        """All of a picture but its networks."""
        as_of = instant_of(before["picture"]["as_of"]) if now is None else now
        watch = watch_of(before) if now is None else self._snapshots.watch
        return {
            "id": before["id"],
            "name": before["name"],
            "subject": before["subject"],
            "picture": {"seq": board.seq, "epoch": board.epoch, "as_of": isoformat(as_of)},
            "measures": {
                **{name: self._timeless(board, name, subject.scope) for name in TIMELESS},
                **{name: board.measure(name, subject.scope, now=as_of, watch=watch) for name in TIMELY},
            },
            "open": {"scope": before["open"]["scope"], "reach": self._timeless(board, "reach", subject.of_open)},
        }

    def _timeless(self, board: Board, name: str, scope: Scope) -> Json:
        """A measure of which no figure that is compared hangs on the time: worked out once a picture."""
        key = (board.epoch, board.seq, name, scope)
        known = self._measures.get(key)
        if known is None:
            now = self._snapshots.clock.now()
            known = self._measures.keep(key, board.measure(name, scope, now=now, watch=self._snapshots.watch))
        return known

    def _row(self, board: Board, network: Network, platforms: tuple[str, ...]) -> Json:
        key = (board.epoch, network.id, board.changed_at(network), platforms)
        row = self._rows.get(key)
        if row is None:
            # No figure of one network that is compared hangs on the time.
            row = self._rows.keep(
                key,
                network_json(board, network, platforms, now=self._snapshots.clock.now(), watch=self._snapshots.watch),
            )
        return row


@dataclass(frozen=True, slots=True)
class _Row:
    """What is compared of one network of a snapshot."""

    facts: Json
    lines: Lines

    @classmethod
    def of(cls, row: Json) -> _Row:
        return cls({name: row[name] for name in FACTS}, network_lines(row))

    def stands(self, row: Json) -> bool:
        """Whether a network says the same."""
        return not any(facts_of(self.facts, row)) and not any(differing(self.lines, network_lines(row)))


@dataclass(frozen=True, slots=True)
class _Said:
    """What is compared of a snapshot, without the rest of it, which is a hundred times as much."""

    head: Json
    lines: Lines
    networks: dict[str, _Row]

    @classmethod
    def of(cls, content: Json) -> _Said:
        head = {name: content[name] for name in ("id", "name", "subject", "picture", "watch")}
        head["open"] = {"scope": content["open"]["scope"]}
        return cls(head, scope_lines(content), {row["id"]: _Row.of(row) for row in content["networks"]})


def subject_of(content: Json) -> Subject:
    """What was frozen, to be frozen again."""
    said = content["subject"]
    open_scope = scope_said(content["open"]["scope"])
    return Subject(scope_said(said["scope"]), said["words"], said["scene"] or "", open_scope)


def watch_of(content: Json) -> Watch:
    """The watch by which a snapshot counted."""
    said = content["watch"]
    limits = {Stage(stage): hours for stage, hours in said["limits_h"].items()}
    return Watch(instant_of(said["first_day"]), said["zone"], limits)


def _order(content: Json) -> tuple[int, str]:
    return content["picture"]["seq"], content["frozen"]["at"]


Key = TypeVar("Key", bound=Hashable)


class _Newest(Generic[Key, T]):
    """What was asked for last, of ``most`` things; asked by any number of threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Key, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> T | None:
        """What was kept, None where nothing is."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    def keep(self, key: Key, value: T) -> T:
        """Keep something, and give it back."""
        with self._lock:
            self._held[key] = value
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return value
