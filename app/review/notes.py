"""Notes: remarks of people on a network or an asset. They stand in nobody's way and change no figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app import tables as t
from app.errors import BadRequest
from app.language import _
from app.log import read_many
from app.review._deciding import Word
from app.rows import find
from app.vocabulary import RecordType

LONGEST = 10_000
"""Characters of a note that is written at the desk: a page that one reads."""

MOST = 100
"""Notes that are read, the last ones."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note, ``at`` in µs. ``about`` is the network or asset."""

    about: str
    text: str
    by: str
    at: int


def write(about: str, text: str) -> Word:
    """A note about a network or an asset. Raises BadRequest."""
    text = text.strip()
    if not text:
        raise BadRequest("text", _("write something"))
    if len(text) > LONGEST:
        raise BadRequest("text", _("at most {n} characters").format(n=LONGEST))
    return Word(RecordType.NOTE_WRITTEN, about, {"text": text})


def read(connection: Connection, about: Sequence[str], most: int = MOST) -> list[Note]:
    """The notes about any of these that hold, newest first, at most ``most``."""
    places = (
        select(t.trail.c.seq)
        .where(t.trail.c.kind == "note", t.trail.c.entity.in_(list(about)))
        .order_by(t.trail.c.seq.desc())
        .limit(most)
    )
    entries = [entry for _seq, entry in sorted(read_many(connection, connection.execute(places).scalars()).items())]
    ids = [entry.record.id for entry in entries]
    rows = find(connection, t.withdrawn.c.event_id, ids, t.withdrawn.c.source, t.withdrawn.c.event_id)
    withdrawn = {(row.source, row.event_id) for row in rows}
    return [
        Note(entry.record.subject or "", entry.record.data["text"], entry.record.data["by"], entry.counted_at)
        for entry in reversed(entries)
        if (entry.record.source, entry.record.id) not in withdrawn
    ]
