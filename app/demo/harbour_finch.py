"""Harbour Finch: the 82 assets that were removed on 26 October 2018, told as the room would have seen them come in.

Published: the numbers of assets, the reach of each surface, two ads for less than 100 dollars in US and Canadian
dollars, seven hosted events, the three names of groups, the words of the attribution, the overlap with accounts removed
in August. Everything finer than that (single audiences, links, posts, indicators, the hour of each detection, the steps
of the review) is made up so that the whole comes to what was published, and a note in the log says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.demo import crowds
from app.demo.beats import Beat, Tellers, utc
from app.demo.cast import Plan, decider, detections, removals
from app.demo.posts import posts
from app.vocabulary import DAY, Instant, RecordType, Stage

ID = "harbour-finch"
REMOVED_AT = utc("2018-10-26T14:05")
LONG_GALLERY = "long-gallery"

NOTE = (
    "Published by the platform on 26 October 2018: 30 Pages, 33 accounts, 3 groups and 16 Instagram accounts; reach, "
    "ad spend, hosted events, attribution and the names of three groups. Synthetic, so that the whole comes to what "
    "was published: all other names, the audiences of single assets, links, posts, indicators, and the times before "
    "the removal."
)
NO_TIES = "we have found no ties to the Iranian government, we can't say for sure who is responsible"
LINKED = "A manual review of these accounts linked their activity to Iran"

PLAN = Plan(
    ID,
    "Harbour Finch",
    (30, 33, 3, 16),
    (
        (Stage.DETECTED, "2018-10-19T13:40", "Accounts that act together, noticed by the coordination detector"),
        (Stage.UNDER_REVIEW, "2018-10-20T10:00", "Taken up by the weekend shift"),
        (Stage.CONFIRMED, "2018-10-22T18:00", "Shared administration confirmed on Pages and groups"),
        (Stage.UNDER_REVIEW, "2018-10-23T09:00", "Instagram accounts found: reviewed again with them"),
        (Stage.CONFIRMED, "2018-10-25T10:20", "Confirmed with the Instagram accounts"),
        (Stage.REMOVAL_ORDERED, "2018-10-26T09:30", "Ordered for Friday, all surfaces at once"),
        (Stage.REMOVED, "2018-10-26T14:05", "All 82 assets removed"),
    ),
    found_until="2018-10-26T08:55",
    exercise=False,
    crowds=crowds.HARBOUR_FINCH,
    names={
        "hf-group-01": "Wake Up America",
        "hf-group-02": "Thirst for Truth",
        "hf-group-03": "No racism no war",
    },
)


def harbour_finch(tellers: Tellers) -> Iterator[Beat]:
    """The case from its first record to the statement, in no particular order."""
    yield from _reported(tellers)
    yield from detections(PLAN, tellers)
    for stage, at, why in PLAN.stages:
        yield tellers.desk.tell(RecordType.STAGE_CHANGED, utc(at), ID, stage=stage.value, by=decider(stage), why=why)
    yield from _activity(tellers)
    yield from posts(PLAN, tellers, 48, PLAN.first, utc("2018-10-26T12:30"))
    yield from _indicators(tellers)
    yield from _assessed(tellers)
    yield from removals(PLAN, tellers, REMOVED_AT, reason="coordinated inauthentic behaviour")
    yield _stated(tellers)


def _reported(tellers: Tellers) -> Iterator[Beat]:
    topics = ["race relations", "opposition to the President", "immigration"]
    reports = (
        ("2018-10-19T13:40", {"code_name": "Harbour Finch", "targets": ["US"], "detector_score": 0.71}),
        (
            "2018-10-20T11:30",
            {"topics": topics, "personas": ["US citizens"], "elections": ["us-midterms-2018"], "detector_score": 0.86},
        ),
        (
            "2018-10-23T09:05",
            {"targets": ["US", "GB"], "personas": ["US citizens", "UK citizens"], "detector_score": 0.93},
        ),
        ("2018-10-25T10:15", {"origins": ["IR"]}),
    )
    for at, data in reports:
        yield tellers.coordination.tell(RecordType.NETWORK_REPORTED, utc(at), ID, **data)
    yield tellers.desk.tell(
        RecordType.NETWORK_OVERLAPPED,
        utc("2018-10-25T16:40"),
        ID,
        **{"with": LONG_GALLERY},
        basis="some overlap with accounts removed in August 2018",
    )
    yield tellers.desk.tell(RecordType.NOTE_WRITTEN, utc("2018-10-19T13:41"), ID, text=NOTE, by="the demo")


def _activity(tellers: Tellers) -> Iterator[Beat]:
    # The months were published, the days were not: the first and last day bound them.
    yield tellers.activity.tell(
        RecordType.AD_OBSERVED,
        utc("2018-10-22T15:10"),
        "hf-ad-1",
        asset="hf-page-02",
        spend={"currency": "USD"},
        first_day="2016-06-01",
        last_day="2016-06-30",
    )
    yield tellers.activity.tell(
        RecordType.AD_OBSERVED,
        utc("2018-10-24T09:45"),
        "hf-ad-2",
        asset="hf-page-05",
        spend={"currency": "CAD"},
        first_day="2018-01-01",
        last_day="2018-01-31",
    )
    for n in range(7):
        yield tellers.activity.tell(
            RecordType.EVENT_HOSTED,
            Instant(utc("2018-10-20T16:20") + n * 18 * DAY // 24),
            f"hf-event-{n + 1}",
            assets=[f"hf-page-{(1, 1, 3, 4, 1, 6, 3)[n]:02d}"],
            title=f"Event {n + 1}",
            took_place="unknown",
        )


def _indicators(tellers: Tellers) -> Iterator[Beat]:
    """What the case was seen with, made up: one address was seen with the accounts of August as well."""
    seen = (
        ("2018-10-21T15:20", ID, "domain-name", "street-and-justice.example"),
        ("2018-10-22T09:10", ID, "domain-name", "thirst-for-truth.example"),
        ("2018-10-24T17:05", ID, "email-addr", "desk@street-and-justice.example"),
        ("2018-10-25T16:30", LONG_GALLERY, "domain-name", "street-and-justice.example"),
    )
    for number, (at, network, kind, value) in enumerate(seen, 1):
        yield tellers.coordination.tell(
            RecordType.INDICATOR_OBSERVED, utc(at), f"hf-indicator-{number}", kind=kind, value=value, network=network
        )


def _assessed(tellers: Tellers) -> Iterator[Beat]:
    def assessed(at: str, claim: str, rung: str, evidence: str, approved_by: list[str] | None = None) -> Beat:
        return tellers.desk.tell(
            RecordType.ATTRIBUTION_ASSESSED,
            utc(at),
            ID,
            claim=claim,
            rung=rung,
            by="analyst",
            evidence=[evidence],
            approved_by=approved_by,
        )

    operated, directed = "Operated from Iran", "Directed by the Iranian government"
    yield assessed("2018-10-25T10:15", operated, "originated_in", "Manual review under way")
    yield assessed("2018-10-26T12:20", directed, "cannot_say", NO_TIES)
    # Two persons, because the claim names a country.
    yield assessed("2018-10-26T12:40", operated, "manual_review_linked_to", LINKED, ["lead on duty", "second lead"])


def _stated(tellers: Tellers) -> Beat:
    return tellers.platform.tell(
        RecordType.STATEMENT_MADE,
        Instant(REMOVED_AT + 30_000_000),
        ID,
        by="Facebook",
        assets={"facebook:page": 30, "facebook:account": 33, "facebook:group": 3, "instagram:account": 16},
        reach={
            "facebook:page": {"qualifier": "about", "value": 1_020_000, "as_said": "About 1.02 million accounts"},
            "facebook:group": {"qualifier": "about", "value": 25_000, "as_said": "about 25,000 accounts"},
            "instagram:account": {"qualifier": "more than", "value": 28_000, "as_said": "more than 28,000 accounts"},
        },
        spend={"currency": "USD", "qualifier": "less than", "minor": 10_000, "paid_in": ["USD", "CAD"]},
        ads=2,
        events=7,
        attribution=f"{LINKED}; {NO_TIES}",
    )
