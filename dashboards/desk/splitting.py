"""``/desk/networks/{id}/split``: assets of a network, those to be split off, what that would come to, and doing it.

Analysts see what it would come to; leads do it.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection
from starlette.datastructures import FormData

from app import tables as t
from app.access import Role, Visitor
from app.board import Board
from app.entities import AssetState, decoded, said
from app.errors import BadRequest, Conflict
from app.findable import words_of
from app.language import pgettext
from app.networks import Network
from app.nouns import surface_name
from app.review import Word
from app.review.preview import preview
from app.review.splitting import MOST_MOVED, Into, split
from app.review.undoing import states_of
from app.rows import find
from app.vocabulary import Surface
from dashboards.desk._deciding import decided, named, token, word_ids
from dashboards.desk._impact import impact_of
from dashboards.desk.merging import LIST, NOTHING, TITLE, Wrong
from dashboards.desk.shell import Desk, field, fields, offered

MOST_SHOWN = 2_000
"""Assets in the table, and so boxes to tick: of more, a filter chooses."""

Row = dict[str, Any]


async def _large_form(request: Request) -> FormData:
    """What a form sent that has a box for every asset."""
    return await request.form(max_fields=MOST_MOVED + 100)


LargeForm = Annotated[FormData, Depends(_large_form)]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which assets are in the table: of one surface, with some words in their name or id."""

    surface: str = ""
    name: str = ""

    def takes(self, row: Row) -> bool:
        """Whether an asset is in the table."""
        words = words_of(self.name)
        return self.surface in ("", row["surface"]) and all(word in row["words"] for word in words)


def splitting_router(desk: Desk) -> APIRouter:
    """The page for analysts and leads, and what leads do on it."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    worker = Annotated[Visitor, Depends(desk.workers)]
    lead = Annotated[Visitor, Depends(desk.lead)]

    @router.get("/{id}/split")
    def splitting(id: str, visitor: worker, surface: str = "", name: str = "") -> Response:
        """Choose assets."""
        board, network = desk.find(id)
        if network.id != id:
            return RedirectResponse(f"{LIST}/{network.id}/split", 303)
        return split_page(desk, board, network, visitor, FormData({"surface": surface, "name": name}))

    @router.post("/{id}/split/preview")
    def previews(id: str, form: LargeForm, visitor: worker) -> Response:
        """See what splitting them off would come to. Changes nothing."""
        board, network = desk.find(id)
        return split_page(desk, board, network, visitor, form, shows=True)

    @router.post("/{id}/split")
    def splits(id: str, form: LargeForm, visitor: lead) -> Response:
        """Split them off."""
        return has_split(desk, id, form, visitor)

    return router


def has_split(desk: Desk, id: str, form: FormData, visitor: Visitor) -> Response:
    """On to what can be undone; or the page, with what is wrong or what others decided in the meantime."""
    if desk.decisions.done(field(form, "once")) is not None:
        return RedirectResponse(f"{LIST}/{id}/undo", 303)
    board, network = desk.find(id)

    def asked() -> tuple[list[Word], str]:
        return words_for(desk, board, network, form), f"{LIST}/{network.id}/split"

    def again(wrong: Wrong, status: int) -> Response:
        return split_page(desk, board, network, visitor, form, wrong, status=status)

    onward = f"{LIST}/{network.id}/undo"
    return decided(desk, form, visitor, asked, onward=onward, again=again, clash="assets")


def words_for(desk: Desk, board: Board, network: Network, form: FormData) -> list[Word]:
    """What the form asks for, as words. Raises BadRequest or Conflict."""
    with desk.database.read() as connection:
        chosen = _chosen(connection, network, form)
        states = states_of(connection, chosen)
    return split(board, network.id, _into(board, form), states, chosen, field(form, "why"))


def _chosen(connection: Connection, network: Network, form: FormData) -> list[str]:
    """The assets that were ticked, and with ``all`` every one that the filter shows."""
    chosen = fields(form, "asset")
    if field(form, "all") == "yes":
        chosen += [row["id"] for row in asset_rows(connection, network) if _filter(form).takes(row)]
    return list(dict.fromkeys(chosen))


def _into(board: Board, form: FormData) -> Into:
    if field(form, "where") == "other":
        return Into(named(board, field(form, "other"), "other").id)
    return Into(field(form, "new_id").strip(), is_new=True, code_name=field(form, "code_name"))


def _filter(form: FormData) -> Filter:
    return Filter(field(form, "surface"), field(form, "name")[:200])


def asset_rows(connection: Connection, network: Network) -> list[Row]:
    """All assets of a network, by surface and name, with where it matters the one of its members that they are in."""
    rows = []
    for row in find(connection, t.assets.c.home, network.members):
        if row.status == "unknown":
            continue
        state = decoded(row.state, AssetState)
        handle = str(said(state.facts, "handle", ""))
        rows.append(
            {
                "id": row.id,
                "name": row.name or row.id,
                "handle": handle,
                "surface": row.surface,
                "status": row.status,
                "home": row.home,
                "words": " ".join(words_of(f"{row.name} {row.id} {handle}")),
            }
        )
    return sorted(rows, key=lambda row: (row["surface"], row["name"].casefold(), row["id"]))


def split_page(
    desk: Desk,
    board: Board,
    network: Network,
    visitor: Visitor,
    form: FormData,
    wrong: Wrong = NOTHING,
    *,
    shows: bool = False,
    status: int = 400,
) -> Response:
    """The table and the form; what the split would come to where that was asked for; what is wrong with it."""
    impact, filter = None, _filter(form)
    if shows:
        try:
            words = words_for(desk, board, network, form)
            shown = preview(desk.decisions, words, by=visitor.name)
            ids = [network.id, *word_ids(words)]
            impact = impact_of(shown, ids, now=desk.clock.now(), watch=desk.watch)
            board = shown.before
        except BadRequest as refused:
            wrong = {refused.field: refused.reason}
        except Conflict as conflict:
            wrong, status = {"assets": str(conflict)}, 409
    ticked = set(fields(form, "asset"))
    with desk.database.read() as connection:
        rows = asset_rows(connection, network)
    # What is ticked stays in the table, whatever the filter says: nothing is moved that is not shown.
    table = [row | {"ticked": row["id"] in ticked} for row in rows if filter.takes(row) or row["id"] in ticked]
    return desk.page(
        "desk/merging/split.html",
        TITLE,
        visitor,
        status if wrong else 200,
        network=network,
        rows=[_worded(board, row) for row in table[:MOST_SHOWN]],
        more=max(0, len(table) - MOST_SHOWN),
        matching=sum(map(filter.takes, rows)),
        listed=len(rows),
        surfaces=[
            (text, surface_name(Surface.parse(text), many=True)) for text in sorted({r["surface"] for r in rows})
        ],
        filter=filter,
        typed={name: field(form, name) for name in ("where", "other", "new_id", "code_name", "why", "all")},
        impact=impact,
        offered=offered(board, network.id),
        seen=field(form, "seen") if wrong else board.seq,
        once=token(),
        wrong=wrong,
        may_decide=visitor.role is Role.LEAD,
    )


def _worded(board: Board, row: Row) -> Row:
    home = board.networks.get(row["home"])
    return row | {
        "surface": surface_name(Surface.parse(row["surface"])),
        "status": _status_name(row["status"]),
        "home": row["home"] if home is None else home.name,
    }


def _status_name(status: str) -> str:
    return {
        "listed": pgettext("an asset", "listed"),
        "removed": pgettext("an asset", "removed"),
        "restored": pgettext("an asset", "restored"),
    }[status]
