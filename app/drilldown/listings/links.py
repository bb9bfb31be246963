"""The links of which an asset of a network is an end, and what stands at the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app import tables as t
from app.drilldown.listings._listing import (
    STANDING,
    Column,
    InDatabase,
    Item,
    Listing,
    by_bytes,
    lowered,
    members,
    plain,
    surface_of,
)
from app.drilldown.listings._named import NOBODY, named
from app.language import N_
from app.rows import find

_l = t.links.c


def _belongs(homes: Sequence[str]) -> ColumnElement[bool]:
    own = members(homes)
    return _l.a.in_(own) | _l.b.in_(own)


def _name(end: ColumnElement[Any]) -> InDatabase:
    return lowered(lambda _dialect: select(t.assets.c.name).where(t.assets.c.id == end).scalar_subquery())


def _items(connection: Connection, ids: Sequence[str]) -> dict[str, Item]:
    rows = find(connection, _l.id, ids)
    assets = named(connection, {end for row in rows for end in (row.a, row.b)})
    items: dict[str, Item] = {}
    for row in rows:
        a, b = assets.get(row.a, NOBODY), assets.get(row.b, NOBODY)
        items[row.id] = {
            "id": row.id,
            "a": a.name or row.a,
            "b": b.name or row.b,
            "a_id": row.a,
            "b_id": row.b,
            "a_surface": a.surface,
            "b_surface": b.surface,
            "a_network": a.home,
            "b_network": b.home,
            "status": row.signal,
            "weight": row.weight,
        }
    return items


def _holds(_dialect: str, term: str) -> ColumnElement[bool]:
    words = select(t.asset_words.c.id).where((" " + t.asset_words.c.words).like(f"% {term}%"))
    return _l.a.in_(words) | _l.b.in_(words) | func.lower(_l.signal).like(f"{term}%")


LISTING = Listing(
    name="links",
    title=N_("Links"),
    place=4,
    table=t.links,
    columns=(
        Column("a", N_("Asset"), "text", _name(_l.a), of_names=True),
        Column("a_surface", N_("Kind"), "surface", lowered(surface_of(_l.a))),
        Column("b", N_("Linked with"), "text", _name(_l.b), of_names=True),
        Column("b_surface", N_("Its kind"), "surface", lowered(surface_of(_l.b))),
        Column("status", N_("Signal"), "word", by_bytes(_l.signal)),
        Column("weight", N_("Weight"), "share", plain(_l.weight), falls=True),
        Column("a_id", N_("Id of the asset"), "id", by_bytes(_l.a), of_names=True, aside=True),
        Column("b_id", N_("Id of the other"), "id", by_bytes(_l.b), of_names=True, aside=True),
    ),
    belongs=_belongs,
    items=_items,
    standing=Column(STANDING, N_("strongest first"), "share", plain(_l.weight), falls=True),
    status=plain(_l.signal),
    holds=_holds,
)
