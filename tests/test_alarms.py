"""Alarms: what each rule sees, how they become records and are over, who has seen them, and who hears of them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app import tables
from app.acknowledging import Alarms
from app.alarms import Look, all_causes, all_rules, watched, words_of
from app.alarms.detection_spike import LEAST
from app.database import Database
from app.errors import BadRequest
from app.lookout import LOCK, MOST_TOLD, SOURCE, Lookout, acknowledging
from app.notices import Notices
from app.rebuild import rebuild
from app.settings import Settings
from app.turns import Turn
from app.vocabulary import DAY, HOUR, MINUTE, SECOND, Alarm, Stage, isoformat
from tests import makers
from tests.mailbox import Mailbox, mailbox, wait
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")
FEED = makers.SOURCE


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    room = Room(engine_url, now=NOW)
    yield room
    room.close()


class Out:
    """A lookout over a room, and what it told."""

    def __init__(self, room: Room, limits_s: dict[str, int] | None = None) -> None:
        self.room = room
        self.told: list[tuple[str, str]] = []
        self.board = room.board
        self.lookout = Lookout(
            room.database,
            self.board,
            room.writer,
            room.parser,
            room.clock,
            room.watch,
            limits_s or {},
            lambda title, said: self.told.append((title, said)),
        )

    def look(self, *, later: int = 0) -> int:
        """How many records a look made, ``later`` µs after the last one."""
        self.room.clock.at += later
        self.refresh()
        made = self.lookout.look()
        self.refresh()
        return made

    def refresh(self) -> None:
        with self.room.database.read() as connection:
            self.board.refresh(connection)

    @property
    def open(self) -> list[Alarm]:
        return [alarm for alarm in self.board.alarms.values() if alarm.is_open]


def causes(room: Room, limits_s: dict[str, int] | None = None) -> list[tuple[str, str, str, bool]]:
    look = Look(room.board, room.clock.now(), room.watch, limits_s or {})
    return [(*cause.key, cause.is_sure) for cause in all_causes(look)]


def network(id: str, *, ago: int, reach: int | dict[str, Any] | None = None) -> list[makers.Event]:
    when = {"at": isoformat(NOW - ago)}
    events = [makers.network_reported(id, **when), makers.asset_detected(f"p-{id}", id, **when)]
    return events if reach is None else [*events, makers.count_observed(f"p-{id}", reach, **when)]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_every_rule_keeps_the_contract() -> None:
    assert all_rules().keys() == {"stage_limit", "reach_limit", "detection_spike", "silent_source"}
    nothing = Settings(limits_h={}, alarm_reach=0, alarm_spike=0).watch()
    assert watched(nothing, {}) == []
    assert watched(Settings().watch(), {"//a": 60}) == [
        "detections above 2 times the normal for the hour",
        "reach of a network above 1\u202fM",
        "silence of 1 feed",
        "stage limits: Detected 24\u202fh, Under review 3\u202fd, Confirmed 48\u202fh, Removal ordered 12\u202fh",
    ]


def test_a_stage_has_a_limit_to_the_second(room: Room) -> None:
    room.send([*network("n1", ago=24 * HOUR), *network("n2", ago=24 * HOUR - SECOND)])
    assert causes(room) == []
    room.clock.at += SECOND
    assert causes(room) == [("stage_limit", "n1", "detected", True)]
    room.send([makers.stage_changed("n1", Stage.REMOVED, at=isoformat(NOW))])
    assert causes(room) == []


@pytest.mark.parametrize(
    ("said", "sure"),
    [
        ({"qualifier": "exactly", "value": 1_000_000}, None),
        ({"qualifier": "exactly", "value": 1_000_001}, True),
        ({"qualifier": "more than", "value": 1_000_000}, True),
        ({"qualifier": "more than", "value": 28_000}, False),
        ({"qualifier": "less than", "value": 1_000_000}, None),
        ({"qualifier": "less than", "value": 2_000_000}, False),
        ({"qualifier": "between", "low": 900_000, "high": 1_100_000}, False),
        ({"qualifier": "about", "value": 2_400_000}, True),
    ],
)
def test_reach_is_above_a_threshold_where_the_whole_interval_is(
    room: Room, said: dict[str, Any], sure: bool | None
) -> None:
    room.send(network("n1", ago=HOUR, reach=said))
    assert causes(room) == ([] if sure is None else [("reach_limit", "n1", "facebook:page", sure)])
    room.send([makers.stage_changed("n1", Stage.DISMISSED, at=isoformat(NOW))])
    assert causes(room) == [], "nobody has to act on a closed one"


def found(n: int, ago: int, name: str) -> list[makers.Event]:
    return [makers.asset_detected(f"{name}-{i}", None, at=isoformat(NOW - ago - i)) for i in range(n)]


def test_a_spike_is_beside_what_is_normal_for_that_hour(room: Room) -> None:
    room.send(found(30, MINUTE, "now"))
    assert causes(room) == [], "nobody knows yet what is normal"
    room.send([each for day in range(1, 5) for each in found(14, day * DAY + 20 * MINUTE, f"d{day}")])
    assert causes(room) == [("detection_spike", "", "", True)]
    room.send(found(15, DAY + 30 * MINUTE, "more"))
    assert causes(room) == [("detection_spike", "", "", False)], "30 are no more than twice 29"
    room.send(found(5, DAY + 40 * MINUTE, "yet-more"))
    assert causes(room) == []


def test_a_few_detections_are_no_spike_in_a_quiet_hour(room: Room) -> None:
    room.send(found(1, 5 * DAY, "first"))
    room.send(found(LEAST, MINUTE, "now"))
    assert causes(room) == []
    room.send(found(1, 2 * MINUTE, "one-more"))
    assert causes(room) == [("detection_spike", "", "", True)]


def test_a_source_is_silent_past_its_own_limit(room: Room) -> None:
    room.send(network("n1", ago=HOUR))
    limits = {FEED: 600, "//never/heard": 60}
    assert causes(room, limits) == [("silent_source", "//never/heard", "", True)]
    room.clock.at += 601 * SECOND
    assert ("silent_source", FEED, "", True) in causes(room, limits)


# --- the lookout ------------------------------------------------------------------------------------------------------


def test_an_alarm_is_raised_once_and_is_over_once(room: Room) -> None:
    room.send(network("n1", ago=23 * HOUR))
    out = Out(room)
    assert out.look() == 0
    assert out.look(later=2 * HOUR) == 1
    assert out.look(later=MINUTE) == 0
    (alarm,) = out.open
    assert (alarm.rule, alarm.about, alarm.part, alarm.limit) == ("stage_limit", "n1", "detected", 24 * 3_600)
    assert (alarm.since, alarm.raised_at) == (NOW - 23 * HOUR, NOW + 2 * HOUR)
    room.send([makers.stage_changed("n1", Stage.CONFIRMED, at=isoformat(room.clock.now()))])
    assert out.look(later=MINUTE) == 1
    assert out.open == []
    assert out.look(later=MINUTE) == 0
    assert out.told == [
        ("Overdue", "N1 in Detected for more than 24\u202fh"),
        ("Over: Overdue", "N1 in Detected for more than 24\u202fh"),
    ]


def test_an_alarm_at_the_edge_does_not_flicker(room: Room) -> None:
    room.send(network("n1", ago=HOUR, reach=1_000_001))
    out = Out(room)
    assert out.look() == 1
    about = {"qualifier": "between", "low": 999_000, "high": 1_000_001}
    room.send([makers.count_observed("p-n1", about, at=isoformat(NOW))])
    assert out.look() == 0
    assert len(out.open) == 1
    room.send([makers.count_observed("p-n1", 999_999, at=isoformat(NOW + 1))])
    assert out.look() == 1
    assert out.open == []


def test_nothing_is_said_twice_while_the_board_is_behind(room: Room) -> None:
    room.send(network("n1", ago=25 * HOUR))
    out = Out(room)
    out.refresh()
    assert out.lookout.look() == 1
    assert out.lookout.look() == 0
    assert out.look() == 0
    assert len(out.open) == 1


def test_what_is_an_exercise_is_told_as_one(room: Room) -> None:
    room.send(network("n1", ago=25 * HOUR))
    room.send([makers.network_reported("n1", exercise=True, at=isoformat(NOW))])
    out = Out(room)
    out.look()
    assert out.told == [("Exercise: Overdue", "N1 in Detected for more than 24\u202fh")]


def test_the_same_cause_raises_another_alarm_when_it_comes_back(room: Room) -> None:
    room.send(network("n1", ago=HOUR))
    out = Out(room, {FEED: 600})
    out.look(later=HOUR)
    room.send([makers.note_written(at=isoformat(room.clock.now()))])
    out.look()
    out.look(later=HOUR)
    assert [alarm.is_open for alarm in out.board.alarms.values()] == [False, True]


def test_alarms_are_records_that_make_no_feed_and_are_rebuilt_like_all_others(room: Room) -> None:
    room.send(network("n1", ago=25 * HOUR))
    out = Out(room)
    out.look()
    assert out.board.sources.keys() == {FEED}
    (alarm,) = out.open
    room.send([acknowledging(alarm, "Ann", NOW + MINUTE), acknowledging(alarm, "Bob", NOW + 2 * MINUTE)])
    out.refresh()
    (alarm,) = out.open
    assert (alarm.acknowledged_by, alarm.acknowledged_at, alarm.waits) == ("Ann", NOW + MINUTE, False)
    with room.database.write() as connection:
        assert rebuild(connection).differences == []


def test_of_alarms_that_are_over_the_last_ones_stay_in_the_picture(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.board.MOST_OVER", 2)
    room.send([makers.alarm_raised(f"a{n}", at=isoformat(NOW)) for n in range(5)])
    room.send([makers.alarm_cleared(f"a{n}", at=isoformat(NOW + n)) for n in (3, 0, 1, 2)])
    assert room.board.alarms.keys() == {"a2", "a3", "a4"}


def test_the_words_of_an_alarm_need_neither_its_network_nor_its_rule(room: Room) -> None:
    alarm = Alarm("a", "gone_rule", "n9", "", 0, 0, None, None, None, "", None)
    assert str(words_of(alarm, room.board)) == "n9"
    assert words_of(alarm, room.board).title == "Gone rule"
    for rule in all_rules():
        for part in ("odd", "='odd':x"):
            words_of(Alarm("a", rule, "n9", part, 0, 0, None, None, None, "", None), room.board)


def test_of_several_processes_one_looks_out(room: Room) -> None:
    if room.database.is_sqlite:
        return
    other = Database(room.database.url)
    mine, theirs = Turn(room.database, LOCK), Turn(other, LOCK)
    try:
        assert [mine.is_ours(), mine.is_ours()] == [False, True]
        assert [theirs.is_ours(), theirs.is_ours()] == [False, False]
        mine.give_back()
        # PostgreSQL hears of the end of a connection when it next looks at it.
        deadline = time.monotonic() + 20
        while not theirs.is_ours():
            assert time.monotonic() < deadline, "the turn was not given back"
            time.sleep(0.01)
        assert [mine.is_ours(), mine.is_ours()] == [False, False]
    finally:
        mine.give_back()
        theirs.give_back()
        other.close()


# --- notices ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox() as server:
        yield server


def test_an_alarm_goes_out_by_apprise_and_is_tried_again(
    post: Mailbox,
) -> None:
    address, came, answer = post
    answer(503)
    notices = Notices([address], again_s=(0.05,))
    notices.start()
    notices.tell("Overdue", "Low Tide \u202ein Confirmed\n<b>")
    wait(lambda: bool(came))
    notices.stop()
    assert (came[0]["title"], came[0]["message"]) == ("Overdue", "Low Tide □in Confirmed <b>")


def test_what_nobody_takes_is_in_the_journal_without_its_address(
    caplog: pytest.LogCaptureFixture, post: Mailbox
) -> None:
    address, _, answer = post
    answer(500)
    answer(500)
    notices = Notices([address.replace("://", "://ann:secret@")], again_s=(0.01,))
    notices.start()
    notices.tell("Overdue", "Low Tide")
    wait(lambda: "did not take" in caplog.text)
    notices.stop()
    assert "notify 1 (json) did not take a notice, 2 times: Overdue" in caplog.text
    assert "secret" not in caplog.text


def test_an_address_that_apprise_does_not_know_is_named_by_its_place_alone() -> None:
    with pytest.raises(BadRequest, match=r"notify 2 \(nonsense\)") as wrong:
        Notices(["json://127.0.0.1/", "nonsense://token"])
    assert "token" not in str(wrong.value)


def test_a_tool_that_does_not_answer_holds_no_other_up(
    post: Mailbox,
) -> None:
    address, came, _ = post
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        notices = Notices([f"json://127.0.0.1:{deaf.getsockname()[1]}/?rto=30", address])
        notices.start()
        notices.tell("Overdue", "Low Tide")
        wait(lambda: bool(came))
        notices.stop()


def test_without_addresses_nothing_is_kept() -> None:
    notices = Notices([])
    notices.start()
    for _ in range(1_000):
        notices.tell("Overdue", "Low Tide")
    notices.stop()


# --- figures that a record may not say --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (({"qualifier": "about", "value": 2_000_000},) * 2, "1.5 to 5\u202fM"),
        ((8_000_000_000, 8_000_000_000), "≥8\u202fbn"),
    ],
)
def test_a_figure_that_no_record_may_say_silences_no_other_alarm(room: Room, counts: Any, said: str) -> None:
    room.send(network("late", ago=2 * DAY))
    room.send(network("n1", ago=HOUR, reach=counts[0]))
    room.send([makers.asset_detected("more", "n1"), makers.count_observed("more", counts[1])])
    out = Out(room)
    assert out.look() >= 2
    assert {alarm.rule for alarm in out.open} == {"reach_limit", "stage_limit"}
    (reach,) = [alarm for alarm in out.open if alarm.rule == "reach_limit"]
    assert said in words_of(reach, out.board).said
    assert out.look(later=SECOND) == 0


def test_an_alarm_that_cannot_be_recorded_stands_in_the_way_of_no_other(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.send([*network("late", ago=2 * DAY), *network("later", ago=3 * DAY)])
    out, parse = Out(room), room.parser.parse_event

    def picky(event: makers.Event) -> Any:
        return parse(event | {"id": ""}) if event["data"].get("about") == "late" else parse(event)

    monkeypatch.setattr(room.parser, "parse_event", picky)
    assert out.look() == 1
    assert [alarm.about for alarm in out.open] == ["later"]


# --- what was withdrawn -----------------------------------------------------------------------------------------------


def withdraw(room: Room, kind: str) -> None:
    """An operator withdraws what the room said of its only alarm."""
    with room.database.read() as log:
        ids = log.execute(select(tables.log.c.event_id).where(tables.log.c.event_id.contains(kind))).scalars().all()
    (id,) = ids
    said = makers.event("record.withdrawn", data={"source": SOURCE, "id": id}, source="//operators.example")
    room.writer.submit(makers.records([said]), door="tests", principal="tests", may_withdraw_any=True).result(30)


def test_an_end_that_was_withdrawn_is_said_once_more_and_told_once_more(room: Room) -> None:
    room.send(network("late", ago=2 * DAY))
    out = Out(room)
    out.look()
    room.send([makers.stage_changed("late", Stage.DISMISSED, at=isoformat(NOW))])
    out.look(later=SECOND)
    assert not out.open
    withdraw(room, "cleared")
    out.told.clear()
    assert [out.look(later=SECOND) for _ in range(3)] == [1, 0, 0]
    assert len(out.told) == 1
    assert not out.open


def test_an_acknowledgement_that_was_withdrawn_can_be_given_again(room: Room) -> None:
    room.send(network("late", ago=2 * DAY))
    out = Out(room)
    out.look()
    alarms = Alarms(lambda: room.board, room.writer, room.parser, room.clock)
    (id,) = room.board.alarms
    alarms.acknowledge(id, "Ann")
    withdraw(room, "acknowledged")
    assert room.board.alarms[id].waits
    room.clock.at += SECOND
    assert alarms.acknowledge(id, "Bob").acknowledged_by == "Bob"


# --- names in chats ---------------------------------------------------------------------------------------------------


def test_a_name_is_sent_as_text_that_no_chat_makes_a_link_or_a_mention_of(room: Room) -> None:
    name = "https://evil.example/x www.evil.example @everyone <!here>"
    room.send([makers.network_reported("late", code_name=name, at=isoformat(NOW - 2 * DAY))])
    out = Out(room)
    out.look()
    ((_, said),) = out.told
    assert said.startswith("https[:]//evil[.]example/x www[.]evil[.]example (at)everyone ‹!here› in Detected")


# --- floods -----------------------------------------------------------------------------------------------------------


def test_of_a_flood_the_first_are_told_and_the_others_are_counted(room: Room) -> None:
    room.send([event for n in range(MOST_TOLD + 30) for event in network(f"n{n}", ago=2 * DAY)])
    room.send(network("big", ago=HOUR, reach=2_000_000))
    out = Out(room)
    assert out.look() == MOST_TOLD + 31
    assert len(out.told) == MOST_TOLD + 1
    assert out.told[0][0] == "Reach"
    assert out.told[-1] == ("More alarms", "31 more alarms, and 0 more that are over")
    assert len(out.open) == MOST_TOLD + 31
