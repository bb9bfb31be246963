"""Runs the steps on the connection that ``app.migrating`` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from app.access.tables import sessions

context.configure(
    connection=context.config.attributes["connection"],
    # One metadata holds every table; that of the sessions has those of app.access in it too.
    target_metadata=sessions.metadata,
    # SQLite can do this as well once a transaction really begins (app.database), which Alembic does not expect.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
