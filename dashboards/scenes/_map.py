"""The map: countries that open networks aim at, and where networks come from, as far as that was approved.

A network that nobody has approved an attribution of has no origin here, whatever its detector says; one that has, only
those that were approved. Networks that were
removed today stay until midnight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from app.atlas import COUNTRIES
from app.language import _, ngettext
from app.networks import Network
from app.numerals import grouped
from app.vocabulary import Rung, Stage
from app.wording import country_name, may_say
from dashboards.scenes._said import open_words
from dashboards.scenes._sight import Sight


def world(sight: Sight) -> dict[str, Any]:
    """Targets with the reach of the open networks there (each account once), approved origins, arcs between them."""
    gone = [network for network in sight.of_watch if _was_removed_today(sight, network)]
    aiming = _by_country((network, network.targets) for network in (*sight.open, *gone))
    placed = [network for network in (*sight.open, *gone) if _may_be_placed(network)]
    coming = _by_country((network, network.attributed_origins) for network in placed)
    arcs: dict[tuple[str, str], list[Network]] = {}
    for network in placed:
        for origin in dict.fromkeys(network.attributed_origins):
            for target in dict.fromkeys(network.targets):
                if target != origin:
                    arcs.setdefault((origin, target), []).append(network)
    return {
        "targets": [_target(sight, code, networks) for code, networks in aiming.items()],
        "origins": [_mark(code, _origin_words(code, networks, code in aiming)) for code, networks in coming.items()],
        "arcs": [
            {"from": _alpha3(origin), "to": _alpha3(target), "dotted": all(map(_is_faint, networks))}
            for (origin, target), networks in sorted(arcs.items())
        ],
    }


def _was_removed_today(sight: Sight, network: Network) -> bool:
    return network.stage is Stage.REMOVED and sight.is_today(network.stage_since)


def _may_be_placed(network: Network) -> bool:
    return network.approved is not None and may_say(Rung.ORIGINATED_IN, network.approved)


def _by_country(placed: Iterable[tuple[Network, tuple[str, ...]]]) -> dict[str, list[Network]]:
    """Networks by country, those of most networks first."""
    found: dict[str, list[Network]] = {}
    for network, codes in placed:
        for code in dict.fromkeys(codes):
            found.setdefault(code, []).append(network)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _target(sight: Sight, code: str, networks: list[Network]) -> dict[str, Any]:
    active = [network for network in networks if network.is_open]
    reach = sight.reach_of(active)
    # The disc of a bound is as large as what is sure.
    size = None if reach is None or reach.figure.is_absent else reach.figure.value or reach.figure.least
    return _mark(code, open_words(len(active)) if active else _("removed today")) | {"reach": size}


def _origin_words(code: str, networks: list[Network], is_target: bool) -> str:
    """What is said of an origin: "2 open", "removed today"; "domestic" where all of its networks aim at home alone."""
    if all(set(network.targets) == {code} for network in networks):
        return _("domestic")
    count = Counter(network.is_open for network in networks)
    if not count[True]:
        words = _("removed today") if count[False] == 1 else _removed(count[False])
    else:
        words = ", ".join((open_words(count[True]), *([_removed(count[False])] if count[False] else [])))
    return _("origin of {networks}").format(networks=words) if is_target and count[True] else words


def _removed(n: int) -> str:
    return ngettext("{n} removed today", "{n} removed today", n).format(n=grouped(n))


def _mark(code: str, text: str) -> dict[str, Any]:
    return {"iso3": _alpha3(code), "name": country_name(code), "text": text}


def _alpha3(code: str) -> str:
    return COUNTRIES[code].alpha3 if code in COUNTRIES else code


def _is_faint(network: Network) -> bool:
    """Whether no more was approved than where it originated."""
    return network.approved is Rung.ORIGINATED_IN
