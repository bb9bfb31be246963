"""Of audiences that are bare counts a network keeps their sum and the largest, and no longer each of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.drop_column("reaches", "counts")
    op.add_column("reaches", sa.Column("numbers", sa.Text(), nullable=False, server_default="[]"))
    context.config.attributes["remake"] = True


def downgrade() -> None:
    op.drop_column("reaches", "numbers")
    op.add_column("reaches", sa.Column("counts", sa.Text(), nullable=False, server_default="[]"))
