"""Every view can be made again from the log: nothing differs after any mix, what was tampered with is put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy import Boolean, Connection, LargeBinary, Table, Text, and_, delete, insert, select, update

from app import tables as t
from app.board import Board
from app.log import read_head
from app.rebuild import rebuild
from app.vocabulary import RecordType, Stage, Watch
from tests.event_mixes import END, Sending, sendings
from tests.makers import (
    Event,
    accounts_observed,
    ad_observed,
    alarm_raised,
    asset_detected,
    asset_removed,
    count_observed,
    election_scheduled,
    event,
    event_hosted,
    indicator_observed,
    link_observed,
    network_reported,
    network_split,
    networks_merged,
    note_written,
    post_observed,
    record_withdrawn,
    records,
    sketch_observed,
    stage_changed,
    statement_made,
)
from tests.recount_room import Room, Told
from tests.recount_trial import EVERYTHING, cases

Row = dict[str, Any]


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    """A room on an empty database of either kind."""
    made = Room(engine_url)
    yield made
    made.close()


def story() -> list[Event]:
    """Something for every view."""
    wrong = asset_detected("a9", "n1")
    disowned = {"source": "//detectors.example/wrong", "since": "2018-01-01T00:00:00Z", "by": "lead"}
    return [
        network_reported("n1"),
        network_reported("n2"),
        *(asset_detected(f"a{n}", "n1" if n < 4 else "n2") for n in range(1, 6)),
        accounts_observed("a1", ["x1", "x2"]),
        accounts_observed("a2", ["x2", "x3"]),
        sketch_observed("a4", ["x3", "x4"]),
        count_observed("a5", 70),
        ad_observed(),
        event_hosted("e1", ["a1", "a4"]),
        post_observed(),
        link_observed(),
        indicator_observed(),
        statement_made("n1", assets={"facebook:page": 30}, ads=2),
        asset_removed("a1"),
        stage_changed("n1", Stage.CONFIRMED),
        election_scheduled(),
        note_written(),
        alarm_raised(),
        networks_merged("n1", ["n2"]),
        network_split("n1", "n3", ["a3"]),
        wrong,
        record_withdrawn(wrong),
        asset_detected("a8", "n1", source="//detectors.example/wrong"),
        event(RecordType.DETECTOR_DISOWNED, None, disowned, source="//warroom/desk"),
    ]


@pytest.fixture
def told(room: Room) -> Told:
    """The story, in batches of five."""
    said = records(story())
    batches = [(END, tuple(said[start : start + 5])) for start in range(0, len(said), 5)]
    return room.told(Sending(tuple(batches), may_withdraw_any=False))


def content(connection: Connection) -> dict[str, list[Row]]:
    """All that the views say, but for the batch in which a row was last written."""
    return {
        table.name: sorted(
            (
                {name: value for name, value in said(row).items() if name not in ("seq", "no") or table is t.trail}
                for row in rows
            ),
            key=repr,
        )
        for table in t.VIEWS
        for rows in [connection.execute(select(table)).mappings().all()]
    }


def said(row: Mapping[Any, Any]) -> Row:
    """A row with its bytes as bytes, which PostgreSQL may give as a view of them."""
    return {
        name: bytes(value) if isinstance(value, (bytes, memoryview)) else value for name, value in dict(row).items()
    }


# -------------------------------------------------------------------------------------------------------- no difference


@pytest.mark.timeout(900)
def test_nothing_differs_after_any_mix_in_any_batches(engine_url: str) -> None:
    # SQLite in memory: what a disk would add is time.
    in_memory = engine_url.startswith("sqlite")
    room = Room() if in_memory else Room(engine_url)

    @cases(500, 80 if in_memory else 25)
    @given(sendings())
    def holds(sent: tuple[Sending, Sending, bool]) -> None:
        for sending in sent[:2]:
            told = room.told(sending)
            with told.database.write() as connection:
                epoch = read_head(connection).epoch
                rebuilt = rebuild(connection)
                assert rebuilt.differences == []
                assert rebuilt.records == len(told.entries)
                assert read_head(connection).epoch == epoch
            told.agree([EVERYTHING], END, Watch(END))

    try:
        holds()
    finally:
        room.close()


def test_an_empty_log_gives_empty_views(room: Room) -> None:
    with room.told(Sending((), may_withdraw_any=False)).database.write() as connection:
        assert rebuild(connection).differences == []
        assert not any(content(connection).values())


def test_rebuilding_tells_how_far_it_is(told: Told) -> None:
    seen: list[int] = []
    with told.database.write() as connection:
        rebuilt = rebuild(connection, seen.append)
    assert seen[-1] == rebuilt.records == len(told.entries)


# ------------------------------------------------------------------------------------------------------------ tampering


def test_the_story_fills_every_view(told: Told) -> None:
    with told.database.read() as connection:
        assert [name for name, rows in content(connection).items() if not rows] == []


def changed(connection: Connection, table: Table, row: Row) -> None:
    """Another value in the last column that is no key; where all are keys, another key."""
    keys = {column.name for column in table.primary_key}
    columns = [column for column in table.columns if column.name not in {*keys, "seq"}] or [*table.primary_key]
    column = columns[-1]
    connection.execute(update(table).where(_is(table, row)).values({column.name: _other(column, row[column.name])}))


def deleted(connection: Connection, table: Table, row: Row) -> None:
    """One row less."""
    connection.execute(delete(table).where(_is(table, row)))


def added(connection: Connection, table: Table, row: Row) -> None:
    """One row more, like another but for its key."""
    column = _key(table)
    kept = {name: value for name, value in row.items() if name != "no"}
    connection.execute(insert(table).values(kept | {column.name: _other(column, row[column.name])}))


def _key(table: Table) -> Any:
    """The first column that tells rows apart; rows of words are counted as well."""
    return next((column for column in table.primary_key if column.name != "no"), table.c.get("id"))


def _is(table: Table, row: Row) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key))


def _other(column: Any, value: Any) -> Any:
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, LargeBinary):
        return (value or b"") + b"\1"
    if isinstance(column.type, Text):
        return f"{value}0"
    return (value or 0) + 1


@pytest.mark.parametrize("tamper", [changed, deleted, added])
def test_a_row_that_was_tampered_with_is_told_and_put_right(
    told: Told, tamper: Callable[[Connection, Table, Row], None]
) -> None:
    with told.database.write() as connection:
        before = content(connection)
        for table in t.VIEWS:
            epoch = read_head(connection).epoch
            tamper(connection, table, _telling_row(connection, table))
            assert content(connection) != before, table.name
            rebuilt = rebuild(connection)
            assert rebuilt.differences, table.name
            assert {line.split()[0] for line in rebuilt.differences} == {table.name}
            assert content(connection) == before, table.name
            assert read_head(connection).epoch != epoch, "whoever follows must read everything anew"
            assert rebuild(connection).differences == []


def _telling_row(connection: Connection, table: Table) -> Row:
    """A row that says something: of what is empty nothing follows."""
    rows = [said(row) for row in connection.execute(select(table)).mappings()]
    return max(rows, key=lambda row: len(repr(row)))


def test_what_a_view_must_not_say_is_named_by_its_key(told: Told) -> None:
    with told.database.write() as connection:
        deleted(connection, t.assets, _row(connection, t.assets, "a1"))
        changed(connection, t.networks, _row(connection, t.networks, "n1"))
        lines = rebuild(connection).differences
    assert sorted(lines) == ["assets 'a1' was missing", "networks 'n1' differed"]


def _row(connection: Connection, table: Table, id: str) -> Row:
    return said(connection.execute(select(table).where(table.c.id == id)).mappings().one())


def test_a_board_that_follows_a_tampered_view_is_right_again_after_the_rebuild(told: Told) -> None:
    before = told.figures([EVERYTHING], END, Watch(END))
    with told.database.write() as connection:
        connection.execute(delete(t.rollups))
        board = Board()
        board.refresh(connection)
        told.board = board
        assert told.figures([EVERYTHING], END, Watch(END)) != before
        rebuild(connection)
    with told.database.read() as connection:
        assert board.refresh(connection)
    assert told.figures([EVERYTHING], END, Watch(END)) == before


def test_looking_without_committing_changes_nothing(told: Told) -> None:
    with told.database.write() as connection:
        deleted(connection, t.ads, _row(connection, t.ads, "ad1"))
    with told.database.read() as connection:
        wrong, head = content(connection), read_head(connection)
    with told.database.engine.connect() as connection:
        assert rebuild(connection).differences == ["ads 'ad1' was missing"]
        connection.rollback()
    with told.database.read() as connection:
        assert (content(connection), read_head(connection)) == (wrong, head)
