"""The HTTP door: ``POST /api/v1/records`` takes one record, a batch, or a stream of NDJSON without end.

A JSON body is counted while it is read and never buffered beyond its limit. A stream is cut into lines as it comes;
lines go to the writer in groups, at most ``IN_FLIGHT`` of which wait for their commit, so that a fast sender is slowed
down by TCP and memory stays flat. Whatever an answer will say about refusals is made encodable before the commit.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import msgspec
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request, Response
from starlette.requests import ClientDisconnect

from app.errors import Refused, Unavailable
from app.ingest import Principal, Receipt, Writer
from app.ingest._description import REQUEST_BODY, RESPONSES
from app.ingest._intake import NAMED, Reading, Tally, Verdict, read, screen, verdict_of
from app.ingest._pieces import Group, LineCutter, Piece
from app.ingest._request import BATCH, JSON, SILENCE_S, STREAM, body, chunks, media_type
from app.log import Answer
from app.records import Record, RecordParser

T = TypeVar("T")

DOOR = "http"
PATH = "/api/v1/records"
PATIENCE_S = 10.0
"""Seconds for which a stream waits for a busy writer before it gives up with 503."""

IN_FLIGHT = 4
"""Groups of one stream that may wait for their commit while the next is parsed."""

INLINE_BYTES = 16 * 1024
"""Bodies up to this size are parsed on the event loop (well under 1 ms); larger ones in a thread."""


def records_router(parser: RecordParser, writer: Writer, principal_of: Callable[..., Any]) -> APIRouter:
    """The route, for a parser, a writer and a FastAPI dependency that yields the ``Principal`` or refuses with 401."""
    router = APIRouter(tags=["records"])
    # Not Annotated: FastAPI reads annotations where the names of this function are not known.
    who = Depends(principal_of)
    door = _Door(parser, writer)

    @router.post(
        PATH,
        operation_id="append_records",
        summary="Append records to the log",
        response_class=Response,
        responses=RESPONSES,
        openapi_extra={"requestBody": REQUEST_BODY},
    )
    async def append_records(request: Request, principal: Principal = who) -> Response:
        """Append one CloudEvents record, a batch, or an NDJSON stream. Sending the same again is always safe."""
        try:
            media = media_type(request)
            if media == STREAM:
                return await _Stream(door, principal).answer(request)
            raw = await body(request)
            if media == BATCH or (media == JSON and raw.lstrip()[:1] == b"["):
                return await door.batch(raw, principal)
            return await door.single(raw, principal)
        except Refused as refused:
            return _json(refused.status, verdict_of(refused).as_answer())
        except Unavailable as unavailable:
            return _json(503, _unavailable(unavailable), _retry_after(unavailable))
        except ClientDisconnect:
            return Response(status_code=400)

    return router


class _Door:
    """What single records, batches and streams share: the parser, the writer, and how to wait for them."""

    def __init__(self, parser: RecordParser, writer: Writer) -> None:
        self._parser = parser
        self._writer = writer
        self._parsing = CapacityLimiter(2)

    async def single(self, raw: bytes, principal: Principal) -> Response:
        """201, 200 for a duplicate, 409 for a conflict, or the status of the refusal."""
        reading = await self.read([Piece(0, raw)], principal)
        await self.keep(reading.refusals, principal)
        (verdict,) = reading.bad or reading.verdicts(await self.append(reading.records, principal))
        return _json(verdict.http, verdict.as_answer())

    async def batch(self, raw: bytes, principal: Principal) -> Response:
        """One answer for each record. Raises Refused when the body as a whole is no batch."""
        try:
            items = await self._compute(len(raw), lambda: self._parser.parse_batch(raw))
        except Refused as refused:
            await self.keep([refused], principal)
            raise
        reading = screen(items, principal)
        await self.keep(reading.refusals, principal)
        verdicts = reading.verdicts(await self.append(reading.records, principal))
        tally = Tally()
        tally.add(verdicts)
        answers = [{"index": verdict.index, **verdict.as_answer()} for verdict in verdicts]
        return _json(tally.http, tally.as_answer() | {"answers": answers})

    async def read(self, pieces: list[Piece], principal: Principal) -> Reading:
        """Parse pieces without holding up the event loop."""
        size = sum(len(piece.raw) for piece in pieces)
        return await self._compute(size, lambda: read(self._parser, pieces, principal))

    async def _compute(self, size: int, work: Callable[[], T]) -> T:
        return work() if size <= INLINE_BYTES else await to_thread.run_sync(work, limiter=self._parsing)

    async def keep(self, refusals: list[Refused], principal: Principal) -> None:
        """Keep refused bodies, before anything is committed: if this fails, nothing has happened yet."""
        if refusals:
            await _done(self._writer.refuse(refusals, DOOR, principal.name))

    def submit(self, records: list[Record], principal: Principal) -> Future[Receipt]:
        """Queue records for their commit."""
        if not records:
            nothing: Future[Receipt] = Future()
            nothing.set_result(Receipt([]))
            return nothing
        return self._writer.submit(records, door=DOOR, principal=principal.name)

    async def append(self, records: list[Record], principal: Principal) -> list[Answer]:
        """Commit records and return the writer's answers."""
        return (await _done(self.submit(records, principal))).answers


class _Stream:
    """One NDJSON request: cut, parsed and committed in groups, one after the other: earlier lines go first."""

    def __init__(self, door: _Door, principal: Principal) -> None:
        self._door = door
        self._principal = principal
        self._lines = LineCutter()
        self._tally = Tally()
        self._kept = 0
        self._flight: deque[tuple[Reading, Future[Receipt]]] = deque()
        self._settled_lines = 0

    async def answer(self, request: Request) -> Response:
        """Read to the end and say what became of it; 408 or 503 with what is settled when it must stop before."""
        group = Group()
        try:
            async for chunk in chunks(request):
                for full in group.add(self._lines.feed(chunk)):
                    await self._send(full)
                while self._flight and self._flight[0][1].done():
                    await self._settle()
                if not chunk or not self._flight:
                    # The sender pauses, or nothing is on its way: what has come need not wait for company.
                    await self._send(group.take())
            for full in group.add(self._lines.close()):
                await self._send(full)
            await self._send(group.take())
            while self._flight:
                await self._settle()
        except TimeoutError:
            await self._settle_rest()
            return self._summary(408, f"nothing came for {SILENCE_S:g} s")
        except Unavailable as unavailable:
            await self._settle_rest()
            return self._summary(503, str(unavailable), _retry_after(unavailable))
        return self._summary(self._tally.http)

    async def _send(self, pieces: list[Piece]) -> None:
        """Parse one group and hand it to the writer, after waiting for a place in the flight."""
        if not pieces:
            return
        reading = await self._door.read(pieces, self._principal)
        kept = reading.refusals[: NAMED - self._kept]
        self._kept += len(kept)
        await self._patiently(lambda: self._door.keep(kept, self._principal))
        while len(self._flight) >= IN_FLIGHT:
            await self._settle()
        self._flight.append((reading, await self._submit(reading)))

    async def _submit(self, reading: Reading) -> Future[Receipt]:
        async def attempt() -> Future[Receipt]:
            return self._door.submit(reading.records, self._principal)

        return await self._patiently(attempt)

    async def _settle(self) -> None:
        """Wait for the oldest group, submitting it once more for as long as the writer cannot commit it."""
        reading, future = self._flight[0]

        async def attempt() -> Receipt:
            nonlocal future
            if future.done() and future.exception() is not None:
                future = self._door.submit(reading.records, self._principal)
            return await _done(future)

        self._count(reading, await self._patiently(attempt))
        self._flight.popleft()

    async def _settle_rest(self) -> None:
        """After a failure: count what is committed up to the first group that is not."""
        while self._flight:
            reading, future = self._flight.popleft()
            try:
                self._count(reading, await _done(future))
            except Unavailable:
                self._flight.clear()

    def _count(self, reading: Reading, receipt: Receipt) -> None:
        self._tally.add(reading.verdicts(receipt.answers))
        self._settled_lines = reading.last + 1

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try for ``PATIENCE_S`` while the writer is unavailable: records count once, so trying again is safe."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + PATIENCE_S
        pause_s = 0.05
        while True:
            try:
                return await attempt()
            except Unavailable:
                if loop.time() + pause_s > give_up_at:
                    raise
            await asyncio.sleep(pause_s)
            pause_s = min(1.0, pause_s * 2)

    def _summary(self, status: int, stopped: str = "", headers: dict[str, str] | None = None) -> Response:
        tally = self._tally
        answer: dict[str, Any] = {"lines": self._lines.lines} | tally.as_answer()
        answer["refusals"] = [_named(verdict) for verdict in sorted(tally.named, key=lambda v: v.index)]
        answer["not_named"] = tally.refused - len(tally.named)
        if stopped:
            line = self._settled_lines + 1
            reason = f"{stopped}; send again from line {line}"
            answer |= {"status": "unavailable", "code": "stopped", "field": "body", "reason": reason}
            answer["resume_at_line"] = line
        return _json(status, answer, headers)


def _named(verdict: Verdict) -> dict[str, Any]:
    return {"line": verdict.index + 1, "index": verdict.index, **verdict.as_answer()}


async def _done(future: Future[T]) -> T:
    # Shielded: a request that is cancelled at shutdown must not cancel a commit under the writer's hands.
    return await asyncio.shield(asyncio.wrap_future(future))


def _json(status: int, answer: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(answer), status, headers, JSON)


def _unavailable(unavailable: Unavailable) -> dict[str, Any]:
    return {"status": "unavailable", "code": unavailable.code, "field": "", "reason": str(unavailable)}


def _retry_after(unavailable: Unavailable) -> dict[str, str]:
    return {"retry-after": str(max(1, math.ceil(unavailable.retry_after_s)))}
