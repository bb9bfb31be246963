"""Alarms for programs: what is above its threshold, and the way to say that somebody has seen it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from app.access import Visitor
from app.acknowledging import newest_first
from app.alarms import words_of
from app.answers import in_english, refusal
from app.board import Board
from app.measures._figures import maybe_json
from app.vocabulary import Alarm, isoformat
from dashboards.desk._answers import PREFIX, REFUSALS, Json, example, not_kept
from dashboards.desk.shell import Desk

MOST = 200
"""Alarms in one answer."""

_ALARM = {
    "id": "reach_limit-4a5b6c7d8e9f0a1b",
    "rule": "reach_limit",
    "title": "Reach",
    "about": "quiet-orchard",
    "name": "Quiet Orchard",
    "said": "reached ≈2.4 M accounts on Pages, limit 1 M",
    "since": "2018-10-26T14:02:00Z",
    "raised_at": "2018-10-26T14:02:00Z",
    "cleared_at": "2018-10-26T15:40:00Z",
    "figure": {
        "qualifier": "about",
        "value": 2_400_000,
        "text": "about 2,400,000",
        "short": "≈2.4 M",
        "prose": "about 2.4 million",
    },
    "limit": 1_000_000,
    "acknowledged_by": "Ann",
    "acknowledged_at": "2018-10-26T14:05:00Z",
}
_ALARMS = {"seq": 1204, "epoch": "6f1d2c3b4a596877", "as_of": "2018-10-26T15:41:00Z", "total": 1, "alarms": [_ALARM]}
_UNKNOWN: dict[int | str, Json] = {404: refusal("There is no such alarm")}


class Asked(BaseModel):
    """Which alarms are asked for."""

    model_config = ConfigDict(extra="forbid")
    open: Literal["true", "false"] | None = Field(
        None, description="only those still above their threshold, or only those over", examples=["true"]
    )


def alarms_api(desk: Desk) -> APIRouter:
    """The routes: everybody who can read may ask, analysts and leads may acknowledge."""
    router = APIRouter(
        prefix=PREFIX, tags=["alarms"], responses=REFUSALS, dependencies=[Depends(in_english), Depends(not_kept)]
    )
    people = Depends(desk.people)
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.get(
        "/alarms",
        operation_id="list_alarms",
        summary="Alarms, newest first",
        dependencies=[people],
        responses={200: example(_ALARMS)},
    )
    def list_alarms(asked: Annotated[Asked, Query()]) -> Json:
        """The 200 that were raised last; ``total`` says how many there are. What is not so yet is null or empty."""
        board = desk.alarms.board()
        wanted = None if asked.open is None else asked.open == "true"
        found = newest_first(alarm for alarm in board.alarms.values() if wanted in (None, alarm.is_open))
        return {
            "seq": board.seq,
            "epoch": board.epoch,
            "as_of": isoformat(desk.clock.now()),
            "total": len(found),
            "alarms": [alarm_json(board, alarm) for alarm in found[:MOST]],
        }

    @router.get(
        "/alarms/{id}",
        operation_id="read_alarm",
        summary="One alarm",
        dependencies=[people],
        responses=_UNKNOWN | {200: example(_ALARM)},
    )
    def read_alarm(id: str) -> Json:
        """As in the list."""
        return alarm_json(desk.alarms.board(), desk.alarms.find(id))

    @router.post(
        "/alarms/{id}/acknowledge",
        operation_id="acknowledge_alarm",
        summary="Say that somebody has seen an alarm",
        responses=_UNKNOWN | {200: example(_ALARM)},
    )
    def acknowledge_alarm(id: str, visitor: worker) -> Json:
        """In the name of whoever is signed in; every wall hears of it at once. The first one counts, again is safe."""
        alarm = desk.alarms.acknowledge(id, visitor.name)
        return alarm_json(desk.alarms.board(), alarm)

    return router


def alarm_json(board: Board, alarm: Alarm) -> dict[str, Any]:
    """One alarm, with what it is about in words."""
    words = words_of(alarm, board)
    return {
        "id": alarm.id,
        "rule": alarm.rule,
        "title": words.title,
        "about": alarm.about,
        "name": words.name,
        "said": words.said,
        "since": isoformat(alarm.since),
        "raised_at": isoformat(alarm.raised_at),
        "cleared_at": None if alarm.cleared_at is None else isoformat(alarm.cleared_at),
        "figure": maybe_json(alarm.figure),
        "limit": alarm.limit,
        "acknowledged_by": alarm.acknowledged_by,
        "acknowledged_at": None if alarm.acknowledged_at is None else isoformat(alarm.acknowledged_at),
    }
