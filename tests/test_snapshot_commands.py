"""``warroom snapshot``: what is frozen on the command line, and files that are there whole or not at all."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from app import language
from app.demo.briefing import ID, october_briefing
from app.exports import _files as files
from app.exports import all_exports
from tests import snapshots
from tests.test_cli import Program


@pytest.fixture
def warroom(tmp_path: Path) -> Program:
    return Program(tmp_path / "room")


def create(warroom: Program, *words: str, name: str = "Briefing", tlp: str = "green") -> str:
    """Freeze something, and give its id."""
    done = warroom.run("snapshot", "create", *words, "--name", name, "--tlp", tlp)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()[0]


def test_created_snapshot_is_listed_and_the_log_is_whole(warroom: Program) -> None:
    id = create(warroom, "open=true", "target=US")
    (line,) = warroom.run("snapshot", "list").stdout.splitlines()
    assert line.split("\t")[:5] == [id, "Briefing", "Networks: aimed at United States; open", "TLP:GREEN", "0"]
    assert warroom.run("verify").returncode == 0


def test_room_of_another_language_freezes_in_it(warroom: Program) -> None:
    done = warroom.run("snapshot", "create", "--name", "A", "--tlp", "clear", WARROOM_LANGUAGE="pt_BR")
    language.use(language.SOURCE)
    assert done.returncode == 0
    assert warroom.run("snapshot", "list").stdout.split("\t")[2] == "Todas as redes"


def test_list_is_searched(warroom: Program) -> None:
    create(warroom, name="Morning")
    create(warroom, name="Evening")
    assert [
        line.split("\t")[1] for line in warroom.run("snapshot", "list", "--search", "EVEN").stdout.splitlines()
    ] == ["Evening"]


def test_exported_json_has_the_digest_that_was_printed(warroom: Program, tmp_path: Path) -> None:
    done = warroom.run(
        "snapshot", "create", "--name", "A", "--tlp", "clear", "--format", "json", "--out", str(tmp_path)
    )
    digest = done.stdout.splitlines()[0].split()[-1]
    path = Path(done.stdout.splitlines()[1])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_snapshot_is_exported_by_its_name_into_a_file(warroom: Program, tmp_path: Path) -> None:
    id = create(warroom, name="Morning")
    path = tmp_path / "deep" / "one.csv"
    done = warroom.run("snapshot", "export", "morning", "--format", "csv", "--out", str(path))
    assert (done.returncode, done.stdout) == (0, f"{path}\n")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert {row["snapshot"] for row in rows} == {id}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "A", "--tlp", "white"), "tlp: choose one of TLP:RED"),
        (("--name", "", "--tlp", "green"), "name: 1 to 120 visible characters"),
        (("open", "--name", "A", "--tlp", "green"), "open: write a filter and its value"),
        (("colour=red", "--name", "A", "--tlp", "green"), "colour: there is no such filter"),
        (("--name", "A", "--tlp", "green", "--format", "docx"), "format: 'docx' will not do"),
        (("--name", "A", "--tlp", "green", "--seq", "-1"), "seq: is no place of the log"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_word_is_named_and_nothing_is_frozen(words: tuple[str, ...], said: str, warroom: Program) -> None:
    done = warroom.run("snapshot", "create", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert warroom.run("snapshot", "list").stdout.startswith("Nothing was frozen yet")


def test_folder_that_cannot_be_written_is_named(warroom: Program) -> None:
    id = create(warroom)
    done = warroom.run("snapshot", "export", id, "--format", "csv", "--out", "/proc/nobody")
    assert (done.returncode, done.stderr) == (3, "/proc/nobody: No such file or directory\n")


def test_file_that_cannot_be_finished_leaves_nothing_and_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "briefing.csv"
    files.save(path, b"before")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.save(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_demo_briefing_is_the_same_every_time_and_has_the_published_figures() -> None:
    one, two = october_briefing(), october_briefing()
    assert one.body == two.body
    assert one.id == ID
    assert {"about 1.02 million", "more than 28,000", "less than $100"} <= snapshots.figures_in(one)


def test_demo_briefing_is_written_in_every_format(warroom: Program, tmp_path: Path) -> None:
    out = tmp_path / "briefing"
    done = warroom.run("snapshot", "demo", "--out", str(out))
    assert done.returncode == 0
    assert {path.name.partition(".")[2] for path in out.iterdir()} == {each.suffix for each in all_exports().values()}
    assert json.loads(next(path for path in out.glob("*.json") if ".stix" not in path.name).read_bytes())["id"] == ID
    assert not (tmp_path / "room").exists()
