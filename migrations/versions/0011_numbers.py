"""Of audiences that are bare counts a network keeps their sum and the largest; assets are counted by their index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.drop_index("ix_assets_home_surface", "assets")
    op.create_index("ix_assets_home_surface_status", "assets", ["home", "surface", "status"])
    op.drop_column("reaches", "counts")
    op.add_column("reaches", sa.Column("numbers", sa.Text(), nullable=False, server_default="[]"))
    context.config.attributes["remake"] = True


def downgrade() -> None:
    op.drop_index("ix_assets_home_surface_status", "assets")
    op.create_index("ix_assets_home_surface", "assets", ["home", "surface"])
    op.drop_column("reaches", "numbers")
    op.add_column("reaches", sa.Column("counts", sa.Text(), nullable=False, server_default="[]"))
