"""Detections: assets, each once, by the time at which the first of them was detected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from app.entities import AssetState
from app.hedged import Hedged
from app.measures import Contribution
from app.measures._figures import Json, figure_json
from app.measures._fold import Ask, Fold
from app.nouns import local
from app.vocabulary import BIN, HOUR, Surface, instant, surface_order
from app.wording import definition, do_not_write

NAME = "detections"


def of_asset(asset: AssetState) -> Iterator[Contribution]:
    """One asset of its surface, found in its five minutes, and by whom."""
    surface = str(asset.surface)
    yield f"asset|{surface}|", 1
    yield f"found|{surface}|{bin_of(asset.first_at or 0)}", 1
    for source in asset.sources:
        yield f"detector|{surface}|{source}", 1


def bin_of(at: int) -> int:
    """The start of the five minutes in which an instant lies."""
    return at // BIN * BIN


def midnight(now: int, zone: str) -> int:
    """The instant at which the room's day began."""
    here = local(now, zone)
    return instant(
        here - timedelta(hours=here.hour, minutes=here.minute, seconds=here.second, microseconds=here.microsecond)
    )


def measure(fold: Fold, ask: Ask) -> Json:
    """How many assets were detected, today and in the last hour, by surface."""
    surfaces: Counter[str] = Counter()
    for row in fold.rows("asset"):
        surfaces[row.where] += row.n
    today, end = midnight(ask.now, ask.watch.zone), bin_of(ask.now) + BIN
    found = [(int(row.rest), row.n) for row in fold.rows("found")]
    return {
        "assets": figure_json(Hedged.exactly(surfaces.total())),
        "surfaces": [
            {"surface": name, "assets": figure_json(Hedged.exactly(surfaces[name]))}
            for name in sorted(surfaces, key=lambda name: surface_order(Surface.parse(name)))
        ],
        "today": figure_json(Hedged.exactly(sum(n for at, n in found if today <= at < end))),
        "last_hour": figure_json(Hedged.exactly(sum(n for at, n in found if end - HOUR <= at < end))),
        "definition": definition("detections"),
        "do_not_write": do_not_write("detections"),
    }
