"""RELIABILITY R9 and R10: a database that cannot be written costs nobody a record, and the room goes on by itself."""

from __future__ import annotations

import contextlib
import random
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from app.access import Role
from app.errors import Unavailable
from app.ingest.http import PATH
from app.log import read_after, verify
from app.rebuild import rebuild
from tests import makers as m
from tests.faulty_proxy import FaultyProxy
from tests.house import House, house
from tests.kill_loop import Siege
from tests.room import KEY, Room, at
from tests.senders import BATCH, SINGLE

NOW = at("2018-10-26T14:00:00Z")


def logged(room: Room) -> list[str]:
    with room.database.read() as connection:
        return [entry.record.id for entry in read_after(connection, 0, 1_000)]


def assert_sound(room: Room) -> None:
    """The chain holds and the views are what the log makes of them."""
    with room.database.write() as connection:
        assert verify(connection, KEY) == []
        assert rebuild(connection).differences == []


@contextlib.contextmanager
def on_every_connection(where: Any, *pragmas: str) -> Iterator[None]:
    """Say pragmas on every connection that is taken from the pool; closed connections forget them."""

    def say(connection: Any, *_: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(where.engine, "checkout", say)
    try:
        yield
    finally:
        event.remove(where.engine, "checkout", say)
        where.engine.dispose()


@contextlib.contextmanager
def locked(opened: House) -> Iterator[None]:
    """Another program writes, and does not come to an end."""
    other = opened.room.database.engine.connect()
    try:
        with on_every_connection(opened.room.database, "busy_timeout=20"), other.begin():
            yield
    finally:
        other.close()


@contextlib.contextmanager
def full(opened: House) -> Iterator[None]:
    """Not one page more, and none that tables of before have left."""
    with contextlib.closing(opened.room.database.engine.raw_connection()) as plain:
        plain.cursor().execute("VACUUM")
    with opened.room.database.read() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    with on_every_connection(opened.room.database, f"max_page_count={pages}"):
        yield


@contextlib.contextmanager
def read_only(opened: House) -> Iterator[None]:
    """The database takes nothing."""
    with on_every_connection(opened.room.database, "query_only=ON"):
        yield


# A record that needs pages of its own.
LARGE = m.note_written(text="Looked at twice. " * 500)


@pytest.mark.parametrize("broken", [locked, full, read_only])
def test_database_that_cannot_be_written_answers_503_goes_on_reading_and_resumes_by_itself(
    tmp_path: Path, broken: Callable[[House], contextlib.AbstractContextManager[None]]
) -> None:
    with house(tmp_path) as opened:
        headers, analyst = opened.bearer(Role.DETECTOR), opened.bearer(Role.ANALYST)

        def figures() -> Any:
            answer = opened.client.get("/api/v1/measures", headers=analyst)
            assert answer.status_code == 200
            return answer.json()["measures"]

        def send(*events: m.Event) -> Any:
            return opened.client.post(PATH, content=m.raw(list(events)), headers=headers | {"content-type": BATCH})

        assert send(m.asset_detected("a1")).status_code == 200
        before = figures()
        with broken(opened):
            answer = send(LARGE)
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) >= 1
            assert figures() == before
        answer = send(LARGE, m.asset_detected("a2"))
        assert (answer.status_code, answer.json()["accepted"]) == (200, 2)


class Interrupted:
    """Lets the ``n``-th statement of a transaction fail, once. ``n`` of the commit itself comes last."""

    def __init__(self, room: Room, n: int) -> None:
        self.left = n
        self.happened = False
        self._engine = room.database.engine

    def __enter__(self) -> Self:
        event.listen(self._engine, "before_cursor_execute", self._statement)
        event.listen(self._engine, "commit", self._count)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._statement)
        event.remove(self._engine, "commit", self._count)

    def _statement(self, *_: object) -> None:
        self._count()

    def _count(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            self.happened = True
            raise OperationalError("interrupted", None, OSError("disk I/O error"))


def test_whichever_statement_of_a_commit_fails_nothing_of_it_remains_and_the_same_again_counts_once(
    engine_url: str,
) -> None:
    room = Room(engine_url, now=NOW)
    room.send(m.one_of_each())
    room.send([m.record_withdrawn(m.asset_detected("a1", "n2", id="before"))])
    failed = 0
    for n in range(1, 200):
        events = [
            m.asset_detected("a1", f"n{n % 3}", at=NOW + n, id=f"detected-{n}"),
            m.accounts_observed("a1", ["x1", f"x{n}"], id=f"observed-{n}", at=NOW + n),
            m.asset_removed("a1", id=f"removed-{n}", at=NOW + n),
            m.record_withdrawn(m.asset_detected("a1", id=f"detected-{n - 1}"), id=f"withdrawn-{n}"),
            m.networks_merged("n1", [f"n{2 + n % 2}"], id=f"merged-{n}", at=NOW + n),
        ]
        before, figures = logged(room), room.measures()
        with Interrupted(room, n) as interrupted, contextlib.suppress(Unavailable):
            room.send(events)
        if not interrupted.happened:
            break
        failed += 1
        assert logged(room) == before
        assert room.measures() == figures
        assert {answer.status for answer in room.send(events)} == {"accepted"}
    else:
        pytest.fail("the statements of a commit do not come to an end")
    assert failed > 20
    assert_sound(room)
    room.close()


@contextlib.contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """The operating system refuses every write beyond ``size`` bytes of a file, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_wherever_the_disk_is_full_nothing_is_half_written_and_the_same_again_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "room.db"
    room = Room(f"sqlite:///{path}", now=NOW)
    room.send(m.one_of_each())
    events = [m.note_written(text=f"{n} " * 2_000, id=f"note-{n}") for n in range(10)]
    events += [m.asset_detected(f"b{n}") for n in range(20)]
    before, figures = logged(room), room.measures()
    wal = Path(f"{path}-wal")
    opened: list[object] = []
    event.listen(room.database.engine, "connect", lambda *_: opened.append(None))
    refused = 0
    for more in range(0, 1_000_000, 2_048):
        with files_no_longer_than(wal.stat().st_size + more), contextlib.suppress(Unavailable):
            room.send(events)
            break
        refused += 1
        assert logged(room) == before
        assert room.measures() == figures
    assert refused > 10
    assert len(opened) >= refused, "a connection that met a failed write was used again"
    assert logged(room)[len(before) :] == [event["id"] for event in events]
    assert {answer.status for answer in room.send(events)} == {"duplicate"}
    assert_sound(room)
    room.close()


def test_submission_that_cannot_be_projected_fails_alone_and_its_neighbours_do_not(
    engine_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import projection, writer  # noqa: PLC0415 - what is put in its place, and where

    def poisoned(connection: Any, entries: Any) -> None:
        if any(entry.record.id == "poison" for entry in entries):
            raise ZeroDivisionError
        projection.apply(connection, entries)

    monkeypatch.setattr(writer, "apply", poisoned)
    room = Room(engine_url, now=NOW)
    # While the writer waits for this, the others gather behind it.
    with room.database.write():
        submitted = [
            room.writer.submit(m.records([m.asset_detected(f"a{n}", id=id)]), door="tests", principal="tests")
            for n, id in enumerate(("one", "two", "poison", "three"))
        ]
    results = [future.exception(30) for future in submitted]
    assert [type(result) for result in results] == [type(None), type(None), Unavailable, type(None)]
    assert logged(room) == ["one", "two", "three"]
    assert_sound(room)
    room.close()


@pytest.mark.postgres
def test_postgresql_that_goes_away_and_comes_back_loses_nothing(postgres_url: str) -> None:
    room = Room(postgres_url, now=NOW)
    room.send([m.asset_detected("a1")])
    figures = room.measures()
    for n in range(3):
        events = [m.asset_detected(f"b{n}-{i}") for i in range(5)]
        hang_up(postgres_url)
        # A pool that looks before it gives may have noticed already.
        with contextlib.suppress(Unavailable):
            room.send(events)
        assert {answer.status for answer in room.send(events)} <= {"accepted", "duplicate"}
    assert len(logged(room)) == 16
    assert room.measures()["detections"] != figures["detections"]
    assert_sound(room)
    room.close()


@pytest.mark.postgres
def test_postgresql_that_is_cut_off_in_the_middle_of_a_commit_loses_nothing(postgres_url: str) -> None:
    room = Room(postgres_url, now=NOW)
    room.send([m.asset_detected("a1")])

    def cut(*_: object) -> None:
        event.remove(room.database.engine, "commit", cut)
        hang_up(postgres_url)

    event.listen(room.database.engine, "commit", cut)
    events = [m.asset_detected("a2"), m.asset_removed("a2")]
    with pytest.raises(Unavailable):
        room.send(events)
    assert len(logged(room)) == 1
    assert {answer.status for answer in room.send(events)} == {"accepted"}
    assert_sound(room)
    room.close()


def hang_up(url: str) -> None:
    """End every connection to a database but this one."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_behind_a_proxy_that_cuts_connections_nothing_is_lost_and_nothing_counts_twice(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    siege = Siege(tmp_path / "room", seed)
    proxy = FaultyProxy(("127.0.0.1", siege.victim.port), seed)
    try:
        for sender in siege.senders:
            sender.door = proxy
        with siege.under_fire():
            while proxy.cut < 120:
                siege.wait_a_little()
                siege.check()
        siege.check()
        siege.check_views()
        assert {sender.media for sender in siege.senders if sender.cut_off} >= {SINGLE, BATCH}
    except AssertionError as lost:
        lost.add_note(f"seed {seed}: {siege.acknowledged} records acknowledged, {proxy.cut} connections cut")
        raise
    finally:
        proxy.close()
        siege.close()
