"""The HTTP door: what it takes, how it refuses, and that neither size nor rubbish nor a busy writer can hurt it."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any, Self

import psutil
import pytest
from starlette.testclient import TestClient

from app.errors import Refused, Unavailable
from app.ingest import Receipt, _request
from app.ingest import http as door
from app.ingest._description import PAGE_DETECTED, RECORDS, REQUEST_BODY
from app.records import Record
from bench.stream import chunks
from tests.door_room import OTHER_SOURCE, Room, detected
from tests.hostile import CASES
from tests.live_server import served

MEBIBYTE = 1024 * 1024


@pytest.fixture
def room() -> Iterator[Room]:
    with Room() as room:
        yield room


@pytest.fixture
def client(room: Room) -> TestClient:
    return TestClient(room.app)


def post(client: TestClient, said: object, media: str = _request.SINGLE, **headers: str) -> Any:
    content = said if isinstance(said, (bytes, str)) else json.dumps(said)
    return client.post(door.PATH, content=content, headers={"content-type": media, **headers})


# --- one record -------------------------------------------------------------------------------------------------------


def test_a_record_is_answered_with_201_and_its_place_in_the_log(client: TestClient, room: Room) -> None:
    answer = post(client, detected(1))
    assert (answer.status_code, answer.json()) == (201, {"status": "accepted", "seq": 1})
    assert room.logged() == [detected(1)["id"]]


def test_the_same_record_again_is_answered_with_200_and_its_first_place(client: TestClient, room: Room) -> None:
    post(client, detected(1))
    post(client, detected(2))
    answer = post(client, detected(1))
    assert (answer.status_code, answer.json()) == (200, {"status": "duplicate", "seq": 1})
    assert len(room.logged()) == 2


def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(client: TestClient, room: Room) -> None:
    post(client, detected(1))
    answer = post(client, detected(1, name="Somebody else"))
    assert answer.status_code == 409
    assert (answer.json()["status"], answer.json()["field"]) == ("conflict", "id")
    assert room.logged() == [detected(1)["id"]]


def test_a_source_outside_the_scope_of_the_key_is_forbidden_by_name(client: TestClient, room: Room) -> None:
    answer = post(client, detected(1, source=OTHER_SOURCE))
    assert answer.status_code == 403
    assert answer.json()["field"] == "source"
    assert OTHER_SOURCE in answer.json()["reason"]
    assert room.logged() == []


def test_a_refused_record_is_kept_for_the_operator(client: TestClient, room: Room) -> None:
    post(client, detected(1) | {"time": "yesterday"})
    assert [(kept.door, kept.field) for kept in room.refused()] == [("http", "time")]


# --- the corpus -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_record_is_refused_by_field_and_reason_and_leaves_nothing(
    case: Any, client: TestClient, room: Room
) -> None:
    answer = post(client, case.raw)
    assert 400 <= answer.status_code < 500
    assert answer.json()["field"]
    assert answer.json()["reason"]
    assert room.logged() == []


@pytest.mark.parametrize("case", [case for case in CASES if b"\n" not in case.raw.strip()], ids=lambda case: case.name)
def test_hostile_line_does_not_stop_the_good_ones_around_it(case: Any, client: TestClient, room: Room) -> None:
    lines = [json.dumps(detected(1)).encode(), case.raw, json.dumps(detected(2)).encode()]
    answer = post(client, b"\n".join(lines), _request.STREAM)
    assert answer.status_code == 207
    assert [said["line"] for said in answer.json()["refusals"]] == [2]
    assert room.logged() == [detected(1)["id"], detected(2)["id"]]


# --- batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_is_answered_record_by_record(client: TestClient) -> None:
    answer = post(client, [detected(1), detected(2), detected(1)], _request.BATCH)
    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 2,
        "duplicate": 1,
        "refused": 0,
        "seq": 2,
        "answers": [
            {"index": 0, "status": "accepted", "seq": 1},
            {"index": 1, "status": "accepted", "seq": 2},
            {"index": 2, "status": "duplicate", "seq": 1},
        ],
    }


def test_a_bad_record_in_a_batch_is_named_by_index_and_the_others_stay(client: TestClient, room: Room) -> None:
    said = [detected(1), detected(2) | {"time": "soon"}, detected(3, source=OTHER_SOURCE), detected(4)]
    answer = post(client, said, _request.BATCH)
    assert answer.status_code == 207
    statuses = [(one["index"], one["status"], one.get("field")) for one in answer.json()["answers"]]
    assert statuses == [
        (0, "accepted", None),
        (1, "refused", "time"),
        (2, "forbidden", "source"),
        (3, "accepted", None),
    ]
    assert room.logged() == [detected(1)["id"], detected(4)["id"]]


def test_a_batch_of_which_nothing_was_accepted_is_answered_with_422(client: TestClient) -> None:
    assert post(client, [detected(1) | {"time": "soon"}], _request.BATCH).status_code == 422


def test_a_batch_over_five_thousand_records_is_refused_as_a_whole(client: TestClient, room: Room) -> None:
    answer = post(client, b"[" + b",".join([b"{}"] * 5_001) + b"]", _request.BATCH)
    assert 400 <= answer.status_code < 500
    assert "5000" in answer.json()["reason"].replace(",", "")
    assert room.logged() == []


def test_a_batch_that_is_no_array_is_refused_and_kept(client: TestClient, room: Room) -> None:
    answer = post(client, b'{"records": []}', _request.BATCH)
    assert 400 <= answer.status_code < 500
    assert len(room.refused()) == 1


def test_a_reason_that_quotes_half_a_character_does_not_spoil_the_answer_for_its_neighbours(
    client: TestClient, room: Room
) -> None:
    answer = post(client, b"[" + json.dumps(detected(1)).encode() + b',{"specversion":"\\ud800"}]', _request.BATCH)
    assert answer.status_code in (207, 400, 422)
    assert answer.json()
    assert len(room.logged()) == answer.json().get("accepted", 0)


# --- forms and sizes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media", "example"),
    [
        pytest.param(media, example["value"], id=f"{media}-{name}")
        for media, content in REQUEST_BODY["content"].items()
        for name, example in content["examples"].items()
    ],
)
def test_every_example_of_the_description_is_accepted(media: str, example: object, client: TestClient) -> None:
    assert post(client, example, media).status_code in (200, 201)


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"content-type": "text/plain"}, "content-type"),
        ({"content-type": ""}, "content-type"),
        ({"content-type": "application/json; charset=utf-16"}, "content-type"),
        ({"content-type": "application/json", "content-encoding": "gzip"}, "content-encoding"),
        ({"content-type": "application/x-ndjson", "content-encoding": "identity, br"}, "content-encoding"),
    ],
)
def test_another_form_is_answered_with_415(headers: dict[str, str], field: str, client: TestClient) -> None:
    answer = client.post(door.PATH, content=json.dumps(PAGE_DETECTED), headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (415, field)


@pytest.mark.parametrize(
    "media", ["application/JSON", "application/json; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_the_form_may_be_written_as_http_allows(media: str, client: TestClient) -> None:
    assert post(client, PAGE_DETECTED, media, **{"content-encoding": "identity"}).status_code == 201


def test_a_json_body_over_one_mebibyte_is_answered_with_413(client: TestClient, room: Room) -> None:
    answer = post(client, json.dumps(PAGE_DETECTED) + " " * MEBIBYTE)
    assert (answer.status_code, answer.json()["field"]) == (413, "body")
    assert room.logged() == []


def test_the_description_names_every_form_and_every_status(room: Room) -> None:
    operation = room.app.openapi()["paths"][door.PATH]["post"]
    assert operation["operationId"] == "append_records"
    assert set(operation["requestBody"]["content"]) == {_request.SINGLE, _request.BATCH, _request.STREAM, _request.JSON}
    assert all(content["examples"] for content in operation["requestBody"]["content"].values())
    assert {"200", "201", "207", "400", "403", "408", "409", "413", "415", "422", "503"} <= set(operation["responses"])


# --- streams ----------------------------------------------------------------------------------------------------------


def lines(count: int) -> list[bytes]:
    return [json.dumps(detected(n)).encode() for n in range(count)]


def test_a_stream_of_many_groups_is_counted_to_the_last_line(client: TestClient, room: Room) -> None:
    said = lines(2_500)
    answer = post(client, b"\n".join([*said[:700], b"", b"rubbish", *said[700:], said[0]]), _request.STREAM)
    counts = answer.json()
    assert answer.status_code == 207
    assert {name: counts[name] for name in ("lines", "accepted", "duplicate", "refused", "seq")} == {
        "lines": 2_503,
        "accepted": 2_500,
        "duplicate": 1,
        "refused": 1,
        "seq": 2_500,
    }
    assert [said["line"] for said in counts["refusals"]] == [702]
    assert len(room.logged()) == 2_500


def test_of_many_refusals_a_thousand_are_named_and_kept_and_the_rest_counted(client: TestClient, room: Room) -> None:
    answer = post(client, b"{}\n" * 3_000, _request.STREAM)
    assert answer.status_code == 422
    assert (answer.json()["refused"], len(answer.json()["refusals"]), answer.json()["not_named"]) == (
        3_000,
        1_000,
        2_000,
    )
    assert len(room.refused()) == 1_000


def test_a_line_over_one_mebibyte_is_refused_and_the_next_is_taken(client: TestClient, room: Room) -> None:
    answer = post(client, b"a" * (MEBIBYTE + 1) + b"\n" + lines(1)[0], _request.STREAM)
    assert answer.json()["accepted"] == 1
    assert [(said["line"], said["code"]) for said in answer.json()["refusals"]] == [(1, "too_long")]


def begin(address: tuple[str, int], room: Room, media: str = _request.STREAM) -> socket.socket:
    peer = socket.create_connection(address, timeout=10)
    head = f"POST {door.PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {media}\r\nTransfer-Encoding: chunked\r\n"
    peer.sendall((head + "".join(f"{name}: {value}\r\n" for name, value in room.headers.items()) + "\r\n").encode())
    return peer


def send(peer: socket.socket, part: bytes) -> None:
    peer.sendall(b"%x\r\n%s\r\n" % (len(part), part))


def eventually(holds: Any, within_s: float = 5.0) -> bool:
    give_up_at = time.monotonic() + within_s
    while not (held := holds()) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return bool(held)


def test_a_line_that_comes_alone_is_in_the_log_before_the_next_one_comes(room: Room) -> None:
    with served(room.app) as address, begin(address, room) as peer:
        for n, line in enumerate(lines(3), 1):
            send(peer, line + b"\n")
            assert eventually(lambda n=n: len(room.logged()) == n)


def test_of_a_stream_that_breaks_off_the_whole_lines_stay_and_the_torn_one_does_not(room: Room) -> None:
    with served(room.app) as address:
        with begin(address, room) as peer:
            send(peer, b"\n".join(lines(3))[:-10])
            assert eventually(lambda: len(room.logged()) == 2)
        time.sleep(0.1)
        assert len(room.logged()) == 2


def test_a_stream_that_falls_silent_is_answered_with_what_is_settled(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_request, "SILENCE_S", 0.3)
    with served(room.app) as address, begin(address, room) as peer:
        send(peer, lines(2)[0] + b"\n")
        answer = peer.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["resume_at_line"] == 2


def test_a_json_body_that_dawdles_is_answered_with_408(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_request, "BODY_S", 0.3)
    with served(room.app) as address, begin(address, room, _request.JSON) as peer:
        send(peer, b"{")
        assert peer.recv(65_536).startswith(b"HTTP/1.1 408 ")


class Peak:
    """Highest resident memory of this process within the block, in bytes above what it was at its beginning."""

    def __enter__(self) -> Self:
        self._process = psutil.Process()
        self._start = self._top = self._process.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            self._top = max(self._top, self._process.memory_info().rss)

    @property
    def growth(self) -> int:
        return self._top - self._start


def test_a_chunked_body_of_200_mb_is_answered_with_413_and_costs_no_memory(room: Room) -> None:
    block = b"a" * 262_144
    with served(room.app) as address, begin(address, room, _request.JSON) as peer, Peak() as peak:
        for _ in range(800):
            send(peer, block)
        peer.sendall(b"0\r\n\r\n")
        assert peer.recv(65_536).startswith(b"HTTP/1.1 413 ")
    assert peak.growth < 8 * MEBIBYTE


def test_a_stream_of_32_mb_passes_through_in_flat_memory(room: Room) -> None:
    with served(room.app) as address:

        def pour(megabytes: int, start: int) -> dict[str, Any]:
            headers = {"content-type": _request.STREAM, **room.headers}
            with contextlib.closing(http.client.HTTPConnection(*address, timeout=120)) as connection:
                connection.request("POST", door.PATH, chunks(megabytes * MEBIBYTE, start), headers, encode_chunked=True)
                answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer

        pour(8, 10_000_000)
        with Peak() as peak:
            answer = pour(32, 0)
    assert answer["refused"] == 0
    assert answer["accepted"] == answer["lines"] > 25_000
    assert peak.growth < 24 * MEBIBYTE


# --- a writer that cannot --------------------------------------------------------------------------------------------


class Interrupted:
    """The room's writer, unavailable for its first ``outages`` submissions."""

    def __init__(self, writer: Any, outages: int) -> None:
        self._writer = writer
        self.outages = outages

    def submit(self, records: list[Record], **options: Any) -> Future[Receipt]:
        if self.outages > 0:
            self.outages -= 1
            raise Unavailable("the queue is full", retry_after_s=1.5)
        future: Future[Receipt] = self._writer.submit(records, **options)
        return future

    def refuse(self, refusals: list[Refused], door: str, principal: str) -> Future[None]:
        future: Future[None] = self._writer.refuse(refusals, door, principal)
        return future


def test_an_unavailable_writer_is_answered_with_503_and_when_to_come_again(room: Room) -> None:
    client = TestClient(room.door(Interrupted(room.writer, 1)))
    answer = post(client, detected(1))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert post(client, detected(1)).status_code == 201


def test_a_stream_waits_for_a_writer_that_comes_back(room: Room) -> None:
    client = TestClient(room.door(Interrupted(room.writer, 3)))
    answer = post(client, b"\n".join(lines(10)), _request.STREAM)
    assert (answer.status_code, answer.json()["accepted"]) == (200, 10)


def test_a_stream_says_where_to_resume_when_the_writer_stays_away(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE_S", 0.2)
    answer = post(TestClient(room.door(Interrupted(room.writer, 10**6))), b"\n".join(RECORD_LINES), _request.STREAM)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert (answer.json()["accepted"], answer.json()["resume_at_line"]) == (0, 1)


RECORD_LINES = [json.dumps(record).encode() for record in RECORDS]
