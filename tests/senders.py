"""Senders as detectors are: what was not answered they repeat until it is, and they count an answer only as a whole."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.clock import SystemClock
from app.ingest.http import PATH
from app.vocabulary import DAY, MINUTE, RecordType, Stage
from tests import makers

SINGLE, BATCH, STREAM = (f"application/{kind}" for kind in ("cloudevents+json", "cloudevents-batch+json", "x-ndjson"))

PATIENCE_S = 60.0


class Speech:
    """What one sender says: the ``n``-th record is always the same, and any may contradict any other."""

    def __init__(self, name: str, seed: int) -> None:
        self.source = f"//detectors.example/{name}"
        self._name = name
        self._seed = seed

    def id(self, n: int) -> str:
        """The id of the ``n``-th record."""
        return f"{self._name}-{n}"

    def event(self, n: int) -> makers.Event:
        """The ``n``-th record."""
        # The seed is a text, so that neighbours have nothing in common.
        chance = random.Random(f"{self._seed} {self._name} {n}")
        at = SystemClock().now() // DAY * DAY - chance.randrange(5 * 24 * 60) * MINUTE
        envelope = {"id": self.id(n), "source": self.source, "at": at}
        if chance.random() < 0.05:
            taken_back = {"source": self.source, "id": self.id(max(0, n - chance.randrange(1, 30)))}
            return makers.event(RecordType.RECORD_WITHDRAWN, None, taken_back, **envelope)
        asset, network = f"a{chance.randrange(40)}", f"n{chance.randrange(8)}"
        return chance.choice(WORDS)(chance, asset, network, envelope)


Word = Callable[[random.Random, str, str, dict[str, Any]], makers.Event]

WORDS: tuple[Word, ...] = (
    *(lambda c, a, n, said: makers.asset_detected(a, n, kind=c.choice(("page", "group")), **said),) * 6,
    *(
        lambda c, a, _, said: makers.accounts_observed(
            a, [f"x{c.randrange(3_000)}" for _ in range(20)], part=c.random() < 0.7, **said
        ),
    )
    * 3,
    *(lambda c, a, _, said: makers.ad_observed(f"ad{c.randrange(30)}", a, **said),) * 2,
    lambda c, a, _, said: makers.event_hosted(f"e{c.randrange(9)}", {a, f"a{c.randrange(40)}"}, **said),
    *(lambda _c, a, _, said: makers.asset_removed(a, **said),) * 2,
    lambda _c, a, _, said: makers.asset_restored(a, **said),
    lambda c, _, n, said: makers.statement_made(n, assets={"facebook:page": c.randrange(9)}, **said),
    lambda c, _, n, said: makers.stage_changed(n, c.choice(list(Stage)), **said),
    lambda c, a, n, said: makers.network_split(n, f"n{8 + c.randrange(2)}", [a], **said),
)
"""What a record may be, by how often it is."""


class Door(Protocol):
    """Where a server is to be had, now."""

    port: int


@dataclass
class Sender:
    """Sends one kind of request after the other until told to stop, and notes what was answered as a whole."""

    door: Door
    key: str
    speech: Speech
    media: str
    most: int
    """Records in one request."""
    acknowledged: dict[int, int | None] = field(default_factory=dict)
    """By number: the ``seq`` that the answer named; a stream's names none."""
    trouble: list[str] = field(default_factory=list)
    cut_off: int = 0
    """Requests that were sent and got no answer, or only a part of one."""
    _stopped: threading.Event = field(default_factory=threading.Event)
    _given_up: threading.Event = field(default_factory=threading.Event)
    _connection: http.client.HTTPConnection | None = None

    def stop(self) -> None:
        """Finish what has been begun, which needs a server that lives."""
        self._stopped.set()

    def give_up(self) -> None:
        """Stop at once: there will be no server again."""
        self._given_up.set()

    def send(self) -> None:
        """Send until told to stop. Raises TimeoutError where something is not answered at all."""
        chance, n = random.Random(self.speech.source), 0
        try:
            while not self._stopped.is_set():
                size = chance.randint(1, self.most)
                # A detector that is not sure what it has sent sends some of it again.
                first = max(0, n - chance.randrange(3))
                self._until_answered(range(first, n + size))
                n += size
        finally:
            self._hang_up()

    def _until_answered(self, numbers: range) -> None:
        events = [self.speech.event(n) for n in numbers]
        if self.media == STREAM:
            body = b"".join(makers.raw(event) + b"\n" for event in events)
        else:
            body = makers.raw(events if self.media == BATCH else events[-1])
            numbers = numbers if self.media == BATCH else numbers[-1:]
        give_up_at = time.monotonic() + PATIENCE_S
        while not self._is_answered(numbers, body):
            if time.monotonic() > give_up_at or self._given_up.is_set():
                raise TimeoutError(f"{self.speech.id(numbers[0])} was not answered")
            time.sleep(0.005)

    def _is_answered(self, numbers: range, body: bytes) -> bool:
        try:
            status, answer = self._ask(body)
        except (OSError, http.client.HTTPException) as broken:
            self.cut_off += not isinstance(broken, ConnectionRefusedError)
            self._hang_up()
            return False
        if status == 503:
            return False
        for n, seq in self._seqs(status, answer, numbers):
            before = self.acknowledged.get(n)
            if before is not None and seq is not None and before != seq:
                self.trouble.append(f"{self.speech.id(n)} was acknowledged at seq {before}, then at {seq}")
            self.acknowledged[n] = seq if seq is not None else before
        return True

    def _ask(self, body: bytes) -> tuple[int, Any]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=30)
        headers = {"content-type": self.media, "authorization": f"Bearer {self.key}"}
        if self.media == STREAM:
            pieces = (body[start : start + 4_096] for start in range(0, len(body), 4_096))
            self._connection.request("POST", PATH, pieces, headers, encode_chunked=True)
        else:
            self._connection.request("POST", PATH, body, headers)
        response = self._connection.getresponse()
        if response.headers["content-length"] is None:
            # http.client takes a head that was cut off for a whole one.
            raise http.client.IncompleteRead(b"")
        return response.status, json.loads(response.read())

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _seqs(self, status: int, answer: Any, numbers: range) -> list[tuple[int, int | None]]:
        if self.media == SINGLE:
            answers = [answer]
        elif self.media == BATCH:
            answers = answer.get("answers", [])
        else:
            good = answer.get("accepted", 0) + answer.get("duplicate", 0)
            answers = [{"status": "accepted", "seq": None}] * good if not answer.get("refused") else []
        if len(answers) != len(numbers) or any(each["status"] not in ("accepted", "duplicate") for each in answers):
            self.trouble.append(f"{self.speech.id(numbers[0])}: {status} {str(answer)[:300]}")
            return []
        return [(n, each["seq"]) for n, each in zip(numbers, answers, strict=True)]
