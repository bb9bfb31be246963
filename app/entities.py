"""Entities: what the records about one thing come to, whatever order they arrived in.

A state is folded from records and keeps what it needs to take a late one: registers, in which the later word wins, and
collections by record. Folding is commutative and idempotent, so only a withdrawal has to fold an entity anew. Pure:
nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import msgspec

from app.log import Entry
from app.records import instant_of
from app.vocabulary import UNASSIGNED, RecordType, Surface

Version = tuple[int, str, str]
"""When something was said, and by which record: what is later in this order replaces what is earlier."""

NOWHERE: Version = (-(2**63), "", "")

SPLITS = (RecordType.NETWORK_SPLIT, RecordType.SPLIT_UNDONE)
MERGES = (RecordType.NETWORKS_MERGED, RecordType.MERGE_UNDONE)
REMOVALS = (RecordType.ASSET_REMOVED, RecordType.ASSET_RESTORED)


class Touched(NamedTuple):
    """One entity that a record speaks about. ``kind`` is one of the kinds below."""

    kind: str
    entity: str


_SUBJECTS = {
    RecordType.NETWORK_REPORTED: "network",
    RecordType.STATEMENT_MADE: "network",
    RecordType.STAGE_CHANGED: "network",
    RecordType.ATTRIBUTION_ASSESSED: "network",
    RecordType.NETWORK_OVERLAPPED: "network",
    RecordType.ASSET_DETECTED: "asset",
    RecordType.ASSET_REMOVED: "asset",
    RecordType.ASSET_RESTORED: "asset",
    RecordType.AUDIENCE_OBSERVED: "audience",
    RecordType.AD_OBSERVED: "ad",
    RecordType.EVENT_HOSTED: "event",
    RecordType.POST_OBSERVED: "post",
    RecordType.ELECTION_SCHEDULED: "election",
    RecordType.NOTE_WRITTEN: "note",
    RecordType.NETWORK_ASSIGNED: "network",
    RecordType.NETWORK_CHECKED_OUT: "network",
    RecordType.NETWORK_CHECKED_IN: "network",
    RecordType.MERGE_REJECTED: "network",
    RecordType.INDICATOR_OBSERVED: "indicator",
    RecordType.ALARM_RAISED: "alarm",
    RecordType.ALARM_CLEARED: "alarm",
    RecordType.ALARM_ACKNOWLEDGED: "alarm",
}


def subject_of(type: RecordType, subject: str | None) -> Touched | None:
    """The one entity that a record speaks about; None where only what it says tells which."""
    kind = _SUBJECTS.get(type)
    return None if kind is None else Touched(kind, subject or "")


def touched(entry: Entry) -> list[Touched]:
    """The entities that a record speaks about; none for a withdrawal or a disowning."""
    record = entry.record
    subject = subject_of(record.type, record.subject)
    if subject is not None:
        return [subject]
    if record.type in SPLITS:
        return [Touched("asset", asset) for asset in dict.fromkeys(record.data["assets"])]
    if record.type in MERGES:
        return [Touched("merges", "")]
    if record.type is RecordType.LINK_OBSERVED:
        a, b = sorted((record.data["a"], record.data["b"]))
        return [Touched("link", f"{a}|{b}|{record.data['signal']}")]
    return []


class Register(msgspec.Struct, array_like=True, frozen=True):
    """A value, and the version of the record that said it."""

    value: Any
    at: int
    source: str
    id: str

    @property
    def version(self) -> Version:
        """The order in which later words win."""
        return self.at, self.source, self.id


Facts = dict[str, Register]

What = TypeVar("What")


def standing(told: Iterable[tuple[Version, What, bool]]) -> list[tuple[Version, What]]:
    """What of one thing's merges or splits holds, oldest first; each is told as version, what it is, done or undone.

    What is undone is the last of its kind that holds, so that what it had replaced is there again. Whoever says again
    what was said last has said it once.
    """
    held: list[tuple[Version, What]] = []
    for version, what, done in sorted(told, key=itemgetter(0)):
        if done and held and held[-1][1] == what:
            held[-1] = version, what
        elif done:
            held.append((version, what))
        else:
            last = next((place for place in reversed(range(len(held))) if held[place][1] == what), None)
            if last is not None:
                del held[last]
    return held


def say(facts: Facts, name: str, value: Any, version: Version) -> None:
    """Put a value into its register unless something later stands there."""
    held = facts.get(name)
    if held is None or held.version <= version:
        facts[name] = Register(value, *version)


def said(facts: Facts, name: str, otherwise: Any = None) -> Any:
    """The value of a register."""
    held = facts.get(name)
    return otherwise if held is None else held.value


class PlainState(msgspec.Struct):
    """An ad, a hosted event, a post, a link, an indicator or an election: nothing but registers."""

    facts: Facts = {}

    def take(self, entry: Entry) -> None:
        """Fold one record in."""
        record = entry.record
        for name, value in record.data.items():
            say(self.facts, name, value, record.version)

    @property
    def is_known(self) -> bool:
        """Whether any record that holds speaks of it."""
        return bool(self.facts)


class Move(NamedTuple):
    """One split of an asset: by which record, out of which network and into which."""

    version: Version
    network: str
    into: str


class AssetState(msgspec.Struct):
    """An asset. ``first_at`` is None until a detection holds; ``removal`` says (removed, counted at, wave, by, why).

    ``splits`` has each split of it by ``network|into|record``, true, and each undoing of one, false.
    """

    facts: Facts = {}
    first_at: int | None = None
    sources: list[str] = []
    removal: Register | None = None
    splits: Facts = {}

    def take(self, entry: Entry) -> None:
        """Fold one record in."""
        record, data = entry.record, entry.record.data
        if record.type is RecordType.ASSET_DETECTED:
            self.first_at = entry.counted_at if self.first_at is None else min(self.first_at, entry.counted_at)
            if record.source not in self.sources:
                self.sources = sorted([*self.sources, record.source])
            for name, value in data.items():
                say(self.facts, name, value, record.version)
        elif record.type in REMOVALS:
            if self.removal is None or self.removal.version <= record.version:
                removed = record.type is RecordType.ASSET_REMOVED
                what = [removed, entry.counted_at, data.get("wave", ""), data.get("by", ""), data.get("reason", "")]
                self.removal = Register(what, *record.version)
        else:
            held = record.type is RecordType.NETWORK_SPLIT
            key = f"{record.subject}|{data['into']}|{record.occurred_at}|{record.source}|{record.id}"
            self.splits[key] = Register(held, *record.version)

    @property
    def is_known(self) -> bool:
        """Whether a detection of it holds: before that it counts nowhere."""
        return self.first_at is not None

    @property
    def surface(self) -> Surface:
        """Its platform and kind."""
        return Surface(said(self.facts, "platform", ""), said(self.facts, "kind", ""))

    @property
    def home(self) -> str:
        """The network it counts in: a person's split outranks what a detector says."""
        held = self.moves
        return held[-1].into if held else self.detected_in

    @property
    def moves(self) -> list[Move]:
        """The splits of it that hold, oldest first."""
        # No id of a network has a bar in it.
        told = ((split.version, tuple(key.split("|", 2)[:2]), split.value) for key, split in self.splits.items())
        return [Move(version, *pair) for version, pair in standing(told)]

    @property
    def detected_in(self) -> str:
        """The network that a detector has put it in; empty where none has."""
        return str(said(self.facts, "network", UNASSIGNED))

    @property
    def removed_at(self) -> int | None:
        """When it was removed, as windows count it; None where it is not, or was restored."""
        return int(self.removal.value[1]) if self.removal is not None and self.removal.value[0] else None

    @property
    def status(self) -> str:
        """unknown, listed, removed or restored."""
        if not self.is_known:
            return "unknown"
        if self.removal is None:
            return "listed"
        return "removed" if self.removal.value[0] else "restored"


class NetworkState(msgspec.Struct):
    """What was said and decided about a network, each collection by the record that said it (source, line feed, id).

    ``work`` has who it was given to, who has checked it out, and with which others it is not to be merged.
    ``first_at`` is the least time of its reports, stages and statements, ``other_at`` that of everything else.
    """

    facts: Facts = {}
    first_at: int | None = None
    other_at: int | None = None
    sources: list[str] = []
    stages: dict[str, list[Any]] = {}
    statements: dict[str, list[Any]] = {}
    claims: dict[str, list[Any]] = {}
    overlaps: dict[str, list[Any]] = {}
    work: Facts = {}

    def take(self, entry: Entry) -> None:
        """Fold one record in."""
        record, data, at = entry.record, entry.record.data, entry.counted_at
        key = f"{record.source}\n{record.id}"
        if record.type in (RecordType.NETWORK_REPORTED, RecordType.STAGE_CHANGED, RecordType.STATEMENT_MADE):
            self.first_at = at if self.first_at is None else min(self.first_at, at)
        else:
            self.other_at = at if self.other_at is None else min(self.other_at, at)
        if record.type is RecordType.NETWORK_REPORTED:
            if record.source not in self.sources:
                self.sources = sorted([*self.sources, record.source])
            for name, value in data.items():
                say(self.facts, name, value, record.version)
        elif record.type is RecordType.STAGE_CHANGED:
            self.stages[key] = [record.occurred_at, at, data["stage"], data["by"], data.get("why", "")]
        elif record.type is RecordType.STATEMENT_MADE:
            held = self.statements.get(data["by"])
            if held is None or tuple(held[:3]) <= record.version:
                self.statements[data["by"]] = [*record.version, at, data]
        elif record.type is RecordType.ATTRIBUTION_ASSESSED:
            self.claims[key] = [record.occurred_at, at, data]
        elif record.type is RecordType.NETWORK_OVERLAPPED:
            self.overlaps[key] = [record.occurred_at, at, data]
        else:
            self._take_work(entry)

    def _take_work(self, entry: Entry) -> None:
        """How people share the work on it. To check it in is to check it out for no time."""
        record, data, at = entry.record, entry.record.data, entry.counted_at
        if record.type is RecordType.NETWORK_ASSIGNED:
            say(self.work, "assigned", [data["to"], data["by"], at], record.version)
        elif record.type is RecordType.MERGE_REJECTED:
            for other in data["others"]:
                say(self.work, f"rejected|{other}", [data["by"], at, data.get("why", "")], record.version)
        else:
            until = instant_of(data["until"]) if "until" in data else at
            say(self.work, "checked_out", [data["by"], at, until], record.version)

    @property
    def is_known(self) -> bool:
        """Whether any record that holds has it as its subject."""
        return self.first_at is not None or self.other_at is not None


class AlarmState(msgspec.Struct):
    """An alarm: what it is about, when it was raised (µs), since when it is over, and who acknowledged it first."""

    facts: Facts = {}
    raised_at: int | None = None
    cleared_at: int | None = None
    acknowledged: Register | None = None

    def take(self, entry: Entry) -> None:
        """Fold one record in."""
        record, at = entry.record, entry.counted_at
        if record.type is RecordType.ALARM_RAISED:
            self.raised_at = at if self.raised_at is None else min(self.raised_at, at)
            for name, value in record.data.items():
                say(self.facts, name, value, record.version)
        elif record.type is RecordType.ALARM_CLEARED:
            self.cleared_at = at if self.cleared_at is None else min(self.cleared_at, at)
        elif self.acknowledged is None or self.acknowledged.version > record.version:
            self.acknowledged = Register([record.data["by"], at], *record.version)

    @property
    def is_known(self) -> bool:
        """Whether a record that holds raised it."""
        return self.raised_at is not None


State = TypeVar("State", PlainState, AssetState, NetworkState, AlarmState)

KINDS: dict[str, type[PlainState | AssetState | NetworkState | AlarmState]] = {
    "network": NetworkState,
    "asset": AssetState,
    "ad": PlainState,
    "event": PlainState,
    "post": PlainState,
    "link": PlainState,
    "indicator": PlainState,
    "election": PlainState,
    "alarm": AlarmState,
}
"""Kinds of entities whose state is a row of their own. Audiences and merges have their own modules; notes stay in the
log, where the trail finds them."""

_encode = msgspec.json.Encoder(order="deterministic").encode
_decoders: dict[type[Any], Any] = {kind: msgspec.json.Decoder(kind).decode for kind in set(KINDS.values())}


def encoded(state: Any) -> str:
    """The one way to write a state, so that equal states are equal rows."""
    return str(_encode(state), "utf-8")


def decoded(text: str, kind: type[State]) -> State:
    """``encoded`` turned round."""
    state: State = _decoders[kind](text)
    return state


def surviving(told: Iterable[tuple[Version, str, str, bool]]) -> dict[str, str]:
    """Absorbed networks and who they were merged into, from merges and undoings: version, survivor, absorbed, done.

    A network is absorbed once: the latest merge of it that holds wins. Merges are taken in their order, and one that
    would close a circle is passed over.
    """
    by_absorbed: dict[str, list[tuple[Version, str, bool]]] = {}
    for version, survivor, absorbed, done in told:
        by_absorbed.setdefault(absorbed, []).append((version, survivor, done))
    latest = {absorbed: held[-1] for absorbed, said in by_absorbed.items() if (held := standing(said))}
    into: dict[str, str] = {}
    for absorbed, (_, survivor) in sorted(latest.items(), key=lambda item: (item[1], item[0])):
        root = survivor
        while root in into:
            root = into[root]
        if root != absorbed:
            into[absorbed] = survivor
    return into
