"""Share links: what they open to whom and for how long, what they never show, and how they are made and revoked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from app import tables as t
from app.access import PEOPLE, Role
from app.clock import FixedClock
from app.database import Database
from app.errors import BadRequest, Conflict, NotFound
from app.exports import Frozen, all_exports
from app.migrating import upgrade
from app.snapshots import keeping
from app.snapshots.sharing import MOST_DAYS, Shares
from app.vocabulary import DAY, HOUR, Tlp
from dashboards import shared
from tests import every_room, snapshots
from tests.every_room import MADE, NAMES
from tests.house import House, house
from tests.test_cli import Program
from tests.test_desk_snapshots import frozen, plain
from tests.test_desk_walls import Desk, said_wrong
from tests.test_snapshot_commands import create
from tests.test_snapshots import NOW, SOME

LIST = "/desk/snapshots"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def room(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    with house(tmp_path, clock=clock) as served:
        served.send(*SOME)
        yield served


@pytest.fixture
def lead(room: House) -> Desk:
    return Desk(room)


def share(desk: Desk, address: str, **form: Any) -> str:
    """Make a link by the form, and give its path."""
    answer = desk.post(f"{address}/share", **{"days": "7", "formats": ["pdf", "html", "json"]} | form)
    found = re.search(r"<code>(/share/[^<]+)</code>", answer.text)
    assert found, said_wrong(answer)
    return found[1]


def opened(room: House, path: str, **asked: str) -> httpx2.Response:
    """What somebody gets who is not signed in."""
    return room.client.get(path, params=asked, follow_redirects=False)


def addresses(page: httpx2.Response) -> list[str]:
    """Every address in the elements of a page; what stands in its scripts is text."""
    elements = re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)
    return re.findall(r'(?:href|src|action)="([^"]*)"', elements)


def id_in(page: httpx2.Response) -> str:
    return re.findall(r"/shares/([0-9a-f]{12})/revoke", page.text)[0]


# --- what it opens ----------------------------------------------------------------------------------------------------


def test_link_shows_the_briefing_to_somebody_who_is_not_signed_in(room: House, lead: Desk) -> None:
    page = opened(room, share(lead, frozen(lead)))
    assert page.status_code == 200
    assert "Morning briefing" in plain(page)
    assert "Read-only, shared until" in plain(page)


def test_link_gives_its_formats_and_no_other(room: House, lead: Desk) -> None:
    path = share(lead, frozen(lead), formats=["json", "pdf"])
    page = opened(room, path)
    assert addresses(page) == [
        "?format=pdf&amp;paper=a4",
        "?format=pdf&amp;paper=letter",
        "?format=json",
    ]
    file = opened(room, path, format="json")
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.json()["name"] == "Morning briefing"
    assert opened(room, path, format="pdf", paper="letter").content.startswith(b"%PDF")
    for asked in ({"format": "csv"}, {"format": "pdf", "paper": "A0"}, {"format": "json", "part": "x"}):
        assert opened(room, path, **asked).status_code == 404


def test_every_answer_is_kept_by_nobody_and_told_to_nobody(room: House, lead: Desk) -> None:
    path = share(lead, frozen(lead))
    for page in (opened(room, path), opened(room, path, format="json"), opened(room, "/share/wrr_nothing")):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in page.headers["x-robots-tag"]


def test_policy_of_the_page_is_that_of_the_export_and_lets_nothing_be_fetched(room: House, lead: Desk) -> None:
    page = opened(room, share(lead, frozen(lead)))
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "'self'" not in policy
    assert "frame-ancestors 'none'" in policy


def test_no_address_of_the_page_is_of_the_request_or_the_snapshot(room: House, lead: Desk) -> None:
    room.send(*every_room.names_that_do_harm())
    path = share(lead, frozen(lead, name="https://evil.example/a"))
    page = room.client.get(path, params={"next": "https://evil.example"}, headers={"host": "evil.example"})
    assert page.status_code == 200
    assert f"<{MADE}" not in page.text
    assert all(href.startswith("?format=") for href in addresses(page))


def test_names_are_in_it_only_where_the_snapshot_holds_them(room: House, lead: Desk) -> None:
    without, with_names = (share(lead, frozen(lead, names=names)) for names in ("", "yes"))
    for asked in ({}, {"format": "json"}):
        assert "Wake Up America" not in opened(room, without, **asked).text
    assert "Wake Up America" in opened(room, with_names, format="json").text


def test_opening_it_is_counted_and_shown_at_the_desk(room: House, lead: Desk) -> None:
    address = frozen(lead)
    path = share(lead, address)
    opened(room, path)
    opened(room, path, format="json")
    row = re.search(r'<table class="shares".*?</table>', lead.get(address).text, re.DOTALL)
    assert row
    assert re.search(r'data-label="Opened">2<', row[0])
    assert "never" not in row[0]


# --- what it does not open --------------------------------------------------------------------------------------------


def test_revoked_expired_and_unknown_links_answer_the_same(room: House, lead: Desk, monkeypatch: Any) -> None:
    address = frozen(lead)
    revoked, expired = share(lead, address), share(lead, address, days="1")
    lead.post(f"{address}/shares/{id_in(lead.get(address))}/revoke")
    with room.room.database.write() as connection:
        connection.execute(t.snapshot_shares.update().values(expires_at=1))
    answers = [opened(room, path) for path in (revoked, expired, "/share/wrr_nothing", "/share/" + "é" * 40)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "no longer good" in answers[0].text


def test_nothing_is_shown_before_the_embargo_ends_and_all_of_it_after(
    room: House, lead: Desk, clock: FixedClock
) -> None:
    path = share(lead, frozen(lead, embargo_until="2018-10-27T06:00:00Z"))
    for asked in ({}, {"format": "json"}):
        page = opened(room, path, **asked)
        assert page.status_code == 403
        assert "under embargo until 27 Oct 2018 06:00 UTC" in plain(page)
        assert "Morning" not in page.text
    clock.at = NOW + DAY
    assert "Morning briefing" in plain(opened(room, path))


@pytest.mark.parametrize("tlp", [Tlp.RED, Tlp.AMBER_STRICT, Tlp.AMBER])
def test_label_that_is_not_for_everybody_is_refused_with_the_reason(tlp: Tlp, room: House, lead: Desk) -> None:
    address = frozen(lead, tlp=str(tlp))
    answer = lead.post(f"{address}/share", days="7", formats=["pdf"])
    assert answer.status_code == 400
    assert any(f"{tlp} is not for everybody" in wrong for wrong in said_wrong(answer))
    assert "Make a link" not in lead.get(address).text


@pytest.mark.parametrize("role", sorted(PEOPLE - {Role.LEAD, Role.ANALYST}))
def test_who_does_not_freeze_makes_revokes_and_sees_no_links(role: Role, room: House, lead: Desk) -> None:
    address = frozen(lead)
    share(lead, address)
    other = Desk(room, role)
    assert "Share links" not in other.get(address).text
    assert other.post(f"{address}/share", days="7", formats=["pdf"]).status_code == 403
    assert other.post(f"{address}/shares/{id_in(lead.get(address))}/revoke").status_code == 403


def test_analyst_shares_what_is_theirs_to_freeze(room: House, lead: Desk) -> None:
    analyst = Desk(room, Role.ANALYST)
    assert opened(room, share(analyst, frozen(analyst))).status_code == 200
    assert analyst.post(f"{frozen(lead, tlp='TLP:RED')}/share", days="7", formats=["pdf"]).status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"days": "0"}, "A whole number from 1 to 90"),
        ({"days": "91"}, "A whole number from 1 to 90"),
        ({"days": "soon"}, "A whole number from 1 to 90"),
        ({"formats": []}, "Choose at least one"),
        ({"formats": ["docx"]}, "There is no format"),
    ],
    ids=str,
)
def test_form_says_what_is_wrong_and_makes_no_link(form: dict[str, Any], said: str, lead: Desk) -> None:
    address = frozen(lead)
    answer = lead.post(f"{address}/share", **{"days": "7", "formats": ["pdf"]} | form)
    assert answer.status_code == 400
    assert any(said in wrong for wrong in said_wrong(answer)), said_wrong(answer)
    assert "<code>" not in answer.text
    assert 'class="shares"' not in lead.get(address).text


def test_link_that_would_be_over_before_the_embargo_is_not_made(lead: Desk) -> None:
    address = frozen(lead, embargo_until="2018-11-10T06:00:00Z")
    answer = lead.post(f"{address}/share", days="7", formats=["pdf"])
    assert said_wrong(answer) == ["The link would be over before the embargo is"]


def test_wrong_links_may_be_opened_only_so_often_from_one_address(room: House, lead: Desk) -> None:
    good = share(lead, frozen(lead))
    statuses = [opened(room, f"/share/wrr_{n}").status_code for n in range(shared.WRONG + 1)]
    assert statuses == [404] * shared.WRONG + [429]
    refused = opened(room, good)
    assert int(refused.headers["retry-after"]) > 0
    assert "/share/" not in refused.text


def test_link_is_opened_only_so_often_in_a_minute(room: House, lead: Desk) -> None:
    path = share(lead, frozen(lead, embargo_until="2018-10-27T06:00:00Z"))
    statuses = [opened(room, path).status_code for _ in range(shared.MOST_OPENED + 1)]
    assert statuses == [403] * shared.MOST_OPENED + [429]


# --- how links are kept -----------------------------------------------------------------------------------------------


@pytest.fixture
def kept(engine_url: str) -> Iterator[tuple[Database, keeping.Kept]]:
    database = Database(engine_url)
    upgrade(database)
    with database.write() as connection:
        keeping.keep(connection, snapshots.empty(), NOW)
    with database.read() as connection:
        found = keeping.kept(connection, snapshots.empty().id)
    assert found is not None
    yield database, found
    database.close()


def test_secret_of_a_link_is_nowhere_in_the_database(kept: tuple[Database, keeping.Kept]) -> None:
    database, snapshot = kept
    shares = Shares(database, FixedClock(NOW), lambda: NOW)
    token, made = shares.share(snapshot, by="Ann")
    with database.read() as connection:
        (row,) = connection.execute(select(t.snapshot_shares)).all()
    assert token.rpartition("_")[2] not in repr(tuple(row))
    assert len(bytes(row.digest)) == 32
    assert made.formats == tuple(all_exports())
    assert shares.of(snapshot.id) == [made]


def test_link_is_good_up_to_its_day_and_not_on_it(kept: tuple[Database, keeping.Kept]) -> None:
    database, snapshot = kept
    real = FixedClock(NOW)
    shares = Shares(database, FixedClock(NOW), real.now)
    token, _made = shares.share(snapshot, days=MOST_DAYS, by="Ann")
    real.at = NOW + MOST_DAYS * DAY - 1
    assert shares.open(token) is not None
    real.at += 1
    assert shares.open(token) is None


def test_revoking_again_changes_nothing(kept: tuple[Database, keeping.Kept]) -> None:
    database, snapshot = kept
    real = FixedClock(NOW)
    shares = Shares(database, FixedClock(NOW), real.now)
    token, made = shares.share(snapshot, by="Ann")
    shares.revoke(made, by="Ann")
    real.at += HOUR
    shares.revoke(made, by="Bob")
    assert (shares.find(made.id).revoked_at, shares.find(made.id).revoked_by) == (NOW, "Ann")
    assert shares.open(token) is None


@pytest.mark.parametrize("token", ["", "wrr_", "x", "é" * 43, "\ud800", "a" * 5_000])
def test_text_that_is_no_token_opens_nothing(token: str, kept: tuple[Database, keeping.Kept]) -> None:
    database, snapshot = kept
    shares = Shares(database, FixedClock(NOW), lambda: NOW)
    shares.share(snapshot, by="Ann")
    assert shares.open(token) is None


def test_link_says_which_field_will_not_do(kept: tuple[Database, keeping.Kept]) -> None:
    database, snapshot = kept
    shares = Shares(database, FixedClock(NOW), lambda: NOW)
    with pytest.raises(BadRequest, match="days"):
        shares.share(snapshot, days=MOST_DAYS + 1, by="Ann")
    with pytest.raises(BadRequest, match="formats"):
        shares.share(snapshot, formats=["docx"], by="Ann")
    with pytest.raises(NotFound, match="there is no link"):
        shares.find("0a1b2c3d4e5f")


def test_label_is_looked_at_where_a_link_is_made_by_whatever_way(kept: tuple[Database, keeping.Kept]) -> None:
    database, _snapshot = kept
    red: Frozen = snapshots.with_content(snapshots.empty(), id="fedcba9876543210", tlp="TLP:RED")
    with database.write() as connection:
        # A number of its own, as its record in the log would give it.
        connection.execute(t.snapshots.update().values(no=99))
        keeping.keep(connection, red, NOW)
        found = keeping.kept(connection, red.id)
    assert found is not None
    with pytest.raises(Conflict, match="TLP:RED is not for everybody"):
        Shares(database, FixedClock(NOW), lambda: NOW).share(found, by="Ann")


# --- programs and the command line ------------------------------------------------------------------------------------


def test_program_makes_lists_and_revokes_a_link(room: House, lead: Desk) -> None:
    api = f"/api/v1/snapshots/{frozen(lead).rpartition('/')[2]}/shares"
    bearer = room.bearer(Role.ANALYST)
    made = room.client.post(api, json={"days": 3, "formats": ["json"]}, headers=bearer)
    assert made.status_code == 201
    path = made.json().pop("path")
    assert opened(room, path).status_code == 200
    (listed,) = room.client.get(api, headers=bearer).json()["shares"]
    assert (listed["formats"], listed["state"], listed["opened"]) == (["json"], "open", 1)
    assert path.rpartition("/")[2] not in json.dumps(listed)
    ended = room.client.post(f"{api}/{listed['id']}/revoke", headers=bearer).json()
    assert (ended["state"], ended["revoked_by"]) == ("revoked", "a analyst")
    assert opened(room, path).status_code == 404


def test_link_of_another_snapshot_is_not_found_by_its_id(room: House, lead: Desk) -> None:
    one, other = frozen(lead), frozen(lead)
    share(lead, one)
    assert lead.post(f"{other}/shares/{id_in(lead.get(one))}/revoke").status_code == 404


def test_address_of_the_room_stands_before_the_link_where_it_was_set(tmp_path: Path) -> None:
    with house(tmp_path, clock=FixedClock(NOW), public_address="https://room.example") as room:
        lead = Desk(room)
        answer = lead.post(f"{frozen(lead)}/share", days="7", formats=["pdf"])
    assert re.search(r"<code>https://room\.example/share/wrr_[\w-]{43}</code>", answer.text)


@pytest.mark.parametrize("address", ["room.example", "https://room.example/", "javascript:x", "https://a b"])
def test_address_that_is_no_origin_is_refused(address: str, tmp_path: Path) -> None:
    done = Program(tmp_path).run("snapshot", "list", WARROOM_PUBLIC_ADDRESS=address)
    assert (done.returncode, "WARROOM_PUBLIC_ADDRESS" in done.stderr) == (2, True)


def test_command_line_makes_lists_and_ends_a_link(tmp_path: Path) -> None:
    warroom = Program(tmp_path / "room")
    id = create(warroom)
    path, made = warroom.run("snapshot", "share", id, "--format", "pdf").stdout.splitlines()
    assert re.fullmatch(r"/share/wrr_[\w-]{43}", path)
    link = made.split()[0]
    listed = warroom.run("snapshot", "shares", id).stdout
    assert listed.split("\t")[:2] == [link, "open"]
    assert warroom.run("snapshot", "unshare", link).returncode == 0
    assert warroom.run("snapshot", "shares", id).stdout.split("\t")[1] == "revoked"
    assert warroom.run("snapshot", "unshare", "nothing").returncode == 1
    refused = warroom.run("snapshot", "share", create(warroom, tlp="amber"))
    assert (refused.returncode, "TLP:AMBER is not for everybody" in refused.stderr) == (1, True)


def test_hostile_names_make_no_element_on_the_page_of_links(room: House, lead: Desk) -> None:
    address = frozen(lead)
    share(lead, address)
    with room.room.database.write() as connection:
        connection.execute(t.snapshot_shares.update().values(made_by=NAMES[0], revoked_at=1, revoked_by=NAMES[1]))
    page = lead.get(address).text
    assert "revoked 1 Jan 00:00 by" in page
    assert f"<{MADE}" not in page
