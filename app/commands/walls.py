"""``warroom wall …``: the walls of the room, for whoever runs it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.clock import SystemClock
from app.commands import OUT, WRONG, complain, opened, say, settings
from app.database import Database
from app.safetext import terminal
from app.settings import Settings
from app.vocabulary import moment
from app.walls import Hanging, RoomControl, Standing, holding_words, parse_metres, revoke
from dashboards.desk import repertoire

BY = "the command line"


def show_walls() -> None:
    """List the walls, how they hang, and whether a screen is signed in for each."""
    read = settings()
    with opened(read) as database:
        found = _control(read, database).standings()
    if not found:
        say("No wall yet: open /wall on a screen, then warroom wall pair CODE --name NAME --distance 6 --height 0.93")
        return
    rows = [_cells(standing) for standing in found]
    if not OUT.is_terminal:
        # For other programs: one line a wall, whatever its length.
        for row in rows:
            OUT.file.write("\t".join(row) + "\n")
        return
    table = Table("id", "name", "screen", "hangs", "changed")
    for row in rows:
        table.add_row(*map(Text, row))
    OUT.print(table)


def pair_screen(
    code: Annotated[str, typer.Argument(help="The code that the screen shows.")],
    name: Annotated[str, typer.Option(help="What the wall is called.")],
    distance: Annotated[str, typer.Option(help="From how many metres it is seen.")],
    height: Annotated[str, typer.Option(help="How many metres the picture is high.")],
) -> None:
    """Make the screen that shows a code a wall."""
    hanging = Hanging(name, parse_metres("distance", distance), parse_metres("height", height))
    read = settings()
    with opened(read) as database:
        control = _control(read, database)
        wall = control.pair(code, hanging, BY)
    say(f"{wall.name} is paired. {holding_words(control.repertoire, wall.hanging)}.")


def end_screen(
    name: Annotated[str, typer.Argument(help="The name that `warroom wall list` shows, or the id.")],
) -> None:
    """Sign the screen of a wall out, within five seconds wherever it is."""
    read = settings()
    with opened(read) as database:
        control = _control(read, database)
        found = [each for each in control.standings() if name.casefold() in (each.wall.id, each.wall.name.casefold())]
        if not found or found[0].state == "signed out":
            complain(f"there is no wall {name!r} with a screen: warroom wall list shows them")
            raise typer.Exit(WRONG)
        control.change(found[0].wall.id, lambda c, wall, now: revoke(c, wall, by=BY, now=now))
    say(f"the screen of {found[0].wall.name} is signed out")


def _control(read: Settings, database: Database) -> RoomControl:
    clock = SystemClock()
    return RoomControl(database, repertoire(), key=read.derived("pairing"), clock=clock, now=clock.now)


def _cells(standing: Standing) -> tuple[str, ...]:
    wall = standing.wall
    changed = f"{moment(wall.changed_at):%Y-%m-%d %H:%M} {wall.changed_by}"
    return tuple(map(terminal, (wall.id, wall.name, standing.state, wall.hanging.words(), changed)))
