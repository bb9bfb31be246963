"""Alarms at the desk and by program: who sees them and who may acknowledge, in which order, and hostile names."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from websockets.sync.client import connect

from app import acknowledging
from app.access import DESK, PEOPLE, Role, open_session
from app.access.gate import table
from app.clock import FixedClock, SystemClock
from app.main import create_app
from app.vocabulary import DAY, HOUR, MINUTE, SECOND, Stage, isoformat
from app.wire import LineProtocol
from dashboards.desk.alarms import MOST_OPEN, MOST_OVER
from dashboards.desk.alarms_api import MOST
from tests import hostile, makers
from tests.house import House, house, looked_at, settings_of
from tests.live_server import served
from tests.test_desk_walls import Desk
from tests.test_main import OURS

NOW = 1_540_562_400_000_000


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as served:
        yield served


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A room with two alarms that wait, for all tests that change nothing."""
    with looked_at(tmp_path_factory.mktemp("room"), raised("a1"), raised("a2")) as served:
        yield served


@pytest.fixture(scope="module")
def still_desk(still_room: House) -> Desk:
    return Desk(still_room)


@pytest.fixture
def desk(room: House) -> Desk:
    return Desk(room)


def raised(id: str, ago: int = HOUR, **said: Any) -> makers.Event:
    part = {"part": "confirmed", "limit": 172_800} if said.get("rule", "stage_limit") == "stage_limit" else {}
    return makers.alarm_raised(id, at=NOW - ago, **{"since": isoformat(NOW - ago - MINUTE), **part, **said})


def over(id: str, ago: int = MINUTE) -> makers.Event:
    return makers.alarm_cleared(id, at=NOW - ago)


def rows(page: str) -> list[str]:
    """The rows of a page's table as plain text."""
    found = re.findall(r"<tr.*?>(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def ids(desk: Desk, query: str = "") -> list[str]:
    return [alarm["id"] for alarm in desk.get(f"/api/v1/alarms{query}").json()["alarms"]]


def room_alarms(room: House, newest: Any = None) -> acknowledging.Alarms:
    """As the roof makes them."""
    parts = room.room

    def now() -> Any:
        with parts.database.read() as connection:
            parts.board.refresh(connection)
        return parts.board.frozen()

    return acknowledging.Alarms(newest or now, parts.writer, parts.parser, parts.clock)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_a_served_room_raises_an_alarm_by_itself_and_the_desk_says_so(tmp_path: Path) -> None:
    with house(tmp_path, looks_out=True) as served:
        served.send(makers.network_reported("n1", code_name="Low Tide", at="2018-10-20T00:00:00Z"))
        give_up_at = time.monotonic() + 20
        while not served.ask("/api/v1/alarms", Role.VIEWER).json()["alarms"]:
            assert time.monotonic() < give_up_at
            time.sleep(0.1)
        (alarm,) = served.ask("/api/v1/alarms", Role.VIEWER).json()["alarms"]
        assert (alarm["rule"], alarm["name"], alarm["acknowledged_by"]) == ("stage_limit", "Low Tide", "")
        assert "1 alarm waits" in served.ask("/desk/alarms", Role.LEAD).text


def test_a_calm_room_says_so_and_what_is_watched_for(room: House, desk: Desk) -> None:
    page = desk.get("/desk/alarms").text
    assert "Nothing above threshold<" in page
    assert "<table" not in page
    assert "Reach of a network above 1\u202fM" in page
    assert "alarms wait" not in page
    room.send(raised("a1"), over("a1", 55 * MINUTE))
    assert "Nothing above threshold since 13:05" in desk.get("/desk/alarms").text


def test_a_room_without_thresholds_watches_for_nothing(tmp_path: Path) -> None:
    with house(tmp_path, limits_h={}, alarm_reach=0, alarm_spike=0) as room:
        assert "Nothing: no threshold is set" in Desk(room).get("/desk/alarms").text


def test_those_that_wait_are_on_top_then_the_acknowledged_then_those_over(room: House, desk: Desk) -> None:
    room.send(
        makers.network_reported("n1", code_name="Low Tide"),
        raised("old", 3 * HOUR),
        raised("seen", 10 * MINUTE, about="n2"),
        makers.alarm_acknowledged("seen", "Bo", at=NOW - MINUTE),
        raised("new", 2 * HOUR, rule="silent_source", about="//feeds.example/spend", limit=600),
        raised("over", 5 * HOUR, rule="detection_spike", about="", figure=214, limit=60),
        over("over"),
        raised("long ago", 3 * DAY) | {"subject": "gone"},
        over("gone", DAY + SECOND),
    )
    page = desk.get("/desk/alarms").text
    assert rows(page)[1:] == [
        "Silent Spend not answering for more than 10 min 11:59 12:00 not yet nobody yet Acknowledge",
        "Overdue Low Tide in Confirmed for more than 48 h 10:59 11:00 not yet nobody yet Acknowledge",
        "Overdue n2 in Confirmed for more than 48 h 13:49 13:50 not yet Bo 13:59",
        "Over in the last 24&#8239;h",
        "Spike the room 214 assets detected in an hour, alarm above 60 08:59 09:00 13:59 nobody Acknowledge",
    ]
    assert "<b>3 open</b>" in page
    assert page.count('class="bang"') == 4, "two rows, the sum, and the bar"
    assert "2 alarms wait" in page
    assert '<a id="about-old" href="/wall/focus/n1">' in page
    assert desk.get("/desk/alarms/list").text in page
    assert "2 alarms wait" in desk.get("/desk/now").text


def test_no_more_than_fifty_that_are_over_are_listed(room: House, desk: Desk) -> None:
    room.send(*(event for n in range(MOST_OVER + 7) for event in (raised(f"a{n}", HOUR + n), over(f"a{n}", 1 + n))))
    page = desk.get("/desk/alarms").text
    listed = rows(page)[2:]
    assert (len(listed), listed[-1]) == (MOST_OVER + 1, "and 7 more")
    assert "acknowledge-a0" in page
    assert f"acknowledge-a{MOST_OVER}" not in page
    assert 'id="acknowledge-all"' not in page


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_everybody_who_can_read_sees_alarms_and_analysts_and_leads_get_buttons(still_room: House, role: Role) -> None:
    page = Desk(still_room, role).get("/desk/alarms")
    assert page.status_code == 200
    assert ("Acknowledge all" in page.text) == (role in DESK)
    assert page.text.count('/acknowledge"') == (3 if role in DESK else 0)


def test_no_other_role_acknowledges(still_room: House) -> None:
    changing = {
        route: roles
        for route, roles in table(still_room.client.app.routes).items()  # type: ignore[attr-defined]
        if "alarms" in route and route.startswith("POST")
    }
    assert len(changing) == 3
    assert set(changing.values()) == {frozenset({Role.ANALYST, Role.LEAD})}


def test_another_sites_page_acknowledges_nothing(room: House, desk: Desk) -> None:
    room.send(raised("a1"))
    token = room.bearer(Role.LEAD)["authorization"].removeprefix("Bearer ")
    room.client.cookies.set("warroom", token)
    for path in ("/desk/alarms/a1/acknowledge", "/desk/alarms/acknowledge", "/api/v1/alarms/a1/acknowledge"):
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {}):
            assert room.client.post(path, data={"until": NOW}, headers=headers).status_code == 403
    assert room_alarms(room).find("a1").waits
    answer = room.client.post("/desk/alarms/a1/acknowledge", headers=OURS, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/alarms")
    assert not room_alarms(room).find("a1").waits


# --- acknowledging ----------------------------------------------------------------------------------------------------


def test_the_first_who_acknowledges_counts_and_again_changes_nothing(room: House, desk: Desk) -> None:
    room.send(raised("a1"))
    analyst = Desk(room, Role.ANALYST)
    assert analyst.post("/desk/alarms/a1/acknowledge").status_code == 303
    room.room.clock.at += MINUTE  # type: ignore[attr-defined]
    seq = room.room.board.seq
    assert desk.post("/desk/alarms/a1/acknowledge").status_code == 303
    assert desk.post("/api/v1/alarms/a1/acknowledge").json()["acknowledged_by"] == "a analyst"
    assert desk.get("/api/v1/alarms/a1").json()["acknowledged_at"] == isoformat(NOW)
    assert room.room.board.seq == seq
    assert rows(desk.get("/desk/alarms").text)[1].endswith("a analyst 14:00")


def test_one_that_is_over_can_still_be_acknowledged(room: House, desk: Desk) -> None:
    room.send(raised("a1"), over("a1"))
    said = desk.post("/api/v1/alarms/a1/acknowledge").json()
    assert (said["acknowledged_by"], said["cleared_at"]) == ("a lead", isoformat(NOW - MINUTE))


@pytest.mark.parametrize("id", ["none", "%00", "a b", "x" * 300, "..%2f"])
def test_an_alarm_that_there_is_not_is_not_found(still_desk: Desk, id: str) -> None:
    assert still_desk.post(f"/desk/alarms/{id}/acknowledge").status_code == 404
    assert still_desk.post(f"/api/v1/alarms/{id}/acknowledge").status_code == 404
    assert still_desk.get(f"/api/v1/alarms/{id}").status_code == 404


def test_all_is_what_was_on_the_page(room: House, desk: Desk) -> None:
    room.send(raised("a1", HOUR), raised("a2", MINUTE), raised("a3", HOUR), over("a3"))
    form = re.search(r'name="until" value="(\d+)"', desk.get("/desk/alarms").text)
    assert form is not None
    room.send(raised("a4", 0))

    def seen() -> set[str]:
        return {alarm["id"] for alarm in desk.get("/api/v1/alarms").json()["alarms"] if alarm["acknowledged_by"]}

    assert desk.post("/desk/alarms/acknowledge", until=form[1]).headers["location"] == "/desk/alarms"
    assert seen() == {"a1", "a2"}
    seq = room.room.board.seq
    desk.post("/desk/alarms/acknowledge", until=form[1])
    assert (seen(), room.room.board.seq) == ({"a1", "a2"}, seq)


@pytest.mark.parametrize("until", ["", "soon", "-1", "²", "9" * 30])
def test_all_up_to_no_instant_is_nothing(still_room: House, still_desk: Desk, until: str) -> None:
    assert still_desk.post("/desk/alarms/acknowledge", until=until).status_code == 400
    assert room_alarms(still_room).find("a1").waits


def test_two_who_press_at_once_are_one_acknowledgement(room: House) -> None:
    room.send(raised("a1"))
    alarms = room_alarms(room)
    together = threading.Barrier(8)

    def press(n: int) -> None:
        together.wait()
        alarms.acknowledge("a1", f"Ann {n}")

    threads = [threading.Thread(target=press, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (room.room.board.seq, room.room.refusals.before(NOW + 1)) == (2, {})


def test_what_another_process_said_in_the_meantime_is_no_fault(room: House) -> None:
    room.send(raised("a1"))
    before = room_alarms(room).board()
    behind = room_alarms(room, lambda: before)
    room_alarms(room).acknowledge("a1", "Ann")
    room.room.clock.at += SECOND  # type: ignore[attr-defined]
    behind.acknowledge("a1", "Bo")
    assert room_alarms(room).find("a1").acknowledged_by == "Ann"


def test_a_log_that_does_not_answer_is_told_and_not_waited_for(
    room: House, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.send(raised("a1"))
    monkeypatch.setattr(acknowledging, "COMMIT_S", 0.05)
    with room.room.database.write():
        answer = desk.post("/api/v1/alarms/a1/acknowledge")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_walls_hear_of_it_at_once(tmp_path: Path) -> None:
    app = create_app(settings_of(tmp_path), clock=FixedClock(NOW))
    with served(app, ws=LineProtocol) as (host, port):
        room = House(TestClient(app, base_url="http://room"), app.state.room)
        room.room.lookout.stop()
        room.send(raised("a1"))
        address = f"ws://{host}:{port}/live?topics=room/note"
        with connect(address, additional_headers=room.bearer(Role.VIEWER)) as socket:
            Desk(room).post("/desk/alarms/a1/acknowledge")
            seq = 0
            while seq < 2:
                seq = json.loads(socket.recv(10))["seq"]
                socket.send(json.dumps({"seen": seq}))


# --- hostile text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", hostile.NAMES.values(), ids=hostile.NAMES)
def test_hostile_names_come_out_as_text(room: House, text: str) -> None:
    name = text.replace("\0", "").strip() or "x"
    with room.room.database.write() as connection:
        token = open_session(connection, Role.LEAD, name, SystemClock().now()).token
    headers = {"authorization": f"Bearer {token}"}
    room.send(
        makers.network_reported("n1", code_name=text),
        raised("a1"),
        raised("a2", about=text, part=text),
        raised("a3", rule="reach_limit", about=text, part=text),
        raised("a4", rule="silent_source", about=f"//x/{text}"),
        raised("a5", rule="gone_rule", about=text),
    )
    assert room.client.post("/desk/alarms/a1/acknowledge", headers=headers).status_code == 200
    assert room_alarms(room).find("a1").acknowledged_by == name
    page = room.client.get("/desk/alarms", headers=headers).text
    for harm in ("<script>alert", "<b><b>", "\u202e", "\x00"):
        assert harm not in page
    assert room.client.get("/api/v1/alarms", headers=headers).json()["total"] == 5


# --- for programs -----------------------------------------------------------------------------------------------------


def test_alarms_for_programs_are_the_newest_first_and_say_all_there_is(room: House, desk: Desk) -> None:
    room.send(
        makers.network_reported("n1", code_name="Low Tide"),
        raised("a1", HOUR, rule="reach_limit", part="facebook:page", figure=2_400_000, limit=1_000_000),
        raised("a2", MINUTE),
        over("a1"),
    )
    assert (ids(desk), ids(desk, "?open=true"), ids(desk, "?open=false")) == (["a2", "a1"], ["a2"], ["a1"])
    said = desk.get("/api/v1/alarms/a1").json()
    assert said == {
        "id": "a1",
        "rule": "reach_limit",
        "title": "Reach",
        "about": "n1",
        "name": "Low Tide",
        "said": "reached 2.4\u202fM accounts on Pages, limit 1\u202fM",
        "since": isoformat(NOW - HOUR - MINUTE),
        "raised_at": isoformat(NOW - HOUR),
        "cleared_at": isoformat(NOW - MINUTE),
        "figure": said["figure"],
        "limit": 1_000_000,
        "acknowledged_by": "",
        "acknowledged_at": None,
    }
    assert (said["figure"]["value"], said["figure"]["short"]) == (2_400_000, "2.4\u202fM")
    answer = desk.get("/api/v1/alarms")
    assert (answer.json()["seq"], answer.json()["total"]) == (4, 2)
    assert answer.headers["cache-control"] == "no-store"


def test_no_more_than_two_hundred_are_given_and_the_rest_counted(room: House, desk: Desk) -> None:
    room.send(*(raised(f"a{n}", n) for n in range(MOST + 3)))
    said = desk.get("/api/v1/alarms").json()
    assert (len(said["alarms"]), said["total"], said["alarms"][0]["id"]) == (MOST, MOST + 3, "a0")


@pytest.mark.parametrize("query", ["open=yes", "open=", "opened=true"])
def test_a_question_that_is_not_known_is_refused(still_desk: Desk, query: str) -> None:
    answer = still_desk.get(f"/api/v1/alarms?{query}")
    assert answer.status_code == 422
    assert answer.json()["field"] in ("open", "opened")


def test_the_examples_of_the_description_are_answers(room: House, desk: Desk) -> None:
    room.send(raised("a1"))
    paths = desk.get("/api/v1/openapi.json").json()["paths"]

    def shown(path: str, method: str) -> Any:
        return paths[path][method]["responses"]["200"]["content"]["application/json"]["example"]

    listed = desk.get("/api/v1/alarms").json()
    assert shown("/api/v1/alarms", "get").keys() == listed.keys()
    assert shown("/api/v1/alarms", "get")["alarms"][0].keys() == listed["alarms"][0].keys()
    assert shown("/api/v1/alarms/{id}/acknowledge", "post").keys() == listed["alarms"][0].keys()
    (parameter,) = paths["/api/v1/alarms"]["get"]["parameters"]
    assert (parameter["name"], parameter["description"]) == (
        "open",
        "only those still above their threshold, or only those over",
    )
    assert {"401", "403", "404", "503"} <= paths["/api/v1/alarms/{id}/acknowledge"]["post"]["responses"].keys()


def test_an_alarm_of_the_lookout_is_acknowledged_and_is_over_as_all_are(tmp_path: Path) -> None:
    with house(tmp_path) as room:
        room.room.lookout.stop()
        room.send(makers.network_reported("n1", code_name="Low Tide", at=NOW - 2 * DAY))
        Desk(room).get("/desk/alarms")
        assert room.room.lookout.look() == 1
        desk = Desk(room)
        (alarm,) = desk.get("/api/v1/alarms?open=true").json()["alarms"]
        assert desk.post(f"/desk/alarms/{alarm['id']}/acknowledge").status_code == 303
        room.send(makers.stage_changed("n1", Stage.CONFIRMED, at=NOW))
        desk.get("/desk/alarms")
        assert room.room.lookout.look() == 1
        (alarm,) = desk.get("/api/v1/alarms").json()["alarms"]
        assert (alarm["acknowledged_by"], alarm["cleared_at"]) == ("a lead", isoformat(NOW))


# --- floods -----------------------------------------------------------------------------------------------------------


def test_of_a_flood_the_first_are_listed_and_all_are_counted_and_acknowledged(room: House, desk: Desk) -> None:
    room.send(*(raised(f"a{n}", about=f"n{n}") for n in range(MOST_OPEN + 5)))
    page = desk.get("/desk/alarms/list").text
    assert f"{MOST_OPEN + 5} open" in page
    assert rows(page)[-1] == "and 5 more"
    assert len(rows(page)) == MOST_OPEN + 2
    desk.post("/desk/alarms/acknowledge", until=str(NOW))
    assert "all acknowledged" in desk.get("/desk/alarms/list").text
