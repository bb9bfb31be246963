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

from app.safetext import clean

MOST_WAITING = 500
"""Notices that wait while a tool does not answer. Beyond them new ones are dropped, and the log says so."""

AGAIN_S = (2.0, 10.0, 60.0)
"""Seconds before one is tried again."""

LIMIT = 1_000

log = logging.getLogger(__name__)


class Notices:
    """Sends to every one of ``addresses``. Raises ValueError for an address that Apprise does not know."""

    def __init__(self, addresses: Sequence[str], again_s: Sequence[float] = AGAIN_S) -> None:
        self._tools = [(_called(place, address), _tool(place, address)) for place, address in enumerate(addresses, 1)]
        self._again_s = again_s
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue(MOST_WAITING)
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Send what is told from now on."""
        if self._tools:
            thread = threading.Thread(target=self._run, name="notices", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """What has not been sent is not sent any more."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(1.0)

    def tell(self, title: str, said: str) -> None:
        """Send it to every tool, in time. Never waits."""
        if not self._tools:
            return
        try:
            self._waiting.put_nowait((clean(title, LIMIT), clean(said, LIMIT)))
        except queue.Full:
            log.warning("%d notices wait already: %s was sent to nobody", MOST_WAITING, clean(title, 120))

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                title, said = self._waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            for name, tool in self._tools:
                self._send(name, tool, title, said)

    def _send(self, name: str, tool: Any, title: str, said: str) -> None:
        for wait_s in chain((0.0,), self._again_s):
            if self._stopped.wait(wait_s):
                return
            try:
                if tool.notify(body=said, title=title, body_format="text"):
                    return
            except Exception as broken:  # noqa: BLE001 - whatever a tool does wrong, the next one is sent to
                # Some tools raise what their libraries raise, with the address in it.
                log.warning("%s raised %s", name, type(broken).__name__)
        log.error("%s did not take a notice, %d times: %s", name, len(self._again_s) + 1, clean(title, 120))


def _called(place: int, address: str) -> str:
    """The tool and where it stands in the setting: "notify 2 (slack)"."""
    scheme = address.partition("://")[0]
    return f"notify {place} ({scheme if scheme.isalnum() and len(scheme) <= 20 else 'unknown'})"


def _tool(place: int, address: str) -> Any:
    from apprise import Apprise  # noqa: PLC0415 - a third of a second, which only rooms that send pay

    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    made = Apprise()
    if not made.add(address):
        raise ValueError(f"{_called(place, address)} is no address that Apprise knows: see its list of services")
    return made
