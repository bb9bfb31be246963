"""The assets that rows of other listings are about: what they are called, and what they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from app import tables as t
from app.rows import find


class Named(NamedTuple):
    """An asset's name, surface and network; empty where no detection of it holds."""

    name: str = ""
    surface: str = ""
    home: str = ""


NOBODY = Named()


def named(connection: Connection, ids: Iterable[str]) -> dict[str, Named]:
    """Assets by id; one that has no name is called by its id."""
    a = t.assets.c
    rows = find(connection, a.id, ids, a.id, a.name, a.surface, a.home)
    return {row.id: Named(row.name or row.id, row.surface, row.home) for row in rows}
