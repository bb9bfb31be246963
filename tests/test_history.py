"""The past opens as it was: at every seq and instant, from whatever checkpoints there are, or from none."""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from app import history as past
from app import tables as t
from app.board import Board
from app.checkpoints import Checkpoints
from app.cursor import Cursor
from app.errors import BadRequest, NotFound, Unavailable
from app.history import MOST_WAITING, History
from app.rebuild import rebuild
from app.vocabulary import HOUR, MINUTE, SECOND, Rung, Scope, Stage, Watch
from tests import recount_room
from tests.event_mixes import END, Sending, any_scope, sendings, watches
from tests.makers import (
    OTHER_SOURCE,
    Event,
    accounts_observed,
    ad_observed,
    asset_detected,
    asset_removed,
    asset_restored,
    attribution_assessed,
    count_observed,
    election_scheduled,
    event_hosted,
    link_observed,
    merge_undone,
    network_reported,
    network_split,
    networks_merged,
    note_written,
    post_observed,
    record_withdrawn,
    sketch_observed,
    split_undone,
    stage_changed,
    statement_made,
)
from tests.recount_trial import EVERYTHING, cases
from tests.room import Room, at

NOW = at("2018-10-26T14:00:00Z")
PATIENCE_S = 20

SCOPES = (
    EVERYTHING,
    Scope(network=("n1",)),
    Scope(network=("n1", "n2")),
    Scope(platform=("instagram",)),
    Scope(open_only=True),
    Scope(election=("us-2018",)),
    Scope(stage=(Stage.CONFIRMED, Stage.REMOVED)),
    Scope(since=NOW - 5 * HOUR),
)


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    room = Room(engine_url, now=NOW)
    yield room
    room.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


def story() -> list[Event]:
    """Something for every view, and everything that makes the projection look back into the log."""
    wrong = asset_detected("a9", "n1", at="2018-10-20T11:00:00Z")
    taken_back = record_withdrawn(wrong, at="2018-10-20T12:00:00Z")
    early = network_reported("n4", at="2018-10-19T09:00:00Z", source=OTHER_SOURCE)
    return [
        network_reported("n1", elections=["us-2018"]),
        asset_detected("a1", "n1"),
        # Parts of an audience, then what replaces some of them, though it comes last.
        accounts_observed("a1", ["x1", "x2"], part=True, at="2018-10-20T10:01:00Z"),
        accounts_observed("a1", ["x2", "x3"], part=True, at="2018-10-20T10:09:00Z"),
        accounts_observed("a1", ["x7"], at="2018-10-20T10:05:00Z"),
        *(asset_detected(f"a{n}", "n1" if n < 4 else "n2", platform="instagram", kind="account") for n in range(2, 6)),
        sketch_observed("a2", ["x3", "x4"]),
        sketch_observed("a2", ["x5", "x9"], part=True, at="2018-10-20T10:30:00Z"),
        count_observed("a5", 70),
        # A withdrawal that comes before what it takes back.
        record_withdrawn(early, at="2018-10-20T09:00:00Z"),
        early,
        wrong,
        ad_observed(),
        event_hosted("e1", ["a1", "a4"]),
        post_observed(),
        link_observed(),
        statement_made("n1", assets={"facebook:page": 30}, ads=2),
        statement_made("n1", assets={"facebook:page": 31}, ads=2, at="2018-10-21T10:00:00Z"),
        taken_back,
        networks_merged("n1", ["n2"]),
        stage_changed("n1", Stage.CONFIRMED),
        record_withdrawn(taken_back, at="2018-10-20T13:00:00Z"),
        network_split("n1", "n3", ["a3", "a1"]),
        asset_removed("a1"),
        merge_undone("n1", ["n2"], at="2018-10-21T10:00:00Z"),
        networks_merged("n2", ["n3"], at="2018-10-21T11:00:00Z"),
        asset_restored("a1", at="2018-10-22T10:00:00Z"),
        split_undone("n1", "n3", ["a3", "a1"], at="2018-10-22T10:00:00Z"),
        attribution_assessed("n1", Rung.ORIGINATED_IN, approved_by="lead"),
        election_scheduled(),
        note_written(),
        stage_changed("n1", Stage.REMOVED, at="2018-10-23T10:00:00Z"),
    ]


class Live:
    """A room in which everything happened, and its boards as they were live after each commit, by seq."""

    def __init__(self, room: Room, events: Sequence[Event], together: int = 1) -> None:
        self.boards: dict[int, Board] = {0: Board()}
        for start in range(0, len(events), together):
            room.clock.at += MINUTE
            room.send(events[start : start + together])
            board = room.board
            self.boards[board.seq] = board
        self.end = max(self.boards)


def said(board: Board, scopes: Sequence[Scope], watch: Watch, now: int) -> dict[str, Any]:
    """Everything that a board can be asked."""
    return {
        "seq": board.seq,
        "networks": board.networks,
        "elections": board.elections,
        "sources": board.sources,
        "figures": [board.measures(scope, now=now, watch=watch) for scope in scopes],
        "reaches": {id: board.reach(Scope(network=(id,))) for id in board.networks},
    }


def same(room: Room, found: Board, live: Board) -> None:
    assert said(found, SCOPES, room.watch, NOW) == said(live, SCOPES, room.watch, NOW), f"at seq {live.seq}"


def places(history: History, room: Room) -> list[int]:
    """Where checkpoints stand."""
    return [each.seq for each in history._checkpoints.of(room.board.epoch)]


def all_kept(history: History) -> None:
    while history.keep_up():
        pass


# ------------------------------------------------------------------------------------------------------ exactly as then


@pytest.mark.parametrize("every", [1, 7, 1000])
def test_the_board_of_every_past_seq_is_the_one_that_was_live_then(room: Room, folder: Path, every: int) -> None:
    live = Live(room, story())
    history = History(room.database, folder, every=every)
    all_kept(history)
    for seq, board in live.boards.items():
        found = history.at(seq)
        same(room, found, board)
        assert found.epoch == room.board.epoch


def test_a_place_in_the_middle_of_a_batch_opens_too(room: Room, folder: Path, tmp_path: Path) -> None:
    apart = Room(f"sqlite:///{tmp_path / 'apart.sqlite'}", now=NOW)
    one_by_one = Live(apart, story())
    apart.close()
    room.clock.at += MINUTE
    room.send(story(), together=15)
    for every in (1000, 4):
        history = History(room.database, folder, every=every)
        all_kept(history)
        for seq, board in one_by_one.boards.items():
            # When records came is another matter here: they came together.
            found = replace_times(history.at(seq), board)
            same(room, found, board)


def replace_times(board: Board, like: Board) -> Board:
    board.sources = {
        name: replace(each, recorded_at=like.sources[name].recorded_at) for name, each in board.sources.items()
    }
    return board


def test_checkpoints_that_were_copied_while_records_came_give_the_same_as_none(room: Room, folder: Path) -> None:
    history = History(room.database, folder, every=3)
    boards: dict[int, Board] = {}
    events = story()
    for start in range(0, len(events), 2):
        room.clock.at += MINUTE
        room.send(events[start : start + 2])
        boards[room.board.seq] = room.board
        history.keep_up()
    assert len(places(history, room)) >= len(events) // 6
    for seq, board in boards.items():
        same(room, history.at(seq), board)


@pytest.mark.timeout(300)
def test_after_any_mix_every_past_picture_is_as_it_was_live(engine_url: str, folder: Path) -> None:
    in_memory = engine_url.startswith("sqlite")
    room = recount_room.Room() if in_memory else recount_room.Room(engine_url)
    reference = recount_room.Room()

    @cases(700, 30 if in_memory else 8)
    @given(sendings(), st.lists(any_scope, min_size=1, max_size=2), watches, st.integers(1, 9), st.integers(0, 2))
    def holds(sent: tuple[Sending, Sending, bool], scopes: list[Scope], watch: Watch, every: int, copies: int) -> None:
        sending, asked = sent[1], [EVERYTHING, *scopes]
        history = History(room.database, folder, every=every)
        told = room.told(Sending((), sending.may_withdraw_any))
        again = reference.told(Sending((), sending.may_withdraw_any))
        lives = []
        boards: dict[int, Board] = {0: again.board.frozen()}
        for now, batch in sending.batches:
            told.send([(now, batch)])
            lives.append(told.board.frozen())
            for record in batch:
                again.send([(now, [record])])
                boards[again.board.seq] = again.board.frozen()
            if copies == 1:
                history.keep_up()
        if copies == 2:
            all_kept(history)
        for live in lives:
            assert said(live, asked, watch, END) == said(boards[live.seq], asked, watch, END)
        with history.cursor(0) as cursor:
            for seq, board in boards.items():
                assert said(cursor.advance(seq), asked, watch, END) == said(board, asked, watch, END)
        for seq in {len(boards) // 3, len(boards) * 2 // 3, len(boards) - 1}:
            assert said(history.at(seq), asked, watch, END) == said(boards[seq], asked, watch, END)

    try:
        holds()
    finally:
        room.close()
        reference.close()


def test_a_board_that_was_opened_stays_as_it_was_when_more_is_recorded(room: Room, folder: Path) -> None:
    live = Live(room, story()[:6])
    history = History(room.database, folder)
    found = history.at(5)
    room.send(story()[6:])
    same(room, found, live.boards[5])
    same(room, history.at(5), live.boards[5])


def test_before_the_first_record_there_is_nothing(room: Room, folder: Path) -> None:
    history = History(room.database, folder)
    assert history.at(0).networks == {}
    assert (history.seq_at(NOW), history.keep_up()) == (0, False)
    room.send([network_reported("n1")])
    found = history.at(0)
    assert (found.networks, found.seq, found.epoch) == ({}, 0, room.board.epoch)


# ------------------------------------------------------------------------------------------------------------- cursors


@pytest.mark.parametrize("step", [1, 3, 11])
def test_a_cursor_shows_at_every_place_what_opening_it_shows(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    # Far jumps go by checkpoints.
    monkeypatch.setattr("app.cursor.EVERY", 4)
    live = Live(room, story())
    history = History(room.database, folder, every=4)
    all_kept(history)
    with history.cursor(2) as cursor:
        same(room, cursor.board, live.boards[2])
        for seq in range(2, live.end + 1, step):
            same(room, cursor.advance(seq), live.boards[seq])
            assert cursor.seq == seq


def test_a_picture_that_a_cursor_gave_does_not_move_with_it(room: Room, folder: Path) -> None:
    live = Live(room, story())
    with History(room.database, folder).cursor(4) as cursor:
        before = cursor.board
        cursor.advance(20)
        same(room, before, live.boards[4])


def test_a_cursor_follows_a_log_that_goes_on(room: Room, folder: Path) -> None:
    room.send(story()[:5])
    with History(room.database, folder).cursor(5) as cursor:
        with pytest.raises(NotFound, match="the log ends at 5"):
            cursor.advance(6)
        live = Live(room, story()[5:])
        same(room, cursor.advance(live.end), live.boards[live.end])


def test_a_cursor_goes_on_under_a_new_epoch_and_after_a_failure(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(room, story())
    history = History(room.database, folder)
    with history.cursor(3) as cursor:
        renew(room)
        found = cursor.advance(9)
        same(room, found, live.boards[9])
        assert found.epoch == room.board.epoch
        apply = past_apply_that_breaks(monkeypatch)
        with pytest.raises(ZeroDivisionError):
            cursor.advance(12)
        monkeypatch.setattr("app.cursor.apply", apply)
        same(room, cursor.advance(14), live.boards[14])


def past_apply_that_breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The projection fails with a batch half applied; returns the one that does not."""
    from app.projection import apply  # noqa: PLC0415 - the one that is put back

    def breaks(connection: Any, entries: Any) -> None:
        apply(connection, entries[:1])
        raise ZeroDivisionError

    monkeypatch.setattr("app.cursor.apply", breaks)
    return apply


def renew(room: Room) -> None:
    """Give the log a new epoch, as a rebuild that found differences does."""
    with room.database.write() as connection:
        connection.execute(update(t.rollups).values(bag='{"asset|facebook:page|":77}'))
        assert rebuild(connection).differences


# ----------------------------------------------------------------------------------------------------- questions, times


@pytest.mark.parametrize("ask", ["at", "cursor", "recorded_at"])
def test_a_place_that_is_not_in_the_log_is_refused_by_name(room: Room, folder: Path, ask: str) -> None:
    room.send(story()[:3])
    history = History(room.database, folder)
    with pytest.raises(NotFound, match="there is no seq 4 yet: the log ends at 3"):
        getattr(history, ask)(4)
    with pytest.raises(NotFound):
        getattr(history, ask)(10**30)
    with pytest.raises(BadRequest, match="-1 is before the beginning"):
        getattr(history, ask)(-1)


def test_a_cursor_does_not_go_back(room: Room, folder: Path) -> None:
    room.send(story()[:3])
    with History(room.database, folder).cursor(2) as cursor, pytest.raises(BadRequest, match="cannot go back to 1"):
        cursor.advance(1)


def test_no_record_is_recorded_at_zero(room: Room, folder: Path) -> None:
    with pytest.raises(NotFound, match="no record has seq 0"):
        History(room.database, folder).recorded_at(0)


def recorded(room: Room, *minutes: int) -> None:
    """A record at each of these minutes of the room's clock."""
    for minute in minutes:
        room.clock.at = NOW + minute * MINUTE
        room.send([note_written("n1", f"Note {room.board.seq}", at=NOW)])


def test_an_instant_finds_the_last_record_that_had_been_recorded(room: Room, folder: Path) -> None:
    recorded(room, 1, 2, 2, 5)
    history = History(room.database, folder)
    assert [history.recorded_at(seq) for seq in (1, 4)] == [NOW + MINUTE, NOW + 5 * MINUTE]
    asked = {0: 0, 1: 1, 2: 3, 3: 3, 5: 4, 6: 4}
    assert {minute: history.seq_at(NOW + minute * MINUTE) for minute in asked} == asked
    assert history.seq_at(NOW + 2 * MINUTE - 1) == 1
    assert (history.seq_at(-(10**30)), history.seq_at(10**30)) == (0, 4)


def test_an_instant_that_passed_twice_counts_as_the_later_time(room: Room, folder: Path) -> None:
    history = History(room.database, folder)
    # A clock that ran an hour fast and was set right; then one that was set back by mistake, and mended.
    for minutes in ((0, 60, 61), (2, 3), (30, 10, 40)):
        recorded(room, *minutes)
        times = [history.recorded_at(seq) for seq in range(1, room.board.seq + 1)]
        for minute in range(-1, 70):
            instant = NOW + minute * MINUTE
            last = max((seq for seq, at in enumerate(times, 1) if at <= instant), default=0)
            assert history.seq_at(instant) == last, (minutes, minute)
    assert history.seq_at(NOW + 20 * MINUTE) == 7


def test_times_are_looked_up_anew_in_another_log(room: Room, folder: Path) -> None:
    recorded(room, 1, 2)
    history = History(room.database, folder)
    assert history.seq_at(NOW + MINUTE) == 1
    with room.database.write() as connection:
        connection.execute(update(t.log).values(recorded_at=t.log.c.recorded_at + HOUR))
        connection.execute(update(t.head).values(epoch="0" * 16))
    assert history.seq_at(NOW + 2 * MINUTE) == 0


# --------------------------------------------------------------------------------------------------------- checkpoints


def test_one_that_was_half_written_is_not_used_and_goes_at_the_start(room: Room, folder: Path) -> None:
    live = Live(room, story())
    history = History(room.database, folder, every=8)
    all_kept(history)
    half = folder / f"{room.board.epoch}-20-99.part"
    half.write_bytes(b"SQLite format 3\0")
    same(room, history.at(21), live.boards[21])
    history.start()
    history.stop()
    assert not half.exists()


def test_one_that_cannot_be_finished_leaves_nothing(room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room.send(story())

    def fails(_path: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="No space"):
        History(room.database, folder, every=4).keep_up()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("harm", [b"", b"not a database", None])
def test_one_that_is_damaged_is_passed_over_and_removed(room: Room, folder: Path, harm: bytes | None) -> None:
    live = Live(room, story())
    history = History(room.database, folder, every=8)
    all_kept(history)
    damaged = next(each.path for each in history._checkpoints.of(room.board.epoch) if each.seq == 16)
    held = bytearray(damaged.read_bytes())
    held[len(held) // 2] ^= 1
    damaged.write_bytes(held if harm is None else harm)
    same(room, history.at(18), live.boards[18])
    assert not damaged.exists()
    all_kept(history)
    assert 16 in places(history, room)


def test_those_of_another_epoch_are_not_used_and_are_removed(room: Room, folder: Path) -> None:
    history = History(room.database, folder, every=4)
    live = Live(room, story())
    with room.database.write() as connection:
        connection.execute(update(t.rollups).values(bag='{"asset|facebook:page|":77}'))
    # What is copied now is wrong, and the rebuild says so.
    all_kept(history)
    before = set(folder.iterdir())
    assert said(history.at(live.end), SCOPES, room.watch, NOW) != said(live.boards[live.end], SCOPES, room.watch, NOW)
    with room.database.write() as connection:
        assert rebuild(connection).differences
    same(room, history.at(live.end), live.boards[live.end])
    all_kept(history)
    assert before
    assert before.isdisjoint(folder.iterdir())


def test_those_of_a_log_that_went_on_otherwise_are_not_used(room: Room, folder: Path, tmp_path: Path) -> None:
    other = Room(f"sqlite:///{tmp_path / 'other.sqlite'}", now=NOW)
    Live(other, [network_reported(f"m{n}") for n in range(12)])
    all_kept(History(other.database, folder, every=4))
    other.close()
    live = Live(room, story())
    with room.database.write() as connection:
        connection.execute(update(t.head).values(epoch=other_epoch(folder)))
    # The same epoch, as after a backup was put back, and other records.
    history = History(room.database, folder, every=4)
    same(room, history.at(9), live.boards[9])
    assert places(history, room) == [12]


def other_epoch(folder: Path) -> str:
    return next(folder.iterdir()).name.partition("-")[0]


def test_those_of_another_shape_are_not_used_and_are_removed(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(room, story())
    history = History(room.database, folder, every=8)
    all_kept(history)
    before = set(folder.iterdir())
    monkeypatch.setattr("app.checkpoints.FORM", "00000000")
    assert places(history, room) == []
    same(room, history.at(17), live.boards[17])
    all_kept(history)
    assert before.isdisjoint(folder.iterdir())


def test_they_stay_few_and_no_stretch_of_the_log_is_left_without(room: Room, folder: Path) -> None:
    history = History(room.database, folder, every=2, most=8)
    for n in range(90):
        room.send([note_written("n1", f"Note {n}")])
        history.keep_up()
    all_kept(history)
    found = [0, *places(history, room), 90]
    assert len(found) <= 8 * 4 // 3 + 2
    apart = history._checkpoints.spacing(90, history._checkpoints.of(room.board.epoch))
    assert max(after - before for before, after in pairwise(found)) <= apart * 1.5
    # And it is at rest: nothing is made and thinned in turns.
    assert (history.keep_up(), [0, *places(history, room), 90]) == (False, found)


def test_large_ones_stand_farther_apart(room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room.send(story())
    history = History(room.database, folder, every=2)
    all_kept(history)
    kept = history._checkpoints.of(room.board.epoch)
    assert history._checkpoints.spacing(32, kept) == 2
    monkeypatch.setattr("app.checkpoints.MOST_BYTES", 2 * kept[-1].path.stat().st_size)
    assert history._checkpoints.spacing(32, kept) == 8
    monkeypatch.setattr("app.checkpoints.MOST_BYTES", 1)
    assert history._checkpoints.spacing(32, kept) == 16


def test_only_their_owner_may_read_them(room: Room, folder: Path) -> None:
    room.send(story())
    all_kept(History(room.database, folder, every=8))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_room_is_left_on_the_disk_for_the_log(room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = Live(room, story())
    history = History(room.database, folder, every=4)
    monkeypatch.setattr("app.checkpoints.SPARE_BYTES", 1 << 62)
    with pytest.raises(OSError, match="would stay free"):
        history.keep_up()
    assert list(folder.iterdir()) == []
    same(room, history.at(12), live.boards[12])


# --------------------------------------------------------------------------------------------------------- by itself


def wait_for(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_a_commit_that_makes_one_due_wakes_the_thread(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "LOOK_S", 10 * PATIENCE_S)
    monkeypatch.setattr(past, "PAUSE_S", 0.01)
    history = History(room.database, folder, every=5)
    history.start()
    room.writer._on_commit = history.poke
    try:
        live = Live(room, story())
        wait_for(lambda: live.end - max(places(history, room), default=0) < 5)
        for seq, board in live.boards.items():
            same(room, history.at(seq), board)
    finally:
        history.stop()


def test_what_was_there_before_the_start_is_made_up_for(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "PAUSE_S", 0.01)
    monkeypatch.setattr(past, "PIECE", 3)
    room.send(story())
    history = History(room.database, folder, every=5)
    history.start()
    try:
        wait_for(lambda: places(history, room)[:5] == [5, 10, 15, 20, 25])
    finally:
        history.stop()


def test_one_that_cannot_be_made_is_a_warning_and_is_tried_again(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(past, "RETRY_S", 0.02)
    monkeypatch.setattr(past, "PAUSE_S", 0.01)
    room.send(story())
    with monkeypatch.context() as full:
        full.setattr("app.checkpoints.SPARE_BYTES", 1 << 62)
        history = History(room.database, folder, every=20)
        history.start()
        try:
            wait_for(lambda: "the past opens more slowly" in caplog.text)
            full.undo()
            wait_for(lambda: bool(places(history, room)))
        finally:
            history.stop()
    assert {each.levelname for each in caplog.records if each.name == "app.history"} == {"WARNING"}


def test_many_who_ask_for_one_place_wait_for_one_board(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(room, story())
    history = History(room.database, folder)
    opened = []
    cursor = past.Cursor

    def opening(*how: Any) -> Any:
        opened.append(how)
        time.sleep(0.05)
        return cursor(*how)

    monkeypatch.setattr(past, "Cursor", opening)
    found: list[Board] = []
    threads = [threading.Thread(target=lambda: found.append(history.at(20))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert (len(found), len(opened)) == (8, 1)
    for board in found:
        same(room, board, live.boards[20])


def test_different_places_can_be_asked_for_at_once_while_records_come(room: Room, folder: Path) -> None:
    live = Live(room, story())
    history = History(room.database, folder, every=6)
    all_kept(history)
    wrong: list[BaseException] = []

    def ask(start: int) -> None:
        try:
            for seq in range(start, live.end, 5):
                same(room, history.at(seq), live.boards[seq])
        except BaseException as broken:  # noqa: BLE001 - a thread's failure is told in the test's own
            wrong.append(broken)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for n in range(10):
        room.send([note_written("n1", f"Meanwhile {n}", at=NOW + n * SECOND)])
        history.keep_up()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert wrong == []


def test_boards_that_were_opened_are_kept_and_not_too_many(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "MOST_KEPT", 3)
    room.send(story())
    history = History(room.database, folder)
    for seq in range(10):
        history.at(seq)
    assert [seq for _, seq in history._kept] == [7, 8, 9]
    history.at(7)
    history.at(1)
    assert [seq for _, seq in history._kept] == [9, 7, 1]


def test_checkpoints_hold_what_a_board_is_made_of_and_not_the_log(room: Room, folder: Path) -> None:
    room.send([post_observed(f"p{n}") for n in range(20)])
    history = History(room.database, folder, every=5)
    all_kept(history)
    size = {each.path.stat().st_size for each in Checkpoints(folder).of(room.board.epoch)}
    assert len(size) == 1, "posts add nothing to one"


# --- many who ask -----------------------------------------------------------------------------------------------------


def test_no_more_wait_for_the_past_than_leave_threads_for_the_present(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(room, story())
    history = History(room.database, folder)
    gone_on, begun = threading.Event(), threading.Event()
    opened = Cursor.__enter__

    def slow(self: Cursor) -> Cursor:
        begun.set()
        gone_on.wait(30)
        return opened(self)

    monkeypatch.setattr(Cursor, "__enter__", slow)
    asked = [threading.Thread(target=history.at, args=(seq,)) for seq in range(1, MOST_WAITING + 1)]
    for each in asked:
        each.start()
    begun.wait(30)
    while history._places._value:
        time.sleep(0.01)
    with pytest.raises(Unavailable, match="come again"):
        history.at(live.end)
    gone_on.set()
    for each in asked:
        each.join()
    same(room, history.at(live.end), live.boards[live.end])
