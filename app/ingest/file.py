"""The file door: ``warroom ingest FILE…`` reads NDJSON or one JSON array, from files or standard input.

Reading, grouping and sending know no terminal; ``app.ingest._terminal`` shows what they do. A file is never in memory
as a whole. It goes to a running server or straight to a writer; either way the same records count once, so an import
that was interrupted is simply started again.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from app.errors import BadRequest, Unavailable
from app.ingest import Principal, Writer
from app.ingest._intake import Tally, Verdict, read, too_long, verdict_of
from app.ingest._pieces import ArrayCutter, Cutter, Group, LineCutter, Piece
from app.records import RecordParser

DOOR = "file"
CHUNK = 256 * 1024
"""Bytes that are read at a time."""

TRIES = 20
"""How often a group is offered to a writer or server that is unavailable, with growing pauses: two minutes in all."""


class Destination(Protocol):
    """Where pieces go. Raises Unavailable when they cannot be taken now."""

    def send(self, pieces: list[Piece]) -> Tally:
        """Send one group and count what became of it. Named verdicts carry the ``index`` of their piece."""
        ...


@dataclass(slots=True)
class ToWriter:
    """Straight into the log of this machine, for an operator who may append anything.

    History is believed: windows count it at the time it names, however long ago.
    """

    parser: RecordParser
    writer: Writer
    principal: Principal

    def send(self, pieces: list[Piece]) -> Tally:
        """Parse, keep what is refused, commit what is good."""
        reading = read(self.parser, pieces, self.principal)
        if reading.refusals:
            self.writer.refuse(reading.refusals, DOOR, self.principal.name).result()
        tally = Tally()
        if reading.records:
            receipt = self.writer.submit(reading.records, door=DOOR, principal=self.principal.name, clamp_past=False)
            tally.add(reading.verdicts(receipt.result().answers))
        else:
            tally.add(reading.bad)
        return tally


class ToServer:
    """Through the HTTP door of a running server. Raises BadRequest when the server will not have us at all.

    Close it after use; when it raises, its connection is closed already.
    """

    def __init__(self, url: str, key: str, timeout_s: float = 60.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadRequest("server", f"{url[:80]!r} is no address of a server: give one like http://127.0.0.1:8750")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=timeout_s)
        self._path = parts.path.rstrip("/") + "/api/v1/records"
        self._headers = {"content-type": "application/x-ndjson", "authorization": f"Bearer {key}"}

    def send(self, pieces: list[Piece]) -> Tally:
        """Send a group as one NDJSON request."""
        fitting = [piece for piece in pieces if not piece.too_long]
        tally = _tally(self._post(fitting), fitting) if fitting else Tally()
        tally.add(verdict_of(too_long(piece)) for piece in pieces if piece.too_long)
        return tally

    def close(self) -> None:
        """Hang up. Sending again dials again."""
        self._connection.close()

    def _post(self, pieces: list[Piece]) -> dict[str, Any]:
        # One line for each piece. Inside an element of an array line feeds become carriage returns: the same to JSON,
        # white space between tokens and forbidden within strings.
        sent = b"\n".join(piece.raw.replace(b"\n", b"\r") for piece in pieces)
        try:
            self._connection.request("POST", self._path, sent, self._headers)
            response = self._connection.getresponse()
            status, raw = response.status, response.read()
        except (OSError, http.client.HTTPException) as broken:
            self.close()
            raise Unavailable(f"the server cannot be reached: {broken}") from broken
        if status in (408, 503):
            raise Unavailable(
                f"the server answered {status}", retry_after_s=_seconds(response.getheader("retry-after"))
            )
        if status not in (200, 207, 422):
            self.close()
            raise BadRequest("server", f"the server answered {status}: {raw[:200].decode(errors='replace')}")
        answer: dict[str, Any] = json.loads(raw)
        return answer


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 1.0


def _tally(answer: dict[str, Any], pieces: Sequence[Piece]) -> Tally:
    """The server's summary, with the places that the pieces have in their file."""
    tally = Tally(answer["accepted"], answer["duplicate"], answer["refused"], answer["seq"])
    for said in answer["refusals"]:
        place = pieces[said["index"]].index
        tally.named.append(Verdict(place, said["status"], None, said["field"], said["reason"], said["code"]))
    return tally


@dataclass(slots=True)
class Import:
    """One file on its way in: how far it is, and what became of it so far."""

    name: str
    unit: str = "line"
    bytes_read: int = 0
    tally: Tally = field(default_factory=Tally)


def pour(
    name: str,
    file: BinaryIO,
    destination: Destination,
    *,
    on_progress: Callable[[Import], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Import:
    """Send one file, group by group, and return what became of it. ``on_progress`` is called after each group.

    Raises Unavailable when the destination stays away for ``TRIES`` tries, BadRequest when it refuses us.
    """
    work = Import(name)
    for pieces in _groups(file, work):
        part = _offer(destination, pieces, sleep)
        _fold(work.tally, part)
        on_progress(work)
    on_progress(work)
    return work


def pour_events(events: Iterable[Mapping[str, Any]], destination: Destination) -> Tally:
    """Send events that an importer made, group by group. A named verdict has the place of its event as ``index``.

    Raises as ``pour`` does.
    """
    whole, group = Tally(), Group()
    pieces = (Piece(place, json.dumps(event, ensure_ascii=False).encode()) for place, event in enumerate(events))
    for full in group.add(pieces):
        _fold(whole, _offer(destination, full, time.sleep))
    if group:
        _fold(whole, _offer(destination, group.take(), time.sleep))
    return whole


def _groups(file: BinaryIO, work: Import) -> Iterator[list[Piece]]:
    cutter: Cutter | None = None
    group = Group()
    head = b""
    # read1 hands over what a pipe has instead of waiting for a full chunk.
    while chunk := _read_some(file):
        work.bytes_read += len(chunk)
        if cutter is None:
            head += chunk
            if not (start := head.lstrip()):
                continue
            cutter = ArrayCutter() if start[:1] == b"[" else LineCutter()
            work.unit = "element" if start[:1] == b"[" else "line"
            chunk = head
        yield from group.add(cutter.feed(chunk))
    if cutter is not None:
        yield from group.add(cutter.close())
    if group:
        yield group.take()


def _read_some(file: BinaryIO) -> bytes:
    read1: Callable[[int], bytes] | None = getattr(file, "read1", None)
    return read1(CHUNK) if read1 else file.read(CHUNK)


def _offer(destination: Destination, pieces: list[Piece], sleep: Callable[[float], None]) -> Tally:
    for attempt in range(TRIES - 1):
        try:
            return destination.send(pieces)
        except Unavailable as unavailable:
            sleep(max(unavailable.retry_after_s, min(8.0, 0.1 * 2**attempt)))
    return destination.send(pieces)


def _fold(whole: Tally, part: Tally) -> None:
    counted = part.refused - len(part.named)
    for verdict in part.named:
        whole.add([verdict])
    whole.accepted += part.accepted
    whole.duplicate += part.duplicate
    whole.refused += counted
    if part.seq is not None:
        whole.seq = max(whole.seq or 0, part.seq)
