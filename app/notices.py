"""Notices: alarms on their way to the room's chat and mail, by Apprise (https://github.com/caronc/apprise).

An address of Apprise holds passwords, so none is ever shown: messages name the tool and the place in the list.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from itertools import chain
from typing import Any

from app.errors import BadRequest
from app.safetext import clean

MOST_WAITING = 500
"""Notices that wait while a tool does not answer. Beyond them new ones are dropped, and the log says so."""

AGAIN_S = (2.0, 10.0, 60.0)
"""Seconds before one is tried again."""

LIMIT = 1_000

log = logging.getLogger(__name__)


class Notices:
    """Sends to every one of ``addresses``. Raises BadRequest for one that Apprise does not know."""

    def __init__(self, addresses: Sequence[str], again_s: Sequence[float] = AGAIN_S) -> None:
        self._tools = [_Tool(place, address, again_s) for place, address in enumerate(addresses, 1)]

    def start(self) -> None:
        """Send what is told from now on."""
        for tool in self._tools:
            tool.start()

    def stop(self) -> None:
        """What has not been sent is not sent any more."""
        for tool in self._tools:
            tool.stopped.set()
        for tool in self._tools:
            tool.join(1.0)

    def tell(self, title: str, said: str) -> None:
        """Send it to every tool, in time. Never waits."""
        for tool in self._tools:
            tool.tell(clean(title, LIMIT), clean(said, LIMIT))


class _Tool(threading.Thread):
    """One address, with a thread of its own: one that does not answer holds no other up."""

    def __init__(self, place: int, address: str, again_s: Sequence[float]) -> None:
        self._called = _called(place, address)
        super().__init__(name=self._called, daemon=True)
        self._tool = _tool(self._called, address)
        self._again_s = again_s
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue(MOST_WAITING)
        self.stopped = threading.Event()

    def join(self, timeout: float | None = None) -> None:
        """As a thread; one that was never started has ended."""
        if self.ident is not None:
            super().join(timeout)

    def tell(self, title: str, said: str) -> None:
        """Let it wait for its turn."""
        try:
            self._waiting.put_nowait((title, said))
        except queue.Full:
            log.warning("%s: %d notices wait already, %s is not sent", self._called, MOST_WAITING, clean(title, 120))

    def run(self) -> None:
        """Send one after another."""
        while not self.stopped.is_set():
            try:
                title, said = self._waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            self._send(title, said)

    def _send(self, title: str, said: str) -> None:
        for wait_s in chain((0.0,), self._again_s):
            if self.stopped.wait(wait_s):
                return
            try:
                if self._tool.notify(body=said, title=title, body_format="text"):
                    return
            except Exception as broken:  # noqa: BLE001 - whatever a tool does wrong, the next one is sent to
                # Some tools raise what their libraries raise, with the address in it.
                log.warning("%s raised %s", self._called, type(broken).__name__)
        log.error("%s did not take a notice, %d times: %s", self._called, len(self._again_s) + 1, clean(title, 120))


def _called(place: int, address: str) -> str:
    """The tool and where it stands in the setting: "notify 2 (slack)"."""
    scheme = address.partition("://")[0]
    return f"notify {place} ({scheme if scheme.isalnum() and len(scheme) <= 20 else 'unknown'})"


def hush() -> None:
    """Keep the addresses of tools, which hold passwords, out of the journal."""
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _tool(called: str, address: str) -> Any:
    from apprise import Apprise  # noqa: PLC0415 - a third of a second, which only rooms that send pay

    hush()
    made = Apprise()
    if not made.add(address):
        raise BadRequest("WARROOM_NOTIFY", f"{called} is no address that Apprise knows: see its list of services")
    return made
