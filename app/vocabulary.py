"""The words of the domain as types: surfaces, stages, rungs, record types and the scope of a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

from app.hedged import Hedged

NetworkId = NewType("NetworkId", str)
AssetId = NewType("AssetId", str)
Instant = NewType("Instant", int)
"""Microseconds since 1970-01-01T00:00:00Z."""

UNASSIGNED = NetworkId("")
"""The home of an asset that no record has placed in a network yet."""

MICROSECOND = 1
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BIN = 5 * MINUTE
"""Width of the time bins of a rollup. All zones in use today are whole quarters of an hour from UTC, so that every day
begins with a bin."""

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@~+-]{0,127}")
"""Ids of networks, assets, ads, events, posts, elections. No slash and no percent sign: an id is safe in a path."""

MAX_INTEGER = 2**53 - 1
"""Largest integer that every JSON reader agrees on (RFC 8259, section 6)."""


def instant(when: datetime) -> Instant:
    """The microseconds of an aware datetime."""
    delta = when - datetime(1970, 1, 1, tzinfo=UTC)
    return Instant((delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds)


def moment(at: int) -> datetime:
    """The aware UTC datetime of an instant. Raises OverflowError outside the years 1 to 9999."""
    seconds, micros = divmod(at, SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)


def isoformat(at: int) -> str:
    """RFC 3339 text of an instant, in UTC with a trailing Z."""
    return moment(at).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, order=True)
class Surface:
    """A platform and a kind of asset on it. Written ``facebook:page``."""

    platform: str
    kind: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.kind}"

    @classmethod
    def parse(cls, text: str) -> Surface:
        """Read ``platform:kind``. Raises ValueError when the text is not of that form."""
        platform, colon, kind = text.partition(":")
        if not (colon and WORD.fullmatch(platform) and WORD.fullmatch(kind)):
            raise ValueError(f"{text!r} is not platform:kind, for example facebook:page")
        return cls(platform, kind)


WORD = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""Names of platforms and kinds: open lists, lower case."""

PAGES = Surface("facebook", "page")
ACCOUNTS = Surface("facebook", "account")
GROUPS = Surface("facebook", "group")
INSTAGRAM = Surface("instagram", "account")
HEADLINE_SURFACES = (PAGES, ACCOUNTS, GROUPS, INSTAGRAM)
"""The surfaces of the October 2018 case, in the order in which they are always listed; others follow by name."""


def surface_order(surface: Surface) -> tuple[int, str]:
    """Sort key that lists the headline surfaces first and every other one by name."""
    place = HEADLINE_SURFACES.index(surface) if surface in HEADLINE_SURFACES else len(HEADLINE_SURFACES)
    return place, str(surface)


class Stage(StrEnum):
    """Where a network stands. The order of the members is the order of the pipeline."""

    DETECTED = "detected"
    UNDER_REVIEW = "under_review"
    CONFIRMED = "confirmed"
    REMOVAL_ORDERED = "removal_ordered"
    REMOVED = "removed"
    DISMISSED = "dismissed"

    @property
    def is_open(self) -> bool:
        """True while the network still asks for work."""
        return self not in (Stage.REMOVED, Stage.DISMISSED)


class Rung(StrEnum):
    """Strength of an attribution, weakest first (DOMAIN section 6). Compare with ``strength``."""

    CANNOT_SAY = "cannot_say"
    ORIGINATED_IN = "originated_in"
    MANUAL_REVIEW_LINKED_TO = "manual_review_linked_to"
    LIKELY_ON_BEHALF_OF = "likely_on_behalf_of"
    LINKS_TO_INDIVIDUALS = "links_to_individuals"
    DIRECT_LINKS_TO = "direct_links_to"
    ATTRIBUTED_TO = "attributed_to"
    ATTRIBUTED_WITH_HIGH_CONFIDENCE = "attributed_with_high_confidence"

    @property
    def strength(self) -> int:
        """0 for the weakest rung, 7 for the strongest."""
        return list(Rung).index(self)


class TookPlace(StrEnum):
    """Whether a hosted event is known to have taken place."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Tlp(StrEnum):
    """Whom something may be passed on to: the labels of FIRST's Traffic Light Protocol 2.0, the narrowest first."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"

    @property
    def openness(self) -> int:
        """0 for what only those in the room may see, 4 for what anybody may."""
        return list(Tlp).index(self)


class IndicatorKind(StrEnum):
    """What an indicator is: the names of STIX 2.1's observables where it has one."""

    DOMAIN_NAME = "domain-name"
    URL = "url"
    EMAIL_ADDR = "email-addr"
    IPV4_ADDR = "ipv4-addr"
    IPV6_ADDR = "ipv6-addr"
    FILE_HASH = "file-hash"
    PHONE_NUMBER = "phone-number"
    USER_ACCOUNT = "user-account"
    HASHTAG = "hashtag"
    TEXT = "text"


class RecordType(StrEnum):
    """What a record says (DOMAIN section 3, the room's own alarms, and how people share their work).

    The value is the CloudEvents ``type`` without the prefix ``warroom.``.
    """

    NETWORK_REPORTED = "network.reported"
    ASSET_DETECTED = "asset.detected"
    AUDIENCE_OBSERVED = "audience.observed"
    AD_OBSERVED = "ad.observed"
    EVENT_HOSTED = "event.hosted"
    POST_OBSERVED = "post.observed"
    LINK_OBSERVED = "link.observed"
    STATEMENT_MADE = "statement.made"
    ASSET_REMOVED = "asset.removed"
    ASSET_RESTORED = "asset.restored"
    NETWORK_OVERLAPPED = "network.overlapped"
    STAGE_CHANGED = "stage.changed"
    ATTRIBUTION_ASSESSED = "attribution.assessed"
    NETWORKS_MERGED = "networks.merged"
    MERGE_UNDONE = "merge.undone"
    NETWORK_SPLIT = "network.split"
    SPLIT_UNDONE = "split.undone"
    RECORD_WITHDRAWN = "record.withdrawn"
    ELECTION_SCHEDULED = "election.scheduled"
    NOTE_WRITTEN = "note.written"
    ALARM_RAISED = "alarm.raised"
    ALARM_CLEARED = "alarm.cleared"
    ALARM_ACKNOWLEDGED = "alarm.acknowledged"
    INDICATOR_OBSERVED = "indicator.observed"
    NETWORK_ASSIGNED = "network.assigned"
    NETWORK_CHECKED_OUT = "network.checked_out"
    NETWORK_CHECKED_IN = "network.checked_in"
    MERGE_REJECTED = "merge.rejected"
    DETECTOR_DISOWNED = "detector.disowned"
    SNAPSHOT_FROZEN = "snapshot.frozen"


ALARM_TYPES = frozenset({RecordType.ALARM_RAISED, RecordType.ALARM_CLEARED, RecordType.ALARM_ACKNOWLEDGED})
"""What the room says itself: who says it is no feed."""

OWN_TYPES = ALARM_TYPES | {
    RecordType.NETWORK_ASSIGNED,
    RecordType.NETWORK_CHECKED_OUT,
    RecordType.NETWORK_CHECKED_IN,
    RecordType.MERGE_REJECTED,
    RecordType.DETECTOR_DISOWNED,
    RecordType.SNAPSHOT_FROZEN,
}
"""What is said at the desk or by the room itself: no key may send it."""

OWN_SOURCES = "//warroom/"
"""How the CloudEvents sources of the room itself begin. No key speaks as one of them, and none is a feed."""

DESK_SOURCE = "//warroom/desk"
"""The source of all that people decide at the desk."""

TYPE_PREFIX = "warroom."

UNAPPROVED = "none"
"""The rung of a network of which no claim was approved: that nobody can say would have been approved as well."""

UNDETERMINED = "undetermined"
"""Where a network comes from whose origin no approved claim names."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which networks a question is about. Every field that is set narrows it; an empty scope is everything.

    ``platform`` narrows surfaces, the other fields narrow networks. ``rung`` is what was approved, or ``UNAPPROVED``;
    ``attributed`` the countries that an approved claim names, or ``UNDETERMINED``. ``open_only`` keeps networks that
    are neither removed nor dismissed; ``since`` those that were still open at that instant or were first seen later.
    """

    network: tuple[str, ...] = ()
    election: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    stage: tuple[Stage, ...] = ()
    detector: tuple[str, ...] = ()
    rung: tuple[str, ...] = ()
    attributed: tuple[str, ...] = ()
    open_only: bool = False
    since: int | None = None

    @property
    def is_everything(self) -> bool:
        """True when nothing narrows the scope, so that assets without a network belong to it as well."""
        return all(not getattr(self, f.name) for f in fields(self) if f.name != "platform")


@dataclass(frozen=True, slots=True)
class Election:
    """One vote that the watch counts down to. ``polls_open`` and ``polls_close`` are instants or None."""

    id: str
    country: str
    name: str
    polls_open: int | None
    polls_close: int | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that was above its threshold: which ``rule`` saw it, ``about`` which network or source.

    ``since`` is when it began, as far as the rule knows, ``raised_at`` when it was seen, ``cleared_at`` when it was
    over (None while it is not). ``figure`` and ``limit`` are what was compared, in the rule's own unit; ``part`` is the
    stage or surface that it is about. ``acknowledged_by`` is empty while nobody has. Instants in µs.
    """

    id: str
    rule: str
    about: str
    part: str
    since: int
    raised_at: int
    figure: Hedged | None
    limit: int | None
    cleared_at: int | None
    acknowledged_by: str
    acknowledged_at: int | None

    @property
    def is_open(self) -> bool:
        """Whether it is still above its threshold."""
        return self.cleared_at is None

    @property
    def ended(self) -> int:
        """When it was over; 0 while it is not."""
        return self.cleared_at or 0

    @property
    def waits(self) -> bool:
        """Whether it is open and nobody has acknowledged it."""
        return self.is_open and not self.acknowledged_by

    @property
    def cause(self) -> tuple[str, str, str]:
        """What makes two alarms the same one: rule, about, part."""
        return self.rule, self.about, self.part


@dataclass(frozen=True, slots=True)
class Watch:
    """What the room reports on: a first day, a time zone, and from where on something is an alarm.

    ``first_day`` is an instant; ``zone`` an IANA name; ``limits_h`` maps a stage to the hours that a network may stay
    in it; ``reach_limit`` is the accounts that one network may reach on one surface, and ``spike`` how many times as
    many detections as normal an hour may have (0: no limit).
    """

    first_day: int
    zone: str = "UTC"
    limits_h: dict[Stage, int] = field(
        default_factory=lambda: {
            Stage.DETECTED: 24,
            Stage.UNDER_REVIEW: 72,
            Stage.CONFIRMED: 48,
            Stage.REMOVAL_ORDERED: 12,
        }
    )
    reach_limit: int = 1_000_000
    spike: float = 2.0
