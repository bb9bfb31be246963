"""Addresses as analysts write them so that nobody opens one by accident, put back as they were, and what each one is.

``example[.]com``, ``example(.)com``, ``example{.}com``, ``example[dot]com``, ``hxxps[:]//``, ``name[at]example.com``.
Nothing here is ever opened. What looks like an address and is none is refused with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from app.ingest._disclosed import Unreadable
from app.vocabulary import IndicatorKind


@dataclass(frozen=True, slots=True)
class Address:
    """One address: what it is, and as it was before it was defanged."""

    kind: IndicatorKind
    value: str


_OPEN, _CLOSE = r"[\[({<]", r"[\])}>]"
_STYLES = (
    (re.compile(rf"\s?{_OPEN}\s*(?:\.|dot)\s*{_CLOSE}\s?", re.IGNORECASE), "."),
    (re.compile(rf"\s?{_OPEN}\s*(?:@|at)\s*{_CLOSE}\s?", re.IGNORECASE), "@"),
    (re.compile(rf"{_OPEN}\s*:\s*{_CLOSE}"), ":"),
    (re.compile(rf"{_OPEN}\s*(:?//?)\s*{_CLOSE}"), r"\1"),
    (re.compile(r"\\\.|\[\.(?=\w)|(?<=\w)\.\]"), "."),
    (re.compile(r"\b(?:hxxp|h\*\*p|htxp|hxtp|meow)(s?)(?=:)", re.IGNORECASE), r"http\1"),
    (re.compile(r"\bfxp(?=://)", re.IGNORECASE), "ftp"),
)
"""Each way of defanging, and what it stood for. The scheme comes last: its colon may have been defanged too."""

DEFANGED = re.compile(rf"{_OPEN}\s*(?:\.|dot|@|at|:|/|:?//)\s*{_CLOSE}|\bhxxps?\b|\\\.", re.IGNORECASE)
"""A sign that something was defanged, and so is an address."""

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?:(?:{_LABEL}|_[\w-]{{1,61}})\.)+(?:xn--[a-z0-9-]{{1,59}}|[^\W\d_]{{2,63}})\.?", re.IGNORECASE)
_EMAIL = re.compile(r"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@(\S+)")
_HEX = re.compile(r"(?:0x)?([0-9a-fA-F]{24,})")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}", re.IGNORECASE)
_HASHTAG = re.compile(r"[#\uff03]\w*[^\W\d_]\w*")
_PHONE = re.compile(r"\+?\(?\d[\d\s().\-\u2011/]{5,24}\d")
HASH_DIGITS = (32, 40, 56, 64, 96, 128)
"""Hexadecimal digits of MD5, SHA-1 and the lengths of SHA-2."""

_ENDINGS = (
    "apk bat bin csv dll doc docx exe gif htm html ipa jar jpeg jpg js json msi pdf php png ps1 rar txt vbs xls xlsx"
)
FILE_ENDINGS = frozenset(_ENDINGS.split())
"""Endings of files: ``setup.exe`` is a name, not a domain, though it has the form of one."""


def refang(text: str) -> str:
    """``text`` with every defanged sign put back as it was."""
    for style, sign in _STYLES:
        text = style.sub(sign, text)
    return text


def address_of(token: str) -> Address | None:
    """What one word is, None where it is no address. Raises Unreadable where it only looks like one."""
    word = refang(token.strip())
    found = _plain(word) or _network(word) or _host(word)
    if found is None and (DEFANGED.search(token) or "://" in word):
        raise Unreadable(f"{token[:80]!r} looks like an address and is none")
    return found


def phone_of(text: str) -> Address | None:
    """A telephone number, its digits only, None where the text is none."""
    word = text.strip()
    if not _PHONE.fullmatch(word):
        return None
    digits = re.sub(r"\D", "", word)
    return (
        Address(IndicatorKind.PHONE_NUMBER, f"+{digits}" if word.startswith("+") else digits)
        if 7 <= len(digits) <= 15
        else None
    )


def is_host(text: str) -> bool:
    """Whether this is the name of a host, by its form alone."""
    return bool(
        len(text) <= 253
        and _HOST.fullmatch(text)
        and text.rstrip(".").rpartition(".")[2].casefold() not in FILE_ENDINGS
    )


def _plain(word: str) -> Address | None:
    """A hash, a hashtag, an e-mail address. Raises Unreadable for hexadecimal digits of no known hash."""
    if digits := _HEX.fullmatch(word):
        if len(digits[1]) not in HASH_DIGITS:
            raise Unreadable(f"{len(digits[1])} hexadecimal digits are no hash: those have {HASH_DIGITS}")
        return Address(IndicatorKind.FILE_HASH, digits[1].lower())
    if _HASHTAG.fullmatch(word):
        return Address(IndicatorKind.HASHTAG, "#" + word[1:])
    if (email := _EMAIL.fullmatch(word.removeprefix("mailto:"))) and is_host(email[2]):
        return Address(IndicatorKind.EMAIL_ADDR, f"{email[1]}@{email[2].lower()}")
    return None


def _network(word: str) -> Address | None:
    """An IP address, or a range of them."""
    try:
        version = ip_network(word).version if "/" in word else ip_address(word.strip("[]")).version
    except ValueError:
        return None
    return Address(IndicatorKind.IPV4_ADDR if version == 4 else IndicatorKind.IPV6_ADDR, word.strip("[]").lower())


def _host(word: str) -> Address | None:
    """A domain, or the address of something on a host. The root of a host says no more than its name.

    ``www.`` is left away, as it is wherever hosts are compared.
    """
    before, divided, behind = word.partition("://")
    scheme, rest = (before.lower(), behind) if divided and _SCHEME.fullmatch(before) else ("", word)
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not is_host(host) and not (_network(host) and (scheme or port)):
        return None
    if parts.username is not None and not scheme:
        return None
    if parts.path in ("", "/") and not (parts.query or parts.fragment or port or parts.username):
        return (
            Address(IndicatorKind.DOMAIN_NAME, host.rstrip(".").removeprefix("www."))
            if is_host(host)
            else Address(IndicatorKind.URL, word)
        )
    where = parts.netloc.lower() if parts.username is None else parts.netloc
    tail = rest[len(parts.netloc) :]
    return Address(IndicatorKind.URL, f"{scheme}://{where}{tail}" if scheme else f"{where}{tail}")
