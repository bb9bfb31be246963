"""One-time sign-in links: an administrator, or the command line, makes one for a person or a wall device."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert

from app.access._secrets import digest_of, new_secret
from app.access.roles import Role
from app.access.sessions import Opened, open_session
from app.access.tables import sign_in_links
from app.vocabulary import MINUTE

LIFETIME = 15 * MINUTE
"""How long a link waits to be used."""


def create_link(
    connection: Connection, role: Role, name: str, now: int, *, scene: str | None = None, lifetime: int = LIFETIME
) -> str:
    """Make a link for somebody and return its token. ``scene`` confines a wall device to one scene.

    Raises ValueError for an empty name, for detectors (they have keys), and for a scene where there is no wall.
    """
    if not name.strip():
        raise ValueError("a sign-in link needs the name of a person or a device")
    if role is Role.DETECTOR:
        raise ValueError("detectors do not sign in: make a key")
    if scene is not None and role is not Role.WALL:
        raise ValueError(f"only a wall is confined to a scene, not the role {role}")
    token, digest = new_secret("wrl")
    connection.execute(
        insert(sign_in_links).values(
            digest=digest, role=role, name=name.strip(), scene=scene, expires_at=now + lifetime
        )
    )
    return token


def redeem(connection: Connection, token: str, now: int) -> Opened | None:
    """Turn a link into a session, once. None when it is unknown, used or too old."""
    digest = digest_of(token)
    if digest is None:
        return None
    # One statement: of two visitors with the same link only one gets the row.
    row = connection.execute(
        delete(sign_in_links).where(sign_in_links.c.digest == digest).returning(sign_in_links)
    ).first()
    if row is None or row.expires_at <= now:
        return None
    return open_session(connection, Role(row.role), row.name, now, scene=row.scene)
