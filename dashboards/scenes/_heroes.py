"""The four headlines, each a number with its sentence: reach, ad spend, events hosted, takedowns."""

from __future__ import annotations

from typing import Any

from app.hedged import Hedged, Qualifier
from app.language import _, ngettext
from app.networks import Network
from app.numerals import grouped
from app.records import hedged_of
from app.vocabulary import RecordType, Scope, Stage
from app.wording import counted, number_parts, prose, short
from dashboards.scenes._reach import reach_hero
from dashboards.scenes._sight import Sight
from dashboards.scenes._spend import spend_hero


def heroes(sight: Sight) -> dict[str, Any]:
    """Reach is of the networks open now, spend and events of those of the watch, takedowns of today."""
    return {
        "reach": reach_hero(sight),
        "spend": spend_hero(sight),
        "events": _events(sight),
        "takedowns": _takedowns(sight),
    }


def _is_one(figure: Hedged) -> bool:
    return figure.qualifier is Qualifier.EXACTLY and figure.low == 1


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


# --- events -----------------------------------------------------------------------------------------------------------


def _events(sight: Sight) -> dict[str, Any]:
    events = sight.timeless("events", sight.watch_scope)
    figure = hedged_of(events["figure"])
    held = sight.held(RecordType.EVENT_HOSTED)
    sub, why = _took_place(figure, events["took_place"])
    return {
        "number": number_parts(figure, columns=2),
        "siblings": [],
        "label": _("event hosted") if _is_one(figure) else _("events hosted"),
        "sub": sub,
        "why": held or why,
        "bars": None,
        "prose": _sentence(_("{events} hosted").format(events=counted(figure, _("event"), _("events")))),
        "definition": events["definition"],
        "held": bool(held),
        "fresh": not held and any(_has_new_events(sight, network) for network in sight.of_watch),
    }


def _took_place(figure: Hedged, took: dict[str, int]) -> tuple[str, str]:
    """Two short lines on whether they took place: it is never left out that this is not known."""
    if figure.qualifier is Qualifier.NONE_FOUND:
        return _("searched, none found"), ""
    if figure.is_absent or figure.most == 0:
        return _("none recorded"), ""
    yes, no = took["yes"], took["no"]
    if not yes and not no:
        # One sentence on two lines.
        return _("whether it took") if _is_one(figure) else _("whether they took"), _("place is not known")
    known = [ngettext("{n} took place", "{n} took place", yes).format(n=grouped(yes))] * bool(yes)
    known += [ngettext("{n} did not", "{n} did not", no).format(n=grouped(no))] * bool(no)
    if figure.qualifier is not Qualifier.EXACTLY:
        return ", ".join(known), _("the rest is not known")
    return ", ".join(known), _("{n} not known").format(n=grouped(took["unknown"])) if took["unknown"] else ""


def _has_new_events(sight: Sight, network: Network) -> bool:
    """Whether somebody has just stated other events than were listed. When one was listed, the board does not say."""
    if not any("events" in statement.data and sight.is_fresh(statement.at) for statement in network.statements):
        return False
    members = sight.board.fold_of([network.id]).members
    return any(
        member.stated.events is not None and not member.stated.events.allows(sum(row.n for row in member.rows("event")))
        for member in members
    )


# --- takedowns --------------------------------------------------------------------------------------------------------


def _takedowns(sight: Sight) -> dict[str, Any]:
    takedowns = sight.measure("takedowns", Scope())
    today, since = hedged_of(takedowns["today"]), hedged_of(takedowns["since_watch"])
    held = sight.held(RecordType.ASSET_REMOVED, RecordType.ASSET_RESTORED)
    sub = _("today and {since}") if since.most == 0 else _("today, {n} {since}")
    return {
        "number": number_parts(today, columns=2),
        "siblings": [],
        "label": _("asset removed") if _is_one(today) else _("assets removed"),
        "sub": sub.format(n=short(since), since=sight.since),
        "why": held,
        # While their source is silent the last hours would stand there as hours without a removal.
        "bars": None if held else takedowns["bars"],
        "prose": _sentence(
            _("{assets} removed today, {n} {since}").format(
                assets=counted(today, _("asset"), _("assets")), n=prose(since), since=sight.since
            )
        ),
        "definition": takedowns["definition"],
        "held": bool(held),
        "fresh": not held and today.most != 0 and _has_new_removals(sight, takedowns["bars"]),
    }


def _has_new_removals(sight: Sight, bars: list[int]) -> bool:
    """Whether anything was removed in the last half hour."""
    if any(network.stage is Stage.REMOVED and sight.is_fresh(network.stage_since) for network in sight.of_watch):
        return True
    rows = sight.board.fold(Scope()).rows("removed") if any(bars[-2:]) else ()
    return any(row.n and sight.is_fresh_bin(int(row.rest)) for row in rows)
