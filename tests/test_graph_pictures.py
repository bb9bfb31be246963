"""Pictures that are kept: the same from every process, carried on, and there for those who cannot write."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, select

from app import tables as t
from app.database import Database
from app.drilldown.pictures import Pictures, keep
from app.graph import Graph, Picture, laid_out
from app.migrating import upgrade

Broken = Callable[[Database, Database], contextlib.AbstractContextManager[None]]

STAR = Graph.of([f"s{i}" for i in range(20)], [("s0", f"s{i}") for i in range(20)])
MORE = Graph.of([*STAR.nodes, "new"], [*STAR.pairs, ("s3", "new")])


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    opened = Database(engine_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The same tables, opened by somebody else."""
    opened = Database(database.url)
    yield opened
    opened.close()


@contextlib.contextmanager
def read_only(database: Database, _other: Database) -> Iterator[None]:
    """The database takes nothing."""
    with on_every_connection(database, "PRAGMA query_only=ON", "SET default_transaction_read_only = on"):
        yield


@contextlib.contextmanager
def locked(database: Database, other: Database) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    with on_every_connection(database, "PRAGMA busy_timeout=20", "SET lock_timeout = '20ms'"), other.write():
        yield


@contextlib.contextmanager
def on_every_connection(database: Database, for_sqlite: str, for_postgresql: str) -> Iterator[None]:
    """Say something on every connection that is taken from the pool; closed connections forget it."""

    def say(connection: Any, *_: object) -> None:
        connection.execute(for_sqlite if database.is_sqlite else for_postgresql)
        if not database.is_sqlite:
            connection.commit()

    event.listen(database.engine, "checkout", say)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", say)
        database.engine.dispose()


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(t.graph_positions))]


def test_a_picture_is_kept_and_another_process_sees_the_same(database: Database, other: Database) -> None:
    drawn = Pictures(database).of("n1", STAR)
    assert Pictures(other).of("n1", STAR) == drawn == laid_out(STAR)
    assert [(network, bytes(digest)) for network, digest, _ in rows(database)] == [("n1", STAR.digest)]


def test_a_picture_that_is_kept_is_not_drawn_again(database: Database) -> None:
    mirrored = Picture.decoded(Picture({id: (y, x) for id, (x, y) in laid_out(STAR).places.items()}, 20).encoded())
    with database.write() as connection:
        keep(connection, "n1", STAR.digest, mirrored)
    assert Pictures(database).of("n1", STAR) == mirrored != laid_out(STAR)


def test_a_graph_that_grows_carries_its_kept_picture_on(database: Database) -> None:
    pictures = Pictures(database)
    before = pictures.of("n1", STAR)
    after = pictures.of("n1", MORE)
    assert {id: after.places[id] for id in before.places} == before.places
    assert len(rows(database)) == 1
    assert Pictures(database).of("n1", MORE) == after


def test_each_network_has_a_picture_of_its_own(database: Database) -> None:
    pictures = Pictures(database)
    pictures.of("n1", STAR)
    pictures.of("n2", MORE)
    assert pictures.of("n2", MORE) == laid_out(MORE)
    assert len(rows(database)) == 2


@pytest.mark.parametrize("broken", [read_only, locked])
def test_who_cannot_write_sees_the_picture_all_the_same(database: Database, other: Database, broken: Broken) -> None:
    with broken(database, other):
        assert Pictures(database).of("n1", STAR) == laid_out(STAR)
    assert rows(other) == []
    assert Pictures(database).of("n1", STAR) == laid_out(STAR)
    assert len(rows(other)) == 1
