"""A whole room as an application, on a real database, with people of every role who can ask it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
from fastapi.testclient import TestClient

from app.access import Role, create_key, open_session
from app.clock import Clock, FixedClock, SystemClock
from app.log import read_head
from app.main import create_app
from app.room import Room
from app.settings import Settings
from app.vocabulary import OWN_TYPES, RecordType
from tests import makers
from tests.founding import found

SECRET = "5" * 64


class House:
    """``client`` asks as nobody; ``ask`` as somebody of a role; ``send`` appends as an operator does."""

    def __init__(self, client: TestClient, room: Room) -> None:
        self.client = client
        self.room = room

    def bearer(self, role: Role) -> dict[str, str]:
        """The header of a new session; a detector gets a key for all that ``makers`` says."""
        now = SystemClock().now()
        with self.room.database.write() as connection:
            if role is Role.DETECTOR:
                token = create_key(connection, "tests", makers.SOURCE, set(RecordType) - OWN_TYPES, now)
            else:
                token = open_session(connection, role, f"a {role}", now).token
        return {"authorization": f"Bearer {token}"}

    def ask(self, path: str, role: Role = Role.ANALYST, **query: Any) -> httpx2.Response:
        """Get something as somebody of a role."""
        return self.client.get(path, params=query, headers=self.bearer(role))

    def send(self, *events: makers.Event) -> None:
        """Append events, history believed."""
        records = [self.room.parser.parse_event(event) for event in events]
        receipt = self.room.writer.submit(records, door="tests", principal="tests", clamp_past=False).result(30)
        assert {answer.status for answer in receipt.answers} <= {"accepted", "duplicate"}


def settings_of(folder: Path, url: str = "", **said: Any) -> Settings:
    """The settings of a room in a folder, whatever the environment says."""
    return Settings(**{"state_dir": folder, "database_url": url, "secret": SECRET, **said})


@contextlib.contextmanager
def house(
    folder: Path, url: str = "", *, clock: Clock | None = None, looks_out: bool = False, **said: Any
) -> Iterator[House]:
    """A room that is being served, for as long as this is open. The time stands still unless a clock is given.

    Nobody looks out for alarms, which would be records that a test did not send, unless it says so.
    """
    path = folder / "warroom.db"
    if not url and not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        found(path)
    app = create_app(settings_of(folder, url, **said), clock=clock or FixedClock(1_540_562_400_000_000))
    with TestClient(app, base_url="http://room") as client:
        if not looks_out:
            app.state.room.lookout.stop()
        yield House(client, app.state.room)


@contextlib.contextmanager
def looked_at(folder: Path, *events: makers.Event, **said: Any) -> Iterator[House]:
    """A room that tests share because they only look at it: it was told these events, and is told no more.

    Fails where one of them has written into its log.
    """
    with house(folder, **said) as served:
        if events:
            served.send(*events)
        with served.room.database.read() as connection:
            before = read_head(connection)
        yield served
        with served.room.database.read() as connection:
            assert read_head(connection) == before, (
                "a test wrote into a room that others look at: give it one of its own"
            )
