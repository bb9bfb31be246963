"""From bytes to a record, or to a refusal that says where and why."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from app.errors import Refused
from app.records._checks import identifier, instant_of, members, name, time_of
from app.records._faults import Fault, show
from app.records._json import canonical, read, split
from app.records._redaction import without_ids
from app.records._shapes import SHAPES, Shape
from app.vocabulary import TYPE_PREFIX, RecordType

MAX_BATCH = 5_000
"""Records in one batch (RELIABILITY, R15)."""

MAX_FIELD = 400
"""Characters of a path in an answer: the names in it come from outside."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that was observed, said or decided.

    ``occurred_at`` is in microseconds, as the sender claims; ``data`` is checked, with unknown fields kept; ``body`` is
    the canonical JSON of the whole event as the log keeps it, ``digest`` its SHA-256. ``subject`` is None for the types
    that have none.
    """

    source: str
    id: str
    type: RecordType
    subject: str | None
    occurred_at: int
    data: dict[str, Any]
    body: bytes
    digest: bytes

    @property
    def version(self) -> tuple[int, str, str]:
        """The order in which later words replace earlier ones: sender's time, then source and id."""
        return self.occurred_at, self.source, self.id


class RecordParser:
    """Reads CloudEvents 1.0 in JSON. ``salt`` keys the hashes of account ids; ``max_batch`` limits one batch."""

    def __init__(self, salt: bytes, max_batch: int = MAX_BATCH) -> None:
        self._salt = salt
        self._max_batch = max_batch

    def parse_one(self, raw: bytes, index: int = 0) -> Record:
        """The record in ``raw``. Raises Refused, which knows the ``index`` of the record among others."""
        try:
            event, body = read(raw)
            return self._record(event, body)
        except Fault as fault:
            _refuse(fault, raw, index)

    def parse_batch(self, raw: bytes) -> list[Record | Refused]:
        """The records of a JSON array or their refusals, in order. Raises Refused where no array can be seen."""
        try:
            elements = split(raw, self._max_batch)
        except Fault as fault:
            _refuse(fault, raw, 0)
        return [self._parsed(element, index) for index, element in enumerate(elements)]

    def parse_event(self, event: dict[str, Any], index: int = 0) -> Record:
        """The record that a Python object says, as if it had come as JSON. Raises Refused."""
        try:
            raw = json.dumps(event).encode()
        except (TypeError, ValueError, RecursionError) as broken:
            reason = f"cannot be written as JSON ({str(broken)[:80]})"
            raise Refused("body", reason, index=index, code="not_json") from None
        return self.parse_one(raw, index)

    @staticmethod
    def from_log(body: bytes) -> Record:
        """The record that the log keeps as ``body``: checked when it came, and not again."""
        event = msgspec.json.decode(body)
        shape = SHAPES[event["type"]]
        return Record(
            event["source"],
            event["id"],
            shape.type,
            event["subject"] if shape.has_subject else None,
            instant_of(event["time"]),
            event["data"],
            body,
            hashlib.sha256(body).digest(),
        )

    def _parsed(self, raw: bytes, index: int) -> Record | Refused:
        try:
            return self.parse_one(raw, index)
        except Refused as refused:
            return refused

    def _record(self, event: dict[str, Any], body: bytes) -> Record:
        id: Any = event.get("id")
        source: Any = event.get("source")
        subject: Any = event.get("subject")
        data: Any = event.get("data")
        try:
            shape = _shape(event)
            name(id, "id")
            name(source, "source")
            occurred_at = time_of(event.get("time"), "time")
            if shape.has_subject:
                identifier(subject, "subject")
            else:
                # Allowed, since some senders cannot leave it out, and ignored.
                subject = None
            members(data, "data")
        except Fault as fault:
            if fault.path in event:
                raise
            raise Fault(fault.path, "is missing: every record like this needs it") from None
        _check(data, shape, subject)
        if shape.kept is not None:
            data = shape.kept(data, self._salt)
            body = canonical(event | {"data": data})
        return Record(source, id, shape.type, subject, occurred_at, data, body, hashlib.sha256(body).digest())


JSON = "application/json"


def _shape(event: dict[str, Any]) -> Shape:
    """The shape of the data, once it is clear that the envelope is one that can be read."""
    if event.get("specversion") != "1.0":
        raise Fault("specversion", f"{show(event.get('specversion'))} is not read here: write '1.0' of CloudEvents")
    if event.get("datacontenttype", JSON) != JSON:
        what = show(event["datacontenttype"])
        raise Fault("datacontenttype", f"{what} is not read here: write {JSON}, or leave it out")
    type = event.get("type")
    shape = SHAPES.get(type) if isinstance(type, str) else None
    if shape is None:
        example = TYPE_PREFIX + RecordType.ASSET_DETECTED
        raise Fault("type", f"{show(type)} is no type of record: write one like {example}", code="unknown_type")
    return shape


def _check(data: dict[str, Any], shape: Shape, subject: str | None) -> None:
    """Every field by itself, then all together. What is malformed comes before what is only not to be believed."""
    doubt: Fault | None = None
    fields = shape.fields
    for field, value in data.items():
        known = fields.get(field)
        if known is not None:
            check, path = known
            try:
                check(value, path)
            except Fault as fault:
                if not fault.doubtful:
                    raise
                doubt = doubt or fault
    if not shape.required <= data.keys():
        missing = min(shape.required - data.keys())
        raise Fault(f"data.{missing}", f"is missing: {shape.type} needs it")
    if shape.whole is not None:
        shape.whole(data, subject)
    if doubt is not None:
        raise doubt


def _refuse(fault: Fault, raw: bytes, index: int) -> NoReturn:
    body, event = without_ids(raw)
    raise Refused(
        fault.path[:MAX_FIELD],
        fault.reason,
        index=index,
        status=fault.status,
        code=fault.code,
        disposition="quarantined" if fault.doubtful else "refused",
        body=body,
        event_id=_name(event, "id"),
        source=_name(event, "source"),
    ) from None


def _name(event: dict[str, Any], field: str) -> str | None:
    value = event.get(field)
    try:
        name(value, field)
    except Fault:
        return None
    return str(value)
