"""A scope as it stands in the query of an address: read strictly, described for OpenAPI, and said again in answers.

A word that is not known here is refused and never passed over: a filter with a slip of the pen would otherwise answer
for everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.errors import BadRequest
from app.records import instant_of
from app.vocabulary import ID_PATTERN, UNAPPROVED, UNDETERMINED, WORD, Rung, Scope, Stage, isoformat

MOST = 100
"""Values of one filter."""

LONGEST = 256
"""Characters of one value."""

COUNTRY = re.compile(r"[A-Z]{2}")


class Query(Protocol):
    """The query of an address: several values by name."""

    def multi_items(self) -> list[tuple[str, str]]:
        """Names and values, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Filter:
    """One word of a query. ``read`` gives its value, or raises ValueError with what it should be."""

    field: str
    what: str
    example: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    repeated: bool = True


def _matching(pattern: re.Pattern[str], otherwise: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(otherwise)
        return text

    return read


def _stage(text: str) -> Stage:
    if text not in list(Stage):
        raise ValueError(f"a stage is one of {', '.join(Stage)}")
    return Stage(text)


def _rung(text: str) -> str:
    if text != UNAPPROVED and text not in list(Rung):
        raise ValueError(f"a rung is one of {', '.join(Rung)}, or {UNAPPROVED} where none was approved")
    return text


def _attributed(text: str) -> str:
    if text != UNDETERMINED and not COUNTRY.fullmatch(text):
        raise ValueError(f"write two capital letters (ISO 3166), for example IR, or {UNDETERMINED}")
    return text


def _yes_or_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("write true or false")
    return text == "true"


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return text


_ID = _matching(ID_PATTERN, "an id begins with a letter or digit and goes on with those or . _ : @ ~ + -")
_COUNTRY = _matching(COUNTRY, "a country is two capital letters (ISO 3166), for example US")
_TEXT = {"type": "string"}
_LETTERS = {"type": "string", "pattern": "^[A-Z]{2}$"}

FILTERS = {
    "network": Filter("network", "id of a network, or of one that was merged into it", "harbour-finch", _ID, _TEXT),
    "election": Filter("election", "id of an election", "us-midterms-2018", _ID, _TEXT),
    "origin": Filter("origin", "country that a network is said to come from", "IR", _COUNTRY, _LETTERS),
    "target": Filter("target", "country that a network aims at", "US", _COUNTRY, _LETTERS),
    "topic": Filter("topic", "topic of a network", "immigration", _text, _TEXT),
    "platform": Filter(
        "platform",
        "platform; narrows surfaces, not networks",
        "facebook",
        _matching(WORD, "a platform is small letters, digits and _, for example facebook"),
        _TEXT,
    ),
    "stage": Filter("stage", "stage of a network", "removed", _stage, {"type": "string", "enum": list(Stage)}),
    "detector": Filter(
        "detector", "CloudEvents source that speaks of a network", "//detectors.example/a", _text, _TEXT
    ),
    "rung": Filter(
        "rung",
        f"strongest attribution that was approved of a network; {UNAPPROVED} where none was",
        "originated_in",
        _rung,
        {"type": "string", "enum": [*Rung, UNAPPROVED]},
    ),
    "attributed": Filter(
        "attributed",
        f"country that an approved claim says a network comes from; {UNDETERMINED} where none names one",
        "IR",
        _attributed,
        {"type": "string", "pattern": f"^([A-Z]{{2}}|{UNDETERMINED})$"},
    ),
    "open": Filter(
        "open_only",
        "true: only networks that are neither removed nor dismissed",
        "true",
        _yes_or_no,
        {"type": "boolean"},
        repeated=False,
    ),
    "since": Filter(
        "since",
        "only networks that were open at this instant (RFC 3339), or were first seen later",
        "2018-10-19T00:00:00Z",
        instant_of,
        {"type": "string", "format": "date-time"},
        repeated=False,
    ),
}
"""Every word that narrows a scope."""


def described() -> list[dict[str, Any]]:
    """The filters as OpenAPI parameters."""
    return [
        {
            "name": name,
            "in": "query",
            "description": f"{filter.what}{'; may be repeated' if filter.repeated else ''}",
            "schema": {"type": "array", "items": dict(filter.schema)} if filter.repeated else dict(filter.schema),
            "example": [filter.example] if filter.repeated else filter.example,
        }
        for name, filter in FILTERS.items()
    ]


def scope_of(query: Query, *also: str) -> Scope:
    """The scope of a query. Raises BadRequest for a bad value, and for a word that is no filter and not in ``also``."""
    values: dict[str, list[str]] = {}
    for name, value in query.multi_items():
        if name in also:
            continue
        if name not in FILTERS:
            raise BadRequest(name[:80], f"there is no such filter: use {', '.join([*FILTERS, *also])}")
        values.setdefault(name, []).append(value)
    read: dict[str, Any] = {}
    for name, texts in values.items():
        filter = FILTERS[name]
        if len(texts) > (MOST if filter.repeated else 1):
            raise BadRequest(name, f"given {len(texts)} times: at most {MOST if filter.repeated else 1}")
        found = [_read(name, filter, text) for text in texts]
        read[filter.field] = tuple(dict.fromkeys(found)) if filter.repeated else found[0]
    return Scope(**read)


def _read(name: str, filter: Filter, text: str) -> Any:
    if len(text) > LONGEST:
        raise BadRequest(name, f"longer than {LONGEST} characters")
    try:
        return filter.read(text)
    except ValueError as unfit:
        said = str(unfit)
        raise BadRequest(name, said if repr(text[:80]) in said else f"{text[:80]!r} will not do: {said}") from None


def scope_json(scope: Scope) -> dict[str, Any]:
    """What a scope was narrowed by, in the words of the query; empty for everything."""
    said: dict[str, Any] = {}
    for name, filter in FILTERS.items():
        value = getattr(scope, filter.field)
        if value not in ((), None, False):
            said[name] = isoformat(value) if name == "since" else list(value) if filter.repeated else value
    return said
