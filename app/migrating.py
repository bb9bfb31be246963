"""Migrating: brings the tables of a database to what this program reads and writes, before it serves.

The steps are in ``migrations/`` (Alembic) and run in one transaction under the append lock. On SQLite a program that is
killed in the middle has done nothing. On PostgreSQL nobody waits behind a migration for longer than ``LOCK_TIMEOUT``:
one that does not get its locks gives way and comes again.
"""

from __future__ import annotations

import logging
import time
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.database import Database
from app.errors import Unavailable
from app.log import read_head
from app.rebuild import remake

MIGRATIONS = Path(__file__).parents[1] / "migrations"

LOCK_TIMEOUT = "100ms"
TRIES = 100
PAUSE_S = 0.2

LATEST = "head"

REMAKE = "remake"
"""What a migration sets in Alembic's attributes that leaves the views to be made again from the log."""

log = logging.getLogger(__name__)


def upgrade(database: Database) -> None:
    """Bring a database up to date and found its log. Touches nothing where it is so already.

    Raises Unavailable when it belongs to a newer program, or when the locks of PostgreSQL cannot be had.
    """
    with database.read() as connection:
        if revision_of(connection) == latest() and connection.execute(text("SELECT 1 FROM head")).first():
            return
    migrate(database, LATEST)


def migrate(database: Database, revision: str, *, down: bool = False) -> None:
    """Take a database to a revision, up or ``down``. Raises as ``upgrade`` does."""
    for attempt in range(1, TRIES + 1):
        try:
            with database.write() as connection:
                _run(connection, revision, down=down)
        except DBAPIError as refused:
            if attempt == TRIES or not _is_lock(refused):
                raise Unavailable(f"the tables cannot be brought up to date now: {refused.orig}") from refused
            log.info("the tables are in use: try %d of %d to migrate them", attempt, TRIES)
            time.sleep(PAUSE_S)
        else:
            return


def revision_of(connection: Connection) -> str | None:
    """The revision that the tables of a database are at, None where there are none of ours."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def latest() -> str | None:
    """The revision that this program reads and writes."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _run(connection: Connection, revision: str, *, down: bool) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    config = _config()
    config.attributes["connection"] = connection
    try:
        (command.downgrade if down else command.upgrade)(config, revision)
    except CommandError as unknown:
        raise Unavailable(
            f"the tables are at revision {revision_of(connection)}, which this program does not know: "
            "run the newer program that made them"
        ) from unknown
    if not down:
        read_head(connection)
        if config.attributes.get(REMAKE):
            log.info("the views are made again from the log, which has new columns to fill")
            remake(connection)


def _config() -> Config:
    config = Config()
    # Alembic's configuration reads a percent sign as the beginning of a name.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _is_lock(refused: DBAPIError) -> bool:
    return getattr(refused.orig, "sqlstate", None) == "55P03"
