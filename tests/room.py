"""A room for tests: a real database with a real writer and a board, and a clock that moves when it is told to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app.board import Board
from app.clock import FixedClock
from app.database import Database
from app.log import Answer
from app.records import RecordParser
from app.settings import Settings
from app.tables import metadata
from app.vocabulary import Scope, instant
from app.writer import Writer
from tests import makers

KEY = b"key of the tests".ljust(32, b".")


class Anybody:
    """Somebody who may append anything."""

    name = "tests"

    def allows(self, source: str, type: str) -> bool:
        return True


class Room:
    """Records go in through ``send``; ``board`` and ``measures`` say what they come to. ``url`` as ``engine_url``."""

    def __init__(self, url: str, *, now: int, first_day: date = date(2018, 10, 1), zone: str = "UTC") -> None:
        self.database = Database(url)
        with self.database.write() as connection:
            metadata.create_all(connection)
        self.clock = FixedClock(now)
        self.parser = RecordParser(makers.SALT)
        self.writer = Writer(self.database, key=KEY, clock=self.clock)
        self.watch = Settings(watch_first_day=first_day, zone=zone).watch()
        self._board = Board()

    def send(self, events: Iterable[makers.Event], *, together: int = 100) -> list[Answer]:
        """Append events, ``together`` at a time, history believed, and return the answers."""
        records = makers.records(events)
        answers: list[Answer] = []
        for start in range(0, len(records), together):
            batch = records[start : start + together]
            receipt = self.writer.submit(batch, door="tests", principal="tests", clamp_past=False)
            answers += receipt.result(30).answers
        return answers

    @property
    def board(self) -> Board:
        """The board, brought up to the log."""
        with self.database.read() as connection:
            self._board.refresh(connection)
        return self._board.frozen()

    def measures(self, **scope: Any) -> dict[str, Any]:
        """Every measure of a scope, now."""
        return self.board.measures(replace(Scope(), **scope), now=self.clock.now(), watch=self.watch)

    def close(self) -> None:
        """Stop writing, and give the database back."""
        self.writer.close()
        self.database.close()


def at(text: str) -> int:
    """The instant of ``2018-10-20T10:00:00Z``."""
    return instant(datetime.fromisoformat(text))
