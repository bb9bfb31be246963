"""``/desk/detectors``: who sends records, who is disowned since when, and the way to disown and to take it back."""

from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Response

from app.access import DESK, Visitor
from app.errors import BadRequest, WarroomError
from app.instants import past_instant
from app.language import _
from app.review import Overtaken
from app.review import disowning as reviewed
from app.review.disowning import Disowned
from app.silence import silences
from app.vocabulary import isoformat
from dashboards.desk._differences import change_rows, difference_rows
from dashboards.desk.shell import Desk, Form, field, once, onward

LIST = "/desk/detectors"

Row = dict[str, Any]


def detectors_router(desk: Desk) -> APIRouter:
    """The page for everybody who can read; analysts see what would come of it, leads decide."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]
    worker = Annotated[Visitor, Depends(desk.workers)]
    lead = Annotated[Visitor, Depends(desk.lead)]

    @router.get("")
    def detectors(visitor: person) -> Response:
        """Every source."""
        return _page(desk, visitor)

    @router.get("/preview")
    def preview(visitor: worker, source: str = "", since: str = "", why: str = "") -> Response:
        """What disowning a source, or taking that back where no instant is given, would come to."""
        typed = {"source": source, "since": since.strip(), "why": why.strip()}
        try:
            return desk.page("desk/disowning.html", "Detectors", visitor, **_preview(desk, visitor, **typed))
        except BadRequest as wrong:
            return _page(desk, visitor, typed, {wrong.field: wrong.reason}, 400)
        except WarroomError as wrong:
            return _page(desk, visitor, typed, {"source": str(wrong)}, wrong.status)

    @router.post("/disown")
    def disown(form: Form, visitor: lead) -> Response:
        """Do it, unless somebody else has disowned it since."""
        typed = {name: field(form, name).strip() for name in ("source", "since", "why")}
        return _decided(desk, form, visitor, typed)

    @router.post("/take-back")
    def take_back(form: Form, visitor: lead) -> Response:
        """Let what it said and says hold again."""
        return _decided(desk, form, visitor, {"source": field(form, "source"), "since": "", "why": field(form, "why")})

    return router


def _decided(desk: Desk, form: Form, visitor: Visitor, typed: Row) -> Response:
    try:
        seen = int(field(form, "seen")) if field(form, "seen").isdecimal() else desk.decisions.board().seq
        words = _words(desk, **typed)
        desk.decisions.decide(
            words,
            by=visitor.name,
            seen={typed["source"]: seen},
            once=field(form, "once"),
            within_s=reviewed.WITHIN_S,
        )
    except Overtaken as overtaken:
        changes = change_rows(overtaken.changes, desk.time)
        return _page(desk, visitor, typed, {"source": str(overtaken)}, 409, changes)
    except BadRequest as wrong:
        return _page(desk, visitor, typed, {wrong.field: wrong.reason}, 400)
    except WarroomError as wrong:
        return _page(desk, visitor, typed, {"source": str(wrong)}, wrong.status)
    return onward(form, LIST)


def _words(desk: Desk, source: str, since: str, why: str) -> list[Any]:
    if not since:
        with desk.database.read() as connection:
            return reviewed.take_back(reviewed.disowned(connection), source, why)
    at = past_instant(since, desk.clock.now(), ZoneInfo(desk.zone), "since")
    return reviewed.disown(desk.decisions.board(), source, at, why)


def _preview(desk: Desk, visitor: Visitor, source: str, since: str, why: str) -> Row:
    words = _words(desk, source, since, why)
    shown = reviewed.preview(desk.decisions, words, source, by=visitor.name, watch=desk.watch)
    at = past_instant(since, desk.clock.now(), ZoneInfo(desk.zone), "since") if since else None
    return {
        "source": source,
        "since": "" if at is None else desk.moment(at),
        "instant": "" if at is None else isoformat(at),
        "why": why,
        "records": [{"type": type, "n": n} for type, n in shown.records.items()],
        "total": sum(shown.records.values()),
        "late": shown.late,
        "seen": shown.seq,
        "once": once(),
        "act": f"{LIST}/disown" if since else f"{LIST}/take-back",
        **difference_rows(shown.differences),
    }


def _page(
    desk: Desk,
    visitor: Visitor,
    typed: Row | None = None,
    wrong: Row | None = None,
    status: int = 200,
    changes: list[Row] | None = None,
) -> Response:
    return desk.page(
        "desk/detectors.html",
        "Detectors",
        visitor,
        status,
        sources=_sources(desk),
        typed={"source": "", "since": "", "why": ""} | (typed or {}),
        wrong=wrong or {},
        changes=changes or [],
        may_preview=visitor.role in DESK,
        zone=desk.zone,
    )


def _sources(desk: Desk) -> list[Row]:
    """Who sends, those that are disowned on top, then by name."""
    board, now = desk.decisions.board(), desk.clock.now()
    with desk.database.read() as connection:
        known = reviewed.disowned(connection)
    silent = {
        each.source: each for each in silences(board.sources, desk.limits_s, now=now, watch_began=desk.watch.first_day)
    }
    names = sorted(board.sources.keys() | known.keys() | silent.keys(), key=lambda name: (name not in known, name))
    return [_row(desk, board.sources.get(name), name, known.get(name), name in silent) for name in names]


def _row(desk: Desk, source: Any, name: str, disowned: Disowned | None, is_silent: bool) -> Row:
    return {
        "name": name,
        "records": 0 if source is None else source.records,
        "newest": "" if source is None else desk.time(source.recorded_at),
        "types": [] if source is None else sorted(source.types),
        "silent": is_silent,
        "since": "" if disowned is None else desk.moment(disowned.since),
        "by": "" if disowned is None else disowned.by,
        "why": "" if disowned is None else disowned.why,
        "said": "" if disowned is None else desk.time(disowned.at),
        "back": f"{LIST}/preview?{urlencode({'source': name})}",
        "state": _("disowned") if disowned is not None else _("silent") if is_silent else "",
    }
