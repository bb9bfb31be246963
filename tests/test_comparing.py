"""Comparing: what changed from one picture to another is told by intervals, with the records that did it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.exports import Frozen
from app.snapshots.comparing import Comparison, Line, compare
from app.snapshots.content import Subject
from app.snapshots.deeds import IDLE, deeds_between, last_telling
from app.snapshots.freezing import Snapshots, Wanted
from app.snapshots.restating import Restating
from app.snapshots.telling import arrow, direction_words, label, sentences
from app.vocabulary import DAY, DESK_SOURCE, RecordType, Rung, Scope, Stage, Tlp, isoformat
from tests import makers, snapshots
from tests.makers import Event
from tests.room import Room
from tests.test_snapshots import NOW, everything, freezing

LATER = isoformat(NOW)
PAGES = "facebook:page"


class Watching:
    """A room whose snapshots are compared."""

    def __init__(self, room: Room, folder: Path) -> None:
        self.room = room
        self.snapshots: Snapshots = freezing(room, folder)
        self.restating = Restating(self.snapshots)

    def freeze(self, scope: Scope | None = None, name: str = "Briefing") -> Frozen:
        subject = everything if scope is None else lambda _board: Subject(scope, "Some networks")
        return self.snapshots.freeze(Wanted(name, Tlp.GREEN), subject, by="Ann")

    def since(self, frozen: Frozen, *events: Event) -> Comparison:
        """What some records make of a snapshot."""
        self.room.send(events)
        return self.restating.now(frozen)


@contextmanager
def watched(url: str, folder: Path) -> Iterator[Watching]:
    """A room that was told of two networks."""
    room = Room(url, now=NOW)
    room.send(told())
    try:
        yield Watching(room, folder)
    finally:
        room.close()


@pytest.fixture
def watching(engine_url: str, tmp_path: Path) -> Iterator[Watching]:
    with watched(engine_url, tmp_path) as held:
        yield held


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Watching]:
    """On SQLite alone."""
    with watched(f"sqlite:///{tmp_path / 'one.db'}", tmp_path) as held:
        yield held


def told() -> list[Event]:
    """Two networks: Low Tide of three Pages and a statement, Tin Whistle of one Instagram account."""
    return [
        makers.network_reported("n1", code_name="Low Tide", targets=["US"]),
        *(makers.asset_detected(f"a{n}", "n1") for n in (1, 2, 3)),
        makers.statement_made("n1", by="Facebook", reach={PAGES: {"qualifier": "about", "value": 1_020_000}}),
        *(makers.asset_removed(f"a{n}") for n in (1, 2, 3)),
        makers.network_reported("n2", code_name="Tin Whistle"),
        makers.asset_detected("i1", "n2", platform="instagram", kind="account"),
        makers.count_observed("i1", {"qualifier": "more than", "value": 28_000}),
    ]


def line(comparison: Comparison, what: str, network: str = "") -> Line:
    lines: Iterable[Line] = comparison.lines
    if network:
        (change,) = [each for each in comparison.networks if each.id == network]
        lines = change.lines
    (found,) = [each for each in lines if label(each.what) == what]
    return found


def restored(*assets: str, **said: Any) -> list[Event]:
    return [makers.asset_restored(asset, at=LATER, **said) for asset in assets]


# --- what changed, and why --------------------------------------------------------------------------------------------


def test_two_restored_pages_are_told_with_the_figure_that_they_changed(watching: Watching) -> None:
    comparison = watching.since(watching.freeze(), *restored("a1", "a2"))
    assert sentences(comparison) == ["Assets removed: 3 → 1, because 2 Pages were restored."]
    assert line(comparison, "Assets removed", "n1").reasons[0].n == 2


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (
            [makers.asset_detected(f"b{n}", "n1", at=LATER) for n in range(9)],
            "Assets: 4 → 13, because 9 Pages were found.",
        ),
        (
            [
                makers.statement_made(
                    "n1", by="Facebook", at=LATER, reach={PAGES: {"qualifier": "about", "value": 1_300_000}}
                )
            ],
            "Reached, on Pages: about 1.02 million → about 1.3 million, because Facebook stated other figures.",
        ),
        (
            [makers.statement_made("n2", by="Meta", at=LATER, events=7)],
            "Events hosted: none → 7, because Meta stated figures.",
        ),
        (
            [makers.count_observed("i1", 90_000, at=LATER)],
            "Reached, Instagram: more than 28,000 → 90,000, which may be the same, because the audience of 1 Instagram",
        ),
        ([makers.stage_changed("n1", Stage.REMOVED, at=LATER)], "Low Tide: detected → removed."),
        (
            [makers.stage_changed("n1", Stage.REMOVED, at=LATER)],
            "Networks, removed: none → 1, because Low Tide was removed.",
        ),
        ([makers.networks_merged("n1", ["n2"], at=LATER)], "Tin Whistle was merged into Low Tide."),
        ([makers.network_split("n1", "n3", ["a1"], at=LATER)], "n3 was split from Low Tide."),
        (
            [makers.record_withdrawn(makers.asset_detected("a3", "n1"), at=LATER)],
            "Assets: 4 → 3, because 1 detection was taken back.",
        ),
        (
            [makers.detector_disowned(since="2018-01-01T00:00:00Z", at=LATER) | {"source": DESK_SOURCE}],
            "Assets: 4 → none, because Tests was disowned.",
        ),
        (
            [makers.attribution_assessed("n1", Rung.ORIGINATED_IN, claim="x", approved_by=["lead"], at=LATER)],
            "Newly approved of Low Tide: x: by where the activity originated.",
        ),
        ([makers.ad_observed("ad1", "a1", at=LATER)], "Ads: none → 1, because 1 ad was observed."),
        (
            [makers.event_hosted("e1", ["a1"], at=LATER)],
            "Events hosted: none → 1, because 1 hosted event was observed.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_of_record_is_told_as_what_it_did(events: list[Event], said: str, watching: Watching) -> None:
    comparison = watching.since(watching.freeze(), *events)
    assert any(sentence.startswith(said) for sentence in sentences(comparison, 40)), sentences(comparison, 40)


def test_merge_that_is_undone_is_told_and_brings_the_network_back(watching: Watching) -> None:
    watching.room.send([makers.networks_merged("n1", ["n2"])])
    comparison = watching.since(watching.freeze(), makers.merge_undone("n1", ["n2"], at=LATER))
    assert "Tin Whistle is apart from Low Tide again." in sentences(comparison)
    assert "Networks, detected: 1 → 2, because the merge of Tin Whistle into Low Tide was undone." in sentences(
        comparison
    )


def test_network_that_leaves_the_scope_is_told_with_its_record(watching: Watching) -> None:
    frozen = watching.freeze(Scope(open_only=True))
    comparison = watching.since(frozen, makers.stage_changed("n1", Stage.DISMISSED, at=LATER))
    assert "Low Tide is no longer in it." in sentences(comparison)
    assert [deed.kind for deed in line(comparison, "Assets").reasons] == ["stage"]


def test_record_that_came_and_was_taken_back_in_between_is_no_reason(watching: Watching) -> None:
    frozen = watching.freeze()
    (mistake,) = restored("a3")
    comparison = watching.since(
        frozen, *restored("a1"), mistake, makers.record_withdrawn(mistake, at=isoformat(NOW + DAY))
    )
    assert sentences(comparison) == ["Assets removed: 3 → 2, because 1 Page was restored."]


def test_figure_of_one_surface_is_explained_by_what_happened_on_it(watching: Watching) -> None:
    comparison = watching.since(
        watching.freeze(),
        makers.asset_detected("b1", "n1", at=LATER),
        makers.asset_detected("g1", "n1", kind="group", at=LATER),
    )
    assert [deed.surface for deed in line(comparison, "Assets, on Pages").reasons] == [PAGES]
    assert {deed.surface for deed in line(comparison, "Assets").reasons} == {PAGES, "facebook:group"}


def test_merge_within_a_scope_is_no_reason_for_a_sum(watching: Watching) -> None:
    comparison = watching.since(
        watching.freeze(), makers.networks_merged("n1", ["n2"], at=LATER), makers.asset_detected("b1", "n1", at=LATER)
    )
    assert [deed.kind for deed in line(comparison, "Assets").reasons] == ["found"]


def test_what_the_clock_alone_changes_is_no_sentence_and_says_so(one: Watching) -> None:
    frozen = one.freeze()
    one.room.clock.at += 2 * DAY
    comparison = one.restating.now(frozen)
    changed = {label(each.what): each.reasons for each in comparison.changed}
    assert set(changed) <= {"Removed today", "Detected today", "Detected in the last hour"}
    assert not any(changed.values())
    assert sentences(comparison) == ["No figure has changed."]


# --- intervals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"qualifier": "about", "value": 1_020_000}, {"qualifier": "about", "value": 1_300_000}, "more"),
        ({"qualifier": "about", "value": 1_300_000}, {"qualifier": "about", "value": 1_020_000}, "fewer"),
        ({"qualifier": "about", "value": 1_020_000}, {"qualifier": "about", "value": 1_000_000}, "may be the same"),
        ({"qualifier": "more than", "value": 28_000}, {"qualifier": "exactly", "value": 29_000}, "may be the same"),
        ({"qualifier": "more than", "value": 28_000}, {"qualifier": "exactly", "value": 28_000}, "fewer"),
        ({"qualifier": "less than", "value": 100}, {"qualifier": "more than", "value": 6_000}, "more"),
        (
            {"qualifier": "between", "low": 5, "high": 9},
            {"qualifier": "between", "low": 9, "high": 12},
            "may be the same",
        ),
    ],
    ids=str,
)
def test_direction_is_told_only_where_no_number_can_be_both(
    before: dict[str, Any], after: dict[str, Any], said: str, one: Watching
) -> None:
    one.room.send([makers.statement_made("n1", by="Facebook", reach={PAGES: before}, at=isoformat(NOW - DAY))])
    comparison = one.since(one.freeze(), makers.statement_made("n1", by="Facebook", reach={PAGES: after}, at=LATER))
    found = line(comparison, "Reached, on Pages")
    assert direction_words(found) == said, arrow(found)


# --- two snapshots ----------------------------------------------------------------------------------------------------


def test_two_snapshots_are_compared_the_earlier_one_first(watching: Watching) -> None:
    early = watching.freeze(name="Morning")
    watching.room.send(restored("a1"))
    late = watching.freeze(name="Evening")
    watching.room.send(restored("a2"))
    for comparison in (watching.restating.between(early, late), watching.restating.between(late, early)):
        assert (comparison.before.name, comparison.after.name) == ("Morning", "Evening")
        assert sentences(comparison) == ["Assets removed: 3 → 2, because 1 Page was restored."]


def test_snapshots_of_different_scopes_say_so(one: Watching) -> None:
    comparison = one.restating.between(one.freeze(), one.freeze(Scope(network=("n1",))))
    assert sentences(comparison)[0] == "The pictures are of different scopes: All networks, and Some networks."


def test_snapshot_of_another_epoch_says_so_and_names_no_records(one: Watching) -> None:
    frozen = one.freeze()
    old = Frozen.of(frozen.content | {"picture": frozen.content["picture"] | {"epoch": "0" * 16}})
    comparison = one.since(old, *restored("a1"))
    assert sentences(comparison)[0].startswith("The earlier picture is of another epoch of the log")
    assert sentences(comparison)[1:] == ["Assets removed: 3 → 2."]
    assert comparison.deeds == ()


# --- what always holds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", snapshots.ALL)
def test_snapshot_beside_itself_is_the_same(name: str) -> None:
    content = snapshots.ALL[name]().content
    comparison = compare(content, content, [])
    assert comparison.stands
    assert sentences(comparison) == ["No figure has changed."]


def test_records_that_change_no_figure_are_no_deeds(watching: Watching) -> None:
    before = watching.room.board.seq
    idle = [event for event in makers.one_of_each() if event["type"].removeprefix("warroom.") in set(map(str, IDLE))]
    assert len(idle) > 10
    watching.room.send(idle)
    with watching.room.database.read() as connection:
        assert deeds_between(connection, before, before + len(idle)) == []
        assert last_telling(connection) == before


CHANGES = st.lists(
    st.one_of(
        st.builds(lambda n: makers.asset_detected(f"b{n}", f"n{n % 3 + 1}", at=LATER), st.integers(0, 9)),
        st.builds(lambda n: makers.asset_restored(f"a{n}", at=LATER), st.integers(1, 3)),
        st.builds(lambda n: makers.asset_removed("i1", at=isoformat(NOW + n)), st.integers(0, 3)),
        st.builds(
            lambda n, reach: makers.statement_made(f"n{n}", by="Facebook", at=LATER, reach={PAGES: reach}, events=n),
            st.integers(1, 2),
            st.integers(1, 9_000_000),
        ),
        st.builds(lambda n, k: makers.count_observed(f"a{n}", k, at=LATER), st.integers(1, 3), st.integers(1, 10**6)),
        st.builds(
            lambda n, stage: makers.stage_changed(f"n{n}", stage, at=LATER), st.integers(1, 3), st.sampled_from(Stage)
        ),
        st.just(makers.networks_merged("n1", ["n2"], at=LATER)),
        st.just(makers.network_split("n1", "n4", ["a2"], at=LATER)),
        st.just(makers.record_withdrawn(makers.asset_detected("a3", "n1"), at=LATER)),
        st.just(makers.record_withdrawn(makers.asset_removed("a2"), at=LATER)),
        st.just(makers.detector_disowned(since="2018-01-01T00:00:00Z", at=LATER) | {"source": DESK_SOURCE}),
        st.builds(lambda n: makers.ad_observed(f"ad{n}", f"a{n}", at=LATER), st.integers(1, 3)),
        st.builds(lambda n: makers.event_hosted(f"e{n}", [f"a{n}", "i1"], at=LATER), st.integers(1, 3)),
        st.just(makers.network_reported("n1", targets=["GB"], at=LATER)),
        st.just(makers.note_written(at=LATER)),
        st.just(makers.post_observed(at=LATER)),
        st.just(makers.alarm_raised(at=LATER)),
    ),
    max_size=8,
    unique_by=lambda event: (event["source"], event["id"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=CHANGES,
    scope=st.sampled_from([Scope(), Scope(open_only=True), Scope(target=("US",)), Scope(network=("n1",))]),
)
def test_every_changed_figure_has_a_record_as_its_reason(
    events: list[Event], scope: Scope, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with watched(f"sqlite:///{folder / 'room.db'}", folder) as held:
        comparison = held.since(held.freeze(scope), *events)
    for each in comparison.changed:
        assert each.reasons or each.what.by_the_clock, arrow(each)
    for change in comparison.networks:
        assert change.reasons or not change.came, change
        for part in (*change.lines, *change.facts):
            assert part.reasons, part
    idle = {f"warroom.{type}" for type in IDLE}
    if all(event["type"] in idle for event in events):
        assert comparison.stands
    # None of the room's own words, notes or posts is a reason.
    told_kinds = {deed.kind for deed in comparison.deeds}
    assert told_kinds.isdisjoint({"note", "post", "alarm"})
    assert RecordType.SNAPSHOT_FROZEN in IDLE
