"""``warroom snapshot schedule …``: briefings that are frozen and given out by themselves while the room is served."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Annotated

import typer

from app import language
from app.clock import SystemClock
from app.commands import opened, say, settings, show_table
from app.commands.snapshots import BY, Filters
from app.safetext import terminal
from app.scopes import scope_of
from app.snapshots.asking import chooser, label_of, scope_said
from app.snapshots.giving import OWN_FOLDER, folders_of
from app.snapshots.schedules import Schedule, Schedules
from app.snapshots.timing import times_of
from app.vocabulary import moment
from dashboards.desk import repertoire


def add(  # noqa: PLR0913 - each is an option
    filters: Annotated[
        list[str] | None, typer.Argument(help="The scope, in the API's words: open=true stage=removed target=US.")
    ] = None,
    *,
    name: Annotated[str, typer.Option(help="What its briefings are called; day and time stand behind it.")] = "",
    every: Annotated[int, typer.Option(help="Hours between two.", min=0)] = 0,
    at: Annotated[str, typer.Option(help='Times of the day by the room\'s clock: "06:00 18:30".')] = "",
    tlp: Annotated[str, typer.Option(help="red, amber+strict, amber, green or clear.")] = "",
    names: Annotated[bool, typer.Option("--names", help="With the names of Pages, groups and accounts.")] = False,
    scene: Annotated[str, typer.Option(help="A scene of a wall instead of a scope.")] = "",
    format: Annotated[list[str] | None, typer.Option(help="A format; may be repeated.")] = None,
    folder: Annotated[str, typer.Option(help=f"{OWN_FOLDER}, or a name in WARROOM_BRIEFING_FOLDERS.")] = "",
    mail: Annotated[bool, typer.Option("--mail", help="Send it to WARROOM_BRIEFING_MAIL.")] = False,
    embargo: Annotated[int, typer.Option(help="Hours of embargo after each is frozen.", min=0)] = 0,
    by: Annotated[str, typer.Option(help="Who sets it up.")] = BY,
) -> None:
    """Freeze a briefing by itself from now on, while the room is served."""
    said: dict[str, list[str]] = {}
    for filter, value in Filters(filters or []).multi_items():
        said.setdefault(filter, []).append(value)
    scope_of(Filters(filters or []))
    asked = Schedule(
        name=name,
        every_h=every,
        times=times_of(at) if at.strip() else (),
        filters=said,
        scene=scene,
        tlp=label_of(tlp),
        names=names,
        formats=tuple(dict.fromkeys(format or ("pdf",))),
        folder=folder,
        mail=mail,
        embargo_h=embargo,
    )
    chooser(scope_said(said), scene, repertoire(), settings().watch())
    with _opened() as schedules:
        made = schedules.add(asked, by=by)
    say(f"{made.id}  {made.when}, next {moment(made.next_at):%Y-%m-%d %H:%M} UTC")


def show() -> None:
    """List the schedules, the next one first, and how the last briefing of each went."""
    with _opened() as schedules:
        found = schedules.every()
    if not found:
        say('No schedule yet: warroom snapshot schedule add --name NAME --at "06:00" --tlp green --folder briefings')
        return
    show_table(("id", "name", "when", "label", "to", "next (UTC)", "last", "failed"), [_cells(each) for each in found])


def remove(id: Annotated[str, typer.Argument(help="The id that `warroom snapshot schedule list` shows.")]) -> None:
    """Freeze nothing more by a schedule; what it froze stays."""
    with _opened() as schedules:
        schedules.remove(id)
    say(f"{id} is removed")


@contextlib.contextmanager
def _opened() -> Iterator[Schedules]:
    read = settings()
    language.use(read.language)
    folders = folders_of(read.state_dir, read.briefing_folders)
    with opened(read) as database:
        yield Schedules(database, SystemClock(), read.zone, folders, mails=bool(read.briefing_mail))


def _cells(schedule: Schedule) -> tuple[str, ...]:
    to = " ".join(filter(None, (schedule.folder, "mail" if schedule.mail else "")))
    due = f"{moment(schedule.next_at):%Y-%m-%d %H:%M}"
    last = schedule.last_snapshot or "-"
    label = f"{schedule.tlp} EMBARGO {schedule.embargo_h} h" if schedule.embargo_h else str(schedule.tlp)
    cells = (schedule.id, schedule.name, schedule.when, label, to, due, last, schedule.failed or "-")
    return tuple(map(terminal, cells))
