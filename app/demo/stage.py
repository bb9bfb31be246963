"""The stage: an empty room in which the story plays, served on this machine and watched through a one-time link.

What was before the story goes straight into the log, as an operator imports history. The week itself and what follows
come in through the public door, each detector with its own key, from a thread beside the server.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import socket
import sys
import tempfile
import threading
import time
import webbrowser
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import msgspec
from fastapi import FastAPI
from rich.console import Console

from app.access import Role, create_key, create_link
from app.clock import SystemClock
from app.demo.beats import Beat
from app.demo.clock import StoryClock
from app.demo.player import HttpDoor, Told, play
from app.demo.story import FIRST_DAY, history, week
from app.demo.trickle import trickle
from app.errors import BadRequest, WarroomError
from app.ingest._pieces import Piece
from app.ingest.file import ToWriter
from app.main import create_app
from app.room import Room
from app.serving import serve_on
from app.settings import Settings
from app.vocabulary import DAY, TYPE_PREFIX

VISITOR = "demo"

OF_A_REAL_ROOM = (
    "database_url", "secret", "zone", "limits_h", "source_limits_s", "alarm_reach", "alarm_spike", "notify",
)  # fmt: skip
"""Settings that the story does not take from the environment."""

AT_ONCE = 500
"""Records of the history in one commit."""

log = logging.getLogger(__name__)


class Historian:
    """Who tells what was before: the operator of the demonstration."""

    name = "demo"

    def allows(self, source: str, type: str) -> bool:  # noqa: ARG002 - as every principal is asked
        """Always."""
        return True


class Stage:
    """A room with the past in it. ``play`` begins the story; until then its clock stands still at the beginning."""

    def __init__(self, settings: Settings, *, minutes: float) -> None:
        self.minutes = minutes
        self.told = Told()
        self.trouble: str | None = None
        self._curtain: float | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.clock = StoryClock(minutes, self._playing_s)
        self.app: FastAPI = create_app(settings, clock=self.clock)
        self.room: Room = self.app.state.room
        try:
            self._tell_the_past()
        except BaseException:
            self.room.close()
            raise

    @classmethod
    @contextlib.contextmanager
    def set_up(cls, state_dir: Path | None, *, minutes: float, theme: str = "night") -> Iterator[Self]:
        """A stage in a new folder, which goes afterwards unless it was named. Raises BadRequest for one in use."""
        with contextlib.ExitStack() as stack:
            if state_dir is None:
                state_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warroom-demo-")))
            elif state_dir.exists() and any(state_dir.iterdir()):
                raise BadRequest("state-dir", f"{state_dir} is not empty: the story begins in a new room")
            # The environment may describe a real room, which the story must not touch, nor wake its people.
            own = {name: Settings.model_fields[name].get_default() for name in OF_A_REAL_ROOM}
            settings = Settings(state_dir=state_dir, watch_first_day=FIRST_DAY, theme=theme, **own)
            stage = cls(settings, minutes=minutes)
            try:
                yield stage
            finally:
                stage.stop()
                stage.room.close()

    def link(self, url: str) -> str:
        """A new one-time link to this room, for somebody who may see everything."""
        with self.room.database.write() as connection:
            token = create_link(connection, Role.LEAD, VISITOR, SystemClock().now(), lifetime=DAY)
        return f"{url}/in/{token}"

    def play(self, url: str) -> None:
        """Raise the curtain: the clock runs, and the story comes in at ``url`` from a thread of its own."""
        self._curtain = time.monotonic()
        self._thread = threading.Thread(target=self._play, args=(url,), name="player", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop playing. Doing so twice does no harm."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(5)

    def _playing_s(self) -> float:
        return 0.0 if self._curtain is None else time.monotonic() - self._curtain

    def _tell_the_past(self) -> None:
        door = ToWriter(self.room.parser, self.room.writer, Historian())
        beats = history()
        for start in range(0, len(beats), AT_ONCE):
            batch = beats[start : start + AT_ONCE]
            tally = door.send([Piece(place, msgspec.json.encode(beat.event)) for place, beat in enumerate(batch)])
            if tally.refused:
                first = tally.named[0]
                raise BadRequest(first.field, f"the history was refused: {first.reason}")

    def _play(self, url: str) -> None:
        # Two seconds of work, most of them for sketches: the first screen does not wait for it.
        beats = week()
        door = HttpDoor(url, self._keys(beats))
        try:
            play(
                itertools.chain(beats, trickle()),
                door,
                self.clock,
                sleep=self._pause,
                stop=self._stopped.is_set,
                on_told=self._note,
            )
        except WarroomError as broken:
            if not self._stopped.is_set():
                self.trouble = str(broken)
                log.exception("the story cannot go on")
        finally:
            door.close()

    def _pause(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def _note(self, told: Told) -> None:
        self.told = told
        if told.refused and self.trouble is None:
            self.trouble = told.refusals[0]
            log.error("the story was refused: %s", self.trouble)

    def _keys(self, beats: list[Beat]) -> dict[str, str]:
        """One key for each source, good for the types that it uses."""
        types: defaultdict[str, set[str]] = defaultdict(set)
        for beat in beats:
            types[beat.source].add(beat.event["type"].removeprefix(TYPE_PREFIX))
        now = SystemClock().now()
        with self.room.database.write() as connection:
            return {
                source: create_key(connection, source.rpartition("/")[2], source, used, now)
                for source, used in sorted(types.items())
            }


def run(stage: Stage, sock: socket.socket, *, asked_port: int, opens: bool, out: Console | None = None) -> None:
    """Serve a stage on a socket until Ctrl-C. The link is printed as soon as it is good, and opened if it can be."""
    host, port = sock.getsockname()[:2]
    url = f"http://{host}:{port}"
    console = out or Console(highlight=False, soft_wrap=True)

    def started() -> None:
        link = stage.link(url)
        if port != asked_port:
            console.print(f"Port {asked_port} is taken; this is {port}.", markup=False)
        console.print(f"\n  {link}\n", style="bold", markup=False)
        length = f"{stage.minutes:g} minutes" if stage.minutes != 1 else "one minute"
        console.print(
            f"Open this link once: it signs you in. The week before 26 October 2018 plays in {length} and then goes on "
            "quietly.\nOne case is real, with the figures that were published; every other network is invented and "
            "says so.\nCtrl-C ends the demonstration.",
            markup=False,
        )
        stage.play(url)
        if opens and _has_screen():
            threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()

    serve_on(stage.app, sock, on_started=started)
    stage.stop()
    console.print("The demonstration has ended.", markup=False)


def _has_screen() -> bool:
    """Whether a browser would open in a window, and not in the terminal that we print to."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
