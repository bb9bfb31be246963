"""Findings: the rows by which assets, posts and indicators are found again, kept beside what they are about.

Of each thing its words, which the full-text index of the database reads (migration 0007), and the indicators that
were seen in it. Only what changed is written: most records say again what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, update

from app import tables as t
from app.entities import AssetState, PlainState, said
from app.findable import Seen, normalized, searchable, seen_in
from app.rows import find, missing
from app.vocabulary import IndicatorKind

WORDS: dict[str, Table] = {"asset": t.asset_words, "post": t.post_words, "indicator": t.indicator_words}
"""By the kind of what is found: its rows of words."""


def find_assets(connection: Connection, states: Mapping[str, AssetState]) -> None:
    """Write by what assets are found; what no detection holds of is not."""
    known = {id: state.facts if state.is_known else {} for id, state in states.items()}
    words = {
        id: searchable(id, *(said(facts, name) for name in ("name", "handle", "url"))) if facts else ""
        for id, facts in known.items()
    }
    _write_words(connection, t.asset_words, words)
    _write_seen(connection, "asset", {id: seen_in(said(facts, "url")) for id, facts in known.items()})


def find_posts(connection: Connection, states: Mapping[str, PlainState]) -> None:
    """Write by what posts are found."""
    words = {id: searchable(said(state.facts, "text"), said(state.facts, "url")) for id, state in states.items()}
    _write_words(connection, t.post_words, words)
    seen = {id: seen_in(said(state.facts, "text"), said(state.facts, "url")) for id, state in states.items()}
    _write_seen(connection, "post", seen)


def find_indicators(connection: Connection, states: Mapping[str, PlainState]) -> None:
    """Write by what indicators are found."""
    words = {id: searchable(said(state.facts, "value"), said(state.facts, "comment")) for id, state in states.items()}
    _write_words(connection, t.indicator_words, words)
    _write_seen(
        connection, "indicator", {id: {seen} if (seen := seen_of(state)) else set() for id, state in states.items()}
    )


def seen_of(indicator: PlainState) -> Seen | None:
    """What an indicator's own records say it is; None where none of them holds."""
    if not indicator.is_known:
        return None
    kind = IndicatorKind(said(indicator.facts, "kind"))
    return kind, normalized(kind, said(indicator.facts, "value"))


def _write_words(connection: Connection, table: Table, words: Mapping[str, str]) -> None:
    held = {row.id: row.words for row in find(connection, table.c.id, words, table.c.id, table.c.words)}
    new = [{"id": id, "words": text} for id, text in words.items() if id not in held and text]
    changed = [{"which": id, "words": text} for id, text in words.items() if text and held.get(id, text) != text]
    gone = [{"which": id} for id in held if not words[id]]
    if new:
        connection.execute(insert(table), new)
    if changed:
        connection.execute(update(table).where(table.c.id == bindparam("which")), changed)
    if gone:
        connection.execute(delete(table).where(table.c.id == bindparam("which")), gone)


def _write_seen(connection: Connection, by: str, seen: Mapping[str, set[Seen]]) -> None:
    held: dict[str, set[Seen]] = {}
    for row in find(connection, t.sightings.c.entity, seen, by=by):
        held.setdefault(row.entity, set()).add((IndicatorKind(row.kind), row.value))
    gone = [id for id, before in held.items() if before - seen[id]]
    for id in gone:
        connection.execute(delete(t.sightings).where(t.sightings.c.by == by, t.sightings.c.entity == id))
    rows: list[dict[str, Any]] = [
        {"kind": str(kind), "value": value, "by": by, "entity": id}
        for id, now in seen.items()
        for kind, value in sorted(now - (set() if id in gone else held.get(id, set())))
    ]
    missing(connection, t.sightings, rows)
