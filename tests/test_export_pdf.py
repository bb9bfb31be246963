"""PDF: the printed briefing says what its snapshot says, on every paper, and takes nobody's words for anything else."""

from __future__ import annotations

import io
import re
from contextvars import copy_context
from functools import cache
from typing import Any

import pdfplumber
import pypdf
import pytest

from app import briefing, language
from app.exports import Frozen, Options, Paper, made
from app.exports._marks import TLP_COLORS
from app.vocabulary import Tlp
from tests import every_room, snapshots

SIZES = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}


@cache
def pdf(name: str, paper: Paper = "a4") -> bytes:
    return made(snapshots.ALL[name](), "pdf", Options(paper=paper))


def read(file: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(file))


def pages(file: bytes) -> list[str]:
    return [page.extract_text() for page in read(file).pages]


def text(file: bytes) -> str:
    """All of a file on one line, without the places where a long word may be broken."""
    return " ".join(" ".join(pages(file)).replace("\u200b", "").split())


def flat(words: str) -> str:
    return " ".join(words.split())


def with_tlp(tlp: Tlp) -> Frozen:
    return snapshots.with_content(snapshots.harbour_finch(), tlp=str(tlp))


# --- what it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["october", "harbour_finch", snapshots.HUGE])
def test_figures_of_the_network_it_is_about_stand_with_their_hedges(name: str) -> None:
    content = snapshots.ALL[name]().content
    about = briefing.subject_of(content)
    assert about is not None
    said = text(pdf(name))
    for figure in briefing.figures_of(about):
        assert snapshots.shows(said, f"{figure.hedge} {figure.number} {figure.caption}".strip())


@pytest.mark.parametrize("name", ["october", snapshots.HUGE])
def test_figures_of_all_networks_stand_in_the_words_of_the_content(name: str) -> None:
    said = text(pdf(name))
    totals = briefing.totals(snapshots.ALL[name]().content)
    for figure in totals[:12]:
        assert snapshots.shows(said, f"{figure.caption}: {figure.said}")


def test_published_figures_stand_as_they_were_published() -> None:
    said = text(pdf("october"))
    for words in (
        "82 assets: 30 Pages, 33 accounts, 3 groups, 16 Instagram accounts",
        "about 1.02 M accounts followed at least one Page",
        "about 25,000 accounts joined at least one group",
        "more than 28,000 accounts followed at least one Instagram account",
        "less than $100 2 ads, paid in US and Canadian dollars",
        "7 events hosted",
    ):
        assert snapshots.shows(said, words)


@pytest.mark.parametrize("name", ["october", snapshots.HUGE])
def test_every_open_network_stands_in_the_table_with_its_reach(name: str) -> None:
    said = text(pdf(name))
    rows = briefing.open_rows(snapshots.ALL[name]().content)
    assert rows
    for row in rows:
        assert snapshots.shows(said, f"{row.name.text} {row.flow} {row.assets} {row.reached}")


def test_sentences_are_those_of_the_briefing() -> None:
    content = snapshots.october().content
    said = text(pdf("october"))
    sentences = [briefing.headline(content), *briefing.lead(content), *briefing.unknown(content)]
    sentences += [what for _when, what in briefing.since(content, 8).entries]
    for task in briefing.decisions(content):
        sentences += [task.deed, task.facts]
    for sentence in sentences:
        assert snapshots.shows(said, str(sentence))
    for clause in briefing.do_not_write(briefing.subject_of(content)["measures"]):  # type: ignore[index]
        assert snapshots.shows(said, clause)


def test_attribution_stands_no_stronger_than_it_was_approved() -> None:
    said = text(pdf("october"))
    assert "A manual review linked the activity of Harbour Finch to Iran Low" in said
    assert "run from Iran" not in said
    assert "Directed by" not in said


def test_network_past_its_limit_is_said_in_words_and_not_by_colour_alone() -> None:
    said = text(pdf("october"))
    assert snapshots.shows(said, "Low Tide 51 h limit 48 h")
    assert "Confirmed, overdue" in said
    assert "overdue in Confirmed" in said


# --- names of every script --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", SIZES)
def test_names_in_chinese_japanese_korean_and_emoji_can_be_read_and_found(paper: Paper) -> None:
    said = text(made(snapshots.eastern(), "pdf", Options(paper=paper)))
    assert "U+" not in said
    for name in snapshots.EASTERN_NAMES[:5]:
        assert name in re.sub("[\u2068\u2069]", "", said)


@pytest.mark.parametrize("paper", SIZES)
def test_names_of_wide_letters_stay_in_their_columns(paper: Paper) -> None:
    holds_its_words(made(snapshots.eastern(), "pdf", Options(paper=paper)))


def test_fonts_of_many_letters_leave_a_file_small() -> None:
    assert len(made(snapshots.eastern(), "pdf")) < len(pdf("october")) + 60_000


# --- what every page bears --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_page_bears_label_time_id_seq_digest_and_number(name: str) -> None:
    frozen = snapshots.ALL[name]()
    marks = briefing.marks(frozen.content)
    found = pages(pdf(name))
    for place, page in enumerate(found, 1):
        words = flat(page.replace("\u200b", ""))
        assert words.count(str(frozen.tlp)) >= 2
        assert f"Page {place} of {len(found)}" in words
        for said in (frozen.id, f"seq {frozen.seq}", f"SHA-256 {frozen.sha256[:16]}", "Picture of 26 Oct 14:32 UTC"):
            assert said in words
        assert not marks.embargo or marks.embargo in words


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_whole_digest_stands_once_and_among_the_properties(name: str) -> None:
    frozen = snapshots.ALL[name]()
    assert text(pdf(name)).count(frozen.sha256) == 1
    about = read(pdf(name)).metadata
    assert about is not None
    assert frozen.sha256 in str(about.subject)
    assert str(frozen.tlp) in str(about.title)


@pytest.mark.parametrize("tlp", Tlp)
def test_label_is_in_the_colours_of_the_standard(tlp: Tlp) -> None:
    wanted = tuple(int(TLP_COLORS[tlp][i : i + 2], 16) / 255 for i in (0, 2, 4))
    with pdfplumber.open(io.BytesIO(made(with_tlp(tlp), "pdf"))) as file:
        for page in file.pages:
            letters = [c for c in page.chars if abs(c["size"] - 12) < 0.1 and c["top"] < 80]
            assert "".join(c["text"] for c in letters) == str(tlp)
            assert all(colour(c["non_stroking_color"]) == pytest.approx(wanted, abs=0.01) for c in letters)
            behind = [r for r in page.rects if r["x0"] < letters[0]["x0"] and r["x1"] > letters[-1]["x1"]]
            assert any(colour(r["non_stroking_color"]) == (0, 0, 0) for r in behind)


def colour(value: Any) -> tuple[float, ...]:
    """Red, green and blue of a colour, which is one number where it is a grey."""
    levels = tuple(value) if isinstance(value, tuple | list) else (value,)
    return levels * 3 if len(levels) == 1 else levels


def test_exercise_is_said_on_every_page() -> None:
    assert all("Exercise, except Harbour Finch and Long Gallery" in flat(page) for page in pages(pdf("october")))
    assert "xercise" not in text(pdf("harbour_finch"))


def test_picture_of_the_past_says_so_on_every_page() -> None:
    frozen = snapshots.harbour_finch()
    past = snapshots.with_content(frozen, picture=frozen.content["picture"] | {"live": False})
    for page in pages(made(past, "pdf")):
        assert "Not the latest picture: it is of the past" in flat(page)
        assert "of the past" in flat(page)


def test_silent_source_is_named_on_every_page() -> None:
    frozen = snapshots.october()
    picture = frozen.content["picture"]
    sources = [source | {"silent": source["name"] == "Audiences"} for source in picture["sources"]]
    late = snapshots.with_content(frozen, picture=picture | {"sources": sources})
    assert all("silent: Audiences" in flat(page) for page in pages(made(late, "pdf")))


def test_briefing_speaks_the_language_of_its_snapshot() -> None:
    frozen = snapshots.with_content(snapshots.october(), language="pt_BR")
    file = made(frozen, "pdf")
    assert read(file).trailer["/Root"]["/Lang"] == "pt-BR"  # type: ignore[index]
    assert language.spoken().code == "en"


# --- paper and pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize("name", snapshots.NAMES)
def test_pages_have_the_size_of_the_paper(name: str, paper: Paper) -> None:
    for page in read(pdf(name, paper)).pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(SIZES[paper], abs=0.1)


@pytest.mark.parametrize("paper", SIZES)
def test_briefing_of_a_busy_day_is_two_pages(paper: Paper) -> None:
    assert len(read(pdf("october", paper)).pages) == 2
    assert "Pipeline" in pages(pdf("october", paper))[1]


@pytest.mark.parametrize("paper", SIZES)
def test_longer_words_of_another_language_take_no_page_more(paper: Paper) -> None:
    found = pages(made(in_portuguese(), "pdf", Options(paper=paper)))
    assert len(found) == 2
    assert "De onde veio" in found[0]
    assert "Etapas" in found[1]


@cache
def in_portuguese() -> Frozen:
    """The October briefing of a room that speaks Portuguese."""

    def freeze() -> Frozen:
        language.speak("pt_BR")
        return snapshots.frozen_of(every_room.told())

    return copy_context().run(freeze)


@pytest.mark.long
def test_many_networks_flow_on_to_further_pages_under_the_same_heads() -> None:
    found = pages(pdf("huge"))
    tables = [page for page in found if "Accounts reached" in flat(page)]
    assert len(tables) > 3


def test_nothing_is_said_briefly() -> None:
    (page,) = pages(pdf("empty"))
    assert "No network has been reported." in page
    assert "Pipeline" not in page


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize("name", snapshots.NAMES)
def test_no_word_leaves_the_page_or_stands_on_another(name: str, paper: Paper) -> None:
    holds_its_words(pdf(name, paper))


def holds_its_words(made: bytes) -> None:
    with pdfplumber.open(io.BytesIO(made)) as file:
        for page in file.pages[:8]:
            words = page.extract_words(use_text_flow=True, keep_blank_chars=True, x_tolerance=1.5)
            margin = 42
            for word in words:
                assert word["x0"] >= margin
                assert word["x1"] <= page.width - margin
                assert word["top"] > 14
                assert word["bottom"] < page.height - 12
            assert overlapping(words) == []


def overlapping(words: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of words of which the letters of one stand on those of the other."""
    found = []
    for n, a in enumerate(words):
        for b in words[n + 1 :]:
            across = min(a["x1"], b["x1"]) - max(a["x0"], b["x0"])
            down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            # Boxes of letters reach a little beyond what is drawn.
            if across > 1.5 and down > 0.45 * min(a["bottom"] - a["top"], b["bottom"] - b["top"]):
                found.append((a["text"], b["text"]))
    return found


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_pdf_made_twice_is_the_same_to_the_byte(name: str) -> None:
    frozen = snapshots.ALL[name]()
    assert made(Frozen.read(frozen.body), "pdf") == pdf(name)


def test_pdf_is_dated_by_the_snapshot() -> None:
    about = read(pdf("october")).metadata
    assert about is not None
    assert str(about.get("/CreationDate")).startswith("D:20181026143200")


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_fonts_are_outlines_and_in_the_file(name: str) -> None:
    for page in read(pdf(name)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            outer = font.get_object()
            assert outer["/Subtype"] == "/Type0"
            inner = outer["/DescendantFonts"][0].get_object()
            # The font for Chinese, Japanese and Korean has outlines of PostScript.
            kind, part = (
                ("/CIDFontType0", "/FontFile3") if "CJK" in str(outer["/BaseFont"]) else ("/CIDFontType2", "/FontFile2")
            )
            assert inner["/Subtype"] == kind
            assert part in inner["/FontDescriptor"].get_object()
            assert re.search(r"\+(Archivo|Noto)", str(outer["/BaseFont"]))


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_pdf_is_tagged_and_titled_for_readers_who_cannot_see_it(name: str) -> None:
    root: Any = read(pdf(name)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf(name)


def test_map_is_described_in_words() -> None:
    assert alternatives(read(pdf("october"))) == ["Map. From Iran; addressed: United States, United Kingdom."]


def alternatives(reader: pypdf.PdfReader) -> list[str]:
    objects = (reader.get_object(n) for n in range(1, len(reader.xref[0]) + 1) if n in reader.xref[0])
    found = [obj["/Alt"] for obj in objects if isinstance(obj, dict) and "/Alt" in obj]
    return [str(each) for each in found]


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_no_page_has_a_link_a_script_or_a_file_in_it(name: str) -> None:
    reader = read(pdf(name))
    assert [page for page in reader.pages if "/Annots" in page] == []
    root: Any = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/EmbeddedFiles"} & {*root, *root.get("/Names", {})}
    assert not re.search(rb"/(URI|JavaScript|Launch|GoToR|EmbeddedFile)\b", pdf(name))


def test_marks_of_the_typesetter_stay_letters() -> None:
    words = '#panic("run") $x^2$ @ref <label> *bold* _slant_ [a] \\ // /* `raw` #read("/etc/passwd") #include "a.typ"'
    frozen = snapshots.harbour_finch()
    network = frozen.content["networks"][0] | {"name": words[:60], "personas": [words[60:]]}
    harmful = snapshots.with_content(frozen, name=words[:60], networks=[network])
    said = text(made(harmful, "pdf"))
    assert flat(words[:60]) in said
    assert flat(words[60:]) in said


def test_name_of_forty_thousand_letters_is_cut() -> None:
    frozen = snapshots.harbour_finch()
    network = frozen.content["networks"][0] | {"name": "W" * 40_000}
    harmful = snapshots.with_content(frozen, name="#" * 40_000, networks=[network])
    said = text(made(harmful, "pdf")).replace(" ", "")
    assert "W" * 59 + "…" in said
    assert "W" * 60 not in said
