"""What goes on after the story: quiet activity of the exercise networks that are still open, without end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from app.demo.beats import Beat, Tellers
from app.demo.cast import SIGNALS, SLUGS, Asset, Plan
from app.demo.crowds import FACEBOOK
from app.demo.others import LOW_TIDE, PAPER_KITE, QUIET_ORCHARD, SLATE_LANTERN, TIN_WHISTLE
from app.demo.posts import post
from app.demo.story import END
from app.vocabulary import ACCOUNTS, PAGES, SECOND, Instant, RecordType

PAUSE_S = 12
"""Mean number of seconds between two records."""

NEWCOMERS = 8_000_000
"""Number of the first account that followed nothing during the story."""


@dataclass(slots=True)
class _Room:
    """What the trickle knows and adds to: the open networks, their assets, and the accounts it has used."""

    rng: Random
    tellers: Tellers
    told: int = 0
    newcomer: int = NEWCOMERS
    assets: dict[str, list[Asset]] = field(default_factory=dict)

    def of(self, plan: Plan) -> list[Asset]:
        """The assets of a network, with those that the trickle has added."""
        return self.assets.setdefault(plan.id, plan.assets())


def trickle(seed: int = 0) -> Iterator[Beat]:
    """Records in order of time from ``END`` on, without end and the same for the same seed.

    Of a hundred records some 80 are posts, 9 links, 8 new followers of a Page and 3 new accounts.
    """
    room = _Room(Random(f"trickle {seed}"), Tellers(f"trickle-{seed}:"))
    at = END
    while True:
        at = Instant(at + SECOND + round(room.rng.expovariate(1 / (PAUSE_S - 1)) * 1000) * 1000)
        room.told += 1
        chance = room.rng.random()
        if chance < 0.80:
            yield _post(room, at, seed)
        elif chance < 0.89:
            yield _link(room, at)
        elif chance < 0.97:
            yield _followers(room, at)
        else:
            yield _account(room, at)


def _plan(room: _Room) -> Plan:
    return room.rng.choices((QUIET_ORCHARD, LOW_TIDE, SLATE_LANTERN, TIN_WHISTLE, PAPER_KITE), (5, 4, 3, 2, 1))[0]


def _post(room: _Room, at: Instant, seed: int) -> Beat:
    plan = _plan(room)
    writer = room.rng.choice([asset for asset in room.of(plan) if asset.surface.kind != "group"])
    return post(plan, room.tellers, f"trickle-{seed}-post-{room.told}", writer.id, at, room.rng)


def _link(room: _Room, at: Instant) -> Beat:
    a, b = room.rng.sample(room.of(_plan(room)), 2)
    signal, weight = room.rng.choice(SIGNALS)
    return room.tellers.coordination.tell(
        RecordType.LINK_OBSERVED, at, None, a=a.id, b=b.id, signal=signal, weight=weight
    )


def _followers(room: _Room, at: Instant) -> Beat:
    page = room.rng.choice([asset for asset in room.of(_plan(room)) if asset.surface == PAGES])
    first, room.newcomer = room.newcomer, room.newcomer + room.rng.randrange(1, 40)
    ids = list(FACEBOOK.ids(range(first, room.newcomer)))
    return room.tellers.audiences.tell(RecordType.AUDIENCE_OBSERVED, at, page.id, accounts=ids, part=True)


def _account(room: _Room, at: Instant) -> Beat:
    plan = room.rng.choice((SLATE_LANTERN, PAPER_KITE))
    known = room.of(plan)
    number = sum(asset.surface == ACCOUNTS for asset in known)
    initials = known[0].id.split("-")[0]
    asset = Asset(f"{initials}-{SLUGS[1]}-{number + 1:02d}", ACCOUNTS, f"Account {number + 1:02d}", number)
    known.append(asset)
    return room.tellers.assets.tell(
        RecordType.ASSET_DETECTED,
        at,
        asset.id,
        network=plan.id,
        platform=ACCOUNTS.platform,
        kind=ACCOUNTS.kind,
        name=asset.name,
        language=plan.language,
        score=round(room.rng.uniform(0.55, 0.98), 2),
    )
