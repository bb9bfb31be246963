"""No file says more of who is behind a network than was approved, whatever anybody claimed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app import briefing
from app.attribution import confidence
from app.exports import all_exports, made
from app.vocabulary import Rung
from tests.markup import parsed
from tests.rungs import ACTOR, APPROVED, ELSEWHERE, approved_of, every_rung, strength, too_strong
from tests.snapshots import with_content
from tests.test_briefing import sentences_of

Json = dict[str, Any]


def one_by_one() -> list[tuple[Json, Json]]:
    """Each network, and the content of a snapshot that is about it alone."""
    content = every_rung().content
    return [
        (network, content | {"networks": [network], "counted": {"networks": 1, "open": 1, "described": 1}})
        for network in content["networks"]
    ]


def allowed(network: Json) -> int:
    approved = approved_of()[network["name"]]
    return approved.strength if approved else 0


def test_the_snapshot_has_every_approved_rung_with_every_claim() -> None:
    networks = every_rung().content["networks"]
    assert len(networks) == len(APPROVED) * len(Rung)
    assert {network["approved_rung"] for network in networks} == {rung and str(rung) for rung in APPROVED}


def test_the_reader_of_rungs_knows_every_rung() -> None:
    said = {network["approved_rung"]: strength(network["attribution"]) for network in every_rung().content["networks"]}
    for rung in Rung:
        assert said[str(rung)] == rung.strength


def test_no_sentence_of_a_briefing_exceeds_the_approved_rung() -> None:
    for network, content in one_by_one():
        for sentence in sentences_of(content):
            assert strength(str(sentence)) <= allowed(network), str(sentence)
            assert ACTOR not in str(sentence)
            assert ELSEWHERE not in str(sentence)


def test_no_confidence_exceeds_that_of_the_approved_rung() -> None:
    for network, content in one_by_one():
        most = confidence(approved_of()[network["name"]])
        rows = briefing.attribution_rows(network, content)
        assert rows
        assert all((row.boxes or 0) <= most for row in rows)


def test_a_country_stands_in_the_headline_only_where_it_was_approved() -> None:
    for network, content in one_by_one():
        assert "Iran" not in str(briefing.headline(content)) or allowed(network) >= Rung.ORIGINATED_IN.strength
        assert "Iran" not in briefing.origin_words(network) or allowed(network) >= Rung.ORIGINATED_IN.strength


@pytest.mark.parametrize("approved", [rung for rung in APPROVED if rung and rung.strength > 2], ids=str)
def test_the_sentence_that_names_an_actor_is_the_approved_one_to_the_letter(approved: Rung) -> None:
    """What is above the rungs of a country is said in no words but those."""
    for network, content in one_by_one():
        if network["approved_rung"] == str(approved):
            strong = [str(each) for each in briefing.lead(content) if strength(str(each)) > 2]
            assert all(network["attribution"] in words for words in strong)


def test_the_press_line_exceeds_no_approved_rung() -> None:
    lines = made(every_rung(), "press_line").decode().splitlines()
    assert sum("Net 0" in line for line in lines) > len(APPROVED) * len(Rung)
    assert list(too_strong(lines)) == []


def test_the_html_exceeds_no_approved_rung() -> None:
    page = parsed(made(every_rung(), "html").decode())
    blocks = [each.text for each in page if each.tag in ("tr", "p", "li", "h1", "h2", "div") and "Net" in each.text]
    single = [text for text in blocks if len(text) < 2_000]
    assert len(single) > len(APPROVED) * len(Rung)
    assert list(too_strong(single)) == []


def test_stix_exceeds_no_approved_rung() -> None:
    bundle = json.loads(made(every_rung(), "stix"))
    objects = {each["id"]: each for each in bundle["objects"]}
    named = [each for each in objects.values() if each["type"] in ("intrusion-set", "campaign", "threat-actor")]
    assert list(too_strong(json.dumps(each) for each in named)) == []
    links = [each for each in objects.values() if each["type"] == "relationship"]
    said = [
        f"{objects[link['source_ref']]['name']} {link['relationship_type']} {link.get('description', '')}"
        for link in links
    ]
    assert any("attributed-to" in words for words in said)
    assert list(too_strong(said)) == []
    assert ELSEWHERE not in json.dumps(bundle)


def test_stix_attributes_nothing_to_anybody_below_the_rung_that_says_attributed() -> None:
    bundle = json.loads(made(every_rung(), "stix"))
    objects = {each["id"]: each for each in bundle["objects"]}
    for link in objects.values():
        if link["type"] == "relationship" and link["relationship_type"] == "attributed-to":
            approved = approved_of()[objects[link["source_ref"]]["name"]]
            assert approved in (Rung.ATTRIBUTED_TO, Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE)
            assert link["confidence"] <= (85 if approved is Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE else 50)


@pytest.mark.parametrize("name", [name for name, export in all_exports().items() if export.suffix in ("csv", "json")])
def test_tables_hold_nothing_that_nobody_approved(name: str) -> None:
    said = made(every_rung(), name).decode()
    assert ACTOR not in said
    assert ELSEWHERE not in said


def test_a_claim_that_was_taken_back_leaves_no_stronger_words_in_any_text() -> None:
    """A file made of a snapshot whose rung was lowered by hand still words everything by the rung that stands there."""
    content = every_rung().content
    lowered = [
        network | {"approved_rung": None, "attribution": f"Who is responsible for {network['name']} cannot be said"}
        for network in content["networks"]
        if network["approved_rung"] == str(Rung.ORIGINATED_IN)
    ]
    frozen = with_content(every_rung(), networks=lowered)
    for network in frozen.content["networks"]:
        assert "Iran" not in str(briefing.headline(frozen.content | {"networks": [network]}))
