"""The panels of the first page: figures, who is behind it, what we do not know, and the map.

Each takes the content and the network that the briefing is about, if any, and gives plain data, or None where it has
nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app import briefing
from app.briefing import Number, Row
from app.countries import country_name
from app.exports._typeface import NAME_LIMIT, said, shown, worded
from app.exports._worldmap import Name, drawn
from app.language import _, ngettext
from app.numerals import grouped
from app.vocabulary import Rung

Content = Mapping[str, Any]
Json = dict[str, Any]

MOST_UNKNOWN = 7
MOST_CLAIMS = 6
MOST_FIGURES = 24
MOST_ATTRIBUTED = 6


def figures(content: Content, about: Content | None) -> Json | None:
    """The figures of the network that it is about, or of all of them where it is about none."""
    if about is None:
        return _all(content)
    name = shown(about["name"], NAME_LIMIT)
    return {
        "title": _("{network} (exercise)").format(network=name) if about["exercise"] else name,
        "figures": _numbers(briefing.figures_of(about)),
        "below": briefing.converted_words(content) if content["counted"]["networks"] == 1 else "",
    }


def totals(content: Content, about: Content | None) -> Json | None:
    """The figures of all networks together, beside those of the one that it is about."""
    return None if about is None or content["counted"]["networks"] == 1 else _all(content)


def _all(content: Content) -> Json | None:
    n = content["counted"]["networks"]
    if not n:
        return None
    return {
        "title": ngettext("{n} network", "All {n} networks together", n).format(n=grouped(n)),
        "figures": _numbers(briefing.totals(content)),
        "below": briefing.converted_words(content),
    }


def _numbers(numbers: list[Number]) -> list[Json]:
    return [
        {
            "hedge": each.hedge,
            "number": each.number,
            # A number and what it counts stay on one line.
            "caption": re.sub(r"(?<=\d) (?=[^\W\d])", "\u00a0", worded(each.caption)),
            "note": each.note,
            "said": f"{worded(each.caption)}: {each.said}",
        }
        for each in numbers[:MOST_FIGURES]
    ]


def attribution(content: Content, about: Content | None) -> Json | None:
    """What is claimed of the network that it is about, or what was approved of each."""
    if about is not None:
        rows = briefing.attribution_rows(about, content)[:MOST_CLAIMS]
    else:
        approved = [network for network in content["networks"] if network["approved_rung"]][:MOST_ATTRIBUTED]
        rows = [_approved(network, content) for network in approved]
    if not rows:
        return None
    return {
        "title": _("Attribution"),
        "rows": [
            {"words": said(row.words), "boxes": row.boxes, "confidence": row.confidence, "notes": _notes(row)}
            for row in rows
        ],
    }


def _approved(network: Content, content: Content) -> Row:
    held = network["confidence"]
    return Row(briefing.names_in(network["attribution"], content), held["boxes"], held["name"])


def _notes(row: Row) -> str:
    notes = [] if row.approved else [_("not approved")]
    return ", ".join([*notes, *([_("contradicted by another claim")] if row.disputed else [])])


def unknown(content: Content, _about: Content | None) -> Json | None:
    """What we do not know."""
    sentences = [said(each) for each in briefing.unknown(dict(content))]
    return {"title": _("What we do not know"), "items": sentences[:MOST_UNKNOWN]} if sentences else None


def worldmap(content: Content, about: Content | None) -> Json | None:
    """From where to whom: of the network that it is about, or of the open ones. Only attributed origins have a mark."""
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
    brief = {code: country_name(code, short=True) for code in names}
    picture = drawn(targets, [(*way, faint) for way, faint in ways.items()], names, brief)
    one = len(networks) == 1
    to = ", ".join(names[code] for code in targets)
    words = (
        _("Map. From {origins}; addressed: {targets}.").format(origins=", ".join(names[c] for c in origins), targets=to)
        if origins
        else _("Map. Where from is undetermined; addressed: {targets}.").format(targets=to)
    )
    return {
        "title": _("Where it came from and whom it addressed")
        if one
        else _("Where they came from and whom they addressed"),
        "alt": words,
        "svg": picture.svg,
        "ratio": picture.ratio,
        "names": _placed(picture.names, names),
        "names_if_small": _placed(picture.names_if_small, brief),
        "note": "" if origins else _("Undetermined where from"),
    }


def _placed(found: Sequence[Name], said: Mapping[str, str]) -> list[Json]:
    return [{"words": said[each.code], "x": each.x, "y": each.y, "side": each.side} for each in found]
