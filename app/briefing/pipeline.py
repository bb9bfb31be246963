"""Where the networks stand: the columns of the pipeline, and the table of those that are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.amounts import counted, prose
from app.briefing.attribution import origin_words
from app.briefing.figures import assets_of, reach_of
from app.briefing.picture import day_of
from app.briefing.sentence import Run, Sentence, fill, named, plain
from app.language import _
from app.nouns import NARROW, duration, sibling_label, stage_name
from app.numerals import grouped
from app.records import hedged_of
from app.vocabulary import PAGES, SECOND, Stage, Surface

Json = Mapping[str, Any]

MOST_LINES = 2
"""Networks that a column names: the one that reaches most first, and whatever is overdue."""

MOST_SQUARES = 12
"""Squares of a column; what is over is said as a number."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line below a count: "Low Tide 51 h", and "limit 48 h" in a second where it is overdue."""

    words: Sentence
    overdue: bool = False
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A stage, how many networks are in it, and a square for each: True where it is overdue. ``closed`` has no limit.

    ``more`` networks have no square.
    """

    title: str
    n: int
    squares: tuple[bool, ...]
    lines: tuple[Line, ...]
    closed: bool
    more: int = 0


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An open network in a table, in words. ``reached`` is of ``surface``, as "about 720,000" and as "≈720 k"."""

    name: Run
    flow: str
    assets: str
    reached: str
    reached_short: str
    surface: Surface | None
    surface_words: str
    stage: str
    held: str
    limit: str
    overdue: bool
    exercise: bool


def pipeline(content: Json) -> list[Column]:
    """The six stages in their order."""
    place = {network["id"]: n for n, network in enumerate(content["networks"])}
    return [_column(stage, content, place) for stage in content["measures"]["stages"]["stages"]]


def _column(stage: Json, content: Json, place: Mapping[str, int]) -> Column:
    which = Stage(stage["stage"])
    rows = sorted(stage["networks"], key=lambda row: (place.get(row["id"], len(place)), row["id"]))
    lines = _named(rows) if which.is_open else _summed(which, content, stage["n"])
    squares = sorted((row["overdue"] for row in rows), reverse=True)[:MOST_SQUARES]
    return Column(
        stage_name(which), stage["n"], tuple(squares), tuple(lines), not which.is_open, stage["n"] - len(squares)
    )


def _named(rows: list[Json]) -> Iterator[Line]:
    late = sorted((row for row in rows if row["overdue"]), key=lambda row: row["limit_s"] - row["held_s"])
    rest = [row for row in rows if not row["overdue"]]
    named_rows = [*late, *rest[: max(0, MOST_LINES - len(late))]][: max(MOST_LINES, min(len(late), 4))]
    for row in named_rows:
        words = plain(named(row["name"]), f" {duration(row['held_s'] * SECOND)}")
        limit = _("limit {duration}").format(duration=_hours(row["limit_s"] // 3_600)) if row["overdue"] else ""
        yield Line(words, row["overdue"], limit)
    if n := len(rows) - len(named_rows):
        yield Line(plain(_("and {n} more").format(n=grouped(n))))


def _summed(stage: Stage, content: Json, n: int) -> Iterator[Line]:
    if not n:
        return
    if stage is Stage.REMOVED:
        removed = hedged_of(content["measures"]["takedowns"]["assets"])
        yield Line(plain(counted(removed, _("asset"), _("assets"))))
    scope = content["subject"]["scope"]
    if "since" in scope:
        first = day_of(content["watch"]["first_day"], content)
        yield Line(fill(_("since {day}"), day=first))


def _hours(n: int) -> str:
    """A limit, in the hours in which it was set."""
    return _("{n} h").format(n=grouped(n)).replace(" ", NARROW)


def open_rows(content: Json, most: int = 0) -> list[OpenRow]:
    """The open networks in the order of the snapshot, by accounts reached; ``most`` of them where it is given."""
    found = [_open_row(network) for network in content["networks"] if network["open"]]
    return found[:most] if most else found


def _open_row(network: Json) -> OpenRow:
    said = reach_of(network)
    surface, reach = said or (None, None)
    stage = stage_name(Stage(network["stage"]))
    return OpenRow(
        name=named(network["name"]),
        flow=origin_words(network),
        assets=prose(assets_of(network)),
        reached=reach["figure"]["prose"] if reach else _("not known"),
        reached_short=reach["figure"]["short"] if reach else "–",
        surface=surface,
        surface_words="" if surface in (None, PAGES) else sibling_label(surface),
        stage=_("{stage}, overdue").format(stage=stage) if network["overdue"] else stage,
        held=duration(network["held_s"] * SECOND),
        limit=_hours(network["limit_h"]) if network["limit_h"] is not None else "",
        overdue=network["overdue"],
        exercise=network["exercise"],
    )
