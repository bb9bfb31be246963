"""The timeline of a network in numbers for its picture, and in rows for the table that says the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Connection

from app.board import Board
from app.drilldown.timeline import Timeline, date_of, timeline
from app.language import _, ngettext
from app.networks import Network
from app.nouns import day, month_name, stage_name
from app.numerals import grouped
from app.safetext import clean
from app.vocabulary import DAY, Election
from dashboards.desk.shell import Desk
from dashboards.figures import network_timeline as drawing

Row = dict[str, Any]

MOST_TICKS = 2_000
"""Assets that have a tick of their own: beyond that one stands for all of a day."""

BINS = 160
"""Bars of posts along the axis at most: each is some 4 px wide."""

AHEAD = 120
"""Days ahead of now that an election may be to widen the axis."""

MOST_ADS = 400
"""Ads that have a line of their own."""


def timeline_view(connection: Connection, desk: Desk, board: Board, network: Network) -> Row:
    """What ``desk/network/_timeline.html`` shows."""
    found = timeline(connection, network.members)
    now = desk.clock.now() / DAY
    stages = _stages(desk, network)
    votes = _votes(desk, board, network)
    first, last = _range(found, [at for at, _words in (*stages, *votes)], now)
    view = {
        "range": (first, last),
        "created": _ticks(found.created or found.found),
        "posts": _bars(found.posts, first, last),
        "events": [at for at, n in sorted(found.events.items()) for _each in range(min(n, 20))],
        "ads": found.ads[:MOST_ADS],
        "stages": stages,
        "votes": votes,
        "lanes": _lanes(found),
    }
    return {
        "figure": drawing.figure(),
        "columns": drawing.columns(view),
        "rows": _rows(found),
        "marks": [(words, at) for at, words in (*stages, *votes)],
        "empty": found.span is None,
        "undated": _undated(found),
    }


def _stages(desk: Desk, network: Network) -> list[tuple[float, str]]:
    """Every stage with its day, as the picture says it: "Removed 26 Oct"."""
    return [
        (
            round(step.at / DAY, 3),
            _("{stage} {day}").format(stage=stage_name(step.stage), day=day(step.at, desk.zone)),
        )
        for step in network.stages
    ]


def _votes(desk: Desk, board: Board, network: Network) -> list[tuple[float, str]]:
    named = [board.elections[id] for id in network.elections if id in board.elections]
    aimed = [each for each in board.elections.values() if each.country in network.targets]
    votes: dict[str, Election] = {each.id: each for each in (*named, *aimed)}
    dated = sorted((each.polls_open, each.id) for each in votes.values() if each.polls_open is not None)
    coming = [(at, id) for at, id in dated if at > desk.clock.now()][:3]
    past = [(at, id) for at, id in dated if at <= desk.clock.now()][-2:]
    return [(round(at / DAY, 3), clean(votes[id].name, 40)) for at, id in (*coming, *past)]


def _range(found: Timeline, marks: list[float], now: float) -> tuple[float, float]:
    """From the first thing to now or to what is still to come, with a little air on both sides."""
    span = found.span or (min([*marks, now]), now)
    first, last = min([span[0], *marks, now]), max([now, *(at for at in marks if at < now + AHEAD)])
    air = max(1.0, (last - first) * 0.03)
    return round(first - air, 2), round(last + air, 2)


def _ticks(created: dict[int, int]) -> list[float]:
    """One mark an asset, those of a day side by side."""
    if sum(created.values()) > MOST_TICKS:
        return [float(at) for at in sorted(created)]
    return [round(at + place / n, 2) for at, n in sorted(created.items()) for place in range(n)]


def _bars(posts: dict[int, int], first: float, last: float) -> list[tuple[float, int, float]]:
    days = max(1, int((last - first) / BINS))
    bins = Counter[int]()
    for at, n in posts.items():
        bins[at // days] += n
    largest = max(bins.values(), default=1)
    return [(at * days, days, round(n / largest, 4)) for at, n in sorted(bins.items())]


def _lanes(found: Timeline) -> dict[str, str]:
    created, posts = sum(found.created.values()), sum(found.posts.values())
    seen = sum(found.found.values())
    events, ads = sum(found.events.values()), len(found.ads)
    return {
        "created": ngettext("{n} created", "{n} created", created).format(n=grouped(created))
        if created
        else ngettext("{n} found", "{n} found", seen).format(n=grouped(seen)),
        "posts": ngettext("{n} post", "{n} posts", posts).format(n=grouped(posts)),
        "events": ngettext("{n} event", "{n} events", events).format(n=grouped(events)),
        "ads": ngettext("{n} ad", "{n} ads", ads).format(n=grouped(ads)),
    }


def _undated(found: Timeline) -> str:
    """What is in no lane because nobody said when it was."""
    words = {
        "assets": ngettext("{n} asset without a day of creation", "{n} assets without a day of creation",
                           found.undated.get("assets", 0)),
        "events": ngettext("{n} event without a day", "{n} events without a day", found.undated.get("events", 0)),
        "ads": ngettext("{n} ad without a day", "{n} ads without a day", found.undated.get("ads", 0)),
    }  # fmt: skip
    return "; ".join(words[name].format(n=grouped(n)) for name, n in found.undated.items() if n)


def _rows(found: Timeline) -> list[Row]:
    """By month: assets created, posts, events that began, ads that began."""
    months: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    began = Counter(first for first, _last in found.ads)
    counted = {"created": found.created, "found": found.found, "posts": found.posts, "events": found.events}
    for name, days in (*counted.items(), ("ads", began)):
        for at, n in days.items():
            date = date_of(at)
            months[date.year, date.month][name] += n
    return [
        {
            "month": f"{month_name(date_of_month(year, month))} {year}",
            **{name: grouped(n[name]) for name in ("found", *drawing.LANES)},
        }
        for (year, month), n in sorted(months.items())
    ]


def date_of_month(year: int, month: int) -> Any:
    """The first day of a month."""
    return drawing.EPOCH.replace(year=year, month=month)
