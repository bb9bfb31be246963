"""The total over currencies: as wide as its amounts and its rates allow, with their date, and secondary everywhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pptx import Presentation

from app import briefing
from app.amounts import prose
from app.exports import Frozen, Options, all_exports, canonical, made
from app.exports._figures import figures_of
from app.exports._files import files_of
from app.hedged import Hedged, Money, Qualifier
from app.measures._figures import figure_json, money_figure_json
from app.rates import ReferenceRates
from app.records import money_of
from app.snapshots._converted import converted
from app.snapshots.comparing import compare
from app.snapshots.freezing import Wanted
from app.snapshots.restating import Restating
from app.vocabulary import Scope, Tlp
from tests import makers, snapshots
from tests.every_room import END
from tests.room import Room
from tests.test_cli import Program, fails_in_a_sentence
from tests.test_comparing import told
from tests.test_rates import bytes_of, file_of
from tests.test_snapshots import NOW, everything, freezing

EACH = {"USD": Decimal("1.1345"), "CAD": Decimal("1.4916"), "BRL": Decimal("4.2125"), "JPY": Decimal("127.13")}
"""Units for a euro on Friday 26 October 2018, from the ECB's pages."""

DAY = datetime.fromisoformat("2018-10-26")

MINOR = {"USD": 100, "CAD": 100, "BRL": 100, "JPY": 1, "KWD": 1_000}

SENTENCE = (
    "Spent on ads in all: between about $9,500 and $11,000, at ECB reference rates of 26 Oct 2018 "
    "(1 BRL = 0.269318 USD; 1 CAD = 0.760593 USD; 1 JPY = 0.00892394 USD)."
)


def line(currency: str, figure: Hedged, paid_in: Sequence[str] = (), *, mostly: bool = False) -> dict[str, Any]:
    """What a measure of spend has in one currency."""
    money = Money(currency, figure, tuple(paid_in), mostly)
    return {
        "currency": currency,
        "figure": money_figure_json(money),
        "paid_in": list(paid_in or (currency,)),
        "mostly": mostly,
        "ads": figure_json(Hedged.exactly(1)),
        "networks": 1,
    }


def total(*lines: dict[str, Any], rates: ReferenceRates | None = None) -> Hedged:
    said, _rates = converted({"currencies": list(lines)}, rates or ReferenceRates(), END)
    assert said is not None, "there was nothing to convert"
    assert said["figure"] is not None, said["why"]
    return money_of(said["figure"]).amount


def why(*lines: dict[str, Any], rates: ReferenceRates | None = None) -> str:
    said, used = converted({"currencies": list(lines)}, rates or ReferenceRates(), END)
    assert said is not None
    assert (said["figure"], used) == (None, [])
    return str(said["why"])


# --- arithmetic -------------------------------------------------------------------------------------------------------


def test_total_of_counted_amounts_is_about_what_a_recount_gives() -> None:
    figure = total(line("USD", Hedged.exactly(450_000)), line("CAD", Hedged.exactly(210_000)))
    recounted = 450_000 + 210_000 * EACH["USD"] / EACH["CAD"]
    assert recounted.quantize(Decimal(1)) == 609_724
    assert figure.qualifier is Qualifier.ABOUT
    assert figure.least <= recounted <= (figure.most or 0)
    assert prose(figure, "USD") == "about $6,100"


def test_total_of_several_currencies_is_what_a_recount_gives() -> None:
    frozen = snapshots.several()
    per_dollar = {code: EACH["USD"] / each for code, each in EACH.items()}
    # About C$2,100 is good to C$50; no end of the yen is 0 and the other less than 150,000.
    low = 450_000 + (210_000 - 5_000) * per_dollar["CAD"] + 1_300_000 * per_dollar["BRL"]
    high = (
        450_000 + (210_000 + 5_000) * per_dollar["CAD"] + 1_300_000 * per_dollar["BRL"] + 15_000_000 * per_dollar["JPY"]
    )
    figure = money_of(frozen.content["converted"]["figure"]).amount
    assert figure.qualifier is Qualifier.BETWEEN
    assert figure.approximate
    assert figure.low == (low / 1_000).to_integral_value(ROUND_FLOOR) * 1_000 == 956_000
    assert figure.high == (high / 100_000).to_integral_value(ROUND_CEILING) * 100_000 == 1_100_000


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (Hedged.exactly(10_000), "about $76"),
        (Hedged.exactly(1_000), "about $7.61"),
        (Hedged.about(4_800_000), "about $37,000"),
        (Hedged.more_than(10_000), "more than about $76"),
        (Hedged.at_least(10_000), "at least about $76"),
        (Hedged.less_than(10_000), "less than about $77"),
        (Hedged.at_most(123_456_700), "at most about $940,000"),
        (Hedged.between(10_000, 20_000), "between about $76 and $153"),
    ],
)
def test_hedge_of_an_amount_is_that_of_its_conversion(figure: Hedged, said: str) -> None:
    assert prose(total(line("CAD", figure)), "USD") == said


def test_counted_nothing_stays_nothing_at_any_rate() -> None:
    assert total(line("USD", Hedged.exactly(5_000)), line("CAD", Hedged.exactly(0))) == Hedged(
        5_000, 5_000, Qualifier.EXACTLY, terms=2
    )


def test_currencies_without_decimals_and_with_three_keep_their_size(tmp_path: Path) -> None:
    rates = ReferenceRates("USD", file_of(tmp_path, "2018-10-26,1.1345,127.13,0.3448,"))
    assert total(line("JPY", Hedged.exactly(127_130)), rates=rates).low == 113_000
    assert total(line("KWD", Hedged.exactly(344_800)), rates=rates).low == 113_000
    into_yen = replace_into(rates, "JPY")
    assert total(line("USD", Hedged.exactly(113_450)), rates=into_yen).low == 127_000
    into_dinars = replace_into(rates, "KWD")
    assert total(line("JPY", Hedged.exactly(127_130)), rates=into_dinars).low == 345_000


def replace_into(rates: ReferenceRates, into: str) -> ReferenceRates:
    return ReferenceRates(into, rates._file)


NUMBERS = st.one_of(st.integers(0, 999), st.integers(0, 10**9))
"""Small ones are not rounded to fewer figures, so that every unit counts."""

FIGURES = st.one_of(
    st.builds(Hedged.exactly, NUMBERS),
    st.builds(Hedged.about, NUMBERS),
    st.builds(Hedged.more_than, NUMBERS),
    st.builds(Hedged.at_least, NUMBERS),
    st.builds(Hedged.less_than, st.integers(1, 10**9)),
    st.builds(Hedged.at_most, NUMBERS),
    st.builds(lambda ends: Hedged.between(*sorted(ends)), st.tuples(NUMBERS, NUMBERS)),
)


@given(
    st.lists(st.tuples(st.sampled_from(["USD", "CAD", "BRL", "JPY"]), FIGURES, st.booleans()), min_size=1, max_size=4),
    st.sampled_from(["USD", "EUR", "JPY", "GBP"]),
)
@example([("CAD", Hedged.less_than(46), False)], "USD")
@example([("CAD", Hedged.more_than(75), False)], "USD")
@example([("CAD", Hedged.less_than(46), False), ("USD", Hedged.about(100), False)], "USD")
def test_total_allows_every_amount_that_its_amounts_allow(amounts: list[tuple[str, Hedged, bool]], into: str) -> None:
    each = EACH | {"EUR": Decimal(1), "GBP": Decimal("0.8868")}
    size = MINOR | {"EUR": 100, "GBP": 100}
    lines = [line(currency, figure, mostly=mostly) for currency, figure, mostly in amounts]
    said, _rates = converted({"currencies": lines}, RATES[into], END)
    if said is None or said["figure"] is None:
        return
    figure = money_of(said["figure"]).amount
    with localcontext(prec=60):
        at = [size[into] * each[into] / (size[currency] * each[currency]) for currency, _, _ in amounts]
        # Both quotients are cut after 60 digits: a hair of room.
        low = sum(known.least * rate for (_, known, _), rate in zip(amounts, at, strict=True)) * (1 + Decimal("1e-50"))
        assert figure.least <= low
        assert all(
            currency == into or figure.qualifier is not Qualifier.EXACTLY
            for currency, known, _ in amounts
            if known.high
        )
        if any(mostly or known.most is None for _, known, mostly in amounts):
            assert figure.most is None
            return
        high = sum((known.most or 0) * rate for (_, known, _), rate in zip(amounts, at, strict=True))
        assert figure.most is not None
        assert figure.most >= high * (1 - Decimal("1e-50"))


RATES = {into: ReferenceRates(into) for into in ("USD", "EUR", "JPY", "GBP")}


# --- where there is none ----------------------------------------------------------------------------------------------


def test_nothing_is_converted_where_all_is_in_the_currency_of_the_room() -> None:
    assert converted({"currencies": [line("USD", Hedged.exactly(1))]}, ReferenceRates(), END) == (None, [])
    assert converted({"currencies": []}, ReferenceRates(), END) == (None, [])
    # Stated in US dollars, and paid for in Canadian ones: the amount is known as it was stated.
    paid = line("USD", Hedged.less_than(10_000), ["CAD"])
    assert converted({"currencies": [paid]}, ReferenceRates(), END) == (None, [])
    assert snapshots.empty().content["converted"] is None


def test_one_bound_over_several_currencies_is_not_split() -> None:
    said = "An amount that its source bounded over several currencies (USD, CAD) is not split."
    assert why(line("USD", Hedged.less_than(10_000), ["USD", "CAD"])) == said
    assert why(line("USD", Hedged.less_than(10_000), ["USD", "CAD"]), line("BRL", Hedged.exactly(1))) == said


def test_october_is_shown_as_it_was_stated_and_says_why() -> None:
    content = snapshots.october().content
    assert content["rates"] == []
    assert content["converted"]["figure"] is None
    assert "(USD, CAD) is not split" in content["converted"]["why"]
    assert content["converted"]["why"] in briefing.how_to_read(content)
    assert briefing.converted_words(content) == ""


def test_currency_without_a_rate_is_named_and_nothing_is_left_out_of_a_total() -> None:
    said = "No ECB reference rate from IRR to USD is known of 26 Oct 2018 or the 10 days before."
    assert why(line("CAD", Hedged.exactly(1_000)), line("IRR", Hedged.exactly(1_000))) == said


def test_incomplete_list_of_currencies_makes_the_total_a_floor() -> None:
    figure = total(line("CAD", Hedged.exactly(10_000), mostly=True), line("USD", Hedged.exactly(10_000)))
    assert prose(figure, "USD") == "at least about $176"
    assert why(line("CAD", Hedged.less_than(10_000), mostly=True)) == "Nothing certain is known of the amount."


def test_amount_of_almost_nothing_is_not_said_to_be_nothing() -> None:
    assert why(line("IDR", Hedged.exactly(1))) == "Nothing certain is known of the amount."


def test_amount_that_readers_of_json_would_not_agree_on_has_no_total() -> None:
    assert why(line("USD", Hedged.exactly(2**50)), rates=ReferenceRates("IDR")) == "The amount is too large."


def test_file_that_broke_holds_no_briefing_up(tmp_path: Path) -> None:
    rates = ReferenceRates("USD", bytes_of(b"<html>")(tmp_path))
    said = why(line("CAD", Hedged.exactly(1)), rates=rates)
    assert said == "The file of exchange rates (WARROOM_RATES_FILE) cannot be read."


# --- in a snapshot ----------------------------------------------------------------------------------------------------


def test_rates_of_a_snapshot_are_those_that_its_total_took() -> None:
    rates = snapshots.several().content["rates"]
    assert [rate["from"] for rate in rates] == ["BRL", "CAD", "JPY"]
    for rate in rates:
        assert (rate["to"], rate["date"]) == ("USD", "2018-10-26")
        assert Decimal(rate["rate"]) == pytest.approx(EACH["USD"] / EACH[rate["from"]], rel=Decimal("5e-6"))
        assert rate["per_euro"] == {"USD": "1.1345", rate["from"]: str(EACH[rate["from"]])}


def test_measures_are_left_in_their_own_currencies() -> None:
    spend = snapshots.several().content["measures"]["spend"]
    assert [each["currency"] for each in spend["currencies"]] == ["BRL", "CAD", "JPY", "USD"]
    assert "converted" not in spend


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    held = Room(f"sqlite:///{tmp_path / 'room.db'}", now=NOW)
    spent = [
        makers.ad_observed("x1", spend={"currency": "CAD", "minor": 10_000}),
        makers.ad_observed("x2", spend={"currency": "USD", "minor": 10_000}),
    ]
    held.send([*told(), *spent])
    yield held
    held.close()


def test_total_takes_the_rates_of_the_day_of_the_picture(room: Room, tmp_path: Path) -> None:
    held = freezing(room, tmp_path)
    frozen = held.freeze(Wanted("Now", Tlp.GREEN), everything, by="Ann")
    assert {rate["date"] for rate in frozen.content["rates"]} == {"2018-10-26"}
    room.clock.at += 2 * 86_400_000_000
    weekend = held.freeze(Wanted("On Sunday", Tlp.GREEN), everything, by="Ann")
    assert weekend.content["picture"]["as_of"].startswith("2018-10-28")
    assert weekend.content["rates"] == frozen.content["rates"]


def test_other_rates_supersede_no_snapshot(room: Room, tmp_path: Path) -> None:
    held = freezing(room, tmp_path)
    before = held.freeze(Wanted("Before", Tlp.GREEN), everything, by="Ann")
    held.rates = ReferenceRates("USD", file_of(tmp_path, "2018-10-26,2,4,", header="Date,USD,CAD,\n"))
    after = held.freeze(Wanted("After", Tlp.GREEN), everything, by="Ann")
    assert before.content["converted"]["figure"] != after.content["converted"]["figure"]
    restating = Restating(held)
    assert restating.standing(before).stands
    assert compare(before.content, after.content, []).stands
    assert all(restating.are_current(held.page(tuple(Tlp)).kept).values())


def test_currency_of_the_room_is_that_of_its_totals(room: Room, tmp_path: Path) -> None:
    held = freezing(room, tmp_path)
    held.rates = ReferenceRates("EUR")
    frozen = held.freeze(Wanted("In euro", Tlp.GREEN), everything, by="Ann")
    assert frozen.content["converted"]["currency"] == "EUR"
    assert {rate["from"] for rate in frozen.content["rates"]} == {"CAD", "USD"}
    assert flat(briefing.converted_words(frozen.content)).endswith("(1 CAD = 0.670421 EUR; 1 USD = 0.881446 EUR).")


def of_old(frozen: Frozen) -> Frozen:
    """A snapshot as it was before anything was converted."""
    content = {name: value for name, value in frozen.content.items() if name != "converted"} | {"rates": []}
    return Frozen.read(canonical(content))


def test_older_snapshots_are_still_given_out_and_compared() -> None:
    old = of_old(snapshots.several())
    for export in all_exports().values():
        assert all(body for _name, body in files_of(old, export, Options()))
    assert compare(old.content, snapshots.several().content, []).stands
    sentence = "Spend is kept in the currency that it was stated in, and never converted or added."
    assert sentence in briefing.how_to_read(old.content)
    assert "Money" not in load_workbook(io.BytesIO(made(old, "xlsx"))).sheetnames


# --- given out --------------------------------------------------------------------------------------------------------


def flat(words: str) -> str:
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_total_stands_with_its_rates_and_their_date_below_the_figures() -> None:
    frozen = snapshots.several()
    assert flat(briefing.converted_words(frozen.content)) == SENTENCE
    pages = pypdf.PdfReader(io.BytesIO(made(frozen, "pdf"))).pages
    assert flat(pages[0].extract_text()).count(SENTENCE) == 1
    page = flat(made(frozen, "html").decode())
    assert page.count(f'data-figure="/converted/figure">{SENTENCE}<') == 1
    deck = Presentation(io.BytesIO(made(frozen, "pptx")))
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck.slides]
    assert sum(SENTENCE in flat(text) for text in notes) == 2
    shown = [flat(shape.text_frame.text) for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    assert sum(SENTENCE in text for text in shown) == 1


def test_total_is_no_headline_and_no_figure_in_type() -> None:
    content = snapshots.several().content
    said = content["converted"]["figure"]["prose"]
    spoken = [str(briefing.headline(content)), *(str(each) for each in briefing.lead(content))]
    assert not [words for words in spoken if said in words]
    assert said not in {number.said for number in briefing.totals(content)}


def test_press_line_has_no_total_and_says_not_to_write_one() -> None:
    frozen = snapshots.several()
    words = made(frozen, "press_line").decode()
    assert "in all: " not in words
    assert frozen.content["converted"]["figure"]["prose"] not in words
    assert "- that a sum was spent in all, without the exchange rates and their date\n" in words


def test_total_of_one_network_stands_below_its_figures(tmp_path: Path) -> None:
    told = snapshots.room_of(tmp_path, snapshots.every_room.spent_in_several())
    frozen = snapshots.freeze(told, Scope(network=("copper-bell",)))
    told.close()
    sentence = "Spent on ads in all: about $6,100, at ECB reference rates of 26 Oct 2018 (1 CAD = 0.760593 USD)."
    assert sentence in flat(pypdf.PdfReader(io.BytesIO(made(frozen, "pdf"))).pages[0].extract_text())
    assert sentence in flat(made(frozen, "html").decode())


def test_spreadsheet_has_the_rates_and_the_total_as_numbers_with_their_day() -> None:
    frozen = snapshots.several()
    sheet = load_workbook(io.BytesIO(made(frozen, "xlsx")))["Money"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    by_head = {row[0]: row for row in rows}
    assert by_head["CAD"][:5] == ["CAD", "about C$2,100", 2_100, 2_100, "about"]
    assert by_head["JPY"][:5] == ["JPY", "less than JPY 150,000", 0, 150_000, "less than"]
    place = next(n for n, row in enumerate(rows) if row[0] == "Total over currencies")
    assert rows[place + 1][:5] == ["USD", "between about $9,500 and $11,000", 9_560, 11_000, "between"]
    assert rows[place + 2][0] == frozen.content["converted"]["definition"]
    rate = by_head["1 CAD = 0.760593 USD"]
    assert rate[1:4] == ["ECB euro foreign exchange reference rates", 0.760593, DAY]
    assert rate[4:8] == ["CAD", 1.4916, "USD", 1.1345]


def test_spreadsheet_says_why_there_is_no_total() -> None:
    frozen = snapshots.october()
    sheet = load_workbook(io.BytesIO(made(frozen, "xlsx")))["Money"]
    words = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "not converted" in words
    assert frozen.content["converted"]["why"] in words
    assert "Exchange rate" not in words


def test_rows_and_objects_have_the_total_and_the_rates() -> None:
    frozen = snapshots.several()
    rows = list(csv.DictReader(io.StringIO(made(frozen, "csv").decode("utf-8-sig"))))
    (row,) = [row for row in rows if row["pointer"] == "/converted/figure"]
    assert [row[name] for name in ("measure", "part", "unit", "low", "high", "qualifier", "approximate")] == [
        *("spend", "converted", "USD", "9560.00", "11000.00", "between", "yes"),
    ]
    assert row["definition"] == frozen.content["converted"]["definition"]
    rates = [row for row in rows if row["measure"] == "rate"]
    assert [(row["part"], row["low"], row["unit"], row["definition"]) for row in rates] == [
        ("BRL to USD", "0.269318", "USD", "ECB euro foreign exchange reference rates, 2018-10-26"),
        ("CAD to USD", "0.760593", "USD", "ECB euro foreign exchange reference rates, 2018-10-26"),
        ("JPY to USD", "0.00892394", "USD", "ECB euro foreign exchange reference rates, 2018-10-26"),
    ]
    assert json.loads(made(frozen, "json"))["rates"] == frozen.content["rates"]
    bundle = json.loads(made(frozen, "stix"))
    (report,) = [each for each in bundle["objects"] if each["type"] == "report"]
    (extension,) = report["extensions"].values()
    (figure,) = [each for each in extension["figures"] if each["pointer"] == "/converted/figure"]
    assert (figure["measure"], figure["part"], figure["unit"]) == ("spend", "converted", "USD")
    assert "26 Oct 2018" in figure["definition"]


def test_total_is_one_figure_of_the_content_and_none_of_a_network() -> None:
    found = [figure for figure in figures_of(snapshots.several().content) if figure.part == "converted"]
    assert [(figure.pointer, figure.network) for figure in found] == [("/converted/figure", "")]


def test_rate_of_another_day_says_so_itself() -> None:
    frozen = snapshots.several()
    rates = [rate | ({"date": "2018-10-25"} if rate["from"] == "JPY" else {}) for rate in frozen.content["rates"]]
    words = flat(briefing.converted_words(frozen.content | {"rates": rates}))
    assert "reference rates of 25 Oct 2018 and 26 Oct 2018" in words
    assert "1 JPY = 0.00892394 USD, 25 Oct 2018" in words


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_doctor_says_until_when_rates_are_known(program: Program) -> None:
    said = program.run("doctor").stdout
    assert f"of the ECB until {ReferenceRates().until}, into USD" in said
    file = file_of(program.folder, "2000-05-02,1.25,125,0.5,")
    said = program.run("doctor", WARROOM_RATES_FILE=file, WARROOM_CURRENCY="JPY").stdout
    assert "of the ECB until 2000-05-02, into JPY" in said
    assert "WARROOM_RATES_FILE names newer ones" in said


def test_setting_of_rates_that_will_not_do_is_named(program: Program) -> None:
    file = bytes_of(b"<html>")(program.folder)
    assert "WARROOM_CURRENCY" in fails_in_a_sentence(program.run("doctor", WARROOM_CURRENCY="dollars"), 2)
    done = program.run("doctor", WARROOM_CURRENCY="UAH")
    assert (done.returncode, "the ECB publishes no rate of UAH" in done.stdout) == (1, True)
    done = program.run("doctor", WARROOM_RATES_FILE=file)
    assert (done.returncode, "WARROOM_RATES_FILE" in done.stdout) == (1, True)
    created = program.run("snapshot", "create", "--name", "x", "--tlp", "green", WARROOM_RATES_FILE=file)
    assert created.returncode != 0
    assert "WARROOM_RATES_FILE" in created.stderr
    served = program.run("serve", WARROOM_RATES_FILE=file)
    assert served.returncode != 0
    assert "WARROOM_RATES_FILE" in served.stderr
