"""What is answered where something is wrong: everywhere the same JSON, with field, reason and what to do."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app import language
from app.errors import NotFound, Unavailable, WarroomError

STATUS_WORDS = {403: "forbidden", 404: "not_found", 409: "conflict", 503: "unavailable"}
"""What ``status`` says; everything else is ``refused``."""

CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}

RETRY_S = 1.0

log = logging.getLogger(__name__)


async def in_english() -> None:
    """Let a route speak English, whatever the room does: what it says is for programs."""
    language.speak(language.SOURCE)


class Wrong(BaseModel):
    """Why something was not done."""

    status: str = Field(examples=["refused"])
    code: str = Field(examples=["bad_request"])
    field: str = Field(examples=["stage"], description="what was wrong with the question; empty where all of it was")
    reason: str


def refusal(description: str) -> dict[str, Any]:
    """How the description of a route has such an answer: by the name of its shape.

    Given the shape itself, FastAPI would make something that checks it, for some two hundred such answers, whenever
    an application is made: a third of the time that takes. Nothing ever checks them.
    """
    schema = {"$ref": f"#/components/schemas/{Wrong.__name__}"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def wrong(status: int, code: str, field: str, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    """One such answer. Reasons may quote half a character, which JSON cannot say: it becomes a question mark."""
    content = {"status": STATUS_WORDS.get(status, "refused"), "code": code, "field": field, "reason": reason}
    sound = {name: text.encode("utf-8", "replace").decode() for name, text in content.items()}
    return JSONResponse(sound, status, {"cache-control": "no-store"} | dict(headers or {}))


def answer_to(error: WarroomError) -> Response:
    """The answer to an error of ours: when to come again, and how to sign in, stand in its headers."""
    headers: dict[str, str] = {}
    if isinstance(error, Unavailable):
        headers["retry-after"] = str(max(1, math.ceil(error.retry_after_s)))
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    field = str(getattr(error, "field", ""))
    return wrong(error.status, error.code, field, str(getattr(error, "reason", error)), headers)


def answer_errors(app: FastAPI, headers: Mapping[str, str] | None = None) -> None:
    """Let an application answer every error so. ``headers`` stand on the answer to a fault, which passes no layer."""

    async def ours(_request: Request, error: Exception) -> Response:
        assert isinstance(error, WarroomError)  # noqa: S101 - it is registered for these
        return answer_to(error)

    async def starlettes(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        if error.status_code == 404:
            return answer_to(NotFound("there is nothing at this address"))
        code = CODES.get(error.status_code, "http")
        return wrong(error.status_code, code, "", str(error.detail), error.headers)

    async def unfit(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        first: dict[str, Any] = error.errors()[0]
        return wrong(422, "refused", ".".join(map(str, first["loc"][1:])), str(first["msg"]))

    async def database(_request: Request, error: Exception) -> Response:
        log.warning("the database did not answer: %s", getattr(error, "orig", error))
        return answer_to(Unavailable("the database does not answer now: ask again", RETRY_S))

    async def fault(request: Request, error: Exception) -> Response:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return wrong(500, "fault", "", "something went wrong here; it is in the log of the program", headers)

    app.add_exception_handler(WarroomError, ours)
    app.add_exception_handler(HTTPException, starlettes)
    app.add_exception_handler(RequestValidationError, unfit)
    app.add_exception_handler(DBAPIError, database)
    app.add_exception_handler(PoolTimeout, database)
    app.add_exception_handler(Exception, fault)
