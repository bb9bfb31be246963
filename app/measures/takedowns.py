"""Takedowns: assets removed and not restored, networks removed, how long that took, waves, and what was given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from app.entities import AssetState
from app.hedged import Hedged, Tally
from app.measures import Contribution
from app.measures._figures import Json, figure_json, less, stands, total
from app.measures._fold import Ask, Fold, Member
from app.measures.detections import bin_of, midnight
from app.vocabulary import BIN, HOUR, SECOND, Stage, Surface, surface_order
from app.wording import definition, do_not_write

NAME = "takedowns"

HOURS = 24


def of_asset(asset: AssetState) -> Iterator[Contribution]:
    """A removal in its five minutes, how many seconds after the detection, in which wave; or a restoration."""
    surface = str(asset.surface)
    if asset.status == "restored":
        yield f"restored|{surface}|", 1
    if asset.removed_at is None or asset.removal is None:
        return
    yield f"removed|{surface}|{bin_of(asset.removed_at)}", 1
    yield f"took_s|{surface}|{max(0, asset.removed_at - (asset.first_at or 0)) // SECOND}", 1
    if wave := asset.removal.value[2]:
        yield f"wave|{surface}|{wave}", 1


class Removed(NamedTuple):
    """What of one network was removed on one surface; ``beyond`` is what was stated and is not listed."""

    figure: Hedged
    beyond: Hedged | None


def removed_by(member: Member, stage: Stage) -> dict[str, Removed]:
    """Removed assets of one network by surface: those listed, or what was stated once the whole network is removed."""
    return member.once(("removed", stage), lambda: _removed(member, stage))


def _removed(member: Member, stage: Stage) -> dict[str, Removed]:
    listed: Counter[str] = Counter()
    restored: Counter[str] = Counter()
    for row in member.rows("removed"):
        listed[row.where] += row.n
    for row in member.rows("restored"):
        restored[row.where] += row.n
    found = {surface: Removed(Hedged.exactly(n), None) for surface, n in listed.items()}
    if stage is not Stage.REMOVED:
        return found
    for surface, stated in member.stated.assets.items():
        name = str(surface)
        left, counted = less(stated, restored[name]), Hedged.exactly(listed[name])
        if stands(left, counted):
            found[name] = Removed(left, less(left, listed[name]))
    return found


def measure(fold: Fold, ask: Ask) -> Json:
    """Removals by surface, today, since the watch began, and by hour for the last 24 (hours that end now)."""
    today, end = midnight(ask.now, ask.watch.zone), bin_of(ask.now) + BIN
    since_watch = bin_of(ask.watch.first_day)
    by_surface: dict[str, Tally] = {}
    beyond_today, beyond_since = Tally(), Tally()
    for member in fold.members:
        stage, since = fold.stages[member.id]
        for surface, removed in removed_by(member, stage).items():
            if not fold.takes(surface):
                continue
            by_surface[surface] = by_surface.get(surface, Tally()) + Tally.of(removed.figure)
            if removed.beyond is not None:
                beyond_today += Tally.of(removed.beyond) if today <= since < end else Tally()
                beyond_since += Tally.of(removed.beyond) if since >= since_watch else Tally()
    bins = [(int(row.rest), row.n) for row in fold.rows("removed")]
    bars = [0] * HOURS
    for at, n in bins:
        if end - HOURS * HOUR <= at < end:
            bars[(at - end) // HOUR] += n
    waves: Counter[str] = Counter()
    for row in fold.rows("wave"):
        waves[row.rest] += row.n
    figure = total(sum(by_surface.values(), Tally()))
    return {
        "assets": figure_json(figure),
        "surfaces": [
            {"surface": name, "figure": figure_json(total(by_surface[name]))}
            for name in sorted(by_surface, key=lambda name: surface_order(Surface.parse(name)))
        ],
        "networks": sum(1 for network in fold.networks if network.stage is Stage.REMOVED),
        "restored": sum(row.n for row in fold.rows("restored")),
        "time_to_removal": _durations(fold),
        "waves": [{"wave": wave, "assets": n} for wave, n in sorted(waves.items()) if n],
        "today": _plus(beyond_today, sum(n for at, n in bins if today <= at < end)),
        "since_watch": _plus(beyond_since, sum(n for at, n in bins if at >= since_watch)),
        "bars": bars,
        "definition": definition("takedowns"),
        "do_not_write": do_not_write("takedowns", figure),
    }


def _plus(beyond: Tally, n: int) -> Json:
    return figure_json(total(beyond + Tally.of(Hedged.exactly(n))))


def _durations(fold: Fold) -> Json | None:
    """Nearest ranks of the seconds from first detection to removal."""
    counts: Counter[int] = Counter()
    for row in fold.rows("took_s"):
        counts[int(row.rest)] += row.n
    n = counts.total()
    if not n:
        return None
    ordered = sorted(counts)
    return {
        "n": n,
        "median_s": _rank(ordered, counts, -(-n // 2)),
        "p90_s": _rank(ordered, counts, -(-n * 9 // 10)),
        "min_s": ordered[0],
        "max_s": ordered[-1],
    }


def _rank(ordered: list[int], counts: Counter[int], rank: int) -> int:
    for value in ordered:
        rank -= counts[value]
        if rank <= 0:
            return value
    return ordered[-1]
