"""Share links at the desk: whoever freezes makes and revokes them on a snapshot's page; and the same for programs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData

from app.access import Visitor
from app.answers import in_english, refusal
from app.errors import BadRequest, Conflict, NotFound
from app.exports import all_exports
from app.language import _
from app.snapshots.freezing import Snapshots
from app.snapshots.labels import SHAREABLE, may_share
from app.snapshots.restating import Restating
from app.snapshots.sharing import DAYS, MOST_DAYS, PATH, Share, Shares
from app.vocabulary import isoformat
from dashboards.desk._answers import PREFIX, REFUSALS, Json, example, not_kept
from dashboards.desk._snapshot_rows import snapshot_view
from dashboards.desk.shell import Desk, Form, field, fields
from dashboards.desk.snapshots_api import kept_for, readable

TITLE = "Snapshots"

Row = dict[str, Any]
NOTHING: Row = {}

_SHARE = {
    "id": "0a1b2c3d4e5f",
    "snapshot": "1f2e3d4c5b6a7988",
    "formats": ["pdf", "html"],
    "made_at": "2018-10-26T14:32:00Z",
    "made_by": "Ann",
    "expires_at": "2018-11-02T14:32:00Z",
    "state": "open",
    "revoked_at": None,
    "revoked_by": None,
    "opened_at": None,
    "opened": 0,
}
_RESPONSES: dict[int | str, Json] = {404: refusal("There is no such snapshot or link")}


class ShareSaid(BaseModel):
    """How long a link is good, and which formats it gives."""

    model_config = ConfigDict(extra="forbid")
    days: int = Field(DAYS, description=f"whole days, 1 to {MOST_DAYS}")
    formats: list[str] = Field([], max_length=40, description="formats that it gives; none for all", examples=[["pdf"]])


def snapshot_page(
    desk: Desk,
    snapshots: Snapshots,
    restating: Restating,
    shares: Shares,
    id: str,
    visitor: Visitor,
    wrong: Row = NOTHING,
    **shown: Any,
) -> Response:
    """The page of a snapshot, with its links for whoever makes such. Raises NotFound."""
    kept, frozen = readable(snapshots, id, visitor)
    works = may_share(visitor, SHAREABLE[0])
    now = shares.now()
    filled = {"link": "", "days": str(DAYS), "formats": list(all_exports())} | shown
    return desk.page(
        "desk/snapshots/snapshot.html",
        TITLE,
        visitor,
        400 if wrong else 200,
        **snapshot_view(desk, kept, frozen, restating.standing(frozen), visitor),
        shares=[_row(desk, share, now) for share in shares.of(id)] if works else [],
        shares_here=works,
        shareable=may_share(visitor, kept.tlp),
        most_days=MOST_DAYS,
        formats=[{"name": each.name, "title": _(each.title)} for each in all_exports().values()],
        typed=filled,
        wrong=wrong,
    )


def sharing_router(desk: Desk, snapshots: Snapshots, restating: Restating, shares: Shares) -> APIRouter:
    """The forms on the page of a snapshot."""
    router = APIRouter(prefix="/desk/snapshots/{id}", include_in_schema=False)
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.post("/share")
    def share(id: str, form: Form, visitor: worker) -> Response:
        """The page with the new link, which is shown this once; or with what is wrong."""
        typed: Row = {"days": field(form, "days"), "formats": fields(form, "formats")}
        try:
            token, _made = shares.share(
                kept_for(snapshots, id, visitor), days=_days(form), formats=_formats(form), by=visitor.name
            )
        except BadRequest as wrong:
            return snapshot_page(desk, snapshots, restating, shares, id, visitor, {wrong.field: wrong.reason}, **typed)
        except Conflict as wrong:
            return snapshot_page(desk, snapshots, restating, shares, id, visitor, {"days": str(wrong)}, **typed)
        return snapshot_page(desk, snapshots, restating, shares, id, visitor, link=f"{desk.address}{PATH}{token}")

    @router.post("/shares/{share}/revoke")
    def revoke(id: str, share: str, visitor: worker) -> Response:
        """End a link, and back to the page."""
        kept = kept_for(snapshots, id, visitor)
        shares.revoke(_share_of(shares, kept.id, share), by=visitor.name)
        return RedirectResponse(f"/desk/snapshots/{kept.id}#shares", 303)

    return router


def sharing_api(desk: Desk, snapshots: Snapshots, shares: Shares) -> APIRouter:
    """The same for programs."""
    router = APIRouter(
        prefix=f"{PREFIX}/snapshots/{{id}}/shares",
        tags=["snapshots"],
        responses=REFUSALS | _RESPONSES,
        dependencies=[Depends(in_english), Depends(not_kept)],
    )
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.get(
        "", operation_id="list_shares", summary="The share links of a snapshot, newest first",
        responses={200: example({"shares": [_SHARE]})},
    )  # fmt: skip
    def list_shares(id: str, visitor: worker) -> Json:
        """Without their secrets, which are shown when they are made and never again."""
        kept, now = kept_for(snapshots, id, visitor), shares.now()
        return {"shares": [share_json(share, now) for share in shares.of(kept.id)]}

    @router.post("", operation_id="share_snapshot", summary="Make a read-only link to a snapshot", status_code=201)
    def share_snapshot(id: str, said: ShareSaid, visitor: worker) -> Json:
        """``path`` is shown this once; whoever has it reads the snapshot without signing in. No embargo is lifted."""
        kept = kept_for(snapshots, id, visitor)
        token, made = shares.share(kept, days=said.days, formats=said.formats, by=visitor.name)
        return share_json(made, shares.now()) | {"path": f"{PATH}{token}"}

    @router.post("/{share}/revoke", operation_id="revoke_share", summary="End a share link at once")
    def revoke_share(id: str, share: str, visitor: worker) -> Json:
        """It is not to be had back: make another one."""
        found = _share_of(shares, kept_for(snapshots, id, visitor).id, share)
        shares.revoke(found, by=visitor.name)
        return share_json(shares.find(found.id), shares.now())

    return router


def share_json(share: Share, now: int) -> Json:
    """A link without its secret."""
    return {
        "id": share.id,
        "snapshot": share.snapshot,
        "formats": list(share.formats),
        "made_at": isoformat(share.made_at),
        "made_by": share.made_by,
        "expires_at": isoformat(share.expires_at),
        "state": share.state(now),
        "revoked_at": None if share.revoked_at is None else isoformat(share.revoked_at),
        "revoked_by": share.revoked_by,
        "opened_at": None if share.opened_at is None else isoformat(share.opened_at),
        "opened": share.opened,
    }


def _share_of(shares: Shares, snapshot: str, id: str) -> Share:
    share = shares.find(id)
    if share.snapshot != snapshot:
        raise NotFound(_("there is no link {id}").format(id=repr(id[:40])))
    return share


def _days(form: FormData) -> int:
    text = field(form, "days").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise BadRequest("days", _("a whole number from 1 to {n}").format(n=MOST_DAYS))
    return int(text)


def _formats(form: FormData) -> list[str]:
    asked = fields(form, "formats")
    if not asked:
        raise BadRequest("formats", _("choose at least one"))
    return asked


def _row(desk: Desk, share: Share, now: int) -> Row:
    return {
        "id": share.id,
        "by": share.made_by,
        "at": desk.moment(share.made_at),
        "until": desk.moment(share.expires_at),
        "state": share.state(now),
        "revoked_by": share.revoked_by or "",
        "revoked_at": "" if share.revoked_at is None else desk.moment(share.revoked_at),
        "opened_at": "" if share.opened_at is None else desk.moment(share.opened_at),
        "opened": share.opened,
        "formats": len(share.formats),
    }
