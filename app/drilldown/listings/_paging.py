"""Pages of a listing by key: a page begins behind the last row of the one before it, however far down that is.

The order is total: by the key of a column, what is not known last in either direction, then by id. A cursor says where
a page ended and in which order; for those who do not see names it only counts rows, since keys and ids may be names.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select, tuple_

from app.drilldown.listings._listing import STANDING, ByHand, InDatabase, Item, Listing, Narrowed, by_bytes
from app.drilldown.networks import Sort
from app.errors import BadRequest
from app.findable import terms_of

LONGEST_CURSOR = 2_000
"""Characters. A key of 80 has twelve bytes of JSON for the widest of them, and base64 adds a third."""

LONGEST_ID = 400
"""Characters: the id of a link holds those of two assets and its signal."""

FURTHEST = 10**9

EVERY = Narrowed()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in order; ``after`` is the cursor of the next page, empty where this was the last one."""

    items: tuple[Item, ...]
    after: str


def sort_of(listing: Listing, text: str, *, names: bool) -> Sort:
    """``-followers`` as a sort. Raises BadRequest naming ``sort`` for a column that there is not, or not for them."""
    sort = Sort(text.removeprefix("-"), text.startswith("-"))
    known = [column.key for column in listing.columns_for(names=names)]
    if text not in ("", STANDING) and sort.column not in known:
        raise BadRequest("sort", f"{text[:40]!r} is no column: {', '.join(known)}, with a - to turn it round")
    return sort if text else Sort()


def count_of(connection: Connection, listing: Listing, homes: Sequence[str], narrowed: Narrowed = EVERY) -> int:
    """How many rows there are."""
    where = _where(connection, listing, homes, narrowed)
    return int(connection.execute(select(func.count()).select_from(listing.table).where(where)).scalar_one())


def values_of(connection: Connection, listing: Listing, homes: Sequence[str], what: str) -> dict[str, int]:
    """The values of ``surface`` or ``status``, and how many rows have each."""
    of = listing.surface if what == "surface" else listing.status
    if of is None:
        return {}
    value = of(connection.dialect.name).label("value")
    query = select(value, func.count()).select_from(listing.table).where(listing.belongs(homes)).group_by(value)
    return {str(row[0]): row[1] for row in connection.execute(query) if row[0]}


def page_of(
    connection: Connection,
    listing: Listing,
    homes: Sequence[str],
    narrowed: Narrowed,
    sort: Sort,
    limit: int,
    after: str = "",
    *,
    names: bool = True,
) -> Page:
    """At most ``limit`` rows behind a cursor. Raises BadRequest naming ``after`` for one that is not ours."""
    column = listing.standing if sort.column == STANDING else listing.column(sort.column)
    if column is None:
        raise BadRequest("sort", f"{sort.column[:40]!r} is no column")
    falls = column.falls if sort.column == STANDING else sort.descending
    behind, skipped = _place(after, listing, sort, names=names)
    asked = _Asked(listing, _where(connection, listing, homes, narrowed), falls, behind, skipped, limit + 1)
    if column.by_hand is not None:
        found = _by_hand(connection, asked, column.by_hand)
    else:
        found = _in_database(connection, asked, column.parts)
    items = listing.items(connection, [id for _key, id in found[:limit]])
    return Page(
        tuple(items[id] for _key, id in found[:limit] if id in items),
        _cursor(listing, sort, found[limit - 1], skipped + limit, names=names) if len(found) > limit else "",
    )


Found = tuple[Any, str]
"""A key, None where it is not known, and the id that has it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which rows are wanted: those ``behind`` one, or after so many that are ``skipped``."""

    listing: Listing
    where: ColumnElement[bool]
    falls: bool
    behind: Found | None
    skipped: int
    limit: int


def _where(connection: Connection, listing: Listing, homes: Sequence[str], narrowed: Narrowed) -> ColumnElement[bool]:
    dialect = connection.dialect.name
    parts = [listing.belongs(homes)]
    for wanted, of in ((narrowed.surface, listing.surface), (narrowed.status, listing.status)):
        if wanted:
            parts.append(of(dialect) == wanted if of else false())
    terms = terms_of(narrowed.text)
    if listing.holds is not None:
        parts += [listing.holds(dialect, term) for term in terms]
    return and_(*parts)


def _in_database(connection: Connection, asked: _Asked, of: Sequence[InDatabase]) -> list[Found]:
    dialect, table = connection.dialect.name, asked.listing.table
    parts, id = [part(dialect) for part in of], by_bytes(table.c.id)(dialect)
    key: Any = parts[0] if len(parts) == 1 else tuple_(*parts)
    unknown = parts[0].is_(None)
    rows = table if asked.listing.beside is None else asked.listing.beside
    query = select(table.c.id, *parts).select_from(rows).where(asked.where)
    if asked.behind is not None:
        last, last_id = asked.behind
        if last is None:
            query = query.where(unknown, id > last_id)
        else:
            further = key < last if asked.falls else key > last
            query = query.where(or_(further, and_(key == last, id > last_id), unknown))
    order = [part.desc() if asked.falls else part.asc() for part in parts]
    query = query.order_by(unknown, *order, id).limit(asked.limit)
    found = connection.execute(query.offset(asked.skipped) if asked.skipped else query)
    return [(row[1] if len(parts) == 1 or row[1] is None else tuple(row[1:]), row[0]) for row in found]


def _by_hand(connection: Connection, asked: _Asked, of: ByHand) -> list[Found]:
    ids = sorted(connection.execute(select(asked.listing.table.c.id).where(asked.where)).scalars().all())
    keys = of(connection, ids)
    known = [(key, id) for id in ids if (key := keys.get(id)) is not None]
    known.sort(key=lambda each: each[0], reverse=asked.falls)
    rest: list[Found] = [*known, *((None, id) for id in ids if keys.get(id) is None)]
    if asked.behind is not None:
        try:
            rest = [each for each in rest if _is_behind(each, asked.behind, falls=asked.falls)]
        except TypeError:
            # A number where there are names.
            raise _not_ours() from None
    return rest[asked.skipped : asked.skipped + asked.limit]


def _is_behind(each: Found, last: Found, *, falls: bool) -> bool:
    (key, id), (last_key, last_id) = each, last
    if key is None or last_key is None:
        return key is None and (last_key is not None or id > last_id)
    if tuple(key) != tuple(last_key):
        return tuple(key) < tuple(last_key) if falls else tuple(key) > tuple(last_key)
    return id > last_id


# --- cursors ----------------------------------------------------------------------------------------------------------


def _cursor(listing: Listing, sort: Sort, last: Found, skipped: int, *, names: bool) -> str:
    key, id = last
    place: list[Any] = [list(key) if isinstance(key, tuple) else key, id] if names else [skipped]
    said = json.dumps([listing.name, str(sort), *place], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _place(cursor: str, listing: Listing, sort: Sort, *, names: bool) -> tuple[Found | None, int]:
    """What a page is behind: a key and an id, or so many rows."""
    if not cursor:
        return None, 0
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise _not_ours()
    try:
        said: Any = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        of, order, *place = said
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise _not_ours() from None
    if (of, order) != (listing.name, str(sort)):
        raise BadRequest("after", "this page is of another table or order: begin at the first page")
    if not names:
        if len(place) != 1 or type(place[0]) is not int or not 0 <= place[0] <= FURTHEST:
            raise _not_ours()
        return None, place[0]
    if len(place) != 2 or not _sound(listing, sort, place[0]) or not _is_id(place[1]):
        raise _not_ours()
    key = tuple(place[0]) if isinstance(place[0], list) else place[0]
    return (key, place[1]), 0


def _sound(listing: Listing, sort: Sort, key: Any) -> bool:
    """Whether a key is of the kind that this column has: a database refuses to compare numbers with texts."""
    column = listing.standing if sort.column == STANDING else listing.column(sort.column)
    if key is None or column is None:
        return column is not None
    if column.in_parts:
        return isinstance(key, list) and _are_sound(key, column.in_parts)
    if column.by_hand is not None:
        return isinstance(key, list) and all(type(part) in (int, float, str) for part in key)
    if column.kind in ("count", "share", "instant", "yes"):
        # Not a number is not below anything either.
        return type(key) in (int, float) and abs(key) < 2**63
    return _is_text(key)


def _are_sound(key: Sequence[Any], parts: Sequence[InDatabase]) -> bool:
    kinds = [part("sqlite").type.python_type for part in parts]
    if [type(said) for said in key] != kinds:
        return False
    return all(_is_text(said) if kind is str else abs(said) < 2**63 for said, kind in zip(key, kinds, strict=True))


def _is_text(value: Any) -> bool:
    """Whether a database takes it: PostgreSQL has no NUL, and neither has lone surrogates."""
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_id(id: Any) -> bool:
    return _is_text(id) and 0 < len(id) <= LONGEST_ID


def _not_ours() -> BadRequest:
    return BadRequest("after", "this is no place in the table: begin at the first page")
