"""An open network surely reaches more accounts on one surface than it may: a bound is not a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.alarms import Cause, Look
from app.hedged import Hedged
from app.language import N_, _
from app.vocabulary import Alarm, Surface, Watch
from app.wording import short, surface_name

NAME = "reach_limit"
TITLE = N_("Reach")


def causes(look: Look) -> Iterator[Cause]:
    """One a network and surface. Sure where every number that the figure allows is above, over where none is."""
    limit = look.watch.reach_limit
    if not limit:
        return
    for network in look.board.networks.values():
        if not network.is_open:
            continue
        for surface in network.assets_figure:
            reach = look.board.reach_of([network.id], surface)
            if reach is None or reach.figure.is_absent:
                continue
            figure = reach.figure
            if figure.most is None or figure.most > limit:
                is_sure = figure.surely_above(limit)
                yield Cause(NAME, network.id, look.now, str(surface), figure, limit, is_sure)


def said(alarm: Alarm) -> str:
    """How many, and on what: "reached ≈2.4 M accounts on Pages, limit 1 M"."""
    figure = Hedged.nothing_said() if alarm.figure is None else alarm.figure
    return _("reached {n} accounts on {pages}, limit {limit}").format(
        n=short(figure), pages=_surface(alarm.part), limit=short(Hedged.exactly(alarm.limit or 0))
    )


def watched(watch: Watch, _limits_s: Mapping[str, int]) -> str:
    """The limit."""
    if not watch.reach_limit:
        return ""
    return _("reach of a network above {limit}").format(limit=short(Hedged.exactly(watch.reach_limit)))


def _surface(part: str) -> str:
    """The surface of an alarm in words; what is none, as it came in."""
    try:
        return surface_name(Surface.parse(part), many=True)
    except ValueError:
        return part
