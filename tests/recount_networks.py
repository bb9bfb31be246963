"""What the recount knows of networks, elections and sources, in the form in which it is compared with the board's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from app.hedged import Hedged
from app.records import instant_of
from app.vocabulary import BIN, RecordType, Surface
from tests.recount import Asset, Known, Network
from tests.recount_hedges import plain, summed, surely_above
from tests.recount_log import latest


def facts(known: Known) -> dict[str, Any]:
    """Everything that the board says beside the measures."""
    return {
        "networks": {id: _network(known, network) for id, network in known.networks.items()},
        "elections": _elections(known),
        "sources": _sources(known),
    }


def _network(known: Known, network: Network) -> dict[str, Any]:
    words = network.words
    assets = [asset for asset in known.assets.values() if asset.home in network.members]
    statements = known.of(RecordType.STATEMENT_MADE, about=network.id)
    return {
        "name": words["code_name"] or network.id,
        "title": words["title"] or "",
        "origins": words["origins"] or [],
        "targets": words["targets"] or [],
        "topics": words["topics"] or [],
        "personas": words["personas"] or [],
        "elections": words["elections"] or [],
        "exercise": words["exercise"] or False,
        "detector_score": words["detector_score"],
        "detectors": sorted(network.detectors),
        "members": sorted(network.members),
        "stages": [(str(stage), at) for stage, at in network.steps],
        "first_seen_at": network.first_seen,
        "approved": network.approved,
        "claims": list(network.claims),
        "statements": sorted({e.record.data["by"]: e.counted_at for e in statements}.items()),
        "overlaps": sorted(network.overlaps),
        "assets": {str(surface): n for surface, n in Counter(asset.surface for asset in assets).items()},
        "assets_figure": _counts(known, network, assets),
        "detected_bins": _bins((asset.surface, asset.first_detected) for asset in assets),
        "removed_bins": _bins((asset.surface, asset.removed_at) for asset in assets if asset.status == "removed"),
    }


def _counts(known: Known, network: Network, assets: list[Asset]) -> dict[str, Any]:
    stated = {member: known.stated(member).assets for member in network.members}
    surfaces = {asset.surface for asset in assets} | {surface for said in stated.values() for surface in said}
    found = {}
    for surface in surfaces:
        terms, conflict, is_stated = [], False, False
        for member in network.members:
            figure = Hedged.exactly(sum(asset.home == member and asset.surface == surface for asset in assets))
            said = stated[member].get(surface)
            if said is not None and surely_above(figure, said):
                conflict = True
            elif said is not None:
                figure, is_stated = said, True
            terms.append(figure)
        basis = "stated" if is_stated else "counted"
        found[str(surface)] = (plain(summed(terms)), basis, conflict)
    return found


def _bins(instants: Iterable[tuple[Surface, int]]) -> dict[tuple[str, int], int]:
    return dict(Counter((str(surface), at // BIN * BIN) for surface, at in instants))


def _elections(known: Known) -> dict[str, Any]:
    found = {}
    for id in {str(e.record.subject) for e in known.of(RecordType.ELECTION_SCHEDULED)}:
        said = known.of(RecordType.ELECTION_SCHEDULED, about=id)
        opens = latest(said, "polls_open")
        found[id] = (latest(said, "country"), latest(said, "name"), opens and instant_of(opens))
    return found


def _sources(known: Known) -> dict[str, Any]:
    """Who sent records, withdrawn ones too, but for the room: the newest as the log has it, how many, which types."""
    found: dict[str, Any] = {}
    for e in known.entries:
        if e.record.source.startswith("//warroom/"):
            continue
        _, newest, records, types = found.get(e.record.source, (0, 0, 0, set()))
        # Our own clock may have been set back between two records.
        newest = max(newest, e.recorded_at)
        found[e.record.source] = (e.seq, newest, records + 1, types | {str(e.record.type)})
    return found
