"""A snapshot as exports get it: its content, the bytes that were kept of it, and their digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from app.errors import BadRequest
from app.vocabulary import Tlp

Json = dict[str, Any]

SCHEMA = "warroom.snapshot/1"


def canonical(content: Mapping[str, Any]) -> bytes:
    """Content as the one text that RFC 8785 allows for it, in UTF-8.

    Raises BadRequest for what has no such text: an integer beyond 2^53, or half of a surrogate pair.
    """
    try:
        return rfc8785.dumps(dict(content))
    except rfc8785.CanonicalizationError as unfit:
        raise BadRequest("content", f"cannot be written so that every reader reads the same: {unfit}") from None


@dataclass(frozen=True, slots=True)
class Frozen:
    """One snapshot. ``body`` is the canonical JSON (RFC 8785, UTF-8) that was kept, ``sha256`` its digest in hex.

    ``content`` is what ``body`` says; nobody changes it.
    """

    body: bytes
    sha256: str
    content: Json = field(repr=False)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Frozen:
        """Content, frozen. Raises BadRequest as ``canonical`` does."""
        return cls.read(canonical(content))

    @classmethod
    def read(cls, body: bytes) -> Frozen:
        """The snapshot whose canonical JSON ``body`` is. Raises ValueError for what is no JSON."""
        return cls(body, hashlib.sha256(body).hexdigest(), json.loads(body))

    @property
    def id(self) -> str:
        """What names it in addresses and records."""
        return str(self.content["id"])

    @property
    def name(self) -> str:
        """What whoever froze it called it, as it came: make it safe for where it goes."""
        return str(self.content["name"])

    @property
    def seq(self) -> int:
        """The place of the log whose picture it is."""
        return int(self.content["picture"]["seq"])

    @property
    def tlp(self) -> Tlp:
        """Whom it may be passed on to."""
        return Tlp(self.content["tlp"])
