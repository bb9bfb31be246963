"""The coordination door: ``warroom import coordination FILE`` reads what coordination-network-toolkit found.

Its edge list and GraphML as it exports them, or its database, where all networks that were computed are read at once.
Edges become links, their ends assets, and accounts that hang together a network. Ids follow from what stands in the
file and from the time, so that importing it again adds nothing.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from app.errors import BadRequest
from app.ingest._coacting import UNKNOWN_PLATFORM, Coaction, Refusal, epoch, moment_of
from app.ingest._graphml import Element, read_graphml
from app.ingest._sheet import columns_of, table

DOOR = "coordination"
SOURCE = "//detectors.example/coordination-network-toolkit"

SIGNALS = ("co_retweet", "co_tweet", "co_reply", "co_link", "co_similar_tweet", "co_post")
"""The networks that the toolkit computes. Each is a table of its database, named with ``_network`` behind it."""

_SQLITE = b"SQLite format 3\0"


def read_coordination(
    file: Path, nodes: Path | None = None, *, at: str = "", platform: str = UNKNOWN_PLATFORM
) -> Coaction:
    """What the toolkit found. Raises BadRequest when a file is none of its forms, OSError where it cannot be read.

    ``at`` is the time of the records. Without it that is the newest message of a database, else when the file was
    written: exports say nothing of time.
    """
    found = Coaction(SOURCE, platform, moment_of(at) if at else epoch(file.stat().st_mtime))
    with file.open("rb") as opened:
        head = opened.read(64)
    if head.startswith(_SQLITE):
        _read_database(file, found, keep_time=bool(at))
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        read_graphml(file.read_bytes(), lambda element: _take(element, found))
    else:
        _read_edges(file.read_bytes(), found)
    if nodes is not None:
        _read_nodes(nodes.read_bytes(), found)
    return found


def _read_edges(raw: bytes, found: Coaction) -> None:
    heading, rows = table(raw)
    columns = columns_of(heading)
    if missing := [name for name in ("source", "target", "weight", "edge_type") if name not in columns]:
        raise BadRequest(
            "heading", f"this is no edge list of the toolkit: {', '.join(missing)} is missing. Give nodes with --nodes"
        )
    for row in rows:
        where = f"line {row.line}"
        if row.fault:
            found.refused.append(Refusal(where, row.fault))
        elif not row.is_blank:
            a, b, weight, signal = (row.cell(columns[name]) for name in ("source", "target", "weight", "edge_type"))
            found.link(a, b, signal, weight, where)


def _read_nodes(raw: bytes, found: Coaction) -> None:
    """The user names of accounts. The file lists every account that ever wrote; those without a link are no assets."""
    heading, rows = table(raw)
    columns = columns_of(heading)
    if missing := [name for name in ("id", "username") if name not in columns]:
        raise BadRequest("nodes", f"this is no node list of the toolkit: {', '.join(missing)} is missing")
    for row in rows:
        if row.fault:
            found.refused.append(Refusal(f"nodes, line {row.line}", row.fault))
        elif not row.is_blank:
            found.names[row.cell(columns["id"])] = row.cell(columns["username"])


def _take(element: Element, found: Coaction) -> None:
    if element.ends is None:
        found.names[element.id.strip()] = element.said.get("username", "").strip()
        return
    signal, weight = element.said.get("edge_type", ""), element.said.get("weight", "")
    found.link(*element.ends, signal, weight, f"line {element.line}")


def _read_database(file: Path, found: Coaction, *, keep_time: bool) -> None:
    try:
        with _opened(file) as database:
            tables = {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
            computed = [signal for signal in SIGNALS if f"{signal}_network" in tables]
            if not computed or "edge" not in tables:
                raise BadRequest("body", "no network was computed in this database: run the toolkit's compute first")
            for signal in computed:
                # A name out of SIGNALS, never one from outside.
                rows = database.execute(f"select user_1, user_2, weight from {signal}_network")  # noqa: S608
                for place, (a, b, weight) in enumerate(rows, 1):
                    found.link(_text(a), _text(b), signal, weight, f"{signal}_network, row {place}")
            found.names.update(
                (_text(id), _text(name))
                for id, name in database.execute("select user_id, max(username) from edge group by user_id")
            )
            ((newest,),) = database.execute("select max(timestamp) from edge")
    except sqlite3.Error as broken:
        raise BadRequest("body", f"this is no database of the toolkit: {broken}") from broken
    if not keep_time and isinstance(newest, int | float) and newest > 0:
        with contextlib.suppress(ValueError):
            found.at = epoch(newest)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A database that is only read. Without a journal beside it nothing is even locked: the folder may be read-only."""
    journal = file.with_name(file.name + "-wal")
    has_journal = journal.exists() and journal.stat().st_size > 0
    mode = "mode=ro" if has_journal else "mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(f"file:{quote(str(file.resolve()))}?{mode}", uri=True)) as database:
        database.execute("pragma trusted_schema = off")
        database.execute("pragma query_only = on")
        yield database


def _text(value: object) -> str:
    """The text of a cell; the toolkit keeps ids as numbers or as text, as they came."""
    return str(value) if isinstance(value, str | int) else ""
