"""The cursor: a picture that goes forward through the log, from the nearest checkpoint on."""

from __future__ import annotations

from typing import Self

from sqlalchemy import Connection, select

from app import tables as t
from app.board import Board
from app.checkpoints import EVERY, Checkpoints, Scratch, blank
from app.database import Database
from app.errors import BadRequest, NotFound
from app.log import GENESIS, Head, lend, read_after
from app.projection import apply

BATCH = 1_000
"""Records that are applied at once: 0.03 s, and as quick for each as larger ones."""


class Cursor:
    """A picture that goes forward through the log, for one thread at a time. ``board`` is the picture where it is."""

    def __init__(self, database: Database, checkpoints: Checkpoints, seq: int) -> None:
        self._database = database
        self._checkpoints = checkpoints
        self._scratch: Scratch | None = None
        self._board = Board()
        self.seq = seq
        self._go(seq)

    @property
    def board(self) -> Board:
        """The board at ``seq``. It does not change when the cursor goes on."""
        return self._board.frozen()

    @property
    def views(self) -> Connection:
        """The tables as they were at ``seq``, less those that a checkpoint leaves empty, until it goes on."""
        if self._scratch is None:
            raise BadRequest("seq", f"the cursor at {self.seq} was closed: open another one")
        return self._scratch.connection

    def advance(self, seq: int) -> Board:
        """Go on to ``seq``, and return the board there: a record at a time or many at once.

        Raises NotFound past the end of the log, and BadRequest for a place before the one where it is.
        """
        if seq < self.seq:
            raise BadRequest("seq", f"a cursor at {self.seq} cannot go back to {seq}: open another one there")
        self._go(seq)
        return self.board

    def close(self) -> None:
        """Give back what it holds. Doing so twice does no harm."""
        if self._scratch is not None:
            self._scratch.close()
            self._scratch = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def _go(self, seq: int) -> None:
        with self._database.read() as log:
            end = end_for(log, seq)
            scratch = self._beginning(log, end, seq)
            try:
                forward(log, scratch, seq)
                self._board.refresh(scratch.connection)
            except BaseException:
                # Half of a batch may be in it.
                self.close()
                raise
        self.seq = seq

    def _beginning(self, log: Connection, end: Head, seq: int) -> Scratch:
        """What it holds, or views from which it is nearer to ``seq``."""
        held = self._scratch
        if held is not None and held.place.epoch == end.epoch:
            nearer = nearest(self._checkpoints, log, end, seq, after=self.seq) if seq - self.seq > EVERY else None
            if nearer is None:
                return held
        else:
            nearer = nearest(self._checkpoints, log, end, seq) or blank(end.epoch)
        self.close()
        self._scratch, self._board = nearer, Board()
        return nearer


def end_of(log: Connection) -> Head:
    """The end of the log; before its first record it has no epoch."""
    row = log.execute(select(t.head.c.seq, t.head.c.chain, t.head.c.epoch)).first()
    return Head(0, GENESIS, "") if row is None else Head(row.seq, row.chain, row.epoch)


def nearest(checkpoints: Checkpoints, log: Connection, end: Head, seq: int, *, after: int = 0) -> Scratch | None:
    """The views at the nearest checkpoint at or before ``seq``, None where none of use stands ``after`` a place."""
    for kept in reversed(checkpoints.of(end.epoch)):
        if not after < kept.seq <= seq or (scratch := checkpoints.load(kept)) is None:
            continue
        if scratch.place == Head(kept.seq, _chain_at(log, kept.seq), end.epoch):
            return scratch
        # It is of another log, or of one that went on otherwise before it was put back from a copy.
        scratch.close()
        checkpoints.drop(kept)
    return None


def forward(log: Connection, scratch: Scratch, seq: int) -> None:
    """Apply the records up to ``seq`` to views of the past. Where that raises they are of no use any more."""
    place = scratch.place
    at = place.seq
    while entries := read_after(log, at, BATCH, until=seq):
        at = entries[-1].seq
        lend(scratch.connection, log, until=at)
        with scratch.writing() as views:
            apply(views, entries)
    if at != place.seq:
        scratch.put(Head(seq, _chain_at(log, seq), place.epoch))


def end_for(log: Connection, seq: int) -> Head:
    """The end of the log that holds a place. Raises NotFound where it ends before, and BadRequest below 0."""
    if seq < 0:
        raise BadRequest("seq", f"{seq} is before the beginning of the log: the first record is 1")
    end = end_of(log)
    if seq > end.seq:
        raise NotFound(f"there is no seq {seq} yet: the log ends at {end.seq}")
    return end


def _chain_at(log: Connection, seq: int) -> bytes:
    return bytes(log.execute(select(t.log.c.chain).where(t.log.c.seq == seq)).scalar() or GENESIS)
