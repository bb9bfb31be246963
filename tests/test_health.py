"""Whether the program is well: alive, ready, and how busy, said to whom it concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app import health
from app.access import Role
from app.database import Database
from app.errors import Unavailable
from tests import makers
from tests.house import House, house


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    # Every question is asked anew.
    monkeypatch.setattr(health, "ASKED_S", 0.0)
    with house(tmp_path) as served:
        yield served


def reasons(room: House) -> list[str]:
    answer = room.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    said: list[str] = answer.json()["reasons"]
    return said


def test_alive_asks_nothing_of_the_database(room: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_self: Database) -> None:
        raise Unavailable("gone")

    monkeypatch.setattr(Database, "read", away)
    monkeypatch.setattr(Database, "write", away)
    assert room.client.get("/healthz").json() == {"status": "alive"}


def test_ready_says_how_far_the_board_is(room: House) -> None:
    room.send(makers.network_reported("n1"))
    room.room.feed.look()
    answer = room.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["seq"]) == (200, "ready", 1)


def test_writer_that_has_stopped_is_a_reason(room: House) -> None:
    room.room.writer.close()
    assert reasons(room) == ["the writer has stopped"]


def test_database_that_cannot_be_written_is_a_reason(room: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with room.room.database.write() as connection:
        connection.execute(text("ALTER TABLE head RENAME TO elsewhere"))
    (reason,) = reasons(room)
    assert reason.startswith("the database cannot be written")


def test_asking_writes_nothing(room: House) -> None:
    with room.room.database.read() as connection:
        before = connection.execute(text("SELECT seq, chain, epoch FROM head")).all()
    assert room.client.get("/readyz").status_code == 200
    with room.room.database.read() as connection:
        assert connection.execute(text("SELECT seq, chain, epoch FROM head")).all() == before


def test_board_that_does_not_follow_is_a_reason(room: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "STALE_S", -1.0)
    (reason,) = reasons(room)
    assert reason.startswith("the board has not been read for")


def test_board_that_knows_more_than_the_log_is_a_reason(room: House) -> None:
    room.room.feed.stop()
    room.room.board.seq = 7
    (reason,) = reasons(room)
    assert reason == "the board shows seq 7, but the log ends at 0"


def test_who_asks_all_the_time_hears_the_same_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ASKED_S", 3_600.0)
    with house(tmp_path) as room:
        assert room.client.get("/readyz").status_code == 200
        room.room.writer.close()
        assert room.client.get("/readyz").status_code == 200


def numbers(room: House) -> dict[str, float]:
    text = room.ask("/metrics", Role.ADMIN).text
    return {name: float(value) for name, value in re.findall(r"^(\S+) (\S+)$", text, re.MULTILINE)}


def test_metrics_count_records_by_what_became_of_them(room: House) -> None:
    bearer = room.bearer(Role.DETECTOR)
    event = makers.network_reported("n1")
    for said in (event, event, event | {"data": {"code_name": "Other"}}, event | {"id": "x", "time": "soon"}):
        room.client.post("/api/v1/records", json=said, headers=bearer)
    room.room.feed.look()
    counted = numbers(room)
    for status in ("accepted", "duplicate", "conflict", "refused"):
        assert counted[f'warroom_records_total{{door="http",status="{status}"}}'] == 1
    assert counted["warroom_log_seq"] == 1
    assert counted["warroom_queue_records"] == 0
    assert counted["warroom_screens"] == 0
    assert counted["warroom_board_age_seconds"] < 3_600


def test_metrics_hold_no_word_of_any_record(room: House) -> None:
    room.send(makers.network_reported("secret-network", code_name="Paper Kite"))
    room.room.feed.look()
    said = room.ask("/metrics", Role.ADMIN).text
    assert "secret-network" not in said
    assert "Paper Kite" not in said


def test_metrics_are_for_this_machine_and_for_administrators(room: House) -> None:
    local = TestClient(room.client.app, base_url="http://room", client=("127.0.0.1", 50_000))
    elsewhere = TestClient(room.client.app, base_url="http://room", client=("192.0.2.7", 50_000))
    assert local.get("/metrics").status_code == 200
    assert elsewhere.get("/metrics").status_code == 401
    assert elsewhere.get("/metrics", headers=room.bearer(Role.LEAD)).status_code == 403
    assert elsewhere.get("/metrics", headers=room.bearer(Role.ADMIN)).status_code == 200
