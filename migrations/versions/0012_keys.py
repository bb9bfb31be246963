"""Assets are put in order, and counted by the day they were created on, by the database itself.

The columns are filled from their own tables: to make all views again would take an hour where this takes a minute.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from app.audiences import Audience
from app.reaches import ends_of
from app.records import hedged_of

revision = "0012"
down_revision = "0011"

AT_ONCE = 5_000
"""Audiences in memory at a time: each may have an image of up to 8 kB."""

INDEXED = ["home", "surface", "status", "id", "created_on", "first_detected_at"]

CREATED = {
    "sqlite": "json_extract(state, '$.facts.created_on[0]')",
    "postgresql": "json_extract_path_text(CAST(state AS json), 'facts', 'created_on', '0')",
}


def upgrade() -> None:
    op.add_column("assets", sa.Column("created_on", sa.Text()))
    op.execute(
        f"UPDATE assets SET created_on = {(said := CREATED[op.get_bind().dialect.name])} WHERE {said} IS NOT NULL"
    )
    op.drop_index("ix_assets_home_surface_status", "assets")
    op.create_index("ix_assets_of_network", "assets", INDEXED)
    op.add_column("audiences", sa.Column("low", sa.BigInteger()))
    op.add_column("audiences", sa.Column("high", sa.BigInteger()))
    _fill(op.get_bind())


def downgrade() -> None:
    op.drop_column("audiences", "high")
    op.drop_column("audiences", "low")
    op.drop_index("ix_assets_of_network", "assets")
    op.create_index("ix_assets_home_surface_status", "assets", ["home", "surface", "status"])
    op.drop_column("assets", "created_on")


def _fill(connection: sa.Connection) -> None:
    """The ends of every audience's figure. Of whole sets only the length is read."""
    update = sa.text("UPDATE audiences SET low = :low, high = :high WHERE asset = :asset")
    after = ""
    while rows := _some(connection, after):
        ends = [(row.asset, *ends_of(_audience(row))) for row in rows]
        connection.execute(update, [{"asset": asset, "low": low, "high": high} for asset, low, high in ends])
        after = rows[-1].asset


def _some(connection: sa.Connection, after: str) -> Any:
    query = (
        "SELECT asset, length(hashes) AS length, CASE WHEN hashes IS NULL THEN sketch END AS sketch, counts "
        "FROM audiences WHERE asset > :after ORDER BY asset LIMIT :n"
    )
    return connection.execute(sa.text(query), {"after": after, "n": AT_ONCE}).all()


def _audience(row: Any) -> Audience:
    counts = tuple(hedged_of(count) for count in msgspec.json.decode(row.counts))
    if row.length is not None:
        return Audience(bytes(row.length), b"", counts)
    return Audience(None, None if row.sketch is None else bytes(row.sketch), counts)
