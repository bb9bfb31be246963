"""What waits for somebody, and how long removing took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from app.amounts import before_noun, counted
from app.briefing.figures import assets_of, reach_of
from app.briefing.headline import overdue
from app.briefing.picture import as_of, at, days_apart
from app.briefing.sentence import Run, Sentence, fill, named, plain
from app.countries import country_name
from app.language import N_, _
from app.nouns import clock_time, day, duration, list_words, reach_sentence, stage_name
from app.numerals import grouped
from app.vocabulary import DAY, HOUR, SECOND, Stage

Json = Mapping[str, Any]

NEAR = 4
"""What has less than a quarter of its limit left is near it."""

MOST_TASKS = 6

MOST_OPEN, MOST_REMOVED = 8, 5
"""Bars of the chart of durations: open networks, and those removed last."""

_OVERDUE = {
    Stage.DETECTED: N_("Take it under review, or dismiss it."),
    Stage.UNDER_REVIEW: N_("Confirm or dismiss it, or record why not."),
    Stage.CONFIRMED: N_("Order removal, or record why not."),
    Stage.REMOVAL_ORDERED: N_("See that it is removed, or record why not."),
}
_DUE = {
    Stage.DETECTED: N_("Review due {time}{before}."),
    Stage.UNDER_REVIEW: N_("Finding due {time}{before}."),
    Stage.CONFIRMED: N_("Removal order due {time}{before}."),
    Stage.REMOVAL_ORDERED: N_("Removal due {time}{before}."),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A decision that is wanted: of which network, what is to be decided, and what there is to know of it."""

    network: Run
    deed: Sentence
    facts: Sentence
    overdue: bool
    exercise: bool


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a network has been, or was, up: whole seconds from detection to its confirmation and to its end.

    The end is the removal, or the picture while it is ``open``. ``words`` stand beside its bar.
    """

    network: Run
    open: bool
    confirmed_s: int | None
    total_s: int
    words: str
    overdue: bool
    exercise: bool


def decisions(content: Json) -> list[Task]:
    """What is past its limit, the longest first, then what is near it or has been ordered, the nearest first."""
    late = [_task(network, plain(_(_OVERDUE[Stage(network["stage"])]))) for network in overdue(content)]
    near = sorted(
        (network for network in content["networks"] if _is_near(network)), key=lambda n: (_left_s(n), n["id"])
    )
    return [*late, *(_task(network, _due(network, content)) for network in near)][:MOST_TASKS]


def _left_s(network: Json) -> int:
    return int(network["limit_h"]) * 3_600 - int(network["held_s"])


def _is_near(network: Json) -> bool:
    if not network["open"] or network["overdue"] or network["limit_h"] is None:
        return False
    ordered = network["stage"] == Stage.REMOVAL_ORDERED
    return ordered or bool(_left_s(network) * NEAR <= network["limit_h"] * 3_600)


def _due(network: Json, content: Json) -> Sentence:
    now, zone = as_of(content), content["zone"]
    due = at(network["stage_since"]) + network["limit_h"] * HOUR
    clock = clock_time(due, zone)
    days = days_apart(due, now, zone)
    time = _("{time} today").format(time=clock) if not days else f"{day(due, zone, weekday=True)}, {clock}"
    return fill(_(_DUE[Stage(network["stage"])]), time=time, before=_before(network, content, due))


def _before(network: Json, content: Json, due: int) -> Sentence:
    """The vote that it is due before, where that is within a week."""
    zone = content["zone"]
    votes = [
        each for each in content["watch"]["elections"] if each["id"] in network["elections"] and each["polls_open"]
    ]
    ahead = [each for each in votes if due < at(each["polls_open"]) < due + 7 * DAY]
    if not ahead:
        return Sentence()
    first = min(ahead, key=lambda each: (at(each["polls_open"]), each["id"]))
    on = day(at(first["polls_open"]), zone, weekday=True)
    return fill(_(", before {vote} on {day}"), vote=named(first["name"] or first["id"]), day=on)


def _task(network: Json, deed: Sentence) -> Task:
    return Task(named(network["name"]), deed, _facts(network), network["overdue"], network["exercise"])


def _facts(network: Json) -> Sentence:
    """What weighs in a decision: "64 assets, about 720,000 accounts followed at least one Page, aimed at Canada."."""
    said: list[str] = [counted(assets_of(network), _("asset"), _("assets"))]
    reach = reach_of(network)
    if reach is not None:
        surface, each = reach
        said.append(reach_sentence(surface, past=True, accounts=before_noun(each["figure"]["prose"], _("accounts"))))
    if network["targets"]:
        said.append(_("aimed at {countries}").format(countries=list_words(list(map(country_name, network["targets"])))))
    return plain(", ".join(said), ".").begun


def durations(content: Json) -> list[Lasting]:
    """From detection to removal: the open networks, the longest first, then those removed last.

    Those that were first seen as removed have no duration.
    """
    up = [network for network in content["networks"] if network["open"]]
    up.sort(key=lambda network: (-network["durations"]["open_s"], network["id"]))
    down = [network for network in content["networks"] if network["durations"]["to_removed_s"]]
    down.sort(key=lambda network: (-at(network["durations"]["removed_at"]), network["id"]))
    return [_lasting(network) for network in (*up[:MOST_OPEN], *down[:MOST_REMOVED])]


def _lasting(network: Json) -> Lasting:
    held = network["durations"]
    total = held["open_s"] if network["open"] else held["to_removed_s"]
    confirmed = held["to_confirmed_s"]
    words = duration(total * SECOND)
    if network["overdue"]:
        stage = stage_name(Stage(network["stage"]))
        words = _("{duration}, overdue in {stage}").format(duration=words, stage=stage)
    within = None if network["open"] or confirmed is None or confirmed > total else confirmed
    return Lasting(
        named(network["name"]), network["open"], within, total, words, network["overdue"], network["exercise"]
    )


def median_words(content: Json) -> tuple[int, str] | None:
    """The median of the removed networks that ``durations`` has: whole seconds, and "median of 5 removed, 20 d"."""
    totals = [each.total_s for each in durations(content) if not each.open]
    if len(totals) < 2:
        return None
    middle = int(median(totals))
    words = _("median of {n} removed, {duration}")
    return middle, words.format(n=grouped(len(totals)), duration=duration(middle * SECOND))
