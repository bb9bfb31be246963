"""``/desk/suggestions``: which networks may be one, with the evidence; and what was rejected, by whom and why."""

import math
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.access import Role, Visitor
from app.board import Board
from app.errors import BadRequest
from app.hedged import Hedged, rounded
from app.language import _, ngettext
from app.nouns import list_words, surface_name
from app.numerals import grouped
from app.review import Word
from app.review.merging import reject_merge
from app.review.suggestions import (
    MOST_NAMED,
    Rejection,
    SharedAudience,
    Suggestion,
    rejections,
    suggestions,
    take_back,
)
from app.safetext import defang
from app.vocabulary import IndicatorKind
from app.wording import short
from dashboards.desk._deciding import decided, token
from dashboards.desk.merging import NOTHING, TITLE, Wrong
from dashboards.desk.shell import Desk, Form, field

PAGE = "/desk/suggestions"

Row = dict[str, Any]


def suggestions_router(desk: Desk) -> APIRouter:
    """The page for analysts and leads, and what leads do on it."""
    router = APIRouter(prefix=PAGE, include_in_schema=False)
    worker = Annotated[Visitor, Depends(desk.workers)]
    lead = Annotated[Visitor, Depends(desk.lead)]

    @router.get("")
    def suggested(visitor: worker) -> Response:
        """The list, and what was rejected."""
        return suggestions_page(desk, visitor)

    @router.post("/reject")
    def rejects(form: Form, visitor: lead) -> Response:
        """Say that two networks are not the same."""
        one, other = field(form, "network"), field(form, "other")
        return settled(desk, form, visitor, lambda board: reject_merge(board, one, other, field(form, "why")))

    @router.post("/take-back")
    def takes_back(form: Form, visitor: lead) -> Response:
        """Take a rejection back, so that the two may be suggested again."""
        seq = field(form, "rejection")

        def words(_board: Board) -> list[Word]:
            if not (seq.isascii() and seq.isdecimal() and len(seq) <= 15):
                raise BadRequest("rejection", _("say which rejection is to be taken back"))
            with desk.database.read() as connection:
                return take_back(connection, int(seq))[1]

        return settled(desk, form, visitor, words)

    return router


def settled(desk: Desk, form: FormData, visitor: Visitor, words_of: Callable[[Board], list[Word]]) -> Response:
    """Back to the list; or the list with what is wrong or what others decided in the meantime."""
    if desk.decisions.done(field(form, "once")) is not None:
        return RedirectResponse(PAGE, 303)

    def asked() -> tuple[list[Word], str]:
        return words_of(desk.decisions.board()), PAGE

    def again(wrong: Wrong, status: int) -> Response:
        return suggestions_page(desk, visitor, wrong, status=status)

    about = [field(form, name) for name in ("network", "other")]
    return decided(desk, form, visitor, asked, onward=PAGE, again=again, clash="rejection", about=about)


def suggestions_page(desk: Desk, visitor: Visitor, wrong: Wrong = NOTHING, *, status: int = 400) -> Response:
    """What is suggested, and what was rejected."""
    board = desk.decisions.board()
    with desk.database.read() as connection:
        found, rejected = suggestions(connection, board), rejections(connection)
    return desk.page(
        "desk/merging/suggestions.html",
        TITLE,
        visitor,
        status if wrong else 200,
        suggested=[_suggested(board, each) for each in found],
        rejected=[_rejected(desk, board, each) for each in rejected],
        seen=board.seq,
        token=token,
        wrong=wrong,
        may_decide=visitor.role is Role.LEAD,
    )


def _suggested(board: Board, suggestion: Suggestion) -> Row:
    # The larger stays: more of what was decided is about it.
    one, other = sorted((board.networks[id] for id in suggestion.pair), key=lambda n: (-sum(n.assets.values()), n.id))
    return {"one": one, "other": other, "evidence": list(evidence_words(suggestion))}


def evidence_words(suggestion: Suggestion) -> Iterator[str]:
    """What two networks share, a sentence for each kind of it."""
    if n := suggestion.links.total():
        words = ngettext("{n} link between their assets ({signals})", "{n} links between their assets ({signals})", n)
        signals = ", ".join(signal.replace("_", " ") for signal, _n in suggestion.links.most_common(MOST_NAMED))
        yield words.format(n=grouped(n), signals=signals)
    if n := len(suggestion.indicators):
        words = ngettext("{n} indicator seen in both: {values}", "{n} indicators seen in both: {values}", n)
        named = [_indicator(*each) for each in suggestion.indicators[:MOST_NAMED]]
        yield words.format(n=grouped(n), values=list_words(named) if n <= MOST_NAMED else ", ".join(named) + " …")
    for basis in dict.fromkeys(suggestion.bases):
        yield _("somebody has said that they overlap: {basis}").format(basis=basis or _("no basis given"))
    yield from map(_audience, suggestion.audiences)


def _audience(shared: SharedAudience) -> str:
    pages = surface_name(shared.surface, many=True)
    share = f"{round(shared.share * 100)}"
    if not shared.error:
        return _("{n} accounts reached by {pages} of both, {share} % of the smaller audience").format(
            n=grouped(round(shared.n)), pages=pages, share=share
        )
    return _(
        "{n} accounts (standard error {error}) reached by {pages} of both, {share} % of the smaller audience"
    ).format(
        n=short(Hedged.about(rounded(shared.n, shared.error))),
        error=grouped(math.ceil(shared.error)),
        pages=pages,
        share=share,
    )


def _indicator(kind: IndicatorKind, value: str) -> str:
    if kind is IndicatorKind.HASHTAG:
        return f"#{value}"
    return defang(value)


def _rejected(desk: Desk, board: Board, rejection: Rejection) -> Row:
    ids = (rejection.network, *rejection.others)
    return {
        "seq": rejection.seq,
        "network": rejection.network,
        "other": rejection.others[0],
        "names": list(map(board.name_of, ids)),
        "by": rejection.by,
        "when": desk.time(rejection.at),
        "why": rejection.why,
    }
