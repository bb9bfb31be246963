"""What countries are called, by the locale data of the language that is spoken, and shorter where there is a custom.

Whether a text names a country is asked in English and in the language of the room, whoever asks: what somebody has
approved must not mean something else to a program than on the wall.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from app import language


@dataclass(frozen=True, slots=True)
class _Customs:
    """How one language departs from its locale data: shorter ``names``, names in lists, tags, and articles by code."""

    names: Mapping[str, str]
    short: Mapping[str, str]
    tags: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, str] = field(default_factory=dict)


def _articles(**codes: str) -> dict[str, str]:
    return {code: article.rstrip("_") for article, those in codes.items() for code in those.split()}


_CUSTOMS = {
    "en": _Customs(
        {"CD": "DR Congo", "CG": "Congo", "HK": "Hong Kong", "MM": "Myanmar", "MO": "Macao"},
        {"AE": "UAE", "GB": "UK", "US": "US"},
        {"GB": "UK"},
        _articles(the="AE BS CF CZ DO FK GB GM KM MH MV NL PH PS SB SC US"),
    ),
    "pt": _Customs(
        {
            "CD": "RD do Congo",
            "CG": "Congo",
            "HK": "Hong Kong",
            "MM": "Mianmar",
            "MO": "Macau",
            "PS": "Palestina",
            "VA": "Vaticano",
        },
        {"AE": "EAU", "US": "EUA"},
        {"US": "EUA"},
        _articles(
            o="AF AZ BH BN BR BI BJ BT CA CG CL DJ EC EG EH GA GB HT IQ IR JP KE KG KH KW KZ LA LB LI LK LS MA "
            "ML MW MX NE NP PA PE PK PY QA SD SN SR SS TD TG TJ TM UY UZ VA VN XK YE ZW",
            a="AL AM AQ AR AT AU BA BE BG BO BY CD CF CH CI CN CO CR CZ DE DK DO DZ EE ER ES ET FI FR GE GF GL "
            "GM GN GQ GR GW GY HR HU ID IE IN IS IT JM JO KP KR LR LT LV LY MD MK MN MQ MR MY NA NG NI NO NZ "
            "PF PG PL PS RO RS RU SA SE SI SK SL SO SY TH TN TR TZ UA VE ZA ZM",
            os="AE BQ NL US",
            as_="AX BM BS CK FK FO GS HM IC KM KY MH MP MV PH PN SB SC TC UM VG VI",
        ),
    ),
}


@cache
def _name(code: str, of: str, *, short: bool) -> str:
    spoken = language.language(of).locale
    customs = _CUSTOMS.get(spoken.language)
    if customs is None:
        return str(spoken.territories.get(code, code))
    if short and code in customs.short:
        return customs.short[code]
    return customs.names.get(code) or str(spoken.territories.get(code, code))


def country_name(code: str, *, short: bool = False) -> str:
    """The name of an ISO 3166 code; in lists "US" and "UK". An unknown code is given back."""
    return _name(code, language.spoken().code, short=short)


def country_tag(code: str) -> str:
    """What a country is called where there is room for two or three letters: its code, and "UK"."""
    customs = _CUSTOMS.get(language.locale().language)
    return code if customs is None else customs.tags.get(code, code)


def the_country(code: str, *, short: bool = False) -> str:
    """The name as it stands in a sentence: "the United States", "Iran"; short "the US"."""
    customs = _CUSTOMS.get(language.locale().language)
    article = "" if customs is None else customs.articles.get(code, "")
    return f"{article} {country_name(code, short=short)}".lstrip()


# --- what a text names ------------------------------------------------------------------------------------------------

_NOT_ITS_PART = (
    "Democratic Republic of Congo",
    "Democratic Republic of the Congo",
    "New Jersey",
    "New Mexico",
    "Northern Ireland",
    "South Georgia",
    "República Democrática do Congo",
    "Nova Jersey",
    "Novo México",
    "Irlanda do Norte",
    "Geórgia do Sul",
)
"""Names of other places that have a country's in them, beside those of other countries."""


def names_country(text: str, code: str) -> bool:
    """Whether a text names a country, as a word of its own and not within the name of another place.

    Short names in capitals only: "us" is no country.
    """
    asked = tuple(dict.fromkeys((language.SOURCE, language.room().code)))
    found = _names_in(text, asked)
    return any(_name(code, of, short=True) in found or _name(code, of, short=False).casefold() in found for of in asked)


@lru_cache(1024)
def countries_in(text: str) -> frozenset[str]:
    """The codes of all countries that a text names."""
    codes = (str(code) for code in language.language(language.SOURCE).locale.territories)
    return frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code) and names_country(text, code))


@lru_cache(1024)
def _names_in(text: str, asked: tuple[str, ...]) -> frozenset[str]:
    """What a text names in some languages, as it stands there and in small letters."""
    found = _named(asked).findall(text)
    return frozenset((*found, *map(str.casefold, found)))


@cache
def _named(asked: tuple[str, ...]) -> re.Pattern[str]:
    """Any country's name, or a place's that holds one; the longest first, so that "South Sudan" is no "Sudan"."""
    words = {name.casefold() for name in _NOT_ITS_PART}
    short: set[str] = set()
    for of in asked:
        territories = language.language(of).locale.territories
        codes = [code for code in territories if re.fullmatch("[A-Z]{2}", str(code))]
        words |= {name.casefold() for code in codes for name in (_name(code, of, short=False), str(territories[code]))}
        customs = _CUSTOMS.get(language.language(of).locale.language)
        short |= set() if customs is None else set(customs.short.values())
    long = sorted(words, key=lambda name: (-len(name), name))
    brief = sorted(short, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:(?i:{'|'.join(map(re.escape, long))})|{'|'.join(map(re.escape, brief))})(?!\w)")
