"""A sum of hedged figures claims no more than its terms together, and taking a term away leaves no trace of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hedged import Hedged, Qualifier, Tally, rounded, slack

round_numbers = st.builds(lambda digits, zeros: digits * 10**zeros, st.integers(0, 999), st.integers(0, 9))
numbers = st.integers(0, 10**12) | round_numbers | round_numbers
spans = st.tuples(numbers, numbers).map(sorted)
said = st.one_of(
    numbers.map(Hedged.exactly),
    numbers.map(Hedged.about),
    numbers.map(Hedged.more_than),
    numbers.map(Hedged.at_least),
    st.integers(1, 10**12).map(Hedged.less_than),
    numbers.map(Hedged.at_most),
    spans.map(lambda ends: Hedged.between(*ends)),
    st.just(Hedged.none_found()),
)
figures = said | st.just(Hedged.nothing_said())
tallies = st.lists(figures, max_size=6).map(lambda terms: sum(map(Tally.of, terms), Tally()))
USD_100 = Hedged.less_than(100)


def total(*terms: Hedged) -> Hedged:
    return sum(map(Tally.of, terms), Tally()).hedged()


def a_number_of(figure: Hedged, draw: int) -> int:
    """One of the numbers that a figure allows."""
    most = figure.least + 10**6 if figure.most is None else figure.most
    return figure.least + draw % (most - figure.least + 1)


@given(tallies, tallies)
def test_taking_away_undoes_adding(a: Tally, b: Tally) -> None:
    assert a + b - b == a
    assert not a - a


@given(st.lists(figures, max_size=6).flatmap(lambda terms: st.tuples(st.just(terms), st.permutations(terms))))
def test_the_order_of_the_terms_does_not_matter(orders: tuple[list[Hedged], list[Hedged]]) -> None:
    assert total(*orders[0]) == total(*orders[1])


@given(tallies, tallies, tallies)
def test_grouping_does_not_matter(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == a + (b + c)


@given(st.lists(st.tuples(said, st.integers(0, 10**13)), min_size=1, max_size=6))
def test_a_sum_allows_every_sum_of_what_its_terms_allow(terms: list[tuple[Hedged, int]]) -> None:
    whole = total(*(figure for figure, _ in terms))
    assert whole.allows(sum(a_number_of(figure, draw) for figure, draw in terms))


@given(said)
def test_a_sum_of_one_says_the_same(figure: Hedged) -> None:
    whole = total(figure)
    assert (whole.least, whole.most) == (figure.least, figure.most)


@given(st.lists(figures, max_size=6), st.integers(0, 5))
def test_absent_terms_are_counted_and_change_nothing_else(terms: list[Hedged], missing: int) -> None:
    less, more = total(*terms), total(*terms, *[Hedged.nothing_said()] * missing)
    assert (more.absent, more.terms) == (less.absent + missing, less.terms + missing)
    assert (more.least, more.most) == (less.least, less.most)


def test_a_ceiling_and_a_floor_make_a_floor_without_an_upper_end() -> None:
    assert total(USD_100, Hedged.more_than(6_000)) == Hedged(6_000, None, Qualifier.MORE_THAN, terms=2)


def test_one_about_makes_the_sum_about() -> None:
    assert total(Hedged.about(1_020_000), Hedged.exactly(7)).qualifier is Qualifier.ABOUT
    assert total(Hedged.about(1_020_000), Hedged.more_than(6_000)).approximate


def test_a_sum_is_no_more_precise_than_its_roundest_term() -> None:
    whole = total(Hedged.about(1_020_000), Hedged.exactly(7))
    assert (whole.least, whole.most) == (1_015_007, 1_025_007)


def test_only_absent_figures_sum_to_absent() -> None:
    whole = total(Hedged.nothing_said(), Hedged.nothing_said())
    assert whole.is_absent
    assert (whole.absent, whole.terms) == (2, 2)


def test_a_ceiling_keeps_the_floor_that_a_count_gives_it() -> None:
    assert total(USD_100, Hedged.exactly(5)) == Hedged(5, 105, Qualifier.BETWEEN, terms=2)


def test_an_empty_sum_says_nothing() -> None:
    assert Tally().hedged().is_absent


def test_two_searches_that_found_nothing_found_nothing() -> None:
    assert total(Hedged.none_found(), Hedged.none_found()).qualifier is Qualifier.NONE_FOUND


def test_a_search_that_found_nothing_is_not_made_a_count_by_a_zero() -> None:
    assert total(Hedged.none_found(), Hedged.exactly(0)).qualifier is Qualifier.NONE_FOUND


def test_a_search_that_found_nothing_leaves_a_ceiling_as_it_is() -> None:
    assert total(USD_100, Hedged.none_found()) == Hedged(0, 100, Qualifier.LESS_THAN, terms=2)


def test_an_interval_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="the low end 3 is above the high end 2"):
        Hedged.between(3, 2)


@pytest.mark.parametrize(("n", "half"), [(1_020_000, 5_000), (25_000, 500), (0, 0), (7, 0), (30, 5)])
def test_a_round_number_may_be_off_by_half_its_last_digit(n: int, half: int) -> None:
    assert slack(n) == half


def test_a_bound_is_not_a_value() -> None:
    assert not USD_100.surely_above(0)
    assert Hedged.more_than(28_000).surely_above(28_000)
    assert not Hedged.at_least(28_000).surely_above(28_000)
    assert not Hedged.about(1_020_000).surely_above(1_019_000)


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        (Hedged.less_than(100), 100),
        (Hedged.more_than(28_000), 28_000),
        (Hedged.exactly(7), 7),
        (Hedged.between(3, 5), None),
        (Hedged.nothing_said(), None),
    ],
)
def test_the_value_is_the_number_that_the_words_name(figure: Hedged, value: int | None) -> None:
    assert figure.value == value


def test_figures_sort_by_interval_with_silence_first_and_open_ends_last() -> None:
    ordered = [Hedged.nothing_said(), USD_100, Hedged.at_least(0), Hedged.exactly(50), Hedged.more_than(6_000)]
    turned_round = ordered[::-1]
    assert sorted(turned_round, key=Hedged.sort_key) == ordered


@given(st.integers(1, 10**10), st.floats(0, 10**9))
def test_an_estimate_keeps_only_digits_that_its_error_supports(estimate: int, error: float) -> None:
    shown = rounded(estimate, error)
    unit = next(10**k for k in range(12) if 10**k >= error or 10 ** (k + 1) > estimate)
    assert shown % unit == 0
    assert abs(shown - estimate) * 2 <= unit
    assert shown > 0


def test_the_sketch_of_a_million_shows_three_digits() -> None:
    assert rounded(1_018_345, 8_300) == 1_020_000
