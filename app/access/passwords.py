"""Passwords: what one may be, and how it is kept. Argon2id, by the second set that RFC 9106, section 4 recommends."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from pwdlib.hashers.argon2 import Argon2Hasher

from app.errors import BadRequest, TooOften
from app.language import _

SHORTEST = 10
LONGEST = 256
"""Characters. No other rule: rules about digits and signs make passwords that people write down (NIST SP 800-63B)."""

PASSES, KIBIBYTES, LANES = 3, 64 * 1024, 4

AT_ONCE = 2
"""Hashes that are worked out at one time: each takes 64 MiB and some hundredths of a second."""

WAITING = 8
"""Who may wait for that beside them. More would hold the threads that answer everybody else."""


def check_password(field: str, password: str) -> None:
    """Raise BadRequest for a password that is too short or too long."""
    length = len(_plain(password))
    if length < SHORTEST:
        reason = _("{n} characters: a password has at least {least}").format(n=length, least=SHORTEST)
        raise BadRequest(field, reason)
    if length > LONGEST:
        reason = _("{n} characters: a password has at most {most}").format(n=length, most=LONGEST)
        raise BadRequest(field, reason)


def check_same(field: str, password: str, again: str) -> None:
    """Raise BadRequest where a password was typed in two ways."""
    if password != again:
        raise BadRequest(field, _("the two are not the same"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password was the right one; ``anew`` is a hash to keep instead, where the old one is out of date."""

    is_right: bool
    anew: str = ""


@cache
def _usual() -> Argon2Hasher:
    return Argon2Hasher(PASSES, KIBIBYTES, LANES)


@cache
def _nobodys(hasher: Argon2Hasher) -> str:
    """A hash of which nobody knows the password."""
    return hasher.hash(secrets.token_bytes(32))


class Passwords:
    """Makes and verifies hashes, a few at a time. Safe to ask from several threads."""

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        self._hasher = hasher or _usual()
        self._working = threading.BoundedSemaphore(AT_ONCE)
        self._admitted = threading.BoundedSemaphore(AT_ONCE + WAITING)
        # What is verified where there is no hash, so that a name that nobody has costs the same work.
        self._nobodys = _nobodys(self._hasher)

    def hash(self, password: str) -> str:
        """What is kept of a password. Raises TooOften while too many wait."""
        with self._turn():
            return self._hasher.hash(_encoded(password))

    def verify(self, password: str, kept: str) -> Verdict:
        """Whether it is the password of a hash that is kept; empty for none. Raises TooOften while too many wait.

        The work is the same for a right password, a wrong one, and for no hash at all.
        """
        encoded = _encoded(password)
        with self._turn():
            is_right = self._hasher.verify(encoded, kept or self._nobodys) and bool(kept)
            if is_right and self._hasher.check_needs_rehash(kept):
                return Verdict(is_right=True, anew=self._hasher.hash(encoded))
            return Verdict(is_right)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._admitted.acquire(blocking=False):
            raise TooOften(_("too many people are signing in at this moment"), 2)
        try:
            with self._working:
                yield
        finally:
            self._admitted.release()


def _plain(password: str) -> str:
    """One spelling for what looks the same: keyboards differ in how they say é. What is far too long stays so."""
    return unicodedata.normalize("NFKC", password[: 16 * LONGEST])


def _encoded(password: str) -> bytes:
    return _plain(password)[: LONGEST + 1].encode("utf-8", "surrogatepass")
