"""``/desk/snapshots/schedules``: briefings that are frozen and given out by themselves; and the same by the API."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData

from app.access import Visitor
from app.answers import in_english, refusal
from app.errors import BadRequest, WarroomError
from app.exports import all_exports
from app.language import _, ngettext
from app.snapshots.asking import chooser, label_of, scope_said
from app.snapshots.labels import MEANINGS
from app.snapshots.schedules import Schedule, Schedules, hours_of
from app.snapshots.timing import MOST_HOURS, times_of, times_words
from app.vocabulary import Tlp, isoformat
from dashboards.desk._answers import PREFIX, REFUSALS, Json, example, not_kept
from dashboards.desk._snapshot_choice import chosen, whats
from dashboards.desk.shell import Desk, Form, field, fields, offered

LIST = "/desk/snapshots/schedules"
TITLE = "Snapshots"

TYPED = ("name", "what", "network", "every_h", "times", "tlp", "embargo_h", "names", "folder", "mail")

Row = dict[str, Any]
NOTHING: Row = {}

_SCHEDULE = {
    "id": "0a1b2c3d4e5f",
    "name": "Morning briefing",
    "every_h": 0,
    "times": "06:00 18:30",
    "scope": {"open": True},
    "scene": "",
    "tlp": "TLP:GREEN",
    "names": False,
    "formats": ["pdf"],
    "folder": "briefings",
    "mail": False,
    "embargo_h": 0,
    "made_at": "2018-10-26T14:32:00Z",
    "made_by": "Ann",
    "next_at": "2018-10-27T06:00:00Z",
    "last_at": None,
    "last_snapshot": None,
    "failed": "",
    "tries": 0,
}
_UNKNOWN: dict[int | str, Json] = {404: refusal("There is no such schedule")}


class ScheduleSaid(BaseModel):
    """When a briefing is frozen by itself, of what, and where it goes."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(examples=["Morning briefing"], max_length=80)
    every_h: int = Field(0, ge=0, le=MOST_HOURS, description="hours between two; 0 where `times` say when")
    times: str = Field("", max_length=200, description="times of the day in the room's zone", examples=["06:00 18:30"])
    scope: dict[str, Any] = Field({}, description="the filters of `/measures`", examples=[{"open": True}])
    scene: str = Field("", description="a scene of a wall instead of a scope", max_length=40)
    tlp: str = Field(examples=["TLP:GREEN"], max_length=40)
    names: bool = False
    formats: list[str] = Field(max_length=40, examples=[["pdf"]])
    folder: str = Field("", max_length=80, description="the name of a folder that the operator allowed")
    mail: bool = Field(False, description="whether it is sent to the addresses that the operator set")
    embargo_h: int = Field(0, ge=0, le=MOST_HOURS, description="hours of embargo after each is frozen; 0 for none")


def scheduling_router(desk: Desk, schedules: Schedules) -> APIRouter:
    """The page, for leads."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    lead = Annotated[Visitor, Depends(desk.lead)]

    @router.get("")
    def every_schedule(visitor: lead) -> Response:
        """What is frozen by itself, how it went, and a form for another one."""
        return _page(desk, schedules, visitor)

    @router.post("")
    def add(form: Form, visitor: lead) -> Response:
        """Keep another one; or the page again, with what was typed and what is wrong."""
        typed: Row = {name: field(form, name) for name in TYPED} | {"formats": fields(form, "formats")}
        try:
            schedules.add(_checked(desk, _said(form)), by=visitor.name)
        except BadRequest as wrong:
            known = (*TYPED, "formats")
            place = wrong.field if wrong.field in known else "what"
            return _page(desk, schedules, visitor, typed, {place: wrong.reason})
        except WarroomError as wrong:
            return _page(desk, schedules, visitor, typed, {"what": str(wrong)}, wrong.status)
        return RedirectResponse(LIST, 303)

    @router.post("/{id}/remove", dependencies=[Depends(desk.lead)])
    def remove(id: str) -> Response:
        """Freeze nothing more by it."""
        schedules.remove(id)
        return RedirectResponse(LIST, 303)

    return router


def scheduling_api(desk: Desk, schedules: Schedules) -> APIRouter:
    """The same for programs."""
    router = APIRouter(
        prefix=f"{PREFIX}/snapshots/schedules",
        tags=["snapshots"],
        responses=REFUSALS | _UNKNOWN,
        dependencies=[Depends(in_english), Depends(not_kept)],
    )
    lead = Annotated[Visitor, Depends(desk.lead)]

    @router.get(
        "", operation_id="list_schedules", summary="Briefings that are frozen by themselves, the next one first",
        responses={200: example({"zone": "UTC", "schedules": [_SCHEDULE]})}, dependencies=[Depends(desk.lead)],
    )  # fmt: skip
    def list_schedules() -> Json:
        """With what was given out last, and why the last try failed where it did."""
        return {"zone": str(schedules.zone), "schedules": [schedule_json(each) for each in schedules.every()]}

    @router.post("", operation_id="schedule_briefing", summary="Freeze a briefing by itself", status_code=201)
    def schedule_briefing(said: ScheduleSaid, visitor: lead) -> Json:
        """From now on, until it is removed."""
        asked = Schedule(
            name=said.name,
            every_h=said.every_h,
            times=times_of(said.times) if said.times.strip() else (),
            filters=said.scope,
            scene=said.scene,
            tlp=label_of(said.tlp),
            names=said.names,
            formats=tuple(dict.fromkeys(said.formats)),
            folder=said.folder,
            mail=said.mail,
            embargo_h=said.embargo_h,
        )
        return schedule_json(schedules.add(_checked(desk, asked), by=visitor.name))

    @router.post(
        "/{id}/remove", operation_id="remove_schedule", summary="Freeze nothing more by a schedule",
        dependencies=[Depends(desk.lead)],
    )  # fmt: skip
    def remove_schedule(id: str) -> Json:
        """What it froze stays."""
        schedules.remove(id)
        return {"status": "removed"}

    return router


def schedule_json(schedule: Schedule) -> Json:
    """A schedule as programs read it."""
    return {
        "id": schedule.id,
        "name": schedule.name,
        "every_h": schedule.every_h,
        "times": times_words(schedule.times),
        "scope": dict(schedule.filters),
        "scene": schedule.scene,
        "tlp": str(schedule.tlp),
        "names": schedule.names,
        "formats": list(schedule.formats),
        "folder": schedule.folder,
        "mail": schedule.mail,
        "embargo_h": schedule.embargo_h,
        "made_at": isoformat(schedule.made_at),
        "made_by": schedule.made_by,
        "next_at": isoformat(schedule.next_at),
        "last_at": None if schedule.last_at is None else isoformat(schedule.last_at),
        "last_snapshot": schedule.last_snapshot,
        "failed": schedule.failed,
        "tries": schedule.tries,
    }


def _said(form: FormData) -> Schedule:
    """What a form says. Raises BadRequest."""
    scene, pairs = chosen(form)
    filters: dict[str, list[str]] = {}
    for name, value in pairs:
        filters.setdefault(name, []).append(value)
    times = field(form, "times")
    return Schedule(
        name=field(form, "name"),
        every_h=hours_of(field(form, "every_h")),
        times=times_of(times) if times.strip() else (),
        filters=filters,
        scene=scene,
        tlp=label_of(field(form, "tlp")),
        names=field(form, "names") == "yes",
        formats=tuple(dict.fromkeys(fields(form, "formats"))),
        folder=field(form, "folder"),
        mail=field(form, "mail") == "yes",
        embargo_h=hours_of(field(form, "embargo_h"), "embargo_h"),
    )


def _checked(desk: Desk, said: Schedule) -> Schedule:
    """The same, where there is such a thing to freeze. Raises BadRequest and NotFound."""
    choose = chooser(scope_said(said.filters), said.scene, desk.control.repertoire, desk.watch)
    choose(desk.alarms.board())
    return said


def _page(
    desk: Desk, schedules: Schedules, visitor: Visitor, typed: Row = NOTHING, wrong: Row = NOTHING, status: int = 400
) -> Response:
    blank = dict.fromkeys(TYPED, "") | {"what": "scope:", "tlp": str(Tlp.GREEN), "formats": ["pdf"]}
    folders = schedules.folders
    filled: Row = blank | {"folder": folders[0] if folders else ""} | typed
    return desk.page(
        "desk/snapshots/schedules.html",
        TITLE,
        visitor,
        status if wrong else 200,
        schedules=[_row(desk, each) for each in schedules.every()],
        whats=whats(desk, filled["what"]),
        networks=offered(desk.alarms.board()),
        labels=[{"name": str(label), "means": _(MEANINGS[label])} for label in Tlp],
        formats=[{"name": each.name, "title": _(each.title)} for each in all_exports().values()],
        folders=folders,
        mails=schedules.mails,
        zone=str(schedules.zone),
        typed=filled,
        wrong=wrong,
    )


def _row(desk: Desk, schedule: Schedule) -> Row:
    try:
        choose = chooser(scope_said(schedule.filters), schedule.scene, desk.control.repertoire, desk.watch)
        words = choose(desk.alarms.board()).words
    except WarroomError as wrong:
        words = str(wrong)
    to = [schedule.folder] if schedule.folder else []
    return {
        "id": schedule.id,
        "name": schedule.name,
        "what": words,
        "when": schedule.when,
        "tlp": str(schedule.tlp),
        "names": schedule.names,
        "embargo": ngettext("embargo {n} hour", "embargo {n} hours", schedule.embargo_h).format(n=schedule.embargo_h)
        if schedule.embargo_h
        else "",
        "formats": ", ".join(_(all_exports()[each].title) for each in schedule.formats if each in all_exports()),
        "to": ", ".join([*to, _("mail")] if schedule.mail else to),
        "by": schedule.made_by,
        "next": desk.time(schedule.next_at),
        "again": desk.time(schedule.try_at) if schedule.failed else "",
        "failed": schedule.failed,
        "tries": schedule.tries,
        "last": "" if schedule.last_at is None else desk.time(schedule.last_at),
        "address": f"/desk/snapshots/{schedule.last_snapshot}" if schedule.last_snapshot else "",
    }
