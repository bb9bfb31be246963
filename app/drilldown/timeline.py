"""What a network did when: its assets' creations and its posts by the day, the days of its ads, its events.

Days are counted from 1970-01-01 by UTC. Read from the tables in one go and counted by the database: a network of
20,000 assets comes to a few hundred numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app import tables as t
from app.drilldown.listings import all_listings
from app.drilldown.listings._listing import fact
from app.records import instant_of
from app.vocabulary import DAY, moment

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Assets ``created`` and ``found``, ``posts``, and ``events`` that begin, by day; ``ads`` as (first day, last day).

    An ad of which one day is known has it twice. ``undated`` counts what of each (assets, ads, events) has no day.
    """

    created: dict[int, int]
    found: dict[int, int]
    posts: dict[int, int]
    ads: tuple[tuple[int, int], ...]
    events: dict[int, int]
    undated: dict[str, int]

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and the last day on which anything was; None where nothing was."""
        days = [*(self.created or self.found), *self.posts, *self.events, *(day for ad in self.ads for day in ad)]
        return (min(days), max(days)) if days else None


def timeline(connection: Connection, homes: Sequence[str]) -> Timeline:
    """The timeline of some networks together."""
    dialect = connection.dialect.name
    undated: Counter[str] = Counter()

    def counted(name: str, of: ColumnElement[Any]) -> Counter[str]:
        listing = all_listings()[name]
        value = of.label("value")
        query = select(value, func.count()).select_from(listing.table).where(listing.belongs(homes)).group_by(value)
        found: Counter[str] = Counter()
        for said, n in connection.execute(query):
            if said:
                found[said] += n
            else:
                undated[name] += n
        return found

    created = Counter[int]()
    for said, n in counted("assets", t.assets.c.created_on).items():
        created[day_of(said)] += n
    events = Counter[int]()
    for said, n in counted("events", fact(t.events, "starts_at")(dialect)).items():
        events[instant_of(said) // DAY] += n
    return Timeline(
        dict(created),
        _found(connection, homes),
        _posts(connection, homes),
        _ads(connection, homes, undated),
        dict(events),
        dict(undated),
    )


def day_of(said: str) -> int:
    """The number of a day that is written as 2018-10-26."""
    return (date.fromisoformat(said) - EPOCH).days


def date_of(day: int) -> date:
    """The date of a day's number, or the first or last one that there is."""
    low, high = (date.min - EPOCH).days, (date.max - EPOCH).days
    return moment(min(max(day, low), high) * DAY).astimezone(UTC).date()


def _found(connection: Connection, homes: Sequence[str]) -> dict[int, int]:
    day = (t.assets.c.first_detected_at // DAY).label("day")
    query = select(day, func.count()).where(all_listings()["assets"].belongs(homes)).group_by(day)
    return {int(row[0]): row[1] for row in connection.execute(query) if row[0] is not None}


def _posts(connection: Connection, homes: Sequence[str]) -> dict[int, int]:
    listing = all_listings()["posts"]
    day = (t.posts.c.posted_at // DAY).label("day")
    query = select(day, func.count()).where(listing.belongs(homes), t.posts.c.posted_at.is_not(None)).group_by(day)
    return {int(row[0]): row[1] for row in connection.execute(query)}


def _ads(connection: Connection, homes: Sequence[str], undated: Counter[str]) -> tuple[tuple[int, int], ...]:
    listing, dialect = all_listings()["ads"], connection.dialect.name
    first, last = (fact(t.ads, name)(dialect) for name in ("first_day", "last_day"))
    found = []
    for began, ended in connection.execute(select(first, last).where(listing.belongs(homes))):
        days = [day_of(said) for said in (began, ended) if said]
        if days:
            found.append((days[0], days[-1]))
        else:
            undated["ads"] += 1
    return tuple(sorted(found))
