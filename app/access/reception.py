"""The reception: who says a name and a password is let in or not, and how often they may try.

An unknown name, a wrong password and a disabled account get the same answer after the same work. What is tried wrongly
counts for the address and for the name. So that a stranger cannot keep a lead out by trying the lead's name all day, a
device on which somebody has signed in before counts by itself (a "device cookie", as OWASP calls it), and a one-time
link, which no password is needed for, lets anybody in on a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Connection

from app.access.accounts import Account, account_called, find_account, key_of, note_sign_in, set_hash
from app.access.links import Link, find_link, take_password_link
from app.access.pairing import Allowance
from app.access.passwords import Passwords, check_password
from app.access.roles import Visitor
from app.access.sessions import Opened, close_session, open_session, sweep
from app.database import Database
from app.errors import BadRequest, NotFound, TooOften
from app.language import _, ngettext
from app.vocabulary import MINUTE, SECOND

WITHIN = 10 * MINUTE

WRONG_FOR_A_NAME = 10
"""Passwords that may be tried wrongly for a name within ``WITHIN``, on devices that its person never signed in on: in a
year half a million, against some 10¹⁴ that ten letters at random can be."""

WRONG_ON_A_DEVICE = 10
"""The same on a device that its person has signed in on before."""

WRONG_FROM_AN_ADDRESS = 30
"""The same from one address, whatever the names: a whole office may come from one."""


class Reception:
    """Signs people in. ``key`` is that of the devices; ``now`` gives µs of real time. Safe to ask from any thread."""

    def __init__(
        self, database: Database, *, key: bytes, now: Callable[[], int], passwords: Passwords | None = None
    ) -> None:
        self.passwords = passwords or Passwords()
        self._database = database
        self._key = key
        self.now = now
        self._names = Allowance(WRONG_FOR_A_NAME, WITHIN)
        self._devices = Allowance(WRONG_ON_A_DEVICE, WITHIN)
        self._addresses = Allowance(WRONG_FROM_AN_ADDRESS, WITHIN)

    def sign_in(self, name: str, password: str, *, address: str, device: str = "", before: str | None = None) -> Opened:
        """A new session for whoever knows the password; the one of the token ``before`` ends.

        ``device`` is what ``device_of`` gave this device earlier. Raises BadRequest where name and password are not
        those of an account in use, and TooOften.
        """
        known = self._device(name, device)
        of_theirs = (self._devices, known) if known else (self._names, key_of(name))
        account, anew = self._recognised(name, password, [(self._addresses, neighbourhood(address)), of_theirs])
        with self._database.write() as connection:
            account = None if account is None else _still(connection, account)
            if account is None:
                raise BadRequest("password", _("name and password are not those of an account in use"))
            now = self.now()
            note_sign_in(connection, account, now, anew)
            if before is not None:
                close_session(connection, before)
            # As good a moment as any to let go of sessions and links whose time is over.
            sweep(connection, now)
            return open_session(connection, account.role, account.name, now, account=account.id)

    def change_password(self, visitor: Visitor, old: str, new: str) -> Opened:
        """Another password for whoever is signed in, and a new session. Raises BadRequest, NotFound and TooOften."""
        if visitor.account is None:
            raise NotFound(_("you came by a one-time link, and have no password here"))
        check_password("new", new)
        account, _anew = self._recognised(visitor.name, old, [(self._devices, visitor.account)])
        hash = self.passwords.hash(new)
        with self._database.write() as connection:
            account = None if account is None else _still(connection, account)
            if account is None or account.id != visitor.account:
                raise BadRequest("old", _("this is not your password"))
            return self._renewed(connection, account, hash, _("changed the password"))

    def link(self, token: str) -> Link | None:
        """What a one-time link is for; None for one that is no longer good."""
        with self._database.read() as connection:
            return find_link(connection, token, self.now())

    def set_password(self, token: str, new: str) -> Opened | None:
        """The password that somebody chose by a one-time link, and a session. None where the link is no longer good.

        Raises BadRequest for a password that will not do, which leaves the link as it was.
        """
        check_password("new", new)
        if self.link(token) is None:
            return None
        hash = self.passwords.hash(new)
        with self._database.write() as connection:
            account = take_password_link(connection, token, self.now())
            if account is None:
                return None
            return self._renewed(connection, account, hash, _("set a password by a one-time link"))

    def device_of(self, name: str) -> str:
        """What a device keeps on which somebody has signed in, to be known by: it opens nothing."""
        nonce = secrets.token_urlsafe(12)
        return f"{nonce}.{self._mark(name, nonce)}"

    def _renewed(self, connection: Connection, account: Account, hash: str, what: str) -> Opened:
        now = self.now()
        set_hash(connection, account, hash, what, by=account.name, now=now)
        note_sign_in(connection, account, now)
        return open_session(connection, account.role, account.name, now, account=account.id)

    def _recognised(self, name: str, password: str, counts: list[tuple[Allowance, str]]) -> tuple[Account | None, str]:
        """The account whose name and password these are, and its hash where it is to be kept anew. Raises TooOften."""
        now = self.now()
        for allowance, who in counts:
            if wait := allowance.ask(who, now):
                raise _too_often(wait)
        with self._database.read() as connection:
            account = account_called(connection, name)
        verdict = self.passwords.verify(password, account.hash if account is not None else "")
        if account is None or not verdict.is_right or not account.is_enabled:
            return None, ""
        for allowance, who in counts:
            allowance.give_back(who)
        return account, verdict.anew

    def _device(self, name: str, device: str) -> str:
        nonce, _dot, mark = device.partition(".")
        return nonce if hmac.compare_digest(mark.encode(), self._mark(name, nonce).encode()) else ""

    def _mark(self, name: str, nonce: str) -> str:
        said = f"{nonce}.{key_of(name)}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()


def neighbourhood(address: str) -> str:
    """Whose address it is: of IPv6 the first 64 bits, since whoever has one has all that begin so."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def _still(connection: Connection, account: Account) -> Account | None:
    """The account as it is now; None where it was changed while the hash was worked out."""
    now = find_account(connection, account.id)
    return now if now.changed_at == account.changed_at else None


def _too_often(wait: int) -> TooOften:
    minutes = -(-wait // MINUTE)
    said = ngettext(
        "too many attempts: try again in {n} minute, or ask for a one-time link",
        "too many attempts: try again in {n} minutes, or ask for a one-time link",
        minutes,
    )
    return TooOften(said.format(n=minutes), wait / SECOND)
