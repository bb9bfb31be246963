"""What can be found: links, posts and indicators by their assets, and full-text indexes of SQLite or PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0006"

WORDS = ("asset_words", "post_words", "indicator_words")


def upgrade() -> None:
    op.add_column("assets", sa.Column("name", sa.Text(), nullable=False, server_default=""))
    # Views of the log, which are filled again: made anew they need no defaults.
    op.drop_table("posts")
    op.drop_table("links")
    op.create_table(
        "posts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_posts_asset_posted_at", "posts", ["asset", "posted_at"])
    op.create_table(
        "links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("a", sa.Text(), nullable=False),
        sa.Column("b", sa.Text(), nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_links_a", "links", ["a"])
    op.create_index("ix_links_b", "links", ["b"])
    op.create_table(
        "indicators",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_indicators_network", "indicators", ["network"])
    op.create_index("ix_indicators_asset", "indicators", ["asset"])
    op.create_table(
        "sightings",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "by", "entity"),
    )
    op.create_index("ix_sightings_entity", "sightings", ["entity"])
    for table in WORDS:
        op.create_table(
            table,
            sa.Column("no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
            sa.Column("id", sa.Text(), nullable=False),
            sa.Column("words", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("no"),
            sa.UniqueConstraint("id"),
        )
        for statement in _indexing(table):
            op.execute(statement)
    context.config.attributes["remake"] = True


def downgrade() -> None:
    for table in WORDS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TABLE {table}_found")
        op.drop_table(table)
    for table in ("sightings", "indicators", "links", "posts"):
        op.drop_table(table)
    for table in ("posts", "links"):
        op.create_table(
            table,
            sa.Column("id", sa.Text(), nullable=False),
            sa.Column("state", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("id"),
        )
    op.drop_column("assets", "name")


def _indexing(table: str) -> list[str]:
    if op.get_bind().dialect.name != "sqlite":
        return [f"CREATE INDEX ix_{table}_found ON {table} USING gin (to_tsvector('simple', words))"]
    # FTS5 keeps no copy of the words: triggers tell it what they were and what they are.
    found = f"{table}_found"
    taken = f"INSERT INTO {found} ({found}, rowid, words) VALUES ('delete', old.no, old.words);"
    given = f"INSERT INTO {found} (rowid, words) VALUES (new.no, new.words);"
    return [
        f"CREATE VIRTUAL TABLE {found} USING fts5 (words, content = '{table}', content_rowid = 'no', prefix = '2 3 4')",
        f"CREATE TRIGGER {table}_given AFTER INSERT ON {table} BEGIN {given} END",
        f"CREATE TRIGGER {table}_taken AFTER DELETE ON {table} BEGIN {taken} END",
        f"CREATE TRIGGER {table}_changed AFTER UPDATE OF words ON {table} BEGIN {taken} {given} END",
    ]
