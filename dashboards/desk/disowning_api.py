"""Decisions for programs: to disown a source and take that back, and to decide about many assets at once."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from app.access import Role, Visitor
from app.answers import in_english, refusal
from app.errors import Forbidden
from app.instants import past_instant
from app.review import Word, compare
from app.review import bulk as bulky
from app.review import disowning as reviewed
from app.review.bulk import BULK, Asked
from dashboards.desk._answers import PREFIX, REFUSALS, Json, example, not_kept
from dashboards.desk._differences import difference_json
from dashboards.desk.shell import Desk, once

_LINE = {"figure": "assets", "part": "", "before": {"qualifier": "exactly", "value": 4}, "after": None}
_DIFFERENCE = {"network": "n1", "name": "Harbour Finch", "appears": False, "vanishes": True, "figures": [_LINE]}
_DECIDED = {"seq": 1205}
_PREVIEWED = {"seq": 1204, "records": {"asset.detected": 4}, "late": 0, "differences": [_DIFFERENCE]}
_OTHERS: dict[int | str, Json] = {
    404: refusal("There is no such source"),
    409: refusal("Somebody else has decided about it since"),
}


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")
    why: str = Field("", max_length=500)
    preview: bool = Field(False, description="only say what would change")
    seen: int | None = Field(None, ge=0, le=2**63 - 1, description="the picture on which it is decided, by its seq")
    once: str = Field("", max_length=58, description="the same again is one decision", examples=["4f6b2c1d"])


class DisownSaid(_Said):
    """Which source, and since when."""

    source: str = Field(max_length=1024, examples=["coordination-detector"])
    since: str = Field(max_length=40, examples=["2018-10-26T14:00:00Z"])


class TakeBackSaid(_Said):
    """Which source is to be heard again."""

    source: str = Field(max_length=1024, examples=["coordination-detector"])


class BulkSaid(_Said):
    """Which assets, and what is to be done to all of them."""

    assets: list[str] = Field(examples=[["a1", "a2"]])
    act: Literal["move", "remove", "restore", "withdraw", "note"]
    into: str = Field("", max_length=128, description="where to, of a move")
    wave: str = Field("", max_length=200, description="of a removal or restoration")
    text: str = Field("", max_length=10_000, description="of a note")


def disowning_api(desk: Desk) -> APIRouter:
    """The routes: analysts may see what would change, leads decide."""
    router = APIRouter(
        prefix=PREFIX, tags=["detectors"], responses=REFUSALS, dependencies=[Depends(in_english), Depends(not_kept)]
    )
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.post(
        "/detectors/disown",
        operation_id="disown_detector",
        summary="Let nothing hold that a source says since an instant",
        responses=_OTHERS | {200: example(_DECIDED)},
    )
    def disown(said: DisownSaid, visitor: worker) -> Json:
        """With ``preview`` true what would change: records by type, and the figures of every network."""
        at = past_instant(said.since, desk.clock.now(), ZoneInfo(desk.zone), "since")
        words = reviewed.disown(desk.decisions.board(), said.source, at, said.why)
        return _about_source(desk, visitor, said, said.source, words)

    @router.post(
        "/detectors/take-back",
        operation_id="take_back_disowning",
        summary="Let what a disowned source says hold again",
        responses=_OTHERS | {200: example(_PREVIEWED)},
    )
    def take_back(said: TakeBackSaid, visitor: worker) -> Json:
        """With ``preview`` true what would change."""
        with desk.database.read() as connection:
            words = reviewed.take_back(reviewed.disowned(connection), said.source, said.why)
        return _about_source(desk, visitor, said, said.source, words)

    @router.post(
        "/assets/bulk",
        operation_id="decide_about_assets",
        summary="Decide about many assets at once",
        responses=_OTHERS | {200: example(_DECIDED)},
    )
    def decide_about_assets(said: BulkSaid, visitor: worker) -> Json:
        """All of it or none. With ``preview`` true what would change."""
        asked = Asked(bulky.act_of(said.act), said.into, said.wave, said.text, said.why)
        with desk.database.read() as connection:
            assets = bulky.chosen(connection, said.assets)
            words = bulky.words_of(connection, assets, asked)
        if said.preview:
            before, after = desk.decisions.suppose(words, by=visitor.name)
            found = compare(before, after, now=desk.clock.now(), watch=desk.watch)
            return {"seq": before.seq, "assets": len(assets), "differences": difference_json(found)}
        networks = bulky.touched_networks(assets, asked)
        return _decided(desk, visitor, said, words, networks, f"{BULK}{said.once or once()}")

    return router


def _about_source(desk: Desk, visitor: Visitor, said: _Said, source: str, words: list[Word]) -> Json:
    if said.preview:
        shown = reviewed.preview(desk.decisions, words, source, by=visitor.name, watch=desk.watch)
        return {
            "seq": shown.seq,
            "records": dict(shown.records),
            "late": shown.late,
            "differences": difference_json(shown.differences),
        }
    return _decided(desk, visitor, said, words, {source}, said.once)


def _decided(desk: Desk, visitor: Visitor, said: _Said, words: list[Word], about: set[str], id: str) -> Json:
    if visitor.role is not Role.LEAD:
        raise Forbidden("a lead decides this: ask for a preview")
    seen = {} if said.seen is None else dict.fromkeys(about, said.seen)
    return {"seq": desk.decisions.decide(words, by=visitor.name, seen=seen, once=id, within_s=reviewed.WITHIN_S)}
