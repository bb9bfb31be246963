"""The countdown: whole days to a vote, hours under 48, and on the day in words whether polls are open or closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.language import N_, _, ngettext, pgettext
from app.numerals import grouped
from app.safetext import clean
from app.vocabulary import HOUR, Election
from app.wording import day
from dashboards.scenes._said import and_more, more_votes
from dashboards.scenes._sight import NAME_LIMIT, Sight

HOURS_UNDER = 48

NO_VOTE = N_("no vote ahead")

LINE = 48
"""Letters that fit below the label in the narrowest cut."""


def countdown(sight: Sight) -> dict[str, Any]:
    """The vote that most open networks are about, the nearer of equals, and beside it the next of the others."""
    waiting = _waiting(sight)
    if not waiting:
        return {"n": "–", "label": _(NO_VOTE), "sub": _past(sight)}
    first, *others = waiting
    n, label, sub = _first(sight, first)
    return {"n": n, "label": label, "sub": f"{sub}{_others(sight, others, LINE - len(sub))}"}


def brief_countdown(sight: Sight) -> dict[str, str]:
    """The same without a name: "11", "days to vote"."""
    first = next(iter(_waiting(sight)), None)
    if first is None:
        return {"n": "–", "label": _(NO_VOTE)}
    if _opens(first) <= sight.now:
        return {"n": _polls(sight, first)[0], "label": _("polls")}
    n, of, is_hours = _left(sight, first)
    if is_hours:
        return {"n": n, "label": ngettext("hour to vote", "hours to vote", of)}
    return {"n": n, "label": ngettext("day to vote", "days to vote", of)}


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote as a sign says it. ``at`` is when polls open (µs); ``more`` others are ahead in the same country."""

    at: int
    n: str
    label: str
    sub: str
    more: int


def votes(sight: Sight) -> dict[str, list[Election]]:
    """The votes that are not over by country, the nearest first."""
    found: dict[str, list[Election]] = {}
    for election in sorted(_waiting(sight), key=lambda election: (_opens(election), election.id)):
        found.setdefault(election.country, []).append(election)
    return found


def next_vote(sight: Sight, ahead: Sequence[Election], zone: str = "") -> Vote | None:
    """The first of a country's votes, counted as everywhere; its day and time are those of the country's ``zone``."""
    if not ahead:
        return None
    election = ahead[0]
    n, label, sub = _first(sight, election)
    if zone:
        there = Sight(sight.board, sight.now, replace(sight.watch, zone=zone), sight.source_limits_s)
        sub = _first(there, election)[2]
        sub = _("{time} there").format(time=sub) if ":" in sub else sub
    return Vote(_opens(election), n, label, sub, len(ahead) - 1)


def _waiting(sight: Sight) -> list[Election]:
    """The votes that are not over: the one that most open networks are about, then the others by time."""
    waiting = [election for election in sight.board.elections.values() if not _is_over(sight, election)]
    about = Counter(id for network in sight.open for id in network.elections)
    waiting.sort(key=lambda election: (_opens(election), election.id))
    waiting.sort(key=lambda election: -about[election.id])
    return [*waiting[:1], *sorted(waiting[1:], key=lambda election: (_opens(election), election.id))]


def _others(sight: Sight, others: Sequence[Election], room: int) -> str:
    """The next vote by name, or how many there are where that is longer than ``room`` letters."""
    if not others:
        return ""
    named = "; " + and_more(f"{_name(others[0])} {_beside(sight, others[0])}", len(others) - 1)
    return named if len(named) <= room else f"; {more_votes(len(others))}"


def _opens(election: Election) -> int:
    """When polls open, as far as that is known."""
    return election.polls_open or election.polls_close or 0


def _closes(election: Election) -> int | None:
    """When polls have closed; None where nobody said."""
    return election.polls_close if election.polls_close and election.polls_close >= _opens(election) else None


def _is_over(sight: Sight, election: Election) -> bool:
    """A vote stays on the wall until the day is over on which its polls close."""
    last = _closes(election) or _opens(election)
    return not last or sight.date(last) < sight.date(sight.now)


def _first(sight: Sight, election: Election) -> tuple[str, str, str]:
    left = _opens(election) - sight.now
    if left <= 0:
        return _polls(sight, election)
    n, of, is_hours = _left(sight, election)
    sub = day(_opens(election), sight.watch.zone, weekday=True)
    if not is_hours:
        return n, ngettext("day to {the_vote}", "days to {the_vote}", of).format(the_vote=_the(election)), sub
    at = f"{sub} {sight.clock(_opens(election))}"
    return n, ngettext("hour to {the_vote}", "hours to {the_vote}", of).format(the_vote=_the(election)), at


def _left(sight: Sight, election: Election) -> tuple[str, int, bool]:
    """How long until polls open: as it is written, the number that decides its noun, and whether these are hours."""
    hours, days = (_opens(election) - sight.now) // HOUR, _days(sight, election)
    if hours >= HOURS_UNDER:
        return grouped(days), days, False
    return (str(hours), hours, True) if hours else ("<1", 1, True)


def _polls(sight: Sight, election: Election) -> tuple[str, str, str]:
    closes = _closes(election)
    if closes is None:
        return _("today"), _name(election), _("when polls close is not known")
    label = _("polls, {vote}").format(vote=_name(election))
    if sight.now < closes:
        return pgettext("polls", "open"), label, _("until {time}").format(time=sight.time(closes))
    return pgettext("polls", "closed"), label, _("since {time}").format(time=sight.time(closes))


def _beside(sight: Sight, election: Election) -> str:
    """When another vote is: "in 2 days", "tomorrow", "polls open at 10:00", "polls open", "polls closed"."""
    days, closes = _days(sight, election), _closes(election)
    if days > 1:
        return _("in {n} days").format(n=grouped(days))
    if days == 1:
        return _("tomorrow")
    if sight.now < _opens(election):
        return _("polls open at {time}").format(time=sight.clock(_opens(election)))
    if closes is None:
        return _("today")
    return _("polls open") if sight.now < closes else _("polls closed")


def _days(sight: Sight, election: Election) -> int:
    return (sight.date(_opens(election)) - sight.date(sight.now)).days


def _name(election: Election) -> str:
    return clean(election.name or election.id, NAME_LIMIT)


def _the(election: Election) -> str:
    name = _name(election)
    return name if name.casefold().startswith("the ") else _("the {vote}").format(vote=name)


def _past(sight: Sight) -> str:
    return _("all polls have closed") if sight.board.elections else _("no election is scheduled")
