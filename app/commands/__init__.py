"""FAMILY of commands: what ``warroom`` does on the command line, one file a subject.

The contract. A module has functions that ``app.__main__`` makes commands of; what stands in their signatures and
docstrings is what ``--help`` says. They print to ``OUT``, and what went wrong to ``ERR``; they end a run with
``typer.Exit``, by these codes: 0 done, 1 something was refused or found wrong, 2 asked wrongly, 3 not to be done now.
Text from outside goes through ``app.safetext.terminal`` and is printed without markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.database import Database
from app.migrating import upgrade
from app.safetext import terminal
from app.settings import Settings

WRONG, MISUSED, NOT_NOW = 1, 2, 3

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str, style: str | None = None) -> None:
    """Print one line as it is, whatever is in it."""
    OUT.print(terminal(text), style=style, markup=False)


def complain(text: str) -> None:
    """Print one line about what went wrong."""
    ERR.print(terminal(text), style="red", markup=False)


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; for other programs a line a row, whatever its length, with tabs between its cells."""
    if not OUT.is_terminal:
        for row in rows:
            OUT.file.write("\t".join(row) + "\n")
        return
    table = Table(*heads)
    for row in rows:
        table.add_row(*map(Text, row))
    OUT.print(table)


def settings() -> Settings:
    """The room's settings from the environment. Ends the run where one of them will not do, and names it."""
    try:
        read = Settings()
    except ValidationError as unfit:
        for fault in unfit.errors():
            name = "_".join(["WARROOM", *map(str, fault["loc"][:1])]).upper()
            complain(f"{name}: {fault['msg']}")
        raise typer.Exit(MISUSED) from None
    try:
        read.watch()
    except (KeyError, ValueError, OSError):
        complain(f"WARROOM_ZONE: {read.zone!r} is no time zone: give an IANA name, for example Europe/Berlin")
        raise typer.Exit(MISUSED) from None
    return read


@contextmanager
def opened(read: Settings) -> Iterator[Database]:
    """The room's database with its tables up to date; made where there is none."""
    read.state_dir.mkdir(parents=True, exist_ok=True)
    database = Database(read.url)
    try:
        upgrade(database)
        yield database
    finally:
        database.close()
