"""The product as it is served, on a real port of this machine, to be stopped and started again under those who look."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from app.access import Role, create_key, create_link, open_session
from app.clock import FixedClock, SystemClock
from app.main import create_app
from app.room import Room
from app.vocabulary import OWN_TYPES, RecordType
from app.wire import LineProtocol
from tests import makers
from tests.house import settings_of
from tests.live_server import served
from tests.room import at

NOW = at("2018-10-26T14:00:00Z")


class Product:
    """A room that keeps its port and its database. Its time stands still where ``clock.at`` puts it.

    ``url`` is that of its database, ``said`` are further settings. Nobody looks out for alarms, which would be records
    that a test did not send.
    """

    def __init__(self, folder: Path, url: str = "", *, now: int = NOW, **said: Any) -> None:
        self.clock = FixedClock(now)
        self.port = 0
        self.app: FastAPI
        self.room: Room
        self._settings = settings_of(folder, url, **said)
        self._key = ""
        self._serving: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = self.app = create_app(self._settings, clock=self.clock)
        self.room = app.state.room
        options = {"port": self.port} if self.port else {}
        self._serving = served(app, ws=LineProtocol, **options)
        _, self.port = self._serving.__enter__()
        self.room.lookout.stop()

    def stop(self) -> None:
        if self._serving is not None:
            self._serving.__exit__(None, None, None)
            self._serving = None

    def link(self, role: Role = Role.VIEWER) -> str:
        """An address that signs in whoever opens it first."""
        with self.room.database.write() as connection:
            token = create_link(connection, role, "tests", SystemClock().now())
        return f"{self.url}/in/{token}"

    def bearer(self, role: Role = Role.VIEWER) -> str:
        """The token of a new session."""
        with self.room.database.write() as connection:
            return open_session(connection, role, "tests", SystemClock().now()).token

    def tell(self, *events: makers.Event) -> None:
        """Append events past the door, history believed, and wait until they are on the board."""
        room = self.room
        for start in range(0, len(events), 500):
            records = [room.parser.parse_event(event) for event in events[start : start + 500]]
            receipt = room.writer.submit(records, door="tests", principal="tests", clamp_past=False).result(30)
            seq = max(answer.seq or 0 for answer in receipt.answers)
            while room.board.seq < seq:
                time.sleep(0.01)

    def post(self, *events: makers.Event) -> None:
        """Send events to the public door, which says that they are in the log."""
        if not self._key:
            with self.room.database.write() as connection:
                self._key = create_key(
                    connection, "tests", makers.SOURCE, set(RecordType) - OWN_TYPES, SystemClock().now()
                )
        headers = {
            "authorization": f"Bearer {self._key}",
            "content-type": "application/cloudevents-batch+json",
        }
        answer = httpx2.post(f"{self.url}/api/v1/records", content=json.dumps(events), headers=headers, trust_env=False)
        assert answer.status_code == 200, answer.text
