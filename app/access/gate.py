"""The gate: who is at the door, by bearer token or cookie, and which roles a route is for.

Every route carries a ``Rule``; ``table`` lists them all, and a route without one is for nobody: ``ungoverned`` finds
it before it serves. Sessions are read from the database at each request, so that signing out holds at once. Detector
keys are remembered for ``MEMORY_S``, because one is looked up for every record.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterator, Sequence

from anyio import to_thread
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import BaseRoute

from app.access._secrets import digest_of
from app.access.keys import Detector, find_key
from app.access.origins import comes_from_elsewhere
from app.access.roles import Role, Visitor
from app.access.sessions import Opened, close_session, find_alive, find_visitor, is_due, renew
from app.clock import SystemClock
from app.database import Database
from app.errors import Forbidden, Unavailable, WarroomError
from app.language import _
from app.vocabulary import DAY, SECOND

MEMORY_S = 4.0
"""Seconds for which a detector key is believed without asking the database again: a revoked one is out within 5 s."""

MOST_REMEMBERED = 1_000

COOKIE_S = 400 * DAY // SECOND
"""The longest that browsers keep a cookie. How long a session lasts is for its row to say."""


REAL = SystemClock()
"""Sessions last in real time, also where the room's clock plays a story."""


class SignedOut(WarroomError):
    """Nobody is signed in here, or whoever was is not any more."""

    status = 401
    code = "signed_out"


class Rule:
    """A FastAPI dependency that yields the visitor, if in one of ``roles``. Raises SignedOut and Forbidden."""

    def __init__(self, admit: Callable[[HTTPConnection, frozenset[Role]], Visitor], roles: frozenset[Role]) -> None:
        self.roles = roles
        self._admit = admit

    def __call__(self, connection: HTTPConnection) -> Visitor:
        """Ask the gate. A plain function, which FastAPI runs in a thread: the database may take a while."""
        return self._admit(connection, self.roles)


class DetectorRule:
    """A FastAPI dependency that yields the ``Detector`` behind a bearer key. Raises SignedOut."""

    roles = frozenset({Role.DETECTOR})

    def __init__(self, find: Callable[[str], Detector | None], recall: Callable[[str], Detector | None]) -> None:
        self._find = find
        self._recall = recall

    async def __call__(self, connection: HTTPConnection) -> Detector:
        """Recall the key, or look it up in a thread: a thread for each record would cost more than the record."""
        token = bearer_of(connection)
        if token is None:
            raise SignedOut("send the detector's key: Authorization: Bearer wrk_…")
        detector = self._recall(token) or await to_thread.run_sync(self._find, token)
        if detector is None:
            raise SignedOut("this detector key is not known here, or was revoked")
        return detector


class Open:
    """A FastAPI dependency for routes that are for anybody: signing in, health, static files."""

    roles = frozenset(Role)

    def __call__(self) -> None:
        """Let everybody pass."""


class Gate:
    """Looks sessions and keys up in a database.

    ``secure`` marks the cookie for HTTPS only. ``origins`` are further whole origins whose pages may act. ``stranger``
    is who somebody is who is not signed in: nobody, except in a demonstration. ``now`` gives µs of real time.
    """

    def __init__(
        self,
        database: Database,
        *,
        secure: bool = True,
        origins: Collection[str] = (),
        stranger: Visitor | None = None,
        now: Callable[[], int] = REAL.now,
    ) -> None:
        self.cookie = "__Host-warroom" if secure else "warroom"
        self.anybody = Open()
        self.detector = DetectorRule(self._find_key, self._recall_key)
        self._database = database
        self.secure = secure
        self._origins = frozenset(origins)
        self._stranger = stranger
        self._now = now
        self._remembered: dict[bytes, tuple[float, Detector]] = {}

    def require(self, *roles: Role) -> Rule:
        """The rule that a route is for these roles only. Raises ValueError without any."""
        if not roles:
            raise ValueError("say which roles the route is for; Gate.anybody is for all")
        return Rule(self.admit, frozenset(roles))

    def admit(self, connection: HTTPConnection, roles: frozenset[Role]) -> Visitor:
        """The visitor of a request. Raises SignedOut, and Forbidden for another role or another site's page."""
        visitor = self.visitor_of(connection)
        if visitor is None:
            raise SignedOut("sign in first")
        if visitor.role not in roles:
            raise Forbidden(
                _("this is for {roles}; you are signed in as {role}").format(
                    roles=", ".join(_(role) for role in sorted(roles)), role=_(visitor.role)
                )
            )
        if bearer_of(connection) is None:
            self.refuse_elsewhere(connection)
        return visitor

    def refuse_elsewhere(self, connection: HTTPConnection) -> None:
        """Raise Forbidden for a request that changes something and that another site's page may have sent."""
        method = connection.scope.get("method", "GET")
        if comes_from_elsewhere(method, connection.headers, self._origins):
            raise Forbidden(_("this request was sent by another site's page: do it on the site itself"))

    def visitor_of(self, connection: HTTPConnection) -> Visitor | None:
        """Whoever is signed in on this connection. A bearer token that is sent is the one that counts."""
        token = bearer_of(connection)
        if token is None and "authorization" not in connection.headers:
            token = connection.cookies.get(self.cookie)
            if token is None:
                return self._stranger
        if token is None:
            return None
        now = self._now()
        with self._database.read() as reading:
            visitor = find_visitor(reading, token, now)
        if visitor is not None and is_due(visitor, now):
            self._renew([visitor], now)
        return visitor

    async def visitor(self, connection: HTTPConnection) -> Visitor | None:
        """``visitor_of`` for the live door, in a thread."""
        return await to_thread.run_sync(self.visitor_of, connection)

    async def ended(self, visitors: Collection[Visitor]) -> Collection[Visitor]:
        """Those whose session has ended. The others are in use and renewed when it is time."""
        return await to_thread.run_sync(self._ended, visitors)

    def sign_in(self, response: Response, opened: Opened) -> None:
        """Give a browser the cookie of a session."""
        response.set_cookie(
            self.cookie, opened.token, max_age=COOKIE_S, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def end(self, connection: HTTPConnection) -> None:
        """End the session that a connection brings, if any."""
        token = bearer_of(connection) or connection.cookies.get(self.cookie)
        if token is not None:
            with self._database.write() as writing:
                close_session(writing, token)

    def sign_out(self, connection: HTTPConnection, response: Response) -> None:
        """End the session of a connection and take its cookie away."""
        self.end(connection)
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")

    def _ended(self, visitors: Collection[Visitor]) -> Collection[Visitor]:
        now = self._now()
        signed_in = [visitor for visitor in visitors if visitor.digest]
        with self._database.read() as reading:
            alive = find_alive(reading, {visitor.digest for visitor in signed_in}, now)
        self._renew([visitor for visitor in alive.values() if is_due(visitor, now)], now)
        return [visitor for visitor in signed_in if visitor.digest not in alive]

    def _renew(self, visitors: Sequence[Visitor], now: int) -> None:
        # Reading goes on when nothing can be written; the next request will renew.
        with contextlib.suppress(SQLAlchemyError, Unavailable):
            if visitors:
                with self._database.write() as writing:
                    renew(writing, visitors, now)

    def _find_key(self, secret: str) -> Detector | None:
        with self._database.read() as reading:
            detector = find_key(reading, secret)
        digest = digest_of(secret)
        if detector is not None and digest is not None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[digest] = time.monotonic(), detector
        return detector

    def _recall_key(self, secret: str) -> Detector | None:
        since, detector = self._remembered.get(digest_of(secret) or b"", (0.0, None))
        return detector if time.monotonic() - since < MEMORY_S else None


def bearer_of(connection: HTTPConnection) -> str | None:
    """The bearer token of a connection, None where there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def table(routes: Sequence[BaseRoute]) -> dict[str, frozenset[Role]]:
    """The roles of every route, by ``METHOD /path``; the empty set where no rule says who it is for.

    A route of FastAPI carries its rule among its dependencies, one of Starlette in an attribute ``roles``.
    """
    rules: dict[str, frozenset[Role]] = {}
    for context in iter_route_contexts(routes):
        dependant = getattr(context, "dependant", None)
        found = [rule.roles for rule in _rules(dependant)] if dependant is not None else []
        declared = getattr(context.original_route, "roles", None)
        allowed = frozenset.intersection(*found) if found else frozenset(declared or ())
        for method in sorted(getattr(context, "methods", None) or {"SOCKET"}):
            rules[f"{method} {context.path}"] = allowed
    return rules


def ungoverned(routes: Sequence[BaseRoute], public: Collection[str] = ()) -> list[str]:
    """The routes that no rule speaks of, less the ``public`` paths. An application that has any should not start."""
    return [route for route, roles in table(routes).items() if not roles and route.partition(" ")[2] not in public]


def _rules(dependant: Dependant) -> Iterator[Rule | DetectorRule | Open]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Rule | DetectorRule | Open):
            yield inner.call
        yield from _rules(inner)
