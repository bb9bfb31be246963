"""Merging, splitting and undoing for programs: the same as at the desk, and with ``preview`` what it would come to."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from app.access import Role, Visitor
from app.answers import in_english, refusal
from app.board import Board
from app.errors import Forbidden
from app.networks import Network
from app.profiles import network_row
from app.review import Word
from app.review.merging import merge
from app.review.preview import preview
from app.review.splitting import Into, split
from app.review.undoing import held_at, states_of, undo
from app.vocabulary import isoformat
from dashboards.desk._answers import PREFIX, REFUSALS, Json, not_kept
from dashboards.desk._deciding import word_ids
from dashboards.desk._impact import concerned
from dashboards.desk.shell import Desk

_REFUSED: dict[int | str, Json] = {
    404: refusal("There is no such network"),
    409: refusal("It contradicts what has been decided, or somebody was first"),
}


class Decided(BaseModel):
    """What every decision may say beside itself."""

    model_config = ConfigDict(extra="forbid")
    why: str = Field("", description="the reason", max_length=500)
    seen: int | None = Field(None, description="the seq of the picture that it was decided from", ge=0)
    once: str = Field("", description="8 to 64 letters, digits or hyphens: sent twice it is done once", max_length=64)
    preview: bool = Field(False, description="say only what it would come to")


class Merged(Decided):
    """Networks that are to count under another one."""

    absorbed: list[str] = Field(description="ids of networks", examples=[["quiet-rook"]], max_length=50)


class Split(Decided):
    """Assets that are another network's."""

    into: str = Field(description="id of the network they go to", examples=["tall-heron"], max_length=128)
    is_new: bool = Field(False, description="whether that network is to be made")
    code_name: str = Field("", description="its code name, where it is new", max_length=120)
    assets: list[str] = Field(description="ids of assets", examples=[["hf-page-1"]], max_length=20_000)


class Undone(Decided):
    """A merge or split that is to be undone."""

    seq: int = Field(description="that of its record, as the list has it", ge=1, examples=[1204])


def merging_api(desk: Desk) -> APIRouter:
    """The routes: analysts and leads may ask what it would come to, leads decide."""
    router = APIRouter(
        prefix=f"{PREFIX}/networks",
        tags=["networks"],
        responses=REFUSALS | _REFUSED,
        dependencies=[Depends(in_english), Depends(not_kept)],
    )
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.post("/{id}/merge", operation_id="merge_networks", summary="Merge networks into this one")
    def merge_networks(id: str, asked: Merged, visitor: worker) -> Json:
        """Before and after, each network with its headline figures. What was approved is the survivor's alone."""
        return _answer(desk, id, visitor, asked, lambda board, _of: merge(board, id, asked.absorbed, asked.why))

    @router.post("/{id}/split", operation_id="split_network", summary="Split assets off this network")
    def split_network(id: str, asked: Split, visitor: worker) -> Json:
        """The split stands whatever a detector says later, until it is undone."""

        def words(board: Board, _network: Network) -> list[Word]:
            into = Into(asked.into, is_new=asked.is_new, code_name=asked.code_name)
            with desk.database.read() as connection:
                states = states_of(connection, asked.assets)
            return split(board, id, into, states, asked.assets, asked.why)

        return _answer(desk, id, visitor, asked, words)

    @router.post("/{id}/undo", operation_id="undo_decision", summary="Undo a merge or a split that holds")
    def undo_decision(id: str, asked: Undone, visitor: worker) -> Json:
        """As if it had never been decided, with what has been recorded since."""

        def words(board: Board, network: Network) -> list[Word]:
            with desk.database.read() as connection:
                held = held_at(connection, board, network, asked.seq)
                return undo(board, held, states_of(connection, held.assets), asked.why)

        return _answer(desk, id, visitor, asked, words)

    return router


def _answer(
    desk: Desk, id: str, visitor: Visitor, asked: Decided, words_of: Callable[[Board, Network], Sequence[Word]]
) -> Json:
    if not asked.preview and visitor.role is not Role.LEAD:
        raise Forbidden("a lead decides this: ask with preview")
    if desk.decisions.done(asked.once) is not None:
        return _head(desk, desk.decisions.board())
    words = words_of(*desk.find(id))
    ids = word_ids(words)
    shown = preview(desk.decisions, words, by=visitor.name)
    said: dict[str, Any] = {"preview": asked.preview}
    if not asked.preview:
        seen = {} if asked.seen is None else dict.fromkeys(ids, asked.seen)
        said["decided_seq"] = desk.decisions.decide(words, by=visitor.name, seen=seen, once=asked.once)
    now = desk.clock.now()

    def rows(board: Board) -> list[Json]:
        networks = [board.networks[id] for id in concerned(shown, ids) if id in board.networks]
        return [network_row(board, network, now=now, watch=desk.watch) for network in networks]

    board = shown.before if asked.preview else desk.decisions.board()
    return _head(desk, board) | said | {"before": rows(shown.before), "after": rows(shown.after)}


def _head(desk: Desk, board: Board) -> Json:
    return {"seq": board.seq, "epoch": board.epoch, "as_of": isoformat(desk.clock.now())}
