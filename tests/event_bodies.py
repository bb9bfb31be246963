"""What single records may say, for Hypothesis: every type, every hedge, over worlds of a few networks and assets.

Every record draws all its values by itself. If a field were a function of the thing it is about, every order of arrival
would give the same, and a program that lets the last arrival win would pass.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from app.vocabulary import RecordType, Rung, Stage, TookPlace
from tests.makers import sketch_of

SPEAKERS = ("platform", "researchers", "press")
ELECTIONS = ("us-2018", "br-2018")
CURRENCIES = ("USD", "CAD", "BRL")
ACCOUNTS = tuple(f"x{n}" for n in range(4_000))

Bodies = st.SearchStrategy[tuple[RecordType, str | None, dict[str, Any]]]
"""Type, subject and data."""


class World(NamedTuple):
    """How many networks and assets there are, and on which surfaces: the fewer, the more often records meet."""

    networks: int
    assets: int
    surfaces: tuple[str, ...]

    @property
    def network(self) -> st.SearchStrategy[str]:
        """Any network of it."""
        return st.sampled_from([f"n{n + 1}" for n in range(self.networks)])

    @property
    def asset(self) -> st.SearchStrategy[str]:
        """Any asset of it."""
        return st.sampled_from([f"a{n + 1}" for n in range(self.assets)])


WORLDS = (
    World(2, 3, ("facebook:page",)),
    World(3, 4, ("facebook:page", "facebook:page", "instagram:account")),
    World(3, 6, ("facebook:page", "facebook:group", "instagram:account")),
    World(5, 8, ("facebook:page", "facebook:account", "facebook:group", "instagram:account", "x:account")),
)


def of(*values: Any) -> st.SearchStrategy[Any]:
    """One of some values."""
    return st.sampled_from(values)


def _mostly(*weighed: tuple[int, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """One of several strategies, each so many times as often: ``one_of`` passes over what is in it twice."""
    dealt = [strategy for times, strategy in weighed for _ in range(times)]
    return st.sampled_from(dealt).flatmap(lambda strategy: strategy)


def _said(required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)


# --- figures and audiences --------------------------------------------------------------------------------------------


def _hedged(numbers: st.SearchStrategy[int], one: str, low: str, high: str) -> st.SearchStrategy[Any]:
    """A figure with every hedge there is."""
    plain = st.tuples(of("exactly", "about", "more than", "at least", "at most"), numbers)
    return st.one_of(
        plain.map(lambda said: {"qualifier": said[0], one: said[1]}),
        numbers.map(lambda n: {"qualifier": "less than", one: n + 1}),
        st.tuples(numbers, numbers).map(lambda ends: {"qualifier": "between", low: min(ends), high: max(ends)}),
        st.just({"qualifier": "none found"}),
    )


_few = st.integers(0, 4)
_numbers = st.one_of(_few, st.integers(0, 12), of(20, 30, 100, 1_500, 25_000, 28_000, 1_020_000))
counts = st.one_of(_numbers, _hedged(_numbers, "value", "low", "high"))
_cents = st.one_of(st.integers(0, 12), of(5_000, 10_000, 10_000, 600_000, 1_234_567))
_amounts = st.one_of(
    st.just({}), _cents.map(lambda n: {"minor": n}), _hedged(_cents, "minor", "low_minor", "high_minor")
)
money = st.tuples(of(*CURRENCIES), _amounts).map(lambda said: {"currency": said[0]} | said[1])
_stated_money = st.one_of(
    st.just({"qualifier": "none found"}),
    st.tuples(money, st.lists(of(*CURRENCIES), max_size=2, unique=True), st.booleans()).map(
        lambda said: said[0] | ({"paid_in": said[1]} if said[1] else {}) | ({"mostly": True} if said[2] else {})
    ),
)

_crowds = st.tuples(of(0, 2, 4), st.integers(1, 6))
_large_crowds = st.tuples(of(0, 300, 1_000), of(40, 700, 1_200, 3_000))


@cache
def _crowd(start: int, size: int) -> list[str]:
    return list(ACCOUNTS[start : start + size])


@cache
def _sketch(start: int, size: int, lg_k: int) -> dict[str, str]:
    return sketch_of(_crowd(start, size), lg_k)


_accounts = _crowds.map(lambda crowd: {"accounts": _crowd(*crowd)})
_sketches = st.tuples(st.one_of(_crowds, _large_crowds), of(14, 14, 12)).map(
    lambda said: {"sketch": _sketch(*said[0], said[1])}
)
_audiences = _mostly((3, _accounts), (1, _sketches), (2, counts.map(lambda count: {"count": count})))

# --- records ----------------------------------------------------------------------------------------------------------

_countries = st.lists(of("US", "GB", "IR", "BR"), max_size=2, unique=True)
_days = of("2016-06-02", "2018-01-12", "2018-09-30")
_speaker = of(*SPEAKERS)


class Records:
    """Strategies for what records may say about one world."""

    def __init__(self, world: World) -> None:
        network, asset, surface = world.network, world.asset, of(*world.surfaces)
        ids = st.lists(asset, min_size=1, max_size=3, unique=True)
        by_surface = st.dictionaries(surface, counts, min_size=1, max_size=2)
        self.reports = _bodies(RecordType.NETWORK_REPORTED, network, _REPORT)
        self.detections = _bodies(
            RecordType.ASSET_DETECTED,
            asset,
            st.tuples(surface, _said({}, network=network, name=of("Wake Up", "Thirst"), score=of(0.2, 0.7))).map(
                lambda said: dict(zip(("platform", "kind"), said[0].split(":"), strict=True)) | said[1]
            ),
        )
        self.audiences = _observations(asset, _audiences)
        self.lists = _observations(asset, _accounts)
        self.ads = _bodies(
            RecordType.AD_OBSERVED,
            of("ad1", "ad2", "ad3"),
            _said({"asset": asset}, spend=money, first_day=_days, last_day=of("2018-10-01", "2018-10-03")),
        )
        self.events = _bodies(
            RecordType.EVENT_HOSTED,
            of("e1", "e2", "e3"),
            _said({"assets": ids}, interested=counts, took_place=of(*map(str, TookPlace)), title=of("March", "Rally")),
        )
        self.statements = _bodies(
            RecordType.STATEMENT_MADE,
            network,
            _said(
                {"by": _speaker},
                assets=by_surface,
                reach=by_surface,
                spend=_stated_money,
                ads=counts,
                events=counts,
                interested=counts,
            ),
        )
        self.removals = _bodies(
            RecordType.ASSET_REMOVED, asset, _said({}, wave=of("first", "second"), by=_speaker, reason=of("spam"))
        )
        self.restorations = _bodies(RecordType.ASSET_RESTORED, asset, _said({}, wave=of("first"), reason=of("appeal")))
        self.overlaps = _bodies(
            RecordType.NETWORK_OVERLAPPED, network, _said({"with": of("n8", "n9")}, basis=of("some overlap"))
        )
        self.stages = _bodies(
            RecordType.STAGE_CHANGED, network, _said({"stage": of("removed", *map(str, Stage)), "by": _speaker})
        )
        self.assessments = _bodies(RecordType.ATTRIBUTION_ASSESSED, network, _ASSESSMENT)
        self.merges = _turned(
            of(RecordType.NETWORKS_MERGED, RecordType.NETWORKS_MERGED, RecordType.MERGE_UNDONE),
            st.tuples(network, st.lists(network, min_size=1, max_size=2, unique=True))
            .filter(lambda said: said[0] not in said[1])
            .map(lambda said: (said[0], {"absorbed": said[1], "by": "lead"})),
        )
        self.splits = _turned(
            of(RecordType.NETWORK_SPLIT, RecordType.NETWORK_SPLIT, RecordType.SPLIT_UNDONE),
            st.tuples(network, network, ids)
            .filter(lambda said: said[0] != said[1])
            .map(lambda said: (said[0], {"into": said[1], "assets": said[2], "by": "lead"})),
        )
        self.others = st.one_of(
            _bodies(RecordType.ELECTION_SCHEDULED, of(*ELECTIONS), _ELECTION),
            _bodies(RecordType.POST_OBSERVED, of("p1", "p2"), _said({"asset": asset, "text": of("Wake up.", "Rise.")})),
            _bodies(RecordType.LINK_OBSERVED, st.none(), _LINK),
            _bodies(RecordType.NOTE_WRITTEN, network, st.just({"text": "Looked at twice.", "by": "analyst"})),
        )

    def themes(self) -> list[Bodies]:
        """Records that meet: about moves (or those alone), words, reach, money, events, takedowns; and all of them."""
        moves = [(1, self.merges), (1, self.splits), (1, self.detections)]
        states = [(1, self.statements), (2, self.stages)]
        words = [(2, self.reports), (2, self.assessments), (1, self.overlaps), (1, self.others)]
        counted = [(1, self.audiences), (1, self.ads), (1, self.events), (1, self.removals), (1, self.restorations)]
        return [
            _mostly((4, self.merges), (3, self.splits), (2, self.detections), (1, self.reports), (1, self.stages)),
            _mostly((3, self.merges), (3, self.splits), (1, self.detections)),
            _mostly(*words, *states, *moves),
            _mostly((6, self.lists), (2, self.statements), *moves),
            _mostly((8, self.audiences), (2, self.statements), *moves),
            _mostly((6, self.ads), (3, self.statements), *moves),
            _mostly((6, self.events), (2, self.statements), *moves),
            _mostly((5, self.removals), (2, self.restorations), *states, *moves),
            _mostly(*counted, *words, *states, *moves),
        ]


_REPORT = _said(
    {},
    code_name=of("Harbour Finch", "Quiet Rook", "Tall Heron"),
    title=of("one", "two"),
    origins=_countries,
    targets=_countries,
    topics=st.lists(of("race", "migration"), max_size=2, unique=True),
    personas=st.lists(of("veterans"), max_size=1),
    elections=st.lists(of(*ELECTIONS), max_size=2, unique=True),
    detector_score=of(0.1, 0.5, 0.9),
    exercise=st.booleans(),
)
_ASSESSMENT = _said(
    {"claim": of("linked to Iran", "linked to Russia"), "rung": of(*map(str, Rung)), "by": _speaker},
    approved_by=st.one_of(of("lead", "chief"), st.just(["lead", "chief"]), st.just(["lead", "lead"])),
    evidence=st.just(["manual review"]),
)
_ELECTION = _said(
    {"country": of("US", "BR"), "name": of("midterms", "presidency")},
    polls_open=of("2018-11-06T11:00:00Z", "2018-10-28T11:00:00Z"),
)
_LINK = st.tuples(of("a2", "a3"), of("shared_admin", "co_sharing"), of(0.5, 3.0)).map(
    lambda said: {"a": "a1", "b": said[0], "signal": said[1], "weight": said[2]}
)


def _bodies(type: RecordType, subject: st.SearchStrategy[Any], data: st.SearchStrategy[dict[str, Any]]) -> Bodies:
    return st.tuples(st.just(type), subject, data)


def _observations(asset: st.SearchStrategy[str], audiences: st.SearchStrategy[dict[str, Any]]) -> Bodies:
    said = st.tuples(audiences, _said({}, part=st.booleans())).map(lambda said: said[0] | said[1])
    return _bodies(RecordType.AUDIENCE_OBSERVED, asset, said)


def _turned(types: st.SearchStrategy[Any], said: st.SearchStrategy[Any]) -> Bodies:
    return st.tuples(types, said).map(lambda both: (both[0], *both[1]))
