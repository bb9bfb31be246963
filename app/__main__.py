"""The program: ``warroom serve``, ``demo``, ``ingest`` and the rest. Each command stands in ``app.commands``."""

from __future__ import annotations

import sys

import typer
from sqlalchemy.exc import DBAPIError

from app import __version__
from app.commands import (
    MISUSED,
    NOT_NOW,
    WRONG,
    accounts,
    comparing,
    complain,
    detecting,
    people,
    records,
    scheduling,
    serving,
    sharing,
    snapshots,
    upkeep,
    walls,
)
from app.commands import imports as imported
from app.errors import BadRequest, Unavailable, WarroomError

app = typer.Typer(
    name="warroom",
    help="A live dashboard for election war rooms.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="Keys for detectors.", no_args_is_help=True)
users = typer.Typer(help="People and wall devices.", no_args_is_help=True)
walls_of_the_room = typer.Typer(help="The walls of the room and their screens.", no_args_is_help=True)
imports = typer.Typer(help="Records from files of other forms.", no_args_is_help=True)

frozen = typer.Typer(help="What was frozen for briefings.", no_args_is_help=True)
scheduled = typer.Typer(help="Briefings that are frozen and given out by themselves.", no_args_is_help=True)

app.command("serve")(serving.serve)
app.command("demo")(serving.demo)
app.command("ingest")(records.ingest)
app.command("detect")(detecting.detect)
app.command("rebuild")(upkeep.rebuild)
app.command("verify")(upkeep.verify)
app.command("doctor")(upkeep.doctor)
app.command("replay")(walls.replay)
keys.command("add")(people.add_key)
keys.command("list")(people.show_keys)
keys.command("revoke")(people.end_key)
users.command("link")(people.link)
users.command("add")(accounts.add)
users.command("list")(accounts.show)
users.command("role")(accounts.change_role)
users.command("password")(accounts.password)
users.command("disable")(accounts.end)
users.command("enable")(accounts.allow)
walls_of_the_room.command("list")(walls.show_walls)
walls_of_the_room.command("pair")(walls.pair_screen)
walls_of_the_room.command("revoke")(walls.end_screen)
imports.command("disclosures")(records.import_disclosures)
imports.command("coordination")(imported.import_coordination)
imports.command("coortweet")(imported.import_coortweet)
imports.command("indicators")(imported.import_indicators)
frozen.command("create")(snapshots.create)
frozen.command("list")(snapshots.show)
frozen.command("export")(snapshots.export)
frozen.command("compare")(comparing.compare)
frozen.command("verify")(comparing.verify_files)
scheduled.command("add")(scheduling.add)
scheduled.command("list")(scheduling.show)
scheduled.command("remove")(scheduling.remove)
frozen.add_typer(scheduled, name="schedule")
frozen.command("share")(sharing.share)
frozen.command("shares")(sharing.show_shares)
frozen.command("unshare")(sharing.unshare)
frozen.command("demo")(snapshots.demo)
app.add_typer(keys, name="key")
app.add_typer(users, name="user")
app.add_typer(walls_of_the_room, name="wall")
app.add_typer(imports, name="import")
app.add_typer(frozen, name="snapshot")


@app.callback(invoke_without_command=True)
def program(
    version: bool = typer.Option(False, "--version", help="Say which Warroom this is."),
) -> None:
    """A live dashboard for election war rooms."""
    if version:
        typer.echo(f"Warroom {__version__}")
        raise typer.Exit


def main() -> None:
    """Run one command. What it cannot do is said in a sentence and told by the exit code, never by a traceback."""
    try:
        app()
    except BadRequest as wrong:
        complain(str(wrong))
        sys.exit(MISUSED)
    except Unavailable as wrong:
        complain(str(wrong))
        sys.exit(NOT_NOW)
    except WarroomError as wrong:
        complain(str(wrong))
        sys.exit(WRONG)
    except DBAPIError as broken:
        complain(f"the database does not answer: {str(broken.orig).strip()}")
        sys.exit(NOT_NOW)


if __name__ == "__main__":
    main()
