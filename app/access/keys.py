"""Detector keys. A key may append records of exactly one CloudEvents ``source``, and of its own types only."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from app.access._secrets import digest_of, new_secret
from app.access.roles import Role
from app.access.tables import detector_keys
from app.vocabulary import OWN_SOURCES, OWN_TYPES, RecordType

FORM = re.compile(r"wrk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")

OBSERVATIONS = frozenset(
    {
        RecordType.NETWORK_REPORTED,
        RecordType.ASSET_DETECTED,
        RecordType.AUDIENCE_OBSERVED,
        RecordType.AD_OBSERVED,
        RecordType.EVENT_HOSTED,
        RecordType.POST_OBSERVED,
        RecordType.LINK_OBSERVED,
        RecordType.INDICATOR_OBSERVED,
        RecordType.RECORD_WITHDRAWN,
    }
)
"""What a detector says by default: what it saw, and that it was wrong. Decisions are people's."""


@dataclass(frozen=True, slots=True)
class Detector:
    """Who appends records: the principal that the log keeps beside each of them."""

    key_id: str
    name: str
    source: str
    types: frozenset[str]
    role: Role = Role.DETECTOR

    def allows(self, source: str, type: str) -> bool:
        """Whether a record of this ``source`` and (unprefixed) ``type`` may come from here."""
        return (
            source == self.source
            and type in self.types
            and type not in OWN_TYPES
            and not source.startswith(OWN_SOURCES)
        )


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as an administrator sees it: everything but the secret. Instants in µs."""

    id: str
    detector: Detector
    created_at: int
    revoked_at: int | None


def create_key(connection: Connection, name: str, source: str, types: Iterable[str], now: int) -> str:
    """Make a key and return its secret, which is not kept and cannot be shown again.

    Raises ValueError for an empty name or source, for no or unknown types, and for what the room says itself.
    """
    known = sorted({RecordType(word).value for word in types})
    if not (name.strip() and source and known):
        raise ValueError("a key needs a name, a source and at least one record type")
    if source.startswith(OWN_SOURCES) or OWN_TYPES.intersection(known):
        raise ValueError(
            f"alarms, decisions of the desk and the sources {OWN_SOURCES}… are the room's own: no key may send them"
        )
    key_id = secrets.token_hex(6)
    secret, digest = new_secret(f"wrk_{key_id}")
    row = {"id": key_id, "name": name.strip(), "source": source, "types": " ".join(known)}
    connection.execute(insert(detector_keys).values(**row, digest=digest, created_at=now))
    return secret


def find_key(connection: Connection, secret: str) -> Detector | None:
    """The detector that a key stands for; None for a key that is unknown, revoked or no key at all."""
    digest = digest_of(secret)
    form = FORM.fullmatch(secret)
    if digest is None or form is None:
        return None
    row = connection.execute(
        select(detector_keys).where(detector_keys.c.id == form[1], detector_keys.c.revoked_at.is_(None))
    ).first()
    # Bytes, not text: compare_digest raises on text that is not ASCII.
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    return _detector(row)


def revoke_key(connection: Connection, key_id: str, now: int) -> bool:
    """Make a key worthless. False when there is none of that id or it was revoked before."""
    live = (detector_keys.c.id == key_id) & detector_keys.c.revoked_at.is_(None)
    return connection.execute(update(detector_keys).where(live).values(revoked_at=now)).rowcount == 1


def list_keys(connection: Connection) -> list[KeyRow]:
    """All keys, the oldest first, revoked ones included."""
    rows = connection.execute(select(detector_keys).order_by(detector_keys.c.created_at, detector_keys.c.id))
    return [KeyRow(row.id, _detector(row), row.created_at, row.revoked_at) for row in rows]


def _detector(row: Row[Any]) -> Detector:
    return Detector(row.id, row.name, row.source, frozenset(row.types.split()))
