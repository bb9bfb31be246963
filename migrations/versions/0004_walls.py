"""The walls of the room, who changed them, and the screens that wait to become theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "walls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("distance_cm", sa.BigInteger(), nullable=False),
        sa.Column("height_cm", sa.BigInteger(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Text()),
        sa.Column("on_alarm", sa.Boolean(), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("replay", sa.Text()),
        sa.Column("paired_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "wall_changes",
        sa.Column("wall", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("wall", "place"),
    )
    op.create_table(
        "attendance",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("screens", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("process"),
    )
    op.create_table(
        "pairings",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("wall", sa.Text()),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("code_digest"),
    )
    op.add_column("sessions", sa.Column("wall", sa.Text()))
    op.create_index("ix_sessions_wall", "sessions", ["wall"])


def downgrade() -> None:
    op.drop_index("ix_sessions_wall", "sessions")
    op.drop_column("sessions", "wall")
    for name in ("pairings", "attendance", "wall_changes", "walls"):
        op.drop_table(name)
