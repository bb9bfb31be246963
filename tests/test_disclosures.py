"""The disclosure door: published takedowns become networks whose figures are those of the file, none counted twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadRequest
from app.hedged import Hedged, Qualifier
from app.ingest._disclosed import Unreadable, country, figure, spend
from app.ingest._intake import Tally, Verdict
from app.ingest._pieces import Piece
from app.ingest.disclosures import SCHEMA, Disclosures, pour_disclosures, read_disclosures
from app.records import Record, RecordParser, hedged_of, money_of

PUBLISHED = sorted((Path(__file__).parents[2] / "shared" / "data" / "disclosures").glob("*.json"))
"""Real files, where they lie beside the repository. They are read and never copied."""

UNION = "accounts that followed at least one of the Pages"
PARSER = RecordParser(b"\0" * 32)


def takedown(id: str, day: str = "2031-03-01", **fields: Any) -> dict[str, Any]:
    """A takedown of the file's shape, invented."""
    empty: dict[str, Any] = dict.fromkeys(
        ("batch", "fb_pages", "fb_accounts", "fb_groups", "ig_accounts", "fb_events_removed", "unsplit_assets", "total")
    )
    empty |= dict.fromkeys(("page_followers", "group_members", "ig_followers", "ad_spend", "events_hosted", "notes"))
    empty |= {"scope": "cib", "origin_countries": [], "target_countries": [], "topics": [], "named_assets": []}
    empty |= {"links_to_earlier": [], "revisions": [], "source_urls": [], "attribution": "Nobody can say."}
    return empty | {"id": id, "date": day} | fields


def reading(*takedowns: Any) -> Disclosures:
    return read_disclosures(json.dumps({"schema": SCHEMA, "records": takedowns}).encode())


def of_type(found: Disclosures, type: str) -> list[dict[str, Any]]:
    return [event for event in found.events if event["type"] == f"warroom.{type}"]


def statement(**fields: Any) -> dict[str, Any]:
    (event,) = of_type(reading(takedown("one", **fields)), "statement.made")
    data: dict[str, Any] = event["data"]
    return data


def test_takedown_is_reported_removed_on_its_day_and_stated() -> None:
    found = reading(takedown("one", fb_pages=4))
    assert [event["type"] for event in found.events] == [
        "warroom.network.reported",
        "warroom.stage.changed",
        "warroom.statement.made",
    ]
    assert {event["time"] for event in found.events} == {"2031-03-01T00:00:00Z"}
    assert {event["subject"] for event in found.events} == {"one"}
    assert found.events[1]["data"]["stage"] == "removed"


def test_every_record_of_an_import_passes_the_parser() -> None:
    found = reading(
        takedown("part", batch="b", fb_pages=3, page_followers={"value": 12, "qualifier": "over", "definition": UNION}),
        takedown("total", batch="b", scope="batch_total", total=9),
        takedown("next", revisions=[{"supersedes": "part"}], links_to_earlier=[{"to": "part", "kind": "same"}]),
        takedown(
            "money", ad_spend={"value": 6, "qualifier": "around", "reporting_currency": "USD", "paid_in": ["JPY"]}
        ),
    )
    for event in found.events:
        assert isinstance(PARSER.parse_event(event), Record)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (None, Hedged.exactly(40)),
        ("about", Hedged.about(40, "about 40")),
        ("approximately", Hedged.about(40, "approximately 40")),
        ("around", Hedged.about(40, "around 40")),
        ("over", Hedged.more_than(40, "over 40")),
        ("more than", Hedged.more_than(40, "more than 40")),
        ("less than", Hedged.less_than(40, "less than 40")),
        ("up to", Hedged.at_most(40, "up to 40")),
    ],
)
def test_word_before_a_figure_becomes_its_hedge(word: str | None, expected: Hedged) -> None:
    assert hedged_of(figure({"value": 40, "qualifier": word})) == expected


def test_none_found_is_kept_apart_from_a_counted_zero() -> None:
    assert hedged_of(figure({"value": 0, "qualifier": "none"})).qualifier is Qualifier.NONE_FOUND
    assert hedged_of(figure({"value": 0, "qualifier": None})) == Hedged.exactly(0)


@pytest.mark.parametrize("value", [True, "12", -1, 1.5, None])
def test_figure_that_is_no_whole_number_is_left_out_and_named(value: object) -> None:
    found = reading(takedown("one", group_members={"value": value, "qualifier": "about"}))
    assert "reach" not in of_type(found, "statement.made")[0]["data"]
    assert [left.field for left in found.left_out] == ["group_members"]


def test_unknown_qualifier_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match="'umpteen'"):
        figure({"value": 3, "qualifier": "umpteen"})


def test_spend_is_in_minor_units_of_the_currency_it_was_reported_in() -> None:
    said = {"value": 800, "qualifier": "less than", "reporting_currency": "USD", "paid_in": ["USD", "CAD"]}
    money = money_of(spend(said))
    assert (money.currency, money.amount, money.paid_in, money.mostly) == (
        "USD",
        Hedged.less_than(80_000, "less than 800"),
        ("USD", "CAD"),
        False,
    )
    assert spend(said | {"reporting_currency": "JPY"})["minor"] == 800


def test_unreadable_currency_of_payment_makes_the_list_incomplete() -> None:
    said = {"value": 5, "qualifier": "around", "reporting_currency": "USD", "paid_in": ["SEK", "(others)"]}
    assert spend(said)["paid_in"] == ["SEK"]
    assert spend(said)["mostly"] is True


def test_no_spend_found_is_said_without_an_amount() -> None:
    said = {"value": 0, "qualifier": "none", "reporting_currency": "USD", "paid_in": []}
    assert spend(said) == {"currency": "USD", "qualifier": "none found"}


def test_ads_events_and_interest_keep_their_own_hedges() -> None:
    data = statement(
        ad_spend={
            "value": 9,
            "qualifier": None,
            "reporting_currency": "USD",
            "ad_count": 15,
            "ad_count_qualifier": "about",
        },
        events_hosted={"value": 19, "qualifier": "around", "interested": {"value": 120, "qualifier": "up to"}},
    )
    assert hedged_of(data["ads"]) == Hedged.about(15, "about 15")
    assert hedged_of(data["events"]) == Hedged.about(19, "around 19")
    assert hedged_of(data["interested"]) == Hedged.at_most(120, "up to 120")


def test_total_of_an_announcement_is_a_note_on_its_parts_and_no_network() -> None:
    found = reading(
        takedown("north", batch="spring", fb_pages=3),
        takedown("south", batch="spring", fb_pages=4),
        takedown("both", batch="spring", scope="batch_total", fb_pages=7, total=7),
    )
    assert {event["subject"] for event in found.events} == {"north", "south"}
    assert [event["data"]["assets"] for event in of_type(found, "statement.made")] == [
        {"facebook:page": 3},
        {"facebook:page": 4},
    ]
    assert {event["subject"] for event in of_type(found, "note.written")} == {"north", "south"}
    assert [left.record for left in found.left_out] == ["both"]


def test_restatement_speaks_about_the_first_network_under_the_same_name() -> None:
    found = reading(
        takedown("first", "2031-03-01", scope="superseded", fb_accounts=20),
        takedown("second", "2031-03-09", fb_accounts=25, revisions=[{"supersedes": "first"}]),
    )
    statements = of_type(found, "statement.made")
    assert [event["subject"] for event in statements] == ["first", "first"]
    assert len({event["data"]["by"] for event in statements}) == 1
    assert statements[0]["time"] < statements[1]["time"]
    assert len(of_type(found, "stage.changed")) == 1


def test_restatement_of_a_record_that_is_not_there_stands_by_itself() -> None:
    found = reading(takedown("second", revisions=[{"supersedes": "first"}]))
    assert {event["subject"] for event in found.events} == {"second"}
    assert [left.field for left in found.left_out] == ["revisions"]


def test_reach_of_more_than_one_surface_is_a_note_and_no_reach() -> None:
    wide = {"value": 350, "qualifier": "over", "definition": "combined across Facebook and Instagram"}
    found = reading(takedown("one", page_followers=wide))
    assert "reach" not in of_type(found, "statement.made")[0]["data"]
    assert "over 350" in of_type(found, "note.written")[0]["data"]["text"]
    assert [left.field for left in found.left_out] == ["page_followers"]


def test_assets_without_a_split_by_kind_are_a_surface_of_their_own() -> None:
    assert statement(total=640)["assets"] == {"unsplit:asset": 640}
    assert statement(total=7, fb_pages=7)["assets"] == {"facebook:page": 7}


def test_removed_event_is_an_asset_and_not_a_hosted_event() -> None:
    data = statement(fb_events_removed=5, events_hosted={"value": 8, "qualifier": None})
    assert data["assets"] == {"facebook:event": 5}
    assert data["events"] == 8


def test_countries_are_read_by_name_and_what_is_none_becomes_a_topic() -> None:
    found = reading(takedown("one", origin_countries=["Russia"], target_countries=["GB", "Baltics (region)"]))
    data = of_type(found, "network.reported")[0]["data"]
    assert (data["origins"], data["targets"], data["topics"]) == (["RU"], ["GB"], ["Baltics (region)"])
    assert [left.field for left in found.left_out] == ["target_countries"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Myanmar", "MM"),
        ("North Macedonia", "MK"),
        ("Kosovo", "XK"),
        ("US", "US"),
        ("Europe", None),
        ("FR (language)", None),
    ],
)
def test_country_is_found_by_its_name_or_not_at_all(name: str, code: str | None) -> None:
    assert country(name) == code


@pytest.mark.parametrize("scope", ["spam_only", "spam_and_cib"])
def test_takedown_for_spam_is_flagged_among_its_topics(scope: str) -> None:
    found = reading(takedown("one", scope=scope, topics=["elections"]))
    assert of_type(found, "network.reported")[0]["data"]["topics"] == ["elections", scope]


def test_unusable_record_does_not_stop_the_ones_around_it() -> None:
    found = reading(
        takedown("one"), None, takedown("a/b"), takedown("two", "someday"), takedown("one"), takedown("last")
    )
    assert {event["subject"] for event in found.events} == {"one", "last"}
    assert len(found.left_out) == 4


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"schema": "other/1", "records": []}', b"\xff\xfe", b'{"records": []}'])
def test_other_file_is_refused(raw: bytes) -> None:
    with pytest.raises(BadRequest):
        read_disclosures(raw)


def test_importing_again_gives_the_same_ids_and_the_same_content() -> None:
    assert reading(takedown("one", fb_pages=4)).events == reading(takedown("one", fb_pages=4)).events


class _Shelf:
    """A destination that takes each record once and refuses notes."""

    def __init__(self) -> None:
        self.kept: set[bytes] = set()

    def send(self, pieces: list[Piece]) -> Tally:
        tally = Tally()
        for piece in pieces:
            if b"note.written" in piece.raw:
                tally.add([Verdict(piece.index, "refused")])
            else:
                tally.add([Verdict(piece.index, "duplicate" if piece.raw in self.kept else "accepted", 1)])
                self.kept.add(piece.raw)
        return tally


def test_importing_twice_counts_once() -> None:
    raw = json.dumps({"schema": SCHEMA, "records": [takedown("one"), takedown("two", notes="Seen.")]}).encode()
    shelf = _Shelf()
    first, found = pour_disclosures(raw, shelf)
    again, _ = pour_disclosures(raw, shelf)
    assert (first.accepted, first.duplicate, first.refused) == (6, 0, 1)
    assert (again.accepted, again.duplicate, again.refused) == (0, 6, 1)
    assert len(found.events) == 7


def real(name: str) -> tuple[list[dict[str, Any]], Disclosures]:
    raw = next(path for path in PUBLISHED if path.name == name).read_bytes()
    return json.loads(raw)["records"], read_disclosures(raw)


@pytest.mark.parametrize("name", [path.name for path in PUBLISHED])
def test_published_file_gives_every_network_the_figures_of_the_file(name: str) -> None:
    records, found = real(name)
    for event in found.events:
        PARSER.parse_event(event)
    stated = {event["id"]: event["data"] for event in of_type(found, "statement.made")}
    superseded = {revision["supersedes"] for said in records for revision in said["revisions"]}
    for said in records:
        if said["scope"] == "batch_total":
            assert f"{said['id']}/stated" not in stated
            continue
        data = stated[f"{said['id']}/stated"]
        kinds = ("fb_pages", "fb_accounts", "fb_groups", "ig_accounts", "fb_events_removed")
        assert sum(data.get("assets", {}).values()) == (sum(said[kind] or 0 for kind in kinds) or said["total"] or 0)
        for kind, surface in zip(
            ("page_followers", "group_members", "ig_followers"),
            ("facebook:page", "facebook:group", "instagram:account"),
            strict=True,
        ):
            if said[kind] is None or any(left.record == said["id"] and left.field == kind for left in found.left_out):
                assert surface not in data.get("reach", {})
            else:
                _same(data["reach"][surface], said[kind])
        for kind, field in (("ad_spend", "spend"), ("events_hosted", "events")):
            if said[kind] is None:
                assert field not in data
            elif field == "events":
                _same(data[field], said[kind])
            else:
                money = money_of(data[field])
                assert money.currency == said[kind]["reporting_currency"]
                _same_hedge(money.amount, said[kind], 100)
    # Each takedown once: neither the totals of announcements nor what was restated later adds a network.
    single = [said for said in records if said["scope"] != "batch_total" and said["id"] not in superseded]
    assert len({event["subject"] for event in found.events}) == len(single)


def _same(json_figure: Any, said: dict[str, Any]) -> None:
    _same_hedge(hedged_of(json_figure), said, 1)


def _same_hedge(figure: Hedged, said: dict[str, Any], unit: int) -> None:
    assert figure.value == said["value"] * unit
    words = {
        None: "exactly", "about": "about", "around": "about", "approximately": "about",
        "more than": "more than", "over": "more than", "less than": "less than", "up to": "at most",
        "none": "none found",
    }  # fmt: skip
    assert figure.qualifier.value == words[said["qualifier"]]
