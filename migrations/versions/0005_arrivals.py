"""When records came in, by source and quarter of an hour; those that are in the log already are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SLOT = 900_000_000
BOUNDS = (1_000_000, 10_000_000, 60_000_000, 600_000_000, 3_600_000_000)


def upgrade() -> None:
    arrivals = op.create_table(
        "arrivals",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("lags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "slot"),
    )
    op.create_index("ix_arrivals_seq", "arrivals", ["seq"])
    op.create_index("ix_refused_received_at", "refused", ["received_at"])
    log = sa.table("log", *(sa.column(name) for name in ("seq", "source", "occurred_at", "recorded_at")))
    lag = log.c.recorded_at - log.c.occurred_at
    at_most = [sa.func.sum(sa.case((lag < bound, 1), else_=0)) for bound in BOUNDS]
    slot = (log.c.recorded_at // SLOT).label("slot")
    query = sa.select(log.c.source, slot, sa.func.max(log.c.seq), sa.func.count(), *at_most)
    rows = []
    for source, place, seq, records, *reached in op.get_bind().execute(query.group_by(log.c.source, slot)):
        lags = [after - before for before, after in zip([0, *reached], [*reached, records], strict=True)]
        rows.append({"source": source, "slot": place, "seq": seq, "records": records, "lags": " ".join(map(str, lags))})
    if rows:
        op.bulk_insert(arrivals, rows)


def downgrade() -> None:
    op.drop_index("ix_refused_received_at", "refused")
    op.drop_table("arrivals")
