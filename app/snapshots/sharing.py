"""Share links: whoever holds one reads one snapshot without signing in, until it expires or is revoked.

A link is 256 random bits, shown once and kept as SHA-256. It lasts in real time; an embargo ends in the room's. That it
was revoked, has expired or never was is the same answer after the same work.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from app import tables as t
from app.access._secrets import digest_of, new_secret
from app.clock import Clock
from app.database import Database
from app.errors import BadRequest, Conflict, NotFound, Unavailable
from app.exports import all_exports
from app.language import _
from app.snapshots import keeping
from app.snapshots.keeping import Kept
from app.snapshots.labels import SHAREABLE
from app.vocabulary import DAY

DAYS, MOST_DAYS = 7, 90
"""How long a link is good unless asked otherwise, and at most: a briefing is old before that."""

PATH = "/share/"

_s = t.snapshot_shares.c


@dataclass(frozen=True, slots=True)
class Share:
    """One link without its secret: which formats it gives, who made and ended it, and when (real µs)."""

    id: str
    snapshot: str
    formats: tuple[str, ...]
    made_at: int
    made_by: str
    expires_at: int
    revoked_at: int | None
    revoked_by: str | None
    opened_at: int | None
    opened: int

    def state(self, now: int) -> str:
        """``open``, ``expired`` or ``revoked``."""
        if self.revoked_at is not None:
            return "revoked"
        return "open" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a good link leads to. ``is_free`` is False while the embargo lasts, and then nothing of it may be shown."""

    share: Share
    kept: Kept
    is_free: bool


class Shares:
    """The links of one room. ``clock`` is the room's; ``now`` gives µs of real time. Safe to ask from any thread."""

    def __init__(self, database: Database, clock: Clock, now: Callable[[], int]) -> None:
        self.now = now
        self._database = database
        self._clock = clock

    def share(self, kept: Kept, *, days: int = DAYS, formats: Collection[str] = (), by: str) -> tuple[str, Share]:
        """Make a link for a snapshot, of some formats or of all; its secret is here alone.

        Raises BadRequest naming ``days`` or ``formats``, and Conflict where the label is not for everybody.
        """
        if kept.tlp not in SHAREABLE:
            raise Conflict(_not_shareable(kept))
        if not 1 <= days <= MOST_DAYS:
            raise BadRequest("days", _("a whole number from 1 to {n}").format(n=MOST_DAYS))
        if kept.embargo_until is not None and self._clock.now() + days * DAY <= kept.embargo_until:
            raise BadRequest("days", _("the link would be over before the embargo is"))
        token, digest = new_secret("wrr")
        now = self.now()
        row = {
            "id": secrets.token_hex(6),
            "snapshot": kept.id,
            "formats": " ".join(_known(formats)),
            "made_at": now,
            "made_by": by,
            "expires_at": now + days * DAY,
        }
        with self._database.write() as connection:
            connection.execute(insert(t.snapshot_shares).values(**row, digest=digest))
            made = connection.execute(select(*_LISTED).where(_s.id == row["id"])).one()
        return token, _share(made)

    def of(self, snapshot: str) -> list[Share]:
        """The links of a snapshot, the newest first, those that are over among them."""
        mine = select(*_LISTED).where(_s.snapshot == snapshot).order_by(_s.made_at.desc(), _s.id)
        with self._database.read() as connection:
            return [_share(row) for row in connection.execute(mine)]

    def find(self, id: str) -> Share:
        """A link by its id. Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(*_LISTED).where(_s.id == id)).first()
        if row is None:
            raise NotFound(_("there is no link {id}").format(id=repr(id[:40])))
        return _share(row)

    def revoke(self, share: Share, *, by: str) -> None:
        """End a link at once. Doing so again changes nothing."""
        mine = (_s.id == share.id) & _s.revoked_at.is_(None)
        with self._database.write() as connection:
            connection.execute(update(t.snapshot_shares).where(mine).values(revoked_at=self.now(), revoked_by=by))

    def open(self, token: str) -> Opened | None:
        """What a link leads to; None for one that is unknown, expired or revoked."""
        with self._database.read() as connection:
            row = connection.execute(select(*_LISTED).where(_s.digest == (digest_of(token) or b""))).first()
            kept = keeping.kept(connection, "" if row is None else row.snapshot)
        share = None if row is None else _share(row)
        if share is None or kept is None or share.state(self.now()) != "open" or kept.tlp not in SHAREABLE:
            return None
        return Opened(share, kept, kept.is_free(self._clock.now()))

    def note(self, share: Share) -> None:
        """Count that something of it was given out. Reading goes on where that cannot be written."""
        mine = update(t.snapshot_shares).where(_s.id == share.id)
        with contextlib.suppress(SQLAlchemyError, Unavailable), self._database.write() as connection:
            connection.execute(mine.values(opened=_s.opened + 1, opened_at=self.now()))


_LISTED = tuple(column for column in _s if column.name != "digest")


def _not_shareable(kept: Kept) -> str:
    said = _("{label} is not for everybody: without signing in only {labels} may be read")
    return said.format(label=kept.tlp, labels=", ".join(SHAREABLE))


def _known(formats: Collection[str]) -> list[str]:
    """The formats in the order of the family, all where none is named. Raises BadRequest."""
    known = list(all_exports())
    if unknown := next((name for name in formats if name not in known), None):
        raise BadRequest("formats", _("there is no format {name}").format(name=repr(unknown[:40])))
    return [name for name in known if not formats or name in formats]


def _share(row: Row[tuple[object, ...]]) -> Share:
    said = row._asdict()
    return Share(**said | {"formats": tuple(said["formats"].split())})
