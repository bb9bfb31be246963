"""Which addresses are those of an account, a channel or a group on a platform, and whose.

Only forms that say by themselves what stands there are read. Anything else on these hosts, a post or a search, is no
asset, and neither is an address of which nobody can say whether a page or a person stands behind it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from app.vocabulary import ID_PATTERN

_NAME = r"@?([\w.~-]{1,100})"

_FORMS: tuple[tuple[str, str, str, str, bool], ...] = (
    # Hosts, then platform and kind, then the form of the path, and whether capitals make another name of it.
    ("twitter.com x.com", "x", "account", rf"{_NAME}", False),
    ("youtube.com", "youtube", "channel", r"(@[\w.%·-]{1,100})", False),
    ("youtube.com", "youtube", "channel", r"channel/(UC[\w-]{10,40})", True),
    ("youtube.com", "youtube", "channel", r"(?:c|user)/([\w.%-]{1,100})", False),
    ("t.me telegram.me telegram.dog", "telegram", "channel", r"(?:s/)?(\w{3,64})", False),
    ("t.me telegram.me telegram.dog", "telegram", "channel", r"(?:joinchat/|\+)([\w-]{10,40})", True),
    ("tiktok.com", "tiktok", "account", r"@([\w.-]{1,100})", False),
    ("instagram.com", "instagram", "account", rf"{_NAME}", False),
    ("threads.net threads.com", "threads", "account", r"@([\w.-]{1,100})", False),
    ("facebook.com fb.com", "facebook", "group", r"groups/([\w.-]{1,100})", False),
    ("facebook.com fb.com", "facebook", "page", r"(?:pages|pg)/(?:[^/]+/)?([\w.-]{1,100})", False),
    ("reddit.com", "reddit", "account", r"(?:user|u)/([\w-]{1,100})", False),
    ("reddit.com", "reddit", "group", r"r/([\w-]{1,100})", False),
    ("medium.com", "medium", "account", r"@([\w.-]{1,100})", False),
    ("linkedin.com", "linkedin", "account", r"in/([\w%-]{1,100})", False),
    ("linkedin.com", "linkedin", "page", r"company/([\w%-]{1,100})", False),
    ("pinterest.com", "pinterest", "account", rf"{_NAME}", False),
    ("gab.com", "gab", "account", rf"{_NAME}", False),
    ("gettr.com", "gettr", "account", r"user/([\w.-]{1,100})", False),
    ("truthsocial.com", "truthsocial", "account", r"@([\w.-]{1,100})", False),
    ("linktr.ee", "linktree", "account", rf"{_NAME}", False),
    ("safechat.com", "safechat", "account", r"u/([\w.-]{1,100})", False),
    ("vk.com", "vk", "group", r"((?:club|public)\d+)", False),
    ("vk.com", "vk", "account", r"(id\d+)", False),
)

_RESERVED_WORDS = (
    "about ads business explore hashtag help home i intent jobs joinchat login me messages p privacy reel "
    "reels search settings share signup stories tos trends watch"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
"""First steps of a path that are pages of the platform itself."""

_FORM_OF = [
    (frozenset(hosts.split()), platform, kind, re.compile(path, re.IGNORECASE), exact)
    for hosts, platform, kind, path, exact in _FORMS
]

_PLATFORM_WORDS = (
    ("facebook", "facebook"),
    ("instagram", "instagram"),
    ("threads", "threads"),
    ("twitter", "x"),
    ("youtube", "youtube"),
    ("tiktok", "tiktok"),
    ("telegram", "telegram"),
    ("pinterest", "pinterest"),
    ("reddit", "reddit"),
    ("linkedin", "linkedin"),
    ("medium", "medium"),
    ("whatsapp", "whatsapp"),
)


@dataclass(frozen=True, slots=True)
class Handle:
    """One thing on a platform that can be removed: its id here, and what its address says about it."""

    asset: str
    platform: str
    kind: str
    name: str


def asset_id(platform: str, kind: str, name: str) -> str:
    """The id of an asset by what the platform calls it: readable where it can be, else a digest of it."""
    id = f"{platform}:{kind}:{name.removeprefix('@')}"
    return id if ID_PATTERN.fullmatch(id) else f"{platform}:{kind}:{digest(name)}"


def digest(*parts: object) -> str:
    """32 hexadecimal digits that follow from ``parts`` alone."""
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()[:32]


def handle_of(url: str) -> Handle | None:
    """Whose address this is, None where it is nobody's. ``url`` may come without its scheme."""
    host, _, path = url.rpartition("://")[2].partition("/")
    host = re.sub(r"^(?:www|m|mobile|old|vm|web|[a-z]{2}(?:-[a-z]{2})?)\.", "", host.casefold())
    path = path.split("?")[0].split("#")[0].strip("/")
    if not path or path.split("/")[0].casefold() in _RESERVED:
        return None
    for hosts, platform, kind, form, exact in _FORM_OF:
        if host in hosts and (found := form.fullmatch(path)):
            name = found[1].removeprefix("@")
            return Handle(asset_id(platform, kind, name if exact else name.lower()), platform, kind, name)
    return None


def platform_of(words: str) -> str:
    """The one platform that is named in ``words``, empty where none or several are. X is named by its capital."""
    low = words.casefold()
    found = {platform for word, platform in _PLATFORM_WORDS if word in low}
    if re.search(r"\bX\b", words):
        found.add("x")
    return found.pop() if len(found) == 1 else ""
