"""A disowned source: as if it had said nothing since, until that is taken back, and nobody but the room has a say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.board import Board
from app.log import Entry, read_after
from app.rebuild import rebuild
from app.review import suppose
from app.vocabulary import HOUR, MINUTE, SECOND, RecordType, Scope, Watch, isoformat
from app.withdrawals import disownings_of
from tests.event_mixes import END, ROOM, SOURCES, START, Sending, any_scope, instants, sendings, watches
from tests.makers import Event, asset_detected, event, record, records
from tests.recount_form import board_form, differences, form
from tests.recount_room import Room, Told
from tests.recount_trial import EVERYTHING, cases

pytestmark = pytest.mark.timeout(900)

A, B = SOURCES[:2]
CASES = 20
WATCH = Watch(START)


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    """A room on an empty database of either kind; SQLite in memory, where a disk would add nothing but time."""
    made = Room("sqlite://" if engine_url.startswith("sqlite") else engine_url)
    yield made
    made.close()


def disowning(disowned: str, since: int, **said: Any) -> Event:
    """What the desk says about a source."""
    data = {"source": disowned, "since": isoformat(since), "by": "lead"}
    return event(RecordType.DETECTOR_DISOWNED, None, data, **{"source": ROOM} | said)


def taken_back(disowned: Event, *, by: str = ROOM, at: int = END + MINUTE) -> Event:
    """The withdrawal of a disowning."""
    return event(
        RecordType.RECORD_WITHDRAWN, None, {"source": disowned["source"], "id": disowned["id"]}, at=at, source=by
    )


def seen(board: Board, scopes: list[Scope], watch: Watch) -> dict[str, Any]:
    """All that a screen could show, but for who sent records."""
    figures = {str(scope): form(board.measures(scope, now=END, watch=watch)) for scope in scopes}
    return {"board": board_form(board) | {"sources": None}, "figures": figures}


def test_to_disown_and_take_back_leaves_every_figure_as_it_was(room: Room) -> None:
    @cases(600, CASES)
    @given(sendings(), st.sampled_from(SOURCES), instants, any_scope, watches)
    def holds(sent: tuple[Sending, Sending, bool], source: str, since: int, scope: Scope, watch: Watch) -> None:
        told = room.told(sent[0])
        asked = [EVERYTHING, scope]
        before = seen(told.board, asked, watch)
        said = disowning(source, since, at=END + SECOND)
        told.send([(END, (record(said),))])
        told.agree(asked, END, watch)
        told.send([(END, (record(taken_back(said)),))])
        told.agree(asked, END, watch)
        assert not list(differences(seen(told.board, asked, watch), before))

    holds()


def test_to_disown_is_as_if_those_records_had_never_come(room: Room) -> None:
    @cases(601, CASES)
    @given(sendings(), st.sampled_from(SOURCES), st.integers(-9 * 24, 2), any_scope, watches)
    def holds(sent: tuple[Sending, Sending, bool], source: str, hours: int, scope: Scope, watch: Watch) -> None:
        since = END + hours * HOUR
        said = (END, (record(disowning(source, since, at=END + SECOND)),))
        told = room.told(Sending((*sent[1].batches, said), sent[1].may_withdraw_any))
        asked = [EVERYTHING, scope]
        without = seen(told.board, asked, watch)
        batches = tuple(
            (now, tuple(r for r in batch if r.source != source or max(r.occurred_at, now) < since))
            for now, batch in sent[1].batches
        )
        told = room.told(Sending(batches, sent[1].may_withdraw_any))
        assert not list(differences(without, seen(told.board, asked, watch)))

    holds()


def test_what_is_supposed_is_what_comes_of_it(room: Room) -> None:
    @cases(602, CASES)
    @given(sendings(), st.sampled_from(SOURCES), instants, any_scope, watches)
    def holds(sent: tuple[Sending, Sending, bool], source: str, since: int, scope: Scope, watch: Watch) -> None:
        told = room.told(sent[0])
        asked = [EVERYTHING, scope]
        said = disowning(source, since, at=END + SECOND)
        for each in (said, taken_back(said)):
            was = seen(told.board, asked, watch)
            before, after = suppose(told.database, [record(each)], now=END)
            assert not list(differences(seen(before, asked, watch), was))
            told.send([(END, (record(each),))])
            assert not list(differences(seen(after, asked, watch), seen(told.board, asked, watch)))

    holds()


# ------------------------------------------------------------------------------------------------------- single records


def send(room: Room, *batches: tuple[int, list[Event]], may_withdraw_any: bool = True) -> Told:
    return room.told(Sending(tuple((now, tuple(records(said))) for now, said in batches), may_withdraw_any))


def assets(told: Told) -> int:
    """How many assets count, which the recount has to find as well, and a rebuild."""
    told.agree([EVERYTHING], END, WATCH)
    with told.database.write() as connection:
        assert rebuild(connection).differences == []
    counted: int = told.figures([EVERYTHING], END, WATCH)[0]["detections"]["assets"]
    return counted


SINCE = START + 10 * HOUR


def test_what_happened_or_came_before_holds(room: Room) -> None:
    told = send(room, (SINCE - 1, [asset_detected("a1", at=SINCE - HOUR, source=A)]), (END, [disowning(A, SINCE)]))
    assert assets(told) == 1


@pytest.mark.parametrize("at", [SINCE, SINCE + HOUR])
def test_what_happened_then_or_later_does_not_hold_though_it_came_before(room: Room, at: int) -> None:
    told = send(room, (SINCE - 1, [asset_detected("a1", at=at, source=A)]), (END, [disowning(A, SINCE)]))
    assert assets(told) == 0


def test_what_came_later_does_not_hold_whenever_its_sender_says_that_it_happened(room: Room) -> None:
    told = send(room, (SINCE, [asset_detected("a1", at=START, source=A)]), (END, [disowning(A, SINCE)]))
    assert assets(told) == 0


def test_a_disowned_source_stays_disowned_for_what_comes_after(room: Room) -> None:
    told = send(
        room, (START, [disowning(A, SINCE)]), (END, [asset_detected("a1", source=A), asset_detected("a2", source=B)])
    )
    assert assets(told) == 1


def test_what_came_while_it_was_disowned_counts_once_that_is_taken_back(room: Room) -> None:
    said = disowning(A, SINCE)
    told = send(room, (START, [said]), (END, [asset_detected("a1", source=A)]), (END, [taken_back(said)]))
    assert assets(told) == 1


def test_a_withdrawal_by_a_disowned_source_takes_nothing_back(room: Room) -> None:
    found = asset_detected("a1", at=START, source=B)
    withdrawn = event(RecordType.RECORD_WITHDRAWN, None, {"source": B, "id": found["id"]}, at=SINCE + HOUR, source=A)
    told = send(room, (START, [found]), (SINCE, [withdrawn]), (END, [disowning(A, SINCE)]))
    assert assets(told) == 1


def test_the_disowning_that_reaches_farthest_back_decides(room: Room) -> None:
    far, near = disowning(A, START), disowning(A, SINCE)
    told = send(room, (START + 1, [asset_detected("a1", at=START, source=A)]), (END, [near, far]))
    assert assets(told) == 0
    told.send([(END, (record(taken_back(far)),))])
    assert assets(told) == 1


def test_nobody_but_the_room_disowns(room: Room) -> None:
    told = send(room, (END, [asset_detected("a1", source=A), disowning(A, START, source=B)]))
    assert assets(told) == 1


def test_nobody_but_the_room_takes_a_disowning_back(room: Room) -> None:
    said = disowning(A, START)
    told = send(room, (END, [taken_back(said, by=A), said, asset_detected("a1", source=A)]))
    assert assets(told) == 0
    told.send([(END, (record(taken_back(said, by=ROOM)),))])
    assert assets(told) == 1


def test_who_withdraws_what_the_room_withdrew_is_not_heard(room: Room) -> None:
    said = disowning(A, START)
    back = taken_back(said)
    outside = event(RecordType.RECORD_WITHDRAWN, None, {"source": ROOM, "id": back["id"]}, at=END + HOUR, source=B)
    told = send(room, (END, [said, back, outside, asset_detected("a1", source=A)]))
    assert assets(told) == 1


def test_a_source_of_the_room_cannot_be_disowned(room: Room) -> None:
    told = send(room, (END, [asset_detected("a1", source=ROOM), disowning(ROOM, START)]))
    assert assets(told) == 1


def test_disownings_that_hold_are_told(room: Room) -> None:
    said, other = disowning(A, START), disowning(B, START)
    told = send(room, (END, [said, other, taken_back(other)]))
    with told.database.read() as connection:
        found: list[Entry] = disownings_of(connection)
        assert [entry.record.id for entry in found] == [said["id"]]
        assert found[0] in read_after(connection, 0, 10)
