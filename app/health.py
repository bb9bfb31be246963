"""Whether the program is well: ``/healthz`` says that it lives, ``/readyz`` that it serves, ``/metrics`` how much."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Lock
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text, update
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection

from app import tables as t
from app.access import Role, Visitor
from app.access.gate import Gate, Rule
from app.board import Board
from app.database import Database
from app.errors import Unavailable
from app.feed import LOOK_S, Feed
from app.metrics import Metrics, age_s

STALE_S = 5 * LOOK_S
"""Seconds after which a board that has not agreed with the log is no picture any more."""

ASKED_S = 1.0
"""Seconds for which an answer is given again: who asks all the time must not take the writer's lock all the time."""


class Writing(Protocol):
    """The part of the writer that is looked at."""

    @property
    def is_alive(self) -> bool:
        """Whether the thread that writes is there."""
        ...


@dataclass(frozen=True, slots=True)
class Wellness:
    """What ``/readyz`` looks at."""

    database: Database
    writer: Writing
    board: Board
    feed: Feed

    def complaints(self) -> list[str]:
        """Why this process should get no requests now; empty when it should."""
        return list(self._complaints())

    def _complaints(self) -> Iterator[str]:
        if not self.writer.is_alive:
            yield "the writer has stopped"
        shown = self.board.seq
        try:
            head = self._try_to_write()
        except (SQLAlchemyError, Unavailable, OSError) as broken:
            # What PostgreSQL says may name hosts and users, and anybody may ask.
            said = getattr(broken, "orig", broken) if self.database.is_sqlite else type(broken).__name__
            yield f"the database cannot be written: {said}"
            return
        age = age_s(self.feed.refreshed_at)
        if not self.feed.refreshed_at:
            yield "the board is not read yet"
        elif age > STALE_S:
            yield f"the board has not been read for {age:.0f} s"
        elif shown > head:
            yield f"the board shows seq {shown}, but the log ends at {head}"

    def _try_to_write(self) -> int:
        """Change a row and take it back: the lock, the file system and the rights are all asked. Returns the seq."""
        with self.database.engine.connect() as connection, connection.begin() as begun:
            if not self.database.is_sqlite:
                connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            changed = connection.execute(update(t.head).values(seq=t.head.c.seq).returning(t.head.c.seq)).scalar_one()
            begun.rollback()
            return int(changed)


class ThisMachine(Rule):
    """A rule for an administrator, or for whoever asks from this machine itself, as a Prometheus beside it does.

    Behind a proxy on the same machine let the proxy pass on whom it speaks for (``X-Forwarded-For``), or keep the
    address to itself.
    """

    def __call__(self, connection: HTTPConnection) -> Visitor:
        """Ask the gate, unless the question comes over the loopback."""
        if is_loopback(connection):
            return Visitor(Role.ADMIN, "this machine")
        return super().__call__(connection)


def is_loopback(connection: HTTPConnection) -> bool:
    """Whether the other end of a connection is on this machine."""
    try:
        return connection.client is not None and ip_address(connection.client.host).is_loopback
    except ValueError:
        return False


def health_router(gate: Gate, wellness: Wellness, metrics: Metrics) -> APIRouter:
    """The three routes."""
    router = APIRouter(tags=["health"])
    anybody = [Depends(gate.anybody)]
    ask = _now_and_then(wellness.complaints)

    @router.get("/healthz", dependencies=anybody, summary="Alive")
    def alive() -> dict[str, str]:
        """The program runs and answers. Says nothing about the database."""
        return {"status": "alive"}

    @router.get(
        "/readyz",
        dependencies=anybody,
        summary="Ready",
        responses={503: {"description": "Not now, and why: the database, the writer or the board"}},
    )
    def ready() -> Response:
        """The database takes records and the board keeps up with it."""
        complaints = ask()
        if complaints:
            content: dict[str, Any] = {"status": "unavailable", "reasons": complaints}
            return JSONResponse(content, 503, {"retry-after": "1"})
        return JSONResponse({"status": "ready", "seq": wellness.board.seq, "epoch": wellness.board.epoch})

    @router.get("/metrics", summary="Numbers for Prometheus", response_class=Response)
    def numbers(_visitor: Annotated[Visitor, Depends(ThisMachine(gate.admit, frozenset({Role.ADMIN})))]) -> Response:
        """How far the log is, what waits, what came in and what went out. For this machine, or an administrator."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router


def _now_and_then(ask: Callable[[], list[str]]) -> Callable[[], list[str]]:
    """``ask``, at most once in ``ASKED_S``; everybody in between hears the same."""
    lock = Lock()
    heard: list[str] = []
    heard_at = 0.0

    def asked() -> list[str]:
        nonlocal heard, heard_at
        with lock:
            if not heard_at or time.monotonic() - heard_at >= ASKED_S:
                heard, heard_at = ask(), time.monotonic()
            return heard

    return asked
