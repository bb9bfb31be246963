"""Searching: networks by their words in memory, assets, posts and indicators by the full-text index of the database.

Every term must begin a word of what is found; case, accents and invisible characters count for nothing (see
``app.findable``). What was seen first last stands on top, and a page goes on where the one before it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, column, func, literal, literal_column, select, text
from sqlalchemy import table as subject

from app.board import Board
from app.countries import country_name
from app.errors import BadRequest
from app.findable import searchable, terms_of
from app.findings import WORDS
from app.log import MOST_SEQ
from app.networks import Network

MOST_COUNTED = 1_000
"""Things that are counted; of more it is said that they are more. To count a million would take a second."""

LONGEST_QUESTION = 256

KINDS = ("asset", "post", "indicator")
"""What the full-text index knows, in the order of its answers."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of ids, newest first. ``after`` begins the next one, 0 for none; ``more``: ``n`` are not all."""

    ids: tuple[str, ...]
    after: int
    n: int
    more: bool


NOTHING = Found((), 0, 0, more=False)


def question_of(text: str) -> list[str]:
    """The terms of what somebody typed. Raises BadRequest for what is too long; gives none where nothing is a word."""
    if len(text) > LONGEST_QUESTION:
        raise BadRequest("q", f"longer than {LONGEST_QUESTION} characters")
    return terms_of(text)


def find_networks(board: Board, terms: Sequence[str]) -> list[Network]:
    """The networks that have all terms: open ones first, then by name."""
    found = [network for network in board.networks.values() if _has(_words(network), terms)] if terms else []
    return sorted(found, key=lambda network: (not network.is_open, network.name.casefold(), network.id))


def find_things(connection: Connection, kind: str, terms: Sequence[str], *, after: int = 0, limit: int = 50) -> Found:
    """Assets, posts or indicators that have all terms. Raises KeyError for another ``kind``."""
    table = WORDS[kind]
    if not terms:
        return NOTHING
    index, place, matches = _matching(connection, table, terms)
    rows = connection.execute(
        select(table.c.no, table.c.id)
        .select_from(index)
        .where(matches, place < (after or MOST_SEQ))
        .order_by(place.desc())
        .limit(limit + 1)
    ).all()
    counted = select(literal(1)).select_from(index).where(matches).limit(MOST_COUNTED + 1).subquery()
    n = connection.execute(select(func.count()).select_from(counted)).scalar_one()
    page = rows[:limit]
    after = page[-1].no if len(rows) > limit else 0
    return Found(tuple(row.id for row in page), after, min(n, MOST_COUNTED), more=n > MOST_COUNTED)


def _matching(connection: Connection, table: Table, terms: Sequence[str]) -> tuple[Any, Any, Any]:
    """What is selected from, the place in it, and what must hold: in each database its full-text index."""
    if connection.dialect.name == "sqlite":
        # FTS5 gives its rows in the order of their places, so a page of a million ends early.
        index = subject(f"{table.name}_found", column("rowid"))
        # A quoted row of words, of which the last may go on.
        asked = " AND ".join(f'"{term}" *' for term in terms)
        found = text(f"{table.name}_found MATCH :asked").bindparams(asked=asked)
        return index.join(table, table.c.no == index.c.rowid), index.c.rowid, found
    asked = " & ".join("(" + " <-> ".join(_lexemes(term)) + ")" for term in terms)
    matches = func.to_tsvector(_simple(), table.c.words).bool_op("@@")(func.to_tsquery(_simple(), asked))
    return table, table.c.no, matches


def _simple() -> Any:
    # Written out: as a parameter it would not be the expression that is indexed.
    return literal_column("'simple'::regconfig")


def _lexemes(term: str) -> Iterable[str]:
    # Terms are letters and digits alone, so that nothing in them is an operator of either language.
    *whole, last = term.split(" ")
    return [*whole, f"{last}:*"]


def _words(network: Network) -> str:
    """The words of a network, each after a space. No country but those that were approved, and those it aims at."""

    def work() -> str:
        countries = [country_name(code) for code in (*network.attributed_origins, *network.targets)]
        said = (
            network.name,
            network.id,
            network.title,
            *network.topics,
            *network.personas,
            *network.members,
            *countries,
        )
        return f" {searchable(*said)}"

    return network.once("search words", work)


def _has(words: str, terms: Sequence[str]) -> bool:
    return all(f" {term}" in words for term in terms)
