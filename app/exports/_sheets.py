"""What stands on printed pages: every text of a snapshot made safe and in its place, as plain data for the typesetter.

Each panel is a dictionary with its ``title``; one that has nothing to say is left out. Names of panels are those of the
parts that pictures are given in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app import briefing
from app.briefing import Number, Sentence
from app.briefing.picture import MOST_EXCEPTED, as_of, at
from app.countries import country_name
from app.exports._chart import chart
from app.exports._frozen import Frozen
from app.exports._typeface import shown, worded
from app.exports._worldmap import drawn
from app.language import _, ngettext, spoken
from app.numerals import grouped
from app.vocabulary import Rung, Tlp

Json = dict[str, Any]

NAME_LIMIT = 60
BRIEF_LIMIT = 28
"""Names in headers, footers and below squares, where several share a line."""

MOST_UNKNOWN = 7
MOST_CLAIMS = 6
MOST_FIGURES = 12
MOST_ATTRIBUTED = 6

COLOURS = {
    Tlp.RED: "#FF2B2B",
    Tlp.AMBER: "#FFC000",
    Tlp.AMBER_STRICT: "#FFC000",
    Tlp.GREEN: "#33FF00",
    Tlp.CLEAR: "#FFFFFF",
}
"""Letters of the labels, on black (https://www.first.org/tlp/, version 2.0)."""


def sheet(frozen: Frozen) -> Json:
    """All of a snapshot for the typesetter."""
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
        "panels": {name: panel for name, make in PANELS.items() if (panel := make(content, about)) is not None},
    }


def said(sentence: Sentence, limit: int = NAME_LIMIT) -> str:
    """A sentence as it is set, with at most so many characters of each stretch from outside."""
    return "".join(shown(run.text, limit) if run.foreign else worded(run.text) for run in sentence.runs)


def _marks(frozen: Frozen) -> Json:
    content = frozen.content
    marks = briefing.marks(content)
    return {
        "name": shown(frozen.name, NAME_LIMIT),
        "when": briefing.when_words(content),
        "until": said(briefing.title_line(content), BRIEF_LIMIT),
        "notices": [
            words for words in (said(marks.exercise, BRIEF_LIMIT), marks.embargo, marks.past) if words
        ],
        "tlp": marks.tlp,
        "colour": COLOURS[frozen.tlp],
        "freshness": said(marks.freshness, BRIEF_LIMIT),
        "made": said(marks.made, BRIEF_LIMIT),
        "digest": f"SHA-256 {frozen.sha256[:16]}…",
        "sha256": f"SHA-256 {frozen.sha256}",
        "page": _("Page {page} of {pages}"),
        "at": as_of(content) // 1_000_000,
        "frozen_at": at(content["frozen"]["at"]) // 1_000_000,
    }


# --- page one ---------------------------------------------------------------------------------------------------------


def _figures(content: Json, about: Json | None) -> Json | None:
    if about is None:
        return _totals(content, about)
    name = shown(about["name"], NAME_LIMIT)
    return {
        "title": _("{network}, an exercise").format(network=name) if about["exercise"] else name,
        "figures": _numbers(briefing.figures_of(about)),
    }


def _totals(content: Json, about: Json | None) -> Json | None:
    n = content["counted"]["networks"]
    if not content["networks"] or (about is not None and n == 1):
        return None
    return {
        "title": ngettext("{n} network", "All {n} networks together", n).format(n=grouped(n)),
        "figures": _numbers(briefing.totals(content)),
    }


def _is_mixed(content: Json) -> bool:
    """Whether each network has to say for itself that it is an exercise: the header cannot name so many exceptions."""
    return sum(not network["exercise"] for network in content["networks"]) > MOST_EXCEPTED


def _numbers(numbers: list[Number]) -> list[Json]:
    return [
        {
            "hedge": each.hedge,
            "number": each.number,
            "caption": worded(each.caption),
            "note": each.note,
            "said": f"{worded(each.caption)}: {each.said}",
        }
        for each in numbers[:MOST_FIGURES]
    ]


def _attribution(content: Json, about: Json | None) -> Json | None:
    if about is not None:
        rows = briefing.attribution_rows(about, content)[:MOST_CLAIMS]
        claims = [(said(row.words), row.boxes, row.confidence, row.disputed) for row in rows]
    else:
        approved = [network for network in content["networks"] if network["approved_rung"]][:MOST_ATTRIBUTED]
        claims = [
            (said(briefing.names_in(each["attribution"], content)), each["confidence"]["boxes"],
             each["confidence"]["name"], False)
            for each in approved
        ]  # fmt: skip
    if not claims:
        return None
    return {
        "title": _("Attribution"),
        "rows": [
            {"words": words, "boxes": boxes, "confidence": _("{confidence}, disputed").format(confidence=name) if disputed else name}
            for words, boxes, name, disputed in claims
        ],
    }


def _unknown(content: Json, _about: Json | None) -> Json | None:
    sentences = [said(each) for each in briefing.unknown(content)]
    return {"title": _("What we do not know"), "items": sentences[:MOST_UNKNOWN]} if sentences else None


def _map(content: Json, about: Json | None) -> Json | None:
    networks = content["networks"]
    shown_here = [about] if about is not None and about["targets"] else [each for each in networks if each["open"]]
    networks = shown_here or networks
    targets = list(dict.fromkeys(code for network in networks for code in network["targets"]))
    if not targets:
        return None
    ways: dict[tuple[str, str], bool] = {}
    for network in networks:
        faint = network["approved_rung"] == Rung.ORIGINATED_IN
        for origin in network["attributed_origins"]:
            for target in network["targets"]:
                ways[origin, target] = ways.get((origin, target), True) and faint
    origins = list(dict.fromkeys(origin for origin, _target in ways))
    names = {code: country_name(code) for code in (*origins, *targets)}
    picture = drawn(targets, [(*way, faint) for way, faint in ways.items()], names)
    one = len(networks) == 1
    to = ", ".join(names[code] for code in targets)
    words = (
        _("Map. From {origins}; addressed: {targets}.").format(origins=", ".join(names[c] for c in origins), targets=to)
        if origins
        else _("Map. Where from is undetermined; addressed: {targets}.").format(targets=to)
    )
    return {
        "title": _("Where it came from and whom it addressed") if one else _("Where they came from and whom they addressed"),
        "alt": words,
        "svg": picture.svg,
        "ratio": picture.ratio,
        "names": [{"words": names[each.code], "x": each.x, "y": each.y, "side": each.side} for each in picture.names],
        "note": "" if origins else _("Undetermined where from"),
    }


# --- page two ---------------------------------------------------------------------------------------------------------


def _pipeline(content: Json, _about: Json | None) -> Json | None:
    if not content["networks"]:
        return None
    return {
        "title": _("Pipeline"),
        "columns": [
            {
                "title": column.title,
                "n": grouped(column.n),
                "squares": ["late" if late else "closed" if column.closed else "open" for late in column.squares],
                "more": f"+{grouped(column.more)}" if column.more else "",
                "lines": [
                    {"words": said(line.words, BRIEF_LIMIT), "late": line.overdue, "limit": line.limit}
                    for line in column.lines
                ],
            }
            for column in briefing.pipeline(content)
        ],
    }


def _open(content: Json, _about: Json | None) -> Json | None:
    rows = briefing.open_rows(content)
    if not rows:
        return None
    n, by_row = content["counted"]["open"], _is_mixed(content)
    return {
        "title": ngettext("{n} open network", "{n} open networks, by accounts reached", n).format(n=grouped(n)),
        "heads": [
            *(_("Network"), _("Origin and target"), _("Assets"), _("Accounts reached"), _("Stage"), _("In stage")),
            _("Limit"),
        ],
        "rows": [
            {
                "name": shown(row.name.text, NAME_LIMIT),
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


def _durations(content: Json, _about: Json | None) -> Json | None:
    lasting = briefing.durations(content)
    if not lasting:
        return None
    return {
        "title": _("Detection to removal"),
        "keys": {"open": _("still open"), "confirmed": _("until confirmed"), "removed": _("until removed")},
        **chart(lasting, briefing.median_words(content), lambda text: shown(text, BRIEF_LIMIT)),
    }


def _decisions(content: Json, _about: Json | None) -> Json | None:
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


def _since(content: Json, _about: Json | None) -> Json | None:
    if not content["networks"]:
        return None
    events = briefing.since(content)
    return {
        "title": _("Since the last briefing"),
        "events": [{"at": when, "words": said(what, BRIEF_LIMIT)} for when, what in events],
        "none": "" if events else _("Nothing in the last 24 hours."),
    }


def _reading(content: Json, about: Json | None) -> Json:
    clauses = briefing.do_not_write(content["measures"] if about is None else about["measures"])
    return {
        "title": _("How to read the figures"),
        "sentences": briefing.how_to_read(content),
        "refrain": _("Do not write: {clauses}.").format(clauses="; ".join(clauses)) if clauses else "",
    }


PANELS: Mapping[str, Callable[[Json, Json | None], Json | None]] = {
    "figures": _figures,
    "attribution": _attribution,
    "unknown": _unknown,
    "map": _map,
    "totals": _totals,
    "pipeline": _pipeline,
    "networks": _open,
    "durations": _durations,
    "decisions": _decisions,
    "since": _since,
    "reading": _reading,
}
"""Every panel by name, in the order of the pages. Each is made of the content and the network that it is about."""
