"""The note in the header: which sources are silent, and that networks are made up for an exercise."""

from __future__ import annotations

from typing import Any

from app.language import _
from app.numerals import grouped
from dashboards.scenes._sight import Sight


def note(sight: Sight) -> dict[str, Any]:
    """``held``: names and times of silent sources, the longest silent first. ``text``: what the picture is made of."""
    return {
        "held": [{"name": silence.name, "since": sight.time(silence.since)} for silence in sight.silent],
        "text": _exercise(sight),
    }


def _exercise(sight: Sight) -> str:
    """Nobody may take an exercise for real: how many of the networks on the wall are one."""
    n, of = sum(network.exercise for network in sight.of_watch), len(sight.of_watch)
    if not n:
        return ""
    if n == of:
        return _("exercise data")
    return _("exercise data, {n} of {all} networks").format(n=grouped(n), all=grouped(of))
