"""Checks of single values. Each takes a value and its path, and raises Fault when it is not what the path asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from babel import Locale
from babel.numbers import list_currencies

from app.records._faults import Fault, show, step
from app.vocabulary import DAY, ID_PATTERN, MAX_INTEGER, SECOND, WORD

Check = Callable[[Any, str], None]

TEXT = 4_000
"""Characters of a name, a title, a reason."""

LONG_TEXT = 100_000
"""Characters of a post or a note."""

NAME = 256
"""Characters of the id and the source of a record."""

COUNTRIES = frozenset(code for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))) - frozenset(
    # Groupings and placeholders that the Unicode list has and ISO 3166 has not. XK, Kosovo, stays.
    ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ")
)
CURRENCIES = frozenset(list_currencies()) - {"XXX", "XTS"}


def text(value: Any, path: str) -> None:
    """A text, which may be empty."""
    if type(value) is not str or len(value) > TEXT:
        raise _no_text(value, path, TEXT)


def said(value: Any, path: str) -> None:
    """A text that says something."""
    text(value, path)
    if not value.strip():
        raise Fault(path, "is empty: say it, or leave the record out")


def long_text(value: Any, path: str) -> None:
    """The text of a post, which may be empty."""
    if type(value) is not str or len(value) > LONG_TEXT:
        raise _no_text(value, path, LONG_TEXT)


def long_said(value: Any, path: str) -> None:
    """The text of a note."""
    long_text(value, path)
    if not value.strip():
        raise Fault(path, "is empty: say it, or leave the record out")


def _no_text(value: Any, path: str, limit: int) -> Fault:
    if type(value) is str:
        return Fault(path, f"has {len(value)} characters: at most {limit} can be taken")
    return Fault(path, f"{show(value)} is no text: {_instead(value, 'write a string')}")


def _instead(value: Any, advice: str) -> str:
    return "leave the field out when nothing is known" if value is None else advice


def name(value: Any, path: str) -> None:
    """The id or the source of a record: one line without invisible characters."""
    if type(value) is not str or not 0 < len(value) <= NAME or not value.isprintable():
        raise Fault(path, f"{show(value)} is no name: write 1 to {NAME} visible characters")


def identifier(value: Any, path: str) -> None:
    """The id of a network, asset, ad, event, post or election."""
    if type(value) is not str or not ID_PATTERN.fullmatch(value):
        advice = _instead(value, "begin with a letter or digit, go on with those or ._:@~+-, 128 at most")
        raise Fault(path, f"{show(value)} is no id: {advice}")


def digest(value: Any, path: str) -> None:
    """A SHA-256 in hex."""
    if type(value) is not str or not _DIGEST.fullmatch(value):
        raise Fault(path, f"{show(value)} is no SHA-256: write its 64 hex digits in small letters")


_DIGEST = re.compile(r"[0-9a-f]{64}")


def word(value: Any, path: str) -> None:
    """The name of a platform or kind."""
    if type(value) is not str or not WORD.fullmatch(value):
        raise Fault(path, f"{show(value)} is no name like facebook or page: use lower case, digits and _, at most 32")


def whole(value: Any, path: str, member: str = "") -> None:
    """A whole number from 0 that every JSON reader agrees on. ``member`` is one more step of the path."""
    if type(value) is not int or not 0 <= value <= MAX_INTEGER:
        raise Fault(
            step(path, member) if member else path,
            f"{_shown(value)} is no whole number from 0 to {MAX_INTEGER}: write one like 12",
        )


def _shown(value: Any) -> str:
    # The quotes of a text are its error.
    return f'"{value}"' if type(value) is str and len(value) < 20 and value.isprintable() else show(value)


def share(value: Any, path: str) -> None:
    """A number from 0 to 1."""
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise Fault(path, f"{show(value)} is no number from 0 to 1: write one like 0.8")


def weight(value: Any, path: str) -> None:
    """A number from 0."""
    if type(value) not in (int, float) or not 0 <= value <= MAX_INTEGER:
        raise Fault(path, f"{show(value)} is no number from 0 to {MAX_INTEGER}: write one like 1.5")


def flag(value: Any, path: str) -> None:
    """True or false."""
    if type(value) is not bool:
        raise Fault(path, f"{show(value)} is neither: write true or false")


def country(value: Any, path: str) -> None:
    """An ISO 3166 alpha-2 code."""
    if type(value) is not str or value not in COUNTRIES:
        raise Fault(path, f"{show(value)} is no ISO 3166 country: write two capital letters, for example US")


def currency(value: Any, path: str) -> None:
    """An ISO 4217 code of money that can be spent."""
    if type(value) is not str or value not in CURRENCIES:
        raise Fault(path, f"{show(value)} is no ISO 4217 currency: write three capital letters, for example USD")


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def day(value: Any, path: str) -> None:
    """A day, ``YYYY-MM-DD``."""
    try:
        if type(value) is str and _DAY.fullmatch(value):
            date.fromisoformat(value)
            return
    except ValueError:
        pass
    raise Fault(path, f"{show(value)} is no day: write one like 2018-10-26")


_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,30})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LATEST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def instant_of(text: str) -> int:
    """Microseconds of an RFC 3339 time, digits below them cut off. Raises ValueError.

    The 60th second of a minute, at the end of a month in UTC, is the first of the next: so POSIX counts.
    """
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is no RFC 3339 time")
    leap = text[17] == "6"
    if leap:
        at = instant_of(f"{text[:17]}59{text[19:]}") + SECOND
    else:
        at = (datetime.fromisoformat(text.upper()) - _EPOCH) // _MICROSECOND
    if not _EARLIEST <= at <= _LATEST:
        raise ValueError(f"{text[:80]!r} is not in the years 1 to 9999")
    if leap and (at % DAY >= SECOND or (_EPOCH + at * _MICROSECOND).day != 1):
        raise ValueError(f"{text[:80]!r} is no leap second")
    return at


def time(value: Any, path: str) -> None:
    """An RFC 3339 time with its zone."""
    time_of(value, path)


def time_of(value: Any, path: str) -> int:
    """The microseconds of an RFC 3339 time with its zone."""
    try:
        if type(value) is str:
            return instant_of(value)
    except ValueError:
        pass
    raise Fault(path, f"{show(value)} is no time with a zone as RFC 3339 has it: write one like 2018-10-26T14:05:00Z")


def members(value: Any, path: str) -> None:
    """An object."""
    if type(value) is not dict:
        raise Fault(path, f"{show(value)} is no object: {_instead(value, 'write its members in braces')}")


def one_of(words: Iterable[str]) -> Check:
    """One of the given words."""
    known = tuple(str(each) for each in words)

    def check(value: Any, path: str) -> None:
        if type(value) is not str or value not in known:
            raise Fault(path, f"{show(value)} is none of {', '.join(known)}")

    return check


def list_of(check: Check, at_least: int = 0) -> Check:
    """A list of what ``check`` takes."""

    def check_all(value: Any, path: str) -> None:
        if type(value) is not list:
            raise Fault(path, f"{show(value)} is no list: {_instead(value, 'write one in brackets')}")
        if len(value) < at_least:
            raise Fault(path, f"has {len(value)} elements: at least {at_least} is needed")
        for place, item in enumerate(value):
            try:
                check(item, path)
            except Fault as fault:
                # Only now is the place worth writing down: that costs more than most checks.
                fault.path = step(path, place) + fault.path.removeprefix(path)
                raise

    return check_all


def either(check: Check, or_list_of: Check) -> Check:
    """One, or a list of them."""
    several = list_of(or_list_of, at_least=1)

    def check_either(value: Any, path: str) -> None:
        (several if type(value) is list else check)(value, path)

    return check_either
