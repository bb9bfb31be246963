"""Checkpoints: what the views held at some places of the log, so that the past need not be told from its beginning.

Each is an SQLite file in a folder of its own, whole or not there: it is written under another name and renamed. The
name holds the digest of what is in it, so one that a power cut tore is known without a sync, for which the log's own
commits would have to wait. It holds the chain value of its place as well: one of another log, or of another ending of
this one, does not fit and goes.

Some views are left empty, and the largest: a board is made without posts, links and what is searched, and the trail of
the past is the beginning of today's. So a checkpoint grows with what the log speaks about and not with the log.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, create_engine, delete, select, update
from sqlalchemy.pool import NullPool

from app import tables as t
from app.database import Database
from app.log import GENESIS, Head
from app.rows import add

EVERY = 4_000
"""Records between two checkpoints. Read and applied at 30 to 45 µs each they take 0.12 to 0.18 s (``python -m
bench.history``)."""

SLACK = 1.5
"""How many times as many may lie between two: copies come late. Half as many more are 0.06 to 0.09 s."""

MOST = 128
"""About so many checkpoints at most. In a longer log, of more than 5 * 10^5 records, they stand farther apart."""

MOST_BYTES = 2 << 30
"""What all of them may take on the disk. Where each is large, fewer stand farther apart, though never below two."""

SPARE_BYTES = 512 << 20
"""What they leave free on the disk: the log lies there too, and it matters more."""

CACHE_KIB = 64 << 10
"""Views of the past stay in memory up to here, and go to a temporary file of SQLite's beyond: 10^6 assets with sketches
are 2 to 8 GB. Those of the bench's 10^5 records take 5 MiB."""

AT_ONCE = 1_000
"""Rows that are carried over from another kind of database at once."""

UNKEPT = (
    t.trail,
    t.posts,
    t.links,
    t.indicators,
    t.sightings,
    t.asset_words,
    t.post_words,
    t.indicator_words,
)
"""Views that a checkpoint leaves empty."""

KEPT = tuple(table for table in t.VIEWS if table not in UNKEPT)

_COLUMNS = [(table.name, [(column.name, str(column.type)) for column in table.columns]) for table in t.VIEWS]
FORM = hashlib.sha256(repr(_COLUMNS).encode()).hexdigest()[:8]
"""The shape of the views. Checkpoints that another version of the program made in another shape are of no use."""

_NAME = re.compile(r"([0-9a-f]+)-(\d+)-([0-9a-f]+)-([0-9a-f]{32})\.past")
_PART = ".part"

log = logging.getLogger(__name__)


def _new(*_arguments: object) -> sqlite3.Connection:
    # With no name SQLite makes a database of this connection alone, which goes with it.
    made = sqlite3.connect("", check_same_thread=False, isolation_level=None, uri=True)
    for pragma in (f"cache_size=-{CACHE_KIB}", "journal_mode=OFF", "synchronous=OFF"):
        made.execute(f"PRAGMA {pragma}").close()
    return made


_ENGINE = create_engine("sqlite://", creator=_new, poolclass=NullPool)


class Scratch:
    """The views at one place of the past, on a database of their own that goes with ``close``. It has no log."""

    def __init__(self) -> None:
        self.connection: Connection = _ENGINE.connect()

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's own connection."""
        return cast("sqlite3.Connection", self.connection.connection.dbapi_connection)

    def close(self) -> None:
        """Forget it. Doing so twice does no harm."""
        self.connection.close()

    @property
    def place(self) -> Head:
        """Where in the log it stands."""
        row = self.connection.execute(select(t.head.c.seq, t.head.c.chain, t.head.c.epoch)).one()
        return Head(row.seq, row.chain, row.epoch)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All that is written goes in together. It cannot be rolled back: where the body raises, close the scratch."""
        self.raw.execute("BEGIN").close()
        yield self.connection
        self.raw.execute("COMMIT").close()

    def put(self, place: Head) -> None:
        """Note where it stands, and empty the views that it need not have."""
        self.connection.execute(update(t.head).values(seq=place.seq, chain=place.chain, epoch=place.epoch))
        for table in UNKEPT:
            self.connection.execute(delete(table))


def blank(epoch: str) -> Scratch:
    """The views before the first record."""
    made = Scratch()
    t.metadata.create_all(made.connection, [*t.VIEWS, t.head])
    add(made.connection, t.head, [{"id": 1, "seq": 0, "chain": GENESIS, "epoch": epoch}])
    return made


def copied(database: Database) -> Scratch:
    """The views as they are now, read in one transaction that holds no writer up."""
    made = blank("")
    try:
        made.connection.execute(delete(t.head))
        path = database.engine.url.database
        if database.is_sqlite and path and path != ":memory:":
            _carry(made, Path(path))
        else:
            with database.read() as connection, made.writing():
                for table in (*KEPT, t.head):
                    found = connection.execute(select(table).execution_options(yield_per=AT_ONCE)).mappings()
                    for rows in found.partitions():
                        add(made.connection, table, [dict(row) for row in rows])
    except BaseException:
        made.close()
        raise
    return made


def _carry(scratch: Scratch, path: Path) -> None:
    # Within SQLite: the interpreter is free meanwhile, for the writer above all.
    raw = scratch.raw
    raw.execute("ATTACH ? AS live", (f"{path.resolve().as_uri()}?mode=ro",)).close()
    with scratch.writing():
        for table in (*KEPT, t.head):
            names = ", ".join(column.name for column in table.columns)
            # The names are our own.
            raw.execute(f"INSERT INTO main.{table.name} ({names}) SELECT {names} FROM live.{table.name}").close()  # noqa: S608
    raw.execute("DETACH live").close()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One that is on the disk."""

    seq: int
    epoch: str
    form: str
    digest: str
    path: Path


class Checkpoints:
    """Those in one folder, which is made where it is missing. Other processes may use the same one."""

    def __init__(self, folder: Path, *, every: int = EVERY, most: int = MOST) -> None:
        self.folder = folder.resolve()
        self._every = every
        self._most = most

    def of(self, epoch: str) -> list[Checkpoint]:
        """Those of one epoch, oldest first. Two of one place count once."""
        fit = {each.seq: each for each in self._found() if (each.epoch, each.form) == (epoch, FORM)}
        return [each for _, each in sorted(fit.items())]

    def clear_away(self) -> None:
        """Remove what was half written when the program ended."""
        for path in self._paths():
            if path.suffix == _PART:
                path.unlink(missing_ok=True)

    def keep_to(self, end: Head) -> list[Checkpoint]:
        """Remove those of other epochs and those that stand closer than they must, and return the others."""
        fit = self.of(end.epoch)
        stay = [each for each in fit if each.seq <= end.seq]
        apart, before = self.spacing(end.seq, stay), 0
        close = set[int]()
        for each, after in pairwise(stay):
            if after.seq - before <= apart * SLACK:
                close.add(each.seq)
            else:
                before = each.seq
        stay = [each for each in stay if each.seq not in close]
        for each in self._found():
            if each not in stay:
                each.path.unlink(missing_ok=True)
        return stay

    def spacing(self, end: int, kept: Sequence[Checkpoint]) -> int:
        """How many records lie between two checkpoints of a log that ends at ``end``."""
        # Views grow with the log, so one is half as large as the last on the whole.
        size = _size(kept[-1].path) // 2 if kept else 0
        most = max(2, min(self._most, MOST_BYTES // max(size, 1)))
        apart = self._every
        while end > apart * most:
            apart *= 2
        return apart

    def save(self, scratch: Scratch) -> None:
        """Keep a scratch as a checkpoint. Raises OSError or sqlite3.Error where it cannot, and leaves nothing then."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_room()
        place = scratch.place
        part = self.folder / f"{place.epoch}-{place.seq}-{os.getpid()}{_PART}"
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            with closing(sqlite3.connect(part, isolation_level=None)) as file:
                for pragma in ("journal_mode=OFF", "synchronous=OFF"):
                    file.execute(f"PRAGMA {pragma}").close()
                scratch.raw.backup(file)
            part.rename(self.folder / f"{place.epoch}-{place.seq}-{FORM}-{_digest(part)}.past")
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def _check_room(self) -> None:
        largest = max((_size(each.path) for each in self._found()), default=0)
        if shutil.disk_usage(self.folder).free < SPARE_BYTES + largest:
            raise OSError(errno.ENOSPC, f"less than {SPARE_BYTES >> 20} MiB would stay free", str(self.folder))

    def load(self, checkpoint: Checkpoint) -> Scratch | None:
        """What a checkpoint holds. None where it has gone, or holds something else than was written and goes now."""
        made = Scratch()
        try:
            if _digest(checkpoint.path) == checkpoint.digest:
                with closing(sqlite3.connect(f"{checkpoint.path.as_uri()}?immutable=1", uri=True)) as file:
                    file.backup(made.raw)
                return made
            log.warning("the checkpoint at seq %d is damaged, and removed", checkpoint.seq)
            checkpoint.path.unlink(missing_ok=True)
        except (OSError, sqlite3.Error) as broken:
            log.warning("the checkpoint at seq %d cannot be read: %s", checkpoint.seq, broken)
        made.close()
        return None

    def drop(self, checkpoint: Checkpoint) -> None:
        """Remove one that is of no use."""
        with suppress(OSError):
            checkpoint.path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.is_dir() else []

    def _found(self) -> list[Checkpoint]:
        named = [(path, _NAME.fullmatch(path.name)) for path in self._paths()]
        return [Checkpoint(int(said[2]), said[1], said[3], said[4], path) for path, said in named if said is not None]


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
