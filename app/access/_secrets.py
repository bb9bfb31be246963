"""Secrets: 256 random bits that are shown once and kept as SHA-256."""

from __future__ import annotations

import hashlib
import secrets

LONGEST = 256
"""Characters after which something is no token of ours, whatever it is."""


def new_secret(prefix: str) -> tuple[str, bytes]:
    """A new secret and its SHA-256. The prefix tells people and secret scanners what they have found."""
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    return secret, hashlib.sha256(secret.encode()).digest()


def digest_of(secret: str) -> bytes | None:
    """The SHA-256 under which a secret is kept, None for text that cannot be one of ours (long, or not ASCII)."""
    if not secret or len(secret) > LONGEST or not secret.isascii():
        return None
    return hashlib.sha256(secret.encode("ascii")).digest()
