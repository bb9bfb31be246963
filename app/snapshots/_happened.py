"""What happened in the day before a picture, and what was above its threshold in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.board import Board
from app.drilldown import latest_changes
from app.measures._figures import maybe_json
from app.networks import Network
from app.vocabulary import DAY, Watch, isoformat

Json = dict[str, Any]

MOST_CHANGES = 60
"""Changes of the last day that are kept, the latest: more fill no page that somebody reads."""

MOST_ALARMS = 100


def changes(board: Board, networks: Sequence[Network], *, now: int, watch: Watch) -> list[Json]:
    """What happened to the networks in the 24 hours before ``now`` (µs), newest first."""
    latest = latest_changes(networks, MOST_CHANGES, now=now, watch=watch)
    return [
        {
            "at": isoformat(change.at),
            "network": change.network.id,
            "name": change.network.name,
            "kind": change.kind,
            "stage": None if change.stage is None else change.stage.value,
            "n": change.n,
            "approved": change.approved,
            # Of an overlap the other network, of a statement who made it.
            "other": board.name_of(change.words) if change.kind == "overlap" else change.words,
        }
        for change in latest
        if change.at > now - DAY
    ]


def alarms(board: Board, networks: Sequence[Network]) -> list[Json]:
    """The open alarms that are about the networks or about sources, the latest first."""
    known = {member for network in networks for member in (network.id, *network.members)}
    found = [alarm for alarm in board.alarms.values() if alarm.is_open]
    kept = [alarm for alarm in found if alarm.about in known or board.find(alarm.about) is None]
    return [
        {
            "id": alarm.id,
            "rule": alarm.rule,
            "about": alarm.about,
            "part": alarm.part,
            "since": isoformat(alarm.since),
            "raised_at": isoformat(alarm.raised_at),
            "figure": maybe_json(alarm.figure),
            "limit": alarm.limit,
            "acknowledged_by": alarm.acknowledged_by,
        }
        for alarm in sorted(kept, key=lambda alarm: (-alarm.raised_at, alarm.id))[:MOST_ALARMS]
    ]
