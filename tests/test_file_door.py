"""The file door: lines and arrays from files or pipes, straight into the log or through a server; what it prints."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from app.errors import BadRequest, Unavailable
from app.ingest._intake import Tally
from app.ingest._pieces import Piece
from app.ingest._terminal import run
from app.ingest.file import TRIES, Destination, Import, ToServer, ToWriter, pour
from tests.door_room import KEY, Room, detected
from tests.live_server import served


@pytest.fixture
def room() -> Iterator[Room]:
    with Room() as room:
        yield room


@pytest.fixture(params=["writer", "server"])
def destination(request: pytest.FixtureRequest, room: Room) -> Iterator[Destination]:
    if request.param == "writer":
        yield ToWriter(room.parser, room.writer, room.principal)
        return
    with served(room.app) as (host, port), closing(ToServer(f"http://{host}:{port}", KEY)) as server:
        yield server


def ndjson(*said: object) -> bytes:
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in said)


def test_a_file_of_lines_is_imported_and_its_bad_lines_named(destination: Destination, room: Room) -> None:
    text = ndjson(detected(1), b"", b"rubbish", detected(2) | {"time": "soon"}, detected(3), detected(1))
    work = pour("day.ndjson", io.BytesIO(text), destination)
    assert (work.tally.accepted, work.tally.duplicate, work.tally.refused, work.tally.seq) == (2, 1, 2, 2)
    assert [(verdict.index + 1, verdict.field) for verdict in work.tally.named] == [(3, "body"), (4, "time")]
    assert work.bytes_read == len(text)
    assert room.logged() == [detected(1)["id"], detected(3)["id"]]


def test_a_file_with_one_array_is_imported_element_by_element(destination: Destination, room: Room) -> None:
    text = json.dumps([detected(1), detected(2) | {"time": "soon"}, detected(3)], indent=1).encode()
    work = pour("day.json", io.BytesIO(b"\n " + text), destination)
    assert (work.unit, work.tally.accepted) == ("element", 2)
    assert [(verdict.index, verdict.field) for verdict in work.tally.named] == [(1, "time")]


def test_an_array_that_was_cut_off_is_said_to_be(destination: Destination) -> None:
    text = json.dumps([detected(1), detected(2)]).encode()
    work = pour("day.json", io.BytesIO(text[:-1]), destination)
    assert (work.tally.accepted, work.tally.refused) == (1, 1)


def test_a_line_over_the_limit_is_refused_wherever_it_is_sent(destination: Destination) -> None:
    work = pour("big", io.BytesIO(ndjson(b"a" * 1_100_000, detected(1))), destination)
    assert work.tally.accepted == 1
    assert [(verdict.index, verdict.code) for verdict in work.tally.named] == [(0, "too_long")]


def test_an_import_that_was_interrupted_may_simply_be_started_again(destination: Destination, room: Room) -> None:
    said = [detected(n) for n in range(2_200)]
    pour("half", io.BytesIO(ndjson(*said[:1_300])), destination)
    work = pour("whole", io.BytesIO(ndjson(*said)), destination)
    assert (work.tally.accepted, work.tally.duplicate) == (900, 1_300)
    assert len(room.logged()) == 2_200


def test_history_is_counted_at_the_time_it_names(room: Room) -> None:
    pour("old", io.BytesIO(ndjson(detected(1))), ToWriter(room.parser, room.writer, room.principal))
    (entry,) = room.entries()
    assert entry.counted_at == entry.record.occurred_at


class Away:
    """A destination that is unavailable ``outages`` times before it takes everything."""

    def __init__(self, outages: int) -> None:
        self.outages = outages

    def send(self, pieces: list[Piece]) -> Tally:
        if self.outages:
            self.outages -= 1
            raise Unavailable("not now", retry_after_s=2)
        return Tally(accepted=len(pieces))


def test_a_destination_that_comes_back_gets_the_same_group_again() -> None:
    pauses: list[float] = []
    work = pour("day", io.BytesIO(ndjson(detected(1), detected(2))), Away(3), sleep=pauses.append)
    assert work.tally.accepted == 2
    assert pauses == [2, 2, 2]


def test_a_destination_that_stays_away_ends_the_import() -> None:
    with pytest.raises(Unavailable):
        pour("day", io.BytesIO(ndjson(detected(1))), Away(TRIES + 1), sleep=lambda _: None)


def test_progress_is_told_after_each_group() -> None:
    seen: list[int] = []

    def watch(work: Import) -> None:
        seen.append(work.tally.accepted)

    pour("day", io.BytesIO(ndjson(*(detected(n) for n in range(2_500)))), Away(0), on_progress=watch)
    assert seen == [1_000, 2_000, 2_500, 2_500]


def test_a_wrong_key_ends_the_import_with_the_answer_of_the_server(room: Room) -> None:
    with served(room.app) as (host, port), pytest.raises(BadRequest, match="401"):
        pour("day", io.BytesIO(ndjson(detected(1))), ToServer(f"http://{host}:{port}", "wrong"))


def test_an_address_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(BadRequest, match="file:"):
        ToServer("file:///etc/passwd", KEY)


def printed(names: list[Path], destination: Destination) -> tuple[int, str]:
    text = io.StringIO()
    code = run([str(name) for name in names], destination, Console(file=text, width=160))
    return code, text.getvalue()


def test_the_exit_code_is_1_when_anything_was_refused_and_0_otherwise(tmp_path: Path, room: Room) -> None:
    destination = ToWriter(room.parser, room.writer, room.principal)
    good, bad = tmp_path / "good.ndjson", tmp_path / "bad.ndjson"
    good.write_bytes(ndjson(detected(1)))
    bad.write_bytes(ndjson(detected(2), detected(3) | {"time": "soon"}))
    assert printed([good], destination)[0] == 0
    code, text = printed([good, bad], destination)
    assert code == 1
    assert "1 accepted, 0 duplicate, 1 refused" in text
    assert "line 2: time:" in text


def test_a_missing_file_is_said_and_the_next_one_is_read(tmp_path: Path, room: Room) -> None:
    there = tmp_path / "there.ndjson"
    there.write_bytes(ndjson(detected(1)))
    code, text = printed([tmp_path / "not-there", there], ToWriter(room.parser, room.writer, room.principal))
    assert code == 1
    assert "No such file" in text
    assert "1 accepted" in text


def test_what_a_bad_line_says_cannot_command_the_terminal(tmp_path: Path, room: Room) -> None:
    bad = tmp_path / "bad.ndjson"
    bad.write_bytes(ndjson(detected(1) | {"time": "\x1b[2J[red]\u202e"}))
    _, text = printed([bad], ToWriter(room.parser, room.writer, room.principal))
    assert "\x1b" not in text
    assert "\u202e" not in text
