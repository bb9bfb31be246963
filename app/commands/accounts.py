"""``warroom user add`` and the rest about accounts: who signs in by name and password, and as what."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy import Connection

from app.access.accounts import (
    Account,
    account_called,
    disable,
    enable,
    fit_name,
    list_accounts,
    make_account,
    role_of,
    set_hash,
    set_role,
)
from app.access.passwords import LONGEST, Passwords, check_password, check_same
from app.clock import SystemClock
from app.commands import MISUSED, complain, opened, say, settings, show_table
from app.errors import NotFound
from app.safetext import terminal
from app.vocabulary import moment

Name = Annotated[str, typer.Argument(help="What somebody is called here.")]
RoleAsked = Annotated[str, typer.Option("--role", help="What they are here for: viewer, analyst, lead or admin.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, for programs.")
]


def add(name: Name, role: RoleAsked, password_stdin: FromStdin = False) -> None:
    """Make an account. Its password is asked for twice, and not shown."""
    wanted = role_of(role)
    with opened(settings()) as database:
        with database.read() as connection:
            # Before anybody thinks up a password for a name that will not do.
            fit_name(connection, name)
        hash = Passwords().hash(_password(from_stdin=password_stdin))
        with database.write() as connection:
            account = make_account(connection, name, wanted, hash, by=_who(), now=SystemClock().now())
    say(f"{account.name} can sign in, as {account.role}")


def show() -> None:
    """List the accounts, without their passwords."""
    with opened(settings()) as database, database.read() as connection:
        everybody = list_accounts(connection)
    if not everybody:
        say("Nobody has an account yet: warroom user add NAME --role ROLE")
        return
    show_table(("name", "role", "state", "made", "last sign-in"), [_cells(account) for account in everybody])


def change_role(name: Name, role: Annotated[str, typer.Argument(help="viewer, analyst, lead or admin.")]) -> None:
    """Give somebody another role. They are signed out everywhere."""
    wanted = role_of(role)
    called = _change(name, lambda connection, account, by, now: set_role(connection, account, wanted, by=by, now=now))
    say(f"{called} is {wanted} from now on")


def password(name: Name, password_stdin: FromStdin = False) -> None:
    """Set somebody a new password. They are signed out everywhere."""
    with opened(settings()) as database, database.read() as connection:
        _named(connection, name)
    hash = Passwords().hash(_password(from_stdin=password_stdin))
    what = "set a new password"
    called = _change(
        name, lambda connection, account, by, now: set_hash(connection, account, hash, what, by=by, now=now)
    )
    say(f"{called} has a new password")


def end(name: Name) -> None:
    """Let somebody sign in no more, and sign them out everywhere."""
    called = _change(name, lambda connection, account, by, now: disable(connection, account, by=by, now=now))
    say(f"{called} is disabled")


def allow(name: Name) -> None:
    """Let somebody whose account is disabled sign in again, with the password they had."""
    called = _change(name, lambda connection, account, by, now: enable(connection, account, by=by, now=now))
    say(f"{called} is enabled")


def _change(name: str, change: Callable[[Connection, Account, str, int], None]) -> str:
    """Change something about an account, and return how its name is written."""
    with opened(settings()) as database, database.write() as connection:
        account = _named(connection, name)
        change(connection, account, _who(), SystemClock().now())
        return account.name


def _named(connection: Connection, name: str) -> Account:
    account = account_called(connection, name)
    if account is None:
        raise NotFound(f"there is no account called {name!r}: warroom user list shows them")
    return account


def _password(*, from_stdin: bool) -> str:
    """A password that will do: a line of standard input, or typed twice without being shown."""
    if from_stdin:
        # One character more than may be, and the end of the line.
        said = sys.stdin.read(LONGEST * 16).removesuffix("\n").removesuffix("\r")
        check_password("password", said)
        return said
    if not sys.stdin.isatty():
        complain("there is no terminal to ask for the password on: send it with --password-stdin")
        raise typer.Exit(MISUSED)
    said = getpass.getpass("Password: ")
    check_password("password", said)
    check_same("password", said, getpass.getpass("Again: "))
    return said


def _who() -> str:
    """Who is at the command line, as far as the system knows."""
    try:
        return f"command line, {terminal(getpass.getuser())}"
    except (OSError, KeyError):
        return "command line"


def _cells(account: Account) -> tuple[str, ...]:
    state = "enabled" if account.is_enabled else "disabled"
    if account.is_enabled and not account.hash:
        state = "no password yet"
    cells = (account.name, account.role, state, _when(account.made_at), _when(account.signed_in_at) or "never")
    return tuple(map(terminal, cells))


def _when(at: int | None) -> str:
    return "" if at is None else f"{moment(at):%Y-%m-%d %H:%M}"
