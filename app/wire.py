"""The short way to a websocket: uvicorn's own protocol, which also takes a ready frame and tells when it has left.

A frame that goes to 10,000 screens is built once and written as it is to 10,000 connections, past the ASGI ``send``
that would build it anew for each of them. The other way round, what a screen says is heard without a queue and a task
switch. Served by any other websocket protocol the application falls back to ``send_text``.

It writes whole frames only, and uvicorn never leaves one half written, so both ways can be used side by side.
"""

from __future__ import annotations

import socket
import struct
from asyncio.transports import BaseTransport
from typing import Protocol, cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.protocol import State

LINE = "warroom.line"
"""The ASGI extension under which an application finds the line of its socket."""

PING = b"\x89\x00"
"""An empty ping, as a server sends it (RFC 6455, section 5.5.2)."""

KERNEL_BYTES = 256 * 1024
"""What the kernel may hold for one socket; it takes twice that for its own books. Its own choice is up to 4 MiB."""

HANG_UP_S = 0.2
"""Seconds that a close frame gets to leave before the connection is dropped with whatever it still holds."""


Text = str | bytes | bytearray | memoryview
"""Text as it came in, decoded or not."""


class Listener(Protocol):
    """Whoever sits at the other end of a line."""

    def said(self, text: Text) -> None:
        """A whole text message has come in."""
        ...

    def ponged(self) -> None:
        """The other side answered a ping."""
        ...

    def drained(self) -> None:
        """Everything that was written has left for the kernel."""
        ...


class Line(Protocol):
    """A socket that takes ready frames."""

    listener: Listener | None

    @property
    def is_clear(self) -> bool:
        """Whether nothing waits in this process to be sent."""
        ...

    def write_ready(self, wire: bytes) -> None:
        """Send whole websocket frames as they are. Nothing happens on a line that is closing."""
        ...

    def cut(self, code: int, reason: str) -> None:
        """Close for good within ``HANG_UP_S``, whether or not the other side reads."""
        ...


class LineProtocol(WebSocketsSansIOProtocol):
    """uvicorn's sans-I/O websocket protocol with a ``Line``. Give it to uvicorn as ``ws``."""

    listener: Listener | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Bound what may wait, and learn at once when nothing does."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)
        peer: socket.socket | None = transport.get_extra_info("socket")
        if peer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)

    async def run_asgi(self) -> None:
        """Run the application with the line in its scope."""
        extensions = cast("dict[str, object]", self.scope["extensions"])
        extensions[LINE] = self
        await super().run_asgi()

    async def send(self, message: ASGISendEvent) -> None:
        """As uvicorn, which however logs an error when a handshake is refused with an answer of one's own."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = self.close_sent

    @property
    def is_clear(self) -> bool:
        """Whether nothing waits in this process to be sent."""
        # The high water mark is 0, so uvicorn's flag says exactly this.
        return self.writable.is_set()

    def write_ready(self, wire: bytes) -> None:
        """Send whole websocket frames as they are. Nothing happens on a line that is closing."""
        if self.conn.state is State.OPEN and not self.transport.is_closing():
            self.transport.write(wire)

    def cut(self, code: int, reason: str) -> None:
        """Close for good within ``HANG_UP_S``, whether or not the other side reads."""
        if self.conn.state is State.OPEN and not self.transport.is_closing():
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self._hang_up_soon()

    def shutdown(self) -> None:
        """The server stops: say so with 1012, and do not wait for those who do not read."""
        super().shutdown()
        self._hang_up_soon()

    def resume_writing(self) -> None:
        """The kernel took everything."""
        super().resume_writing()
        if self.listener is not None:
            self.listener.drained()

    def handle_text(self, event: Frame) -> None:
        """Hand a whole message to the listener at once; pieces of one go the long way."""
        if self.listener is None or not event.fin:
            super().handle_text(event)
        elif not self.close_sent:
            self.listener.said(event.data)

    def handle_pong(self, event: Frame) -> None:
        """Whoever answers a ping is there."""
        super().handle_pong(event)
        if self.listener is not None:
            self.listener.ponged()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the listener, which holds this."""
        super().connection_lost(exc)
        self.listener = None

    def _hang_up_soon(self) -> None:
        self.loop.call_later(HANG_UP_S, self._hang_up)

    def _hang_up(self) -> None:
        if self.disconnected:
            return
        if self.is_clear:
            self.transport.close()
            return
        # A close would wait for the other side to read. With a linger of zero the kernel lets go of its share as well.
        peer: socket.socket | None = self.transport.get_extra_info("socket")
        if peer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
