"""Memory while one NDJSON request streams in: ``python -m bench.stream --megabytes 1024``.

The whole product in a process of its own takes a generated stream of distinct records over the loopback. Printed as it
goes: seconds, megabytes sent, resident megabytes of the server; at the end records a second, and the growth between
the first tenth of the stream and its peak. PERFORMANCE goal 2: flat, whatever the length.
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.ingest.http import PATH
from bench.load import Served, served, warroom
from bench.mix import SOURCE

PADDING = "We the people must wake up before it is too late. " * 14
NETWORKS, ASSETS = 40, 2_000
CHUNK = 256 * 1024
LOOK_S = 0.25

WARM_UP = 16_000_000
"""Bytes that are sent before: a server that has done nothing yet is not as large as one that works."""


def event(n: int, source: str = "bench/stream") -> dict[str, object]:
    """The ``n``-th record: a post of one of ``ASSETS`` assets, and now and then the detection of one of them."""
    asset = f"fb:page:{n % ASSETS}"
    common = {"specversion": "1.0", "id": f"{n:012d}", "source": source, "time": "2018-10-19T14:02:11Z"}
    if n % 50:
        data: dict[str, object] = {"asset": asset, "text": PADDING, "language": "en"}
        return common | {"type": "warroom.post.observed", "subject": f"post:{n}", "data": data}
    data = {"network": f"net-{n % NETWORKS}", "platform": "facebook", "kind": "page", "name": f"Page {n % ASSETS}"}
    return common | {"type": "warroom.asset.detected", "subject": asset, "data": data}


def chunks(size: int, start: int = 0, source: str = "bench/stream") -> Iterator[bytes]:
    """About ``size`` bytes of NDJSON in chunks, beginning with the ``start``-th record."""
    sent, n, lines = 0, start, bytearray()
    while sent < size:
        while len(lines) < CHUNK:
            lines += json.dumps(event(n, source)).encode() + b"\n"
            n += 1
        yield bytes(lines)
        sent += len(lines)
        lines.clear()


@dataclass(frozen=True)
class Look:
    """One look at the server: seconds since the beginning, bytes sent, resident bytes."""

    at: float
    sent: int
    resident: int


class Looks:
    """Looks at a server while chunks go through here."""

    def __init__(self, server: Served, size: int) -> None:
        self.taken: list[Look] = []
        self._server = server
        self._size = size

    def watch(self, sending: Iterator[bytes]) -> Iterator[bytes]:
        """Pass chunks on."""
        began, sent = time.monotonic(), 0
        for chunk in sending:
            yield chunk
            sent += len(chunk)
            at = time.monotonic() - began
            if not self.taken or at - self.taken[-1].at >= LOOK_S:
                self.taken.append(Look(at, sent, self._server.process.memory_info().rss))

    @property
    def growth(self) -> int:
        """Bytes between the largest of the first tenth and the peak."""
        first = [look.resident for look in self.taken if look.sent <= self._size / 10] or [self.taken[0].resident]
        return max(look.resident for look in self.taken) - max(first)


def send(server: Served, size: int, start: int) -> tuple[Looks, int, float]:
    """Send one request of ``size`` bytes, from the ``start``-th record on.

    Returns the looks, how many records were accepted, and the seconds it took. Raises RuntimeError where any was not.
    """
    looks = Looks(server, size)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {"content-type": "application/x-ndjson", "authorization": f"Bearer {server.key}"}
    began = time.monotonic()
    connection.request("POST", PATH, looks.watch(chunks(size, start, SOURCE)), headers, encode_chunked=True)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"the stream was answered with {response.status}: {answer}")
    return looks, answer["accepted"], time.monotonic() - began


def main(arguments: Sequence[str] | None = None) -> None:
    """Stream, and print what the server held meanwhile."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--megabytes", type=int, default=64)
    said = words.parse_args(arguments)
    size = said.megabytes * 1_000_000
    with tempfile.TemporaryDirectory(prefix="warroom-bench-") as folder, served(warroom, folder) as server:
        send(server, WARM_UP, 10**9)
        looks, records, seconds = send(server, size, 0)
    print(f"one NDJSON request of {said.megabytes} MB, {records:,} records, {records / seconds:,.0f} records/s")
    print(f"{'seconds':>9}{'MB sent':>9}{'MB held':>9}")
    for look in looks.taken[:: max(1, len(looks.taken) // 12)]:
        print(f"{look.at:>9.1f}{look.sent / 1e6:>9.0f}{look.resident / 1e6:>9.0f}")
    grown = looks.growth / 1e6
    print(f"grown since the first tenth: {grown:.0f} MB, {grown / said.megabytes:.3f} for each MB sent (goal: flat)")


if __name__ == "__main__":
    main()
