"""``warroom detect``: networks that act together, found in a file of posts and told as records of a detector."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from app.commands import ERR, OUT, WRONG, complain, say
from app.commands.records import Key, Server, destination
from app.detection.networks import find_networks, require
from app.detection.reading import Reading, read_posts
from app.detection.telling import Telling
from app.detection.terms import CO_SHARE, NEAR_DUPLICATE, Terms
from app.detection.windows import LONGEST
from app.errors import BadRequest
from app.ingest.file import pour
from app.safetext import terminal
from app.vocabulary import SECOND, Surface

STDIN = "-"

SHOWN = 20
"""Lines that will not do and are shown; a file of another form would fill the terminal."""

ACCOUNTS_SHOWN = 3
"""Accounts of each network in the table."""

HANDLE = 24
"""Letters of each of them."""


class Signals(StrEnum):
    """What may be looked for."""

    CO_SHARE = CO_SHARE
    NEAR_DUPLICATE = NEAR_DUPLICATE
    BOTH = "both"


class Communities(StrEnum):
    """How accounts may be put together."""

    COMPONENTS = "components"
    LEIDEN = "leiden"


def detect(  # noqa: PLR0913, PLR0917 - a parameter is an option
    file: Annotated[str, typer.Argument(help="Posts as CSV or NDJSON; - is standard input.")],
    signal: Annotated[Signals, typer.Option(help="What makes two accounts act together.")] = Signals.CO_SHARE,
    window: Annotated[float, typer.Option(help="Seconds that two posts may be apart.")] = 60,
    min_weight: Annotated[int, typer.Option(min=1, help="Posts that make an edge.")] = 2,
    similarity: Annotated[float, typer.Option(help="Share of words that near-duplicates have in common.")] = 0.8,
    communities: Annotated[
        Communities, typer.Option(help="Who belongs together: leiden cuts what components only joins.")
    ] = Communities.COMPONENTS,
    min_accounts: Annotated[
        int, typer.Option(min=2, help="Accounts that make a network; two may be one person, or chance.")
    ] = 3,
    most_pairs: Annotated[
        int, typer.Option(min=1, help="Pairs of posts that are compared at most; 200 bytes each.")
    ] = 5_000_000,
    platform: Annotated[str, typer.Option(help="The platform of the accounts.")] = "x",
    kind: Annotated[str, typer.Option(help="What the accounts are on it.")] = "account",
    posts: Annotated[bool, typer.Option("--posts", help="Record the posts that made the edges, too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the networks and record nothing.")] = False,
    out: Annotated[str, typer.Option(help="Write the records to this file instead; - is standard output.")] = "",
    server: Server = "",
    key: Key = "",
) -> None:
    """Find accounts that act together in posts, and record them as networks. Doing so again is safe: it counts once."""
    if not 0 <= window * SECOND <= LONGEST:
        raise BadRequest("window", f"{window:g} is not from 0 to {LONGEST // SECOND} seconds")
    if not 0 < similarity <= 1:
        raise BadRequest("similarity", f"{similarity:g} is no share above 0, up to 1")
    signals = (CO_SHARE, NEAR_DUPLICATE) if signal is Signals.BOTH else (signal.value,)
    terms = Terms(signals, round(window * SECOND), min_weight, similarity, communities.value, min_accounts, most_pairs)
    try:
        surface = Surface.parse(f"{platform}:{kind}")
    except ValueError as wrong:
        raise BadRequest("platform", str(wrong)) from None
    reading = _read(file, texts=posts or NEAR_DUPLICATE in signals)
    require(reading.roles, terms)
    finding = find_networks(reading.posts, terms)
    telling = Telling(reading.posts, finding, terms, surface, posts)
    _complain_of(file, reading)
    _summarise(file, reading, telling)
    failed = reading.refused > 0
    if dry_run:
        _show(telling)
    elif out:
        _write(out, telling)
    else:
        failed = _send(telling, server, key) or failed
    raise typer.Exit(WRONG if failed else 0)


def _read(name: str, *, texts: bool) -> Reading:
    with _opened(name) as file:
        try:
            return read_posts(file, texts=texts)
        except BadRequest as wrong:
            raise BadRequest(f"{name}: {wrong.field}", wrong.reason) from None


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == STDIN:
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            yield file
    except OSError as missing:
        complain(f"{name}: {missing.strerror}")
        raise typer.Exit(WRONG) from None


def _complain_of(name: str, reading: Reading) -> None:
    for bad in reading.named[:SHOWN]:
        complain(f"{name}: line {bad.line}: {bad.field}: {bad.reason}")
    if (left := reading.refused - SHOWN) > 0:
        complain(f"{name}: and {left:,} more")


def _summarise(name: str, reading: Reading, telling: Telling) -> None:
    finding, least = telling.finding, telling.terms.min_accounts
    edges = sum(map(len, finding.edges.values()))
    ERR.print(
        terminal(
            f"{name}: {reading.read:,} posts read, {reading.refused:,} refused; {edges:,} edges, "
            f"{finding.communities:,} communities, {len(finding.networks):,} of them with {least} accounts or more"
        ),
        markup=False,
    )


def _show(telling: Telling) -> None:
    row = "{:<24} {:<21} {:>8} {:>6} {:>5}  {}"
    if telling.finding.networks:
        OUT.print(row.format("network", "id", "accounts", "posts", "score", "among them"), style="bold", markup=False)
    for id, name, network in telling.networks():
        handles = [terminal(telling.posts.accounts[account])[:HANDLE] for account in network.accounts[:ACCOUNTS_SHOWN]]
        score = f"{network.score:.2f}"
        cells = row.format(name, id, len(network.accounts), sum(network.made), score, ", ".join(handles))
        OUT.print(cells, markup=False)
    say("A score says how much of what the accounts posted coincides. It says nothing about who is behind them.")


def _lines(telling: Telling) -> Iterator[str]:
    return (json.dumps(event) + "\n" for event in telling.events())


def _write(name: str, telling: Telling) -> None:
    """Write records to a file that is there as a whole or not at all."""
    if name == STDIN:
        sys.stdout.writelines(_lines(telling))
        return
    path = Path(name)
    made = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            made = Path(file.name)
            file.writelines(_lines(telling))
        # As readable as a file that was opened by its name.
        umask = os.umask(0)
        os.umask(umask)
        made.chmod(0o666 & ~umask)
        made.replace(path)
    except OSError as wrong:
        if made is not None:
            made.unlink(missing_ok=True)
        raise BadRequest("out", f"{name}: {wrong.strerror}") from None


def _send(telling: Telling, server: str, key: str) -> bool:
    """Send records to the log here or through a server. Says what became of them, and whether one was refused."""
    with destination(server, key) as door:
        work = pour("records", io.BytesIO("".join(_lines(telling)).encode()), door)
    tally = work.tally
    where = f", log at {tally.seq:,}" if tally.seq is not None else ""
    say(f"{tally.accepted:,} records accepted, {tally.duplicate:,} duplicate, {tally.refused:,} refused{where}")
    for verdict in tally.named[:SHOWN]:
        complain(f"  record {verdict.index + 1}: {verdict.field}: {verdict.reason}")
    return tally.refused > 0
