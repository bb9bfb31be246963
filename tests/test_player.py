"""The player: beats go out through the HTTP door when the clock has reached them, each with its detector's key."""

from __future__ import annotations

import json

import httpx2
import pytest

from app.clock import FixedClock
from app.demo.beats import HOUSE, Beat, Tellers
from app.demo.player import BATCH_BYTES, HttpDoor, batches, play
from app.errors import BadRequest, Unavailable
from app.vocabulary import SECOND, Instant, RecordType


def beats(*seconds: int) -> list[Beat]:
    tellers = Tellers()
    return [
        tellers.desk.tell(RecordType.NOTE_WRITTEN, Instant(at * SECOND), "network", text=str(at), by="desk")
        for at in seconds
    ]


class _Shelf:
    """A door that keeps what it gets, with the time at which it got it; closed for the first ``closed`` tries."""

    def __init__(self, clock: FixedClock, closed: int = 0) -> None:
        self.clock = clock
        self.closed = closed
        self.got: list[tuple[int, str]] = []

    def send(self, source: str, batch: list[Beat]) -> list[str]:
        if self.closed:
            self.closed -= 1
            raise Unavailable("closed", retry_after_s=0.5)
        self.got += [(self.clock.now() // SECOND, beat.event["data"]["text"]) for beat in batch]
        return []


def test_beat_is_sent_when_the_clock_has_reached_it_and_not_before() -> None:
    clock = FixedClock(0)
    door = _Shelf(clock)

    def sleep(_: float) -> None:
        clock.at += SECOND

    told = play(beats(0, 3, 3, 7), door, clock, sleep=sleep)
    assert door.got == [(0, "0"), (3, "3"), (3, "3"), (7, "7")]
    assert (told.sent, told.refused) == (4, 0)


def test_closed_door_is_tried_again_until_it_opens() -> None:
    clock = FixedClock(0)
    door = _Shelf(clock, closed=3)
    pauses: list[float] = []
    play(beats(0), door, clock, sleep=pauses.append)
    assert door.got == [(0, "0")]
    assert pauses == [0.5, 0.5, 0.5]


def test_player_stops_when_it_is_told_to() -> None:
    clock = FixedClock(0)
    door = _Shelf(clock)
    play(beats(0, 3), door, clock, sleep=lambda _: None, stop=lambda: bool(door.got))
    assert door.got == [(0, "0")]


def test_batches_hold_one_source_in_order_and_no_more_than_the_door_takes() -> None:
    tellers = Tellers()
    text = "x" * 90_000
    told = [
        teller.tell(RecordType.NOTE_WRITTEN, Instant(n), "network", text=text, n=n)
        for n in range(12)
        for teller in (tellers.desk, tellers.activity)
    ]
    cut = list(batches(told))
    assert len(cut) > 2
    for source, batch in cut:
        assert {beat.source for beat in batch} == {source}
        assert [beat.at for beat in batch] == sorted(beat.at for beat in batch)
        assert sum(len(json.dumps(beat.event)) for beat in batch) <= BATCH_BYTES
    assert sum(len(batch) for _, batch in cut) == 24


def door_that(answers: httpx2.Response, seen: list[httpx2.Request]) -> HttpDoor:
    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return answers

    return HttpDoor("http://room.example", {HOUSE + "desk": "key-of-the-desk"}, httpx2.MockTransport(handle))


def test_batch_goes_to_the_records_door_with_the_key_of_its_source() -> None:
    seen: list[httpx2.Request] = []
    door = door_that(httpx2.Response(200, json={"answers": [{"index": 0, "status": "accepted", "seq": 1}]}), seen)
    assert door.send(HOUSE + "desk", beats(4)) == []
    (request,) = seen
    assert (request.method, request.url.path) == ("POST", "/api/v1/records")
    assert request.headers["authorization"] == "Bearer key-of-the-desk"
    assert request.headers["content-type"] == "application/cloudevents-batch+json"
    assert json.loads(request.content)[0]["data"]["text"] == "4"


def test_refused_records_are_named_and_duplicates_are_not() -> None:
    answers = [
        {"index": 0, "status": "duplicate", "seq": 1},
        {"index": 1, "status": "refused", "field": "data.text", "reason": "is missing"},
    ]
    door = door_that(httpx2.Response(207, json={"answers": answers}), [])
    (refusal,) = door.send(HOUSE + "desk", beats(4, 5))
    assert refusal.endswith("data.text is missing")


def test_busy_server_says_when_to_come_again() -> None:
    door = door_that(httpx2.Response(503, headers={"retry-after": "2"}), [])
    with pytest.raises(Unavailable) as busy:
        door.send(HOUSE + "desk", beats(4))
    assert busy.value.retry_after_s == 2


@pytest.mark.parametrize("answer", [httpx2.Response(401), httpx2.Response(422, json={"status": "refused"})])
def test_door_that_does_not_take_us_is_not_tried_again(answer: httpx2.Response) -> None:
    with pytest.raises(BadRequest):
        door_that(answer, []).send(HOUSE + "desk", beats(4))
