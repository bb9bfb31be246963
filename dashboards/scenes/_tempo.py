"""The second and third rows of Tempo: the headline of reach, and assets that are known and not removed, by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.countries import country_name
from app.hedged import Hedged, Tally
from app.language import _
from app.measures._figures import less, total
from app.networks import Network
from app.nouns import local, month_name
from app.safetext import clean
from app.vocabulary import BIN, DAY, Election, RecordType, Stage, Surface, instant
from app.wording import counted, number_parts
from dashboards.scenes._kept import of_picture
from dashboards.scenes._reach import reach_hero
from dashboards.scenes._sight import NAME_LIMIT, Sight

WEEK = 7 * DAY

WEEKS_BACK, WEEKS_AHEAD = 21, 3
"""How far the time axis reaches: always as far, so that now stands where it stood."""

MOST_VOTES = 6
"""Elections that have a rule."""


def end_of(sight: Sight) -> int:
    """The end of the five minutes that are now: where the last week ends."""
    return sight.now // BIN * BIN + BIN


def place_of(sight: Sight, at: int) -> float:
    """An instant on the time axis: weeks from now. A hundredth is half a pixel, and seldom another one."""
    return round((at - end_of(sight)) / WEEK, 2)


# --- the second row ---------------------------------------------------------------------------------------------------


def reach(sight: Sight) -> dict[str, Any]:
    """The headline of Situation, as it stands there."""
    return reach_hero(sight)


# --- the third row ----------------------------------------------------------------------------------------------------


def assets(sight: Sight) -> dict[str, Any]:
    """How many assets of the networks of the watch are known and still there."""
    figure = left(sight)
    held = sight.held(RecordType.ASSET_DETECTED, RecordType.ASSET_REMOVED, RecordType.ASSET_RESTORED)
    return {
        "number": number_parts(figure),
        "label": _("assets known, not removed"),
        "sub": held or _("found above, removed below, by week"),
        "held": bool(held),
        "fresh": not held and any(sight.is_fresh_bin(at) for _kind, at, _n in _bins(sight)),
        "prose": _("{assets} known, not removed and not given back, in networks that were not dismissed").format(
            assets=counted(figure, _("asset"), _("assets"))
        ),
    }


def left(sight: Sight) -> Hedged:
    """What is known of the networks of the watch less what was removed or given back; nothing of dismissed ones.

    What was stated of a network beyond its listed assets goes with it when it is removed, as the takedowns have it.
    """
    found: Hedged = of_picture(sight.board, ("tempo left", sight.watch.first_day), lambda: _left(sight))
    return found


def _left(sight: Sight) -> Hedged:
    tally = Tally()
    for network in _counted(sight):
        gone = _gone(sight, network)
        for surface, count in network.assets_figure.items():
            known = Hedged.exactly(count.listed) if network.stage is Stage.REMOVED else count.figure
            tally += Tally.of(less(known, gone.get(surface, 0)))
    return total(tally)


def _counted(sight: Sight) -> list[Network]:
    return [network for network in sight.of_watch if network.stage is not Stage.DISMISSED]


def _gone(sight: Sight, network: Network) -> dict[Surface, int]:
    """Listed assets that were removed or given back, by surface."""
    gone: dict[Surface, int] = {}
    for member in sight.board.fold_of([network.id]).members:
        for row in (*member.rows("removed"), *member.rows("restored")):
            surface = Surface.parse(row.where)
            gone[surface] = gone.get(surface, 0) + row.n
    return gone


def _bins(sight: Sight) -> Iterator[tuple[str, int, int]]:
    for network in _counted(sight):
        for kind, surfaces in (("found", network.detected_bins), ("removed", network.removed_bins)):
            for bins in surfaces.values():
                for at, n in bins.items():
                    if n:
                        yield kind, at, n


def weeks(sight: Sight) -> dict[str, Any]:
    """Assets ``found`` and ``removed`` in each of the last 21 times 7 days, and what stands along the time axis."""
    end, counts = end_of(sight), {"found": [0] * WEEKS_BACK, "removed": [0] * WEEKS_BACK}
    for kind, at, n in _bins(sight):
        place = WEEKS_BACK - 1 - (end - 1 - at) // WEEK
        if 0 <= place < WEEKS_BACK:
            counts[kind][place] += n
    ends = [sight.day(end - WEEK * (WEEKS_BACK - 1 - place) - 1) for place in range(WEEKS_BACK)]
    shown, more = _votes(sight)
    return {**counts, "ends": ends, "votes": shown, "more_votes": more, "months": months(sight)}


# --- the time axis ----------------------------------------------------------------------------------------------------


def votes(sight: Sight) -> list[dict[str, Any]]:
    """The elections on the axis, by the time at which polls open: those that most open networks are about."""
    return _votes(sight)[0]


def _votes(sight: Sight) -> tuple[list[dict[str, Any]], int]:
    """The same, and how many others there are."""
    first, ahead = end_of(sight) - WEEKS_BACK * WEEK, end_of(sight) + WEEKS_AHEAD * WEEK
    opens = {
        election.id: at
        for election in sight.board.elections.values()
        if first < (at := election.polls_open or election.polls_close or 0) < ahead
    }
    about = Counter(id for network in sight.open for id in network.elections)
    by_weight = sorted(opens, key=lambda each: (-about[each], abs(opens[each] - sight.now), each))
    shown = sorted(by_weight[:MOST_VOTES], key=lambda each: (opens[each], each))
    rules = [{"x": place_of(sight, opens[each]), **_names(sight.board.elections[each])} for each in shown]
    return rules, len(opens) - len(shown)


def _names(election: Election) -> dict[str, str]:
    """The country that votes, and its code for where there is no room."""
    if not election.country:
        name = clean(election.name or election.id, NAME_LIMIT)
        return {"name": name, "code": name}
    return {"name": country_name(election.country, short=True), "code": election.country}


def months(sight: Sight) -> list[dict[str, Any]]:
    """Every month by its middle, where that is on the axis."""
    found = []
    at = local(end_of(sight) - WEEKS_BACK * WEEK, sight.watch.zone).replace(
        day=15, hour=12, minute=0, second=0, microsecond=0
    )
    while (x := place_of(sight, instant(at))) < WEEKS_AHEAD:
        if x > -WEEKS_BACK:
            found.append({"x": x, "name": month_name(at)})
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    return found
