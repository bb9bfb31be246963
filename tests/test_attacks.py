"""What somebody tried who means harm, with a detector's key or a network's words, and what the room makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Send
from starlette.types import Scope as Asgi

from app.board import MOST_KEPT
from app.errors import Unavailable
from app.serving import Headers
from app.vocabulary import Scope
from tests.makers import Event, event, network_reported
from tests.room import Room, at

NOW = at("2018-10-26T14:00:00Z")


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    made = Room(engine_url, now=NOW)
    yield made
    made.close()


def taken_back(target: Event, id: str, second: int) -> Event:
    """The withdrawal of an event, so many seconds after noon."""
    said = {"source": target["source"], "id": target["id"]}
    return event("record.withdrawn", None, said, id=id, at=at("2018-10-26T12:00:00Z") + second * 1_000_000)


# --- a compromised detector -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("links", [1_500, 1_501])
def test_a_long_chain_of_withdrawals_is_decided_link_by_link_and_does_not_stop_the_writer(
    room: Room, links: int
) -> None:
    chain = [network_reported("n1")]
    for link in range(links):
        chain.append(taken_back(chain[-1], f"w{link}", link))
    room.send(chain, together=len(chain))
    assert ("n1" in room.board.networks) == (links % 2 == 0)
    room.send([taken_back(chain[-1], "last", links)])
    assert ("n1" in room.board.networks) == (links % 2 == 1)


# --- somebody who is signed in ----------------------------------------------------------------------------------------


def test_ever_new_questions_do_not_fill_the_memory(room: Room) -> None:
    room.send([network_reported("n1")])
    board = room.board
    with_one = board.fold(Scope(topic=("topic 0",)))
    for n in range(2 * MOST_KEPT):
        board.reach(Scope(topic=(f"topic {n}",)))
    assert len(board._kept) <= MOST_KEPT
    assert board.fold(Scope(topic=("topic 0",))) == with_one


# --- the database under the room --------------------------------------------------------------------------------------


def test_nothing_is_acknowledged_into_a_database_file_that_was_deleted_and_writing_resumes_with_it(
    tmp_path: Path,
) -> None:
    room = Room(f"sqlite:///{tmp_path / 'room.db'}", now=NOW)
    room.send([network_reported("n1")])
    files = sorted(tmp_path.glob("room.db*"))
    away = tmp_path / "away"
    away.mkdir()
    for file in files:
        file.rename(away / file.name)
    for n in range(3):
        with pytest.raises(Unavailable, match="cannot be written"):
            room.send([network_reported(f"lost{n}")])
    assert not list(tmp_path.glob("room.db*"))
    assert set(room.board.networks) == {"n1"}
    for file in files:
        (away / file.name).rename(file)
    assert [answer.status for answer in room.send([network_reported("n2")])] == ["accepted"]
    assert set(room.board.networks) == {"n1", "n2"}
    room.close()


def test_database_file_that_was_replaced_takes_no_records(tmp_path: Path) -> None:
    path = tmp_path / "room.db"
    room = Room(f"sqlite:///{path}", now=NOW)
    path.rename(tmp_path / "old.db")
    path.touch()
    with pytest.raises(Unavailable):
        room.send([network_reported("n1")])
    room.close()
    assert path.read_bytes() == b""


def test_database_is_for_nobody_else_on_the_machine_to_read(tmp_path: Path) -> None:
    room = Room(f"sqlite:///{tmp_path / 'room.db'}", now=NOW)
    room.send([network_reported("n1")])
    rights = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("room.db*")}
    assert len(rights) == 3
    assert set(rights.values()) == {0o600}
    room.close()


# --- a websocket that is refused --------------------------------------------------------------------------------------


def test_refused_websocket_is_answered_with_the_headers_of_every_other_answer() -> None:
    sent: list[Message] = []

    async def refuse(_scope: Asgi, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.http.response.start", "status": 403, "headers": []})

    async def nothing() -> Message:
        raise AssertionError

    async def keep(message: Message) -> None:
        sent.append(message)

    asyncio.run(Headers(refuse, {"x-frame-options": "DENY"})({"type": "websocket"}, nothing, keep))
    assert sent[0]["headers"] == [(b"x-frame-options", b"DENY")]
