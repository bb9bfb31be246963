"""Plays beats through the public HTTP door, each detector with its own key, when the room's clock reaches them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

from app.clock import Clock
from app.demo.beats import Beat
from app.errors import BadRequest, Unavailable

PATH = "/api/v1/records"
MEDIA = "application/cloudevents-batch+json"

TICK_S = 0.2
"""Real seconds between two looks at the clock: the wall changes no oftener than that while the week runs."""

WAITING = 400
"""Beats after which a batch is sent without waiting for the clock."""

BATCH_BYTES = 512 * 1024
"""Half of what the door takes in one body."""

TRIES = 60
"""How often a batch is offered to a door that is not there, with pauses of up to two seconds: two minutes in all."""

KEPT = 100
"""Refusals that are kept word for word."""


@dataclass(slots=True)
class Told:
    """What became of the beats: numbers of records, and the first refusals as ``id: field reason``."""

    sent: int = 0
    refused: int = 0
    refusals: list[str] = field(default_factory=list)


class Door(Protocol):
    """Takes one batch of one source. Raises Unavailable when it should be offered again."""

    def send(self, source: str, batch: list[Beat]) -> list[str]:
        """Send a batch and return what was refused of it, as text."""
        ...


class HttpDoor:
    """The HTTP door of the server at ``url``; ``keys`` maps each CloudEvents source to its bearer key."""

    def __init__(self, url: str, keys: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._keys = keys
        # The demo talks to its own server: proxies in the environment are not asked.
        self._client = httpx2.Client(base_url=url, timeout=30.0, trust_env=False, transport=transport)

    def send(self, source: str, batch: list[Beat]) -> list[str]:
        """Send one batch. Raises Unavailable when the door is closed, BadRequest when it will not have us at all."""
        body = json.dumps([beat.event for beat in batch], ensure_ascii=False, separators=(",", ":"))
        headers = {"content-type": MEDIA, "authorization": f"Bearer {self._keys[source]}"}
        try:
            response = self._client.post(PATH, content=body.encode(), headers=headers)
        except httpx2.TransportError as broken:
            raise Unavailable(f"the server cannot be reached: {broken}") from broken
        if response.status_code in (408, 429, 503):
            said = response.headers.get("retry-after", "")
            raise Unavailable(
                f"the server answered {response.status_code}", retry_after_s=float(said) if said.isdecimal() else 1.0
            )
        answers = response.json().get("answers") if response.status_code in (200, 207, 422) else None
        if answers is None:
            raise BadRequest("server", f"the server answered {response.status_code}: {response.text[:200]}")
        return [
            f"{batch[answer['index']].event['id']}: {answer.get('field')} {answer.get('reason')}"
            for answer in answers
            if answer["status"] not in ("accepted", "duplicate")
        ]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def play(
    beats: Iterable[Beat],
    door: Door,
    clock: Clock,
    *,
    sleep: Callable[[float], None] = time.sleep,
    stop: Callable[[], bool] = lambda: False,
    on_told: Callable[[Told], None] = lambda _: None,
) -> Told:
    """Send each beat once the clock has reached it, until they end or ``stop`` says so. ``beats`` are in order of time.

    Sending the same story again is safe: it counts once. ``on_told`` is called after each round of batches. Raises
    Unavailable when the door stays closed for ``TRIES`` tries, BadRequest when it does not take us.
    """
    told = Told()
    waiting: list[Beat] = []
    for beat in beats:
        while beat.at > clock.now():
            _deliver(waiting, door, told, sleep, stop)
            on_told(told)
            if stop():
                return told
            sleep(TICK_S)
        waiting.append(beat)
        if len(waiting) >= WAITING:
            _deliver(waiting, door, told, sleep, stop)
            on_told(told)
    _deliver(waiting, door, told, sleep, stop)
    on_told(told)
    return told


def _deliver(
    waiting: list[Beat], door: Door, told: Told, sleep: Callable[[float], None], stop: Callable[[], bool]
) -> None:
    for source, batch in batches(waiting):
        refusals = _offer(source, batch, door, sleep, stop)
        told.sent += len(batch)
        told.refused += len(refusals)
        told.refusals += refusals[: max(0, KEPT - len(told.refusals))]
    waiting.clear()


def batches(beats: Iterable[Beat]) -> Iterator[tuple[str, list[Beat]]]:
    """Beats by source, each source in order of time, cut into batches that the door takes."""
    by_source: dict[str, list[Beat]] = {}
    for beat in beats:
        by_source.setdefault(beat.source, []).append(beat)
    for source, told in by_source.items():
        batch: list[Beat] = []
        size = 0
        for beat in told:
            length = len(json.dumps(beat.event, ensure_ascii=False).encode())
            if batch and size + length > BATCH_BYTES:
                yield source, batch
                batch, size = [], 0
            batch.append(beat)
            size += length
        yield source, batch


def _offer(
    source: str, batch: list[Beat], door: Door, sleep: Callable[[float], None], stop: Callable[[], bool]
) -> list[str]:
    for attempt in range(TRIES - 1):
        try:
            return door.send(source, batch)
        except Unavailable as unavailable:
            if stop():
                return []
            sleep(min(2.0, max(unavailable.retry_after_s, 0.1 * 2**attempt)))
    return door.send(source, batch)
