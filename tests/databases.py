"""PostgreSQL's databases for tests: founded once and emptied after each test, in a fifth of the time of a new one."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from app.database import Database
from app.migrating import upgrade

SHAPE = """
    SELECT (SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'),
        (SELECT count(*) FROM pg_db_role_setting
         WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())),
        (SELECT string_agg(version_num, ' ') FROM alembic_version)
"""
"""What a test may have changed of a database beside its rows: tables, settings, the revision that it is at."""

OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

KEPT = {"alembic_version", "head"}
"""What a founding fills."""


@contextmanager
def administration(server: URL) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may make databases."""
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@contextmanager
def empty_database(server: URL) -> Iterator[str]:
    """Make a database with nothing in it, under a name that nobody has, and drop it after."""
    name = _made(server)
    try:
        yield _address(server, name)
    finally:
        _drop(server, name)


class Databases:
    """Databases of rooms that were told nothing, on one server; each is had by one test at a time."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._free: list[str] = []
        self._shape: tuple[Any, ...] | None = None

    @contextmanager
    def one(self) -> Iterator[str]:
        """Its address. What holds on to it when this closes is cut off."""
        name = self._free.pop() if self._free else self._founded()
        try:
            yield _address(self._server, name)
        finally:
            if self._is_emptied(name):
                self._free.append(name)
            else:
                _drop(self._server, name)

    def close(self) -> None:
        """Drop them."""
        while self._free:
            _drop(self._server, self._free.pop())

    def _founded(self) -> str:
        name = _made(self._server)
        database = Database(_address(self._server, name))
        upgrade(database)
        database.close()
        with administration(self._server.set(database=name)) as connection:
            self._shape = connection.execute(SHAPE).fetchone()
        return name

    def _is_emptied(self, name: str) -> bool:
        """Whether it is as it was founded, but for the epoch of its log. False where a test changed more than rows."""
        with administration(self._server.set(database=name)) as connection:
            connection.execute(OTHERS)
            try:
                shape = connection.execute(SHAPE).fetchone()
            except psycopg.errors.UndefinedTable:
                return False
            if shape is None or shape != self._shape:
                return False
            tables = [sql.Identifier(table) for table in shape[0] if table not in KEPT]
            ask = sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})")
            asked = sql.SQL(" UNION ALL ").join(ask.format(sql.Literal(table.as_string()), table) for table in tables)
            if filled := [sql.SQL(table) for (table,) in connection.execute(asked)]:
                connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(sql.SQL(", ").join(filled)))
            first = "UPDATE head SET seq = 0, chain = %s, epoch = %s"
            return connection.execute(first, [bytes(32), secrets.token_hex(8)]).rowcount == 1


def _made(server: URL) -> str:
    name = f"warroom_test_{uuid.uuid4().hex}"
    with administration(server) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    return name


def _drop(server: URL, name: str) -> None:
    with administration(server) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _address(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)
