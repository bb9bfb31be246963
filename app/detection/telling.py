"""What was found as ordinary records, of the source ``SOURCE``.

Every id follows from what its record says, and that from posts and terms alone, so what is told again counts once. All
records about a network carry the time of the last post that made it, at which it could first be seen whole: told again
after more posts, the later words win. None of them attributes anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.detection.code_names import code_names
from app.detection.networks import Finding, Network
from app.detection.posts import Posts
from app.detection.signals import all_signals
from app.detection.terms import Terms
from app.vocabulary import ID_PATTERN, TYPE_PREFIX, RecordType, Surface, isoformat

SOURCE = "//warroom.coaction"
"""Whose records these are. Not one of the room's own, which no key may send: this may run anywhere."""

SCORE_SAYS = "share of the posts of its accounts that coincide with one of another of its accounts"
"""What ``detector_score`` is. It says how much of what was read fits, and nothing about who is behind it."""

TEXT = 4_000
"""Characters of a name or handle, as records have it."""

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Telling:
    """A finding, ready to be told. ``surface`` is what its accounts are; ``with_posts``: also what they posted."""

    posts: Posts
    finding: Finding
    terms: Terms
    surface: Surface
    with_posts: bool = False

    def networks(self) -> list[tuple[str, str, Network]]:
        """The id and the code name of each network, which follow from its anchor and from what decided it."""
        ids = [self._network_id(network) for network in self.finding.networks]
        names = code_names(ids)
        return [(id, names[id], network) for id, network in zip(ids, self.finding.networks, strict=True)]

    def events(self) -> Iterator[Event]:
        """The records, as CloudEvents: networks and their accounts, then links, then posts."""
        last: dict[int, int] = {}
        for id, name, network in self.networks():
            last |= dict.fromkeys(network.accounts, network.last)
            yield _event(RecordType.NETWORK_REPORTED, network.last, id, self._network(name, network))
            for account, posted, made in zip(network.accounts, network.posts, network.made, strict=True):
                data = {"network": id, **self._asset(account), "score": round(made / posted, 4)}
                yield _event(RecordType.ASSET_DETECTED, network.last, self.asset_id(account), data)
        yield from self._links(last)
        if self.with_posts:
            yield from map(self._post, self.finding.rows.tolist())

    def asset_id(self, account: int) -> str:
        """The id of an account: its own below its surface, or a digest of it where an id cannot say it."""
        return _id(f"{self.surface}:", self.posts.accounts[account])

    def _network_id(self, network: Network) -> str:
        said = [self.terms.decisive, str(self.surface), self.posts.accounts[network.anchor]]
        return f"coaction-{_digest(said)[:12]}"

    def _network(self, name: str, network: Network) -> Event:
        window, times = self.terms.window_s, self.terms.min_weight
        doing = " or ".join(
            {"object": "shared the same", "text": "wrote nearly the same"}[s.NEEDS] for s in self._signals()
        )
        return {
            "code_name": name,
            "title": f"{len(network.accounts)} accounts that {doing} within {window:g} s, {times} times or more",
            "detector_score": network.score,
            "score_says": SCORE_SAYS,
            "parameters": self.terms.parameters,
        }

    def _signals(self) -> list[Any]:
        return [all_signals()[name] for name in self.terms.signals]

    def _asset(self, account: int) -> Event:
        handle = self.posts.accounts[account]
        name = self.posts.names.get(handle)
        named = {"name": name[:TEXT]} if name else {}
        return {"platform": self.surface.platform, "kind": self.surface.kind, "handle": handle, **named}

    def _links(self, last: dict[int, int]) -> Iterator[Event]:
        """One link for each pair and signal, as heavy as the heavier of its two ways; each way is there by itself."""
        for signal in self._signals():
            edges = self.finding.edges[signal.NAME]
            pairs: dict[tuple[str, str], dict[str, int]] = {}
            times: dict[tuple[str, str], int] = {}
            for a, b, weight in zip(edges.a.tolist(), edges.b.tolist(), edges.weight.tolist(), strict=True):
                if a in last and b in last:
                    one, other = self.asset_id(a), self.asset_id(b)
                    pair, way = ((one, other), "a_to_b") if one < other else ((other, one), "b_to_a")
                    pairs.setdefault(pair, {})[way] = weight
                    times[pair] = max(last[a], last[b])
            for (one, other), ways in sorted(pairs.items()):
                data = {"a": one, "b": other, "signal": signal.label(self.terms), "weight": max(ways.values()), **ways}
                yield _event(RecordType.LINK_OBSERVED, times[one, other], None, data)

    def _post(self, row: int) -> Event:
        posts = self.posts
        account, shared, at = int(posts.account[row]), int(posts.object[row]), int(posts.at[row])
        data = {"asset": self.asset_id(account), "posted_at": isoformat(at)}
        text = posts.texts[row] if posts.texts is not None else ""
        if text:
            data["text"] = text
        if shared >= 0:
            data["shared"] = posts.objects[shared][:TEXT]
        own = (
            posts.ids[row].decode()
            if posts.ids is not None
            else _digest([posts.accounts[account], shared >= 0 and posts.objects[shared], at, text])
        )
        return _event(RecordType.POST_OBSERVED, at, _id(f"{self.surface.platform}:post:", own), data)


def _event(type: RecordType, at: int, subject: str | None, data: Event) -> Event:
    event: Event = {"specversion": "1.0", "source": SOURCE, "type": TYPE_PREFIX + type, "time": isoformat(at)}
    if subject is not None:
        event["subject"] = subject
    event["data"] = data
    return event | {"id": f"{type}:{_digest(event)[:32]}"}


def _id(prefix: str, own: str) -> str:
    id = prefix + own
    # Nobody can be given another's digest as a name.
    return id if ID_PATTERN.fullmatch(id) and not own.startswith("~") else f"{prefix}~{_digest(own)[:32]}"


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
