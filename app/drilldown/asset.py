"""One asset, whole: what was said of it, who follows it, what it did, what it is linked with; and posts by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, and_, func, or_, select

from app import tables as t
from app.audiences import NOBODY, Audience
from app.entities import AssetState, PlainState, decoded
from app.findable import Seen
from app.reaches import stored
from app.rows import find
from app.vocabulary import IndicatorKind

MOST_LINKS = 200
"""Links of one asset that are shown, the heaviest first."""

MOST_DEEDS = 200
"""Ads and hosted events of one asset that are shown, each."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another asset that this one is linked with: why, how strongly, and where that one counts."""

    id: str
    name: str
    surface: str
    home: str
    signal: str
    weight: float


@dataclass(frozen=True, slots=True)
class Whole:
    """One asset. ``home`` is the network in which it counts, empty where none is known; deeds are by id."""

    id: str
    state: AssetState
    home: str
    audience: Audience
    ads: dict[str, PlainState]
    events: dict[str, PlainState]
    neighbours: tuple[Neighbour, ...]
    links: int
    posts: int
    seen: tuple[Seen, ...]
    named: tuple[tuple[str, PlainState], ...]


class Place(NamedTuple):
    """Where a page of posts begins: behind the one of this instant (µs) and id."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Post:
    """One post. ``at`` is when it was posted, or else spoken of (µs)."""

    id: str
    asset: str
    at: int
    state: PlainState


@dataclass(frozen=True, slots=True)
class Posts:
    """A page of posts, newest first; ``after`` is the last of them where more follow, else None."""

    posts: tuple[Post, ...]
    after: Place | None


def asset_whole(connection: Connection, id: str) -> Whole | None:
    """An asset with all that is known of it; None where no record that holds speaks of it."""
    row = connection.execute(select(t.assets).where(t.assets.c.id == id)).first()
    if row is None or row.status == "unknown":
        return None
    neighbours, links = _neighbours(connection, id)
    audience = connection.execute(select(t.audiences).where(t.audiences.c.asset == id)).first()
    ads = connection.execute(select(t.ads).where(t.ads.c.asset == id).order_by(t.ads.c.id).limit(MOST_DEEDS)).all()
    hosted = (
        select(t.events)
        .join(t.event_assets, t.event_assets.c.event == t.events.c.id)
        .where(t.event_assets.c.asset == id)
        .order_by(t.events.c.id)
        .limit(MOST_DEEDS)
    )
    seen = (
        select(t.sightings.c.kind, t.sightings.c.value)
        .where(t.sightings.c.entity == id, t.sightings.c.by == "asset")
        .order_by(t.sightings.c.kind, t.sightings.c.value)
    )
    named = select(t.indicators).where(t.indicators.c.asset == id).order_by(t.indicators.c.id).limit(MOST_DEEDS)
    return Whole(
        id,
        decoded(row.state, AssetState),
        row.home,
        NOBODY if audience is None else stored(audience).as_one(),
        {ad.id: decoded(ad.state, PlainState) for ad in ads},
        {event.id: decoded(event.state, PlainState) for event in connection.execute(hosted)},
        neighbours,
        links,
        connection.execute(select(func.count()).select_from(t.posts).where(t.posts.c.asset == id)).scalar_one(),
        tuple((IndicatorKind(kind), value) for kind, value in connection.execute(seen)),
        tuple((each.id, decoded(each.state, PlainState)) for each in connection.execute(named)),
    )


def posts_of(connection: Connection, asset: str, *, after: Place | None = None, limit: int = 50) -> Posts:
    """The posts of an asset, newest first."""
    at, id = t.posts.c.posted_at, _bytewise(connection, t.posts.c.id)
    query = select(t.posts).where(t.posts.c.asset == asset, at.is_not(None))
    if after is not None:
        query = query.where(or_(at < after.at, and_(at == after.at, id > after.id)))
    rows = connection.execute(query.order_by(at.desc(), id).limit(limit + 1)).all()
    page = tuple(map(_post, rows[:limit]))
    return Posts(page, Place(page[-1].at, page[-1].id) if len(rows) > limit else None)


def _bytewise(connection: Connection, column: Column[Any]) -> Any:
    """In the order of bytes on both databases, whatever the language of PostgreSQL."""
    return column if connection.dialect.name == "sqlite" else column.collate("C")


def post_whole(connection: Connection, id: str) -> Post | None:
    """One post; None where no record that holds speaks of it."""
    row = connection.execute(select(t.posts).where(t.posts.c.id == id)).first()
    return None if row is None or row.posted_at is None else _post(row)


def posts_by_id(connection: Connection, ids: Sequence[str]) -> list[Post]:
    """Posts in the order of their ids as given; those that are not known are passed over."""
    rows = {row.id: row for row in find(connection, t.posts.c.id, ids)}
    return [_post(rows[id]) for id in ids if id in rows and rows[id].posted_at is not None]


def _post(row: Any) -> Post:
    return Post(row.id, row.asset, row.posted_at, decoded(row.state, PlainState))


def _neighbours(connection: Connection, id: str) -> tuple[tuple[Neighbour, ...], int]:
    ends = or_(t.links.c.a == id, t.links.c.b == id)
    links = connection.execute(
        select(t.links.c.a, t.links.c.b, t.links.c.signal, t.links.c.weight)
        .where(ends)
        .order_by(t.links.c.weight.desc(), t.links.c.id)
        .limit(MOST_LINKS)
    ).all()
    others = {link: link.b if link.a == id else link.a for link in links}
    columns = (t.assets.c.id, t.assets.c.name, t.assets.c.surface, t.assets.c.home)
    known = {row.id: row for row in find(connection, t.assets.c.id, others.values(), *columns)}
    n = connection.execute(select(func.count()).select_from(t.links).where(ends)).scalar_one()
    return tuple(
        Neighbour(
            other,
            known[other].name if other in known else "",
            known[other].surface if other in known else "",
            known[other].home if other in known else "",
            link.signal,
            link.weight,
        )
        for link, other in others.items()
    ), n
