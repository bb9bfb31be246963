"""The kill loop: a real server under load is killed at random, started again on the same database, and looked into.

Servers are forked from a process that has imported everything, so that a life begins in a fifth of a second.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from app.access import create_key
from app.board import Board
from app.clock import SystemClock
from app.database import Database
from app.log import Entry, read_after, verify
from app.main import create_app
from app.migrating import upgrade
from app.rebuild import rebuild
from app.room import anchor_of
from app.serving import configuration, free_port, listening
from app.settings import Settings
from app.vocabulary import OWN_TYPES, RecordType, Scope
from app.wire import LineProtocol
from tests.recount import Known
from tests.recount_figures import Figures
from tests.recount_form import differences, form
from tests.senders import BATCH, SINGLE, STREAM, Sender, Speech

SECRET = "5a" * 32
START_S = 60.0
EVERYTHING = 10_000_000

THICK_S = 3.0
"""Longest that a kill waits for an answer to come through."""


def settings_of(folder: Path, url: str) -> Settings:
    """The room that is killed. ``url`` is empty for SQLite in ``folder``."""
    return Settings(state_dir=folder, database_url=url, secret=SECRET)


def live(folder: Path, url: str, port: int, pipe: Any) -> None:
    """One life of the server. Says so once it answers, and lives until it is killed."""
    if url:
        # The tests' PostgreSQL need not survive a power cut; here it is not what dies.
        Database.check_durability = lambda _self: None
    sock = listening("127.0.0.1", port)

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            pipe.send(True)

    uvloop.run(Server(configuration(create_app(settings_of(folder, url)), ws=LineProtocol)).serve([sock]))


def _lives() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "tests.kill_loop"])
    return context


class Victim:
    """A room that is served by one process after the other, always on the same port."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.url = url
        # Below the ports from which connections go out: between two lives one of those might take it.
        with free_port("127.0.0.1", random.randrange(10_000, 30_000)) as sock:
            self.port: int = sock.getsockname()[1]
        self._context = _lives()
        self._answers = False
        self._process: Any = None
        self._pipe: Any = None

    def start(self) -> None:
        """Begin a life. Does not wait until it answers."""
        self._answers = False
        self._pipe, there = self._context.Pipe()
        self._process = self._context.Process(
            target=live, args=(self.folder, self.url, self.port, there), name="victim", daemon=True
        )
        self._process.start()
        there.close()

    def wait(self) -> None:
        """Wait until it answers."""
        if not self._answers:
            assert self._pipe.poll(START_S), "the server did not start"
            self._answers = self._pipe.recv()

    def kill(self) -> None:
        """End the life in the middle of whatever it does, and wait until nothing of it is left."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL, "the server had ended by itself"
        self._pipe.close()

    def end(self) -> None:
        """Leave nothing behind, whatever has happened."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


FORMS = ((SINGLE, 1),) * 4 + ((BATCH, 40), (BATCH, 5), (STREAM, 100))
"""What the senders send, and how much of it at once."""


class Siege:
    """A room, its senders, and how often it was killed. ``check`` raises AssertionError with what is wrong."""

    def __init__(self, folder: Path, seed: int, url: str = "") -> None:
        self.settings = settings_of(folder, url)
        self.victim = Victim(folder, url)
        self.kills = 0
        self._chance = random.Random(seed)
        self._sending: list[Future[None]] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.database = Database(self.settings.url)
        upgrade(self.database)
        speeches = [Speech(f"sender-{place}", seed) for place in range(len(FORMS))]
        with self.database.write() as connection:
            keys = [
                create_key(connection, speech.source, speech.source, set(RecordType) - OWN_TYPES, SystemClock().now())
                for speech in speeches
            ]
        self.senders = [
            Sender(self.victim, key, speech, *form) for key, speech, form in zip(keys, speeches, FORMS, strict=True)
        ]

    @contextlib.contextmanager
    def under_fire(self) -> Iterator[Siege]:
        """The first life begins, and the senders do; at the end of the block they have finished."""
        self.victim.start()
        try:
            self.victim.wait()
            with ThreadPoolExecutor(len(self.senders)) as pool:
                self._sending = [pool.submit(sender.send) for sender in self.senders]
                try:
                    yield self
                except BaseException:
                    for sender in self.senders:
                        sender.give_up()
                    raise
                for sender in self.senders:
                    sender.stop()
            for sending in self._sending:
                sending.result()
        finally:
            self.victim.end()

    def close(self) -> None:
        """Give the database back."""
        self.database.close()

    def wait_a_little(self) -> None:
        """Let the senders send."""
        time.sleep(0.2)

    def kill(self) -> None:
        """Kill the server at some moment: while it starts, soon after that, or in the thick of it."""
        moment = self._chance.random()
        if moment < 0.15:
            time.sleep(self._chance.uniform(0.0, 0.25))
        else:
            self.victim.wait()
            if moment > 0.4:
                self._wait_for_answers()
            time.sleep(self._chance.uniform(0.0, 0.2))
        self.victim.kill()
        self.kills += 1

    def _wait_for_answers(self) -> None:
        before, give_up_at = self.acknowledged, time.monotonic() + THICK_S
        while self.acknowledged == before and time.monotonic() < give_up_at:
            time.sleep(0.01)

    @property
    def acknowledged(self) -> int:
        """How many records were."""
        return sum(len(sender.acknowledged) for sender in self.senders)

    @property
    def cut_off(self) -> int:
        """How many requests got no answer, or only a part of one."""
        return sum(sender.cut_off for sender in self.senders)

    def entries(self) -> list[Entry]:
        """The log that the dead left."""
        with self.database.read() as connection:
            return read_after(connection, 0, EVERYTHING)

    def check(self) -> None:
        """Every record that was acknowledged is in the log, at its place, once."""
        acknowledged = [(sender.speech, dict(sender.acknowledged)) for sender in self.senders]
        entries = self.entries()
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1)), "seq has holes"
        places = {(entry.record.source, entry.record.id): entry.seq for entry in entries}
        assert len(places) == len(entries), "a record is in the log twice"
        for speech, answered in acknowledged:
            for n, seq in answered.items():
                found = places.get((speech.source, speech.id(n)))
                assert found is not None, f"{speech.id(n)} was acknowledged at seq {seq} and is lost"
                assert seq in (None, found), f"{speech.id(n)} was acknowledged at seq {seq} and is at {found}"
        for sending in self._sending:
            if sending.done():
                sending.result()
        trouble = [line for sender in self.senders for line in sender.trouble]
        assert not trouble, f"a sender was answered strangely: {trouble[:3]}"

    def check_views(self) -> None:
        """The chain holds up to the anchor, and every view is what the log makes of it."""
        with self.database.write() as connection:
            faults = verify(connection, self.settings.derived("log"), anchor_of(self.settings))
            assert not faults, f"the log is not as it was written: {faults[:3]}"
            rebuilt = rebuild(connection)
            assert not rebuilt.differences, f"views were half written: {rebuilt.differences[:5]}"

    def check_counts(self) -> None:
        """What the board counts is what an independent count of the log comes to."""
        board, entries = Board(), self.entries()
        with self.database.read() as connection:
            board.refresh(connection)
        known, now, watch = Known(entries), SystemClock().now(), self.settings.watch()
        for scope in (Scope(), Scope(open_only=True)):
            said = form(board.measures(scope, now=now, watch=watch))
            found = list(differences(said, Figures(known, scope, now, watch).all(), f"{scope}"))
            assert not found, f"the board differs from the recount: {found[:5]}"
