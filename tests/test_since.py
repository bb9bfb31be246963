"""Since the last briefing: with which snapshot a new one is compared, what it says of it, and what must not leak."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest
from sqlalchemy import update

from app import briefing
from app import tables as t
from app.access import Role
from app.briefing import Sentence
from app.clock import FixedClock
from app.errors import BadRequest, Conflict
from app.exports import Frozen, Options, all_exports, made, spoken
from app.snapshots.content import MOST_NETWORKS as MOST_DESCRIBED
from app.snapshots.content import Subject
from app.snapshots.freezing import Snapshots, Wanted
from app.snapshots.since import AUTOMATIC, MOST_NETWORKS, NONE, Choice, difference
from app.vocabulary import DAY, HOUR, Rung, Scope, Stage, Tlp, isoformat
from tests import makers, snapshots
from tests.every_room import MADE, NAMES
from tests.house import House, house
from tests.makers import Event
from tests.room import Room
from tests.rungs import ACTOR, every_rung, strength
from tests.test_cli import Program
from tests.test_comparing import LATER, restored, told
from tests.test_desk_snapshots import frozen as frozen_by_form
from tests.test_desk_snapshots import plain
from tests.test_desk_walls import Desk, said_wrong
from tests.test_export_pdf import text
from tests.test_export_wording import allowed
from tests.test_snapshots import NOW, SOME, everything, freezing


class Briefed:
    """A room in which one briefing follows another, an hour apart."""

    def __init__(self, room: Room, folder: Path) -> None:
        self.room = room
        self.snapshots: Snapshots = freezing(room, folder)

    def freeze(self, subject: Callable[[Any], Subject] = everything, tlp: Tlp = Tlp.GREEN, **wanted: Any) -> Frozen:
        self.room.clock.at += HOUR
        return self.snapshots.freeze(Wanted(wanted.pop("name", "Briefing"), tlp, **wanted), subject, by="Ann")

    def after(self, *events: Event) -> list[str]:
        """What a briefing says that is frozen once some records came."""
        self.freeze()
        self.room.send(events)
        return words(self.freeze())


@pytest.fixture
def briefed(engine_url: str, tmp_path: Path) -> Iterator[Briefed]:
    room = Room(engine_url, now=NOW)
    room.send(told())
    yield Briefed(room, tmp_path)
    room.close()


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Briefed]:
    """On SQLite alone."""
    room = Room(f"sqlite:///{tmp_path / 'room.db'}", now=NOW)
    room.send(told())
    yield Briefed(room, tmp_path)
    room.close()


def words(frozen: Frozen) -> list[str]:
    found = briefing.since(frozen.content)
    return [*(str(said) for _when, said in found.entries), *([found.none] if found.none else [])]


def since(frozen: Frozen) -> Any:
    return frozen.content["since"]


# --- what it says -----------------------------------------------------------------------------------------------------


def test_restoration_is_told_with_both_figures_and_its_records(briefed: Briefed) -> None:
    before = briefed.freeze()
    briefed.room.send(restored("a1", "a2"))
    frozen = briefed.freeze()
    assert words(frozen) == ["Assets removed: 3 → 1, because 2 Pages were restored."]
    said = since(frozen)
    assert (said["snapshot"], said["sha256"], said["seq"]) == (before.id, before.sha256, before.seq)
    (line,) = [each for each in said["figures"] if each["what"] == "Assets removed"]
    assert (line["before"]["value"], line["after"]["value"], line["direction"]) == (3, 1, "down")
    (reason,) = line["reasons"]
    assert reason == {"words": ["2 Pages were restored"], "records": 2, "first": before.seq + 2, "last": before.seq + 3}


def test_takedown_is_told_as_what_was_decided_and_what_was_removed(briefed: Briefed) -> None:
    said = briefed.after(makers.stage_changed("n2", Stage.REMOVED, at=LATER), makers.asset_removed("i1", at=LATER))
    assert said[:2] == [
        "Tin Whistle: detected → removed.",
        "Assets removed: 3 → 4, because 1 Instagram account was removed.",
    ]


def test_new_networks_are_told_first_and_as_the_reason_for_their_figures(briefed: Briefed) -> None:
    said = briefed.after(
        makers.network_reported("n3", code_name="Paper Kite", at=LATER),
        makers.network_reported("n4", code_name="Slate Lantern", at=LATER),
        makers.statement_made("n3", by="Meta", events=7, at=LATER),
    )
    assert said[0] == "Paper Kite and Slate Lantern are new."
    assert "Events hosted: none → 7, because Paper Kite is new and Meta stated figures." in said


def test_network_that_was_taken_back_is_told_with_the_reason(briefed: Briefed) -> None:
    reported = makers.network_reported("n3", code_name="Paper Kite", at=LATER)
    briefed.room.send([reported])
    said = briefed.after(makers.record_withdrawn(reported, at=MUCH_LATER))
    assert said[0] == "Paper Kite is no longer in it, because 1 report of a network was taken back."


def test_network_that_was_split_from_another_is_not_new(briefed: Briefed) -> None:
    said = briefed.after(makers.network_split("n1", "n3", ["a1"], at=LATER))
    assert said[0] == "n3 was split from Low Tide."
    assert not any("new" in each for each in said)


def test_network_that_was_known_outside_of_the_scope_is_not_new(one: Briefed) -> None:
    def open_ones(_board: Any) -> Subject:
        return Subject(Scope(open_only=True), "Open ones")

    one.room.send([makers.stage_changed("n1", Stage.DISMISSED, at=LATER)])
    one.freeze(open_ones)
    one.room.send([makers.stage_changed("n1", Stage.UNDER_REVIEW, at=MUCH_LATER)])
    frozen = one.freeze(open_ones)
    assert words(frozen)[0] == "Low Tide is in it now."
    assert not any("new" in each for each in words(frozen))
    assert "is in it now" in [str(change.after) for change in briefing.changes(frozen.content)]


def test_network_that_a_picture_has_no_room_for_is_neither_gone_nor_new() -> None:
    content = snapshots.october().content
    row = content["networks"][-1]
    early = [row | {"id": f"x{n}", "members": [], "name": f"X {n}"} for n in range(MOST_DESCRIBED)]
    before, after = content | {"networks": early}, content | {"networks": [row, *early[:-1]]}
    assert difference(Frozen.of(before), after, [])["sentences"] == []


def test_merged_network_is_told_by_the_one_that_it_is_in(briefed: Briefed) -> None:
    said = briefed.after(makers.networks_merged("n1", ["n2"], at=LATER))
    assert said == ["Tin Whistle was merged into Low Tide."]


def test_attribution_that_was_approved_is_told_once_it_was(briefed: Briefed) -> None:
    said = briefed.after(assessed(Rung.ORIGINATED_IN, "Originated in Iran"))
    assert said == ["Newly approved of Low Tide: Originated in Iran: by where the activity originated."]


def test_attribution_that_no_longer_stands_is_not_said_again(briefed: Briefed) -> None:
    strong = assessed(Rung.ATTRIBUTED_TO, "Run by the Example Agency", approved_by=["Ann", "Ben"])
    briefed.room.send([strong])
    before = briefed.freeze()
    assert b"Example Agency" in before.body
    briefed.room.send([makers.record_withdrawn(strong, at=LATER)])
    frozen = briefed.freeze()
    (sentence,) = words(frozen)
    assert sentence == (
        "Who is behind Low Tide: Who is responsible for Low Tide cannot be said. "
        "What was approved before no longer stands."
    )
    assert b"Example Agency" not in frozen.body
    for export in all_exports().values():
        for part in export.parts(frozen) or ("",):
            assert b"Example Agency" not in made(frozen, export.name, Options(part=part))


def test_attribution_that_still_stands_is_said_beside_a_stronger_one(briefed: Briefed) -> None:
    briefed.room.send([assessed(Rung.ORIGINATED_IN, "Originated in Iran")])
    stronger = assessed(Rung.ATTRIBUTED_TO, "Run by the Example Agency", approved_by=["Ann", "Ben"])
    (sentence,) = briefed.after(stronger)
    assert sentence.startswith("Who is behind Low Tide: Run by the Example Agency")
    assert sentence.endswith("(before: Originated in Iran: by where the activity originated).")


def test_attribution_that_another_one_took_the_place_of_is_not_said_again(briefed: Briefed) -> None:
    mistaken = assessed(Rung.ORIGINATED_IN, "Originated in Iran")
    briefed.room.send([mistaken])
    briefed.freeze()
    briefed.room.send([makers.record_withdrawn(mistaken, at=LATER), assessed(Rung.ORIGINATED_IN, "Originated in Peru")])
    frozen = briefed.freeze()
    assert "Peru" in words(frozen)[0]
    assert b"Iran" not in frozen.body


def test_other_name_of_a_network_is_no_word_about_who_is_behind_it(one: Briefed) -> None:
    renamed = makers.network_reported("n1", code_name="Quiet Otter", at=MUCH_LATER)
    assert one.after(renamed) == ["No figure has changed since Fri 26 Oct 15:32."]


def test_what_was_approved_still_stands_under_another_name(one: Briefed) -> None:
    one.room.send(
        [
            assessed(Rung.ORIGINATED_IN, "Originated in Iran"),
            makers.network_reported("n1", code_name="Low Tide", origins=["IR"], at=LATER),
        ]
    )
    renamed = makers.network_reported("n1", code_name="Quiet Otter", origins=["IR"], at=MUCH_LATER)
    assert one.after(renamed) == ["No figure has changed since Fri 26 Oct 15:32."]
    stronger = assessed(Rung.ATTRIBUTED_TO, "Run by the Example Agency", approved_by=["Ann", "Ben"])
    one.room.send(
        [makers.network_reported("n1", code_name="Still Heron", origins=["IR"], at=isoformat(NOW + 3 * HOUR))]
    )
    (sentence,) = one.after(stronger)
    assert sentence.endswith("(before: Still Heron originated in Iran).")


def test_approval_that_was_taken_back_is_told_as_none(one: Briefed) -> None:
    unsaid = assessed(Rung.CANNOT_SAY, "Nobody can say")
    one.room.send([unsaid])
    (sentence,) = one.after(makers.record_withdrawn(unsaid, at=LATER))
    assert sentence == (
        "Who is behind Low Tide: Who is responsible for Low Tide cannot be said. "
        "What was approved before no longer stands."
    )


def test_no_rung_is_told_above_what_is_approved_now() -> None:
    strong = every_rung()
    unsaid = {"approved_rung": None, "attribution": "Who is responsible cannot be said", "claims": []}
    weak = Frozen.of(strong.content | {"networks": [row | unsaid for row in strong.content["networks"]]})
    fallen = json.dumps(difference(strong, weak.content, []))
    assert "no longer stands" in fallen
    assert strength(fallen) == 0
    assert ACTOR not in fallen
    risen = difference(weak, strong.content, [])
    for network in risen["networks"]:
        (fact,) = network["facts"]
        assert strength(fact["after"]) <= allowed(network)
        assert strength(fact["before"]) == 0
    assert ACTOR not in json.dumps(risen)


MUCH_LATER = isoformat(NOW + 2 * HOUR)


def assessed(rung: Rung, claim: str, **said: Any) -> Event:
    return makers.attribution_assessed("n1", rung, claim=claim, at=LATER, **{"approved_by": ["Ann"], **said})


def test_amount_that_was_mostly_in_one_currency_may_be_more(one: Briefed) -> None:
    spend = {"currency": "USD", "minor": 20_000, "qualifier": "exactly"}
    one.room.send([makers.statement_made("n1", by="Meta", spend=spend, at=LATER)])
    less = {"currency": "USD", "minor": 9_000, "qualifier": "exactly", "mostly": True}
    (sentence,) = one.after(makers.statement_made("n1", by="Meta", spend=less, at=MUCH_LATER))
    assert sentence == "Ad spend, USD: $200 → $90, which may be the same, because Meta stated other figures."
    more = makers.statement_made("n1", by="Meta", spend=spend | {"minor": 30_000}, at=isoformat(NOW + 3 * HOUR))
    (sentence,) = one.after(more)
    assert sentence == "Ad spend, USD: $90 → $300, which may be the same, because Meta stated other figures."


def test_nothing_changed_is_said_with_the_time_since_when(one: Briefed) -> None:
    assert one.after(makers.note_written(at=LATER)) == ["No figure has changed since Fri 26 Oct 15:32."]


def test_what_the_clock_alone_changes_is_left_out(one: Briefed) -> None:
    one.freeze()
    one.room.clock.at += 2 * DAY
    frozen = one.freeze()
    assert words(frozen) == ["No figure has changed since Fri 26 Oct 15:32."]
    assert since(frozen)["figures"] == []


def test_heading_names_the_briefing_before_by_time_and_seq(one: Briefed) -> None:
    before = one.freeze()
    frozen = one.freeze()
    assert briefing.since(frozen.content).title == f"Since the last briefing, Fri 26 Oct 15:32 (seq {before.seq})"
    chosen = one.freeze(since=Choice(before.id))
    assert briefing.since(chosen.content).title == f"Since the briefing of Fri 26 Oct 15:32 (seq {before.seq})"


def test_first_briefing_tells_the_day_before_it(one: Briefed) -> None:
    frozen = one.freeze()
    assert since(frozen) is None
    assert briefing.since(frozen.content).title == "In the 24 hours before"


def test_snapshot_of_before_there_was_a_comparison_is_made_compared_and_verified(one: Briefed) -> None:
    content = dict(one.freeze().content)
    del content["since"]
    old = Frozen.of(content)
    with one.room.database.write() as connection:
        connection.execute(update(t.snapshots).values(body=old.body, sha256=old.sha256))
    assert one.snapshots.read(old.id).sha256 == old.sha256
    assert briefing.since(old.content).title == "In the 24 hours before"
    for export in all_exports().values():
        for part in export.parts(old) or ("",):
            assert made(old, export.name, Options(part=part))
    one.room.send(restored("a1"))
    assert words(one.freeze()) == ["Assets removed: 3 → 2, because 1 Page was restored."]


def test_sentences_come_back_as_they_were_kept(one: Briefed) -> None:
    one.freeze()
    one.room.send([makers.network_reported("n3", code_name="<b>Kite</b>", at=LATER)])
    kept = since(one.freeze())["sentences"][0]
    assert kept == [{"name": "<b>Kite</b>"}, " is new."]
    assert Sentence.of_kept(kept).kept == kept


# --- with which one ---------------------------------------------------------------------------------------------------


def test_it_is_the_latest_earlier_picture_of_the_same_subject(one: Briefed) -> None:
    one.freeze(name="Morning")
    latest = one.freeze(name="Noon")
    one.freeze(lambda _board: Subject(Scope(open_only=True), "All networks"), name="Open ones")
    one.freeze(lambda _board: Subject(Scope(), "All networks", "situation"), name="A scene")
    assert since(one.freeze())["name"] == latest.name


def test_picture_of_the_past_is_compared_with_one_before_it(one: Briefed) -> None:
    early = one.freeze(name="Early")
    seq = one.room.board.seq
    one.room.send(restored("a1"))
    one.freeze(name="Late")
    assert since(one.freeze(seq=seq))["name"] == early.name
    assert since(one.freeze(name="Beginning", seq=1)) is None


@pytest.mark.parametrize(
    ("before", "now", "compared"),
    [
        (Tlp.GREEN, Tlp.GREEN, True),
        (Tlp.CLEAR, Tlp.GREEN, True),
        (Tlp.AMBER, Tlp.RED, True),
        (Tlp.AMBER, Tlp.GREEN, False),
        (Tlp.AMBER_STRICT, Tlp.AMBER, False),
        (Tlp.GREEN, Tlp.CLEAR, False),
    ],
)
def test_stricter_label_does_not_leak_through_a_difference(before: Tlp, now: Tlp, compared: bool, one: Briefed) -> None:
    earlier = one.freeze(tlp=before)
    assert (since(one.freeze(tlp=now)) is not None) is compared
    if not compared:
        with pytest.raises(BadRequest, match="since: there is no such snapshot, or its label or embargo is stricter"):
            one.freeze(tlp=now, since=Choice(earlier.id))


@pytest.mark.parametrize(
    ("before_h", "now_h", "compared"), [(9, None, False), (9, 5, False), (9, 8, True), (1, None, True), (None, 3, True)]
)
def test_embargo_does_not_leak_through_a_difference(
    before_h: int | None, now_h: int | None, compared: bool, one: Briefed
) -> None:
    one.freeze(embargo_until=None if before_h is None else NOW + HOUR + before_h * HOUR)
    one.room.clock.at += HOUR
    until = None if now_h is None else NOW + 2 * HOUR + now_h * HOUR
    assert (since(one.freeze(embargo_until=until)) is not None) is compared


def test_names_of_assets_stay_out_where_it_is_frozen_without(one: Briefed) -> None:
    one.freeze(names=True)
    one.room.send([makers.asset_detected("b1", "n1", name="Wake Up America", at=LATER)])
    frozen = one.freeze()
    assert words(frozen) == ["Assets: 4 → 5, because 1 Page was found."]
    assert b"Wake Up America" not in frozen.body


def test_briefing_of_before_an_epoch_began_is_compared_without_records(one: Briefed) -> None:
    one.freeze()
    with one.room.database.write() as connection:
        connection.execute(update(t.head).values(epoch="f" * 16))
    one.room.send(restored("a1"))
    frozen = one.freeze()
    said = since(frozen)
    assert (said["same_epoch"], said["epoch"] == frozen.content["picture"]["epoch"]) == (False, False)
    assert words(frozen)[0].startswith("The earlier picture is of another epoch of the log")
    assert words(frozen)[1:] == ["Assets removed: 3 → 2."]
    assert not any(line["reasons"] for line in said["figures"])


def test_figures_that_may_be_the_same_say_so_without_records_too(one: Briefed) -> None:
    one.freeze()
    with one.room.database.write() as connection:
        connection.execute(update(t.head).values(epoch="f" * 16))
    one.room.send([makers.network_split("n1", "n9", ["a1"], at=LATER)])
    reached = "about 1.02 million → at least about 1.01 million, which may be the same."
    assert f"Reached, on Pages: {reached}" in words(one.freeze())


def test_another_one_or_none_can_be_chosen(one: Briefed) -> None:
    first = one.freeze(name="First")
    one.freeze(name="Second")
    frozen = one.freeze(name="Third", since=Choice(first.id))
    assert (since(frozen)["name"], since(frozen)["chosen"]) == ("First", True)
    assert since(one.freeze(since=Choice(NONE))) is None
    assert since(one.freeze(since=AUTOMATIC))["chosen"] is False


def test_what_will_not_do_is_refused_and_nothing_is_frozen(one: Briefed) -> None:
    other = one.freeze(lambda _board: Subject(Scope(open_only=True), "Open"))
    one.room.send(restored("a1"))
    late = one.freeze()
    for choice, wanted, said in (
        (Choice("0" * 16), {}, "there is no such snapshot"),
        (Choice(other.id), {}, "is a snapshot of something else"),
        (Choice(late.id), {"seq": 3}, "is of a later picture"),
    ):
        with pytest.raises(BadRequest, match=f"since: {said}"):
            one.freeze(since=choice, **wanted)
    assert one.snapshots.page(tuple(Tlp)).total == 2


def test_series_is_followed_where_it_will_do_and_else_the_last_one_is(one: Briefed) -> None:
    first = one.freeze(name="Of the series")
    one.freeze(name="Another")
    strict = one.freeze(name="Strict", tlp=Tlp.RED)
    assert since(one.freeze(since=Choice(series=first.id)))["name"] == "Of the series"
    assert since(one.freeze(name="New", since=Choice(series=strict.id)))["name"] == "Briefing"


@pytest.mark.parametrize("body", [b"{}", b"", b"\xff\xfe no JSON"])
def test_briefing_that_was_tampered_with_is_passed_over(body: bytes, one: Briefed) -> None:
    first = one.freeze(name="First")
    second = one.freeze(name="Second")
    with one.room.database.write() as connection:
        connection.execute(update(t.snapshots).where(t.snapshots.c.id == second.id).values(body=body))
    assert since(one.freeze(since=Choice(series=second.id)))["name"] == first.name
    with pytest.raises(Conflict, match="not as it was frozen"):
        one.freeze(since=Choice(second.id))


def test_very_many_changes_are_counted_where_they_are_left_out(one: Briefed) -> None:
    before = one.freeze()
    row = before.content["networks"][0]
    many = [row | {"id": f"x{n}", "name": f"X {n}"} for n in range(MOST_NETWORKS + 7)]
    said = difference(before, before.content | {"networks": [*before.content["networks"], *many]}, [])
    assert (len(said["networks"]), said["left_out"]["networks"]) == (MOST_NETWORKS, 7)
    assert Sentence.of_kept(said["sentences"][0]).said(str).endswith(f"and {MOST_NETWORKS + 2} more are new.")


# --- in every format --------------------------------------------------------------------------------------------------


def test_printed_page_has_as_many_sentences_as_fit_and_counts_the_others() -> None:
    frozen = snapshots.compared()
    for paper in ("a4", "letter"):
        body = made(frozen, "pdf", Options(paper=paper))
        said = text(body)
        assert "Page 2 of 2" in said
        assert "Since the last briefing, Thu 25 Oct 18:00 (seq 2,831)" in said
        shown = [each for each in words_of(frozen) if snapshots.shows(said, each)]
        assert shown == words_of(frozen)[: len(shown)]
        assert len(shown) >= 5
        left = len(words_of(frozen)) - len(shown)
        assert snapshots.shows(said, f"{left} more in the spreadsheet of this snapshot.")


def words_of(frozen: Frozen) -> list[str]:
    return [str(said) for _when, said in briefing.since(frozen.content, 60).entries]


def test_spreadsheet_has_every_change_with_both_ends_of_both_figures() -> None:
    frozen = snapshots.compared()
    book = openpyxl.load_workbook(io.BytesIO(made(frozen, "xlsx")))
    rows = [[cell.value for cell in row] for row in book["What changed"].iter_rows(min_row=5)]
    changes = briefing.changes(frozen.content)
    assert [(row[1], row[2] or "", row[3]) for row in rows] == [
        (each.what, str(each.before), str(each.after)) for each in changes
    ]
    reach = next(row for row in rows if row[:2] == ["Harbour Finch", "Reached, Instagram"])
    assert reach[4:] == [
        "may be the same",
        "the audience of 1 Instagram account was observed; Facebook stated figures",
        "seq 2,887; seq 3,108",
        *(28_000, 28_000, "about", 28_000, None, "more than"),
    ]


def test_html_has_the_sentences_and_the_table() -> None:
    page = made(snapshots.compared(), "html").decode()
    said = " ".join(re.sub(r"<[^>]+>", "", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)).split())
    for sentence in words_of(snapshots.compared())[:6]:
        assert sentence in said
    for change in briefing.changes(snapshots.compared().content):
        assert str(change.after) in said
    assert "(seq 2,887)" in said


def test_slides_have_all_of_it_in_the_notes() -> None:
    from pptx import Presentation  # noqa: PLC0415 - for this one

    deck = Presentation(io.BytesIO(made(snapshots.compared(), "pptx")))
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck.slides]
    (told_there,) = [note for note in notes if "Paper Kite and Slate Lantern are new." in note]
    for sentence in words_of(snapshots.compared()):
        assert snapshots.shows(told_there, sentence)


@pytest.mark.parametrize("name", ["compared", "hostile"])
def test_no_change_is_left_out_of_the_table_and_none_breaks_it(name: str) -> None:
    frozen = snapshots.ALL[name]()
    changes = spoken(frozen, lambda: briefing.changes(frozen.content))
    said = since(frozen)
    assert len(changes) == len(said["figures"]) + sum(
        bool(each["came"]) + len(each["facts"]) + len(each["figures"]) for each in said["networks"]
    )
    assert all(change.reasons for change in changes)


def test_names_that_do_harm_make_no_element_where_it_is_told(tmp_path: Path) -> None:
    with house(tmp_path, clock=FixedClock(NOW)) as served:
        served.send(*SOME)
        desk = Desk(served)
        frozen_by_form(desk)
        said = [makers.network_reported(f"h{n}", code_name=name, at=LATER) for n, name in enumerate(NAMES)]
        served.send(*said, makers.statement_made("n1", by=NAMES[0], events=7, at=LATER))
        page = desk.get(frozen_by_form(desk, name="Second")).text
    assert "are new." in page
    assert f"<{MADE}" not in page


# --- for whoever freezes ----------------------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, clock=FixedClock(NOW)) as served:
        served.send(*SOME)
        yield served


def test_form_compares_with_the_last_one_and_the_page_says_what_changed(room: House) -> None:
    desk = Desk(room)
    first = frozen_by_form(desk)
    room.send(makers.asset_detected("b1", at=LATER))
    page = plain(desk.get(frozen_by_form(desk, name="Second")))
    assert "Since the last briefing, Fri 26 Oct 14:32 (seq" in page
    assert "Assets: 1 → 2, because 1 Page was found." in page
    chosen = desk.get(frozen_by_form(desk, name="Third", since=first.rpartition("/")[2]))
    assert "Since the briefing of Fri 26 Oct 14:32" in plain(chosen)
    assert "Since the" not in plain(desk.get(frozen_by_form(desk, name="Fourth", since=NONE)))
    wrong = desk.post("/desk/snapshots", name="X", what="scope:", tlp="TLP:GREEN", since="yesterday")
    assert said_wrong(wrong) == ["Write the id of a snapshot, or none; or nothing, for the last one"]


def test_analyst_is_not_told_whether_a_stricter_one_exists(room: House) -> None:
    def freeze(role: Role, **said: str) -> httpx2.Response:
        return room.client.post("/api/v1/snapshots", json=said, headers=room.bearer(role))

    strict = freeze(Role.LEAD, name="Strict", tlp="red").json()["id"]
    answers = [freeze(Role.ANALYST, name="Mine", tlp="green", since=id) for id in (strict, "0" * 16)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json()["reason"] == answers[1].json()["reason"]


def test_command_line_takes_an_id_a_name_or_none(tmp_path: Path) -> None:
    warroom = Program(tmp_path / "room")
    for name in ("Morning", "Noon"):
        assert warroom.run("snapshot", "create", "--name", name, "--tlp", "green").returncode == 0
    for word, said in (("morning", "Morning"), ("none", None), ("", "Morning")):
        out = tmp_path / f"{word or 'last'}.json"
        options = ["--since", word] if word else []
        done = warroom.run(
            *("snapshot", "create", "--name", "Later", "--tlp", "clear" if not word else "green", *options),
            *("--format", "json", "--out", str(out)),
        )
        assert done.returncode == 0, done.stderr
        held = json.loads(out.read_text())["since"]
        assert (held and held["name"]) == (said if word else None)


def test_time_is_told_by_the_clock_of_the_room(one: Briefed) -> None:
    before = one.freeze()
    frozen = one.freeze()
    there = Frozen.of(frozen.content | {"zone": "America/New_York"})
    assert briefing.since(there.content).title == f"Since the last briefing, Fri 26 Oct 11:32 (seq {before.seq})"
    assert isoformat(NOW + HOUR) == since(frozen)["as_of"]
