"""A real uvicorn in a thread, for tests that need sockets, deadlines and bodies as they come over the wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from app.serving import configuration


@contextmanager
def served(app: ASGIApp, **options: Any) -> Iterator[tuple[str, int]]:
    """Serve ``app`` on the loopback, on a free port unless one is given, and yield host and port.

    ``options`` go to ``configuration``.
    """
    server = uvicorn.Server(configuration(app, **{"host": "127.0.0.1", "port": 0, **options}))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    give_up_at = time.monotonic() + 10
    while not server.started:
        assert thread.is_alive(), "the server stopped while starting"
        assert time.monotonic() < give_up_at, "the server did not start within 10 s"
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield host, port
    finally:
        server.should_exit = True
        thread.join(10)
