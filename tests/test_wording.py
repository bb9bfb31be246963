"""Words never claim more than the figure behind them, whatever is shortened."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.countries import names_country
from app.hedged import Hedged, Money, Qualifier, slack
from app.vocabulary import ACCOUNTS, DAY, GROUPS, HOUR, INSTAGRAM, MINUTE, PAGES, Rung, Stage, Surface, instant
from app.wording import (
    Parts,
    absent_words,
    assets_words,
    attribution_words,
    cap,
    clock_time,
    counted,
    country_name,
    day,
    definition,
    do_not_write,
    duration,
    duration_prose,
    list_words,
    may_say,
    money_plain,
    money_prose,
    money_short,
    no_ties_words,
    number_parts,
    paid_in_words,
    plain,
    platform_name,
    prose,
    reach_sentence,
    rung_name,
    short,
    sibling_label,
    stage_name,
    surface_name,
    surface_noun,
    the_country,
)
from tests.test_hedged import said, total

CASE = [
    (Hedged.exactly(82), "82", "82", "82"),
    (Hedged.about(1_020_000), "≈1.02 M", "about 1.02 million", "about 1020000"),
    (Hedged.about(25_000), "≈25 k", "about 25,000", "about 25000"),
    (Hedged.more_than(28_000), ">28 k", "more than 28,000", "more than 28000"),
    (Hedged.at_least(28_345), "≥28.3 k", "at least 28,300", "at least 28345"),
    (Hedged.less_than(30_000), "<30 k", "less than 30,000", "less than 30000"),
    (Hedged.at_most(12_345), "≤12.4 k", "at most 12,400", "at most 12345"),
    (
        Hedged.between(900_000, 1_300_000),
        "0.9 to 1.3 M",
        "between 900,000 and 1.3 million",
        "between 900000 and 1300000",
    ),
    (Hedged.between(30_000, 56_000), "30 to 56 k", "between 30,000 and 56,000", "between 30000 and 56000"),
    (Hedged.none_found(), "none", "none found", "none found"),
    (Hedged.nothing_said(), "–", "not known", "not known"),
    (Hedged.exactly(0), "0", "none", "0"),
    (Hedged.exactly(9_999), "9,999", "9,999", "9999"),
    (Hedged.exactly(41_280), "≈41.3 k", "41,280", "41280"),
    (Hedged.exactly(30_000), "30 k", "30,000", "30000"),
    (Hedged.exactly(1_234_567), "≈1.23 M", "1,234,567", "1234567"),
    (Hedged.more_than(999_999), ">999 k", "more than 999,000", "more than 999999"),
    (Hedged.about(999_999), "≈1 M", "about 1 million", "about 999999"),
    (Hedged.about(2_400_000_000), "≈2.4 bn", "about 2.4 billion", "about 2400000000"),
    (Hedged.between(940, 1_300_000), "940 to 1,300,000", "between 940 and 1.3 million", "between 940 and 1300000"),
    (Hedged.between(28_000, 12_000_000), "28 k to 12 M", "between 28,000 and 12 million", "between 28000 and 12000000"),
    (
        Hedged.between(19_999, 1_300_000),
        "19.9 k to 1.3 M",
        "between 19,900 and 1.3 million",
        "between 19999 and 1300000",
    ),
    (Hedged.between(5, 5), "5", "5", "5"),
]


@pytest.mark.parametrize(("figure", "on_screen", "in_prose", "in_files"), CASE)
def test_a_figure_carries_its_hedge_everywhere(figure: Hedged, on_screen: str, in_prose: str, in_files: str) -> None:
    assert short(figure) == on_screen.replace(" M", "\u202fM").replace(" k", "\u202fk").replace(" bn", "\u202fbn")
    assert prose(figure) == in_prose
    assert plain(figure) == in_files


UNITS = {"": 1, "k": 10**3, "M": 10**6, "bn": 10**9, "tn": 10**12}
UNITS |= {"million": 10**6, "billion": 10**9, "trillion": 10**12}
HEDGES = {
    "≈": Hedged.about,
    ">": Hedged.more_than,
    "≥": Hedged.at_least,
    "<": Hedged.less_than,
    "≤": Hedged.at_most,
    "about": Hedged.about,
    "more than": Hedged.more_than,
    "at least": Hedged.at_least,
    "less than": Hedged.less_than,
    "at most": Hedged.at_most,
}


def number(digits: str, unit: str) -> int:
    whole, _, decimals = digits.replace(",", "").partition(".")
    size = UNITS[unit]
    return int(whole) * size + (int(decimals) * size // 10 ** len(decimals) if decimals else 0)


def read(words: str) -> Hedged:
    """What a reader takes from the words, by rules of its own."""
    if words in ("none", "none found"):
        return Hedged.none_found()
    if words in ("–", "not known"):
        return Hedged.nothing_said()
    if pair := re.fullmatch(r"(?:between )?(?:about |≈)?(\S+?)(?:\s(\w+))? (?:to|and) (\S+?)(?:\s(\w+))?", words):
        low, low_unit, high, high_unit = (group or "" for group in pair.groups())
        shared = high_unit if not words.startswith("between") else ""
        return Hedged.between(number(low, low_unit or shared), number(high, high_unit))
    one = re.fullmatch(r"([≈><≥≤]|[a-z ]+? |)(?:about )?([\d,.]+)(?:\s(\w+))?", words)
    assert one, words
    hedge, digits, unit = (group or "" for group in one.groups())
    return HEDGES.get(hedge.strip(), Hedged.exactly)(number(digits, unit))


def claims_no_more(words: Hedged, figure: Hedged) -> bool:
    """True when the words allow all that the figure allows; a rounded value must be near and not finer than its source.

    The number 2,000,000 is the nearest to 1,999,600 at its own precision, which is how people read "about".
    """
    if words.qualifier is Qualifier.ABOUT:
        shown, meant = words.low or 0, figure.low or 0
        return abs(shown - meant) <= slack(shown) and max(1, 2 * slack(shown)) >= figure.give
    if words.is_absent or figure.is_absent:
        return words.is_absent and figure.is_absent
    open_end = words.most is None or (figure.most is not None and figure.most <= words.most)
    return words.least <= figure.least and open_end


shown_figures = said | st.lists(said, min_size=1, max_size=4).map(lambda terms: total(*terms))


@given(shown_figures)
def test_short_words_never_sharpen(figure: Hedged) -> None:
    assert claims_no_more(read(short(figure)), figure)


@given(shown_figures, st.sampled_from([2, 4]))
def test_hero_numbers_never_sharpen(figure: Hedged, columns: int) -> None:
    assert claims_no_more(read(str(number_parts(figure, columns=columns))), figure)


@given(shown_figures)
def test_prose_never_sharpens(figure: Hedged) -> None:
    words = prose(figure)
    assert claims_no_more(Hedged.exactly(0) if words == "none" else read(words), figure)


@given(shown_figures)
def test_plain_words_never_sharpen(figure: Hedged) -> None:
    assert claims_no_more(read(plain(figure)), figure)


@given(shown_figures)
def test_a_number_without_a_mark_is_the_counted_number(figure: Hedged) -> None:
    words = read(short(figure))
    if words.qualifier is Qualifier.EXACTLY:
        assert (figure.least, figure.most) == (words.low, words.low)


@given(shown_figures)
def test_screen_and_prose_show_the_same_hedged_number(figure: Hedged) -> None:
    on_screen, spoken = read(short(figure)), read(prose(figure).replace("none", "0", prose(figure) == "none"))
    if figure.qualifier is not Qualifier.EXACTLY:
        assert (on_screen.low, on_screen.high) == (spoken.low, spoken.high)


@given(said)
def test_shortened_numbers_have_three_figures_at_most(figure: Hedged) -> None:
    for digits in re.findall(r"([\d.]+)\u202f", short(figure)):
        assert len(digits.replace(".", "").strip("0")) <= 3


def test_a_sum_with_a_rounded_term_is_said_to_its_digits() -> None:
    assert prose(total(Hedged.about(1_020_000), Hedged.exactly(7))) == "about 1.02 million"


def test_a_sum_is_said_with_no_more_digits_than_its_roundest_term() -> None:
    figure = total(Hedged.about(2_000_000), Hedged.exactly(123_456))
    assert (prose(figure), plain(figure)) == ("about 2 million", "about 2000000")


def test_a_floor_with_a_rounded_term_is_lowered_and_says_about() -> None:
    figure = total(Hedged.about(1_020_000), Hedged.more_than(28_000))
    assert (short(figure), prose(figure)) == (">1.04\u202fM", "more than about 1.04 million")


def test_the_bounds_of_a_sum_give_way_by_what_its_terms_may_be_off() -> None:
    millions = Hedged.about(2_000_000)
    assert prose(total(millions, Hedged.more_than(7))) == "more than about 1.5 million"
    assert prose(total(Hedged.about(0), Hedged.less_than(300))) == "less than about 300"
    assert prose(total(millions, Hedged.less_than(300))) == "between about 1.5 million and 2.51 million"


def test_a_sum_that_is_less_sure_than_its_first_digit_is_said_by_its_ends() -> None:
    figure = total(*[Hedged.about(10)] * 3)
    assert (prose(figure), short(figure), plain(figure)) == (
        "between about 15 and 45",
        "≈15 to 45",
        "between about 15 and 45",
    )


def test_an_interval_with_a_rounded_term_says_about() -> None:
    figure = total(Hedged.about(1_020_000), Hedged.between(3, 5))
    assert number_parts(figure) == Parts("interval", "≈", low="1.01", high="1.03", unit="M")
    assert prose(figure) == "between about 1.01 million and 1.03 million"


HEROES = [
    (number_parts(Hedged.about(3_400_000)), Parts("value", "≈", "", "3.4", unit="M")),
    (number_parts(Hedged.exactly(41_280)), Parts("value", "", "", "41,280")),
    (number_parts(Hedged.exactly(100_000)), Parts("value", "", "", "100", unit="k")),
    (number_parts(Hedged.exactly(123_456)), Parts("value", "≈", "", "123", unit="k")),
    (number_parts(Hedged.exactly(4_912), columns=2), Parts("value", "≈", "", "4.91", unit="k")),
    (number_parts(Hedged.exactly(704), columns=2), Parts("value", "", "", "704")),
    (number_parts(Hedged.between(900_000, 1_300_000)), Parts("interval", low="0.9", high="1.3", unit="M")),
    (number_parts(Hedged.less_than(10_000), "USD"), Parts("value", "<", "$", "100")),
    (number_parts(Hedged.about(4_800_000), "BRL"), Parts("value", "≈", "R$", "48", unit="k")),
    (number_parts(Hedged.between(10_000, 20_050), "CAD"), Parts("interval", "", "C$", low="100", high="200.50")),
    (number_parts(Hedged.none_found()), Parts("none", digits="none")),
    (number_parts(Hedged.nothing_said()), Parts("unknown", digits="–")),
]


@pytest.mark.parametrize(("made", "parts"), HEROES)
def test_a_hero_number_comes_apart_for_typesetting(made: Parts, parts: Parts) -> None:
    assert made == parts


AMOUNTS = [
    ("USD", Hedged.less_than(10_000), "<$100", "less than $100", "less than 100.00 USD"),
    ("CAD", Hedged.less_than(10_000), "<C$100", "less than C$100", "less than 100.00 CAD"),
    ("USD", Hedged.more_than(610_000), ">$6,100", "more than $6,100", "more than 6100.00 USD"),
    ("BRL", Hedged.about(4_800_000), "≈R$48\u202fk", "about R$48,000", "about 48000.00 BRL"),
    ("USD", Hedged.exactly(12_345), "$123.45", "$123.45", "123.45 USD"),
    ("USD", Hedged.exactly(12_350), "$123.50", "$123.50", "123.50 USD"),
    ("JPY", Hedged.exactly(12_345), "≈JPY\u202f12.3\u202fk", "JPY\u202f12,345", "12345 JPY"),
    ("KWD", Hedged.exactly(12_345), "KWD\u202f12.345", "KWD\u202f12.345", "12.345 KWD"),
    ("USD", Hedged.between(3_000_000, 5_600_000), "$30 to 56\u202fk", "between $30,000 and $56,000", None),
    ("USD", Hedged.exactly(0), "$0", "$0", "0.00 USD"),
    ("USD", Hedged.none_found(), "none", "none found", "none found"),
    ("CAD", Hedged.nothing_said(), "–", "not known", "not known"),
]


@pytest.mark.parametrize(("currency", "amount", "on_screen", "in_prose", "in_files"), AMOUNTS)
def test_money_keeps_its_currency(
    currency: str, amount: Hedged, on_screen: str, in_prose: str, in_files: str | None
) -> None:
    money = Money(currency, amount)
    assert (money_short(money), money_prose(money)) == (on_screen, in_prose)
    assert in_files in (None, money_plain(money))


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (Money("USD", Hedged.less_than(10_000), ("USD", "CAD")), "in US and Canadian dollars"),
        (Money("USD", Hedged.less_than(10_000), ("USD",), mostly=True), "mostly in US dollars"),
        (Money("BRL", Hedged.about(100), ("BRL", "USD")), "in Brazilian reals and US dollars"),
        (Money("EUR", Hedged.about(100)), "in euros"),
    ],
)
def test_the_currencies_of_one_bound_are_named_together(money: Money, words: str) -> None:
    assert paid_in_words(money) == words


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Hedged.exactly(7), "7 events"),
        (Hedged.exactly(1), "1 event"),
        (Hedged.exactly(0), "no events"),
        (Hedged.about(1), "about 1 event"),
        (Hedged.none_found(), "no events found"),
        (Hedged.nothing_said(), "events not known"),
        (1_204, "1,204 events"),
    ],
)
def test_a_count_agrees_with_its_noun(figure: Hedged | int, words: str) -> None:
    assert counted(figure, "event") == words


@pytest.mark.parametrize(
    ("absent", "terms", "words"),
    [
        (3, 41, "3 of 41 networks gave no figure"),
        (41, 41, "none of 41 networks gave a figure"),
        (1, 1, "the network gave no figure"),
        (0, 41, ""),
    ],
)
def test_missing_figures_are_said(absent: int, terms: int, words: str) -> None:
    figure = total(*[Hedged.nothing_said()] * absent, *[Hedged.exactly(1)] * (terms - absent))
    assert absent_words(figure, "network") == words


def test_the_assets_of_the_case_are_listed_in_their_order() -> None:
    counts = {INSTAGRAM: 16, PAGES: 30, GROUPS: 3, ACCOUNTS: 33}
    assert assets_words(counts) == "30 Pages, 33 accounts, 3 groups and 16 Instagram accounts"
    assert assets_words(counts, list_form=True) == "30 Pages, 33 accounts, 3 groups, 16 Instagram"
    assert assets_words({PAGES: 0}) == "no assets"


@pytest.mark.parametrize(
    ("surface", "one", "many"),
    [
        (PAGES, "1 Page", "30 Pages"),
        (ACCOUNTS, "1 account", "30 accounts"),
        (INSTAGRAM, "1 Instagram account", "30 Instagram accounts"),
        (Surface("x", "account"), "1 X account", "30 X accounts"),
        (Surface("telegram", "channel"), "1 Telegram channel", "30 Telegram channels"),
        (Surface("web", "site"), "1 website", "30 websites"),
    ],
)
def test_a_surface_has_its_noun(surface: Surface, one: str, many: str) -> None:
    assert (surface_noun(surface, 1), surface_noun(surface, 30)) == (one, many)


@pytest.mark.parametrize(
    ("surface", "now", "then"),
    [
        (PAGES, "accounts follow at least one Page", "accounts followed at least one Page"),
        (GROUPS, "accounts join at least one group", "accounts joined at least one group"),
        (
            INSTAGRAM,
            "accounts follow at least one Instagram account",
            "accounts followed at least one Instagram account",
        ),
        (
            Surface("youtube", "channel"),
            "accounts subscribe to at least one YouTube channel",
            "accounts subscribed to at least one YouTube channel",
        ),
    ],
)
def test_reach_is_said_with_the_verb_of_its_surface(surface: Surface, now: str, then: str) -> None:
    assert (reach_sentence(surface), reach_sentence(surface, past=True)) == (now, then)


def test_one_account_follows() -> None:
    assert reach_sentence(PAGES, one=True) == "account follows at least one Page"


@pytest.mark.parametrize(
    ("surface", "label"),
    [
        (GROUPS, "in groups"),
        (INSTAGRAM, "Instagram"),
        (PAGES, "on Pages"),
        (Surface("youtube", "channel"), "YouTube channels"),
    ],
)
def test_a_sibling_is_labelled_by_its_surface(surface: Surface, label: str) -> None:
    assert sibling_label(surface) == label


@pytest.mark.parametrize(
    ("words", "said_as"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")]
)
def test_a_list_reads_aloud(words: list[str], said_as: str) -> None:
    assert list_words(words) == said_as


def test_countries_have_their_common_names() -> None:
    assert [country_name(code) for code in ("US", "GB", "IR", "MM", "XK", "ZZZ")] == [
        "United States",
        "United Kingdom",
        "Iran",
        "Myanmar",
        "Kosovo",
        "ZZZ",
    ]
    assert [country_name(code, short=True) for code in ("US", "GB", "IR")] == ["US", "UK", "Iran"]
    assert [the_country("US"), the_country("GB", short=True), the_country("IR")] == [
        "the United States",
        "the UK",
        "Iran",
    ]


def test_stages_platforms_and_surfaces_have_names() -> None:
    assert [stage_name(s) for s in (Stage.UNDER_REVIEW, Stage.REMOVAL_ORDERED)] == ["Under review", "Removal ordered"]
    assert [platform_name(p) for p in ("tiktok", "mastodon")] == ["TikTok", "Mastodon"]
    assert surface_name(Surface("tiktok", "account"), many=True) == "TikTok accounts"


@pytest.mark.parametrize(
    ("micros", "on_screen", "in_prose"),
    [
        (0, "<1 min", "less than a minute"),
        (MINUTE, "1 min", "1 minute"),
        (27 * MINUTE + 59_000_000, "27 min", "27 minutes"),
        (90 * MINUTE - 1, "89 min", "89 minutes"),
        (90 * MINUTE, "1.5 h", "1.5 hours"),
        (2 * HOUR, "2 h", "2 hours"),
        (51 * HOUR + 12 * MINUTE, "51 h", "51 hours"),
        (48 * HOUR - 1, "47 h", "47 hours"),
        (72 * HOUR, "3 d", "3 days"),
        (7 * DAY + HOUR, "7 d", "7 days"),
    ],
)
def test_time_that_passed_is_cut_and_never_rounded_up(micros: int, on_screen: str, in_prose: str) -> None:
    assert duration(micros) == on_screen.replace(" ", "\u202f")
    assert duration_prose(micros) == in_prose


def test_times_and_days_are_those_of_the_zone() -> None:
    at = instant(datetime(2018, 10, 26, 23, 5, tzinfo=UTC))
    assert (clock_time(at), clock_time(at, "Europe/Berlin")) == ("23:05", "01:05")
    assert [day(at), day(at, weekday=True), day(at, year=True)] == ["26 Oct", "Fri 26 Oct", "26 Oct 2018"]
    assert day(at, "Europe/Berlin", full=True) == "Saturday 27 October 2018"


def test_reach_is_defined_by_its_assets() -> None:
    assert definition("reach", assets=30) == (
        "accounts that followed at least one of 30 Pages; accounts, not people; not limited to one country"
    )
    assert definition("reach", surface=GROUPS, assets=1).startswith("accounts that joined one group;")


def test_what_print_got_wrong_must_not_be_written() -> None:
    wrong = do_not_write("reach", Hedged.about(1_020_000), targets=["US", "GB"])
    assert "that “about 1.02 million” is “1.02 million”" in wrong
    assert "that one Page had about 1.02 million followers" in wrong
    assert "that these were followers in the US and the UK" in wrong
    assert "that figures of different surfaces may be added" in wrong
    assert "that the reach of several networks may be added" in wrong


def test_a_ceiling_must_not_be_written_as_an_amount() -> None:
    wrong = do_not_write("spend", Money("USD", Hedged.less_than(3_000_000)))
    assert wrong[0] == "that “less than $30,000” is “$30,000”"


def test_every_measure_has_a_definition_and_its_misreadings() -> None:
    for measure in ("reach", "spend", "events", "takedowns", "detections", "tempo", "stages", "overlap"):
        assert definition(measure)
        assert all(clause.startswith("that ") for clause in do_not_write(measure))


rungs = st.sampled_from(Rung)


@given(rungs, rungs | st.none())
def test_a_cap_is_never_stronger_than_what_was_approved(rung: Rung, approved: Rung | None) -> None:
    shown = cap(rung, approved)
    assert shown.strength <= (approved or Rung.CANNOT_SAY).strength
    assert shown.strength <= rung.strength
    assert may_say(shown, approved)


@given(rungs, rungs | st.none())
def test_words_above_the_approved_rung_are_those_of_the_approved_rung(rung: Rung, approved: Rung | None) -> None:
    names = {"place": "Iran", "actor": "the Iranian government"}
    claim, ceiling = "Directed by the Iranian government", approved or Rung.CANNOT_SAY
    words = attribution_words(claim, rung, "Harbour Finch", approved=approved, **names)
    if not may_say(rung, approved):
        assert words == attribution_words("", ceiling, "Harbour Finch", approved=ceiling, **names)
        assert claim not in words


@given(rungs)
def test_no_actor_is_named_below_the_rungs_that_name_one(rung: Rung) -> None:
    words = attribution_words(
        "Operated from Iran", rung, approved=Rung.MANUAL_REVIEW_LINKED_TO, place="Iran", actor="the Iranian government"
    )
    assert "government" not in words


@pytest.mark.parametrize(
    ("rung", "words"),
    [
        (Rung.CANNOT_SAY, "Operated from Iran: cannot be said"),
        (Rung.ORIGINATED_IN, "Harbour Finch originated in Iran"),
        (Rung.MANUAL_REVIEW_LINKED_TO, "A manual review linked the activity of Harbour Finch to Iran"),
        (Rung.LIKELY_ON_BEHALF_OF, "Harbour Finch was likely run on behalf of the agency"),
        (Rung.LINKS_TO_INDIVIDUALS, "Harbour Finch has links to individuals associated with the agency"),
        (Rung.DIRECT_LINKS_TO, "Harbour Finch has direct links to the agency"),
        (Rung.ATTRIBUTED_TO, "Harbour Finch is attributed to the agency"),
        (Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE, "Harbour Finch is attributed to the agency with high confidence"),
    ],
)
def test_each_rung_has_its_sentence(rung: Rung, words: str) -> None:
    assert (
        attribution_words("Operated from Iran", rung, "Harbour Finch", approved=rung, place="Iran", actor="the agency")
        == words
    )


def test_a_claim_without_names_is_given_with_its_verdict() -> None:
    rung = Rung.MANUAL_REVIEW_LINKED_TO
    assert (
        attribution_words("Operated from Iran", rung, approved=rung) == "Operated from Iran: linked by a manual review"
    )


def test_a_place_is_not_put_where_an_actor_belongs() -> None:
    rung = Rung.ATTRIBUTED_TO
    assert attribution_words("Run by the agency", rung, approved=rung, place="Iran") == "Run by the agency: attributed"


def test_an_approved_rung_without_its_name_says_nothing() -> None:
    words = attribution_words("x", Rung.ATTRIBUTED_TO, "Low Tide", approved=Rung.ORIGINATED_IN, actor="the agency")
    assert words == "Who is responsible for Low Tide cannot be said"


def test_without_approval_nobody_is_said_to_be_responsible() -> None:
    words = attribution_words(
        "Run by the agency", Rung.ATTRIBUTED_TO, "Harbour Finch", place="Iran", actor="the agency"
    )
    assert words == "Who is responsible for Harbour Finch cannot be said"


def test_no_ties_found_denies_nothing() -> None:
    assert no_ties_words("the Iranian government") == (
        "no ties to the Iranian government have been found, which does not rule them out"
    )


def test_a_rung_has_a_label() -> None:
    assert rung_name(Rung.MANUAL_REVIEW_LINKED_TO) == "Manual review linked to"


@pytest.mark.parametrize(
    ("text", "named", "not_named"),
    [
        ("operated from South Sudan", "SS", "SD"),
        ("Originated in Guinea-Bissau.", "GW", "GN"),
        ("originated in Papua New Guinea", "PG", "GN"),
        ("run from DR Congo", "CD", "CG"),
        ("from the Democratic Republic of the Congo", "", "CG"),
        ("from American Samoa", "AS", "WS"),
        ("operated from Northern Ireland", "", "IE"),
        ("a firm in New Jersey", "", "JE"),
        ("by SUDAN and South Sudan", "SD", "US"),
        ("linked to the US, not to us", "US", "UK"),
    ],
)
def test_a_country_is_named_by_its_own_name_and_not_within_another(text: str, named: str, not_named: str) -> None:
    assert not named or names_country(text, named)
    assert not names_country(text, not_named)
    assert not names_country("not to us", "US")
