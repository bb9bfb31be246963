"""Rows of views, read and written many at a time: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from app.log import chunks


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows, each instead of the one with its primary key. All of them name the same columns."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    written = [name for name in rows[0] if name not in keys]
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    if written:
        replaced = {name: insert.excluded[name] for name in written}
        statement: Any = insert.on_conflict_do_update(index_elements=keys, set_=replaced)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=keys)
    connection.execute(statement, list(rows))


def missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write those rows whose primary key is not there yet."""
    if rows:
        insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
        connection.execute(insert.on_conflict_do_nothing(), list(rows))


def find(connection: Connection, column: Column[Any], values: Iterable[Any], *columns: Column[Any]) -> list[Row[Any]]:
    """The rows in whose ``column`` one of ``values`` stands; whole rows, or the given columns of them."""
    wanted: Collection[Any] = sorted(set(values))
    found: list[Row[Any]] = []
    for chunk in chunks(list(wanted)):
        found += connection.execute(select(*(columns or (column.table,))).where(column.in_(chunk))).all()
    return found
