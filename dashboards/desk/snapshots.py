"""``/desk/snapshots``: what was frozen, a form that freezes, and one page a snapshot with its figures and its files."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.access import DESK, Visitor
from app.errors import BadRequest, WarroomError
from app.exports import options_of
from app.language import _
from app.scopes import FILTERS, scope_of
from app.snapshots.asking import chooser, wanted_of
from app.snapshots.freezing import Snapshots
from app.snapshots.labels import MEANINGS, labels_of, may_freeze
from app.snapshots.restating import Restating
from app.snapshots.sharing import Shares
from app.snapshots.since import NONE
from app.vocabulary import Tlp
from dashboards.desk._snapshot_choice import Pairs, chosen, whats
from dashboards.desk._snapshot_rows import kept_row
from dashboards.desk.sharing import snapshot_page
from dashboards.desk.shell import Desk, Form, field, offered, once
from dashboards.desk.snapshots_api import file_answer, free_at

LIST = "/desk/snapshots"
TITLE = "Snapshots"

PAGE = 50

TYPED = ("name", "what", "network", "at", "tlp", "names", "embargo_until", "since")

MOST_OFFERED = 30
"""Earlier snapshots that are offered to be compared with."""

Row = dict[str, Any]
NOTHING: Row = {}


def snapshots_router(desk: Desk, snapshots: Snapshots, restating: Restating, shares: Shares) -> APIRouter:
    """The pages for everybody who can read, and the form for those who freeze."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.get("")
    def every_snapshot(request: Request, visitor: person) -> Response:
        """The list, searched and page by page; the words of a scope in the address stand in the form."""
        return _list_page(desk, snapshots, restating, visitor, _asked(request))

    @router.post("")
    def freeze(form: Form, visitor: worker) -> Response:
        """On to the new snapshot; or the list again, with what was typed and what is wrong with it."""
        typed = {name: field(form, name) for name in TYPED}
        try:
            id = _frozen(desk, snapshots, form, visitor)
        except BadRequest as wrong:
            place = _beside(wrong.field)
            return _list_page(desk, snapshots, restating, visitor, NOTHING, typed, {place: wrong.reason})
        except WarroomError as wrong:
            return _list_page(desk, snapshots, restating, visitor, NOTHING, typed, {"what": str(wrong)}, wrong.status)
        return RedirectResponse(f"{LIST}/{id}", 303)

    @router.get("/{id}")
    def one_snapshot(id: str, visitor: person) -> Response:
        """What it says, who froze it and when, whether it still stands, its files, and links to it."""
        return snapshot_page(desk, snapshots, restating, shares, id, visitor)

    @router.get("/{id}/{file}")
    def one_file(id: str, file: str, visitor: person, paper: str = "a4", part: str = "") -> Response:
        """One of its files, to be saved."""
        return file_answer(desk, snapshots, id, file, visitor, options_of(paper, part))

    return router


def _beside(name: str) -> str:
    """The field of the form beside which it says what is wrong with a field."""
    if name == "seq":
        return "at"
    return name if name in TYPED else "what"


def _frozen(desk: Desk, snapshots: Snapshots, form: FormData, visitor: Visitor) -> str:
    """Freeze what a form says, and give its id. Raises WarroomErrors that name what is wrong."""
    typed = field(form, "at").strip()
    is_seq = typed.isascii() and typed.isdecimal()
    wanted = wanted_of(
        name=field(form, "name"),
        tlp=field(form, "tlp"),
        names=field(form, "names") == "yes",
        seq=typed if is_seq else "",
        at="" if is_seq else typed,
        embargo_until=field(form, "embargo_until"),
        since=field(form, "since"),
        now=desk.clock.now(),
        zone=desk.zone,
    )
    if not may_freeze(visitor, wanted.tlp):
        raise BadRequest("tlp", _("this label is for a lead to give"))
    scene, pairs = chosen(form)
    choose = chooser(scope_of(Pairs(pairs)), scene, desk.control.repertoire, desk.watch)
    return snapshots.freeze(wanted, choose, by=visitor.name, once=field(form, "once")).id


def _asked(request: Request) -> Row:
    """What an address says: a search, a place in the list, and what the form begins with. Raises BadRequest."""
    query = request.query_params
    pairs = [pair for pair in query.multi_items() if pair[0] in FILTERS]
    scope_of(Pairs(pairs))
    return {
        "search": query.get("search", ""),
        "after": query.get("after", ""),
        "query": urlencode(pairs),
        "scene": query.get("scene", ""),
    }


def _list_page(
    desk: Desk,
    snapshots: Snapshots,
    restating: Restating,
    visitor: Visitor,
    asked: Row,
    typed: Row | None = None,
    wrong: Row = NOTHING,
    status: int = 400,
) -> Response:
    search = asked.get("search", "")
    labels = labels_of(visitor)
    page = snapshots.page(
        labels, free_at=free_at(snapshots, visitor), search=search, after=asked.get("after", ""), limit=PAGE
    )
    current = restating.are_current(page.kept)
    begun = f"scene:{asked['scene']}" if asked.get("scene") else f"scope:{asked.get('query', '')}"
    blank = dict.fromkeys(TYPED, "") | {"what": begun, "tlp": str(Tlp.GREEN)}
    filled = typed or blank
    return desk.page(
        "desk/snapshots.html",
        TITLE,
        visitor,
        status if wrong else 200,
        snapshots=[kept_row(desk, kept) | {"current": current.get(kept.id)} for kept in page.kept],
        total=page.total,
        search=search,
        older=f"{LIST}?{urlencode({'search': search, 'after': page.after})}" if page.after else "",
        first=f"{LIST}?{urlencode({'search': search})}" if asked.get("after") else "",
        freezes=visitor.role in DESK,
        whats=whats(desk, filled["what"]),
        labels=[{"name": str(label), "means": _(MEANINGS[label])} for label in labels],
        networks=offered(desk.alarms.board()),
        earlier=[
            {"id": kept.id, "name": kept.name, "at": desk.time(kept.made_at)}
            for kept in snapshots.page(labels, free_at=free_at(snapshots, visitor), limit=MOST_OFFERED).kept
        ],
        nothing=NONE,
        zone=desk.zone,
        once=once(),
        typed=filled,
        wrong=wrong,
    )
