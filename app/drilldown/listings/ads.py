"""The ads that assets of a network ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    fact,
    lowered,
    surface_of,
)
from app.drilldown.listings._named import NOBODY, named
from app.entities import PlainState, decoded, said
from app.language import N_
from app.records import hedged_of, money_of
from app.rows import find

_d = t.ads.c


def _belongs(homes: Sequence[str]) -> ColumnElement[bool]:
    return _d.home.in_(homes) & _d.counted


def _name(_dialect: str) -> ColumnElement[Any]:
    return select(t.assets.c.name).where(t.assets.c.id == _d.asset).scalar_subquery()


def _money_keys(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Any, ...] | None]:
    """Currency by currency, for amounts in different ones have no order."""
    items = _items(connection, ids)
    return {
        id: None if item["spend"] is None else (item["spend"].currency, *item["spend"].amount.sort_key())
        for id, item in items.items()
    }


def _impression_keys(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Any, ...] | None]:
    items = _items(connection, ids)
    return {id: item["impressions"] and item["impressions"].sort_key() for id, item in items.items()}


def _items(connection: Connection, ids: Sequence[str]) -> dict[str, Item]:
    rows = find(connection, _d.id, ids)
    assets = named(connection, {row.asset for row in rows})
    items: dict[str, Item] = {}
    for row in rows:
        facts = decoded(row.state, PlainState).facts
        money, seen = said(facts, "spend"), said(facts, "impressions")
        spend = money_of(money) if money else None
        items[row.id] = {
            "id": row.id,
            "asset": assets.get(row.asset, NOBODY).name or row.asset,
            "asset_id": row.asset,
            "surface": assets.get(row.asset, NOBODY).surface,
            "spend": None if spend is None or spend.amount.is_absent else spend,
            "first_day": said(facts, "first_day"),
            "last_day": said(facts, "last_day"),
            "impressions": None if seen is None else hedged_of(seen),
            "network": row.home,
        }
    return items


def _holds(_dialect: str, term: str) -> ColumnElement[bool]:
    words = select(t.asset_words.c.id).where((" " + t.asset_words.c.words).like(f"% {term}%"))
    return _d.asset.in_(words) | func.lower(_d.id).like(f"{term}%")


def _day(name: str) -> InDatabase:
    return lowered(fact(t.ads, name))


LISTING = Listing(
    name="ads",
    title=N_("Ads"),
    place=1,
    table=t.ads,
    columns=(
        Column("id", N_("Ad"), "id", by_bytes(_d.id), of_names=True),
        Column("asset", N_("Asset"), "text", lowered(_name), of_names=True),
        Column("surface", N_("Kind"), "surface", lowered(surface_of(_d.asset))),
        Column("spend", N_("Spent"), "money", by_hand=_money_keys, falls=True),
        Column("first_day", N_("First day"), "day", _day("first_day")),
        Column("last_day", N_("Last day"), "day", _day("last_day")),
        Column("impressions", N_("Impressions"), "figure", by_hand=_impression_keys, falls=True),
        Column("asset_id", N_("Id of the asset"), "id", by_bytes(_d.asset), of_names=True, aside=True),
        Column("network", N_("Network"), "id", by_bytes(_d.home), aside=True),
    ),
    belongs=_belongs,
    items=_items,
    standing=Column(STANDING, N_("by first day"), "text", _day("first_day")),
    surface=surface_of(_d.asset),
    holds=_holds,
)
