"""Records of the log in words: what was said, when, by whom, whether it holds; and its body, which nothing links to."""

from __future__ import annotations

import json
import re
from typing import Any

from app.drilldown.records import Figure, Kept
from app.language import _
from app.nouns import surface_name
from app.safetext import clean, defang
from app.vocabulary import Surface
from dashboards.desk.shell import Desk

Row = dict[str, Any]

LONGEST = 4_000
"""Characters of one text in a body that are shown."""

SHORTENED = 40
"""Characters of what only machines read, such as the image of a sketch."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_CODE = re.compile(r"[A-Za-z0-9+/_=-]{200,}")


def record_row(desk: Desk, kept: Kept, *, whole: bool = False) -> Row:
    """One record. ``whole`` adds the digest and the chain, and says nothing shorter."""
    row: Row = {
        "seq": kept.seq,
        "type": kept.type,
        "source": clean(kept.source, 200),
        "id": clean(kept.id, 200),
        "subject": clean(kept.subject, 200, empty=""),
        "said": desk.moment(kept.occurred_at),
        "recorded": desk.moment(kept.recorded_at),
        "principal": clean(kept.principal, 120),
        "holds": kept.holds,
        "withdrawn": [
            {
                "seq": each.seq,
                "says": _("taken back by record {seq} of {source}, {time}").format(
                    seq=each.seq, source=clean(each.source, 120), time=desk.moment(each.at)
                ),
                "why": clean(each.why, 400, empty=""),
            }
            for each in kept.withdrawn
        ],
        "body": body_words(kept.body if whole else kept.body.get("data", {})),
    }
    if whole:
        row |= {"digest": kept.digest, "chain": kept.chain, "counted": desk.moment(kept.counted_at)}
    return row


def body_words(body: Any) -> str:
    """A body as JSON: texts clean, addresses of which nothing makes a link, codes cut short."""
    return json.dumps(_safe(body), ensure_ascii=False, indent=2)


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        if _CODE.fullmatch(value):
            return _("{begin}… ({n} characters)").format(begin=value[:SHORTENED], n=len(value))
        return _ADDRESS.sub(lambda found: defang(found[0]), clean(value, LONGEST, empty=""))
    if isinstance(value, dict):
        return {clean(name, 200, empty=""): _safe(each) for name, each in value.items()}
    return [_safe(each) for each in value] if isinstance(value, list) else value


def figure_words(figure: Figure) -> str:
    """What the records are about."""
    on = surface_name(Surface.parse(figure.part), many=True) if figure.part else ""
    names = {
        "network": _("The network itself"),
        "assets": _("Assets"),
        "reach": _("Reach"),
        "spend": _("Ad spend"),
        "events": _("Events hosted"),
        "posts": _("Posts"),
        "links": _("Links"),
        "stages": _("Stages"),
        "attribution": _("Attribution"),
        "overlap": _("Overlaps that were reported"),
    }
    return f"{names[figure.name]}, {on}" if on else names[figure.name]
