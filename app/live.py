"""The live door: ``GET /live?topics=situation/heroes,situation/map`` becomes a websocket that is told what changes.

Server to client, JSON text: one ``hello``, at once the newest ``frame`` of each topic and later ones as they come, and
a ``beat`` a second, whether or not anything changes, because a pulled cable is noticed by its silence only. Client to
server: ``{"seen": seq}`` after painting and after each beat.

``&replay=NAME`` shows a stretch of the past instead (app/replay.py).

Before the socket opens: 403 for a page of another origin, 401 for a bearer token that is not (or no longer) good.
After, with a reason in words: 4400 bad message, 4401 signed out, 4403 topic not allowed, 4408 too slow, 1009 message
over 64 kB, 1012 server restart, 1013 try again later.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from app.access import WATCHERS, Visitor, may_watch
from app.access.origins import same_origin
from app.clock import Clock
from app.errors import BadRequest, Unavailable
from app.hub import Frame, Hub
from app.seats import BAD_MESSAGE, LineSeat, Screen, Seat, TaskSeat
from app.vocabulary import ID_PATTERN
from app.wire import LINE

PATH = "/live"

SIGNED_OUT = 4401
NOT_ALLOWED = 4403
TOO_SLOW = 4408
TRY_LATER = 1013

LOOK_S = 0.2
"""Seconds between looks for seats that are stuck."""

BEAT_LOOKS = 5
"""Looks from one beat to the next: one second."""

ACCESS_LOOKS = 20
"""Looks from one check of the sessions to the next: a revoked one is out within 5 s (a stolen wall token)."""

TOPIC = re.compile(r"[a-z0-9_-]{1,40}/[a-z0-9_-]{1,40}(/" + ID_PATTERN.pattern + ")?")
MOST_TOPICS = 96
"""A wall that rotates through every scene has some 40 topics open, and one for its control."""

log = logging.getLogger(__name__)


class Access(Protocol):
    """Who may come in."""

    async def visitor(self, connection: HTTPConnection) -> Visitor | None:
        """Whoever is signed in on this connection, by bearer token or else by cookie."""
        ...

    async def ended(self, visitors: Collection[Visitor]) -> Collection[Visitor]:
        """Those whose session has ended since."""
        ...


class Channel(Protocol):
    """What a screen looks at: the room as it is, or a replay."""

    hub: Hub
    clock: Clock

    @property
    def unread_s(self) -> float:
        """For how many seconds its picture could not be read anew; 0 while it can."""
        ...

    def poke(self) -> None:
        """Somebody opened a topic of which there is no frame. Never blocks."""
        ...


class Replays(Protocol):
    """The replays that are being played."""

    def enter(self, name: str, hand_over: Callable[[Callable[[], None]], None]) -> Channel:
        """The replay of a name, for one screen more. Raises BadRequest and Unavailable; may take a second."""
        ...

    def leave(self, name: str) -> None:
        """One screen less. May take as long."""
        ...

    def playing(self) -> Iterable[Channel]:
        """Those that somebody looks at."""
        ...


class _LiveRoute(WebSocketRoute):
    roles = WATCHERS
    """Who may open the door at all; ``may_watch`` decides topic by topic."""


class Live:
    """The websocket door of a hub. Add ``route`` to the application and keep ``beating()`` open while it serves.

    It is the ``Channel`` of those who look at the room as it is. ``version`` names the build; ``origins`` are further
    whole origins (``https://wall.example``) that may open sockets, for proxies that do not pass ``Host`` on.
    """

    def __init__(
        self, hub: Hub, access: Access, clock: Clock, *, version: str = "", origins: Collection[str] = ()
    ) -> None:
        self.hub = hub
        self.clock = clock
        self.route = _LiveRoute(PATH, self.attend, name="live")
        self._access = access
        self._version = version
        self._origins = frozenset(origins)
        self._seats: dict[Seat, Channel] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._time_s = 0.0
        self.on_wanted: Callable[[], None] | None = None
        """Called when somebody opens a topic of which there is no frame. With it only topics that somebody has open
        are kept: whoever draws them draws no others."""
        self.unread_by: Callable[[], float] = lambda: 0.0
        """Says for how many seconds whoever draws could not read the log."""
        self.replays: Replays | None = None

    def __len__(self) -> int:
        """How many screens are connected."""
        return len(self._seats)

    def screens(self) -> list[Screen]:
        """Every screen that is connected. May be asked from any thread."""
        return [
            Screen.of(seat, channel.hub.seq, self._time_s, is_live=channel is self)
            for seat, channel in list(self._seats.items())
        ]

    def publish(self, frames: Iterable[Frame], epoch: str, seq: int) -> None:
        """Hand frames to the hub, from any thread. ``epoch`` and ``seq`` say how far the log is, frames or none."""
        ready = list(frames)

        def hand_over() -> None:
            self.hub.advance(epoch, seq)
            self.hub.publish(ready)
            if self.on_wanted is not None:
                self.hub.let_go()

        self.at_home(hand_over)

    def at_home(self, what: Callable[[], None]) -> None:
        """Have something done on the event loop, where the hubs are; at once where there is none yet, or no longer."""
        if self._loop is None:
            what()
        else:
            self._loop.call_soon_threadsafe(what)

    @property
    def unread_s(self) -> float:
        """For how many seconds the log could not be read."""
        return self.unread_by()

    def poke(self) -> None:
        """Somebody opened a topic of which there is no frame."""
        if self.on_wanted is not None:
            self.on_wanted()

    @contextlib.asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat, cut those who are stuck and show out those who are signed out, for as long as this is open."""
        self._loop = asyncio.get_running_loop()
        rounds = [asyncio.create_task(self._beat()), asyncio.create_task(self._check_access())]
        try:
            yield
        finally:
            self._loop = None
            for task in rounds:
                task.cancel()
            await asyncio.gather(*rounds, return_exceptions=True)

    async def attend(self, socket: WebSocket) -> None:
        """One socket, from its handshake to its end."""
        bearer = "authorization" in socket.headers
        if not self._is_ours(socket, bearer):
            await _deny(socket, 403, "origin", "open this socket from the site itself, or with a bearer token")
            return
        visitor = await self._access.visitor(socket)
        if visitor is None and bearer:
            await _deny(socket, 401, "authorization", "the token is not known here, or no longer")
            return
        await socket.accept()
        topics = tuple(filter(None, socket.query_params.get("topics", "").split(",")))
        if visitor is None:
            await socket.close(SIGNED_OUT, "sign in again")
        elif not 0 < len(topics) <= MOST_TOPICS or not all(map(TOPIC.fullmatch, topics)):
            await socket.close(BAD_MESSAGE, f"ask for 1 to {MOST_TOPICS} topics, as topics=scene/panel,scene/panel/id")
        elif not all(may_watch(visitor, topic) for topic in topics):
            await socket.close(NOT_ALLOWED, f"the role {visitor.role} may not watch all of these topics")
        elif replay := socket.query_params.get("replay", ""):
            await self._seat_at(replay, socket, visitor, topics)
        else:
            await self._seat(socket, visitor, topics, self)

    async def _seat_at(self, replay: str, socket: WebSocket, visitor: Visitor, topics: tuple[str, ...]) -> None:
        if self.replays is None:
            await socket.close(BAD_MESSAGE, "nothing is replayed here")
            return
        try:
            channel = await asyncio.to_thread(self.replays.enter, replay, self.at_home)
        except BadRequest as wrong:
            await socket.close(BAD_MESSAGE, str(wrong))
        except (Unavailable, SQLAlchemyError):
            await socket.close(TRY_LATER, "this cannot be replayed now; try again later")
        else:
            try:
                await self._seat(socket, visitor, topics, channel)
            finally:
                await asyncio.shield(asyncio.to_thread(self.replays.leave, replay))

    async def _seat(self, socket: WebSocket, visitor: Visitor, topics: tuple[str, ...], channel: Channel) -> None:
        line = socket.scope.get("extensions", {}).get(LINE)
        seat: LineSeat | TaskSeat = (
            TaskSeat(visitor, socket, self._patience)
            if line is None
            else LineSeat(visitor, socket, line, self._patience)
        )
        hub, clock = channel.hub, channel.clock
        hello = hub.pulse("hello", clock.now(), clock.rate, self._version, channel.unread_s)
        seat.outbox = hub.subscribe(topics, seat.pump, hello)
        self._seats[seat] = channel
        if not all(map(hub.newest, topics)):
            channel.poke()
        try:
            await seat.attend()
        finally:
            self._seats.pop(seat, None)
            hub.unsubscribe(seat.outbox)

    def _is_ours(self, socket: WebSocket, bearer: bool) -> bool:
        # A page cannot set an Authorization header on a socket, so whoever does is a program and needs no Origin.
        origins = socket.headers.getlist("origin")
        if not origins:
            return bearer
        return len(origins) == 1 and same_origin(origins[0], socket.headers.get("host"), self._origins)

    def _patience(self) -> float:
        return self._time_s

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        looked_at, look = loop.time(), 0
        while True:
            await asyncio.sleep(max(0.0, looked_at + LOOK_S - loop.time()))
            # Patience is counted in looks: if we were held up ourselves, nobody else is to blame.
            looked_at = max(looked_at + LOOK_S, loop.time() - LOOK_S)
            self._time_s += LOOK_S
            look += 1
            for seat in [seat for seat in self._seats if seat.is_stuck(self._time_s)]:
                self._show_out(
                    seat, TOO_SLOW, "nothing was read or acknowledged in time; the newest state waits for you"
                )
            if look % BEAT_LOOKS == 0:
                for channel in (self, *(self.replays.playing() if self.replays is not None else ())):
                    now, rate = channel.clock.now(), channel.clock.rate
                    channel.hub.beat(now, rate, self._version, channel.unread_s)

    async def _check_access(self) -> None:
        while True:
            await asyncio.sleep(ACCESS_LOOKS * LOOK_S)
            try:
                ended = set(await self._access.ended({seat.visitor for seat in self._seats}))
            except Exception:
                # Without the database nobody can be signed out, and the screens must go on.
                log.exception("the sessions of the live screens could not be checked")
                continue
            for seat in [seat for seat in self._seats if seat.visitor in ended]:
                self._show_out(seat, SIGNED_OUT, "signed out")

    def _show_out(self, seat: Seat, code: int, reason: str) -> None:
        channel = self._seats.pop(seat, self)
        channel.hub.unsubscribe(seat.outbox)
        seat.cut(code, reason)


async def _deny(socket: WebSocket, status: int, field: str, reason: str) -> None:
    answer = {"status": "refused", "field": field, "reason": reason}
    await socket.send_denial_response(JSONResponse(answer, status_code=status))
