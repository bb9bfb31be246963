"""Restating: a snapshot says whether its figures still stand, wherever it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app import tables as t
from app.access import Role
from app.clock import FixedClock
from app.demo.story import END
from app.exports import Frozen
from app.rebuild import rebuild
from app.snapshots.freezing import Wanted
from app.snapshots.restating import Restating
from app.snapshots.subjects import of_scene
from app.snapshots.telling import standing_sentence
from app.vocabulary import DAY, MINUTE, RecordType, Scope, Tlp, isoformat
from tests import every_room, makers, snapshots
from tests.house import House, house
from tests.test_cli import Program
from tests.test_comparing import LATER, PAGES, Watching, restored, told, watched
from tests.test_snapshots import NOW, everything, freezing

CURRENT = "Current: every figure still stands."


@pytest.fixture
def watching(engine_url: str, tmp_path: Path) -> Iterator[Watching]:
    with watched(engine_url, tmp_path) as held:
        yield held


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Watching]:
    """On SQLite alone."""
    with watched(f"sqlite:///{tmp_path / 'one.db'}", tmp_path) as held:
        yield held


def standing(held: Watching, frozen: Frozen) -> str:
    return standing_sentence(held.restating.standing(frozen))


def get(room: House, address: str, role: Role = Role.ANALYST) -> httpx2.Response:
    """Get an address with its query."""
    path, _, query = address.partition("?")
    return room.ask(path, role, **dict(parse_qsl(query)))


def test_october_briefing_is_superseded_once_two_pages_are_restored(tmp_path: Path) -> None:
    room = snapshots.room_of(tmp_path, every_room.told())
    held = freezing(room, tmp_path)
    frozen = held.freeze(
        Wanted("October briefing", Tlp.GREEN),
        lambda board: of_scene(board, "situation", "Situation", room.watch),
        by="A lead",
    )
    restating = Restating(held)
    assert standing_sentence(restating.standing(frozen)) == CURRENT
    later = isoformat(END + MINUTE)
    room.send([makers.asset_restored(f"hf-page-{n:02d}", at=later, by="Facebook") for n in (3, 7)])
    superseded = standing_sentence(restating.standing(frozen))
    finch = [each for each in restating.standing(frozen).networks if each.id == "harbour-finch"]
    room.close()
    assert superseded == "Superseded: Assets removed 704 → 702, because 2 Pages were restored."
    assert [(line.before["prose"], line.after["prose"]) for line in finch[0].lines if line.before and line.after] == [
        ("82", "80"),
        ("30", "28"),
    ]


def test_reach_that_was_stated_anew_supersedes_with_both_figures_and_who_said_so(watching: Watching) -> None:
    frozen = watching.freeze()
    said = {PAGES: {"qualifier": "about", "value": 1_000_000}}
    watching.room.send([*restored("a1", "a2"), makers.statement_made("n1", by="Facebook", reach=said, at=LATER)])
    assert standing(watching, frozen) == (
        "Superseded: Reached, on Pages about 1.02 million → about 1 million, which may be the same, because Facebook "
        "stated other figures; "
        "Assets removed 3 → 1, because 2 Pages were restored."
    )


def test_clock_alone_supersedes_nothing(one: Watching) -> None:
    one.room.send([makers.asset_detected("b1", "n1", at=LATER), makers.asset_removed("b1", at=LATER)])
    frozen = one.freeze()
    one.room.clock.at += 9 * DAY
    assert standing(one, frozen) == CURRENT
    assert one.restating.now(frozen).changed, "some figures of today are other ones by then"


def test_snapshot_of_the_past_is_restated_by_what_was_recorded_since(watching: Watching) -> None:
    seq = watching.room.board.seq
    watching.room.send(restored("a1"))
    frozen = watching.snapshots.freeze(Wanted("Then", Tlp.GREEN, seq=seq), everything, by="Ann")
    assert standing(watching, frozen) == "Superseded: Assets removed 3 → 2, because 1 Page was restored."


def test_what_is_taken_back_again_is_current_again(watching: Watching) -> None:
    frozen = watching.freeze()
    (mistake,) = restored("a1")
    watching.room.send([mistake])
    assert standing(watching, frozen).startswith("Superseded")
    watching.room.send([makers.record_withdrawn(mistake, at=isoformat(NOW + DAY))])
    assert standing(watching, frozen) == CURRENT


def test_rebuild_that_finds_nothing_wrong_leaves_it_current(watching: Watching) -> None:
    frozen = watching.freeze()
    with watching.room.database.write() as connection:
        rebuild(connection)
    assert standing(watching, frozen) == CURRENT


IDLE = st.lists(
    st.sampled_from(
        [
            makers.note_written(at=LATER),
            makers.post_observed(at=LATER),
            makers.link_observed(at=LATER),
            makers.indicator_observed(at=LATER),
            makers.alarm_raised(at=LATER),
            makers.alarm_acknowledged(at=LATER),
            makers.network_assigned(at=LATER),
            makers.network_checked_out(at=LATER),
            makers.merge_rejected(at=LATER),
            makers.snapshot_frozen(at=LATER),
            makers.asset_detected("a1", "n1"),
        ]
    ),
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=IDLE, days=st.integers(0, 400))
def test_snapshot_stays_current_whatever_is_said_that_changes_no_figure(
    events: list[makers.Event], days: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with watched(f"sqlite:///{folder / 'room.db'}", folder) as held:
        frozen = held.freeze()
        held.room.send(events)
        held.room.clock.at += days * DAY
        said = standing(held, frozen)
        listed = held.restating.are_current(held.snapshots.page(tuple(Tlp)).kept)
    assert said == CURRENT
    assert listed == {frozen.id: True}


# --- the list ---------------------------------------------------------------------------------------------------------


def test_list_and_page_agree_for_every_snapshot(watching: Watching) -> None:
    held = [watching.freeze(scope) for scope in (Scope(), Scope(network=("n2",)), Scope(open_only=True))]
    watching.room.send(restored("a1"))
    held.append(watching.freeze())
    listed = watching.restating.are_current(watching.snapshots.page(tuple(Tlp)).kept, budget_s=60)
    assert listed == {each.id: watching.restating.standing(each).stands for each in held}
    assert [listed[each.id] for each in held] == [False, True, False, True]


def test_network_that_is_called_otherwise_supersedes_nothing(one: Watching) -> None:
    frozen = one.freeze()
    one.room.send([makers.network_reported("n1", code_name="Quiet Otter", at=isoformat(END))])
    assert standing(one, frozen) == CURRENT
    assert one.restating.are_current(one.snapshots.page(tuple(Tlp)).kept, budget_s=60) == {frozen.id: True}


@pytest.mark.parametrize("body", [b"{}", b"[1]", b"", b"\xff no JSON"])
def test_list_leaves_out_what_is_no_longer_as_it_was_frozen(body: bytes, one: Watching) -> None:
    whole, damaged = one.freeze(), one.freeze()
    one.room.send(restored("a1"))
    with one.room.database.write() as connection:
        connection.execute(update(t.snapshots).where(t.snapshots.c.id == damaged.id).values(body=body))
    assert one.restating.are_current(one.snapshots.page(tuple(Tlp)).kept, budget_s=60) == {whole.id: False}


def test_list_without_time_leaves_out_what_it_has_not_looked_at_and_keeps_the_rest(one: Watching) -> None:
    frozen = one.freeze()
    one.room.send(restored("a1"))
    after = one.freeze(name="After")
    kept = one.snapshots.page(tuple(Tlp)).kept
    assert one.restating.are_current(kept, budget_s=0) == {after.id: True}
    assert one.restating.are_current(kept, budget_s=60) == {after.id: True, frozen.id: False}
    assert one.restating.are_current(kept, budget_s=0) == {after.id: True, frozen.id: False}
    one.room.send(restored("a2"))
    assert one.restating.are_current(kept, budget_s=0) == {}


# --- where it is shown ------------------------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, clock=FixedClock(NOW)) as served:
        served.send(*told())
        yield served


def frozen_over_http(room: House, tlp: str = "TLP:GREEN", **said: object) -> str:
    body = {"name": "Morning <b>briefing", "tlp": tlp} | said
    answer = room.client.post("/api/v1/snapshots", json=body, headers=room.bearer(Role.LEAD))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_a_figure_that_may_be_the_same_is_superseded_in_words_that_say_so(one: Watching) -> None:
    def stated(value: int, at: str) -> makers.Event:
        return makers.statement_made("n1", by="Facebook", reach={PAGES: {"qualifier": "about", "value": value}}, at=at)

    one.room.send([stated(1_020_000, isoformat(NOW - DAY))])
    frozen = one.freeze()
    one.room.send([stated(1_000_000, LATER)])
    said = standing(one, frozen)
    assert "about 1.02 million → about 1 million, which may be the same, because Facebook stated other figures" in said


def test_page_list_and_api_say_that_it_is_superseded(room: House) -> None:
    id = frozen_over_http(room)
    assert CURRENT in plain(room.ask(f"/desk/snapshots/{id}").text)
    assert room.ask("/api/v1/snapshots").json()["snapshots"][0]["current"] is True
    room.send(*restored("a1", "a2"))
    said = "Superseded: Assets removed 3 → 1, because 2 Pages were restored."
    assert said in plain(room.ask(f"/desk/snapshots/{id}").text)
    assert f'href="/desk/snapshots/{id}/compare">superseded</a>' in room.ask("/desk/snapshots").text
    assert room.ask("/api/v1/snapshots").json()["snapshots"][0]["current"] is False
    assert room.ask(f"/api/v1/snapshots/{id}").json()["standing"] == {"current": False, "sentence": said}


def test_comparison_over_http_has_the_places_of_the_records(room: House) -> None:
    id = frozen_over_http(room)
    room.send(*restored("a1", "a2"))
    said = room.ask(f"/api/v1/snapshots/{id}/compare").json()
    assert said["sentences"] == ["Assets removed: 3 → 1, because 2 Pages were restored."]
    (figure,) = [each for each in said["figures"] if each["measure"] == "takedowns" and each["part"] is None]
    seq = said["before"]["seq"]
    assert figure["direction"] == "down"
    assert figure["reasons"] == [
        {
            "words": "2 Pages were restored",
            "kind": "restored",
            "n": 2,
            "records": {"n": 2, "first": seq + 2, "last": seq + 3},
        }
    ]


def test_page_of_a_comparison_leads_those_who_work_on_it_to_the_records(room: House) -> None:
    id = frozen_over_http(room)
    seq = room.ask(f"/api/v1/snapshots/{id}").json()["seq"]
    room.send(*restored("a1", "a2"))
    link = f"/desk/networks/n1/records?figure=assets:facebook:page&amp;after={seq}"
    page = room.ask(f"/desk/snapshots/{id}/compare").text
    assert link in page
    records = plain(get(room, link.replace("&amp;", "&")).text)
    assert records.count("asset.restored") == 2
    viewer = room.ask(f"/desk/snapshots/{id}/compare", Role.VIEWER)
    assert viewer.status_code == 200
    assert "/records" not in viewer.text
    assert "2 Pages were restored" in viewer.text


def test_two_snapshots_are_compared_by_their_ids(room: House) -> None:
    early = frozen_over_http(room)
    room.send(*restored("a1"))
    late = frozen_over_http(room)
    room.send(*restored("a2"))
    page = plain(get(room, f"/desk/snapshots/{early}/compare?with={late}").text)
    assert "Assets removed: 3 → 2, because 1 Page was restored." in page
    assert "<b>" not in room.ask(f"/desk/snapshots/{early}/compare").text.split("<main")[1].split("<dl")[0]


def test_comparison_with_what_one_may_not_read_is_not_found(room: House) -> None:
    mine = frozen_over_http(room)
    secret = frozen_over_http(room, tlp="TLP:RED")
    for path in (f"{secret}/compare", f"{mine}/compare?with={secret}", f"{mine}/compare?with=nothing"):
        assert get(room, f"/api/v1/snapshots/{path}").status_code == 404, path
        assert get(room, f"/desk/snapshots/{path}").status_code == 404, path
    assert get(room, f"/api/v1/snapshots/{mine}/compare?with={secret}", Role.LEAD).status_code == 200


def test_command_line_compares_by_name(tmp_path: Path) -> None:
    warroom = Program(tmp_path / "room")
    for name in ("Morning", "Evening"):
        assert warroom.run("snapshot", "create", "--name", name, "--tlp", "green").returncode == 0
    done = warroom.run("snapshot", "compare", "morning")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [CURRENT, "from Morning, seq 0, to now, seq 2", "- No figure has changed."]
    assert "from Morning, seq 0, to Evening, seq 1" in warroom.run("snapshot", "compare", "Evening", "Morning").stdout
    assert "there is no snapshot" in warroom.run("snapshot", "compare", "Noon").stderr


def test_freezing_itself_is_no_change(room: House) -> None:
    id = frozen_over_http(room)
    frozen_over_http(room)
    said = room.ask(f"/api/v1/snapshots/{id}/compare").json()
    assert said["after"]["seq"] == said["before"]["seq"] + 2
    assert said["sentences"] == ["No figure has changed."]
    assert RecordType.SNAPSHOT_FROZEN.value not in str(said)
