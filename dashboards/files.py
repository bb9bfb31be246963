"""Static files over HTTP: an address with the hash of its content is good for ever, and text is compressed once.

Everything is held in memory as it goes out, some 3 MB; the bundle of Plotly is 1.4 MB as it is and 0.5 MB as gzip.
"""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Depends, Request, Response

from app.access.gate import Open
from app.errors import NotFound
from app.vendored import PLOTLY_ADDRESS, STATIC, static_file
from dashboards.render import STATIC_PATH, static_url

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
"""What is served at all, by the end of its name."""

COMPRESSIBLE = frozenset({".css", ".js", ".json", ".svg", ".txt"})
WORTH_IT = 1_024
"""Bytes below which compressing saves no packet."""

FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it goes out. ``hash`` is the one in its address; ``packed`` None where that would gain nothing."""

    media_type: str
    hash: str
    plain: bytes
    packed: bytes | None


def static_router(anybody: Open) -> APIRouter:
    """The route of everything below ``/static/``."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(anybody)])

    @router.api_route(STATIC_PATH + "{address:path}", methods=["GET", "HEAD"])
    def static(address: str, request: Request) -> Response:
        return _answer(find(address), request)

    return router


def find(address: str) -> StaticFile:
    """The file at an address below ``/static/``. Raises NotFound for all that is not ours to give away."""
    try:
        path = static_file(address)
        if not path.resolve().is_relative_to(STATIC.resolve()) or path.name.startswith(".") or path.suffix not in TYPES:
            raise NotFound("there is nothing at this address")
        return _read(path, address, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        # Too long for a file's name, or with a NUL in it, or simply not there.
        raise NotFound("there is nothing at this address") from None


def warm_up() -> None:
    """Compress the largest file before anybody asks for it: half a second of work."""
    find(PLOTLY_ADDRESS)


@cache
def _read(path: Path, address: str, _changed_ns: int) -> StaticFile:
    plain = path.read_bytes()
    packed = None
    if path.suffix in COMPRESSIBLE and len(plain) >= WORTH_IT:
        packed = gzip.compress(plain, 6, mtime=0)
    return StaticFile(TYPES[path.suffix], static_url(address).rpartition("=")[2], plain, packed)


def _answer(file: StaticFile, request: Request) -> Response:
    known = request.query_params.get("v") == file.hash
    packs = file.packed is not None and "gzip" in _accepted(request)
    tag = f'"{file.hash}{"-gzip" if packs else ""}"'
    headers = {"cache-control": FOR_EVER if known else ASK_FIRST, "etag": tag}
    if file.packed is not None:
        headers["vary"] = "accept-encoding"
    if tag in [given.strip().removeprefix("W/") for given in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    content = file.plain
    if packs and file.packed is not None:
        headers["content-encoding"] = "gzip"
        content = file.packed
    headers["content-length"] = str(len(content))
    return Response(b"" if request.method == "HEAD" else content, headers=headers, media_type=file.media_type)


def _accepted(request: Request) -> set[str]:
    """The encodings that a browser takes: those with ``q=0`` are those that it does not."""
    accepted = set()
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            accepted.add(name.strip())
    return accepted
