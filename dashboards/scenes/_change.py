"""Why reach went up or down: the last network that was opened or closed, and what the union is with and without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.hedged import Hedged, Qualifier, rounded
from app.language import _, pgettext
from app.measures.reach import SIGMAS, Reach
from app.networks import Network
from app.vocabulary import DAY, Stage
from app.wording import short, stage_name
from dashboards.scenes._sight import Sight, called


@dataclass(frozen=True, slots=True)
class Change:
    """A network that was opened or closed at an instant (µs), and what that did: "detected", "removed", "reopened"."""

    network: Network
    at: int
    what: str

    @property
    def closed(self) -> bool:
        """Whether it asks for work no longer."""
        return not self.network.is_open


def last_change(sight: Sight) -> Change | None:
    """The latest opening or closing in the last 24 hours of a network of which the headline's reach is known."""
    changes = sorted(_changes(sight), key=lambda change: (-change.at, change.network.id))
    return next((change for change in changes if sight.reach_of([change.network])), None)


def _changes(sight: Sight) -> Iterator[Change]:
    for network in sight.board.networks.values():
        if network.stage_since > sight.now - DAY:
            change = _of_network(network)
            if sight.now - DAY < change.at <= sight.now:
                yield change


def _of_network(network: Network) -> Change:
    """The last time that a network came to be open or came to be closed."""
    later = network.stages[-1]
    for step in reversed(network.stages[:-1]):
        if step.stage.is_open != later.stage.is_open:
            reopened = later.stage.is_open
            words = pgettext("a network", "reopened") if reopened else stage_name(later.stage).lower()
            return Change(network, later.at, words)
        later = step
    stage = Stage.DETECTED if later.stage.is_open else later.stage
    return Change(network, later.at, stage_name(stage).lower())


def change_words(sight: Sight, change: Change) -> str:
    """A change in words: "down ≈1 M at 14:05, Harbour Finch removed". No number where none can be told."""
    others = [network for network in sight.open if network.id != change.network.id]
    own = sight.reach_of([change.network])
    if own is None:
        return ""
    without = sight.reach_of(others)
    if without is None and not any(sight.surface in network.assets for network in others):
        by: Hedged | None = own.figure
    else:
        by = difference(sight.reach_of([*others, change.network]), without, own)
    words = _("down at {time}, {network} {removed}") if change.closed else _("up at {time}, {network} {detected}")
    if by is not None and by.most == 0:
        words = _("unchanged at {time}, {network} {removed}")
    elif by is not None and change.closed:
        words = _("down {n} at {time}, {network} {removed}")
    elif by is not None:
        words = _("up {n} at {time}, {network} {detected}")
    return words.format(
        n=short(by) if by is not None else "",
        time=sight.time(change.at),
        network=called(change.network),
        removed=change.what,
        detected=change.what,
    )


def difference(with_it: Reach | None, without: Reach | None, own: Reach) -> Hedged | None:
    """How much a network adds to a union: as surely as the estimates allow, else at most all of its own reach.

    An estimate of the difference is given only where it stands clear of the errors of both (two standard errors and
    what was rounded away). None where not even a bound is known.
    """
    if with_it and without and _is_point(with_it) and _is_point(without):
        by = (with_it.figure.low or 0) - (without.figure.low or 0)
        doubt = _doubt(with_it) + _doubt(without)
        if not doubt:
            return Hedged.exactly(max(0, by))
        if by > SIGMAS * doubt:
            return Hedged.about(rounded(by, doubt))
    return None if own.figure.most is None else Hedged.at_most(own.figure.most)


def _is_point(reach: Reach) -> bool:
    return reach.mode != "bounded" and reach.figure.qualifier in (Qualifier.EXACTLY, Qualifier.ABOUT)


def _doubt(reach: Reach) -> float:
    return (reach.standard_error or 0.0) * (reach.figure.low or 0) + reach.figure.give
