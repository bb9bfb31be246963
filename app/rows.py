"""Rows, read and written many at a time: the same on SQLite and PostgreSQL.

SQLAlchemy says each statement once; its text is kept and given to the driver with all rows. Built anew for every row,
parameters alone would cost more than what the database does with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import ARRAY, Column, Connection, Row, Select, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

Taken = Literal["fails", "stays", "goes"]
"""What becomes of a row that has the primary key already: the insert fails, or it stays, or it goes for the new one."""


def add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write new rows. All of them name the same columns."""
    _insert(connection, table, rows, "fails")


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows, each instead of the one with its primary key. All of them name the same columns."""
    _insert(connection, table, rows, "goes")


def missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write those rows whose primary key is not there yet."""
    _insert(connection, table, rows, "stays")


def find(
    connection: Connection, column: Column[Any], values: Iterable[Any], *columns: Column[Any], **equal: Any
) -> list[Row[Any]]:
    """The rows in whose ``column`` one of ``values`` stands; whole rows, or the given columns of them.

    ``equal`` narrows them to rows with these values in other columns, by name.
    """
    wanted: Any = sorted(set(values))
    if not wanted:
        return []
    dialect = connection.dialect.name
    query = _finding(dialect, columns or tuple(column.table.c), column, tuple(equal))
    if dialect == "sqlite":
        wanted = msgspec.json.encode(wanted).decode()
    return list(connection.execute(query, {"wanted": wanted, **equal}).all())


@cache
def _finding(
    dialect: str, columns: tuple[Column[Any], ...], column: Column[Any], equal: tuple[str, ...]
) -> Select[Any]:
    # One parameter, however many values: an array, which on SQLite is written as JSON.
    query = select(*columns).where(*(column.table.c[name] == bindparam(name) for name in equal))
    if dialect == "sqlite":
        return query.where(column.in_(select(func.json_each(bindparam("wanted")).table_valued("value").c.value)))
    return query.where(column == any_(bindparam("wanted", type_=ARRAY(column.type))))


class _Statement(NamedTuple):
    """SQL text, and the order in which it takes its parameters; None where it takes them by name."""

    text: str
    order: tuple[str, ...] | None


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], taken: Taken) -> None:
    if not rows:
        return
    text, order = _inserting(connection.dialect.name, table, tuple(rows[0]), taken)
    connection.exec_driver_sql(text, list(rows) if order is None else [_values(order)(row) for row in rows])


@cache
def _values(order: tuple[str, ...]) -> Any:
    # One name alone would give the value itself and no tuple.
    return itemgetter(*order) if len(order) > 1 else lambda row: (row[order[0]],)


@cache
def _inserting(dialect: str, table: Table, names: tuple[str, ...], taken: Taken) -> _Statement:
    keys = [column.name for column in table.primary_key]
    replaced = [name for name in names if name not in keys]
    insert: Any = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    if taken == "goes" and replaced:
        insert = insert.on_conflict_do_update(
            index_elements=keys, set_={name: insert.excluded[name] for name in replaced}
        )
    elif taken != "fails":
        insert = insert.on_conflict_do_nothing()
    spoken: Any = SQLiteDialect_pysqlite() if dialect == "sqlite" else PGDialect_psycopg()  # type: ignore[no-untyped-call]
    compiled = insert.compile(dialect=spoken, column_keys=list(names))
    return _Statement(str(compiled), None if compiled.positiontup is None else tuple(compiled.positiontup))
