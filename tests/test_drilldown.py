"""The list of networks: its order is total, its pages are the whole list, its facets count as a person would."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.board import Board
from app.drilldown import FACETS, SORTS, Asked, Sort, browse, latest_changes, ordered, ordering, page_of, sort_of
from app.drilldown.facets import values_of
from app.drilldown.figures import assets_of, events_of, reach_of, spend_of
from app.errors import BadRequest
from app.hedged import Hedged
from app.networks import Network
from app.vocabulary import DAY, HOUR, PAGES, Rung, Scope, Stage, Surface, Watch
from tests import makers
from tests.room import Room, at

NOW = at("2018-10-26T14:00:00Z")
WATCH = Watch(NOW - 30 * DAY)
ORIGINS = {"IR": "Iran", "RU": "Russia", "BR": "Brazil"}
MANY = 60


def told() -> Iterator[makers.Event]:
    """Sixty networks of every kind, always the same ones."""
    random = Random(4)
    for n in range(MANY):
        id, since = f"n{n}", NOW - random.randrange(1, 90) * DAY - random.randrange(24) * HOUR
        origin = random.choice(list(ORIGINS))
        words: dict[str, Any] = {"origins": [origin], "targets": random.sample(["US", "GB", "CA"], random.randrange(3))}
        words |= {"topics": random.sample(["race", "immigration", "votes"], random.randrange(4))}
        words |= {"elections": random.sample(["us-2018", "br-2018"], random.randrange(3))}
        words |= {"code_name": random.choice(["Low Tide", "low tide", "Paper Kite", "Ärmel", f"Name {n}"])}
        yield makers.network_reported(id, at=since, source=random.choice([makers.SOURCE, makers.OTHER_SOURCE]), **words)
        for stage in random.sample(list(Stage), random.randrange(3)):
            since += HOUR
            yield makers.stage_changed(id, stage, at=since)
        if random.random() < 0.5:
            rung, by = random.choice(list(Rung)), random.sample(["Ann", "Bo"], random.randrange(3))
            said = {"claim": f"Operated from {ORIGINS[origin]}", "approved_by": by or None}
            yield makers.attribution_assessed(id, rung, at=since, **said)
        for asset in range(random.randrange(4)):
            where = random.choice([{}, {}, {"platform": "instagram", "kind": "account"}, {"kind": "group"}])
            yield makers.asset_detected(f"{id}-{asset}", id, at=since + asset * HOUR, **where)
            figure = random.choice([{"qualifier": "about"}, {"qualifier": "more than"}, {"qualifier": "less than"}])
            yield makers.count_observed(f"{id}-{asset}", figure | {"value": random.choice([10, 2_000, 2_000, 300_000])})
        if random.random() < 0.3:
            money = {"currency": random.choice(["USD", "BRL"]), "qualifier": "less than", "minor": 10_000}
            yield makers.statement_made(id, events=random.randrange(9), spend=money, at=since)
    yield makers.networks_merged("n1", ["n2", "n3"], at=NOW - HOUR)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    folder: Path = tmp_path_factory.mktemp("drilldown")
    room = Room(f"sqlite:///{folder}/log.db", now=NOW)
    assert {answer.status for answer in room.send(told())} == {"accepted"}
    yield room.board
    room.close()


def several(*values: str) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.one_of(st.just(()), st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple))


scopes = st.builds(
    Scope,
    stage=several(*Stage),
    attributed=several(*ORIGINS, "undetermined"),
    target=several("US", "GB", "CA"),
    rung=several(*Rung, "none"),
    topic=several("race", "immigration", "votes"),
    platform=several("facebook", "instagram"),
    election=several("us-2018", "br-2018"),
    detector=several(makers.SOURCE, makers.OTHER_SOURCE),
    open_only=st.booleans(),
)
asked = st.builds(Asked, scopes, st.sampled_from(["", "", "low TIDE", "n1", "race"]))
sorts = st.sampled_from([sort for each in SORTS for sort in (each, Sort(each.column, not each.descending))][1:])


@given(asked, sorts, st.integers(1, 20))
def test_pages_together_are_the_whole_list(board: Board, asked: Asked, sort: Sort, size: int) -> None:
    networks = browse(board, asked).networks
    by = ordering(board, networks, asked.scope.platform)
    whole = [network.id for _, network in ordered(by, networks, sort)]
    pages, after = [], ""
    while True:
        page = page_of(by, networks, sort, size, after)
        assert len(page.networks) == size or not page.after
        pages += [network.id for network in page.networks]
        after = page.after
        if not after:
            break
    assert pages == whole
    assert sorted(whole) == sorted(network.id for network in networks)


@given(sorts, st.randoms(use_true_random=False))
def test_order_does_not_depend_on_how_the_networks_came(board: Board, sort: Sort, random: Any) -> None:
    networks = list(board.networks.values())
    by = ordering(board, networks)
    before = [network.id for _, network in ordered(by, networks, sort)]
    random.shuffle(networks)
    assert [network.id for _, network in ordered(by, networks, sort)] == before


@given(sorts)
def test_turned_round_the_order_is_reversed_but_for_ties_and_for_what_is_not_known(board: Board, sort: Sort) -> None:
    networks = board.networks.values()
    by = ordering(board, networks)
    other = Sort(sort.column, not sort.descending)
    if sort.column != "standing":
        there, back = (ordered(by, networks, each) for each in (sort, other))
        known = [place.key for place, _ in there if not place.group[1]]
        assert known == [place.key for place, _ in back if not place.group[1]][::-1]
        assert all(place.group[1] for place, _ in there[len(known) :])


figures = st.one_of(
    st.builds(Hedged.exactly, st.integers(0, 99)),
    st.builds(Hedged.about, st.sampled_from([10, 25, 90])),
    st.builds(Hedged.more_than, st.integers(0, 99)),
    st.builds(Hedged.less_than, st.integers(1, 99)),
    st.tuples(st.integers(0, 50), st.integers(50, 99)).map(lambda ends: Hedged.between(*ends)),
)


@given(figures, figures)
def test_intervals_sort_by_the_least_and_then_by_the_most(one: Hedged, other: Hedged) -> None:
    def ends(figure: Hedged) -> tuple[float, float]:
        return figure.least, float("inf") if figure.most is None else figure.most

    assert (one.sort_key() < other.sort_key()) == (ends(one) < ends(other))


def test_reach_falls_by_least_and_what_is_not_known_comes_last(board: Board) -> None:
    networks = board.networks.values()
    by = ordering(board, networks)
    found = [reach_of(board, network, by.surface) for _, network in ordered(by, networks, Sort("reach", True))]
    known = [figure for figure in found if not figure.is_absent]
    assert by.surface == PAGES
    assert [figure.least for figure in known] == sorted((figure.least for figure in known), reverse=True)
    assert 0 < len(known) < len(found)
    assert all(figure.is_absent for figure in found[len(known) :])


def test_open_networks_stand_above_closed_ones_of_which_the_latest_is_first(board: Board) -> None:
    networks = board.networks.values()
    found = [network for _, network in ordered(ordering(board, networks), networks, Sort())]
    closed = [network for network in found if not network.is_open]
    assert found[-len(closed) :] == closed
    assert [network.stage_since for network in closed] == sorted((n.stage_since for n in closed), reverse=True)


def test_amounts_stand_currency_by_currency(board: Board) -> None:
    networks = board.networks.values()
    order = ordered(ordering(board, networks), networks, Sort("spend"))
    money = [spend_of(board, network).money for _, network in order]
    assert [m.currency for m in money if m] == sorted(m.currency for m in money if m)
    assert {m.currency for m in money if m} == {"USD", "BRL"}


@given(asked)
def test_facets_count_what_somebody_would_count_by_hand(board: Board, asked: Asked) -> None:
    found = browse(board, asked)
    for facet in FACETS:
        others = {name: values for name, values in asked.chosen.items() if name != facet}
        counted = Counter(
            value
            for network in board.networks.values()
            if (network.is_open or not asked.scope.open_only) and _holds(network, asked.text)
            if all(values & values_of(board, network)[name] for name, values in others.items())
            for value in values_of(board, network)[facet]
        )
        assert dict(found.counts[facet]) == dict(counted)


def _holds(network: Network, text: str) -> bool:
    words = [network.code_name, *network.members, network.title, *network.personas, *network.topics]
    return all(any(word in each.casefold() for each in words) for word in text.casefold().split())


@given(scopes)
def test_list_is_the_scope_with_only_networks_of_its_platforms(board: Board, scope: Scope) -> None:
    found = browse(board, Asked(scope)).networks
    platforms = set(scope.platform)
    expected = [n for n in board.select(scope) if not platforms or platforms & values_of(board, n)["platform"]]
    assert list(found) == expected


def test_no_facet_names_an_origin_that_no_approved_claim_names(board: Board) -> None:
    counts = browse(board, Asked()).counts["attributed"]
    assert counts.keys() > {"undetermined"}
    for network in board.networks.values():
        approved = [claim for claim in network.claims if claim.approves]
        if not approved or network.approved is Rung.CANNOT_SAY:
            assert values_of(board, network)["attributed"] == {"undetermined"}


def test_platform_narrows_the_figures_as_well(board: Board) -> None:
    for network in board.networks.values():
        on = {surface: count for surface, count in network.assets_figure.items() if surface.platform == "instagram"}
        assert assets_of(network, ("instagram",)).low == sum(count.figure.low or 0 for count in on.values())
    networks = browse(board, Asked(Scope(platform=("instagram",)))).networks
    assert ordering(board, networks, ("instagram",)).surface == Surface("instagram", "account")


def test_ever_new_sets_of_platforms_leave_nothing_behind(board: Board) -> None:
    network = board.networks["n1"]

    def ask(n: int) -> None:
        platforms = ("facebook", f"none{n}")
        assert assets_of(network, platforms) == assets_of(network, ("facebook",))
        spend_of(board, network, platforms)
        events_of(board, network, platforms)

    ask(0)
    before = len(network._kept)
    for n in range(50):
        ask(n)
    assert len(network._kept) == before
    assert assets_of(network, ("none",)).low == 0


def test_events_of_a_row_are_those_that_the_measure_counts(board: Board) -> None:
    for network in board.networks.values():
        measured = board.measure("events", Scope(network=(network.id,)), now=NOW, watch=WATCH)
        assert events_of(board, network).low == measured["figure"].get("value", 0)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "A" * 3_000,
        "bnVsbA",
        *(
            base64.urlsafe_b64encode(json.dumps(said).encode()).decode()
            for said in (
                [],
                {},
                ["-reach", [0, 0], [1, 2, 3], "a/b"],
                ["-reach", [0, 7], [1], "n1"],
                ["-reach", [0, 0], ["word", 1], "n1"],
                ["-reach", [0, 0], [1.5], "n1"],
                ["-reach", [0, 0], [[1]], "n1"],
                ["-reach", 3, [1], "n1"],
                ["reach", [0, 0], [1, 0, 1], "n1"],
            )
        ),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused_by_its_field(board: Board, cursor: str) -> None:
    networks = board.networks.values()
    with pytest.raises(BadRequest) as wrong:
        page_of(ordering(board, networks), networks, Sort("reach", True), 5, cursor)
    assert wrong.value.field == "after"


@pytest.mark.parametrize("text", ["", "size", "--reach", "-standing", "-"])
def test_a_sort_that_is_none_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(BadRequest) as wrong:
        sort_of(text)
    assert wrong.value.field == "sort"


def test_latest_changes_are_the_newest_first_and_none_is_of_the_future(board: Board) -> None:
    found = latest_changes(board.networks.values(), now=NOW, watch=WATCH)
    assert len(found) == 15
    assert [change.at for change in found] == sorted((change.at for change in found), reverse=True)
    assert found[0].at <= NOW


def test_a_limit_that_was_passed_is_a_change_and_assets_of_an_hour_are_one(tmp_path: Path) -> None:
    room = Room(f"sqlite:///{tmp_path}/log.db", now=NOW)
    start = at("2018-10-20T10:00:00Z")
    room.send([makers.network_reported("n1", at=start)])
    room.send([makers.asset_detected(f"a{n}", "n1", at=start + n * HOUR // 10) for n in range(8)])
    room.send([makers.asset_removed("a1", at=start + 2 * HOUR), makers.asset_removed("a2", at=start + 2 * HOUR)])
    found = latest_changes(room.board.networks.values(), now=NOW, watch=WATCH)
    room.close()
    assert [(change.kind, change.n) for change in found] == [("limit", 24), ("removed", 2), ("found", 8), ("stage", 0)]


def test_only_networks_that_a_commit_is_about_have_changed_since(tmp_path: Path) -> None:
    room = Room(f"sqlite:///{tmp_path}/log.db", now=NOW)
    room.send([makers.network_reported(id) for id in ("n1", "n2", "n3")])
    seq = room.board.seq

    def changed() -> set[str]:
        board = room.board
        return {network.id for network in board.networks.values() if board.changed_at(network) > seq}

    assert changed() == set()
    room.send([makers.asset_detected("a1", "n2")])
    assert changed() == {"n2"}
    room.send([makers.networks_merged("n1", ["n3"])])
    assert changed() == {"n1", "n2"}
    seq = room.board.seq
    room.send([makers.merge_undone("n1", ["n3"], at=NOW)])
    assert changed() == {"n1", "n3"}
    room.close()
