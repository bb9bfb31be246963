"""The four headlines, each a number with its sentence: reach, ad spend, events hosted, takedowns."""

from __future__ import annotations

from typing import Any

from app.hedged import Hedged, Qualifier
from app.networks import Network
from app.records import hedged_of
from app.vocabulary import BIN, RecordType, Scope, Stage
from app.wording import counted, number_parts, prose, short
from dashboards.scenes._reach import reach_hero
from dashboards.scenes._sight import FRESH, Sight
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
        "label": "event hosted" if _is_one(figure) else "events hosted",
        "sub": sub,
        "why": held or why,
        "bars": None,
        "prose": _sentence(f"{counted(figure, 'event')} hosted"),
        "definition": events["definition"],
        "held": bool(held),
        "fresh": not held and any(_has_new_events(sight, network) for network in sight.of_watch),
    }


def _took_place(figure: Hedged, took: dict[str, int]) -> tuple[str, str]:
    """Two short lines on whether they took place: it is never left out that this is not known."""
    if figure.qualifier is Qualifier.NONE_FOUND:
        return "searched, none found", ""
    if figure.is_absent or figure.most == 0:
        return "none recorded", ""
    yes, no = took["yes"], took["no"]
    if not yes and not no:
        return f"whether {'it' if _is_one(figure) else 'they'} took", "place is not known"
    known = [f"{yes:,} took place"] * bool(yes) + [f"{no:,} did not"] * bool(no)
    if figure.qualifier is not Qualifier.EXACTLY:
        return ", ".join(known), "the rest is not known"
    return ", ".join(known), f"{took['unknown']:,} not known" if took["unknown"] else ""


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
    sub = f"today and {sight.since}" if since.most == 0 else f"today, {short(since)} {sight.since}"
    return {
        "number": number_parts(today, columns=2),
        "siblings": [],
        "label": "asset removed" if _is_one(today) else "assets removed",
        "sub": sub,
        "why": held,
        # While their source is silent the last hours would stand there as hours without a removal.
        "bars": None if held else takedowns["bars"],
        "prose": _sentence(f"{counted(today, 'asset')} removed today, {prose(since)} {sight.since}"),
        "definition": takedowns["definition"],
        "held": bool(held),
        "fresh": not held and today.most != 0 and _has_new_removals(sight, takedowns["bars"]),
    }


def _has_new_removals(sight: Sight, bars: list[int]) -> bool:
    """Whether anything was removed in the last half hour. A bin that reaches into it counts: no finer time is known."""
    if any(network.stage is Stage.REMOVED and sight.is_fresh(network.stage_since) for network in sight.of_watch):
        return True
    first = sight.now - FRESH - BIN
    rows = sight.board.fold(Scope()).rows("removed") if any(bars[-2:]) else ()
    return any(first < int(row.rest) <= sight.now and row.n for row in rows)
