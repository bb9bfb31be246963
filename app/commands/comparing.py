"""``warroom snapshot compare`` and ``verify``: what has changed since, and whether a file is as it was given out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands import ERR, MISUSED, OUT, WRONG, complain, opened, say, settings
from app.commands.snapshots import id_of, opened_snapshots
from app.room import anchor_of
from app.safetext import terminal
from app.snapshots.restating import Restating
from app.snapshots.telling import sentences, standing_sentence
from app.snapshots.verifying import State, Verdict, Verifier

NOW = "now"

MOST_SAID = 200
"""Sentences that are printed: all that a room of some hundred networks has."""


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="The id or the name of a snapshot.")],
    second: Annotated[str, typer.Argument(metavar="[B]", help="Another one, or now.")] = NOW,
) -> None:
    """Say what changed from one snapshot to another, or to what is known now, and which records did it."""
    with opened_snapshots() as snapshots:
        restating = Restating(snapshots)
        frozen = snapshots.read(id_of(snapshots, first))
        if second == NOW:
            comparison = restating.now(frozen)
            say(standing_sentence(restating.standing(frozen)))
        else:
            comparison = restating.between(frozen, snapshots.read(id_of(snapshots, second)))
    before, after = comparison.before, comparison.after
    say(f"from {before.name}, seq {before.seq:,}, to {after.name or NOW}, seq {after.seq:,}")
    for sentence in sentences(comparison, MOST_SAID):
        say(f"- {sentence}")


def verify_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files that were given out, in any format.")],
) -> None:
    """Say of each file whether it is as it was given out, by the log, the kept bytes and the file made again."""
    read = settings()
    with opened(read) as database, database.read() as connection:
        with ERR.status("reading the log"):
            verifier = Verifier(connection, read.derived("log"), anchor_of(read))
        # One after the other, so that what is found is said before the next one is looked at.
        states = [_said(verifier.verdict(path)) for path in files]
    if any(state in (State.CHANGED, State.UNVOUCHED, State.UNKNOWN) for state in states):
        raise typer.Exit(WRONG)
    if State.UNREADABLE in states:
        raise typer.Exit(MISUSED)


def _said(verdict: Verdict) -> State:
    line = f"{terminal(str(verdict.path))}: {verdict.state}: {terminal(verdict.why)}"
    if verdict.state is State.AS_GIVEN:
        OUT.print(line, markup=False)
    else:
        complain(line)
        for detail in verdict.details:
            complain(f"- {detail}")
    return verdict.state
