"""Links by which anybody reads one snapshot, and until when snapshots are under embargo."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from app.records import instant_of

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "snapshot_shares",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("formats", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("opened_at", sa.BigInteger()),
        sa.Column("opened", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_snapshot_shares_snapshot", "snapshot_shares", ["snapshot"])
    op.add_column("snapshots", sa.Column("embargo_until", sa.BigInteger()))
    _read_embargoes(op.get_bind())


def downgrade() -> None:
    op.drop_column("snapshots", "embargo_until")
    op.drop_table("snapshot_shares")


def _read_embargoes(connection: sa.Connection) -> None:
    """What was frozen before says in its content until when it is under embargo."""
    rows = sa.table("snapshots", sa.column("id"), sa.column("body"), sa.column("embargo_until"))
    for id in list(connection.scalars(sa.select(rows.c.id))):
        body = connection.scalar(sa.select(rows.c.body).where(rows.c.id == id))
        if until := json.loads(bytes(body))["embargo_until"]:
            connection.execute(sa.update(rows).where(rows.c.id == id).values(embargo_until=instant_of(until)))
