"""Sessions are rows: they slide while they are used, and end for good when they are deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.access._secrets import digest_of, new_secret
from app.access.roles import Role, Visitor
from app.access.tables import pairings, sessions, sign_in_links
from app.vocabulary import DAY, HOUR

LIFETIMES = {
    Role.WALL: 30 * DAY,
    Role.VIEWER: 12 * HOUR,
    Role.ANALYST: 12 * HOUR,
    Role.LEAD: 12 * HOUR,
    Role.ADMIN: 1 * HOUR,
}
"""How long a session lasts without being used. A wall must survive a power cut at the weekend."""

SLACK = 0.1
"""Part of its life that a session loses before it is written anew: one write an hour, not one a request."""

IN_CHUNK = 500
"""Values in one IN list: far below the limits of both databases."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the token for the cookie, shown once, and whose it is."""

    token: str
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session of somebody as they see it: since when it is open, and when it was last noted as used (µs)."""

    digest: bytes
    opened_at: int
    used_at: int


def open_session(
    connection: Connection,
    role: Role,
    name: str,
    now: int,
    *,
    scene: str | None = None,
    wall: str | None = None,
    account: str | None = None,
) -> Opened:
    """Sign somebody in. The token goes into a cookie, or to a program as its bearer token."""
    token, digest = new_secret("wrs")
    visitor = Visitor(role, name, digest, scene, now + LIFETIMES[role], wall, account)
    row = {"digest": digest, "role": role, "name": name, "scene": scene, "wall": wall, "account": account}
    connection.execute(insert(sessions).values(**row, opened_at=now, expires_at=visitor.expires_at))
    return Opened(token, visitor)


def find_visitor(connection: Connection, token: str, now: int) -> Visitor | None:
    """Whose session a token is; None when it is unknown, signed out, expired or no token at all. Only reads."""
    digest = digest_of(token)
    if digest is None:
        return None
    row = connection.execute(select(sessions).where(sessions.c.digest == digest, sessions.c.expires_at > now)).first()
    return None if row is None else _visitor(row)


def is_due(visitor: Visitor, now: int) -> bool:
    """Whether a session in use has lost enough of its life to be renewed."""
    lifetime = LIFETIMES[visitor.role]
    return visitor.expires_at - now < lifetime * (1 - SLACK)


def renew(connection: Connection, visitors: Collection[Visitor], now: int) -> None:
    """Let sessions that are in use last for their whole lifetime from ``now``. One that has ended stays ended."""
    for visitor in visitors:
        alive = (sessions.c.digest == visitor.digest) & (sessions.c.expires_at > now)
        connection.execute(update(sessions).where(alive).values(expires_at=now + LIFETIMES[visitor.role]))


def find_alive(connection: Connection, digests: Collection[bytes], now: int) -> dict[bytes, Visitor]:
    """Those of many sessions that have not ended, by digest."""
    asked = list(digests)
    alive: dict[bytes, Visitor] = {}
    for start in range(0, len(asked), IN_CHUNK):
        chunk = sessions.c.digest.in_(asked[start : start + IN_CHUNK])
        rows = connection.execute(select(sessions).where(chunk, sessions.c.expires_at > now))
        alive.update((bytes(row.digest), _visitor(row)) for row in rows)
    return alive


def close_session(connection: Connection, token: str) -> None:
    """Sign out. The token is worth nothing from here on, wherever a copy of it may be."""
    digest = digest_of(token)
    if digest is not None:
        connection.execute(delete(sessions).where(sessions.c.digest == digest))


def close_sessions_of(connection: Connection, name: str) -> int:
    """End every session of a person or device and return how many there were."""
    return connection.execute(delete(sessions).where(sessions.c.name == name)).rowcount


def close_sessions_of_wall(connection: Connection, wall: str) -> int:
    """End every session of the screens of a wall and return how many there were."""
    return connection.execute(delete(sessions).where(sessions.c.wall == wall)).rowcount


def close_sessions_of_account(connection: Connection, account: str, *, but: bytes = b"") -> int:
    """End every session of an account, less the one of the digest ``but``, and return how many there were."""
    theirs = (sessions.c.account == account) & (sessions.c.digest != but)
    return connection.execute(delete(sessions).where(theirs)).rowcount


def sittings_of(connection: Connection, account: str, now: int) -> list[Sitting]:
    """The sessions of an account, the newest first."""
    alive = select(sessions).where(sessions.c.account == account, sessions.c.expires_at > now)
    return [
        Sitting(bytes(row.digest), row.opened_at, max(row.opened_at, row.expires_at - LIFETIMES[Role(row.role)]))
        for row in connection.execute(alive.order_by(sessions.c.opened_at.desc(), sessions.c.digest))
    ]


def walls_signed_in(connection: Connection, now: int) -> set[str]:
    """The ids of the walls that a screen is signed in for."""
    alive = select(sessions.c.wall).where(sessions.c.wall.is_not(None), sessions.c.expires_at > now)
    return set(connection.scalars(alive))


def list_sessions(connection: Connection, now: int) -> list[Visitor]:
    """Everybody who is signed in, by name."""
    signed_in = select(sessions).where(sessions.c.expires_at > now)
    return [_visitor(row) for row in connection.execute(signed_in.order_by(sessions.c.name, sessions.c.opened_at))]


def sweep(connection: Connection, now: int) -> int:
    """Delete what has expired, sessions, links and pairings, and return how many rows that were."""
    gone = 0
    for table in (sessions, sign_in_links, pairings):
        gone += connection.execute(delete(table).where(table.c.expires_at <= now)).rowcount
    return gone


def _visitor(row: Row[Any]) -> Visitor:
    return Visitor(Role(row.role), row.name, bytes(row.digest), row.scene, row.expires_at, row.wall, row.account)
