"""The tables of who may do what. They are no views of the log: ``rebuild`` leaves them alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from app.tables import metadata

detector_keys = Table(
    "detector_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("types", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)
"""``id`` is the public part of the key, ``digest`` the SHA-256 of the whole; ``types`` are separated by spaces."""

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scene", Text),
    Column("expires_at", BigInteger, nullable=False),
)
"""Links that nobody has used yet. Using one deletes it."""

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scene", Text),
    Column("wall", Text),
    Column("opened_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_sessions_name", "name"),
    Index("ix_sessions_wall", "wall"),
)
"""Who is signed in. Signing out deletes the row, and with it everything the token was good for. ``wall`` is the id of
the wall whose screen this is."""

pairings = Table(
    "pairings",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("code_digest", LargeBinary, nullable=False, unique=True),
    Column("wall", Text),
    Column("expires_at", BigInteger, nullable=False),
)
"""Screens that show a code. ``digest`` is that of the secret in their cookie; ``wall`` is there once it was typed."""
