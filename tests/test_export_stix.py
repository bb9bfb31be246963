"""STIX 2.1: the bundle is valid to the validator of OASIS, says no more than the snapshot, and keeps every hedge."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
import stix2

from app.exports import Frozen, made
from app.exports._figures import figures_of
from app.exports._stix import EXTENSION
from app.records._checks import COUNTRIES
from app.vocabulary import Tlp
from tests import snapshots
from tests.rungs import every_rung
from tests.snapshots import with_content

Json = dict[str, Any]

OASIS = {
    Tlp.CLEAR: ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
    Tlp.GREEN: ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
    Tlp.AMBER: ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
    Tlp.AMBER_STRICT: ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
    Tlp.RED: ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
}
"""As published in oasis-open/cti-stix-common-objects."""


def bundle_of(frozen: Frozen) -> Json:
    read: Json = json.loads(made(frozen, "stix"))
    return read


def of_type(bundle: Json, *types: str) -> list[Json]:
    return [each for each in bundle["objects"] if each["type"] in types]


def ours(each: Json) -> Json:
    found: Json = each.get("extensions", {}).get(EXTENSION, {})
    return found


def faults(frozen: Frozen) -> list[str]:
    # Reads 38 grammars, which takes a second, and which every worker would wait for.
    from stix2validator import ValidationOptions, validate_string  # noqa: PLC0415

    result = validate_string(made(frozen, "stix").decode(), ValidationOptions(version="2.1"))
    return [str(each) for each in (*result.errors, *result.warnings)]


@pytest.mark.parametrize("name", ["october", "harbour_finch", "hostile", "empty"])
def test_validator_has_neither_errors_nor_warnings(name: str) -> None:
    assert faults(snapshots.ALL[name]()) == []


def test_validator_takes_every_rung() -> None:
    assert faults(every_rung()) == []


def test_validator_takes_every_country() -> None:
    frozen = snapshots.harbour_finch()
    (network,) = frozen.content["networks"]
    assert faults(with_content(frozen, networks=[network | {"targets": sorted(COUNTRIES)}])) == []


@pytest.mark.parametrize("label", Tlp, ids=str)
def test_every_object_bears_the_label_under_the_id_of_oasis(label: Tlp) -> None:
    bundle = bundle_of(with_content(snapshots.harbour_finch(), tlp=str(label)))
    id, said = OASIS[label]
    (marking,) = [each for each in of_type(bundle, "marking-definition") if "extensions" in each]
    assert marking == {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": id,
        "created": "2022-10-01T00:00:00.000Z",
        "name": str(label),
        "extensions": {
            "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
                "extension_type": "property-extension",
                "tlp_2_0": said,
            }
        },
    }
    assert all(id in each["object_marking_refs"] for each in bundle["objects"] if each is not marking)


def test_the_embargo_and_the_exercise_are_markings() -> None:
    bundle = bundle_of(with_content(snapshots.october(), embargo_until="2018-10-26T18:00:00Z"))
    statements = [
        each["definition"]["statement"] for each in of_type(bundle, "marking-definition") if "definition" in each
    ]
    assert statements == ["Embargo until 26 Oct 2018, 18:00 UTC", "Exercise, except Harbour Finch and Long Gallery"]


def test_a_confirmed_network_is_an_intrusion_set_that_comes_from_where_was_approved() -> None:
    bundle = bundle_of(snapshots.harbour_finch())
    (finch,) = of_type(bundle, "intrusion-set")
    assert (finch["name"], finch["description"]) == (
        "Harbour Finch",
        "A manual review linked the activity of Harbour Finch to Iran. Stage: Removed.",
    )
    places = {each["id"]: each["country"] for each in of_type(bundle, "location")}
    links = {(each["relationship_type"], places.get(each["target_ref"])) for each in of_type(bundle, "relationship")}
    assert links == {("originates-from", "IR"), ("targets", "US"), ("targets", "GB")}
    assert of_type(bundle, "threat-actor") == []


def test_what_is_not_confirmed_is_a_campaign_in_a_grouping_and_what_was_dismissed_is_revoked() -> None:
    bundle = bundle_of(snapshots.october())
    campaigns = {each["id"]: each for each in of_type(bundle, "campaign")}
    assert {each["name"] for each in campaigns.values()} == {"Slate Lantern", "Tin Whistle", "Paper Kite", "North Pier"}
    assert [each["name"] for each in campaigns.values() if each.get("revoked")] == ["North Pier"]
    (grouping,) = of_type(bundle, "grouping")
    assert grouping["context"] == "suspicious-activity"
    assert {campaigns[ref]["name"] for ref in grouping["object_refs"]} == {"Slate Lantern", "Tin Whistle", "Paper Kite"}


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_figure_of_the_snapshot_is_in_the_bundle_with_its_hedge(name: str) -> None:
    frozen = snapshots.ALL[name]()
    kept = {
        figure["pointer"]: figure for each in bundle_of(frozen)["objects"] for figure in ours(each).get("figures", ())
    }
    figures = [figure for figure in figures_of(frozen.content) if not figure.asset or frozen.content["names"]]
    assert len(kept) == len(figures)
    for figure in figures:
        said = kept[figure.pointer]
        assert said["said"] == figure.said["prose"]
        assert said["qualifier"] == figure.said.get("qualifier", "absent")
        assert (said.get("low"), said.get("high")) == (figure.hedged.low, figure.hedged.high)
        assert said.get("as_said") == figure.said.get("as_said")


def test_accounts_are_in_it_only_with_names() -> None:
    assert of_type(bundle_of(snapshots.harbour_finch()), "user-account", "observed-data") == []
    bundle = bundle_of(snapshots.october())
    accounts = of_type(bundle, "user-account")
    assert len(accounts) == len(snapshots.october().content["assets"]["rows"])
    observed = [ref for each in of_type(bundle, "observed-data") for ref in each["object_refs"]]
    assert sorted(observed) == sorted(each["id"] for each in accounts)


def test_report_says_which_snapshot_it_is_and_refers_to_everything_in_it() -> None:
    frozen = snapshots.october()
    bundle = bundle_of(frozen)
    (report,) = of_type(bundle, "report")
    assert ours(report)["snapshot"] == {
        "id": frozen.id,
        "seq": frozen.seq,
        "sha256": frozen.sha256,
        "as_of": "2018-10-26T14:32:00Z",
        "frozen_at": "2018-10-26T14:32:00Z",
        "frozen_by": "A lead",
        "tlp": "TLP:GREEN",
    }
    known = {each["id"] for each in bundle["objects"]}
    refs = set(report["object_refs"])
    assert refs <= known
    left = {each["type"] for each in bundle["objects"] if each["id"] not in refs}
    assert left == {"report", "marking-definition", "extension-definition"}


def test_nothing_refers_to_what_is_not_in_the_bundle() -> None:
    bundle = bundle_of(snapshots.october())
    known = {each["id"] for each in bundle["objects"]}

    def refs(value: Any, name: str = "") -> set[str]:
        if isinstance(value, dict):
            return {ref for key, each in value.items() for ref in refs(each, key)}
        if isinstance(value, list):
            return {ref for each in value for ref in refs(each, name)}
        return {value} if name.endswith(("_ref", "_refs")) else set()

    assert refs(bundle) <= known


def test_names_of_networks_from_outside_are_made_visible() -> None:
    names = [each["name"] for each in of_type(bundle_of(snapshots.hostile()), "intrusion-set", "campaign")]
    assert "(no name)" in names
    assert not any(c in name for name in names for c in "\u202e\u2029\u200b")


def test_a_later_snapshot_has_the_same_networks_as_newer_versions() -> None:
    """Whoever takes in both sees one network that went on, not two."""
    first = snapshots.harbour_finch()
    later = Frozen.of(
        first.content | {"id": "fedcba9876543210", "frozen": {"at": "2018-10-27T09:00:00Z", "by": "A lead"}}
    )
    one, other = (of_type(bundle_of(frozen), "intrusion-set")[0] for frozen in (first, later))
    assert (one["id"], one["created"]) == (other["id"], other["created"])
    assert datetime.fromisoformat(one["modified"]) < datetime.fromisoformat(other["modified"])
    reports = {of_type(bundle_of(frozen), "report")[0]["id"] for frozen in (first, later)}
    assert len(reports) == 2


def test_library_reads_it_back() -> None:
    assert isinstance(stix2.parse(made(snapshots.october(), "stix").decode(), allow_custom=False), stix2.Bundle)


def test_made_twice_it_is_the_same_to_the_byte() -> None:
    frozen = snapshots.october()
    assert made(frozen, "stix") == made(Frozen.read(frozen.body), "stix")
