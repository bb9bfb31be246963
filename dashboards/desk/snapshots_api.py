"""Snapshots for programs: freezing, listing, one with its content, and its files in every format."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.access import Visitor
from app.answers import in_english, refusal
from app.errors import BadRequest, Forbidden
from app.exports import WALL, Frozen, Options, all_exports, file_name, made, options_of
from app.snapshots.asking import chooser, scope_said, wanted_of
from app.snapshots.freezing import LONGEST_NAME, Snapshots
from app.snapshots.keeping import Kept, unknown
from app.snapshots.labels import labels_of, may_export, may_freeze, sees_embargoed
from app.snapshots.restating import Restating
from app.snapshots.telling import standing_sentence
from app.vocabulary import Tlp, isoformat
from dashboards.desk._answers import PREFIX, REFUSALS, Json, example, not_kept
from dashboards.desk.shell import Desk

PAGE, LARGEST_PAGE = 50, 200
"""Snapshots on one page, unless asked otherwise, and at most."""

_SNAPSHOT = {
    "id": "1f2e3d4c5b6a7988",
    "name": "Morning briefing",
    "scope": "All networks",
    "seq": 1204,
    "epoch": "6f1d2c3b4a596877",
    "frozen_at": "2018-10-26T14:32:00Z",
    "frozen_by": "Ann",
    "tlp": "TLP:GREEN",
    "names": False,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "embargo_until": None,
}
UNKNOWN: dict[int | str, Json] = {404: refusal("There is no such snapshot, or not for you")}


class FreezeSaid(BaseModel):
    """What is to be frozen, and under which name and label."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(examples=["Morning briefing"], max_length=LONGEST_NAME)
    tlp: str = Field(examples=["TLP:GREEN"], description=", ".join(Tlp), max_length=40)
    names: bool = Field(False, description="whether names of Pages, groups and accounts go into it")
    scope: dict[str, Any] = Field(
        {}, description="the filters of `/measures`, each a value or a list", examples=[{"open": True}]
    )
    scene: str = Field("", description="a scene of a wall instead of a scope", max_length=40)
    seq: int | None = Field(None, ge=0, lt=2**53, description="a place of the past; without it, now")
    at: str = Field("", description="a time of the past: 21:40, or RFC 3339", max_length=40)
    embargo_until: str = Field("", description="an instant (RFC 3339)", max_length=40)
    since: str = Field(
        "", description="with which earlier snapshot it is compared: its id, or none; without it, the last one",
        max_length=40,
    )  # fmt: skip
    once: str = Field("", description="8 to 64 letters, digits or hyphens: what is sent twice is frozen once")


def snapshots_api(desk: Desk, snapshots: Snapshots, restating: Restating) -> APIRouter:
    """The routes: everybody who can read, each up to the label that is theirs; analysts and leads freeze."""
    router = APIRouter(
        prefix=f"{PREFIX}/snapshots",
        tags=["snapshots"],
        responses=REFUSALS,
        dependencies=[Depends(in_english), Depends(not_kept)],
    )
    person = Annotated[Visitor, Depends(desk.people)]
    worker = Annotated[Visitor, Depends(desk.workers)]

    @router.post(
        "", operation_id="freeze", summary="Freeze what a scope says, now or in the past", responses=UNKNOWN,
        status_code=201,
    )  # fmt: skip
    def freeze(said: FreezeSaid, visitor: worker) -> Json:
        """The snapshot and its record in the log come at once, or neither does."""
        frozen = frozen_as_said(desk, snapshots, said, visitor)
        kept = snapshots.find(frozen.id)
        return kept_json(kept) if kept is not None else {}

    @router.get(
        "",
        operation_id="list_snapshots",
        summary="Snapshots, newest first",
        responses={200: example({"total": 1, "snapshots": [_SNAPSHOT | {"current": True}], "next": None})},
    )
    def list_snapshots(visitor: person, search: str = "", after: str = "", limit: int = PAGE) -> Json:
        """Those whose label lets you read them, with all words of ``search`` in name, scope or maker.

        ``current`` says whether every figure still stands, and is null where nobody has looked yet: ask again.
        """
        if not 1 <= limit <= LARGEST_PAGE:
            raise BadRequest("limit", f"a whole number from 1 to {LARGEST_PAGE}")
        page = snapshots.page(
            labels_of(visitor), free_at=free_at(snapshots, visitor), search=search, after=after, limit=limit
        )
        current = restating.are_current(page.kept)
        return {
            "total": page.total,
            "snapshots": [kept_json(kept) | {"current": current.get(kept.id)} for kept in page.kept],
            "next": page.after or None,
        }

    @router.get("/{id}", operation_id="read_snapshot", summary="One snapshot with its content", responses=UNKNOWN)
    def read_snapshot(id: str, visitor: person) -> Json:
        """``content`` is without names for whoever does not see them; its digest is of the whole.

        ``standing`` says whether every figure still stands, by what is known now of the same scope and instant.
        """
        kept, frozen = readable(snapshots, id, visitor)
        content = frozen.content
        masked = not may_export(visitor, kept.tlp, names=kept.names)
        if masked:
            content = content | {"assets": content["assets"] | {"rows": []}}
        comparison = restating.standing(frozen)
        standing = {"current": comparison.stands, "sentence": standing_sentence(comparison)}
        return kept_json(kept) | {"standing": standing, "masked": masked, "content": content}

    @router.get(
        "/{id}/exports/{format}",
        operation_id="export_snapshot",
        summary="One snapshot as a file",
        responses=UNKNOWN | {200: {"content": {"application/octet-stream": {}}, "description": "The file, whole"}},
        response_class=Response,
    )
    def export_snapshot(id: str, format: str, visitor: person, paper: str = "a4", part: str = "") -> Response:
        """In one of the formats of the family; ``paper`` and ``part`` where a format has them.

        ``wall`` with ``part`` ``1920x1080`` or ``3840x2160`` is the picture of a scene, where a Chromium is installed.
        """
        return file_answer(desk, snapshots, id, format, visitor, options_of(paper, part))

    return router


def frozen_as_said(desk: Desk, snapshots: Snapshots, said: FreezeSaid, visitor: Visitor) -> Frozen:
    """Freeze it in the name of a visitor. Raises BadRequest, Forbidden, NotFound and Unavailable."""
    wanted = wanted_of(
        name=said.name,
        tlp=said.tlp,
        names=said.names,
        seq=said.seq,
        at=said.at,
        embargo_until=said.embargo_until,
        since=said.since,
        now=desk.clock.now(),
        zone=desk.zone,
    )
    if not may_freeze(visitor, wanted.tlp):
        raise Forbidden(f"{wanted.tlp} is not for your role to freeze")
    choose = chooser(scope_said(said.scope), said.scene, desk.control.repertoire, desk.watch)
    return snapshots.freeze(wanted, choose, by=visitor.name, once=said.once)


def readable(snapshots: Snapshots, id: str, visitor: Visitor) -> tuple[Kept, Frozen]:
    """A snapshot that a visitor may read. Raises NotFound, also where its label is not for them."""
    kept = kept_for(snapshots, id, visitor)
    return kept, snapshots.read(id)


def kept_for(snapshots: Snapshots, id: str, visitor: Visitor) -> Kept:
    """A snapshot that a visitor may read, without its content. Raises NotFound, also where it is not for them yet."""
    kept = snapshots.find(id)
    if kept is None or kept.tlp not in labels_of(visitor):
        raise unknown(id)
    if not (sees_embargoed(visitor) or kept.is_free(snapshots.clock.now())):
        raise unknown(id)
    return kept


def free_at(snapshots: Snapshots, visitor: Visitor) -> int | None:
    """The instant (µs) at which what a visitor reads must be free of an embargo; None for whoever works on it."""
    return None if sees_embargoed(visitor) else snapshots.clock.now()


def file_answer(desk: Desk, snapshots: Snapshots, id: str, format: str, visitor: Visitor, options: Options) -> Response:
    """A file of a snapshot, to be saved and never shown in place. Raises NotFound, Forbidden and BadRequest.

    The picture of a wall, which is drawn from the log, raises Conflict and Unavailable as well.
    """
    kept, frozen = readable(snapshots, id, visitor)
    if not may_export(visitor, kept.tlp, names=kept.names):
        raise Forbidden("this snapshot holds names, which your role does not see")
    if format == WALL:
        name, body = desk.camera.picture(frozen, options.part)
        media_type = "image/png"
    else:
        body = made(frozen, format, options)
        export = all_exports()[format]
        name, media_type = file_name(frozen, export, options), export.media_type
    headers = {"content-disposition": f'attachment; filename="{quote(name)}"', "cache-control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)


def kept_json(kept: Kept) -> Json:
    """A snapshot without its content."""
    return {
        "id": kept.id,
        "name": kept.name,
        "scope": kept.scope,
        "seq": kept.seq,
        "epoch": kept.epoch,
        "frozen_at": isoformat(kept.made_at),
        "frozen_by": kept.made_by,
        "tlp": str(kept.tlp),
        "names": kept.names,
        "sha256": kept.sha256,
        "embargo_until": None if kept.embargo_until is None else isoformat(kept.embargo_until),
    }
