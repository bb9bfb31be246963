"""``warroom import coordination``, ``coortweet`` and ``indicators``: the results of others, made into records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands import WRONG, complain, say
from app.commands.records import Key, Server, destination
from app.errors import BadRequest
from app.ingest._coacting import UNKNOWN_PLATFORM, Coaction
from app.ingest._intake import NAMED, Tally
from app.ingest.coordination import read_coordination
from app.ingest.coortweet import read_coortweet
from app.ingest.file import Destination
from app.ingest.indicators import pour_indicators

At = Annotated[str, typer.Option(help="The time of the records, a day or RFC 3339. Else the file's own.")]
Platform = Annotated[str, typer.Option(help="The platform that the accounts are on, for example x.")]


def import_coordination(
    file: Annotated[Path, typer.Argument(help="Edge list (CSV), GraphML or database of coordination-network-toolkit.")],
    nodes: Annotated[Path | None, typer.Option(help="Its node list (CSV), for the names of the accounts.")] = None,
    at: At = "",
    platform: Platform = UNKNOWN_PLATFORM,
    server: Server = "",
    key: Key = "",
) -> None:
    """Append what coordination-network-toolkit found: links, their accounts, and a network for each component."""
    try:
        found = read_coordination(file, nodes, at=at, platform=platform)
    except OSError as missing:
        raise _unread(missing, file) from None
    _pour(file, found, server, key)


def import_coortweet(
    file: Annotated[Path, typer.Argument(help="Table of detect_groups, or edges (CSV, GraphML) of the network.")],
    at: At = "",
    platform: Platform = UNKNOWN_PLATFORM,
    server: Server = "",
    key: Key = "",
) -> None:
    """Append what CooRTweet found: links, their accounts, and a network for each component."""
    try:
        found = read_coortweet(file, at=at, platform=platform)
    except OSError as missing:
        raise _unread(missing, file) from None
    _pour(file, found, server, key)


def import_indicators(
    files: Annotated[list[Path], typer.Argument(help="A publisher's indicator files (CSV), one network a file.")],
    server: Server = "",
    key: Key = "",
) -> None:
    """Append networks with the figures, accounts and indicators that were published of them."""
    with destination(server, key) as door:
        # No short cut: the files behind a bad one are read as well.
        good = [_pour_file(file, door) for file in files]
    if not all(good):
        raise typer.Exit(WRONG)


def _pour_file(file: Path, door: Destination) -> bool:
    try:
        tally, found = pour_indicators(file.name, file.read_bytes(), door)
    except OSError as missing:
        complain(f"{file}: {missing.strerror}")
        return False
    except BadRequest as wrong:
        complain(f"{file}:1: {wrong}")
        return False
    _sum_up(file, tally, f", {len(found.refused):,} cells refused, {found.unfilled:,} rows without an indicator")
    for cell in found.refused[:NAMED]:
        complain(f"{file}:{cell.line}: {cell.column}: {cell.reason}")
    _say_rest(len(found.refused))
    return not found.refused and not tally.refused


def _pour(file: Path, found: Coaction, server: str, key: str) -> None:
    with destination(server, key) as door:
        tally = found.pour(door)
    loops = f", {found.loops:,} links of an account with itself left out" if found.loops else ""
    _sum_up(file, tally, f", {len(found.refused):,} lines refused{loops}")
    for refusal in found.refused[:NAMED]:
        complain(f"{file}: {refusal.where}: {refusal.reason}")
    _say_rest(len(found.refused))
    if found.refused or tally.refused:
        raise typer.Exit(WRONG)


def _sum_up(file: Path, tally: Tally, more: str) -> None:
    say(f"{file}: {tally.accepted:,} accepted, {tally.duplicate:,} duplicate, {tally.refused:,} refused{more}")


def _say_rest(refused: int) -> None:
    if refused > NAMED:
        complain(f"  and {refused - NAMED:,} more")


def _unread(missing: OSError, file: Path) -> typer.Exit:
    complain(f"{missing.filename or file}: {missing.strerror}")
    return typer.Exit(WRONG)
