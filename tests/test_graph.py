"""Where nodes stand: always there, always the same, and where they were yesterday."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterable
from itertools import combinations
from math import dist, isfinite

import pytest

from app.graph import GRID, Graph, Picture, beside, laid_out

HEADS = 6


def chain(n: int, name: str = "c") -> list[tuple[str, str]]:
    return [(f"{name}{i}", f"{name}{i + 1}") for i in range(n - 1)]


def star(n: int, name: str = "s") -> list[tuple[str, str]]:
    return [(f"{name}0", f"{name}{i}") for i in range(1, n)]


def clique(n: int, name: str = "k") -> list[tuple[str, str]]:
    return list(combinations([f"{name}{i}" for i in range(n)], 2))


def graph(edges: Iterable[tuple[str, str]], *more: str) -> Graph:
    edges = list(edges)
    return Graph.of([*more, *(id for edge in edges for id in edge)], edges)


def tangle(n: int, edges: int) -> Graph:
    chance = random.Random(7)
    ids = [f"a{i}" for i in range(n)]
    return Graph.of(ids, [(chance.choice(ids), chance.choice(ids)) for _ in range(edges)])


GRAPHS = {
    "nothing": graph([]),
    "one node": graph([], "a"),
    "two nodes": graph([], "a", "b"),
    "a pair": graph([("a", "b")]),
    "a chain": graph(chain(40)),
    "a star": graph(star(60)),
    "a clique": graph(clique(20)),
    "no edges": graph([], *(f"a{i}" for i in range(700))),
    "components": graph([*star(30), *clique(7), *chain(2), *chain(3, "d")], "x", "y", "z"),
    "many": tangle(2_000, 10_000),
    "many pieces": tangle(2_000, 900),
}


@pytest.mark.parametrize("case", GRAPHS)
def test_every_node_has_a_place_of_its_own_inside_the_square(case: str) -> None:
    made = GRAPHS[case]
    places = laid_out(made).places
    assert sorted(places) == list(made.nodes)
    assert all(isfinite(x) and 0 <= x <= 1 for place in places.values() for x in place)
    assert len(set(places.values())) == len(places)


@pytest.mark.parametrize("case", GRAPHS)
def test_a_picture_that_was_kept_is_the_one_that_was_made(case: str) -> None:
    made = laid_out(GRAPHS[case])
    assert Picture.decoded(made.encoded()) == made
    assert laid_out(GRAPHS[case], made) == made


def test_the_order_in_which_a_graph_is_told_changes_nothing() -> None:
    nodes, edges = [f"a{i}" for i in range(60)], [(f"a{i * 7 % 60}", f"a{i * i % 60}") for i in range(80)]
    told = Graph.of(nodes, edges)
    chance = random.Random(1)
    other = Graph.of(chance.sample(nodes, 60), [(b, a) for a, b in chance.sample(edges, 80)])
    assert told.digest == other.digest
    assert laid_out(told).encoded() == laid_out(other).encoded()


TOLD_ELSEWHERE = """
from app.graph import Graph, beside, laid_out
ids = {f"a{i}" for i in range(90)}
edges = {(f"a{i * 7 % 80}", f"a{i * i % 80}") for i in range(120)}
first = Graph.of(ids, edges)
more = Graph.of(ids | {"n1", "n2", "n3"}, edges | {("n1", "a3"), ("n2", "a3")})
drawn = laid_out(first)
print((drawn.encoded() + laid_out(more, drawn).encoded() + beside(more, drawn).encoded()).hex())
"""


def test_another_process_draws_the_same_bytes() -> None:
    def told(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", TOLD_ELSEWHERE],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert told("1") == told("2") != ""


def test_other_structure_has_another_digest() -> None:
    digests = [graph([("a", "b")]), graph([("a", "b")], "c"), graph([("a", "c")], "b"), graph([], "a", "b")]
    assert len({each.digest for each in digests}) == len(digests)


def test_linked_nodes_stand_nearer_than_others() -> None:
    made = graph([*clique(8, "k"), *clique(8, "m"), ("k0", "m0")])
    places = laid_out(made).places
    within = [dist(places[a], places[b]) for a, b in made.pairs]
    across = [dist(places[f"k{i}"], places[f"m{j}"]) for i in range(8) for j in range(8)]
    assert sum(within) / len(within) < 0.75 * sum(across) / len(across)


def test_the_largest_component_has_the_middle_and_no_other_stands_in_it() -> None:
    made = graph([*clique(30), *(edge for i in range(9) for edge in clique(3, f"t{i}-"))])
    places = laid_out(made).places
    xs, ys = zip(*(places[f"k{i}"] for i in range(30)), strict=True)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    radii = (max(xs) - min(xs)) / 2, (max(ys) - min(ys)) / 2
    assert dist(middle, (0.5, 0.5)) < 0.1
    others = [((x - middle[0]) / radii[0], (y - middle[1]) / radii[1]) for id, (x, y) in places.items() if id[0] != "k"]
    assert min(dist(other, (0, 0)) for other in others) > 1


def test_nodes_without_links_stand_in_rows_at_the_lower_edge() -> None:
    alone = [f"z{i}" for i in range(50)]
    places = laid_out(graph(star(20), *alone)).places
    rows = {places[id][1] for id in alone}
    assert len(rows) == 2
    assert max(rows) < min(places[f"s{i}"][1] for i in range(20))


def test_one_more_node_moves_no_other_and_stands_near_what_it_is_linked_with() -> None:
    before = laid_out(GRAPHS["components"])
    more = Graph.of([*GRAPHS["components"].nodes, "new"], [*GRAPHS["components"].pairs, ("new", "s3")])
    after = laid_out(more, before)
    assert {id: after.places[id] for id in before.places} == before.places
    assert dist(after.places["new"], before.places["s3"]) < 0.15
    assert after.places["new"] not in before.places.values()


def test_a_node_without_links_joins_the_rows() -> None:
    before = laid_out(graph(star(20), "z1", "z2"))
    after = laid_out(graph(star(20), "z1", "z2", "z3"), before)
    assert after.places["z3"][1] == pytest.approx(after.places["z1"][1], abs=1e-4)
    assert min(dist(after.places["z3"], place) for place in before.places.values()) >= 0.99 * GRID


def test_a_node_that_leaves_moves_no_other() -> None:
    before = laid_out(graph(star(20)))
    after = laid_out(graph(star(19)), before)
    assert after.places == {id: place for id, place in before.places.items() if id != "s19"}


def test_a_picture_that_grew_little_by_little_is_drawn_anew_once_it_is_another_one() -> None:
    picture = laid_out(graph(star(40)))
    for n in range(41, 51):
        picture = laid_out(graph(star(n)), picture)
        assert picture.settled == 40
    assert laid_out(graph(star(51)), picture) == laid_out(graph(star(51)))


def test_neighbours_stand_beside_a_picture_of_which_nothing_moves() -> None:
    before = laid_out(graph(star(HEADS)))
    more = graph([*star(HEADS), *((f"s{i}", f"n{i}-{j}") for i in range(HEADS) for j in range(9))])
    after = beside(more, before)
    assert {id: after.places[id] for id in before.places} == before.places
    assert len(set(after.places.values())) == len(more.nodes)


def test_an_edge_that_leads_outside_or_back_is_left_out() -> None:
    made = Graph.of(["a", "b"], [("a", "b", "x"), ("b", "a", "y"), ("a", "a", "x"), ("a", "elsewhere", "x")])
    assert made.pairs == (("a", "b"),)
