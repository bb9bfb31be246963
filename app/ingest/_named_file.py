"""What the name of an indicator file says: the quarter, the countries, and what sort of network it is about.

``Q1_2024_MOLDOVA_&_MADAGASCAR_TARGETING_CIB_NETWORK.csv``. A country is taken over only where the name says that the
network was based there or targeted it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.errors import BadRequest
from app.ingest._disclosed import country
from app.ingest._handles import digest

_QUARTER = re.compile(r"\bQ([1-4])\s*((?:19|20)\d\d)\b", re.IGNORECASE)
_BASED = re.compile(r"\s*-?\s*\bbased\b", re.IGNORECASE)
_TARGETING = re.compile(r"\s*-?\s*\btarget(?:ing|ed)\b", re.IGNORECASE)
_SORT = re.compile(r"\b(recidivist|espionage|CIB|IB|APT|network|cluster|operation)\b", re.IGNORECASE)
_INITIALS = ("cib", "ib", "apt")
_NUMBER = re.compile(r"#?\s*\b(\d{1,3})\s*$")
_SHORT = {"uk": "GB", "us": "US", "usa": "US", "uae": "AE", "drc": "CD"}
_BETWEEN = ("", "and", "the")
_LONGEST = 4
"""Words of a country's name at most that are tried together."""

_FIRST = (
    "Cedar Linden Maple Willow Hazel Alder Aspen Birch Rowan Laurel Juniper Larch Poplar Sorrel Clover Fennel "
    "Thyme Sage Basil Amber Copper Pewter Cobalt Flint Granite Marble Slate Quartz Linen Velvet Cotton Paper"
)
_SECOND = (
    "Lantern Kettle Ladder Anchor Basket Bellows Bobbin Bucket Button Candle Carafe Compass Cradle Drum Easel Ferry "
    "Fiddle Flute Goblet Hammock Harp Hinge Loom Mallet Mirror Needle Paddle Pulley Saddle Spindle Thimble Trellis"
)
"""Words for code names: woods, herbs and stuffs, then tools. None of them hints at a country, a party or an actor."""


@dataclass(frozen=True, slots=True)
class Named:
    """The network of a file: ids and names that hint at nobody, its day, and what was said of where it was.

    ``file`` is the name of the file without signs, in small letters; ``unread`` names the words before "based" or
    "targeting" that are no country.
    """

    id: str
    code_name: str
    title: str
    day: date
    origins: list[str]
    targets: list[str]
    file: str
    unread: list[str]


def code_name_of(id: str) -> str:
    """A code name that follows from the id of a network, and hints at nothing."""
    number = int(digest("code name", id), 16)
    firsts, seconds = _FIRST.split(), _SECOND.split()
    rest, first = divmod(number, len(firsts))
    rest, second = divmod(rest, len(seconds))
    return f"{firsts[first]} {seconds[second]} {rest % 1000:03}"


def read_name(name: str) -> Named:
    """What the name of a file says, its ending aside. Raises BadRequest where it names no quarter."""
    words = " ".join(re.sub(r"\.csv\s*$", "", name, flags=re.IGNORECASE).replace("_", " ").split())
    quarter = _QUARTER.search(words)
    if quarter is None:
        raise BadRequest("file name", f"{name[:80]!r} names no quarter: it must begin like Q1_2024")
    rest = " ".join((words[: quarter.start()] + " " + words[quarter.end() :]).split())
    number, year = int(quarter[1]), int(quarter[2])
    day = date(year + number // 4, number % 4 * 3 + 1, 1) - timedelta(days=1)
    origins, unread = _countries(_BASED, rest)
    targets, strange = _countries(_TARGETING, _BASED.split(rest, maxsplit=1)[-1])
    id = f"report-{year}q{number}-{digest(words.casefold())[:10]}"
    return Named(
        id, code_name_of(id), _title(rest, number, year), day, origins, targets, words.casefold(), unread + strange
    )


def _countries(word: re.Pattern[str], text: str) -> tuple[list[str], list[str]]:
    """The countries that stand before a word, or behind it where none stands before, and what is no country."""
    found = word.search(text)
    if found is None:
        return [], []
    before = _SORT.sub(" ", text[: found.start()]).split()
    return _codes(before or _SORT.split(text[found.end() :])[0].split())


def _codes(words: list[str]) -> tuple[list[str], list[str]]:
    """Country codes in a row of words, the longest names first, and the words that are in none."""
    parts = [part for word in words for part in re.split(r"[&,/]", word)]
    codes: list[str] = []
    strange: list[str] = []
    place = 0
    while place < len(parts):
        for length in range(min(_LONGEST, len(parts) - place), 0, -1):
            name = " ".join(parts[place : place + length])
            code = _SHORT.get(name.casefold()) or (country(name) if len(name) > 2 else None)
            if code:
                codes.append(code)
                place += length
                break
        else:
            if parts[place].casefold() not in _BETWEEN:
                strange.append(parts[place])
            place += 1
    return list(dict.fromkeys(codes)), strange


def _title(rest: str, number: int, year: int) -> str:
    """A title without names: what sort of network it is, its number in the report, and the quarter."""
    sort = [word.upper() if word.casefold() in _INITIALS else word.lower() for word in _SORT.findall(rest)]
    if count := _NUMBER.search(rest):
        sort.append(f"#{count[1]}")
    return f"{' '.join(sort) or 'network'}, Q{number} {year}"
