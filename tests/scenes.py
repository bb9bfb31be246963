"""Looking at the Situation scene of a real room: events go in, and what comes out is the view."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.demo.story import FIRST_DAY
from app.nouns import NARROW
from app.vocabulary import DAY, MINUTE, Stage, isoformat
from dashboards import wall
from dashboards.scenes import ROOM, situation
from tests.makers import Event, accounts_observed, asset_detected, network_reported, stage_changed
from tests.room import Room, at

NOW = at("2018-10-26T14:32:00Z")
EARLIER = isoformat(NOW - 3 * DAY)
JUST_NOW = isoformat(NOW - 5 * MINUTE)

View = dict[str, Any]


class Look:
    """Called with events, it sends them and gives the view. The time is ``NOW`` until another is given."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def __call__(self, *events: Event, limits: Mapping[str, int] | None = None, now: int | None = None) -> View:
        if now is not None:
            self.room.clock.at = now
        if events:
            self.room.send(events)
        return view_of(self.room, self.room.clock.now(), limits)

    def frames(self) -> str:
        """What the live feed would send of all panels, as one text."""
        room = self.room
        return json.dumps(wall.draw(room.board, room.clock.now(), watch=room.watch), ensure_ascii=False)


def view_of(room: Room, now: int, limits: Mapping[str, int] | None = None) -> View:
    """What the templates of the Situation scene and of the header read."""
    return {
        name: part
        for scene in (ROOM, situation.SCENE)
        for name, part in scene.view(room.board, now, room.watch, limits or {}).items()
    }


@contextlib.contextmanager
def looking(folder: Path) -> Iterator[Look]:
    """A room in a folder, for as long as this is open."""
    room = Room(f"sqlite:///{folder / 'room.sqlite'}", now=NOW, first_day=FIRST_DAY)
    try:
        yield Look(room)
    finally:
        room.close()


def network(
    name: str, *, since: str = EARLIER, stage: Stage | None = None, followers: int = 0, **said: Any
) -> list[Event]:
    """A network with one Page, which so many accounts follow, one of them the same for all networks."""
    events = [network_reported(name, at=since, **said), asset_detected(f"{name}-page", network=name, at=since)]
    if followers:
        who = ["everywhere", *(f"{name}-{n}" for n in range(followers - 1))]
        events.append(accounts_observed(f"{name}-page", who, at=since))
    if stage is not None:
        events.append(stage_changed(name, stage, at=since))
    return events


def lines(hero: View) -> list[str]:
    """A headline as it reads: the number and its three lines."""
    return [str(hero["number"]).replace(NARROW, " "), hero["label"], hero["sub"], hero["why"].replace(NARROW, " ")]


def column(view: View, stage: Stage) -> View:
    """The column of a stage."""
    found: View = next(each for each in view["stages"] if each["stage"] == stage)
    return found
