"""The events that assets of a network hosted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app import tables as t
from app.drilldown.listings._listing import STANDING, Column, Item, Listing, by_bytes, fact, lowered, members
from app.drilldown.listings._named import named
from app.entities import PlainState, decoded, said
from app.language import N_
from app.nouns import list_words
from app.records import hedged_of, instant_of
from app.rows import find

_e = t.events.c


def _belongs(homes: Sequence[str]) -> ColumnElement[bool]:
    hosted = select(t.event_assets.c.event).where(t.event_assets.c.asset.in_(members(homes)))
    return _e.id.in_(hosted) & (_e.places != "[]")


def _hosts(_dialect: str) -> ColumnElement[Any]:
    return select(func.count()).where(t.event_assets.c.event == _e.id).scalar_subquery()


def _interest_keys(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Any, ...] | None]:
    items = _items(connection, ids)
    return {id: item["interested"] and item["interested"].sort_key() for id, item in items.items()}


def _start_keys(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Any, ...] | None]:
    items = _items(connection, ids)
    return {id: None if item["starts_at"] is None else (item["starts_at"],) for id, item in items.items()}


def _host_keys(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Any, ...] | None]:
    return {id: (item["hosted_by"].casefold()[:80],) for id, item in _items(connection, ids).items()}


def _items(connection: Connection, ids: Sequence[str]) -> dict[str, Item]:
    states = {row.id: decoded(row.state, PlainState) for row in find(connection, _e.id, ids, _e.id, _e.state)}
    assets = named(connection, {id for state in states.values() for id in said(state.facts, "assets", ())})
    items: dict[str, Item] = {}
    for id, state in states.items():
        hosts = list(said(state.facts, "assets", ()))
        starts, interested = said(state.facts, "starts_at"), said(state.facts, "interested")
        items[id] = {
            "id": id,
            "title": said(state.facts, "title", ""),
            "place": said(state.facts, "place", ""),
            "starts_at": None if starts is None else instant_of(starts),
            "status": said(state.facts, "took_place", "unknown"),
            "interested": None if interested is None else hedged_of(interested),
            "hosts": len(set(hosts)),
            "hosted_by": list_words([assets[each].name if each in assets else each for each in hosts]),
        }
    return items


LISTING = Listing(
    name="events",
    title=N_("Events"),
    place=2,
    table=t.events,
    columns=(
        Column("title", N_("Event"), "text", lowered(fact(t.events, "title")), of_names=True),
        Column("starts_at", N_("Begins"), "instant", by_hand=_start_keys),
        Column("place", N_("Place"), "text", lowered(fact(t.events, "place")), of_names=True),
        Column("status", N_("Took place"), "word", lowered(fact(t.events, "took_place"))),
        Column("interested", N_("Interested"), "figure", by_hand=_interest_keys, falls=True),
        Column("hosts", N_("Hosts"), "count", _hosts, falls=True),
        Column("hosted_by", N_("Hosted by"), "text", by_hand=_host_keys, of_names=True, aside=True),
        Column("id", N_("Id"), "id", by_bytes(_e.id), of_names=True, aside=True),
    ),
    belongs=_belongs,
    items=_items,
    standing=Column(STANDING, N_("by begin"), "text", by_hand=_start_keys),
    status=fact(t.events, "took_place"),
    holds=lambda dialect, term: (" " + func.lower(fact(t.events, "title")(dialect))).like(f"% {term}%"),
)
