"""The indicator door: ``warroom import indicators FILE…`` reads a publisher's indicator files, one network a file.

Figures in prose become one statement of the network, social profiles its assets, everything else indicators. A cell
that cannot be taken over is refused and named with file, line, column and reason; nothing is guessed, and nothing good
beside it is lost. Ids follow from the file alone, so that importing it again adds nothing.
"""

from __future__ import annotations

from app.ingest._indicator_file import SOURCE, IndicatorFile, RefusedCell, read_indicator_file
from app.ingest._intake import Tally
from app.ingest.file import Destination, pour_events

__all__ = ["DOOR", "SOURCE", "IndicatorFile", "RefusedCell", "pour_indicators", "read_indicator_file"]

DOOR = "indicators"


def pour_indicators(name: str, raw: bytes, destination: Destination) -> tuple[Tally, IndicatorFile]:
    """Send the records of one file; those that are refused on the way are named by their cell in ``refused``.

    Raises BadRequest when it is no file of this kind at all, and as ``pour`` does.
    """
    found = read_indicator_file(name, raw)
    tally = pour_events((made.event for made in found.made), destination)
    for verdict in tally.named:
        made = found.made[verdict.index]
        what = f"{made.event['type']}: {verdict.field}: {verdict.reason}"
        found.refused.append(RefusedCell(name, made.line, made.column or "file", what))
    found.refused.sort(key=lambda cell: cell.line)
    return tally, found
