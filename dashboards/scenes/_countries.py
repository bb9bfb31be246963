"""The signs of countries: networks open there, which is in its stage for longest, reach, the next vote, the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.amounts import Parts, number_parts
from app.hedged import Hedged, Qualifier
from app.networks import Network
from app.vocabulary import SECOND, Election, RecordType, Stage
from app.wording import country_name, duration, reach_sentence, stage_name
from dashboards.render import clock_words
from dashboards.scenes._countdown import NO_VOTE, Vote, next_vote, votes
from dashboards.scenes._reach import how_known
from dashboards.scenes._sight import FRESH, Json, Sight
from dashboards.scenes._stages import is_overdue
from dashboards.scenes._zones import place_of, zone_of

SIGNS = 8
"""What stands on a wall in two rows."""


def signs(sight: Sight) -> dict[str, Any]:
    """``signs`` of the countries that matter most now, and ``more`` in words for the others."""
    aiming: dict[str, list[Network]] = {}
    for network in sight.open:
        for code in dict.fromkeys(network.targets):
            aiming.setdefault(code, []).append(network)
    ahead = votes(sight)
    codes = sorted({*aiming, *ahead} - {""}, key=lambda code: _order(sight, code, aiming.get(code, []), ahead))
    rest = codes[SIGNS:]
    return {
        "signs": [_sign(sight, code, aiming.get(code, []), ahead.get(code, [])) for code in codes[:SIGNS]],
        "more": _more(sight, rest, aiming) if rest else "",
    }


def _order(
    sight: Sight, code: str, networks: Sequence[Network], ahead: dict[str, list[Election]]
) -> tuple[bool, float, int, str]:
    """What is overdue first, then the nearest vote, then most open networks."""
    vote = next_vote(sight, ahead.get(code, ()), sight.watch.zone)
    late = any(is_overdue(sight, network) for network in networks)
    return not late, float("inf") if vote is None else vote.at, -len(networks), country_name(code)


def _more(sight: Sight, rest: Sequence[str], aiming: dict[str, list[Network]]) -> str:
    late = sum(any(is_overdue(sight, network) for network in aiming.get(code, ())) for code in rest)
    return f"and {len(rest):,} more, {f'{late:,} with something overdue' if late else 'nothing overdue there'}"


def _sign(sight: Sight, code: str, networks: list[Network], ahead: list[Election]) -> dict[str, Any]:
    zone = zone_of(code, sight.watch.zone)
    before = sum(code in each.targets and each.was_open(sight.now - FRESH) for each in sight.board.networks.values())
    return {
        "code": code,
        "name": country_name(code),
        "clock": _clock(sight, code, zone) if zone else None,
        "open": {
            "n": f"{len(networks):,}",
            "label": "network open" if len(networks) == 1 else "networks open",
            "fresh": len(networks) != before,
        },
        "work": _work(sight, networks),
        "reach": _reach(sight, networks),
        "vote": _vote(next_vote(sight, ahead, zone or sight.watch.zone)),
    }


def _clock(sight: Sight, code: str, zone: str) -> dict[str, str]:
    return {"at": zone, "place": place_of(code, zone, sight.now), **clock_words(sight.now, zone)}


def _work(sight: Sight, networks: Sequence[Network]) -> dict[str, Any]:
    """How many are overdue, and the network that is farthest past its limit or nearest to it."""
    rows = sorted((sight.standing[each.id] for each in networks), key=lambda row: (_left_s(row), row["id"]))
    if not rows:
        return {"late": 0, "head": "", "name": "", "rest": ""}
    late, first = sum(row["overdue"] for row in rows), rows[0]
    limit = "" if first["limit_s"] is None else f" of {duration(first['limit_s'] * SECOND)}"
    return {
        "late": late,
        "head": f"{late:,} overdue" if late else "nothing overdue",
        "name": first["name"],
        "rest": f", {stage_name(Stage(first['stage']))} {duration(first['held_s'] * SECOND)}{limit}",
    }


def _left_s(row: Json) -> float:
    """For how long a network may stay in its stage; below nothing where it is overdue."""
    return float("inf") if row["limit_s"] is None else row["limit_s"] - row["held_s"]


def _reach(sight: Sight, networks: list[Network]) -> dict[str, Any]:
    """Accounts reached by the networks that aim at the country, each account once."""
    reach = sight.reach_of(networks) if networks else None
    figure = reach.figure if reach else Hedged.nothing_said() if networks else Hedged.exactly(0)
    is_one = figure.qualifier is Qualifier.EXACTLY and figure.low == 1
    parts: Parts = number_parts(figure, columns=2)
    held = sight.held(RecordType.AUDIENCE_OBSERVED) if networks else ""
    return {
        "number": parts,
        "how": how_known(reach) if reach else "not counted yet" if networks else "",
        "label": held or reach_sentence(sight.surface, one=is_one),
        "held": bool(held),
    }


def _vote(vote: Vote | None) -> dict[str, str]:
    if vote is None:
        return {"n": "–", "label": NO_VOTE, "sub": ""}
    more = f"; {vote.more:,} more vote{'s' * (vote.more > 1)}" if vote.more else ""
    return {"n": vote.n, "label": vote.label, "sub": f"{vote.sub}{more}"}
