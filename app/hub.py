"""The hub: the newest frame of every topic, and for every socket one waiting place per topic where the newest wins.

A pure state machine. It knows no web framework, no event loop and no clock, so a simulation can drive it through any
order of drops, reconnects and restarts. Frames carry state, not changes: one may be dropped, merged or repeated
without harm, and the newest frame of each topic is the whole recovery of a screen that was away.

Not thread-safe: everything here happens on one thread, that of the event loop.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PULSE = ""
"""The waiting place of hellos and beats. No topic has this name."""

FRAME_LIMIT = 1024 * 1024
"""Bytes of one message, and of what one socket is sent in one go: with the kernel's share under 2 MiB a socket (R7)."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The whole state of one topic at ``seq``, drawn at the instant ``as_of`` (µs).

    ``payload`` is an HTML fragment or a mapping of columns. ``text`` is its JSON and ``wire`` that JSON as one whole
    websocket frame: both are made once, for all sockets. Raises ValueError for what JSON cannot say (NaN, lone
    surrogates), for a topic without a name, and for more than ``FRAME_LIMIT`` bytes.
    """

    topic: str
    epoch: str
    seq: int
    as_of: int
    payload: str | Mapping[str, Any] = field(repr=False)
    text: str = field(init=False, repr=False)
    wire: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.topic == PULSE:
            raise ValueError("a frame needs a topic")
        kind = "html" if isinstance(self.payload, str) else "columns"
        head = {"type": "frame", "topic": self.topic, "epoch": self.epoch, "seq": self.seq, "as_of": self.as_of}
        _encode(self, head | {kind: self.payload})

    def replaces(self, held: Frame | None) -> bool:
        """Whether this should be shown in place of ``held``: servers lag behind one another, screens never go back.

        Within an epoch the later one wins, by ``seq`` and then by the time it was drawn; another epoch always wins,
        because after a restore from a backup ``seq`` starts anew.
        """
        return held is None or held.epoch != self.epoch or (held.seq, held.as_of) <= (self.seq, self.as_of)


@dataclass(frozen=True, slots=True, eq=False)
class Pulse:
    """A hello or a beat: how far the log is, what time it is in the room (µs) and how fast that runs.

    ``version`` names the build, so that a screen can load itself anew after an update. ``unread_s`` is for how long the
    log could not be read, 0 while it can: the link may be alive while the picture grows old.
    """

    type: Literal["hello", "beat"]
    epoch: str
    seq: int
    now: int
    rate: float
    version: str
    unread_s: float = 0.0
    text: str = field(init=False, repr=False)
    wire: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = ("type", "epoch", "seq", "now", "rate", "version", "unread_s")
        _encode(self, {name: getattr(self, name) for name in names})

    @property
    def topic(self) -> str:
        """All pulses share one waiting place."""
        return PULSE


Message = Frame | Pulse


def text_frame(payload: bytes) -> bytes:
    """One whole websocket text frame (RFC 6455, section 5.2), unmasked as servers send them: the same to everybody."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def _encode(message: Message, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    object.__setattr__(message, "text", text)
    wire = text_frame(text.encode())
    if len(wire) > FRAME_LIMIT:
        raise ValueError(f"{len(wire)} bytes for {message.topic!r}: a frame holds at most {FRAME_LIMIT}")
    object.__setattr__(message, "wire", wire)


class Outbox:
    """What one socket has yet to be sent: at most one message per topic, the newest.

    ``unacknowledged_since`` is the time of the oldest sending that the other side has not answered, None when it owes
    nothing; ``seen_seq`` the newest ``seq`` it says it has painted, None until it says so for the first time, and
    ``seen_since`` when it first said that. Times are seconds on whatever clock the caller keeps.
    """

    __slots__ = ("_owed_seq", "_waiting", "seen_seq", "seen_since", "topics", "unacknowledged_since", "wake")

    def __init__(self, topics: tuple[str, ...], wake: Callable[[], None]) -> None:
        self.topics = topics
        self.wake = wake
        self.seen_seq: int | None = None
        self.seen_since = 0.0
        self.unacknowledged_since: float | None = None
        self._owed_seq = 0
        self._waiting: dict[str, Message] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, message: Message) -> None:
        """Let a message wait in the place of its topic, instead of the one that waited there."""
        self._waiting[message.topic] = message

    def take(self, now: float) -> list[Message]:
        """What waits, up to ``FRAME_LIMIT`` bytes; the rest waits on. What is taken counts as sent at ``now``."""
        messages: list[Message] = []
        size = 0
        for message in self._waiting.values():
            size += len(message.wire)
            if messages and size > FRAME_LIMIT:
                break
            messages.append(message)
        for message in messages:
            del self._waiting[message.topic]
        if messages and self.unacknowledged_since is None:
            self.unacknowledged_since = now
            self._owed_seq = min(message.seq for message in messages)
        return messages

    def acknowledge(self, seq: int, now: float = 0.0) -> None:
        """The other side said at ``now`` that it painted ``seq``. Older than its oldest debt, that settles nothing."""
        if self.seen_seq is None or seq > self.seen_seq:
            self.seen_seq, self.seen_since = seq, now
        if seq >= self._owed_seq:
            self.unacknowledged_since = None

    def hear(self) -> None:
        """The other side is there, though it said nothing about painting. Counts until it does so."""
        if self.seen_seq is None:
            self.unacknowledged_since = None


class Hub:
    """Keeps the newest frame of each topic and hands new ones to the outboxes that asked for them."""

    def __init__(self, epoch: str = "", seq: int = 0) -> None:
        self.epoch = epoch
        self.seq = seq
        self._newest: dict[str, Frame] = {}
        self._outboxes: dict[Outbox, None] = {}
        self._watching: dict[str, dict[Outbox, None]] = {}

    def __len__(self) -> int:
        """How many outboxes are open."""
        return len(self._outboxes)

    def newest(self, topic: str) -> Frame | None:
        """The newest frame of a topic, None before its first and after nobody had it open."""
        return self._newest.get(topic)

    def watched(self) -> list[str]:
        """The topics that somebody has open. May be asked from any thread."""
        return list(self._watching)

    def let_go(self) -> None:
        """Forget the frames of topics that nobody has open: nothing keeps them true."""
        for topic in self._newest.keys() - self._watching.keys():
            del self._newest[topic]

    def advance(self, epoch: str, seq: int) -> None:
        """The log has come this far, whether or not any frame changed. Never goes back within an epoch."""
        self.seq = max(self.seq, seq) if epoch == self.epoch else seq
        self.epoch = epoch

    def publish(self, frames: Iterable[Frame]) -> None:
        """Make these the newest of their topics and wake each outbox that got any of them, once.

        A frame older than the one held is passed over.
        """
        touched: dict[Outbox, None] = {}
        for frame in frames:
            if not frame.replaces(self._newest.get(frame.topic)):
                continue
            self._newest[frame.topic] = frame
            self.advance(frame.epoch, frame.seq)
            for outbox in self._watching.get(frame.topic, ()):
                outbox.put(frame)
                touched[outbox] = None
        for outbox in touched:
            outbox.wake()

    def pulse(
        self, kind: Literal["hello", "beat"], now: int, rate: float, version: str, unread_s: float = 0.0
    ) -> Pulse:
        """A hello or beat that tells how far this hub is."""
        return Pulse(kind, self.epoch, self.seq, now, rate, version, round(unread_s, 1))

    def beat(self, now: int, rate: float, version: str, unread_s: float = 0.0) -> None:
        """Send every outbox the same beat. One that could not be sent yet is replaced."""
        beat = self.pulse("beat", now, rate, version, unread_s)
        for outbox in list(self._outboxes):
            outbox.put(beat)
            outbox.wake()

    def subscribe(self, topics: Iterable[str], wake: Callable[[], None], hello: Pulse | None = None) -> Outbox:
        """An outbox for these topics in which ``hello`` and their newest frames wait already, in this order.

        ``wake`` is called, without arguments, whenever something new waits; not for what waits at the start.
        """
        outbox = Outbox(tuple(dict.fromkeys(topics)), wake)
        self._outboxes[outbox] = None
        if hello is not None:
            outbox.put(hello)
        for topic in outbox.topics:
            self._watching.setdefault(topic, {})[outbox] = None
            frame = self._newest.get(topic)
            if frame is not None:
                outbox.put(frame)
        return outbox

    def unsubscribe(self, outbox: Outbox) -> None:
        """Forget an outbox. Doing so twice does no harm."""
        self._outboxes.pop(outbox, None)
        for topic in outbox.topics:
            watching = self._watching.get(topic)
            if watching is not None:
                watching.pop(outbox, None)
                if not watching:
                    del self._watching[topic]
