"""A proxy between senders and a server that cuts connections, swallows ends, and dawdles, by chance."""

from __future__ import annotations

import contextlib
import random
import selectors
import socket
import threading
import time
from collections.abc import Iterator


class FaultyProxy:
    """Listens on ``port`` and passes on to ``behind``, until ``close``. ``cut`` counts the connections it has cut."""

    def __init__(self, behind: tuple[str, int], seed: int) -> None:
        self._behind = behind
        self._chance = random.Random(seed)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut = 0
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Take no more connections, and wait for those that there are."""
        # Closing alone would leave the thread waiting in accept.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join(10)
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            # Drawn here, in the one thread that accepts.
            patience = self._chance.choice((300, 2_000, 10_000, 40_000))
            fate = self._chance.randrange(patience), self._chance.random() < 0.5, self._chance.choice((0, 0, 0.02))
            thread = threading.Thread(target=self._pass, args=(client, *fate), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _pass(self, client: socket.socket, left: int, resets: bool, pause_s: float) -> None:
        """Pass ``left`` bytes on, both ways together, and then cut: with a reset, or as if the cable were pulled."""
        with client, contextlib.suppress(OSError), socket.create_connection(self._behind, 10) as server:
            for source, target, data in _heard(client, server):
                time.sleep(pause_s)
                if not data:
                    return
                target.sendall(data[:left])
                left -= len(data)
                if left <= 0:
                    self.cut += 1
                    if resets:
                        linger = b"\1\0\0\0\0\0\0\0"
                        for end in (source, target):
                            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    return


def _heard(client: socket.socket, server: socket.socket) -> Iterator[tuple[socket.socket, socket.socket, bytes]]:
    """What comes from either side: from whom, for whom, and the bytes; none at its end."""
    with selectors.DefaultSelector() as selector:
        selector.register(client, selectors.EVENT_READ, server)
        selector.register(server, selectors.EVENT_READ, client)
        while ready := selector.select(30):
            for key, _ in ready:
                source = key.fileobj
                assert isinstance(source, socket.socket)
                yield source, key.data, source.recv(65_536)
