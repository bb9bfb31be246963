"""Verifying: a file is as it was given out, or it is said what it is, for every format and one line a file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from app import tables as t
from app.exports import Frozen, Options, all_exports
from app.exports._figures import figures_of
from app.exports._files import files_of
from app.exports._stamps import PNG, stamp_of, stamped
from app.snapshots.content import Subject
from app.snapshots.freezing import Wanted
from app.snapshots.verifying import State, Verdict, Verifier
from app.vocabulary import Scope, Tlp
from tests import every_room, makers, snapshots
from tests.room import KEY, Room
from tests.test_cli import Program
from tests.test_comparing import told
from tests.test_snapshots import NOW, everything, freezing


@dataclass(frozen=True, slots=True)
class Given:
    """A room and the files that it gave out of one snapshot, by the name of the format (one part of each)."""

    room: Room
    frozen: Frozen
    files: dict[str, Path]

    def verdict(self, path: Path) -> Verdict:
        with self.room.database.read() as connection:
            return Verifier(connection, KEY).verdict(path)


def give(room: Room, folder: Path, frozen: Frozen) -> Given:
    files = {}
    for export in all_exports().values():
        name, body = next(files_of(frozen, export, Options()))
        files[export.name] = folder / name
        files[export.name].write_bytes(body)
    return Given(room, frozen, files)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    folder = tmp_path_factory.mktemp("given")
    room = Room(f"sqlite:///{folder / 'room.db'}", now=NOW)
    room.send([*told(), makers.asset_detected("x1", "n9"), makers.network_reported("n9", exercise=True)])
    wanted = Wanted("Given out", Tlp.GREEN, names=True)
    yield give(room, folder, freezing(room, folder).freeze(wanted, everything, by="Ann"))
    room.close()


@pytest.fixture(params=list(all_exports()))
def name(request: pytest.FixtureRequest) -> str:
    """The name of every format."""
    return str(request.param)


def changed(given: Given, name: str, folder: Path, body: bytes) -> Verdict:
    """What is said of a file of the same name with other bytes."""
    path = folder / given.files[name].name
    path.write_bytes(body)
    return given.verdict(path)


# --- as it was given out ----------------------------------------------------------------------------------------------


def test_every_format_is_as_it_was_given_out(name: str, given: Given) -> None:
    verdict = given.verdict(given.files[name])
    assert verdict.state is State.AS_GIVEN, verdict
    assert verdict.why.startswith(
        f"{all_exports()[name].title} of snapshot {given.frozen.id}, seq {given.frozen.seq}, TLP:GREEN"
    )


def test_file_bears_its_stamp_whatever_it_is_called(name: str, given: Given, tmp_path: Path) -> None:
    path = tmp_path / "renamed.bin"
    path.write_bytes(given.files[name].read_bytes())
    verdict = given.verdict(path)
    assert (verdict.state, verdict.id) == (State.AS_GIVEN, given.frozen.id)


def test_letter_paper_is_as_it_was_given_out_as_well(given: Given, tmp_path: Path) -> None:
    for export in all_exports().values():
        if export.on_paper:
            file, body = next(files_of(given.frozen, export, Options("letter")))
            (tmp_path / file).write_bytes(body)
            assert given.verdict(tmp_path / file).state is State.AS_GIVEN


def test_later_records_change_nothing_about_it(tmp_path: Path) -> None:
    room = Room(f"sqlite:///{tmp_path / 'room.db'}", now=NOW)
    room.send(told())
    held = give(room, tmp_path, freezing(room, tmp_path).freeze(Wanted("A", Tlp.CLEAR), everything, by="Ann"))
    room.send([makers.asset_restored("a1")])
    states = {held.verdict(path).state for path in held.files.values()}
    room.close()
    assert states == {State.AS_GIVEN}


def test_exercise_is_said_and_snapshot_without_names_is_verified(tmp_path: Path) -> None:
    room = snapshots.room_of(tmp_path, every_room.told())
    subject = Subject(Scope(network=("low-tide",)), "Low Tide")
    frozen = freezing(room, tmp_path).freeze(Wanted("A", Tlp.CLEAR), lambda _board: subject, by="Ann")
    held = give(room, tmp_path, frozen)
    verdict = held.verdict(held.files["json"])
    room.close()
    assert frozen.content["exercise"]
    assert verdict.state is State.AS_GIVEN
    assert verdict.why.endswith("with networks that are an exercise")


# --- changed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [0.0, 0.13, 0.31, 0.5, 0.77, 0.999])
def test_single_flipped_bit_is_found_in_every_format(where: float, name: str, given: Given, tmp_path: Path) -> None:
    body = bytearray(given.files[name].read_bytes())
    body[int(len(body) * where)] ^= 1
    verdict = changed(given, name, tmp_path, bytes(body))
    assert (verdict.state, verdict.id) == (State.CHANGED, given.frozen.id)
    assert verdict.details, verdict


def test_changed_figure_is_named_by_its_pointer_in_json(given: Given, tmp_path: Path) -> None:
    body = given.files["json"].read_bytes().replace(b'"prose":"about 1.02 million"', b'"prose":"about 1.82 million"', 1)
    verdict = changed(given, "json", tmp_path, body)
    assert verdict.state is State.CHANGED
    assert [detail.partition(": ")[2] for detail in verdict.details] == [
        "“about 1.82 million”, given out as “about 1.02 million”"
    ]
    pointer = verdict.details[0].partition(": ")[0]
    assert pointer in {figure.pointer for figure in figures_of(given.frozen.content)}


def test_changed_number_beneath_unchanged_words_is_named(given: Given, tmp_path: Path) -> None:
    body = given.files["json"].read_bytes().replace(b'"value":1020000', b'"value":1820000', 1)
    (detail,) = changed(given, "json", tmp_path, body).details
    assert detail.endswith("/value: “1820000”, given out as “1020000”")


def test_changed_digit_is_named_by_its_pointer_in_csv(given: Given, tmp_path: Path) -> None:
    body = given.files["csv"].read_bytes().replace(b"about 1.02 million", b"about 1.03 million", 1)
    (detail,) = changed(given, "csv", tmp_path, body).details
    assert detail.startswith("/")
    assert detail.endswith("figure: “about 1.03 million”, given out as “about 1.02 million”")


def test_row_that_was_taken_out_of_csv_is_missed(given: Given, tmp_path: Path) -> None:
    lines = given.files["csv"].read_bytes().splitlines(keepends=True)
    assert "the row is missing" in changed(given, "csv", tmp_path, b"".join(lines[:-1])).details[0]


def test_json_that_was_laid_out_anew_is_not_the_file_any_more(given: Given, tmp_path: Path) -> None:
    body = json.dumps(given.frozen.content, indent=2).encode()
    verdict = changed(given, "json", tmp_path, body)
    assert verdict.state is State.CHANGED
    assert verdict.details


def test_snapshot_of_other_figures_that_hashes_to_itself_is_not_vouched_for(given: Given, tmp_path: Path) -> None:
    forged = Frozen.of(given.frozen.content | {"tlp": "TLP:CLEAR"})
    verdict = changed(given, "json", tmp_path, forged.body)
    assert verdict.state is State.CHANGED
    assert verdict.details == ("/tlp: “TLP:CLEAR”, given out as “TLP:GREEN”",)


def test_flipped_stamp_is_found_by_what_is_left_of_it(name: str, given: Given, tmp_path: Path) -> None:
    body = given.files[name].read_bytes()
    for stamp in (given.frozen.sha256.encode(), given.frozen.id.encode()):
        other = (b"0" if stamp[:1] != b"0" else b"1") + stamp[1:]
        if stamp in body:
            verdict = changed(given, name, tmp_path, body.replace(stamp, other))
            assert (verdict.state, verdict.id) == (State.CHANGED, given.frozen.id)


# --- what nobody vouches for, and what is not ours --------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Given]:
    """A room of its own, to be tampered with."""
    room = Room(f"sqlite:///{tmp_path / 'own.db'}", now=NOW)
    room.send(told())
    yield give(room, tmp_path, freezing(room, tmp_path).freeze(Wanted("A", Tlp.CLEAR), everything, by="Ann"))
    room.close()


def test_kept_bytes_that_were_changed_vouch_for_nothing(own: Given) -> None:
    with own.room.database.write() as connection:
        connection.execute(update(t.snapshots).values(body=own.frozen.body.replace(b"1.02", b"1.82")))
    verdict = own.verdict(own.files["csv"])
    assert (verdict.state, verdict.why) == (
        State.UNVOUCHED,
        "the snapshot that this room keeps is not as it was frozen",
    )


def test_row_that_was_forged_with_its_digest_is_not_what_the_log_says(own: Given, tmp_path: Path) -> None:
    forged = Frozen.of(own.frozen.content | {"name": "B"})
    with own.room.database.write() as connection:
        connection.execute(update(t.snapshots).values(body=forged.body, sha256=forged.sha256))
    path = tmp_path / "forged.json"
    path.write_bytes(forged.body)
    verdict = own.verdict(path)
    assert verdict.state is State.UNVOUCHED
    assert verdict.why == f"the log says another SHA-256 of this snapshot: {own.frozen.sha256}"


def test_log_that_is_not_as_it_was_written_vouches_for_nothing(own: Given) -> None:
    with own.room.database.write() as connection:
        connection.execute(update(t.log).where(t.log.c.seq == 2).values(principal="somebody"))
    verdict = own.verdict(own.files["json"])
    assert verdict.state is State.UNVOUCHED
    assert verdict.why.startswith("the log itself is not as it was written")


def test_log_of_another_epoch_that_never_heard_of_it_says_so(own: Given) -> None:
    no = own.room.board.seq
    with own.room.database.write() as connection:
        before = connection.execute(t.log.select().where(t.log.c.seq == no - 1)).one()
        connection.execute(delete(t.log).where(t.log.c.seq == no))
        connection.execute(update(t.head).values(seq=no - 1, chain=before.chain, epoch="0" * 16))
    verdict = own.verdict(own.files["json"])
    assert verdict.state is State.UNVOUCHED
    assert verdict.why == "the log does not say that this snapshot was frozen: it is of another epoch of the log"


def test_file_of_another_room_is_of_no_snapshot_here(name: str, given: Given, own: Given) -> None:
    verdict = own.verdict(given.files[name])
    assert verdict.state is State.UNKNOWN
    assert "another room gave it out" in verdict.why or "bears no id" in verdict.why


@pytest.mark.parametrize(
    "body",
    [b"", b"\0" * 100, b"PK\3\4 broken", b"%PDF-1.7", PNG, PNG + b"\xff" * 40, b"{", "é".encode("latin-1")],
    ids=repr,
)
def test_what_is_no_file_of_ours_is_said_to_be_none(body: bytes, given: Given, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(body)
    assert given.verdict(path).state is (State.UNKNOWN if body else State.UNREADABLE)


def test_archive_that_unpacks_to_very_much_is_read_no_further(given: Given, tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", b"0" * 100_000_000)
    (tmp_path / "bomb.xlsx").write_bytes(file.getvalue())
    assert given.verdict(tmp_path / "bomb.xlsx").state is State.UNKNOWN


def test_picture_is_stamped_and_stays_a_picture(given: Given) -> None:
    plain = PNG + bytes.fromhex("0000000d49484452000000010000000108000000003a7e9b55")
    plain += bytes.fromhex("0000000a49444154789c6360000000020001481d2d640000000049454e44ae426082")
    picture = stamped(plain, given.frozen)
    assert given.frozen.sha256 in stamp_of(picture).sha256
    assert stamp_of(picture).ids[0] == given.frozen.id
    assert picture.endswith(plain[-12:])
    with pytest.raises(ValueError, match="only a PNG"):
        stamped(b"GIF89a", given.frozen)


# --- on the command line ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("verify",), ("snapshot", "verify")], ids=" ".join)
def test_each_file_has_a_line_and_nothing_good_is_lost_beside_a_bad_one(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    warroom = Program(tmp_path / "room")
    done = warroom.run("snapshot", "create", "--name", "A", "--tlp", "green", "--format", "csv", "--out", str(tmp_path))
    good = Path(done.stdout.splitlines()[1])
    bad = tmp_path / "bad.csv"
    bad.write_bytes(good.read_bytes().replace(b"none", b"many", 1))
    other, missing = tmp_path / "other.txt", tmp_path / "missing.pdf"
    other.write_text("Hello\x1b[2J")
    done = warroom.run(*command, str(missing), str(bad), str(good), str(other))
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"{good}: as it was given out: CSV of snapshot ")
    assert [said.split(": ")[:2] for said in done.stderr.splitlines() if said.startswith("/")][0:2] == [
        [str(missing), "cannot be read"],
        [str(bad), "changed after it was given out"],
    ]
    assert "- /" in done.stderr
    assert f"{other}: of no snapshot of this room: it bears no id and no SHA-256 of a snapshot" in done.stderr
    assert warroom.run(*command, str(good)).returncode == 0
    assert warroom.run(*command, str(missing)).returncode == 2


def test_verify_without_files_is_of_the_log_as_before(tmp_path: Path) -> None:
    warroom = Program(tmp_path / "room")
    warroom.run("snapshot", "create", "--name", "A", "--tlp", "green")
    assert warroom.run("verify").stdout.startswith("1 records, each as it was written")
