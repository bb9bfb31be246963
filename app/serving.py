"""How the program meets the network: the uvicorn runner with its deadlines and limits (RELIABILITY, R15 and R20).

Out of the box uvicorn holds half-sent heads for ever and Starlette buffers a body of any length. Here a head must be
whole after ``HEAD_S`` seconds, and a body may not pass ``BODY_LIMIT`` bytes on any route that does not count by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.wire import LineProtocol

HEAD_S = 5.0
"""Seconds for a request head to come in; also how long an unwanted body is drained after its answer."""

HEAD_LIMIT = 64 * 1024
"""Bytes of one request head, give or take one read of the socket."""

BODY_LIMIT = 1024 * 1024
"""Bytes of one request body on an ordinary route."""

SOCKET_LIMIT = 64 * 1024
"""Bytes of one inbound websocket message; a longer one closes the socket with 1009."""

BACKLOG = 2_048
"""Connections that may wait to be accepted: 500 screens come back at once after a restart."""

GRACE_S = 4
"""Seconds that requests in flight get after SIGTERM. The writer drains in what is left of the promised 5."""


class DeadlineProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with a deadline for the head: 408 when it passes, 431 when the head is too long.

    The timer runs from the moment a head is awaited (a new connection, or the first byte after an answered request)
    until the head is whole or the connection has become a websocket. Between requests uvicorn's own keep-alive
    timeout holds. An answer that goes out before its request has come in whole (413) is followed by at most
    ``head_s`` seconds of draining: closing at once would reset the connection and lose the answer on its way.
    """

    head_s = HEAD_S

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._awaits_head = True
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock of the first head."""
        super().connection_made(transport)
        self._arm(self._head_is_late)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that goes on gets no new time."""
        if self._awaits_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._awaits_head or self.transport.is_closing():
            return
        if self._head_bytes > HEAD_LIMIT:
            self._refuse(431, f"the request head is longer than {HEAD_LIMIT} bytes: send fewer or shorter headers")
        elif self._deadline is None and self._head_bytes:
            self._arm(self._head_is_late)

    def on_headers_complete(self) -> None:
        """The head is whole: stop its clock."""
        self._disarm()
        self._awaits_head = False
        self._head_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is whole too: what comes next is another head."""
        self._disarm()
        self._awaits_head = True
        self._head_bytes = 0
        super().on_message_complete()
        cycle = self._newest
        if cycle is not None and cycle.response_complete:
            # The drained bytes have cancelled uvicorn's keep-alive timeout, and no answer will start it again.
            self._arm(self._head_is_late)

    def on_response_complete(self) -> None:
        """Answered. When the request is still coming in, give it a moment and then hang up."""
        super().on_response_complete()
        if not self._awaits_head and not self.transport.is_closing():
            self._arm(self.transport.close)

    def handle_websocket_upgrade(self) -> None:
        """From here on the connection belongs to the websocket protocol and has no head to wait for."""
        self._disarm()
        self._awaits_head = False
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timer, which would otherwise keep the connection in memory until it fires."""
        self._disarm()
        super().connection_lost(exc)

    @property
    def _newest(self) -> RequestResponseCycle | None:
        """The newest request of this connection; uvicorn's own type leaves out that there may be none yet."""
        return self.cycle

    def _arm(self, late: Any) -> None:
        self._disarm()
        self._deadline = self.loop.call_later(self.head_s, late)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _head_is_late(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        cycle = self._newest
        if cycle is not None and not cycle.response_complete:
            # A pipelined head dawdles behind a request that is being answered: hang up after that answer.
            cycle.keep_alive = False
        elif self._head_bytes:
            self._refuse(408, f"the request head was not whole after {self.head_s:g} s: send it in one go")
        else:
            # Nothing was asked (browsers open connections in advance), so nothing is answered.
            self.transport.close()

    def _refuse(self, status: int, reason: str) -> None:
        body = f'{{"status":"refused","code":"head","field":"head","reason":"{reason}"}}'.encode()
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()


class BodyLimit:
    """ASGI layer that answers 413 once more than ``limit`` bytes of a body have come in, whatever its declared length.

    Routes in ``exempt`` read their own bodies in bounded memory and are let through.
    """

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT, exempt: tuple[str, ...] = ()) -> None:
        self.app = app
        self.limit = limit
        self.exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``receive`` that counts."""
        if scope["type"] != "http" or scope["path"] in self.exempt:
            await self.app(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.limit:
                raise HTTPException(413, f"the body is longer than {self.limit} bytes")
            return message

        await self.app(scope, counted, send)


class Headers:
    """ASGI layer that puts headers on every answer that does not carry them already."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``send`` that adds them, also where a websocket is refused."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                given = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    given.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


def configuration(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 8750,
    ws: type[asyncio.Protocol] | None = None,
    http: type[HttpToolsProtocol] = DeadlineProtocol,
    certificate: Path | None = None,
    private_key: Path | None = None,
) -> Config:
    """uvicorn's configuration for one process of Warroom. ``ws`` is the websocket protocol class, None for uvicorn's.

    No server header, no log set-up of uvicorn's own (the program has set up logging), no access log: its lines would
    carry the query strings of analysts.
    """
    return Config(
        app,
        host=host,
        port=port,
        http=http,
        ws=ws or "websockets-sansio",
        ws_max_size=SOCKET_LIMIT,
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
        access_log=False,
        log_config=None,
        ssl_certfile=certificate,
        ssl_keyfile=private_key,
    )


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a port is ours before anything else is done. Raises OSError where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def free_port(host: str, port: int, tries: int = 50) -> socket.socket:
    """A socket that listens on ``port``, or on the next one that is free. Raises OSError where none is."""
    for candidate in range(port, min(port + tries, 65_535)):
        with contextlib.suppress(OSError):
            return listening(host, candidate)
    return listening(host, 0)


def serve_on(
    app: ASGIApp,
    sock: socket.socket,
    *,
    ws: type[asyncio.Protocol] = LineProtocol,
    certificate: Path | None = None,
    private_key: Path | None = None,
    on_started: Callable[[], None] = lambda: None,
) -> None:
    """Serve on a socket until SIGTERM or Ctrl-C, then finish what is in flight. TLS where there is a certificate.

    ``on_started`` is called once requests are answered. Ends quietly after Ctrl-C.
    """
    config = configuration(app, ws=ws, certificate=certificate, private_key=private_key)
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config, on_started).run(sockets=[sock])
    # What settled goes at the end as well, or libraries complain of what they were not given back.
    gc.unfreeze()


class _Server(uvicorn.Server):
    """uvicorn's server, which also says when it has started."""

    def __init__(self, config: Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so. An application that could not start ends the program."""
        await super().startup(sockets)
        if self.started:
            settle()
            self._on_started()


def settle() -> None:
    """Take what was made while starting for what stays.

    The collector goes through everything that may be garbage, which in a room of 2,000 networks takes 0.1 s, and would
    do so in the midst of an answer.
    """
    gc.collect()
    gc.freeze()
