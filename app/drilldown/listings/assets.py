"""The assets of a network: Pages, accounts, groups and whatever else detectors have found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, select

from app import tables as t
from app.drilldown.listings._followers import followers_of
from app.drilldown.listings._listing import (
    STANDING,
    Column,
    InDatabase,
    Item,
    Listing,
    begins_in,
    by_bytes,
    fact,
    lowered,
    number,
    plain,
)
from app.entities import AssetState, decoded, said
from app.language import N_
from app.rows import find
from app.vocabulary import HEADLINE_SURFACES

_a, _u = t.assets.c, t.audiences.c


def _belongs(homes: Sequence[str]) -> ColumnElement[bool]:
    return _a.home.in_(homes) & (_a.status != "unknown")


def _links(_dialect: str) -> ColumnElement[Any]:
    ends = [select(func.count()).where(end == _a.id).scalar_subquery() for end in (t.links.c.a, t.links.c.b)]
    return ends[0] + ends[1]


def _ran_ads(_dialect: str) -> ColumnElement[Any]:
    return case((exists().where(t.ads.c.asset == _a.id, t.ads.c.counted), 1), else_=0)


def _number(part: ColumnElement[int]) -> InDatabase:
    return lambda _dialect: part


_IS_OPEN: ColumnElement[int] = case((_u.high.is_(None), 1), else_=0)

FOLLOWERS = tuple(map(_number, (_u.low, _IS_OPEN, func.coalesce(_u.high, 0))))
"""As figures are read: by the number that is shown, then by how far it may reach up."""

WITHIN_KIND = (
    # As app.vocabulary.surface_order has it, for surfaces do not compare.
    _number(
        case(
            {str(surface): place for place, surface in enumerate(HEADLINE_SURFACES)},
            value=_a.surface,
            else_=len(HEADLINE_SURFACES),
        )
    ),
    by_bytes(_a.surface),
    _number(case((_u.low.is_(None), 1), else_=0)),
    *(map(_number, (-func.coalesce(_u.low, 0), -_IS_OPEN, -func.coalesce(_u.high, 0)))),
)
"""The largest first within each kind, and those that nobody counted last: all parts rise, as ids do."""


def _items(connection: Connection, ids: Sequence[str]) -> dict[str, Item]:
    followers = followers_of(connection, ids)
    links: Counter[str] = Counter()
    for end in (t.links.c.a, t.links.c.b):
        links.update(row[0] for row in find(connection, end, ids, end))
    with_ads = {row.asset for row in find(connection, t.ads.c.asset, ids, t.ads.c.asset, counted=True)}
    items: dict[str, Item] = {}
    for row in find(connection, _a.id, ids):
        state = decoded(row.state, AssetState)
        known = followers.get(row.id)
        items[row.id] = {name: said(state.facts, name) for name in _SAID} | {
            "id": row.id,
            "network": row.home,
            "surface": row.surface,
            "followers": known and known.figure,
            "followers_mode": known and known.mode,
            "followers_standard_error": known and known.standard_error,
            "links": links[row.id],
            "ran_ads": row.id in with_ads,
            "status": row.status,
            "first_detected_at": row.first_detected_at,
            "removed_at": row.removed_at,
        }
    return items


_SAID = ("name", "handle", "url", "created_on", "country_shown", "language", "score")

LISTING = Listing(
    name="assets",
    title=N_("Assets"),
    place=0,
    table=t.assets,
    columns=(
        Column("name", N_("Asset"), "text", lowered(plain(_a.name)), of_names=True),
        Column("surface", N_("Kind"), "surface", by_bytes(_a.surface)),
        Column("handle", N_("Handle"), "text", lowered(fact(t.assets, "handle")), of_names=True, aside=True),
        Column("followers", N_("Followers"), "figure", in_parts=FOLLOWERS, falls=True),
        Column("created_on", N_("Created"), "day", by_bytes(_a.created_on)),
        Column("links", N_("Links"), "count", _links, falls=True),
        Column("ran_ads", N_("Ran ads"), "yes", _ran_ads, falls=True),
        Column("status", N_("Status"), "word", by_bytes(_a.status)),
        Column("score", N_("Score"), "share", number(t.assets, "score"), falls=True),
        Column("first_detected_at", N_("Found"), "instant", plain(_a.first_detected_at), aside=True),
        Column("removed_at", N_("Removed"), "instant", plain(_a.removed_at), aside=True),
        Column("id", N_("Id"), "id", by_bytes(_a.id), of_names=True, aside=True),
        Column("url", N_("Address"), "address", lowered(fact(t.assets, "url")), of_names=True, aside=True),
        Column("network", N_("Network"), "id", by_bytes(_a.home), aside=True),
    ),
    belongs=_belongs,
    items=_items,
    standing=Column(STANDING, N_("by followers within kind"), "text", in_parts=WITHIN_KIND),
    surface=plain(_a.surface),
    status=plain(_a.status),
    holds=lambda _dialect, term: begins_in(t.asset_words, _a.id, term),
    beside=t.assets.outerjoin(t.audiences, _u.asset == _a.id),
)
