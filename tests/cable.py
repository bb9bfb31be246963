"""A cable between two sides that can be pulled: nothing comes through, and nobody is told.

Plugged in again, all that waited comes at once, as after TCP's own repetitions. It can also be cut: both sides notice.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Connect = Callable[[], socket.socket]


class Cable:
    """Listens on ``port`` and passes everything on to whoever ``connect`` gives."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._through = threading.Event()
        self._through.set()
        self._is_whole = True
        self._ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    def pull(self) -> None:
        """From now on nothing comes through, in either direction, and nothing is closed."""
        self._through.clear()

    def plug(self) -> None:
        """Everything comes through, and what has waited comes now."""
        self._through.set()

    def cut(self) -> None:
        """Hang up on everybody, and on whoever comes."""
        self._is_whole = False
        self._hang_up()

    def mend(self) -> None:
        """Take connections again."""
        self._is_whole = True

    def close(self) -> None:
        """The end."""
        self._is_whole = False
        self._through.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._hang_up()

    def _hang_up(self) -> None:
        for end in list(self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=[near], daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            if not self._is_whole:
                return
            with self._connect() as far:
                self._ends |= {near, far}
                back = threading.Thread(target=self._pass, args=[far, near], daemon=True)
                back.start()
                self._pass(near, far)
                back.join()
                self._ends -= {near, far}

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self._through.wait()
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def cable_to(connect: Connect) -> Iterator[Cable]:
    """A cable that is there until the end of the block."""
    cable = Cable(connect)
    try:
        yield cable
    finally:
        cable.close()
