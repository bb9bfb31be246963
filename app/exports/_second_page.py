"""The panels of the second page: where the networks stand, how long they lasted, what waits, and how to read it all.

Each takes the content and the network that the briefing is about, if any, and gives plain data, or None where it has
nothing to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import briefing
from app.briefing import Column, Line
from app.briefing.picture import MOST_EXCEPTED, at, clock_of, day_of, zone_name
from app.exports._chart import chart
from app.exports._typeface import BRIEF_LIMIT, NAME_LIMIT, said, shown, worded
from app.language import _, ngettext
from app.nouns import stage_name
from app.numerals import grouped
from app.vocabulary import Stage

Content = Mapping[str, Any]
Json = dict[str, Any]

ROW_LIMIT = 40
"""Columns of a name in a table, which are three lines of it."""

MOST_EVENTS = 8
"""Events, or sentences about what changed: as many as fill half a page."""

MOST_STEPS = 7
MOST_LATE = 8
"""Squares of a column where some are overdue, which are larger than the others."""


def pipeline(content: Content, _about: Content | None) -> Json | None:
    """The stages, with a square for each network."""
    if content["counted"]["networks"] < 2:
        return None
    return {
        "title": _("Pipeline"),
        "columns": [
            {
                "title": column.title,
                "n": grouped(column.n),
                **_squares(column),
                "lines": [_line(line) for line in column.lines],
            }
            for column in briefing.pipeline(content)
        ],
    }


def _squares(column: Column) -> Json:
    kept = column.squares[:MOST_LATE] if True in column.squares else column.squares
    more = column.n - len(kept)
    return {
        "squares": ["late" if late else "closed" if column.closed else "open" for late in kept],
        "more": f"+{grouped(more)}" if more else "",
    }


def _line(line: Line) -> Json:
    """A name apart from what follows it, so that only the name is cut where there is no room for both."""
    name = "".join(shown(run.text, NAME_LIMIT) for run in line.words.runs if run.foreign)
    rest = "".join(worded(run.text) for run in line.words.runs if not run.foreign)
    return {"name": name, "rest": rest, "late": line.overdue, "limit": line.limit}


def course(content: Content, _about: Content | None) -> Json | None:
    """How a network went through the stages, where it is the only one: a pipeline of one says nothing."""
    if content["counted"]["networks"] != 1:
        return None
    zone, steps = content["zone"], content["networks"][0]["stages"][-MOST_STEPS:]
    return {
        "title": _("Stages"),
        "steps": [
            {
                "stage": stage_name(Stage(step["stage"])),
                "day": day_of(step["at"], content),
                "time": f"{clock_of(step['at'], content)} {zone_name(at(step['at']), zone)}",
            }
            for step in steps
        ],
    }


def networks(content: Content, _about: Content | None) -> Json | None:
    """The table of the open networks."""
    rows = briefing.open_rows(content)
    if not rows:
        return None
    n, by_row = content["counted"]["open"], _is_mixed(content)
    return {
        "title": ngettext("{n} open network, by accounts reached", "{n} open networks, by accounts reached", n).format(
            n=grouped(n)
        ),
        "heads": [
            *(_("Network"), _("Origin and target"), _("Assets"), _("Accounts reached"), _("Stage"), _("In stage")),
            _("Limit"),
        ],
        "rows": [
            {
                "name": shown(row.name.text, ROW_LIMIT),
                "exercise": _("exercise") if row.exercise and by_row else "",
                "flow": row.flow,
                "assets": row.assets,
                "reached": row.reached,
                "of": row.surface_words,
                "stage": row.stage,
                "held": row.held,
                "limit": row.limit,
                "late": row.overdue,
            }
            for row in rows
        ],
        "more": "" if len(rows) >= n else _("The first {n} of {all}.").format(n=grouped(len(rows)), all=grouped(n)),
    }


def _is_mixed(content: Content) -> bool:
    """Whether each network has to say for itself that it is an exercise: the header cannot name so many exceptions."""
    return sum(not network["exercise"] for network in content["networks"]) > MOST_EXCEPTED


def durations(content: Content, _about: Content | None) -> Json | None:
    """The chart from detection to removal."""
    lasting = briefing.durations(content)
    if not lasting:
        return None
    return {
        "title": _("Detection to removal"),
        "keys": {"open": _("still open"), "confirmed": _("until confirmed"), "removed": _("until removed")},
        **chart(lasting, briefing.median_words(content), lambda text: shown(text, BRIEF_LIMIT)),
    }


def decisions(content: Content, _about: Content | None) -> Json | None:
    """The decisions that are wanted."""
    if not content["networks"]:
        return None
    tasks, by_row = briefing.decisions(content), _is_mixed(content)
    return {
        "title": _("Decisions wanted"),
        "tasks": [
            {
                "name": shown(task.network.text, NAME_LIMIT),
                "exercise": _("exercise") if task.exercise and by_row else "",
                "deed": said(task.deed, NAME_LIMIT),
                "facts": said(task.facts),
                "late": task.overdue,
            }
            for task in tasks
        ],
        "none": "" if tasks else _("None: nothing is past its limit or near it."),
    }


def since(content: Content, _about: Content | None) -> Json | None:
    """What changed since the last briefing, or what happened in the 24 hours before the picture."""
    if not content["networks"] and not content.get("since"):
        return None
    found = briefing.since(content, MOST_EVENTS)
    n = len(found.entries)
    return {
        "title": found.title,
        "events": [{"at": when, "words": said(what, BRIEF_LIMIT)} for when, what in found.entries],
        "none": found.none,
        # What is said of the others where so many are shown: only the typesetter knows how many there is room for.
        "left": [_left_words(n - shown + found.left) if content.get("since") else "" for shown in range(n + 1)],
    }


def _left_words(n: int) -> str:
    return _("{n} more in the spreadsheet of this snapshot.").format(n=grouped(n)) if n else ""


def reading(content: Content, about: Content | None) -> Json | None:
    """How the figures are to be read, and what must not be written."""
    measures = content["measures"] if about is None else about["measures"]
    clauses = [*briefing.do_not_write(measures), *briefing.converted_clauses(content)] if content["networks"] else []
    return {
        "title": _("How to read the figures"),
        "sentences": briefing.how_to_read(content),
        "refrain": _("Do not write: {clauses}.").format(clauses="; ".join(clauses)) if clauses else "",
    }
