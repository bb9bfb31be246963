"""What the routes for programs share: where they are, what they may refuse, and how their answers are described."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from app.answers import refusal

PREFIX = "/api/v1"

Json = dict[str, Any]

REFUSALS: dict[int | str, Json] = {
    400: refusal("A value that will not do, named by its field"),
    401: refusal("Not signed in"),
    403: refusal("Not for this role"),
    503: refusal("The database does not answer now"),
}


def not_kept(response: Response) -> None:
    """What one may see, nobody behind the same proxy or browser finds there afterwards."""
    response.headers["cache-control"] = "no-store"


def example(value: Json) -> Json:
    """An answer of a route as its description shows it."""
    return {"description": "As asked", "content": {"application/json": {"example": value}}}
