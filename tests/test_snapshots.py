"""Snapshots: what is frozen is what the room said, never changes, and is no stronger than what was approved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app import language
from app import tables as t
from app.access import Role
from app.clock import FixedClock
from app.demo.story import END, story
from app.errors import BadRequest, Conflict, NotFound, Refused, Unavailable
from app.exports import Frozen, canonical
from app.exports._figures import figures_of
from app.history import History
from app.log import verify
from app.rebuild import rebuild
from app.snapshots.asking import label_of
from app.snapshots.content import Subject
from app.snapshots.freezing import Snapshots, Wanted
from app.vocabulary import DAY, HOUR, Rung, Scope, Tlp
from tests import makers, snapshots
from tests.house import House, house
from tests.makers import Event
from tests.room import Room, at

NOW = at("2018-10-26T14:32:00Z")


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    held = Room(engine_url, now=NOW)
    yield held
    held.close()


def freezing(room: Room, folder: Path) -> Snapshots:
    history = History(room.database, folder / "history")
    return Snapshots(room.database, room._board, history, room.writer, room.parser, room.clock, room.watch, {})


def everything(board: Any) -> Subject:
    return Subject(Scope(), "All networks")


def freeze(room: Room, folder: Path, name: str = "Briefing", tlp: Tlp = Tlp.GREEN, **wanted: Any) -> Frozen:
    return freezing(room, folder).freeze(Wanted(name, tlp, **wanted), everything, by="Ann")


SOME: list[Event] = [
    makers.network_reported("n1", code_name="Low Tide"),
    makers.asset_detected("a1", name="Wake Up America"),
    makers.accounts_observed("a1", ["x1", "x2"]),
    makers.statement_made("n1", reach={"facebook:page": {"qualifier": "more than", "value": 28_000}}),
]


# --- what is in it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scope",
    [Scope(), Scope(open_only=True), Scope(network=("harbour-finch",)), Scope(target=("US",), platform=("facebook",))],
    ids=str,
)
def test_measures_of_a_snapshot_are_those_of_the_board(scope: Scope, tmp_path: Path) -> None:
    told = snapshots.room_of(tmp_path, (beat.event for beat in story()))
    measures = told.board.measures(scope, now=END, watch=told.watch)
    frozen = snapshots.freeze(told, scope)
    told.close()
    for name, measure in measures.items():
        held = frozen.content["measures"][name]
        assert without_since(held) == without_since(json.loads(json.dumps(measure)))


def without_since(value: Any) -> Any:
    """A measure without the instants of its stages, which a snapshot writes as texts."""
    if isinstance(value, dict):
        return {name: without_since(each) for name, each in value.items() if name != "since"}
    return [without_since(each) for each in value] if isinstance(value, list) else value


def test_figures_of_one_network_are_those_of_its_row_in_a_larger_scope() -> None:
    (row,) = snapshots.harbour_finch().content["networks"]
    (same,) = [each for each in snapshots.october().content["networks"] if each["id"] == "harbour-finch"]
    assert row["measures"] == same["measures"]
    assert row["assets"] == same["assets"]


def test_source_that_should_have_reported_and_never_did_stands_among_the_silent_ones(tmp_path: Path) -> None:
    told = snapshots.room_of(tmp_path, (beat.event for beat in story()))
    frozen = snapshots.freeze(told, source_limits_s={"//detectors.example/never-heard": 60})
    told.close()
    found = {source["source"]: source for source in frozen.content["picture"]["sources"]}
    never = found.pop("//detectors.example/never-heard")
    assert (never["name"], never["last"], never["records"], never["silent"]) == ("Never heard", None, 0, True)
    assert {source["silent"] for source in found.values()} == {False}


def test_scene_has_the_reach_of_all_open_networks_beside_the_figures_of_the_watch() -> None:
    content = snapshots.october().content
    assert content["subject"] == {
        "kind": "scene",
        "scene": "situation",
        "scope": {"since": "2018-04-01T00:00:00Z"},
        "words": "Situation",
    }
    assert content["open"]["scope"] == {"open": True}
    assert content["counted"]["open"] == 5
    assert [each["id"] for each in content["networks"] if each["open"]] == [
        *("quiet-orchard", "low-tide", "slate-lantern", "tin-whistle", "paper-kite")
    ]


def test_names_are_absent_where_it_was_frozen_without_names() -> None:
    with_names, without = snapshots.october(), snapshots.harbour_finch()
    assert b"Wake Up America" in with_names.body
    assert b"Wake Up America" not in without.body
    assert without.content["assets"] == {"included": 0, "listed": 82, "rows": []}


def test_assets_come_with_their_followers_and_addresses() -> None:
    rows = {row["id"]: row for row in snapshots.october().content["assets"]["rows"]}
    assert rows["hf-page-30"]["network"] == "harbour-finch"
    assert rows["hf-page-30"]["followers"]["qualifier"] in {"about", "exactly"}
    assert rows["hf-page-30"].keys() >= {"surface", "status", "name", "handle", "url", "removed_at"}


@pytest.mark.parametrize("name", snapshots.ALL)
def test_integers_are_such_that_every_reader_agrees(name: str) -> None:
    numbers: list[int] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                walk(each)
        elif isinstance(value, int):
            numbers.append(value)

    walk(snapshots.ALL[name]().content)
    assert max(map(abs, numbers)) < 2**53


def test_integer_beyond_that_is_refused_and_named() -> None:
    with pytest.raises(BadRequest, match="content: cannot be written"):
        canonical({"n": 2**53})


@pytest.mark.parametrize("rung", list(Rung))
def test_nothing_is_claimed_above_the_approved_rung(rung: Rung, tmp_path: Path) -> None:
    events = [
        makers.network_reported("n1", origins=["IR"]),
        makers.attribution_assessed(
            "n1", rung, claim="Run by the Ministry of Iran", approved_by=["lead", "other lead"], at=NOW - HOUR
        ),
        makers.attribution_assessed(
            "n1",
            Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE,
            claim="Ordered by Colonel Nobody",
            evidence=["an intercept"],
            at=NOW - 2 * HOUR,
        ),
        makers.stage_changed("n1", why="Colonel Nobody did it", at=NOW - HOUR),
        makers.statement_made("n1", attribution="Colonel Nobody, surely"),
    ]
    frozen = snapshots.frozen_of(events, Scope(), now=NOW)
    (network,) = frozen.content["networks"]
    assert b"Colonel Nobody" not in frozen.body
    assert b"an intercept" not in frozen.body
    assert all(Rung(claim["rung"]).strength <= rung.strength for claim in network["claims"])
    assert ("IR" in network["attributed_origins"]) == (rung is not Rung.CANNOT_SAY)


def test_reported_origin_of_which_nothing_was_approved_is_not_in_it() -> None:
    frozen = snapshots.frozen_of([makers.network_reported("n1", origins=["IR"])], Scope(), now=NOW)
    assert b'"IR"' not in frozen.body
    assert frozen.content["unknown"][0] == "Who is responsible for N1."


def test_what_is_unknown_is_said_in_sentences() -> None:
    said = snapshots.october().content["unknown"]
    assert "Who is responsible for any of these networks." in said
    assert "Whether 7 hosted events took place." in said
    assert "In which other currencies ads were paid for." not in said


def test_every_sum_of_a_snapshot_is_worded_by_its_hedge() -> None:
    for figure in figures_of(snapshots.huge().content):
        if figure.hedged.high is None and not figure.hedged.is_absent:
            assert figure.said["prose"].startswith(("more than", "at least"))


# --- one text, one digest ---------------------------------------------------------------------------------------------


def test_canonical_bytes_are_the_same_whoever_made_them() -> None:
    frozen = snapshots.october()
    assert snapshots.october.__wrapped__().body == frozen.body
    shuffled = dict(reversed(frozen.content.items()))
    assert canonical(shuffled) == frozen.body
    assert frozen.sha256 == hashlib.sha256(frozen.body).hexdigest()


def test_content_keeps_names_as_they_came() -> None:
    frozen = snapshots.hostile()
    assert json.loads(frozen.body) == frozen.content
    assert frozen.name == snapshots.hostile().content["name"]


# --- freezing ---------------------------------------------------------------------------------------------------------


def test_frozen_snapshot_is_kept_with_a_record_that_vouches_for_it(room: Room, tmp_path: Path) -> None:
    room.send(SOME)
    frozen = freeze(room, tmp_path, names=True)
    with room.database.read() as connection:
        row = connection.execute(select(t.snapshots)).one()
        body = connection.execute(select(t.log.c.body).where(t.log.c.type == "snapshot.frozen")).scalar_one()
    record = json.loads(body)
    assert (row.id, row.name, row.seq, row.sha256) == (frozen.id, "Briefing", len(SOME), frozen.sha256)
    assert row.no == len(SOME) + 1
    assert bytes(row.body) == frozen.body
    assert record["subject"] == frozen.id
    assert record["data"] == {
        "by": "Ann",
        "name": "Briefing",
        "scope": "All networks",
        "seq": len(SOME),
        "sha256": frozen.sha256,
        "tlp": "TLP:GREEN",
    }


def test_log_is_whole_and_rebuilds_to_the_same_after_freezing(room: Room, tmp_path: Path) -> None:
    room.send(SOME)
    freeze(room, tmp_path)
    room.send([makers.asset_removed("a1")])
    with room.database.write() as connection:
        assert verify(connection, b"key of the tests".ljust(32, b"."), None) == []
        assert rebuild(connection).differences == []


def test_past_seq_gives_what_was_frozen_then(room: Room, tmp_path: Path) -> None:
    room.send(SOME)
    then = freeze(room, tmp_path, names=True).content
    room.clock.at = NOW + DAY
    room.send([makers.asset_removed("a1", at=NOW + DAY), makers.asset_detected("a2", name="Later")])
    again = freeze(room, tmp_path, names=True, seq=len(SOME)).content
    for part in ("networks", "assets", "open", "watch", "unknown"):
        assert again[part] == then[part]
    assert again["picture"]["seq"] == then["picture"]["seq"]
    assert (then["picture"]["live"], again["picture"]["live"]) == (True, False)


def test_past_time_is_counted_by_that_time(room: Room, tmp_path: Path) -> None:
    room.send([makers.network_reported("n1", at=NOW - 2 * HOUR)])
    room.clock.at = NOW + 3 * HOUR
    room.send([makers.stage_changed("n1", at=NOW + 2 * HOUR)])
    content = freeze(room, tmp_path, at=NOW + HOUR).content
    assert content["picture"]["as_of"] == "2018-10-26T15:32:00Z"
    assert content["networks"][0]["stage"] == "detected"
    assert content["networks"][0]["held_s"] == 3 * 3_600


def test_picture_before_any_record_can_be_frozen(room: Room, tmp_path: Path) -> None:
    content = freeze(room, tmp_path, names=True).content
    assert content["picture"]["seq"] == 0
    assert content["picture"]["recorded_at"] is None
    assert content["networks"] == []


def test_place_past_the_end_of_the_log_is_refused_and_nothing_is_kept(room: Room, tmp_path: Path) -> None:
    room.send(SOME)
    with pytest.raises(NotFound):
        freeze(room, tmp_path, seq=99)
    assert freezing(room, tmp_path).page(tuple(Tlp)).total == 0


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "two\nlines", "bidi\u202e"])
def test_name_that_does_not_show_on_one_line_is_refused(name: str, room: Room, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="name: "):
        freeze(room, tmp_path, name)


def test_embargo_that_has_passed_is_refused(room: Room, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="embargo_until: has passed"):
        freeze(room, tmp_path, embargo_until=NOW)


def test_form_that_came_twice_is_frozen_once(room: Room, tmp_path: Path) -> None:
    held = freezing(room, tmp_path)
    one = held.freeze(Wanted("A", Tlp.GREEN), everything, by="Ann", once="form-0001")
    room.clock.at = NOW + HOUR
    two = held.freeze(Wanted("A", Tlp.GREEN), everything, by="Ann", once="form-0001")
    assert one == two
    assert held.page(tuple(Tlp)).total == 1


def test_nothing_is_kept_where_the_log_cannot_be_written(room: Room, tmp_path: Path) -> None:
    held = freezing(room, tmp_path)
    room.writer.close()
    with pytest.raises(Unavailable):
        held.freeze(Wanted("A", Tlp.GREEN), everything, by="Ann")
    assert held.page(tuple(Tlp)).total == 0


def test_row_that_somebody_changed_is_found_out(room: Room, tmp_path: Path) -> None:
    room.send(SOME)
    frozen = freeze(room, tmp_path)
    with room.database.write() as connection:
        body = frozen.body.replace(b"28000", b"82000")
        connection.execute(update(t.snapshots).values(body=body))
    with pytest.raises(Conflict, match="its SHA-256 differs"):
        freezing(room, tmp_path).read(frozen.id)


def test_no_key_may_send_the_record_of_a_snapshot(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        answer = home.client.post(
            "/api/v1/records",
            content=makers.raw(makers.snapshot_frozen(source=makers.SOURCE)),
            headers=home.bearer(Role.DETECTOR) | {"content-type": "application/cloudevents+json"},
        )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("field", "value"), [("sha256", "0" * 63), ("sha256", "G" * 64), ("tlp", "GREEN"), ("seq", -1), ("by", "")]
)
def test_record_of_a_snapshot_with_a_bad_field_names_it(field: str, value: Any) -> None:
    with pytest.raises(Refused) as refused:
        makers.record(makers.snapshot_frozen(**{field: value}))
    assert refused.value.field == f"data.{field}"


# --- finding ----------------------------------------------------------------------------------------------------------


def test_list_is_newest_first_and_goes_on_page_by_page(room: Room, tmp_path: Path) -> None:
    held = freezing(room, tmp_path)
    for n in range(5):
        room.clock.at = NOW + (n // 2) * HOUR
        held.freeze(Wanted(f"B{n}", Tlp.GREEN), everything, by="Ann", id=f"{n:016x}")
    names: list[str] = []
    after = ""
    while True:
        page = held.page(tuple(Tlp), after=after, limit=2)
        assert page.total == 5
        names += [kept.name for kept in page.kept]
        after = page.after
        if not after:
            break
    assert names == ["B4", "B3", "B2", "B1", "B0"]


def test_search_finds_words_of_name_scope_and_maker_and_takes_signs_as_they_are(room: Room, tmp_path: Path) -> None:
    held = freezing(room, tmp_path)
    held.freeze(Wanted("Morning 100%", Tlp.GREEN), everything, by="Ann")
    held.freeze(Wanted("Evening 100_", Tlp.RED), everything, by="Bob")
    found = {
        words: [kept.name for kept in held.page(tuple(Tlp), search=words).kept]
        for words in ("MORNING", "networks bob", "100%", "_", "red", "morning bob")
    }
    assert found == {
        "MORNING": ["Morning 100%"],
        "networks bob": ["Evening 100_"],
        "100%": ["Morning 100%"],
        "_": ["Evening 100_"],
        "red": ["Evening 100_"],
        "morning bob": [],
    }


@pytest.mark.parametrize(
    "after", ["x", "1~", "~0123456789abcdef", "1~0123456789ABCDEF", "99999999999999999999~" + "0" * 16]
)
def test_place_in_the_list_that_is_none_is_refused(after: str, room: Room, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="after: "):
        freezing(room, tmp_path).page(tuple(Tlp), after=after)


@pytest.mark.parametrize(
    ("text", "label"), [("TLP:AMBER+STRICT", Tlp.AMBER_STRICT), ("green", Tlp.GREEN), (" tlp:clear ", Tlp.CLEAR)]
)
def test_label_is_read_as_first_writes_it_and_in_short(text: str, label: Tlp) -> None:
    assert label_of(text) is label


def test_label_of_the_first_version_is_refused() -> None:
    with pytest.raises(BadRequest, match="tlp: choose one of TLP:RED, TLP:AMBER\\+STRICT"):
        label_of("TLP:WHITE")


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, clock=FixedClock(NOW)) as opened:
        opened.send(*SOME)
        yield opened


def post(home: House, role: Role = Role.LEAD, **said: Any) -> Any:
    body = {"name": "Briefing", "tlp": "TLP:GREEN"} | said
    return home.client.post("/api/v1/snapshots", json=body, headers=home.bearer(role))


def test_freezing_by_the_api_answers_what_the_list_shows(home: House) -> None:
    made = post(home, scope={"network": ["n1"]}, names=True)
    assert made.status_code == 201
    listed = home.ask("/api/v1/snapshots", search="low tide").json()
    assert listed == {"total": 1, "snapshots": [made.json() | {"current": True}], "next": None}
    assert made.json()["scope"] == "Low Tide"


def test_one_snapshot_is_answered_with_its_content(home: House) -> None:
    made = post(home, names=True).json()
    whole = home.ask(f"/api/v1/snapshots/{made['id']}").json()
    assert hashlib.sha256(canonical(whole["content"])).hexdigest() == made["sha256"]
    assert whole["content"]["assets"]["rows"][0]["name"] == "Wake Up America"


def test_whoever_sees_no_names_reads_the_figures_without_them_and_takes_no_file_out(home: House) -> None:
    made = post(home, names=True).json()
    for role in (Role.VIEWER, Role.ADMIN):
        whole = home.ask(f"/api/v1/snapshots/{made['id']}", role)
        assert whole.json()["masked"] is True
        assert "Wake Up America" not in whole.text
        assert home.ask(f"/api/v1/snapshots/{made['id']}/exports/json", role).status_code == 403


@pytest.mark.parametrize("tlp", list(Tlp))
def test_label_says_who_reads_and_who_freezes(tlp: Tlp, home: House) -> None:
    made = post(home, tlp=str(tlp)).json()
    may = {Role.LEAD, Role.ADMIN} if tlp.openness < Tlp.GREEN.openness else set(Role) - {Role.WALL, Role.DETECTOR}
    for role in (Role.VIEWER, Role.ANALYST, Role.LEAD, Role.ADMIN):
        for path in ("", "/exports/csv"):
            answer = home.ask(f"/api/v1/snapshots/{made['id']}{path}", role)
            assert (role, answer.status_code) == (role, 200 if role in may else 404)
        freezes = role in may & {Role.ANALYST, Role.LEAD}
        assert (role, post(home, role, tlp=str(tlp)).status_code) == (role, 201 if freezes else 403)


def test_file_is_sent_to_be_saved_under_a_plain_name(home: House) -> None:
    made = post(home, name='A "name" with ünusual/letters').json()
    answer = home.ask(f"/api/v1/snapshots/{made['id']}/exports/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="warroom-a-name-with-nusual-letters-{made["id"]}.csv"'
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"tlp": "WHITE"}, "tlp"),
        ({"scope": {"stage": "gone"}}, "stage"),
        ({"scope": {"colour": "red"}}, "colour"),
        ({"scene": "nowhere"}, "scene"),
        ({"scene": "situation", "scope": {"open": True}}, "scene"),
        ({"scene": "focus"}, "network"),
        ({"seq": 1, "at": "14:00"}, "seq"),
        ({"at": "tomorrow"}, "at"),
        ({"embargo_until": "soon"}, "embargo_until"),
        ({"once": "x"}, "once"),
        ({"name": " "}, "name"),
    ],
    ids=lambda value: value if isinstance(value, str) else json.dumps(value),
)
def test_bad_word_is_refused_by_its_field_and_nothing_is_frozen(said: dict[str, Any], field: str, home: House) -> None:
    answer = post(home, **said)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert home.ask("/api/v1/snapshots").json()["total"] == 0


@pytest.mark.parametrize("id", ["0123456789abcdef", "..", "x", "0123456789ABCDEF"])
def test_snapshot_that_there_is_not_is_not_found(id: str, home: House) -> None:
    assert home.ask(f"/api/v1/snapshots/{id}/exports/csv").status_code == 404


def test_scene_about_a_network_freezes_that_network(home: House) -> None:
    made = post(home, scene="focus", scope={"network": "n1"}).json()
    subject = home.ask(f"/api/v1/snapshots/{made['id']}").json()["content"]["subject"]
    assert subject["words"] == "Network focus: Low Tide"
    assert subject["scope"] == {"network": ["n1"]}


def test_portuguese_room_freezes_in_portuguese_whoever_asks(tmp_path: Path) -> None:
    with house(tmp_path, clock=FixedClock(NOW), language="pt_BR") as opened:
        opened.send(*SOME)
        made = post(opened).json()
        content = opened.ask(f"/api/v1/snapshots/{made['id']}").json()["content"]
    language.use(language.SOURCE)
    (pages,) = content["measures"]["reach"]["surfaces"]
    assert content["language"] == "pt_BR"
    assert pages["figure"]["prose"] == "mais de 28.000"
