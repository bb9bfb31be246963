"""``/desk/alarms``: what is above its threshold, what was within a day, and the buttons that say "I have seen it"."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from app.access import DESK, Visitor
from app.acknowledging import newest_first
from app.alarms import words_of
from app.board import Board
from app.errors import BadRequest
from app.language import _
from app.vocabulary import DAY, Alarm
from app.walls import Place
from dashboards.desk._rows import address_of
from dashboards.desk.shell import Desk, Form, field, onward

LIST = "/desk/alarms"

MOST_OPEN = 200
"""Open alarms that are listed, those that wait first; every desk asks for the list again and again."""

MOST_OVER = 50
"""Alarms that are over and are listed; of the others it is said how many they are."""

Row = dict[str, Any]


def alarms_router(desk: Desk) -> APIRouter:
    """The page for everybody who can read, and what analysts and leads do on it."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.get("")
    def alarms(visitor: person) -> Response:
        """The list, and what is watched for."""
        return desk.page("desk/alarms.html", "Alarms", visitor, watched=desk.watched, **alarms_view(desk, visitor))

    @router.get("/list")
    def list_again(visitor: person) -> Response:
        """The list alone."""
        return desk.part("desk/_alarms.html", visitor, **alarms_view(desk, visitor))

    @router.post("/acknowledge")
    def acknowledge_all(form: Form, visitor: worker) -> Response:
        """Acknowledge all that were on the page: one that came since was seen by nobody."""
        until = field(form, "until")
        if not (until.isascii() and until.isdecimal() and len(until) <= 17):
            raise BadRequest("until", _("say up to which instant alarms were seen"))
        desk.alarms.acknowledge_all(int(until), visitor.name)
        return onward(form, LIST)

    @router.post("/{id}/acknowledge")
    def acknowledge(id: str, form: Form, visitor: worker) -> Response:
        """Acknowledge one, open or over."""
        desk.alarms.acknowledge(id, visitor.name)
        return onward(form, LIST)

    return router


def alarms_view(desk: Desk, visitor: Visitor) -> Row:
    """Open alarms, those that wait on top; then those over within a day of the room, the last ones first."""
    board, now = desk.alarms.board(), desk.clock.now()
    everything = newest_first(board.alarms.values())
    opened = sorted((alarm for alarm in everything if alarm.is_open), key=lambda alarm: not alarm.waits)
    ended = [(alarm.cleared_at, alarm) for alarm in everything if alarm.cleared_at is not None]
    ended.sort(key=lambda each: -each[0])
    over = [alarm for at, alarm in ended if at > now - DAY]
    return {
        "open": [alarm_row(desk, board, alarm) for alarm in opened[:MOST_OPEN]],
        "count": len(opened),
        "over": [alarm_row(desk, board, alarm) for alarm in over[:MOST_OVER]],
        "more": max(0, len(over) - MOST_OVER),
        "until": max((alarm.raised_at for alarm in opened), default=0),
        "calm_since": desk.time(ended[0][0]) if ended else "",
        "may_acknowledge": visitor.role in DESK,
    }


def alarm_row(desk: Desk, board: Board, alarm: Alarm) -> Row:
    """One alarm in words."""
    words, network = words_of(alarm, board), board.find(alarm.about)
    return {
        "id": alarm.id,
        "title": words.title,
        "name": words.name,
        "address": "" if network is None else address_of(Place("focus", network.id)),
        "said": words.said,
        "waits": alarm.waits,
        "since": desk.time(alarm.since),
        "raised": desk.time(alarm.raised_at),
        "over": "" if alarm.cleared_at is None else desk.time(alarm.cleared_at),
        "by": alarm.acknowledged_by,
        "seen": "" if alarm.acknowledged_at is None else desk.time(alarm.acknowledged_at),
    }
