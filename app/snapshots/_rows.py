"""The networks and assets of a snapshot, each with its own figures, and nothing above the rung that was approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.attribution import cap, confidence, confidence_name, rung_name
from app.board import Board
from app.claims import Claim, disagreeing, standing_of
from app.drilldown.figures import assets_of as count_assets
from app.drilldown.listings import followers_of
from app.hedged import Money
from app.measures._figures import figure_json, money_figure_json
from app.networks import Network, Statement
from app.profiles import HEADLINES, assets_of, attribution_of, claim_words, counts_of
from app.records import hedged_of, money_of
from app.vocabulary import SECOND, Scope, Stage, Watch, isoformat

Json = dict[str, Any]

_COUNTS = ("ads", "events", "interested")


def network_json(board: Board, network: Network, platforms: tuple[str, ...], *, now: int, watch: Watch) -> Json:
    """One network, its measures narrowed to some platforms where the scope is."""
    scope = Scope(network=(network.id,), platform=platforms)
    limit_h = watch.limits_h.get(network.stage)
    held_s = max(0, now - network.stage_since) // SECOND
    return {
        "id": network.id,
        "name": network.name,
        "code_name": network.code_name,
        "title": network.title,
        "members": list(network.members),
        "exercise": network.exercise,
        "stage": network.stage.value,
        "stage_since": isoformat(network.stage_since),
        "open": network.is_open,
        "held_s": held_s,
        "limit_h": limit_h,
        "overdue": limit_h is not None and held_s > limit_h * 3_600,
        "first_seen_at": isoformat(network.first_seen_at),
        "stages": [{"stage": step.stage.value, "at": isoformat(step.at)} for step in network.stages],
        "durations": _durations(network, now),
        "targets": list(network.targets),
        "topics": list(network.topics),
        "personas": list(network.personas),
        "elections": list(network.elections),
        "attributed_origins": list(network.attributed_origins),
        "attribution": attribution_of(network),
        "approved_rung": network.approved.value if network.approved else None,
        "confidence": {"boxes": confidence(network.approved), "name": confidence_name(network.approved)},
        "claims": _claims(network),
        "overlaps": [
            {
                "with": overlap.other,
                "name": board.name_of(overlap.other),
                "basis": overlap.basis,
                "shared": len(overlap.shared),
                "at": isoformat(overlap.at),
            }
            for overlap in network.overlaps
        ],
        "assets_total": figure_json(count_assets(network, platforms)),
        "assets": counts_of(network, platforms),
        "measures": {name: board.measure(name, scope, now=now, watch=watch) for name in HEADLINES},
        "statements": [_statement(statement) for statement in network.statements],
    }


def _durations(network: Network, now: int) -> Json:
    """How long it took from when it was first seen, in whole seconds; to now where it is still open."""
    confirmed = next((step.at for step in network.stages if step.stage is Stage.CONFIRMED), None)
    removed = network.stage_since if network.stage is Stage.REMOVED else None

    def seconds(at: int | None) -> int | None:
        return None if at is None else max(0, at - network.first_seen_at) // SECOND

    return {
        "confirmed_at": None if confirmed is None else isoformat(confirmed),
        "removed_at": None if removed is None else isoformat(removed),
        "to_confirmed_s": seconds(confirmed),
        "to_removed_s": seconds(removed),
        "open_s": seconds(now) if network.is_open else None,
    }


def _claims(network: Network) -> list[Json]:
    """The claims that stand, each in words and on a rung that the approved one allows."""
    apart = {claim.key for claim in disagreeing(network.claims)}
    return [_claim(network, claim, disputed=claim.key in apart) for claim in standing_of(network.claims)]


def _claim(network: Network, claim: Claim, *, disputed: bool) -> Json:
    shown = cap(claim.rung, network.approved)
    return {
        "key": claim.key,
        "words": claim_words(network, claim),
        "rung": shown.value,
        "rung_name": rung_name(shown),
        "boxes": confidence(shown),
        "confidence": confidence_name(shown),
        "approved": claim.approves,
        "disputed": disputed,
        "by": claim.by,
        "at": isoformat(claim.at),
        "approved_by": list(claim.approved_by),
    }


def _statement(statement: Statement) -> Json:
    """The figures of a statement. Its own words on who is behind the network stay out."""
    said = statement.data
    figures: Json = {
        name: {surface: figure_json(hedged_of(figure)) for surface, figure in said.get(name, {}).items()}
        for name in ("assets", "reach")
    }
    figures |= {name: figure_json(hedged_of(said[name])) if name in said else None for name in _COUNTS}
    money = money_of(said["spend"]) if "spend" in said else None
    return {"by": statement.by, "at": isoformat(statement.at), "said": figures | {"spend": _spend(money)}}


def _spend(money: Money | None) -> Json | None:
    if money is None:
        return None
    return money_figure_json(money) if money.currency else figure_json(money.amount)


def asset_rows(connection: Connection, networks: Sequence[Network], platforms: Sequence[str], most: int) -> list[Json]:
    """At most ``most`` assets with their names, network by network in the order of the networks, then by id.

    ``connection`` must see the tables as they were at the place of the snapshot.
    """
    found: list[Json] = []
    for network in networks:
        after = ""
        while len(found) < most and (rows := assets_of(connection, network.members, after, min(1_000, most))):
            after = rows[-1]["id"]
            found += [_asset(row, network) for row in rows if _is_on(row, platforms)]
    found = found[:most]
    followers = followers_of(connection, [row["id"] for row in found])
    return [row | {"followers": _followers(followers, row["id"])} for row in found]


def _is_on(row: Mapping[str, Any], platforms: Sequence[str]) -> bool:
    return not platforms or row["surface"].partition(":")[0] in platforms


def _asset(row: Json, network: Network) -> Json:
    kept = {name: row[name] for name in row if name != "score"}
    return kept | {"network": network.id}


def _followers(known: Mapping[str, Any], id: str) -> Json | None:
    held = known.get(id)
    return None if held is None else figure_json(held.figure)
