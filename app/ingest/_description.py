"""The HTTP door as OpenAPI describes it: examples that the tests send, and the shapes of the answers."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, Field

PAGE_DETECTED = {
    "specversion": "1.0",
    "id": "d-20181019-0001",
    "source": "detector/cosharing",
    "type": "warroom.asset.detected",
    "time": "2018-10-19T14:02:11Z",
    "subject": "fb:page:wake-up-america",
    "data": {
        "network": "harbour-finch",
        "platform": "facebook",
        "kind": "page",
        "name": "Wake Up America",
        "score": 0.97,
    },
}
FOLLOWERS_COUNTED = {
    "specversion": "1.0",
    "id": "a-20181019-0001",
    "source": "detector/cosharing",
    "type": "warroom.audience.observed",
    "time": "2018-10-19T14:02:12Z",
    "subject": "fb:page:wake-up-america",
    "data": {"count": {"qualifier": "about", "value": 400000, "as_said": "about 400,000"}},
}
AD_SEEN = {
    "specversion": "1.0",
    "id": "ad-20181019-0001",
    "source": "detector/cosharing",
    "type": "warroom.ad.observed",
    "time": "2018-10-19T14:02:13Z",
    "subject": "ad:2018-01",
    "data": {
        "asset": "fb:page:wake-up-america",
        "spend": {"currency": "USD", "qualifier": "less than", "minor": 10000},
        "first_day": "2018-01-12",
        "last_day": "2018-01-12",
    },
}
RECORDS = [PAGE_DETECTED, FOLLOWERS_COUNTED, AD_SEEN]
LINES = "".join(json.dumps(record) + "\n" for record in RECORDS)

_EVENT = {
    "type": "object",
    "description": "One CloudEvents 1.0 event in structured JSON. Unknown fields are kept and ignored.",
    "required": ["specversion", "id", "source", "type", "time", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1, "maxLength": 256},
        "source": {"type": "string", "minLength": 1, "maxLength": 256},
        "type": {"type": "string", "pattern": "^warroom\\."},
        "time": {"type": "string", "format": "date-time"},
        "subject": {"type": "string"},
        "data": {"type": "object"},
    },
}
_EVENTS = {"type": "array", "items": _EVENT, "maxItems": 5000}


def _content(schema: dict[str, Any], **examples: Any) -> dict[str, Any]:
    return {"schema": schema, "examples": {name: {"value": value} for name, value in examples.items()}}


REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/cloudevents+json": _content(_EVENT, page_detected=PAGE_DETECTED, ad_seen=AD_SEEN),
        "application/cloudevents-batch+json": _content(_EVENTS, three_records=RECORDS),
        "application/x-ndjson": _content({"type": "string"}, three_lines=LINES),
        "application/json": _content({"oneOf": [_EVENT, _EVENTS]}, one=FOLLOWERS_COUNTED, several=RECORDS),
    },
}


class Accepted(BaseModel):
    """One record that is in the log. ``seq`` is where it stands; for a duplicate, where it stood already."""

    status: Literal["accepted", "duplicate"]
    seq: int = Field(examples=[1042])


class RefusedAnswer(BaseModel):
    """One request or record that was refused: which field, why, and what to do."""

    status: Literal["conflict", "forbidden", "quarantined", "refused", "unavailable"]
    code: str = Field(examples=["not_an_integer"])
    field: str = Field(examples=["data.count.value"])
    reason: str = Field(examples=["3.0 is not an integer: write 3"])


class BatchAnswer(BaseModel):
    """What became of a batch: one answer for each record, by its index."""

    accepted: int
    duplicate: int
    refused: int
    seq: int | None = Field(description="the greatest seq among the answers")
    answers: list[dict[str, Any]] = Field(examples=[[{"index": 0, "status": "accepted", "seq": 1042}]])


class StreamAnswer(BaseModel):
    """What became of a stream. The first 1,000 refused lines are named, the rest counted in ``not_named``."""

    lines: int = Field(description="lines that came in, blank ones among them")
    accepted: int
    duplicate: int
    refused: int
    seq: int | None
    refusals: list[dict[str, Any]] = Field(
        examples=[[{"line": 7, "index": 6, "status": "refused", "code": "missing", "field": "id", "reason": "missing"}]]
    )
    not_named: int
    resume_at_line: int | None = Field(description="only after 408 or 503: the first line that is not settled")


RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Accepted | BatchAnswer | StreamAnswer,
        "description": "Everything is in the log (a single record: it was there already, with the `seq` it had)",
    },
    201: {"model": Accepted, "description": "The record is in the log"},
    207: {"model": BatchAnswer | StreamAnswer, "description": "Some records are in the log, others were refused"},
    400: {"model": RefusedAnswer, "description": "The body is not JSON"},
    401: {"description": "No key, or an unknown one"},
    403: {"model": RefusedAnswer, "description": "The key may not append this source or type"},
    408: {"model": RefusedAnswer | StreamAnswer, "description": "The body did not come in time"},
    409: {"model": RefusedAnswer, "description": "The same source and id are in the log with other content"},
    413: {"model": RefusedAnswer, "description": "A JSON body over 1 MiB, or a batch over 5,000 records"},
    415: {"model": RefusedAnswer, "description": "Another content type, charset or content encoding"},
    422: {"model": RefusedAnswer | BatchAnswer | StreamAnswer, "description": "Nothing was accepted"},
    503: {
        "model": RefusedAnswer | StreamAnswer,
        "description": "The log cannot be written now. Sending the same again is safe",
        "headers": {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}},
    },
}
