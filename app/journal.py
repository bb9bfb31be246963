"""The program's own log: one line a message whatever is quoted in it; JSON where no terminal reads along."""

from __future__ import annotations

import logging
import sys
from typing import IO

import structlog

from app.safetext import terminal

_STEPS: list[structlog.types.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class _ForPeople(logging.Formatter):
    """``12:03:44 warning app.writer: the log cannot be written``, and under it where a fault came from."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line without anything that could command a terminal."""
        return terminal(super().formatMessage(record))


def keep_journal(level: int = logging.INFO, stream: IO[str] | None = None) -> None:
    """Write the program's log to ``stream`` (standard error) from here on."""
    out = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(out)
    if out.isatty():
        handler.setFormatter(_ForPeople())
    else:
        render = structlog.processors.JSONRenderer()
        remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
        processors: list[structlog.types.Processor] = [remove, structlog.processors.format_exc_info, render]
        handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=processors, foreign_pre_chain=_STEPS))
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # What these say at every step is for those who work on them.
    for name in ("alembic", "httpcore2", "httpx2", "httpcore", "httpx", "uvicorn.error", "websockets"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
