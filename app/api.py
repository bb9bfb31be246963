"""The questions that programs ask over HTTP: measures of a scope, the networks in it, and one network whole.

Every answer is one picture at one ``seq`` of one ``epoch``. The board is brought up to the log before it is asked, so
whoever has a receipt finds its record counted; where the database does not answer, the last picture is given, and its
``seq`` says so.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.openapi.utils import get_openapi
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette

from app.access import DESK, PEOPLE, Visitor
from app.access.gate import Gate
from app.answers import Wrong, in_english, refusal
from app.board import Board
from app.clock import Clock
from app.database import Database
from app.errors import BadRequest, NotFound, Unavailable
from app.measures import all_measures
from app.profiles import assets_of, network_row, network_whole
from app.scopes import described, scope_json, scope_of
from app.vocabulary import ID_PATTERN, Scope, Watch, isoformat

PREFIX = "/api/v1"
OPENAPI_PATH = f"{PREFIX}/openapi.json"
RECORDS_PATH = f"{PREFIX}/records"

Json = dict[str, Any]

PAGE, LARGEST_PAGE = 50, 200
"""Networks on one page, unless asked otherwise, and at most."""

ASSETS, MOST_ASSETS = 200, 1_000

REFUSALS: dict[int | str, Json] = {
    400: refusal("A parameter that is not known, or a value that will not do"),
    401: refusal("Not signed in"),
    403: refusal("Not for this role"),
    503: refusal("The database does not answer now"),
}
UNKNOWN: dict[int | str, Json] = {404: refusal("There is no such network")}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """Where answers come from."""

    database: Database
    board: Board
    clock: Clock
    watch: Watch

    def now(self) -> Board:
        """The board as of the last commit; as of the last look where the database does not answer."""
        try:
            with self.database.read() as connection:
                self.board.refresh(connection)
        except (SQLAlchemyError, Unavailable) as broken:
            log.warning("answering from the last picture: %s", broken)
        return self.board.frozen()


def api_router(picture: Picture, gate: Gate) -> APIRouter:
    """The routes, for everybody who can read: by cookie, or with the bearer token of a session."""
    router = APIRouter(prefix=PREFIX, responses=REFUSALS, dependencies=[Depends(in_english), Depends(not_kept)])
    people = gate.require(*PEOPLE)

    @router.get(
        "/measures",
        tags=["measures"],
        operation_id="read_measures",
        summary="Every measure of a scope",
        dependencies=[Depends(people)],
        openapi_extra={"parameters": described()},
        responses={200: example(_MEASURES)},
    )
    def read_measures(request: Request) -> Json:
        """Reach, spend, events, takedowns, detections and stages of the networks that all given filters match."""
        scope = scope_of(request.query_params)
        board, now = picture.now(), picture.clock.now()
        measures = board.measures(scope, now=now, watch=picture.watch)
        return head_of(board, scope, now) | {"networks": len(board.select(scope)), "measures": measures}

    @router.get(
        "/networks",
        tags=["networks"],
        operation_id="list_networks",
        summary="Networks of a scope, page by page",
        dependencies=[Depends(people)],
        openapi_extra={"parameters": [*described(), *_page_parameters(PAGE, LARGEST_PAGE, "harbour-finch")]},
        responses={200: example(_NETWORKS)},
    )
    def list_networks(request: Request) -> Json:
        """In the order of their ids, each with its headline figures. ``next`` is the ``after`` of the next page."""
        limit, after = _page(request, PAGE, LARGEST_PAGE)
        scope = scope_of(request.query_params, "limit", "after")
        board, now = picture.now(), picture.clock.now()
        found = board.select(scope)
        rest = [network for network in found if network.id > after]
        page = rest[:limit]
        return head_of(board, scope, now) | {
            "total": len(found),
            "networks": [network_row(board, network, now=now, watch=picture.watch) for network in page],
            "next": page[-1].id if len(rest) > limit else None,
        }

    @router.get(
        "/networks/{id}",
        tags=["networks"],
        operation_id="read_network",
        summary="One network, whole",
        responses=UNKNOWN,
    )
    def read_network(id: str, request: Request, visitor: Annotated[Visitor, Depends(people)]) -> Json:
        """Its words, stages, claims, statements, overlaps and figures; for the desk also the first of its assets.

        A network that was merged into another is answered with that one.
        """
        only(request)
        board, now = picture.now(), picture.clock.now()
        network = network_of(board, id)
        scope = Scope(network=(network.id,))
        whole = network_whole(board, network, visitor, now=now, watch=picture.watch)
        listed = _assets_page(picture, network.members, "", ASSETS) if visitor.sees_names else None
        return head_of(board, scope, now) | {"network": whole, "listed_assets": listed}

    @router.get(
        "/networks/{id}/assets",
        tags=["networks"],
        operation_id="list_assets",
        summary="Assets of one network, page by page",
        dependencies=[Depends(gate.require(*DESK))],
        openapi_extra={"parameters": _page_parameters(ASSETS, MOST_ASSETS, "hf-page-30")},
        responses=UNKNOWN,
    )
    def list_assets(id: str, request: Request) -> Json:
        """In the order of their ids, with their names. ``next`` is the ``after`` of the next page."""
        only(request, "limit", "after")
        limit, after = _page(request, ASSETS, MOST_ASSETS)
        board = picture.now()
        network = network_of(board, id)
        head = head_of(board, Scope(network=(network.id,)), picture.clock.now())
        return head | _assets_page(picture, network.members, after, limit)

    return router


def openapi_router(gate: Gate, describe: Callable[[], Json]) -> APIRouter:
    """The description of the API, for anybody: it tells a detector's author how to send, and nothing of the room."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate.anybody)])

    @router.get(OPENAPI_PATH)
    def openapi() -> Json:
        return describe()

    return router


def description(app: Starlette, title: str, version: str) -> Json:
    """The OpenAPI description of an application's routes, with its two kinds of bearer tokens and without servers."""
    said = get_openapi(title=title, version=version, routes=app.routes, description=__doc__)
    components = said.setdefault("components", {})
    components.setdefault("schemas", {})[Wrong.__name__] = Wrong.model_json_schema()
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A detector's key: wrk_…"},
        "session": {"type": "http", "scheme": "bearer", "description": "The session of a person: wrs_…"},
    }
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            if path.startswith(PREFIX):
                is_detectors = method == "post" and path == RECORDS_PATH
                operation["security"] = [{"key" if is_detectors else "session": []}]
    return said


def not_kept(response: Response) -> None:
    """What one may see, nobody behind the same proxy or browser finds there afterwards."""
    response.headers["cache-control"] = "no-store"


def head_of(board: Board, scope: Scope, now: int) -> Json:
    """Where in the log an answer stands, when it was given, and what was asked."""
    return {"seq": board.seq, "epoch": board.epoch, "as_of": isoformat(now), "scope": scope_json(scope)}


def network_of(board: Board, id: str) -> Any:
    """A network, or the one that it was merged into. Raises NotFound."""
    network = board.find(id) if ID_PATTERN.fullmatch(id) else None
    if network is None:
        raise NotFound(f"there is no network {id[:80]!r}")
    return network


def _assets_page(picture: Picture, homes: tuple[str, ...], after: str, limit: int) -> Json:
    with picture.database.read() as connection:
        found = assets_of(connection, homes, after, limit + 1)
    return {"assets": found[:limit], "next": found[limit - 1]["id"] if len(found) > limit else None}


def only(request: Request, *words: str) -> None:
    """Raise BadRequest naming a parameter that is not among ``words``."""
    for name in request.query_params:
        if name not in words:
            raise BadRequest(name[:80], f"there is no such parameter here: {', '.join(words) or 'none is needed'}")


def _page(request: Request, usual: int, largest: int) -> tuple[int, str]:
    query = request.query_params
    for name in ("limit", "after"):
        if len(query.getlist(name)) > 1:
            raise BadRequest(name, "given more than once")
    text, after = query.get("limit", str(usual)), query.get("after", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= largest):
        raise BadRequest("limit", f"{text[:80]!r} will not do: a whole number from 1 to {largest}")
    if after and not ID_PATTERN.fullmatch(after):
        raise BadRequest("after", f"{after[:80]!r} is no id")
    return int(text), after


def _page_parameters(usual: int, largest: int, example: str) -> list[Json]:
    limit = {"type": "integer", "minimum": 1, "maximum": largest, "default": usual}
    return [
        {"name": "limit", "in": "query", "description": "how many", "schema": limit, "example": usual},
        {
            "name": "after",
            "in": "query",
            "description": "the id behind which the page begins",
            "schema": {"type": "string"},
            "example": example,
        },
    ]


def example(value: Json) -> Json:
    """An example of an answer, for its description."""
    return {"description": "As asked", "content": {"application/json": {"example": value}}}


WHERE = {"seq": 1204, "epoch": "6f1d2c3b4a596877", "as_of": "2018-10-26T14:32:00Z"}
_FIGURE = {"qualifier": "about", "value": 1_020_000, "text": "about 1,020,000", "short": "1.02 M"}
_MEASURES = WHERE | {
    "scope": {"network": ["harbour-finch"]},
    "networks": 1,
    "measures": {"reach": {"surfaces": [{"surface": "facebook:page", "mode": "estimated", "figure": _FIGURE}]}}
    | {name: {} for name in all_measures() if name != "reach"},
}
_NETWORKS = WHERE | {
    "scope": {"open": True},
    "total": 5,
    "networks": [{"id": "low-tide", "name": "Low Tide", "stage": "confirmed", "open": True}],
    "next": "low-tide",
}
