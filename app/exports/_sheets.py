"""What stands on printed pages: every text of a snapshot made safe and in its place, as plain data for the typesetter.

Each panel is a dictionary with its ``title``; one that has nothing to say is left out. Names of panels are those of the
parts that pictures are given in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from app import briefing
from app.briefing.picture import at
from app.exports import _first_page, _second_page
from app.exports._frozen import Frozen
from app.exports._marks import TLP_COLORS
from app.exports._typeface import BRIEF_LIMIT, NAME_LIMIT, said, shown
from app.language import _, spoken
from app.vocabulary import SECOND

Content = Mapping[str, Any]
Json = dict[str, Any]


def sheet(frozen: Frozen, only: Collection[str] | None = None) -> Json:
    """A snapshot for the typesetter: all of it, or its headline and some panels ``only``."""
    wanted = PANELS if only is None else {name: PANELS[name] for name in only if name in PANELS}
    content = frozen.content
    about = briefing.subject_of(content)
    return {
        "lang": spoken().tag.partition("-")[0],
        "region": spoken().tag.partition("-")[2] or None,
        "title": f"{shown(frozen.name, NAME_LIMIT)} ({frozen.tlp})",
        "author": shown(content["frozen"]["by"], NAME_LIMIT),
        "about": f"Warroom snapshot {frozen.id}, seq {frozen.seq}, SHA-256 {frozen.sha256}",
        "marks": _marks(frozen),
        "headline": said(briefing.headline(content)),
        "lead": [said(each) for each in briefing.lead(content)],
        "panels": {name: panel for name, make in wanted.items() if (panel := make(content, about)) is not None},
    }


def parts(frozen: Frozen) -> list[str]:
    """The panels that a snapshot fills, each of which can be had as a picture, and its headline."""
    content = frozen.content
    about = briefing.subject_of(content)
    return ["headline", *(name for name, make in PANELS.items() if make(content, about) is not None)]


def _marks(frozen: Frozen) -> Json:
    content = frozen.content
    marks = briefing.marks(content)
    return {
        "name": shown(frozen.name, NAME_LIMIT),
        "when": briefing.when_words(content),
        "until": said(briefing.title_line(content), BRIEF_LIMIT),
        "notices": [words for words in (said(marks.exercise, BRIEF_LIMIT), marks.embargo, marks.past) if words],
        "tlp": marks.tlp,
        "colour": f"#{TLP_COLORS[frozen.tlp]}",
        "freshness": said(marks.freshness, BRIEF_LIMIT),
        "made": said(marks.made, BRIEF_LIMIT),
        "digest": f"SHA-256 {frozen.sha256[:16]}…",
        "sha256": f"SHA-256 {frozen.sha256}",
        "page": _("Page {page} of {pages}"),
        "frozen_at": at(content["frozen"]["at"]) // SECOND,
    }


PANELS: Mapping[str, Callable[[Content, Content | None], Json | None]] = {
    "figures": _first_page.figures,
    "attribution": _first_page.attribution,
    "unknown": _first_page.unknown,
    "map": _first_page.worldmap,
    "totals": _first_page.totals,
    "pipeline": _second_page.pipeline,
    "course": _second_page.course,
    "networks": _second_page.networks,
    "durations": _second_page.durations,
    "decisions": _second_page.decisions,
    "since": _second_page.since,
    "reading": _second_page.reading,
}
"""Every panel by name, in the order of the pages. Each is made of the content and the network that it is about."""
