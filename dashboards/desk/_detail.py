"""One network beside the list: its title line, and its figures, each with its definition and its misreadings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.amounts import money_short, paid_in_words, prose, short
from app.board import Board
from app.countries import the_country
from app.definitions import definition, do_not_write
from app.drilldown.figures import assets_of, events_of, spend_of
from app.hedged import Qualifier
from app.language import _, ngettext
from app.measures.reach import Reach, reaches
from app.networks import Network
from app.nouns import assets_words, duration, duration_prose, list_words, reach_sentence, stage_name, surface_name
from app.numerals import grouped, localized
from app.vocabulary import HOUR
from dashboards.desk._network_rows import is_overdue
from dashboards.desk.shell import Desk

Row = dict[str, Any]

SURFACES = 3
"""Surfaces whose reach stands in the row of figures."""


def head_of(desk: Desk, network: Network, now: int) -> Row:
    """Its name, id, whence and whither, and where it stands."""
    return {
        "id": network.id,
        "name": network.name,
        "exercise": network.exercise,
        "aim": _aim(network),
        "stage": _stage(desk, network, now),
        "late": is_overdue(network, now, desk.watch),
    }


def _aim(network: Network) -> str:
    """The attributed origin and the targets in a sentence: "Iran to the US and the UK"."""
    whence = list_words([the_country(code, short=True) for code in network.attributed_origins])
    whither = list_words([the_country(code, short=True) for code in dict.fromkeys(network.targets)])
    if whence and whence == whither:
        return _("within {countries}").format(countries=whence)
    if not whither:
        return _("from {origin}").format(origin=whence) if whence else _("origin undetermined")
    words = _("{origin} to {targets}") if whence else _("origin undetermined, to {targets}")
    return words.format(origin=whence, targets=whither)


def _stage(desk: Desk, network: Network, now: int) -> str:
    """Where it stands: "Removed 14:05, 7 days after it was first seen" or "Confirmed for 51 h, limit 48 h"."""
    stage = stage_name(network.stage)
    if not network.is_open:
        took = duration_prose(max(0, network.stage_since - network.first_seen_at))
        words = _("{stage} {time}, {duration} after it was first seen")
        return words.format(stage=stage, time=desk.time(network.stage_since), duration=took)
    held, hours = duration(max(0, now - network.stage_since)), desk.watch.limits_h.get(network.stage)
    if hours is None:
        return _("{stage} for {duration}").format(stage=stage, duration=held)
    return _("{stage} for {duration}, limit {limit}").format(stage=stage, duration=held, limit=duration(hours * HOUR))


def figures_of(board: Board, network: Network, *, names: bool) -> list[Row]:
    """Six figures: assets, its reach on up to three surfaces, what was spent, and events.

    ``records`` is the figure whose records can be looked at, by those who see names.
    """
    found = list(reaches(board.fold_alone(network)).values())[:SURFACES]
    rows = {
        "assets": _assets(network),
        **{f"reach:{reach.surface}": _reach(network, reach) for reach in found},
        "spend": _spend(board, network),
        "events": _events(board, network),
    }
    return [row | {"records": figure if names else ""} for figure, row in rows.items()]


def _row(n: str, says: str, means: str, not_written: Iterable[str], notes: Iterable[str] = ()) -> Row:
    return {"n": n, "says": says, "means": means, "not": list(not_written), "notes": [note for note in notes if note]}


def _assets(network: Network) -> Row:
    figure = assets_of(network)
    figures = {surface: count.figure for surface, count in network.assets_figure.items()}
    if all(each.qualifier is Qualifier.EXACTLY for each in figures.values()):
        kinds = assets_words({surface: each.low or 0 for surface, each in figures.items()}, list_form=True)
    else:
        kinds = ", ".join(f"{short(each)} {surface_name(surface, many=True)}" for surface, each in figures.items())
    conflict = any(count.conflict for count in network.assets_figure.values())
    return _row(
        short(figure),
        kinds,
        definition("assets"),
        do_not_write("assets", figure),
        [_("more are listed now than were stated") if conflict else ""],
    )


def _reach(network: Network, reach: Reach) -> Row:
    modes = {"exact": _("each account counted once"), "estimated": _sureness(reach), "bounded": _("between bounds")}
    seen = ngettext("of {n} asset {observed} with a known audience", "of {n} assets {observed} with a known audience",
                    reach.assets)  # fmt: skip
    basis = _("as it was stated") if reach.basis == "stated" else modes[reach.mode]
    return _row(
        short(reach.figure),
        reach_sentence(reach.surface, past=True),
        definition("reach", surface=reach.surface, assets=reach.observed or None),
        do_not_write("reach", reach.figure, surface=reach.surface, targets=network.targets),
        [
            basis,
            seen.format(n=grouped(reach.assets), observed=grouped(reach.observed)) if reach.assets else "",
            _("what was counted exceeds what was stated") if reach.conflict else "",
            _beside(reach),
        ],
    )


def _sureness(reach: Reach) -> str:
    percent = localized(f"{100 * (reach.standard_error or 0):.1f}")
    return _("estimated, standard error {percent} %").format(percent=percent)


def _beside(reach: Reach) -> str:
    """The figure that does not stand, where there are two."""
    if reach.stated is None or reach.counted is None:
        return ""
    if reach.basis == "stated":
        return _("counted: {figure}").format(figure=prose(reach.counted))
    return _("stated: {figure}").format(figure=prose(reach.stated))


def _spend(board: Board, network: Network) -> Row:
    spend = spend_of(board, network)
    if spend.money is None:
        n, says = ("–", _("no amount is known")) if not spend.none_found else (_("none"), _("looked for, none found"))
        return _row(n, says, definition("spend"), do_not_write("spend"))
    others = ngettext("and in {n} other currency", "and in {n} other currencies", spend.others)
    says = _("on ads, paid {in_currencies}").format(in_currencies=paid_in_words(spend.money))
    notes = [others.format(n=grouped(spend.others)) if spend.others else ""]
    return _row(money_short(spend.money), says, definition("spend"), do_not_write("spend", spend.money), notes)


def _events(board: Board, network: Network) -> Row:
    figure = events_of(board, network)
    says = _("event hosted") if figure.value == 1 else _("events hosted")
    return _row(short(figure), says, definition("events"), do_not_write("events", figure))
