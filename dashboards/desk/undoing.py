"""``/desk/networks/{id}/undo``: the merges and splits that hold, what undoing one would come to, and undoing it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.access import Role, Visitor
from app.board import Board
from app.errors import BadRequest, Conflict
from app.language import _, ngettext
from app.networks import Network
from app.numerals import grouped
from app.review import Word
from app.review.preview import preview
from app.review.undoing import Held, held_at, held_of, states_of, undo
from dashboards.desk._deciding import decided, token
from dashboards.desk._impact import impact_of
from dashboards.desk.merging import LIST, NOT_TYPED, NOTHING, TITLE, Wrong
from dashboards.desk.shell import Desk, Form, field

Row = dict[str, Any]


def undoing_router(desk: Desk) -> APIRouter:
    """The page for analysts and leads, and what leads do on it."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    worker = Annotated[Visitor, Depends(desk.workers)]
    lead = Annotated[Visitor, Depends(desk.lead)]

    @router.get("/{id}/undo")
    def undoing(id: str, visitor: worker, seq: str = "") -> Response:
        """The merges and splits that hold, newest first; of one of them, what undoing it would come to."""
        board, network = desk.find(id)
        if network.id != id:
            return RedirectResponse(f"{LIST}/{network.id}/undo", 303)
        return undo_page(desk, board, network, visitor, seq)

    @router.post("/{id}/undo")
    def undoes(id: str, form: Form, visitor: lead) -> Response:
        """Undo one of them."""
        return undone(desk, id, form, visitor)

    return router


def undone(desk: Desk, id: str, form: FormData, visitor: Visitor) -> Response:
    """Back to the list; or the list with what is wrong or what others decided in the meantime."""
    if desk.decisions.done(field(form, "once")) is not None:
        return RedirectResponse(f"{LIST}/{id}/undo", 303)
    board, network = desk.find(id)
    onward = f"{LIST}/{id}/undo"

    def asked() -> tuple[list[Word], str]:
        with desk.database.read() as connection:
            held = held_at(connection, board, network, _seq(field(form, "seq")))
            words = undo(board, held, states_of(connection, held.assets), field(form, "why"))
        return words, f"{onward}?seq={held.seq}"

    def again(wrong: Wrong, status: int) -> Response:
        # What cannot be undone any more is not shown again.
        seq = "" if status == 409 else field(form, "seq")
        return undo_page(desk, board, network, visitor, seq, wrong, form, status=status)

    return decided(desk, form, visitor, asked, onward=onward, again=again, clash="seq")


def undo_page(
    desk: Desk,
    board: Board,
    network: Network,
    visitor: Visitor,
    seq: str,
    wrong: Wrong = NOTHING,
    form: FormData = NOT_TYPED,
    *,
    status: int = 400,
) -> Response:
    """What holds; of the one that is chosen, what undoing it would come to."""
    impact, chosen = None, 0
    with desk.database.read() as connection:
        holding = held_of(connection, board, network)
        if seq and not wrong:
            try:
                held = held_at(connection, board, network, _seq(seq))
                words = undo(board, held, states_of(connection, held.assets))
                chosen = held.seq
            except BadRequest as refused:
                wrong = {refused.field: refused.reason}
            except Conflict as conflict:
                wrong, status = {"seq": str(conflict)}, 409
    if chosen:
        shown = preview(desk.decisions, words, by=visitor.name)
        ids = [network.id, *held.others, *(part.network for part in held.parts)]
        # What others stand in with, where what comes back comes back into another network.
        impact = impact_of(shown, ids, now=desk.clock.now(), watch=desk.watch)
        board = shown.before
    return desk.page(
        "desk/merging/undo.html",
        TITLE,
        visitor,
        status if wrong else 200,
        network=network,
        holding=[held_row(desk, board, each) for each in holding],
        chosen=chosen,
        impact=impact,
        seen=board.seq,
        once=token(),
        why=field(form, "why"),
        wrong=wrong,
        may_decide=visitor.role is Role.LEAD,
    )


def held_row(desk: Desk, board: Board, held: Held) -> Row:
    """One merge or split in words."""
    names = list(map(board.name_of, held.others))
    if held.is_merge:
        what = _("{names} merged into {name}").format(names=", ".join(names), name=board.name_of(held.parts[0].network))
    else:
        n = len(held.assets)
        words = ngettext("{n} asset split off into {name}", "{n} assets split off into {name}", n)
        what = words.format(n=grouped(n), name=", ".join(names))
    left = ""
    if held.was > len(held.assets):
        left = _("of {n}; others have been moved on since").format(n=grouped(held.was))
    return {
        "seq": held.seq,
        "what": what,
        "left": left,
        "by": held.by,
        "when": desk.time(held.at),
        "why": held.why,
    }


def _seq(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise BadRequest("seq", _("say which merge or split is to be undone"))
    return int(text)
