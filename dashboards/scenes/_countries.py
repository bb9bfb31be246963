"""The signs of countries: networks open there, which is nearest to its limit, reach, the next vote, the time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from app.amounts import number_parts
from app.hedged import Hedged, Qualifier
from app.language import _, ngettext
from app.networks import Network
from app.numerals import grouped
from app.vocabulary import SECOND, RecordType, Stage
from app.wording import country_name, reach_sentence
from dashboards.render import clock_words
from dashboards.scenes._countdown import NO_VOTE, Vote, next_vote, votes
from dashboards.scenes._reach import how_known
from dashboards.scenes._said import held_words, more_votes
from dashboards.scenes._sight import FRESH, Json, Sight
from dashboards.scenes._stages import is_overdue
from dashboards.scenes._zones import place_of, zone_of

SIGNS = 8
"""What stands on a wall in two rows."""

LISTED = 5
"""Networks that a sign names where one row is enough."""


@dataclass(frozen=True, slots=True)
class _Country:
    """A country, the open networks that aim at it, how many of them are overdue, its zone and its next vote."""

    code: str
    networks: list[Network]
    late: int
    zone: str
    vote: Vote | None

    @property
    def order(self) -> tuple[bool, float, int, str]:
        """What is overdue first, then the nearest vote, then most open networks."""
        at = inf if self.vote is None else self.vote.at
        return not self.late, at, -len(self.networks), country_name(self.code)


def signs(sight: Sight) -> dict[str, Any]:
    """``signs`` of the countries that matter most now, and ``more`` in words for the others."""
    found = sorted(_countries(sight), key=lambda country: country.order)
    rest = found[SIGNS:]
    late = sum(country.late > 0 for country in rest)
    more = _("and {n} more, {late} with something overdue") if late else _("and {n} more, nothing overdue there")
    few = len(found) <= SIGNS // 2
    return {
        "signs": [_sign(sight, country, LISTED if few else 0) for country in found[:SIGNS]],
        "few": few,
        "more": more.format(n=grouped(len(rest)), late=grouped(late)) if rest else "",
    }


def _countries(sight: Sight) -> Iterator[_Country]:
    """The targets of open networks, and where a vote is ahead."""
    aiming: dict[str, list[Network]] = {}
    for network in sight.open:
        for code in dict.fromkeys(network.targets):
            aiming.setdefault(code, []).append(network)
    ahead = votes(sight)
    for code in {*aiming, *ahead} - {""}:
        networks, zone = aiming.get(code, []), zone_of(code, sight.watch.zone)
        late = sum(is_overdue(sight, network) for network in networks)
        yield _Country(code, networks, late, zone, next_vote(sight, ahead.get(code, ()), zone))


def _sign(sight: Sight, country: _Country, listed: int) -> dict[str, Any]:
    n, zone = len(country.networks), country.zone
    return {
        "code": country.code,
        "name": country_name(country.code),
        "clock": {"at": zone, "place": place_of(zone), **clock_words(sight.now, zone)} if zone else None,
        "open": {
            "n": grouped(n),
            "label": ngettext("network open", "networks open", n),
            "fresh": n != _open_before(sight, country.code),
        },
        "work": _work(sight, country),
        "reach": _reach(sight, country.networks),
        "vote": _vote(country.vote),
        "list": _listed(sight, country, listed),
    }


def _open_before(sight: Sight, code: str) -> int:
    """How many of those that aim at a country were open half an hour ago."""
    return sum(code in each.targets and each.was_open(sight.now - FRESH) for each in sight.board.networks.values())


def _work(sight: Sight, country: _Country) -> dict[str, Any]:
    """How many are overdue, and the network that is farthest past its limit or nearest to it."""
    rows = _standing(sight, country)
    if not rows:
        return {"late": 0, "head": "", "name": "", "rest": ""}
    first, late = rows[0], country.late
    return {
        "late": late,
        "head": _("{n} overdue").format(n=grouped(late)) if late else _("nothing overdue"),
        "name": first["name"],
        "rest": _rest(first),
    }


def _listed(sight: Sight, country: _Country, most: int) -> dict[str, Any]:
    """The other networks by name, and how many have no room."""
    rows = _standing(sight, country)[1:]
    return {
        "rows": [{"name": row["name"], "rest": _rest(row), "late": row["overdue"]} for row in rows[:most]],
        "more": _("and {n} more").format(n=grouped(len(rows) - most)) if most and len(rows) > most else "",
    }


def _standing(sight: Sight, country: _Country) -> list[Json]:
    """Its networks, the one farthest past its limit or nearest to it first."""
    return sorted((sight.standing[each.id] for each in country.networks), key=lambda row: (_left_s(row), row["id"]))


def _rest(row: Json) -> str:
    return f", {held_words(row['held_s'] * SECOND, Stage(row['stage']))}"


def _left_s(row: Json) -> float:
    """For how long a network may stay in its stage; below nothing where it is overdue."""
    return inf if row["limit_s"] is None else row["limit_s"] - row["held_s"]


def _reach(sight: Sight, networks: list[Network]) -> dict[str, Any]:
    """Accounts reached by the networks that aim at the country, each account once."""
    reach = sight.reach_of(networks) if networks else None
    figure = reach.figure if reach else Hedged.nothing_said() if networks else Hedged.exactly(0)
    is_one = figure.qualifier is Qualifier.EXACTLY and figure.low == 1
    held = sight.held(RecordType.AUDIENCE_OBSERVED) if networks else ""
    return {
        "number": number_parts(figure, columns=2),
        "label": reach_sentence(sight.surface, one=is_one),
        "how": held or (how_known(reach) if reach else _("not counted yet") if networks else ""),
        "held": bool(held),
    }


def _vote(vote: Vote | None) -> dict[str, str]:
    if vote is None:
        return {"n": "", "label": _(NO_VOTE), "sub": ""}
    more = f"; {more_votes(vote.more)}" if vote.more else ""
    return {"n": vote.n, "label": vote.label, "sub": f"{vote.sub}{more}"}
