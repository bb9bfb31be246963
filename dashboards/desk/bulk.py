"""``/desk/networks/{id}/bulk``: many assets of a network at once, what would come of it, and the way back."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from sqlalchemy import Connection, func, select

from app import tables as t
from app.access import DESK, Visitor
from app.errors import BadRequest, WarroomError
from app.language import _
from app.networks import Network
from app.nouns import surface_name
from app.review import Overtaken, compare
from app.review import bulk as reviewed
from app.review.bulk import BULK, Asked, Bulk, Chosen
from app.vocabulary import Surface
from dashboards.desk._differences import change_rows, difference_rows
from dashboards.desk.shell import Desk, Form, field, fields, once

MOST_SHOWN = 200
"""Assets in the table. What is chosen beyond that is chosen as all that match."""

NAMED = 12
"""Assets that a preview names."""

STATUSES = ("listed", "removed", "restored")

Row = dict[str, Any]


def bulk_router(desk: Desk) -> APIRouter:
    """The page for everybody who can read; analysts see what would come of it, leads decide."""
    router = APIRouter(prefix="/desk/networks/{id}/bulk", include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]
    worker = Annotated[Visitor, Depends(desk.workers)]
    lead = Annotated[Visitor, Depends(desk.lead)]

    @router.get("")
    def assets(id: str, visitor: person, surface: str = "", status: str = "", q: str = "") -> Response:
        """The assets of the network that match, and what was done to many at once before."""
        return _page(desk, visitor, id, {"surface": surface, "status": status, "q": q})

    @router.post("/preview")
    def preview(id: str, form: Form, visitor: worker) -> Response:
        """What would come of it."""
        typed = _typed(form)
        try:
            return desk.page("desk/bulk_preview.html", "", visitor, **_preview(desk, visitor, id, form, typed))
        except BadRequest as wrong:
            return _page(desk, visitor, id, typed, {wrong.field: wrong.reason}, 400)

    @router.post("")
    def decide(id: str, form: Form, visitor: lead) -> Response:
        """Do it, unless somebody else has decided about one of the networks since."""
        typed = _typed(form)
        try:
            asked = _asked(typed)
            with desk.database.read() as connection:
                assets = reviewed.chosen(connection, field(form, "ids").split())
                words = reviewed.words_of(connection, assets, asked)
            networks = {*field(form, "networks").split(), *reviewed.touched_networks(assets, asked)}
            seq = field(form, "seen")
            seen = dict.fromkeys(networks, int(seq) if seq.isdecimal() else 0)
            said = field(form, "once")
            desk.decisions.decide(
                words,
                by=visitor.name,
                seen=seen,
                once=said if said.startswith(BULK) else f"{BULK}{once()}",
                within_s=reviewed.WITHIN_S,
            )
        except Overtaken as overtaken:
            changes = change_rows(overtaken.changes, desk.time)
            return _page(desk, visitor, id, typed, {"assets": str(overtaken)}, 409, changes)
        except BadRequest as wrong:
            return _page(desk, visitor, id, typed, {wrong.field: wrong.reason}, 400)
        return _back(id)

    @router.post("/undo")
    def undo(id: str, form: Form, visitor: lead) -> Response:
        """Take all of it back."""
        try:
            with desk.database.read() as connection:
                words = reviewed.undo(connection, field(form, "which"))
            desk.decisions.decide(words, by=visitor.name, within_s=reviewed.WITHIN_S)
        except WarroomError as wrong:
            return _page(desk, visitor, id, {}, {"undo": str(wrong)}, wrong.status)
        return _back(id)

    return router


def _back(id: str) -> Response:
    return Response(status_code=303, headers={"location": f"/desk/networks/{quote(id, safe='')}/bulk"})


def _typed(form: Form) -> Row:
    names = ("act", "into", "wave", "text", "why", "surface", "status", "q")
    return {name: field(form, name).strip() for name in names} | {"all": field(form, "all") == "yes"}


def _asked(typed: Row) -> Asked:
    return Asked(reviewed.act_of(typed["act"]), typed["into"], typed["wave"], typed["text"], typed["why"])


def _preview(desk: Desk, visitor: Visitor, id: str, form: Form, typed: Row) -> Row:
    board, network = desk.find(id)
    asked = _asked(typed)
    with desk.database.read() as connection:
        ids = fields(form, "asset")
        if typed["all"]:
            ids = _matching(connection, network, typed, reviewed.MOST + 1)
        assets = reviewed.chosen(connection, ids)
        words = reviewed.words_of(connection, assets, asked)
    before, after = desk.decisions.suppose(words, by=visitor.name)
    differences = compare(before, after, now=desk.clock.now(), watch=desk.watch)
    return {
        "network": _named(network),
        "typed": typed,
        "what": _said(asked, len(assets)),
        "assets": [asset.name or asset.id for asset in assets[:NAMED]],
        "rest": max(0, len(assets) - NAMED),
        "ids": " ".join(asset.id for asset in assets),
        "networks": " ".join(sorted(reviewed.touched_networks(assets, asked))),
        "seen": min(board.seq, before.seq),
        "once": f"{BULK}{once()}",
        **difference_rows(differences),
    }


def _said(asked: Asked, n: int) -> str:
    """What is to be done, in words."""
    words = {
        reviewed.Act.MOVE: _("Move {n} assets to {network}"),
        reviewed.Act.REMOVE: _("Mark {n} assets as removed"),
        reviewed.Act.RESTORE: _("Mark {n} assets as restored"),
        reviewed.Act.WITHDRAW: _("Withdraw {n} assets, as if never detected"),
        reviewed.Act.NOTE: _("Write a note about {n} assets"),
    }
    return words[asked.act].format(n=n, network=asked.into)


def _named(network: Network) -> Row:
    return {"id": network.id, "name": network.name, "at": f"/desk/networks/{quote(network.id, safe='')}/bulk"}


def _matches(network: Network, typed: Row) -> Any:
    """What the assets of a network that match are chosen by."""
    told = t.assets.c.home.in_([network.id, *network.members]) & (t.assets.c.status != "unknown")
    if typed.get("surface"):
        told &= t.assets.c.surface == typed["surface"]
    if typed.get("status"):
        told &= t.assets.c.status == typed["status"]
    if typed.get("q"):
        text = str(typed["q"]).lower()
        told &= func.lower(t.assets.c.name).contains(text, autoescape=True) | func.lower(t.assets.c.id).contains(
            text, autoescape=True
        )
    return told


def _matching(connection: Connection, network: Network, typed: Row, most: int) -> list[str]:
    query = select(t.assets.c.id).where(_matches(network, typed)).order_by(t.assets.c.id).limit(most)
    return [row.id for row in connection.execute(query)]


def _page(
    desk: Desk,
    visitor: Visitor,
    id: str,
    typed: Row,
    wrong: Row | None = None,
    status: int = 200,
    changes: list[Row] | None = None,
) -> Response:
    _board, network = desk.find(id)
    with desk.database.read() as connection:
        matches = _matches(network, typed)
        total = connection.execute(select(func.count()).select_from(t.assets).where(matches)).scalar() or 0
        shown = connection.execute(select(t.assets).where(matches).order_by(t.assets.c.id).limit(MOST_SHOWN))
        rows = [
            _asset(desk, Chosen(row.id, row.name, row.home, row.surface, row.status), row.first_detected_at)
            for row in shown
        ]
        everywhere = select(t.assets.c.surface).where(_matches(network, {})).distinct().order_by(t.assets.c.surface)
        surfaces = [row.surface for row in connection.execute(everywhere)]
        done = [_bulk(desk, each) for each in reviewed.last_bulks(connection)]
    none = dict.fromkeys(("act", "into", "wave", "text", "why", "surface", "status", "q"), "")
    return desk.page(
        "desk/bulk.html",
        "",
        visitor,
        status,
        network=_named(network),
        assets=rows,
        total=total,
        surfaces=[{"value": each, "name": surface_name(Surface.parse(each), many=True)} for each in surfaces],
        statuses=[{"value": each, "name": _status(each)} for each in STATUSES],
        typed=none | {"all": False} | typed,
        wrong=wrong or {},
        changes=changes or [],
        done=done,
        may_preview=visitor.role in DESK,
        known=sorted(desk.decisions.board().networks),
    )


def _asset(desk: Desk, asset: Chosen, first: int | None) -> Row:
    return {
        "id": asset.id,
        "name": asset.name or asset.id,
        "surface": surface_name(Surface.parse(asset.surface)),
        "status": _status(asset.status),
        "first": "" if first is None else desk.moment(first),
    }


def _status(status: str) -> str:
    return {"listed": _("listed"), "removed": _("removed"), "restored": _("restored")}.get(status, status)


def _bulk(desk: Desk, bulk: Bulk) -> Row:
    said = [f"{type} {n}" for type, n in bulk.types.items()]
    return {
        "once": bulk.once,
        "by": bulk.by,
        "at": desk.time(bulk.at),
        "said": ", ".join(said),
        "undone": bulk.is_undone,
    }
