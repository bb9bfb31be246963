"""The slides of a snapshot, read back as XML: every figure with its hedge, marks and notes on each, and no link."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook
from PIL import ImageFont

from app.exports import Frozen, canonical, made
from app.safetext import clean
from tests import snapshots

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"

INCH = 914_400
ROOT = Path(__file__).resolve().parents[1]
NAMES = (
    "=1+1",
    "+1",
    "@SUM(A1)",
    "http://192.0.2.1/",
    "_x0041_",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "file:///etc",
)
"""Names of networks that a program would take for something else, all of which it must show as they are."""


@dataclass(frozen=True)
class Slide:
    """One slide: its own XML and that of its notes."""

    xml: ET.Element
    notes: ET.Element

    @property
    def lines(self) -> list[str]:
        """Its paragraphs, in order."""
        return paragraphs(self.xml)

    @property
    def text(self) -> str:
        """All that is read on it."""
        return "\n".join(self.lines)

    @property
    def told(self) -> str:
        """All that its notes say."""
        return "\n".join(paragraphs(self.notes))


def paragraphs(xml: ET.Element) -> list[str]:
    """The words of each paragraph, with other spaces as spaces."""
    found = ("".join(t.text or "" for t in p.iter(f"{A}t")) for p in xml.iter(f"{A}p"))
    return [re.sub(r"[\u00a0\u202f]", " ", words) for words in found if words]


@cache
def _parts(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made(Frozen.read(body), "pptx"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def parts_of(frozen: Frozen) -> dict[str, bytes]:
    """The parts of the file by name."""
    return _parts(frozen.body)


def slides_of(frozen: Frozen) -> list[Slide]:
    """The slides in their order, each with its notes."""
    parts = parts_of(frozen)
    names = sorted(
        (name for name in parts if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)),
        key=lambda name: int(re.findall(r"\d+", name)[0]),
    )
    found = []
    for name in names:
        rels = parts[f"ppt/slides/_rels/{name.rpartition('/')[2]}.rels"].decode()
        notes = re.findall(r"notesSlides/notesSlide\d+\.xml", rels)[0]
        found.append(Slide(ET.fromstring(parts[name]), ET.fromstring(parts[f"ppt/{notes}"])))
    return found


def charts_of(frozen: Frozen) -> list[tuple[ET.Element, bytes]]:
    """Every chart with the workbook that is inside of it."""
    parts = parts_of(frozen)
    found = []
    for name in sorted(name for name in parts if re.fullmatch(r"ppt/charts/chart\d+\.xml", name)):
        rels = parts[f"ppt/charts/_rels/{name.rpartition('/')[2]}.rels"].decode()
        book = re.findall(r"embeddings/[^\"]+\.xlsx", rels)[0]
        found.append((ET.fromstring(parts[name]), parts[f"ppt/{book}"]))
    return found


def cached(row: ET.Element, of: str) -> list[str | None]:
    """The values that a series was drawn with."""
    held = next(each for each in row.find(f"{C}{of}").iter() if each.tag in (f"{C}strCache", f"{C}numCache"))  # type: ignore[union-attr]
    points = {int(pt.get("idx", "")): pt.findtext(f"{C}v") for pt in held.iter(f"{C}pt")}
    return [points.get(n) for n in range(int(held.find(f"{C}ptCount").get("val", "")))]  # type: ignore[union-attr]


def named(*names: str) -> Frozen:
    """The October snapshot with other names for its networks."""
    content = snapshots.october().content
    networks = [network | {"name": name} for network, name in zip(content["networks"], names, strict=False)]
    return Frozen.read(canonical(content | {"networks": networks, "name": names[0]}))


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_slide_bears_the_label_the_picture_and_its_page(name: str) -> None:
    frozen = snapshots.ALL[name]()
    slides = slides_of(frozen)
    for n, slide in enumerate(slides, 1):
        assert str(frozen.tlp) in slide.lines
        assert f"Page {n} of {len(slides)}" in slide.lines
        assert f"seq {frozen.seq}" in slide.text
        assert "Picture of 26 Oct 14:32 UTC" in slide.text


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_notes_of_every_slide_say_who_froze_what_and_when(name: str) -> None:
    frozen = snapshots.ALL[name]()
    for slide in slides_of(frozen):
        for said in (frozen.id, frozen.sha256, str(frozen.tlp), f"seq {frozen.seq}", "26 Oct 2018, 14:32 UTC"):
            assert said in slide.told
        assert clean(frozen.content["frozen"]["by"], 40) in slide.told


def test_exercise_and_embargo_stand_on_every_slide() -> None:
    content = snapshots.october().content
    for slide in slides_of(Frozen.read(canonical(content | {"embargo_until": "2018-10-27T06:00:00Z"}))):
        assert "Exercise, except Harbour Finch and Long Gallery" in slide.text
        assert "Embargo until 27 Oct 2018, 06:00 UTC" in slide.text


def test_label_stands_in_its_color_on_black() -> None:
    for slide in slides_of(snapshots.october()):
        (label,) = [sp for sp in slide.xml.iter(f"{P}sp") if paragraphs(sp) == ["TLP:GREEN"]]
        colors = [color.get("val") for color in label.iter(f"{A}srgbClr")]
        assert colors == ["000000", "33FF00"]


def test_first_slide_has_the_headline_with_the_decision_in_it() -> None:
    first = slides_of(snapshots.october())[0]
    assert "82 Pages, groups and accounts" in first.text
    assert "Five networks stay open, one past its limit." in first.text
    assert "Low Tide has been confirmed for 51 hours without a removal order; the limit is 48 hours." in first.text


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_headline_figure_is_on_a_slide_and_in_its_notes_with_what_it_counts(name: str) -> None:
    content = snapshots.ALL[name]().content
    slides = slides_of(snapshots.ALL[name]())
    told = " ".join(slide.told for slide in slides)
    measures = content["measures"]
    figures = [
        *((each["figure"], each["definition"]) for each in measures["reach"]["surfaces"]),
        *((each["figure"], each["definition"]) for each in content["open"]["reach"]["surfaces"]),
        *((line["figure"], measures["spend"]["definition"]) for line in measures["spend"]["currencies"]),
        (measures["events"]["figure"], measures["events"]["definition"]),
        (measures["takedowns"]["assets"], measures["takedowns"]["definition"]),
    ]
    for figure, definition in figures:
        assert snapshots.shows(told, figure["prose"])
        assert snapshots.shows(told, definition)


def test_published_figures_stand_with_their_hedges_on_the_slide_of_the_network() -> None:
    slide = next(slide for slide in slides_of(snapshots.october()) if slide.lines[0].startswith("Harbour Finch"))
    for line in ("82", "about 1.02 M", "about 25,000", "more than 28,000", "less than $100", "7"):
        assert line in slide.lines
    assert "assets: 30 Pages, 33 accounts, 3 groups, 16 Instagram accounts" in slide.lines
    assert "2 ads, paid in US and Canadian dollars" in slide.lines
    assert "accounts that followed at least one of 30 Pages; accounts, not people" in slide.told


def test_attribution_stands_beside_what_we_do_not_know() -> None:
    frozen = snapshots.october()
    slide = next(slide for slide in slides_of(frozen) if slide.lines[0].startswith("Harbour Finch"))
    assert {"Attribution", "What we do not know"} <= set(slide.lines)
    assert "A manual review linked the activity of Harbour Finch to Iran" in slide.lines
    assert set(frozen.content["unknown"]) <= set(slide.lines)


def test_network_past_its_limit_has_a_slide_that_says_so() -> None:
    titles = [slide.lines[0] for slide in slides_of(snapshots.october())]
    assert any(title.startswith("Low Tide has been confirmed for 51 hours") for title in titles)


def test_table_has_every_open_network_with_its_hedged_reach() -> None:
    frozen = snapshots.october()
    slide = next(slide for slide in slides_of(frozen) if slide.lines[0] == "Open networks, by accounts reached")
    rows = [paragraphs(row) for row in slide.xml.iter(f"{A}tr")]
    assert rows[0] == ["Network", "Origin and target", "Assets", "Reached", "Stage", "In stage", "Limit"]
    still = [network for network in frozen.content["networks"] if network["open"]]
    assert [row[0] for row in rows[1:]] == [network["name"] for network in still]
    for row, network in zip(rows[1:], still, strict=True):
        assert network["measures"]["reach"]["surfaces"][0]["figure"]["prose"] in row


def test_long_table_goes_on_on_further_slides_and_says_what_it_leaves_out() -> None:
    frozen = snapshots.huge()
    slides = [slide for slide in slides_of(frozen) if slide.lines[0] == "Open networks, by accounts reached"]
    rows = [paragraphs(row)[0] for slide in slides for row in slide.xml.iter(f"{A}tr")]
    shown = [name for name in rows if name != "Network"]
    still = [network["name"] for network in frozen.content["networks"] if network["open"]]
    assert len(slides) == 12
    assert shown == still[: len(shown)]
    assert f"{len(still) - len(shown)} more in the spreadsheet of this snapshot." in slides[-1].text


@pytest.mark.parametrize("name", ["october", "hostile", snapshots.HUGE, "harbour_finch"])
def test_charts_of_reach_have_both_ends_of_every_figure_and_its_hedge(name: str) -> None:
    content = snapshots.ALL[name]().content
    wanted = {
        clean(network["name"], 28): (each["figure"]["short"], network)
        for network in content["networks"]
        for each in network["measures"]["reach"]["surfaces"][:1]
    }
    labelled = [chart for chart, _book in charts_of(snapshots.ALL[name]()) if len(list(chart.iter(f"{C}ser"))) == 3]
    assert labelled
    rows = list(labelled[0].iter(f"{C}ser"))
    names = cached(rows[0], "cat")
    words = [
        re.sub(r"\s", " ", "".join(t.text or "" for t in label.iter(f"{A}t"))) for label in rows[2].iter(f"{C}dLbl")
    ]
    assert len(names) == len(words)
    for place, (called, label) in enumerate(zip(names, words, strict=True)):
        short, network = wanted[str(called)]
        assert label == re.sub(r"\s", " ", short)
        figure = network["measures"]["reach"]["surfaces"][0]["figure"]
        low, spread = (int(cached(row, "val")[place] or "") for row in rows[:2])
        assert low == figure.get("low", figure.get("value"))
        assert low + spread == figure.get("high", figure.get("value"))


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_charts_are_native_and_drawn_with_what_their_workbooks_hold(name: str) -> None:
    charts = charts_of(snapshots.ALL[name]())
    assert charts
    for chart, book in charts:
        cells = load_workbook(io.BytesIO(book))["Sheet1"]
        assert list(chart.iter(f"{C}barChart"))
        for column, row in enumerate(chart.iter(f"{C}ser"), 2):
            categories, values = cached(row, "cat"), cached(row, "val")
            below = range(2, len(values) + 2)
            assert [cells.cell(n, 1).value for n in below] == categories
            assert [cells.cell(n, column).value for n in below] == [None if v is None else float(v) for v in values]
            assert cached(row, "tx") == [cells.cell(1, column).value]
            (ref,) = [each.text for each in row.find(f"{C}val").iter(f"{C}f")]  # type: ignore[union-attr]
            letter = cells.cell(1, column).column_letter
            assert ref == f"Sheet1!${letter}$2:${letter}${len(values) + 1}"


def test_pipeline_counts_the_networks_of_each_stage() -> None:
    frozen = snapshots.october()
    stages = frozen.content["measures"]["stages"]["stages"]
    counts = [cached(next(chart.iter(f"{C}ser")), "val") for chart, _book in charts_of(frozen)]
    assert [str(stage["n"]) for stage in stages] in counts


def test_durations_are_cut_and_never_rounded_up() -> None:
    frozen = snapshots.october()
    (rows,) = [rows for chart, _b in charts_of(frozen) if len(rows := list(chart.iter(f"{C}ser"))) == 4]
    networks = {network["name"]: network["durations"] for network in frozen.content["networks"]}
    for place, name in enumerate(cached(rows[0], "cat")):
        took = networks[str(name)]
        days = sum(float(cached(row, "val")[place] or 0) for row in rows[:3])
        total = (took["open_s"] if took["open_s"] is not None else took["to_removed_s"]) / 86_400
        assert total - 0.011 < days <= total


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_chart_and_table_has_an_alternative_text(name: str) -> None:
    frames = [
        frame
        for slide in slides_of(snapshots.ALL[name]())
        for frame in slide.xml.iter()
        if frame.tag == f"{P}graphicFrame"
    ]
    assert frames
    for frame in frames:
        assert len(next(frame.iter(f"{P}cNvPr")).get("descr", "")) > 10
    assert not [slide for slide in slides_of(snapshots.ALL[name]()) if list(slide.xml.iter(f"{P}pic"))]


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_nothing_on_a_slide_is_a_link_and_no_part_is_outside(name: str) -> None:
    for part, xml in parts_of(snapshots.ALL[name]()).items():
        assert b"hlink" not in re.sub(rb"</?a:(hlink|folHlink)>|(fol)?[hH]link=\"\w+\"", b"", xml) or part.endswith(
            ".xlsx"
        )
        assert b'TargetMode="External"' not in xml


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_no_cell_of_a_workbook_inside_is_a_formula(name: str) -> None:
    for _chart, book in charts_of(snapshots.ALL[name]()):
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
            assert b'TargetMode="External"' not in b"".join(archive.read(part) for part in archive.namelist())


def test_names_that_look_like_something_else_are_read_back_as_they_are() -> None:
    frozen = named(*NAMES)
    text = "\n".join(slide.text for slide in slides_of(frozen))
    for network in frozen.content["networks"]:
        if network["open"]:
            assert network["name"] in text
    (categories,) = {tuple(cached(next(chart.iter(f"{C}ser")), "cat")) for chart, _book in charts_of(frozen)[1:2]}
    assert set(categories) <= set(NAMES)
    for _chart, book in charts_of(frozen):
        assert {cell.data_type for row in load_workbook(io.BytesIO(book))["Sheet1"] for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_nothing_stands_outside_of_its_slide(name: str) -> None:
    for slide in slides_of(snapshots.ALL[name]()):
        for frame in [each for each in slide.xml.iter() if each.tag in (f"{A}xfrm", f"{P}xfrm")]:
            at, size = frame.find(f"{A}off"), frame.find(f"{A}ext")
            assert at is not None
            assert size is not None
            left, top, width, height = (
                int(each.get(key, "")) for each in (at, size) for key in sorted(each.keys(), reverse=False)
            )
            assert 0 <= left <= left + width <= 13.34 * INCH
            assert 0 <= top <= top + height <= 7.5 * INCH


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_no_box_has_more_words_than_it_holds(name: str) -> None:
    for slide in slides_of(snapshots.ALL[name]()):
        for box in slide.xml.iter(f"{P}sp"):
            ext = box.find(f"{P}spPr/{A}xfrm/{A}ext")
            # A title has its place and its size from the layout.
            width, height = (12.13, 0.98) if ext is None else (int(ext.get(key, "")) / INCH for key in ("cx", "cy"))
            assert sum(tall(p, width) for p in box.iter(f"{A}p")) <= height + 0.02


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_no_table_grows_over_the_foot_of_its_slide(name: str) -> None:
    for slide in slides_of(snapshots.ALL[name]()):
        for frame in (each for each in slide.xml.iter(f"{P}graphicFrame") if list(each.iter(f"{A}tbl"))):
            widths = [int(column.get("w", "")) / INCH - 0.15 for column in frame.iter(f"{A}gridCol")]
            top = int(frame.find(f"{P}xfrm/{A}off").get("y", "")) / INCH  # type: ignore[union-attr]
            rows = [zip(row.iter(f"{A}tc"), widths, strict=True) for row in frame.iter(f"{A}tr")]
            heights = [max(tall(p, width) for cell, width in row for p in cell.iter(f"{A}p")) + 0.1 for row in rows]
            assert top + sum(heights) < 6.98


@cache
def type_of(size: int) -> ImageFont.FreeTypeFont:
    """The type of the slides, semibold, in a size of points."""
    font = ImageFont.truetype(ROOT / "static/vendor/archivo/archivo-latin-standard-normal.woff2", size * 10)
    font.set_variation_by_axes([600, 100])
    return font


def tall(paragraph: ET.Element, width: float) -> float:
    """Inches that the lines of a paragraph take in the type that they are set in."""
    size = max((int(run.get("sz", "2600")) for run in paragraph.iter(f"{A}rPr")), default=0) // 100
    if not size:
        return 0.0
    font, indent = type_of(size), int(next(iter(paragraph.iter(f"{A}pPr")), paragraph).get("marL", "0")) / INCH
    n, left = 1, width - indent
    for word in re.split(r"(?<= )", "".join(t.text or "" for t in paragraph.iter(f"{A}t"))):
        takes = font.getlength(word.rstrip()) / 720
        if takes > left and left < width - indent:
            n, left = n + 1, width - indent
        while takes > width - indent:
            n, takes = n + 1, takes - width + indent
        left -= takes + font.getlength(" ") / 720
    return n * size * 1.09 / 72


def test_every_slide_has_one_title_in_the_type_of_the_layout() -> None:
    for slide in slides_of(snapshots.october()):
        (title,) = [sp for sp in slide.xml.iter(f"{P}sp") if sp.find(f"{P}nvSpPr/{P}nvPr/{P}ph") is not None]
        assert paragraphs(title)
        assert not [run for run in title.iter(f"{A}rPr") if run.get("sz")]


def test_theme_is_of_our_type_and_the_deck_is_wide() -> None:
    parts = parts_of(snapshots.october())
    themes = [xml.decode() for name, xml in parts.items() if "/theme/theme" in name]
    assert len(themes) == 2
    for theme in themes:
        assert set(re.findall(r'<a:latin typeface="([^"]*)"', theme)) == {"Archivo"}
        assert '<a:accent4><a:srgbClr val="8F3E00"/>' in theme
    assert b'<p:sldSz cx="12192000" cy="6858000"/>' in parts["ppt/presentation.xml"]
    assert not [name for name in parts if name.endswith((".jpeg", ".bin", ".emf"))]


def test_slides_made_twice_are_the_same_to_the_byte() -> None:
    frozen = snapshots.october()
    assert made(frozen, "pptx") == made(Frozen.read(frozen.body), "pptx")


def test_slides_are_dated_by_their_snapshot() -> None:
    parts = parts_of(snapshots.october())
    assert parts["docProps/core.xml"].count(b"2018-10-26T14:32:00Z") == 2
    with zipfile.ZipFile(io.BytesIO(made(snapshots.october(), "pptx"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_decisions_and_what_not_to_write_are_told() -> None:
    slides = slides_of(snapshots.october())
    text, told = "\n".join(slide.text for slide in slides), "\n".join(slide.told for slide in slides)
    assert "Low Tide. Order removal, or record why not." in text
    assert "14:05 Harbour Finch: removed." in re.sub(" +", " ", text)
    assert "That one Page had between about 4.35 million and 6.47 million followers." in text
    assert "Definitions:" in told


def test_slides_speak_the_language_of_their_snapshot() -> None:
    slides = slides_of(snapshots.with_content(snapshots.october(), language="pt_BR"))
    assert "Página 1 de 13" in slides[0].lines
    assert {run.get("lang") for slide in slides for run in slide.xml.iter(f"{A}rPr")} == {"pt-BR"}
