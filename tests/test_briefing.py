"""The sentences of a briefing: what happened and what waits, no figure without its hedge, no claim above its rung."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from app import briefing
from app.hedged import Hedged
from app.safetext import clean
from tests import snapshots
from tests.figure_words import claims_no_more
from tests.test_hedged import figures

Json = dict[str, Any]


def content_of(name: str) -> Json:
    return dict(snapshots.ALL[name]().content)


def with_networks(content: Json, **changed: Json) -> Json:
    """The same content with members of networks changed, by id with underscores."""
    of = {id.replace("_", "-"): members for id, members in changed.items()}
    return content | {"networks": [network | of.get(network["id"], {}) for network in content["networks"]]}


# --- headline ---------------------------------------------------------------------------------------------------------


def test_headline_has_the_decision_and_what_waits() -> None:
    assert str(briefing.headline(content_of("october"))) == (
        "A network of 82 Pages, groups and accounts whose activity a manual review linked to Iran was removed today. "
        "Five networks stay open, one past its limit."
    )


def test_headline_of_one_network_is_about_that_one() -> None:
    assert str(briefing.headline(content_of("harbour_finch"))).startswith("A network of 82 Pages, groups and accounts")
    assert "stay open" not in str(briefing.headline(content_of("harbour_finch")))


def test_headline_of_nothing_says_so() -> None:
    assert str(briefing.headline(content_of("empty"))) == "No network has been reported."


def test_headline_names_no_country_that_nobody_approved() -> None:
    content = with_networks(
        content_of("october"),
        harbour_finch={
            "approved_rung": None,
            "attributed_origins": [],
            "attribution": "Who is responsible for Harbour Finch cannot be said",
        },
    )
    assert str(briefing.headline(content)).startswith("A network of 82 Pages, groups and accounts was removed today.")


def test_headline_repeats_no_country_that_the_approved_sentence_does_not_name() -> None:
    content = with_networks(content_of("october"), harbour_finch={"attributed_origins": ["IR", "RU"]})
    said = str(briefing.headline(content))
    assert "Iran" in said
    assert "Russia" not in said


def test_headline_of_an_exercise_says_that_it_is_one() -> None:
    content = with_networks(content_of("october"), harbour_finch={"exercise": True})
    assert "(exercise) was removed today" in str(briefing.headline(content))


def test_lead_tells_whom_it_reached_and_what_is_past_its_limit() -> None:
    about, late = map(str, briefing.lead(content_of("october")))
    assert about == (
        "Harbour Finch posed as US citizens and UK citizens. About 1.02 million accounts followed at least one of its "
        "Pages. Harbour Finch was removed at 14:05, 7 days after detection."
    )
    assert late == "Low Tide has been confirmed for 51 hours without a removal order; the limit is 48 hours."


def test_how_long_it_took_is_not_said_of_what_was_first_seen_as_removed() -> None:
    (network,) = [each for each in content_of("october")["networks"] if each["id"] == "long-gallery"]
    content = content_of("october") | {"networks": [network]}
    assert [str(sentence) for sentence in briefing.lead(content)] == ["Long Gallery was removed on 21 Aug."]
    assert briefing.durations(content) == []


# --- parts ------------------------------------------------------------------------------------------------------------


def test_numbers_in_type_are_those_that_were_published() -> None:
    network = briefing.subject_of(content_of("october"))
    assert network is not None
    assert [(each.hedge, each.number, each.caption) for each in briefing.figures_of(network)] == [
        ("", "82", "assets: 30 Pages, 33 accounts, 3 groups, 16 Instagram accounts"),
        ("about", "1.02\u202fM", "accounts followed at least one Page"),
        ("about", "25,000", "accounts joined at least one group"),
        ("more than", "28,000", "accounts followed at least one Instagram account"),
        ("less than", "$100", "2 ads, paid in US and Canadian dollars"),
        ("", "7", "events hosted"),
    ]


def test_decisions_are_those_past_their_limit_and_those_that_were_ordered() -> None:
    first, second = briefing.decisions(content_of("october"))
    assert (first.network.text, str(first.deed), first.overdue) == (
        "Low Tide",
        "Order removal, or record why not.",
        True,
    )
    assert str(first.facts) == (
        "64 assets, about 720,000 accounts followed at least one Page, aimed at United States and Canada."
    )
    assert str(second.deed) == "Removal due 21:10 today, before Brazil run-off on Sun 28 Oct."


def test_assets_that_were_found_one_after_the_other_are_one_line() -> None:
    lines = [str(words) for _time, words in briefing.since(content_of("october")).entries]
    assert [line for line in lines if "Slate Lantern" in line] == ["Slate Lantern: 29 assets found."]


def test_pipeline_has_a_column_a_stage_and_names_what_is_overdue() -> None:
    columns = briefing.pipeline(content_of("october"))
    assert [(column.title, column.n) for column in columns] == [
        *(("Detected", 1), ("Under review", 2), ("Confirmed", 1), ("Removal ordered", 1), ("Removed", 6)),
        ("Dismissed", 1),
    ]
    (line,) = columns[2].lines
    assert (str(line.words), line.overdue, line.limit) == ("Low Tide 51\u202fh", True, "limit 48\u202fh")


@pytest.mark.parametrize("name", snapshots.ALL)
def test_pipeline_counts_every_network(name: str) -> None:
    content = content_of(name)
    columns = briefing.pipeline(content)
    assert sum(column.n for column in columns) == sum(stage["n"] for stage in content["measures"]["stages"]["stages"])
    assert all(column.n == len(column.squares) + column.more for column in columns)


def test_countdown_is_to_the_vote_that_the_networks_are_about() -> None:
    assert str(briefing.title_line(content_of("october"))) == "11 days to the US midterms"
    assert briefing.when_words(content_of("october")) == "Friday 26 October 2018, 14:32 UTC"


def test_marks_say_what_is_an_exercise_and_what_is_of_the_past() -> None:
    marks = briefing.marks(content_of("october"))
    assert str(marks.exercise) == "Exercise, except Harbour Finch and Long Gallery"
    assert str(marks.freshness) == "Picture of 26 Oct 14:32 UTC, live, all sources reporting"
    content = content_of("october")
    past = briefing.marks(content | {"picture": content["picture"] | {"live": False}})
    assert past.past
    assert "of the past" in str(past.freshness)


def test_silent_sources_are_named() -> None:
    content = content_of("october")
    sources = [source | {"silent": source["name"] == "Audiences"} for source in content["picture"]["sources"]]
    marks = briefing.marks(content | {"picture": content["picture"] | {"sources": sources}})
    assert str(marks.freshness).endswith(", silent: Audiences")


# --- words from outside -----------------------------------------------------------------------------------------------


def sentences_of(content: Json) -> list[briefing.Sentence]:
    """Every sentence that a briefing has."""
    marks = briefing.marks(content)
    network = briefing.subject_of(content)
    return [
        *(briefing.headline(content), *briefing.lead(content), briefing.title_line(content)),
        *(marks.exercise, marks.freshness, marks.made, *briefing.unknown(content)),
        *(row.words for row in (briefing.attribution_rows(network, content) if network else ())),
        *(line.words for column in briefing.pipeline(content) for line in column.lines),
        *(part for task in briefing.decisions(content) for part in (task.deed, task.facts)),
        *(words for _time, words in briefing.since(content).entries),
    ]


@pytest.mark.parametrize("name", snapshots.ALL)
def test_words_of_ours_hold_nothing_that_has_to_be_made_safe(name: str) -> None:
    for sentence in sentences_of(content_of(name)):
        ours = sentence.said(lambda _foreign: "NAME")
        assert clean(ours.replace("\u202f", "n"), empty="") == ours.replace("\u202f", "n").strip(), ours
        assert "script" not in ours


def test_sentence_gives_each_name_to_whoever_makes_it_safe() -> None:
    sentence = briefing.fill("{a} met {b}.", a=briefing.named("<b>"), b="us")
    assert sentence.said(str.upper) == "<B> met us."
    assert str(sentence) == "<b> met us."


def test_names_are_found_again_in_a_finished_sentence() -> None:
    content = content_of("october")
    sentence = briefing.names_in("Who is responsible for Low Tide.", content)
    assert [(run.text, run.foreign) for run in sentence.runs] == [
        ("Who is responsible for ", False),
        ("Low Tide", True),
        (".", False),
    ]


def test_a_long_list_of_names_says_how_many_more() -> None:
    names = [briefing.named(f"N{n}") for n in range(9)]
    assert str(briefing.listed(names)) == "N0, N1, N2, N3, N4 and 4 more"
    assert str(briefing.listed(names[:6])) == "N0, N1, N2, N3, N4 and N5"


# --- figures ----------------------------------------------------------------------------------------------------------


@given(figures)
def test_a_number_in_type_claims_no_more_than_its_figure(figure: Hedged) -> None:
    number = briefing.number_of(figure, "")
    for words in (f"{number.hedge} {number.number}", number.said):
        assert claims_no_more(words, figure.least, figure.most), (words, figure)


@given(figures)
def test_an_amount_in_type_claims_no_more_than_its_figure(figure: Hedged) -> None:
    number = briefing.number_of(figure, "", "USD")
    for words in (f"{number.hedge} {number.number}", number.said):
        assert claims_no_more(words, figure.least, figure.most, 100), (words, figure)


@pytest.mark.parametrize("name", snapshots.ALL)
def test_every_number_of_a_briefing_stands_in_its_snapshot(name: str) -> None:
    content = content_of(name)
    networks = [
        (network, place) for place, network in enumerate(content["networks"]) if network == briefing.subject_of(content)
    ]
    numbers = [
        *briefing.totals(content),
        *(number for network, place in networks for number in briefing.figures_of(network, f"/networks/{place}")),
    ]
    for number in numbers:
        found = snapshots_at(content, number.pointer) if number.pointer else {}
        if "prose" in found:
            assert number.said == found["prose"]


def snapshots_at(content: Any, pointer: str) -> Any:
    value = content
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
