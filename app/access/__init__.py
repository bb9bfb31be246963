"""Who may do what: accounts, detector keys, one-time links, sessions, and the roles they give.

Everything here is pure but for the SQLAlchemy ``Connection`` and the instant ``now`` (µs) that are passed in; the
FastAPI side is ``app.access.gate``. Secrets are shown once and kept as SHA-256: they are 256 random bits, which nobody
guesses at any speed, and a slow hash would tax every request. Passwords, which people think up, get a slow one.
"""

from __future__ import annotations

from app.access.keys import OBSERVATIONS, Detector, KeyRow, create_key, find_key, list_keys, revoke_key
from app.access.links import Link, create_link, redeem
from app.access.roles import CONTROL, DESK, PEOPLE, WATCHERS, Role, Visitor, may_watch
from app.access.sessions import (
    LIFETIMES,
    SLACK,
    Opened,
    close_session,
    close_sessions_of,
    close_sessions_of_account,
    close_sessions_of_wall,
    find_visitor,
    list_sessions,
    open_session,
    renew,
    sittings_of,
    sweep,
    walls_signed_in,
)

__all__ = [
    "CONTROL",
    "DESK",
    "LIFETIMES",
    "OBSERVATIONS",
    "PEOPLE",
    "SLACK",
    "WATCHERS",
    "Detector",
    "KeyRow",
    "Link",
    "Opened",
    "Role",
    "Visitor",
    "close_session",
    "close_sessions_of",
    "close_sessions_of_account",
    "close_sessions_of_wall",
    "create_key",
    "create_link",
    "find_key",
    "find_visitor",
    "list_keys",
    "list_sessions",
    "may_watch",
    "open_session",
    "redeem",
    "renew",
    "revoke_key",
    "sittings_of",
    "sweep",
    "walls_signed_in",
]
