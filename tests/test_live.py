"""The live door over real sockets: who may come in, what they are told, and that nobody's stall costs anybody else."""

from __future__ import annotations

import asyncio
import base64
import json
import select
import socket
import struct
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.access import Role, Visitor
from app.clock import FixedClock
from app.hub import FRAME_LIMIT, Frame, Hub
from app.live import Live
from app.seats import LineSeat
from app.wire import KERNEL_BYTES, LineProtocol
from tests.live_server import served

TOPICS = "situation/heroes,situation/map"
NOW = 1_540_562_400_000_000


class Guests:
    """An access list in memory: by cookie ``who`` or bearer token, until somebody is ``out``."""

    def __init__(self) -> None:
        self.out: set[str] = set()

    async def visitor(self, connection: HTTPConnection) -> Visitor | None:
        bearer = connection.headers.get("authorization", "").removeprefix("Bearer ")
        name = bearer or connection.cookies.get("who", "")
        known = {"ann": Role.ANALYST, "wall": Role.WALL, "key": Role.ANALYST}
        if name not in known or name in self.out:
            return None
        return Visitor(known[name], name, name.encode(), "situation" if name == "wall" else None)

    async def ended(self, visitors: Collection[Visitor]) -> Collection[Visitor]:
        return [visitor for visitor in visitors if visitor.name in self.out]


class Door:
    """A served live door, and ways to come to it."""

    def __init__(self, live: Live, guests: Guests, where: tuple[str, int]) -> None:
        self.live = live
        self.guests = guests
        self.where = where
        self.host = f"{where[0]}:{where[1]}"
        self.seq = 0

    def publish(self, payload: str | dict[str, Any] = "<p>", *topics: str) -> int:
        self.seq += 1
        frames = [Frame(topic, "e", self.seq, NOW, payload) for topic in topics or ("situation/heroes",)]
        self.live.publish(frames, "e", self.seq)
        return self.seq

    def open(self, topics: str = TOPICS, who: str = "ann") -> ClientConnection:
        headers = {"Cookie": f"who={who}", "Origin": f"http://{self.host}"}
        return connect(f"ws://{self.host}/live?topics={topics}", additional_headers=headers)

    def knock(self, *headers: str, topics: str = TOPICS) -> tuple[int, socket.socket]:
        """A handshake by hand, for headers and sockets that no library would make."""
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.settimeout(10)
        peer.connect(self.where)
        key = base64.b64encode(bytes(16)).decode()
        upgrade = [
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        ]
        lines = [f"GET /live?topics={topics} HTTP/1.1", f"Host: {self.host}", *upgrade, *headers, "", ""]
        peer.sendall("\r\n".join(lines).encode("latin-1"))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += peer.recv(1)
        return int(head.split()[1]), peer

    def stall(self) -> socket.socket:
        """A screen that opens a socket and never reads from it."""
        status, peer = self.knock(f"Origin: http://{self.host}", "Cookie: who=ann")
        assert status == 101
        return peer


@contextmanager
def open_door(ws: type[asyncio.Protocol] | None) -> Iterator[Door]:
    guests = Guests()
    live = Live(Hub("e"), guests, FixedClock(NOW), version="build 1")
    app = Starlette(routes=[live.route], lifespan=lambda app: live.beating())
    with served(app, ws=ws) as where:
        yield Door(live, guests, where)


@pytest.fixture(scope="module", params=["ready frames", "send_text"])
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    with open_door(LineProtocol if request.param == "ready frames" else None) as opened:
        yield opened


@pytest.fixture(scope="module")
def fast_door() -> Iterator[Door]:
    with open_door(LineProtocol) as opened:
        yield opened


def hear(screen: ClientConnection, kind: str, topic: str | None = None) -> dict[str, Any]:
    """The next message of a kind; others are passed over."""
    while True:
        message = json.loads(screen.recv(timeout=5))
        if message["type"] == kind and topic in (None, message.get("topic")):
            assert isinstance(message, dict)
            return message


def closing(screen: ClientConnection, within_s: float = 5) -> tuple[int, str]:
    """The code and reason with which a socket is closed, whatever comes before."""
    give_up_at = time.monotonic() + within_s
    try:
        while True:
            screen.recv(timeout=max(0.01, give_up_at - time.monotonic()))
    except ConnectionClosed as closed:
        return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "lost without a word")


def lost_within(peer: socket.socket, seconds: float) -> bool:
    """Whether the server lets go of a socket that nobody reads from, closing or resetting it."""
    poll = select.poll()
    poll.register(peer, select.POLLRDHUP)
    return bool(poll.poll(seconds * 1000))


# --- what a screen is told --------------------------------------------------------------------------------------------


def test_hello_comes_first_and_the_newest_frames_at_once(door: Door) -> None:
    door.publish({"reach": [1]}, "situation/map")
    seq = door.publish("<p>3.4 M</p>")
    with door.open() as screen:
        hello, *frames = (json.loads(screen.recv(timeout=1)) for _ in range(3))
    assert hello == {
        "type": "hello",
        "epoch": "e",
        "seq": seq,
        "now": NOW,
        "rate": 1.0,
        "version": "build 1",
        "unread_s": 0.0,
    }
    assert [frame["topic"] for frame in frames] == ["situation/heroes", "situation/map"]
    assert [frame.get("html") or frame["columns"] for frame in frames] == ["<p>3.4 M</p>", {"reach": [1]}]


def test_a_frame_is_on_its_way_at_once(door: Door) -> None:
    with door.open() as screen:
        hear(screen, "hello")
        seq = door.publish("<p>now</p>", "situation/map")
        began = time.monotonic()
        while (frame := hear(screen, "frame"))["seq"] != seq:
            pass
        assert frame["html"] == "<p>now</p>"
        assert time.monotonic() - began < 0.5


def test_it_beats_every_second_though_nothing_changes(door: Door) -> None:
    with door.open("situation/none") as screen:
        hear(screen, "beat")
        began = time.monotonic()
        beat = hear(screen, "beat")
        assert beat["now"] == NOW
        assert 0.8 < time.monotonic() - began < 1.3


def test_nobody_hears_of_topics_they_did_not_ask_for(door: Door) -> None:
    with door.open("situation/none") as screen:
        door.publish("<p>", "situation/heroes")
        assert [json.loads(screen.recv(timeout=3))["type"] for _ in range(2)] == ["hello", "beat"]


def test_a_screen_that_comes_back_has_what_it_would_have_had(door: Door) -> None:
    with door.open() as screen:
        hear(screen, "hello")
    for step in range(20):
        newest = door.publish(f"<p>{step}</p>")
    with door.open() as screen:
        frame = hear(screen, "frame", "situation/heroes")
    assert (frame["seq"], frame["html"]) == (newest, "<p>19</p>")


# --- who may come in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    ["null", "http://evil.example", "http://{host}.evil.example", "http://evil-{host}", "{host}", "file://{host}",
     "http://{host}/", "http://user@{host}", ""],
)  # fmt: skip
def test_pages_of_other_origins_stay_outside(door: Door, origin: str) -> None:
    status, peer = door.knock(f"Origin: {origin.format(host=door.host)}", "Cookie: who=ann")
    peer.close()
    assert status == 403


def test_two_origins_stay_outside(door: Door) -> None:
    status, peer = door.knock(f"Origin: http://{door.host}", "Origin: http://evil.example", "Cookie: who=ann")
    peer.close()
    assert status in (400, 403)


def test_a_cookie_without_an_origin_stays_outside(door: Door) -> None:
    status, peer = door.knock("Cookie: who=ann")
    peer.close()
    assert status == 403


def test_a_program_with_a_bearer_token_needs_no_origin(door: Door) -> None:
    status, peer = door.knock("Authorization: Bearer key")
    peer.close()
    assert status == 101


@pytest.mark.parametrize("token", ["wrong", "kéy", "ÿ" * 40, ""])
def test_a_token_that_is_none_is_answered_with_401(door: Door, token: str) -> None:
    status, peer = door.knock(f"Authorization: Bearer {token}")
    peer.close()
    assert status == 401


def test_who_is_not_signed_in_is_told_so(door: Door) -> None:
    with door.open(who="nobody") as screen:
        assert closing(screen) == (4401, "sign in again")


def test_a_wall_sees_its_own_scene_only(door: Door) -> None:
    with door.open(who="wall") as screen:
        hear(screen, "hello")
    with door.open("situation/heroes,tempo/chart", who="wall") as screen:
        assert closing(screen)[0] == 4403


@pytest.mark.parametrize(
    "topics", ["", "heroes", "a/b/c/d", "a/b/.c", "../x", "%00/x", ",".join(f"a/t{n}" for n in range(97))]
)
def test_topics_that_are_none_are_refused(door: Door, topics: str) -> None:
    with door.open(topics) as screen:
        code, reason = closing(screen)
    assert code == 4400
    assert "1 to 96 topics" in reason


def test_who_is_signed_out_is_shown_out_within_five_seconds(door: Door) -> None:
    with door.open() as screen, door.open(who="wall") as other:
        hear(screen, "hello")
        door.guests.out.add("ann")
        try:
            assert closing(screen, 5.5) == (4401, "signed out")
        finally:
            door.guests.out.clear()
        hear(other, "beat")


# --- what a screen may say --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "hello", "[]", "{}", '{"seen": -1}', '{"seen": 1.5}', '{"seen": "1"}', '{"seen": 9007199254740992}',
     '{"x":' + "[" * 30_000, b'{"seen": \xff}', b"\x00\x01"],
)  # fmt: skip
def test_anything_but_seen_ends_the_conversation(door: Door, text: str | bytes) -> None:
    with door.open() as screen:
        screen.send(text, text=True) if isinstance(text, bytes) and text[:1] == b"{" else screen.send(text)
        assert closing(screen)[0] in (4400, 1007)


def test_a_message_over_64_kb_is_too_big(door: Door) -> None:
    with door.open() as screen:
        screen.send('{"seen": 1}' + " " * 60_000)
        hear(screen, "beat")
        screen.send("x" * 70_000)
        assert closing(screen)[0] == 1009


def test_seen_in_pieces_is_seen(door: Door) -> None:
    with door.open() as screen:
        hear(screen, "hello")
        screen.send(iter(['{"se', 'en": ', f"{door.seq}}}"]))
        hear(screen, "beat")
        assert [seat.outbox.seen_seq for seat in door.live._seats] == [door.seq]


# --- stalls -----------------------------------------------------------------------------------------------------------


def test_a_screen_that_never_reads_is_cut_within_three_seconds(fast_door: Door) -> None:
    peer = fast_door.stall()
    assert not lost_within(peer, 0.8)
    assert lost_within(peer, 2.4)
    peer.close()
    assert len(fast_door.live) == 0


def test_a_page_that_stops_painting_is_cut_within_three_seconds(door: Door) -> None:
    with door.open() as screen:
        screen.send(json.dumps({"seen": hear(screen, "beat")["seq"]}))
        began = time.monotonic()
        code, reason = closing(screen)
        assert code == 4408
        assert "newest state waits" in reason
        assert time.monotonic() - began < 3.0


def test_a_screen_that_acknowledges_every_beat_stays(door: Door) -> None:
    with door.open() as screen:
        for _ in range(5):
            screen.send(json.dumps({"seen": hear(screen, "beat")["seq"]}))


def test_a_program_that_reads_but_never_acknowledges_stays(door: Door) -> None:
    with door.open() as screen:
        for _ in range(5):
            hear(screen, "beat")


def test_a_stalled_screen_delays_nobody(fast_door: Door) -> None:
    door = fast_door
    ages: list[float] = []
    with door.open() as other:
        hear(other, "hello")
        stalled = [door.stall() for _ in range(5)]
        for _ in range(150):
            sent_at = time.monotonic()
            seq = door.publish("x" * 50_000)
            while hear(other, "frame")["seq"] != seq:
                pass
            ages.append(time.monotonic() - sent_at)
            time.sleep(0.02)
        for peer in stalled:
            peer.close()
    assert len(ages) == 150
    assert sorted(ages)[147] < 0.1


def test_a_stalled_screen_costs_less_than_two_mebibytes(fast_door: Door) -> None:
    door = fast_door
    peer = door.stall()
    held = 0
    for _ in range(30):
        door.publish("x" * (FRAME_LIMIT - 1_000), "situation/heroes", "situation/map")
        time.sleep(0.02)
        for seat in door.live._seats:
            assert isinstance(seat, LineSeat)
            line = seat._line
            assert isinstance(line, LineProtocol)
            assert len(seat.outbox) <= 3
            held = max(held, line.transport.get_write_buffer_size())
    peer.close()
    assert held > 0
    assert held + 2 * KERNEL_BYTES <= 2 * 1024 * 1024


def test_after_a_pause_only_the_newest_state_comes(fast_door: Door) -> None:
    door = fast_door
    status, peer = door.knock(f"Origin: http://{door.host}", "Cookie: who=ann", topics="situation/heroes")
    assert status == 101
    for step in range(20):
        door.publish(f"{step:02}" * 250_000)
        time.sleep(0.02)
    time.sleep(0.5)
    shown = [message["html"][:2] for message in read_messages(peer, 1.0) if message["type"] == "frame"]
    peer.close()
    assert len(shown) <= 4, "no queue of messages"
    assert shown[-1] == "19"


def test_seventeen_frames_later_everyone_has_been_sent_the_same_bytes(fast_door: Door) -> None:
    with fast_door.open() as one, fast_door.open() as other:
        hear(one, "hello"), hear(other, "hello")
        for step in range(17):
            seq = fast_door.publish(f"<p>{step}</p>")
        heard = [hear(screen, "frame") for screen in (one, other)]
        while any(frame["seq"] != seq for frame in heard):
            heard = [
                frame if frame["seq"] == seq else hear(screen, "frame")
                for frame, screen in zip(heard, (one, other), strict=True)
            ]
        assert heard[0] == heard[1]


def read_messages(peer: socket.socket, quiet_s: float) -> list[dict[str, Any]]:
    """Every whole text message that comes before ``quiet_s`` seconds of silence. Pings are passed over."""
    peer.settimeout(quiet_s)
    raw = bytearray()
    try:
        while part := peer.recv(1 << 20):
            raw += part
            if len(raw) > 50_000_000:
                break
    except TimeoutError:
        pass
    messages = []
    while len(raw) >= 2:
        size, start = raw[1], 2
        if size == 126:
            size, start = struct.unpack(">H", raw[2:4])[0], 4
        elif size == 127:
            size, start = struct.unpack(">Q", raw[2:10])[0], 10
        if raw[0] == 0x81:
            messages.append(json.loads(raw[start : start + size]))
        del raw[: start + size]
    return messages


# --- the end ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ws", [LineProtocol, None], ids=["ready frames", "send_text"])
def test_a_server_that_stops_says_so_with_1012(ws: type[asyncio.Protocol] | None) -> None:
    codes: list[int] = []

    def stay(door: Door) -> None:
        with door.open() as screen:
            codes.append(closing(screen, 10)[0])

    with open_door(ws) as door:
        screen = threading.Thread(target=stay, args=[door])
        screen.start()
        while not len(door.live):
            time.sleep(0.01)
    screen.join(10)
    assert codes == [1012]


def test_a_screen_that_does_not_read_does_not_hold_up_the_end() -> None:
    with open_door(LineProtocol) as door:
        peer = door.stall()
        door.publish("x" * (FRAME_LIMIT - 1_000), "situation/heroes", "situation/map")
        time.sleep(0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 2.0
    peer.close()
