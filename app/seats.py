"""Seats: one screen at the live feed, its outbox, and the two ways of getting what waits there onto its socket.

A seat is stuck when the other side neither reads nor answers. Somebody who has said ``seen`` once is expected to go on
saying it, so that a frozen page is noticed whose network stack still reads; before that, and for programs that never
say it, the answer to a ping will do.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.access import Visitor
from app.hub import PULSE, Outbox
from app.vocabulary import MAX_INTEGER
from app.wire import HANG_UP_S, PING, Line, Text

PATIENCE_S = 1.7
"""Seconds that a sending may go unanswered. With a beat a second and a look every 0.2 s a stall ends in 3 s (R7)."""

BAD_MESSAGE = 4400


class Seen(msgspec.Struct):
    """What a screen says after it has painted: the newest ``seq`` on it."""

    seen: Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]


_DECODER = msgspec.json.Decoder(Seen)


@dataclass(frozen=True, slots=True)
class Screen:
    """What is known of one screen: who it is, what it has open, and how far it is.

    ``newest_seq`` is what it should be at, ``seen_seq`` what it says it has painted, None where it never said, and
    ``seen_s`` for how many seconds. ``waits_s`` is how long a sending has gone unanswered, None where none has.
    """

    visitor: Visitor
    topics: tuple[str, ...]
    newest_seq: int
    seen_seq: int | None
    seen_s: float
    waits_s: float | None
    is_live: bool = True

    @classmethod
    def of(cls, seat: Seat, newest_seq: int, now: float, *, is_live: bool) -> Screen:
        """A screen as it stands at ``now``, in seconds of its seat's clock. Not ``is_live`` is a replay."""
        box = seat.outbox
        owes = box.unacknowledged_since
        waits_s = None if owes is None else max(0.0, now - owes)
        seen_s = max(0.0, now - box.seen_since)
        return cls(seat.visitor, box.topics, newest_seq, box.seen_seq, seen_s, waits_s, is_live)

    @property
    def behind(self) -> int:
        """How many records of the log it has not painted yet, as far as it says."""
        return max(0, self.newest_seq - (self.seen_seq or 0))


class Seat(Protocol):
    """One screen."""

    visitor: Visitor
    outbox: Outbox

    def pump(self) -> None:
        """Something waits: send it as soon as the socket takes it. Never blocks."""
        ...

    def is_stuck(self, now: float) -> bool:
        """Whether the other side has kept us waiting for longer than ``PATIENCE_S``."""
        ...

    def cut(self, code: int, reason: str) -> None:
        """Close the socket, whether or not the other side reads. Never blocks."""
        ...

    async def attend(self) -> None:
        """Listen until the socket is gone."""
        ...


class _Hearing:
    """What both kinds of seat do with what a screen says."""

    outbox: Outbox
    _clock: Callable[[], float]

    def cut(self, code: int, reason: str) -> None:
        raise NotImplementedError

    def said(self, text: Text) -> None:
        """Take an acknowledgement; anything else ends the conversation."""
        try:
            seen = _DECODER.decode(text)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            self.cut(BAD_MESSAGE, 'say {"seen": seq} or nothing')
        else:
            self.outbox.acknowledge(seen.seen, self._clock())

    async def listen(self, socket: WebSocket) -> None:
        """Hear what comes the long way, until the socket is gone."""
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            self.said(message.get("text") or b"")


class LineSeat(_Hearing):
    """A seat whose socket takes ready frames: everything is written in place, without a task of its own."""

    def __init__(self, visitor: Visitor, socket: WebSocket, line: Line, clock: Callable[[], float]) -> None:
        self.visitor = visitor
        self.outbox: Outbox
        self._socket = socket
        self._line = line
        self._clock = clock
        self._blocked_since: float | None = None

    def pump(self) -> None:
        """Write what waits if the line is clear; otherwise ``drained`` will."""
        while self._line.is_clear:
            self._blocked_since = None
            messages = self.outbox.take(self._clock())
            if not messages:
                return
            wires = [message.wire for message in messages]
            if self.outbox.seen_seq is None and any(message.topic == PULSE for message in messages):
                wires.append(PING)
            self._line.write_ready(wires[0] if len(wires) == 1 else b"".join(wires))
        if self._blocked_since is None:
            self._blocked_since = self._clock()

    def drained(self) -> None:
        """The line is clear again: send what has come to wait meanwhile."""
        self._blocked_since = None
        self.pump()

    def ponged(self) -> None:
        """The other side's network stack is there."""
        self.outbox.hear()

    def is_stuck(self, now: float) -> bool:
        """Whether the other side has not read, or not answered, for longer than ``PATIENCE_S``."""
        return _too_long(self._blocked_since, now) or _too_long(self.outbox.unacknowledged_since, now)

    def cut(self, code: int, reason: str) -> None:
        """Close the socket, whether or not the other side reads."""
        self._line.cut(code, reason)

    async def attend(self) -> None:
        """Listen until the socket is gone."""
        self._line.listener = self
        self.pump()
        await self.listen(self._socket)


class TaskSeat(_Hearing):
    """A seat at any other server: a task sends one text after the other with ``send_text``."""

    def __init__(self, visitor: Visitor, socket: WebSocket, clock: Callable[[], float]) -> None:
        self.visitor = visitor
        self.outbox: Outbox
        self._socket = socket
        self._clock = clock
        self._awake = asyncio.Event()
        self._blocked_since: float | None = None
        self._end: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    def pump(self) -> None:
        """Wake the task that sends."""
        self._awake.set()

    def is_stuck(self, now: float) -> bool:
        """As for a ``LineSeat``, but without pings somebody who never says ``seen`` is judged by reading alone."""
        answers = self.outbox.seen_seq is not None
        return _too_long(self._blocked_since, now) or (answers and _too_long(self.outbox.unacknowledged_since, now))

    def cut(self, code: int, reason: str) -> None:
        """Close the socket as far as a server lets an application do so."""
        if not self._end.done():
            self._end.set_result((code, reason))

    async def attend(self) -> None:
        """Send and listen until the socket is gone."""
        self.pump()
        work = [asyncio.create_task(self._send()), asyncio.create_task(self.listen(self._socket))]
        ends: list[asyncio.Future[Any]] = [*work, self._end]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        if self._end.done():
            with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
                await asyncio.wait_for(self._socket.close(*self._end.result()), HANG_UP_S)

    async def _send(self) -> None:
        while True:
            await self._awake.wait()
            self._awake.clear()
            for message in self.outbox.take(self._clock()):
                self._blocked_since = self._clock()
                await self._socket.send_text(message.text)
                self._blocked_since = None


def _too_long(since: float | None, now: float) -> bool:
    return since is not None and now - since > PATIENCE_S
