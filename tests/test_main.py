"""The roof: every route has its roles, every answer its headers, and a room is served once and given back whole."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from websockets.sync.client import connect

from app import main
from app.access import Role, create_link
from app.access.gate import table
from app.clock import FixedClock, SystemClock
from app.database import Database
from app.errors import Unavailable
from app.ingest._description import PAGE_DETECTED
from app.main import create_app
from app.settings import Settings
from app.tenure import is_served
from app.vendored import PLOTLY_ADDRESS, STATIC
from app.wire import LineProtocol
from dashboards.files import find
from dashboards.render import static_url
from tests import makers
from tests.house import House, house, settings_of
from tests.live_server import served

PAGE = {"accept": "text/html,application/xhtml+xml"}
BY_HAND = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as served:
        yield served


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One room for all roles at all doors: what is asked here leaves nothing behind."""
    with house(tmp_path_factory.mktemp("shared")) as served:
        yield served


def routes_of_the_program() -> list[str]:
    """Every route by method and path; made once, in a folder of its own, before any test."""
    import tempfile  # noqa: PLC0415 - for collection only

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_of(Path(folder)))
        app.state.room.close()
        return sorted(route for route in table(app.routes) if not route.startswith("SOCKET"))


ROUTES = routes_of_the_program()
ANYBODY = {
    "GET /",
    "GET /healthz",
    "GET /readyz",
    "GET /in",
    "POST /in",
    "GET /in/{token}",
    "POST /in/{token}",
    # What may be read by whoever holds a link is public by its label, and without a good link there is nothing.
    "GET /share/{token}",
    "GET /static/{address:path}",
    "HEAD /static/{address:path}",
    "GET /api/v1/openapi.json",
    "GET /wall",
    "GET /wall/pair",
    "GET /wall/pairing",
}
"""What somebody may ask who is not signed in. Whoever adds to this says with it that it gives nothing away."""

GIVEN = {"{id}": "n1", "{token}": "wrl_none", "{address:path}": "css/tokens.css", "{name}": "situation"}


# --- route by role ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("route", ROUTES)
def test_a_route_is_open_to_its_roles_and_to_nobody_else(route: str, role: Role | None, shared: House) -> None:
    room = shared
    method, path = route.split()
    allowed = table(room.client.app.routes)[route]  # type: ignore[attr-defined]
    bearer = {} if role is None else room.bearer(role)
    for part, given in GIVEN.items():
        path = path.replace(part, given)
    status = room.client.request(method, path, headers={**bearer, **OURS}, follow_redirects=False).status_code
    if route in ANYBODY:
        assert allowed == set(Role)
        assert status != 403
        assert status != 401 or path == "/"
    elif role in allowed:
        assert status not in (401, 403)
    else:
        # A detector's key is no session, and a session no key: to each other they are nobody.
        assert status in (401, 403)


def test_only_what_gives_nothing_away_is_open_to_anybody() -> None:
    assert set(ROUTES) >= ANYBODY


def test_application_with_a_route_that_nobody_thought_of_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = APIRouter()

    @forgotten.get("/forgotten")
    def _secret() -> str:
        return "everything"

    monkeypatch.setattr(main, "openapi_router", lambda *_: forgotten)
    with pytest.raises(RuntimeError, match="GET /forgotten"):
        create_app(settings_of(tmp_path))
    monkeypatch.undo()
    create_app(settings_of(tmp_path)).state.room.close()


# --- headers, errors, limits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/nothing", "/healthz", "/api/v1/measures", "/in/x", "/static/css/tokens.css"])
def test_every_answer_carries_the_headers_of_the_house(path: str, room: House) -> None:
    headers = room.client.get(path, headers=PAGE).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy


def test_a_fault_is_answered_without_a_word_of_it_and_with_the_headers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(tmp_path) as room:
        room.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        monkeypatch.setattr("app.api.scope_of", lambda *_: 1 / 0)
        answer = room.ask("/api/v1/measures")
        assert (answer.status_code, answer.json()["code"]) == (500, "fault")
        assert "division" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_is_said_to_programs_as_json_and_to_browsers_as_a_page(room: House) -> None:
    assert room.client.get("/nothing").json()["code"] == "not_found"
    page = room.client.get("/nothing", headers=PAGE)
    assert page.status_code == 404
    assert "<h1>Nothing here</h1>" in page.text


def test_method_that_a_route_does_not_know_is_refused_in_the_same_form(room: House) -> None:
    answer = room.client.delete("/healthz")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_refusal_that_wants_a_session_says_how_one_is_sent(room: House) -> None:
    answer = room.client.get("/api/v1/measures")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


# --- static files -----------------------------------------------------------------------------------------------------


def test_an_address_with_its_hash_is_good_for_ever_and_any_other_is_asked_for_again(room: House) -> None:
    hashed = room.client.get(static_url("css/wall.css"))
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    for address in ("/static/css/wall.css", "/static/css/wall.css?v=000000000000"):
        assert room.client.get(address).headers["cache-control"] == "no-cache"


def test_a_file_that_the_browser_has_is_not_sent_again(room: House) -> None:
    first = room.client.get("/static/css/wall.css")
    again = room.client.get("/static/css/wall.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_charts_go_out_compressed_to_who_takes_it_and_plain_to_who_does_not(room: House) -> None:
    address = f"/static/{PLOTLY_ADDRESS}"
    packed = room.client.head(address, headers={"accept-encoding": "br, gzip"})
    plain = room.client.head(address, headers={"accept-encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 3
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "address",
    [
        "../app/main.py",
        "..%2f..%2fpyproject.toml",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "css/../../app/main.py",
        "vendor/.stamp.json",
        "css",
        "",
        "css/none.css",
        "a" * 5_000,
        "css/tokens.css%00.txt",
    ],
)
def test_nothing_else_is_given_away(address: str, room: House) -> None:
    assert room.client.get(f"/static/{address}").status_code == 404


def test_every_file_that_a_stylesheet_or_template_asks_for_is_served() -> None:
    templates = (STATIC.parent / "dashboards" / "templates").rglob("*.html")
    asked = {address for path in templates for address in re.findall(r"static_url\('([\w./-]+)'", path.read_text())}
    assert asked
    for address in asked - {"css/", "js/"}:
        assert find(address).plain


# --- the entrance -----------------------------------------------------------------------------------------------------


def link_of(room: House, role: Role = Role.LEAD) -> str:
    with room.room.database.write() as connection:
        return f"/in/{create_link(connection, role, 'Ann', SystemClock().now())}"


def test_opening_a_link_shows_a_button_and_does_not_use_it_up(room: House) -> None:
    link = link_of(room)
    for _ in range(3):
        page = room.client.get(link, headers=PAGE)
        assert page.status_code == 200
        assert f'<form method="post" action="{link}">' in page.text
        assert "set-cookie" not in page.headers
    signed_in = room.client.post(link, headers=OURS, follow_redirects=False)
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/wall/situation")


def test_a_link_signs_in_once(room: House) -> None:
    link = link_of(room)
    room.client.post(link, headers=OURS, follow_redirects=False)
    assert room.client.get("/api/v1/measures").status_code == 200
    assert room.client.post(link, headers=OURS).status_code == 410


def test_another_sites_page_cannot_sign_anybody_in(room: House) -> None:
    link = link_of(room)
    assert room.client.post(link, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert room.client.post(link, headers={"origin": "http://evil.example"}).status_code == 403
    assert room.client.post(link, headers=OURS, follow_redirects=False).status_code == 303


def test_a_link_opened_by_hand_on_this_machine_signs_in_at_once(room: House) -> None:
    link = link_of(room)
    local = type(room.client)(room.client.app, base_url="http://room", client=("127.0.0.1", 50_000))
    assert local.get(link, headers={**BY_HAND, "sec-purpose": "prefetch"}, follow_redirects=False).status_code == 200
    assert local.get(link, headers={**BY_HAND, "sec-fetch-site": "cross-site"}).status_code == 200
    assert local.get(link, headers=BY_HAND, follow_redirects=False).status_code == 303


def test_a_link_opened_by_hand_elsewhere_asks_for_the_button(room: House) -> None:
    assert room.client.get(link_of(room), headers=BY_HAND, follow_redirects=False).status_code == 200


def test_the_first_page_leads_on_or_says_how_to_get_in(room: House) -> None:
    nobody = room.client.get("/", headers=PAGE)
    assert (nobody.status_code, "warroom user link" in nobody.text) == (401, True)
    room.client.post(link_of(room), headers=OURS, follow_redirects=False)
    somebody = room.client.get("/", headers=PAGE, follow_redirects=False)
    assert (somebody.status_code, somebody.headers["location"]) == (303, "/wall/situation")


def test_signing_out_ends_the_session(room: House) -> None:
    room.client.post(link_of(room), headers=OURS, follow_redirects=False)
    cookie = dict(room.client.cookies)
    assert room.client.post("/out", headers=OURS).status_code == 200
    room.client.cookies.update(cookie)
    assert room.client.get("/api/v1/measures").status_code == 401


def test_over_https_the_cookie_is_for_https_alone(tmp_path: Path) -> None:
    app = create_app(settings_of(tmp_path), secure=True)
    try:
        assert app.state.room.gate.cookie == "__Host-warroom"
    finally:
        app.state.room.close()


# --- taking a room over, and giving it back ---------------------------------------------------------------------------


def test_a_second_process_is_refused_and_told_whom_to_stop(tmp_path: Path) -> None:
    with house(tmp_path) as room:
        assert is_served(room.room.database)
        with pytest.raises(Unavailable, match=r"process \d+ serves .*warroom\.db already"):
            create_app(settings_of(tmp_path))
    assert not is_served(room.room.database)
    with house(tmp_path):
        pass


@pytest.mark.postgres
def test_on_postgresql_any_number_may_serve_and_each_shows_what_the_other_took_in(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server of the tests is set for speed, and a room would rightly refuse it.
    monkeypatch.setattr(Database, "check_durability", lambda _self: None)
    url = postgres_url.replace("+psycopg", "")
    with house(tmp_path, url) as one, house(tmp_path, url) as other:
        one.send(makers.network_reported("n1"))
        assert other.ask("/api/v1/networks").json()["total"] == 1


def test_what_was_acknowledged_is_there_after_a_restart(tmp_path: Path) -> None:
    with house(tmp_path) as room:
        bearer = room.bearer(Role.DETECTOR)
        event = {**PAGE_DETECTED, "source": makers.SOURCE}
        assert room.client.post("/api/v1/records", json=event, headers=bearer).status_code == 201
    with house(tmp_path) as room:
        assert room.client.post("/api/v1/records", json=event, headers=bearer).json()["status"] == "duplicate"


def test_a_room_stops_within_five_seconds(tmp_path: Path) -> None:
    with house(tmp_path) as room:
        room.send(makers.network_reported("n1"))
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert not room.room.writer.is_alive


def test_the_screens_hear_of_a_record_without_asking(
    tmp_path: Path, engine_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "check_durability", lambda _self: None)
    app = create_app(settings_of(tmp_path, engine_url), clock=FixedClock(1_540_562_400_000_000))
    with served(app, ws=LineProtocol) as (host, port):
        room = House(TestClient(app), app.state.room)
        with connect(
            f"ws://{host}:{port}/live?topics=situation/stages", additional_headers=room.bearer(Role.VIEWER)
        ) as socket:
            assert json.loads(socket.recv(10))["type"] == "hello"
            room.send(makers.network_reported("n1", code_name="Paper Kite"))
            message: dict[str, object] = {}
            while (message.get("type"), message.get("seq")) != ("frame", 1):
                message = json.loads(socket.recv(10))
                socket.send(json.dumps({"seen": message["seq"]}))
        assert "Paper Kite" in str(message["html"])


def test_settings_of_a_room_do_not_come_from_nowhere(tmp_path: Path) -> None:
    assert isinstance(settings_of(tmp_path), Settings)
    assert settings_of(tmp_path).derived("log") == settings_of(tmp_path / "elsewhere").derived("log")
