"""The graph of a network as the tables have it: whose nodes, which links, what is left out and what lies beyond."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.drilldown import graph as drilldown
from app.drilldown.graph import Asked, NetworkGraph, network_graph, shared_of
from app.graph import laid_out
from app.hedged import Hedged
from app.vocabulary import GROUPS
from tests import makers as m
from tests.room import Room, at


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    opened = Room(engine_url, now=at("2018-10-26T14:00:00Z"))
    opened.send(
        [
            m.network_reported("n1", code_name="Harbour Finch"),
            m.network_reported("n2", code_name="Long Gallery"),
            *(m.asset_detected(f"a{n}") for n in range(1, 6)),
            *(m.asset_detected(f"b{n}", network="n2") for n in range(1, 4)),
            m.link_observed("a1", "a2", weight=3.0),
            m.link_observed("a2", "a1", signal="same_text", weight=0.5),
            m.link_observed("a1", "a3", weight=1.0),
            m.link_observed("a3", "b1", weight=2.0),
            m.link_observed("b1", "b2", weight=2.0),
            m.link_observed("a4", "nobody", weight=2.0),
        ]
    )
    yield opened
    opened.close()


def drawn(room: Room, id: str = "n1", asked: Asked | None = None) -> NetworkGraph:
    board = room.board
    network = board.find(id)
    assert network is not None
    with room.database.read() as connection:
        return network_graph(connection, network, shared_of(network, board.networks.values()), asked)


def ids(graph: NetworkGraph) -> list[str]:
    return [node.id for node in graph.nodes]


def ends(graph: NetworkGraph) -> set[tuple[str, str, str]]:
    return {(edge.a, edge.b, edge.signal) for edge in graph.edges}


INNER = {("a1", "a2", "shared_admin"), ("a1", "a2", "same_text"), ("a1", "a3", "shared_admin")}


def test_a_network_has_its_assets_and_the_links_between_them_the_most_linked_first(room: Room) -> None:
    graph = drawn(room)
    assert ids(graph) == ["a1", "a2", "a3", "a4", "a5"]
    assert ends(graph) == INNER
    assert (graph.assets, graph.links, graph.weights) == (5, 3, (0.5, 3.0))
    assert graph.signals == {"same_text": 1, "shared_admin": 2}
    assert [node.links for node in graph.nodes] == [3, 2, 1, 0, 0]


def test_signals_and_weight_narrow_the_links_and_leave_nodes_and_picture(room: Room) -> None:
    everything = drawn(room)
    heavy = drawn(room, asked=Asked(least=1.0))
    assert ends(heavy) == INNER - {("a1", "a2", "same_text")}
    assert ends(drawn(room, asked=Asked(frozenset({"same_text"})))) == {("a1", "a2", "same_text")}
    assert ends(drawn(room, asked=Asked(frozenset({"same_text"}), 0.6))) == set()
    assert ids(heavy) == ids(everything)
    assert laid_out(heavy.core) == laid_out(everything.core)


def test_expansion_brings_neighbours_of_other_networks_and_their_links(room: Room) -> None:
    graph = drawn(room, asked=Asked(expanded=("a3",)))
    assert [(node.id, node.home) for node in graph.nodes if node.outside] == [("b1", "n2")]
    assert ends(graph) == INNER | {("a3", "b1", "shared_admin")}
    assert (graph.core, graph.own) == (drawn(room).core, 5)


def test_expansion_goes_on_from_a_node_that_it_brought(room: Room) -> None:
    graph = drawn(room, asked=Asked(expanded=("a3", "b1")))
    assert [node.id for node in graph.nodes if node.outside] == ["b1", "b2"]
    assert [node.id for node in drawn(room, asked=Asked(expanded=("b1",))).nodes if node.outside] == []


def test_expansion_keeps_to_the_links_that_were_asked_for(room: Room) -> None:
    assert [n for n in drawn(room, asked=Asked(least=2.5, expanded=("a3",))).nodes if n.outside] == []


def test_an_asset_that_nobody_detected_is_no_node(room: Room) -> None:
    assert "nobody" not in ids(drawn(room, asked=Asked(expanded=("a4",))))


def test_a_large_network_shows_the_most_linked_and_counts_all(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drilldown, "MOST_NODES", 2)
    graph = drawn(room)
    assert ids(graph) == ["a1", "a2"]
    assert ends(graph) == INNER - {("a1", "a3", "shared_admin")}
    assert (graph.assets, graph.links, graph.own) == (5, 3, 2)
    assert ids(drawn(room, asked=Asked(expanded=("a1",)))) == ["a1", "a2", "a3"]


def test_more_neighbours_than_a_node_may_add_are_counted(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drilldown, "MOST_NEIGHBOURS", 2)
    weights = {"b1": 1.0, "b2": 9.0, "b3": 5.0}
    room.send(m.link_observed("a5", other, weight=weight) for other, weight in weights.items())
    graph = drawn(room, asked=Asked(expanded=("a5",)))
    assert [node.id for node in graph.nodes if node.outside] == ["b2", "b3"]
    assert graph.more == 1


def test_a_merged_network_has_the_assets_of_both(room: Room) -> None:
    room.send([m.networks_merged("n1", ["n2"])])
    graph = drawn(room)
    assert sorted(ids(graph)) == ["a1", "a2", "a3", "a4", "a5", "b1", "b2", "b3"]
    assert ("a3", "b1", "shared_admin") in ends(graph)
    assert [node for node in graph.nodes if node.outside] == []


def test_a_withdrawn_link_is_gone(room: Room) -> None:
    room.send([m.record_withdrawn(m.link_observed("a1", "a3", weight=1.0))])
    assert ends(drawn(room)) == INNER - {("a1", "a3", "shared_admin")}


def test_assets_that_an_overlap_names_are_shared_whichever_network_it_was_said_of(room: Room) -> None:
    room.send([m.network_overlapped("n1", "n2", shared=["a1"]), m.network_overlapped("n2", "n1", shared=["a2", "b9"])])
    assert [node.id for node in drawn(room).nodes if node.shared] == ["a1", "a2"]


def test_followers_are_known_as_far_as_somebody_said(room: Room) -> None:
    room.send(
        [
            m.accounts_observed("a1", ["x", "y", "z"]),
            m.count_observed("a2", {"qualifier": "more than", "value": 28_000}),
            m.sketch_observed("a3", [f"x{n}" for n in range(400)]),
            m.asset_detected("a6", kind="group"),
            m.accounts_observed("a6", ["x"], part=True),
            m.count_observed("a6", 10, part=True, at="2018-10-21T00:00:00Z"),
        ]
    )
    nodes = {node.id: node for node in drawn(room).nodes}
    assert nodes["a1"].followers == Hedged.exactly(3)
    assert nodes["a2"].followers == Hedged.more_than(28_000)
    assert nodes["a3"].followers is not None
    assert nodes["a3"].followers.low == pytest.approx(400, rel=0.03)
    assert nodes["a4"].followers is None
    assert nodes["a6"].surface == GROUPS
    assert nodes["a6"].followers == Hedged.between(10, 11)
