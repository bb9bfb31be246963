"""Indicator files held against the room: ``python -m tools.published FOLDER``.

Imports every CSV file below a folder into a room of its own, through the door, and prints for each file every cell that
seems to give a figure beside what the room now says, then every refused cell with file and line. Cells with figures are
found here by a rule of its own, so that one which the importer overlooks is seen. Then everything is imported again.
Ends with 1 where the room says nothing to a cell that was found, or where importing again adds anything.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console

from app.board import Board
from app.clock import SystemClock
from app.commands.records import Operator
from app.database import Database
from app.errors import BadRequest
from app.ingest._sheet import columns_of, table
from app.ingest.file import ToWriter
from app.ingest.indicators import IndicatorFile, pour_indicators
from app.migrating import upgrade
from app.records import RecordParser
from app.safetext import terminal
from app.vocabulary import Scope, Watch
from app.wording import plain
from app.writer import Writer

KEY = bytes(32)
WATCH = Watch(first_day=0)
WIDTH = 60

_SEEMS_A_FIGURE = re.compile(
    r"^\W*(?:[a-z]+\s){0,2}(?:\$?\d[\d.,]*|no)\s(?:\S+\s)?(?:ac+ounts?|pages?|groups?|usd|in)\b|\$\s?\d", re.IGNORECASE
)
"""A few words, a number, and what was counted; or an amount of dollars."""

OUT = Console(highlight=False, soft_wrap=True)


class PublishedRoom:
    """A room of its own, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(f"sqlite:///{folder / 'published.db'}")
        upgrade(self._database)
        self._writer = Writer(self._database, key=KEY, clock=SystemClock())
        self.door = ToWriter(RecordParser(KEY), self._writer, Operator())
        self._board = Board()

    def says(self, network: str) -> dict[tuple[str, str], str]:
        """What the room says of a network, by part of a statement and surface."""
        with self._database.read() as connection:
            self._board.refresh(connection)
        scope, now = Scope(network=(network,)), SystemClock().now()
        counts = self._board.networks[network].assets_figure
        said = {("assets", str(surface)): plain(count.figure) for surface, count in counts.items()}
        reach = self._board.measure("reach", scope, now=now, watch=WATCH)
        said |= {("reach", line["surface"]): line["figure"]["text"] for line in reach["surfaces"]}
        spend = self._board.measure("spend", scope, now=now, watch=WATCH)
        return said | {("spend", ""): ", ".join(map(_money, spend["currencies"]))}

    def close(self) -> None:
        """Stop writing."""
        self._writer.close()
        self._database.close()


def _money(line: dict[str, Any]) -> str:
    paid = ", ".join(line.get("paid_in") or ())
    how = f" (paid {'mostly ' if line.get('mostly') else ''}in {paid})" if paid else ""
    return f"{line['figure']['text']}{how}"


def _hold(found: IndicatorFile, raw: bytes, said: dict[tuple[str, str], str]) -> int:
    """Print every cell that seems to give a figure beside what the room says. Returns how many it says nothing to."""
    heading, rows = table(raw)
    place = columns_of(heading)["indicator"]
    lines = {line: key for key, line in found.stated.items()}
    unsaid = 0
    for row in rows:
        cell = " ".join(row.cell(place).split())
        key = lines.get(row.line)
        if key is None and not _SEEMS_A_FIGURE.search(cell):
            continue
        held = f"{' '.join(key).strip()}: {said.get(key, '')}" if key else _other(cell, found, row.line)
        unsaid += not held
        OUT.print(terminal(f"  line {row.line} | {cell[:WIDTH]} | {held or 'NOTHING'}"), markup=False)
    return unsaid


def _other(cell: str, found: IndicatorFile, line: int) -> str:
    """What else became of a cell: said again, refused, or kept as a text."""
    words = {" ".join(text.split()) for text in found.statement.get("definitions", {}).values()}
    if cell in words:
        return "(said already)"
    if any(refused.line == line for refused in found.refused):
        return "(refused)"
    return ""


def main() -> int:
    """Import, compare, import again."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    asked.add_argument("folder", type=Path)
    files = sorted(asked.parse_args().folder.rglob("*.csv"))
    wrong = cells = again = 0
    with tempfile.TemporaryDirectory() as folder:
        room = PublishedRoom(Path(folder))
        for file in files:
            raw = file.read_bytes()
            try:
                tally, found = pour_indicators(file.name, raw, room.door)
            except BadRequest as why:
                OUT.print(terminal(f"{file.name}:1: {why}"), style="red", markup=False)
                continue
            OUT.print(terminal(f"{file.name}: {tally.accepted:,} accepted, {tally.refused:,} refused"), style="bold")
            wrong += _hold(found, raw, room.says(found.network.id))
            for cell in found.refused:
                text = f"  {cell.file}:{cell.line}: {cell.column}: {cell.reason}"
                OUT.print(terminal(text), style="red", markup=False)
            cells += len(found.refused)
            again += pour_indicators(file.name, raw, room.door)[0].accepted
        room.close()
    OUT.print(
        f"{len(files)} files, {cells:,} cells refused, {wrong:,} figures not said, {again:,} added by a second run"
    )
    return int(bool(wrong or again))


if __name__ == "__main__":
    sys.exit(main())
