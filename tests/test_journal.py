"""The program's own log: one line a message, whatever is quoted in it, and nothing that commands a terminal."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from app.journal import keep_journal

HOSTILE = "name\n2026-01-01 all is well\r\x1b[2J\u202e"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers = handlers
    root.setLevel(level)


def test_message_for_programs_is_one_line_of_json() -> None:
    out = io.StringIO()
    keep_journal(stream=out)
    logging.getLogger("tests").warning("could not take %s", HOSTILE)
    (line,) = out.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["logger"]) == (f"could not take {HOSTILE}", "warning", "tests")


def test_fault_is_in_the_same_line() -> None:
    out = io.StringIO()
    keep_journal(stream=out)
    try:
        _ = 1 / len("")
    except ZeroDivisionError:
        logging.getLogger("tests").exception("a fault")
    (line,) = out.getvalue().splitlines()
    assert "ZeroDivisionError" in json.loads(line)["exception"]


def test_message_on_a_terminal_cannot_command_it() -> None:
    out = Terminal()
    keep_journal(stream=out)
    logging.getLogger("tests").warning("could not take %s", HOSTILE)
    assert len(out.getvalue().splitlines()) == 1
    assert "\x1b" not in out.getvalue()
    assert "\u202e" not in out.getvalue()
