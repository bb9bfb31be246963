"""Figures as a publisher says them in prose, read into the forms of the record format.

"About 1,500 accounts followed one or more of these Pages", "14 Pages", "Around $1.2 million in spending for ads, paid
for mostly in Vietnamese dongs". A figure that cannot be read for certain is refused with the reason, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_name, get_currency_precision, list_currencies

from app.hedged import Qualifier
from app.ingest._disclosed import QUALIFIERS, Json, Unreadable
from app.ingest._handles import platform_of

HEDGES = QUALIFIERS | {
    "roughly": Qualifier.ABOUT,
    "some": Qualifier.ABOUT,
    "nearly": Qualifier.ABOUT,
    "circa": Qualifier.ABOUT,
    "fewer than": Qualifier.LESS_THAN,
    "no more than": Qualifier.AT_MOST,
    "no fewer than": Qualifier.AT_LEAST,
}
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_SCALES = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "billion": 1_000_000_000}

_HEDGE = "(?P<hedge>" + "|".join(sorted((h for h in HEDGES if h), key=len, reverse=True)) + r")?"
_NUMBER = rf"(?P<number>\d[\d.,]*\d|\d|\b(?:{'|'.join(_WORDS)})\b)(?:\s?(?P<scale>thousand|million|billion|k|m)\b)?"
_NONE = r"(?P<none>\b(?:no|none of the|zero)\b)"
_PLACE = r"(?P<place>(?:facebook|instagram|threads|twitter|x|youtube|telegram|tiktok)\s+)?"

_COUNT = re.compile(
    rf"{_HEDGE}\s*(?:{_NUMBER}|{_NONE})\s+{_PLACE}(?P<kind>[a-z]+)(?P<on>\s+(?:on|in)\s+[\w\s/,&]+)?\W*", re.IGNORECASE
)
_REACH = re.compile(
    rf"{_HEDGE}\s*(?:{_NUMBER}|{_NONE})\s+(?:{_PLACE}(?:accounts?|users?|members?|followers?)\s+)?"
    r"(?:have\s+|had\s+)?(?P<verb>followed|joined|liked|subscribed to)\s+"
    r"(?:(?:one or more|at least one|one|any|some)\s+of\s+)?(?:these|this|the|those|its)\s+(?:network's\s+)?"
    r"(?P<object>(?:facebook\s+|instagram\s+|threads\s+|youtube\s+|telegram\s+|tiktok\s+|x\s+|twitter\s+)?[a-z]+)"
    r"(?P<more>(?:\s*,\s*|\s+and\s+|\s+or\s+)(?:facebook\s+|instagram\s+)?(?:pages?|groups?|accounts?|channels?)\b)?",
    re.IGNORECASE,
)
_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "₪": "ILS", "₽": "RUB"}
_SPEND = re.compile(
    rf"{_HEDGE}\s*(?P<sign>US\$|[$€£₹₪₽])?\s?{_NUMBER}\s*(?P<code>[A-Z]{{3}}\b)?\s+(?:was\s+|were\s+)?"
    r"(?:in\s+spend(?:ing)?|in\s+ad\s+spend(?:ing)?|spent|(?:of|in)\s+spending|worth of ads)\b",
    re.IGNORECASE,
)
_PAID = re.compile(r"paid\s+for\s+(?P<mostly>mostly\s+|mainly\s+|primarily\s+)?in\s+(?P<what>[^.;()]+)", re.IGNORECASE)

KINDS = {"account": "account", "profile": "account", "page": "page", "group": "group", "channel": "channel"}
"""The words for what can be removed, and its kind. ``profile`` is another word for an account."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One figure: which part of a statement it is, about which surface (empty for money), and how it was hedged."""

    part: str
    surface: str
    figure: Json | int


def said_count(text: str, where: str) -> Stated | None:
    """How many assets of a kind, None where ``text`` says no such thing. ``where`` may name the platform.

    Raises Unreadable where it begins to and cannot be read.
    """
    found = _COUNT.fullmatch(text.strip())
    if found is None:
        return None
    kind = kind_of(found["kind"])
    if not kind:
        return None
    return Stated("assets", _surface(kind, found["place"] or "", found["on"] or "", where), _figure(found))


def said_reach(text: str, where: str) -> list[Stated]:
    """How many accounts followed or joined assets of a surface; empty where ``text`` says nothing of it.

    Raises Unreadable where a figure is about several surfaces together: it is the reach of none of them.
    """
    stated = []
    for found in _REACH.finditer(text):
        *place, word = found["object"].split()
        kind = kind_of(word)
        if not kind:
            continue
        if found["more"]:
            raise Unreadable(f"{found[0]!r} is about several surfaces together: it is the reach of none of them")
        stated.append(Stated("reach", _surface(kind, " ".join(place), "", where), _figure(found)))
    return stated


def said_spend(text: str) -> Stated | None:
    """Hedged money for ads, None where ``text`` says nothing of it. Raises Unreadable.

    A plain dollar sign is that of the US dollar, in which the publisher counts.
    """
    found = _SPEND.search(text)
    if found is None:
        return None
    currency = _SIGNS.get((found["sign"] or "").upper()) or (found["code"] or "").upper()
    if currency not in list_currencies():
        raise Unreadable(f"{found[0]!r} does not say in what currency")
    amount = _number(found) * 10 ** get_currency_precision(currency)
    if amount != amount.to_integral_value():
        raise Unreadable(f"{found[0]!r} is finer than the smallest unit of {currency}")
    qualifier = HEDGES[_hedge(found)]
    money: Json = {"currency": currency, "qualifier": qualifier.value, "minor": int(amount)}
    if qualifier is not Qualifier.EXACTLY:
        money["as_said"] = " ".join(found[0].split())
    return Stated("spend", "", money | _paid_in(text))


def kind_of(word: str) -> str:
    """The kind that a word for assets means, one slip of the pen forgiven; empty where it means none."""
    low = word.casefold()
    for known, kind in KINDS.items():
        if low in (known, known + "s") or (len(low) > 3 and (_one_slip(low, known) or _one_slip(low, known + "s"))):
            return kind
    return ""


def _one_slip(word: str, known: str) -> bool:
    """Whether one letter left out, put in, changed or changed places makes ``known`` of ``word``."""
    if abs(len(word) - len(known)) > 1:
        return False
    same = 0
    while same < min(len(word), len(known)) and word[same] == known[same]:
        same += 1
    left, right = word[same:], known[same:]
    turned = left[:2][::-1] + left[2:]
    return right in (left[1:], turned) or left == right[1:] or left[1:] == right[1:]


def _surface(kind: str, place: str, on: str, where: str) -> str:
    """``platform:kind``; what was counted over several platforms at once is ``unsplit``. Raises Unreadable."""
    named = platform_of(place) or ("" if on else _implied(kind, where))
    if on and not named:
        named = platform_of(on) or "unsplit"
    if not named:
        raise Unreadable(f"it does not say on which platform these {kind}s are")
    return f"{named}:{kind}"


def _implied(kind: str, where: str) -> str:
    """The platform that the procedure names; Pages and Groups without one are those of the publisher itself."""
    return platform_of(where) or ("facebook" if kind in ("page", "group") else "")


def _figure(found: re.Match[str]) -> Json | int:
    if found["none"]:
        return {"qualifier": Qualifier.NONE_FOUND.value}
    value = _number(found)
    if value != value.to_integral_value():
        raise Unreadable(f"{found['number']!r} is no whole number")
    qualifier = HEDGES[_hedge(found)]
    if qualifier is Qualifier.EXACTLY:
        return int(value)
    said = found[0][found.start("hedge") - found.start() : max(found.end("number"), found.end("scale")) - found.start()]
    return {"qualifier": qualifier.value, "value": int(value), "as_said": " ".join(said.split())}


def _hedge(found: re.Match[str]) -> str | None:
    return " ".join(found["hedge"].casefold().split()) if found["hedge"] else None


def _number(found: re.Match[str]) -> Decimal:
    """The number with its scale. Raises Unreadable where points and commas may mean one thing or another."""
    said, scale = found["number"], (found["scale"] or "").casefold()
    if said.casefold() in _WORDS:
        return Decimal(_WORDS.index(said.casefold()) + 1) * _SCALES[scale]
    if not re.fullmatch(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?", said) and not (
        scale and re.fullmatch(r"\d+\.\d+", said)
    ):
        raise Unreadable(f"{said!r} is no number of one meaning: write thousands with commas")
    return Decimal(said.replace(",", "")) * _SCALES[scale]


def _paid_in(text: str) -> Json:
    """The currencies of payment. One that is not known here is left out, and ``mostly`` says that one is missing."""
    found = _PAID.search(text)
    if found is None:
        return {}
    parts = re.split(r",|\band\b", re.split(r"\b(?:with|which|while|by|for)\b", found["what"])[0])
    said = [words for part in parts if (words := " ".join(part.split()).casefold())]
    # "US and Canadian dollars": the last one has the word for both.
    noun = said[-1].split()[-1] if said else ""
    codes = [_currency(words) or _currency(f"{words} {noun}") for words in said]
    known, missing = [code for code in codes if code], not all(codes)
    paid: Json = {"paid_in": list(dict.fromkeys(known))} if known else {}
    return paid | {"mostly": True} if found["mostly"] or missing else paid


def _currency(words: str) -> str:
    return _currencies().get(words) or _currencies().get(words.removesuffix("s")) or ""


@cache
def _currencies() -> dict[str, str]:
    """English names of currencies, one and many, and their codes, to codes. Those of today come before older ones."""
    names: dict[str, str] = {}
    for code in sorted(list_currencies(), key=lambda code: (" (" in get_currency_name(code, locale="en"), code)):
        names.setdefault(code.casefold(), code)
        for name in (get_currency_name(code, count, locale="en").casefold() for count in (None, 1, 2)):
            names.setdefault(name, code)
            names.setdefault(name.removesuffix("s"), code)
    return names
