"""Snapshots at the desk: who sees which, what the form takes and refuses, and that names from outside do no harm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from app.access import Role
from app.clock import FixedClock
from app.vocabulary import DAY, Tlp
from tests import makers
from tests.every_room import MADE, NAMES
from tests.house import House, house, looked_at
from tests.test_desk_walls import Desk, said_wrong
from tests.test_snapshots import NOW, SOME

LIST = "/desk/snapshots"
FORM = {"name": "Morning briefing", "what": "scope:", "tlp": "TLP:GREEN"}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, clock=FixedClock(NOW)) as served:
        served.send(*SOME)
        yield served


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same for all tests that change nothing."""
    with looked_at(tmp_path_factory.mktemp("room"), *SOME, clock=FixedClock(NOW)) as served:
        yield served


@pytest.fixture
def lead(room: House) -> Desk:
    return Desk(room)


@pytest.fixture(scope="module")
def still_lead(still_room: House) -> Desk:
    return Desk(still_room)


def frozen(desk: Desk, **form: str) -> str:
    """Freeze by the form, and give the address of the new page."""
    answer = desk.post(LIST, **FORM | form)
    assert answer.status_code == 303, said_wrong(answer)
    return answer.headers["location"]


def plain(answer: httpx2.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_frozen_snapshot_has_a_page_with_its_figures_and_its_digest(lead: Desk) -> None:
    page = plain(lead.get(frozen(lead)))
    assert "Morning briefing All networks" in page
    assert "TLP:GREEN for the community, not the public" in page
    assert re.search(r"SHA-256 [0-9a-f]{64} ", page)
    assert "Reached, on Pages more than 28,000 stated, not counted" in page
    assert "Who is responsible for Low Tide." in page


def test_list_shows_it_and_finds_it(lead: Desk) -> None:
    frozen(lead)
    frozen(lead, name="Evening", what="scope:open=true")
    assert "Evening" in lead.get(LIST).text
    found = lead.get(f"{LIST}?search=morning").text
    assert "Morning briefing</bdi>" in found
    assert "Evening</bdi>" not in found
    assert "None holds all these words" in plain(lead.get(f"{LIST}?search=noon"))


def test_form_begins_with_the_scope_or_scene_of_the_address(still_lead: Desk) -> None:
    assert '<option value="scope:network=n1" selected>Low Tide</option>' in still_lead.get(f"{LIST}?network=n1").text
    assert '<option value="scene:tempo" selected>Scene: Tempo</option>' in still_lead.get(f"{LIST}?scene=tempo").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"what": "scope:network=n1"}, "Low Tide"),
        ({"what": "scope:open=true", "network": "n1"}, "Low Tide: open"),
        ({"what": "scene:focus", "network": "n1"}, "Network focus: Low Tide"),
        ({"what": "scene:situation"}, "Situation"),
    ],
    ids=str,
)
def test_form_freezes_a_scope_one_network_or_a_scene(form: dict[str, str], said: str, lead: Desk) -> None:
    assert f"Morning briefing {said}" in plain(lead.get(frozen(lead, **form)))


def test_time_of_the_form_is_a_time_or_a_seq(lead: Desk) -> None:
    by_seq = plain(lead.get(frozen(lead, at="2")))
    assert "as it stood seq 2 Frozen" in by_seq
    assert "26 Oct 14:32 as it stood" in plain(lead.get(frozen(lead, at="14:32")))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "1 to 120 visible characters, on one line"),
        ({"tlp": "TLP:WHITE"}, "Choose one of TLP:RED"),
        ({"at": "later"}, "Is no time: write 21:40"),
        ({"at": "99"}, "there is no seq 99"),
        ({"embargo_until": "soon"}, "Is no instant"),
        ({"network": "nobody"}, "there is no network"),
        ({"network": "../x"}, "will not do"),
        ({"what": "scene:focus"}, "Name the one network that this scene is about"),
        ({"what": "scene:nothing"}, "There is no such scene"),
        ({"what": "scope:colour=red"}, "There is no such filter"),
    ],
    ids=str,
)
def test_form_says_what_is_wrong_and_keeps_what_was_typed(form: dict[str, str], said: str, still_lead: Desk) -> None:
    answer = still_lead.post(LIST, **FORM | {"at": "13:00"} | form)
    assert answer.status_code in (400, 404)
    assert any(said.casefold() in wrong.casefold() for wrong in said_wrong(answer)), said_wrong(answer)
    assert f'value="{form.get("name", "Morning briefing")}"' in answer.text
    assert "Nothing was frozen yet" in still_lead.get(LIST).text


def test_form_that_is_sent_twice_freezes_once(lead: Desk) -> None:
    once = {"once": "0123456789abcdef0123456789abcdef"}
    assert frozen(lead, **once) == frozen(lead, **once)


@pytest.mark.parametrize("tlp", list(Tlp))
def test_each_sees_what_its_label_lets_them(tlp: Tlp, room: House, lead: Desk) -> None:
    address = frozen(lead, tlp=str(tlp))
    for role in (Role.VIEWER, Role.ANALYST, Role.ADMIN):
        shown = role is Role.ADMIN or tlp in (Tlp.GREEN, Tlp.CLEAR)
        desk = Desk(room, role)
        assert (desk.get(address).status_code, "Morning briefing" in desk.get(LIST).text) == (
            200 if shown else 404,
            shown,
        )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_nobody_but_the_desk_sees_anything_before_the_embargo_ends(role: Role, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with house(tmp_path, clock=clock) as room:
        room.send(*SOME)
        address = frozen(Desk(room), embargo_until="2018-10-27T06:00:00Z")
        other, id = Desk(room, role), address.rpartition("/")[2]
        api = f"/api/v1/snapshots/{id}"
        paths = (address, f"{address}/json", api, f"{api}/exports/json")
        for path in paths:
            assert other.get(path).status_code == 404
        for path in (LIST, f"{LIST}?search=morning", "/api/v1/snapshots"):
            assert "Morning briefing" not in other.get(path).text
        clock.at = NOW + DAY
        for path in (*paths, LIST, "/api/v1/snapshots"):
            assert "Morning briefing" in other.get(path).text


@pytest.mark.parametrize("role", [Role.ANALYST, Role.LEAD])
def test_desk_sees_what_is_under_embargo_marked_until_it_ends(role: Role, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with house(tmp_path, clock=clock) as room:
        room.send(*SOME)
        address = frozen(Desk(room), embargo_until="2018-10-27T06:00:00Z")
        desk = Desk(room, role)
        for path in (LIST, address):
            assert "EMBARGO until 27 Oct 06:00" in plain(desk.get(path))
        file = desk.get(f"{address}/press_line")
        assert "Embargo until" in file.text
        assert "embargo" not in file.headers["content-disposition"]
        clock.at = NOW + DAY
        assert "EMBARGO" not in desk.get(LIST).text
        assert "Embargo ended 27 Oct 06:00" in plain(desk.get(address))


def test_analyst_is_told_that_a_label_is_for_a_lead(still_room: House) -> None:
    answer = Desk(still_room, Role.ANALYST).post(LIST, **FORM | {"tlp": "TLP:RED"})
    assert said_wrong(answer) == ["This label is for a lead to give"]


def test_viewer_has_no_form_and_may_not_send_one(still_room: House) -> None:
    viewer = Desk(still_room, Role.VIEWER)
    assert 'method="post" action="/desk/snapshots"' not in viewer.get(LIST).text
    assert viewer.post(LIST, **FORM).status_code == 403


def test_files_of_a_snapshot_with_names_are_for_whoever_sees_them(room: House, lead: Desk) -> None:
    address = frozen(lead, names="yes")
    assert lead.get(f"{address}/json").headers["content-disposition"].startswith("attachment;")
    viewer = Desk(room, Role.VIEWER)
    assert "its files are for analysts and leads" in viewer.get(address).text
    assert viewer.get(f"{address}/json").status_code == 403
    assert b"Wake Up America" in lead.get(f"{address}/json").content
    assert "Wake Up America" not in viewer.get(address).text


def test_names_from_outside_make_no_element_on_either_page(room: House, lead: Desk) -> None:
    for n, name in enumerate(NAMES):
        room.send(makers.network_reported(f"h{n}", code_name=name, title=name))
    address = frozen(lead)
    for page in (lead.get(address), lead.get(f"{LIST}?network=h0&search={NAMES[0][:90]}")):
        assert page.status_code == 200
        assert f"<{MADE}" not in page.text


def test_network_page_and_scenes_lead_to_the_form(lead: Desk) -> None:
    assert 'href="/desk/snapshots?network=n1#freeze"' in lead.get("/desk/networks/n1").text
    assert 'href="/desk/snapshots?scene=situation#freeze"' in lead.get("/desk/scenes").text
