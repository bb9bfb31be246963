"""What can be found: the words by which things are searched, and the indicators in their texts and addresses.

Words are compared without case, accents and invisible characters, so that nobody hides by spelling. Scripts that do not
part their words (Chinese, Japanese, Thai …) are taken letter by letter, and asked for as a row of letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.vocabulary import IndicatorKind

Seen = tuple[IndicatorKind, str]
"""An indicator: what it is, and its value as it is compared."""

MOST_WORDS = 400
"""Words of one thing that are kept for searching: the first of a long post."""

MOST_TERMS = 8
"""Words of one question that are looked for."""

MOST_SEEN = 50
"""Indicators that are taken from one text: a post of a thousand addresses is no better evidence than one of fifty."""

LONGEST = 512
"""Characters of an indicator that are compared: an address that is longer is the same when it begins the same."""

PLATFORM_HOSTS = frozenset(
    {
        "facebook.com", "fb.com", "fb.me", "instagram.com", "threads.net", "messenger.com", "whatsapp.com", "wa.me",
        "twitter.com", "x.com", "t.co", "youtube.com", "youtu.be", "tiktok.com", "t.me", "telegram.me", "telegram.org",
        "vk.com", "ok.ru", "reddit.com", "linkedin.com", "pinterest.com", "medium.com", "google.com", "bit.ly",
    }
)  # fmt: skip
"""Hosts on which everybody is: that two assets name one of them says nothing."""

_UNPARTED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNPARTED}\U00020000-\U0003ffff]|(?:(?![{_UNPARTED}])\w)+")
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'“”‘’()\[\]{}|\\^`]+", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<![\w&/#])[#＃](\w{2,100})")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,61}")


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared, in their order."""
    if text.isascii():
        # Nothing to take apart nor to leave out: most texts are such, and every post is read when it comes.
        return _PLAIN_WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold())
    unseen = [letter for letter in set(plain) if unicodedata.category(letter) in ("Mn", "Me", "Cf")]
    bare = plain.translate(dict.fromkeys(map(ord, unseen)))
    # Some signs come apart into capitals.
    return _WORD.findall(unicodedata.normalize("NFKC", bare).casefold().replace("_", " "))


def searchable(*texts: object) -> str:
    """All the words of a thing as its row keeps them: words parted by spaces, at most ``MOST_WORDS``."""
    found: list[str] = []
    for text in texts:
        if isinstance(text, str) and text:
            found += words_of(text)
        if len(found) >= MOST_WORDS:
            break
    return " ".join(found[:MOST_WORDS])


def terms_of(question: str) -> list[str]:
    """What is looked for: each term is the beginning of a word; letters of unparted scripts stay one row, "美 国"."""
    terms: list[str] = []
    for part in question.split():
        words = words_of(part)
        if not words:
            continue
        if all(len(word) == 1 for word in words) and len(words) > 1:
            terms.append(" ".join(words))
        else:
            terms += words
    return list(dict.fromkeys(terms))[:MOST_TERMS]


def normalized(kind: IndicatorKind, value: str) -> str:
    """An indicator as it is compared: hosts and hashes without case, a hashtag without its sign."""
    value = value.strip()
    if kind is IndicatorKind.HASHTAG:
        value = unicodedata.normalize("NFKC", value).lstrip("#").casefold()
    elif kind in (IndicatorKind.DOMAIN_NAME, IndicatorKind.EMAIL_ADDR, IndicatorKind.FILE_HASH):
        value = value.rstrip(".").casefold()
    elif kind in (IndicatorKind.IPV4_ADDR, IndicatorKind.IPV6_ADDR, IndicatorKind.USER_ACCOUNT):
        value = value.casefold()
    elif kind is IndicatorKind.URL:
        value = _address(value)
    return value[:LONGEST]


def seen_in(*texts: object) -> set[Seen]:
    """The indicators in texts and addresses: addresses with their hosts, and hashtags; none of a platform itself."""
    found: dict[Seen, None] = {}
    for text in texts:
        if isinstance(text, str) and text:
            for seen in _seen(text):
                found.setdefault(seen)
                if len(found) >= MOST_SEEN:
                    return set(found)
    return set(found)


def host_of(address: str) -> str:
    """The host of an address without ``www.``, empty where there is none, or where it belongs to a platform."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".").casefold().removeprefix("www.")
    except ValueError:
        return ""
    if not _HOST.fullmatch(host):
        return ""
    return "" if any(host == each or host.endswith(f".{each}") for each in PLATFORM_HOSTS) else host


def _seen(text: str) -> Iterator[Seen]:
    for address in _ADDRESS.findall(text):
        if host := host_of(address):
            yield IndicatorKind.DOMAIN_NAME, host[:LONGEST]
            yield IndicatorKind.URL, _address(address)[:LONGEST]
    for tag in _HASHTAG.findall(text):
        if not tag.isdecimal():
            yield IndicatorKind.HASHTAG, normalized(IndicatorKind.HASHTAG, tag)


def _address(address: str) -> str:
    """An address without what does not tell two apart: scheme, ``www.``, fragment, marks at its end."""
    bare = address.strip().rstrip(".,;:!?…»").partition("#")[0]
    rest = bare.partition("://")[2] or bare
    host, slash, path = rest.partition("/")
    return (host.casefold().removeprefix("www.") + slash + path).rstrip("/")
