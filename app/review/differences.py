"""Differences in words: what about a network is not as it was when somebody looked, and who decided it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app import tables as t
from app.attribution import rung_name
from app.language import _
from app.log import read_many
from app.nouns import clock_time, list_words, stage_name
from app.records import instant_of
from app.review._changes import Change
from app.vocabulary import RecordType, Rung, Stage

_WORK = (RecordType.NETWORK_CHECKED_OUT, RecordType.NETWORK_CHECKED_IN)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing: what it ``was`` when somebody looked, what it is ``now``, who decided that, when (µs) and why."""

    what: str
    was: str
    now: str
    by: str
    at: int
    why: str


def differences(connection: Connection, changes: Iterable[Change], seen: int, zone: str = "UTC") -> list[Difference]:
    """The changes in words, one line a thing, newest first: of several of one thing the last is what is now."""
    last: dict[str, Change] = {}
    for change in changes:
        last[_thing(change)] = change
    found = [_difference(connection, change, seen, zone) for change in last.values()]
    return sorted(found, key=lambda each: -each.at)


def _thing(change: Change) -> str:
    if change.type in _WORK:
        return "work"
    if change.type in (RecordType.STAGE_CHANGED, RecordType.NETWORK_ASSIGNED):
        return str(change.type)
    return f"{change.seq}"


def _difference(connection: Connection, change: Change, seen: int, zone: str) -> Difference:
    data = change.data
    if change.type is RecordType.STAGE_CHANGED:
        was = _earlier(connection, change, (change.type,), seen)
        what, before = _("Stage"), stage_name(Stage(was.get("stage", Stage.DETECTED)))
        now = stage_name(Stage(data["stage"]))
    elif change.type is RecordType.NETWORK_ASSIGNED:
        was = _earlier(connection, change, (change.type,), seen)
        what, before, now = _("Looked after by"), was.get("to") or _("nobody"), data["to"] or _("nobody")
    elif change.type in _WORK:
        was = _earlier(connection, change, _WORK, seen)
        what, before, now = _("Worked on by"), _worker(was, zone), _worker(data, zone)
    elif change.type is RecordType.ATTRIBUTION_ASSESSED:
        what, before, now = _("Claim"), *_claim(data)
    elif change.type is RecordType.RECORD_WITHDRAWN:
        what, before, now = _("Claim"), _("decided"), _("the decision was taken back")
    else:
        others = sorted(change.about - {""})
        what, before, now = _("Merged or split"), _("as you saw it"), list_words(others)
    return Difference(what, before, now, change.by, change.recorded_at, data.get("why", ""))


def _worker(data: dict[str, Any], zone: str) -> str:
    if "until" not in data:
        return _("nobody")
    return _("{who} until {time}").format(who=data["by"], time=clock_time(instant_of(data["until"]), zone))


def _claim(data: dict[str, Any]) -> tuple[str, str]:
    words = _("{claim} ({rung})").format(claim=data["claim"], rung=rung_name(Rung(data["rung"])))
    verdict = data.get("verdict")
    if verdict == "approved":
        return _("not approved by {who}").format(who=data["by"]), _("approved: {claim}").format(claim=words)
    if verdict == "rejected":
        return _("not rejected"), _("rejected: {claim}").format(claim=words)
    return _("not there"), _("proposed: {claim}").format(claim=words)


def _earlier(connection: Connection, change: Change, types: tuple[RecordType, ...], seen: int) -> dict[str, Any]:
    """What the last record of its kind said that somebody had seen; nothing where there was none."""
    query = (
        select(t.log.c.seq)
        .where(t.log.c.subject.in_(sorted(change.about)), t.log.c.type.in_([str(type) for type in types]))
        .where(t.log.c.seq <= seen)
        .order_by(t.log.c.occurred_at.desc(), t.log.c.source.desc(), t.log.c.event_id.desc())
        .limit(1)
    )
    entries = read_many(connection, connection.execute(query).scalars())
    return next((entry.record.data for entry in entries.values()), {})
