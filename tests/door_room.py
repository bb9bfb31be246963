"""A room for the tests of the doors: a real SQLite database, a real writer, and an HTTP door in front of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Self

from fastapi import FastAPI, Request
from sqlalchemy import Row, select

from app import tables as t
from app.access.gate import SignedOut
from app.answers import answer_errors
from app.clock import SystemClock
from app.database import Database
from app.ingest import Writer
from app.ingest.http import records_router
from app.log import Entry, read_after
from app.records import RecordParser
from app.writer import Writer as LogWriter
from tests import makers
from tests.founding import found

KEY = "the-key-of-the-tests"
OTHER_SOURCE = makers.OTHER_SOURCE
EVERYTHING = 1_000_000


def detected(n: int, *, source: str = makers.SOURCE, **said: Any) -> makers.Event:
    """The ``n``-th detection: its id stays whatever else is said."""
    return makers.asset_detected(f"a{n}", id=f"detected-{n}", source=source, **said)


class Colleague:
    """Who sends: anything may come from it, but for one source, which is somebody else's."""

    name = "tests"

    def allows(self, source: str, type: str) -> bool:
        return source != OTHER_SOURCE


class Room:
    """``app`` is the door in front of ``writer``. Whoever sends a key must send ``KEY``."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="warroom-door-")
        path = Path(self._folder.name) / "room.db"
        found(path)
        self._database = Database(f"sqlite:///{path}")
        self.parser = RecordParser(makers.SALT)
        self.writer = LogWriter(self._database, key=makers.SALT, clock=SystemClock())
        self.principal = Colleague()
        self.headers = {"authorization": f"Bearer {KEY}"}
        self.app = self.door(self.writer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.close()
        self._database.close()
        self._folder.cleanup()

    def door(self, writer: Writer) -> FastAPI:
        """An application with nothing but the door, in front of any writer."""
        app = FastAPI()
        answer_errors(app)
        app.include_router(records_router(self.parser, writer, self._who))
        return app

    def entries(self) -> list[Entry]:
        """The log, in order."""
        with self._database.read() as connection:
            return read_after(connection, 0, EVERYTHING)

    def logged(self) -> list[str]:
        """The ids in the log, in order."""
        with self._database.read() as connection:
            return list(connection.scalars(select(t.log.c.event_id).order_by(t.log.c.seq)))

    def refused(self) -> list[Row[Any]]:
        """What was kept for the operator."""
        with self._database.read() as connection:
            return list(connection.execute(select(t.refused).order_by(t.refused.c.received_at)))

    async def _who(self, request: Request) -> Colleague:
        if request.headers.get("authorization") not in (None, f"Bearer {KEY}"):
            raise SignedOut("this key is not known here")
        return self.principal
