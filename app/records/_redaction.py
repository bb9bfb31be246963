"""What of a refused body may be kept for the operator: everything but account ids, up to a limit."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from app.records._json import BROKEN, canonical

KEPT = 64 * 1024
"""Bytes that are kept of one refused body."""

_ACCOUNTS = re.compile(b"".join(b"(?:%c|\\\\u00%02x)" % (each, each) for each in b"accounts"), re.IGNORECASE)
"""The name of the field, however it is escaped."""


def kept_body(raw: bytes) -> bytes:
    """``raw`` without account ids and not longer than ``KEPT``: every ``accounts`` is replaced by its length."""
    return without_ids(raw)[0]


def without_ids(raw: bytes) -> tuple[bytes, dict[str, Any]]:
    """``kept_body`` of ``raw``, and the event in it as far as it could be read (else empty)."""
    try:
        event = msgspec.json.decode(raw)
        # Of two equal keys only one is in the event, so the text itself is kept only where it cannot have any ids.
        body = canonical(_bare(event)) if _ACCOUNTS.search(raw) else raw
    except BROKEN:
        # Where the ids end cannot be seen, so nothing is kept from where they begin.
        event, body = {}, _ACCOUNTS.split(raw, maxsplit=1)[0]
    return body[:KEPT], event if isinstance(event, dict) else {}


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(item) if isinstance(item, (dict, list)) else item for item in value]
    if isinstance(value, dict):
        return {
            name: len(item) if name == "accounts" and isinstance(item, (dict, list, str)) else _bare(item)
            for name, item in value.items()
        }
    return value
