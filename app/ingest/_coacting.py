"""Accounts that a detector linked, on their way into records: links, assets, and a network for each component.

A network is all accounts that hang together by links of any kind. Its id follows from the first of its accounts by
name, so that a later run that finds more of them finds the same network.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.errors import BadRequest
from app.ingest._disclosed import Json, Unreadable
from app.ingest._handles import asset_id, digest
from app.ingest._intake import Tally
from app.ingest._named_file import code_name_of
from app.ingest.file import Destination, pour_events
from app.vocabulary import TYPE_PREFIX, WORD, RecordType

UNKNOWN_PLATFORM = "unknown"
"""The platform where nobody says one: the detectors' files do not."""

NAME_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in a file that was not taken over: where it stands, and why."""

    where: str
    reason: str


@dataclass(slots=True)
class Coaction:
    """What a detector's file says.

    ``links`` maps signal and pair of accounts, in order of name, to a weight; ``names`` accounts to what they call
    themselves; ``loops`` counts links of an account with itself; ``at`` is the time (RFC 3339) of the records.
    """

    source: str
    platform: str
    at: str
    links: dict[tuple[str, str, str], float] = field(default_factory=dict)
    places: dict[tuple[str, str, str], str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    loops: int = 0

    def __post_init__(self) -> None:
        if not WORD.fullmatch(self.platform):
            raise BadRequest("platform", f"{self.platform[:80]!r} is no name like facebook or x: use lower case")

    def link(self, a: str, b: str, signal: str, said: object, where: str, *, add: bool = False) -> None:
        """Take in one link; what cannot be one is refused. Of two weights of a pair the greater counts, or their sum.

        A detector that looks from both ends gives a pair twice, with the number of acts on either side.
        """
        try:
            key, weight = self._link(a.strip(), b.strip(), signal.strip()), weight_of(said)
        except Unreadable as why:
            self.refused.append(Refusal(where, str(why)))
            return
        if key is None:
            self.loops += 1
            return
        held = self.links.get(key)
        self.links[key] = weight if held is None else held + weight if add else max(held, weight)
        self.places.setdefault(key, where)

    def _link(self, a: str, b: str, signal: str) -> tuple[str, str, str] | None:
        for end in (a, b):
            if not end or len(end) > NAME_LIMIT:
                raise Unreadable("an account without an id" if not end else "an account with an id too long to be one")
        if not signal or len(signal) > NAME_LIMIT:
            raise Unreadable("the kind of link is not named" if not signal else "the kind of link is too long")
        return None if a == b else (signal, *sorted((a, b)))  # type: ignore[return-value]

    def networks(self) -> dict[str, str]:
        """Each linked account and the first account, by name, of all that hang together with it."""
        first: dict[str, str] = {}

        def root(account: str) -> str:
            while first[account] != account:
                first[account] = first[first[account]]
                account = first[account]
            return account

        for _, a, b in self.links:
            one, other = root(first.setdefault(a, a) and a), root(first.setdefault(b, b) and b)
            first[max(one, other)] = min(one, other)
        return {account: root(account) for account in sorted(first)}

    def told(self) -> Iterator[tuple[Json, str]]:
        """The records, each with the place in the file that it comes from (empty for a network and its accounts)."""
        home = self.networks()
        members: dict[str, int] = {}
        for first in home.values():
            members[first] = members.get(first, 0) + 1
        signals: dict[str, set[str]] = {}
        for signal, a, _ in self.links:
            signals.setdefault(home[a], set()).add(signal)
        for first, size in members.items():
            network = self._network(first)
            title = f"{size} accounts linked by {', '.join(sorted(signals[first]))}"[:NAME_LIMIT]
            said = {"code_name": code_name_of(network), "title": title}
            yield self._event("network", RecordType.NETWORK_REPORTED, network, said), ""
        for account, first in home.items():
            asset = {"network": self._network(first), "platform": self.platform, "kind": "account"}
            if name := self.names.get(account, ""):
                asset["handle"] = name[:NAME_LIMIT]
            yield self._event("asset", RecordType.ASSET_DETECTED, self._asset(account), asset), ""
        for key, weight in self.links.items():
            signal, a, b = key
            link = {"a": self._asset(a), "b": self._asset(b), "signal": signal, "weight": weight}
            yield self._event("link", RecordType.LINK_OBSERVED, None, link), self.places[key]

    def pour(self, destination: Destination) -> Tally:
        """Send the records; those that are refused on the way join ``refused``. Raises as the file door does."""
        tally = pour_events((event for event, _ in self.told()), destination)
        if tally.named:
            bad = {verdict.index: verdict for verdict in tally.named}
            for index, (event, where) in enumerate(self.told()):
                if verdict := bad.get(index):
                    what = f"{event['type']}: {verdict.field}: {verdict.reason}"
                    self.refused.append(Refusal(where or str(event.get("subject")), what))
        return tally

    def _asset(self, account: str) -> str:
        return asset_id(self.platform, "account", account)

    def _network(self, first: str) -> str:
        return f"coaction-{digest(self.source, self.platform, first)[:12]}"

    def _event(self, part: str, type: RecordType, subject: str | None, data: Json) -> Json:
        event = {
            "specversion": "1.0",
            "id": f"{part}/{digest(self.at, type, subject, *data.items())}",
            "source": self.source,
            "type": TYPE_PREFIX + type,
            "time": self.at,
            "data": data,
        }
        return event | {"subject": subject} if subject else event


def weight_of(said: object) -> float:
    """A weight from 0, whole where it is. Raises Unreadable."""
    try:
        weight = float(str(said).strip())
    except ValueError:
        raise Unreadable(f"the weight {str(said)[:80]!r} is no number") from None
    if not math.isfinite(weight) or weight < 0:
        raise Unreadable(f"the weight {str(said)[:80]!r} is no number from 0")
    return int(weight) if weight.is_integer() else weight


def moment_of(said: str) -> str:
    """RFC 3339 text of a day or a time with its zone. Raises BadRequest."""
    try:
        day = re.fullmatch(r"\d{4}-\d\d-\d\d", said)
        when = datetime.fromisoformat(f"{said}T00:00:00+00:00" if day else said)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise BadRequest("at", f"{said[:80]!r} is neither a day nor a time with a zone: write 2018-10-26T14:05:00Z")
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def epoch(seconds: float) -> str:
    """RFC 3339 text of seconds since 1970, to the second. Raises ValueError outside the years that can be written."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, OSError) as out:
        raise ValueError(str(out)) from out
