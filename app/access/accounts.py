"""Accounts: people who sign in by name and password, what may be changed about them, and who changed what.

Every change that changes something is written down with who made it and when. Whoever loses a role, a password or the
account loses the sessions and links of it as well: what somebody could do before is not to outlast the decision.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from app.access.roles import PEOPLE, Role
from app.access.sessions import close_sessions_of_account
from app.access.tables import account_changes, accounts, sessions, sign_in_links
from app.errors import BadRequest, NotFound
from app.language import _
from app.safetext import clean

MOST_LETTERS = 60
"""Of a name: what the bar of the desk has room for."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``hash`` is empty until a first password is set; instants in µs, None for what never was."""

    id: str
    name: str
    role: Role
    hash: str
    made_at: int
    made_by: str
    changed_at: int
    disabled_at: int | None
    signed_in_at: int | None

    @property
    def is_enabled(self) -> bool:
        """Whether it may be used."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class AccountChange:
    """Who changed what about the account that was called ``name`` then, and when (µs)."""

    at: int
    who: str
    name: str
    what: str


def make_account(connection: Connection, name: str, role: Role, hash: str, *, by: str, now: int) -> Account:
    """A new account, with no password yet where ``hash`` is empty. Raises BadRequest for a name that will not do."""
    fit = fit_name(connection, name)
    _check_role(role)
    id = secrets.token_hex(6)
    row = {"id": id, "name": fit, "name_key": key_of(fit), "role": role, "hash": hash}
    connection.execute(insert(accounts).values(**row, made_at=now, made_by=by, changed_at=now))
    account = find_account(connection, id)
    write_down(connection, account, _("made the account, as {role}").format(role=_(role)), by=by, now=now)
    return account


def set_role(connection: Connection, account: Account, role: Role, *, by: str, now: int) -> None:
    """Another role. Ends the sessions. Raises BadRequest for the last administrator."""
    _check_role(role)
    if role != account.role:
        _check_not_last(connection, account, "role")
        what = _("made them {role}, before {old}").format(role=_(role), old=_(account.role))
        _change(connection, account, what, by=by, now=now, role=role)
        shut_out(connection, account)


def set_hash(connection: Connection, account: Account, hash: str, what: str, *, by: str, now: int) -> None:
    """Another password; ``what`` says how that came. Ends the sessions, and links that would set one."""
    _change(connection, account, what, by=by, now=now, hash=hash)
    shut_out(connection, account)


def disable(connection: Connection, account: Account, *, by: str, now: int) -> None:
    """Let nobody sign in with it any more, and end the sessions. Raises BadRequest for the last administrator."""
    if account.is_enabled:
        _check_not_last(connection, account, "disable")
        _change(connection, account, _("disabled the account"), by=by, now=now, disabled_at=now)
        shut_out(connection, account)


def enable(connection: Connection, account: Account, *, by: str, now: int) -> None:
    """Let it be used again, with the password and the role it had."""
    if not account.is_enabled:
        _change(connection, account, _("enabled the account"), by=by, now=now, disabled_at=None)


def shut_out(connection: Connection, account: Account) -> None:
    """End the sessions of an account and its links; also the sessions that its person has by links of no account."""
    close_sessions_of_account(connection, account.id)
    connection.execute(delete(sign_in_links).where(sign_in_links.c.account == account.id))
    for table in (sessions, sign_in_links):
        of_no_account = select(table.c.digest, table.c.name).where(table.c.account.is_(None), table.c.role.in_(PEOPLE))
        theirs = [row.digest for row in connection.execute(of_no_account) if key_of(row.name) == key_of(account.name)]
        for digest in theirs:
            connection.execute(delete(table).where(table.c.digest == digest))


def note_sign_in(connection: Connection, account: Account, now: int, anew: str = "") -> None:
    """They signed in; ``anew`` is a hash of the same password to keep from now on, empty where the old one will do."""
    values: dict[str, Any] = {"signed_in_at": now} | ({"hash": anew} if anew else {})
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(**values))


def find_account(connection: Connection, id: str) -> Account:
    """An account by its id. Raises NotFound."""
    row = connection.execute(select(accounts).where(accounts.c.id == id)).first()
    if row is None:
        raise NotFound(_("there is no such account"))
    return _account(row)


def account_called(connection: Connection, name: str) -> Account | None:
    """The account of a name, however its capitals were typed; None where nobody is called that."""
    row = connection.execute(select(accounts).where(accounts.c.name_key == key_of(name))).first()
    return None if row is None else _account(row)


def list_accounts(connection: Connection) -> list[Account]:
    """Every account by name, those that are disabled last."""
    everybody = [_account(row) for row in connection.execute(select(accounts))]
    return sorted(everybody, key=lambda account: (not account.is_enabled, key_of(account.name)))


def account_changes_of(connection: Connection, most: int) -> list[AccountChange]:
    """What was changed about accounts, the latest first, at most so many."""
    rows = connection.execute(select(account_changes).order_by(account_changes.c.place.desc()).limit(most))
    return [AccountChange(row.at, row.who, row.name, row.what) for row in rows]


def write_down(connection: Connection, account: Account, what: str, *, by: str, now: int) -> None:
    """Add to what was done about accounts."""
    place = (connection.scalar(select(func.max(account_changes.c.place))) or 0) + 1
    row = {"place": place, "at": now, "who": by, "account": account.id, "name": account.name, "what": what}
    connection.execute(insert(account_changes).values(row))


def key_of(name: str) -> str:
    """A name as it is compared: without its capitals, and in one spelling of what looks the same."""
    return unicodedata.normalize("NFKC", clean(name[: 10 * MOST_LETTERS], empty="")).casefold()


def fit_name(connection: Connection, name: str) -> str:
    """A name as it is kept. Raises BadRequest for one that cannot be read, is too long, or is somebody's."""
    fit = clean(name[: 10 * MOST_LETTERS], empty="")
    if not fit:
        raise BadRequest("name", _("an account needs a name that can be read"))
    if len(fit) > MOST_LETTERS:
        raise BadRequest("name", _("{n} characters: a name has at most {most}").format(n=len(fit), most=MOST_LETTERS))
    other = account_called(connection, fit)
    if other is not None:
        raise BadRequest("name", _("there is an account called {name} already").format(name=other.name))
    return fit


def role_of(text: str) -> Role:
    """A role that a person can have, as it was typed. Raises BadRequest."""
    if text not in PEOPLE:
        raise BadRequest("role", _("choose one of the roles: {roles}").format(roles=", ".join(map(_, people_roles()))))
    return Role(text)


def people_roles() -> list[Role]:
    """The roles that accounts have, in the order in which they can do more at the desk; administrators last."""
    return [role for role in Role if role in PEOPLE]


def _check_role(role: Role) -> None:
    role_of(role)


def _check_not_last(connection: Connection, account: Account, field: str) -> None:
    """Refuse to leave the room without anybody who can sign in and look after accounts."""
    if account.role is not Role.ADMIN or not account.is_enabled:
        return
    others = accounts.c.id != account.id, accounts.c.role == Role.ADMIN, accounts.c.disabled_at.is_(None)
    if connection.scalar(select(func.count()).select_from(accounts).where(*others, accounts.c.hash != "")) == 0:
        reason = _("{name} is the last administrator who can sign in: make another one first").format(name=account.name)
        raise BadRequest(field, reason)


def _change(connection: Connection, account: Account, what: str, *, by: str, now: int, **columns: Any) -> None:
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(**columns, changed_at=now))
    write_down(connection, account, what, by=by, now=now)


def _account(row: Row[Any]) -> Account:
    return Account(
        row.id,
        row.name,
        Role(row.role),
        row.hash,
        row.made_at,
        row.made_by,
        row.changed_at,
        row.disabled_at,
        row.signed_in_at,
    )
