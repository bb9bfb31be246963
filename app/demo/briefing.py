"""The briefing of 26 October 2018, frozen from the demo's story without a server: the same bytes every time.

The evening before one was frozen as well, so that it says what changed since.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import update

from app import tables as t
from app.board import Board
from app.clock import FixedClock
from app.database import Database
from app.demo.beats import Beat, utc
from app.demo.story import END, FIRST_DAY, story
from app.exports import Frozen
from app.history import History
from app.migrating import upgrade
from app.records import RecordParser
from app.snapshots.asking import chooser
from app.snapshots.freezing import Snapshots, Wanted
from app.vocabulary import Scope, Tlp, Watch, instant
from app.writer import Writer
from dashboards.desk import repertoire

NAME = "Election desk briefing"
BY = "demo lead"
ID = "20181026143200aa"
EVENING = utc("2018-10-25T18:00")
EVENING_ID = "20181025180000aa"
EPOCH = "2018102614320000"
KEY = b"the demonstration keeps no secret"[:32]
"""Nothing is drawn by lot, so that the briefing of one day can be compared with that of another."""

TOGETHER = 5_000
WITHIN_S = 60


def october_briefing() -> Frozen:
    """What the Situation said at the end of the story, with the names of its Pages: takes about four seconds."""
    with tempfile.TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/room.db")) as database:
        upgrade(database)
        with database.write() as connection:
            connection.execute(update(t.head).values(epoch=EPOCH))
        clock, parser = FixedClock(EVENING), RecordParser(KEY)
        watch = Watch(instant(datetime.combine(FIRST_DAY, time(), ZoneInfo("UTC"))))
        choose = chooser(Scope(), "situation", repertoire(), watch)
        beats = story()
        with closing(Writer(database, key=KEY, clock=clock)) as writer:
            history = History(database, Path(folder) / "history")
            snapshots = Snapshots(database, Board(), history, writer, parser, clock, watch, {})
            _tell(writer, parser, [beat for beat in beats if beat.at <= EVENING])
            snapshots.freeze(Wanted(NAME, Tlp.GREEN, names=True), choose, by=BY, id=EVENING_ID)
            clock.at = END
            _tell(writer, parser, [beat for beat in beats if beat.at > EVENING])
            return snapshots.freeze(Wanted(NAME, Tlp.GREEN, names=True), choose, by=BY, id=ID)


def _tell(writer: Writer, parser: RecordParser, beats: Sequence[Beat]) -> None:
    records = [parser.parse_event(beat.event) for beat in beats]
    for start in range(0, len(records), TOGETHER):
        batch = records[start : start + TOGETHER]
        writer.submit(batch, door="demo", principal="demo", clamp_past=False).result(WITHIN_S)
