"""A snapshot is found by what it is of, and a scheduled briefing may be under embargo for some hours."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from app.snapshots.keeping import subject_key

revision = "0016"
down_revision = "0015"

_snapshots = sa.table("snapshots", sa.column("id", sa.Text), sa.column("body"), sa.column("subject", sa.Text))


def upgrade() -> None:
    op.add_column(
        "snapshot_schedules", sa.Column("embargo_h", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("snapshots", sa.Column("subject", sa.Text(), nullable=False, server_default=""))
    _fill(op.get_bind())
    with op.batch_alter_table("snapshot_schedules") as table:
        table.alter_column("embargo_h", server_default=None)
    with op.batch_alter_table("snapshots") as table:
        table.alter_column("subject", server_default=None)
    op.create_index("ix_snapshots_subject", "snapshots", ["subject", "epoch", "seq"])


def downgrade() -> None:
    op.drop_index("ix_snapshots_subject", "snapshots")
    op.drop_column("snapshots", "subject")
    op.drop_column("snapshot_schedules", "embargo_h")


def _fill(connection: sa.Connection) -> None:
    """What each snapshot is of, from what was kept of it: one at a time, each may have some megabytes."""
    s = _snapshots.c
    for (id,) in connection.execute(sa.select(s.id)).all():
        body = connection.execute(sa.select(s.body).where(s.id == id)).scalar_one()
        try:
            subject = subject_key(json.loads(bytes(body)))
        except (ValueError, KeyError, TypeError):
            # It is not as it was frozen, which is for `warroom verify` to say: nothing is compared with it.
            continue
        connection.execute(sa.update(_snapshots).where(s.id == id).values(subject=subject))
