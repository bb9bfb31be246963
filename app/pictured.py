"""Elections and alarms as people see them, out of what the records about them come to."""

from __future__ import annotations

from app.entities import AlarmState, PlainState, said
from app.records import hedged_of, instant_of
from app.vocabulary import Alarm, Election


def election_of(id: str, state: PlainState) -> Election | None:
    """One vote; None where no record that holds speaks of it."""
    if not state.is_known:
        return None
    opens, closes = (_instant(said(state.facts, name)) for name in ("polls_open", "polls_close"))
    return Election(id, said(state.facts, "country", ""), said(state.facts, "name", ""), opens, closes)


def alarm_of(id: str, state: AlarmState) -> Alarm | None:
    """One alarm; None where no record that holds raised it."""
    if state.raised_at is None:
        return None
    facts = state.facts
    figure, limit = (said(facts, name) for name in ("figure", "limit"))
    by, at = state.acknowledged.value if state.acknowledged is not None else ("", None)
    return Alarm(
        id,
        said(facts, "rule"),
        said(facts, "about", ""),
        said(facts, "part", ""),
        instant_of(said(facts, "since")),
        state.raised_at,
        None if figure is None else hedged_of(figure),
        None if limit is None else hedged_of(limit).value,
        state.cleared_at,
        by,
        at,
    )


def _instant(text: str | None) -> int | None:
    return None if text is None else instant_of(text)
