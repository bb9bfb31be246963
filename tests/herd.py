"""A herd of screens: real sockets that do what static/js/socket.js and live.js do, hundreds of them on one thread."""

from __future__ import annotations

import asyncio
import base64
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

LONGEST_S = 10.0
"""The longest wait between two attempts, before jitter: as in socket.js."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a screen shows of one topic: the frame's place in the log and when it was drawn."""

    epoch: str
    seq: int
    as_of: int


class Screen:
    """One screen: what it shows by topic, and every ``seq`` it was told of each, in the order in which they came."""

    def __init__(self, topics: Sequence[str]) -> None:
        self.topics = tuple(topics)
        self.held: dict[str, Held] = {}
        self.heard: dict[str, list[int]] = {}
        self.seq = 0
        self.opened = 0
        self.attempt = 0
        self.is_open = False

    def take(self, head: dict[str, Any]) -> None:
        """A frame or a pulse, by its head."""
        self.seq = max(self.seq, head["seq"])
        topic = head.get("topic")
        if topic is not None:
            self.held[topic] = Held(head["epoch"], head["seq"], head["as_of"])
            self.heard.setdefault(topic, []).append(head["seq"])


class _Line(asyncio.Protocol):
    """One socket of a screen, cut into websocket frames by hand: a library would be most of the work."""

    def __init__(self, screen: Screen, head: bytes) -> None:
        self.gone = asyncio.Event()
        self._screen = screen
        self._head = head
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data
        if not self._screen.is_open:
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = data
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.transport.close()
                return
            self._screen.is_open, self._screen.attempt, data = True, 0, rest
            self._screen.opened += 1
        at = 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if len(data) < start + size:
                break
            self._hear(data[at], data[start : start + size])
            at = start + size
        self._buffer = data[at:]

    def _hear(self, kind: int, payload: bytes) -> None:
        if kind == 0x89:
            self.transport.write(b"\x8a\x80\0\0\0\0")
        elif kind == 0x88:
            self.transport.close()
        elif kind == 0x81:
            self._screen.take(_head_of(payload))
            seen = b'{"seen":%d}' % self._screen.seq
            # A mask of zeros leaves the text as it is.
            self.transport.write(bytes((0x81, 0x80 | len(seen))) + b"\0\0\0\0" + seen)

    def connection_lost(self, exc: Exception | None) -> None:
        self._screen.is_open = False
        self.gone.set()


def _head_of(payload: bytes) -> dict[str, Any]:
    """The members before the content, which is not looked at: 500 screens on one thread read 500 times as much."""
    head: dict[str, Any] = {}
    for part in payload[1:400].split(b","):
        name, _, value = part.partition(b":")
        if name in (b'"html"', b'"columns"'):
            break
        if name in (b'"topic"', b'"epoch"'):
            head[name.decode().strip('"')] = value.decode().strip('"')
        elif name in (b'"seq"', b'"as_of"'):
            head[name.decode().strip('"')] = int(value)
    return head


def handshake(port: int, token: str, topics: Sequence[str], key: bytes = bytes(16)) -> bytes:
    """What opens a socket to the live door."""
    lines = (
        f"GET /live?topics={','.join(topics)} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Authorization: Bearer {token}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(key).decode()}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Herd:
    """Screens that want to be connected, on an event loop of their own, from entering to leaving the block."""

    def __init__(self, port: int, token: str, topics: Sequence[Sequence[str]], seed: int = 1) -> None:
        self.screens = [Screen(each) for each in topics]
        self.lost = 0
        self._port = port
        self._token = token
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="herd", daemon=True)
        self._stopping = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._stopping = True
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join(10)

    def until(self, holds: Callable[[Screen], bool], what: str, within_s: float = 20.0) -> None:
        """Wait until something holds for every screen."""
        give_up_at = time.monotonic() + within_s
        while left := [screen for screen in self.screens if not holds(screen)]:
            assert time.monotonic() < give_up_at, f"{len(left)} of {len(self.screens)} screens {what}"
            time.sleep(0.02)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._lives = [self._loop.create_task(self._live(screen)) for screen in self.screens]
        self._loop.run_until_complete(asyncio.gather(*self._lives, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _end(self) -> None:
        for life in self._lives:
            life.cancel()

    async def _live(self, screen: Screen) -> None:
        line: _Line | None = None
        try:
            while not self._stopping:
                try:
                    made = await self._loop.create_connection(
                        lambda: _Line(screen, self._head(screen.topics)), "127.0.0.1", self._port
                    )
                    line = made[1]
                    await line.gone.wait()
                    self.lost += 1
                except OSError:
                    pass
                screen.attempt += 1
                longest_s = min(LONGEST_S, 2.0 ** (screen.attempt - 1))
                await asyncio.sleep(longest_s * (0.3 + 0.7 * self._chance.random()))
        finally:
            if line is not None:
                line.transport.abort()

    def _head(self, topics: Sequence[str]) -> bytes:
        return handshake(self._port, self._token, topics, self._chance.randbytes(16))
