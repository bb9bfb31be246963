"""What each type of record may say: a table of fields, a check for each, a star on those that must be there.

A new type of record is a new entry here. Fields that are not in the table are kept in the log and looked at by nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.records import _audience as audience
from app.records._checks import (
    Check,
    country,
    day,
    digest,
    either,
    flag,
    identifier,
    list_of,
    long_said,
    long_text,
    name,
    one_of,
    said,
    share,
    text,
    time,
    time_of,
    weight,
    whole,
    word,
)
from app.records._faults import Fault, show
from app.records._figures import by_surface, count, money, stated_money
from app.vocabulary import TYPE_PREFIX, IndicatorKind, RecordType, Rung, Stage, Tlp, TookPlace

Whole = Callable[[dict[str, Any], str | None], None]
Kept = Callable[[dict[str, Any], bytes], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """One type of record.

    ``fields`` maps a name in ``data`` to its check and path; ``whole`` looks at all fields together; ``kept`` makes of
    good data (and the salt) what the log keeps of it, where that is not the same.
    """

    type: RecordType
    has_subject: bool
    fields: dict[str, tuple[Check, str]]
    required: frozenset[str]
    whole: Whole | None
    kept: Kept | None


def _differ(one: str, other: str) -> Whole:
    def check(data: dict[str, Any], _subject: str | None) -> None:
        if data[one] == data[other]:
            raise Fault(f"data.{other}", f"{show(data[other])} is data.{one} itself: name another")

    return check


def _not_subject(field: str) -> Whole:
    def check(data: dict[str, Any], subject: str | None) -> None:
        if subject == data[field] or (type(data[field]) is list and subject in data[field]):
            raise Fault(f"data.{field}", f"{show(subject)} is the subject itself: name another network")

    return check


def _in_order(first: str, last: str, key: Callable[[Any, str], Any]) -> Whole:
    def check(data: dict[str, Any], _subject: str | None) -> None:
        if first in data and last in data and key(data[first], first) > key(data[last], last):
            raise Fault(
                f"data.{last}", f"{show(data[last])} is before data.{first}, {show(data[first])}: turn them round"
            )

    return check


def _as_written(value: Any, _path: str) -> Any:
    return value


_ids = list_of(identifier, at_least=1)
_countries = list_of(country)
_texts = list_of(text)
_merge: dict[str, Check] = {"absorbed*": _ids, "by*": said, "why": text}
_split: dict[str, Check] = {"into*": identifier, "assets*": _ids, "by*": said, "why": text}
_removal: dict[str, Check] = {"reason": text, "wave": text, "by": text}

_NO_SUBJECT = (RecordType.LINK_OBSERVED, RecordType.RECORD_WITHDRAWN, RecordType.DETECTOR_DISOWNED)

_FIELDS: dict[RecordType, dict[str, Check]] = {
    RecordType.NETWORK_REPORTED: {
        "code_name": text,
        "title": text,
        "origins": _countries,
        "targets": _countries,
        "topics": _texts,
        "personas": _texts,
        "elections": list_of(identifier),
        "detector_score": share,
        "exercise": flag,
    },
    RecordType.ASSET_DETECTED: {
        "network": identifier,
        "platform*": word,
        "kind*": word,
        "name": text,
        "handle": text,
        "url": text,
        "created_on": day,
        "country_shown": country,
        "language": text,
        "score": share,
    },
    RecordType.AUDIENCE_OBSERVED: {
        "accounts": audience.accounts,
        "sketch": audience.sketch,
        "count": count,
        "part": flag,
    },
    RecordType.AD_OBSERVED: {
        "asset*": identifier,
        "spend": money,
        "first_day": day,
        "last_day": day,
        "impressions": count,
    },
    RecordType.EVENT_HOSTED: {
        "assets*": _ids,
        "title": text,
        "starts_at": time,
        "place": text,
        "interested": count,
        "took_place": one_of(TookPlace),
    },
    RecordType.POST_OBSERVED: {
        "asset*": identifier,
        "text": long_text,
        "language": text,
        "url": text,
        "posted_at": time,
        "topics": _texts,
    },
    RecordType.LINK_OBSERVED: {"a*": identifier, "b*": identifier, "signal*": said, "weight*": weight},
    RecordType.STATEMENT_MADE: {
        "by*": said,
        "assets": by_surface,
        "reach": by_surface,
        "spend": stated_money,
        "ads": count,
        "events": count,
        "interested": count,
        "attribution": text,
        "source_url": text,
    },
    RecordType.ASSET_REMOVED: _removal,
    RecordType.ASSET_RESTORED: _removal,
    RecordType.NETWORK_OVERLAPPED: {"with*": identifier, "basis": text, "shared": _texts},
    RecordType.STAGE_CHANGED: {"stage*": one_of(Stage), "by*": said, "why": text},
    RecordType.ATTRIBUTION_ASSESSED: {
        "claim*": said,
        "rung*": one_of(Rung),
        "by*": said,
        "evidence": _texts,
        "approved_by": either(said, said),
        "claim_source": name,
        "claim_id": name,
        "verdict": one_of(("approved", "rejected")),
        "why": text,
    },
    RecordType.NETWORKS_MERGED: _merge,
    RecordType.MERGE_UNDONE: _merge,
    RecordType.NETWORK_SPLIT: _split,
    RecordType.SPLIT_UNDONE: _split,
    RecordType.RECORD_WITHDRAWN: {"source*": name, "id*": name, "why": text},
    RecordType.ELECTION_SCHEDULED: {"country*": country, "name*": said, "polls_open": time, "polls_close": time},
    RecordType.NOTE_WRITTEN: {"text*": long_said, "by*": said},
    RecordType.ALARM_RAISED: {
        "rule*": word,
        "about": text,
        "part": text,
        "since*": time,
        "figure": count,
        "limit": count,
    },
    RecordType.ALARM_CLEARED: {"why": text},
    RecordType.ALARM_ACKNOWLEDGED: {"by*": said},
    RecordType.INDICATOR_OBSERVED: {
        "kind*": one_of(IndicatorKind),
        "value*": said,
        "network": identifier,
        "asset": identifier,
        "tactic": text,
        "technique": text,
        "procedure": text,
        "comment": text,
    },
    RecordType.NETWORK_ASSIGNED: {"to*": text, "by*": said, "why": text},
    RecordType.NETWORK_CHECKED_OUT: {"until*": time, "by*": said, "why": text},
    RecordType.NETWORK_CHECKED_IN: {"by*": said, "why": text},
    RecordType.MERGE_REJECTED: {"others*": _ids, "by*": said, "why": text},
    RecordType.DETECTOR_DISOWNED: {"source*": name, "since*": time, "by*": said, "why": text},
    RecordType.SNAPSHOT_FROZEN: {
        "name*": said,
        "seq*": whole,
        "sha256*": digest,
        "tlp*": one_of(Tlp),
        "scope*": said,
        "by*": said,
    },
}

_WHOLE: dict[RecordType, Whole] = {
    RecordType.AUDIENCE_OBSERVED: audience.one_way,
    RecordType.AD_OBSERVED: _in_order("first_day", "last_day", _as_written),
    RecordType.LINK_OBSERVED: _differ("a", "b"),
    RecordType.NETWORK_OVERLAPPED: _not_subject("with"),
    RecordType.NETWORKS_MERGED: _not_subject("absorbed"),
    RecordType.MERGE_UNDONE: _not_subject("absorbed"),
    RecordType.NETWORK_SPLIT: _not_subject("into"),
    RecordType.MERGE_REJECTED: _not_subject("others"),
    RecordType.SPLIT_UNDONE: _not_subject("into"),
    RecordType.ELECTION_SCHEDULED: _in_order("polls_open", "polls_close", time_of),
}


def _shape(type: RecordType) -> Shape:
    fields = {"accounts": audience.no_accounts} | _FIELDS[type]
    return Shape(
        type,
        type not in _NO_SUBJECT,
        {field.rstrip("*"): (check, f"data.{field.rstrip('*')}") for field, check in fields.items()},
        frozenset(field.rstrip("*") for field in fields if field.endswith("*")),
        _WHOLE.get(type),
        audience.kept if type is RecordType.AUDIENCE_OBSERVED else None,
    )


SHAPES = {TYPE_PREFIX + type: _shape(type) for type in RecordType}
"""Every type of record by its CloudEvents ``type``."""
