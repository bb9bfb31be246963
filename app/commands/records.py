"""``warroom ingest`` and ``warroom import …``: records from files, into the log here or through a server's door."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from app.clock import SystemClock
from app.commands import ERR, WRONG, complain, opened, say, settings
from app.errors import BadRequest
from app.ingest._terminal import run
from app.ingest.disclosures import pour_disclosures
from app.ingest.file import Destination, ToServer, ToWriter
from app.records import RecordParser
from app.room import anchor_of
from app.writer import Writer

Server = Annotated[str, typer.Option(help="A server to send to; without it the records go into the log here.")]
Key = Annotated[str, typer.Option(envvar="WARROOM_KEY", help="The detector's key for that server.")]


class Operator:
    """Whoever has the command line of the room may append anything."""

    name = "operator"

    def allows(self, source: str, type: str) -> bool:  # noqa: ARG002 - as every principal is asked
        """Always."""
        return True


@contextlib.contextmanager
def destination(server: str, key: str) -> Iterator[Destination]:
    """Where records go: to a server, or into the log of this room."""
    if server:
        if not key:
            raise BadRequest("key", "a server wants a detector's key: --key, or the variable WARROOM_KEY")
        with contextlib.closing(ToServer(server, key)) as door:
            yield door
        return
    read = settings()
    with opened(read) as database:
        writer = Writer(database, key=read.derived("log"), clock=SystemClock(), anchor=anchor_of(read))
        try:
            yield ToWriter(RecordParser(read.derived("accounts")), writer, Operator())
        finally:
            writer.close()


def ingest(
    files: Annotated[list[str], typer.Argument(help="Files of NDJSON or one JSON array; - is standard input.")],
    server: Server = "",
    key: Key = "",
) -> None:
    """Append the records of files to the log. Doing so again is safe: a record counts once."""
    with destination(server, key) as door:
        code = run(files, door, ERR)
    raise typer.Exit(code)


def import_disclosures(
    file: Annotated[Path, typer.Argument(help="Published takedowns, as JSON of schema cib-takedown-record/1.")],
    server: Server = "",
    key: Key = "",
) -> None:
    """Append published takedowns as networks with the figures that were stated of them."""
    try:
        raw = file.read_bytes()
    except OSError as missing:
        complain(f"{file}: {missing.strerror}")
        raise typer.Exit(WRONG) from None
    with destination(server, key) as door:
        tally, found = pour_disclosures(raw, door)
    say(f"{file}: {tally.accepted:,} accepted, {tally.duplicate:,} duplicate, {tally.refused:,} refused")
    for verdict in tally.named:
        complain(f"  record {verdict.index + 1}: {verdict.field}: {verdict.reason}")
    for left in found.left_out:
        say(f"  left out: {left.record}: {left.field}: {left.reason}")
    if tally.refused:
        raise typer.Exit(WRONG)
