"""The doors about accounts: signing in and going on, one's own page, and the page of administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.access import DESK, PEOPLE, Role, create_link, find_visitor
from app.access.accounts import Account, account_called, list_accounts, make_account
from app.access.gate import table
from app.access.passwords import Passwords
from app.access.reception import WRONG_FOR_A_NAME
from app.clock import SystemClock
from tests import hostile
from tests.house import House, house
from tests.test_main import OURS, PAGE

PASSWORD = "a lantern in the harbour"
HASH = Passwords().hash(PASSWORD)
OTHER = "another good lantern"


class Somebody:
    """A browser of its own, which keeps its cookies."""

    def __init__(self, room: House, name: str = "") -> None:
        self.room = room
        self.client = TestClient(room.client.app, base_url="http://room")
        if name:
            assert self.sign_in(name).status_code == 303

    def sign_in(self, name: str, password: str = PASSWORD, **form: str) -> httpx2.Response:
        return self.post("/in", name=name, password=password, **form)

    def get(self, path: str, *, follow: bool = False) -> httpx2.Response:
        return self.client.get(path, headers=PAGE, follow_redirects=follow)

    def post(self, path: str, **form: str) -> httpx2.Response:
        return self.client.post(path, data=form, headers={**PAGE, **OURS}, follow_redirects=False)

    @property
    def token(self) -> str:
        return self.client.cookies.get("warroom", "")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as served:
        yield served


def add(room: House, name: str, role: Role, hash: str = HASH) -> Account:
    with room.room.database.write() as connection:
        return make_account(connection, name, role, hash, by="tests", now=SystemClock().now())


def account(room: House, name: str) -> Account:
    with room.room.database.read() as connection:
        found = account_called(connection, name)
    assert found is not None
    return found


def link_on(page: httpx2.Response) -> str:
    found = re.search(r"<code>http://room(/in/wrl_[\w-]{43})</code>", page.text)
    assert found is not None
    return found[1]


# --- the entrance -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_somebody_signs_in_and_lands_on_the_page_they_asked_for(room: House, role: Role) -> None:
    add(room, "Ann", role)
    ann = Somebody(room)
    page = ann.get("/desk/scenes/past?scene=situation&at=21:40")
    assert page.status_code == 401
    assert '<form method="post" action="/in">' in page.text
    asked_for = re.search(r'name="next" value="([^"]+)"', page.text)
    assert asked_for is not None
    answer = ann.sign_in("ann", next=asked_for[1].replace("&amp;", "&"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/scenes/past?scene=situation&at=21:40")
    there = ann.get("/desk/walls")
    assert there.status_code == 200
    assert f'Ann</bdi></a><span class="d">{role}</span>' in there.text


def test_whose_form_came_too_late_goes_on_to_the_page_it_was_on(room: House) -> None:
    headers = {**PAGE, **OURS, "referer": "http://room/desk/walls/w1"}
    assert 'name="next" value="/desk/walls/w1"' in room.client.post("/desk/walls/w1/blank", headers=headers).text
    headers["referer"] = "http://evil.example/desk/walls"
    assert 'name="next"' not in room.client.post("/desk/walls/w1/blank", headers=headers).text


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "http://evil.example/", "\\\\evil.example", "/\t/evil.example", "x"]
)
def test_nothing_leads_on_to_another_site(room: House, path: str) -> None:
    add(room, "Ann", Role.LEAD)
    ann = Somebody(room)
    assert 'name="next"' not in ann.client.get("/in", params={"next": path}, headers=PAGE).text
    assert ann.sign_in("Ann", next=path).headers["location"] == "/wall/situation"
    signed_in = ann.client.get("/in", params={"next": path}, headers=PAGE, follow_redirects=False)
    assert signed_in.headers["location"] == "/wall/situation"


def test_an_address_that_begins_with_two_slashes_leads_nobody_elsewhere(room: House) -> None:
    page = room.client.get("http://room//evil.example/desk", headers=PAGE)
    assert "evil" not in page.text


def test_whoever_is_signed_in_already_goes_on_at_once(room: House) -> None:
    add(room, "Ann", Role.LEAD)
    assert Somebody(room, "Ann").get("/in?next=/desk/alarms").headers["location"] == "/desk/alarms"


def test_unknown_wrong_and_disabled_are_answered_with_the_same_page(room: House) -> None:
    add(room, "Ann", Role.LEAD)
    add(room, "Cy", Role.LEAD, hash="")
    pages = {
        name: Somebody(room).sign_in(name, "not the password").text.replace(name, "") for name in ("Ann", "Bo", "Cy")
    }
    assert len(set(pages.values())) == 1
    assert 'id="password-wrong"' in pages["Ann"]
    answer = Somebody(room).sign_in("Ann", "not the password", next="/desk/alarms")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert 'name="next" value="/desk/alarms"' in answer.text
    assert "not the password" not in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"


def test_what_is_not_typed_is_said_beside_its_field_and_costs_no_attempt(room: House) -> None:
    add(room, "Ann", Role.LEAD)
    ann = Somebody(room)
    for _ in range(WRONG_FOR_A_NAME):
        page = ann.sign_in("Ann", "")
        assert (page.status_code, "Type your password" in page.text) == (400, True)
    assert "Type your name" in ann.sign_in(" ").text
    assert ann.sign_in("Ann").status_code == 303


def test_too_many_attempts_are_told_how_long_to_wait(room: House) -> None:
    add(room, "Ann", Role.LEAD)
    ann = Somebody(room, "Ann")
    stranger = Somebody(room)
    for _ in range(WRONG_FOR_A_NAME):
        stranger.sign_in("Ann", "not the password")
    page = stranger.sign_in("Ann")
    assert (page.status_code, "Too many attempts: try again in 10 minutes" in page.text) == (429, True)
    assert 0 < int(page.headers["retry-after"]) <= 600
    # The device that Ann has signed in on is known, and not kept out by a stranger.
    ann.post("/out")
    assert ann.sign_in("Ann").status_code == 303


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {}])
def test_another_sites_page_cannot_sign_anybody_in_by_name(room: House, headers: dict[str, str]) -> None:
    add(room, "Ann", Role.LEAD)
    form = {"name": "Ann", "password": PASSWORD}
    answer = room.client.post("/in", data=form, headers=headers, follow_redirects=False)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_session_that_was_planted_is_not_taken_over(room: House) -> None:
    add(room, "Ann", Role.LEAD)
    add(room, "Mallory", Role.VIEWER)
    planted = Somebody(room, "Mallory").token
    ann = Somebody(room)
    ann.client.cookies.set("warroom", planted)
    answer = ann.sign_in("Ann")
    cookies = [each for each in answer.headers.get_list("set-cookie") if each.startswith("warroom=")]
    assert len(cookies) == 1
    assert planted not in cookies[0]
    with room.room.database.read() as connection:
        assert find_visitor(connection, planted, SystemClock().now()) is None


@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_a_hostile_name_that_was_typed_comes_back_as_text(room: House, name: str) -> None:
    page = Somebody(room).sign_in(name, "not the password")
    assert page.status_code in (400, 401)
    assert "<script>alert" not in page.text
    assert "<b><b>" not in page.text


def test_signing_out_leads_back_to_the_entrance(room: House) -> None:
    add(room, "Ann", Role.LEAD)
    ann = Somebody(room, "Ann")
    page = ann.post("/out")
    assert (page.status_code, 'href="/in"' in page.text) == (200, True)
    assert ann.get("/desk/walls").status_code == 401


# --- a link that sets a password --------------------------------------------------------------------------------------


def test_somebody_new_is_added_and_chooses_a_password_by_the_link(room: House) -> None:
    add(room, "Ann", Role.ADMIN)
    page = Somebody(room, "Ann").post("/desk/people/add", name="Bo", role="analyst")
    assert page.status_code == 200
    link = link_on(page)
    bo = Somebody(room)
    assert "Bo, this link lets you choose a password" in bo.get(link).text
    for new, again, reason in (("short", "short", "5 characters"), (OTHER, PASSWORD, "The two are not the same")):
        answer = bo.post(link, new=new, again=again)
        assert (answer.status_code, reason in answer.text) == (400, True)
        assert OTHER not in answer.text
    assert bo.post(link, new=OTHER, again=OTHER).status_code == 303
    assert 'Bo</bdi></a><span class="d">analyst</span>' in bo.get("/desk/walls").text
    assert Somebody(room).post(link, new=PASSWORD, again=PASSWORD).status_code == 410
    assert Somebody(room).sign_in("Bo", OTHER).status_code == 303


def test_a_link_that_sets_a_password_signs_nobody_in_by_being_opened_on_this_machine(room: House) -> None:
    add(room, "Ann", Role.ADMIN)
    bo = add(room, "Bo", Role.LEAD)
    link = link_on(Somebody(room, "Ann").post(f"/desk/people/{bo.id}/link"))
    local = TestClient(room.client.app, base_url="http://room", client=("127.0.0.1", 50_000))
    by_hand = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    page = local.get(link, headers=by_hand, follow_redirects=False)
    assert (page.status_code, "set-cookie" in page.headers) == (200, False)
    assert (
        local.post(link, data={"new": OTHER, "again": OTHER}, headers={"sec-fetch-site": "cross-site"}).status_code
        == 403
    )


# --- one's own page ---------------------------------------------------------------------------------------------------


def test_somebody_changes_their_password_and_goes_on(room: House) -> None:
    add(room, "Ann", Role.VIEWER)
    here, there = Somebody(room, "Ann"), Somebody(room, "Ann")
    before = here.token
    assert "Where you are signed in" in here.get("/desk/you").text
    answer = here.post("/desk/you/password", old=PASSWORD, new=OTHER, again=OTHER)
    assert answer.status_code == 303
    assert here.token != before
    assert "Your password is changed" in here.get(answer.headers["location"]).text
    assert there.get("/desk/you").status_code == 401
    assert Somebody(room).sign_in("Ann").status_code == 401
    assert Somebody(room).sign_in("Ann", OTHER).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "field", "reason"),
    [
        ("wrong one", OTHER, OTHER, "old", "This is not your password"),
        (PASSWORD, "short", "short", "new", "5 characters: a password has at least 10"),
        (PASSWORD, OTHER, "typed wrong", "again", "The two are not the same"),
    ],
)
def test_what_is_wrong_with_a_password_stands_beside_its_field(
    room: House, old: str, new: str, again: str, field: str, reason: str
) -> None:
    add(room, "Ann", Role.LEAD)
    ann = Somebody(room, "Ann")
    page = ann.post("/desk/you/password", old=old, new=new, again=again)
    assert page.status_code == 400
    assert re.search(rf'id="{field}-wrong"><i [^>]*></i>{reason}', page.text)
    assert OTHER not in page.text
    assert ann.get("/desk/you").status_code == 200


def test_somebody_ends_their_other_sessions_and_nobody_elses(room: House) -> None:
    add(room, "Ann", Role.LEAD)
    add(room, "Bo", Role.LEAD)
    here, there, bo = Somebody(room, "Ann"), Somebody(room, "Ann"), Somebody(room, "Bo")
    assert here.get("/desk/you").text.count("another one") == 1
    assert here.post("/desk/you/end").status_code == 303
    page = here.get("/desk/you").text
    assert ("another one" in page, "everywhere else</button></form></div>" in page) == (False, False)
    assert there.get("/desk/you").status_code == 401
    assert bo.get("/desk/you").status_code == 200


def test_whoever_came_by_a_link_is_told_that_they_have_no_password(room: House) -> None:
    page = room.ask("/desk/you", Role.LEAD)
    assert "one-time link and have no account" in page.text
    assert "Change your password" not in page.text
    assert room.client.post("/desk/you/password", headers=room.bearer(Role.LEAD)).status_code == 404


# --- the page of administrators ---------------------------------------------------------------------------------------


def test_administrators_change_roles_disable_and_enable_and_it_is_written_down(room: House) -> None:
    add(room, "Ann", Role.ADMIN)
    bo = add(room, "Bo", Role.VIEWER)
    ann, bos = Somebody(room, "Ann"), Somebody(room, "Bo")
    assert ann.post(f"/desk/people/{bo.id}/role", role="lead").headers["location"] == "/desk/people"
    assert account(room, "Bo").role is Role.LEAD
    assert bos.get("/desk/walls").status_code == 401
    ann.post(f"/desk/people/{bo.id}/disable")
    assert bos.sign_in("Bo").status_code == 401
    assert "disabled since" in ann.get("/desk/people").text
    ann.post(f"/desk/people/{bo.id}/enable")
    assert bos.sign_in("Bo").status_code == 303
    page = re.sub(r"<[^>]+>", "|", ann.get("/desk/people").text)
    for what in ("enabled the account", "disabled the account", "made them lead, before viewer"):
        assert re.search(rf"\|Ann\|+Bo\|+{what}\|", page)


def test_what_cannot_be_done_about_an_account_is_said_beside_it(room: House) -> None:
    ann = add(room, "Ann", Role.ADMIN)
    there = Somebody(room, "Ann")
    for act in ("disable", "role"):
        page = there.post(f"/desk/people/{ann.id}/{act}", role="lead")
        assert page.status_code == 400
        assert f'id="{ann.id}-wrong"' in page.text
        assert "Ann is the last administrator who can sign in" in page.text
    assert account(room, "Ann").role is Role.ADMIN
    for name, role, reason in (
        ("ann", "lead", "called Ann already"),
        ("Bo", "wall", "choose one of"),
        ("", "lead", "be read"),
    ):
        page = there.post("/desk/people/add", name=name, role=role)
        assert (page.status_code, reason in page.text or reason.capitalize() in page.text) == (400, True)
    assert there.post(f"/desk/people/{ann.id}/delete").status_code == 404
    assert there.post("/desk/people/none/disable").status_code == 404
    with room.room.database.read() as connection:
        assert len(list_accounts(connection)) == 1


def test_the_page_is_for_administrators_and_they_alone_are_led_to_it(room: House) -> None:
    for role in PEOPLE:
        admitted = room.ask("/desk/people", role).status_code
        assert admitted == (200 if role is Role.ADMIN else 403)
        assert ('href="/desk/people"' in room.ask("/desk/walls", role).text) == (role is Role.ADMIN)


def test_administrators_have_no_say_in_content(room: House) -> None:
    rules = table(room.client.app.routes)  # type: ignore[attr-defined]
    changing = {
        route
        for route, roles in rules.items()
        if not route.startswith(("GET", "HEAD", "SOCKET")) and Role.ADMIN in roles
    }
    assert {route for route in changing if not route.startswith("POST /desk/people/")} == {
        "POST /in",
        "POST /in/{token}",
        "POST /out",
        "POST /desk/you/password",
        "POST /desk/you/end",
    }
    assert Role.ADMIN not in DESK


@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_hostile_names_of_accounts_come_out_as_text(room: House, name: str) -> None:
    headers = room.bearer(Role.ADMIN)
    page = room.client.post("/desk/people/add", data={"name": name, "role": "lead"}, headers=headers)
    assert page.status_code in (200, 400)
    for harm in ("<script>alert", "<b><b>", "\u202e", "\x00"):
        assert harm not in page.text


def test_another_sites_page_changes_nothing_about_accounts(room: House) -> None:
    add(room, "Ann", Role.ADMIN)
    bo = add(room, "Bo", Role.VIEWER)
    ann = Somebody(room, "Ann")
    for path in ("add", f"{bo.id}/role", f"{bo.id}/disable", f"{bo.id}/link"):
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {}):
            form = {"name": "Cy", "role": "admin"}
            assert ann.client.post(f"/desk/people/{path}", data=form, headers=headers).status_code == 403
    for path in ("/desk/you/end", "/desk/you/password", "/out"):
        assert ann.client.post(path, headers={"origin": "http://evil.example"}).status_code == 403
    assert account(room, "Bo").role is Role.VIEWER


def test_the_link_of_the_demonstration_still_signs_its_lead_in_without_an_account(room: House) -> None:
    with room.room.database.write() as connection:
        link = f"/in/{create_link(connection, Role.LEAD, 'demo', SystemClock().now())}"
    demo = Somebody(room)
    assert demo.post(link).headers["location"] == "/wall/situation"
    assert "Send to a wall" in demo.get("/desk/you").text
