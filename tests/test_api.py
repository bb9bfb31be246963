"""The API: a scope is read strictly, an answer is one picture at one seq, and nobody sees more than their role may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.access import DESK, PEOPLE, Role
from app.measures import all_measures
from app.scopes import FILTERS
from app.vocabulary import Rung, Stage
from tests import makers
from tests.house import House, house, looked_at

HOSTILE = "<script>alert(1)</script>\u202e"


EVENTS = (
    makers.network_reported("n1", code_name="Paper Kite", targets=["US", "GB"], origins=["IR"], topics=["tax"]),
    makers.network_reported("n2", code_name="Low Tide", targets=["BR"], elections=["br-2018"]),
    makers.network_reported("n3", code_name=HOSTILE),
    makers.asset_detected("a1", network="n1", name="Wake Up"),
    makers.asset_detected("a2", network="n1", name="Thirst", platform="instagram", kind="account"),
    makers.asset_detected("a3", network="n2", name="Maré"),
    makers.accounts_observed("a1", ["x1", "x2", "x3"]),
    makers.accounts_observed("a3", ["x3", "x4"]),
    makers.ad_observed("ad1", "a1"),
    makers.event_hosted("e1", ["a1"]),
    makers.stage_changed("n2", Stage.REMOVED, at="2018-10-21T10:00:00Z"),
    makers.asset_removed("a3", at="2018-10-21T10:00:00Z"),
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    """A room of a test's own."""
    with house(tmp_path) as served:
        served.send(*EVENTS)
        yield served


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same for all tests that only look."""
    with looked_at(tmp_path_factory.mktemp("room"), *EVENTS) as served:
        yield served


def ids(room: House, **query: Any) -> list[str]:
    answer = room.ask("/api/v1/networks", **query)
    assert answer.status_code == 200, answer.text
    return [network["id"] for network in answer.json()["networks"]]


def figure(answer: Any, surface: str = "facebook:page") -> str:
    surfaces = answer.json()["measures"]["reach"]["surfaces"]
    return str(next(one["figure"]["text"] for one in surfaces if one["surface"] == surface))


# --- measures ---------------------------------------------------------------------------------------------------------


def test_an_answer_says_where_in_the_log_it_stands_and_what_was_asked(still_room: House) -> None:
    answer = still_room.ask("/api/v1/measures", network="n1", stage="detected", open="true").json()
    assert answer["seq"] == 12
    assert answer["epoch"] == still_room.room.board.epoch
    assert answer["as_of"] == "2018-10-26T14:00:00Z"
    assert answer["scope"] == {"network": ["n1"], "stage": ["detected"], "open": True}
    assert answer["measures"].keys() == all_measures().keys()


def test_reach_of_two_networks_is_the_union_and_not_the_sum(still_room: House) -> None:
    assert figure(still_room.ask("/api/v1/measures", network="n1")) == "3"
    assert figure(still_room.ask("/api/v1/measures", network="n2")) == "2"
    assert figure(still_room.ask("/api/v1/measures", network=["n1", "n2"])) == "4"


def test_who_has_a_receipt_finds_the_record_counted(room: House) -> None:
    event = makers.asset_detected("a9", network="n1", name="New")
    receipt = room.client.post("/api/v1/records", json=event, headers=room.bearer(Role.DETECTOR)).json()
    answer = room.ask("/api/v1/measures", network="n1").json()
    assert answer["seq"] == receipt["seq"]
    assert answer["measures"]["detections"]["assets"]["value"] == 3


def test_network_that_nobody_reported_adds_up_to_nothing_and_says_that_it_is_none(still_room: House) -> None:
    answer = still_room.ask("/api/v1/measures", network="nobody").json()
    assert answer["networks"] == 0


def test_money_keeps_its_bound_and_its_currency(still_room: House) -> None:
    (spent,) = still_room.ask("/api/v1/measures", network="n1").json()["measures"]["spend"]["currencies"]
    assert (spent["currency"], spent["figure"]["text"]) == ("USD", "less than 100.00 USD")


# --- scopes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["n1", "n2", "n3"]),
        ({"network": "n2"}, ["n2"]),
        ({"network": ["n1", "n2"]}, ["n1", "n2"]),
        ({"election": "br-2018"}, ["n2"]),
        ({"origin": "IR"}, ["n1"]),
        ({"target": "GB"}, ["n1"]),
        ({"target": ["GB", "BR"]}, ["n1", "n2"]),
        ({"topic": "tax"}, ["n1"]),
        ({"stage": "removed"}, ["n2"]),
        ({"detector": makers.SOURCE}, ["n1", "n2", "n3"]),
        ({"detector": makers.OTHER_SOURCE}, []),
        ({"open": "true"}, ["n1", "n3"]),
        ({"since": "2018-10-22T00:00:00Z"}, ["n1", "n3"]),
        ({"since": "2018-10-19T00:00:00Z"}, ["n1", "n2", "n3"]),
        ({"open": "true", "target": "BR"}, []),
    ],
)
def test_each_filter_keeps_the_networks_that_match(query: dict[str, Any], found: list[str], still_room: House) -> None:
    assert ids(still_room, **query) == found


def test_platform_narrows_the_surfaces(still_room: House) -> None:
    answer = still_room.ask("/api/v1/measures", network="n1", platform="instagram").json()
    assert [one["surface"] for one in answer["measures"]["detections"]["surfaces"]] == ["instagram:account"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"netwrok": "n1"}, "netwrok"),
        ({"network": "../../etc/passwd"}, "network"),
        ({"network": ":key"}, "network"),
        ({"network": ""}, "network"),
        ({"network": "a" * 300}, "network"),
        ({"network": ["n1"] * 101}, "network"),
        ({"election": "a b"}, "election"),
        ({"origin": "us"}, "origin"),
        ({"target": "USA"}, "target"),
        ({"topic": " "}, "topic"),
        ({"platform": "Facebook"}, "platform"),
        ({"stage": "gone"}, "stage"),
        ({"open": "yes"}, "open"),
        ({"open": ["true", "false"]}, "open"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2018-10-19"}, "since"),
        ({"since": "9999999-01-01T00:00:00Z"}, "since"),
        ({"limit": "10"}, "limit"),
    ],
)
def test_bad_parameter_is_refused_by_name_and_reason(query: dict[str, Any], field: str, still_room: House) -> None:
    answer = still_room.ask("/api/v1/measures", **query)
    assert answer.status_code == 400
    assert answer.json()["field"] == field
    assert answer.json()["reason"]
    assert answer.json().keys() == {"status", "code", "field", "reason"}


@pytest.mark.parametrize("query", ["network=%ff", "stage=%00", "topic=%ed%a0%80", "%F0=1", "since=%E2%80%AE"])
def test_bytes_that_are_no_text_are_no_fault_of_ours(query: str, still_room: House) -> None:
    assert still_room.client.get(f"/api/v1/measures?{query}", headers=still_room.bearer(Role.VIEWER)).status_code in (
        200,
        400,
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": "0"}, "limit"), ({"limit": "201"}, "limit"), ({"limit": "1e2"}, "limit"), ({"limit": "٣"}, "limit"),
     ({"limit": ["1", "2"]}, "limit"), ({"after": "a b"}, "after"), ({"before": "n1"}, "before")],
)  # fmt: skip
def test_bad_page_is_refused_by_name(query: dict[str, Any], field: str, still_room: House) -> None:
    answer = still_room.ask("/api/v1/networks", **query)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_pages_put_together_are_the_whole_list(still_room: House) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = still_room.ask("/api/v1/networks", limit=2, **({"after": after} if after else {})).json()
        assert page["total"] == 3
        seen += [network["id"] for network in page["networks"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == ["n1", "n2", "n3"]


def test_figures_in_the_list_are_those_of_the_network_by_itself(still_room: House) -> None:
    for row in still_room.ask("/api/v1/networks").json()["networks"]:
        alone = still_room.ask("/api/v1/measures", network=row["id"]).json()["measures"]
        assert row["measures"] == {name: alone[name] for name in row["measures"]}
        assert {"reach", "spend", "events", "takedowns"} <= row["measures"].keys()


def test_assets_come_in_pages_with_their_names(still_room: House) -> None:
    page = still_room.ask("/api/v1/networks/n1/assets", limit=1).json()
    assert [(one["id"], one["name"]) for one in page["assets"]] == [("a1", "Wake Up")]
    rest = still_room.ask("/api/v1/networks/n1/assets", after=page["next"]).json()
    assert ([one["id"] for one in rest["assets"]], rest["next"]) == (["a2"], None)


# --- one network ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["nobody", "%2e%2e", ":key", "a b", "x" * 300, "%00"])
def test_network_that_is_not_there_is_a_clear_404(id: str, still_room: House) -> None:
    answer = still_room.ask(f"/api/v1/networks/{id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_names_of_assets_are_for_the_desk_alone(role: Role, still_room: House) -> None:
    answer = still_room.ask("/api/v1/networks/n1", role)
    assert answer.status_code == 200
    assert ("Wake Up" in answer.text) == (role in DESK)
    assert still_room.ask("/api/v1/networks/n1/assets", role).status_code == (200 if role in DESK else 403)


def test_network_is_told_with_all_that_is_known(room: House) -> None:
    room.send(
        makers.statement_made("n1", "Platform", assets={"facebook:page": 4}, attribution="it was us"),
        makers.network_overlapped("n1", "n2", basis="shared administrators", shared=["a1"]),
        makers.stage_changed("n1", Stage.UNDER_REVIEW, why="Taken up"),
    )
    network = room.ask("/api/v1/networks/n1").json()["network"]
    assert (network["name"], network["stage"], network["targets"]) == ("Paper Kite", "under_review", ["US", "GB"])
    assert [step["stage"] for step in network["stages"]] == ["under_review"]
    (statement,) = network["statements"]
    assert (statement["by"], statement["said"]["assets"]) == ("Platform", {"facebook:page": 4})
    assert [(one["with"], one["shared"]) for one in network["overlaps"]] == [("n2", 1)]
    pages = network["assets"]["facebook:page"]
    assert (pages["figure"]["value"], pages["listed"], pages["basis"]) == (4, 1, "stated")


def test_no_claim_is_worded_above_the_approved_rung(room: House) -> None:
    actor = "Attributed to the Ministry of Silly Walks"
    room.send(
        makers.attribution_assessed("n1", Rung.ATTRIBUTED_TO, claim=actor, evidence=["a leaked memo"]),
        makers.attribution_assessed("n1", Rung.MANUAL_REVIEW_LINKED_TO, claim="Run from Iran", approved_by=["lead"]),
    )
    viewed = room.ask("/api/v1/networks/n1", Role.VIEWER)
    assert viewed.json()["network"]["approved_rung"] == "manual_review_linked_to"
    assert "Ministry" not in viewed.text
    assert "memo" not in viewed.text
    assert "attributed_to" not in viewed.text
    assert viewed.json()["network"]["attribution"] == "A manual review linked the activity of Paper Kite to Iran"
    desk = room.ask("/api/v1/networks/n1", Role.ANALYST).json()["network"]
    assert {claim["assessed"]["claim"] for claim in desk["claims"]} == {actor, "Run from Iran"}


def test_without_an_approved_claim_nobody_is_named(room: House) -> None:
    room.send(makers.attribution_assessed("n1", Rung.ATTRIBUTED_TO, claim="Attributed to the Ministry"))
    answer = room.ask("/api/v1/networks/n1", Role.VIEWER)
    assert answer.json()["network"]["attribution"] == "Who is responsible for Paper Kite cannot be said"
    assert "Ministry" not in answer.text


def test_approved_sentence_names_no_country_that_a_detector_reports_later(room: House) -> None:
    room.send(
        makers.attribution_assessed("n1", Rung.MANUAL_REVIEW_LINKED_TO, claim="Run from Iran", approved_by=["lead"]),
        makers.network_reported("n1", code_name="Paper Kite", origins=["RU"], at="2018-10-26T09:00:00Z"),
    )
    network = room.ask("/api/v1/networks/n1", Role.VIEWER).json()["network"]
    assert network["origins"] == ["RU"]
    assert network["attribution"] == "Run from Iran: linked by a manual review"
    assert [claim["words"] for claim in network["claims"]] == ["Run from Iran: linked by a manual review"]


def test_claim_that_nobody_approved_is_not_repeated_under_the_rung_of_another(room: House) -> None:
    room.send(
        makers.attribution_assessed("n1", Rung.ATTRIBUTED_TO, claim="Run by the Agency", approved_by=["lead", "chief"]),
        makers.attribution_assessed("n1", Rung.CANNOT_SAY, claim="Directed by the Ministry", id="weak"),
        makers.attribution_assessed("n1", Rung.ATTRIBUTED_TO, claim="Paid by the Ministry", id="strong"),
    )
    viewed = room.ask("/api/v1/networks/n1", Role.VIEWER)
    assert viewed.json()["network"]["attribution"] == "Run by the Agency: attributed"
    assert "Ministry" not in viewed.text


def test_words_of_others_about_who_did_it_are_for_the_desk(room: House) -> None:
    room.send(makers.statement_made("n1", "Platform", attribution="it was the Ministry"))
    assert "Ministry" not in room.ask("/api/v1/networks/n1", Role.VIEWER).text
    assert "Ministry" in room.ask("/api/v1/networks/n1", Role.LEAD).text


def test_network_that_was_merged_is_answered_with_the_one_it_is_in(room: House) -> None:
    room.send(makers.networks_merged("n1", ["n2"]))
    network = room.ask("/api/v1/networks/n2").json()["network"]
    assert (network["id"], network["members"]) == ("n1", ["n1", "n2"])
    assert {asset["id"] for asset in room.ask("/api/v1/networks/n2/assets").json()["assets"]} == {"a1", "a2", "a3"}


def test_text_from_outside_stays_text_in_json(still_room: House) -> None:
    answer = still_room.ask("/api/v1/networks/n3")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["network"]["code_name"] == HOSTILE


@pytest.mark.parametrize("path", ["measures", "networks", "networks/n1", "networks/n1/assets", "networks/zz", "none"])
def test_no_answer_is_kept_on_the_way(still_room: House, path: str) -> None:
    assert still_room.ask(f"/api/v1/{path}").headers["cache-control"] == "no-store"


# --- the description --------------------------------------------------------------------------------------------------


def test_the_description_names_every_filter_with_an_example_that_is_taken(still_room: House) -> None:
    paths = still_room.client.get("/api/v1/openapi.json").json()["paths"]
    parameters = {one["name"]: one for one in paths["/api/v1/measures"]["get"]["parameters"]}
    assert parameters.keys() == FILTERS.keys()
    for name, parameter in parameters.items():
        assert still_room.ask("/api/v1/measures", **{name: parameter["example"]}).status_code == 200


def test_the_description_covers_the_api_and_needs_no_other_host(still_room: House) -> None:
    said = still_room.client.get("/api/v1/openapi.json")
    paths = {path for path in said.json()["paths"] if path.startswith("/api/")}
    assert paths == {
        "/api/v1/alarms",
        "/api/v1/assets/bulk",
        "/api/v1/detectors/disown",
        "/api/v1/detectors/take-back",
        "/api/v1/alarms/{id}",
        "/api/v1/alarms/{id}/acknowledge",
        "/api/v1/records",
        "/api/v1/measures",
        "/api/v1/networks",
        "/api/v1/networks/{id}",
        "/api/v1/networks/{id}/assets",
        "/api/v1/networks/{id}/ads",
        "/api/v1/networks/{id}/assignment",
        "/api/v1/networks/{id}/check-out",
        "/api/v1/networks/{id}/claims",
        "/api/v1/networks/{id}/claims/{claim}/approval",
        "/api/v1/networks/{id}/events",
        "/api/v1/networks/{id}/links",
        "/api/v1/networks/{id}/merge",
        "/api/v1/networks/{id}/notes",
        "/api/v1/networks/{id}/posts",
        "/api/v1/networks/{id}/split",
        "/api/v1/networks/{id}/stage",
        "/api/v1/networks/{id}/undo",
        "/api/v1/screens",
        "/api/v1/snapshots",
        "/api/v1/snapshots/schedules",
        "/api/v1/snapshots/schedules/{id}/remove",
        "/api/v1/snapshots/{id}",
        "/api/v1/snapshots/{id}/compare",
        "/api/v1/snapshots/{id}/exports/{format}",
        "/api/v1/snapshots/{id}/shares",
        "/api/v1/snapshots/{id}/shares/{share}/revoke",
        "/api/v1/walls",
        "/api/v1/walls/blank",
        "/api/v1/walls/pair",
        "/api/v1/walls/{id}",
        "/api/v1/walls/{id}/revoke",
    }
    assert "cdn" not in said.text.lower()
    for path, operations in said.json()["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert path.startswith("/api/") == bool(operation.get("security"))


def test_every_status_that_the_routes_answer_with_is_described(still_room: House) -> None:
    described = still_room.client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/networks/{id}"]["get"][
        "responses"
    ]
    assert {"200", "400", "401", "403", "404", "503"} <= set(described)


# --- when the database is away ----------------------------------------------------------------------------------------


def test_reading_goes_on_from_the_last_picture_when_the_database_is_away(
    room: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.api import Picture  # noqa: PLC0415
    from app.errors import Unavailable  # noqa: PLC0415

    def away() -> None:
        raise Unavailable("gone")

    before = room.ask("/api/v1/measures").json()
    database = room.room.database
    picture = Picture(database, room.room.board, room.room.clock, room.room.settings.watch())
    monkeypatch.setattr(type(database), "read", lambda _self: away())
    assert picture.now().seq == before["seq"]


def test_answers_are_json_that_any_reader_takes(still_room: House) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    for path in ("/api/v1/measures", "/api/v1/networks", "/api/v1/networks/n1"):
        json.loads(still_room.ask(path).content, parse_constant=refuse)
