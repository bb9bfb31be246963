"""The typeface of printed pages: every name can be read or is spelt in code points; nothing becomes an empty box."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.briefing import named, plain
from app.exports._sheets import sheet
from app.exports._typeface import covered, folders, said, shown, worded
from app.exports._typeset import TEMPLATES, typeset
from tests import snapshots
from tests.every_room import NAMES

ARABIC = "شبكة الحقيقة"
CHARACTERS = sorted(frozenset().union(*covered()))


def compiles(*names: str) -> bytes:
    """A picture's data with names in it, as PDF/UA-1, which refuses a character without a glyph."""
    filled = sheet(snapshots.harbour_finch())
    filled |= {"headline": shown(names[0]), "lead": [shown(name) for name in names]}
    return typeset("briefing.typ", filled, "pdf", at=0, paper="a4")


@pytest.mark.parametrize(
    "name", ["Wake Up America", "Правда", "Αλήθεια", "חדשות", "सच्चाई", "ข่าวจริง", "Sự thật", "Łódź"]
)
def test_name_in_a_script_of_the_typeface_stays_as_it_is(name: str) -> None:
    assert re.sub("[\u2068\u2069]", "", shown(name)) == name
    compiles(name)


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("美国", "[U+7F8E U+56FD]"),
        ("Patriots 🔥🇺🇸", "Patriots [U+1F525 U+1F1FA U+1F1F8]"),
        ("한국", "[U+D55C U+AD6D]"),
        ("美国视觉醒新闻", "[U+7F8E U+56FD U+89C6 U+89C9 U+9192 U+65B0 …]"),
        ("W\u0337oke", "W[U+0337]oke"),
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


def test_our_own_words_keep_their_spaces() -> None:
    assert worded(" 51\u202fh of\u00a048 ") == " 51\u202fh of\u00a048 "


def test_every_character_of_the_fonts_can_be_set() -> None:
    compiles("".join(CHARACTERS[:40]), *("x".join(CHARACTERS[i : i + 60]) for i in range(0, len(CHARACTERS), 60)))


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


def test_fonts_stand_beside_their_licences() -> None:
    assert len(folders()) == len(covered())


def test_templates_ask_for_no_package_and_read_no_file() -> None:
    for template in TEMPLATES.glob("*.typ"):
        source = template.read_text(encoding="utf-8")
        assert "@" not in re.sub(r"//.*", "", source)
        assert not re.search(r"\b(read|csv|yaml|toml|xml|cbor|bibliography|plugin|eval|include|link)\(", source)
        assert set(re.findall(r'#import "([^"]+)"', source)) <= {"house.typ", "panels.typ"}
