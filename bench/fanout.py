"""One frame a second to many screens, our way and the plain ways, side by side: ``python -m bench.fanout``.

Each way is a uvicorn server in a process of its own; all screens are loopback sockets in this one. Printed for each:
processor time of the server per message, as a ratio to ours, and the age of the data when it reaches a screen, to the
99th percentile. PERFORMANCE goal 1. Absolute figures hold for this machine at this moment only.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import multiprocessing
import os
import resource
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, cast

import psutil
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from app.access import Role, Visitor
from app.clock import SystemClock
from app.hub import Frame, Hub
from app.live import Live
from app.serving import configuration
from app.wire import LineProtocol

TOPIC = "situation/heroes"
HTML = '<p class="hero">about <b>3.4</b> million accounts follow at least one Page</p>' * 14
CONNECTING = 100
"""Handshakes under way at once."""

CONNECTING_S = 60.0
"""Seconds in which all screens must be connected."""


class Everybody:
    """An access list that lets everybody in."""

    async def visitor(self, _connection: HTTPConnection) -> Visitor | None:
        """Nobody is asked for anything."""
        return Visitor(Role.VIEWER, "bench")

    async def ended(self, _visitors: Collection[Visitor]) -> Collection[Visitor]:
        """Nobody is shown out."""
        return ()


def micros() -> int:
    """A clock that all processes of this machine share."""
    return time.monotonic_ns() // 1000


def frame(seq: int) -> Frame:
    """About a kilobyte of text that says when it was drawn."""
    return Frame(TOPIC, "bench", seq, micros(), HTML)


def text(seq: int) -> str:
    """The same, encoded."""
    return frame(seq).text


def content(seq: int) -> dict[str, Any]:
    """The same, for those who encode it for each client."""
    return {"type": "frame", "topic": TOPIC, "epoch": "bench", "seq": seq, "as_of": micros(), "html": HTML}


async def regularly(publish: Callable[[int], None], hertz: float) -> None:
    """Publish for ever, half a second away from the beats of the live door."""
    await asyncio.sleep(0.5)
    start = time.monotonic()
    for seq in range(1, 1_000_000):
        publish(seq)
        await asyncio.sleep(start + seq / hertz - time.monotonic())


def ours(hertz: float, *, whole: bool = False) -> Starlette:
    """The hub and the live door of this program. ``whole``: with beats, and with looking after who is stuck."""
    live = Live(Hub("bench"), Everybody(), SystemClock())

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with live.beating() if whole else contextlib.nullcontext():
            task = asyncio.create_task(regularly(lambda seq: live.publish([frame(seq)], "bench", seq), hertz))
            yield
            task.cancel()

    return Starlette(routes=[live.route], lifespan=lifespan)


def plain(hertz: float, say: Callable[[WebSocket, Any], Awaitable[None]], make: Callable[[int], Any]) -> Starlette:
    """What the documentation of every framework shows: a queue and a task for each socket."""
    queues: set[asyncio.Queue[Any]] = set()

    async def attend(websocket: WebSocket) -> None:
        await websocket.accept()
        queue: asyncio.Queue[Any] = asyncio.Queue()
        queues.add(queue)
        while True:
            await say(websocket, await queue.get())

    def publish(seq: int) -> None:
        message = make(seq)
        for queue in queues:
            queue.put_nowait(message)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(regularly(publish, hertz))
        yield
        task.cancel()

    return Starlette(routes=[WebSocketRoute("/live", attend)], lifespan=lifespan)


@dataclass(frozen=True)
class Way:
    """One way to tell many screens the same."""

    name: str
    app: Callable[[float], Starlette]
    ws: type[asyncio.Protocol] | None = None
    acknowledges: bool = False


WAYS = (
    Way("frame built once, written to all", ours, LineProtocol),
    Way("our fallback: a slot and send_text", ours),
    Way("queue per client, encoded once", lambda hertz: plain(hertz, WebSocket.send_text, text)),
    Way("queue per client, send_json", lambda hertz: plain(hertz, WebSocket.send_json, content)),
    Way("whole live door, all say seen", lambda hertz: ours(hertz, whole=True), LineProtocol, acknowledges=True),
)
"""The first four do nothing but send. The last also beats each second and hears an answer to every message."""


def serve(way: int, hertz: float, pipe: Connection) -> None:
    """Run one way in this process and tell the port."""
    raise_limit()
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    pipe.send(listening.getsockname()[1])
    server = uvicorn.Server(configuration(WAYS[way].app(hertz), ws=WAYS[way].ws))
    uvloop.run(server.serve([listening]))


class Screen(asyncio.Protocol):
    """The least that can be called a client: it counts messages and looks how old the data in them is."""

    def __init__(self, tally: Tally, acknowledges: bool) -> None:
        self.tally = tally
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._acknowledges = acknowledges
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the socket."""
        self._transport = cast("asyncio.Transport", transport)
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET /live?topics={TOPIC} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer bench\r\n"
        upgrade = f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}"
        self._transport.write(f"{head}{upgrade}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        """Cut the stream into websocket frames."""
        data = self._buffer + data if self._buffer else data
        if not self.open.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            self.open.set_result(None)
        while len(data) >= 2:
            size, start = data[1], 2
            if size == 126:
                size, start = int.from_bytes(data[2:4], "big"), 4
            if len(data) < start + size:
                break
            self._hear(data[0], data[start : start + size])
            data = data[start + size :]
        self._buffer = data

    def _hear(self, kind: int, payload: bytes) -> None:
        if kind == 0x89:
            self._transport.write(b"\x8a\x80\0\0\0\0")
        elif kind == 0x81:
            self.tally.messages += 1
            _, found, rest = payload.partition(b'"as_of":')
            if found:
                self.tally.ages.append(micros() - int(rest.partition(b",")[0]))
            if self._acknowledges:
                seen = b'{"seen":' + payload.partition(b'"seq":')[2].partition(b",")[0] + b"}"
                # A mask of zeros leaves the text as it is.
                self._transport.write(bytes((0x81, 0x80 | len(seen))) + b"\0\0\0\0" + seen)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it: a bench that loses screens proves nothing."""
        self.tally.lost += 1
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("closed during the handshake"))


class Tally:
    """What the screens of one way saw. Ages in µs."""

    def __init__(self) -> None:
        self.ages: list[int] = []
        self.messages = 0
        self.lost = 0

    def reset(self) -> None:
        """Forget the time of connecting."""
        self.ages.clear()
        self.messages = 0


@dataclass(frozen=True)
class Result:
    """One way measured: processor µs per message, share of one core, ages in ms, screens lost, kB per screen."""

    cpu: float
    core: float
    p50: float
    p99: float
    lost: int
    kilobytes: float


async def watch(way: Way, port: int, server: psutil.Process, screens: int, seconds: float) -> Result:
    """Connect all screens, wait until things are steady, and measure."""
    loop = asyncio.get_running_loop()
    tally, slots = Tally(), asyncio.Semaphore(CONNECTING)
    empty = server.memory_info().rss

    async def connect() -> None:
        async with slots:
            _, screen = await loop.create_connection(lambda: Screen(tally, way.acknowledges), "127.0.0.1", port)
            await screen.open

    async with asyncio.timeout(CONNECTING_S):
        await asyncio.gather(*(connect() for _ in range(screens)))
    await asyncio.sleep(1.5)
    tally.reset()
    before, began = sum(server.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(seconds)
    spent, lasted = sum(server.cpu_times()[:2]) - before, time.monotonic() - began
    ages = sorted(tally.ages)
    return Result(
        cpu=spent / max(1, tally.messages) * 1e6,
        core=spent / lasted,
        p50=ages[len(ages) // 2] / 1000,
        p99=ages[len(ages) * 99 // 100] / 1000,
        lost=tally.lost,
        kilobytes=(server.memory_info().rss - empty) / screens / 1000,
    )


def measure(way: int, screens: int, hertz: float, seconds: float) -> Result:
    """One way in a fresh process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(way, hertz, there), daemon=True)
    process.start()
    try:
        if not here.poll(20):
            raise RuntimeError(f"the server of {WAYS[way].name!r} did not start")
        port = here.recv()
        return uvloop.run(watch(WAYS[way], port, psutil.Process(process.pid), screens, seconds))
    finally:
        process.kill()
        process.join()


def raise_limit() -> int:
    """As many file descriptors as this user may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every way and print them side by side."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--screens", type=int, default=2_000)
    words.add_argument("--hertz", type=float, default=1.0, help="frames a second")
    words.add_argument("--seconds", type=float, default=5.0, help="how long each way is measured")
    words.add_argument("--ways", type=int, nargs="*", default=range(len(WAYS)), help="which ones, by number from 0")
    said = words.parse_args(arguments)
    screens = min(said.screens, raise_limit() - 200)
    print(f"{screens} screens, {said.hertz:g} a second of {len(frame(1).wire)} bytes")
    print(f"{'':36}{'CPU/message':>12}{'ratio':>7}{'core':>7}{'age p50':>10}{'p99':>9}{'kB each':>9}{'lost':>6}")
    ours_cpu = 0.0
    for way in said.ways:
        got = measure(way, screens, said.hertz, said.seconds)
        ours_cpu = ours_cpu or got.cpu
        ages = f"{got.p50:>7.1f} ms{got.p99:>6.1f} ms"
        print(
            f"{WAYS[way].name:36}{got.cpu:>9.1f} µs{got.cpu / ours_cpu:>7.2f}{got.core:>7.3f}{ages}"
            f"{got.kilobytes:>9.1f}{got.lost:>6}",
            flush=True,
        )


if __name__ == "__main__":
    main()
