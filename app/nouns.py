"""The words for surfaces, stages, countries, times and durations, as every screen and export spells them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from app.vocabulary import ACCOUNTS, DAY, GROUPS, HOUR, MINUTE, PAGES, Stage, Surface, instant, moment, surface_order

NARROW = "\u202f"
"""Narrow no-break space, before a unit."""

_PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "vk": "VK",
    "web": "web",
    "whatsapp": "WhatsApp",
    "x": "X",
    "youtube": "YouTube",
}
_NAMES = {PAGES: "Page", ACCOUNTS: "account", GROUPS: "group", Surface("web", "site"): "website"}
_COUNTRIES = {"CD": "DR Congo", "CG": "Congo", "HK": "Hong Kong", "MM": "Myanmar", "MO": "Macao"}
"""Where the common name is shorter than the one in CLDR."""

_SHORT_COUNTRIES = {"AE": "UAE", "GB": "UK", "US": "US"}
_WITH_ARTICLE = {"AE", "BS", "CF", "CZ", "DO", "FK", "GB", "GM", "KM", "MH", "MV", "NL", "PH", "PS", "SB", "SC", "US"}


def plural(noun: str) -> str:
    """The plural of an English noun of the domain: "Pages", "countries", "matches"."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def list_words(words: Sequence[str]) -> str:
    """A list as it is read out: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def platform_name(platform: str) -> str:
    """How a platform spells itself; one that is not known here gets a capital."""
    return _PLATFORMS.get(platform) or platform.replace("_", " ").capitalize()


def surface_name(surface: Surface, many: bool = False) -> str:
    """What one asset of a surface is called: "Page", "Instagram account", "YouTube channel", "website"."""
    name = _NAMES.get(surface) or f"{platform_name(surface.platform)} {surface.kind.replace('_', ' ')}"
    return plural(name) if many else name


def surface_noun(surface: Surface, n: int, *, list_form: bool = False) -> str:
    """A number of assets: "30 Pages", "1 group", "16 Instagram accounts"; "16 Instagram" in a list that says assets."""
    if list_form and surface.kind == "account" and surface != ACCOUNTS:
        return f"{n:,} {platform_name(surface.platform)}"
    return f"{n:,} {surface_name(surface, many=n != 1)}"


def assets_words(counts: Mapping[Surface, int], *, list_form: bool = False) -> str:
    """Assets by surface in their fixed order, without zeros: "30 Pages, 33 accounts and 3 groups"; "no assets"."""
    words = [surface_noun(s, counts[s], list_form=list_form) for s in sorted(counts, key=surface_order) if counts[s]]
    if not words:
        return "no assets"
    return ", ".join(words) if list_form else list_words(words)


def sibling_label(surface: Surface) -> str:
    """What stands beside the reach of another surface: "on Pages", "in groups", "Instagram"."""
    if surface.kind == "group":
        return f"in {surface_name(surface, many=True)}"
    if surface.platform == "facebook":
        return f"on {surface_name(surface, many=True)}"
    return platform_name(surface.platform) if surface.kind == "account" else surface_name(surface, many=True)


def reach_verb(surface: Surface, *, past: bool = False, one: bool = False) -> str:
    """What an account does to join an audience: "follow" a Page, "join" a group, "visit" a website."""
    verb = {"group": "join", "site": "visit", "channel": "subscribe to"}.get(surface.kind, "follow")
    if past:
        head, space, rest = verb.partition(" ")
        return f"{head.removesuffix('e')}ed{space}{rest}"
    head, space, rest = verb.partition(" ")
    return f"{head}s{space}{rest}" if one else verb


def reach_sentence(surface: Surface, *, past: bool = False, one: bool = False) -> str:
    """The rest of the sentence after a number: "accounts follow at least one Page"; in the past "followed"."""
    subject = "account" if one else "accounts"
    return f"{subject} {reach_verb(surface, past=past, one=one)} at least one {surface_name(surface)}"


@cache
def country_name(code: str, *, short: bool = False) -> str:
    """The English name of an ISO 3166 code; in lists "US" and "UK". An unknown code is given back."""
    if short and code in _SHORT_COUNTRIES:
        return _SHORT_COUNTRIES[code]
    return _COUNTRIES.get(code) or Locale("en").territories.get(code, code)


def the_country(code: str, *, short: bool = False) -> str:
    """The name as it stands in a sentence: "the United States", "Iran"; short "the US"."""
    return f"{'the ' if code in _WITH_ARTICLE else ''}{country_name(code, short=short)}"


_NOT_ITS_PART = (
    "Democratic Republic of Congo",
    "Democratic Republic of the Congo",
    "New Jersey",
    "New Mexico",
    "Northern Ireland",
    "South Georgia",
)
"""Names of other places that have a country's in them, beside those of other countries."""


@cache
def _named() -> re.Pattern[str]:
    """Any country's name, or a place's that holds one; the longest first, so that "South Sudan" is no "Sudan"."""
    codes = [code for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))]
    words = {name.casefold() for code in codes for name in (country_name(code), str(Locale("en").territories[code]))}
    long = sorted({*words, *(name.casefold() for name in _NOT_ITS_PART)}, key=lambda name: (-len(name), name))
    short = sorted({country_name(code, short=True) for code in _SHORT_COUNTRIES}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:(?i:{'|'.join(map(re.escape, long))})|{'|'.join(map(re.escape, short))})(?!\w)")


def names_country(text: str, code: str) -> bool:
    """Whether a text names a country, as a word of its own and not within the name of another place.

    Short names in capitals only: "us" is no country.
    """
    found = _names_in(text)
    return country_name(code, short=True) in found or country_name(code).casefold() in found


@lru_cache(1024)
def _names_in(text: str) -> frozenset[str]:
    """What a text names, as it stands there and in small letters."""
    found = _named().findall(text)
    return frozenset((*found, *map(str.casefold, found)))


def stage_name(stage: Stage) -> str:
    """A stage on screen: "Under review"."""
    return stage.value.replace("_", " ").capitalize()


def duration(micros: int) -> str:
    """Time that has passed, cut and never rounded up: "27 min" under 90, "51 h" under 72, then "3 d".

    From 90 minutes to two hours it is "1.5 h", so that the number never runs backwards in meaning.
    """
    n, unit = _span(micros)
    return f"{n}{NARROW}{unit}"


def duration_prose(micros: int) -> str:
    """Time that has passed, in a sentence: "27 minutes", "51 hours", "1 day"."""
    n, unit = _span(micros)
    if n == "<1":
        return "less than a minute"
    noun = {"min": "minute", "h": "hour", "d": "day"}[unit]
    return f"{n} {noun if n == '1' else plural(noun)}"


def _span(micros: int) -> tuple[str, str]:
    if micros < MINUTE:
        return "<1", "min"
    if micros < 90 * MINUTE:
        return str(micros // MINUTE), "min"
    if micros < 2 * HOUR:
        return "1.5", "h"
    if micros < 72 * HOUR:
        return str(micros // HOUR), "h"
    return f"{micros // DAY:,}", "d"


def clock_time(at: int, zone: str = "UTC") -> str:
    """The time of day of an instant on a 24-hour clock: "14:05"."""
    return f"{local(at, zone):%H:%M}"


def day(at: int, zone: str = "UTC", *, weekday: bool = False, year: bool = False, full: bool = False) -> str:
    """The day of an instant: "26 Oct", "Fri 26 Oct", "26 Oct 2018"; ``full`` spells it: "Friday 26 October 2018"."""
    return day_words(local(at, zone).date(), weekday=weekday or full, year=year or full, full=full)


def day_words(on: date, *, weekday: bool = False, year: bool = False, full: bool = False) -> str:
    """A calendar day, spelt like ``day``."""
    month = "d MMMM" if full else "d MMM"
    week = ("EEEE " if full else "EEE ") if weekday else ""
    return format_date(on, f"{week}{month}{' y' if year else ''}", locale="en")


_FIRST, _LAST = instant(datetime(1, 1, 3, tzinfo=UTC)), instant(datetime(9999, 12, 29, tzinfo=UTC))
"""Records may hold any time of the years 1 to 9999. By the clocks of a zone the ends of these are in no year at all."""


def local(at: int, zone: str) -> datetime:
    """An instant in a time zone (IANA name). What is in no year of every zone's is the first or last day that is."""
    return moment(min(max(at, _FIRST), _LAST)).astimezone(ZoneInfo(zone))
