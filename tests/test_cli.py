"""The command line: what each command does to a room, what it says, and with which code it ends."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text, update

from app import tables as t
from app.__main__ import main
from app.access import Role, find_key
from app.access.accounts import account_changes_of
from app.access.reception import Reception
from app.clock import SystemClock
from app.database import Database
from app.log import read_head
from app.walls import Hanging, default_programme, make_wall
from dashboards.desk import repertoire
from tests import makers
from tests.house import SECRET, house, settings_of

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Done:
    """What a command that has ended said, and its code."""

    returncode: int
    stdout: str
    stderr: str


class Program:
    """``warroom`` in a room of its own: ``run`` in this process, ``run_apart`` and ``start`` in one of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WARROOM_")}
        self.environment = kept | {
            "WARROOM_STATE_DIR": str(folder),
            "WARROOM_SECRET": SECRET,
            "COLUMNS": "200",
            "PYTHONWARNINGS": "error",
        }

    def run(self, *words: str, sent: str = "", **settings: str) -> Done:
        """Run one command to its end. ``settings`` are variables of the environment."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(os, "environ", self.environment | settings)
            patch.setattr(sys, "argv", ["warroom", *words])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent.encode())))
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return Done(code, out.getvalue(), err.getvalue())

    def run_apart(self, *words: str) -> Done:
        """Run one command to its end in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begin a command that goes on."""
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "app", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A process group of its own, so that a signal reaches it and nobody else.
            start_new_session=True,
        )

    @property
    def database(self) -> Database:
        return Database(settings_of(self.folder).url)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "state")


def lines(*events: Mapping[str, Any]) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


def fails_in_a_sentence(done: Done, code: int) -> str:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    return done.stderr


# --- keys and links ---------------------------------------------------------------------------------------------------


def test_a_key_is_made_listed_without_its_secret_and_revoked(program: Program) -> None:
    made = program.run("key", "add", "Graph detector", "--source", makers.SOURCE)
    secret = made.stdout.strip()
    assert re.fullmatch(r"wrk_[0-9a-f]{12}_\S{43}", secret), made.stderr
    listed = program.run("key", "list").stdout
    assert "Graph detector" in listed
    assert secret.rpartition("_")[2] not in listed
    id = secret.split("_")[1]
    assert program.run("key", "revoke", id).returncode == 0
    with program.database.read() as connection:
        assert find_key(connection, secret) is None
    assert "no key" in fails_in_a_sentence(program.run("key", "revoke", id), 1)


def test_a_key_may_be_made_for_some_types_only(program: Program) -> None:
    secret = program.run("key", "add", "Ads", "--source", "ads", "--type", "ad.observed").stdout.strip()
    with program.database.read() as connection:
        detector = find_key(connection, secret)
    assert detector is not None
    assert detector.types == {"ad.observed"}
    assert program.run("key", "add", "Ads", "--source", "ads", "--type", "everything").returncode == 2
    fails_in_a_sentence(program.run("key", "add", " ", "--source", "ads"), 2)


def test_a_link_is_made_for_a_role(program: Program) -> None:
    made = program.run("user", "link", "Ann", "--role", "lead", "--url", "https://room.example/")
    assert re.fullmatch(r"https://room\.example/in/wrl_\S{43}", made.stdout.strip()), made.stderr
    assert "make a key" in fails_in_a_sentence(program.run("user", "link", "Graph", "--role", "detector"), 2)


# --- accounts ---------------------------------------------------------------------------------------------------------

PASSWORD = "a lantern in the harbour"


def people(program: Program) -> list[list[str]]:
    """Name, role and state of every account."""
    return [line.split("\t")[:3] for line in program.run("user", "list").stdout.splitlines()]


def test_an_account_is_made_listed_changed_and_disabled(program: Program) -> None:
    assert "warroom user add" in program.run("user", "list").stdout
    done = program.run("user", "add", "Ann", "--role", "admin", "--password-stdin", sent=f"{PASSWORD}\n")
    assert done.stdout == "Ann can sign in, as admin\n", done.stderr
    assert program.run("user", "add", "Bo", "--role", "viewer", "--password-stdin", sent=PASSWORD).returncode == 0
    assert people(program) == [["Ann", "admin", "enabled"], ["Bo", "viewer", "enabled"]]
    assert program.run("user", "role", "bo", "lead").returncode == 0
    assert program.run("user", "password", "Bo", "--password-stdin", sent="another good lantern\r\n").returncode == 0
    assert program.run("user", "disable", "Bo").returncode == 0
    assert people(program) == [["Ann", "admin", "enabled"], ["Bo", "lead", "disabled"]]
    assert program.run("user", "enable", "Bo").returncode == 0
    with contextlib.closing(Database(settings_of(program.folder).url)) as database:
        front = Reception(database, key=b"", now=SystemClock().now)
        assert front.sign_in("Bo", "another good lantern", address="").visitor.role is Role.LEAD
        with database.read() as connection:
            done_by = {change.who for change in account_changes_of(connection, 99)}
    assert len(done_by) == 1
    assert done_by.pop().startswith("command line")


def test_what_will_not_do_about_an_account_is_said_and_nothing_is_changed(program: Program) -> None:
    add = ("user", "add", "Ann", "--role", "admin", "--password-stdin")
    assert "at least 10" in fails_in_a_sentence(program.run(*add, sent="short"), 2)
    assert "choose one of the roles" in fails_in_a_sentence(program.run("user", "add", "Ann", "--role", "wall"), 2)
    assert "no terminal" in fails_in_a_sentence(program.run("user", "add", "Ann", "--role", "lead"), 2)
    assert "no account called" in fails_in_a_sentence(program.run("user", "disable", "Ann"), 1)
    assert people(program) == [["Nobody has an account yet: warroom user add NAME --role ROLE"]]
    assert program.run(*add, sent=PASSWORD).returncode == 0
    assert "called Ann already" in fails_in_a_sentence(program.run(*add[:2], "ANN", *add[3:], sent=PASSWORD), 2)
    for last in (("user", "disable", "Ann"), ("user", "role", "Ann", "lead")):
        assert "Ann is the last administrator" in fails_in_a_sentence(program.run(*last), 2)
    assert people(program) == [["Ann", "admin", "enabled"]]


def test_a_link_for_somebody_who_has_an_account_is_for_its_role(program: Program) -> None:
    program.run("user", "add", "Ann", "--role", "viewer", "--password-stdin", sent=PASSWORD)
    assert "/in/wrl_" in program.run("user", "link", "Ann").stdout
    assert "whose role is viewer" in fails_in_a_sentence(program.run("user", "link", "Ann", "--role", "lead"), 2)


def at_a_terminal(program: Program, *words: str, types: tuple[str, ...]) -> tuple[int, str]:
    """Run a command on a terminal of its own, where each line is typed once it is asked for. Its code, and all seen."""
    here, there = os.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env=program.environment,
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
    )
    os.close(there)
    seen = b""
    asked = 0
    with contextlib.suppress(OSError):  # how a terminal ends on Linux
        while piece := os.read(here, 4096):
            seen += piece
            if asked < len(types) and seen.count(b": ") > asked:
                os.write(here, f"{types[asked]}\n".encode())
                asked += 1
    os.close(here)
    return run.wait(PATIENCE_S), seen.decode()


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(program: Program) -> None:
    add = ("user", "add", "Ann", "--role", "lead")
    code, seen = at_a_terminal(program, *add, types=(PASSWORD, "another good lantern"))
    assert (code, "the two are not the same" in seen) == (2, True)
    code, seen = at_a_terminal(program, *add, types=(PASSWORD, PASSWORD))
    assert (code, "Ann can sign in, as lead" in seen) == (0, True), seen
    assert PASSWORD not in seen


# --- records ----------------------------------------------------------------------------------------------------------


def test_files_are_ingested_and_what_was_refused_is_named(program: Program, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.ndjson", tmp_path / "bad.ndjson"
    good.write_text(lines(makers.network_reported("n1"), makers.asset_detected("a1")))
    bad.write_text(lines(makers.asset_detected("a2"), makers.asset_detected("a3") | {"time": "soon"}))
    done = program.run("ingest", str(good))
    assert (done.returncode, "2 accepted, 0 duplicate, 0 refused" in done.stderr) == (0, True)
    done = program.run("ingest", str(good), str(bad))
    assert "0 accepted, 2 duplicate" in done.stderr
    assert "line 2: time:" in fails_in_a_sentence(done, 1)


def test_standard_input_is_a_file_too(program: Program) -> None:
    done = program.run("ingest", "-", sent=lines(makers.network_reported("n1")))
    assert "1 accepted" in done.stderr


def test_file_that_is_not_there_is_said(program: Program, tmp_path: Path) -> None:
    assert "No such file" in fails_in_a_sentence(program.run("ingest", str(tmp_path / "none")), 1)
    assert "No such file" in fails_in_a_sentence(program.run("import", "disclosures", str(tmp_path / "none")), 1)


def test_server_wants_a_key_and_must_be_an_address(program: Program) -> None:
    assert "key" in fails_in_a_sentence(program.run("ingest", "-", "--server", "http://127.0.0.1:9"), 2)
    said = program.run("ingest", "-", "--server", "ftp://127.0.0.1", "--key", "wrk_x")
    assert "address" in fails_in_a_sentence(said, 2)


def test_file_that_is_no_disclosure_is_refused(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "disclosures.json"
    file.write_text('{"schema": "something else", "records": []}')
    assert "schema" in fails_in_a_sentence(program.run("import", "disclosures", str(file)), 2)


def test_indicator_files_are_imported_and_every_refused_cell_is_named(program: Program, tmp_path: Path) -> None:
    heading, assets = "Tactic,Technique,Procedure,Indicator", "0,0.9,0.9.1 Acquiring Facebook assets"
    good = tmp_path / "Q1_2031_Peru-based_CIB_network_1.csv"
    good.write_text(f"{heading}\n{assets},14 Pages\n")
    bad = tmp_path / "Q1_2031_Peru-based_CIB_network_2.csv"
    bad.write_text(f"{heading}\n{assets},14 Pages\n{assets},many accounts\n")
    done = program.run("import", "indicators", str(tmp_path / "none"), str(bad), str(good))
    said = fails_in_a_sentence(done, 1)
    assert "No such file" in said
    assert f"{bad}:3: Indicator: 'many accounts'" in said
    assert done.stdout.count("2 accepted, 0 duplicate, 0 refused") == 2
    assert program.run("import", "indicators", str(good)).returncode == 0


def test_results_of_detectors_are_imported_once(program: Program, tmp_path: Path) -> None:
    edges, pairs = tmp_path / "edges.csv", tmp_path / "pairs.csv"
    edges.write_text("source,target,weight,edge_type\na,b,2,co_tweet\n")
    pairs.write_text("object_id,account_id,account_id_y,content_id,content_id_y,time_delta\no,a,b,c,d,4\n")
    for command, file in (("coordination", edges), ("coortweet", pairs)):
        assert "4 accepted, 0 duplicate" in program.run("import", command, str(file)).stdout
        done = program.run("import", command, str(file))
        assert (done.returncode, "0 accepted, 4 duplicate" in done.stdout) == (0, True)


def test_bad_line_of_a_detector_is_named(program: Program, tmp_path: Path) -> None:
    edges = tmp_path / "edges.csv"
    edges.write_text("source,target,weight,edge_type\na,b,2,co_tweet\na,c,many,co_tweet\n")
    done = program.run("import", "coordination", str(edges))
    assert "line 3: the weight 'many'" in fails_in_a_sentence(done, 1)
    assert "4 accepted" in done.stdout
    assert "No such file" in fails_in_a_sentence(program.run("import", "coortweet", str(tmp_path / "none")), 1)
    assert "nodes" in fails_in_a_sentence(program.run("import", "coordination", str(edges), "--nodes", str(edges)), 2)


# --- upkeep -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(program: Program) -> Program:
    events = (makers.network_reported("n1"), makers.asset_detected("a1"), makers.asset_detected("a2"))
    assert program.run("ingest", "-", sent=lines(*events)).returncode == 0
    return program


def test_rebuild_of_what_is_right_changes_nothing(filled: Program) -> None:
    for words in (("rebuild",), ("rebuild", "--look")):
        done = filled.run(*words)
        assert (done.returncode, "3 records read: nothing differed" in done.stdout) == (0, True)


def test_rebuild_says_what_differed_and_puts_it_right(filled: Program) -> None:
    with filled.database.write() as connection:
        before = read_head(connection).epoch
        connection.execute(update(t.assets).where(t.assets.c.id == "a1").values(home="elsewhere"))
    looked = filled.run("rebuild", "--look")
    assert "assets 'a1' differed" in fails_in_a_sentence(looked, 1)
    assert "nothing was changed" in looked.stdout
    assert "assets 'a1' differed" in filled.run("rebuild").stderr
    assert "nothing differed" in filled.run("rebuild").stdout
    with filled.database.read() as connection:
        assert read_head(connection).epoch != before
    # The anchor has followed to the new epoch.
    assert filled.run("verify").returncode == 0


def test_verify_finds_a_log_as_it_was_written(filled: Program) -> None:
    done = filled.run("verify")
    assert (done.returncode, "3 records, each as it was written" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("crime", "found"),
    [
        ("UPDATE log SET principal = 'nobody' WHERE seq = 2", "seq 2"),
        ("DELETE FROM log WHERE seq = 2", "deleted"),
        ("DELETE FROM log WHERE seq = 3", "its head says 3"),
    ],
)
def test_verify_names_what_was_done_to_the_log(crime: str, found: str, filled: Program) -> None:
    with filled.database.write() as connection:
        connection.execute(text(crime))
    assert found in fails_in_a_sentence(filled.run("verify"), 1)


def test_doctor_finds_nothing_wrong_and_changes_nothing(program: Program) -> None:
    done = program.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "is not there yet" in done.stdout
    assert not program.folder.exists()
    program.run("key", "list")
    assert "0 records" in program.run("doctor").stdout


def test_doctor_sees_that_the_room_is_served(program: Program) -> None:
    with house(program.folder):
        assert "by a process, now" in program.run("doctor").stdout


def test_doctor_sees_a_secret_that_others_can_read(program: Program) -> None:
    program.environment.pop("WARROOM_SECRET")
    program.run("ingest", "-", sent=lines(makers.network_reported("n1")))
    secret = program.folder / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    secret.chmod(0o644)
    done = program.run("doctor")
    assert done.returncode == 1
    assert "chmod 600" in done.stdout


def test_setting_that_will_not_do_is_named(program: Program) -> None:
    assert "WARROOM_PORT" in fails_in_a_sentence(program.run("doctor", WARROOM_PORT="many"), 2)
    assert "notify 1 (nonsense)" in fails_in_a_sentence(program.run("serve", WARROOM_NOTIFY='["nonsense://tok"]'), 2)
    assert "WARROOM_ZONE" in fails_in_a_sentence(program.run("doctor", WARROOM_ZONE="Atlantis/Centre"), 2)


def test_database_that_is_not_there_is_said_in_a_sentence(program: Program) -> None:
    url = "postgresql://nobody@127.0.0.1:9/none"
    assert "database" in fails_in_a_sentence(program.run("key", "list", WARROOM_DATABASE_URL=url), 3)


def test_program_says_which_it_is_and_what_it_can(program: Program) -> None:
    assert program.run("--version").stdout.startswith("Warroom ")
    told = program.run("--help").stdout
    for command in ("serve", "demo", "ingest", "rebuild", "verify", "doctor", "key", "user", "import"):
        assert command in told


# --- serving ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def free() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def wait_until_ready(url: str, running: subprocess.Popen[str]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        assert running.poll() is None, running.stdout.read() if running.stdout else ""
        try:
            if httpx2.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    pytest.fail("the room was not ready in time")


@pytest.fixture
def serving(program: Program, free: int) -> Iterator[tuple[Program, str, subprocess.Popen[str]]]:
    running = program.start("serve", "--port", str(free))
    try:
        wait_until_ready(f"http://127.0.0.1:{free}", running)
        yield program, f"http://127.0.0.1:{free}", running
    finally:
        running.kill()
        running.communicate()


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGINT])
def test_served_room_ends_cleanly_when_it_is_told_to(
    ends: signal.Signals, serving: tuple[Program, str, subprocess.Popen[str]]
) -> None:
    _, _, running = serving
    running.send_signal(ends)
    said, _ = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, said
    assert "Traceback" not in said


def test_second_server_is_refused_and_records_go_through_the_first(
    serving: tuple[Program, str, subprocess.Popen[str]],
) -> None:
    program, url, _ = serving
    refused = program.run_apart("serve", "--port", "0")
    assert "serves" in fails_in_a_sentence(refused, 3)
    key = program.run("key", "add", "tests", "--source", makers.SOURCE).stdout.strip()
    event = lines(makers.network_reported("n1"))
    done = program.run("ingest", "-", "--server", url, sent=event, WARROOM_KEY=key)
    assert (done.returncode, "1 accepted" in done.stderr) == (0, True), done.stderr
    done = program.run("ingest", "-", "--server", url, "--key", "wrk_wrong", sent=event)
    assert "401" in fails_in_a_sentence(done, 1)


def test_records_ingested_beside_a_served_room_reach_its_screens(
    serving: tuple[Program, str, subprocess.Popen[str]],
) -> None:
    program, url, _ = serving
    program.run("ingest", "-", sent=lines(makers.network_reported("n1")))
    give_up_at = time.monotonic() + PATIENCE_S
    # An alarm may have followed it: the network was seen long before today.
    while not httpx2.get(f"{url}/readyz", trust_env=False).json().get("seq"):
        assert time.monotonic() < give_up_at
        time.sleep(0.2)


def test_port_that_is_taken_is_said(program: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = program.run_apart("serve", "--port", str(taken.getsockname()[1]))
    assert "--port" in fails_in_a_sentence(done, 3)


def test_certificate_without_its_key_is_refused(program: Program) -> None:
    assert "together" in fails_in_a_sentence(program.run_apart("serve", "--certificate", "cert.pem"), 2)


def test_a_stretch_is_played_on_a_named_wall_and_ended(program: Program) -> None:
    with house(program.folder) as room, room.room.database.write() as connection:
        hanging = Hanging("Lobby", 600, 93)
        make_wall(connection, hanging, default_programme(repertoire(), hanging.ratio), by="Ann", now=1)
    done = program.run("replay", "lobby", "--from", "2018-10-26T13:00Z", "--to", "2018-10-26T14:00Z", "--exercise")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Lobby plays 2018-10-26 13:00:00 to 2018-10-26 14:00:00 UTC at 60×, marked as exercise" in done.stdout
    for wrong, said in (
        (("Attic", "--from", "13:00"), "there is no wall 'Attic'"),
        (("lobby", "--from", "soon"), "first: is no time"),
        (("lobby", "--from", "2018-10-26T13:00Z", "--speed", "601"), "speed: is 601"),
        (("lobby",), "give --from, or --end"),
        (("lobby", "--from", "13:00", "--end"), "give --from, or --end"),
    ):
        failed = program.run("replay", *wrong)
        assert failed.returncode in (1, 2)
        assert said in failed.stderr
    assert "Lobby is live" in program.run("replay", "lobby", "--end").stdout
