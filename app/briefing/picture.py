"""What a briefing says of its own picture: of when it is, for whom, how fresh, and how long until the vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import get_timezone_name

from app.briefing.sentence import Sentence, fill, joined, listed, named, plain
from app.language import _, ngettext
from app.nouns import clock_time, day, local
from app.numerals import grouped
from app.vocabulary import DAY, HOUR, instant

Json = Mapping[str, Any]

MOST_EXCEPTED = 3
"""Networks that are named as no exercise; where more are real, those that are an exercise are."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What every page bears: the TLP label, and sentences that are empty where they do not apply.

    ``freshness`` says of when the picture is and which sources were silent, ``made`` who froze it, when and under what
    id and ``seq``; ``sha256`` is not in the content, so it is for the export to add.
    """

    tlp: str
    embargo: str
    exercise: Sentence
    past: str
    freshness: Sentence
    made: Sentence


def at(text: str) -> int:
    """The instant (µs) of an RFC 3339 text."""
    return instant(datetime.fromisoformat(text))


def as_of(content: Json) -> int:
    """The instant (µs) of the picture."""
    return at(content["picture"]["as_of"])


def zone_name(then: int, zone: str) -> str:
    """A time zone as it is abbreviated: "UTC", "EDT", "GMT+5:30"."""
    return str(get_timezone_name(local(then, zone), width="short", locale="en_US"))


def clock_of(text: str, content: Json) -> str:
    """The time of day in the room's zone: "14:05"."""
    return clock_time(at(text), content["zone"])


def day_of(text: str, content: Json) -> str:
    """A day: "21 Aug", with the year where it is another one than that of the picture."""
    zone, then, now = content["zone"], at(text), as_of(content)
    return day(then, zone, year=local(then, zone).year != local(now, zone).year)


def full_day_of(text: str, content: Json) -> str:
    """A day with its year: "26 Oct 2018"."""
    return day(at(text), content["zone"], year=True)


def days_apart(then: int, now: int, zone: str) -> int:
    """Whole calendar days from ``now`` to ``then`` in a zone."""
    return (local(then, zone).date() - local(now, zone).date()).days


def when_words(content: Json) -> str:
    """The day and time of the picture: "Friday 26 October 2018, 14:32 UTC"."""
    now, zone = as_of(content), content["zone"]
    words = _("{day}, {time} {zone}")
    return words.format(day=day(now, zone, full=True), time=clock_time(now, zone), zone=zone_name(now, zone))


def title_line(content: Json) -> Sentence:
    """How long it is until the vote that most open networks are about: "11 days to the US midterms".

    Where no network is open it is that of all of them; empty where no vote is ahead.
    """
    election = _next_vote(content)
    if election is None:
        return Sentence()
    now, zone = as_of(content), content["zone"]
    opens = at(election["polls_open"])
    name = named(election["name"] or election["id"])
    if opens <= now:
        return fill(_("polls open: {vote}"), vote=name)
    hours, days = (opens - now) // HOUR, days_apart(opens, now, zone)
    the = name if name.text.casefold().startswith("the ") else fill(_("the {vote}"), vote=name)
    if hours >= 48:
        return fill(ngettext("{n} day to {vote}", "{n} days to {vote}", days), n=grouped(days), vote=the)
    return fill(ngettext("{n} hour to {vote}", "{n} hours to {vote}", hours), n=grouped(hours), vote=the)


def _next_vote(content: Json) -> Json | None:
    now = as_of(content)
    ahead = [
        election
        for election in content["watch"]["elections"]
        if election["polls_open"] and at(election["polls_close"] or election["polls_open"]) > now
    ]
    waiting = [network for network in content["networks"] if network["open"]] or content["networks"]
    about = Counter(id for network in waiting for id in network["elections"])
    return min(ahead, key=lambda each: (-about[each["id"]], at(each["polls_open"]), each["id"]), default=None)


def marks(content: Json) -> Marks:
    """All marks of a snapshot."""
    picture, zone = content["picture"], content["zone"]
    silent = [named(source["name"]) for source in picture["sources"] if source["silent"]]
    now = as_of(content)
    words = _("Picture of {time} {zone}, live") if picture["live"] else _("Picture of {time} {zone}, of the past")
    sources = _("all sources reporting") if picture["sources"] else _("no source has reported")
    state = fill(_("silent: {sources}"), sources=listed(silent)) if silent else plain(sources)
    time = f"{day(now, zone)} {clock_time(now, zone)}"
    made = fill(
        _("Frozen by {name}, {time}; snapshot {id}, seq {seq}"),
        name=named(content["frozen"]["by"]),
        time=_moment(content["frozen"]["at"], content),
        id=content["id"],
        seq=str(picture["seq"]),
    )
    return Marks(
        tlp=content["tlp"],
        embargo=_("Embargo until {time}").format(time=_moment(content["embargo_until"], content))
        if content["embargo_until"]
        else "",
        exercise=_exercise(content),
        past="" if picture["live"] else _("Not the latest picture: it is of the past"),
        freshness=joined([words.format(time=time, zone=zone_name(now, zone)), state], ", "),
        made=made,
    )


def _moment(text: str, content: Json) -> str:
    zone = content["zone"]
    return f"{day(at(text), zone, year=True)}, {clock_time(at(text), zone)} {zone_name(at(text), zone)}"


def _exercise(content: Json) -> Sentence:
    if not content["exercise"]:
        return Sentence()
    played = [named(network["name"]) for network in content["networks"] if network["exercise"]]
    real = [named(network["name"]) for network in content["networks"] if not network["exercise"]]
    if not real:
        return plain(_("Exercise"))
    if len(real) <= MOST_EXCEPTED:
        return fill(_("Exercise, except {networks}"), networks=listed(real))
    return fill(_("Exercise: {networks}"), networks=listed(played))


def is_today(text: str, content: Json) -> bool:
    """Whether an instant lies on the day of the picture, and not after it."""
    then, now = at(text), as_of(content)
    return then <= now and days_apart(then, now, content["zone"]) == 0


def within_a_day(text: str, content: Json) -> bool:
    """Whether an instant lies in the 24 hours before the picture."""
    return 0 <= as_of(content) - at(text) < DAY
