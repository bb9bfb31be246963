"""Detectors and many assets at the desk and by program: who may, what is shown, what comes of it, hostile names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.access import Role
from app.vocabulary import DESK_SOURCE, RecordType
from tests import makers
from tests.house import House, house, looked_at
from tests.makers import OTHER_SOURCE, SOURCE, asset_detected, detector_disowned, network_reported

HOUR_BEFORE = "2018-10-26T13:00:00Z"
LONG_AGO = "2018-01-01T00:00:00Z"
BULK = "/desk/networks/n1/bulk"


EVENTS = (
    network_reported("n1", source=OTHER_SOURCE),
    *(asset_detected(f"a{n}", "n1", source=SOURCE) for n in (1, 2, 3)),
    asset_detected("a4", "n1", source=OTHER_SOURCE),
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as served:
        served.send(*EVENTS)
        yield served


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same for all tests that change nothing."""
    with looked_at(tmp_path_factory.mktemp("room"), *EVENTS) as served:
        yield served


def post(room: House, path: str, role: Role, said: Any = None, form: Any = None) -> httpx2.Response:
    """Send JSON, or a form."""
    given = {"json": said} if form is None else {"data": form}
    return room.client.post(path, headers=room.bearer(role), follow_redirects=False, **given)


def assets(room: House) -> int:
    """How many of the network count."""
    answer = room.ask("/api/v1/measures", network="n1").json()
    return int(answer["measures"]["detections"]["assets"]["value"])


def hidden(html: str) -> dict[str, str]:
    """What the form that confirms carries."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


def disown(source: str = SOURCE, **said: Any) -> dict[str, Any]:
    return {"source": source, "since": LONG_AGO} | said


# ----------------------------------------------------------------------------------------------------------- detectors


@pytest.mark.parametrize(
    ("role", "sees", "previews", "decides"),
    [
        (Role.VIEWER, 200, 403, 403),
        (Role.ADMIN, 200, 403, 403),
        (Role.ANALYST, 200, 200, 403),
        (Role.LEAD, 200, 200, 200),
        (Role.WALL, 403, 403, 403),
    ],
)
def test_analysts_see_what_would_come_of_it_and_leads_decide(
    room: House, role: Role, sees: int, previews: int, decides: int
) -> None:
    assert room.ask("/desk/detectors", role).status_code == sees
    assert room.ask("/desk/detectors/preview", role, **disown()).status_code == previews
    assert post(room, "/api/v1/detectors/disown", role, disown(preview=True)).status_code == previews
    assert post(room, f"{BULK}/preview", role, form={"asset": ["a1"], "act": "remove"}).status_code == previews
    assert assets(room) == 4
    assert post(room, "/api/v1/detectors/disown", role, disown()).status_code == decides
    assert assets(room) == (1 if decides == 200 else 4)
    chosen = {"assets": ["a4"], "act": "withdraw"}
    assert post(room, "/api/v1/assets/bulk", role, chosen).status_code == decides


def test_a_lead_disowns_a_source_at_the_desk_and_takes_that_back(room: House) -> None:
    shown = room.ask("/desk/detectors/preview", Role.LEAD, **disown(why="it counted twice")).text
    assert "3 records would no longer hold" in shown
    answer = post(room, "/desk/detectors/disown", Role.LEAD, form=hidden(shown))
    assert (answer.status_code, assets(room)) == (303, 1)
    listed = room.ask("/desk/detectors", Role.LEAD).text
    assert "disowned" in listed
    assert "a lead" in listed
    shown = room.ask("/desk/detectors/preview", Role.LEAD, source=SOURCE).text
    assert "3 records would hold again" in shown
    answer = post(room, "/desk/detectors/take-back", Role.LEAD, form=hidden(shown))
    assert (answer.status_code, assets(room)) == (303, 4)


def test_a_preview_says_by_program_what_comes_of_it(still_room: House) -> None:
    shown = post(still_room, "/api/v1/detectors/disown", Role.ANALYST, disown(preview=True)).json()
    assert shown["records"] == {"asset.detected": 3}
    ((line,),) = [[each for each in d["figures"] if each["figure"] == "assets"] for d in shown["differences"]]
    assert (line["before"]["value"], line["after"]["value"]) == (4, 1)


def test_what_came_since_and_says_that_it_happened_before_is_told(still_room: House) -> None:
    shown = post(still_room, "/api/v1/detectors/disown", Role.ANALYST, disown(since=HOUR_BEFORE, preview=True)).json()
    assert (shown["records"], shown["late"]) == ({"asset.detected": 3}, 3)


def test_a_record_that_was_withdrawn_is_not_counted_in_a_preview(room: House) -> None:
    post(room, "/api/v1/assets/bulk", Role.LEAD, {"assets": ["a1"], "act": "withdraw"})
    shown = post(room, "/api/v1/detectors/disown", Role.ANALYST, disown(preview=True)).json()
    assert shown["records"] == {"asset.detected": 2}


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        (disown(source=DESK_SOURCE), 400, "source"),
        (disown(source=""), 400, "source"),
        (disown(source="//nobody"), 404, ""),
        (disown(since="soon"), 400, "since"),
        (disown(since="2030-01-01T00:00:00Z"), 400, "since"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(still_room: House, said: Any, status: int, field: str) -> None:
    answer = post(still_room, "/api/v1/detectors/disown", Role.LEAD, said)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    page = still_room.ask("/desk/detectors/preview", Role.LEAD, **said)
    assert page.status_code == status
    assert 'class="wrong"' in page.text


def test_what_is_not_disowned_is_not_taken_back(still_room: House) -> None:
    assert post(still_room, "/api/v1/detectors/take-back", Role.LEAD, {"source": SOURCE}).status_code == 409


def test_nobody_disowns_over_what_somebody_else_disowned_unseen(room: House) -> None:
    shown = room.ask("/desk/detectors/preview", Role.LEAD, **disown()).text
    said = {"source": SOURCE, "since": HOUR_BEFORE, "by": "Bea"}
    room.send(makers.event(RecordType.DETECTOR_DISOWNED, None, said, source=DESK_SOURCE))
    answer = post(room, "/desk/detectors/disown", Role.LEAD, form=hidden(shown))
    assert answer.status_code == 409
    assert "detector.disowned" in answer.text
    seen = int(hidden(shown)["seen"])
    assert post(room, "/api/v1/detectors/disown", Role.LEAD, disown(seen=seen)).status_code == 409


def test_a_form_that_is_sent_twice_is_one_decision(room: House) -> None:
    first = post(room, "/api/v1/detectors/disown", Role.LEAD, disown(once="12345678")).json()
    assert post(room, "/api/v1/detectors/disown", Role.LEAD, disown(once="12345678")).json() == first


def test_no_key_disowns(room: House) -> None:
    answer = post(room, "/api/v1/records", Role.DETECTOR, detector_disowned(OTHER_SOURCE, LONG_AGO))
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["//x/<script>alert(1)</script>", "//x/مركز-العمليات", '//x/"onfocus="alert(1)'])
def test_the_name_of_a_source_is_shown_and_nothing_more(room: House, name: str) -> None:
    room.send(asset_detected("a9", "n1", source=name))
    for html in (
        room.ask("/desk/detectors", Role.LEAD).text,
        room.ask("/desk/detectors/preview", Role.LEAD, **disown(source=name)).text,
    ):
        assert "<script>alert" not in html
        assert '"onfocus="' not in html
    assert post(room, "/api/v1/detectors/disown", Role.LEAD, disown(source=name)).status_code == 200
    assert assets(room) == 4


# ---------------------------------------------------------------------------------------------------------- many assets


def test_a_lead_moves_all_that_match_and_undoes_it(room: House) -> None:
    form = {"all": "yes", "q": "", "act": "move", "into": "n2", "why": "another crew"}
    shown = post(room, f"{BULK}/preview", Role.LEAD, form=form).text
    assert "Move 4 assets to n2" in shown
    assert post(room, BULK, Role.LEAD, form=hidden(shown)).status_code == 303
    assert assets(room) == 0
    listed = room.ask(BULK, Role.LEAD).text
    which = hidden(listed)["which"]
    assert post(room, f"{BULK}/undo", Role.LEAD, form={"which": which}).status_code == 303
    assert assets(room) == 4
    assert post(room, f"{BULK}/undo", Role.LEAD, form={"which": which}).status_code == 409


def test_nothing_chosen_is_said_above_the_table(still_room: House) -> None:
    answer = post(still_room, f"{BULK}/preview", Role.LEAD, form={"act": "remove"})
    assert answer.status_code == 400
    assert "Choose at least one" in answer.text


def test_only_what_matches_is_shown_and_chosen(still_room: House) -> None:
    listed = still_room.ask(BULK, Role.ANALYST, q="A3").text
    assert re.findall(r'name="asset" value="([^"]*)"', listed) == ["a3"]
    shown = post(still_room, f"{BULK}/preview", Role.LEAD, form={"all": "yes", "q": "a3", "act": "remove"}).text
    assert hidden(shown)["ids"] == "a3"


def test_nobody_decides_over_what_somebody_else_decided_unseen(room: House) -> None:
    form = {"asset": ["a1"], "act": "move", "into": "n2"}
    shown = hidden(post(room, f"{BULK}/preview", Role.LEAD, form=form).text)
    room.send(makers.network_split("n1", "n3", ["a2"]))
    answer = post(room, BULK, Role.LEAD, form=shown)
    assert answer.status_code == 409
    assert "network.split" in answer.text


def test_unknown_assets_are_named_by_program(still_room: House) -> None:
    answer = post(still_room, "/api/v1/assets/bulk", Role.LEAD, {"assets": ["a1", "zz"], "act": "remove"})
    assert (answer.status_code, answer.json()["field"]) == (400, "assets")
    assert "zz" in answer.json()["reason"]


def test_what_is_previewed_by_program_is_not_done(still_room: House) -> None:
    said = {"assets": ["a1", "a2"], "act": "withdraw", "preview": True}
    shown = post(still_room, "/api/v1/assets/bulk", Role.ANALYST, said).json()
    assert shown["assets"] == 2
    assert assets(still_room) == 4


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>"])
def test_a_hostile_name_of_an_asset_is_shown_and_nothing_more(room: House, name: str) -> None:
    room.send(asset_detected("h1", "n1", name=name))
    for html in (
        room.ask(BULK, Role.LEAD).text,
        post(room, f"{BULK}/preview", Role.LEAD, form={"asset": ["h1"], "act": "remove", "why": name}).text,
    ):
        assert name not in html
