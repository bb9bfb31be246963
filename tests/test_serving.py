"""The edge of the server: deadlines for heads, limits for bodies, and what a hurried or dawdling peer gets to read."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from app.serving import BodyLimit, DeadlineProtocol
from tests.live_server import served


class Hurried(DeadlineProtocol):
    """The same protocol with a deadline that a test can wait for."""

    head_s = 0.4


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def measure(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        await websocket.send_text(await websocket.receive_text())


ROUTES = [Route("/", hello), Route("/measure", measure, methods=["POST"]), WebSocketRoute("/echo", echo)]


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    app = Starlette(routes=ROUTES)
    with served(BodyLimit(app, limit=1024 * 1024), http=Hurried) as where:
        yield where


def read_to_end(peer: socket.socket) -> bytes:
    peer.settimeout(5)
    parts = []
    while part := peer.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def test_half_a_head_is_answered_with_408_when_its_time_is_up(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        answer = read_to_end(peer)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"field":"head"' in answer


def test_a_head_that_drips_gets_no_more_time_than_one_that_stops(address: tuple[str, int]) -> None:
    began = time.monotonic()
    with socket.create_connection(address) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\n")
        peer.settimeout(0.05)
        answer = b""
        while not answer and time.monotonic() - began < 3:
            peer.sendall(b"x")
            try:
                answer = peer.recv(65_536)
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began < 1.0


def test_a_second_head_on_the_same_connection_has_a_deadline_too(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert peer.recv(65_536).startswith(b"HTTP/1.1 200 ")
        peer.sendall(b"\r\nGET")
        assert b"HTTP/1.1 408 " in read_to_end(peer)


def test_a_connection_that_asks_nothing_is_closed_without_a_word(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as peer:
        assert read_to_end(peer) == b""


def test_a_head_that_never_stops_growing_is_answered_with_431(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\n" + b"x-long: " + b"a" * 80_000)
        assert read_to_end(peer).startswith(b"HTTP/1.1 431 ")


def test_an_answered_connection_serves_again_after_the_deadline_has_passed(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as peer:
        for _ in range(2):
            peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while not answer.endswith(b"hello"):
                # Head and body may come apart.
                answer += peer.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200 ")
            time.sleep(Hurried.head_s * 1.5)


def test_a_websocket_outlives_the_deadline_of_its_head(address: tuple[str, int]) -> None:
    with connect(f"ws://{address[0]}:{address[1]}/echo") as websocket:
        time.sleep(Hurried.head_s * 2)
        websocket.send("still here")
        assert websocket.recv(5) == "still here"


def test_a_websocket_message_over_64_kb_closes_the_socket_with_1009(address: tuple[str, int]) -> None:
    with connect(f"ws://{address[0]}:{address[1]}/echo") as websocket:
        websocket.send("a" * 70_000)
        with pytest.raises(Exception, match="1009"):
            websocket.recv(5)


def test_no_answer_says_which_server_it_came_from(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"\r\nserver:" not in read_to_end(peer).lower()


def test_a_chunked_body_over_the_limit_is_answered_with_413(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as peer:
        peer.sendall(b"POST /measure HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(20):
            peer.sendall(b"10000\r\n" + b"a" * 65_536 + b"\r\n")
        peer.sendall(b"0\r\n\r\n")
        assert peer.recv(65_536).startswith(b"HTTP/1.1 413 ")


def test_a_peer_that_goes_on_sending_after_its_413_is_hung_up_on(address: tuple[str, int]) -> None:
    began = time.monotonic()
    with socket.create_connection(address) as peer:
        peer.sendall(b"POST /measure HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < 5:
                peer.sendall(b"10000\r\n" + b"a" * 65_536 + b"\r\n")
                time.sleep(0.005)
    assert time.monotonic() - began < 3
