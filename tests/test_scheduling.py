"""Schedules: when a briefing is due, that it is given out once and to where it was to go, and who may set one up."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from app import tables as t
from app.access import PEOPLE, Role
from app.clock import FixedClock
from app.database import Database
from app.errors import BadRequest, NotFound
from app.exports import Options, all_exports
from app.exports._files import files_of
from app.history import History
from app.snapshots import giving
from app.snapshots.asking import chooser, scope_said
from app.snapshots.freezing import Snapshots, Wanted
from app.snapshots.giving import LOCK, Giver, check_addresses, folders_of, message_of
from app.snapshots.schedules import AGAIN, Schedule, Schedules
from app.snapshots.timing import next_by_hours, next_by_times, times_of
from app.turns import Turn
from app.vocabulary import DAY, HOUR, MINUTE, Tlp, isoformat, moment
from dashboards.desk import repertoire
from tests import makers, snapshots
from tests.every_room import MADE, NAMES
from tests.house import House, house, looked_at
from tests.mailbox import Mailbox, mailbox, wait
from tests.post_office import post_office
from tests.room import Room, at
from tests.test_cli import Program
from tests.test_desk_snapshots import plain
from tests.test_desk_walls import Desk, said_wrong
from tests.test_snapshots import NOW, SOME, everything

LIST = "/desk/snapshots/schedules"
BERLIN, UTC, LORD_HOWE = (ZoneInfo(name) for name in ("Europe/Berlin", "UTC", "Australia/Lord_Howe"))


def dues(first: str, times: str, zone: ZoneInfo, n: int) -> list[str]:
    """The next ``n`` instants after one."""
    found = [at(first)]
    for _ in range(n):
        found.append(next_by_times(found[-1], times_of(times), zone))
    return [isoformat(due) for due in found[1:]]


# --- when it is due ---------------------------------------------------------------------------------------------------


def test_times_of_the_day_come_one_after_the_other() -> None:
    assert dues("2018-10-26T14:32:00Z", "18:30, 6:00", UTC, 3) == [
        "2018-10-26T18:30:00Z",
        "2018-10-27T06:00:00Z",
        "2018-10-27T18:30:00Z",
    ]


def test_time_keeps_to_the_clock_on_the_wall_when_the_clocks_change() -> None:
    assert dues("2018-10-27T00:00:00Z", "06:00", BERLIN, 2) == ["2018-10-27T04:00:00Z", "2018-10-28T05:00:00Z"]


def test_time_that_exists_twice_is_given_once() -> None:
    assert dues("2018-10-27T12:00:00Z", "02:30", BERLIN, 2) == ["2018-10-28T00:30:00Z", "2018-10-29T01:30:00Z"]


def test_time_that_does_not_exist_is_given_once() -> None:
    assert dues("2018-03-24T12:00:00Z", "02:30", BERLIN, 2) == ["2018-03-25T01:30:00Z", "2018-03-26T00:30:00Z"]


def test_time_left_out_and_the_one_it_falls_on_are_given_once() -> None:
    assert dues("2018-03-24T12:00:00Z", "02:30 03:30", BERLIN, 2) == ["2018-03-25T01:30:00Z", "2018-03-26T00:30:00Z"]


@given(st.integers(0, 366 * 24 * 60), st.sampled_from([BERLIN, UTC, LORD_HOWE]), st.sampled_from(["02:15", "00:00"]))
def test_every_local_day_has_one_of_a_time_whatever_the_clocks_do(minutes: int, zone: ZoneInfo, time: str) -> None:
    first = next_by_times(at("2018-01-01T00:00:00Z") + minutes * MINUTE, times_of(time), zone)
    second = next_by_times(first, times_of(time), zone)
    days = [moment(due).astimezone(zone).date() for due in (first, second)]
    assert (days[1] - days[0]).days == 1
    assert isinstance(days[0], date)


@given(st.integers(0, 10_000 * HOUR), st.integers(1, 168))
def test_hours_are_counted_from_when_it_was_set_up_and_never_twice(after: int, hours: int) -> None:
    due = next_by_hours(NOW + after, hours, NOW)
    assert NOW + after < due <= NOW + after + hours * HOUR
    assert (due - NOW) % (hours * HOUR) == 0


@pytest.mark.parametrize("text", ["", "24:00", "6", "06:60", "noon", "06:00;18:00", "-1:00"])
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="times"):
        times_of(text)


# --- giving it out ----------------------------------------------------------------------------------------------------


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox() as server:
        yield server


class Scheduled:
    """A room with schedules, and what gives them out."""

    def __init__(self, url: str, folder: Path, mail: list[str]) -> None:
        self.room = Room(url, now=NOW)
        self.room.send(SOME)
        room = self.room
        history = History(room.database, folder / "history")
        self.snapshots = Snapshots(
            room.database, room._board, history, room.writer, room.parser, room.clock, room.watch, {}
        )
        self.out = folder / "state" / "briefings"
        self.press = folder / "press"
        folders = folders_of(folder / "state", {"press": self.press})
        self.schedules = Schedules(room.database, room.clock, "UTC", folders, mails=bool(mail))
        self.giver = Giver(
            room.database,
            self.snapshots,
            self.schedules,
            lambda each: chooser(scope_said(each.filters), each.scene, repertoire(), room.watch),
            folders,
            mail,
        )

    def add(self, **said: Any) -> Schedule:
        plain = {"name": "Morning", "every_h": 6, "filters": {}, "tlp": Tlp.GREEN, "formats": ("json", "press_line")}
        return self.schedules.add(Schedule(**plain | {"folder": "briefings"} | said), by="Ann")

    def look(self, later: int) -> int:
        self.room.clock.at += later
        return self.giver.look()

    @property
    def only(self) -> Schedule:
        (schedule,) = self.schedules.every()
        return schedule

    @property
    def frozen(self) -> list[str]:
        return [kept.name for kept in self.snapshots.page(tuple(Tlp)).kept]


@pytest.fixture
def scheduled(engine_url: str, tmp_path: Path) -> Iterator[Scheduled]:
    made = Scheduled(engine_url, tmp_path, [])
    yield made
    made.room.close()


def test_briefing_is_given_out_when_it_is_due_and_not_before(scheduled: Scheduled) -> None:
    scheduled.add()
    assert scheduled.look(6 * HOUR - 1) == 0
    assert not scheduled.out.exists()
    assert scheduled.look(1) == 1
    assert sorted(path.suffix for path in scheduled.out.iterdir()) == [".json", ".txt"]
    assert scheduled.look(0) == 0
    assert len(scheduled.frozen) == 1


def test_snapshot_says_which_schedule_froze_it_and_the_schedule_which_was_last(scheduled: Scheduled) -> None:
    scheduled.add()
    scheduled.look(6 * HOUR)
    last = scheduled.only.last_snapshot
    assert last is not None
    content = scheduled.snapshots.read(last).content
    assert content["name"] == "Morning, 26 Oct 2018 20:32"
    assert content["frozen"]["by"] == "schedule Morning, set up by Ann"
    assert (scheduled.only.last_at, scheduled.only.next_at) == (NOW + 6 * HOUR, NOW + 12 * HOUR)


def test_what_was_missed_while_nobody_served_is_given_once(scheduled: Scheduled) -> None:
    scheduled.add()
    assert scheduled.look(10 * DAY + HOUR) == 1
    assert scheduled.look(0) == 0
    assert scheduled.only.next_at == NOW + 10 * DAY + 6 * HOUR


def test_schedule_of_one_network_or_of_a_scene_freezes_that(scheduled: Scheduled) -> None:
    scheduled.add(filters={"network": ["n1"]})
    scheduled.add(scene="situation")
    assert scheduled.look(6 * HOUR) == 2
    assert {kept.scope for kept in scheduled.snapshots.page(tuple(Tlp)).kept} == {"Low Tide", "Situation"}


def test_failure_is_shown_and_tried_again_with_the_same_snapshot(scheduled: Scheduled) -> None:
    scheduled.add(folder="press")
    assert scheduled.look(6 * HOUR) == 0
    assert scheduled.only.failed == "press: No such file or directory"
    assert scheduled.look(AGAIN[0] - 1) == 0
    assert scheduled.only.tries == 1
    scheduled.press.mkdir()
    assert scheduled.look(1) == 1
    assert (scheduled.only.failed, scheduled.only.tries) == ("", 0)
    assert len(scheduled.frozen) == 1
    assert len(list(scheduled.press.iterdir())) == 2


def test_failure_of_one_schedule_holds_no_other_up(scheduled: Scheduled) -> None:
    scheduled.add(folder="press")
    scheduled.add(filters={"network": ["gone"]})
    scheduled.add(name="Evening")
    assert scheduled.look(6 * HOUR) == 1
    assert scheduled.frozen[0].startswith(("Evening", "Morning"))
    assert {each.tries for each in scheduled.schedules.every()} == {0, 1}


def test_it_is_tried_less_and_less_often(scheduled: Scheduled) -> None:
    scheduled.add(folder="press", every_h=168)
    scheduled.look(168 * HOUR)
    for pause in (*AGAIN, AGAIN[-1]):
        assert scheduled.only.try_at == scheduled.room.clock.at + pause
        scheduled.look(pause)


def test_removed_schedule_freezes_nothing_more(scheduled: Scheduled) -> None:
    scheduled.schedules.remove(scheduled.add().id)
    assert scheduled.look(DAY) == 0
    assert scheduled.frozen == []
    with pytest.raises(NotFound):
        scheduled.schedules.remove("0a1b2c3d4e5f")


def test_schedule_is_read_back_as_it_was_set_up(scheduled: Scheduled) -> None:
    said = scheduled.add(every_h=0, times=times_of("06:00 18:30"), filters={"open": ["true"]}, names=True, tlp=Tlp.RED)
    assert scheduled.only == said
    assert said.when == "06:00 18:30"


@pytest.mark.postgres
def test_briefing_is_under_embargo_for_some_hours_after_it_is_frozen(scheduled: Scheduled) -> None:
    scheduled.add(embargo_h=2, folder="press")
    scheduled.look(6 * HOUR + MINUTE)
    # It is tried again with the snapshot that was frozen, whose embargo does not move.
    scheduled.press.mkdir()
    scheduled.look(AGAIN[0])
    content = scheduled.snapshots.read(scheduled.only.last_snapshot or "").content
    assert content["embargo_until"] == isoformat(NOW + 8 * HOUR + MINUTE)
    assert scheduled.only.embargo_h == 2


def test_each_briefing_says_what_changed_since_the_last_of_its_schedule(scheduled: Scheduled) -> None:
    scheduled.add(embargo_h=1)
    scheduled.look(6 * HOUR)
    first = scheduled.only.last_snapshot
    scheduled.snapshots.freeze(Wanted("By hand", Tlp.GREEN), everything, by="Ann")
    scheduled.room.send([makers.asset_detected("b1", at=isoformat(NOW))])
    scheduled.look(6 * HOUR)
    content = scheduled.snapshots.read(scheduled.only.last_snapshot or "").content
    assert content["since"]["snapshot"] == first
    assert content["since"]["sentences"] == [["Assets: 1 → 2, because 1 Page was found."]]


@pytest.mark.parametrize("tlp", Tlp)
def test_what_is_for_individual_recipients_only_is_never_sent_by_itself(tlp: Tlp, tmp_path: Path) -> None:
    made = Scheduled(f"sqlite:///{tmp_path / 'room.db'}", tmp_path, ["json://localhost:1"])
    with closing(made.room):
        if tlp is not Tlp.RED:
            assert made.add(tlp=tlp, mail=True).mail
            return
        with pytest.raises(BadRequest, match="mail: TLP:RED is for individual recipients only"):
            made.add(tlp=tlp, mail=True)
        assert made.schedules.every() == []


def test_schedule_of_before_that_was_refused_sends_nothing_and_says_why(tmp_path: Path) -> None:
    made = Scheduled(f"sqlite:///{tmp_path / 'room.db'}", tmp_path, ["json://localhost:1"])
    with closing(made.room):
        made.add(mail=True)
        with made.room.database.write() as connection:
            connection.execute(update(t.snapshot_schedules).values(tlp=str(Tlp.RED)))
        assert made.look(6 * HOUR) == 0
        assert "TLP:RED is for individual recipients only" in made.only.failed
        assert made.frozen == []


def test_of_several_processes_one_gives_out(postgres_url: str) -> None:
    one, other = Database(postgres_url), Database(postgres_url)
    mine, theirs = Turn(one, LOCK), Turn(other, LOCK)
    assert [mine.is_ours(), mine.is_ours()] == [False, True]
    assert [theirs.is_ours(), theirs.is_ours()] == [False, False]
    mine.give_back()
    assert [theirs.is_ours(), theirs.is_ours()] == [False, True]
    theirs.give_back()
    one.close()
    other.close()


# --- mail -------------------------------------------------------------------------------------------------------------


def test_mail_has_the_label_in_its_subject_the_headline_in_its_text_and_the_files(
    engine_url: str, tmp_path: Path, post: Mailbox
) -> None:
    address, came, _answer = post
    scheduled = Scheduled(engine_url, tmp_path, [address])
    scheduled.add(folder="", mail=True)
    assert scheduled.look(6 * HOUR) == 1
    (message,) = came
    frozen = scheduled.snapshots.read(scheduled.only.last_snapshot or "")
    assert message["title"] == "TLP:GREEN · Morning, 26 Oct 2018 20:32"
    assert frozen.sha256 in message["message"]
    bodies = {each["filename"]: base64.b64decode(each["base64"]) for each in message["attachments"]}
    assert sorted(Path(name).suffix for name in bodies) == [".json", ".txt"]
    assert frozen.body in bodies.values()
    scheduled.room.close()


def test_mail_server_gets_one_message_with_the_files_whole_and_refused_ones_are_sent_again(tmp_path: Path) -> None:
    with post_office() as office:
        office.refusals = 1
        address = f"mailto://127.0.0.1:{office.port}?from=room@example.org&to=lead@example.org&mode=insecure"
        scheduled = Scheduled(f"sqlite:///{tmp_path / 'room.db'}", tmp_path, [address])
        scheduled.add(folder="", mail=True, formats=("pdf", "press_line", "json"))
        assert scheduled.look(6 * HOUR) == 0
        assert scheduled.only.failed == "briefing mail 1 was not taken"
        assert scheduled.look(1 * MINUTE) == 1
        (message,) = office.came
        frozen = scheduled.snapshots.read(scheduled.only.last_snapshot or "")
        scheduled.room.close()
    assert office.to == ["lead@example.org"]
    assert message["subject"] == "TLP:GREEN · Morning, 26 Oct 2018 20:32"
    (text,) = [part for part in message.walk() if part.get_content_type() == "text/plain" and not part.get_filename()]
    assert frozen.sha256 in text.get_content()
    files = {str(part.get_filename()): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert files == dict(
        file for name in ("pdf", "press_line", "json") for file in files_of(frozen, all_exports()[name], Options())
    )


def test_mail_that_is_not_taken_is_sent_again_and_its_address_is_nowhere(
    engine_url: str, tmp_path: Path, post: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    address, came, answer = post
    answer(500)
    scheduled = Scheduled(engine_url, tmp_path, [address.replace("://", "://ann:secret@")])
    scheduled.add(folder="", mail=True)
    assert scheduled.look(6 * HOUR) == 0
    assert scheduled.only.failed == "briefing mail 1 was not taken"
    assert scheduled.look(AGAIN[0]) == 1
    assert len(came) == 1
    assert "secret" not in caplog.text
    scheduled.room.close()


def test_address_that_answered_is_not_told_again_because_another_did_not(
    engine_url: str, tmp_path: Path, post: Mailbox
) -> None:
    address, came, answer = post
    scheduled = Scheduled(engine_url, tmp_path, [address, address])
    scheduled.add(folder="", mail=True)
    answer(200)
    answer(500)
    assert scheduled.look(6 * HOUR) == 0
    assert scheduled.look(AGAIN[0]) == 1
    assert len(came) == 2
    scheduled.room.close()


def test_words_of_a_message_are_made_safe_and_say_what_is_an_exercise() -> None:
    title, text = message_of(snapshots.hostile())
    assert title.startswith("TLP:AMBER+STRICT · Embargo until ")
    assert "\u202e" not in title + text
    assert title.isprintable()
    assert "exercise" in message_of(snapshots.hostile())[1].lower() or not snapshots.hostile().content["exercise"]


def test_address_of_mail_that_is_none_is_named_by_its_place_alone() -> None:
    with pytest.raises(BadRequest, match="address 2 is none") as wrong:
        check_addresses(["json://127.0.0.1/", "nonsense://token"])
    assert "token" not in str(wrong.value)


# --- the desk, programs and the command line --------------------------------------------------------------------------


FORM = {"name": "Morning", "what": "scope:open=true", "times": "06:00", "tlp": "TLP:GREEN", "folder": "briefings"}


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


def test_lead_sets_one_up_and_removes_it(room: House) -> None:
    lead = Desk(room)
    assert lead.post(LIST, **FORM, formats=["pdf", "csv"]).status_code == 303
    page = lead.get(LIST)
    assert "Morning Open networks" in plain(page) or "Morning Networks: open" in plain(page)
    assert "27 Oct 06:00" in plain(page)
    (id,) = re.findall(rf"{LIST}/(\w+)/remove", page.text)
    assert lead.post(f"{LIST}/{id}/remove").status_code == 303
    assert "No schedule yet" in lead.get(LIST).text


@pytest.mark.parametrize("role", sorted(PEOPLE - {Role.LEAD}))
def test_nobody_but_a_lead_sees_or_sets_up_schedules(role: Role, still_room: House) -> None:
    desk = Desk(still_room, role)
    assert desk.get(LIST).status_code == 403
    assert desk.post(LIST, **FORM, formats=["pdf"]).status_code == 403
    assert desk.get("/api/v1/snapshots/schedules").status_code == 403
    assert LIST not in desk.get("/desk/snapshots").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "1 to 80 visible characters"),
        ({"times": ""}, "Give hours between two, or times of the day"),
        ({"every_h": "6"}, "Give hours between two, or times of the day"),
        ({"times": "", "every_h": "200"}, "A whole number from 1 to 168"),
        ({"times": "", "every_h": "often"}, "A whole number from 1 to 168"),
        ({"times": "noon"}, "Write times of the day"),
        ({"tlp": "TLP:WHITE"}, "Choose one of TLP:RED"),
        ({"formats": []}, "Choose at least one"),
        ({"formats": ["docx"]}, "There is no format"),
        ({"folder": "/etc"}, "Choose one of briefings"),
        ({"folder": "../x"}, "Choose one of briefings"),
        ({"folder": ""}, "Choose a folder or mail"),
        ({"mail": "yes"}, "Whoever runs this room has set no address to send to"),
        ({"mail": "yes", "tlp": "TLP:RED"}, "TLP:RED is for individual recipients only"),
        ({"embargo_h": "200"}, "A whole number from 0 to 168"),
        ({"embargo_h": "soon"}, "A whole number from 1 to 168"),
        ({"network": "nobody"}, "there is no network"),
        ({"what": "scene:nothing"}, "There is no such scene"),
        ({"what": "scope:colour=red"}, "There is no such filter"),
    ],
    ids=str,
)
def test_form_says_what_is_wrong_and_keeps_what_was_typed(form: dict[str, Any], said: str, still_room: House) -> None:
    lead = Desk(still_room)
    answer = lead.post(LIST, **FORM | {"formats": ["pdf"]} | form)
    assert answer.status_code in (400, 404)
    assert any(said.casefold() in wrong.casefold() for wrong in said_wrong(answer)), said_wrong(answer)
    assert f'value="{form.get("name", "Morning")}"' in answer.text
    assert "No schedule yet" in lead.get(LIST).text


def test_failure_stands_on_the_page_with_when_it_is_tried_again(room: House) -> None:
    lead = Desk(room)
    room.room.schedules.add(
        Schedule(name="A", every_h=1, filters={}, tlp=Tlp.CLEAR, formats=("json",), folder="briefings"), by="Ann"
    )
    (schedule,) = room.room.schedules.every()
    room.room.schedules.failed(schedule, "briefings: No space left on device")
    assert "Not given out: briefings: No space left on device. Next try 14:33." in plain(lead.get(LIST))


def test_names_from_outside_make_no_element_on_the_page(room: House) -> None:
    lead = Desk(room)
    room.send(makers.network_reported("h1", code_name=NAMES[0], title=NAMES[0]))
    printable = next(name for name in NAMES if name.isprintable() and MADE in name)[:80]
    assert lead.post(LIST, **FORM | {"name": printable, "network": "h1"}, formats=["pdf"]).status_code == 303
    (schedule,) = room.room.schedules.every()
    room.room.schedules.failed(schedule, NAMES[0])
    assert f"<{MADE}" not in lead.get(LIST).text


def test_program_sets_up_lists_and_removes(room: House) -> None:
    api, bearer = "/api/v1/snapshots/schedules", room.bearer(Role.LEAD)
    said = {
        "name": "A",
        "every_h": 6,
        "tlp": "green",
        "formats": ["json"],
        "folder": "briefings",
        "scope": {"open": True},
    }
    made = room.client.post(api, json=said, headers=bearer)
    assert (made.status_code, made.json()["next_at"]) == (201, "2018-10-26T20:32:00Z")
    (listed,) = room.client.get(api, headers=bearer).json()["schedules"]
    assert listed == made.json()
    assert room.client.post(f"{api}/{listed['id']}/remove", headers=bearer).json() == {"status": "removed"}
    assert room.client.post(f"{api}/{listed['id']}/remove", headers=bearer).status_code == 404
    for field, bad in (("folder", {"folder": "/tmp"}), ("mail", {"tlp": "red", "mail": True})):
        wrong = room.client.post(api, json=said | bad, headers=bearer)
        assert (wrong.status_code, wrong.json()["field"]) == (400, field)


def test_served_room_gives_out_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "LOOK_S", 0.05)
    clock = FixedClock(NOW)
    with house(tmp_path, clock=clock) as room:
        Desk(room).post(LIST, **FORM, formats=["json"])
        clock.at += DAY
        wait(lambda: any((tmp_path / "briefings").glob("*.json")))


def test_command_line_sets_up_lists_and_removes(tmp_path: Path) -> None:
    warroom = Program(tmp_path / "room")
    assert warroom.run("snapshot", "schedule", "list").stdout.startswith("No schedule yet")
    words = ("open=true", "--name", "A", "--at", "6:00", "--tlp", "green", "--folder", "briefings")
    made = warroom.run("snapshot", "schedule", "add", *words)
    assert (made.returncode, made.stderr) == (0, "")
    id = made.stdout.split()[0]
    assert warroom.run("snapshot", "schedule", "list").stdout.split("\t")[:3] == [id, "A", "06:00"]
    assert warroom.run("snapshot", "schedule", "remove", id).returncode == 0
    for wrong in ("--folder", "/tmp"), ("--every", "3"), ("--tlp", "white"):
        assert warroom.run("snapshot", "schedule", "add", *words, *wrong).returncode == 2
    assert warroom.run("snapshot", "schedule", "remove", id).returncode == 1
