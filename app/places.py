"""Places: the network and surface in which an asset counts, and with it its ads and the events that it hosts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete

from app import tables as t
from app.entities import PlainState, encoded, said
from app.measures import of_event, summed
from app.rows import find, missing, upsert

Add = Callable[[str, Mapping[str, int], int], None]


class Place(NamedTuple):
    """Where an asset counts: its home network (empty where it has none yet) and its surface."""

    home: str
    surface: str

    @property
    def platform(self) -> str:
        """The platform of the surface."""
        return self.surface.partition(":")[0]


class Placed:
    """Where assets count, after a batch and before it. Reads what it was not told from the table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now: dict[str, Place | None] = {}
        self.before: dict[str, Place | None] = {}

    def move(self, asset: str, before: Place | None, after: Place | None) -> None:
        """An asset of the batch: where it counted and where it counts."""
        self.before[asset] = before
        self._now[asset] = after

    def moved(self) -> list[str]:
        """The assets of the batch that count elsewhere than before."""
        return [asset for asset, before in self.before.items() if before != self._now[asset]]

    def load(self, assets: Iterable[str]) -> None:
        """Read the places of assets that are not known yet, many at a time."""
        unknown = [asset for asset in assets if asset not in self._now]
        columns = (t.assets.c.id, t.assets.c.home, t.assets.c.surface, t.assets.c.status)
        self._now.update(dict.fromkeys(unknown))
        for row in find(self._connection, t.assets.c.id, unknown, *columns):
            self._now[row.id] = None if row.status == "unknown" else Place(row.home, row.surface)

    def of(self, asset: str) -> Place | None:
        """Where an asset counts; None while no detection of it holds."""
        if asset not in self._now:
            self.load([asset])
        return self._now[asset]

    def was(self, asset: str) -> Place | None:
        """Where an asset counted before the batch."""
        return self.before[asset] if asset in self.before else self.of(asset)

    def events(self, states: Mapping[str, tuple[PlainState, PlainState]], add: Add, seq: int) -> None:
        """Count hosted events where their assets are: ``states`` as they were before the batch and as they are now."""
        rows = {row.id: row for row in find(self._connection, t.events.c.id, states)}
        self.load(asset for _, state in states.values() for asset in said(state.facts, "assets", []))
        written = []
        for id, (before, state) in states.items():
            held = _places(rows[id].places) if id in rows else []
            places = sorted({(p.home, p.platform) for a in said(state.facts, "assets", []) if (p := self.of(a))})
            for home, platform in held:
                add(home, summed(of_event(before, platform)), -1)
            for home, platform in places:
                add(home, summed(of_event(state, platform)), 1)
            if said(before.facts, "assets") != said(state.facts, "assets") or id not in rows:
                self._list(id, said(state.facts, "assets", []))
            written.append(
                {
                    "id": id,
                    "seq": seq,
                    "places": json.dumps(places),
                    "shared": len(places) > 1,
                    "state": encoded(state),
                }
            )
        upsert(self._connection, t.events, written)

    def _list(self, event: str, assets: Iterable[str]) -> None:
        self._connection.execute(delete(t.event_assets).where(t.event_assets.c.event == event))
        missing(self._connection, t.event_assets, [{"event": event, "asset": asset} for asset in sorted(set(assets))])


def _places(text: str) -> list[tuple[str, str]]:
    return [(home, platform) for home, platform in json.loads(text)]
