"""Coordination in posts: who coincides with whom, how often, and who belongs together."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.countries import names_country
from app.detection import signals
from app.detection.code_names import FIRST, SECOND, code_names
from app.detection.communities import COMMUNITIES, components
from app.detection.networks import find_edges
from app.detection.signals import all_signals
from app.detection.signals.near_duplicate import words
from app.detection.terms import Terms
from app.errors import BadRequest
from app.records._checks import COUNTRIES
from tests.coaction import co_shares, found_in, read, shares, table, texts, weights

UNHURRIED = settings(deadline=None)
"""A busy machine is no fault of what is tested."""

SENTENCE = "the harbour will be closed on the day of the vote so go and look for another way"


def edges_of(*told: tuple[str, str, float], **terms: object) -> dict[tuple[str, str], int]:
    posts = shares(*told)
    return weights(posts, found_in(posts, **{"min_weight": 1, **terms}).edges)


def alike(*told: tuple[str, float, str], **terms: object) -> dict[tuple[str, str], int]:
    posts = texts(*told)
    return weights(posts, found_in(posts, **{"signals": ("near-duplicate",), "min_weight": 1, **terms}).edges)


# --- co-sharing -------------------------------------------------------------------------------------------------------


def test_two_accounts_that_share_the_same_within_the_window_have_an_edge_both_ways() -> None:
    assert edges_of(("a", "o", 0), ("b", "o", 59)) == {("a", "b"): 1, ("b", "a"): 1}


def test_the_end_of_the_window_is_in_it_and_what_is_beyond_is_not() -> None:
    assert edges_of(("a", "o", 1e9), ("b", "o", 1e9 + 60)) == {("a", "b"): 1, ("b", "a"): 1}
    assert edges_of(("a", "o", 1e9), ("b", "o", 1e9 + 60.000001)) == {}


def test_different_objects_are_nothing_in_common_even_at_the_same_instant() -> None:
    assert edges_of(("a", "o", 5), ("b", "p", 5)) == {}


def test_an_account_does_not_act_together_with_itself() -> None:
    assert edges_of(("a", "o", 0), ("a", "o", 1), ("a", "o", 2)) == {}


def test_the_weight_counts_posts_that_have_company_and_not_pairs() -> None:
    edges = edges_of(("a", "o", 0), ("b", "o", 1), ("b", "o", 2), ("b", "o", 3))
    assert edges == {("a", "b"): 1, ("b", "a"): 3}


def test_each_direction_needs_the_least_weight_by_itself() -> None:
    assert edges_of(("a", "o", 0), ("b", "o", 1), ("b", "o", 2), min_weight=2) == {("b", "a"): 2}


def test_a_post_with_no_object_shares_nothing() -> None:
    assert edges_of(("a", "", 0), ("b", "", 0)) == {}


def test_of_posts_with_the_same_id_the_first_stands() -> None:
    posts = read(
        table([("a", "o", 0, "1", ""), ("b", "o", 0, "2", ""), ("b", "p", 9, "2", ""), ("a", "p", 9, "3", "")])
    )
    assert weights(posts.posts, found_in(posts.posts, min_weight=1).edges) == {("a", "b"): 1, ("b", "a"): 1}
    assert (posts.read, len(posts.posts)) == (4, 3)


POST = st.tuples(
    st.sampled_from("abcdef"), st.sampled_from(["", "o", "p", "q"]), st.integers(0, 400), st.integers(0, 60).map(str)
)


@UNHURRIED
@given(st.lists(POST, max_size=60), st.integers(0, 120), st.integers(1, 3), st.randoms(use_true_random=False))
def test_edges_are_those_that_comparing_every_post_with_every_other_gives(
    told: list[tuple[str, str, float, str]], window: int, least: int, chance: random.Random
) -> None:
    posts = read(table((*post, "") for post in told)).posts
    terms = Terms(window=window * 1_000_000, min_weight=least)
    assert weights(posts, find_edges(posts, terms)) == co_shares(told, window, least)
    once = list({post[3]: post for post in reversed(told)}.values())
    chance.shuffle(once)
    shuffled = read(table((*post, "") for post in once)).posts
    assert weights(shuffled, find_edges(shuffled, terms)) == co_shares(told, window, least)


def test_edges_are_the_same_however_many_pairs_are_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    told = [(chance.choice("abcdefgh"), chance.choice("op"), chance.randrange(900), str(n)) for n in range(400)]
    posts = read(table((*post, "") for post in told)).posts
    monkeypatch.setattr("app.detection.windows.PAIRS_AT_ONCE", 7)
    assert weights(posts, find_edges(posts, Terms())) == co_shares(told, 60, 2)


def test_a_crowd_that_makes_too_many_pairs_is_refused_before_they_are_made() -> None:
    posts = shares(*((f"u{n}", "viral", n % 60) for n in range(20_000)))
    with pytest.raises(BadRequest) as refused:
        found_in(posts)
    assert refused.value.field == "most-pairs"
    assert "199,990,000 pairs of posts" in refused.value.reason


def test_times_that_are_far_apart_do_not_run_over() -> None:
    posts = shares(("a", "o", -62_135_596_800), ("b", "p", 253_402_300_799), ("c", "p", 253_402_300_799))
    assert weights(posts, found_in(posts, min_weight=1).edges) == {("b", "c"): 1, ("c", "b"): 1}


# --- near-duplicates --------------------------------------------------------------------------------------------------


def test_texts_that_differ_in_a_word_are_alike_and_different_ones_are_not() -> None:
    other = "nobody has seen the boats come in since the ferry went down in the storm last week"
    found = alike(("a", 0, SENTENCE), ("b", 30, SENTENCE.replace("look", "ask")), ("c", 31, other))
    assert found == {("a", "b"): 1, ("b", "a"): 1}


def test_alike_texts_outside_the_window_or_of_one_account_make_no_edge() -> None:
    assert alike(("a", 0, SENTENCE), ("a", 1, SENTENCE), ("b", 62, SENTENCE)) == {}


def test_texts_are_alike_from_exactly_the_similarity_on() -> None:
    nine, ten = "one two three four five six seven eight nine", "one two three four five six seven eight ten"
    assert alike(("a", 0, nine), ("b", 0, ten), similarity=0.8) == {("a", "b"): 1, ("b", "a"): 1}
    assert alike(("a", 0, nine), ("b", 0, ten), similarity=0.81) == {}


def test_a_similarity_that_no_float_holds_is_still_reached_exactly() -> None:
    assert 0.56 * 25 > 14
    shared = [f"word{n}" for n in range(14)]
    one, other = (" ".join([*shared, *(f"{own}{n}" for n in range(size))]) for own, size in (("p", 5), ("q", 6)))
    assert alike(("a", 0, one), ("b", 0, other), similarity=0.56) == {("a", "b"): 1, ("b", "a"): 1}


def test_short_texts_are_alike_by_chance_and_make_no_edge() -> None:
    assert alike(("a", 0, "good morning to you"), ("b", 0, "good morning to you")) == {}


def test_mentions_addresses_case_and_hidden_characters_hide_no_duplicate() -> None:
    dressed = "@one THE har\u200bbour will be closed on the day of the vote! so go and look for another way http://t.example/1"
    assert words(dressed) == words(SENTENCE)


def test_words_of_scripts_without_spaces_are_compared_too() -> None:
    assert len(words("港は投票の日に閉まります")) > 5
    found = alike(("a", 0, "港は投票の日に閉まります"), ("b", 0, "港は投票の日に閉まります!"))
    assert found == {("a", "b"): 1, ("b", "a"): 1}


TEXT = st.lists(st.sampled_from(["ka", "lo", "mi", "nu", "pe", "ra", "so", "ti"]), min_size=4, max_size=9).map(" ".join)


@UNHURRIED
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 150), TEXT), max_size=25),
    st.sampled_from([0.4, 0.5, 0.6, 0.75, 0.8, 1.0]),
)
def test_near_duplicates_are_all_that_comparing_every_text_with_every_other_gives(
    told: list[tuple[str, float, str]], similarity: float
) -> None:
    expected: dict[tuple[str, str], int] = {}
    for account, at, text in told:
        one = words(text)
        company = {
            other
            for other, then, said in told
            if other != account
            and abs(at - then) <= 60
            and min(len(one), len(words(said))) >= 5
            and len(one & words(said)) / len(one | words(said)) >= similarity
        }
        for other in company:
            expected[account, other] = expected.get((account, other), 0) + 1
    assert alike(*told, similarity=similarity) == expected


def test_every_file_of_the_family_is_a_signal() -> None:
    files = {path.stem for path in Path(signals.__file__).parent.glob("[a-z]*.py")}
    assert len(all_signals()) == len(files)
    for name, signal in all_signals().items():
        assert name == signal.NAME
        assert signal.NEEDS in ("object", "text")
        assert signal.label(Terms()).isidentifier()
        told = [(f"u{n}", "o", 0, str(n), SENTENCE) for n in range(4)]
        posts = read(table(told)).posts
        pairs = [
            pair
            for one, other in signal.matches(posts, Terms(min_weight=1))
            for pair in zip(one.tolist(), other.tolist(), strict=True)
        ]
        assert sorted(pairs) == [(a, b) for a in range(4) for b in range(4) if a != b]


# --- communities ------------------------------------------------------------------------------------------------------


@UNHURRIED
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=40))
def test_components_are_who_can_be_reached(told: list[tuple[int, int]]) -> None:
    label = components(*(np.array([pair[side] for pair in told], np.int64) for side in (0, 1)), np.ones(len(told), int))
    home = {node: {node} for node in range(len(label))}
    for a, b in told:
        joined = home[a] | home[b]
        for node in joined:
            home[node] = joined
    assert label.tolist() == [min(home[node]) for node in range(len(label))]


def test_components_of_a_long_chain_are_one() -> None:
    a, b = (np.array(side) for side in zip(*pairwise(random.Random(2).sample(range(500), 500)), strict=True))
    assert set(components(a, b, np.ones(len(a), np.int64)).tolist()) == {0}


def test_leiden_cuts_two_crowds_that_one_edge_joins_and_does_so_again() -> None:
    crowds = [(base + i, base + j) for base in (0, 6) for i in range(6) for j in range(i)]
    a, b = (np.array(side) for side in zip(*crowds, (5, 6), strict=True))
    assert set(components(a, b, np.ones(len(a), np.int64)).tolist()) == {0}
    for _ in range(3):
        assert COMMUNITIES["leiden"](a, b, np.ones(len(a), np.int64)).tolist() == [0] * 6 + [6] * 6


# --- networks ---------------------------------------------------------------------------------------------------------


def trio(base: float, shared: str, *accounts: str) -> list[tuple[str, str, float]]:
    """Accounts that share two things together."""
    return [(account, f"{shared}{n}", base + n * 1000) for n in (0, 1) for account in accounts]


def test_a_network_has_its_accounts_and_the_posts_that_made_it() -> None:
    posts = shares(*trio(0, "o", "b", "c", "a"), ("a", "alone", 5), ("x", "o0", 0), *trio(0, "p", "y", "z"))
    finding = found_in(posts)
    (network,) = finding.networks
    assert [posts.accounts[account] for account in network.accounts] == ["a", "b", "c"]
    assert (network.posts, network.made) == ([3, 2, 2], [2, 2, 2])
    assert network.last == 1_000_000_000
    assert network.score == round(6 / 7, 4)
    assert posts.accounts[network.anchor] == "a"
    assert finding.communities == 2


def test_two_accounts_are_a_network_only_where_somebody_says_so() -> None:
    posts = shares(*trio(0, "o", "a", "b"))
    assert found_in(posts).networks == []
    assert len(found_in(posts, min_accounts=2).networks) == 1


def test_both_signals_join_accounts_that_neither_would_alone() -> None:
    told = [("a", "o", 0, "1", ""), ("b", "o", 0, "2", ""), ("b", "", 9, "3", SENTENCE), ("c", "", 9, "4", SENTENCE)]
    posts = read(table(told)).posts
    found = found_in(posts, signals=("co-share", "near-duplicate"), min_weight=1)
    assert [len(network.accounts) for network in found.networks] == [3]
    assert found_in(posts, min_weight=1).networks == []


def test_nothing_is_found_in_no_posts() -> None:
    for names in (("co-share",), ("co-share", "near-duplicate")):
        for communities in COMMUNITIES:
            posts = read("account,object,time,text\n").posts
            finding = found_in(posts, signals=names, communities=communities)
            assert (finding.communities, finding.networks) == (0, [])


# --- code names -------------------------------------------------------------------------------------------------------


def test_code_names_follow_from_ids_and_no_two_networks_share_one() -> None:
    ids = [f"coaction-{n:012x}" for n in range(2_000)]
    names = code_names(ids)
    assert len(set(names.values())) == len(ids)
    assert names == code_names(reversed(ids))
    assert code_names(["coaction-one"]) == code_names(["coaction-one"])


def test_no_code_name_names_a_country() -> None:
    names = " ".join(f"{first} {second}" for first, second in zip(FIRST, SECOND, strict=True))
    assert [code for code in COUNTRIES if names_country(names, code)] == []
