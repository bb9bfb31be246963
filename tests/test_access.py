"""Who may do what: keys, links, sessions, the gate, and the table of routes and roles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from sqlalchemy import Connection, select
from starlette.routing import Route

from app.access import (
    DESK,
    OBSERVATIONS,
    Detector,
    Role,
    Visitor,
    close_session,
    close_sessions_of,
    create_key,
    create_link,
    find_key,
    find_visitor,
    list_keys,
    list_sessions,
    may_watch,
    open_session,
    redeem,
    renew,
    revoke_key,
    sweep,
)
from app.access.gate import Gate, SignedOut, table, ungoverned
from app.access.origins import comes_from_elsewhere, same_origin
from app.access.sessions import LIFETIMES, is_due
from app.access.tables import detector_keys, sessions, sign_in_links
from app.clock import FixedClock
from app.database import Database
from app.errors import Forbidden
from app.tables import metadata
from app.vocabulary import DAY, HOUR, MINUTE, SECOND
from tests.house import house

NOW = 1_795_521_600_000_000
NO_TOKENS = [
    "",
    "wrs_",
    "x",
    "é" * 43,
    "wrs_\N{GREEK SMALL LETTER ALPHA}",
    "\ud800",
    "a" * 5_000,
    "wrk_000000000000_" + "A" * 43,
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'room.db'}")
    with opened.write() as connection:
        metadata.create_all(connection)
    yield opened
    opened.close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as writing:
        yield writing


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_opens_the_door_for_its_detector(connection: Connection) -> None:
    secret = create_key(connection, "Graph", "detector/graph", ["post.observed", "asset.detected"], NOW)
    detector = find_key(connection, secret)
    assert detector is not None
    assert (detector.name, detector.source) == ("Graph", "detector/graph")
    assert detector.types == {"asset.detected", "post.observed"}


def test_a_key_is_good_for_its_own_source_and_types_only() -> None:
    detector = Detector("k", "Graph", "detector/graph", frozenset({"post.observed"}))
    assert detector.allows("detector/graph", "post.observed")
    for source in ("detector/graph/2", "detector", "detector/graphs", "DETECTOR/GRAPH", ""):
        assert not detector.allows(source, "post.observed")
    assert not detector.allows("detector/graph", "stage.changed")


def test_decisions_are_not_among_what_detectors_say_by_default() -> None:
    assert not OBSERVATIONS & {"stage.changed", "attribution.assessed", "networks.merged", "asset.removed"}


def test_the_secret_of_a_key_is_nowhere_in_the_database(connection: Connection) -> None:
    secret = create_key(connection, "Graph", "detector/graph", OBSERVATIONS, NOW)
    (row,) = connection.execute(select(detector_keys)).all()
    assert secret.rpartition("_")[2] not in repr(tuple(row))
    assert len(row.digest) == 32


def test_a_revoked_key_is_worthless_and_stays_on_the_list(connection: Connection) -> None:
    secret = create_key(connection, "Graph", "detector/graph", OBSERVATIONS, NOW)
    (key,) = list_keys(connection)
    assert revoke_key(connection, key.id, NOW + 1)
    assert find_key(connection, secret) is None
    assert not revoke_key(connection, key.id, NOW + 2)
    assert [listed.revoked_at for listed in list_keys(connection)] == [NOW + 1]


def test_the_public_part_of_a_key_opens_nothing(connection: Connection) -> None:
    secret = create_key(connection, "Graph", "detector/graph", OBSERVATIONS, NOW)
    assert find_key(connection, secret[:-1] + ("A" if secret[-1] != "A" else "B")) is None


@pytest.mark.parametrize("token", NO_TOKENS)
def test_text_that_is_no_token_is_nobody(connection: Connection, token: str) -> None:
    assert find_key(connection, token) is None
    assert find_visitor(connection, token, NOW) is None
    assert redeem(connection, token, NOW) is None


@pytest.mark.parametrize(
    ("name", "source", "types"), [("", "s", OBSERVATIONS), ("n", "", OBSERVATIONS), ("n", "s", []), ("n", "s", ["all"])]
)
def test_a_key_without_name_source_or_known_types_is_not_made(
    connection: Connection, name: str, source: str, types: list[str]
) -> None:
    with pytest.raises(ValueError, match=r"needs a name|not a valid"):
        create_key(connection, name, source, types, NOW)


# --- links and sessions -----------------------------------------------------------------------------------------------


def test_a_link_signs_in_once(connection: Connection) -> None:
    token = create_link(connection, Role.LEAD, "Ann", NOW)
    opened = redeem(connection, token, NOW + MINUTE)
    assert opened is not None
    visitor = find_visitor(connection, opened.token, NOW + MINUTE)
    assert visitor is not None
    assert (visitor.role, visitor.name) == (Role.LEAD, "Ann")
    assert redeem(connection, token, NOW + MINUTE) is None


def test_an_old_link_signs_nobody_in(connection: Connection) -> None:
    token = create_link(connection, Role.LEAD, "Ann", NOW)
    assert redeem(connection, token, NOW + 15 * MINUTE) is None


def test_tokens_of_one_kind_are_not_good_for_another(connection: Connection) -> None:
    link = create_link(connection, Role.LEAD, "Ann", NOW)
    key = create_key(connection, "Graph", "detector/graph", OBSERVATIONS, NOW)
    session = open_session(connection, Role.ADMIN, "Bob", NOW).token
    assert find_visitor(connection, link, NOW) is None
    assert find_visitor(connection, key, NOW) is None
    assert find_key(connection, session) is None
    assert redeem(connection, session, NOW) is None


def test_secrets_of_links_and_sessions_are_nowhere_in_the_database(connection: Connection) -> None:
    link = create_link(connection, Role.LEAD, "Ann", NOW)
    session = open_session(connection, Role.ADMIN, "Bob", NOW).token
    kept = repr([tuple(row) for rows in (sign_in_links, sessions) for row in connection.execute(select(rows))])
    assert link.partition("_")[2] not in kept
    assert session.partition("_")[2] not in kept


def test_a_wall_is_confined_to_the_scene_of_its_link(connection: Connection) -> None:
    opened = redeem(connection, create_link(connection, Role.WALL, "Wall 1", NOW, scene="situation"), NOW)
    assert opened is not None
    assert may_watch(opened.visitor, "situation/map")
    assert not may_watch(opened.visitor, "tempo/chart")


def test_links_that_make_no_sense_are_not_made(connection: Connection) -> None:
    with pytest.raises(ValueError, match="name of a person"):
        create_link(connection, Role.LEAD, " ", NOW)
    with pytest.raises(ValueError, match="make a key"):
        create_link(connection, Role.DETECTOR, "Graph", NOW)
    with pytest.raises(ValueError, match="only a wall"):
        create_link(connection, Role.LEAD, "Ann", NOW, scene="situation")


@pytest.mark.parametrize("role", LIFETIMES)
def test_a_session_ends_when_it_is_not_used(connection: Connection, role: Role) -> None:
    token = open_session(connection, role, "Ann", NOW).token
    assert find_visitor(connection, token, NOW + LIFETIMES[role] - 1) is not None
    assert find_visitor(connection, token, NOW + LIFETIMES[role]) is None


def test_a_session_slides_while_it_is_used(connection: Connection) -> None:
    token = open_session(connection, Role.ANALYST, "Ann", NOW).token
    for hours in range(0, 48, 6):
        visitor = find_visitor(connection, token, NOW + hours * HOUR)
        assert visitor is not None
        renew(connection, [visitor], NOW + hours * HOUR)


def test_a_session_is_not_written_at_every_request() -> None:
    visitor = Visitor(Role.ANALYST, "Ann", b"d", None, NOW + 12 * HOUR)
    assert not is_due(visitor, NOW + HOUR)
    assert is_due(visitor, NOW + 2 * HOUR)


def test_signing_out_ends_the_session_wherever_the_token_is(connection: Connection) -> None:
    opened = open_session(connection, Role.ANALYST, "Ann", NOW)
    close_session(connection, opened.token)
    assert find_visitor(connection, opened.token, NOW) is None
    renew(connection, [opened.visitor], NOW)
    assert find_visitor(connection, opened.token, NOW) is None


def test_everybody_of_a_name_can_be_signed_out(connection: Connection) -> None:
    for name in ("Ann", "Ann", "Bob"):
        open_session(connection, Role.ANALYST, name, NOW)
    assert close_sessions_of(connection, "Ann") == 2
    assert [visitor.name for visitor in list_sessions(connection, NOW)] == ["Bob"]


def test_what_has_expired_is_swept_away(connection: Connection) -> None:
    open_session(connection, Role.ANALYST, "Ann", NOW)
    create_link(connection, Role.ANALYST, "Bob", NOW)
    assert sweep(connection, NOW + HOUR) == 1
    assert sweep(connection, NOW + DAY) == 1


# --- roles and origins ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_only_the_desk_sees_names(role: Role) -> None:
    assert Visitor(role, "x").sees_names == (role in DESK)


def test_detectors_watch_nothing() -> None:
    assert not may_watch(Visitor(Role.DETECTOR, "Graph"), "situation/map")


@pytest.mark.parametrize(
    "origin",
    [None, "", "null", "room.example", "http://room.example.evil.example", "http://evil.room.example",
     "http://room.example:81", "http://room.example/", "ftp://room.example", "http://ROOM.example"],
)  # fmt: skip
def test_anything_but_our_exact_origin_is_another(origin: str | None) -> None:
    assert not same_origin(origin, "room.example")


def test_our_origin_is_ours_with_either_scheme() -> None:
    assert same_origin("https://room.example", "room.example")
    assert same_origin("http://127.0.0.1:8750", "127.0.0.1:8750")
    assert same_origin("https://wall.example", "inner:8750", {"https://wall.example"})
    assert not same_origin("http://", "")


@pytest.mark.parametrize(
    ("method", "headers", "elsewhere"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "same-origin"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("POST", {"sec-fetch-site": "same-site"}, True),
        ("POST", {"sec-fetch-site": "cross-site", "origin": "http://room", "host": "room"}, True),
        ("POST", {"origin": "http://room", "host": "room"}, False),
        ("POST", {"origin": "null", "host": "room"}, True),
        ("DELETE", {"host": "room"}, True),
    ],
)
def test_a_change_must_come_from_our_own_page(method: str, headers: dict[str, str], elsewhere: bool) -> None:
    assert comes_from_elsewhere(method, headers) == elsewhere


# --- the gate ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def gate(database: Database, clock: FixedClock) -> Gate:
    return Gate(database, secure=False, now=clock.now)


@pytest.fixture
def client(gate: Gate) -> TestClient:
    app = FastAPI(openapi_url=None, exception_handlers={SignedOut: refusal, Forbidden: refusal})
    desk = APIRouter(prefix="/desk", dependencies=[Depends(gate.require(Role.ANALYST, Role.LEAD))])

    @desk.get("/assets")
    def assets(visitor: Annotated[Visitor, Depends(gate.require(Role.ANALYST, Role.LEAD))]) -> str:
        return visitor.name

    @desk.post("/decide")
    def decide(visitor: Annotated[Visitor, Depends(gate.require(Role.LEAD, Role.ADMIN))]) -> str:
        return visitor.name

    @app.post("/records")
    async def records(detector: Annotated[Detector, Depends(gate.detector)]) -> str:
        return detector.source

    @app.get("/health", dependencies=[Depends(gate.anybody)])
    def health() -> str:
        return "well"

    @app.get("/forgotten")
    def forgotten() -> str:
        return "nobody thought of me"

    app.include_router(desk)
    return TestClient(app, base_url="http://room")


async def refusal(request: Request, error: Exception) -> Response:
    return JSONResponse(str(error), status_code=401 if isinstance(error, SignedOut) else 403)


def signed_in(database: Database, role: Role) -> str:
    with database.write() as connection:
        return open_session(connection, role, "Ann", NOW).token


EXPECTED = {
    "GET /desk/assets": {Role.ANALYST, Role.LEAD},
    "POST /desk/decide": {Role.LEAD},
}


@pytest.mark.parametrize("role", LIFETIMES)
@pytest.mark.parametrize("route", EXPECTED)
def test_a_route_is_open_to_its_roles_and_to_no_other(
    client: TestClient, database: Database, role: Role, route: str
) -> None:
    method, path = route.split()
    answer = client.request(method, path, headers={"Authorization": f"Bearer {signed_in(database, role)}"})
    assert answer.status_code == (200 if role in EXPECTED[route] else 403)


def test_the_table_of_routes_says_who_each_is_for(client: TestClient) -> None:
    rules = table(client.app.routes)  # type: ignore[attr-defined]
    assert rules.items() >= EXPECTED.items()
    assert rules["POST /records"] == {Role.DETECTOR}
    assert rules["GET /health"] == set(Role)


def test_a_route_without_a_rule_is_found(client: TestClient) -> None:
    routes = [*client.app.routes, Route("/plain", refusal)]  # type: ignore[attr-defined]
    assert ungoverned(routes) == ["GET /forgotten", "GET /plain", "HEAD /plain"]
    assert ungoverned(routes, public={"/plain"}) == ["GET /forgotten"]


def test_without_a_session_the_answer_is_401(client: TestClient) -> None:
    assert client.get("/desk/assets").status_code == 401
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("token", [b"wrong", "kéy".encode("latin-1"), b"\xff" * 40, b""])
@pytest.mark.parametrize("path", ["/records", "/desk/decide"])
def test_a_token_that_is_none_is_answered_with_401(client: TestClient, path: str, token: bytes) -> None:
    assert client.post(path, headers={b"Authorization": b"Bearer " + token}).status_code == 401


def test_a_bad_token_is_not_rescued_by_a_good_cookie(client: TestClient, database: Database, gate: Gate) -> None:
    client.cookies.set(gate.cookie, signed_in(database, Role.LEAD))
    assert client.get("/desk/assets").status_code == 200
    assert client.get("/desk/assets", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/desk/assets", headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_a_cookie_acts_only_from_our_own_page(client: TestClient, database: Database, gate: Gate) -> None:
    client.cookies.set(gate.cookie, signed_in(database, Role.LEAD))
    assert client.post("/desk/decide").status_code == 403
    assert client.post("/desk/decide", headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post("/desk/decide", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/desk/decide", headers={"Origin": "http://room"}).status_code == 200


def test_a_detector_key_opens_the_door_of_records_and_no_other(client: TestClient, database: Database) -> None:
    with database.write() as connection:
        secret = create_key(connection, "Graph", "detector/graph", OBSERVATIONS, NOW)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.post("/records", headers=headers).json() == "detector/graph"
    assert client.get("/desk/assets", headers=headers).status_code == 401
    session = signed_in(database, Role.LEAD)
    assert client.post("/records", headers={"Authorization": f"Bearer {session}"}).status_code == 401


def test_a_revoked_key_is_out_within_five_seconds(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as connection:
        secret = create_key(connection, "Graph", "detector/graph", OBSERVATIONS, NOW)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.post("/records", headers=headers).status_code == 200
    with database.write() as connection:
        revoke_key(connection, list_keys(connection)[0].id, NOW)
    monkeypatch.setattr("app.access.gate.MEMORY_S", -1.0)
    assert client.post("/records", headers=headers).status_code == 401


def test_a_session_in_use_is_renewed_by_the_gate(client: TestClient, database: Database, clock: FixedClock) -> None:
    headers = {"Authorization": f"Bearer {signed_in(database, Role.ANALYST)}"}
    for _ in range(5):
        clock.at += 11 * HOUR
        assert client.get("/desk/assets", headers=headers).status_code == 200
    clock.at += 12 * HOUR + SECOND
    assert client.get("/desk/assets", headers=headers).status_code == 401


def test_a_stranger_is_let_in_only_where_the_gate_says_as_whom(database: Database, gate: Gate) -> None:
    request = Request({"type": "http", "method": "GET", "headers": []})
    assert gate.visitor_of(request) is None
    guest = Visitor(Role.LEAD, "demo")
    assert Gate(database, stranger=guest).visitor_of(request) == guest


def test_the_cookie_is_kept_from_scripts_and_other_sites(database: Database) -> None:
    with database.write() as connection:
        opened = open_session(connection, Role.LEAD, "Ann", NOW)
    response = Response()
    Gate(database).sign_in(response, opened)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"__Host-warroom={opened.token}; ")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


def test_signing_out_ends_the_session_and_takes_the_cookie(database: Database, gate: Gate) -> None:
    token = signed_in(database, Role.LEAD)
    request = Request({"type": "http", "headers": [(b"cookie", f"{gate.cookie}={token}".encode())]})
    response = Response()
    gate.sign_out(request, response)
    assert gate.visitor_of(request) is None
    assert 'warroom=""' in response.headers["set-cookie"]


@pytest.mark.anyio
async def test_the_live_door_learns_whose_session_has_ended(gate: Gate, database: Database) -> None:
    with database.write() as connection:
        here, gone = (open_session(connection, Role.WALL, name, NOW) for name in ("Wall 1", "Wall 2"))
        close_session(connection, gone.token)
    guest = Visitor(Role.LEAD, "demo")
    assert list(await gate.ended([here.visitor, gone.visitor, guest])) == [gone.visitor]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# --- the room's own word ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["//warroom/alarms", "//detectors.example/a"])
def test_no_key_can_be_made_for_what_the_room_says_itself(tmp_path: Path, source: str) -> None:
    types = ["record.withdrawn"] if source == "//warroom/alarms" else ["alarm.cleared"]
    with house(tmp_path) as there, there.room.database.write() as connection, pytest.raises(ValueError, match="own"):
        create_key(connection, "loud", source, types, 0)


def test_a_key_that_was_made_for_alarms_may_not_send_any() -> None:
    assert not Detector("id", "old", "//a", frozenset({"alarm.raised"})).allows("//a", "alarm.raised")
    old = Detector("id", "old", "//warroom/alarms", frozenset({"record.withdrawn"}))
    assert not old.allows("//warroom/alarms", "record.withdrawn")
