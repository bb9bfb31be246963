"""A server that takes what Apprise sends as JSON, for tests that send."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

Mailbox = tuple[str, list[dict[str, Any]], Callable[[int], None]]
"""Its address, what came, and what it is to answer next."""


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """One, for as long as this is open."""
    came: list[dict[str, Any]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = answers.pop(0) if answers else 200
            if status == 200:
                came.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", came, answers.append
    server.shutdown()
    thread.join()
    server.server_close()


def wait(holds: Callable[[], bool]) -> None:
    """Until something holds, at most 10 s."""
    event = threading.Event()
    for _ in range(500):
        if holds():
            return
        event.wait(0.02)
    pytest.fail("it did not happen in 10 s")
