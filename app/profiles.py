"""What is known about one network, as JSON: in short for lists, and whole, as far as a visitor may see it.

No claim is worded more strongly than the rung that was approved. What somebody claimed, in their own words and with
their evidence, is for those who work on it; so are the names of assets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from app import tables as t
from app.access import Visitor
from app.board import Board
from app.claims import Claim
from app.countries import names_country, the_country
from app.entities import AssetState, decoded, said
from app.log import chunks
from app.measures._figures import figure_json, maybe_json
from app.networks import Network, Statement
from app.nouns import list_words
from app.vocabulary import Rung, Scope, Watch, isoformat
from app.wording import attribution_words, cap

Json = dict[str, Any]

HEADLINES = ("reach", "spend", "events", "takedowns")
"""The measures that a list shows of each network."""

SAID = ("name", "handle", "url", "created_on", "country_shown", "language", "score")
"""What was said of an asset."""


def network_row(board: Board, network: Network, *, now: int, watch: Watch) -> Json:
    """A network in a list: its words, where it stands, and the headline figures of itself alone."""
    scope = Scope(network=(network.id,))
    return {
        "id": network.id,
        "name": network.name,
        "exercise": network.exercise,
        "stage": network.stage.value,
        "stage_since": isoformat(network.stage_since),
        "open": network.is_open,
        "first_seen_at": isoformat(network.first_seen_at),
        "origins": list(network.origins),
        "targets": list(network.targets),
        "topics": list(network.topics),
        "elections": list(network.elections),
        "attribution": attribution_of(network),
        "assets": counts_of(network),
        "measures": {name: board.measure(name, scope, now=now, watch=watch) for name in HEADLINES},
    }


def counts_of(network: Network, platforms: Sequence[str] = ()) -> Json:
    """How many assets a network has, by surface; on some platforms alone where any are given."""
    return {
        str(surface): {
            "figure": figure_json(count.figure),
            "listed": count.listed,
            "stated": maybe_json(count.stated),
            "basis": count.basis,
            "conflict": count.conflict,
        }
        for surface, count in network.assets_figure.items()
        if not platforms or surface.platform in platforms
    }


def network_whole(board: Board, network: Network, visitor: Visitor, *, now: int, watch: Watch) -> Json:
    """Everything that is known about a network and that the visitor may see, but for its assets one by one."""
    row = network_row(board, network, now=now, watch=watch)
    scope = Scope(network=(network.id,))
    return row | {
        "code_name": network.code_name,
        "title": network.title,
        "personas": list(network.personas),
        "detectors": list(network.detectors),
        "detector_score": network.detector_score,
        "members": list(network.members),
        "measures": board.measures(scope, now=now, watch=watch),
        "stages": [
            {"stage": step.stage.value, "at": isoformat(step.at), "by": step.by, "why": step.why}
            for step in network.stages
        ],
        "limit_h": watch.limits_h.get(network.stage),
        "approved_rung": network.approved.value if network.approved else None,
        "claims": [_claim(network, claim, visitor) for claim in network.claims],
        "statements": [_statement(statement, visitor) for statement in network.statements],
        "overlaps": [
            {
                "with": overlap.other,
                "basis": overlap.basis,
                "shared": len(overlap.shared),
                "at": isoformat(overlap.at),
                **({"shared_ids": list(overlap.shared)} if visitor.sees_names else {}),
            }
            for overlap in network.overlaps
        ],
    }


def attribution_of(network: Network) -> str:
    """The strongest sentence about who is behind a network that was approved."""
    approved = network.ceiling
    return claim_words(network, approved) if approved else attribution_words("", Rung.CANNOT_SAY, network.name)


def claim_words(network: Network, claim: Claim) -> str:
    """A claim in our words; in its own where it was approved and no sentence of ours will do.

    Whoever approved that nobody can say has approved no name: what the claim denies is not repeated.
    """
    origins = network.attributed_origins
    if claim.approves:
        origins = tuple(code for code in origins if names_country(claim.claim, code))
    place = list_words([the_country(code) for code in origins])
    own = claim.claim if claim.approves and claim.rung is not Rung.CANNOT_SAY else ""
    return attribution_words(own, claim.rung, network.name, approved=network.approved, place=place)


def _claim(network: Network, claim: Claim, visitor: Visitor) -> Json:
    shown: Json = {
        "words": claim_words(network, claim),
        "rung": cap(claim.rung, network.approved).value,
        "by": claim.by,
        "at": isoformat(claim.at),
        "approved_by": list(claim.approved_by),
        "key": claim.key,
    }
    if visitor.sees_names:
        shown["assessed"] = {
            "claim": claim.claim,
            "rung": claim.rung.value,
            "evidence": list(claim.evidence),
            "verdicts": [
                {"id": each.id, "verdict": each.verdict, "by": each.by, "at": isoformat(each.at)}
                for each in claim.verdicts
            ],
        }
    return shown


def _statement(statement: Statement, visitor: Visitor) -> Json:
    """A statement with its figures as they were given. Its words on who is behind the network are its maker's own."""
    kept = {name: value for name, value in statement.data.items() if name not in ("by", "attribution")}
    if visitor.sees_names and "attribution" in statement.data:
        kept["attribution"] = statement.data["attribution"]
    return {"by": statement.by, "at": isoformat(statement.at), "said": kept}


# --- assets -----------------------------------------------------------------------------------------------------------


def assets_of(connection: Connection, homes: Sequence[str], after: str, limit: int) -> list[Json]:
    """At most ``limit`` assets of some networks in the order of their ids, from behind ``after``. With their names."""
    found: list[Row[Any]] = []
    # By bytes on both databases, as Python sorts, whatever the language of PostgreSQL.
    id = t.assets.c.id if connection.dialect.name == "sqlite" else t.assets.c.id.collate("C")
    for chunk in chunks(homes):
        listed = t.assets.c.home.in_(chunk) & (t.assets.c.status != "unknown")
        found += connection.execute(select(t.assets).where(listed, id > after).order_by(id).limit(limit))
    return [_asset(row) for row in sorted(found, key=lambda row: row.id)[:limit]]


def _asset(row: Row[Any]) -> Json:
    state = decoded(row.state, AssetState)
    shown: Json = {
        "id": row.id,
        "network": row.home,
        "surface": row.surface,
        "status": row.status,
        "first_detected_at": _at(row.first_detected_at),
        "removed_at": _at(row.removed_at),
    }
    return shown | {name: said(state.facts, name) for name in SAID}


def _at(instant: int | None) -> str | None:
    return None if instant is None else isoformat(instant)
