"""``warroom key …`` and ``warroom user link``: who may send records, and who may come in without a password."""

from __future__ import annotations

from typing import Annotated

import typer

from app.access import OBSERVATIONS, KeyRow, Role, create_key, create_link, list_keys, revoke_key
from app.clock import SystemClock
from app.commands import MISUSED, WRONG, complain, opened, say, settings, show_table
from app.safetext import terminal
from app.vocabulary import MINUTE, RecordType, moment


def add_key(
    name: Annotated[str, typer.Argument(help="What the detector is called.")],
    source: Annotated[str, typer.Option(help="The CloudEvents source that it may send, and no other.")],
    type: Annotated[
        list[RecordType] | None,
        typer.Option(help="A type that it may send; may be repeated. Without any: all that a detector observes."),
    ] = None,
) -> None:
    """Make a key for a detector. It is shown once and cannot be shown again."""
    try:
        with opened(settings()) as database, database.write() as connection:
            secret = create_key(connection, name, source, type or OBSERVATIONS, SystemClock().now())
    except ValueError as unfit:
        complain(str(unfit))
        raise typer.Exit(MISUSED) from None
    say(secret)


def show_keys() -> None:
    """List the keys of detectors, without their secrets."""
    with opened(settings()) as database, database.read() as connection:
        keys = list_keys(connection)
    if not keys:
        say("No detector has a key yet: warroom key add NAME --source SOURCE")
        return
    show_table(("id", "name", "source", "types", "made", "revoked"), [_cells(key) for key in keys])


def end_key(id: Annotated[str, typer.Argument(help="The id that `warroom key list` shows.")]) -> None:
    """Make a key worthless, within five seconds wherever it is in use."""
    with opened(settings()) as database, database.write() as connection:
        done = revoke_key(connection, id, SystemClock().now())
    if not done:
        complain(f"there is no key {id!r} that could be revoked: warroom key list shows them")
        raise typer.Exit(WRONG)
    say(f"key {id} is revoked")


def link(
    name: Annotated[str, typer.Argument(help="The name of a person, or of a wall device.")],
    role: Annotated[
        Role | None, typer.Option(help="What they are here for. Without it: what their account says, else analyst.")
    ] = None,
    scene: Annotated[str | None, typer.Option(help="The only scene that a wall may show.")] = None,
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60, help="How long the link waits to be used.")] = 15,
    url: Annotated[str, typer.Option(help="How the room is reached, where that is not this machine.")] = "",
) -> None:
    """Make a link that signs somebody in, once."""
    read = settings()
    try:
        with opened(read) as database, database.write() as connection:
            lifetime = minutes * MINUTE
            token = create_link(connection, role, name, SystemClock().now(), scene=scene, lifetime=lifetime)
    except ValueError as unfit:
        complain(str(unfit))
        raise typer.Exit(MISUSED) from None
    say(f"{(url or f'http://{read.host}:{read.port}').rstrip('/')}/in/{token}")


def _cells(key: KeyRow) -> tuple[str, ...]:
    types = "what it observes" if key.detector.types == OBSERVATIONS else " ".join(sorted(key.detector.types))
    cells = (key.id, key.detector.name, key.detector.source, types, _when(key.created_at), _when(key.revoked_at))
    return tuple(map(terminal, cells))


def _when(at: int | None) -> str:
    return "" if at is None else f"{moment(at):%Y-%m-%d %H:%M}"
