"""Audiences: what a detector may give, and what of it is kept.

Account ids never reach the log. They leave two traces that cannot be read back without the salt or at all: 64-bit keyed
hashes, which unite and intersect exactly, and a HyperLogLog sketch over the ids themselves, which unites with sketches
that were made upstream from the same ids.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

import numpy as np
from datasketches import hll_sketch, tgt_hll_type

from app.records._checks import NAME, members
from app.records._faults import Fault, show, step
from app.records._figures import PLAUSIBLE
from app.records._hll import clean

MOST_ACCOUNTS = 100_000
"""Ids in one record. More of them are a sketch."""

LG_K = 14
"""16,384 registers: a standard error of 0.8 %."""

WAYS = ("accounts", "sketch", "count")


def one_way(data: dict[str, Any], _subject: str | None) -> None:
    """An audience is given in exactly one way."""
    given = [way for way in WAYS if way in data]
    if len(given) != 1:
        what = "is given as " + " and ".join(given) if given else "is not given"
        raise Fault("data", f"the audience {what}: say exactly one of {', '.join(WAYS)}")


def accounts(value: Any, path: str) -> None:
    """A list of opaque ids."""
    if type(value) is not list:
        raise Fault(path, f"{show(value)} is no list of account ids: write them as strings in brackets")
    if len(value) > MOST_ACCOUNTS:
        raise Fault(path, f"has {len(value)} ids: at most {MOST_ACCOUNTS} can be taken, send a sketch", code="too_many")
    for place, account in enumerate(value):
        if type(account) is not str or not 0 < len(account) <= NAME:
            # Nothing of an id may be quoted, not even of one that is none.
            raise Fault(step(path, place), f"is no id of 1 to {NAME} characters: write ids as strings")


def no_accounts(value: Any, path: str) -> None:
    """Unknown fields are kept as they are, so account ids must not hide among them."""
    if isinstance(value, (list, dict, str)):
        raise Fault(path, "account ids belong in audience.observed, where they are hashed: leave them out")


def sketch(value: Any, path: str) -> None:
    """``family`` hll and ``data``, an Apache DataSketches image in base64, which ``kept`` reads."""
    members(value, path)
    if value.get("family") != "hll":
        raise Fault(f"{path}.family", f"{show(value.get('family'))} is not read here: send an HLL sketch, 'hll'")
    if type(value.get("data")) is not str:
        raise Fault(f"{path}.data", f"{show(value.get('data'))} is no text: write the image in base64")


def kept(data: dict[str, Any], salt: bytes) -> dict[str, Any]:
    """``data`` as the log keeps it: traces for account ids, a clean image for a sketch. Raises Fault for a bad image.

    The same accounts give the same body in any order, so that sending them again in another one is no conflict.
    """
    if "accounts" in data:
        return data | {"accounts": _traces(data["accounts"], salt)}
    if "sketch" in data:
        return data | {"sketch": data["sketch"] | {"data": _image(data["sketch"]["data"])}}
    return data


def _image(data: str) -> str:
    where = "data.sketch.data"
    try:
        image = clean(binascii.a2b_base64(data, strict_mode=True))
    except ValueError as broken:
        reason = f"is no image of an Apache DataSketches HLL sketch in base64 ({broken}): serialize it anew"
        raise Fault(where, reason) from None
    estimate = hll_sketch.deserialize(image).get_estimate()
    if estimate > PLAUSIBLE:
        reason = f"about {estimate:.4g} accounts are more than there are people: it waits for the operator's word"
        raise Fault(where, reason, code="implausible", doubtful=True)
    return base64.b64encode(image).decode()


def _traces(ids: list[str], salt: bytes) -> dict[str, Any]:
    """``n``, sorted ``hashes`` (little-endian uint64 in base64) and a ``sketch`` (an image in base64)."""
    keyed = hashlib.blake2b(digest_size=8, key=salt)
    seen = hll_sketch(LG_K, tgt_hll_type.HLL_8)
    digests = bytearray()
    for account in set(ids):
        one = keyed.copy()
        one.update(account.encode())
        digests += one.digest()
        seen.update(account)
    hashes = np.unique(np.frombuffer(bytes(digests), dtype="<u8"))
    return {
        "n": len(hashes),
        "hashes": base64.b64encode(hashes.tobytes()).decode(),
        "sketch": base64.b64encode(clean(seen.serialize_compact())).decode(),
    }
