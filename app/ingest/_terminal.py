"""What ``warroom ingest`` prints: a progress bar while it reads, then counts and every named refusal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.text import Text

from app.errors import WarroomError
from app.ingest.file import Destination, Import, pour
from app.safetext import terminal

STDIN = "-"


def run(names: Sequence[str], destination: Destination, console: Console | None = None) -> int:
    """Import files one after the other (``-`` is standard input). Returns the exit code: 1 if anything was refused.

    A file that cannot be read, or a destination that stays away, is said and ends that file; the next one is tried.
    """
    out = console or Console(stderr=True)
    failed = False
    for name in names:
        try:
            with _open(name) as (file, size):
                work = _import(name, file, size, destination, out)
        except (OSError, WarroomError) as error:
            out.print(Text.assemble((terminal(name), "bold"), ": ", (terminal(str(error)), "red")))
            failed = True
            continue
        _report(work, out)
        failed = failed or work.tally.refused > 0
    return int(failed)


@contextmanager
def _open(name: str) -> Iterator[tuple[BinaryIO, int | None]]:
    if name == STDIN:
        yield sys.stdin.buffer, None
        return
    with Path(name).open("rb") as file:
        yield file, os.fstat(file.fileno()).st_size


def _import(name: str, file: BinaryIO, size: int | None, destination: Destination, out: Console) -> Import:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(terminal(name), total=size)
        return pour(name, file, destination, on_progress=lambda work: bar.update(task, completed=work.bytes_read))


def _report(work: Import, out: Console) -> None:
    tally = work.tally
    out.print(
        Text.assemble(
            (terminal(work.name), "bold"),
            f": {tally.accepted:,} accepted, {tally.duplicate:,} duplicate, ",
            (f"{tally.refused:,} refused", "red" if tally.refused else ""),
            f", log at {tally.seq:,}" if tally.seq is not None else "",
        )
    )
    for verdict in tally.named:
        where = f"  {work.unit} {verdict.index + 1}: "
        out.print(Text.assemble(where, (terminal(verdict.field), "bold"), f": {terminal(verdict.reason)}"))
    if left := tally.refused - len(tally.named):
        out.print(f"  and {left:,} more", markup=False)
