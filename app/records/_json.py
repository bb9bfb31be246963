"""Strict JSON: what two readers could read differently is refused, and what is kept is written in one way only.

msgspec reads a record in about a microsecond, but takes the last of two equal keys, and does not say where in a text a
number was too large. So the quick way only finds out *that* something is wrong; ``first_fault`` then looks again,
slowly, and says where and what.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from app.records._faults import Fault, show, step

DEPTH = 16
"""Objects and lists that may stand in one another, the record itself among them (RELIABILITY, R15)."""

DIGITS = 400
"""Digits of an integer that are looked at. Python itself refuses some thousands, in words that name no field."""

BOM = b"\xef\xbb\xbf"

BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for a text that it cannot read."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="deterministic").encode
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode


def canonical(value: Any) -> bytes:
    """The one way to write ``value``: compact UTF-8, keys sorted at every depth, numbers as they were read."""
    return _encode(value)


def read(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """One JSON object, and its canonical text. Raises Fault when it is anything else or can be read in two ways."""
    try:
        value = _decode(raw)
    except BROKEN as broken:
        raise first_fault(raw) or not_json(broken) from None
    if type(value) is not dict:
        raise Fault("body", f"{show(value)} is no record: send an object with specversion, id, source, type and time")
    # Brackets in texts count too: this only finds out whether a closer look is due.
    if raw.count(b"{") + raw.count(b"[") > DEPTH and (path := _too_deep(value, "", DEPTH)):
        raise Fault(path, f"lies deeper than {DEPTH} levels: flatten it", code="too_deep")
    body = _encode(value)
    # A key that stood there twice is gone from the body, and with it a colon at least; only a colon that was written as
    # an escape could make up for it. U+0000 cannot stand in JSON but as an escape.
    suspect = raw.count(b":") != body.count(b":") or (b"\\" in raw and (b"\\u003" in raw or b"\\u0000" in raw))
    if suspect and (fault := first_fault(raw)):
        raise fault
    return value, body


def not_json(broken: Exception) -> Fault:
    """The fault of a text that is no JSON, in msgspec's words."""
    if isinstance(broken, RecursionError):
        return Fault("body", f"lies deeper than {DEPTH} levels: flatten it", code="too_deep")
    return Fault("body", f"cannot be read as JSON ({broken}): send JSON in UTF-8", status=400, code="not_json")


def split(raw: bytes, at_most: int) -> list[bytes]:
    """The elements of a JSON array, unread. Raises Fault when there is no array to be seen, or one that is too long.

    An element that is no JSON must not stop its neighbours, so an array that msgspec cannot read is cut at the commas
    between its elements, by brackets and quotes alone.
    """
    try:
        elements = [bytes(element) for element in _elements(raw)]
    except msgspec.ValidationError:
        raise Fault("body", "is no array: send a list of records, or one as application/cloudevents+json") from None
    except BROKEN as broken:
        cut = _cut(raw.strip(b" \t\r\n"))
        if cut is None:
            raise not_json(broken) from None
        elements = cut
    if len(elements) > at_most:
        reason = f"{len(elements)} records in one batch: send at most {at_most}, or a stream of lines"
        raise Fault("body", reason, status=413, code="too_many")
    return elements


_MARK = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)


def _cut(raw: bytes) -> list[bytes] | None:
    elements: list[bytes] = []
    depth = start = 0
    if raw[:1] != b"[":
        return None
    for mark in _MARK.finditer(raw):
        sign = mark[0]
        if sign in b"[{":
            depth += 1
            start = start or mark.end()
        elif sign in b"]}":
            depth -= 1
            if depth == 0:
                # What follows the array belongs to nobody.
                return [*elements, raw[start : mark.start()]] if mark.end() == len(raw) else None
        elif sign == b'"':
            return None
        elif sign == b"," and depth == 1:
            elements.append(raw[start : mark.start()])
            start = mark.end()
    return None


def _too_deep(value: Any, path: str, left: int) -> str:
    """The path of the first object or list with more than ``left`` levels, empty where there is none."""
    if not left:
        return path
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in inner:
        if isinstance(item, (dict, list)) and (found := _too_deep(item, step(path, name), left - 1)):
            return found
    return ""


# --- the closer look --------------------------------------------------------------------------------------------------


_HALF = re.compile("[\ud800-\udfff]")


class _Members(list[tuple[str, Any]]):
    """The members of an object as they stood there, equal keys and all."""


class _Odd:
    """A number that is none."""

    def __init__(self, reason: str, status: int) -> None:
        self.reason = reason
        self.status = status


def _constant(name: str) -> _Odd:
    return _Odd(f"{name} is no JSON: leave the field out when there is no number", 400)


def _integer(digits: str) -> int | _Odd:
    if len(digits) <= DIGITS:
        return int(digits)
    return _Odd(f"an integer of {len(digits)} digits: at most 9007199254740991 can be taken", 422)


def _float(text: str) -> float | _Odd:
    number = float(text)
    return number if math.isfinite(number) else _Odd(f"{text[:40]} is beyond all numbers: leave the field out", 422)


def first_fault(raw: bytes) -> Fault | None:
    """What is wrong with a text that the quick way did not like, None where it is all right or no JSON at all."""
    if raw.startswith(BOM):
        return Fault("body", "begins with a byte order mark: leave it out", status=400, code="not_json")
    try:
        tree = json.loads(
            raw.decode(),
            object_pairs_hook=_Members,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
        return next(_faults(tree, ""), None)
    except RecursionError as deep:
        return not_json(deep)
    except ValueError:
        return None


def _faults(node: Any, path: str) -> Iterator[Fault]:
    if isinstance(node, str):
        yield from _text_faults(node, path)
    elif isinstance(node, _Odd):
        yield Fault(path or "body", node.reason, status=node.status, code="not_a_number")
    elif isinstance(node, _Members):
        seen: set[str] = set()
        for name, value in node:
            here = step(path, name)
            if name in seen:
                yield Fault(here, "stands there more than once: say it once", code="duplicate_key")
            seen.add(name)
            yield from _text_faults(name, here)
            yield from _faults(value, here)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _faults(value, step(path, place))


def _text_faults(text: str, path: str) -> Iterator[Fault]:
    if "\0" in text:
        yield Fault(path or "body", "contains U+0000: leave it out", code="bad_character")
    elif _HALF.search(text):
        yield Fault(path or "body", "contains half a surrogate pair: send whole characters", code="bad_character")
