"""The decisions of the review for programs: the same as the pages make, by JSON, with who and why in the one log."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from app.access import Visitor
from app.answers import STATUS_WORDS, Wrong, in_english, refusal
from app.review import Overtaken
from app.review.differences import differences
from app.vocabulary import Rung, Stage, isoformat
from dashboards.desk._answers import PREFIX, REFUSALS, Json, example, not_kept
from dashboards.desk._review_acts import decide
from dashboards.desk.shell import Desk

_WHY = Field("", description="why, for whoever reads the log", max_length=4_000)


class Decision(BaseModel):
    """What every decision says: which picture was seen, and a token that makes of two of the same one."""

    model_config = ConfigDict(extra="forbid")
    seen: int = Field(ge=0, lt=10**17, description="the `seq` of the picture that it was decided on", examples=[1204])
    once: str = Field(
        description="8 to 64 letters, digits or hyphens, another for every decision", examples=["4f1d2c3b-0001"]
    )
    why: str = _WHY


class StageSaid(Decision):
    """A stage to move to; without one a removed or dismissed network is restored to the one it had."""

    stage: str = Field("", examples=["under_review"], description=", ".join(Stage), max_length=40)


class AssignmentSaid(Decision):
    """Who is to look after it; nobody where it is empty."""

    to: str = Field(examples=["Ann"], max_length=4_000)


class CheckOutSaid(Decision):
    """To work on it for half an hour, or to stop doing so."""

    ends: bool = Field(False, description="true checks it in again")


class ClaimSaid(Decision):
    """A claim with what speaks for it; with the key of another one, that one on another rung."""

    claim: str = Field("", examples=["Operated from Iran"], max_length=4_000)
    rung: str = Field(examples=["manual_review_linked_to"], description=", ".join(Rung), max_length=40)
    evidence: list[str] = Field(default=[], examples=[["Shared admins on 31 of 33 accounts"]], max_length=1_000)
    moves: str = Field("", description="the key of the claim that is moved", max_length=40)


class VerdictSaid(Decision):
    """Whether a claim is approved or rejected, or, with the id of a verdict, that this is taken back."""

    verdict: str = Field(
        "approved", description="approved, rejected or withdrawn", examples=["approved"], max_length=40
    )
    id: str = Field("", description="of the verdict that is withdrawn", max_length=256)


class NoteSaid(Decision):
    """A remark."""

    text: str = Field(examples=["Looked at twice."], max_length=100_000)


class Changed(BaseModel):
    """One thing that is not as it was seen, in words."""

    what: str = Field(examples=["Stage"])
    was: str = Field(examples=["Detected"])
    now: str = Field(examples=["Under review"])
    by: str = Field(examples=["Ann"])
    at: str = Field(examples=["2018-10-26T14:05:00Z"])
    why: str


class WrongNow(Wrong):
    """Why something was not done, and what somebody else has decided since it was seen."""

    changes: list[Changed] = Field(default=[])


_DONE = {"seq": 1205, "network": "quiet-orchard"}
_ANSWERS: dict[int | str, Json] = {
    200: example(_DONE),
    404: refusal("There is no such network or claim"),
    409: {"model": WrongNow, "description": "Somebody else was first, or has it"},
}


def review_api(desk: Desk) -> APIRouter:
    """The routes, for analysts and leads; what is for a lead alone is refused by name."""
    router = APIRouter(
        prefix=f"{PREFIX}/networks/{{id}}",
        tags=["review"],
        responses=REFUSALS | _ANSWERS,
        dependencies=[Depends(in_english), Depends(not_kept)],
    )
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.post("/stage", operation_id="change_stage", summary="Move a network to another stage", response_model=None)
    def change_stage(id: str, said: StageSaid, visitor: worker) -> Json | Response:
        """Analysts begin the review; every other stage, dismissing and restoring are for leads."""
        return answered(desk, id, "stage" if said.stage else "restore", said, visitor, stage=said.stage)

    @router.post(
        "/assignment", operation_id="assign_network", summary="Say who looks after a network", response_model=None
    )
    def assign_network(id: str, said: AssignmentSaid, visitor: worker) -> Json | Response:
        """Analysts take what nobody has, and hand on or give back what they have."""
        return answered(desk, id, "assign" if said.to else "take-back", said, visitor, to=said.to)

    @router.post(
        "/check-out", operation_id="check_out_network", summary="Work on a network, or stop", response_model=None
    )
    def check_out_network(id: str, said: CheckOutSaid, visitor: worker) -> Json | Response:
        """So that nobody else does the same. A lead takes over with a reason."""
        return answered(desk, id, "check-in" if said.ends else "check-out", said, visitor)

    @router.post("/claims", operation_id="propose_claim", summary="Propose an attribution", response_model=None)
    def propose_claim(id: str, said: ClaimSaid, visitor: worker) -> Json | Response:
        """It sets no ceiling before it is approved."""
        fields = {"claim": said.claim, "rung": said.rung, "evidence": "\n".join(said.evidence), "key": said.moves}
        return answered(desk, id, "move" if said.moves else "claim", said, visitor, **fields)

    @router.post(
        "/claims/{claim}/approval",
        operation_id="decide_claim",
        summary="Approve or reject a claim",
        response_model=None,
    )
    def decide_claim(id: str, claim: str, said: VerdictSaid, visitor: worker) -> Json | Response:
        """For leads. Where it names an actor, two different persons approve."""
        acts = {"approved": "approve", "rejected": "reject", "withdrawn": "withdraw"}
        act = acts.get(said.verdict, "")
        return answered(desk, id, act, said, visitor, key=claim, verdict=said.id)

    @router.post("/notes", operation_id="write_note", summary="Write a note on a network", response_model=None)
    def write_note(id: str, said: NoteSaid, visitor: worker) -> Json | Response:
        """Notes stand in nobody's way."""
        return answered(desk, id, "note", said, visitor, text=said.text)

    return router


def answered(desk: Desk, id: str, act: str, said: Decision, visitor: Visitor, **fields: str) -> Json | Response:
    """The ``seq`` of the decision, or 409 with what is not as it was seen."""
    told = {"seen": str(said.seen), "once": said.once, "why": said.why} | fields
    try:
        seq = decide(desk, id, act, told, visitor)
    except Overtaken as overtaken:
        with desk.database.read() as connection:
            found = differences(connection, overtaken.changes, said.seen, desk.zone)
        changes = [
            {"what": each.what, "was": each.was, "now": each.now, "by": each.by, "at": isoformat(each.at)}
            | {"why": each.why}
            for each in found
        ]
        status = overtaken.status
        wrong = {"status": STATUS_WORDS[status], "code": overtaken.code, "field": "seen", "reason": str(overtaken)}
        return JSONResponse(wrong | {"changes": changes}, status, {"cache-control": "no-store"})
    return {"seq": seq, "network": desk.find(id)[1].id}
