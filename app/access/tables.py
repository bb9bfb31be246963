"""The tables of who may do what. They are no views of the log: ``rebuild`` leaves them alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Table, Text, false

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
    Column("account", Text),
    Column("sets_password", Boolean, nullable=False, server_default=false()),
)
"""Links that nobody has used yet. Using one deletes it. ``account`` is the id of the account that it signs in, None for
whoever has none; with ``sets_password`` a new password is asked for first."""

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
    Column("account", Text),
    Index("ix_sessions_name", "name"),
    Index("ix_sessions_wall", "wall"),
    Index("ix_sessions_account", "account"),
)
"""Who is signed in. Signing out deletes the row, and with it everything the token was good for. ``wall`` is the id of
the wall whose screen this is, ``account`` that of the account whose session it is."""

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("signed_in_at", BigInteger),
)
"""People who sign in by name and password. ``name_key`` is the name without its case; ``hash`` is Argon2id's, and empty
until a first password is set."""

account_changes = Table(
    "account_changes",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("what", Text, nullable=False),
)
"""Who changed what about whose account, in words: only ever added to. ``place`` counts from 1."""

pairings = Table(
    "pairings",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("code_digest", LargeBinary, nullable=False, unique=True),
    Column("wall", Text),
    Column("expires_at", BigInteger, nullable=False),
)
"""Screens that show a code. ``digest`` is that of the secret in their cookie; ``wall`` is there once it was typed."""
