"""A network of the demo as a plan, and its unfolding into records: reported, detected one by one, linked, decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from app.demo.audiences import Crowd
from app.demo.beats import Beat, Tellers, moments, utc
from app.vocabulary import HEADLINE_SURFACES, MINUTE, SECOND, Instant, RecordType, Stage, Surface

SLUGS = ("page", "account", "group", "insta")
SIGNALS = (
    ("shared_admin", 3.0),
    ("near_duplicate_text", 1.5),
    ("co_shared_within_60s", 1.0),
    ("same_link_order", 0.5),
)
NAMES: Mapping[str, tuple[str, str, str, str]] = {
    "en": ("Page", "Account", "Group", "Instagram account"),
    "pt": ("Página", "Conta", "Grupo", "Conta do Instagram"),
}


LISTED_UP_TO = 3_000
"""Audiences of exercise assets up to this size are given as account ids, so that the exact path is in the demo too."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset to be detected: its id, its surface, the name on screen and its number within the surface from 0."""

    id: str
    surface: Surface
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A network before it is told. Times are texts in UTC (``2018-10-26T14:05``).

    ``counts`` follow ``HEADLINE_SURFACES``; ``stages`` holds (stage, time, why); ``found_until`` is the time of the
    last detection, ``burst`` (time, n) says that the last n accounts came at once; ``searched`` is when its ads were
    looked for and none found.
    """

    id: str
    code_name: str
    counts: tuple[int, int, int, int]
    stages: tuple[tuple[Stage, str, str], ...]
    found_until: str
    targets: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    elections: tuple[str, ...] = ()
    language: str = "en"
    score: float = 0.8
    exercise: bool = True
    crowds: Mapping[Surface, Crowd] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    burst: tuple[str, int] | None = None
    searched: str | None = None

    @property
    def first(self) -> Instant:
        """When it was first noticed."""
        return utc(self.stages[0][1])

    @property
    def rng(self) -> Random:
        """Its own chance, the same in every telling."""
        return Random(self.id)

    def assets(self) -> list[Asset]:
        """Its assets in the order of ``HEADLINE_SURFACES``."""
        initials = "".join(word[0] for word in self.id.split("-"))
        found: list[Asset] = []
        for surface, slug, word, n in zip(HEADLINE_SURFACES, SLUGS, NAMES[self.language], self.counts, strict=True):
            for number in range(n):
                key = f"{initials}-{slug}-{number + 1:02d}"
                found.append(Asset(key, surface, self.names.get(key, f"{word} {number + 1:02d}"), number))
        return found


def unfold(plan: Plan, tellers: Tellers) -> Iterator[Beat]:
    """Everything that the plan says, in no particular order."""
    yield tellers.coordination.tell(
        RecordType.NETWORK_REPORTED,
        plan.first,
        plan.id,
        code_name=plan.code_name,
        origins=list(plan.origins) or None,
        targets=list(plan.targets) or None,
        topics=list(plan.topics) or None,
        elections=list(plan.elections) or None,
        detector_score=plan.score,
        exercise=plan.exercise or None,
    )
    for stage, at, why in plan.stages:
        yield tellers.desk.tell(
            RecordType.STAGE_CHANGED, utc(at), plan.id, stage=stage.value, by=decider(stage), why=why
        )
    if plan.searched:
        yield tellers.desk.tell(
            RecordType.STATEMENT_MADE,
            utc(plan.searched),
            plan.id,
            by="ad search",
            spend={"currency": "USD", "qualifier": "none found"},
        )
    yield from detections(plan, tellers)


def decider(stage: Stage) -> str:
    """Who moves a network to a stage: the lead where it ends or something is ordered, else an analyst."""
    return "lead on duty" if stage in (Stage.REMOVAL_ORDERED, Stage.REMOVED, Stage.DISMISSED) else "analyst"


def detections(plan: Plan, tellers: Tellers) -> Iterator[Beat]:
    """Its assets one by one, each with the link that led to it and, where the plan has a crowd, its audience."""
    rng = plan.rng
    for asset, at, earlier in in_order(plan, rng):
        yield tellers.assets.tell(
            RecordType.ASSET_DETECTED,
            at,
            asset.id,
            network=plan.id,
            platform=asset.surface.platform,
            kind=asset.surface.kind,
            name=asset.name,
            handle=asset.id.replace("-", "_") if asset.surface.kind == "account" else None,
            language=plan.language,
            score=round(rng.uniform(0.55, 0.98), 2),
        )
        if earlier:
            signal, weight = rng.choice(SIGNALS)
            yield tellers.coordination.tell(
                RecordType.LINK_OBSERVED,
                Instant(at + 2 * SECOND),
                None,
                a=asset.id,
                b=rng.choice(earlier).id,
                signal=signal,
                weight=weight,
            )
        crowd = plan.crowds.get(asset.surface)
        if crowd:
            yield _audience(plan, asset, crowd, Instant(at + rng.randrange(5, 55) * SECOND), tellers)


def in_order(plan: Plan, rng: Random) -> Iterator[tuple[Asset, Instant, list[Asset]]]:
    """Each asset with the instant of its detection and those that were found before it."""
    assets = plan.assets()
    late: list[Asset] = []
    at_once = utc(plan.burst[0]) if plan.burst else plan.first
    if plan.burst:
        accounts = [asset for asset in assets if asset.surface == HEADLINE_SURFACES[1]]
        late = accounts[-plan.burst[1] :]
        assets = [asset for asset in assets if asset not in late]
    rng.shuffle(assets)
    for place, at in enumerate(moments(rng, len(assets), plan.first, utc(plan.found_until))):
        yield assets[place], at, assets[:place]
    for place, asset in enumerate(late):
        yield asset, Instant(at_once + place * 4 * SECOND), assets


def _audience(plan: Plan, asset: Asset, crowd: Crowd, at: Instant, tellers: Tellers) -> Beat:
    place = HEADLINE_SURFACES.index(asset.surface)
    ranges = crowd.shares(plan.counts[place], Random(f"{plan.id} {asset.surface}"))[asset.number]
    if plan.exercise and sum(map(len, ranges)) <= LISTED_UP_TO:
        ids = list(crowd.accounts.ids(sorted(set().union(*ranges))))
        return tellers.audiences.tell(RecordType.AUDIENCE_OBSERVED, at, asset.id, accounts=ids)
    return tellers.audiences.tell(RecordType.AUDIENCE_OBSERVED, at, asset.id, sketch=crowd.accounts.image(ranges))


def removals(plan: Plan, tellers: Tellers, last: Instant, *, within: int = 20 * MINUTE, reason: str) -> Iterator[Beat]:
    """Each of its assets is removed, evenly over the ``within`` microseconds that end at ``last``."""
    assets = plan.assets()
    plan.rng.shuffle(assets)
    step = within // len(assets) // SECOND * SECOND
    for place, asset in enumerate(reversed(assets)):
        yield tellers.platform.tell(
            RecordType.ASSET_REMOVED, Instant(last - place * step), asset.id, reason=reason, by="platform", wave=plan.id
        )
