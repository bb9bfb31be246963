"""``warroom snapshot share``, ``shares`` and ``unshare``: read-only links to one snapshot, for an operator."""

from __future__ import annotations

from typing import Annotated

import typer

from app.clock import SystemClock
from app.commands import say, settings, show_table
from app.commands.snapshots import BY, id_of, opened_snapshots
from app.safetext import terminal
from app.snapshots.freezing import Snapshots
from app.snapshots.keeping import unknown
from app.snapshots.sharing import DAYS, MOST_DAYS, PATH, Share, Shares
from app.vocabulary import moment

Id = Annotated[str, typer.Argument(help="The id that `warroom snapshot list` shows, or the name of the newest.")]


def share(
    id: Id,
    days: Annotated[int, typer.Option(help=f"How many days it is good, 1 to {MOST_DAYS}.")] = DAYS,
    format: Annotated[list[str] | None, typer.Option(help="A format that it gives; may be repeated; else all.")] = None,
    by: Annotated[str, typer.Option(help="Who makes it.")] = BY,
) -> None:
    """Make a read-only link that anybody opens without signing in. It is shown this once."""
    address = settings().public_address
    with opened_snapshots() as snapshots:
        found = id_of(snapshots, id)
        kept = snapshots.find(found)
        if kept is None:
            raise unknown(found)
        token, made = _shares(snapshots).share(kept, days=days, formats=format or (), by=by)
    say(f"{address}{PATH}{token}")
    say(f"{made.id}  until {moment(made.expires_at):%Y-%m-%d %H:%M} UTC  {' '.join(made.formats)}")


def show_shares(id: Id) -> None:
    """List the links of a snapshot, those that are over among them, newest first."""
    with opened_snapshots() as snapshots:
        shares = _shares(snapshots)
        found, now = shares.of(id_of(snapshots, id)), shares.now()
    if not found:
        say("No link yet: warroom snapshot share ID --days 7")
        return
    show_table(("id", "state", "until", "made", "by", "opened", "last"), [_cells(share, now) for share in found])


def unshare(
    share: Annotated[str, typer.Argument(help="The id of a link that `warroom snapshot shares` shows.")],
) -> None:
    """End a link at once."""
    with opened_snapshots() as snapshots:
        shares = _shares(snapshots)
        shares.revoke(shares.find(share), by=BY)
    say(f"{share} opens nothing any more")


def _shares(snapshots: Snapshots) -> Shares:
    return Shares(snapshots.database, snapshots.clock, SystemClock().now)


def _cells(share: Share, now: int) -> tuple[str, ...]:
    times = [f"{moment(at):%Y-%m-%d %H:%M}" if at else "-" for at in (share.expires_at, share.made_at, share.opened_at)]
    until, made, last = times
    return tuple(map(terminal, (share.id, share.state(now), until, made, share.made_by, str(share.opened), last)))
