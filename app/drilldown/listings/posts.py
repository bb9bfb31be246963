"""What assets of a network posted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from app import tables as t
from app.drilldown.listings._listing import (
    STANDING,
    Column,
    Item,
    Listing,
    begins_in,
    by_bytes,
    fact,
    lowered,
    members,
    plain,
    surface_of,
)
from app.drilldown.listings._named import NOBODY, named
from app.entities import PlainState, decoded, said
from app.language import N_
from app.rows import find

_p = t.posts.c


def _belongs(homes: Sequence[str]) -> ColumnElement[bool]:
    return _p.asset.in_(members(homes))


def _name(_dialect: str) -> ColumnElement[Any]:
    return select(t.assets.c.name).where(t.assets.c.id == _p.asset).scalar_subquery()


def _items(connection: Connection, ids: Sequence[str]) -> dict[str, Item]:
    rows = find(connection, _p.id, ids)
    assets = named(connection, {row.asset for row in rows})
    items: dict[str, Item] = {}
    for row in rows:
        facts = decoded(row.state, PlainState).facts
        asset = assets.get(row.asset, NOBODY)
        items[row.id] = {
            "id": row.id,
            "posted_at": row.posted_at,
            "asset": asset.name or row.asset,
            "asset_id": row.asset,
            "surface": asset.surface,
            "text": said(facts, "text", ""),
            "language": said(facts, "language", ""),
            "topics": ", ".join(said(facts, "topics", ())),
            "url": said(facts, "url"),
        }
    return items


LISTING = Listing(
    name="posts",
    title=N_("Posts"),
    place=3,
    table=t.posts,
    columns=(
        Column("posted_at", N_("Posted"), "instant", plain(_p.posted_at), falls=True),
        Column("asset", N_("Asset"), "text", lowered(_name), of_names=True),
        Column("surface", N_("Kind"), "surface", lowered(surface_of(_p.asset)), aside=True),
        Column("text", N_("Text"), "text", lowered(fact(t.posts, "text")), of_names=True),
        Column("language", N_("Language"), "text", lowered(fact(t.posts, "language"))),
        Column("topics", N_("Topics"), "text", lowered(fact(t.posts, "topics")), aside=True),
        Column("url", N_("Address"), "address", lowered(fact(t.posts, "url")), of_names=True, aside=True),
        Column("id", N_("Id"), "id", by_bytes(_p.id), of_names=True, aside=True),
        Column("asset_id", N_("Id of the asset"), "id", by_bytes(_p.asset), of_names=True, aside=True),
    ),
    belongs=_belongs,
    items=_items,
    standing=Column(STANDING, N_("newest first"), "instant", plain(_p.posted_at), falls=True),
    surface=surface_of(_p.asset),
    holds=lambda _dialect, term: begins_in(t.post_words, _p.id, term),
)
