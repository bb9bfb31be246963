"""``warroom wall …`` and ``warroom replay``: the walls of the room, for whoever runs it."""

from __future__ import annotations

from typing import Annotated

import typer

from app.clock import SystemClock
from app.commands import MISUSED, WRONG, complain, opened, say, settings, show_table
from app.database import Database
from app.errors import NotFound
from app.safetext import terminal
from app.settings import Settings
from app.vocabulary import moment
from app.walls import Hanging, RoomControl, Standing, Wall, holding_words, parse_metres, play, revoke
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
    show_table(("id", "name", "screen", "hangs", "changed"), [_cells(standing) for standing in found])


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
        wall = _named(control, name)
        if control.standing(wall.id).state == "signed out":
            complain(f"{wall.name} has no screen: warroom wall list shows them")
            raise typer.Exit(WRONG)
        control.change(wall.id, lambda c, wall, now: revoke(c, wall, by=BY, now=now))
    say(f"the screen of {wall.name} is signed out")


def replay(
    name: Annotated[str, typer.Argument(help="The wall: the name that `warroom wall list` shows, or the id.")],
    first: Annotated[str, typer.Option("--from", help="Where to begin: 21:40, 2018-10-26T21:40 or RFC 3339.")] = "",
    last: Annotated[str, typer.Option("--to", help="Where to end; without it, now.")] = "",
    speed: Annotated[str, typer.Option(help="Times as fast as it was, 1 to 600.")] = "60",
    exercise: Annotated[bool, typer.Option("--exercise", help="Mark it as an exercise, not as a replay.")] = False,
    end: Annotated[bool, typer.Option("--end", help="Make the wall live again.")] = False,
) -> None:
    """Play a stretch of the log on a wall, while all others stay live."""
    if bool(first) == end:
        complain("give --from, or --end")
        raise typer.Exit(MISUSED)
    read = settings()
    with opened(read) as database:
        control = _control(read, database)
        wall = _named(control, name)
        mark = "exercise" if exercise else "replay"
        stretch = None if end else control.stretch(mark, first, last, speed)
        control.change(wall.id, lambda c, wall, now: play(c, wall, stretch, by=BY, now=now))
    say(f"{wall.name} is live" if stretch is None else f"{wall.name} plays {stretch.words}, marked as {stretch.mark}")


def _named(control: RoomControl, name: str) -> Wall:
    for standing in control.standings():
        if name.casefold() in (standing.wall.id, standing.wall.name.casefold()):
            return standing.wall
    raise NotFound(f"there is no wall {name!r}: warroom wall list shows them")


def _control(read: Settings, database: Database) -> RoomControl:
    clock = SystemClock()
    return RoomControl(database, repertoire(), key=read.derived("pairing"), clock=clock, now=clock.now, zone=read.zone)


def _cells(standing: Standing) -> tuple[str, ...]:
    wall = standing.wall
    changed = f"{moment(wall.changed_at):%Y-%m-%d %H:%M} {wall.changed_by}"
    return tuple(map(terminal, (wall.id, wall.name, standing.state, wall.hanging.words(), changed)))
