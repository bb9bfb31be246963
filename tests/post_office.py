"""A mail server that speaks SMTP (RFC 5321), as much of it as a client needs that sends, for tests that send mail."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from typing import Any


@dataclass
class PostOffice:
    """Its port, what came, to whom, and how often it is to refuse a recipient before it takes one."""

    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    refusals: int = 0


class Talk(socketserver.StreamRequestHandler):
    """A connection of one client."""

    def __init__(self, office: PostOffice, *connection: Any) -> None:
        self._office = office
        super().__init__(*connection)

    def handle(self) -> None:
        self._say("220 office.example")
        while line := self.rfile.readline().decode("utf-8").strip():
            verb = line.partition(" ")[0].upper()
            self._answer(verb, line)
            if verb == "QUIT":
                return

    def _answer(self, verb: str, line: str) -> None:
        office = self._office
        if verb == "RCPT" and office.refusals:
            office.refusals -= 1
            self._say("550 nobody of that name")
            return
        if verb == "RCPT":
            office.to.append(line.partition("<")[2].partition(">")[0])
        if verb == "DATA":
            self._say("354 go on")
            office.came.append(self._message())
        self._say("250 8BITMIME" if verb == "EHLO" else "221 bye" if verb == "QUIT" else "250 ok")

    def _message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            # A dot at the beginning of a line was doubled on its way.
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(message, EmailMessage)
        return message

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """One, for as long as this is open."""
    office = PostOffice()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), partial(Talk, office)) as server:
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield office
        server.shutdown()
        thread.join()
