"""The textbook: an endpoint as the tutorials of FastAPI, pydantic and SQLAlchemy write it. It inserts the log, no more.

No chain, no views, no rollups, no keys; one session and one commit a request. SQLite in WAL with synchronous=FULL, as
ours, so that both promise the same after a power cut.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, Field
from sqlalchemy import UniqueConstraint, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase):
    """The base of the model."""


class LogRow(Base):
    """One record."""

    __tablename__ = "log"
    __table_args__ = (UniqueConstraint("source", "event_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    event_id: Mapped[str]
    type: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[float]
    body: Mapped[str]


class Event(BaseModel):
    """One CloudEvents record."""

    specversion: Literal["1.0"]
    id: str = Field(min_length=1, max_length=256)
    source: str = Field(min_length=1, max_length=256)
    type: str
    time: datetime
    subject: str | None = None
    data: dict[str, Any]


class Answer(BaseModel):
    """What became of it."""

    status: str
    seq: int


def opened(request: Request) -> Iterator[Session]:
    """A session for one request."""
    with request.app.state.sessions() as session:
        yield session


Opened = Annotated[Session, Depends(opened)]


def textbook(path: str) -> FastAPI:
    """The application, with its database at ``path``."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> Any:
        Base.metadata.create_all(engine)
        yield
        engine.dispose()

    app = FastAPI(lifespan=lifespan)
    app.state.sessions = sessionmaker(engine)

    @app.post("/records", status_code=201)
    def append(made: Event, session: Opened) -> Answer:
        row = _row(made)
        session.add(row)
        session.commit()
        return Answer(status="accepted", seq=row.seq)

    @app.post("/batches")
    def append_batch(made: list[Event], session: Opened) -> list[Answer]:
        rows = [_row(each) for each in made]
        session.add_all(rows)
        session.flush()
        answers = [Answer(status="accepted", seq=row.seq) for row in rows]
        session.commit()
        return answers

    return app


def _row(made: Event) -> LogRow:
    return LogRow(
        source=made.source,
        event_id=made.id,
        type=made.type,
        subject=made.subject,
        occurred_at=made.time,
        recorded_at=time.time(),
        body=json.dumps(made.model_dump(mode="json")),
    )
