"""The typeface of printed pages: every name can be read or is spelt in code points; nothing becomes an empty box."""

from __future__ import annotations

import importlib.metadata
import io
import re

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.briefing import named, plain
from app.exports._font_tables import ligatures
from app.exports._sheets import sheet
from app.exports._typeface import EMOJI, FOLDER, covered, folders, said, shown, worded
from app.exports._typeset import TEMPLATES, typeset
from tests import snapshots
from tests.every_room import NAMES

ARABIC = "شبكة الحقيقة"
CHARACTERS = sorted(covered())
WIDE = [c for c in CHARACTERS if "\u3400" <= c <= "\ud7ff" or c >= "\U00020000"]
OTHERS = [c for c in CHARACTERS if c < "\u3400" or "\ud7ff" < c < "\U00020000"]


def compiles(*names: str) -> bytes:
    """A picture's data with names in it, as PDF/UA-1, which refuses a character without a glyph."""
    filled = sheet(snapshots.harbour_finch())
    filled |= {"headline": shown(names[0]), "lead": [shown(name) for name in names]}
    return typeset("briefing.typ", filled, "pdf", at=0, paper="a4")


@pytest.mark.parametrize(
    "name",
    [
        *("Wake Up America", "Правда", "Αλήθεια", "חדשות", "सच्चाई", "ข่าวจริง", "Sự thật", "Łódź", "Ọ̀yọ́"),
        *("中国网络水军", "繁體中文新聞網", "日本語のニュース", "ﾆｭｰｽｶﾞ", "한국어 뉴스", "「東京」・センター", "𠮷野家"),
        *("Patriots 🔥🇺🇸", "👨‍👩‍👧‍👦", "👍🏽", "1️⃣", "❤️‍🔥", "🏳️‍🌈", "👩🏽‍💻", "⛹🏻‍♀", "★☎"),
    ],
)
def test_name_in_a_script_of_the_typeface_stays_as_it_is(name: str) -> None:
    assert re.sub("[\u2068\u2069]", "", shown(name)) == name
    compiles(name)


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("সত্য", "[U+09B8 U+09A4 U+09CD U+09AF]"),
        ("সত্যসংবাদ", "[U+09B8 U+09A4 U+09CD U+09AF U+09B8 U+0982 …]"),
        ("W\u0337oke", "W[U+0337]oke"),
        # Letters of which the mark would be taken from another font.
        ("Пра\u0301вда", "Пра[U+0301]вда"),
        ("中\u0301", "中[U+0301]"),
        ("x\uff9e", "x[U+FF9E]"),
        # No flag, no such people, no such hand: their parts are pictures, but of something else.
        ("🇦🇦", "[U+1F1E6 U+1F1E6]"),
        ("👨\u200d🐘 club", "[U+1F468 U+1F418] club"),
        ("🦬🏽", "[U+1F9AC U+1F3FD]"),
        ("a🏽", "a[U+1F3FD]"),
        ("🏽", "[U+1F3FD]"),
    ],
)
def test_what_no_font_has_is_spelt_in_code_points(name: str, spelt: str) -> None:
    assert shown(name) == spelt
    compiles(name)


def test_name_from_right_to_left_turns_nothing_round_beside_it() -> None:
    assert shown(ARABIC) == f"\u2068{ARABIC}\u2069"
    assert said(plain(named(ARABIC), " 18 h")) == f"\u2068{ARABIC}\u2069 18 h"


def test_name_is_made_safe_and_cut_before_it_is_spelt() -> None:
    assert shown("\u202eevil\u0000") == "□evil�"
    assert shown("a" * 40_000, 10) == "aaaaaaaaa…"
    assert shown("\u200b") == "(no name)"


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("中" * 99, "中中中中…"),
        ("한국어 뉴스 속보", "한국어 뉴…"),
        ("中文 news", "中文 news"),
        ("🇺🇸" * 99, "🇺🇸🇺🇸🇺🇸🇺🇸…"),
        ("👩🏽‍💻" * 99, "👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻…"),
        ("e\u0302\u0323" * 99, "ệệệệệệệệệ…"),
    ],
)
def test_name_is_cut_by_the_room_that_it_takes_and_never_within_a_picture(name: str, cut: str) -> None:
    assert shown(name, 10) == cut


def test_our_own_words_keep_their_spaces() -> None:
    assert worded(" 51\u202fh of\u00a048 ") == " 51\u202fh of\u00a048 "


def set_all(characters: list[str]) -> None:
    compiles("".join(characters[:40]), *("x".join(characters[i : i + 60]) for i in range(0, len(characters), 60)))


def test_every_character_of_the_fonts_can_be_set() -> None:
    set_all(OTHERS + WIDE[::30])


@pytest.mark.long
def test_every_ideograph_of_the_fonts_can_be_set() -> None:
    set_all(WIDE)


def test_picture_of_several_characters_is_one_glyph() -> None:
    rows = sorted(row for row in ligatures(EMOJI.file) if shown(row) == row)
    assert len(rows) > 3_000
    some = rows[::20]
    made = compiles("", *("x".join(some[i : i + 30]) for i in range(0, len(some), 30)))
    with pdfplumber.open(io.BytesIO(made)) as file:
        glyphs = [c for page in file.pages for c in page.chars if "Emoji" in c["fontname"]]
    assert len(glyphs) == len(some)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(
            st.one_of(st.sampled_from(CHARACTERS), st.characters(exclude_categories=["Cs"])), min_size=1, max_size=30
        ),
        min_size=1,
        max_size=20,
    )
)
def test_any_name_can_be_set(names: list[str]) -> None:
    compiles(*names)


def test_hostile_names_can_be_set_together() -> None:
    compiles(*NAMES)


def test_fonts_come_with_their_licences() -> None:
    for folder in folders():
        if folder.startswith(str(FOLDER)):
            package = max(
                (each.name for each in FOLDER.glob("*.OFL.txt") if folder.startswith(str(each)[:-8])), key=len
            )
            assert "SIL Open Font License" in (FOLDER / package).read_text(encoding="utf-8")
    files = importlib.metadata.files("noto-cjk-sans-otc") or []
    (licence,) = [file for file in files if file.name == "LICENSE"]
    assert "SIL Open Font License" in licence.read_text()


def test_templates_ask_for_no_package_and_read_no_file() -> None:
    for template in TEMPLATES.glob("*.typ"):
        source = template.read_text(encoding="utf-8")
        assert "@" not in re.sub(r"//.*", "", source)
        assert not re.search(r"\b(read|csv|yaml|toml|xml|cbor|bibliography|plugin|eval|include|link)\(", source)
        assert set(re.findall(r'#import "([^"]+)"', source)) <= {"house.typ", "panels.typ"}
