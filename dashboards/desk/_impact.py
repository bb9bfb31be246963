"""What a merge, a split or its undoing would change, as rows of a table: each network now, and after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.attribution import rung_name
from app.board import Board
from app.countries import the_country
from app.language import _
from app.networks import Network
from app.nouns import reach_sentence, stage_name, surface_name
from app.review.preview import Preview
from app.vocabulary import Rung, Scope, Surface, Watch, surface_order
from app.wording import short

Row = dict[str, Any]

Label = tuple[str, str]
"""A kind of figure, by which rows are sorted, and what the row is called."""

NOTHING = "–"


def concerned(preview: Preview, ids: Iterable[str]) -> list[str]:
    """The networks that are shown for some ids, before or after, each once and in the order in which they are named."""
    found: dict[str, None] = {}
    for id in ids:
        for board in (preview.before, preview.after):
            network = board.find(id)
            if network is not None:
                found.setdefault(network.id)
    return list(found)


def impact_of(preview: Preview, ids: Iterable[str], *, now: int, watch: Watch) -> Row:
    """The table: ``networks`` are its columns, ``lines`` its rows with one cell a network, and which of them change."""
    shown = concerned(preview, ids)
    pairs = [_pair(preview, id) for id in shown]
    boards = (preview.before, preview.after)
    figures = [
        tuple({} if n is None else figures_of(b, n, now, watch) for b, n in zip(boards, pair, strict=True))
        for pair in pairs
    ]
    labels: dict[Label, None] = {}
    for both in figures:
        for said in both:
            labels.update(dict.fromkeys(said))
    lines = []
    for label in sorted(labels, key=lambda label: _ORDER.get(label[0], 99)):
        cells: list[Row] = [{"now": a.get(label, NOTHING), "after": b.get(label, NOTHING)} for a, b in figures]
        for cell in cells:
            cell["changes"] = cell["now"] != cell["after"]
        lines.append({"label": label[1], "cells": cells})
    return {"networks": [_column(preview, id, pair) for id, pair in zip(shown, pairs, strict=True)], "lines": lines}


_ORDER = {
    name: place
    for place, name in enumerate(("assets", "reach", "spend", "ads", "events", "stage", "rung", "elections", "targets"))
}


def figures_of(board: Board, network: Network, now: int, watch: Watch) -> dict[Label, str]:
    """What the table says of one network, by a kind that sorts and a label that is read."""
    scope = Scope(network=(network.id,))
    spend, events = (board.measure(name, scope, now=now, watch=watch) for name in ("spend", "events"))
    said: dict[Label, str] = {}
    for surface, count in network.assets_figure.items():
        said["assets", surface_name(surface, many=True)] = short(count.figure)
    for surface in sorted(board.reach(scope), key=surface_order):
        said["reach", _reach_label(surface)] = short(board.reach(scope)[surface].figure)
    amounts = [line["figure"]["short"] for line in spend["currencies"]]
    said["spend", _("Ad spend")] = ", ".join(amounts) or NOTHING
    said["ads", _("Ads")] = spend["ads"]["short"]
    said["events", _("Events hosted")] = events["figure"]["short"]
    said["stage", _("Stage")] = stage_name(network.stage)
    said["rung", _("Attribution, at most")] = rung_name(network.approved or Rung.CANNOT_SAY)
    said["elections", _("Elections")] = ", ".join(network.elections) or NOTHING
    said["targets", _("Targets")] = ", ".join(map(the_country, network.targets)) or NOTHING
    return said


def _reach_label(surface: Surface) -> str:
    sentence = reach_sentence(surface)
    return sentence[:1].upper() + sentence[1:]


def _pair(preview: Preview, id: str) -> tuple[Network | None, Network | None]:
    return preview.before.networks.get(id), preview.after.networks.get(id)


def _column(preview: Preview, id: str, pair: tuple[Network | None, Network | None]) -> Row:
    before, after = pair
    network = after or before
    note = ""
    if before is None:
        note = _("new")
    elif after is None:
        root = preview.after.find(id)
        note = _("is not there any more") if root is None else _("counts in {name}").format(name=root.name)
    return {"id": id, "name": id if network is None else network.name, "note": note}
