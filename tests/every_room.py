"""Rooms in which every scene must hold: the demo's story, nothing at all, names written to do harm, and very much.

    for state, made in STATES.items(): room.send(made())

``hostile`` has a name of those under investigation in every text that a record can carry; ``huge`` has hundreds of
networks, sources, waves and elections, and the largest figures that the door lets in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from app.board import Board
from app.demo.story import END, FIRST_DAY, story
from app.networks import Network
from app.vocabulary import DAY, HOUR, MINUTE, Rung, Stage, isoformat
from dashboards.scenes import Scene
from tests import hostile, makers
from tests.makers import Event
from tests.situation_views import HOSTILE

__all__ = ["END", "FIRST_DAY", "LIMITS_S", "MADE", "STATES", "subject_of", "subjects"]

MADE = "x-made"
"""An element, an attribute and a template that only a name could have brought in."""

_MARKED = f"<{MADE} onclick=alert(1)>\"' {MADE}=1><{MADE}>%{{{MADE}}} $\\href{{{MADE}}}$ {{{{7*7}}}}</script><b>"
_RUN = "Q" * 400
"""No chart label has more than 60 of them."""

NAMES = (_MARKED, *HOSTILE.values(), *(name for name in hostile.NAMES.values() if name), _RUN)

SOURCES = (makers.SOURCE, f"//x/<{MADE} {MADE}=1>\"'&", "//x/" + "Q" * 200, "//x/شبكة", "//x/{{7*7}}/%{x}")
NEVER_HEARD = f"//never/<{MADE}>" + "Q" * 100
LIMITS_S = {NEVER_HEARD: 600}
"""For the hostile room: a silent source with a hostile name stands in the header."""

COUNTRIES = re.findall(
    "[A-Z]{2}",
    "US GB BR CA DE FR PL UA RO NL ES IT SE MD GE TR EG NG KE ZA IN PH TW JP AU MX CO AR RS MK BA XK CD CF GQ ST VC PG "
    "FK KI",
)
CURRENCIES = ("USD", "BRL", "CAD", "EUR", "GBP", "INR", "NGN", "UAH")
WORDS = re.findall(
    "[A-Z][a-z]+",
    "Amber Basalt Cinder Dapple Ember Fallow Garnet Hollow Indigo Juniper Kestrel Lantern Marble Nettle Orchard Pewter "
    "Quarry Russet Saffron Thistle Umber Velvet Willow Yarrow",
)


def _ago(span: int) -> str:
    return isoformat(END - span)


def told() -> list[Event]:
    """The demo's story, to its end, and the alarms that the lookout of a room would have raised."""
    return [*(beat.event for beat in story()), *_alarms()]


def _alarms() -> Iterator[Event]:
    yield makers.alarm_raised(
        "late", "stage_limit", "low-tide", part="confirmed", since=_ago(51 * HOUR), limit=48 * 3_600, at=_ago(3 * HOUR)
    )
    figure = {"qualifier": "about", "value": 2_400_000}
    yield makers.alarm_raised(
        "wide", "reach_limit", "quiet-orchard", part="facebook:page", since=_ago(30 * HOUR), figure=figure,
        limit=1_000_000, at=_ago(30 * HOUR),
    )  # fmt: skip
    yield makers.alarm_acknowledged("wide", at=_ago(29 * HOUR))
    source = "//detectors.example/warroom-demo/audiences"
    yield makers.alarm_raised("quiet", "silent_source", source, since=_ago(2 * HOUR), limit=600, at=_ago(2 * HOUR))
    yield makers.alarm_cleared("quiet", at=_ago(HOUR))


def nothing() -> list[Event]:
    """No record at all."""
    return []


def names_that_do_harm() -> list[Event]:
    """A network or more in every stage, and a hostile name wherever a record has room for one."""
    return list(_harmful())


def _harmful() -> Iterator[Event]:
    names, sources = cycle(NAMES), cycle(SOURCES)

    def name() -> str:
        return next(names)

    def speaker() -> str:
        return next(each for each in names if each.strip())

    for n, country in enumerate(("US", "BR", "GB")):
        opens, closes = END + (n * 3 - 1) * DAY, END + (n * 3) * DAY
        polls = {"polls_open": isoformat(opens), "polls_close": isoformat(closes)}
        yield makers.election_scheduled(f"e{n}", country=country, name=speaker(), at=_ago(20 * DAY), **polls)
    for n, stage in enumerate((*Stage, *Stage, *Stage)):
        network, source, since = f"n{n}", next(sources), _ago((n % 5 + 1) * 13 * HOUR)
        yield makers.network_reported(
            network,
            at=since,
            source=source,
            code_name=NAMES[n % len(NAMES)],
            title=name(),
            targets=["US", "BR", "GB"][: n % 3 + 1],
            origins=["IR"],
            topics=[name(), name()],
            personas=[name()],
            elections=[f"e{n % 3}"],
        )
        yield from _harmful_assets(network, since, source, name)
        yield makers.statement_made(
            network, by=speaker(), at=since, assets={"facebook:page": 30}, attribution=name(), source_url=name()
        )
        rung, by = list(Rung)[n % len(Rung)], [speaker(), speaker()]
        claim = f"linked to Iran {speaker()}"
        yield makers.attribution_assessed(
            network, rung, at=since, claim=claim, by=by[0], approved_by=by, evidence=[name()]
        )
        yield makers.network_overlapped(network, f"n{(n + 1) % 18}", at=since, basis=name(), shared=[name()])
        yield makers.note_written(network, speaker(), at=since, by=speaker())
        yield makers.stage_changed(network, stage, at=_ago((n % 7) * 9 * HOUR), by=speaker(), why=name(), source=source)


def _harmful_assets(network: str, since: str, source: str, name: Callable[[], str]) -> Iterator[Event]:
    yield makers.alarm_raised(f"{network}-late", "stage_limit", network, part=name()[:400], since=since, at=since)
    yield makers.alarm_raised(f"{network}-quiet", "silent_source", f"//x/{name()}"[:400], since=since, at=since)
    if name():
        yield makers.alarm_acknowledged(f"{network}-quiet", name().strip() or "x", at=_ago(HOUR))
    for place, kind in enumerate(("page", "group", "account")):
        asset = f"{network}-a{place}"
        said = {"name": name(), "handle": name(), "url": name(), "language": name()}
        yield makers.asset_detected(asset, network=network, kind=kind, at=since, source=source, **said)
        yield makers.count_observed(asset, 900 * (place + 1), at=since, source=source)
        removed = {"wave": name(), "by": name(), "reason": name()}
        yield makers.asset_removed(asset, at=_ago(20 * MINUTE), source=source, **removed)
    yield makers.asset_restored(f"{network}-a1", at=_ago(10 * MINUTE), by=name(), reason=name(), wave=name())
    yield makers.ad_observed(f"{network}-ad", f"{network}-a0", at=since)
    yield makers.event_hosted(f"{network}-e", [f"{network}-a0"], at=since, title=name(), place=name())
    yield makers.post_observed(f"{network}-p", f"{network}-a0", at=since, text=name(), url=name(), topics=[name()])
    yield makers.link_observed(f"{network}-a0", f"{network}-a1", at=since, signal="shared_admin")
    yield makers.link_observed(f"{network}-a0", f"{network}-a2", at=since, signal=name().strip()[:400] or "x")
    seen = {"kind": "text", "network": network, "asset": f"{network}-a0", "technique": name(), "comment": name()}
    yield makers.indicator_observed(f"{network}-i", name().strip()[:400] or "x", at=since, **seen)


SPENT: dict[str, list[dict[str, Any]]] = {
    "copper-bell": [
        {"currency": "USD", "minor": 450_000},
        {"currency": "CAD", "qualifier": "about", "minor": 210_000},
    ],
    "dry-well": [{"currency": "BRL", "minor": 1_234_567}, {"currency": "BRL", "minor": 65_433}],
    "far-lamp": [{"currency": "JPY", "qualifier": "less than", "minor": 150_000}],
}
"""What three networks paid for ads, each in its own currencies."""


def spent_in_several() -> list[Event]:
    """Three networks that paid for ads in dollars of two countries, reais and yen."""
    return list(_spent())


def _spent() -> Iterator[Event]:
    opens = END + 11 * DAY
    yield makers.election_scheduled("us", name="US midterms", polls_open=isoformat(opens), at=_ago(60 * DAY))
    for n, (network, amounts) in enumerate(SPENT.items()):
        since, page = _ago((n + 2) * 20 * HOUR), f"{network}-page"
        yield makers.network_reported(network, at=since, targets=["US"], elections=["us"])
        yield makers.asset_detected(page, network=network, at=since)
        yield makers.count_observed(page, {"qualifier": "about", "value": 41_000 + 1_000 * n}, at=since)
        for place, spend in enumerate(amounts):
            yield makers.ad_observed(f"{network}-ad{place}", page, at=since, spend=spend, first_day="2018-09-03")
        yield makers.stage_changed(network, [Stage.UNDER_REVIEW, Stage.CONFIRMED, Stage.REMOVED][n], at=_ago(9 * HOUR))


def very_much() -> list[Event]:
    """Hundreds of networks in every stage, in 40 countries, with figures as large as the door lets in."""
    return list(_much())


NETWORKS = 320


def _much() -> Iterator[Event]:
    for n, country in enumerate(COUNTRIES[:24]):
        opens = END + (n - 4) * 20 * HOUR
        polls = {"polls_open": isoformat(opens), "polls_close": isoformat(opens + 14 * HOUR)}
        name = f"{country} general election"
        yield makers.election_scheduled(f"e{n}", country=country, name=name, at=_ago(90 * DAY), **polls)
    stages = (*Stage, Stage.DETECTED, Stage.UNDER_REVIEW, Stage.REMOVED)
    for n in range(NETWORKS):
        network, since, source = f"n{n}", _ago((n % 90 + 1) * 31 * HOUR), f"//detectors.example/source-{n % 40}"
        code_name = f"{WORDS[n % 24]} {WORDS[n * 7 // 24 % 24]}"
        targets = [COUNTRIES[(n + step) % len(COUNTRIES)] for step in range(n % 6 + 1)]
        said = {"origins": ["IR", "RU", "MM"][n % 3 :], "elections": [f"e{n % 24}", f"e{(n + 1) % 24}"]}
        yield makers.network_reported(network, at=since, source=source, code_name=code_name, targets=targets, **said)
        for place, kind in enumerate(("page", "group")):
            asset = f"{network}-a{place}"
            yield makers.asset_detected(asset, network=network, kind=kind, at=since, source=source)
            figure = {"qualifier": "about", "value": 9_876_543 - 12_345 * n}
            yield makers.count_observed(asset, figure, at=since, source=source)
        insta = f"{network}-i"
        yield makers.asset_detected(insta, network=network, platform="instagram", kind="account", at=since)
        yield makers.count_observed(insta, {"qualifier": "more than", "value": 987_654}, at=since)
        spend = {"currency": CURRENCIES[n % 8], "qualifier": "more than", "minor": 987_654_300}
        yield makers.ad_observed(f"{network}-ad", f"{network}-a0", at=since, spend=spend)
        yield makers.event_hosted(f"{network}-e", [f"{network}-a0"], at=since)
        stated: dict[str, Any] = {
            "facebook:page": {"qualifier": "more than", "value": 9_876},
            "facebook:account": 12_345,
            "facebook:group": 1_234,
            "instagram:account": {"qualifier": "about", "value": 8_765},
        }
        reach = {"facebook:page": {"qualifier": "between", "low": 9_000_000, "high": 13_000_000}}
        yield makers.statement_made(network, at=since, assets=stated, reach=reach, interested=9_876_543)
        rung = list(Rung)[n % len(Rung)]
        yield makers.attribution_assessed(
            network, rung, at=since, claim="linked to Iran, Russia and Myanmar", approved_by=["lead", "second lead"]
        )
        yield makers.network_overlapped(network, f"n{(n + 1) % NETWORKS}", at=since, shared=[f"s{n}" for n in range(9)])
        stage = stages[n % len(stages)]
        huge = {"qualifier": "between", "low": 9_000_000, "high": 13_000_000}
        yield makers.alarm_raised(
            f"{network}-wide", "reach_limit", network, part="facebook:page", since=since, figure=huge, limit=1_000_000,
            at=since,
        )  # fmt: skip
        if stage is Stage.REMOVED:
            yield makers.alarm_cleared(f"{network}-wide", at=_ago(n * MINUTE))
            for asset in (f"{network}-a0", f"{network}-a1", insta):
                removed_at = END - (n * 37 % 4_000) * MINUTE
                yield makers.asset_removed(asset, at=isoformat(removed_at), wave=f"Wave {n // 9} of the autumn sweep")
            if n % 4 == 0:
                yield makers.asset_restored(f"{network}-a1", at=_ago(MINUTE))
        yield makers.stage_changed(network, stage, at=isoformat(END - (n * 53 % 9_000) * MINUTE))


STATES: dict[str, Callable[[], list[Event]]] = {
    "live": told,
    "empty": nothing,
    "hostile": names_that_do_harm,
    "huge": very_much,
}
"""What each room was told."""


def subjects(scene: Scene, board: Board) -> list[str]:
    """What a scene is opened for: nothing, or networks of the room in every stage that it has."""
    if not scene.about:
        return [""]
    assert scene.about == "network", f"{scene.name}: these rooms have no {scene.about} to show"
    by_stage: dict[Stage, Network] = {}
    for network in sorted(board.networks.values(), key=lambda network: (-sum(network.assets.values()), network.id)):
        by_stage.setdefault(network.stage, network)
    return [network.id for network in by_stage.values()]


def subject_of(scene: Scene, board: Board) -> str:
    """One of them, the one with the most assets; in an empty room one that nobody knows."""
    return next(iter(subjects(scene, board)), "nobody")
