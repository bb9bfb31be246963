"""How the figures of networks change, as rows of a page and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.language import _
from app.nouns import surface_name
from app.review import Change, Difference, Line
from app.vocabulary import Surface

MOST = 100
"""Networks that a preview lists; of the others it says how many they are."""

Row = dict[str, Any]


def difference_rows(differences: Sequence[Difference]) -> Row:
    """What a preview shows of the networks that change."""
    rows = [
        {
            "id": each.network,
            "name": each.name,
            "becomes": _("is new") if each.appears else _("is gone") if each.vanishes else "",
            "lines": [
                {"what": _(line.what), "part": _part(line), "before": _short(line.before), "after": _short(line.after)}
                for line in each.lines
            ],
        }
        for each in differences[:MOST]
    ]
    return {"differences": rows, "more": max(0, len(differences) - MOST), "changed": len(differences)}


def difference_json(differences: Sequence[Difference]) -> list[Row]:
    """All of them, for programs."""
    return [
        {
            "network": each.network,
            "name": each.name,
            "appears": each.appears,
            "vanishes": each.vanishes,
            "figures": [
                {"figure": line.what.lower(), "part": line.part, "before": line.before, "after": line.after}
                for line in each.lines
            ],
        }
        for each in differences
    ]


def change_rows(changes: Sequence[Change], time: Callable[[int], str]) -> list[Row]:
    """What somebody else decided in the meantime."""
    return [{"by": each.by, "at": time(each.recorded_at), "what": str(each.type)} for each in changes]


def _part(line: Line) -> str:
    return surface_name(Surface.parse(line.part), many=True) if ":" in line.part else line.part


def _short(figure: dict[str, Any] | None) -> str:
    return "–" if figure is None else str(figure["short"])
