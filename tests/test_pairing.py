"""Pairing a screen: it shows a code, a lead types it, and only the screen that showed it is signed in, once."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, select, update
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.access import Role
from app.access.pairing import (
    ALPHABET,
    COLLECTED_WITHIN,
    LIFETIME,
    MOST_WAITING,
    Allowance,
    claim,
    code_of,
    collect,
    find_waiting,
    grouped,
    is_waiting,
    show_code,
)
from app.access.tables import pairings
from app.clock import FixedClock, SystemClock
from app.database import Database
from app.errors import TooOften, Unavailable
from app.main import create_app
from app.tables import metadata
from app.vocabulary import MINUTE, SECOND
from app.walls.room_control import WRONG_CODES
from app.wire import LineProtocol
from dashboards.pairing import NEW_CODES
from tests.house import House, house, settings_of
from tests.live_server import served
from tests.test_main import OURS, PAGE

NOW = 1_795_521_600_000_000
KEY = b"key of the tests"


@pytest.fixture
def connection(engine_url: str) -> Iterator[Connection]:
    database = Database(engine_url)
    with database.write() as writing:
        metadata.create_all(writing)
        yield writing
    database.close()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as served:
        yield served


class Screen:
    """A browser of its own at the room's door."""

    def __init__(self, room: House) -> None:
        self.client = TestClient(room.client.app, base_url="http://room")

    def show(self) -> str:
        """The code that it shows."""
        page = self.client.get("/wall/pair", headers=PAGE)
        assert page.status_code == 200
        found = re.search(r"data-code>([A-Z0-9]{3} [A-Z0-9]{3})<", page.text)
        assert found is not None
        return found[1]

    def ask(self) -> int:
        return self.client.get("/wall/pairing").status_code


def pair(room: House, code: str, name: str = "Lobby") -> int:
    said = {"code": code, "name": name, "distance_m": 3, "height_m": 0.93}
    return room.client.post("/api/v1/walls/pair", json=said, headers=room.bearer(Role.LEAD)).status_code


# --- codes and secrets ------------------------------------------------------------------------------------------------


def test_no_two_characters_of_a_code_look_alike() -> None:
    assert not set(ALPHABET) & set("0156BEILOQSUZA")
    assert len(ALPHABET) == len(set(ALPHABET)) == 22


def test_a_code_is_good_once_and_for_the_screen_that_shows_it(connection: Connection) -> None:
    mine, other = show_code(connection, NOW, KEY), show_code(connection, NOW, KEY)
    assert collect(connection, mine.secret, NOW) is None
    assert claim(connection, mine.code, "w1", NOW, KEY)
    assert not claim(connection, mine.code, "w2", NOW, KEY)
    assert not is_waiting(connection, mine.code, NOW, KEY)
    assert collect(connection, other.secret, NOW) is None
    assert collect(connection, mine.code, NOW) is None
    assert collect(connection, mine.secret, NOW) == "w1"
    assert collect(connection, mine.secret, NOW) is None


def test_a_code_is_taken_as_people_type_it(connection: Connection) -> None:
    waiting = show_code(connection, NOW, KEY)
    for typed in (waiting.code.lower(), grouped(waiting.code), f" {waiting.code[:3]}-{waiting.code[3:]}\n"):
        assert is_waiting(connection, typed, NOW, KEY)
    for typed in ("", waiting.code[:-1], waiting.code + "C", "\ud800", "é" * 6, "x" * 100_000):
        assert not is_waiting(connection, typed, NOW, KEY)


def test_an_old_code_is_good_for_nothing(connection: Connection) -> None:
    waiting = show_code(connection, NOW, KEY)
    assert find_waiting(connection, waiting.secret, NOW + LIFETIME - 1) is not None
    assert find_waiting(connection, waiting.secret, NOW + LIFETIME) is None
    assert not claim(connection, waiting.code, "w1", NOW + LIFETIME, KEY)


def test_a_code_typed_at_the_last_moment_still_reaches_its_screen(connection: Connection) -> None:
    waiting = show_code(connection, NOW, KEY)
    late = NOW + LIFETIME - 1
    assert claim(connection, waiting.code, "w1", late, KEY)
    assert collect(connection, waiting.secret, late + COLLECTED_WITHIN - 1) == "w1"


def test_a_screen_that_comes_too_late_is_not_signed_in(connection: Connection) -> None:
    waiting = show_code(connection, NOW, KEY)
    claim(connection, waiting.code, "w1", NOW, KEY)
    assert collect(connection, waiting.secret, NOW + COLLECTED_WITHIN) is None


def test_neither_code_nor_secret_is_in_the_database_nor_to_be_found_from_it(connection: Connection) -> None:
    waiting = show_code(connection, NOW, KEY)
    (row,) = connection.execute(select(pairings)).all()
    assert waiting.code not in repr(tuple(row))
    assert waiting.secret.partition("_")[2] not in repr(tuple(row))
    assert not is_waiting(connection, waiting.code, NOW, b"another key")


def test_no_more_screens_wait_than_may_and_those_that_waited_too_long_make_room(connection: Connection) -> None:
    rows = [
        {"digest": bytes([n // 256, n % 256]), "code_digest": bytes([n // 256, n % 256]), "expires_at": NOW + MINUTE}
        for n in range(MOST_WAITING)
    ]
    connection.execute(pairings.insert(), rows)
    with pytest.raises(TooOften):
        show_code(connection, NOW, KEY)
    assert show_code(connection, NOW + MINUTE, KEY).code


def test_the_same_secret_shows_the_same_code() -> None:
    assert code_of("wrp_x") == code_of("wrp_x")
    assert len({code_of(f"wrp_{n}") for n in range(1_000)}) > 990


def test_an_allowance_comes_back_with_time_and_is_each_ones_own() -> None:
    allowance = Allowance(2, MINUTE)
    allowance.take("Ann", NOW)
    allowance.take("Ann", NOW + SECOND)
    assert allowance.wait("Ann", NOW + 2 * SECOND) == MINUTE - 2 * SECOND
    assert allowance.wait("Bo", NOW) == 0
    assert allowance.wait("Ann", NOW + MINUTE) == 0


def test_an_allowance_does_not_grow_with_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Allowance, "LARGEST", 10)
    allowance = Allowance(1, MINUTE)
    for n in range(1_000):
        allowance.take(str(n), NOW)
    assert len(allowance._took) <= 11


# --- over HTTP --------------------------------------------------------------------------------------------------------


def test_a_screen_becomes_a_wall_without_anybody_signing_in_on_it(room: House) -> None:
    screen = Screen(room)
    code = screen.show()
    assert screen.ask() == 204
    assert pair(room, code) == 200
    answer = screen.client.get("/wall/pairing")
    assert (answer.status_code, answer.json()["name"]) == (200, "Lobby")
    cookie = next(cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("warroom="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert screen.client.get("/wall/situation", headers=PAGE).status_code == 200
    assert screen.client.get("/desk/walls").status_code == 403
    assert screen.ask() == 410


def test_a_screen_that_loads_itself_anew_shows_the_same_code(room: House) -> None:
    screen = Screen(room)
    assert screen.show() == screen.show()
    assert Screen(room).show() != screen.show()


def test_the_secret_is_in_a_cookie_that_no_script_and_no_other_site_gets(room: House) -> None:
    answer = Screen(room).client.get("/wall/pair")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("warroom-screen=wrp_")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "wrp_" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_secret_is_for_https_alone(tmp_path: Path) -> None:
    app = create_app(settings_of(tmp_path), secure=True)
    with TestClient(app, base_url="https://room") as client:
        (cookie,) = client.get("/wall/pair").headers.get_list("set-cookie")
    assert cookie.startswith("__Host-warroom-screen=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_another_screen_cannot_take_what_was_paired(room: House) -> None:
    mine, thief = Screen(room), Screen(room)
    code = mine.show()
    thief.show()
    assert pair(room, code) == 200
    assert thief.ask() == 204
    thief.client.cookies.clear()
    for token in (code, code.replace(" ", ""), "wrp_" + "A" * 43, "x" * 5_000):
        thief.client.cookies.set("warroom-screen", token)
        assert thief.ask() == 410
    assert mine.ask() == 200


def test_a_code_that_is_typed_twice_pairs_once(room: House) -> None:
    screen = Screen(room)
    code = screen.show()
    assert pair(room, code) == 200
    assert pair(room, code, "Foyer") == 400
    assert screen.ask() == 200


def test_a_code_that_is_too_old_says_so_to_both_sides(room: House) -> None:
    screen = Screen(room)
    code = screen.show()
    with room.room.database.write() as connection:
        connection.execute(update(pairings).values(expires_at=SystemClock().now() - 1))
    assert screen.ask() == 410
    assert pair(room, code) == 400
    assert screen.show() != code


def test_only_a_lead_pairs(room: House) -> None:
    code = Screen(room).show()
    said = {"code": code, "name": "Lobby", "distance_m": 3, "height_m": 0.93}
    for role in set(Role) - {Role.LEAD}:
        answer = room.client.post("/api/v1/walls/pair", json=said, headers=room.bearer(role))
        assert answer.status_code in (401, 403)
    assert room.client.post("/api/v1/walls/pair", json=said, headers=OURS).status_code == 401


def test_whoever_guesses_codes_has_to_wait_and_others_have_not(room: House) -> None:
    code = Screen(room).show()
    for _ in range(WRONG_CODES):
        assert pair(room, "CCCCCC") == 400
    said = {"code": code, "name": "Lobby", "distance_m": 3, "height_m": 0.93}
    answer = room.client.post("/api/v1/walls/pair", json=said, headers=room.bearer(Role.LEAD))
    assert (answer.status_code, answer.json()["code"]) == (429, "too_often")
    assert 0 < int(answer.headers["retry-after"]) <= 60
    form = {"code": code, "name": "Lobby", "distance_m": "3", "height_m": "0.93"}
    page = room.client.post("/desk/walls/pair", data=form, headers=room.bearer(Role.LEAD))
    assert page.status_code == 429
    assert "wrong codes within a minute" in page.text


def test_right_codes_use_nothing_of_that_up(room: House) -> None:
    for n in range(WRONG_CODES + 2):
        assert pair(room, Screen(room).show(), f"Wall {n}") == 200


def test_one_address_gets_so_many_new_codes_and_then_a_page_that_tries_again(room: House) -> None:
    first = Screen(room)
    code = first.show()
    for _ in range(NEW_CODES - 1):
        Screen(room).show()
    page = Screen(room).client.get("/wall/pair", headers=PAGE)
    assert page.status_code == 429
    assert "set-cookie" not in page.headers
    assert int(page.headers["refresh"]) > 0
    assert "Too many new screens" in page.text
    assert first.show() == code


def test_without_a_database_a_new_screen_is_told_so_and_tries_again(
    room: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise Unavailable("gone")

    monkeypatch.setattr(room.room.database, "write", away)
    page = Screen(room).client.get("/wall/pair", headers=PAGE)
    assert page.status_code == 503
    assert int(page.headers["refresh"]) > 0
    monkeypatch.undo()


def test_pairing_ends_the_session_that_was_in_that_browser(room: House) -> None:
    screen = Screen(room)
    token = room.bearer(Role.LEAD)["authorization"].removeprefix("Bearer ")
    screen.client.cookies.set("warroom", token)
    assert pair(room, screen.show()) == 200
    assert screen.ask() == 200
    assert room.client.get("/api/v1/walls", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_room_is_swept_of_codes_that_nobody_typed(room: House) -> None:
    Screen(room).show()
    with room.room.database.write() as connection:
        connection.execute(update(pairings).values(expires_at=1))
    Screen(room).show()
    with room.room.database.read() as connection:
        assert len(connection.execute(select(pairings)).all()) == 1


def test_the_front_of_the_walls_is_never_a_page_to_sign_in_at(room: House) -> None:
    screen = Screen(room)
    page = screen.client.get("/wall", headers=PAGE)
    code = re.search(r"data-code>([^<]+)<", page.text)
    assert (page.status_code, code is not None) == (200, True)
    assert code is not None
    assert screen.show() == code[1]
    pair(room, code[1])
    screen.ask()
    front = screen.client.get("/wall", headers=PAGE, follow_redirects=False)
    assert (front.status_code, front.headers["location"]) == (303, "/wall/rotation")
    person = room.client.get("/wall", headers=room.bearer(Role.VIEWER), follow_redirects=False)
    assert (person.status_code, person.headers["location"]) == (303, "/desk/scenes")
    confined = room.client.get("/wall", headers=room.bearer(Role.WALL), follow_redirects=False)
    assert confined.headers["location"] == "/wall/rotation"


def test_the_front_of_the_walls_tries_again_by_itself_while_the_database_is_away(
    room: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise Unavailable("gone")

    bearer = room.bearer(Role.WALL)
    monkeypatch.setattr(room.room.database, "read", away)
    page = room.client.get("/wall", headers={**PAGE, **bearer})
    assert (page.status_code, int(page.headers["refresh"]) > 0) == (503, True)
    assert "does not answer now" in page.text
    monkeypatch.undo()


# --- on a live socket -------------------------------------------------------------------------------------------------


def listen(socket: ClientConnection) -> None:
    """Answer what comes, until it ends."""
    while True:
        socket.send(json.dumps({"seen": json.loads(socket.recv(10))["seq"]}))


def test_a_wall_hears_its_own_control_at_once_and_is_out_five_seconds_after_it_is_revoked(tmp_path: Path) -> None:
    app = create_app(settings_of(tmp_path), clock=FixedClock(1_540_562_400_000_000))
    with served(app, ws=LineProtocol) as (host, port):
        room = House(TestClient(app, base_url="http://room"), app.state.room)
        screen = Screen(room)
        code = screen.show()
        assert pair(room, code) == 200
        wall = screen.client.get("/wall/pairing").json()["wall"]
        cookie = screen.client.cookies["warroom"]
        lead = room.bearer(Role.LEAD)
        headers = {"cookie": f"warroom={cookie}", "origin": f"http://{host}:{port}"}
        address = f"ws://{host}:{port}/live?topics=room/note,walls/control/"
        with connect(address + wall, additional_headers=headers) as socket:

            def told() -> dict[str, object]:
                while True:
                    message = json.loads(socket.recv(10))
                    socket.send(json.dumps({"seen": message["seq"]}))
                    if message.get("topic") == f"walls/control/{wall}":
                        columns = message["columns"]
                        assert isinstance(columns, dict)
                        return columns

            assert told()["blank"] is False
            began = time.monotonic()
            change = {"blank": True, "message": "Briefing"}
            assert room.client.patch(f"/api/v1/walls/{wall}", json=change, headers=lead).status_code == 200
            said = told()
            assert (said["blank"], said["message"]) == (True, "Briefing")
            assert time.monotonic() - began < 2
            (mine,) = room.client.get("/api/v1/screens", headers=lead).json()["screens"]
            assert (mine["wall"], mine["seen_seq"], mine["link"]) == (wall, 0, "Live")
            assert room.client.post(f"/api/v1/walls/{wall}/revoke", headers=lead).json()["state"] == "signed out"
            began = time.monotonic()
            with pytest.raises(ConnectionClosed) as closed:
                listen(socket)
            assert time.monotonic() - began < 5
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4401
        with connect(address + wall, additional_headers=headers) as socket, pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


def test_a_wall_may_not_listen_to_what_another_is_told(tmp_path: Path) -> None:
    app = create_app(settings_of(tmp_path))
    with served(app, ws=LineProtocol) as (host, port):
        room = House(TestClient(app, base_url="http://room"), app.state.room)
        screen = Screen(room)
        pair(room, screen.show())
        screen.ask()
        headers = {"cookie": f"warroom={screen.client.cookies['warroom']}", "origin": f"http://{host}:{port}"}
        with (
            connect(f"ws://{host}:{port}/live?topics=walls/control/w2", additional_headers=headers) as socket,
            pytest.raises(ConnectionClosed) as closed,
        ):
            socket.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
