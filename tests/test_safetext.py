"""Text written by an adversary is shown literally, on one line, and does nothing to what stands beside it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.safetext import (
    BROKEN,
    HIDDEN,
    NO_NAME,
    SHEET_LIMIT,
    clean,
    csv_cell,
    defang,
    log_line,
    mixed_script,
    plotly_label,
    safe_name_html,
    sheet_cell,
    terminal,
)

NASTY = "\u202e\u2069\u2066\u2028\u2029\u200b\u200c\u200d\u200f\ufeff\u00ad\u0301\u0335\u0489\ufe0f\u20e3\x00\x1b\r\n\t"
FOREIGN = "=+-@<>&'\"$%{}\\|.:/ aZ0é漢ش ی\u05b8क्\u102d\u2800\u3164\ud800\U000e0041\U0001f468\U0001f3fb\U0001f1fa❤"
hostile = st.text(st.sampled_from(NASTY + FOREIGN) | st.characters(codec=None), max_size=40)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
SURVIVORS = [
    "Wake Up America",
    "No racism no war",
    "شبكة الحقيقة أولاً للأخبار",
    "می\u200cخواهم",
    "שָׁלוֹם עולם",
    "美国觉醒新闻网",
    "မြန်မာမြို့",
    "क्\u200dष नमस्ते",
    "tiếng Việt",
    "e\u0301t\u0302e\u0301",
    f"{FAMILY} family",
    "\U0001f469\U0001f3fd\u200d\U0001f680 astronaut",
    "\u2764\ufe0f\u200d\U0001f525",
    "1\ufe0f\u20e3 first",
    "\U0001f1ee\U0001f1f7",
    "\U0001f642\u200d\u2194\ufe0f",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "\u0600\u0661\u0662",
]


@pytest.mark.parametrize("text", SURVIVORS)
def test_honest_text_of_any_script_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202e1234", "□1234"),
        ("a\u2069b\u2029c\u2028d", "a□b□c□d"),
        ("wake\u200b\u200b\u2060up", "wake□up"),
        ("A\u200dB", "A□B"),
        ("a\x00b\x1b[31mc\x85d", "a�b�[31mc�d"),
        ("a\ud800b\uffffc", "a�b�c"),
        (" a\r\n\tb\u00a0 \u3000c ", "a b c"),
        ("a\u2800\u3164b", "a b"),
        ("Z\u0335\u0322\u0358\u0489a", "Z\u0335\u0322a"),
        ("\u0e01" + "\u0e49" * 9, "\u0e01" + "\u0e49" * 4),
        ("\u0301abc", "abc"),
        ("ب" + "\u0651" * 5 + "\u200c" + "\u0651" * 4, "ب" + "\u0651" * 4 + "□"),
        ("\u0651\u200cب", "□ب"),
        ("ب\u200c\u200cب", "ب□ب"),
        ("\U0001f468\u200d", "\U0001f468□"),
        ("a\u200d\u0301b", "a□b"),
        ("flag \U0001f3f4\U000e0067\U000e0062\U000e007f", "flag \U0001f3f4"),
        ("a\ufe0fb\U000e0100c", "abc"),
    ],
)
def test_what_would_deceive_is_made_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\u200b", "\u200b\u202e \u2069", "\u3164\u2800", "\u0301\u0335", "\U000e0041"]
)
def test_a_name_with_nothing_to_see_has_no_name(text: str) -> None:
    assert clean(text) == NO_NAME


@given(hostile)
def test_clean_text_is_one_line_without_controls(text: str) -> None:
    shown = clean(text)
    assert shown == " ".join(shown.split())
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff\U000e0000-\U000e007f]", shown)
    shown.encode("utf-8")


@given(hostile, st.none() | st.integers(len(NO_NAME), 80))
def test_cleaning_twice_changes_nothing(text: str, limit: int | None) -> None:
    shown = clean(text, limit)
    assert clean(shown, limit) == shown


@given(hostile)
def test_marks_do_not_pile_up(text: str) -> None:
    marks = 0
    for c in clean(text):
        marks = marks + 1 if unicodedata.category(c).startswith("M") and c != "\ufe0f" else 0
        assert marks <= 4


@given(hostile, st.integers(len(NO_NAME), 60))
def test_a_limit_holds_and_says_that_something_was_cut(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert len(shown) <= limit
    if len(clean(text)) > limit:
        assert shown.endswith("…")


def test_an_ellipsis_is_not_joined_to_a_picture() -> None:
    assert clean(FAMILY, 3) == "\U0001f468…"


def test_a_megabyte_is_cut_without_reading_it_all() -> None:
    assert clean("b" * 1_000_000, 60) == "b" * 59 + "…"
    assert clean("\u200b" * 1_000_000 + "x", 60).endswith("…")


class Boxes(HTMLParser):
    """Collects the tags and the text of a fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(
    hostile
    | st.sampled_from(['" hx-get="/x', "</bdi><script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "</script>"])
)
def test_a_name_in_html_is_only_text_in_one_box(text: str) -> None:
    boxes = Boxes()
    boxes.feed(safe_name_html(text))
    boxes.close()
    assert boxes.tags == ["bdi"]
    assert boxes.text == clean(text)


def test_a_name_in_html_has_its_own_direction() -> None:
    assert safe_name_html("Low <b>Tide") == '<bdi class="nm" dir="auto">Low &lt;b&gt;Tide</bdi>'


def test_a_name_of_mixed_scripts_is_marked_in_html() -> None:
    assert safe_name_html("\u0410merica").startswith('<bdi class="nm" dir="auto" data-mixed title=')


PLOTLY = [
    "<b>" * 20_000,
    '<a href="javascript:alert(1)">x</a>',
    '<span style="background:url(//h)">',
    "<br>" * 50,
    "%{customdata[0]}",
    "<extra>forged</extra>",
    r"$\href{x}{y}$",
    "&lt;b&gt;",
    "%" + "\u200b" + "{x}",
]


def drawn_by_plotly(label: str) -> str:
    """What Plotly draws of a label that holds no tags: its numeric and named entities, read once."""
    names = {"amp": "&", "lt": "<", "gt": ">"}
    return re.sub(r"&(?:#(\d+)|(amp|lt|gt));", lambda m: chr(int(m[1])) if m[1] else names[m[2]], label)


@given(hostile | st.sampled_from(PLOTLY))
def test_a_chart_label_is_short_and_holds_nothing_to_interpret(text: str) -> None:
    label = plotly_label(text)
    assert not re.search(r"[<>$]|%\{|&(?!amp;|lt;|gt;|#3[67];)", label)
    assert drawn_by_plotly(label) == clean(text, 60)


CELLS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\u200b=1",
    "＝1",
    "＠x",
    "|cmd",
    "%0a=1",
    '"=1',
    " =1",
    "\u2212" + "1",
]


@pytest.mark.parametrize("text", CELLS)
def test_a_cell_that_could_begin_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert csv_cell(text) == "'" + clean(text)


@pytest.mark.parametrize("text", ["Low Tide", "http://example.com", "_x0041_", "a=b", 'x";=1', ""])
def test_any_other_cell_is_left_alone(text: str) -> None:
    assert csv_cell(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "http://example.com", "_x0041_", ""])
def test_a_cell_that_is_typed_as_text_is_left_alone(text: str) -> None:
    assert sheet_cell(text) == text


@pytest.mark.parametrize("letter", ["x", "𝕎", "x𝕎", "👩\u200d👧"])
def test_a_typed_cell_is_cut_where_a_sheet_ends_with_a_mark_and_no_half_character(letter: str) -> None:
    cell = sheet_cell(letter * 40_000)
    assert SHEET_LIMIT - 4 <= len(cell.encode("utf-16-le")) // 2 <= SHEET_LIMIT
    assert cell.endswith("…")
    assert not cell.endswith("\u200d…")


@given(hostile | st.just("=" * 40_000))
def test_a_cell_is_one_line_that_fits_and_is_no_formula(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([csv_cell(text), "1234"])
    ((cell, number),) = csv.reader(io.StringIO(out.getvalue()))
    assert number == "1234"
    assert cell[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert "\n" not in cell
    assert len(cell) <= 32_767


@given(hostile)
def test_a_log_line_is_one_printable_line_that_can_be_read_back(text: str) -> None:
    line = log_line(text)
    assert line.isprintable()
    assert re.sub(r"\\(?:\\|n|r|t|x..|u....|U.{8})", read_back, line) == text


def read_back(match: re.Match[str]) -> str:
    simple = {"\\\\": "\\", r"\n": "\n", r"\r": "\r", r"\t": "\t"}
    return simple.get(match[0]) or chr(int(match[0].lstrip("\\xuU"), 16))


def test_a_log_line_cannot_forge_another_one() -> None:
    assert log_line("x\r\n2018-10-26 admin signed in") == r"x\r\n2018-10-26 admin signed in"


def test_a_log_line_ends_somewhere() -> None:
    assert len(log_line("x" * 10_000)) == 2_001


@given(hostile)
def test_a_terminal_gets_no_escape_sequences(text: str) -> None:
    shown = terminal(text)
    assert all(unicodedata.category(c) != "Cc" for c in shown)
    assert "\u202e" not in shown


def test_empty_text_stays_empty_on_a_terminal() -> None:
    assert terminal("") == ""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://evil.example.com/a.html?b=c.d", "hxxps[:]//evil[.]example[.]com/a.html?b=c.d"),
        ("HTTP://x.y", "hxxp[:]//x[.]y"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("data:text/html,x", "data[:]text/html,x"),
        ("www.example.com", "www[.]example[.]com"),
        ("example.com:8080/x", "example[.]com:8080/x"),
        ("https://good.com@evil.com/", "hxxps[:]//good[.]com@evil[.]com/"),
        ("https://x.y/\u202egpj.exe", "hxxps[:]//x[.]y/□gpj.exe"),
        ("", ""),
    ],
)
def test_an_address_is_shown_and_cannot_be_followed(url: str, shown: str) -> None:
    assert defang(url) == shown


@given(hostile | st.from_regex(r"(https?|ftp|javascript):(//)?[a-z.@]{1,9}(/[a-z.:]*)?", fullmatch=True))
def test_defanging_twice_changes_nothing(url: str) -> None:
    shown = defang(url)
    assert defang(shown) == shown
    assert not re.match(r"[a-z]+:", shown, re.IGNORECASE)


@pytest.mark.parametrize("text", ["Wake Up \u0410merica", "P\u0430ypal", "ν\u0430", "\uff37ake"])
def test_a_word_of_look_alike_scripts_is_mixed(text: str) -> None:
    assert mixed_script(text)


@pytest.mark.parametrize("text", ["Wake Up America", "Москва News", "Tシャツ", "naïve", "شبكة TV", "5µm", "", "\ud800"])
def test_words_of_one_script_each_are_not_mixed(text: str) -> None:
    assert not mixed_script(text)


def test_the_two_marks_are_what_the_design_says() -> None:
    assert (HIDDEN, BROKEN) == ("□", "�")
