"""Memory while one NDJSON request streams in: ``python bench/stream.py --megabytes 1024``.

A real server in a process of its own takes a generated stream of distinct records over the loopback. Printed once a
second: seconds, megabytes sent, resident megabytes of the server; at the end records a second, and the growth between
the first tenth of the stream and its peak. PERFORMANCE goal 2: flat.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import psutil

PADDING = "We the people must wake up before it is too late. " * 14
NETWORKS, ASSETS = 40, 2_000
CHUNK = 256 * 1024


def event(n: int) -> dict[str, object]:
    """The ``n``-th record: a post of one of ``ASSETS`` assets, and now and then the detection of one of them."""
    asset = f"fb:page:{n % ASSETS}"
    common = {"specversion": "1.0", "id": f"{n:012d}", "source": "bench/stream", "time": "2018-10-19T14:02:11Z"}
    if n % 50:
        data: dict[str, object] = {"asset": asset, "text": PADDING, "language": "en"}
        return common | {"type": "warroom.post.observed", "subject": f"post:{n}", "data": data}
    data = {"network": f"net-{n % NETWORKS}", "platform": "facebook", "kind": "page", "name": f"Page {n % ASSETS}"}
    return common | {"type": "warroom.asset.detected", "subject": asset, "data": data}


def chunks(size: int, start: int = 0) -> Iterator[bytes]:
    """About ``size`` bytes of NDJSON in chunks, beginning with the ``start``-th record."""
    sent, n, lines = 0, start, bytearray()
    while sent < size:
        while len(lines) < CHUNK:
            lines += json.dumps(event(n)).encode() + b"\n"
            n += 1
        yield bytes(lines)
        sent += len(lines)
        lines.clear()
