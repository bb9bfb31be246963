"""What can go wrong, as one tree: every error has an HTTP status and a code, and its message says what to do.

Doors catch ``WarroomError``. Nothing else that is raised is meant for the one who asked.
"""

from __future__ import annotations


class WarroomError(Exception):
    """Something that the one who asked can be told. ``status`` is the HTTP status, ``code`` a slug for programs."""

    status: int = 500
    code: str = "error"


class BadRequest(WarroomError):
    """A question or command that makes no sense; ``field`` is what was wrong with it, ``reason`` why."""

    status = 400
    code = "bad_request"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Forbidden(WarroomError):
    """The one who asked is known, and may not."""

    status = 403
    code = "forbidden"


class NotFound(WarroomError):
    """There is no such thing, or not for the one who asked."""

    status = 404
    code = "not_found"


class Conflict(WarroomError):
    """What was asked contradicts what has been said or decided in the meantime."""

    status = 409
    code = "conflict"


class Unavailable(WarroomError):
    """It cannot be done now; asking again after ``retry_after_s`` seconds is safe."""

    status = 503
    code = "unavailable"

    def __init__(self, reason: str, retry_after_s: float = 1.0) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class TooOften(Unavailable):
    """It was asked more often than it may be; asking again after ``retry_after_s`` seconds is safe."""

    status = 429
    code = "too_often"


class Refused(WarroomError):
    """A body that did not become a record.

    ``field`` is a dotted path (``data.spend.currency``), or ``body`` where the whole is unusable; ``reason`` says what
    was found there and what to do. ``index`` is its place in the batch, from 0. ``disposition`` is ``refused`` for what
    is malformed and ``quarantined`` for what is well-formed and not to be believed. ``body`` is what came, without
    account ids and at most 64 kB of it; ``event_id`` and ``source`` are given as far as they could be read.
    """

    status = 422
    code = "refused"

    def __init__(  # noqa: PLR0913 - each is a part of the answer
        self,
        field: str,
        reason: str,
        *,
        index: int = 0,
        status: int = 422,
        code: str = "refused",
        disposition: str = "refused",
        body: bytes = b"",
        event_id: str | None = None,
        source: str | None = None,
    ) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.index = index
        self.status = status
        self.code = code
        self.disposition = disposition
        self.body = body
        self.event_id = event_id
        self.source = source
