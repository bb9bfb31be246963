"""One-time links: an administrator, or the command line, makes one for a person or a wall device.

Most sign in. One for an account that says so lets its person set a new password first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from app.access._secrets import digest_of, new_secret
from app.access.accounts import Account, account_called, find_account, note_sign_in, write_down
from app.access.roles import Role
from app.access.sessions import Opened, open_session
from app.access.tables import sign_in_links
from app.errors import BadRequest
from app.language import _
from app.vocabulary import DAY, MINUTE

LIFETIME = 15 * MINUTE
"""How long a link waits to be used."""

PASSWORD_LIFETIME = DAY
"""How long one that sets a password does: it is sent to somebody who may be asleep."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is still good: for whom, and whether it asks for a new password."""

    name: str
    account: str | None
    sets_password: bool


def create_link(
    connection: Connection,
    role: Role | None,
    name: str,
    now: int,
    *,
    scene: str | None = None,
    lifetime: int = LIFETIME,
) -> str:
    """Make a link for somebody and return its token. ``scene`` confines a wall device to one scene.

    Where there is an account of the name, the link is that account's; without a ``role`` it is the account's, or else
    an analyst's. Raises ValueError for an empty name, for detectors (they have keys), for a scene where there is no
    wall, and for an account that is disabled or has another role.
    """
    if not name.strip():
        raise ValueError("a sign-in link needs the name of a person or a device")
    if role is Role.DETECTOR:
        raise ValueError("detectors do not sign in: make a key")
    if scene is not None and role is not Role.WALL:
        raise ValueError(f"only a wall is confined to a scene, not the role {role or Role.ANALYST}")
    account = None if role is Role.WALL else account_called(connection, name)
    if account is not None:
        if not account.is_enabled:
            raise ValueError(f"the account of {account.name} is disabled: enable it first")
        if role not in (None, account.role):
            raise ValueError(f"{account.name} has an account, whose role is {account.role}: leave the role out")
        return _keep(connection, account.role, account.name, now + lifetime, account=account.id)
    return _keep(connection, role or Role.ANALYST, name.strip(), now + lifetime, scene=scene)


def create_password_link(connection: Connection, account: Account, *, by: str, now: int) -> str:
    """Make a link with which somebody sets a new password, and return its token. Ends those that were made before.

    Raises BadRequest for an account that is disabled.
    """
    if not account.is_enabled:
        raise BadRequest("link", _("{name} is disabled: enable the account first").format(name=account.name))
    earlier = (sign_in_links.c.account == account.id) & sign_in_links.c.sets_password
    connection.execute(delete(sign_in_links).where(earlier))
    write_down(connection, account, _("made a one-time link to set a password"), by=by, now=now)
    until = now + PASSWORD_LIFETIME
    return _keep(connection, account.role, account.name, until, account=account.id, sets_password=True)


def find_link(connection: Connection, token: str, now: int) -> Link | None:
    """What a link is for, without using it up; None when it is unknown, used or too old."""
    row = connection.execute(select(sign_in_links).where(sign_in_links.c.digest == (digest_of(token) or b""))).first()
    return None if row is None or row.expires_at <= now else _link(row)


def redeem(connection: Connection, token: str, now: int) -> Opened | None:
    """Turn a link into a session, once. None when it is unknown, used, too old, or asks for a new password first."""
    row = _take(connection, token, now, sets_password=False)
    if row is None:
        return None
    if row.account is None:
        return open_session(connection, Role(row.role), row.name, now, scene=row.scene)
    # Its role as it is now; a change of role or of password, and disabling, have ended the link.
    account = find_account(connection, row.account)
    note_sign_in(connection, account, now)
    return open_session(connection, account.role, account.name, now, account=account.id)


def take_password_link(connection: Connection, token: str, now: int) -> Account | None:
    """The account for which a link lets a password be set, once. None when it is unknown, used, too old or another."""
    row = _take(connection, token, now, sets_password=True)
    return None if row is None else find_account(connection, row.account)


def _take(connection: Connection, token: str, now: int, *, sets_password: bool) -> Row[Any] | None:
    mine = (sign_in_links.c.digest == (digest_of(token) or b"")) & (sign_in_links.c.sets_password == sets_password)
    # One statement: of two visitors with the same link only one gets the row.
    row = connection.execute(delete(sign_in_links).where(mine).returning(sign_in_links)).first()
    return None if row is None or row.expires_at <= now else row


def _link(row: Row[Any]) -> Link:
    return Link(row.name, row.account, bool(row.sets_password))


def _keep(
    connection: Connection,
    role: Role,
    name: str,
    expires_at: int,
    *,
    scene: str | None = None,
    account: str | None = None,
    sets_password: bool = False,
) -> str:
    token, digest = new_secret("wrl")
    row = {"digest": digest, "role": role, "name": name, "scene": scene, "expires_at": expires_at}
    connection.execute(insert(sign_in_links).values(**row, account=account, sets_password=sets_password))
    return token
