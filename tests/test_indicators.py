"""The indicator door: one file becomes one network with its figures, assets and indicators; bad cells are named."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.hedged import Hedged
from app.ingest.file import ToWriter
from app.ingest.indicators import IndicatorFile, pour_indicators, read_indicator_file
from app.records import Record, hedged_of
from tests import makers
from tests.room import Anybody, Room, at

NAME = "Q1_2031_Peru-based_CIB_network.csv"
HEADING = "Tactic ,Technique,Procedure,Indicator,Commernts"
SOCIAL = "0. Acqiuring Assets,0.9 Acquiring social media accounts"
FACEBOOK = f"{SOCIAL},0.9.1 Acquiring Facebook assets"
INSTAGRAM = f"{SOCIAL},0.9.2 Acquiring Instagram accounts"
X = f"{SOCIAL},0.9.4 Acquiring X / Twitter accounts"
DOMAINS = "0 Acquiring assets,0.6 Acquiring domains,0.6.2 Acquiring domains to support influence operations"
FOLLOWERS = "7. Targeted engagement,7.2 Acquiring audience,7.2.2 Acquiring Page followers"
ADS = "7. Targeted engagement,7.1 Running ads,7.1.1 Advertising to promote content"
NEWS = "1. Disguising assets,1.3 Posing as non-existent institution,1.3.1 Creating fictitious news outlet"


def read(*rows: str, name: str = NAME, heading: str = HEADING) -> IndicatorFile:
    """A file of these rows below the heading; the first of them is on line 2."""
    return read_indicator_file(name, "\r\n".join([heading, *rows, ""]).encode())


def data_of(found: IndicatorFile, type: str) -> list[dict[str, Any]]:
    return [made.event["data"] for made in found.made if made.event["type"] == f"warroom.{type}"]


def refusals(found: IndicatorFile) -> list[tuple[int, str]]:
    return [(cell.line, cell.column) for cell in found.refused]


def test_network_is_reported_at_the_end_of_its_quarter_under_a_neutral_name() -> None:
    (made,) = read().made
    assert (made.event["type"], made.event["time"]) == ("warroom.network.reported", "2031-03-31T00:00:00Z")
    assert made.event["data"]["origins"] == ["PE"]
    assert "peru" not in (made.event["data"]["code_name"] + made.event["data"]["title"] + made.event["subject"]).lower()


def test_all_figures_of_a_file_become_one_statement() -> None:
    found = read(
        f"{FACEBOOK},112 acounts,",
        f"{FACEBOOK},1 pages,",
        f"{INSTAGRAM},18 Instagram accounts,",
        f'{FOLLOWERS},"About 1,500 accounts followed one or more of these Pages",',
        f'{ADS},"Around $2,000 in spending for ads on Facebook, paid for mostly in Thai baht.",',
    )
    (said,) = data_of(found, "statement.made")
    assert said["by"] == "publisher"
    assert said["assets"] == {"facebook:account": 112, "facebook:page": 1, "instagram:account": 18}
    assert hedged_of(said["reach"]["facebook:page"]) == Hedged.about(1_500, "About 1,500")
    assert (said["spend"]["minor"], said["spend"]["paid_in"]) == (200_000, ["THB"])
    assert found.refused == []


def test_same_figure_said_twice_counts_once() -> None:
    cell = "About 110 accounts on Facebook and Instagram"
    found = read(f"{FACEBOOK},{cell},", f"{INSTAGRAM},{cell},")
    (said,) = data_of(found, "statement.made")
    assert list(said["assets"]) == ["unsplit:account"]
    assert found.refused == []


def test_second_figure_of_a_surface_is_refused_and_never_added() -> None:
    found = read(f"{FACEBOOK},12 Pages,", f"{FACEBOOK},14 Pages,")
    (said,) = data_of(found, "statement.made")
    assert said["assets"] == {"facebook:page": 12}
    assert [(cell.line, cell.column) for cell in found.refused] == [(3, "Indicator")]
    assert "line 2" in found.refused[0].reason


def test_profile_becomes_an_asset_and_keeps_how_it_was_used() -> None:
    found = read(f"{X},https://twitter[.]com/Some_Name,seen late")
    ((asset,), (indicator,)) = data_of(found, "asset.detected"), data_of(found, "indicator.observed")
    network = found.network.id
    assert asset == {
        "network": network,
        "platform": "x",
        "kind": "account",
        "handle": "Some_Name",
        "url": "https://twitter.com/Some_Name",
    }
    assert (indicator["kind"], indicator["asset"], indicator["network"]) == (
        "user-account",
        "x:account:some_name",
        network,
    )
    assert (indicator["comment"], indicator["procedure"]) == ("seen late", "0.9.4 Acquiring X / Twitter accounts")


def test_account_that_is_named_as_somebody_elses_becomes_no_asset() -> None:
    found = read("7. Targeted engagement,7.8 Direct outreach,7.8.1 Tagging users,https://x[.]com/minister,")
    assert data_of(found, "asset.detected") == []
    (indicator,) = data_of(found, "indicator.observed")
    assert (indicator["kind"], indicator["value"]) == ("user-account", "https://x.com/minister")


def test_bare_name_is_an_account_of_the_platform_that_the_procedure_names() -> None:
    (asset,) = data_of(read(f"{X},@Some_Name,"), "asset.detected")
    assert (asset["platform"], asset["handle"]) == ("x", "Some_Name")


def test_every_sighting_of_the_same_domain_is_kept() -> None:
    row = f"{DOMAINS},Example[.]com,"
    one, two = (read(row, name=f"Q1_2031_Peru-based_CIB_network_{n}.csv").made[1].event for n in (1, 2))
    assert one["data"]["value"] == two["data"]["value"] == "example.com"
    assert one["subject"] != two["subject"]


def test_row_that_stands_twice_is_one_sighting() -> None:
    assert len(data_of(read(f"{DOMAINS},a[.]example,", f"{DOMAINS},a[.]example,"), "indicator.observed")) == 1


def test_remark_behind_an_address_is_its_comment() -> None:
    found = read(f'{DOMAINS},"info[at]example[.]com, hosted elsewhere",')
    (indicator,) = data_of(found, "indicator.observed")
    assert (indicator["kind"], indicator["value"], indicator["comment"]) == (
        "email-addr",
        "info@example.com",
        "hosted elsewhere",
    )


def test_several_addresses_in_a_cell_are_one_indicator_each() -> None:
    found = read(f'{DOMAINS},"a[.]example\nb[.]example",', f"{NEWS},#one #two,")
    assert [each["value"] for each in data_of(found, "indicator.observed")] == [
        "a.example",
        "b.example",
        "#one",
        "#two",
    ]


def test_address_with_white_space_in_it_is_refused_with_its_line() -> None:
    found = read(
        f"{DOMAINS},good[.]example,", f"{NEWS},https://example[.]com/why-boyc ott,", f"{DOMAINS},fine[.]example,"
    )
    assert [each["value"] for each in data_of(found, "indicator.observed")] == ["good.example", "fine.example"]
    assert refusals(found) == [(3, "Indicator")]
    assert "white space" in found.refused[0].reason


@pytest.mark.parametrize("cell", ["many Pages", "1.000 accounts", "between a few and several accounts"])
def test_figure_that_cannot_be_read_is_refused_and_not_kept_as_a_text(cell: str) -> None:
    found = read(f"{FACEBOOK},{cell},")
    assert refusals(found) == [(2, "Indicator")]
    assert data_of(found, "indicator.observed") == []


def test_followers_in_unknown_words_are_refused() -> None:
    assert refusals(read(f"{FOLLOWERS},9 accounts kept an eye on these Pages,")) == [(2, "Indicator")]


def test_lines_are_those_of_the_file_where_cells_go_over_several() -> None:
    found = read('"0. Acquiring\nAssets",0.6,"0.6.1 x\ny",a[.]example,', "", f"{DOMAINS},https://[.]com,")
    assert refusals(found) == [(6, "Indicator")]


def test_blank_rows_and_sections_are_no_errors() -> None:
    found = read(",,,,", "", "0. Acquiring assets,,,,", f"{ADS},,", "short")
    assert (found.refused, len(found.made), found.unfilled) == ([], 1, 3)


def test_comment_that_is_too_long_costs_itself_alone() -> None:
    found = read(f"{DOMAINS},a[.]example,{'x' * 4_001}")
    assert refusals(found) == [(2, "Commernts")]
    (indicator,) = data_of(found, "indicator.observed")
    assert (indicator["value"], "comment" in indicator) == ("a.example", False)


def test_quotation_mark_that_never_closes_costs_its_line_alone() -> None:
    found = read(f"{DOMAINS},a[.]example,", f'{DOMAINS},"b[.]example,', f"{DOMAINS},c[.]example,")
    assert [each["value"] for each in data_of(found, "indicator.observed")] == ["a.example", "c.example"]
    assert refusals(found) == [(3, "row")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_file_is_read_in_the_encoding_of_whatever_wrote_it(encoding: str, end: str) -> None:
    text = end.join([HEADING, f"{NEWS},Traoré – “the” Café,", f"{FACEBOOK},3 Pages,"])
    found = read_indicator_file(NAME, text.encode(encoding))
    assert data_of(found, "indicator.observed")[0]["value"] == "Traoré – “the” Café"
    assert data_of(found, "statement.made")[0]["assets"] == {"facebook:page": 3}


def test_columns_are_found_by_name_and_divided_by_any_usual_sign() -> None:
    found = read("3 Pages;0.9.1 Acquiring Facebook assets", heading="Indicator;Procedure")
    assert data_of(found, "statement.made")[0]["assets"] == {"facebook:page": 3}


@pytest.mark.parametrize(
    ("name", "raw", "field"),
    [
        (NAME, b"Tactic,Technique,Procedure\n", "heading"),
        (NAME, b"", "body"),
        ("network.csv", b"Tactic,Technique,Procedure,Indicator\n", "file name"),
    ],
)
def test_file_of_another_form_is_refused_as_a_whole(name: str, raw: bytes, field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_indicator_file(name, raw)
    assert refused.value.field == field


def test_country_that_is_none_is_named_and_the_rest_goes_on() -> None:
    found = read(f"{FACEBOOK},3 Pages,", name="Q1_2031_Utopia & Peru-based_CIB_network.csv")
    assert found.made[0].event["data"]["origins"] == ["PE"]
    assert [(cell.line, cell.column) for cell in found.refused] == [(0, "file name")]


# --- into a room ------------------------------------------------------------------------------------------------------

ROWS = [
    f"{FACEBOOK},112 accounts,",
    f'{FOLLOWERS},"About 1,500 accounts followed one or more of these Pages",',
    f"{X},https://twitter[.]com/some_name,",
    f"{DOMAINS},example[.]com,",
    f"{NEWS},The Example Herald,",
]
RAW = "\n".join([HEADING, *ROWS]).encode()


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    room = Room(engine_url, now=at("2031-05-01T00:00:00Z"))
    yield room
    room.close()


def test_room_says_what_the_file_states(room: Room) -> None:
    tally, found = pour_indicators(NAME, RAW, ToWriter(room.parser, room.writer, Anybody()))
    assert (found.refused, tally.refused) == ([], 0)
    network = room.board.networks[found.network.id]
    assert {str(surface): count.figure for surface, count in network.assets_figure.items()} == {
        "facebook:account": Hedged.exactly(112),
        "x:account": Hedged.exactly(1),
    }
    (reach,) = room.measures(network=(found.network.id,))["reach"]["surfaces"]
    assert (reach["surface"], reach["figure"]["text"]) == ("facebook:page", "about 1500")


def test_importing_again_adds_nothing(room: Room) -> None:
    door = ToWriter(room.parser, room.writer, Anybody())
    first, found = pour_indicators(NAME, RAW, door)
    second, _ = pour_indicators(NAME, RAW, door)
    assert (first.accepted, second.accepted, second.duplicate) == (len(found.made), 0, len(found.made))


def test_cell_that_the_room_refuses_is_named_by_its_line(room: Room) -> None:
    raw = "\n".join([HEADING, f"{DOMAINS},a[.]example,", f"{NEWS},a\0b,"]).encode()
    tally, found = pour_indicators(NAME, raw, ToWriter(room.parser, room.writer, Anybody()))
    assert (tally.accepted, tally.refused, refusals(found)) == (2, 1, [(3, "Indicator")])


CELLS = st.text(
    st.sampled_from('1a.,"[]{}@:/#$ \n\ré') | st.characters(codec="utf-8", exclude_characters="\0"), max_size=40
)


@given(st.lists(CELLS))
def test_no_cell_stops_the_import(cells: list[str]) -> None:
    rows = io.StringIO(newline="")
    csv.writer(rows).writerows([*X.split(","), cell, ""] for cell in cells)
    found = read_indicator_file(NAME, f"{HEADING}\r\n{rows.getvalue()}".encode())
    for made in found.made:
        assert isinstance(makers.PARSER.parse_event(made.event), Record)


@given(st.binary(max_size=200))
def test_no_file_stops_the_program(raw: bytes) -> None:
    with contextlib.suppress(BadRequest):
        read_indicator_file(NAME, HEADING.encode() + b"\n" + raw)
