"""Published takedowns on the board: each network's figures are those of the file, and a sum keeps every hedge in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.hedged import Hedged, Tally
from app.ingest._disclosed import figure
from app.ingest.disclosures import pour_disclosures, read_disclosures
from app.ingest.file import ToWriter
from app.records import hedged_of
from tests.room import Anybody, Room, at
from tests.test_disclosures import PUBLISHED, SCHEMA, UNION, takedown

NOW = at("2031-04-01T00:00:00Z")

REACHES = {"page_followers": "facebook:page", "group_members": "facebook:group", "ig_followers": "instagram:account"}


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    room = Room(engine_url, now=NOW)
    yield room
    room.close()


def pour(room: Room, *takedowns: dict[str, Any]) -> None:
    pour_raw(room, json.dumps({"schema": SCHEMA, "records": takedowns}).encode())


def pour_raw(room: Room, raw: bytes) -> None:
    tally, _ = pour_disclosures(raw, ToWriter(room.parser, room.writer, Anybody()))
    assert tally.refused == 0


def reach_of(room: Room, network: str) -> dict[str, Hedged]:
    surfaces = room.measures(network=(network,))["reach"]["surfaces"]
    return {said["surface"]: hedged_of(said["figure"]) for said in surfaces}


def followed(value: int, qualifier: str | None) -> dict[str, Any]:
    return {"value": value, "qualifier": qualifier, "definition": UNION}


def spent(value: int, qualifier: str | None, **more: Any) -> dict[str, Any]:
    return {"value": value, "qualifier": qualifier, "reporting_currency": "USD", "paid_in": ["USD"]} | more


def test_stated_figures_are_those_of_the_file(room: Room) -> None:
    pour(room, takedown("one", fb_pages=4, fb_accounts=9, page_followers=followed(1_200, "about")))
    measures = room.measures(network=("one",))
    assert reach_of(room, "one") == {"facebook:page": Hedged.about(1_200, "about 1,200")}
    assert {said["surface"]: said["figure"]["value"] for said in measures["takedowns"]["surfaces"]} == {
        "facebook:page": 4,
        "facebook:account": 9,
    }


def test_sum_over_networks_keeps_the_hedges_of_its_terms(room: Room) -> None:
    pour(
        room,
        takedown("under", ad_spend=spent(100, "less than")),
        takedown("over", ad_spend=spent(6_000, "more than")),
        takedown("silent"),
        takedown("searched", ad_spend=spent(0, "none")),
    )
    spend = room.measures()["spend"]
    assert [line["figure"]["text"] for line in spend["currencies"]] == ["more than 6000.00 USD"]
    assert (spend["none_found"], spend["no_figure"], spend["networks"]) == (1, 1, 4)


def test_reach_over_networks_is_bounded_by_the_largest_and_the_sum(room: Room) -> None:
    pour(
        room,
        takedown("one", page_followers=followed(1_000, None)),
        takedown("two", page_followers=followed(300, None)),
    )
    (pages,) = room.measures()["reach"]["surfaces"]
    assert (pages["mode"], pages["figure"]["qualifier"]) == ("bounded", "between")
    assert (pages["figure"]["low"], pages["figure"]["high"]) == (1_000, 1_300)


def test_total_of_an_announcement_is_not_added_to_its_parts(room: Room) -> None:
    pour(
        room,
        takedown("part-a", batch="b", fb_pages=3),
        takedown("part-b", batch="b", fb_pages=4),
        takedown("whole", batch="b", scope="batch_total", fb_pages=7, total=7),
    )
    assert room.measures()["takedowns"]["assets"]["value"] == 7
    assert sorted(room.board.networks) == ["part-a", "part-b"]


def test_restatement_replaces_what_was_said_before(room: Room) -> None:
    pour(
        room,
        takedown("first", fb_pages=5, ad_spend=spent(700, "about")),
        takedown("again", "2031-03-09", fb_pages=6, revisions=[{"supersedes": "first"}]),
    )
    measures = room.measures()
    assert measures["takedowns"]["assets"]["value"] == 6
    assert measures["spend"]["currencies"] == []
    assert sorted(room.board.networks) == ["first"]


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_file_counts_as_it_says(path: Path, room: Room) -> None:
    raw = path.read_bytes()
    pour_raw(room, raw)
    left = {(out.record, out.field) for out in read_disclosures(raw).left_out}
    said = json.loads(raw)["records"]
    superseded = {revision["supersedes"] for each in said for revision in each["revisions"]}
    single = [
        each
        for each in said
        if each["scope"] != "batch_total" and each["id"] not in superseded and not each["revisions"]
    ]
    assert len(single) > 20
    for each in single:
        counted = reach_of(room, each["id"])
        for field, surface in REACHES.items():
            if each[field] is not None and (each["id"], field) not in left:
                assert counted[surface] == hedged_of(figure(each[field])), (each["id"], field)
            else:
                assert surface not in counted
        kinds = ("fb_pages", "fb_accounts", "fb_groups", "ig_accounts", "fb_events_removed", "unsplit_assets")
        removed = room.measures(network=(each["id"],))["takedowns"]["assets"]
        assert removed["value"] == (sum(each[kind] or 0 for kind in kinds) or each["total"] or 0), each["id"]
    everything = room.measures()["spend"]
    current = [each for each in said if each["scope"] != "batch_total" and each["id"] not in superseded]
    dollars = [hedged_of(figure(each["ad_spend"])) for each in current if (each["ad_spend"] or {}).get("value")]
    total = sum((Tally.of(amount) for amount in dollars), Tally()).hedged()
    (line,) = everything["currencies"]
    assert line["figure"]["qualifier"] == str(total.qualifier)
    assert line["figure"]["minor"] == (total.low or 0) * 100
