"""Where an indicator was seen: in the addresses of assets, in posts, or by somebody's word, and in which networks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app import tables as t
from app.entities import PlainState, decoded, said
from app.findable import Seen
from app.rows import find

MOST = 5_000
"""Sightings of one indicator that are looked at: a hashtag that everybody uses shows nothing by being counted."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing in which an indicator was seen. ``asset`` is the one behind it, ``home`` the network it counts in."""

    by: str
    entity: str
    asset: str
    home: str
    named: PlainState | None = None


@dataclass(frozen=True, slots=True)
class Sightings:
    """All of one indicator, by kind and id; ``more`` where only the first ``MOST`` were looked at."""

    seen: Seen
    found: tuple[Sighting, ...]
    more: bool

    @property
    def by_home(self) -> dict[str, Counter[str]]:
        """How often in each network, by what it was seen in; the most often first, ``""`` where no network is known."""
        counts: dict[str, Counter[str]] = {}
        for sighting in self.found:
            counts.setdefault(sighting.home, Counter())[sighting.by] += 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1].total(), item[0])))


def sightings_of(connection: Connection, seen: Seen) -> Sightings:
    """Where an indicator was seen; nothing where it never was."""
    kind, value = seen
    query = (
        select(t.sightings.c.by, t.sightings.c.entity)
        .where(t.sightings.c.kind == str(kind), t.sightings.c.value == value)
        .order_by(t.sightings.c.by, t.sightings.c.entity)
        .limit(MOST + 1)
    )
    rows = connection.execute(query).all()
    found = _located(connection, rows[:MOST])
    return Sightings(seen, found, len(rows) > MOST)


def indicators_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, PlainState]:
    """What was said of indicators, in the order of their ids as given."""
    rows = {row.id: row for row in find(connection, t.indicators.c.id, ids)}
    states = {id: decoded(rows[id].state, PlainState) for id in ids if id in rows}
    return {id: state for id, state in states.items() if state.is_known}


def _located(connection: Connection, rows: Sequence[Any]) -> tuple[Sighting, ...]:
    by: dict[str, list[str]] = {"asset": [], "post": [], "indicator": []}
    for row in rows:
        by[row.by].append(row.entity)
    posts = {row.id: row.asset for row in find(connection, t.posts.c.id, by["post"], t.posts.c.id, t.posts.c.asset)}
    named = indicators_by_id(connection, by["indicator"])
    assets = {id: id for id in by["asset"]} | posts
    assets |= {id: said(state.facts, "asset", "") for id, state in named.items()}
    columns = (t.assets.c.id, t.assets.c.home)
    homes = {row.id: row.home for row in find(connection, t.assets.c.id, filter(None, assets.values()), *columns)}
    found = []
    for kind, ids in by.items():
        for id in ids:
            asset, state = assets.get(id, ""), named.get(id) if kind == "indicator" else None
            # What somebody said of a network outright counts there; else where its asset does.
            stated = "" if state is None else said(state.facts, "network", "")
            found.append(Sighting(kind, id, asset, stated or homes.get(asset, ""), state))
    return tuple(found)
