"""The review at the desk and by program: who may, what stands there, what comes back when somebody else was first."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.access import DESK, Role, open_session
from app.access.gate import table
from app.clock import FixedClock, SystemClock
from app.networks import Network
from app.vocabulary import DESK_SOURCE, HOUR, MINUTE, SECOND, Rung, Stage, isoformat
from dashboards.desk._review_queue import MOST
from tests import hostile, makers
from tests.house import House, house, looked_at

NOW = 1_540_562_400_000_000


class Person:
    """Somebody at the desk, by name. Forms are sent as a browser sends them: from the page as it stood."""

    def __init__(self, room: House, name: str, role: Role = Role.LEAD) -> None:
        self.room, self.name = room, name
        with room.room.database.write() as connection:
            token = open_session(connection, role, name, SystemClock().now()).token
        self._bearer = {"authorization": f"Bearer {token}"}

    def get(self, path: str) -> httpx2.Response:
        return self.room.client.get(path, headers=self._bearer)

    def page(self, network: str = "n1") -> str:
        return self.get(f"/desk/networks/{network}/review").text

    def post(self, act: str, form: dict[str, str], network: str = "n1", follow: bool = False) -> httpx2.Response:
        path = f"/desk/networks/{network}/review/{act}"
        return self.room.client.post(path, data=form, headers=self._bearer, follow_redirects=follow)

    def does(self, act: str, network: str = "n1", **said: str) -> httpx2.Response:
        """Open the page and send its form."""
        return self.post(act, hidden(self.page(network)) | said, network)

    def asks(self, what: str, network: str = "n1", seen: int | None = None, **said: Any) -> httpx2.Response:
        """Ask by program."""
        body = {
            "seen": self.room.room.board.seq if seen is None else seen,
            "once": f"tests-{next(_tokens):08d}",
            **said,
        }
        return self.room.client.post(f"/api/v1/networks/{network}/{what}", json=body, headers=self._bearer)


_tokens = itertools.count()


def hidden(page: str) -> dict[str, str]:
    """What every form of a page carries along, its token those of its first one."""
    main = page.partition("<main")[2]
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', main)[0] for name in ("seen", "once", "back")}


def words(page: str) -> str:
    """A page as plain text."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def said_wrong(page: httpx2.Response) -> list[str]:
    found = re.findall(r'class="wrong"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", text)) for text in found]


LOW_TIDE = makers.network_reported("n1", code_name="Low Tide", origins=["IR"], at=NOW - HOUR)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as served:
        served.send(LOW_TIDE)
        yield served


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same for all tests that change nothing."""
    with looked_at(tmp_path_factory.mktemp("room"), LOW_TIDE) as served:
        yield served


def network(room: House, id: str = "n1") -> Network:
    room.room.feed.look()
    return room.room.board.networks[id]


def key_of(room: House, at: int = -1, id: str = "n1") -> str:
    return network(room, id).claims[at].key


# --- who may ----------------------------------------------------------------------------------------------------------


def test_reviewing_is_for_analysts_and_leads_by_page_and_by_program(still_room: House) -> None:
    routes = table(still_room.client.app.routes)  # type: ignore[attr-defined]
    of_programs = r"POST /api/v1/networks/\{id\}/(stage|assignment|check-out|claims|notes)"
    mine = [route for route in routes if "/review" in route or re.search(of_programs, route)]
    assert len(mine) == 10
    assert {routes[route] for route in mine} == {DESK}


def test_viewer_sees_nothing_to_press_and_is_refused(still_room: House) -> None:
    viewer = Person(still_room, "Vic", Role.VIEWER)
    assert "/desk/review" not in viewer.get("/desk/alarms").text
    for path in ("/desk/review", "/desk/networks/n1/review"):
        assert viewer.get(path).status_code == 403
    form = hidden(Person(still_room, "Lea").page()) | {"stage": "confirmed"}
    assert viewer.post("stage", form).status_code == 403
    assert viewer.asks("stage", stage="confirmed").status_code == 403
    assert network(still_room).stage is Stage.DETECTED


def test_analyst_is_offered_what_an_analyst_may_and_refused_the_rest(room: House) -> None:
    ann = Person(room, "Ann", Role.ANALYST)
    assert re.findall(r'<option value="(\w+)"', ann.page().partition("stage-stage")[2].partition("</select>")[0]) == [
        "under_review"
    ]
    assert ann.does("stage", stage="confirmed", why="sure").status_code == 403
    assert ann.does("stage", stage="under_review").status_code == 303
    assert "The next stage is for a lead to decide" in ann.page()
    ann.does("claim", claim="Operated from Iran", rung="originated_in", evidence="E1")
    page = ann.page()
    assert "Approve<" not in page
    assert "Reject<" not in page
    assert ann.does("approve", key=key_of(room)).status_code == 403
    assert network(room).approved is None


# --- decisions on the page --------------------------------------------------------------------------------------------


def test_stage_is_changed_with_who_and_why_in_the_log(room: House) -> None:
    lea = Person(room, "Lea")
    answer = lea.does("stage", stage="confirmed", why="Two signals agree")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/networks/n1/review")
    step = network(room).stages[-1]
    assert (step.stage, step.by, step.why) == (Stage.CONFIRMED, "Lea", "Two signals agree")
    assert "Lea: Two signals agree" in words(lea.page())


def test_missing_reason_is_said_beside_its_field_and_what_was_typed_is_kept(still_room: House) -> None:
    lea = Person(still_room, "Lea")
    answer = lea.does("stage", stage="dismissed", why="  ")
    assert (answer.status_code, said_wrong(answer)) == (400, ["Say why"])
    assert '<option value="dismissed" selected>' in answer.text
    assert re.search(r'id="stage-why"[^>]*aria-invalid="true" aria-describedby="stage-why-wrong"', answer.text)
    lines = lea.does("claim", claim="Run from <Iran>", rung="originated_in", evidence=" ", why='so "it" is')
    assert said_wrong(lines) == ["Say what speaks for it, one line each"]
    assert 'value="Run from &lt;Iran&gt;"' in lines.text
    assert "so &#34;it&#34; is" in lines.text
    assert '<details open><summary class="b">Propose a claim' in lines.text
    assert network(still_room).claims == ()


def test_form_offers_the_next_stage_and_of_a_closed_network_the_one_it_had(room: House) -> None:
    lea = Person(room, "Lea")
    for stage, offered in (
        ("detected", "under_review"),
        ("removal_ordered", "removed"),
        ("removed", "removal_ordered"),
        ("dismissed", "removed"),
    ):
        if stage != "detected":
            lea.does("stage", stage=stage, why="so it is")
        assert re.findall(r'<option value="(\w+)" selected>', lea.page().partition("stage-stage")[2])[0] == offered


def test_dismissed_network_is_restored_to_the_stage_it_had(room: House) -> None:
    lea = Person(room, "Lea")
    lea.does("stage", stage="confirmed")
    lea.does("stage", stage="dismissed", why="organic")
    assert "Restore to: Confirmed" in lea.page()
    assert lea.does("restore", why="not organic").status_code == 303
    assert network(room).stage is Stage.CONFIRMED


def test_work_is_assigned_handed_on_and_given_back(room: House) -> None:
    ann, lea = Person(room, "Ann", Role.ANALYST), Person(room, "Lea")
    ann.does("take")
    assert "Give it back" in ann.page()
    assert lea.does("assign", to="Bea", why="off shift").status_code == 303
    assigned = network(room).assigned
    assert assigned is not None
    assert (assigned.to, assigned.by) == ("Bea", "Lea")
    assert ann.does("take-back").status_code == 403
    assert lea.does("take-back").status_code == 303
    assert network(room).assigned is None


def test_who_checks_out_second_is_told_who_has_it_and_a_lead_takes_over_with_a_reason(room: House) -> None:
    ann, bea, lea = Person(room, "Ann", Role.ANALYST), Person(room, "Bea", Role.ANALYST), Person(room, "Lea")
    assert ann.does("check-out").status_code == 303
    assert "Ann until 14:30" in words(bea.page())
    refused = bea.does("check-out")
    assert (refused.status_code, said_wrong(refused)) == (409, ["Ann works on it until 14:30"])
    unreasoned = lea.does("check-out")
    assert said_wrong(unreasoned) == ["Ann works on it until 14:30: say why you take over"]
    assert lea.does("check-out", why="Ann is ill").status_code == 303
    held = network(room).checked_out
    assert held is not None
    assert held.by == "Lea"
    assert said_wrong(ann.does("check-in")) == ["Lea works on it until 14:30"]
    assert lea.does("check-in").status_code == 303


def test_actor_is_named_after_two_leads_and_the_page_counts_them(room: House) -> None:
    lea, max_ = Person(room, "Lea"), Person(room, "Max")
    lea.does("claim", claim="Run by the Agency", rung="attributed_to", evidence="E1\n\nE2\n")
    assert "approvals: 0 of 2" in words(lea.page())
    lea.does("approve", key=key_of(room))
    page = words(lea.page())
    assert "approvals: 1 of 2" in page
    assert "Who is responsible for Low Tide cannot be said" in page
    again = lea.does("approve", key=key_of(room))
    assert (again.status_code, said_wrong(again)) == (409, ["You have approved this claim: it takes another person"])
    max_.does("approve", key=key_of(room))
    page = words(max_.page())
    assert "Run by the Agency: attributed" in page
    assert "approvals: 2 of 2" in page
    assert network(room).claims[-1].evidence == ("E1", "E2")
    verdict = network(room).claims[-1].verdicts[0].id
    assert said_wrong(max_.does("withdraw", key=key_of(room), verdict=verdict)) == ["Say why"]
    assert max_.does("withdraw", key=key_of(room), verdict=verdict, why="mistaken").status_code == 303
    assert network(room).approved is None
    assert "Approved by Max" in words(max_.page())
    assert "Approved by Lea" not in words(max_.page())


def test_disagreement_is_shown_as_one(room: House) -> None:
    ann, bea = Person(room, "Ann", Role.ANALYST), Person(room, "Bea", Role.ANALYST)
    ann.does("claim", claim="Operated from Iran", rung="originated_in", evidence="E1")
    assert "disagree" not in words(ann.page())
    bea.does("claim", claim="Operated from Russia", rung="originated_in", evidence="E2")
    assert "2 claims disagree" in words(ann.page())


def test_notes_stand_newest_first_and_withdrawn_ones_do_not(room: House) -> None:
    ann = Person(room, "Ann", Role.ANALYST)
    gone = makers.note_written("n1", "not this", by="x", at=NOW - HOUR)
    room.send(gone, makers.record_withdrawn(gone))
    for text in ("first", "second"):
        assert ann.does("note", text=text).status_code == 303
    page = words(ann.page())
    assert page.index("second") < page.index("first")
    assert "not this" not in page
    assert said_wrong(ann.does("note", text=" ")) == ["Write something"]


def test_nothing_is_decided_about_what_is_not_there(still_room: House) -> None:
    lea = Person(still_room, "Lea")
    assert lea.get("/desk/networks/n9/review").status_code == 404
    form = hidden(lea.page())
    assert lea.post("stage", form | {"stage": "confirmed"}, "n9").status_code == 404
    assert lea.post("explode", form).status_code == 404
    assert lea.post("approve", form | {"key": "none"}).status_code == 404


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 18, "٣"])
def test_form_that_does_not_say_what_was_seen_is_refused(still_room: House, seen: str) -> None:
    lea = Person(still_room, "Lea")
    form = hidden(lea.page()) | {"stage": "confirmed", "seen": seen}
    assert lea.post("stage", form).status_code == 400
    assert network(still_room).stage is Stage.DETECTED


# --- two people at once -----------------------------------------------------------------------------------------------


def test_who_was_overtaken_sees_the_difference_keeps_what_was_typed_and_decides_on_the_newest(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with house(tmp_path, clock=clock) as room:
        room.send(makers.network_reported("n1", code_name="Low Tide", at=NOW - HOUR))
        ann, lea = Person(room, "Ann", Role.ANALYST), Person(room, "Lea")
        old = hidden(lea.page())
        ann.does("stage", stage="under_review", why="Shared admins")
        clock.at += 12 * SECOND
        answer = lea.post("stage", old | {"stage": "confirmed", "why": "Sure by now"})
        assert answer.status_code == 409
        page = words(answer.text)
        assert "Changed by Ann 12 s ago" in page
        assert "Stage Detected Under review Ann 12 s ago Shared admins" in page
        assert 'value="Sure by now"' in answer.text
        assert '<option value="confirmed" selected>' in answer.text
        assert network(room).stage is Stage.UNDER_REVIEW
        again = lea.post("stage", hidden(answer.text) | {"stage": "confirmed", "why": "Sure by now"})
        assert again.status_code == 303
        assert network(room).stages[-1].by == "Lea"


def test_taken_back_verdict_is_a_change_as_well(room: House) -> None:
    lea, max_ = Person(room, "Lea"), Person(room, "Max")
    lea.does("claim", claim="Operated from Iran", rung="originated_in", evidence="E1")
    lea.does("approve", key=key_of(room))
    old = hidden(max_.page())
    lea.does("withdraw", key=key_of(room), verdict=network(room).claims[-1].verdicts[0].id, why="mistaken")
    answer = max_.post("stage", old | {"stage": "confirmed"})
    assert answer.status_code == 409
    assert "the decision was taken back Lea" in words(answer.text)


def test_notes_of_others_stand_in_nobodys_way(room: House) -> None:
    ann, lea = Person(room, "Ann", Role.ANALYST), Person(room, "Lea")
    old = hidden(lea.page())
    ann.does("note", text="look at E4")
    assert lea.post("stage", old | {"stage": "confirmed"}).status_code == 303
    assert ann.post("note", old | {"once": "another-token", "text": "and at E5"}).status_code == 303


def test_double_click_is_one_decision(room: House) -> None:
    lea = Person(room, "Lea")
    form = hidden(lea.page()) | {"stage": "confirmed"}
    assert [lea.post("stage", form).status_code for _ in range(2)] == [303, 303]
    network(room)
    before = room.room.board.seq
    form = hidden(lea.page()) | {"claim": "Operated from Iran", "rung": "originated_in", "evidence": "E1"}
    answers: list[int] = []
    clicks = [threading.Thread(target=lambda: answers.append(lea.post("claim", form).status_code)) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert answers == [303] * 4
    assert len(network(room).claims) == 1
    assert room.room.board.seq == before + 1


def test_of_two_people_who_decide_at_once_one_is_told_of_the_other(room: House) -> None:
    people = [Person(room, f"Lead {n}") for n in range(4)]
    forms = [hidden(person.page()) | {"stage": "confirmed", "why": person.name} for person in people]
    answers: list[int] = []

    def decide(person: Person, form: dict[str, str]) -> None:
        answers.append(person.post("stage", form).status_code)

    at_once = [threading.Thread(target=decide, args=each) for each in zip(people, forms, strict=True)]
    for each in at_once:
        each.start()
    for each in at_once:
        each.join()
    assert sorted(answers) == [303, 409, 409, 409]


# --- the queue --------------------------------------------------------------------------------------------------------


def queue(person: Person) -> list[str]:
    """Ids in the queue, in their order."""
    return re.findall(r'<tr data-row><td><a id="row-([^"]+)"', person.get("/desk/review").text)


def test_queue_has_the_overdue_first_then_claims_then_what_nobody_has_and_mine_first(room: House) -> None:
    old, new = NOW - 100 * HOUR, NOW - HOUR
    room.send(
        *(makers.network_reported(f"q{n}", at=old) for n in range(4)),
        makers.network_reported("calm", at=new),
        makers.network_reported("claimed", at=new),
        makers.network_reported("done", at=old),
        makers.stage_changed("done", Stage.REMOVED, at=new),
        makers.attribution_assessed("claimed", Rung.ORIGINATED_IN, at=new),
        *(makers.network_assigned(id, "Bea", at=new, source=DESK_SOURCE) for id in ("calm", "claimed", "q1")),
        makers.network_assigned("q2", "Ann", at=new, source=DESK_SOURCE),
        makers.network_checked_out("done", "Bea", isoformat(NOW + MINUTE), at=new, source=DESK_SOURCE),
    )
    room.room.feed.look()
    ann = Person(room, "Ann", Role.ANALYST)
    assert queue(ann) == ["q2", "q0", "q1", "q3", "claimed", "n1", "done"]
    page = words(ann.get("/desk/review").text)
    assert "7 networks" in page
    assert "4 overdue" in page
    assert "1 with a claim to approve" in page
    assert "Bea until 14:01" in page
    assert "calm" not in queue(ann), "somebody has it and it is in time"
    assert "calm" in queue(Person(room, "Bea"))


def test_row_of_the_queue_is_checked_out_and_in_where_it_stands(room: House) -> None:
    ann = Person(room, "Ann", Role.ANALYST)
    page = ann.get("/desk/review").text
    form = hidden(page)
    answer = ann.post("check-out", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/review#row-n1")
    assert "Ann until 14:30" in words(ann.get("/desk/review").text)
    assert "n1/review/check-in" in ann.get("/desk/review/list").text
    assert "check-in" not in Person(room, "Bea", Role.ANALYST).get("/desk/review").text


def test_list_stands_still_while_nothing_changes_and_ends_somewhere(room: House) -> None:
    ann = Person(room, "Ann", Role.ANALYST)
    assert ann.get("/desk/review/list").text == ann.get("/desk/review/list").text
    room.send(*(makers.network_reported(f"many-{n}", at=NOW - HOUR) for n in range(MOST + 2)))
    room.room.feed.look()
    assert len(queue(ann)) == MOST
    assert "and 3 more" in words(ann.get("/desk/review").text)


# --- hostile text -----------------------------------------------------------------------------------------------------


def test_hostile_text_is_text_wherever_it_stands(room: House) -> None:
    lea = Person(room, "Lea")
    bad = [
        "<img src=x onerror=alert(1)>",
        "\u202eevil</textarea><script>alert(1)</script>",
        *list(hostile.NAMES.values())[:10],
    ]
    for n, text in enumerate(bad):
        lea.does("claim", claim=f"{n} {text}", rung="originated_in", evidence=text, why=text)
        lea.does("note", text=text)
    lea.does("stage", stage="confirmed", why=bad[0])
    lea.does("assign", to=bad[1][:100])
    refused = lea.does("claim", claim=bad[0], rung="none", evidence=bad[1])
    for page in (lea.page(), refused.text, lea.get("/desk/review").text):
        assert "<img" not in page
        assert "<script>alert" not in page
        assert "\u202e" not in page.replace("\u202eevil&lt;/textarea", "")
    assert refused.status_code == 400


# --- by program -------------------------------------------------------------------------------------------------------


def test_programs_decide_the_same_and_are_told_the_seq(room: House) -> None:
    lea, max_ = Person(room, "Lea"), Person(room, "Max")
    assert lea.asks("stage", stage="under_review").json() == {"seq": 2, "network": "n1"}
    assert lea.asks("assignment", to="Ann").status_code == 200
    assert lea.asks("check-out").status_code == 200
    assert lea.asks("check-out", ends=True).status_code == 200
    assert lea.asks("claims", claim="Run by A", rung="attributed_to", evidence=["E1"]).status_code == 200
    for person in (lea, max_):
        assert person.asks(f"claims/{key_of(room)}/approval").status_code == 200
    assert network(room).approved is Rung.ATTRIBUTED_TO
    (claim,) = lea.get("/api/v1/networks/n1").json()["network"]["claims"]
    assert claim["key"] == key_of(room)
    verdict = claim["assessed"]["verdicts"][0]
    assert (verdict["verdict"], verdict["by"]) == ("approved", "Lea")
    taken = lea.asks(f"claims/{claim['key']}/approval", verdict="withdrawn", id=verdict["id"], why="mistaken")
    assert taken.status_code == 200
    assert network(room).approved is None
    assert lea.asks("claims", rung="cannot_say", moves=key_of(room), why="years later").status_code == 200
    assert lea.asks("notes", text="Looked at twice.").status_code == 200
    assert lea.asks("stage", stage="dismissed", why="organic").status_code == 200
    assert lea.asks("stage", why="not organic").status_code == 200
    assert network(room).stage is Stage.UNDER_REVIEW


def test_program_that_saw_an_old_picture_gets_409_with_the_changes(room: House) -> None:
    lea = Person(room, "Lea")
    seen = network(room).first_seen_at and room.room.board.seq
    Person(room, "Ann", Role.ANALYST).asks("stage", stage="under_review", why="Shared admins")
    answer = lea.asks("stage", seen=seen, stage="confirmed")
    assert answer.status_code == 409
    body = answer.json()
    assert (body["code"], body["field"]) == ("conflict", "seen")
    assert body["changes"] == [
        {
            "what": "Stage",
            "was": "Detected",
            "now": "Under review",
            "by": "Ann",
            "at": "2018-10-26T14:00:00Z",
            "why": "Shared admins",
        }
    ]


@pytest.mark.parametrize(
    ("what", "said", "status", "field"),
    [
        ("stage", {"stage": "lost"}, 400, "stage"),
        ("stage", {"stage": "dismissed"}, 400, "why"),
        ("assignment", {"to": "..."}, 400, "to"),
        ("claims", {"rung": "sure", "claim": "x", "evidence": ["y"]}, 400, "rung"),
        ("claims", {"rung": "cannot_say", "claim": "x"}, 400, "evidence"),
        ("claims/none/approval", {}, 404, ""),
        ("claims/none/approval", {"verdict": "maybe"}, 400, "verdict"),
        ("notes", {"text": " "}, 400, "text"),
        ("notes", {"text": "x", "once": "short"}, 400, "once"),
        ("notes", {"text": "x", "extra": 1}, 422, "extra"),
    ],
)
def test_program_is_refused_with_field_and_reason(
    still_room: House, what: str, said: dict[str, Any], status: int, field: str
) -> None:
    answer = Person(still_room, "Lea").asks(what, **said)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.json()["reason"]
    assert still_room.room.board.seq == 1


def test_every_decision_is_described_for_programs_with_its_fields_and_answers(still_room: House) -> None:
    described = Person(still_room, "Lea").get("/api/v1/openapi.json").json()
    paths = {
        path: said["post"]
        for path, said in described["paths"].items()
        if said.get("post", {}).get("tags") == ["review"]
    }
    assert {path.removeprefix("/api/v1/networks/{id}/") for path in paths} == {
        "stage",
        "assignment",
        "check-out",
        "claims",
        "claims/{claim}/approval",
        "notes",
    }
    for said in paths.values():
        assert said["responses"].keys() >= {"200", "400", "401", "403", "404", "409", "503"}
        assert said["responses"]["200"]["content"]["application/json"]["example"]["seq"]
        body = said["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert described["components"]["schemas"][body]["properties"].keys() >= {"seen", "once", "why"}
    assert "changes" in described["components"]["schemas"]["WrongNow"]["properties"]
