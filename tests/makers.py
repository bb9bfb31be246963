"""Makers: a good event of every type, as a dict ready for JSON, with defaults for all that a test does not care about.

    asset_detected("a1", network="n1", at="2018-10-20T10:00:00Z", name="Wake Up America")

``at`` is a text or an instant in microseconds. ``id`` follows from the content, so that the same event made twice is
the same record; give one to have two. Any further word is a field of ``data``; None leaves a field out.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from datasketches import hll_sketch

from app.claims import ACTOR
from app.records import Record, RecordParser
from app.vocabulary import DESK_SOURCE, TYPE_PREFIX, RecordType, Rung, Stage, isoformat

Event = dict[str, Any]

AT = "2018-10-20T10:00:00Z"
SOURCE = "//detectors.example/tests"
OTHER_SOURCE = "//detectors.example/others"
SALT = b"salt of the tests".ljust(32, b".")
PARSER = RecordParser(SALT)


def event(
    type: RecordType | str,
    subject: str | None = None,
    data: dict[str, Any] | None = None,
    *,
    at: str | int = AT,
    id: str | None = None,
    source: str = SOURCE,
) -> Event:
    """An event of any type, good or not."""
    made: Event = {
        "specversion": "1.0",
        "source": source,
        "type": TYPE_PREFIX + type,
        "time": isoformat(at) if isinstance(at, int) else at,
        "data": {name: value for name, value in (data or {}).items() if value is not None},
    }
    if subject is not None:
        made["subject"] = subject
    content = json.dumps(made, sort_keys=True).encode()
    return made | {"id": id or f"{type}:{hashlib.sha256(content).hexdigest()[:12]}"}


def raw(made: Event | list[Event]) -> bytes:
    """The event, or a batch of them, as it comes in at a door."""
    return json.dumps(made).encode()


def record(made: Event) -> Record:
    """The event as the parser gives it. Raises Refused."""
    return PARSER.parse_event(made)


def records(made: Iterable[Event]) -> list[Record]:
    """The events as the parser gives them."""
    return [record(each) for each in made]


def _made(type: RecordType, subject: str | None, said: dict[str, Any]) -> Event:
    envelope = {name: said.pop(name) for name in ("at", "id", "source") if name in said}
    return event(type, subject, said, **envelope)


def network_reported(network: str = "n1", **said: Any) -> Event:
    defaults = {"code_name": network.replace("-", " ").title(), "targets": ["US"], "detector_score": 0.8}
    return _made(RecordType.NETWORK_REPORTED, network, defaults | said)


def asset_detected(asset: str = "a1", network: str | None = "n1", **said: Any) -> Event:
    defaults = {"network": network, "platform": "facebook", "kind": "page", "name": f"Asset {asset}", "score": 0.9}
    return _made(RecordType.ASSET_DETECTED, asset, defaults | said)


def accounts_observed(asset: str, accounts: Iterable[str], **said: Any) -> Event:
    return _made(RecordType.AUDIENCE_OBSERVED, asset, {"accounts": list(accounts)} | said)


def sketch_observed(asset: str, accounts: Iterable[str], lg_k: int = 14, **said: Any) -> Event:
    return _made(RecordType.AUDIENCE_OBSERVED, asset, {"sketch": sketch_of(accounts, lg_k)} | said)


def count_observed(asset: str, count: int | dict[str, Any], **said: Any) -> Event:
    return _made(RecordType.AUDIENCE_OBSERVED, asset, {"count": count} | said)


def sketch_of(accounts: Iterable[str], lg_k: int = 14) -> dict[str, str]:
    """The field ``sketch`` of an audience."""
    sketch = hll_sketch(lg_k)
    for account in accounts:
        sketch.update(account)
    return {"family": "hll", "data": base64.b64encode(sketch.serialize_compact()).decode()}


def ad_observed(ad: str = "ad1", asset: str = "a1", **said: Any) -> Event:
    spend = {"currency": "USD", "qualifier": "less than", "minor": 10_000}
    return _made(RecordType.AD_OBSERVED, ad, {"asset": asset, "spend": spend, "first_day": "2018-01-12"} | said)


def event_hosted(hosted: str = "e1", assets: Iterable[str] = ("a1",), **said: Any) -> Event:
    defaults = {"assets": list(assets), "title": f"Event {hosted}", "took_place": "unknown"}
    return _made(RecordType.EVENT_HOSTED, hosted, defaults | said)


def post_observed(post: str = "p1", asset: str = "a1", **said: Any) -> Event:
    return _made(RecordType.POST_OBSERVED, post, {"asset": asset, "text": "Wake up.", "posted_at": AT} | said)


def link_observed(a: str = "a1", b: str = "a2", **said: Any) -> Event:
    return _made(RecordType.LINK_OBSERVED, None, {"a": a, "b": b, "signal": "shared_admin", "weight": 3.0} | said)


def statement_made(network: str = "n1", by: str = "platform", **said: Any) -> Event:
    return _made(RecordType.STATEMENT_MADE, network, {"by": by} | said)


def asset_removed(asset: str = "a1", **said: Any) -> Event:
    return _made(RecordType.ASSET_REMOVED, asset, {"wave": "first", "by": "platform"} | said)


def asset_restored(asset: str = "a1", **said: Any) -> Event:
    return _made(RecordType.ASSET_RESTORED, asset, {"reason": "appeal", "by": "platform"} | said)


def network_overlapped(network: str = "n1", other: str = "n2", **said: Any) -> Event:
    return _made(RecordType.NETWORK_OVERLAPPED, network, {"with": other, "basis": "some overlap"} | said)


def stage_changed(network: str = "n1", stage: Stage = Stage.UNDER_REVIEW, **said: Any) -> Event:
    return _made(RecordType.STAGE_CHANGED, network, {"stage": str(stage), "by": "analyst"} | said)


def attribution_assessed(network: str = "n1", rung: Rung = Rung.MANUAL_REVIEW_LINKED_TO, **said: Any) -> Event:
    defaults = {"claim": "linked to Iran", "rung": str(rung), "by": "analyst"}
    if said.get("approved_by") and rung.strength >= ACTOR.strength:
        # Nobody else can approve that an actor is named.
        defaults["source"] = DESK_SOURCE
    return _made(RecordType.ATTRIBUTION_ASSESSED, network, defaults | said)


def networks_merged(survivor: str = "n1", absorbed: Iterable[str] = ("n2",), **said: Any) -> Event:
    return _made(RecordType.NETWORKS_MERGED, survivor, {"absorbed": list(absorbed), "by": "analyst"} | said)


def merge_undone(survivor: str = "n1", absorbed: Iterable[str] = ("n2",), **said: Any) -> Event:
    return _made(RecordType.MERGE_UNDONE, survivor, {"absorbed": list(absorbed), "by": "analyst"} | said)


def network_split(network: str = "n1", into: str = "n3", assets: Iterable[str] = ("a1",), **said: Any) -> Event:
    return _made(RecordType.NETWORK_SPLIT, network, {"into": into, "assets": list(assets), "by": "analyst"} | said)


def split_undone(network: str = "n1", into: str = "n3", assets: Iterable[str] = ("a1",), **said: Any) -> Event:
    return _made(RecordType.SPLIT_UNDONE, network, {"into": into, "assets": list(assets), "by": "analyst"} | said)


def record_withdrawn(withdrawn: Event, *, why: str = "a mistake", source: str | None = None, **said: Any) -> Event:
    """The withdrawal of an event by its own source, or by ``source``."""
    data = {"source": withdrawn["source"], "id": withdrawn["id"], "why": why}
    return event(RecordType.RECORD_WITHDRAWN, None, data, source=source or withdrawn["source"], **said)


def election_scheduled(election: str = "us-2018", **said: Any) -> Event:
    defaults = {"country": "US", "name": "US midterms", "polls_open": "2018-11-06T11:00:00Z"}
    return _made(RecordType.ELECTION_SCHEDULED, election, defaults | said)


def note_written(about: str = "n1", text: str = "Looked at twice.", **said: Any) -> Event:
    return _made(RecordType.NOTE_WRITTEN, about, {"text": text, "by": "analyst"} | said)


def alarm_raised(alarm: str = "alarm1", rule: str = "stage_limit", about: str = "n1", **said: Any) -> Event:
    return _made(RecordType.ALARM_RAISED, alarm, {"rule": rule, "about": about, "since": AT} | said)


def alarm_cleared(alarm: str = "alarm1", **said: Any) -> Event:
    return _made(RecordType.ALARM_CLEARED, alarm, said)


def alarm_acknowledged(alarm: str = "alarm1", by: str = "Ann", **said: Any) -> Event:
    return _made(RecordType.ALARM_ACKNOWLEDGED, alarm, {"by": by} | said)


def indicator_observed(indicator: str = "i1", value: str = "wake-up.example", **said: Any) -> Event:
    defaults = {"kind": "domain-name", "value": value, "network": "n1"}
    return _made(RecordType.INDICATOR_OBSERVED, indicator, defaults | said)


def network_assigned(network: str = "n1", to: str = "Ann", **said: Any) -> Event:
    return _made(RecordType.NETWORK_ASSIGNED, network, {"to": to, "by": "lead"} | said)


def network_checked_out(
    network: str = "n1", by: str = "Ann", until: str = "2018-10-26T15:02:00Z", **said: Any
) -> Event:
    return _made(RecordType.NETWORK_CHECKED_OUT, network, {"by": by, "until": until} | said)


def network_checked_in(network: str = "n1", by: str = "Ann", **said: Any) -> Event:
    return _made(RecordType.NETWORK_CHECKED_IN, network, {"by": by} | said)


def merge_rejected(network: str = "n1", others: Iterable[str] = ("n2",), **said: Any) -> Event:
    return _made(RecordType.MERGE_REJECTED, network, {"others": list(others), "by": "analyst"} | said)


def detector_disowned(source: str = SOURCE, since: str = AT, **said: Any) -> Event:
    data = {"source": source, "since": since, "by": "lead", "why": "it counted twice"}
    return event(RecordType.DETECTOR_DISOWNED, None, data, **said)


def snapshot_frozen(snapshot: str = "0123456789abcdef", **said: Any) -> Event:
    frozen = {"name": "Morning briefing", "seq": 12, "sha256": "0" * 64, "tlp": "TLP:GREEN"}
    defaults = frozen | {"scope": "All networks", "by": "lead", "source": DESK_SOURCE}
    return _made(RecordType.SNAPSHOT_FROZEN, snapshot, defaults | said)


def one_of_each() -> list[Event]:
    """A good event of every type, and of every way to give an audience."""
    return [
        network_reported(),
        asset_detected(),
        accounts_observed("a1", ["x1", "x2"]),
        sketch_observed("a1", ["x1", "x2"]),
        count_observed("a1", {"qualifier": "about", "value": 25_000}),
        ad_observed(),
        event_hosted(),
        post_observed(),
        link_observed(),
        statement_made(assets={"facebook:page": 30}, ads=2),
        asset_removed(),
        asset_restored(),
        network_overlapped(),
        stage_changed(),
        attribution_assessed(),
        networks_merged(),
        merge_undone(),
        network_split(),
        split_undone(),
        record_withdrawn(asset_detected()),
        election_scheduled(),
        note_written(),
        alarm_raised(),
        alarm_cleared(),
        alarm_acknowledged(),
        indicator_observed(),
        network_assigned(),
        network_checked_out(),
        network_checked_in(),
        merge_rejected(),
        detector_disowned(since="2030-01-01T00:00:00Z"),
        snapshot_frozen(),
    ]
