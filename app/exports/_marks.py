"""What stands on every slide and every sheet: the label, the exercise, the embargo, the picture and who froze it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.exports._frozen import Frozen
from app.language import _
from app.nouns import clock_time, day, list_words, local
from app.safetext import clean
from app.vocabulary import Tlp, instant

Json = dict[str, Any]

TLP_COLORS = {
    Tlp.RED: "FF2B2B",
    Tlp.AMBER_STRICT: "FFC000",
    Tlp.AMBER: "FFC000",
    Tlp.GREEN: "33FF00",
    Tlp.CLEAR: "FFFFFF",
}
"""The colours of the labels on black (FIRST, TLP 2.0)."""

NAME_LIMIT = 40
"""Characters of a network's name where it stands among other words."""

MOST_NAMED = 3
"""Networks that are named as no exercise; of more it says only that there are some."""


def at(text: str) -> int:
    """The instant (µs) of a text of the content."""
    return instant(datetime.fromisoformat(text))


def shown_at(text: str, zone: str) -> datetime:
    """An instant of the content by the clocks of a zone, without the zone, as spreadsheets keep times."""
    return local(at(text), zone).replace(tzinfo=None)


def time_words(text: str, zone: str) -> str:
    """An instant of the content as it is read out: "Friday 26 October 2018, 14:32 UTC"."""
    when = at(text)
    return f"{day(when, zone, full=True)}, {clock_time(when, zone)} {zone}"


def exercise_words(content: Json) -> str:
    """The mark of an exercise: "EXERCISE", or what in it is none; empty where nothing is an exercise."""
    if not content["exercise"]:
        return ""
    real = [clean(network["name"], NAME_LIMIT) for network in content["networks"] if not network["exercise"]]
    if not real:
        return _("EXERCISE")
    if len(real) <= MOST_NAMED:
        return _("EXERCISE, except {networks}").format(networks=list_words(real))
    return _("EXERCISE in part")


def embargo_words(content: Json) -> str:
    """Until when it is not to be passed on at all; empty without an embargo."""
    if content["embargo_until"] is None:
        return ""
    return _("EMBARGO until {time}").format(time=time_words(content["embargo_until"], content["zone"]))


def marks(content: Json) -> list[str]:
    """What must be seen beside the label wherever a part of the snapshot is shown."""
    return [words for words in (exercise_words(content), embargo_words(content)) if words]


def picture_words(content: Json) -> str:
    """Of when the figures are: "Picture of 14:32 UTC, 26 Oct 2018, seq 3118"."""
    picture, zone = content["picture"], content["zone"]
    when = at(picture["as_of"])
    return _("Picture of {time} {zone}, {day}, seq {seq}").format(
        time=clock_time(when, zone), zone=zone, day=day(when, zone, year=True), seq=picture["seq"]
    )


def frozen_words(frozen: Frozen) -> str:
    """Who froze it and when, its id and its digest."""
    content = frozen.content
    return _("Frozen by {who}, {time}. Snapshot {id}, seq {seq}, SHA-256 {sha256}.").format(
        who=clean(content["frozen"]["by"], NAME_LIMIT),
        time=time_words(content["frozen"]["at"], content["zone"]),
        id=frozen.id,
        seq=frozen.seq,
        sha256=frozen.sha256,
    )
