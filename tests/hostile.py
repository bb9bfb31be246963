"""The corpus: bodies of one record that must be refused with a field and a reason, and odd ones that must be taken.

``CASES`` are refused by the parser, whoever sends them; ``TAKEN`` become records. RELIABILITY, hostile cases.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from tests import makers
from tests.makers import asset_detected, count_observed, raw


@dataclass(frozen=True, slots=True)
class Case:
    """One body. ``field`` and ``status`` are what its refusal says, ``disposition`` what becomes of it."""

    name: str
    raw: bytes
    field: str = ""
    status: int = 422
    disposition: str = "refused"

    def __str__(self) -> str:
        return self.name


GOOD = raw(asset_detected())
"""A body with nothing wrong in it, to be spoilt."""


def _number(text: str) -> bytes:
    """An audience whose count is written as ``text``."""
    return raw(count_observed("a1", 4711)).replace(b"4711", text.encode())


def _score(text: str) -> bytes:
    return raw(asset_detected(score=0.4711)).replace(b"0.4711", text.encode())


def _spoilt(old: str, new: str, body: bytes = GOOD) -> bytes:
    assert old.encode() in body
    return body.replace(old.encode(), new.encode(), 1)


def _with(**envelope: Any) -> bytes:
    """The good event with other envelope fields; None leaves one out."""
    event = asset_detected() | envelope
    return raw({name: value for name, value in event.items() if value is not None})


def _nested(depth: int) -> bytes:
    """A record ``depth`` levels deep."""
    return _spoilt('"data": {', '"data": {"deep": ' + "[" * (depth - 2) + "]" * (depth - 2) + ", ")


def _image(data: bytes) -> bytes:
    return raw(makers.event("audience.observed", "a1", {"sketch": {"family": "hll", "data": _base64(data)}}))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _said(made: makers.Event, **data: Any) -> bytes:
    return raw(made | {"data": made["data"] | data})


_TEXTS = [
    Case("not JSON", b"rubbish", "body", 400),
    Case("cut off", GOOD[:-1], "body", 400),
    Case("trailing bytes", GOOD + b"x", "body", 400),
    Case("two objects", GOOD + GOOD, "body", 400),
    Case("trailing NUL", GOOD + b"\0", "body", 400),
    Case("trailing comma", GOOD[:-1] + b",}", "body", 400),
    Case("comment", GOOD[:-1] + b"/* */}", "body", 400),
    Case("single quotes", GOOD.replace(b'"', b"'"), "body", 400),
    Case("byte order mark", b"\xef\xbb\xbf" + GOOD, "body", 400),
    Case("UTF-16", GOOD.decode().encode("utf-16-be"), "body", 400),
    Case("Latin-1", _spoilt("Asset a1", "Asset \x00").replace(b"\x00", b"\xe9"), "body", 400),
    Case("surrogate in UTF-8", GOOD.replace(b"Asset a1", b"\xed\xa0\x80"), "body", 400),
    Case("overlong UTF-8", GOOD.replace(b"Asset a1", b"\xc0\xaf"), "body", 400),
    Case("raw control character", GOOD.replace(b"Asset a1", b"Asset\x01"), "body", 400),
    Case("null", b"null", "body"),
    Case("number", b"12", "body"),
    Case("text", b'"record"', "body"),
    Case("array of one", b"[" + GOOD + b"]", "body"),
    Case("empty object", b"{}", "specversion"),
    Case("lone high surrogate", _spoilt("Asset a1", "\\ud800"), "data.name"),
    Case("lone low surrogate", _spoilt("Asset a1", "\\udc00x"), "data.name"),
    Case("two high surrogates", _spoilt("Asset a1", "\\ud83d\\ud83d"), "data.name"),
    Case("lone surrogate in a key", _spoilt('"name"', '"na\\ud800me"'), "data.na\\ud800me"),
    Case("NUL in a text", _spoilt("Asset a1", "a\\u0000b"), "data.name"),
    Case("NUL in a key", _spoilt('"name"', '"na\\u0000me"'), "data.na\\x00me"),
    Case("NUL in an unknown field", _spoilt('"data": {', '"data": {"x": ["a", "\\u0000"], '), "data.x[1]"),
    Case("NUL in the id", _with(id="a\0b"), "id"),
    Case("duplicate key in the envelope", _spoilt('{"spec', '{"id": "other", "spec'), "id"),
    Case("duplicate key in data", _spoilt('"data": {', '"data": {"name": "Other", '), "data.name"),
    Case("duplicate key with the same value", _spoilt('"data": {', '"data": {"kind": "page", '), "data.kind"),
    Case("duplicate key, one escaped", _spoilt('"data": {', '"data": {"n\\u0061me": "Other", '), "data.name"),
    Case("duplicate data", _spoilt('{"spec', '{"data": {}, "spec'), "data"),
    Case("duplicate key in an unknown object", _spoilt('"data": {', '"data": {"x": {"y": 1, "y": 2}, '), "data.x.y"),
    Case(
        "duplicate key and a colon as an escape",
        _spoilt('"data": {', '"data": {"x": 1, "x": 2, "y": "\\u003a", '),
        "data.x",
    ),
    Case("depth 17", _nested(17), "data.deep" + "[0]" * 14),
    Case("depth 500", _nested(500), "data.deep" + "[0]" * 14),
    Case("depth 100,000", _nested(100_000), "body"),
    Case("depth 100,000 and nothing else", b"[" * 100_000, "body"),
]

_NUMBERS = [
    Case("NaN", _number("NaN"), "data.count", 400),
    Case("Infinity", _number("Infinity"), "data.count", 400),
    Case("minus Infinity", _score("-Infinity"), "data.score", 400),
    Case("NaN in an unknown field", _spoilt('"data": {', '"data": {"x": [0, NaN], '), "data.x[1]", 400),
    Case("1e400", _score("1e400"), "data.score"),
    Case("2**53", _number("9007199254740992"), "data.count"),
    Case("2**64", _number("18446744073709551616"), "data.count"),
    Case("an integer of 5,000 digits", _number("9" * 5_000), "data.count"),
    Case("an integer of 300 digits", _number("9" * 300), "data.count"),
    Case("true for an integer", _number("true"), "data.count"),
    Case("text for an integer", _number('"12"'), "data.count"),
    Case("3.0 for an integer", _number("3.0"), "data.count"),
    Case("1e2 for an integer", _number("1e2"), "data.count"),
    Case("a negative count", _number("-1"), "data.count"),
    Case("null for an integer", _number("null"), "data.count"),
    Case("leading zero", _number("012"), "body", 400),
    Case("true for a score", _score("true"), "data.score"),
    Case("a score above 1", _score("1.01"), "data.score"),
    Case("a negative score", _score("-0.1"), "data.score"),
    Case("10**12 followers", _number("1000000000000"), "data.count", disposition="quarantined"),
    Case(
        "about 10**12 followers",
        _number('{"qualifier": "about", "value": 1000000000000}'),
        "data.count.value",
        disposition="quarantined",
    ),
    Case("10**12 followers of no asset", _number("1000000000000").replace(b'"a1"', b'"../a1"'), "subject"),
    Case("a figure without a qualifier", _number('{"value": 5}'), "data.count.qualifier"),
    Case("an unknown qualifier", _number('{"qualifier": "circa", "value": 5}'), "data.count.qualifier"),
    Case("a figure that is absent", _number('{"qualifier": "absent"}'), "data.count.qualifier"),
    Case("a figure without its value", _number('{"qualifier": "about"}'), "data.count.value"),
    Case("a value of 3.0", _number('{"qualifier": "about", "value": 3.0}'), "data.count.value"),
    Case("an interval with one end", _number('{"qualifier": "between", "low": 5}'), "data.count.high"),
    Case("an interval turned round", _number('{"qualifier": "between", "low": 5, "high": 4}'), "data.count.low"),
    Case("less than nothing", _number('{"qualifier": "less than", "value": 0}'), "data.count.value"),
    Case("none found, and three", _number('{"qualifier": "none found", "value": 3}'), "data.count.value"),
    Case("a sum", _number('{"qualifier": "about", "value": 3, "sum": {"low": 0}}'), "data.count.sum"),
]

_ENVELOPES = [
    Case("specversion 0.3", _with(specversion="0.3"), "specversion"),
    Case("specversion as a number", _with(specversion=1.0), "specversion"),
    Case("no id", _with(id=None), "id"),
    Case("empty id", _with(id=""), "id"),
    Case("a number as id", _with(id=12), "id"),
    Case("an id of 257 characters", _with(id="x" * 257), "id"),
    Case("an id of two lines", _with(id="a\nb"), "id"),
    Case("no source", _with(source=None), "source"),
    Case("an object as source", _with(source={"x": 1}), "source"),
    Case("a source that turns text round", _with(source="detector\u202eecruos"), "source"),
    Case("no type", _with(type=None), "type"),
    Case("an unknown type", _with(type="warroom.asset.deleted"), "type"),
    Case("a type without its prefix", _with(type="asset.detected"), "type"),
    Case("a list as type", _with(type=["warroom.asset.detected"]), "type"),
    Case("no time", _with(time=None), "time"),
    Case("a time without zone", _with(time="2018-10-20T10:00:00"), "time"),
    Case("a time in words", _with(time="yesterday"), "time"),
    Case("a time as a number", _with(time=1_540_029_600), "time"),
    Case("a day for a time", _with(time="2018-10-20"), "time"),
    Case("a time with a blank", _with(time="2018-10-20 10:00:00Z"), "time"),
    Case("a time of a week", _with(time="2018-W42-6T10:00:00Z"), "time"),
    Case("30 February", _with(time="2018-02-30T10:00:00Z"), "time"),
    Case("hour 24", _with(time="2018-10-20T24:00:00Z"), "time"),
    Case("second 61", _with(time="2018-10-20T10:00:61Z"), "time"),
    Case("a leap second at noon", _with(time="2018-10-20T12:00:60Z"), "time"),
    Case("the year 0", _with(time="0000-01-01T00:00:00Z"), "time"),
    Case("the year 10000", _with(time="10000-01-01T00:00:00Z"), "time"),
    Case("the year 0 in UTC", _with(time="0001-01-01T00:00:00+01:00"), "time"),
    Case("the year 10000 in UTC", _with(time="9999-12-31T23:59:59-01:00"), "time"),
    Case("digits of another script", _with(time="２018-10-20T10:00:00Z"), "time"),
    Case("no subject", _with(subject=None), "subject"),
    Case("a path as subject", _with(subject="../../etc/passwd"), "subject"),
    Case("a subject that begins with a colon", _with(subject=":key"), "subject"),
    Case("a subject with a percent sign", _with(subject="%2e%2e"), "subject"),
    Case("a subject with a line end", _with(subject="a1\n"), "subject"),
    Case("a subject of 129 characters", _with(subject="a" * 129), "subject"),
    Case("a subject in another script", _with(subject="аsset"), "subject"),
    Case("data in XML", _with(datacontenttype="text/xml"), "datacontenttype"),
    Case("no data", _with(data=None), "data"),
    Case("a list as data", _with(data=[1]), "data"),
    Case("data in base64", _with(data=None, data_base64="e30="), "data"),
]

_AUDIENCE = makers.event("audience.observed", "a1", {})

_FIELDS = [
    Case("no platform", raw(asset_detected(platform=None)), "data.platform"),
    Case("a platform with capitals", raw(asset_detected(platform="Facebook")), "data.platform"),
    Case("a name of 4,001 characters", raw(asset_detected(name="x" * 4_001)), "data.name"),
    Case("null for a name", _said(asset_detected(), name=None), "data.name"),
    Case("a country in small letters", raw(asset_detected(country_shown="us")), "data.country_shown"),
    Case("a country that is none", raw(makers.network_reported(targets=["US", "ZZ"])), "data.targets[1]"),
    Case("a text for a list", raw(makers.network_reported(topics="race")), "data.topics"),
    Case("31 June", raw(asset_detected(created_on="2018-06-31")), "data.created_on"),
    Case("a day of a week", raw(asset_detected(created_on="2018-W01-1")), "data.created_on"),
    Case("ids where they are not hashed", raw(asset_detected(accounts=["x1"])), "data.accounts"),
    Case("no audience", raw(_AUDIENCE), "data"),
    Case("two audiences", _said(count_observed("a1", 5), accounts=["x1"]), "data"),
    Case("account ids as numbers", raw(makers.accounts_observed("a1", ["x1", 5])), "data.accounts[1]"),  # type: ignore[list-item]
    Case("account ids as the log has them", _said(_AUDIENCE, accounts={"n": 0}), "data.accounts"),
    Case("100,001 account ids", _said(_AUDIENCE, accounts=["x"] * 100_001), "data.accounts"),
    Case("a sketch of another family", _said(_AUDIENCE, sketch={"family": "theta", "data": ""}), "data.sketch.family"),
    Case("a sketch without data", _said(_AUDIENCE, sketch={"family": "hll"}), "data.sketch.data"),
    Case("no base64", _said(_AUDIENCE, sketch={"family": "hll", "data": "*"}), "data.sketch.data"),
    Case("an empty image", _image(b""), "data.sketch.data"),
    Case("an image of zeros", _image(bytes(100)), "data.sketch.data"),
    Case(
        "an image of a set that says it is longer", _image(b"\3\1\7\x0e\5\x08\0\1\xff\xff\xff\x7f"), "data.sketch.data"
    ),
    Case("an image with lg k 200", _image(b"\2\1\7\xc8\3\x08\1\0\1\0\0\4"), "data.sketch.data"),
    Case(
        "an image of more accounts than people",
        _image(b"\x0a\1\7\4\0\x18\0\x0a" + bytes(32) + b"\x3f" * 16),
        "data.sketch.data",
        disposition="quarantined",
    ),
    Case("currency XXX", raw(makers.ad_observed(spend={"currency": "XXX"})), "data.spend.currency"),
    Case("currency eur", raw(makers.ad_observed(spend={"currency": "eur"})), "data.spend.currency"),
    Case("money without currency", raw(makers.ad_observed(spend={"minor": 5})), "data.spend.currency"),
    Case("money in major units", raw(makers.ad_observed(spend={"currency": "USD", "minor": 1.5})), "data.spend.minor"),
    Case(
        "a stated figure without currency",
        raw(makers.statement_made(spend={"qualifier": "about", "minor": 5})),
        "data.spend.currency",
    ),
    Case("an ad that ends before it begins", raw(makers.ad_observed(last_day="2018-01-11")), "data.last_day"),
    Case("an event of nobody", raw(makers.event_hosted(assets=[])), "data.assets"),
    Case("an event that may have taken place", raw(makers.event_hosted(took_place="maybe")), "data.took_place"),
    Case("a post of 100,001 characters", raw(makers.post_observed(text="x" * 100_001)), "data.text"),
    Case("a link with itself", raw(makers.link_observed("a1", "a1")), "data.b"),
    Case("a negative weight", raw(makers.link_observed(weight=-1)), "data.weight"),
    Case("a surface that is none", raw(makers.statement_made(assets={"pages": 30})), "data.assets"),
    Case(
        "a stated count of 3.0",
        raw(makers.statement_made(assets={"facebook:page": 3.0})),
        "data.assets.facebook:page",
    ),
    Case("an empty name of a person", raw(makers.statement_made(by=" ")), "data.by"),
    Case("an unknown stage", raw(makers.event("stage.changed", "n1", {"stage": "open", "by": "x"})), "data.stage"),
    Case("an unknown rung", raw(makers.attribution_assessed(rung="proven")), "data.rung"),  # type: ignore[arg-type]
    Case("approved by nobody", raw(makers.attribution_assessed(approved_by=[])), "data.approved_by"),
    Case("a network that absorbs itself", raw(makers.networks_merged("n1", ["n2", "n1"])), "data.absorbed"),
    Case("a network split into itself", raw(makers.network_split("n1", "n1")), "data.into"),
    Case("a network that overlaps with itself", raw(makers.network_overlapped("n1", "n1")), "data.with"),
    Case("a withdrawal of nothing", raw(makers.event("record.withdrawn", None, {"source": "x"})), "data.id"),
    Case(
        "an election that ends first",
        raw(makers.election_scheduled(polls_close="2018-11-06T10:00:00Z")),
        "data.polls_close",
    ),
    Case("an empty note", raw(makers.note_written(text="")), "data.text"),
]

CASES = [*_TEXTS, *_NUMBERS, *_ENVELOPES, *_FIELDS]

NAMES = {
    "script": "<script>alert(1)</script>",
    "bold": "<b>" * 1_000,
    "turned round": "\u202e4321",
    "isolate": "\u2069\u2029",
    "emoji family": "👩‍👩‍👧‍👦",
    "Arabic": "صفحة",
    "zalgo": "Z" + "\u0336" * 50,
    "formula": '=HYPERLINK("http://x")',
    "literal escape": "\\u0000 \\u003a \\ud800",
    "two lines": "a\r\nb",
    "empty": "",
}
"""Names that are kept as they came; making them safe is for the one who shows them."""

TAKEN = [
    *(Case(f"a name: {what}", raw(asset_detected(name=name))) for what, name in NAMES.items()),
    Case("a time in 1970", _with(time="1970-01-01T00:00:00Z")),
    Case("a time next year", _with(time="2027-11-24T00:00:00Z")),
    Case("the first instant", _with(time="0001-01-01T00:00:00Z")),
    Case("the last instant", _with(time="9999-12-31T23:59:59.999999Z")),
    Case("a leap second", _with(time="2016-12-31T23:59:60Z")),
    Case("small letters in a time", _with(time="2018-10-20t10:00:00z")),
    Case("nanoseconds", _with(time="2018-10-20T10:00:00.123456789Z")),
    Case(
        "withdrawal of an unknown record", raw(makers.record_withdrawn({"source": makers.SOURCE, "id": "never came"}))
    ),
    Case(
        "unknown fields", _with(traceparent="00-1", data=asset_detected()["data"] | {"later": [1.0, -0.0, {"x": None}]})
    ),
    Case("depth 16", _nested(16)),
    Case("2**53 - 1 in an unknown field", _with(n=2**53 - 1)),
    Case("blanks around", b" \r\t" + GOOD + b" "),
    Case("an id with signs", _with(subject="A.b_c:d@e~f+g-h")),
    Case("8.5 billion followers", raw(count_observed("a1", 8_500_000_000))),
    Case("no accounts", raw(makers.accounts_observed("a1", []))),
    Case("an ad whose amount was not given", raw(makers.ad_observed(spend={"currency": "CAD"}))),
    Case("nothing found, in no currency", raw(makers.statement_made(spend={"qualifier": "none found"}))),
    Case("Kosovo", raw(asset_detected(country_shown="XK"))),
    Case("a subject where none is needed", raw(makers.link_observed() | {"subject": "a1"})),
]

BATCH = json.dumps([asset_detected("b1"), asset_detected("b2")]).encode()
"""A good batch of two."""
