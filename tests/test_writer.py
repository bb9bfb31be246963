"""The writer: a receipt after the commit and never before, and nobody suffers for his neighbour."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app import tables as t
from app import writer as writing
from app.clock import FixedClock
from app.database import Database
from app.errors import Refused, Unavailable
from app.log import Anchor, read_head, verify
from app.tables import metadata
from app.writer import Receipt, Writer
from tests.makers import OTHER_SOURCE, SOURCE, asset_detected, network_reported, record_withdrawn, records
from tests.room import KEY, at

NOW = at("2018-10-26T14:00:00Z")
PATIENCE_S = 30


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    opened = Database(engine_url)
    with opened.write() as connection:
        metadata.create_all(connection)
    yield opened
    opened.close()


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    made = Writer(database, key=KEY, clock=FixedClock(NOW))
    yield made
    made.close()


def submit(writer: Writer, *numbers: int, principal: str = "tests") -> Future[Receipt]:
    return writer.submit(records(asset_detected(f"a{n}") for n in numbers), door="tests", principal=principal)


def count(database: Database, table: Any = t.log) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


class Gate:
    """Holds the writer at the beginning of its next commit until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()
        self.commits = 0
        apply = writing.apply

        def held(connection: Any, entries: Any) -> None:
            self.commits += 1
            self.reached.set()
            assert self.opened.wait(PATIENCE_S)
            apply(connection, entries)

        monkeypatch.setattr(writing, "apply", held)


def test_a_receipt_answers_for_each_record_in_order(writer: Writer, database: Database) -> None:
    receipt = submit(writer, 1, 2, 1).result(PATIENCE_S)
    assert [(answer.status, answer.seq) for answer in receipt.answers] == [
        ("accepted", 1),
        ("accepted", 2),
        ("duplicate", 1),
    ]
    assert count(database) == 2


def test_what_waits_during_a_commit_goes_into_the_next_one_together(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    first = submit(writer, 0)
    assert gate.reached.wait(PATIENCE_S)
    waiting = [submit(writer, n) for n in range(1, 20)]
    assert not first.done()
    gate.opened.set()
    assert [future.result(PATIENCE_S).answers[0].seq for future in waiting] == list(range(2, 21))
    assert gate.commits == 2


def test_there_is_no_receipt_before_the_commit(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    future = submit(writer, 1)
    assert gate.reached.wait(PATIENCE_S)
    assert (future.done(), count(database)) == (False, 0)
    gate.opened.set()
    future.result(PATIENCE_S)
    assert count(database) == 1


def test_screens_are_told_after_the_commit_with_its_seq(database: Database) -> None:
    told: list[tuple[int, int]] = []
    writer = Writer(database, key=KEY, clock=FixedClock(NOW), on_commit=lambda seq: told.append((seq, count(database))))
    submit(writer, 1, 2).result(PATIENCE_S)
    submit(writer, 3).result(PATIENCE_S)
    writer.close()
    assert told == [(2, 2), (3, 3)]


def test_whoever_cannot_be_told_harms_no_commit(database: Database) -> None:
    def deaf(_seq: int) -> None:
        raise ZeroDivisionError

    writer = Writer(database, key=KEY, clock=FixedClock(NOW), on_commit=deaf)
    assert submit(writer, 1).result(PATIENCE_S).answers[0].status == "accepted"
    assert submit(writer, 2).result(PATIENCE_S).answers[0].status == "accepted"
    writer.close()


def test_a_full_queue_asks_to_come_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer(database, key=KEY, clock=FixedClock(NOW), queue_records=5)
    gate = Gate(monkeypatch)
    futures = [submit(writer, 0, 1, 2)]
    assert gate.reached.wait(PATIENCE_S)
    futures.append(submit(writer, 3, 4))
    with pytest.raises(Unavailable) as full:
        submit(writer, 5)
    assert full.value.retry_after_s > 0
    gate.opened.set()
    for future in futures:
        future.result(PATIENCE_S)
    writer.close()
    assert count(database) == 5


def test_closing_commits_what_waits_and_takes_no_more(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    futures = [submit(writer, n) for n in range(5)]
    assert gate.reached.wait(PATIENCE_S)
    gate.opened.set()
    writer.close()
    assert all(future.done() for future in futures)
    assert count(database) == 5
    with pytest.raises(Unavailable):
        submit(writer, 9)


def test_closing_in_a_hurry_tells_those_who_could_not_be_begun_to_come_again(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    begun = submit(writer, 0)
    assert gate.reached.wait(PATIENCE_S)
    late = submit(writer, 1)
    closing = threading.Thread(target=writer.close, args=(0.0,))
    closing.start()
    while writer.is_alive:
        pass
    gate.opened.set()
    closing.join(PATIENCE_S)
    assert begun.result(PATIENCE_S).answers[0].status == "accepted"
    with pytest.raises(Unavailable):
        late.result(PATIENCE_S)
    assert count(database) == 1


def test_a_submission_that_cannot_be_taken_harms_no_neighbour(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = writing.apply

    def choosy(connection: Any, entries: Any) -> None:
        if any(entry.record.subject == "a13" for entry in entries):
            raise ZeroDivisionError
        apply(connection, entries)

    gate = Gate(monkeypatch)
    first = submit(writer, 0)
    assert gate.reached.wait(PATIENCE_S)
    monkeypatch.setattr(writing, "apply", choosy)
    good, bad, other = submit(writer, 1), submit(writer, 13, 14), submit(writer, 2)
    gate.opened.set()
    assert [future.result(PATIENCE_S).answers[0].status for future in (first, good, other)] == ["accepted"] * 3
    with pytest.raises(Unavailable):
        bad.result(PATIENCE_S)
    assert count(database) == 3
    with database.read() as connection:
        assert verify(connection, KEY) == []


def test_conflicts_and_refusals_are_kept_for_the_operator(writer: Writer, database: Database) -> None:
    writer.submit(records([asset_detected("a1", id="x")]), door="http", principal="one").result(PATIENCE_S)
    other = records([network_reported("n1"), asset_detected("a1", id="x", name="Somebody else")])
    receipt = writer.submit(other, door="http", principal="two").result(PATIENCE_S)
    assert [answer.status for answer in receipt.answers] == ["accepted", "conflict"]
    broken = Refused("data.name", "half a \ud800 surrogate and a \0", body=b"{}", event_id="y")
    writer.refuse([broken], "file", "three").result(PATIENCE_S)
    with database.read() as connection:
        kept = connection.execute(select(t.refused).order_by(t.refused.c.door.desc())).all()
    assert [(row.door, row.principal, row.disposition, row.place, row.field, row.event_id) for row in kept] == [
        ("http", "two", "conflict", 1, "id", "x"),
        ("file", "three", "refused", 0, "data.name", "y"),
    ]


def test_many_who_send_the_same_get_the_same_places_and_it_counts_once(writer: Writer, database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        futures = list(pool.map(lambda turn: submit(writer, *range(turn % 3, 20)), range(40)))
    places: dict[int, set[int | None]] = {}
    for turn, future in enumerate(futures):
        for number, answer in zip(range(turn % 3, 20), future.result(PATIENCE_S).answers, strict=True):
            places.setdefault(number, set()).add(answer.seq)
    assert all(len(seqs) == 1 for seqs in places.values())
    assert set().union(*places.values()) == set(range(1, 21))
    assert count(database) == 20


def test_those_who_share_a_commit_keep_their_own_names_and_rights(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = asset_detected("a1", source=OTHER_SOURCE)
    gate = Gate(monkeypatch)
    first = submit(writer, 0)
    assert gate.reached.wait(PATIENCE_S)
    futures = [
        writer.submit(records([theirs]), door="http", principal="one"),
        writer.submit(records([record_withdrawn(theirs, source=SOURCE)]), door="http", principal="two"),
        writer.submit(
            records([record_withdrawn(theirs, source=SOURCE)]), door="desk", principal="lead", may_withdraw_any=True
        ),
    ]
    gate.opened.set()
    answers = [future.result(PATIENCE_S).answers[0].status for future in (first, *futures)]
    assert answers == ["accepted", "accepted", "forbidden", "accepted"]
    with database.read() as connection:
        principals = connection.execute(select(t.log.c.principal).order_by(t.log.c.seq)).scalars().all()
        kept = connection.execute(select(t.refused.c.principal, t.refused.c.disposition)).all()
    assert principals == ["tests", "one", "lead"]
    assert [tuple(row) for row in kept] == [("two", "forbidden")]


def test_nothing_waits_when_all_was_answered(writer: Writer) -> None:
    for future in [submit(writer, n) for n in range(20)]:
        future.result(PATIENCE_S)
    writer.close()
    assert writer.waiting == 0


def test_closing_twice_does_no_harm(writer: Writer) -> None:
    writer.close()
    writer.close()
    assert not writer.is_alive


def test_the_anchor_is_as_far_as_the_log(database: Database, tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "anchor", KEY)
    writer = Writer(database, key=KEY, clock=FixedClock(NOW), anchor=anchor)
    submit(writer, 1, 2).result(PATIENCE_S)
    writer.close()
    with database.read() as connection:
        assert anchor.read() == read_head(connection)


def test_a_locked_database_asks_to_come_again_and_is_written_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "warroom.sqlite"
    database = Database(f"sqlite:///{path}")
    with database.write() as connection:
        metadata.create_all(connection)
    writer = Writer(database, key=KEY, clock=FixedClock(NOW))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    locked = submit(writer, 1)
    with pytest.raises(Unavailable):
        locked.result(PATIENCE_S)
    assert count(database) == 0
    holder.execute("ROLLBACK")
    holder.close()
    assert submit(writer, 1).result(PATIENCE_S).answers[0].status == "accepted"
    writer.close()
    database.close()
