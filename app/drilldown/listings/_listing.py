"""What a listing is: columns, and how the database finds and orders its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Float, FromClause, Select, Table, cast, func, select
from sqlalchemy.dialects import postgresql

from app import tables as t

Item = Mapping[str, Any]
"""One row: by column its value. Figures are ``Hedged``, money is ``Money``; what is not known is None."""

Kind = Literal["text", "id", "address", "surface", "word", "day", "instant", "count", "share", "yes", "figure", "money"]
"""How values are spelt. A ``word`` is one of a short list that has translations."""

InDatabase = Callable[[str], ColumnElement[Any]]
"""The key of a column, as an expression in the dialect of a database ("sqlite" or "postgresql")."""

ByHand = Callable[[Connection, Sequence[str]], Mapping[str, tuple[Any, ...] | None]]
"""Keys that no database can work out, by id; None where nothing is known."""

STANDING = "standing"
"""The order of somebody who has not asked for another."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``key`` in addresses, exports and answers, ``head`` on pages (marked for translation).

    It sorts by one of three: a key ``in_database``, the parts of one compared one after the other (``in_parts``; where
    the first is not known none is), or ``by_hand``. ``falls`` where the largest is looked for first.
    ``of_names``: only for those who see names. ``aside``: exported and answered, not shown.
    """

    key: str
    head: str
    kind: Kind
    in_database: InDatabase | None = None
    in_parts: tuple[InDatabase, ...] = ()
    by_hand: ByHand | None = None
    falls: bool = False
    of_names: bool = False
    aside: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it stands at the right."""
        return self.kind in ("count", "share", "figure", "money")

    @property
    def parts(self) -> tuple[InDatabase, ...]:
        """What the database sorts it by; nothing where that is done by hand."""
        return self.in_parts if self.in_database is None else (self.in_database,)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a listing is narrowed by; empty fields do not. ``text`` is looked for in names and words."""

    surface: str = ""
    status: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing of a network.

    ``belongs`` says which rows of ``table`` are in networks, ``surface`` and ``status`` by what they can be narrowed,
    ``holds`` whether one of their words begins so. ``standing`` is the order that nobody asked for: a column of
    ``columns``, or keys of its own. ``items`` reads rows by id. ``beside`` is ``table`` with what else it sorts by, one
    row for each of its own.
    """

    name: str
    title: str
    place: int
    table: Table
    columns: tuple[Column, ...]
    belongs: Callable[[Sequence[str]], ColumnElement[bool]]
    items: Callable[[Connection, Sequence[str]], Mapping[str, Item]]
    standing: Column
    surface: InDatabase | None = None
    status: InDatabase | None = None
    holds: Callable[[str, str], ColumnElement[bool]] | None = None
    beside: FromClause | None = None

    def column(self, key: str) -> Column | None:
        """A column by its key."""
        return next((column for column in (*self.columns, self.standing) if column.key == key), None)

    def columns_for(self, *, names: bool) -> tuple[Column, ...]:
        """The columns of somebody who sees names or does not."""
        return tuple(column for column in self.columns if names or not column.of_names)


def fact(table: Table, name: str) -> InDatabase:
    """The value of a register of a state, as text."""

    def expression(dialect: str) -> ColumnElement[Any]:
        if dialect == "sqlite":
            return func.json_extract(table.c.state, f"$.facts.{name}[0]")
        return func.json_extract_path_text(cast(table.c.state, postgresql.JSON), "facts", name, "0")

    return expression


def number(table: Table, name: str) -> InDatabase:
    """The value of a register of a state, as a number."""
    return lambda dialect: cast(fact(table, name)(dialect), Float)


def lowered(text: InDatabase) -> InDatabase:
    """A text without case, and none where it is empty."""

    def expression(dialect: str) -> ColumnElement[Any]:
        low = func.nullif(func.substr(func.lower(text(dialect)), 1, 80), "")
        return low if dialect == "sqlite" else low.collate("C")

    return expression


def plain(column: ColumnElement[Any]) -> InDatabase:
    """A column as it is."""
    return lambda _dialect: column


def by_bytes(column: ColumnElement[Any]) -> InDatabase:
    """A text compared by its bytes on both databases, as Python does, whatever the language of PostgreSQL."""
    return lambda dialect: column if dialect == "sqlite" else column.collate("C")


def members(homes: Sequence[str]) -> Select[Any]:
    """The ids of the assets that count in some networks."""
    return select(t.assets.c.id).where(t.assets.c.home.in_(homes), t.assets.c.status != "unknown")


def begins_in(words: Table, id: ColumnElement[Any], term: str) -> ColumnElement[bool]:
    """Whether a word of what is searched begins with ``term``."""
    held = select(words.c.id).where((" " + words.c.words).like(f"% {term}%"))
    return id.in_(held)


def surface_of(asset: ColumnElement[Any]) -> InDatabase:
    """The surface of the asset that a row is about."""
    return lambda _dialect: select(t.assets.c.surface).where(t.assets.c.id == asset).scalar_subquery()
