"""The parts of one room, made from settings and a clock and put together: what they are, and who hears of whom.

Making one takes the room over: its tenure, its tables, its writer. ``Room.close`` gives them back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

from app import __version__, language
from app.access import Visitor
from app.access.gate import REAL, Gate
from app.attendance import Attendance
from app.board import Board
from app.clock import Clock
from app.database import Database
from app.feed import Feed, Payload, following
from app.history import History
from app.hub import Hub
from app.live import Live
from app.log import Anchor
from app.lookout import Lookout
from app.metrics import Metrics
from app.migrating import upgrade
from app.notices import Notices
from app.rates import ReferenceRates
from app.records import RecordParser
from app.refusals import Refusals
from app.replay import Replays
from app.settings import Settings
from app.snapshots.asking import chooser, scope_said
from app.snapshots.freezing import Snapshots
from app.snapshots.giving import Giver, check_addresses, folders_of
from app.snapshots.schedules import Schedules
from app.tenure import Tenure
from app.vendored import STATIC
from app.walls import Controls
from app.writer import Writer
from dashboards import wall
from dashboards.desk import asked_for, repertoire

LAST_COMMITS_S = 0.5
"""Seconds in which the writer may begin its last commits, of the 5 that stopping takes at most (RELIABILITY, R20)."""


@dataclass(slots=True)
class Room:
    """The parts of one room, for the programs that serve it."""

    settings: Settings
    clock: Clock
    version: str
    tenure: Tenure
    database: Database
    parser: RecordParser
    board: Board
    metrics: Metrics
    gate: Gate
    live: Live
    feed: Feed
    writer: Writer
    attendance: Attendance
    history: History
    controls: Controls
    refusals: Refusals
    lookout: Lookout
    notices: Notices
    snapshots: Snapshots
    schedules: Schedules
    giver: Giver

    def close(self) -> None:
        """Commit what waits, then give everything back. Doing so twice does no harm."""
        self.writer.close(LAST_COMMITS_S)
        self.database.close()
        self.tenure.release()


def open_room(
    settings: Settings,
    clock: Clock,
    *,
    stranger: Visitor | None = None,
    secure: bool = False,
    origins: Collection[str] = (),
) -> Room:
    """The parts of a room, its tables up to date and its writer at work. Parameters as for ``create_app``."""
    language.use(settings.language)
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.url)
    tenure = Tenure(database)
    try:
        database.check_durability()
        upgrade(database)
        version = build()
        board = Board()
        metrics = Metrics()
        gate = Gate(database, secure=secure, origins=origins, stranger=stranger)
        live = Live(Hub(), gate, clock, version=version, origins=origins)
        hub, watch = live.hub, settings.watch()
        controls = Controls(database, repertoire())
        refusals = Refusals(database)

        def draw(board: Board, now: int, topics: Collection[str]) -> Mapping[str, Payload]:
            drawn = wall.draw(
                board,
                now,
                topics,
                watch=watch,
                source_limits_s=settings.source_limits_s,
                refused=refusals.before(now),
            )
            told = controls.draw(topics, lambda: asked_for(board))
            return {**drawn, **told}

        feed = Feed(
            following(database, board),
            lambda board, now: draw(board, now, hub.watched()),
            metrics.publishing(live.publish),
            clock=clock,
            flush_hz=settings.flush_hz,
            is_held=lambda topic: hub.newest(topic) is not None,
        )
        history = History(database, settings.state_dir / "history")
        live.on_wanted = feed.poke
        live.unread_by = lambda: feed.unread_s
        live.replays = Replays(history, draw, REAL)
        parser = RecordParser(settings.derived("accounts"))
        writer = Writer(
            database,
            key=settings.derived("log"),
            clock=clock,
            queue_records=settings.queue_records,
            anchor=anchor_of(settings),
            on_commit=heard_by(feed, history),
        )
        attendance = Attendance(database, live.screens, REAL.now)
        notices = Notices(settings.notify)
        lookout = Lookout(database, board, writer, parser, clock, watch, settings.source_limits_s, notices.tell)
        limits_s = settings.source_limits_s
        snapshots = Snapshots(database, board, history, writer, parser, clock, watch, limits_s)
        snapshots.rates = ReferenceRates.opened(settings.currency, settings.rates_file)
        folders = folders_of(settings.state_dir, settings.briefing_folders)
        check_addresses(settings.briefing_mail)
        schedules = Schedules(database, clock, settings.zone, folders, mails=bool(settings.briefing_mail))
        giver = Giver(
            database,
            snapshots,
            schedules,
            lambda schedule: chooser(scope_said(schedule.filters), schedule.scene, repertoire(), watch),
            folders,
            settings.briefing_mail,
        )
    except BaseException:
        database.close()
        tenure.release()
        raise
    return Room(
        settings,
        clock,
        version,
        tenure,
        database,
        parser,
        board,
        metrics,
        gate,
        live,
        feed,
        writer,
        attendance,
        history,
        controls,
        refusals,
        lookout,
        notices,
        snapshots,
        schedules,
        giver,
    )


def heard_by(feed: Feed, history: History) -> Callable[[int], None]:
    """Whom a commit wakes, here or in another process."""

    def heard(seq: int) -> None:
        feed.poke(seq)
        history.poke(seq)

    return heard


def anchor_of(settings: Settings) -> Anchor:
    """Where the end of the log is remembered outside the database."""
    return Anchor(settings.state_dir / "anchor", settings.derived("anchor"))


def build() -> str:
    """Names this build by its version and what is in its pages: a wall that hears another name loads itself anew."""
    seen = hashlib.sha256(_pages())
    seen.update(language.fingerprint())
    return f"{__version__}+{seen.hexdigest()[:8]}"


@cache
def _pages() -> bytes:
    """The digest of what pages are made of. A program that runs does not take up what becomes of its files."""
    seen = hashlib.sha256()
    for folder in (STATIC / "css", STATIC / "js", STATIC.parent / "dashboards"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".css", ".js", ".html", ".py"):
                seen.update(path.read_bytes())
    return seen.digest()
