"""The log: appended once, in one order without holes, and whatever is done to it afterwards is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from app import tables as t
from app.database import Database
from app.log import (
    CLAMP_FUTURE,
    CLAMP_PAST,
    GENESIS,
    Anchor,
    Answer,
    Entry,
    append,
    link,
    read_after,
    read_head,
    read_identities,
    read_many,
    verify,
)
from app.records import Record
from app.tables import metadata
from tests.makers import (
    OTHER_SOURCE,
    asset_detected,
    network_reported,
    one_of_each,
    record,
    record_withdrawn,
    records,
)
from tests.room import at

KEY = b"key of the log".ljust(32, b".")
NOW = at("2018-10-26T14:00:00Z")


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    opened = Database(engine_url)
    with opened.write() as connection:
        metadata.create_all(connection)
    yield opened
    opened.close()


def add(database: Database, said: Sequence[Record], **how: bool) -> tuple[list[Answer], list[Entry]]:
    with database.write() as connection:
        return append(connection, said, key=KEY, now=NOW, principal="tests", **how)


def detections(n: int) -> list[Record]:
    return records(asset_detected(f"a{number}") for number in range(n))


def faults(database: Database, anchor: Anchor | None = None) -> list[str]:
    with database.read() as connection:
        return [fault.what for fault in verify(connection, KEY, anchor)]


# --- appending --------------------------------------------------------------------------------------------------------


def test_records_get_places_without_holes_in_the_order_they_came(database: Database) -> None:
    first, _ = add(database, detections(3))
    second, _ = add(database, records([network_reported("n1")]))
    assert [answer.seq for answer in first + second] == [1, 2, 3, 4]
    with database.read() as connection:
        assert [entry.seq for entry in read_after(connection, 0, 10)] == [1, 2, 3, 4]


def test_the_same_record_again_is_answered_with_its_first_place(database: Database) -> None:
    add(database, detections(2))
    answers, entries = add(database, detections(2))
    assert [(answer.status, answer.seq) for answer in answers] == [("duplicate", 1), ("duplicate", 2)]
    assert entries == []


def test_the_same_record_twice_in_one_batch_counts_once(database: Database) -> None:
    answers, entries = add(database, detections(1) * 2)
    assert [answer.status for answer in answers] == ["accepted", "duplicate"]
    assert len(entries) == 1


def test_the_same_id_with_other_content_is_a_conflict(database: Database) -> None:
    add(database, records([asset_detected("a1", id="x")]))
    answers, entries = add(database, records([asset_detected("a1", id="x", name="Somebody else")]))
    assert [(answer.status, answer.seq, answer.field) for answer in answers] == [("conflict", 1, "id")]
    assert entries == []


def test_the_same_id_of_another_source_is_another_record(database: Database) -> None:
    answers, _ = add(database, records([asset_detected(id="x"), asset_detected(id="x", source=OTHER_SOURCE)]))
    assert [answer.status for answer in answers] == ["accepted", "accepted"]


def test_nobody_withdraws_a_record_of_somebody_else(database: Database) -> None:
    theirs = asset_detected("a1", source=OTHER_SOURCE)
    withdrawal = record(record_withdrawn(theirs, source="//detectors.example/tests"))
    answers, _ = add(database, [record(theirs), withdrawal])
    assert [(answer.status, answer.field) for answer in answers] == [("accepted", ""), ("forbidden", "data.source")]
    answers, _ = add(database, [withdrawal], may_withdraw_any=True)
    assert answers[0].status == "accepted"


def test_a_transaction_that_fails_leaves_no_hole(database: Database) -> None:
    class Broken(Exception):
        pass

    def break_off() -> None:
        with database.write() as connection:
            append(connection, detections(2), key=KEY, now=NOW, principal="tests")
            raise Broken

    with pytest.raises(Broken):
        break_off()
    answers, _ = add(database, detections(2))
    assert [answer.seq for answer in answers] == [1, 2]
    assert faults(database) == []


@pytest.mark.parametrize(
    ("claimed", "counted"),
    [
        ("1970-01-01T00:00:00Z", NOW - CLAMP_PAST),
        ("2019-10-26T14:00:00Z", NOW + CLAMP_FUTURE),
        ("2018-10-26T13:59:00Z", at("2018-10-26T13:59:00Z")),
    ],
)
def test_windows_count_a_record_at_no_time_that_nobody_can_believe(
    database: Database, claimed: str, counted: int
) -> None:
    _, (entry,) = add(database, records([asset_detected(at=claimed)]))
    assert (entry.counted_at, entry.record.occurred_at) == (counted, at(claimed))


def test_history_is_believed_when_an_operator_brings_it(database: Database) -> None:
    _, (entry,) = add(database, records([asset_detected(at="2011-02-03T00:00:00Z")]), clamp_past=False)
    assert entry.counted_at == at("2011-02-03T00:00:00Z")


# --- tampering --------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(database: Database) -> Database:
    """A log of twelve records in three commits."""
    for start in range(0, 12, 4):
        add(database, detections(12)[start : start + 4])
    assert faults(database) == []
    return database


def swap(connection: Connection) -> None:
    one, other = connection.execute(select(t.log).where(t.log.c.seq.in_([4, 5])).order_by(t.log.c.seq)).mappings()
    connection.execute(delete(t.log).where(t.log.c.seq.in_([4, 5])))
    connection.execute(insert(t.log), [{**one, "seq": 5}, {**other, "seq": 4}])


def insert_one(connection: Connection) -> None:
    (row,) = connection.execute(select(t.log).where(t.log.c.seq == 12)).mappings()
    connection.execute(insert(t.log).values({**row, "seq": 13, "event_id": "planted"}))


TAMPERINGS = {
    "a body is edited": lambda c: c.execute(update(t.log).where(t.log.c.seq == 5).values(body=b"{}")),
    "a body and its digest are exchanged": lambda c: c.execute(
        update(t.log).where(t.log.c.seq == 5).values(
            body=select(t.log.c.body).where(t.log.c.seq == 6).scalar_subquery(),
            digest=select(t.log.c.digest).where(t.log.c.seq == 6).scalar_subquery(),
        )
    ),
    "a column is edited": lambda c: c.execute(update(t.log).where(t.log.c.seq == 5).values(subject="another")),
    "a time of arrival is edited": lambda c: c.execute(update(t.log).where(t.log.c.seq == 5).values(recorded_at=1)),
    "a principal is edited": lambda c: c.execute(update(t.log).where(t.log.c.seq == 5).values(principal="me")),
    "a row is deleted": lambda c: c.execute(delete(t.log).where(t.log.c.seq == 5)),
    "the first row is deleted": lambda c: c.execute(delete(t.log).where(t.log.c.seq == 1)),
    "two rows are swapped": swap,
    "a row is inserted": insert_one,
    "the end is cut off": lambda c: c.execute(delete(t.log).where(t.log.c.seq > 9)),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(written: Database, name: str) -> None:
    with written.write() as connection:
        TAMPERINGS[name](connection)
    assert faults(written) != []


def truncate(connection: Connection, seq: int) -> None:
    """Cut the end off, and let the head say so."""
    connection.execute(delete(t.log).where(t.log.c.seq > seq))
    chain = connection.execute(select(t.log.c.chain).where(t.log.c.seq == seq)).scalar_one()
    connection.execute(update(t.head).values(seq=seq, chain=chain))


def anchored(database: Database, folder: Path) -> Anchor:
    anchor = Anchor(folder / "anchor", b"key of the anchor".ljust(32, b"."))
    with database.read() as connection:
        anchor.write(read_head(connection))
    assert faults(database, anchor) == []
    return anchor


def test_an_end_that_was_cut_off_cleanly_is_found_by_the_anchor(written: Database, tmp_path: Path) -> None:
    anchor = anchored(written, tmp_path)
    with written.write() as connection:
        truncate(connection, 9)
    assert faults(written) == []
    assert any("had been acknowledged" in fault for fault in faults(written, anchor))


def test_a_log_that_was_written_anew_without_the_key_is_found(written: Database) -> None:
    with written.write() as connection:
        chain = GENESIS
        for row in connection.execute(select(t.log).order_by(t.log.c.seq)).all():
            chain = link(b"guess".ljust(32), chain, row.seq, row.recorded_at, row.counted_at, row.principal, row.digest)
            connection.execute(update(t.log).where(t.log.c.seq == row.seq).values(chain=chain))
        connection.execute(update(t.head).values(chain=chain))
    assert len(faults(written)) >= 12


def test_a_log_that_was_written_anew_with_the_key_is_found_by_the_anchor(written: Database, tmp_path: Path) -> None:
    anchor = anchored(written, tmp_path)
    with written.write() as connection:
        truncate(connection, 9)
        append(connection, detections(15)[12:], key=KEY, now=NOW + 1, principal="somebody")
    assert faults(written) == []
    assert any("differs from the anchor" in fault for fault in faults(written, anchor))


def test_an_anchor_that_was_tampered_with_is_found(written: Database, tmp_path: Path) -> None:
    anchor = anchored(written, tmp_path)
    anchor.path.write_text(anchor.path.read_text().replace("|12|", "|11|"))
    assert faults(written, anchor) == ["the anchor was tampered with"]


def test_nothing_is_written_when_the_log_is_checked(written: Database) -> None:
    with written.read() as connection:
        before = connection.execute(select(func.count()).select_from(t.log)).scalar_one()
        verify(connection, KEY)
        assert connection.execute(select(func.count()).select_from(t.log)).scalar_one() == before


# --- reading ----------------------------------------------------------------------------------------------------------


def test_what_is_read_is_what_was_appended(database: Database) -> None:
    said = records(one_of_each())
    _, entries = add(database, said, may_withdraw_any=True)
    with database.read() as connection:
        assert read_after(connection, 0, 100) == entries
        assert read_many(connection, [entry.seq for entry in entries]) == {entry.seq: entry for entry in entries}
        identities = [(record.source, record.id) for record in said]
        assert read_identities(connection, identities) == dict(zip(identities, entries, strict=True))
    assert [entry.record for entry in entries] == said


def test_the_log_is_read_in_pieces_and_no_further_than_asked(database: Database) -> None:
    add(database, detections(9))
    with database.read() as connection:
        seqs = {
            (after, limit, until): [entry.seq for entry in read_after(connection, after, limit, until=until)]
            for after, limit, until in [(0, 3, None), (3, 3, None), (7, 9, None), (9, 9, None), (2, 9, 5), (5, 9, 5)]
        }
        assert sorted(read_many(connection, [2, 2, 40])) == [2]
        assert read_identities(connection, [(OTHER_SOURCE, "nothing")]) == {}
    assert list(seqs.values()) == [[1, 2, 3], [4, 5, 6], [8, 9], [], [3, 4, 5], []]


def test_many_records_at_once_are_each_known_again(database: Database) -> None:
    add(database, detections(1_201))
    answers, entries = add(database, list(reversed(detections(1_203))))
    assert [answer.seq for answer in answers] == [1_202, 1_203, *reversed(range(1, 1_202))]
    assert [entry.seq for entry in entries] == [1_202, 1_203]


def test_a_withdrawal_may_come_before_what_it_takes_back(database: Database) -> None:
    answers, _ = add(database, [record(record_withdrawn(asset_detected("later")))])
    assert answers[0].status == "accepted"


def test_everybody_who_appends_at_once_gets_a_place_and_none_stays_empty(database: Database) -> None:
    def append_some(name: int) -> list[int | None]:
        said = records(asset_detected(f"a{name}-{n}") for n in range(12))
        return [add(database, [each])[0][0].seq for each in said]

    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(append_some, range(4)))
    assert sorted(seq or 0 for seqs in places for seq in seqs) == list(range(1, 49))
    assert all(seqs == sorted(seq or 0 for seq in seqs) for seqs in places)
    assert faults(database) == []


def test_every_log_has_an_epoch_of_its_own(database: Database, tmp_path: Path) -> None:
    add(database, detections(1))
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    with other.write() as connection:
        metadata.create_all(connection)
    add(other, detections(1))
    with database.read() as one, other.read() as two:
        assert read_head(one).epoch != read_head(two).epoch
        assert read_head(one).epoch == read_head(one).epoch
    other.close()


# --- tampering by chance ----------------------------------------------------------------------------------------------


def test_two_hundred_tamperings_by_chance_are_all_found(written: Database, tmp_path: Path) -> None:
    anchor = anchored(written, tmp_path)
    missed = []
    with written.engine.connect() as connection:
        for number in range(200):
            chance = Random(number)
            how = chance.choice([edited, exchanged, deleted, planted, truncated, rewritten])
            how(connection, chance)
            if not verify(connection, KEY, anchor):
                missed.append((number, how.__name__))
            connection.rollback()
        assert verify(connection, KEY, anchor) == []
    assert missed == []


def edited(connection: Connection, chance: Random) -> None:
    """One column of one row says something else."""
    column = chance.choice([column for column in t.log.columns if column.name != "seq"])
    seq = chance.randint(1, 12)
    value = connection.execute(select(column).where(t.log.c.seq == seq)).scalar_one()
    if isinstance(value, int):
        value += chance.choice([-1, 1])
    elif isinstance(value, str):
        value += "."
    else:
        # PostgreSQL gives a view of bytes.
        value = bytes(value)[:-1] + bytes([bytes(value)[-1] ^ 1])
    connection.execute(update(t.log).where(t.log.c.seq == seq).values({column.name: value}))


def exchanged(connection: Connection, chance: Random) -> None:
    """Two rows stand in each other's place."""
    one, other = sorted(chance.sample(range(1, 13), 2))
    for seq, new in ((one, 100), (other, one), (100, other)):
        connection.execute(update(t.log).where(t.log.c.seq == seq).values(seq=new))


def deleted(connection: Connection, chance: Random) -> None:
    """A row is gone, and those after it have moved up or not."""
    seq = chance.randint(1, 11)
    connection.execute(delete(t.log).where(t.log.c.seq == seq))
    if chance.random() < 0.5:
        for later in range(seq + 1, 13):
            connection.execute(update(t.log).where(t.log.c.seq == later).values(seq=later - 1))


def planted(connection: Connection, chance: Random) -> None:
    """A row that nobody sent stands at the end, or between two others that made room for it."""
    seq = chance.randint(2, 13)
    for later in range(12, seq - 1, -1):
        connection.execute(update(t.log).where(t.log.c.seq == later).values(seq=later + 1))
    row = dict(connection.execute(select(t.log).where(t.log.c.seq == seq - 1)).mappings().one())
    connection.execute(insert(t.log).values(row | {"seq": seq, "event_id": "planted"}))


def truncated(connection: Connection, chance: Random) -> None:
    """The end is gone, and the head agrees."""
    truncate(connection, chance.randint(1, 11))


def rewritten(connection: Connection, chance: Random) -> None:
    """From some place on everything is written anew by somebody who has the key."""
    truncate(connection, chance.randint(1, 11))
    append(connection, detections(30)[12:], key=KEY, now=NOW + chance.randint(1, 10**9), principal="tests")


def test_an_anchor_that_fell_behind_is_no_fault(written: Database, tmp_path: Path) -> None:
    anchor = anchored(written, tmp_path)
    add(written, detections(15)[12:])
    assert faults(written, anchor) == []


def test_an_anchor_of_another_log_is_found(written: Database, tmp_path: Path) -> None:
    anchor = anchored(written, tmp_path)
    with written.write() as connection:
        connection.execute(update(t.head).values(epoch="another"))
    assert any("had been acknowledged" in fault for fault in faults(written, anchor))


def test_no_anchor_is_asked_for_where_none_was_ever_written(written: Database, tmp_path: Path) -> None:
    assert faults(written, Anchor(tmp_path / "none", KEY)) == []
