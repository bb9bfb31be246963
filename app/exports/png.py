"""PNG: each panel of the printed briefing by itself, for slides, with its label and whence it is in a line below."""

from __future__ import annotations

from collections.abc import Sequence

from app.exports import Export, Frozen, Options
from app.exports._sheets import parts, sheet
from app.exports._stamps import stamped
from app.exports._typeset import typeset

PPI = 254
"""Dots an inch at which the 192 mm of a panel are 1,920 dots: twice what it is shown at on half a slide."""


def _parts(frozen: Frozen) -> Sequence[str]:
    return parts(frozen)


def _make(frozen: Frozen, options: Options) -> bytes:
    filled = sheet(frozen, [options.part])
    at = filled["marks"]["frozen_at"]
    return stamped(typeset("panel.typ", filled, "png", at=at, ppi=PPI, part=options.part), frozen)


EXPORT = Export(name="png", title="PNG", suffix="png", media_type="image/png", place=25, make=_make, parts=_parts)
