"""Pairing a screen as televisions are: it shows a code, a lead types the code at the desk, and the screen is signed in.

The code alone gives nobody anything. The screen holds a secret beside it, in a cookie of its own, and only that secret
takes up the session. Both are kept as digests; a code is good for ``LIFETIME`` and for one lead's typing.
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict, deque
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from app.access._secrets import digest_of, new_secret
from app.access.tables import pairings
from app.errors import TooOften
from app.language import _
from app.vocabulary import MINUTE, SECOND

ALPHABET = "CDFGHJKMNPRTVWXY234789"
"""No two of these look alike from across a room (0 and O, 1 and I, 5 and S, 6 and G), and they spell nothing."""

LENGTH = 6
LIFETIME = 10 * MINUTE

COLLECTED_WITHIN = 2 * MINUTE
"""A screen asks every few seconds: once a lead has typed its code, it has this long to hear of it."""

MOST_WAITING = 1_000
"""Screens that may show a code at one time: whoever reaches the port may ask for one, and no more rows than these."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A screen that shows ``code`` until ``expires_at`` (µs); ``secret`` is for its cookie alone.

    ``wall`` is whose screen it has been made, None until a lead has typed the code.
    """

    secret: str
    code: str
    expires_at: int
    wall: str | None = None


def code_of(secret: str) -> str:
    """The code of a secret: the same at each look, so that a screen that loads itself anew shows what it showed."""
    number = int.from_bytes(hashlib.sha256(b"code of " + secret.encode()).digest(), "big")
    digits = []
    for _place in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def show_code(connection: Connection, now: int, key: bytes) -> Waiting:
    """A new code for a screen. ``key`` keeps codes, which are short, from being read back out of their digests.

    Raises TooOften while too many screens wait already.
    """
    connection.execute(delete(pairings).where(pairings.c.expires_at <= now))
    if connection.execute(select(func.count()).select_from(pairings)).scalar_one() >= MOST_WAITING:
        raise TooOften(_("too many screens are waiting to be paired"), LIFETIME / SECOND)
    while True:
        secret, digest = new_secret("wrp")
        code_digest = _digest(code_of(secret), key)
        if connection.execute(select(pairings.c.wall).where(pairings.c.code_digest == code_digest)).first() is None:
            break
    row = {"digest": digest, "code_digest": code_digest, "wall": None, "expires_at": now + LIFETIME}
    connection.execute(insert(pairings).values(row))
    return Waiting(secret, code_of(secret), now + LIFETIME)


def find_waiting(connection: Connection, secret: str, now: int) -> Waiting | None:
    """The screen that holds a secret; None for one that is unknown, used up or too old. Only reads."""
    row = connection.execute(
        select(pairings).where(pairings.c.digest == (digest_of(secret) or b""), pairings.c.expires_at > now)
    ).first()
    return None if row is None else Waiting(secret, code_of(secret), row.expires_at, row.wall)


def is_waiting(connection: Connection, typed: str, now: int, key: bytes) -> bool:
    """Whether a screen shows this code, that nobody has typed yet."""
    shown = (pairings.c.code_digest == _digest(tidied(typed), key)) & (pairings.c.expires_at > now)
    return connection.execute(select(pairings.c.digest).where(shown, pairings.c.wall.is_(None))).first() is not None


def claim(connection: Connection, typed: str, wall: str, now: int, key: bytes) -> bool:
    """Make the screen that shows this code that of a wall. False where no screen shows it, or it was typed before."""
    shown = (pairings.c.code_digest == _digest(tidied(typed), key)) & (pairings.c.expires_at > now)
    # One statement: of two leads who type the same code only one gets the row.
    claimed = connection.execute(
        update(pairings).where(shown, pairings.c.wall.is_(None)).values(wall=wall, expires_at=now + COLLECTED_WITHIN)
    )
    return claimed.rowcount == 1


def collect(connection: Connection, secret: str, now: int) -> str | None:
    """The wall that the screen with this secret has become, told once; None before that, after it, and too late."""
    mine = (pairings.c.digest == (digest_of(secret) or b"")) & (pairings.c.expires_at > now)
    row = connection.execute(
        delete(pairings).where(mine, pairings.c.wall.is_not(None)).returning(pairings.c.wall)
    ).first()
    return None if row is None else str(row.wall)


def walls_awaited(connection: Connection, now: int) -> set[str]:
    """The walls whose code was typed, and whose screen has not heard of it yet."""
    typed = select(pairings.c.wall).where(pairings.c.wall.is_not(None), pairings.c.expires_at > now)
    return set(connection.scalars(typed))


def let_go(connection: Connection, wall: str) -> None:
    """Whatever screen was to become that of a wall, it does not any more."""
    connection.execute(delete(pairings).where(pairings.c.wall == wall))


def tidied(typed: str) -> str:
    """A code as it was typed, without spaces and dashes, in capitals."""
    return "".join(letter for letter in typed[:40].upper() if letter.isalnum())


def grouped(code: str) -> str:
    """A code as it is shown: "K7M 2XP"."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"


class Allowance:
    """Lets each one do something ``most`` times in any ``within`` µs. Safe to ask from several threads."""

    LARGEST = 10_000
    """Whom it remembers at most; past that everybody begins anew."""

    def __init__(self, most: int, within: int) -> None:
        self._most = most
        self._within = within
        self._took: defaultdict[str, deque[int]] = defaultdict(deque)
        self._lock = threading.Lock()

    def wait(self, who: str, now: int) -> int:
        """Microseconds until they may do it again; 0 where they may now."""
        with self._lock:
            took = self._recent(who, now)
            return 0 if len(took) < self._most else took[0] + self._within - now

    def take(self, who: str, now: int) -> None:
        """They do it now."""
        with self._lock:
            self._recent(who, now).append(now)

    def ask(self, who: str, now: int) -> int:
        """Take it, where they may now, and return 0; else the µs to wait. Of several at once none slips by."""
        with self._lock:
            took = self._recent(who, now)
            if len(took) >= self._most:
                return took[0] + self._within - now
            took.append(now)
            return 0

    def give_back(self, who: str) -> None:
        """What they did last is not to count."""
        with self._lock:
            if took := self._took.get(who):
                took.pop()

    def _recent(self, who: str, now: int) -> deque[int]:
        if len(self._took) > self.LARGEST:
            self._took.clear()
        took = self._took[who]
        while took and took[0] <= now - self._within:
            took.popleft()
        return took


def _digest(code: str, key: bytes) -> bytes:
    return hashlib.blake2b(code.encode(), key=key, digest_size=32).digest()
