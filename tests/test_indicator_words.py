"""What a publisher writes in the cells of an indicator file: figures in prose, and addresses not to be opened."""

from __future__ import annotations

import pytest

from app.hedged import Hedged
from app.ingest._disclosed import Unreadable
from app.ingest._handles import handle_of, platform_of
from app.ingest._named_file import code_name_of, read_name
from app.ingest._prose import said_count, said_reach, said_spend
from app.ingest._refanged import Address, address_of, phone_of, refang
from app.records import hedged_of, money_of
from app.vocabulary import IndicatorKind

FACEBOOK, INSTAGRAM = "0.9.1 Acquiring Facebook assets", "0.9.2 Acquiring Instagram accounts"


@pytest.mark.parametrize(
    ("cell", "where", "surface", "figure"),
    [
        ("112 accounts", FACEBOOK, "facebook:account", Hedged.exactly(112)),
        ("14 Pages", FACEBOOK, "facebook:page", Hedged.exactly(14)),
        ("1 Group", FACEBOOK, "facebook:group", Hedged.exactly(1)),
        ("1 Groups ", FACEBOOK, "facebook:group", Hedged.exactly(1)),
        ("1 pages", FACEBOOK, "facebook:page", Hedged.exactly(1)),
        ("1 accounts", INSTAGRAM, "instagram:account", Hedged.exactly(1)),
        ("19 acounts", FACEBOOK, "facebook:account", Hedged.exactly(19)),
        ("19 accuonts", INSTAGRAM, "instagram:account", Hedged.exactly(19)),
        ("5 Gruops", FACEBOOK, "facebook:group", Hedged.exactly(5)),
        ("4,789 accounts", FACEBOOK, "facebook:account", Hedged.exactly(4_789)),
        ("1326 accounts", FACEBOOK, "facebook:account", Hedged.exactly(1_326)),
        ("3 Instagram accounts", INSTAGRAM, "instagram:account", Hedged.exactly(3)),
        ("117 Facebook accounts.", "", "facebook:account", Hedged.exactly(117)),
        ("two Pages", FACEBOOK, "facebook:page", Hedged.exactly(2)),
        (
            "More than 1.2 thousand accounts",
            FACEBOOK,
            "facebook:account",
            Hedged.more_than(1_200, "More than 1.2 thousand"),
        ),
        ("7 channels", "0.9.7 Acquiring Telegram channels", "telegram:channel", Hedged.exactly(7)),
        ("9 accounts", "0.9.4 Acquiring X / Twitter accounts", "x:account", Hedged.exactly(9)),
        ("About 110 accounts on Facebook and Instagram", INSTAGRAM, "unsplit:account", Hedged.about(110, "About 110")),
    ],
)
def test_count_in_prose_is_read_with_its_surface_and_hedge(cell: str, where: str, surface: str, figure: Hedged) -> None:
    said = said_count(cell, where)
    assert said is not None
    assert (said.part, said.surface, hedged_of(said.figure)) == ("assets", surface, figure)


@pytest.mark.parametrize("cell", ["1.000 accounts", "1,5 accounts", "12,34 Pages", "1.5 accounts", "10.5.2 Pages"])
def test_number_that_may_mean_two_things_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable, match=r"number"):
        said_count(cell, FACEBOOK)


def test_count_without_any_platform_is_refused() -> None:
    with pytest.raises(Unreadable, match="platform"):
        said_count("12 accounts", "")


@pytest.mark.parametrize("cell", ["12 sheep", "The network used 12 accounts", "Sharing on Facebook", "Pages"])
def test_other_prose_is_no_count(cell: str) -> None:
    assert said_count(cell, FACEBOOK) is None


@pytest.mark.parametrize(
    ("cell", "surface", "figure"),
    [
        (
            "About 1,500 accounts followed one or more of these Pages",
            "facebook:page",
            Hedged.about(1_500, "About 1,500"),
        ),
        ("less than 100 accounts joined this Group", "facebook:group", Hedged.less_than(100, "less than 100")),
        (
            "Around 18,500 accounts joined one or more of these Groups",
            "facebook:group",
            Hedged.about(18_500, "Around 18,500"),
        ),
        (
            "about 2,300 accounts followed this Instagram account",
            "instagram:account",
            Hedged.about(2_300, "about 2,300"),
        ),
        ("No accounts followed these Instagram accounts.", "instagram:account", Hedged.none_found()),
        (
            "Over 9 accounts followed at least one of these Pages, many of them fake",
            "facebook:page",
            Hedged.more_than(9, "Over 9"),
        ),
    ],
)
def test_followers_in_prose_are_the_reach_of_their_surface(cell: str, surface: str, figure: Hedged) -> None:
    (said,) = said_reach(cell, "7.2.2 Acquiring Page followers")
    assert (said.part, said.surface, hedged_of(said.figure)) == ("reach", surface, figure)


def test_followers_of_several_surfaces_together_are_the_reach_of_none() -> None:
    with pytest.raises(Unreadable, match="several surfaces"):
        said_reach(
            "About 500 accounts followed one or more of these Pages and Groups", "7.2.2 Acquiring Page followers"
        )


@pytest.mark.parametrize(
    ("cell", "currency", "amount", "paid_in", "mostly"),
    [
        (
            "About $73,600 in spending for ads on Facebook and Instagram, paid for mostly in US Dollars.",
            "USD",
            Hedged.about(7_360_000, "About $73,600 in spending"),
            ("USD",),
            True,
        ),
        (
            "About 20 USD in spending for ads, paid for in US Dollars",
            "USD",
            Hedged.about(2_000, "About 20 USD in spending"),
            ("USD",),
            False,
        ),
        (
            "Around $1.2 million in spending for ads on Facebook, paid for mostly in Vietnamese dongs.",
            "USD",
            Hedged.about(120_000_000, "Around $1.2 million in spending"),
            ("VND",),
            True,
        ),
        (
            "Less than $100 in spending, paid for in US and Canadian dollars",
            "USD",
            Hedged.less_than(10_000, "Less than $100 in spending"),
            ("USD", "CAD"),
            False,
        ),
        (
            "€5 in spending, paid for in Thai baht and Bangladeshi taka",
            "EUR",
            Hedged.exactly(500),
            ("THB", "BDT"),
            False,
        ),
        (
            "$5 in spending, paid for in moonstones and US dollars with most of it in Utopia",
            "USD",
            Hedged.exactly(500),
            ("USD",),
            True,
        ),
    ],
)
def test_spending_in_prose_is_hedged_money(
    cell: str, currency: str, amount: Hedged, paid_in: tuple[str, ...], mostly: bool
) -> None:
    said = said_spend(cell)
    assert said is not None
    assert isinstance(said.figure, dict)
    money = money_of(said.figure)
    assert (money.currency, money.amount, money.paid_in, money.mostly) == (currency, amount, paid_in, mostly)


def test_spending_without_a_currency_is_refused() -> None:
    with pytest.raises(Unreadable, match="currency"):
        said_spend("About 500 in spending for ads")


@pytest.mark.parametrize(
    ("written", "was"),
    [
        ("example[.]com", "example.com"),
        ("example(.)com", "example.com"),
        ("example{.}com", "example.com"),
        ("example[dot]com", "example.com"),
        ("example (DOT) com", "example.com"),
        ("example[.com", "example.com"),
        ("example\\.com", "example.com"),
        ("hxxps://example.com", "https://example.com"),
        ("hXXp[:]//example[.]com/a", "http://example.com/a"),
        ("https[:]//t[.]me/a", "https://t.me/a"),
        ("https{:}//t[.]me/a", "https://t.me/a"),
        ("https[://]t[.]me/a", "https://t.me/a"),
        ("info[at]example[.]com", "info@example.com"),
        ("info[@]example(dot)com", "info@example.com"),
    ],
)
def test_every_style_of_defanging_is_undone(written: str, was: str) -> None:
    assert refang(written) == was


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("Example[.]Com", IndicatorKind.DOMAIN_NAME, "example.com"),
        ("https://www.example[.]com/", IndicatorKind.DOMAIN_NAME, "example.com"),
        ("münchen[.]example", IndicatorKind.DOMAIN_NAME, "münchen.example"),
        ("https://example[.]com/A?b=1", IndicatorKind.URL, "https://example.com/A?b=1"),
        ("example[.]com/A", IndicatorKind.URL, "example.com/A"),
        ("https://example[.]com:4040/", IndicatorKind.URL, "https://example.com:4040/"),
        ("http://192.0.2[.]57:2125/a", IndicatorKind.URL, "http://192.0.2.57:2125/a"),
        ("192[.]0[.]2[.]57", IndicatorKind.IPV4_ADDR, "192.0.2.57"),
        ("192.0.2[.]0/24", IndicatorKind.IPV4_ADDR, "192.0.2.0/24"),
        ("2001:DB8::1", IndicatorKind.IPV6_ADDR, "2001:db8::1"),
        ("Info[at]Example[.]com", IndicatorKind.EMAIL_ADDR, "Info@example.com"),
        ("9481F10C51E9AD5B36846978587B4374", IndicatorKind.FILE_HASH, "9481f10c51e9ad5b36846978587b4374"),
        ("#peoplesay", IndicatorKind.HASHTAG, "#peoplesay"),
    ],
)
def test_address_is_known_by_its_form(written: str, kind: IndicatorKind, value: str) -> None:
    assert address_of(written) == Address(kind, value)


@pytest.mark.parametrize("word", ["https://[.]com", "info[at]", "[.]", "a[.]b[.]", "192[.]0[.]2[.]999", "http://"])
def test_what_only_looks_like_an_address_is_refused(word: str) -> None:
    with pytest.raises(Unreadable, match="looks like an address"):
        address_of(word)


def test_hexadecimal_digits_of_no_known_hash_are_refused() -> None:
    with pytest.raises(Unreadable, match="31 hexadecimal digits"):
        address_of("9481f10c51e9ad5b36846978587b437")


@pytest.mark.parametrize("word", ["Sangkancil", "AMC239", "setup.exe", "Ltd.", "U.S."])
def test_plain_word_is_no_address(word: str) -> None:
    assert address_of(word) is None


def test_telephone_number_is_kept_as_its_digits() -> None:
    assert phone_of("+1 (202) 555-0143") == Address(IndicatorKind.PHONE_NUMBER, "+12025550143")
    assert phone_of("+1 20") is None


@pytest.mark.parametrize(
    ("url", "asset"),
    [
        ("https://twitter.com/Some_Name", "x:account:some_name"),
        ("x.com/Some_Name/", "x:account:some_name"),
        ("https://www.youtube.com/@Some-Name", "youtube:channel:some-name"),
        ("https://www.youtube.com/channel/UCHa42HrKBenuE2BdmOHqlfA", "youtube:channel:UCHa42HrKBenuE2BdmOHqlfA"),
        ("https://t.me/s/SomeName", "telegram:channel:somename"),
        ("http://t.me/+ugoxKJuomho4nmy1", "telegram:channel:ugoxKJuomho4nmy1"),
        ("https://www.tiktok.com/@some.name", "tiktok:account:some.name"),
        ("https://www.reddit.com/user/Some-Name", "reddit:account:some-name"),
        ("https://medium.com/@some", "medium:account:some"),
    ],
)
def test_address_of_an_account_names_its_asset(url: str, asset: str) -> None:
    found = handle_of(url)
    assert found is not None
    assert found.asset == asset


@pytest.mark.parametrize(
    "url",
    [
        "https://twitter.com/name/status/1562640310273",
        "https://twitter.com/search?q=name",
        "https://facebook.com/some.name",
        "https://t.me/",
        "https://example.com/@name",
        "https://nottwitter.com/name",
    ],
)
def test_post_or_page_of_anything_else_names_no_asset(url: str) -> None:
    assert handle_of(url) is None


def test_platform_is_named_only_where_it_is_the_only_one() -> None:
    assert platform_of("0.9.4 Acquiring X / Twitter accounts") == "x"
    assert platform_of("on Facebook and Instagram") == ""
    assert platform_of("next to nothing") == ""


@pytest.mark.parametrize(
    ("name", "day", "origins", "targets", "title"),
    [
        ("Q1_2023 Utopia-based_CIB_network_1.csv", "2023-03-31", [], [], "CIB network #1, Q1 2023"),
        ("Q1_2023_ Togo _ Burkina Faso-based_CIB_network.csv", "2023-03-31", ["TG", "BF"], [], "CIB network, Q1 2023"),
        ("Q2_2024_US-BASED_Cib_NETWORK #4 .csv", "2024-06-30", ["US"], [], "CIB network #4, Q2 2024"),
        (
            "Q4_2023_MOLDOVA_&_MADAGASCAR_TARGETING_CIB_NETWORK.csv",
            "2023-12-31",
            [],
            ["MD", "MG"],
            "CIB network, Q4 2023",
        ),
        ("Q3 2023_Peru-based_network_targeting_Chile.csv", "2023-09-30", ["PE"], ["CL"], "network, Q3 2023"),
        ("Q1_2023_ Pakistan_APT.csv", "2023-03-31", [], [], "APT, Q1 2023"),
    ],
)
def test_file_name_gives_day_countries_and_a_neutral_title(
    name: str, day: str, origins: list[str], targets: list[str], title: str
) -> None:
    named = read_name(name)
    assert (str(named.day), named.origins, named.targets, named.title) == (day, origins, targets, title)


def test_word_that_is_no_country_is_named() -> None:
    assert read_name("Q1_2023_Utopia-based_CIB_network.csv").unread == ["Utopia"]


def test_code_name_follows_from_the_id_and_differs_between_networks() -> None:
    assert code_name_of("one") == code_name_of("one") != code_name_of("two")
