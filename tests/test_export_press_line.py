"""The press line: sentences that may be printed as they stand, and what must not be written."""

from __future__ import annotations

import re

import pytest

from app.exports import Frozen, made
from app.records import hedged_of
from tests import snapshots
from tests.figure_words import claims_no_more
from tests.snapshots import with_content


def text_of(frozen: Frozen) -> str:
    return made(frozen, "press_line").decode()


def section(text: str, title: str) -> list[str]:
    """The lines of a part, up to the next empty one."""
    return text.split(f"\n{title}\n", 1)[1].split("\n\n", 1)[0].splitlines()


def test_a_network_is_a_paragraph_of_sentences_that_may_be_printed() -> None:
    (paragraph,) = section(text_of(snapshots.harbour_finch()), "Harbour Finch")
    assert paragraph == (
        "A manual review linked the activity of Harbour Finch to Iran. It posed as US citizens and UK citizens. "
        "It was removed on 26 Oct 2018. "
        "It has 82 assets: 30 Pages, 33 accounts, 3 groups and 16 Instagram accounts. "
        "About 1.02 million accounts followed at least one of 30 Pages (stated). "
        "About 25,000 accounts joined at least one of 3 groups (stated). "
        "More than 28,000 accounts followed at least one of 16 Instagram accounts (stated). "
        "These are accounts and not people, and they are not limited to one country. "
        "Less than $100 in US and Canadian dollars is known to have been paid for 2 ads. "
        "7 events were hosted. Whether 7 of them took place is not known."
    )


def test_what_has_been_misread_in_print_is_named() -> None:
    forbidden = section(text_of(snapshots.harbour_finch()), "Do not write:")
    for clause in (
        "- that “about 1.02 million” is “1.02 million”",
        "- that one Page had about 1.02 million followers",
        "- that “less than $100” is “$100”",
        "- that figures of different surfaces may be added",
        "- that the reach of several networks may be added",
    ):
        assert clause in forbidden
    assert len(forbidden) == len(set(forbidden))


def test_totals_stand_beside_one_another_by_surface() -> None:
    said, beside = section(text_of(snapshots.october()), "All together: Situation")
    assert "Between about 4.35 million and 6.47 million accounts followed at least one of 142 Pages" in said
    assert "At least about 110,000 accounts joined at least one of 22 groups" in said
    assert "never added" in beside


def test_nothing_that_is_not_confirmed_reads_as_confirmed() -> None:
    text = text_of(snapshots.october())
    (slate,) = section(text, "Slate Lantern (exercise)")
    assert "It has been under review since 25 Oct 2018; nothing about it is confirmed." in slate
    (pier,) = section(text, "North Pier (exercise)")
    assert "It was reviewed and dismissed on 22 Oct 2018." in pier


def test_source_line_says_which_picture_it_is() -> None:
    frozen = snapshots.october()
    source = section(text_of(frozen) + "\n", "Source:")
    assert source == [
        "Picture of 26 Oct 14:32 UTC, live, all sources reporting.",
        "Frozen by A lead, 26 Oct 2018, 14:32 UTC; snapshot 0123456789abcdef, seq 3118.",
        f"SHA-256 {frozen.sha256}",
        "TLP:GREEN",
    ]


def test_label_embargo_and_exercise_come_first() -> None:
    frozen = with_content(snapshots.october(), embargo_until="2018-10-26T18:00:00Z")
    assert text_of(frozen).splitlines()[0] == (
        "TLP:GREEN · Embargo until 26 Oct 2018, 18:00 UTC · Exercise, except Harbour Finch and Long Gallery"
    )


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_it_is_made_of_whole_lines_without_controls(name: str) -> None:
    text = text_of(snapshots.ALL[name]())
    assert text.endswith("\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066\u2067]", text)
    # Isolates of ours, each closed on its own line.
    for line in text.splitlines():
        assert line.count("\u2068") == line.count("\u2069")


def test_a_name_from_right_to_left_does_not_move_the_number_beside_it() -> None:
    name = "شبكة الحقيقة أولاً للأخبار العاجلة والتحليلات"
    assert f"\u2068{name}\u2069" in text_of(snapshots.hostile())


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_reach_of_a_paragraph_is_the_figure_of_the_snapshot(name: str) -> None:
    """Read back: what the words of the file allow holds all that the figure of the snapshot allows."""
    frozen = snapshots.ALL[name]()
    text = text_of(frozen)
    reaches = [
        each["figure"]
        for measures in (*(network["measures"] for network in frozen.content["networks"]), frozen.content["measures"])
        for each in measures["reach"]["surfaces"]
    ]
    for each in reaches:
        assert snapshots.shows(text.lower(), each["prose"].lower())
        figure = hedged_of(each)
        assert claims_no_more(each["prose"], figure.least, figure.most)


def test_made_twice_it_is_the_same_to_the_byte() -> None:
    frozen = snapshots.october()
    assert made(frozen, "press_line") == made(Frozen.read(frozen.body), "press_line")
