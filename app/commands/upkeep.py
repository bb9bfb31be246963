"""``warroom rebuild``, ``verify`` and ``doctor``: whether everything is as it should be, and making it so."""

from __future__ import annotations

import contextlib
import platform
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.clock import SystemClock
from app.commands import ERR, OUT, WRONG, complain, opened, say, settings
from app.commands.comparing import verify_files
from app.database import Database
from app.errors import BadRequest, WarroomError
from app.log import read_head
from app.log import verify as verify_log
from app.migrating import latest, revision_of
from app.notices import Notices
from app.rates import EURO, OLDEST_D, ReferenceRates
from app.rebuild import rebuild as rebuild_views
from app.room import anchor_of
from app.safetext import terminal
from app.settings import Settings
from app.tenure import is_served
from app.vendored import PLOTLY_ADDRESS, static_file
from app.vocabulary import moment

SHOWN = 50
"""Differences and faults that are printed one by one."""

FRONT_END = (
    "css/tokens.css",
    "css/wall.css",
    "js/live.js",
    "vendor/archivo/archivo-latin-standard-normal.woff2",
    "vendor/htmx.min.js",
    "vendor/topojson/world_110m.json",
    PLOTLY_ADDRESS,
)
"""A file of each kind: where one of a kind is missing, all of it is."""


class _OnlyLooked(Exception):
    """Rolls back what was made only to be compared."""


Look = Annotated[bool, typer.Option("--look", help="Change nothing; the exit code is 1 where anything differs.")]


def rebuild(look: Look = False) -> None:
    """Make every table again from the log and say whether anything differed. Doors answer 503 while it goes on."""
    read = settings()
    with opened(read) as database:
        with contextlib.suppress(_OnlyLooked), database.write() as connection, ERR.status("reading the log") as status:
            rebuilt = rebuild_views(connection, lambda seq: status.update(f"reading the log: {seq:,}"))
            if look:
                raise _OnlyLooked
        if rebuilt.differences and not look:
            with database.read() as connection:
                anchor_of(read).write(read_head(connection))
    _list(rebuilt.differences)
    same = "nothing differed" if not rebuilt.differences else f"{len(rebuilt.differences):,} rows differed"
    say(f"{rebuilt.records:,} records read: {same}{'; nothing was changed' if look and rebuilt.differences else ''}")
    if look and rebuilt.differences:
        raise typer.Exit(WRONG)


def verify(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE…]", help="Files that were given out of snapshots.")
    ] = None,
) -> None:
    """Recompute the keyed chain of the log and name every record that is not as it was written; or verify files."""
    if files:
        verify_files(files)
        return
    read = settings()
    with opened(read) as database, database.read() as connection, ERR.status("reading the log"):
        faults = verify_log(connection, read.derived("log"), anchor_of(read))
        head = read_head(connection)
    _list([f"seq {fault.seq}: {fault.what}" for fault in faults])
    if faults:
        complain(f"{len(faults):,} faults in a log of {head.seq:,} records")
        raise typer.Exit(WRONG)
    say(f"{head.seq:,} records, each as it was written, epoch {head.epoch}")


def doctor() -> None:
    """Say what is set, what is there and what is missing. Changes nothing."""
    read = settings()
    ill = False
    for what, fine, words in _findings(read):
        ill = ill or not fine
        mark = ("ok  ", "green") if fine else ("ill ", "red")
        OUT.print(Text.assemble(mark, (f"{what:<12}", "bold"), terminal(words)))
    if ill:
        raise typer.Exit(WRONG)


Finding = tuple[str, bool, str]


def _findings(read: Settings) -> Iterator[Finding]:
    yield "program", True, f"Warroom {__version__}, Python {platform.python_version()}"
    yield "watch", True, f"from {read.watch_first_day}, {read.zone}, {read.theme}"
    yield _state(read)
    yield from _database(read)
    yield _front_end()
    yield _notices(read)
    yield _rates(read)
    yield _port(read)


def _state(read: Settings) -> Finding:
    if not read.state_dir.exists():
        return "state", True, f"{read.state_dir} is not there yet: the first start makes it"
    secret = read.state_dir / "secret"
    if read.secret:
        return "state", True, f"{read.state_dir}; the secret is in WARROOM_SECRET"
    if not secret.exists():
        return "state", True, f"{read.state_dir}; the first start makes a secret"
    if secret.stat().st_mode & 0o077:
        return "state", False, f"others can read {secret}: chmod 600 {secret}"
    return "state", True, f"{read.state_dir}, with the secret"


def _database(read: Settings) -> Iterator[Finding]:
    if read.url.startswith("sqlite"):
        path = Path(read.url.removeprefix("sqlite:///"))
        if not path.exists():
            yield "database", True, f"{path} is not there yet: the first start makes it"
            return
    database = Database(read.url)
    try:
        yield from _opened_database(database)
    except (SQLAlchemyError, WarroomError, OSError) as broken:
        yield "database", False, f"{getattr(broken, 'orig', broken)}"
    finally:
        database.close()


def _opened_database(database: Database) -> Iterator[Finding]:
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    database.check_durability()
    yield "database", True, f"{kind}, commits survive a power cut"
    with database.read() as connection:
        revision = revision_of(connection)
        fine = revision == latest()
        words = f"at revision {revision}" if fine else f"at revision {revision}, the program wants {latest()}: start it"
        yield "tables", fine, words
        if fine:
            head = read_head(connection)
            yield "log", True, f"{head.seq:,} records, epoch {head.epoch}"
    yield "served", True, "by a process, now" if is_served(database) else "by nobody, now"


def _front_end() -> Finding:
    missing = []
    for address in FRONT_END:
        try:
            static_file(address)
        except FileNotFoundError:
            missing.append(address)
    if missing:
        return "front end", False, f"{', '.join(missing)} missing: run `make assets`"
    return "front end", True, "styles, modules, fonts, map shapes and charts are there"


def _notices(read: Settings) -> Finding:
    try:
        Notices(read.notify)
    except BadRequest as unknown:
        return "notices", False, unknown.reason
    n = len(read.notify)
    return "notices", True, f"alarms go to {n:,} {'address' if n == 1 else 'addresses'}" if n else "sent nowhere"


def _rates(read: Settings) -> Finding:
    """Up to which day rates are known, and whether there are any into the room's currency."""
    rates = ReferenceRates(read.currency, read.rates_file)
    try:
        rates.check()
        until = rates.until
        into = bool(rates.on(until, [EURO]))
    except BadRequest as unfit:
        return "rates", False, str(unfit)
    if not into:
        return "rates", False, f"WARROOM_CURRENCY: the ECB publishes no rate of {read.currency} on {until}"
    days = (moment(SystemClock().now()).date() - until).days
    words = f"of the ECB until {until}, into {read.currency}"
    if days > OLDEST_D:
        words += f": {days} days ago, so that nothing of today is converted; WARROOM_RATES_FILE names newer ones"
    return "rates", True, words


def _port(read: Settings) -> Finding:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((read.host, read.port))
        except OSError as taken:
            return "port", True, f"{read.host}:{read.port} is in use ({taken.strerror}): by the room itself?"
    return "port", True, f"{read.host}:{read.port} is free"


def _list(lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        complain(f"  {line}")
    if len(lines) > SHOWN:
        complain(f"  and {len(lines) - SHOWN:,} more")
