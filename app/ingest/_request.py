"""The body of an HTTP request, read within its limits of size, time and form. Everything else is refused by name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request

from app.errors import Refused

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
STREAM = "application/x-ndjson"
JSON = "application/json"

BODY_LIMIT = 1024 * 1024
"""Bytes of one JSON body."""

BODY_S = 30.0
"""Seconds in which a JSON body must be whole."""

PAUSE_S = 0.05
"""Seconds without a byte after which lines that wait for company in their group are committed without it."""

SILENCE_S = 60.0
"""Seconds for which a stream may say nothing before it is answered and closed."""


async def chunks(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; an empty chunk says that the sender pauses. Raises TimeoutError after ``SILENCE_S``."""
    parts = aiter(request.stream())
    while True:
        # A task of its own: giving up on a plain ``anext`` would close the stream.
        coming = asyncio.ensure_future(anext(parts, None))
        try:
            if not (await asyncio.wait({coming}, timeout=PAUSE_S))[0]:
                yield b""
            async with asyncio.timeout(SILENCE_S):
                chunk = await coming
        finally:
            coming.cancel()
        if chunk is None:
            return
        yield chunk


async def body(request: Request) -> bytes:
    """A JSON body, counted while it comes. Raises Refused with 413 or 408 without having kept more than the limit."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > BODY_LIMIT:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                size += len(chunk)
                if size > BODY_LIMIT:
                    raise _too_large()
                parts.append(chunk)
    except TimeoutError:
        raise Refused("body", f"not whole after {BODY_S:g} s: send it in one go", status=408, code="too_slow") from None
    return b"".join(parts)


def _too_large() -> Refused:
    reason = f"longer than {BODY_LIMIT} bytes: send smaller batches, or a stream as {STREAM}"
    return Refused("body", reason, status=413, code="too_large")


def media_type(request: Request) -> str:
    """The media type of the body. Raises Refused with 415 for one we do not take, compressed or not in UTF-8."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise _unsupported("content-encoding", f"{encoding[:80]!r} is not taken: send the body uncompressed")
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    if media not in (SINGLE, BATCH, STREAM, JSON):
        raise _unsupported("content-type", f"{media[:80]!r} is not taken: send {SINGLE}, {BATCH}, {STREAM} or {JSON}")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in ("utf-8", "utf8", "us-ascii"):
            raise _unsupported("content-type", f"charset {charset[:80]!r} is not taken: send UTF-8")
    return media


def _unsupported(field: str, reason: str) -> Refused:
    return Refused(field, reason, status=415, code="unsupported")
