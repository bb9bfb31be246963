"""The content of a snapshot: all that a scope said at one ``seq``, as one JSON object (``docs/snapshots.md``).

Pure: a board, the room's time there and who froze it go in. Text from outside stays as it came and is made safe by each
export for where it goes. Nothing in it says who is behind a network more strongly than was approved: what somebody
claimed, reported origins and reasons in free words stay out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from app.board import Board
from app.briefing import gaps
from app.drilldown import Sort, ordered, ordering
from app.exports import SCHEMA
from app.language import spoken
from app.networks import Network
from app.rates import ReferenceRates
from app.scopes import scope_json
from app.silence import Silence, called, silences
from app.snapshots._converted import converted
from app.snapshots._happened import alarms, changes
from app.snapshots._rows import network_json
from app.vocabulary import Scope, Tlp, Watch, isoformat

Json = dict[str, Any]

MOST_NETWORKS = 2_000
"""Networks that a snapshot describes one by one; its measures are of all. Each takes about 8 kB."""

MOST_ASSETS = 5_000
"""Assets that a snapshot lists by name: a sheet that somebody can still read."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is frozen: a ``scope``, or a ``scene`` of a wall. ``words`` name it: "All networks", "Situation".

    ``open_scope`` are the networks whose reach is shown as that of the open ones: by default those of the scope.
    """

    scope: Scope
    words: str
    scene: str = ""
    open_scope: Scope | None = None

    @property
    def of_open(self) -> Scope:
        """The scope of the networks that are open."""
        return self.open_scope or replace(self.scope, open_only=True)


@dataclass(frozen=True, slots=True)
class Taking:
    """Who freezes it, when (µs) and for whom. ``names`` says whether names of Pages and accounts go into it."""

    id: str
    name: str
    by: str
    at: int
    tlp: Tlp
    names: bool = False
    embargo_until: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A picture, the room's time there (µs), and when its last record came (None before any).

    ``live`` is False for a picture of the past. ``assets`` are rows for its networks, as ``asset_rows`` reads them.
    Without ``rates`` nothing is converted.
    """

    board: Board
    now: int
    recorded_at: int | None
    watch: Watch
    live: bool = True
    source_limits_s: Mapping[str, int] = field(default_factory=dict)
    assets: Sequence[Json] = ()
    rates: ReferenceRates | None = None


def content_of(subject: Subject, place: Place, taking: Taking) -> Json:
    """All of a snapshot, in the language that is spoken here."""
    board, now, watch = place.board, place.now, place.watch
    networks = networks_of(subject, board)
    measures = _plain(board.measures(subject.scope, now=now, watch=watch))
    rows = [
        network_json(board, network, subject.scope.platform, now=now, watch=watch)
        for network in networks[:MOST_NETWORKS]
    ]
    silent = _silent(place)
    total, rates = converted(measures["spend"], place.rates, now)
    said: Json = {
        "schema": SCHEMA,
        "id": taking.id,
        "name": taking.name,
        "subject": {
            "kind": "scene" if subject.scene else "scope",
            "scene": subject.scene or None,
            "scope": scope_json(subject.scope),
            "words": subject.words,
        },
        "picture": {
            "seq": board.seq,
            "epoch": board.epoch,
            "as_of": isoformat(now),
            "recorded_at": _time(place.recorded_at),
            "live": place.live,
            "sources": _sources(board, {each.source for each in silent}),
        },
        "frozen": {"at": isoformat(taking.at), "by": taking.by},
        "tlp": str(taking.tlp),
        "embargo_until": _time(taking.embargo_until),
        "names": taking.names,
        "exercise": any(network.exercise for network in networks),
        "language": spoken().code,
        "zone": watch.zone,
        "watch": _watch(board, watch),
        "rates": rates,
        "counted": {
            "networks": len(board.select(subject.scope)),
            "open": len(board.select(subject.of_open)),
            "described": len(rows),
        },
        "measures": measures,
        "converted": total,
        "open": {
            "scope": scope_json(subject.of_open),
            "reach": board.measure("reach", subject.of_open, now=now, watch=watch),
        },
        "networks": rows,
        "assets": {
            "listed": sum(n for network in networks for n in network.assets.values()),
            "included": len(place.assets) if taking.names else 0,
            "rows": list(place.assets) if taking.names else [],
        },
        "changes": changes(board, networks, now=now, watch=watch),
        "alarms": alarms(board, networks),
    }
    return said | {"unknown": gaps(said, [each.name for each in silent])}


def networks_of(subject: Subject, board: Board) -> list[Network]:
    """The networks of a subject in the order of lists: the open ones by reach, then the closed, latest first."""
    found = {network.id: network for network in board.select(subject.scope)}
    if subject.open_scope is not None:
        found |= {network.id: network for network in board.select(subject.open_scope)}
    by = ordering(board, found.values(), subject.scope.platform)
    return [network for _, network in ordered(by, found.values(), Sort())]


def _sources(board: Board, silent: AbstractSet[str]) -> list[Json]:
    """Everybody who was heard, and whoever should have been and never was."""
    return [
        {
            "source": name,
            "name": called(name),
            "last": None if heard is None else isoformat(heard.recorded_at),
            "records": 0 if heard is None else heard.records,
            "silent": name in silent,
        }
        for name in sorted(board.sources.keys() | silent)
        for heard in [board.sources.get(name)]
    ]


def _silent(place: Place) -> list[Silence]:
    return silences(place.board.sources, place.source_limits_s, now=place.now, watch_began=place.watch.first_day)


def _watch(board: Board, watch: Watch) -> Json:
    elections = sorted(board.elections.values(), key=lambda each: (each.polls_open is None, each.polls_open, each.id))
    return {
        "first_day": isoformat(watch.first_day),
        "zone": watch.zone,
        "limits_h": {str(stage): hours for stage, hours in watch.limits_h.items()},
        "elections": [
            {
                "id": each.id,
                "name": each.name,
                "country": each.country,
                "polls_open": _time(each.polls_open),
                "polls_close": _time(each.polls_close),
            }
            for each in elections
        ],
    }


def _plain(measures: Json) -> Json:
    """Measures with their instants as texts, as everywhere in a snapshot."""
    stages = measures["stages"]
    told = [
        stage | {"networks": [row | {"since": isoformat(row["since"])} for row in stage["networks"]]}
        for stage in stages["stages"]
    ]
    return measures | {"stages": stages | {"stages": told}}


def _time(at: int | None) -> str | None:
    return None if at is None else isoformat(at)
