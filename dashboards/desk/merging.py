"""``/desk/networks/{id}/merge``: what a merge would come to, and doing it.

Analysts see what it would come to; leads do it.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.access import Role, Visitor
from app.board import Board
from app.errors import BadRequest, Conflict
from app.language import _
from app.networks import Network
from app.review import Word
from app.review.merging import merge
from app.review.preview import preview
from dashboards.desk._deciding import decided, named, token
from dashboards.desk._impact import impact_of
from dashboards.desk.shell import Desk, Form, field, offered

LIST = "/desk/networks"
TITLE = "Networks"

Row = dict[str, Any]
Wrong = dict[str, str]
NOTHING: Wrong = {}
NOT_TYPED = FormData()


def merging_router(desk: Desk) -> APIRouter:
    """The pages for analysts and leads, and what leads do on them."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    worker = Annotated[Visitor, Depends(desk.workers)]
    lead = Annotated[Visitor, Depends(desk.lead)]

    @router.get("/{id}/merge")
    def merging(id: str, visitor: worker, other: str = "") -> Response:
        """Choose another network, and see what the two would be as one."""
        board, network = desk.find(id)
        if network.id != id:
            return RedirectResponse(f"{LIST}/{network.id}/merge", 303)
        return merge_page(desk, board, network, visitor, other)

    @router.post("/{id}/merge")
    def merges(id: str, form: Form, visitor: lead) -> Response:
        """Merge another network into this one."""
        return merged(desk, id, form, visitor)

    return router


def merged(desk: Desk, id: str, form: FormData, visitor: Visitor) -> Response:
    """On to what can be undone; or the page, with what is wrong or what others decided in the meantime."""
    if desk.decisions.done(field(form, "once")) is not None:
        return RedirectResponse(f"{LIST}/{id}/undo", 303)
    board, network = desk.find(id)
    other = field(form, "other")

    def asked() -> tuple[list[Word], str]:
        absorbed = named(board, other, "other")
        return merge(board, id, [absorbed.id], field(form, "why")), f"{LIST}/{id}/merge?other={absorbed.id}"

    def again(wrong: Wrong, status: int) -> Response:
        at = {"other" if name == "absorbed" else name: reason for name, reason in wrong.items()}
        return merge_page(desk, board, network, visitor, other, at, form, status=status)

    onward = f"{LIST}/{id}/undo"
    return decided(desk, form, visitor, asked, onward=onward, again=again, clash="other")


def merge_page(
    desk: Desk,
    board: Board,
    network: Network,
    visitor: Visitor,
    other: str,
    wrong: Wrong = NOTHING,
    form: FormData = NOT_TYPED,
    *,
    status: int = 400,
) -> Response:
    """The form; what the merge would come to where another network is chosen; what is wrong with it."""
    impact, chosen, rejected = None, None, ""
    if other.strip() and not wrong:
        try:
            chosen = named(board, other, "other")
            words = merge(board, network.id, [chosen.id])
            shown = preview(desk.decisions, words, by=visitor.name)
            impact = impact_of(shown, [network.id, chosen.id], now=desk.clock.now(), watch=desk.watch)
            board = shown.before
        except BadRequest as refused:
            wrong = {"other": refused.reason}
        except Conflict as conflict:
            wrong, status = {"other": str(conflict)}, 409
        if chosen is not None and ({chosen.id} & {*network.not_merged} or {network.id} & {*chosen.not_merged}):
            rejected = _("Somebody has decided that these two are not the same.")
    return desk.page(
        "desk/merging/merge.html",
        TITLE,
        visitor,
        status if wrong else 200,
        network=network,
        other=other,
        chosen=chosen,
        impact=impact,
        rejected=rejected,
        offered=offered(board, network.id),
        seen=board.seq,
        once=token(),
        why=field(form, "why"),
        wrong=wrong,
        may_decide=visitor.role is Role.LEAD,
    )
