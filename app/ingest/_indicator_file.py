"""One indicator file on its way into records: a network, one statement of its figures, its assets and indicators.

Each row is tactic, technique, procedure, indicator and, in some files, a comment. What the cell under "Indicator" is
follows from how it is written; the procedure says on which platform, where the cell does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.errors import BadRequest
from app.ingest._disclosed import Json, Unreadable
from app.ingest._handles import Handle, asset_id, digest, handle_of, platform_of
from app.ingest._named_file import Named, read_name
from app.ingest._prose import Stated, said_count, said_reach, said_spend
from app.ingest._refanged import DEFANGED, Address, address_of, phone_of
from app.ingest._sheet import Row, columns_of, table
from app.ingest._takedown import BY
from app.vocabulary import TYPE_PREFIX, IndicatorKind, RecordType

SOURCE = "//disclosures.example/indicators"
TEXT_LIMIT = 4_000
"""Characters of a text in a record."""

_COMMENTS = re.compile(r"comm\w*|notes?|remarks?")
"""Names of the column with comments: the files do not agree, and one of them has a slip of the pen in it."""

_OWN = re.compile(
    r"0\.\d|6\.2|.*\b(?:acquiring (?:social|facebook|instagram)|likely fake|fake accounts)\b", re.IGNORECASE
)
"""Techniques that name the network's own assets. Under any other, an account may be a victim's or a bystander's."""

_ACQUIRED = re.compile(r"\s*(?:0\.\d|$)|.*\bacquiring\b", re.IGNORECASE)
"""Procedures under which a count is that of the network's own assets, and no other accounts are meant."""

_FIGURES_ONLY = re.compile(r".*acquiring (?:facebook assets|instagram accounts|threads accounts)", re.IGNORECASE)
_AUDIENCE = re.compile(r"\bacquiring\b.*\b(?:followers|members)\b", re.IGNORECASE)
_AT_NAME = re.compile(r"@(\w[\w.-]{0,99})")
_SPACE_INSIDE = re.compile(r"\S+[ \t\u00a0]+\S")
_NUMBER_OF = re.compile(r"\d[\d.,]*\s+(?:\w+\s+)?(?:accounts?|pages?|groups?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A cell that was not taken over: the line its row begins on, its column, and why."""

    file: str
    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Made:
    """One CloudEvents record, and the cell that it was made from (line 0: the file as a whole)."""

    event: Json
    line: int
    column: str


@dataclass(slots=True)
class IndicatorFile:
    """What a file says: its network, the records made from it, and the cells that were refused.

    ``stated`` maps each figure (part and surface) to the line it stands on; ``unfilled`` counts rows that name a
    procedure and no indicator.
    """

    name: str
    network: Named
    made: list[Made] = field(default_factory=list)
    refused: list[RefusedCell] = field(default_factory=list)
    stated: dict[tuple[str, str], int] = field(default_factory=dict)
    statement: Json = field(default_factory=dict)
    unfilled: int = 0


def read_indicator_file(name: str, raw: bytes) -> IndicatorFile:
    """The records of one file. Raises BadRequest when it is no file of this kind at all."""
    heading, rows = table(raw)
    columns = columns_of(heading)
    place = columns.get("indicator", columns.get("indicators"))
    if place is None:
        raise BadRequest("heading", f"there is no column Indicator among {', '.join(heading)[:200]!r}")
    found = IndicatorFile(name, read_name(name))
    _Reading(found, heading, columns, place).read(rows)
    return found


class _Reading:
    """The rows of one file on their way into records."""

    def __init__(self, found: IndicatorFile, heading: list[str], columns: dict[str, int], indicator: int) -> None:
        self._found = found
        self._heading = heading
        self._indicator = indicator
        self._words = {name: columns.get(name) for name in ("tactic", "technique", "procedure")}
        self._comment = next((place for name, place in columns.items() if _COMMENTS.fullmatch(name)), None)
        self._figures: Json = {"by": BY}
        self._seen: set[str] = set()

    def read(self, rows: Iterable[Row]) -> None:
        """Take in every row, and make the one statement of all figures."""
        network = self._found.network
        for word in network.unread:
            self._found.refused.append(RefusedCell(self._found.name, 0, "file name", f"{word[:80]!r} is no country"))
        reported = {
            "code_name": network.code_name,
            "title": network.title,
            "origins": network.origins,
            "targets": network.targets,
            # Not in the record format, kept in the log for whoever asks where this came from.
            "file": network.file,
        }
        self._make("reported", RecordType.NETWORK_REPORTED, network.id, reported)
        place = len(self._found.made)
        for row in rows:
            self._row(row)
        if len(self._figures) > 1:
            self._make("stated", RecordType.STATEMENT_MADE, network.id, self._figures)
            self._found.made.insert(place, self._found.made.pop())
            self._found.statement = self._figures

    def _row(self, row: Row) -> None:
        if row.fault:
            self._refuse(row, "row", row.fault)
        if row.fault or row.is_blank:
            return
        cell = row.cell(self._indicator)
        if not cell:
            # The heading of a section, or a procedure that was seen without anything to show for it.
            self._found.unfilled += any(row.cell(place) for place in self._words.values())
            return
        try:
            self._cell(row, cell)
        except Unreadable as why:
            self._refuse(row, self._heading[self._indicator], str(why))

    def _cell(self, row: Row, cell: str) -> None:
        where = f"{row.cell(self._words['technique'])} {row.cell(self._words['procedure'])}"
        if figures := self._read_figures(cell, row.cell(self._words["procedure"]) or where):
            for stated in figures:
                self._state(row, cell, stated)
            return
        addresses, rest = _addresses(cell, where)
        if not addresses and _FIGURES_ONLY.match(row.cell(self._words["procedure"])):
            raise Unreadable(f"{cell[:80]!r} states no figure that can be read")
        if not addresses:
            addresses, rest = [Address(IndicatorKind.TEXT, cell)], ""
        for address in addresses:
            self._observe(row, cell, address, rest)

    def _read_figures(self, cell: str, where: str) -> list[Stated]:
        one = (said_count(cell, where) if _ACQUIRED.match(where) else None) or said_spend(cell)
        figures = [one] if one else said_reach(cell, where)
        if not figures and _AUDIENCE.search(where) and _NUMBER_OF.search(cell):
            raise Unreadable(f"{cell[:80]!r} states a figure in words that are not known here")
        return figures

    def _state(self, row: Row, cell: str, stated: Stated) -> None:
        """Add a figure to the one statement. The same figure said again is one; another one is refused."""
        key = (stated.part, stated.surface)
        held = self._figures.get(stated.part)
        held = held.get(stated.surface) if stated.surface and isinstance(held, dict) else held
        if held is not None and key in self._found.stated:
            if held != stated.figure:
                line = self._found.stated[key]
                raise Unreadable(f"{cell[:80]!r} is another figure than line {line} gives for {' '.join(key).strip()}")
            return
        self._found.stated[key] = row.line
        if stated.surface:
            self._figures.setdefault(stated.part, {})[stated.surface] = stated.figure
        else:
            self._figures[stated.part] = stated.figure
        # Not in the record format, kept in the log for whoever asks what exactly was said.
        self._figures.setdefault("definitions", {})[":".join(key).rstrip(":")] = cell[:TEXT_LIMIT]

    def _observe(self, row: Row, cell: str, address: Address, rest: str) -> None:
        where = f"{row.cell(self._words['technique'])} {row.cell(self._words['procedure'])}"
        network = self._found.network.id
        if len(address.value) > TEXT_LIMIT:
            raise Unreadable(f"has {len(address.value):,} characters: at most {TEXT_LIMIT:,} can be taken")
        texts = {name: self._text(row, place) for name, place in self._words.items()}
        comment = "\n".join(filter(None, (rest, self._text(row, self._comment))))
        handle = _handle(address, where)
        if handle is not None and _OWN.match(where.strip()):
            asset = {
                "network": network,
                "platform": handle.platform,
                "kind": handle.kind,
                "handle": handle.name,
                "url": address.value if address.kind is IndicatorKind.URL else "",
            }
            if self._is_new("asset", handle.asset):
                self._make(f"asset/{digest(handle.asset)}", RecordType.ASSET_DETECTED, handle.asset, asset, row)
        kind = IndicatorKind.USER_ACCOUNT if handle is not None else address.kind
        data: Json = {
            "kind": kind.value,
            "value": address.value,
            "network": network,
            "asset": handle.asset if handle is not None and _OWN.match(where.strip()) else "",
            **texts,
            "comment": comment[:TEXT_LIMIT],
            # Not in the record format, kept in the log.
            "as_written": cell[:TEXT_LIMIT],
        }
        # One id for each sighting: that two of them are of the same thing is told by kind and value.
        seen = digest(*data.values())
        if self._is_new("indicator", seen):
            self._make(f"indicator/{seen}", RecordType.INDICATOR_OBSERVED, f"{kind}:{seen}", data, row)

    def _text(self, row: Row, place: int | None) -> str:
        """The text of another column. One that is too long is refused by itself; what stands beside it goes on."""
        text = row.cell(place)
        if len(text) <= TEXT_LIMIT:
            return text
        reason = f"has {len(text):,} characters: at most {TEXT_LIMIT:,} can be taken"
        self._refuse(row, self._heading[place or 0], reason)
        return ""

    def _is_new(self, *what: str) -> bool:
        key = "\0".join(what)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _refuse(self, row: Row, column: str, reason: str) -> None:
        self._found.refused.append(RefusedCell(self._found.name, row.line, column, reason))

    def _make(self, part: str, type: RecordType, subject: str, data: Json, row: Row | None = None) -> None:
        network = self._found.network
        event = {
            "specversion": "1.0",
            "id": f"{network.id}/{part}",
            "source": SOURCE,
            "type": TYPE_PREFIX + type,
            "subject": subject,
            "time": f"{network.day}T00:00:00Z",
            "data": {name: value for name, value in data.items() if value not in (None, [], {}, "")},
        }
        self._found.made.append(Made(event, row.line if row else 0, self._heading[self._indicator] if row else ""))


def _handle(address: Address, where: str) -> Handle | None:
    """Whose account this is. A bare @name is one where the procedure says on which platform."""
    if address.kind is IndicatorKind.USER_ACCOUNT:
        platform, name = platform_of(where), address.value.removeprefix("@")
        kind = "channel" if re.search(r"\bchannels?\b", where, re.IGNORECASE) else "account"
        return Handle(asset_id(platform, kind, name.lower()), platform, kind, name) if platform else None
    return handle_of(address.value) if address.kind is IndicatorKind.URL else None


def _addresses(cell: str, where: str) -> tuple[list[Address], str]:
    """The addresses that a cell begins with, and the remark behind them. Raises Unreadable.

    Divided by commas, semicolons and line ends. An address with white space in it is refused: nobody can say whether
    it is a break that does not belong there, or where the address ends.
    """
    if phone := phone_of(cell) if cell.startswith("+") or "phone" in where.casefold() else None:
        return [phone], ""
    addresses: list[Address] = []
    # A comma may stand within an address, so one divides only before white space, or where there is no path.
    parts = re.split(r"[,;]\s+|\n" if "/" in cell else r"[,;\n]\s*", cell)
    if all(word.startswith("#") for word in cell.split()):
        parts = cell.split()
    for place, part in enumerate(parts):
        word = part.strip().rstrip(",;")
        if not word:
            continue
        if (found := _one(word)) is None:
            return addresses, ", ".join(filter(None, map(str.strip, parts[place:]))) if addresses else ""
        addresses.append(found)
    return addresses, ""


def _one(word: str) -> Address | None:
    if name := _AT_NAME.fullmatch(word):
        return Address(IndicatorKind.USER_ACCOUNT, f"@{name[1]}")
    whole = re.sub(r"\s?([\[({]\s*(?:\.|dot|@|at)\s*[\])}])\s?", r"\1", word)
    if _SPACE_INSIDE.match(whole):
        first = whole.split()[0]
        if "://" in first or (DEFANGED.search(first) and "/" in first) or re.match(r"h(?:xx|tt)ps?\b", first):
            raise Unreadable(f"{word[:80]!r} is an address with white space in it: where it ends cannot be said")
        return None
    return address_of(whole)
