"""The list of networks in words: its rows, its facets, and what happened last."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from os.path import commonprefix
from typing import Any

from app.amounts import money_short, short
from app.attribution import rung_name
from app.board import Board
from app.countries import country_name
from app.drilldown import FACETS, Browsed, Change, Sort
from app.drilldown.figures import assets_of, events_of, reach_of, spend_of
from app.drilldown.networks import COLUMNS, FALLING, Ordering
from app.language import N_, _, ngettext, pgettext
from app.networks import Network
from app.nouns import day, duration, list_words, platform_name, reach_sentence, stage_name
from app.numerals import grouped
from app.safetext import clean
from app.vocabulary import DAY, HOUR, UNAPPROVED, UNDETERMINED, Rung, Stage, Watch
from dashboards.desk._browsing import Browsing
from dashboards.desk.shell import Desk
from dashboards.scenes._said import aim_words

Row = dict[str, Any]

NAME_LIMIT = 60
"""Characters of a word from outside inside a facet or a sentence."""

SHOWN = 8
"""Values of a facet that stand open; the others are behind "n more"."""

PLAIN = re.compile(r"[A-Za-z0-9_-]{1,40}")

PIPELINE = [stage for stage in Stage if stage is not Stage.DISMISSED]

TITLES: Mapping[str, str] = {
    "stage": N_("Stage"),
    "attributed": N_("Attributed origin"),
    "target": N_("Target"),
    "rung": N_("Attribution approved"),
    "topic": N_("Topic"),
    "platform": N_("Platform"),
    "election": N_("Election"),
    "detector": N_("Detector"),
}

ORDERS: Mapping[str, str] = {
    "standing": N_("Open first, by reach"),
    "name": N_("Name"),
    "origin": N_("Attributed origin"),
    "assets": N_("Assets"),
    "reach": N_("Reach"),
    "spend": N_("Ad spend"),
    "events": N_("Events hosted"),
    "stage": N_("Stage"),
    "for": N_("Time in its stage"),
    "first_seen": N_("First seen"),
    "rung": N_("Attribution approved"),
}

INSTEAD = {"spend": "assets", "events": "assets", "first_seen": "for", "rung": "origin"}
"""Whose column is given to one that is not shown otherwise, while the list is sorted by it."""


# --- rows -------------------------------------------------------------------------------------------------------------


def network_row(desk: Desk, by: Ordering, network: Network, sort: Sort, now: int) -> Row:
    """One line of the list."""
    late = is_overdue(network, now, desk.watch)
    held = duration(max(0, now - network.stage_since))
    row = {
        "id": network.id,
        "name": network.name,
        "open": network.is_open,
        "late": late,
        "origin": aim_words(network, tags=True),
        "assets": short(assets_of(network, by.platforms)),
        "reach": short(reach_of(by.board, network, by.surface)),
        "pips": pips_of(network, late=late),
        "stage": stage_name(network.stage),
        "for": held,
    }
    if sort.column in INSTEAD:
        row[INSTEAD[sort.column]] = _instead(desk, by, network, sort.column, now)
    return row


def _instead(desk: Desk, by: Ordering, network: Network, column: str, now: int) -> str:
    if column == "spend":
        spend = spend_of(by.board, network, by.platforms)
        if spend.money is None:
            return _("none") if spend.none_found else "–"
        return money_short(spend.money) + (f" +{spend.others}" if spend.others else "")
    if column == "events":
        return short(events_of(by.board, network, by.platforms))
    if column == "first_seen":
        at = network.first_seen_at
        return day(at, desk.zone, year=day(at, desk.zone, year=True)[-4:] != day(now, desk.zone, year=True)[-4:])
    return rung_words(network.rung)


def pips_of(network: Network, *, late: bool) -> list[str]:
    """The stages up to its own are filled; none of a dismissed network is."""
    at = PIPELINE.index(network.stage) if network.stage in PIPELINE else -1
    return ["a" if late and place == at else "on" if place <= at else "" for place in range(len(PIPELINE))]


def is_overdue(network: Network, now: int, watch: Watch) -> bool:
    """Whether a network has been in its stage for longer than it may."""
    hours = watch.limits_h.get(network.stage)
    return hours is not None and now - network.stage_since > hours * HOUR


def columns_of(by: Ordering, browsing: Browsing, id: str) -> list[Row]:
    """The heads of the list, each a link that sorts by it, or turns it round."""
    shown = {name: name for name in ("name", "origin", "assets", "reach", "stage", "for")}
    if browsing.sort.column in INSTEAD:
        shown[INSTEAD[browsing.sort.column]] = browsing.sort.column
    heads = {"name": _("Network"), "origin": _("Origin and target"), "for": pgettext("how long", "For")}
    found = []
    for place, name in shown.items():
        sorted_by = browsing.sort.column == name
        descending = not browsing.sort.descending if sorted_by else name in FALLING
        found.append(
            {
                "place": place,
                "head": heads.get(name, _(ORDERS[name])),
                "says": reach_sentence(by.surface) if name == "reach" else "",
                "address": browsing.address(id, sort=Sort(name, descending)),
                "sorted": ("descending" if browsing.sort.descending else "ascending") if sorted_by else "none",
            }
        )
    return found


def orders_of(browsing: Browsing, id: str) -> list[Row]:
    """Every order the list can have."""
    return [
        {
            "says": _(ORDERS[name]),
            "address": browsing.address(id, sort=Sort(name, name in FALLING)),
            "current": browsing.sort.column == name,
        }
        for name in ("standing", *COLUMNS)
    ]


# --- facets -----------------------------------------------------------------------------------------------------------


def facets_of(board: Board, browsed: Browsed, browsing: Browsing) -> list[Row]:
    """Every facet with its values: how many networks each has under all other filters, and whether it is chosen."""
    chosen = browsing.asked.chosen
    return [
        {
            "name": name,
            "title": _(TITLES[name]),
            "key": place + 1,
            "values": (values := _values(board, name, browsed.counts[name], chosen.get(name, frozenset()))),
            "rest": sum(not value["first"] for value in values),
        }
        for place, name in enumerate(FACETS)
    ]


def _values(board: Board, facet: str, counts: Mapping[str, int], chosen: frozenset[str]) -> list[Row]:
    if facet == "stage":
        values = [str(stage) for stage in Stage]
    elif facet == "rung":
        values = [value for value in (*reversed(Rung), UNAPPROVED) if counts.get(value) or value in chosen]
    else:
        values = sorted({*counts, *chosen}, key=lambda value: (-counts.get(value, 0), value))
        # Who cannot be named is the first thing to know of all.
        values.sort(key=lambda value: value != UNDETERMINED)
    largest = max(counts.values(), default=1)
    firsts = {*values[:SHOWN], *chosen}
    cut = len(_shared_beginning(values)) if facet == "detector" else 0
    return [
        {
            "value": value,
            "id": f"{facet}-{_mark(value)}",
            "says": value_words(board, facet, value[cut:]),
            "n": grouped(counts.get(value, 0)),
            "none": not counts.get(value),
            "share": round(100 * counts.get(value, 0) / largest, 1),
            "chosen": value in chosen,
            "first": value in firsts,
        }
        for value in values
    ]


def _mark(value: str) -> str:
    """Part of an element's id that stays the same for a value: itself where it is a plain word, else its hash."""
    return value if PLAIN.fullmatch(value) else hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:12]


def _shared_beginning(sources: Sequence[str]) -> str:
    """What all sources begin with, up to a slash: their ends are what tells them apart."""
    shared = commonprefix(sources) if len(sources) > 1 else ""  # noqa: RUF071 - characters of names, no paths
    return shared[: shared.rfind("/") + 1]


def value_words(board: Board, facet: str, value: str) -> str:
    """What a value of a facet is called."""
    if facet == "stage":
        return stage_name(Stage(value))
    if facet in ("attributed", "target"):
        return _("Undetermined") if value == UNDETERMINED else country_name(value)
    if facet == "rung":
        return rung_words(value)
    if facet == "platform":
        return platform_name(value)
    if facet == "election" and value in board.elections:
        return clean(board.elections[value].name, NAME_LIMIT)
    return clean(value, NAME_LIMIT)


def rung_words(rung: str) -> str:
    """A rung as a label; that nothing was approved is said in words."""
    return _("Nothing approved") if rung == UNAPPROVED else rung_name(Rung(rung))


def filters_words(browsing: Browsing, n: int, total: int) -> str:
    """What narrows the list, and to how many: "2 filters, 7 of 12"."""
    filters = len(browsing.filters)
    if not filters:
        return _("No filter, {n} of {all}").format(n=grouped(n), all=grouped(total))
    words = ngettext("{filters} filter, {n} of {all}", "{filters} filters, {n} of {all}", filters)
    return words.format(filters=filters, n=grouped(n), all=grouped(total))


def narrowed_words(board: Board, browsing: Browsing) -> str:
    """The filters themselves, for whoever cannot see which boxes are checked: "Stage Removed, Target Iran"."""
    said = [
        f"{_(TITLES[facet])}: {list_words([value_words(board, facet, value) for value in sorted(values)])}"
        for facet, values in browsing.asked.chosen.items()
    ]
    return "; ".join(said)


# --- what happened last -----------------------------------------------------------------------------------------------


def change_rows(desk: Desk, changes: Sequence[Change], browsing: Browsing, now: int) -> list[Row]:
    """What happened last, each with the network it happened to."""
    return [
        {
            "at": _when(desk, change.at, now),
            "name": change.network.name,
            "address": browsing.address(change.network.id),
            "id": change.network.id,
            "says": change_words(change),
        }
        for change in changes
    ]


def _when(desk: Desk, at: int, now: int) -> str:
    """The time of day of today, the weekday of the last six days, then the date."""
    if day(at, desk.zone, year=True) == day(now, desk.zone, year=True):
        return desk.time(at)
    if now - at < 6 * DAY:
        return day(at, desk.zone, weekday=True).partition(" ")[0].rstrip(",")
    return day(at, desk.zone)


def change_words(change: Change) -> str:
    """What happened, without the name: "Removal ordered", "9 assets found"."""
    n = grouped(change.n)
    if change.stage is not None and change.kind == "limit":
        limit = duration(change.n * HOUR)
        return _("Passed {duration} in {stage}").format(duration=limit, stage=stage_name(change.stage))
    if change.stage is not None:
        return stage_name(change.stage)
    if change.kind == "found":
        return ngettext("{n} asset found", "{n} assets found", change.n).format(n=n)
    if change.kind == "removed":
        return ngettext("{n} asset removed", "{n} assets removed", change.n).format(n=n)
    if change.kind == "claim":
        return _("Attribution approved") if change.approved else _("Attribution assessed, not approved")
    if change.kind == "overlap":
        return _("Overlap with {network} seen").format(network=clean(change.words, NAME_LIMIT))
    return _("Figures stated by {name}").format(name=clean(change.words, NAME_LIMIT))
