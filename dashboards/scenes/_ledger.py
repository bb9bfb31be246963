"""The ledger: figures of all takedowns of the watch, and a row for each with the clock of every step."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from app.hedged import Hedged
from app.language import _, ngettext
from app.measures.detections import bin_of
from app.networks import Network
from app.numerals import grouped
from app.records import hedged_of
from app.vocabulary import DAY, HOUR, SECOND, RecordType, Scope
from app.wording import duration, number_parts, short
from dashboards.scenes._kept import of_picture
from dashboards.scenes._sight import Json, Sight
from dashboards.scenes._stages import is_overdue
from dashboards.scenes._takedown import Takedown, takedown_of

ROWS = 7
"""What stands below one another on a wall, with a line for the others."""

PINNED = 2
"""How many of what is overdue stand before the newest."""

UNKNOWN = "–"
NOTHING = {"n": UNKNOWN, "sub": ""}

BAR = 310
"""Length of a clock's bar, in tenths of a rem; its scale is a whole number of days that doubles."""

GAP, SHORTEST = 2, 3


def headline(sight: Sight) -> dict[str, Any]:
    """Assets removed and detected since the watch began; clock, waves and restored assets of the watch's networks."""
    since = hedged_of(sight.measure("takedowns", Scope())["since_watch"])
    found = sight.measure("takedowns", sight.watch_scope)
    held = sight.held(RecordType.ASSET_REMOVED, RecordType.ASSET_RESTORED)
    reopened = sum(1 for each in _all(sight) if each.reopened is not None)
    is_one = since == Hedged.exactly(1)
    return {
        "removed": {
            "n": str(number_parts(since, columns=4)),
            "label": _("asset removed") if is_one else _("assets removed"),
            "sub": held
            or _("{since}, {n_detected}").format(since=sight.since, n_detected=_beside_detected(sight, since)),
            "is_held": bool(held),
        },
        "clock": _clock(found["time_to_removal"]),
        "waves": _waves(len(found["waves"]), found["networks"]),
        "restored": {
            "n": short(Hedged.exactly(found["restored"])),
            "label": _("restored"),
            "sub": ngettext("{n} reopened", "{n} reopened", reopened).format(n=short(Hedged.exactly(reopened)))
            if reopened
            else _("none reopened"),
        },
    }


def takedowns(sight: Sight) -> dict[str, Any]:
    """``rows`` with the longest overdue first and then the newest, and ``more`` in words for the others."""
    every = sorted(_all(sight), key=lambda each: (-each.newest, each.network.id))
    late = [each for each in reversed(every) if _is_overdue(sight, each)]
    others = [each for each in every if not _is_overdue(sight, each)]
    # Where more is overdue than there is room for, what was removed last is still seen.
    pinned = late[: max(PINNED, ROWS - len(others))]
    shown = [*pinned, *others][:ROWS]
    spans = [span for each in shown if (span := _span(sight, each)) is not None]
    scale = _scale(max(spans, default=0))
    rest, overdue = len(every) - len(shown), len(late) - len(pinned)
    more = _("and {n} more {since}, {late} of them overdue") if overdue else _("and {n} more {since}")
    more = more.format(n=grouped(rest), since=sight.since, late=grouped(overdue))
    return {
        "rows": [_row(sight, each, scale) for each in shown],
        "scale": duration(scale),
        "more": more if rest else "",
    }


def _all(sight: Sight) -> list[Takedown]:
    found = (takedown_of(network, sight.now) for network in sight.of_watch)
    return [each for each in found if each is not None]


# --- headline ---------------------------------------------------------------------------------------------------------


def _beside_detected(sight: Sight, removed: Hedged) -> str:
    """How many assets were detected since the watch began; "listed" where more were stated as removed than that."""
    first = bin_of(sight.watch.first_day)

    def count() -> int:
        return sum(row.n for row in sight.board.fold(Scope()).rows("found") if int(row.rest) >= first)

    n = of_picture(sight.board, ("detected", first), count)
    is_part = removed.most is not None and removed.most <= n
    words = ngettext("{n} detected", "{n} detected", n) if is_part else ngettext("{n} listed", "{n} listed", n)
    return words.format(n=short(Hedged.exactly(n)))


def _clock(took: Json | None) -> dict[str, str]:
    """Half of the assets took no longer. With how many there were, and from what to what."""
    label = _("median, detection to removal")
    if took is None:
        return {"n": UNKNOWN, "label": label, "sub": _("no asset was timed yet")}
    low, high = (duration(took[name] * SECOND) for name in ("min_s", "max_s"))
    spread = (_("each {low}") if low == high else _("{low} to {high}")).format(low=low, high=high)
    words = ngettext("of {n} asset, {spread}", "of {n} assets, {spread}", took["n"])
    sub = words.format(n=short(Hedged.exactly(took["n"])), spread=spread)
    return {"n": duration(took["median_s"] * SECOND), "label": label, "sub": sub}


def _waves(n: int, networks: int) -> dict[str, str]:
    whole = ngettext("{n} network", "{n} networks", networks).format(n=short(Hedged.exactly(networks)))
    return {"n": short(Hedged.exactly(n)), "label": ngettext("wave", "waves", n), "sub": whole}


# --- rows -------------------------------------------------------------------------------------------------------------


def _row(sight: Sight, takedown: Takedown, scale: int) -> dict[str, Any]:
    network = takedown.network
    found = sight.measure("takedowns", Scope(network=(network.id,)))
    return {
        "name": network.name,
        "wave": _wave(sight, takedown, [wave["wave"] for wave in found["waves"]]),
        "total": _total(sight, takedown),
        "bar": _bar(sight, takedown, scale),
        "confirmed": _step(sight, takedown.detected, takedown.confirmed),
        "ordered": _step(sight, takedown.confirmed or takedown.detected, takedown.ordered),
        "removed": _removed(sight, takedown),
        "stated": _stated(sight, takedown),
        "assets": _assets(network, hedged_of(found["assets"])),
        "restored": _restored(sight, takedown, found["restored"]),
        "open": network.is_open,
        "late": _is_overdue(sight, takedown),
        "fresh": sight.is_fresh(takedown.newest),
    }


def _is_overdue(sight: Sight, takedown: Takedown) -> bool:
    return takedown.is_pending and is_overdue(sight, takedown.network)


def _wave(sight: Sight, takedown: Takedown, waves: list[str]) -> dict[str, str]:
    """In which wave it was removed and how many networks were; a wave of its own needs no name."""
    network = takedown.network
    if not waves:
        return {"lead": _("not removed yet") if takedown.is_pending else _("no wave named"), "name": ""}
    if len(waves) > 1:
        return {"lead": _("in {n} waves").format(n=grouped(len(waves))), "name": ""}
    n = len(_networks_by_wave(sight)[waves[0]])
    if n == 1 and waves[0].casefold() in (network.id.casefold(), network.name.casefold()):
        return {"lead": _("in one wave"), "name": ""}
    return {"lead": "" if n == 1 else _("{n} networks").format(n=grouped(n)) + ", ", "name": waves[0]}


def _networks_by_wave(sight: Sight) -> dict[str, set[str]]:
    def found() -> dict[str, set[str]]:
        waves: dict[str, set[str]] = {}
        for network in sight.of_watch:
            for row in sight.board.fold_of([network.id]).rows("wave"):
                if row.n:
                    waves.setdefault(row.rest, set()).add(network.id)
        return waves

    return of_picture(sight.board, ("networks by wave", sight.watch_scope), found)


def _span(sight: Sight, takedown: Takedown) -> int | None:
    """How long it took from the detection to the removal, or has taken; None where nobody knows."""
    end = takedown.removed if takedown.removed is not None else sight.now if takedown.is_pending else None
    return None if takedown.detected is None or end is None else max(0, end - takedown.detected)


def _total(sight: Sight, takedown: Takedown) -> dict[str, str]:
    span = _span(sight, takedown)
    if takedown.detected is None:
        return NOTHING | {"sub": _("detection not recorded")}
    begun = _("from {time}").format(time=_when(sight, takedown.detected))
    return {"n": UNKNOWN if span is None else duration(span), "sub": begun}


def _scale(longest: int) -> int:
    scale = DAY
    while scale < longest:
        scale *= 2
    return scale


def _bar(sight: Sight, takedown: Takedown, scale: int) -> list[dict[str, Any]]:
    """A piece for each step, ``kind`` the step that ends it; what still waits ends at the present."""
    if takedown.detected is None or _span(sight, takedown) is None:
        return []
    return [
        {"kind": kind, "x": start, "width": max(SHORTEST, end - start - GAP)}
        for kind, start, end in _pieces(sight, takedown, takedown.detected, scale)
    ]


def _pieces(sight: Sight, takedown: Takedown, detected: int, scale: int) -> Iterator[tuple[str, int, int]]:
    ends = {
        "confirmed": takedown.confirmed,
        "ordered": takedown.ordered,
        "removed": takedown.removed,
        "waiting": sight.now if takedown.is_pending else None,
    }
    start = 0
    for kind, at in ends.items():
        if at is not None:
            end = max(start, (at - detected) * BAR // scale)
            yield kind, start, end
            start = end


def _step(sight: Sight, start: int | None, end: int | None) -> dict[str, str]:
    """How long a step took since the one before, and when it was taken."""
    if end is None:
        return NOTHING
    return {"n": UNKNOWN if start is None else duration(max(0, end - start)), "sub": _when(sight, end)}


def _when(sight: Sight, at: int) -> str:
    """An instant, as the day alone where that is of another year."""
    return sight.time(at) if sight.date(at).year == sight.date(sight.now).year else sight.day(at)


def _removed(sight: Sight, takedown: Takedown) -> dict[str, str]:
    before = takedown.ordered or takedown.confirmed or takedown.detected
    if takedown.removed is not None:
        return _step(sight, before, takedown.removed)
    if takedown.ordered is None:
        return NOTHING | {"sub": _("in part")}
    limit_h = sight.watch.limits_h.get(takedown.network.stage)
    if limit_h is None:
        return NOTHING | {"sub": _("no limit")}
    due = takedown.ordered + limit_h * HOUR
    if _is_overdue(sight, takedown):
        late = _("{duration} overdue").format(duration=duration(sight.now - due))
        return {"n": duration(sight.now - takedown.ordered), "sub": late}
    return NOTHING | {"sub": _("due {time}").format(time=sight.time(due))}


def _stated(sight: Sight, takedown: Takedown) -> dict[str, str]:
    """How long after the removal somebody gave the number of its assets, and who did."""
    said = takedown.stated
    if said is None:
        lacking = _("before removal") if takedown.was_stated_before else _("not stated")
        return NOTHING | {"sub": "" if takedown.removed is None else lacking, "name": ""}
    # What is told of others is known to the day, not to the minute.
    start = None if takedown.detected is None else takedown.removed
    return _step(sight, start, said.at) | {"sub": _("by "), "name": said.by}


def _assets(network: Network, figure: Hedged) -> dict[str, str]:
    """How many assets were removed, and of how many that are listed, or how many of those that were stated are."""
    listed = sum(network.assets.values())
    removed = sum(n for bins in network.removed_bins.values() for n in bins.values())
    if figure != Hedged.exactly(removed):
        return {"n": short(figure), "sub": _("stated, {n} listed").format(n=grouped(removed))}
    if not listed:
        return NOTHING | {"sub": _("none listed")}
    return {"n": short(figure), "sub": _("of {n} listed").format(n=short(Hedged.exactly(listed)))}


def _restored(sight: Sight, takedown: Takedown, restored: int) -> dict[str, str]:
    """How many assets were given back; below it that the network is open again, or which later one overlaps with it."""
    later = _later_overlaps(sight, takedown)
    sub, name = "", ""
    if takedown.reopened is not None:
        sub = _("reopened {time}").format(time=sight.time(takedown.reopened))
    elif later:
        name = min(later)
        sub = _("overlap ") if len(later) == 1 else _("{n} overlaps, ").format(n=grouped(len(later)))
    return {"n": short(Hedged.exactly(restored)), "sub": sub, "name": name}


def _later_overlaps(sight: Sight, takedown: Takedown) -> Collection[str]:
    """The names of networks that were first seen after the removal and share something with the removed one."""
    if takedown.removed is None:
        return ()
    own = takedown.network
    found = {overlap.other for overlap in own.overlaps}
    later = [sight.board.find(id) for id in found]
    later += [
        network
        for network in sight.board.networks.values()
        if any(sight.board.find(overlap.other) is own for overlap in network.overlaps)
    ]
    return {n.name for n in later if n is not None and n is not own and n.first_seen_at > takedown.removed}
