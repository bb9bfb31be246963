"""Load: servers in processes of their own, and connections that post bodies one after the other as fast as they can."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

import psutil
import uvicorn
import uvloop
from fastapi import FastAPI

from app.access import OBSERVATIONS, create_key
from app.clock import SystemClock
from app.main import create_app
from app.serving import configuration, listening, settle
from app.settings import Settings
from app.wire import LineProtocol
from bench.mix import SOURCE

STARTING_S = 30.0


class Served:
    """A server in a process of its own. ``key`` is what its door asks for."""

    def __init__(self, port: int, key: str, process: psutil.Process) -> None:
        self.port = port
        self.key = key
        self.process = process

    def head(self, path: str, media: str, length: str) -> bytes:
        """The head of a request."""
        return (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: {media}\r\n{length}\r\n\r\n"
        ).encode()

    def request(self, path: str, media: str, body: bytes) -> bytes:
        """A whole request."""
        return self.head(path, media, f"Content-Length: {len(body)}") + body


Make = Callable[[str], tuple[FastAPI, str]]
"""Makes an application in a folder, and the key to its door."""


def warroom(folder: str) -> tuple[FastAPI, str]:
    """The whole product on SQLite, and a key for one detector."""
    settings = Settings(state_dir=folder, database_url="", secret="00" * 32)
    app = create_app(settings)
    with app.state.room.database.write() as connection:
        key = create_key(connection, "bench", SOURCE, OBSERVATIONS, SystemClock().now())
    return app, key


def _serve(make: Make, folder: str, pipe: Connection) -> None:
    app, key = make(folder)
    sock = listening("127.0.0.1", 0)
    config = configuration(app, ws=LineProtocol)

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            settle()
            pipe.send((sock.getsockname()[1], key))

    uvloop.run(Server(config).serve([sock]))


@contextlib.contextmanager
def served(make: Make, folder: str, patience_s: float = STARTING_S) -> Iterator[Served]:
    """``make``'s application under uvicorn on the loopback, until the end of the block."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(make, folder, there), daemon=True)
    process.start()
    try:
        if not here.poll(patience_s):
            raise RuntimeError(f"the server of {make.__name__!r} did not start within {patience_s:g} s")
        port, key = here.recv()
        yield Served(port, key, psutil.Process(process.pid))
    finally:
        process.kill()
        process.join()


class Poster(asyncio.Protocol):
    """One connection that sends whole requests, each after the answer to the one before."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.statuses: dict[int, int] = {}
        self._requests = requests
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: Any = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Wait for a whole answer, then send the next request."""
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(rest) < length:
            return
        status = int(head[9:12])
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self._buffer = rest[length:]
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection that is lost proves nothing."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
        else:
            self._transport.write(request)


def post(port: int, requests: Sequence[bytes], connections: int) -> float:
    """Send all requests over so many connections and return the seconds that took. Raises where one was refused."""

    async def run() -> float:
        loop = asyncio.get_running_loop()
        queue = iter(requests)
        began = time.monotonic()
        posters = [
            (await loop.create_connection(lambda: Poster(queue), "127.0.0.1", port))[1] for _ in range(connections)
        ]
        await asyncio.gather(*(poster.done for poster in posters))
        lasted = time.monotonic() - began
        refused = {status for poster in posters for status in poster.statuses} - {200, 201}
        if refused:
            raise RuntimeError(f"requests were answered with {sorted(refused)}")
        return lasted

    return uvloop.run(run())
