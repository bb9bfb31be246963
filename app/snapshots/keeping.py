"""The snapshots that were frozen: kept once, listed newest first, searched, and found again as they were."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select

from app import tables as t
from app.errors import BadRequest, Conflict, NotFound
from app.exports import Frozen, canonical
from app.language import _
from app.log import read_head
from app.records import instant_of
from app.vocabulary import Tlp

ID = re.compile(r"[0-9a-f]{16}")

LONGEST_SEARCH = 200

_s = t.snapshots.c


@dataclass(frozen=True, slots=True)
class Kept:
    """One snapshot in a list: everything but its content. ``made_at`` and ``embargo_until`` in µs of the room's time.

    ``no`` is the ``seq`` of its record in the log, by which the list is ordered.
    """

    id: str
    no: int
    name: str
    scope: str
    seq: int
    epoch: str
    made_at: int
    made_by: str
    tlp: Tlp
    names: bool
    sha256: str
    embargo_until: int | None

    def is_free(self, now: int) -> bool:
        """Whether no embargo is on it any more at an instant of the room (µs)."""
        return self.embargo_until is None or self.embargo_until <= now


@dataclass(frozen=True, slots=True)
class Page:
    """Some snapshots, newest first, of ``total`` that match; ``after`` begins the next page, empty on the last one."""

    kept: tuple[Kept, ...]
    total: int
    after: str


def keep(connection: Connection, frozen: Frozen, made_at: int) -> None:
    """Add one. Raises Conflict where there is one of this id.

    The caller holds the append lock, appends the record of it as the next, and commits both together.
    """
    content = frozen.content
    if connection.execute(select(_s.id).where(_s.id == frozen.id)).first() is not None:
        raise Conflict(_("this snapshot was frozen already"))
    # A submission with a guard stands alone, so its one record is the next of the log.
    no = read_head(connection).seq + 1
    name, scope, by = content["name"], content["subject"]["words"], content["frozen"]["by"]
    connection.execute(
        insert(t.snapshots).values(
            id=frozen.id,
            no=no,
            name=name,
            scope=scope,
            seq=frozen.seq,
            epoch=content["picture"]["epoch"],
            made_at=made_at,
            made_by=by,
            tlp=str(frozen.tlp),
            names=content["names"],
            words="\n".join((name, scope, by, str(frozen.tlp), frozen.id)).casefold(),
            sha256=frozen.sha256,
            body=frozen.body,
            subject=subject_key(content),
            embargo_until=None if content["embargo_until"] is None else instant_of(content["embargo_until"]),
        )
    )


def subject_key(content: Mapping[str, Any]) -> str:
    """What a snapshot is of, in one word: the same for the same scope or scene, whatever it is called."""
    said = content["subject"]
    of = {"scope": said["scope"], "scene": said["scene"], "open": content["open"]["scope"]}
    return hashlib.sha256(canonical(of)).hexdigest()[:16]


def kept(connection: Connection, id: str) -> Kept | None:
    """One snapshot without its content, None where there is none."""
    if not ID.fullmatch(id):
        return None
    row = connection.execute(select(*_LISTED).where(_s.id == id)).first()
    return None if row is None else _kept(row)


def body_of(connection: Connection, id: str) -> Frozen:
    """One snapshot whole. Raises NotFound, and Conflict where it is not what its digest is of."""
    row = connection.execute(select(_s.body, _s.sha256).where(_s.id == id)).first() if ID.fullmatch(id) else None
    if row is None:
        raise unknown(id)
    # What is not as it was frozen may be no JSON either.
    if hashlib.sha256(bytes(row.body)).hexdigest() != row.sha256:
        raise Conflict(_("this snapshot is not as it was frozen: its SHA-256 differs"))
    return Frozen.read(bytes(row.body))


def page_of(
    connection: Connection,
    labels: Collection[Tlp],
    *,
    free_at: int | None = None,
    search: str = "",
    after: str = "",
    limit: int = 50,
) -> Page:
    """Snapshots under some labels, newest first, in whose name, scope, maker, label and id all words of ``search`` are.

    With ``free_at`` (µs) only those that no embargo is on at that instant. Raises BadRequest naming ``after`` or
    ``search``.
    """
    wanted = and_(_s.tlp.in_([str(label) for label in labels]), *_holding(search))
    if free_at is not None:
        wanted = and_(wanted, or_(_s.embargo_until.is_(None), _s.embargo_until <= free_at))
    total = connection.execute(select(func.count()).select_from(t.snapshots).where(wanted)).scalar_one()
    behind = [_s.no < _place(after)] if after else []
    rows = connection.execute(select(*_LISTED).where(wanted, *behind).order_by(_s.no.desc()).limit(limit + 1)).all()
    found = tuple(map(_kept, rows[:limit]))
    return Page(found, total, str(found[-1].no) if len(rows) > limit else "")


def unknown(id: str) -> NotFound:
    """That there is no such snapshot, or not for whoever asks."""
    return NotFound(_("there is no snapshot {id}").format(id=repr(id[:40])))


def _holding(search: str) -> list[ColumnElement[bool]]:
    if len(search) > LONGEST_SEARCH or "\0" in search:
        raise BadRequest("search", _("at most {n} characters").format(n=LONGEST_SEARCH))
    return [_s.words.contains(word, autoescape=True) for word in search.casefold().split()]


def _place(after: str) -> int:
    if not (after.isascii() and after.isdecimal() and len(after) <= 18):
        raise BadRequest("after", _("this is no place in the list: begin at the first page"))
    return int(after)


_LISTED = tuple(column for column in t.snapshots.c if column.name not in ("body", "words", "subject"))


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    said = row._asdict()
    return Kept(**said | {"tlp": Tlp(said["tlp"]), "names": bool(said["names"])})
