"""The workbook of a snapshot, read back by another library: every figure with its hedge, and no text that acts."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from babel.numbers import get_currency_precision
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.exports import Frozen, canonical, made
from app.exports._figures import figures_of
from app.safetext import SHEET_LIMIT, clean
from tests import snapshots

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"

CELLS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", 'x";=1', "http://192.0.2.1/", "_x0041_", "mailto:a@example.org"),
    *("'=1", "1234", "TRUE", "#REF!", "{=1}", "external:c.xlsx", "internal:A1", "=cmd|' /C calc'!A0"),
)
"""Names of networks that a spreadsheet would take for something else, all of which it must show as they are."""

SHEETS = ["Summary", "Figures", "Money", "What changed", "Networks", "Stages", "Charts", "Assets"]
SHEETS += ["Unknown and how to read"]


@cache
def _file(body: bytes) -> bytes:
    return made(Frozen.read(body), "xlsx")


@cache
def _book(body: bytes) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in load_workbook(io.BytesIO(_file(body))).worksheets}


def sheets_of(frozen: Frozen) -> dict[str, Worksheet]:
    """The sheets of a snapshot's workbook by name."""
    return _book(frozen.body)


def parts_of(frozen: Frozen) -> dict[str, str]:
    """The parts of the file that are XML, by name."""
    with zipfile.ZipFile(io.BytesIO(_file(frozen.body))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def table(sheet: Worksheet, head: str) -> list[dict[str, Any]]:
    """The rows below the headings of which the first is ``head``."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(n for n, row in enumerate(rows) if row[0] == head)
    names = [name for name in rows[start] if name is not None]
    return [dict(zip(names, row, strict=False)) for row in rows[start + 1 :]]


def named(*names: str) -> Frozen:
    """The October snapshot with other names for its networks, the first for as many as there are."""
    content = snapshots.october().content
    networks = [network | {"name": name} for network, name in zip(content["networks"] * 3, names, strict=False)]
    numbered = [network | {"id": f"n{n}"} for n, network in enumerate(networks)]
    return Frozen.read(canonical(content | {"networks": numbered, "name": names[0]}))


def major(figure: Any, n: int | None) -> float | None:
    """An end of a figure in the units in which a cell has it."""
    if n is None or not figure.is_money:
        return n
    return n / 10 ** get_currency_precision(figure.unit)


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_figure_has_a_row_with_both_ends_and_its_hedge(name: str) -> None:
    frozen = snapshots.ALL[name]()
    rows = table(sheets_of(frozen)["Figures"], "Network")
    figures = list(figures_of(frozen.content))
    assert len(rows) == len(figures)
    for row, figure in zip(rows, figures, strict=True):
        hedged = figure.hedged
        assert row["Place in the content"] == figure.pointer
        assert (row["Low"], row["High"]) == (major(figure, hedged.low), major(figure, hedged.high))
        assert row["Qualifier"] == str(hedged.qualifier)
        assert snapshots.shows(row["Figure"], figure.said["prose"])
        assert snapshots.shows(row["Short"], figure.said["short"])
        assert (row["As said"] or "") == clean(hedged.as_said or "", empty="")


def test_published_figures_are_typed_numbers_with_their_hedges() -> None:
    rows = {
        (row["Network id"], row["Measure"], row["Part"], row["Surface"]): row
        for row in table(sheets_of(snapshots.october())["Figures"], "Network")
    }
    pages = rows["harbour-finch", "reach", None, "facebook:page"]
    assert (pages["Low"], pages["High"], pages["Qualifier"]) == (1_020_000, 1_020_000, "about")
    assert "that one Page had about 1.02 million followers" in pages["Do not write"]
    instagram = rows["harbour-finch", "reach", None, "instagram:account"]
    assert (instagram["Low"], instagram["High"], instagram["Qualifier"]) == (28_000, None, "more than")
    spend = rows["harbour-finch", "spend", None, None]
    assert (spend["Low"], spend["High"], spend["Qualifier"], spend["Unit"]) == (0, 100, "less than", "USD")


def test_what_nobody_said_is_an_empty_cell_and_a_word() -> None:
    rows = table(sheets_of(snapshots.october())["Figures"], "Network")
    absent = [row for row in rows if row["Qualifier"] == "absent"]
    assert absent
    assert {(row["Low"], row["High"], row["Figure"]) for row in absent} == {(None, None, "not known")}


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_no_end_of_a_figure_stands_without_its_words_and_its_qualifier(name: str) -> None:
    frozen = snapshots.ALL[name]()
    sheet = sheets_of(frozen)["Networks"]
    heads = [cell.value for cell in sheet[4]]
    groups = [place for place, head in enumerate(heads) if head and head.endswith(": low")]
    assert groups or not frozen.content["networks"]
    for place in groups:
        figure = heads[place].removesuffix(": low")
        assert heads[place - 1 : place + 3] == [figure, f"{figure}: low", f"{figure}: high", f"{figure}: qualifier"]
    for row in sheet.iter_rows(min_row=5, values_only=True):
        for place in groups:
            words, low, high, qualifier = row[place - 1 : place + 3]
            assert words
            assert qualifier or (low, high) == (None, None)


def test_each_network_has_its_own_figures_in_its_row() -> None:
    frozen = snapshots.october()
    rows = {row["Network id"]: row for row in table(sheets_of(frozen)["Networks"], "Network")}
    for network in frozen.content["networks"]:
        row = rows[network["id"]]
        for each in network["measures"]["reach"]["surfaces"]:
            surface = {"facebook:page": "Pages", "facebook:group": "groups", "instagram:account": "Instagram accounts"}
            assert row[f"Reach: {surface[each['surface']]}"] == each["figure"]["prose"]
            assert row[f"Reach: {surface[each['surface']]}: qualifier"] == each["figure"]["qualifier"]
    assert rows["harbour-finch"]["Assets: Pages"] == "30"
    assert rows["harbour-finch"]["Attribution, as approved"].startswith("A manual review linked")
    assert rows["long-gallery"]["Reach: Pages"] == "not known"


def test_times_are_dates_and_their_zone_is_said() -> None:
    row = next(r for r in table(sheets_of(snapshots.october())["Networks"], "Network") if r["Network id"] == "low-tide")
    assert row["Since (UTC)"] == datetime(2018, 10, 24, 11, 20)  # noqa: DTZ001
    assert (row["Limit, hours"], row["Overdue"]) == (48, "overdue")
    assert row["Hours in stage"] == pytest.approx(51.2)


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_sheet_bears_the_label_and_is_set_up_for_print(name: str) -> None:
    frozen = snapshots.ALL[name]()
    sheets = sheets_of(frozen)
    content = frozen.content
    there = {"Assets": content["names"], "Money": content["converted"] is not None, "What changed": "since" in content}
    assert list(sheets) == [title for title in SHEETS if there.get(title, True)]
    for sheet in sheets.values():
        assert sheet["A1"].value == str(frozen.tlp)
        assert str(frozen.tlp) in (sheet.oddHeader.right.text or "")
        assert str(frozen.tlp) in (sheet.oddFooter.center.text or "")
        assert frozen.id in (sheet.oddFooter.left.text or "")
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
        assert sheet.freeze_panes
        if sheet.title != "Charts":
            assert sheet.auto_filter.ref
            assert sheet.print_title_rows


def test_exercise_and_embargo_stand_on_every_sheet() -> None:
    content = snapshots.october().content
    frozen = Frozen.read(canonical(content | {"embargo_until": "2018-10-27T06:00:00Z"}))
    for sheet in sheets_of(frozen).values():
        said = [cell.value for cell in sheet[1] if cell.value]
        assert "Exercise, except Harbour Finch and Long Gallery" in said
        assert "Embargo until 27 Oct 2018, 06:00 UTC" in said


def test_summary_says_what_the_snapshot_is() -> None:
    frozen = snapshots.october()
    said = {row[0]: row[1] for row in sheets_of(frozen)["Summary"].iter_rows(values_only=True) if row[0]}
    assert (said["Snapshot"], said["Seq"], said["SHA-256"]) == (frozen.id, frozen.seq, frozen.sha256)
    assert (said["Frozen by"], said["Frozen at (UTC)"]) == ("A lead", datetime(2018, 10, 26, 14, 32))  # noqa: DTZ001
    assert said["Reach of open networks, Pages"] == "about 3.4 million"
    assert said["Ad spend, USD"] == "less than $100"


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_no_cell_is_a_formula_and_nothing_is_a_link(name: str) -> None:
    parts = parts_of(snapshots.ALL[name]())
    for part, xml in parts.items():
        if part.startswith("xl/worksheets/sheet"):
            assert not re.search(r"<f[ >/]", xml)
            assert "<hyperlink" not in xml
        if part.endswith(".rels"):
            assert 'TargetMode="External"' not in xml


def test_names_that_look_like_formulas_and_links_are_read_back_as_they_are() -> None:
    frozen = named(*CELLS)
    sheets = sheets_of(frozen)
    cells = {cell.value: cell for cell in sheets["Networks"]["A"]}
    for name in CELLS:
        assert cells[name].data_type == "s"
        assert cells[name].hyperlink is None
    assert sheets["Summary"]["A2"].value == CELLS[0]
    assert not any(re.search(r"<f[ >/]", xml) for part, xml in parts_of(frozen).items() if "worksheets" in part)


def test_tabs_and_line_ends_before_a_formula_leave_a_text() -> None:
    column = sheets_of(named("\t=1+1", "\r\n=1+1", "\x00=1", "\u202e=1"))["Networks"]["A"]
    assert [cell.value for cell in column[4:8]] == ["=1+1", "=1+1", "\ufffd=1", "□=1"]
    assert {cell.data_type for cell in column[4:8]} == {"s"}


@pytest.mark.parametrize("letter", ["x", "𝕎", "美"])
def test_longer_text_than_a_cell_holds_is_cut_with_a_mark(letter: str) -> None:
    cell = sheets_of(named(letter * 40_000))["Networks"]["A5"]
    assert cell.value.endswith("…")
    assert len(cell.value.encode("utf-16-le")) // 2 <= SHEET_LIMIT
    assert len(cell.value) > SHEET_LIMIT // 2 - 2


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_charts_are_drawn_from_the_cells_that_they_name(name: str) -> None:
    frozen = snapshots.ALL[name]()
    sheets = sheets_of(frozen)
    charts = [ET.fromstring(xml) for part, xml in parts_of(frozen).items() if "xl/charts/chart" in part]
    assert len(charts) >= 2
    for chart in charts:
        refs = [each for each in chart.iter() if each.tag in (f"{C}numRef", f"{C}strRef")]
        assert refs
        for ref in refs:
            sheet, _, cells = (ref.findtext(f"{C}f") or "").rpartition("!")
            block = sheets[sheet.strip("'")][cells.replace("$", "")]
            values = [row[0].value for row in block] if isinstance(block, tuple) else [block.value]
            cached = {int(pt.get("idx", "")): pt.findtext(f"{C}v") for pt in ref.iter(f"{C}pt")}
            for place, value in enumerate(values):
                shown = cached.get(place) or None
                assert shown == value or float(shown or "nan") == value


def test_chart_of_reach_has_both_ends_and_the_words_of_each_figure() -> None:
    frozen = snapshots.october()
    rows = table(sheets_of(frozen)["Charts"], "Network")
    low_tide = next(row for row in rows if row["Network"] == "Low Tide")
    assert (low_tide["Low"], low_tide["From low to high"], low_tide["Short"]) == (720_000, 0, "≈720 k")
    charts = [xml for part, xml in parts_of(frozen).items() if "xl/charts/chart" in part]
    assert any("≈720\u202fk" in xml for xml in charts)


def test_workbook_made_twice_is_the_same_to_the_byte() -> None:
    frozen = snapshots.october()
    assert made(frozen, "xlsx") == made(Frozen.read(frozen.body), "xlsx")


def test_entries_of_the_workbook_have_no_time_of_their_own() -> None:
    with zipfile.ZipFile(io.BytesIO(made(snapshots.october(), "xlsx"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2018-10-26T14:32:00Z" in archive.read("docProps/core.xml")


def test_names_of_assets_are_in_it_only_where_the_snapshot_has_them() -> None:
    assert "Assets" not in sheets_of(snapshots.harbour_finch())
    rows = table(sheets_of(snapshots.october())["Assets"], "Name")
    assert {"Wake Up America", "Thirst for Truth", "No racism no war"} <= {row["Name"] for row in rows}
    assert all(row["Qualifier"] or row["Followers"] == "not known" for row in rows)


def test_workbook_speaks_the_language_of_its_snapshot() -> None:
    sheets = sheets_of(snapshots.with_content(snapshots.october(), language="pt_BR"))
    assert next(iter(sheets)) == "Resumo"
    assert max(map(len, sheets)) <= 31
    assert "Alcance: Páginas: mínimo" in [cell.value for cell in sheets["Redes"][4]]


def test_thousands_of_hostile_names_are_texts_as_they_are() -> None:
    starts = ("=", "+", "-", "@", "＝", "\t=", "\r=", "http://", "_x0041_", "<b>", "&amp;", "%{x}", "\u202e", "'", "{=")
    calls = ("1+1", "cmd|' /C calc'!A0", "SUM(A1:A9)", 'HYPERLINK("http://192.0.2.1")')
    ends = (*calls, "192.0.2.1/x", "</t>", "\u0301" * 40)
    content = snapshots.october().content
    names = [f"{begin}{n}{end}" for n in range(30) for begin in starts for end in ends]
    row = content["assets"]["rows"][0]
    rows = [row | {"name": name, "url": name, "handle": name} for name in names]
    frozen = Frozen.read(canonical(content | {"assets": {"listed": len(rows), "included": len(rows), "rows": rows}}))
    assert len(names) > 3_000
    sheet = sheets_of(frozen)["Assets"]
    assert [cell.value for cell in sheet["A"][4:]] == [clean(name) for name in names]
    assert {cell.data_type for name in "ABG" for cell in sheet[name][4:]} == {"s"}
    assert not [cell for cell in sheet["G"][4:] if cell.value.startswith("http")]
    assert not [part for part, xml in parts_of(frozen).items() if "<hyperlink" in xml or re.search(r"<f[ >/]", xml)]
