"""The recount: what is known at the end of a log, worked out anew from all its records, for the product to agree with.

It shares no arithmetic with the product and keeps nothing between two counts: every question is answered by going
through all records. It is slow, and meant to be obviously right. ``recount_figures`` makes the measures of it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.countries import names_country
from app.hedged import Hedged, Money
from app.log import Entry
from app.records import hedged_of, money_of
from app.vocabulary import RecordType, Rung, Stage, Surface
from tests.recount_hedges import added
from tests.recount_log import Version, by_version, holding, latest

NOWHERE = ""


@dataclass(frozen=True)
class Audience:
    """Who follows one asset: ``hashes`` are all accounts that were listed, ``images`` sketches of them and others."""

    hashes: frozenset[int]
    images: tuple[bytes, ...]
    sketched: bool
    count: Hedged | None


@dataclass(frozen=True)
class Asset:
    """An asset that exists. ``status`` is listed, removed or restored."""

    id: str
    surface: Surface
    home: str
    first_detected: int
    detectors: frozenset[str]
    status: str
    removed_at: int
    wave: str
    audience: Audience | None


@dataclass(frozen=True)
class Ad:
    """An ad whose asset exists."""

    id: str
    asset: Asset
    spend: Money | None
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True)
class Hosted:
    """A hosted event of which at least one asset exists."""

    id: str
    assets: tuple[Asset, ...]
    took_place: str
    interested: Hedged


@dataclass
class Stated:
    """What stands of all that was stated about one network."""

    assets: dict[Surface, Hedged] = field(default_factory=dict)
    reach: dict[Surface, Hedged] = field(default_factory=dict)
    spend: Money | None = None
    ads: Hedged | None = None
    events: Hedged | None = None
    interested: Hedged | None = None
    sayings: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Network:
    """A network that was merged into no other, with those that were merged into it."""

    id: str
    members: tuple[str, ...]
    words: dict[str, Any]
    detectors: frozenset[str]
    first_seen: int
    steps: tuple[tuple[Stage, int], ...]
    approved: Rung | None
    claims: tuple[str, ...]
    overlaps: tuple[tuple[str, int], ...]
    attributed: frozenset[str]

    @property
    def stage(self) -> Stage:
        """Where it stands now."""
        return self.steps[-1][0]

    @property
    def since(self) -> int:
        """When it came to stand there."""
        return self.steps[-1][1]

    def stage_at(self, at: int) -> Stage | None:
        """Where it stood at an instant; None before it was first seen."""
        said = [stage for stage, since in self.steps if since <= at]
        return said[-1] if said and at >= self.first_seen else None

    def was_open(self, at: int) -> bool:
        """Whether it asked for work at an instant, or had not been seen."""
        stage = self.stage_at(at)
        return stage is not None and stage not in (Stage.REMOVED, Stage.DISMISSED)


class Known:
    """All that holds at the end of a list of entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self.holding = holding(self.entries)
        self.assets = self._assets()
        self.ads = self._ads()
        self.events = self._events()
        self.survivors = self._survivors()
        self.networks = self._networks()

    def of(self, *types: RecordType, about: str | None = None) -> list[Entry]:
        """The holding entries of some types, in version order."""
        return [e for e in self.holding if e.record.type in types and about in (None, e.record.subject)]

    # --- assets and what hangs on them --------------------------------------------------------------------------------

    def _assets(self) -> dict[str, Asset]:
        ids = {e.record.subject for e in self.of(RecordType.ASSET_DETECTED)}
        return {id: self._asset(id) for id in sorted(filter(None, ids))}

    def _asset(self, id: str) -> Asset:
        detections = self.of(RecordType.ASSET_DETECTED, about=id)
        removals = self.of(RecordType.ASSET_REMOVED, RecordType.ASSET_RESTORED, about=id)
        last = removals[-1] if removals else None
        status = "listed"
        if last is not None:
            status = "removed" if last.record.type is RecordType.ASSET_REMOVED else "restored"
        return Asset(
            id,
            Surface(latest(detections, "platform"), latest(detections, "kind")),
            self._home(id, detections),
            min(e.counted_at for e in detections),
            frozenset(e.record.source for e in detections),
            status,
            last.counted_at if last else 0,
            last.record.data.get("wave", "") if last else "",
            self._audience(id),
        )

    def _home(self, id: str, detections: Sequence[Entry]) -> str:
        verdicts: dict[tuple[str | None, str], Entry] = {}
        for e in self.of(RecordType.NETWORK_SPLIT, RecordType.SPLIT_UNDONE):
            if id in e.record.data["assets"]:
                verdicts[e.record.subject, e.record.data["into"]] = e
        splits = [e for e in verdicts.values() if e.record.type is RecordType.NETWORK_SPLIT]
        if splits:
            return str(max(splits, key=by_version).record.data["into"])
        return str(latest(detections, "network", NOWHERE))

    def _audience(self, id: str) -> Audience | None:
        said = self.of(RecordType.AUDIENCE_OBSERVED, about=id)
        bases = [place for place, e in enumerate(said) if not e.record.data.get("part", False)]
        said = said[bases[-1] :] if bases else said
        if not said:
            return None
        hashes: set[int] = set()
        images: list[bytes] = []
        counts: list[Hedged] = []
        sketched = False
        for e in said:
            data = e.record.data
            if "accounts" in data:
                raw = base64.b64decode(data["accounts"]["hashes"])
                hashes |= set(np.frombuffer(raw, dtype="<u8").tolist())
                images.append(base64.b64decode(data["accounts"]["sketch"]))
            elif "sketch" in data:
                images.append(base64.b64decode(data["sketch"]["data"]))
                sketched = True
            else:
                counts.append(hedged_of(data["count"]))
        return Audience(frozenset(hashes), tuple(images), sketched, _one(counts))

    def _ads(self) -> list[Ad]:
        found = []
        for id in sorted({str(e.record.subject) for e in self.of(RecordType.AD_OBSERVED)}):
            said = self.of(RecordType.AD_OBSERVED, about=id)
            asset = self.assets.get(latest(said, "asset"))
            spend = latest(said, "spend")
            if asset is not None:
                money = None if spend is None else money_of(spend)
                found.append(Ad(id, asset, money, latest(said, "first_day"), latest(said, "last_day")))
        return found

    def _events(self) -> list[Hosted]:
        found = []
        for id in sorted({str(e.record.subject) for e in self.of(RecordType.EVENT_HOSTED)}):
            said = self.of(RecordType.EVENT_HOSTED, about=id)
            assets = tuple(self.assets[a] for a in sorted(set(latest(said, "assets"))) if a in self.assets)
            interested = latest(said, "interested")
            figure = Hedged.nothing_said() if interested is None else hedged_of(interested)
            if assets:
                found.append(Hosted(id, assets, latest(said, "took_place", "unknown"), figure))
        return found

    # --- networks -----------------------------------------------------------------------------------------------------

    def _survivors(self) -> dict[str, str]:
        """The one into which each absorbed network goes directly."""
        verdicts: dict[tuple[str, str], Entry] = {}
        for e in self.of(RecordType.NETWORKS_MERGED, RecordType.MERGE_UNDONE):
            for absorbed in e.record.data["absorbed"]:
                verdicts[str(e.record.subject), absorbed] = e
        edges: dict[str, tuple[Version, str]] = {}
        for (survivor, absorbed), e in verdicts.items():
            if e.record.type is RecordType.NETWORKS_MERGED:
                edges[absorbed] = max(edges.get(absorbed, ((-(2**63), "", ""), "")), (e.version, survivor))
        into: dict[str, str] = {}
        for absorbed, (_, survivor) in sorted(edges.items(), key=lambda edge: (edge[1][0], edge[0])):
            end = survivor
            while end in into:
                end = into[end]
            if end != absorbed:
                into[absorbed] = survivor
        return into

    def root(self, id: str) -> str:
        """The network as which a network is shown."""
        while id in self.survivors:
            id = self.survivors[id]
        return id

    def _networks(self) -> dict[str, Network]:
        subjects = {str(e.record.subject) for e in self.of(*_MAKES_A_NETWORK)}
        existing = subjects | {asset.home for asset in self.assets.values()} - {NOWHERE}
        roots = sorted({self.root(id) for id in existing})
        return {root: self._network(root, tuple(sorted(m for m in existing if self.root(m) == root))) for root in roots}

    def _network(self, id: str, members: tuple[str, ...]) -> Network:
        reports = self.of(RecordType.NETWORK_REPORTED, about=id)
        detectors = {e.record.source for m in members for e in self.of(RecordType.NETWORK_REPORTED, about=m)}
        detectors |= {source for asset in self.assets.values() if asset.home in members for source in asset.detectors}
        first_seen = min(self._seen([id]) or self._seen(members))
        steps = [(Stage(e.record.data["stage"]), e.counted_at) for e in self.of(RecordType.STAGE_CHANGED, about=id)]
        if not steps or steps[0][1] > first_seen:
            steps.insert(0, (Stage.DETECTED, first_seen))
        # Saying again where it stands does not begin anew.
        steps = [step for place, step in enumerate(steps) if place == 0 or steps[place - 1][0] != step[0]]
        return Network(
            id,
            members,
            {name: latest(reports, name) for name in _WORDS},
            frozenset(detectors),
            first_seen,
            tuple(steps),
            self._approved(id),
            tuple(e.record.id for e in self.of(RecordType.ATTRIBUTION_ASSESSED, about=id)),
            tuple((e.record.data["with"], e.counted_at) for e in self.of(RecordType.NETWORK_OVERLAPPED, about=id)),
            self._attributed(id, latest(reports, "origins") or ()),
        )

    def _seen(self, ids: Iterable[str]) -> list[int]:
        """When networks were seen: shown by a report, a stage, a statement or an asset, or else only spoken of."""
        shown = [e.counted_at for id in ids for e in self.of(*_SHOWS_A_NETWORK, about=id)]
        shown += [asset.first_detected for asset in self.assets.values() if asset.home in ids]
        return shown or [e.counted_at for id in ids for e in self.of(*_MAKES_A_NETWORK, about=id)]

    def _attributed(self, id: str, origins: Iterable[str]) -> frozenset[str]:
        """The origins that an approved claim names, on a rung above the weakest and up to the approved one."""
        order = list(Rung)
        most = order.index(self._approved(id) or Rung.CANNOT_SAY)
        found = set()
        for e in self.of(RecordType.ATTRIBUTION_ASSESSED, about=id):
            if self._approves(e) and 0 < order.index(Rung(e.record.data["rung"])) <= most:
                found |= {code for code in origins if names_country(e.record.data["claim"], code)}
        return frozenset(found)

    def _approved(self, id: str) -> Rung | None:
        said = [e for e in self.of(RecordType.ATTRIBUTION_ASSESSED, about=id) if self._approves(e)]
        return Rung(said[-1].record.data["rung"]) if said else None

    def _approves(self, e: Entry) -> bool:
        """Whether a person has approved a claim; two where it names an actor. Else what stood before stands."""
        approved_by = e.record.data.get("approved_by")
        persons = set([approved_by] if isinstance(approved_by, str) else approved_by or [])
        names_an_actor = list(Rung).index(e.record.data["rung"]) >= list(Rung).index(Rung.LIKELY_ON_BEHALF_OF)
        return len(persons) >= (2 if names_an_actor else 1)

    def stated(self, member: str) -> Stated:
        """What stands of all that was stated about a network, merged or not."""
        current = {e.record.data["by"]: e for e in self.of(RecordType.STATEMENT_MADE, about=member)}
        stands = Stated(sayings=tuple(sorted((by, e.record.occurred_at) for by, e in current.items())))
        for e in sorted(current.values(), key=by_version):
            data = e.record.data
            for name in ("assets", "reach"):
                for surface, figure in data.get(name, {}).items():
                    getattr(stands, name)[Surface.parse(surface)] = hedged_of(figure)
            for name in ("ads", "events", "interested"):
                if name in data:
                    setattr(stands, name, hedged_of(data[name]))
            if "spend" in data:
                stands.spend = money_of(data["spend"])
        return stands


_WORDS = (
    *("code_name", "title", "origins", "targets", "topics", "personas", "elections"),
    *("exercise", "detector_score"),
)
_SHOWS_A_NETWORK = (RecordType.NETWORK_REPORTED, RecordType.STAGE_CHANGED, RecordType.STATEMENT_MADE)
_MAKES_A_NETWORK = (*_SHOWS_A_NETWORK, RecordType.ATTRIBUTION_ASSESSED, RecordType.NETWORK_OVERLAPPED)


def _one(counts: Sequence[Hedged]) -> Hedged | None:
    """The counts of one asset's parts as one; alone it is as it was said."""
    return added(counts) if len(counts) > 1 else next(iter(counts), None)
