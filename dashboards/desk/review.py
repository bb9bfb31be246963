"""``/desk/review``: what waits for a decision; ``/desk/networks/ID/review``: all that is decided about one network."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.datastructures import FormData

from app.access import Visitor
from app.errors import BadRequest, Conflict, Forbidden, NotFound
from app.language import _
from app.review import Change, Overtaken
from dashboards.desk._review_acts import ACTS, decide
from dashboards.desk._review_queue import queue_of
from dashboards.desk._review_rows import NOTHING, ago_words, review_of
from dashboards.desk.shell import Desk, Form, field, onward

SECTION = "Review"


def review_router(desk: Desk) -> APIRouter:
    """The pages, and what is decided on them: for analysts and leads."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.get("/review")
    def queue(visitor: worker) -> Response:
        """What waits for a decision."""
        return desk.page("desk/review/queue.html", SECTION, visitor, queue=queue_of(desk, visitor))

    @router.get("/review/list")
    def queue_again(visitor: worker) -> Response:
        """The list alone."""
        return desk.part("desk/review/_queue.html", visitor, queue=queue_of(desk, visitor))

    @router.get("/networks/{id}/review")
    def review(id: str, visitor: worker) -> Response:
        """One network."""
        return review_page(desk, id, visitor)

    @router.post("/networks/{id}/review/{act}")
    def does(id: str, act: str, form: Form, visitor: worker) -> Response:
        """Decide one of ``ACTS``, and go back to where it was asked for; or say on the page what is wrong."""
        return decided(desk, id, act, form, visitor)

    return router


def decided(desk: Desk, id: str, act: str, form: FormData, visitor: Visitor) -> Response:
    """Back to where it was asked for; or the review with what was typed and what is wrong. Raises NotFound."""
    if act not in ACTS:
        raise NotFound(_("this cannot be decided about a network"))
    said = {name: field(form, name) for name in form}
    # Several claims have forms of the same act.
    place = f"{act}.{said['key']}" if said.get("key") else act
    try:
        decide(desk, id, act, said, visitor)
    except Overtaken as overtaken:
        return review_page(desk, id, visitor, 409, {**said, "act": place}, changes=overtaken.changes)
    except BadRequest as wrong:
        return review_page(desk, id, visitor, 400, {**said, "act": place}, {f"{place}.{wrong.field}": wrong.reason})
    except (Conflict, Forbidden) as wrong:
        return review_page(desk, id, visitor, wrong.status, {**said, "act": place}, {place: str(wrong)})
    return onward(form, f"/desk/networks/{id}/review")


def review_page(
    desk: Desk,
    id: str,
    visitor: Visitor,
    status: int = 200,
    typed: Mapping[str, str] = NOTHING,
    wrong: Mapping[str, str] = NOTHING,
    changes: Sequence[Change] = (),
) -> Response:
    """One network's review. ``typed["act"]`` says in which form it was typed. Raises NotFound."""
    _board, network = desk.find(id)
    review = review_of(desk, network, visitor, typed=typed, wrong=wrong, overtaken=changes)
    last = changes[-1] if changes else None
    return desk.page(
        "desk/review/page.html",
        SECTION,
        visitor,
        status,
        network={"id": network.id, "name": network.name, "title": network.title},
        review=review,
        overtaken=None if last is None else {"by": last.by, "ago": ago_words(desk.clock.now() - last.recorded_at)},
    )
