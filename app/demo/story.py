"""The story of the demo: what was there before, the week of 19 to 26 October 2018, and the two together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from app.demo.beats import SOURCES, Beat, Tellers, utc
from app.demo.harbour_finch import LONG_GALLERY, harbour_finch
from app.demo.others import beside, closed
from app.vocabulary import RecordType, Stage

__all__ = ["END", "FIRST_DAY", "SOURCES", "START", "Beat", "history", "story", "week"]

FIRST_DAY = date(2018, 4, 1)
"""First day of the watch on which the demo reports (the setting ``watch_first_day``)."""

START = utc("2018-10-19T13:30")
"""Room time at which the demo begins, ten minutes before Harbour Finch is first noticed."""

END = utc("2018-10-26T14:32")
"""Room time at which the story is told. From here on the room's clock runs like any other."""


def story() -> list[Beat]:
    """The whole story in order of time: takes about two seconds, most of them for the audiences of ``week``."""
    return [*history(), *week()]


def history() -> list[Beat]:
    """What happened before the story week, in order of time: two elections and the networks removed before it."""
    tellers = Tellers()
    return _in_order([*_elections(tellers), *_long_gallery(tellers), *closed(tellers)])


def week() -> list[Beat]:
    """Harbour Finch and the networks beside it, in order of time. Ends with the room as it stands at ``END``."""
    tellers = Tellers()
    return _in_order([*harbour_finch(tellers), *beside(tellers)])


def _in_order(beats: Iterable[Beat]) -> list[Beat]:
    return sorted(beats, key=lambda beat: beat.at)


def _elections(tellers: Tellers) -> Iterator[Beat]:
    at = utc("2018-04-01T00:00")
    # From the first polling stations in the east of each country to the last in the west.
    yield tellers.desk.tell(
        RecordType.ELECTION_SCHEDULED,
        at,
        "us-midterms-2018",
        country="US",
        name="US midterms",
        polls_open="2018-11-06T10:00:00Z",
        polls_close="2018-11-07T06:00:00Z",
    )
    yield tellers.desk.tell(
        RecordType.ELECTION_SCHEDULED,
        at,
        "br-runoff-2018",
        country="BR",
        name="Brazil run-off",
        polls_open="2018-10-28T10:00:00Z",
        polls_close="2018-10-28T22:00:00Z",
    )


def _long_gallery(tellers: Tellers) -> Iterator[Beat]:
    """Accounts that were removed in August 2018, a real case of which the demo says nothing but that."""
    at = utc("2018-08-21T20:00")
    yield tellers.coordination.tell(
        RecordType.NETWORK_REPORTED, at, LONG_GALLERY, code_name="Long Gallery", title="Accounts removed in August 2018"
    )
    yield tellers.desk.tell(
        RecordType.STAGE_CHANGED,
        at,
        LONG_GALLERY,
        stage=Stage.REMOVED.value,
        by="platform",
        why="Removed in August 2018",
    )
