"""What the program counts about itself, as Prometheus reads it at ``/metrics``: numbers, and no word of any record."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Any

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from app.errors import Refused
from app.hub import Frame
from app.ingest import Receipt, Writer
from app.records import Record

Reading = Callable[[], float]


class Metrics:
    """Counters that the parts count on, and gauges that are read when somebody asks."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._records = Counter(
            "warroom_records",
            "Records that came in, by door and by what became of them",
            ["door", "status"],
            registry=self._registry,
        )
        self._frames = Counter("warroom_frames", "Frames published, by topic", ["topic"], registry=self._registry)
        self._gauges: dict[str, tuple[str, Reading]] = {}
        self._registry.register(self)

    def gauge(self, name: str, what: str, read: Reading) -> None:
        """A number that is read when somebody asks. Its name gets the prefix ``warroom_``."""
        self._gauges[f"warroom_{name}"] = (what, read)

    def counted(self, writer: Writer) -> Writer:
        """The same writer, with what becomes of its records counted."""
        return _Counted(writer, self._records)

    def publishing(
        self, publish: Callable[[Iterable[Frame], str, int], None]
    ) -> Callable[[Iterable[Frame], str, int], None]:
        """The same way of publishing frames, counted."""

        def counted(frames: Iterable[Frame], epoch: str, seq: int) -> None:
            ready = list(frames)
            for frame in ready:
                self._frames.labels(frame.topic).inc()
            publish(ready, epoch, seq)

        return counted

    def text(self) -> bytes:
        """Everything, in the text format 0.0.4."""
        return generate_latest(self._registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing: asked at registration, before anything can be read."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The gauges, read now."""
        for name, (what, read) in self._gauges.items():
            yield GaugeMetricFamily(name, what, value=read())


def age_s(since: float) -> float:
    """Seconds since an instant of the monotonic clock; infinite for one that has not been yet."""
    return time.monotonic() - since if since else float("inf")


class _Counted:
    """A writer that counts."""

    def __init__(self, writer: Writer, records: Counter) -> None:
        self._writer = writer
        self._records = records

    def submit(self, records: list[Record], *, door: str, principal: str, clamp_past: bool = True) -> Future[Receipt]:
        """As the writer does."""
        future = self._writer.submit(records, door=door, principal=principal, clamp_past=clamp_past)

        def count(done: Future[Receipt]) -> None:
            if done.cancelled() or done.exception() is not None:
                self._records.labels(door, "unavailable").inc(len(records))
                return
            for answer in done.result().answers:
                self._records.labels(door, answer.status).inc()

        future.add_done_callback(count)
        return future

    def refuse(self, refusals: list[Refused], door: str, principal: str) -> Future[Any]:
        """As the writer does."""
        future = self._writer.refuse(refusals, door, principal)
        for refused in refusals:
            self._records.labels(door, refused.disposition).inc()
        return future
