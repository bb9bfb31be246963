"""Network focus: what one network is, whom it reached, what may be said of it, and whom it shares accounts with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.audiences import in_both
from app.nouns import NARROW
from app.vocabulary import DAY, HOUR, MINUTE, Rung, Stage, isoformat
from dashboards.scenes import Sight, focus
from dashboards.scenes._overlap import COMPARED
from tests import makers
from tests.makers import Event
from tests.markup import parsed
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")
EARLIER = isoformat(NOW - 51 * HOUR)
A_FEW_REAIS = {"currency": "BRL", "qualifier": "about", "minor": 900}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=NOW)
    yield room
    room.close()


def view(room: Room, subject: str = "n1", limits: dict[str, int] | None = None) -> dict[str, Any]:
    return focus.SCENE.view(room.board, room.clock.now(), room.watch, limits or {}, subject)


def drawn(room: Room, panel: str, subject: str = "n1") -> str:
    payload = focus.SCENE.draw(panel, Sight(room.board, room.clock.now(), room.watch, {}, subject))
    assert isinstance(payload, str)
    assert 'class="fault"' not in payload
    return payload


def reported(network: str = "n1", **said: Any) -> Event:
    return makers.network_reported(network, at=EARLIER, **said)


def page(asset: str, network: str = "n1", accounts: range | None = None, **said: Any) -> list[Event]:
    """An asset, a Page where nothing else is said, with the accounts of a range as its audience."""
    found = [makers.asset_detected(asset, network=network, at=EARLIER, **said)]
    if accounts is not None:
        found.append(makers.accounts_observed(asset, map(str, accounts), at=EARLIER))
    return found


# --- a network that is not known --------------------------------------------------------------------------------------


def test_of_a_network_that_is_not_known_it_says_so_and_nothing_else(room: Room) -> None:
    assert set(view(room, "nobody").values()) == {None}
    assert "No such network is recorded yet." in drawn(room, "head", "nobody")
    assert [drawn(room, panel, "nobody").strip() for panel in focus.SCENE.panels if panel != "head"] == [""] * 5


def test_a_network_that_was_merged_is_the_one_that_it_was_merged_into(room: Room) -> None:
    room.send([reported("n1", code_name="Low Tide"), reported("n2", code_name="North Pier"), *page("a2", "n2")])
    room.send([makers.networks_merged("n1", ["n2"], at=isoformat(NOW - HOUR))])
    assert view(room, "n2") == view(room, "n1")
    head = view(room, "n2")["head"]
    assert head["name"] == "Low Tide"
    assert head["facts"].endswith("; with 1 network merged into it")
    assert view(room)["overlap"]["none"] == "There is no other network yet."


# --- where it stands --------------------------------------------------------------------------------------------------


def test_an_open_network_is_shown_with_its_time_and_limit(room: Room) -> None:
    room.send([reported(code_name="Low Tide", targets=["US", "GB", "US"])])
    room.send([makers.stage_changed("n1", Stage.CONFIRMED, at=isoformat(NOW - 47 * HOUR))])
    head = view(room)["head"]
    assert (head["name"], head["stage"], head["held"]) == ("Low Tide", "Confirmed", f"47{NARROW}h")
    assert head["facts"] == "Targets US and UK; first seen 24 Oct 11:30"
    assert head["sub"] == f"limit 48{NARROW}h ends 15:30"
    assert (head["pips"], head["overdue"], head["fresh"]) == (["open", "open", "open", "", ""], False, False)


def test_an_overdue_network_has_the_shape_and_the_word(room: Room) -> None:
    room.send([reported(), makers.stage_changed("n1", Stage.CONFIRMED, at=isoformat(NOW - 50 * HOUR))])
    head = view(room)["head"]
    assert (head["pips"], head["overdue"]) == (["open", "open", "bang", "", ""], True)
    assert head["sub"] == f"overdue, limit 48{NARROW}h ended 12:30"
    assert 'class="stands late"' in drawn(room, "head")


@pytest.mark.parametrize(
    ("stage", "pips"), [(Stage.REMOVED, ["closed"] * 5), (Stage.DISMISSED, [""] * 5)], ids=["removed", "dismissed"]
)
def test_a_closed_network_says_how_long_ago(room: Room, stage: Stage, pips: list[str]) -> None:
    room.send([reported(targets=[]), makers.stage_changed("n1", stage, at=isoformat(NOW - 27 * MINUTE))])
    head = view(room)["head"]
    assert (head["held"], head["sub"], head["pips"]) == (
        f"27{NARROW}min ago",
        f"50{NARROW}h after it was first seen",
        pips,
    )
    assert head["facts"].startswith("No target is known")
    assert head["fresh"]


def test_of_many_targets_some_are_named_and_the_others_counted(room: Room) -> None:
    room.send([reported(targets=["US", "GB", "CA", "DE", "FR", "PL"])])
    assert view(room)["head"]["facts"].startswith("Targets US, UK, Canada, Germany, France and Poland;")
    room.send([makers.network_reported("n1", targets=["US", "GB", "CA", "DE", "FR", "PL", "UA"], at=isoformat(NOW))])
    assert view(room)["head"]["facts"].startswith("Targets US, UK, Canada, Germany, France and 2 more;")


# --- reach ------------------------------------------------------------------------------------------------------------


def lines(union: dict[str, Any]) -> list[str]:
    return [str(union["number"]), union["label"], union["sub"], union["why"]]


def test_reach_is_a_union_on_each_surface_and_never_a_sum(room: Room) -> None:
    room.send([reported(), *page("a1", accounts=range(30)), *page("a2", accounts=range(20, 50))])
    room.send(page("g1", accounts=range(40, 47), kind="group"))
    pages, groups, instagram = view(room)["reach"]
    assert lines(pages) == ["50", "accounts follow at least one Page", "exact, counted once", "from 2 of 2 Pages"]
    assert lines(groups) == ["7", "accounts join at least one group", "exact, counted once", "from 1 of 1 group"]
    assert lines(instagram)[0::2] == ["0", "no Instagram accounts known in it"]
    assert [union["nil"] for union in (pages, groups, instagram)] == [False, False, True]
    assert pages["prose"] == "50 accounts follow at least one Page"


def test_reach_says_its_mode_and_how_sure_it_is(room: Room) -> None:
    room.send([reported(), *page("a1"), *page("g1", kind="group"), *page("g2", kind="group")])
    assert lines(view(room)["reach"][0])[0::2] == ["–", "not counted yet"]
    sketch = makers.sketch_observed("a1", map(str, range(50_000)), at=EARLIER)
    room.send([sketch, makers.count_observed("g1", 900, at=EARLIER), makers.count_observed("g2", 400, at=EARLIER)])
    pages, groups, _ = view(room)["reach"]
    assert str(pages["number"]) == f"≈50{NARROW}k"
    assert lines(pages)[2:] == ["estimated, counted once", "from 1 of 1 Page, standard error 0.8%"]
    assert lines(groups)[0::2] == ["900 to 1,300", "bounds, no estimate"]
    room.send(page("g3", kind="group"))
    assert lines(view(room)["reach"][1])[0::2] == ["≥900", "only a floor is known, bounded"]


def test_a_stated_reach_stands_beside_what_was_counted_until_that_exceeds_it(room: Room) -> None:
    room.send([reported(), *page("a1", accounts=range(30))])
    room.send([makers.statement_made("n1", reach={"facebook:page": 40}, at=isoformat(NOW - MINUTE))])
    pages = view(room)["reach"][0]
    assert lines(pages)[0::2] == ["40", "as stated"]
    assert (pages["why"], pages["fresh"]) == ("counted 30, exact", True)
    room.send([makers.accounts_observed("a1", map(str, range(60)), at=isoformat(NOW))])
    pages = view(room)["reach"][0]
    assert lines(pages)[0::3] == ["60", "above what was stated; from 1 of 1 Page"]


def test_of_a_removed_network_reach_is_told_in_the_past(room: Room) -> None:
    room.send([reported(), *page("a1", accounts=range(1)), makers.stage_changed("n1", Stage.REMOVED, at=EARLIER)])
    assert view(room)["reach"][0]["label"] == "account followed at least one Page"


def test_a_surface_without_a_figure_gives_way_to_one_that_has_one(room: Room) -> None:
    room.send([reported(), *page("y1", accounts=range(3), platform="youtube", kind="channel")])
    assert [union["label"] for union in view(room)["reach"]] == [
        "accounts follow at least one Page",
        "accounts join at least one group",
        "accounts subscribe to at least one YouTube channel",
    ]
    for n, (platform, kind) in enumerate((("facebook", "page"), ("facebook", "group"), ("instagram", "account"))):
        room.send(page(f"b{n}", accounts=range(3), platform=platform, kind=kind))
    columns = view(room)["reach"]
    assert [union["label"].rpartition(" one ")[2] for union in columns] == ["Page", "group", "Instagram account"]
    assert columns[2]["why"] == "from 1 of 1 Instagram account; reach on 1 more surface"


def test_figures_whose_source_is_silent_are_held(room: Room) -> None:
    room.send([reported(), *page("a1", accounts=range(30)), makers.ad_observed(at=EARLIER), makers.event_hosted()])
    room.clock.at = NOW + 20 * MINUTE
    found = view(room, limits={makers.SOURCE: 600})
    assert all(union["held"] and union["why"] == "held at 14:30, Tests not answering" for union in found["reach"])
    assert [fact["held"] for fact in found["facts"].values()] == [True, True, True]
    assert found["facts"]["events"]["why"] == "held at 14:30, Tests not answering"


# --- assets -----------------------------------------------------------------------------------------------------------


def test_assets_are_counted_by_kind_removed_and_active(room: Room) -> None:
    room.send([reported(), *page("a1"), *page("a2"), *page("a3"), *page("g1", kind="group")])
    room.send([makers.asset_removed(id, at=isoformat(NOW - 3 * HOUR)) for id in ("a1", "a2", "g1")])
    room.send([makers.asset_restored("a2", at=isoformat(NOW - 2 * HOUR))])
    found = view(room)
    rows = [(row["name"], row["n"], row["words"], row["removed"], row["active"]) for row in found["kinds"]["rows"]]
    assert rows == [
        ("Pages", "3", "1 removed, 2 active", 333, 666),
        ("Accounts", "0", "", 0, 0),
        ("Groups", "1", "all removed", 333, 0),
        ("Instagram", "0", "", 0, 0),
    ]
    assets = found["facts"]["assets"]
    assert (assets["n"], assets["label"], assets["sub"]) == ("4", "assets, 2 removed", "as listed")
    assert assets["why"] == f"1 restored; removed 48{NARROW}h after detection, median of 2"


def test_screens_say_what_was_stated_and_what_is_listed(room: Room) -> None:
    room.send([reported(), *page("a1"), *page("g1", kind="group"), *page("g2", kind="group")])
    stated = {"facebook:page": {"qualifier": "about", "value": 30}, "facebook:group": 1}
    room.send([makers.statement_made("n1", assets=stated, at=EARLIER)])
    found = view(room)
    pages, _, groups, _ = found["kinds"]["rows"]
    assert (pages["n"], pages["words"]) == ("≈30", "all active; 1 listed")
    assert (groups["n"], groups["words"]) == ("2", "all active; 1 stated")
    assert found["facts"]["assets"]["sub"] == "3 listed, more than were stated"
    room.send([makers.stage_changed("n1", Stage.REMOVED, at=isoformat(NOW))])
    room.send([makers.asset_removed("a1", at=isoformat(NOW)), makers.asset_restored("a1", at=isoformat(NOW + 1))])
    pages = view(room)["kinds"]["rows"][0]
    assert pages["words"] == "≈30 removed, 1 active; 1 listed"


@pytest.mark.parametrize(
    ("stated", "words", "bars"),
    [
        ({"qualifier": "about", "value": 60}, "≈60 removed, 15 to 25 active; ≈60 stated", (750, 187)),
        ({"qualifier": "at most", "value": 60}, "≤60 removed, 20 to 80 active; ≤60 stated", (0, 250)),
    ],
)
def test_what_is_left_is_no_surer_than_what_was_removed(
    room: Room, stated: makers.Event, words: str, bars: tuple[int, int]
) -> None:
    room.send([reported(), *(event for n in range(80) for event in page(f"a{n}"))])
    room.send([makers.statement_made("n1", assets={"facebook:page": stated}, at=EARLIER)])
    room.send([makers.asset_removed(f"a{n}", at=isoformat(NOW)) for n in range(5)])
    room.send([makers.stage_changed("n1", Stage.REMOVED, at=isoformat(NOW))])
    pages = view(room)["kinds"]["rows"][0]
    assert (pages["words"], (pages["removed"], pages["active"])) == (words, bars)


def test_what_was_given_back_below_a_ceiling_is_active(room: Room) -> None:
    room.send([reported(), *page("a1"), *page("a2")])
    room.send([makers.statement_made("n1", assets={"facebook:page": {"qualifier": "less than", "value": 100}})])
    room.send([makers.asset_removed(id, at=isoformat(NOW - HOUR)) for id in ("a1", "a2")])
    room.send([makers.stage_changed("n1", Stage.REMOVED, at=isoformat(NOW - HOUR))])
    room.send([makers.asset_restored("a1", at=isoformat(NOW))])
    assert view(room)["kinds"]["rows"][0]["words"] == "<99 removed, 1 active; 2 listed"


def test_more_kinds_than_there_is_room_for_are_counted(room: Room) -> None:
    kinds = ("facebook:page", "facebook:group", "x:account", "youtube:channel", "web:site")
    room.send([reported()])
    for n, surface in enumerate(kinds):
        platform, _, kind = surface.partition(":")
        room.send(page(f"k{n}", platform=platform, kind=kind))
    found = view(room)["kinds"]
    assert [row["name"] for row in found["rows"]] == ["Pages", "Groups", "Websites"]
    assert found["more"] == "and 2 assets of 2 more kinds"


def test_what_was_found_or_removed_just_now_is_marked(room: Room) -> None:
    room.send([reported(), *page("a1"), makers.asset_detected("g1", kind="group", at=isoformat(NOW - MINUTE))])
    assert [row["fresh"] for row in view(room)["kinds"]["rows"]] == [False, False, True, False]
    assert view(room)["facts"]["assets"]["fresh"]
    room.clock.at = NOW + HOUR
    assert not view(room)["facts"]["assets"]["fresh"]


# --- spend and events -------------------------------------------------------------------------------------------------


def test_currencies_stand_beside_one_another_unconverted(room: Room) -> None:
    room.send([reported(), *page("a1")])
    room.send([makers.ad_observed(f"b{n}", "a1", spend=A_FEW_REAIS, at=EARLIER) for n in range(2)])
    room.send([makers.ad_observed("u", "a1", at=EARLIER)])
    spend = view(room)["facts"]["spend"]
    assert (spend["n"], spend["label"]) == ("≈R$18", "spent on 2 ads, in Brazilian reals")
    assert spend["siblings"] == ["<$100 on 1 ad"]
    assert (spend["sub"], spend["why"]) == ("as listed", "2 currencies, not converted, not added")
    for code in ("CAD", "EUR"):
        spent = {"currency": code, "qualifier": "exactly", "minor": 100}
        room.send([makers.ad_observed(code, "a1", spend=spent, at=EARLIER)])
    spend = view(room)["facts"]["spend"]
    assert spend["siblings"] == ["C$1 on 1 ad", "€1 on 1 ad"]
    assert spend["why"] == "4 currencies, not converted, not added; +1 more"


def test_a_bound_over_two_currencies_is_shown_once(room: Room) -> None:
    room.send([reported(), *page("a1"), makers.ad_observed("u", "a1", spend={"currency": "USD"}, at=EARLIER)])
    spend = view(room)["facts"]["spend"]
    assert (spend["n"], spend["label"], spend["sub"]) == ("–", "spent on 1 ad, in USD", "the amount is not known")
    assert spend["why"] == "ads ran on 12 Jan 2018"
    bound = {"currency": "USD", "qualifier": "less than", "minor": 10_000, "paid_in": ["USD", "CAD"]}
    room.send([makers.statement_made("n1", spend=bound, ads=2, at=EARLIER)])
    spend = view(room)["facts"]["spend"]
    assert (spend["n"], spend["label"]) == ("<$100", "spent on 2 ads, in USD and CAD")
    assert (spend["sub"], spend["siblings"]) == ("only a ceiling is known, as stated", [])


def test_a_search_without_a_find_is_not_the_same_as_no_word(room: Room) -> None:
    room.send([reported()])
    spend = view(room)["facts"]["spend"]
    assert (spend["n"], spend["sub"]) == ("–", "not known, no figure was given")
    searched = {"currency": "USD", "qualifier": "none found"}
    room.send([makers.statement_made("n1", spend=searched, at=EARLIER)])
    spend = view(room)["facts"]["spend"]
    assert (spend["n"], spend["sub"]) == ("none", "searched, none found")


def test_it_is_never_left_out_whether_events_took_place(room: Room) -> None:
    room.send([reported(), *page("a1")])
    assert view(room)["facts"]["events"]["sub"] == "none recorded"
    room.send([makers.event_hosted("e1", ["a1"], at=EARLIER)])
    events = view(room)["facts"]["events"]
    assert (events["n"], events["label"], events["why"]) == ("1", "event hosted", "")
    assert events["sub"] == "whether it took place is not known"
    room.send([makers.event_hosted("e2", ["a1"], at=EARLIER, took_place="yes", interested=120)])
    events = view(room)["facts"]["events"]
    assert (events["sub"], events["why"]) == ("1 took place, 1 not known", "120 said they were interested")
    room.send([makers.statement_made("n1", events={"qualifier": "at least", "value": 7}, at=EARLIER)])
    events = view(room)["facts"]["events"]
    assert (events["n"], events["sub"]) == ("≥7", "1 took place, the rest is not known")


# --- attribution ------------------------------------------------------------------------------------------------------


def test_nothing_is_said_of_who_is_behind_it_before_it_was_approved(room: Room) -> None:
    room.send([reported(code_name="Low Tide", origins=["IR"])])
    assert view(room)["claims"]["count"] == "nobody has made a claim yet"
    room.send([makers.attribution_assessed("n1", Rung.ATTRIBUTED_TO, claim="Directed by Iran", at=EARLIER)])
    claims = view(room)["claims"]
    assert claims["words"] == "Who is responsible for Low Tide cannot be said"
    assert (claims["rung"], claims["steps"], claims["count"]) == (
        "Nothing approved",
        [False] * 8,
        "1 claim, none approved",
    )
    assert "Iran" not in "".join(drawn(room, panel) for panel in focus.SCENE.panels)


def test_attribution_is_worded_at_the_approved_rung_and_no_stronger(room: Room) -> None:
    room.send([reported(code_name="Low Tide", origins=["IR", "RU"])])
    room.send([makers.attribution_assessed("n1", Rung.ATTRIBUTED_TO, claim="Directed by Moscow", at=isoformat(NOW))])
    room.send([makers.attribution_assessed("n1", approved_by=["lead"], at=EARLIER)])
    claims = view(room)["claims"]
    assert claims["words"] == "A manual review linked the activity of Low Tide to Iran"
    assert claims["rung"] == "Manual review linked to"
    assert claims["steps"] == [True] * 3 + [False] * 5
    assert claims["count"] == "2 claims, 1 of them approved"


def test_a_long_name_or_claim_never_cuts_off_how_sure_a_claim_is(room: Room) -> None:
    room.send([reported(code_name="Q" * 300, origins=["IR"]), makers.attribution_assessed(approved_by=["lead"])])
    words = view(room)["claims"]["words"]
    assert words.startswith("A manual review linked the activity of QQ")
    assert words.endswith("… to Iran")
    claim = "Run from an office " * 40
    room.send([makers.attribution_assessed(claim=claim, approved_by=["lead"], at=isoformat(NOW))])
    words = view(room)["claims"]["words"]
    assert words.startswith("Run from an office")
    assert words.endswith("…: linked by a manual review")
    assert len(words) < 110


# --- overlap ----------------------------------------------------------------------------------------------------------


def row_of(room: Room) -> tuple[str, str, str]:
    (row,) = view(room)["overlap"]["rows"]
    return row["name"], row["n"], row["words"]


def test_accounts_of_both_are_counted_where_every_account_is_known(room: Room) -> None:
    room.send([reported(), *page("a1", accounts=range(30)), *page("a2", accounts=range(20, 60))])
    room.send([reported("n2", code_name="Slate Lantern"), *page("b1", "n2", range(50, 90))])
    room.send([reported("n3"), *page("c1", "n3", range(900, 990)), reported("n4"), *page("d1", "n4")])
    room.send([*page("g1", accounts=range(9), kind="group"), *page("g2", "n2", range(7, 19), kind="group")])
    assert row_of(room) == ("Slate Lantern", "10", "accounts follow Pages of both; 2 join groups")
    assert view(room)["overlap"]["foot"] == "audiences compared with 2 of 3 other networks"
    assert view(room, "n3")["overlap"]["none"] == "No accounts are known to follow it and another."
    assert view(room, "n4")["overlap"]["none"] == "No overlap is known."
    assert view(room, "n4")["overlap"]["foot"] == "no audiences that could be compared"


def test_where_audiences_are_missing_those_in_both_are_a_floor(room: Room) -> None:
    room.send([reported(), *page("a1", accounts=range(30)), *page("a2")])
    room.send([reported("n2", code_name="Slate Lantern"), *page("b1", "n2", range(20, 90))])
    assert row_of(room) == ("Slate Lantern", "≥10", "accounts follow Pages of both")
    room.send([makers.count_observed("a2", 500, at=EARLIER)])
    assert row_of(room)[1] == "≥10"
    room.send([makers.accounts_observed("a2", ["x"], at=isoformat(NOW))])
    assert row_of(room)[1] == "10"
    room.send([makers.statement_made("n2", assets={"facebook:page": 3}, at=EARLIER)])
    assert row_of(room)[1] == "≥10"


def test_an_estimate_of_those_in_both_is_given_only_where_it_is_clear_of_its_error(room: Room) -> None:
    room.send([reported(), *page("a1"), makers.sketch_observed("a1", map(str, range(60_000)), at=EARLIER)])
    for other, first in (("n2", 40_000), ("n3", 59_900)):
        accounts = map(str, range(first, first + 60_000))
        room.send([reported(other), *page(f"{other}-a", other)])
        room.send([makers.sketch_observed(f"{other}-a", accounts, at=EARLIER)])
    assert row_of(room) == ("N2", f"≈20{NARROW}k", "accounts follow Pages of both")


def test_what_was_reported_is_shown_from_both_sides(room: Room) -> None:
    room.send([reported(), reported("n2", code_name="Long Gallery")])
    room.send([makers.network_overlapped("n1", "n2", basis="some overlap with August", at=EARLIER)])
    assert row_of(room) == ("Long Gallery", "", "some overlap with August")
    assert view(room, "n2")["overlap"]["rows"] == [{"name": "N1", "n": "", "words": "some overlap with August"}]
    room.send([*page("a1", accounts=range(9)), *page("b1", "n2", range(5, 12))])
    assert row_of(room) == ("Long Gallery", "4", "accounts follow Pages of both; overlap reported")


def test_an_overlap_with_a_network_that_nobody_knows_has_its_id(room: Room) -> None:
    room.send([reported(), makers.network_overlapped("n1", "elsewhere", basis=" ", at=EARLIER)])
    assert row_of(room) == ("elsewhere", "", "overlap reported")


def test_those_that_share_most_come_first_and_the_others_are_counted(room: Room) -> None:
    room.send([reported(), *page("a1", accounts=range(100))])
    for n in range(5):
        room.send([reported(f"m{n}"), *page(f"m{n}-a", f"m{n}", range(90 - n * 10, 100))])
    found = view(room)["overlap"]
    assert [(row["name"], row["n"]) for row in found["rows"]] == [("M4", "50"), ("M3", "40"), ("M2", "30")]
    assert found["foot"] == "and 2 more; audiences compared with 5 of 5 other networks"


def test_a_network_is_compared_with_no_more_than_there_is_time_for(room: Room) -> None:
    events = [reported(), *page("a1", accounts=range(9))]
    for n in range(COMPARED + 5):
        events += [reported(f"m{n}"), *page(f"m{n}-a", f"m{n}", range(20, 29))]
    room.send(events, together=500)
    assert view(room)["overlap"]["foot"] == f"audiences compared with {COMPARED} of {COMPARED + 5} other networks"


def test_what_is_in_both_is_the_same_from_either_side(room: Room) -> None:
    room.send([*page("a1", accounts=range(50)), *page("b1", "n2", range(45, 48)), *page("c1", "n3", range(0))])
    one, two, none = (
        room.board.fold_of([id]).members[0].audiences[surface].audience
        for id in ("n1", "n2", "n3")
        for surface in room.board.fold_of([id]).members[0].audiences
    )
    assert in_both(one, two) == in_both(two, one) == (3.0, 0.0)
    assert in_both(one, none) == in_both(none, none) == (0.0, 0.0)


# --- what comes from outside ------------------------------------------------------------------------------------------


def test_names_from_outside_stay_names(room: Room) -> None:
    name = "<script>alert(1)</script>\u202e{{7*7}}"
    room.send([reported(code_name=name), reported("n2", code_name=name)])
    room.send([makers.network_overlapped("n1", "n2", basis=name, at=EARLIER)])
    room.send([makers.attribution_assessed("n1", claim=name, approved_by=["lead"], at=EARLIER)])
    for panel in focus.SCENE.panels:
        html = drawn(room, panel)
        assert "\u202e" not in html
        assert not [each for each in parsed(html) if each.tag == "script"]
    assert "□{{7*7}}" in drawn(room, "overlap")
    assert "linked by a manual review" in drawn(room, "claims")


def test_the_largest_figures_fit_their_words(room: Room) -> None:
    most = 7_900_000_000
    room.send([reported(), makers.statement_made("n1", assets={"facebook:page": most}, events=most, at=EARLIER)])
    found = view(room)
    assert found["facts"]["assets"]["n"].endswith(f"{NARROW}bn")
    assert found["kinds"]["rows"][0]["active"] == 1_000
    room.clock.at = NOW - 400 * DAY
    assert view(room)["head"]["held"] == f"<1{NARROW}min"
