"""A network as people see it: its words, its stages, its claims and statements, and what it counts."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from app.attribution import may_say
from app.countries import names_country
from app.entities import NetworkState, said
from app.hedged import Hedged, Tally
from app.measures._figures import stands, total
from app.measures._fold import Member
from app.vocabulary import UNAPPROVED, UNDETERMINED, Rung, Stage, Surface, surface_order

T = TypeVar("T")

ACTOR = Rung.LIKELY_ON_BEHALF_OF
"""The weakest rung on which a claim names an actor. From here on two persons approve."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage and when it was entered (µs, as windows count it)."""

    stage: Stage
    at: int
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One attribution as somebody assessed it. ``approved_by`` is empty where nobody has approved it."""

    claim: str
    rung: Rung
    by: str
    at: int
    evidence: tuple[str, ...]
    approved_by: tuple[str, ...]
    source: str
    id: str

    @property
    def approves(self) -> bool:
        """Whether it sets the ceiling: approved, and by two persons where it names an actor."""
        persons = {_person(name) for name in self.approved_by} - {""}
        return len(persons) >= (2 if self.rung.strength >= ACTOR.strength else 1)


@dataclass(frozen=True, slots=True)
class Statement:
    """Figures that somebody gave for the whole network. ``data`` is that of the record."""

    by: str
    at: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Something that the network shares with another one."""

    other: str
    basis: str
    shared: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is to look after a network: ``to`` is empty where that was taken back. Instants in µs."""

    to: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class CheckOut:
    """Somebody works on a network until an instant (µs), so that no other person does the same."""

    by: str
    at: int
    until: int


@dataclass(frozen=True, slots=True)
class AssetCount:
    """How many assets a network has on one surface: what was stated, until more are listed."""

    figure: Hedged
    listed: int
    stated: Hedged | None
    basis: Literal["counted", "stated"]
    conflict: bool


@dataclass(frozen=True, slots=True)
class Network:
    """One network, with all that was merged into it. ``stages`` are oldest first; instants in µs.

    Made anew whenever anything of it or of its members changes, so what is computed of it may be kept (``once``).
    ``not_merged`` are the networks of which somebody has decided that they are not the same.
    """

    id: str
    code_name: str
    title: str
    origins: tuple[str, ...]
    targets: tuple[str, ...]
    topics: tuple[str, ...]
    personas: tuple[str, ...]
    elections: tuple[str, ...]
    exercise: bool
    detector_score: float | None
    detectors: tuple[str, ...]
    members: tuple[str, ...]
    stages: tuple[Step, ...]
    first_seen_at: int
    approved: Rung | None
    claims: tuple[Claim, ...]
    statements: tuple[Statement, ...]
    overlaps: tuple[Overlap, ...]
    assets_figure: dict[Surface, AssetCount]
    detected_bins: dict[Surface, dict[int, int]]
    removed_bins: dict[Surface, dict[int, int]]
    assigned: Assignment | None
    checked_out: CheckOut | None
    not_merged: tuple[str, ...]
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, what: Any, compute: Callable[[], T]) -> T:
        """What ``compute`` gives, computed once."""
        if what not in self._kept:
            self._kept[what] = compute()
        kept: T = self._kept[what]
        return kept

    @property
    def name(self) -> str:
        """What screens call it."""
        return self.code_name or self.id

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.stages[-1].stage

    @property
    def stage_since(self) -> int:
        """When it came to stand there."""
        return self.stages[-1].at

    @property
    def is_open(self) -> bool:
        """Whether it still asks for work."""
        return self.stage.is_open

    @property
    def attributed_origins(self) -> tuple[str, ...]:
        """Those of its origins that an approved claim names, as far as its rung still stands.

        Origins are reported by detectors at any time; whoever approved "operated from Iran" has approved no other, and
        whoever approved that nobody can say has approved none, whatever the claim names.
        """
        return self.once("attributed", self._attributed_origins)

    def _attributed_origins(self) -> tuple[str, ...]:
        standing = [
            claim
            for claim in self.claims
            if claim.approves and claim.rung is not Rung.CANNOT_SAY and may_say(claim.rung, self.approved)
        ]
        return tuple(code for code in self.origins if any(names_country(claim.claim, code) for claim in standing))

    @property
    def attributed(self) -> tuple[str, ...]:
        """Where it comes from as far as that may be said: countries, or ``UNDETERMINED``."""
        return self.attributed_origins or (UNDETERMINED,)

    @property
    def rung(self) -> str:
        """The rung that was approved, or ``UNAPPROVED``."""
        return UNAPPROVED if self.approved is None else str(self.approved)

    @property
    def assets(self) -> dict[Surface, int]:
        """Listed assets by surface."""
        return {surface: count.listed for surface, count in self.assets_figure.items() if count.listed}

    def stage_at(self, at: int) -> Stage | None:
        """Where it stood at an instant, None before it was first seen."""
        if at < self.first_seen_at:
            return None
        return next((step.stage for step in reversed(self.stages) if step.at <= at), Stage.DETECTED)

    def was_open(self, at: int) -> bool:
        """Whether it asked for work at an instant."""
        stage = self.stage_at(at)
        return stage is not None and stage.is_open


def network_of(
    id: str, state: NetworkState, members: Sequence[Member], states: Iterable[NetworkState], first_seen_at: int
) -> Network:
    """The network ``id`` from its own state and from what its ``members`` count; ``states`` are the members' own."""
    facts = state.facts
    claims = _claims(state)
    detectors = {row.rest for member in members for row in member.rows("detector")}
    detectors.update(source for each in states for source in each.sources)
    return Network(
        id=id,
        code_name=said(facts, "code_name", ""),
        title=said(facts, "title", ""),
        origins=tuple(said(facts, "origins", ())),
        targets=tuple(said(facts, "targets", ())),
        topics=tuple(said(facts, "topics", ())),
        personas=_texts(said(facts, "personas", ())),
        elections=tuple(said(facts, "elections", ())),
        exercise=bool(said(facts, "exercise", False)),
        detector_score=said(facts, "detector_score"),
        detectors=tuple(sorted(detectors)),
        members=tuple(member.id for member in members),
        stages=_stages(state, first_seen_at),
        first_seen_at=first_seen_at,
        approved=next((claim.rung for claim in reversed(claims) if claim.approves), None),
        claims=claims,
        statements=tuple(
            Statement(by, held[3], held[4])
            for by, held in sorted(state.statements.items(), key=lambda item: tuple(item[1][:3]))
        ),
        overlaps=tuple(
            Overlap(data["with"], data.get("basis", ""), tuple(data.get("shared", ())), at)
            for _, (_, at, data) in sorted(state.overlaps.items(), key=lambda item: (item[1][0], item[0]))
        ),
        assets_figure=_assets(members),
        detected_bins=_bins(members, "found"),
        removed_bins=_bins(members, "removed"),
        assigned=Assignment(*held) if (held := said(state.work, "assigned")) and held[0] else None,
        checked_out=CheckOut(*held) if (held := said(state.work, "checked_out")) else None,
        not_merged=tuple(sorted(key.partition("|")[2] for key in state.work if key.startswith("rejected|"))),
    )


def _person(name: str) -> str:
    """What of a name tells two persons apart: nobody becomes a second one by a space, a stop or what is not seen."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _stages(state: NetworkState, first_seen_at: int) -> tuple[Step, ...]:
    """The steps in the order of what was said; an unbroken run of one stage is one step, entered at its first."""
    ordered = sorted((held[0], *key.split("\n"), held) for key, held in state.stages.items())
    is_said = bool(ordered) and ordered[0][3][1] <= first_seen_at
    steps = [] if is_said else [Step(Stage.DETECTED, first_seen_at)]
    for _, _, _, (_, at, stage, by, why) in ordered:
        if not steps or steps[-1].stage != stage:
            steps.append(Step(Stage(stage), at, by, why))
    return tuple(steps)


def _claims(state: NetworkState) -> tuple[Claim, ...]:
    ordered = sorted((held[0], *key.split("\n"), held) for key, held in state.claims.items())
    return tuple(
        Claim(
            data["claim"],
            Rung(data["rung"]),
            data["by"],
            at,
            tuple(data.get("evidence", ())),
            _texts(data.get("approved_by", ())),
            source,
            id,
        )
        for _, source, id, (_, at, data) in ordered
    )


def _assets(members: Sequence[Member]) -> dict[Surface, AssetCount]:
    found: dict[Surface, list[tuple[int, Hedged | None]]] = {}
    for member in members:
        listed = {Surface.parse(row.where): row.n for row in member.rows("asset")}
        for surface in {*listed, *member.stated.assets}:
            found.setdefault(surface, []).append((listed.get(surface, 0), member.stated.assets.get(surface)))
    return {surface: _count(found[surface]) for surface in sorted(found, key=surface_order)}


def _count(parts: list[tuple[int, Hedged | None]]) -> AssetCount:
    figure, said_total, conflict, stands_any = Tally(), Tally(), False, False
    for listed, stated in parts:
        counted = Hedged.exactly(listed)
        if stated is None:
            figure += Tally.of(counted)
            continue
        said_total += Tally.of(stated)
        if stands(stated, counted):
            figure, stands_any = figure + Tally.of(stated), True
        else:
            figure, conflict = figure + Tally.of(counted), True
    stated_total = parts[0][1] if len(parts) == 1 else said_total.hedged() if said_total.terms else None
    listed_total = sum(listed for listed, _ in parts)
    return AssetCount(total(figure), listed_total, stated_total, "stated" if stands_any else "counted", conflict)


def _bins(members: Sequence[Member], kind: str) -> dict[Surface, dict[int, int]]:
    found: dict[Surface, Counter[int]] = {}
    for member in members:
        for row in member.rows(kind):
            found.setdefault(Surface.parse(row.where), Counter())[int(row.rest)] += row.n
    return {surface: dict(sorted(bins.items())) for surface, bins in found.items()}
