"""The product's answers in the form in which the recount gives its own: figures by their ends, lists by their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.board import Board
from app.networks import Network
from app.records import hedged_of, money_of
from app.vocabulary import Surface
from tests.recount_hedges import Plain, plain


def form(measures: dict[str, Any]) -> dict[str, Any]:
    """All measures of one scope."""
    return {
        "reach": _reach(measures["reach"]),
        "spend": _spend(measures["spend"]),
        "events": _events(measures["events"]),
        "takedowns": _takedowns(measures["takedowns"]),
        "detections": _detections(measures["detections"]),
        "stages": _stages(measures["stages"]),
    }


def differences(product: Any, recounted: Any, path: str = "") -> Iterator[str]:
    """Where two answers differ, in words."""
    if isinstance(product, dict) and isinstance(recounted, dict):
        for name in sorted({*product, *recounted}, key=str):
            yield from differences(product.get(name, "nothing"), recounted.get(name, "nothing"), f"{path}/{name}")
    elif product != recounted:
        yield f"{path}: the product says {product}, the recount {recounted}"


def _figure(said: dict[str, Any]) -> Plain:
    return plain(hedged_of(said))


def _number(said: dict[str, Any]) -> int:
    figure = hedged_of(said)
    assert str(figure.qualifier) == "exactly", said
    assert figure.low is not None
    return figure.low


def _reach(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "networks": said["networks"],
        "surfaces": {
            each["surface"]: {
                "figure": _figure(each["figure"]),
                "mode": each["mode"],
                "standard_error": each["standard_error"],
                "basis": each["basis"],
                "counted": each["counted"] and _figure(each["counted"]),
                "conflict": each["conflict"],
                "assets": each["assets"],
                "observed": each["observed"],
            }
            for each in said["surfaces"]
        },
    }


def _spend(said: dict[str, Any]) -> dict[str, Any]:
    counts = ("first_day", "last_day", "networks", "none_found", "no_figure", "stated", "conflicts")
    return {name: sorted(said[name]) if isinstance(said[name], list) else said[name] for name in counts} | {
        "currencies": {
            each["currency"]: (plain(money_of(each["figure"]).amount), _figure(each["ads"]))
            for each in said["currencies"]
        },
        "listed_ads": {each["currency"]: each["ads"] for each in said["listed_ads"]},
        "ads": _figure(said["ads"]),
    }


def _events(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "figure": _figure(said["figure"]),
        "took_place": said["took_place"],
        "interested": _figure(said["interested"]),
        "basis": said["basis"],
        "conflicts": sorted(said["conflicts"]),
    }


def _takedowns(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "assets": _figure(said["assets"]),
        "surfaces": {each["surface"]: _figure(each["figure"]) for each in said["surfaces"]},
        "networks": said["networks"],
        "restored": said["restored"],
        "time_to_removal": said["time_to_removal"],
        "waves": {each["wave"]: each["assets"] for each in said["waves"]},
        "today": _figure(said["today"]),
        "since_watch": _figure(said["since_watch"]),
        "bars": said["bars"],
    }


def _detections(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "assets": _number(said["assets"]),
        "surfaces": {each["surface"]: _number(each["assets"]) for each in said["surfaces"]},
        "today": _figure(said["today"]),
        "last_hour": _number(said["last_hour"]),
    }


def _stages(said: dict[str, Any]) -> dict[str, Any]:
    return {
        each["stage"]: {
            row["id"]: (row["since"], row["held_s"], row["limit_s"], row["overdue"]) for row in each["networks"]
        }
        for each in said["stages"]
    }


def board_form(board: Board) -> dict[str, Any]:
    """What the board says beside the measures."""
    return {
        "networks": {id: _network(network) for id, network in board.networks.items()},
        "elections": {id: (each.country, each.name, each.polls_open) for id, each in board.elections.items()},
        "sources": {
            name: (each.seq, each.recorded_at, each.records, set(each.types)) for name, each in board.sources.items()
        },
    }


def _network(said: Network) -> dict[str, Any]:
    words = ("name", "title", "exercise", "detector_score", "first_seen_at", "approved")
    lists = ("origins", "targets", "topics", "personas", "elections", "detectors")
    return (
        {name: getattr(said, name) for name in words}
        | {name: list(getattr(said, name)) for name in lists}
        | {
            "members": sorted(said.members),
            "stages": [(str(step.stage), step.at) for step in said.stages],
            "claims": [claim.id for claim in said.claims],
            "statements": sorted((statement.by, statement.at) for statement in said.statements),
            "overlaps": sorted((overlap.other, overlap.at) for overlap in said.overlaps),
            "assets": {str(surface): n for surface, n in said.assets.items()},
            "assets_figure": {
                str(surface): (plain(count.figure), count.basis, count.conflict)
                for surface, count in said.assets_figure.items()
            },
            "detected_bins": _bins(said.detected_bins),
            "removed_bins": _bins(said.removed_bins),
        }
    )


def _bins(said: dict[Surface, dict[int, int]]) -> dict[tuple[str, int], int]:
    return {(str(surface), at): n for surface, bins in said.items() for at, n in bins.items()}
