"""The networks beside Harbour Finch. All of them are invented, and each says ``exercise`` in its first record.

Five are open when the story ends: one detected, two under review, one confirmed for longer than its limit, one with its
removal ordered. One was dismissed. Four were removed between the first day of the watch and the story week.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from app.demo import crowds
from app.demo.beats import Beat, Tellers, utc
from app.demo.cast import Plan, removals, unfold
from app.demo.posts import posts
from app.vocabulary import DAY, HEADLINE_SURFACES, HOUR, MINUTE, Instant, RecordType, Stage

US, BR = ("us-midterms-2018",), ("br-runoff-2018",)
NOTICED = "Noticed by the coordination detector"
TAKEN_UP = "Taken up for review"

PAPER_KITE = Plan(
    "paper-kite",
    "Paper Kite",
    (3, 5, 0, 1),
    ((Stage.DETECTED, "2018-10-26T13:58", NOTICED),),
    found_until="2018-10-26T13:59",
    targets=("US",),
    topics=("voting dates",),
    elections=US,
    score=0.64,
    crowds=crowds.PAPER_KITE,
)
SLATE_LANTERN = Plan(
    "slate-lantern",
    "Slate Lantern",
    (12, 28, 4, 2),
    ((Stage.DETECTED, "2018-10-25T19:20", NOTICED), (Stage.UNDER_REVIEW, "2018-10-25T22:41", TAKEN_UP)),
    found_until="2018-10-26T10:45",
    targets=("US",),
    topics=("health care", "schools"),
    elections=US,
    score=0.78,
    crowds=crowds.SLATE_LANTERN,
    burst=("2018-10-26T13:20", 4),
    searched="2018-10-26T08:30",
)
TIN_WHISTLE = Plan(
    "tin-whistle",
    "Tin Whistle",
    (6, 13, 0, 2),
    ((Stage.DETECTED, "2018-10-23T18:20", NOTICED), (Stage.UNDER_REVIEW, "2018-10-24T16:05", TAKEN_UP)),
    found_until="2018-10-25T15:30",
    targets=("GB",),
    topics=("public transport",),
    score=0.69,
    crowds=crowds.TIN_WHISTLE,
    searched="2018-10-25T09:10",
)
LOW_TIDE = Plan(
    "low-tide",
    "Low Tide",
    (21, 30, 6, 7),
    (
        (Stage.DETECTED, "2018-10-20T16:15", NOTICED),
        (Stage.UNDER_REVIEW, "2018-10-21T12:00", TAKEN_UP),
        (Stage.CONFIRMED, "2018-10-24T11:20", "Shared administration confirmed"),
    ),
    found_until="2018-10-25T17:40",
    targets=("US", "CA"),
    topics=("fishing rights", "immigration"),
    elections=US,
    score=0.88,
    crowds=crowds.LOW_TIDE,
    searched="2018-10-23T14:00",
)
QUIET_ORCHARD = Plan(
    "quiet-orchard",
    "Quiet Orchard",
    (61, 44, 9, 4),
    (
        (Stage.DETECTED, "2018-10-20T12:00", NOTICED),
        (Stage.UNDER_REVIEW, "2018-10-21T10:00", TAKEN_UP),
        (Stage.CONFIRMED, "2018-10-24T09:20", "One operator behind the Pages"),
        (Stage.REMOVAL_ORDERED, "2018-10-26T09:10", "Ordered before the run-off"),
    ),
    found_until="2018-10-25T20:15",
    targets=("BR",),
    origins=("BR",),
    topics=("the run-off",),
    elections=BR,
    language="pt",
    score=0.91,
    crowds=crowds.QUIET_ORCHARD,
    searched="2018-10-25T12:20",
)
NORTH_PIER = Plan(
    "north-pier",
    "North Pier",
    (9, 5, 0, 0),
    (
        (Stage.DETECTED, "2018-10-18T16:00", NOTICED),
        (Stage.UNDER_REVIEW, "2018-10-19T15:30", TAKEN_UP),
        (Stage.DISMISSED, "2018-10-22T15:20", "Fans of one band: nobody hides who they are"),
    ),
    found_until="2018-10-20T19:00",
    targets=("US",),
    topics=("music",),
    score=0.52,
    searched="2018-10-21T10:00",
)
OPEN = (PAPER_KITE, SLATE_LANTERN, TIN_WHISTLE, LOW_TIDE, QUIET_ORCHARD)


def _closed(
    id: str,
    name: str,
    counts: tuple[int, int, int, int],
    targets: tuple[str, ...],
    days: tuple[str, str, str, str, str],
) -> Plan:
    whys = (NOTICED, TAKEN_UP, "Shared administration confirmed", "Ordered", "All assets removed")
    stages = tuple(zip(list(Stage)[:5], (f"2018-{day}" for day in days), whys, strict=True))
    return Plan(id, name, counts, stages, f"2018-{days[3]}", targets, topics=("local news",), score=0.8)


CLOSED = (
    _closed(
        "iron-ferry", "Iron Ferry", (72, 131, 14, 48), ("US", "CA"),
        ("04-09T09:00", "04-10T08:00", "04-12T16:00", "04-14T10:00", "04-14T20:30"),
    ),
    _closed(
        "brass-compass", "Brass Compass", (31, 62, 5, 20), ("US",),
        ("06-18T12:00", "06-19T09:00", "06-21T15:00", "06-22T13:00", "06-22T17:00"),
    ),
    _closed(
        "red-kiln", "Red Kiln", (38, 77, 9, 19), ("GB",),
        ("07-23T07:30", "07-24T07:00", "07-26T18:00", "07-28T09:00", "07-28T16:00"),
    ),
    _closed(
        "salt-meadow", "Salt Meadow", (24, 58, 4, 10), ("BR",),
        ("10-02T11:00", "10-03T09:00", "10-05T15:00", "10-06T12:00", "10-06T22:00"),
    ),
)  # fmt: skip
"""Removed before the story begins: 622 assets."""

CLOSED_REACH = {"iron-ferry": 870_000, "brass-compass": 240_000, "red-kiln": 510_000, "salt-meadow": 330_000}
"""Stated at the end of each case, in accounts that followed at least one Page; invented."""


def closed(tellers: Tellers) -> Iterator[Beat]:
    """The networks that were removed before the story begins, with the figures that the desk gave for each."""
    for plan in CLOSED:
        removed_at = utc(plan.stages[-1][1])
        yield from unfold(plan, tellers)
        yield from removals(plan, tellers, removed_at, within=3 * HOUR, reason="exercise")
        yield tellers.desk.tell(
            RecordType.STATEMENT_MADE,
            Instant(removed_at + HOUR),
            plan.id,
            by="room desk",
            assets={str(surface): n for surface, n in zip(HEADLINE_SURFACES, plan.counts, strict=True)},
            reach={"facebook:page": {"qualifier": "about", "value": CLOSED_REACH[plan.id]}},
            spend={"currency": "USD", "qualifier": "none found"},
        )
    yield from _mistaken(tellers)


def _mistaken(tellers: Tellers) -> Iterator[Beat]:
    """One account that was removed with Iron Ferry and given back two days later: it is in no count of takedowns."""
    asset, removed_at = "if-account-132", utc("2018-04-14T18:00")
    yield tellers.assets.tell(
        RecordType.ASSET_DETECTED,
        Instant(removed_at - 2 * DAY),
        asset,
        network="iron-ferry",
        platform="facebook",
        kind="account",
        name="Account 132",
        score=0.55,
    )
    yield tellers.platform.tell(
        RecordType.ASSET_REMOVED, removed_at, asset, reason="exercise", by="platform", wave="iron-ferry"
    )
    yield tellers.platform.tell(
        RecordType.ASSET_RESTORED, Instant(removed_at + 2 * DAY), asset, reason="removed by mistake", by="platform"
    )


def beside(tellers: Tellers) -> Iterator[Beat]:
    """The networks of the story week other than Harbour Finch."""
    for plan in (*OPEN, NORTH_PIER):
        yield from unfold(plan, tellers)
    for plan, n in ((QUIET_ORCHARD, 60), (LOW_TIDE, 45), (SLATE_LANTERN, 12), (TIN_WHISTLE, 14)):
        yield from posts(plan, tellers, n, plan.first, utc("2018-10-26T14:15"))
    yield from _north_pier_audiences(tellers)
    yield from _withdrawn(tellers)


def _north_pier_audiences(tellers: Tellers) -> Iterator[Beat]:
    """Only follower counts are known here, so the reach of North Pier is between the largest and the sum."""
    rng = Random("north-pier counts")
    for number in range(NORTH_PIER.counts[0]):
        yield tellers.audiences.tell(
            RecordType.AUDIENCE_OBSERVED,
            Instant(utc("2018-10-20T19:10") + number * MINUTE),
            f"np-page-{number + 1:02d}",
            count=rng.randrange(1_200, 14_000),
        )


def _withdrawn(tellers: Tellers) -> Iterator[Beat]:
    """A detection for Low Tide that its detector took back the next morning: it leaves no trace in any figure."""
    wrong = tellers.assets.tell(
        RecordType.ASSET_DETECTED,
        utc("2018-10-22T21:30"),
        "lt-page-22",
        network="low-tide",
        platform="facebook",
        kind="page",
        name="Page 22",
        score=0.51,
    )
    yield wrong
    yield tellers.assets.tell(
        RecordType.RECORD_WITHDRAWN,
        utc("2018-10-23T08:05"),
        None,
        source=wrong.source,
        id=wrong.event["id"],
        why="Two Pages of the same name were mixed up",
    )
