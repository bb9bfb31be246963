"""Migrations: what they make is what the program reads; they run once, wholly or not at all, and hold nobody up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from app import migrating
from app.access.tables import sessions
from app.database import Database
from app.errors import Unavailable
from app.log import read_head
from app.migrating import latest, migrate, revision_of, upgrade
from app.snapshots.freezing import Wanted
from app.snapshots.keeping import subject_key
from app.tables import metadata, snapshots
from app.vocabulary import Tlp
from tests import makers as m
from tests.databases import empty_database
from tests.room import Room, at
from tests.test_snapshots import everything, freezing


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it, not even tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'warroom.sqlite'}"
        return
    with empty_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    opened = Database(engine_url)
    yield opened
    opened.close()


def tables_of(database: Database) -> set[str]:
    with database.read() as connection:
        return set(inspect(connection).get_table_names())


def differences(database: Database) -> list[object]:
    with database.read() as connection:
        opts = {
            "compare_type": True,
            "include_name": _is_ours,
            "include_object": lambda _thing, name, *_of: _is_ours(name, "", None),
        }
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, sessions.metadata))


def _is_ours(name: str | None, _kind: str, _of: object) -> bool:
    """Full-text indexes are each database's own, and known to its migration alone."""
    return "_words_found" not in (name or "")


def test_migrated_tables_are_those_of_the_program(database: Database) -> None:
    upgrade(database)
    assert differences(database) == []


def test_upgrade_downgrade_upgrade_ends_where_it_began(database: Database) -> None:
    upgrade(database)
    migrate(database, "base", down=True)
    assert tables_of(database) == {"alembic_version"}
    upgrade(database)
    assert differences(database) == []


def test_upgrade_founds_the_log_once(database: Database) -> None:
    upgrade(database)
    with database.read() as connection:
        head = read_head(connection)
    upgrade(database)
    with database.read() as connection:
        assert read_head(connection) == head
        assert head.seq == 0


def test_columns_that_assets_are_sorted_by_are_filled_as_if_they_had_always_been_there(engine_url: str) -> None:
    room = Room(engine_url, now=at("2018-10-26T14:00:00Z"))
    with room.database.write() as connection:
        metadata.drop_all(connection)
    upgrade(room.database)
    detected = [m.asset_detected(id, created_on=day) for id, day in zip("abcdefg", CREATED, strict=True)]
    some = [f"x{n}" for n in range(900)]
    wrong = m.count_observed("f", 9)
    said = [
        *(m.accounts_observed("a", some), m.sketch_observed("b", some, lg_k=10), m.count_observed("c", 70)),
        *(m.count_observed("d", {"qualifier": "more than", "value": 28_000}), m.accounts_observed("e", some[:5])),
        *(m.count_observed("e", {"qualifier": "at most", "value": 30}, part=True), wrong, m.record_withdrawn(wrong)),
    ]
    assert {answer.status for answer in room.send([*detected, *said])} == {"accepted"}
    written = filled(room.database)
    assert written["c"] == ("2017-01-20", 70, 70)
    assert written["d"] == ("2016-03-02", 28_000, None)
    assert written["f"] == ("2018-01-01", None, None)
    migrate(room.database, "0011", down=True)
    upgrade(room.database)
    assert filled(room.database) == written
    assert differences(room.database) == []
    room.close()


CREATED = ["2017-01-20", "2016-03-02", "2017-01-20", "2016-03-02", "2018-01-01", "2018-01-01", "2018-02-02"]


def filled(database: Database) -> dict[str, Any]:
    query = "SELECT id, created_on, low, high FROM assets LEFT JOIN audiences ON audiences.asset = assets.id"
    with database.read() as connection:
        return {row.id: (row.created_on, row.low, row.high) for row in connection.execute(text(query))}


def test_snapshots_of_before_are_found_by_what_they_are_of(engine_url: str, tmp_path: Path) -> None:
    room = Room(engine_url, now=at("2018-10-26T14:32:00Z"))
    with room.database.write() as connection:
        metadata.drop_all(connection)
    upgrade(room.database)
    room.send([m.network_reported("n1")])
    kept = [
        freezing(room, tmp_path).freeze(Wanted(name, Tlp.GREEN), everything, by="Ann", id=f"{n:016x}")
        for n, name in enumerate(("Morning", "Spoilt"))
    ]
    with room.database.write() as connection:
        connection.execute(update(snapshots).where(snapshots.c.id == kept[1].id).values(body=b"{"))
    migrate(room.database, "0015", down=True)
    upgrade(room.database)
    with room.database.read() as connection:
        found = {row.id: row.subject for row in connection.execute(select(snapshots.c.id, snapshots.c.subject))}
    room.close()
    assert found == {kept[0].id: subject_key(kept[0].content), kept[1].id: ""}


def test_database_that_is_up_to_date_is_not_written_to(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(database)

    def write() -> None:
        raise AssertionError("nothing was to be written")

    monkeypatch.setattr(database, "write", write)
    upgrade(database)


def test_migration_that_breaks_off_has_done_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_connection: object) -> None:
        raise OSError("the power is gone")

    monkeypatch.setattr(migrating, "read_head", fail)
    with pytest.raises(OSError, match="power"):
        upgrade(database)
    assert tables_of(database) == set()
    monkeypatch.undo()
    upgrade(database)
    assert differences(database) == []


def test_database_of_a_newer_program_is_refused_by_its_revision(database: Database) -> None:
    upgrade(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="9999"):
        upgrade(database)


def test_two_programs_that_start_at_once_migrate_once(database: Database, engine_url: str) -> None:
    other = Database(engine_url)
    faults: list[Exception] = []

    def run(which: Database) -> None:
        try:
            upgrade(which)
        except (Unavailable, DBAPIError) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(which,)) for which in (database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert faults == []
    with database.read() as connection:
        assert revision_of(connection) == latest()


@pytest.mark.postgres
def test_migration_gives_way_to_who_holds_a_lock_and_comes_again(postgres_url: str) -> None:
    database = Database(postgres_url)
    upgrade(database)
    down = threading.Thread(target=migrate, args=(database, "base"), kwargs={"down": True})
    with database.engine.connect() as reader, reader.begin():
        reader.execute(text("SELECT count(*) FROM log"))
        down.start()
        time.sleep(0.3)
        with database.engine.connect() as other, other.begin():
            # Whoever came behind the migration would wait for as long as it does, were it to wait in the queue.
            began = time.monotonic()
            other.execute(text("SELECT count(*) FROM log"))
            waited_s = time.monotonic() - began
        assert down.is_alive()
    down.join(30)
    assert not down.is_alive()
    assert waited_s < 5
    assert tables_of(database) == {"alembic_version"}
    database.close()


@pytest.mark.postgres
def test_migration_that_never_gets_its_locks_says_so(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "TRIES", 2)
    monkeypatch.setattr(migrating, "PAUSE_S", 0.01)
    database = Database(postgres_url)
    upgrade(database)
    with database.engine.connect() as reader, reader.begin():
        reader.execute(text("SELECT count(*) FROM log"))
        with pytest.raises(Unavailable, match="lock timeout"):
            migrate(database, "base", down=True)
    assert differences(database) == []
    database.close()
