"""A beat is one record of the story with the time at which it is told; a teller writes them for one detector."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from app.vocabulary import HOUR, TYPE_PREFIX, Instant, RecordType, instant, isoformat

HOUSE = "//detectors.example/warroom-demo/"


@dataclass(frozen=True, slots=True)
class Beat:
    """One CloudEvents record (as a dict, ready for JSON) and the instant at which it happens."""

    at: Instant
    event: dict[str, Any]

    @property
    def source(self) -> str:
        """The CloudEvents source: whose key sends it."""
        return str(self.event["source"])


@dataclass(slots=True)
class Teller:
    """One detector. Its ids follow from what it says, so that the same story told twice counts once."""

    name: str
    prefix: str = ""
    _told: Counter[str] = field(default_factory=Counter)

    @property
    def source(self) -> str:
        """The CloudEvents source of everything it tells."""
        return HOUSE + self.name

    def tell(self, type: RecordType, at: Instant, subject: str | None, **data: Any) -> Beat:
        """The record of ``type`` about ``subject`` at ``at``. Data that is None is left out."""
        what = f"{self.prefix}{type}:{subject or data.get('a') or data.get('id')}"
        self._told[what] += 1
        event = {
            "specversion": "1.0",
            "id": f"{what}:{self._told[what]}",
            "source": self.source,
            "type": TYPE_PREFIX + type,
            "time": isoformat(at),
            "data": {name: value for name, value in data.items() if value is not None},
        }
        if subject is not None:
            event["subject"] = subject
        return Beat(at, event)


@dataclass(slots=True)
class Tellers:
    """The detectors of the demo, one for each kind of upstream system, and the desk."""

    prefix: str = ""
    coordination: Teller = field(init=False)
    assets: Teller = field(init=False)
    audiences: Teller = field(init=False)
    activity: Teller = field(init=False)
    desk: Teller = field(init=False)
    platform: Teller = field(init=False)

    def __post_init__(self) -> None:
        for name in DETECTORS:
            setattr(self, name, Teller(name, self.prefix))


DETECTORS = ("coordination", "assets", "audiences", "activity", "desk", "platform")
SOURCES = tuple(HOUSE + name for name in DETECTORS)
"""Every source that appears in the demo: the player needs a key for each."""


def utc(text: str) -> Instant:
    """The instant of ``2018-10-26T14:05`` (UTC)."""
    return instant(datetime.fromisoformat(f"{text}+00:00"))


BUSY_FROM, BUSY_TO = 8, 22
"""Hours (UTC) in which detections come about three times as often as in the others."""


def moments(rng: Random, n: int, first: Instant, last: Instant) -> list[Instant]:
    """``n`` instants in order from ``first`` to ``last`` (both ends are among them), denser by day than by night."""
    inner: list[int] = []
    while len(inner) < n - 2:
        at = rng.randrange(first, last)
        if BUSY_FROM <= at // HOUR % 24 < BUSY_TO or rng.random() < 0.3:
            inner.append(at - at % 1_000_000)
    return [Instant(at) for at in sorted([first, *inner, last][:n])]
