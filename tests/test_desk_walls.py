"""The desk's pages about walls and screens: who sees and who may, what is wrong in words, and hostile text."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from fastapi.testclient import TestClient
from websockets.sync.client import connect

from app import attendance
from app.access import PEOPLE, Role, Visitor
from app.access.gate import table
from app.access.pairing import show_code
from app.attendance import Attendance
from app.clock import FixedClock, SystemClock
from app.database import Database
from app.main import create_app
from app.seats import Screen
from app.tables import metadata
from app.vocabulary import MINUTE
from app.walls import Hanging, RoomControl, Wall, take_up
from app.wire import LineProtocol
from tests import hostile, makers
from tests.house import House, house, looked_at, settings_of
from tests.live_server import served
from tests.test_main import OURS

NOW = 1_540_562_400_000_000

NUMBERS = count(1)


class Desk:
    """Somebody of a role at the desk of a room."""

    def __init__(self, room: House, role: Role = Role.LEAD) -> None:
        self.room = room
        self._bearer = room.bearer(role)

    def get(self, path: str, follow: bool = True) -> httpx2.Response:
        return self.room.client.get(path, headers=self._bearer, follow_redirects=follow)

    def post(self, path: str, follow: bool = False, **form: Any) -> httpx2.Response:
        return self.room.client.post(path, data=form, headers=self._bearer, follow_redirects=follow)

    def patch(self, path: str, **said: Any) -> httpx2.Response:
        return self.room.client.patch(path, json=said, headers=self._bearer)


def wall_of(room: House, name: str = "Lobby", distance_cm: int = 600, *, take: bool = True) -> Wall:
    """A wall with a screen."""
    from dashboards.desk import repertoire  # noqa: PLC0415

    now, parts = SystemClock().now, room.room
    key = parts.settings.derived("pairing")
    control = RoomControl(parts.database, repertoire(), key=key, clock=parts.clock, now=now)
    with parts.database.write() as connection:
        waiting = show_code(connection, now(), key)
    wall = control.pair(waiting.code, Hanging(name, distance_cm, 93), "Ann")
    if take:
        with parts.database.write() as connection:
            assert take_up(connection, waiting.secret, now()) is not None
    return wall


def another_wall(room: House) -> Wall:
    """A wall with a screen, under a name that no other has."""
    return wall_of(room, f"Wall {next(NUMBERS)}")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as served:
        yield served


@pytest.fixture
def desk(room: House) -> Desk:
    return Desk(room)


@pytest.fixture(scope="module")
def shared_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A room with one network, for all tests that only look or act on a wall of their own."""
    with looked_at(tmp_path_factory.mktemp("room"), makers.network_reported("n1")) as served:
        served.room.feed.look()
        yield served


@pytest.fixture(scope="module")
def shared_desk(shared_room: House) -> Desk:
    return Desk(shared_room)


def said_wrong(page: httpx2.Response) -> list[str]:
    """What a page says is wrong, as plain text."""
    found = re.findall(r'class="wrong"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", text).replace("&#39;", "'") for text in found]


# --- who sees, who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_everybody_who_can_read_sees_the_walls_and_only_leads_get_forms(shared_room: House, role: Role) -> None:
    wall = another_wall(shared_room)
    for path in ("/desk/walls", f"/desk/walls/{wall.id}", "/desk/scenes", "/desk/screens"):
        page = Desk(shared_room, role).get(path)
        assert page.status_code == 200
        forms = set(re.findall(r'<form method="post" action="([^"]+)"', page.text))
        assert (forms == {"/out"}) == (role is not Role.LEAD)
        assert ("Send to a wall" in page.text) == (role is Role.LEAD)
        assert ("Send this to the wall" in page.text) == (role is Role.LEAD and path in ("/desk/walls", "/desk/scenes"))


def test_no_role_but_a_lead_changes_anything(shared_room: House) -> None:
    changing = {
        route: roles
        for route, roles in table(shared_room.client.app.routes).items()  # type: ignore[attr-defined]
        if "walls" in route and route.split()[0] not in ("GET", "SOCKET")
    }
    assert len(changing) == 8
    assert set(changing.values()) == {frozenset({Role.LEAD})}


def test_any_scene_is_sent_to_any_wall_from_any_page(room: House, desk: Desk) -> None:
    wall = wall_of(room)
    room.send(makers.network_reported("n1", code_name="Low Tide"))
    room.room.feed.look()
    for path in ("/desk/walls", "/desk/alarms", "/desk/scenes", "/desk/screens"):
        page = desk.get(path).text
        assert f'<option value="{wall.id}">Lobby</option>' in page
        assert '<option value="n1">Low Tide</option>' in page
        sent = desk.post("/desk/walls/send", wall=wall.id, scene="focus", subject="n1", back=path)
        assert (sent.status_code, sent.headers["location"]) == (303, path)
        assert desk.get(f"/api/v1/walls/{wall.id}").json()["pinned"] == {"scene": "focus", "subject": "n1"}
        desk.post(f"/desk/walls/{wall.id}/unpin")
    wrong = desk.post("/desk/walls/send", wall=wall.id, scene="focus", subject="n9", back="/desk/walls")
    assert (wrong.status_code, said_wrong(wrong)) == (400, ["There is no network 'n9'"])
    assert desk.post("/desk/walls/send", wall="gone", scene="situation").status_code == 404


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ({"scene": "situation", "at": "12:40"}, "/wall/situation?at=12%3A40"),
        ({"scene": "tempo", "at": " 0 "}, "/wall/tempo?seq=0"),
        ({"scene": "focus", "subject": "n1", "at": "12:40"}, "/wall/focus/n1?at=12%3A40"),
        ({"scene": "situation", "subject": "n1", "at": "12:40"}, "/wall/situation?at=12%3A40"),
        ({"scene": "focus", "at": "12:40"}, "Say which network it is about, by its id"),
        ({"scene": "weather", "at": "12:40"}, "Choose one of the scenes"),
        ({"scene": "situation", "at": ""}, "Is no time"),
        ({"scene": "situation", "at": "2031-01-01T00:00Z"}, "Has not come yet"),
        ({"scene": "situation", "at": "٣"}, "Is no time"),
    ],
)
def test_a_scene_is_opened_as_it_stood(
    shared_room: House, shared_desk: Desk, typed: dict[str, str], address: str
) -> None:
    answer = shared_desk.get(f"/desk/scenes/past?{urlencode(typed)}", follow=False)
    if address.startswith("/"):
        assert (answer.status_code, answer.headers["location"]) == (303, address)
    else:
        assert answer.status_code == 400
        assert said_wrong(answer)[0].startswith(address)


def test_another_sites_page_cannot_blank_the_walls(room: House) -> None:
    token = room.bearer(Role.LEAD)["authorization"].removeprefix("Bearer ")
    room.client.cookies.set("warroom", token)
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {}):
        assert room.client.post("/desk/walls/blank", headers=headers).status_code == 403
    assert room.client.post("/desk/walls/blank", headers=OURS, follow_redirects=False).status_code == 303


def test_the_desk_begins_at_the_networks(shared_desk: Desk) -> None:
    assert str(shared_desk.get("/desk").url).endswith("/desk/networks")


def test_an_empty_room_says_how_a_wall_comes_about(desk: Desk) -> None:
    assert "No wall yet" in desk.get("/desk/walls").text
    assert "No screen is connected" in desk.get("/desk/screens").text
    assert "No wall is paired yet" in desk.get("/desk/scenes").text


# --- pairing ----------------------------------------------------------------------------------------------------------


def test_a_lead_who_types_a_code_lands_on_the_wall_that_it_made(room: House, desk: Desk) -> None:
    screen = TestClient(room.client.app, base_url="http://room")
    code = re.search(r"data-code>([^<]+)<", screen.get("/wall/pair").text)
    assert code is not None
    form = {"code": code[1].lower(), "name": "Lobby", "distance_m": "6", "height_m": "0,93"}
    page = desk.post("/desk/walls/pair", follow=True, **form)
    assert "At 6 m and 0.93 m height (R 6.5): nothing holds; hero numbers only" in page.text
    assert "Its screen is coming" in page.text
    assert screen.get("/wall/pairing").status_code == 200
    assert "No link" in desk.get(str(page.url)).text


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"code": ""}, "Type the code that the screen shows"),
        ({"code": "CCC CCC"}, "No screen shows this code: it may be older than 10 minutes, or typed already"),
        ({"distance_m": "far"}, "'far' is no length in metres, for example 2.5"),
        ({"height_m": ""}, "'nothing' is no length in metres, for example 2.5"),
    ],
)
def test_a_form_says_what_is_wrong_beside_its_field_and_keeps_what_was_typed(
    desk: Desk, form: dict[str, str], wrong: str
) -> None:
    typed = {"code": "CCC CCC", "name": "<Lobby>", "distance_m": "6", "height_m": "0.93"} | form
    page = desk.post("/desk/walls/pair", **typed)
    assert page.status_code == 400
    assert said_wrong(page) == [wrong]
    (field,) = form
    assert re.search(rf'<input id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-wrong"', page.text)
    assert f'id="{field}-wrong"' in page.text
    assert 'value="&lt;Lobby&gt;"' in page.text


def test_a_form_that_is_empty_altogether_is_answered_with_a_page(shared_desk: Desk) -> None:
    assert shared_desk.post("/desk/walls/pair").status_code == 400


# --- one wall ---------------------------------------------------------------------------------------------------------


def test_a_programme_is_moved_removed_and_added_to_by_plain_buttons(shared_room: House, shared_desk: Desk) -> None:
    wall = another_wall(shared_room)
    address, api = f"/desk/walls/{wall.id}/programme", f"/api/v1/walls/{wall.id}"

    def press(do: str, *holds: str, **more: str) -> list[int]:
        rows = {"scene": ["situation"] * len(holds), "subject": [""] * len(holds), "hold_s": list(holds)}
        assert shared_desk.post(address, do=do, **rows, **more).status_code == 303
        return [entry["hold_s"] for entry in shared_desk.get(api).json()["programme"]]

    assert press("add", "10", new_scene="situation") == [10, 60]
    assert press("up:1", "10", "60") == [60, 10]
    assert press("down:0", "60", "10") == [10, 60]
    assert press("up:0", "10", "60") == [10, 60]
    assert press("save", "15", "60") == [15, 60]
    assert press("remove:0", "15", "60") == [60]


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"do": "save", "hold_s": "4"}, "4 s: a scene is held for 5 to 3,600 s"),
        ({"do": "save", "hold_s": "soon"}, "'soon' is no number of seconds"),
        ({"do": "save", "hold_s": "-5"}, "'-5' is no number of seconds"),
        ({"do": "save", "scene": "weather"}, "There is no scene 'weather'"),
        ({"do": "save", "subject": "n1"}, "Situation is of no one thing: leave it empty"),
        ({"do": "remove:0"}, "A programme has 1 to 24 scenes, and this has 0"),
        ({"do": "up:7"}, "This row is not there any more: look again"),
        ({"do": "remove:x"}, "This row is not there any more: look again"),
        ({"do": "add", "new_scene": "weather"}, "There is no scene 'weather'"),
    ],
)
def test_a_programme_that_will_not_do_is_shown_again_as_typed_and_not_saved(
    shared_room: House, shared_desk: Desk, form: dict[str, str], wrong: str
) -> None:
    wall = another_wall(shared_room)
    before = shared_desk.get(f"/api/v1/walls/{wall.id}").json()["programme"]
    page = shared_desk.post(
        f"/desk/walls/{wall.id}/programme", **{"scene": "situation", "subject": "", "hold_s": "33"} | form
    )
    assert page.status_code == 400
    (said,) = said_wrong(page)
    assert said.startswith(wrong)
    assert f'value="{form.get("hold_s", "33")}"' in page.text
    assert shared_desk.get(f"/api/v1/walls/{wall.id}").json()["programme"] == before


def test_the_acts_of_a_wall_each_do_what_they_say_and_are_written_down(room: House, desk: Desk) -> None:
    wall = wall_of(room)
    at = f"/desk/walls/{wall.id}"

    def after(act: str, **form: str) -> dict[str, Any]:
        answer = desk.post(f"{at}/{act}", **form)
        assert (answer.status_code, answer.headers["location"]) == (303, at)
        said = desk.get(f"/api/v1/walls/{wall.id}").json()
        assert isinstance(said, dict)
        return said

    assert after("pin", scene="situation")["pinned"] == {"scene": "situation", "subject": ""}
    assert after("unpin")["pinned"] is None
    assert after("blank", blank="yes")["blank"] is True
    assert after("blank", blank="no")["blank"] is False
    assert after("message", message=" Briefing \n at 15:00 ")["message"] == "Briefing at 15:00"
    assert after("message", message="Briefing", do="clear")["message"] == ""
    assert after("alarm", on="no")["on_alarm"] is False
    assert after("alarm", on="yes")["on_alarm"] is True
    assert after("hang", name="Foyer", distance_m="3", height_m="2")["holds"].endswith("every scene holds")
    assert after("revoke")["state"] == "signed out"
    page = desk.get(at).text
    for words in ("pinned Situation", "blanked it", "wrote the message: Briefing at 15:00", "signed its screen out"):
        assert words in page
    assert desk.post(f"{at}/forget").headers["location"] == "/desk/walls"
    assert desk.get(at).status_code == 404


def test_a_stretch_of_the_past_is_played_on_one_wall_until_it_is_made_live_again(room: House, desk: Desk) -> None:
    wall = wall_of(room)
    at, api = f"/desk/walls/{wall.id}", f"/api/v1/walls/{wall.id}"
    form = {"first": "13:00", "last": "13:30", "speed": "60", "mark": "exercise"}
    assert desk.post(f"{at}/play", **form).headers["location"] == at
    said = desk.get(api).json()
    first, last = (NOW - 60 * MINUTE, NOW - 30 * MINUTE)
    assert (said["mode"], said["replay"].rsplit("-", 1)[0]) == ("exercise", f"exercise-{first}-{last}-60")
    page = desk.get(at).text
    assert "Exercise of 26 Oct 13:00 to 26 Oct 13:30 at 60×" in page
    assert "began to play, as an exercise: 2018-10-26 13:00:00 to 2018-10-26 13:30:00 UTC at 60×" in page
    assert re.search(r"Exercise: \w", desk.get("/desk/walls").text)
    desk.post(f"{at}/live")
    assert (desk.get(api).json()["mode"], desk.get(api).json()["replay"]) == ("live", None)
    said = desk.patch(api, replay={"first": "2018-10-26T13:00:00Z", "speed": 600}).json()
    assert said["replay"].startswith(f"replay-{first}-{NOW}-600-")
    assert desk.patch(api, blank=True).json()["mode"] == "replay"
    assert desk.patch(api, replay=None).json()["mode"] == "live"


@pytest.mark.parametrize(
    ("form", "field", "wrong"),
    [
        ({"first": ""}, "first", "Is no time: write 21:40, 2018-10-26T21:40 or 2018-10-26T21:40:00Z"),
        ({"first": "2018-10-26T14:00:01Z"}, "first", "Has not come yet"),
        ({"last": "12:59"}, "last", "A stretch ends after it begins"),
        ({"last": "soon"}, "last", "Is no time: write 21:40, 2018-10-26T21:40 or 2018-10-26T21:40:00Z"),
        ({"speed": "0"}, "speed", "Is 0: from 1 to 600 times as fast"),
        ({"speed": "601"}, "speed", "Is 601: from 1 to 600 times as fast"),
        ({"speed": "²"}, "speed", "Is a whole number: 60 is a minute in a second"),
    ],
)
def test_a_stretch_that_cannot_be_played_is_shown_again_as_typed(
    shared_room: House, shared_desk: Desk, form: dict[str, str], field: str, wrong: str
) -> None:
    wall = another_wall(shared_room)
    typed = {"first": "13:00", "last": "", "speed": "60", "mark": "exercise"} | form
    page = shared_desk.post(f"/desk/walls/{wall.id}/play", **typed)
    assert (page.status_code, said_wrong(page)) == (400, [wrong])
    assert re.search(rf'<input id="{field}" name="{field}" value="{re.escape(typed[field])}"', page.text)
    assert '<option value="exercise" selected>' in page.text
    assert shared_desk.get(f"/api/v1/walls/{wall.id}").json()["mode"] == "live"


@pytest.mark.parametrize("act", ["nothing", "make_wall", "__class__", "forget_all"])
def test_what_cannot_be_done_about_a_wall_is_not_found(shared_room: House, shared_desk: Desk, act: str) -> None:
    assert shared_desk.post(f"/desk/walls/{wall_of(shared_room, f'Wall {next(NUMBERS)}').id}/{act}").status_code == 404


def test_all_walls_are_blanked_by_one_button(room: House, desk: Desk) -> None:
    wall_of(room, "a")
    wall_of(room, "b")
    desk.post("/desk/walls/blank", blank="yes")
    assert [wall["blank"] for wall in desk.get("/api/v1/walls").json()["walls"]] == [True, True]
    assert desk.get("/desk/walls").text.count("Show again") == 2
    desk.post("/desk/walls/blank", blank="no")
    assert [wall["blank"] for wall in desk.get("/api/v1/walls").json()["walls"]] == [False, False]


def test_a_scene_is_sent_to_a_wall_from_any_page_and_one_is_back_there(room: House, desk: Desk) -> None:
    wall = wall_of(room)
    assert f'formaction="/desk/walls/{wall.id}/pin"' in desk.get("/desk/scenes").text
    sent = desk.post(f"/desk/walls/{wall.id}/pin", scene="situation", subject="", back="/desk/scenes")
    assert sent.headers["location"] == "/desk/scenes"
    assert "Pinned: Situation" in desk.get("/desk/walls").text


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "http://evil.example",
        "/\\evil.example",
        "/desk/\\..",
        "/desk/\nx",
        "desk/",
        "",
        "/deskx",
        "/é",
    ],
)
def test_one_is_never_led_elsewhere(shared_room: House, shared_desk: Desk, back: str) -> None:
    wall = another_wall(shared_room)
    sent = shared_desk.post(f"/desk/walls/{wall.id}/pin", scene="situation", back=back)
    assert sent.headers["location"] == f"/desk/walls/{wall.id}"


@pytest.mark.parametrize("text", hostile.NAMES.values(), ids=hostile.NAMES)
def test_hostile_text_comes_out_as_text(shared_room: House, shared_desk: Desk, text: str) -> None:
    wall = another_wall(shared_room)
    message = shared_desk.post(f"/desk/walls/{wall.id}/message", message=text)
    renamed = shared_desk.post(f"/desk/walls/{wall.id}/hang", name=text, distance_m="3", height_m="1")
    for page in (
        message.text,
        renamed.text,
        shared_desk.get("/desk/walls").text,
        shared_desk.get(f"/desk/walls/{wall.id}").text,
    ):
        assert "<script>alert" not in page
        assert "<b><b>" not in page
        assert "\u202e" not in page
        assert "\x00" not in page


def test_a_message_that_is_too_long_is_shown_again(shared_room: House, shared_desk: Desk) -> None:
    page = shared_desk.post(
        f"/desk/walls/{wall_of(shared_room, f'Wall {next(NUMBERS)}').id}/message", message="x" * 121
    )
    assert said_wrong(page) == ["121 characters: a message line holds 120"]
    assert "x" * 121 in page.text


# --- for programs -----------------------------------------------------------------------------------------------------


def test_a_button_panel_blanks_a_wall_with_one_request(room: House, desk: Desk) -> None:
    wall = wall_of(room)
    assert desk.patch(f"/api/v1/walls/{wall.id}", blank=True).json()["blank"] is True
    changed = room.client.post("/api/v1/walls/blank", json={"blank": False}, headers=desk._bearer)
    assert changed.json() == {"changed": 1}


def test_everything_about_a_wall_is_changed_at_once_or_nothing_of_it(room: House, desk: Desk) -> None:
    wall = wall_of(room)
    api = f"/api/v1/walls/{wall.id}"
    answer = desk.patch(api, name="Foyer", blank=True, message="x" * 121)
    assert (answer.status_code, answer.json()["field"]) == (400, "message")
    assert desk.get(api).json()["name"] == "Lobby"
    programme = [{"scene": "situation", "hold_s": 5}, {"scene": "situation", "hold_s": 6}]
    pinned = {"scene": "situation", "subject": ""}
    said = desk.patch(
        api, name="Foyer", distance_m=3, height_m=1.5, programme=programme, pinned=pinned, on_alarm=False, message="m"
    ).json()
    assert (said["name"], said["distance_m"], said["height_m"], said["pinned"]) == ("Foyer", 3.0, 1.5, pinned)
    assert [entry["hold_s"] for entry in said["programme"]] == [5, 6]
    assert (said["on_alarm"], said["message"]) == (False, "m")
    assert desk.patch(api, blank=True).json()["pinned"] == pinned
    assert desk.patch(api, pinned=None).json()["pinned"] is None


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"blank": "maybe"}, 422, "blank"),
        ({"blink": True}, 422, "blink"),
        ({"programme": [{"scene": "situation", "hold_s": 1}]}, 400, "programme.0.hold_s"),
        ({"pinned": {"scene": "weather"}}, 400, "scene"),
        ({"distance_m": 0.2}, 400, "distance_m"),
        ({"distance_m": -1}, 422, "distance_m"),
        ({"replay": {"first": "soon"}}, 400, "replay.first"),
        ({"replay": {"first": "13:00", "speed": 1000}}, 400, "replay.speed"),
    ],
)
def test_a_program_is_told_the_field_and_the_reason(
    shared_room: House, shared_desk: Desk, said: dict[str, Any], status: int, field: str
) -> None:
    answer = shared_desk.patch(f"/api/v1/walls/{wall_of(shared_room, f'Wall {next(NUMBERS)}').id}", **said)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.json()["reason"]


def test_the_examples_of_the_description_are_taken(shared_room: House, shared_desk: Desk) -> None:
    paths = shared_desk.get("/api/v1/openapi.json").json()["paths"]
    wall = another_wall(shared_room)
    for example in paths["/api/v1/walls/{id}"]["patch"]["requestBody"]["content"]["application/json"][
        "examples"
    ].values():
        assert shared_desk.patch(f"/api/v1/walls/{wall.id}", **example["value"]).status_code == 200
    shown = paths["/api/v1/walls"]["get"]["responses"]["200"]["content"]["application/json"]["example"]["walls"][0]
    # The description leaves out what is null in an example.
    assert shown.keys() | {"replay"} == shared_desk.get("/api/v1/walls").json()["walls"][0].keys()
    assert paths["/api/v1/walls/pair"]["post"]["security"] == [{"session": []}]
    assert paths["/api/v1/records"]["post"]["security"] == [{"key": []}]


# --- which screen is on which frame -----------------------------------------------------------------------------------


def test_every_screen_is_listed_with_its_frame_and_one_that_never_answered_says_so(tmp_path: Path) -> None:
    app = create_app(settings_of(tmp_path), clock=FixedClock(NOW))
    with served(app, ws=LineProtocol) as (host, port):
        room = House(TestClient(app, base_url="http://room"), app.state.room)
        desk = Desk(room)
        wall_of(room, "Far wall")
        address = f"ws://{host}:{port}/live?topics=room/note,situation/heroes,situation/map"
        answering, silent = room.bearer(Role.VIEWER), room.bearer(Role.ANALYST)
        with (
            connect(address, additional_headers=answering) as one,
            connect(address, additional_headers=silent) as other,
        ):
            room.send(makers.network_reported("n1"))
            seen = 0
            while seen < 1:
                seen = json.loads(one.recv(10))["seq"]
                one.send(json.dumps({"seen": seen}))
            json.loads(other.recv(10))
            give_up_at = time.monotonic() + 10
            page = ""
            while "<b>1 of 2</b> screens on the newest frame, seq 1" not in page:
                assert time.monotonic() < give_up_at, page
                page = desk.get("/desk/screens/list").text
                one.send(json.dumps({"seen": json.loads(one.recv(10))["seq"]}))
            assert "never answered" in page
            assert "a viewer" in page
            assert '<a href="/wall/situation">Situation</a>' in page
            assert "1 not linked" in page
            assert "Far wall" in page
            screens = {screen["role"]: screen for screen in desk.get("/api/v1/screens").json()["screens"]}
            assert (screens["viewer"]["seen_seq"], screens["analyst"]["seen_seq"]) == (1, None)
            assert screens["viewer"]["seen_s"] < 10
            assert screens["analyst"]["seen_s"] is None


@pytest.mark.postgres
def test_screens_of_other_processes_are_known_until_they_are_gone(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres_url)
    with database.write() as connection:
        metadata.create_all(connection)
    now = [NOW]
    visitor = Visitor(Role.WALL, "Lobby", b"secret digest", None, 0, "w1")
    mine = Screen(visitor, ("situation/map",), 7, 6, 1.0, 0.5)
    one = Attendance(database, lambda: [mine], lambda: now[0])
    other = Attendance(database, list, lambda: now[0])
    one.write()
    assert one.screens() == [mine]
    now[0] += 3_000_000
    (told,) = other.screens()
    assert told == replace(mine, visitor=replace(visitor, digest=b""), seen_s=4.0, waits_s=3.5)
    now[0] += 10_000_000
    assert other.screens() == []
    monkeypatch.setattr(attendance, "WRITE_S", 0.01)
    one.start()
    give_up_at = time.monotonic() + 10
    while not other.screens():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
    one.stop()
    assert other.screens() == []
    database.close()


@pytest.mark.postgres
def test_a_wall_is_told_at_once_although_another_process_was_asked(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "check_durability", lambda _self: None)
    url = postgres_url.replace("+psycopg", "")
    with house(tmp_path, url) as asked:
        wall = wall_of(asked)
        app = create_app(settings_of(tmp_path, url), clock=FixedClock(NOW))
        with served(app, ws=LineProtocol) as (host, port):
            address = f"ws://{host}:{port}/live?topics=walls/control/{wall.id}"
            with connect(address, additional_headers=asked.bearer(Role.VIEWER)) as socket:
                Desk(asked).patch(f"/api/v1/walls/{wall.id}", blank=True)
                told: dict[str, Any] = {}
                while not told.get("blank"):
                    message = json.loads(socket.recv(10))
                    socket.send(json.dumps({"seen": message["seq"]}))
                    told = message.get("columns", {})
