"""The words for surfaces, stages, times and durations, as every screen and export spells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from app.language import N_, SOURCE, _, locale, pgettext, spoken
from app.numerals import grouped, localized
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
_KINDS = (
    *(N_("Page"), N_("Pages"), N_("account"), N_("accounts"), N_("group"), N_("groups"), N_("website"), N_("websites")),
    *(N_("channel"), N_("channels"), N_("page"), N_("pages"), N_("site"), N_("sites"), N_("profile"), N_("profiles")),
)
"""Nouns of assets, and their plurals, that have translations; a kind that is not among them stays as it is."""


def plural(noun: str) -> str:
    """The plural of an English noun of the domain: "Pages", "countries", "matches"."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def list_words(words: Sequence[str]) -> str:
    """A list as it is read out: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return _("{words} and {last}").format(words=", ".join(words[:-1]), last=words[-1])


def platform_name(platform: str) -> str:
    """How a platform spells itself; one that is not known here gets a capital."""
    return _PLATFORMS.get(platform) or platform.replace("_", " ").capitalize()


def surface_name(surface: Surface, many: bool = False) -> str:
    """What one asset of a surface is called: "Page", "Instagram account", "YouTube channel", "website"."""
    noun = _NAMES.get(surface) or surface.kind.replace("_", " ")
    name = _(plural(noun) if many else noun)
    if surface in _NAMES:
        return name
    return pgettext("an asset", "{platform} {kind}").format(platform=platform_name(surface.platform), kind=name)


def surface_noun(surface: Surface, n: int, *, list_form: bool = False) -> str:
    """A number of assets: "30 Pages", "1 group", "16 Instagram accounts"; "16 Instagram" in a list that says assets."""
    if list_form and surface.kind == "account" and surface != ACCOUNTS:
        return f"{grouped(n)} {platform_name(surface.platform)}"
    return f"{grouped(n)} {surface_name(surface, many=n != 1)}"


def assets_words(counts: Mapping[Surface, int], *, list_form: bool = False) -> str:
    """Assets by surface in their fixed order, without zeros: "30 Pages, 33 accounts and 3 groups"; "no assets"."""
    words = [surface_noun(s, counts[s], list_form=list_form) for s in sorted(counts, key=surface_order) if counts[s]]
    if not words:
        return _("no assets")
    return ", ".join(words) if list_form else list_words(words)


def sibling_label(surface: Surface) -> str:
    """What stands beside the reach of another surface: "on Pages", "in groups", "Instagram"."""
    if surface.kind == "group":
        return _("in {groups}").format(groups=surface_name(surface, many=True))
    if surface.platform == "facebook":
        return _("on {assets}").format(assets=surface_name(surface, many=True))
    return platform_name(surface.platform) if surface.kind == "account" else surface_name(surface, many=True)


def reach_verb(surface: Surface, *, past: bool = False, one: bool = False) -> str:
    """What an account does to join an audience: "follow" a Page, "join" a group, "visit" a website."""
    present, of_one, was, was_of_one = _verbs(surface.kind)
    if past:
        return was_of_one if one else was
    return of_one if one else present


def _verbs(kind: str) -> tuple[str, str, str, str]:
    """What accounts do, what one does, what they did and what one did."""
    if kind == "group":
        return (
            *(pgettext("accounts", "join"), pgettext("one account", "joins")),
            *(pgettext("accounts", "joined"), pgettext("one account", "joined")),
        )
    if kind == "site":
        return (
            *(pgettext("accounts", "visit"), pgettext("one account", "visits")),
            *(pgettext("accounts", "visited"), pgettext("one account", "visited")),
        )
    if kind == "channel":
        return (
            *(pgettext("accounts", "subscribe to"), pgettext("one account", "subscribes to")),
            *(pgettext("accounts", "subscribed to"), pgettext("one account", "subscribed to")),
        )
    return (
        *(pgettext("accounts", "follow"), pgettext("one account", "follows")),
        *(pgettext("accounts", "followed"), pgettext("one account", "followed")),
    )


def reach_sentence(surface: Surface, *, past: bool = False, one: bool = False, accounts: str = "") -> str:
    """What stands below a number: "accounts follow at least one Page"; in the past "followed".

    With the number in it where ``accounts`` are the words for these: "about 25,000 accounts".
    """
    subject = accounts or (_("account") if one else _("accounts"))
    verb = reach_verb(surface, past=past, one=one)
    return _("{accounts} {follow} at least one {page}").format(
        accounts=subject, follow=verb, page=surface_name(surface)
    )


def stage_name(stage: Stage) -> str:
    """A stage on screen: "Under review"."""
    return {
        Stage.DETECTED: pgettext("a stage", "Detected"),
        Stage.UNDER_REVIEW: pgettext("a stage", "Under review"),
        Stage.CONFIRMED: pgettext("a stage", "Confirmed"),
        Stage.REMOVAL_ORDERED: pgettext("a stage", "Removal ordered"),
        Stage.REMOVED: pgettext("a stage", "Removed"),
        Stage.DISMISSED: pgettext("a stage", "Dismissed"),
    }[stage]


def duration(micros: int) -> str:
    """Time that has passed, cut and never rounded up: "27 min" under 90, "51 h" under 72, then "3 d".

    From 90 minutes to two hours it is "1.5 h", so that the number never runs backwards in meaning.
    """
    n, unit = _span(micros)
    return f"{n}{NARROW}{_units()[unit]}"


def duration_prose(micros: int) -> str:
    """Time that has passed, in a sentence: "27 minutes", "51 hours", "1 day"."""
    n, unit = _span(micros)
    if n == "<1":
        return _("less than a minute")
    if unit == "min":
        return (_("{n} minute") if n == "1" else _("{n} minutes")).format(n=n)
    if unit == "h":
        return (_("{n} hour") if n == "1" else _("{n} hours")).format(n=n)
    return (_("{n} day") if n == "1" else _("{n} days")).format(n=n)


def _units() -> dict[str, str]:
    return {"min": _("min"), "h": _("h"), "d": _("d")}


def _span(micros: int) -> tuple[str, str]:
    if micros < MINUTE:
        return "<1", "min"
    if micros < 90 * MINUTE:
        return str(micros // MINUTE), "min"
    if micros < 2 * HOUR:
        return localized("1.5"), "h"
    if micros < 72 * HOUR:
        return str(micros // HOUR), "h"
    return grouped(micros // DAY), "d"


def clock_time(at: int, zone: str = "UTC") -> str:
    """The time of day of an instant on a 24-hour clock: "14:05"."""
    return f"{local(at, zone):%H:%M}"


def day(at: int, zone: str = "UTC", *, weekday: bool = False, year: bool = False, full: bool = False) -> str:
    """The day of an instant: "26 Oct", "Fri 26 Oct", "26 Oct 2018"; ``full`` spells it: "Friday 26 October 2018"."""
    return day_words(local(at, zone).date(), weekday=weekday or full, year=year or full, full=full)


def day_words(on: date, *, weekday: bool = False, year: bool = False, full: bool = False) -> str:
    """A calendar day, spelt like ``day``."""
    if full and spoken().code != SOURCE:
        return format_date(on, "full", locale=locale())
    month = "d MMMM" if full else "d MMM"
    week = ("EEEE " if full else "EEE ") if weekday else ""
    return _bare(format_date(on, f"{week}{month}{' y' if year else ''}", locale=locale()))


def month_name(on: date) -> str:
    """The month of a day, short: "Oct"."""
    return _bare(format_date(on, "MMM", locale=locale()))


def _bare(words: str) -> str:
    """Without the full stops of abbreviations: a number and a word never need one."""
    return words.replace(".", "")


_FIRST, _LAST = instant(datetime(1, 1, 3, tzinfo=UTC)), instant(datetime(9999, 12, 29, tzinfo=UTC))
"""Records may hold any time of the years 1 to 9999. By the clocks of a zone the ends of these are in no year at all."""


def local(at: int, zone: str) -> datetime:
    """An instant in a time zone (IANA name). What is in no year of every zone's is the first or last day that is."""
    return moment(min(max(at, _FIRST), _LAST)).astimezone(ZoneInfo(zone))
