"""The CooRTweet door: ``warroom import coortweet FILE`` reads what the R package CooRTweet found.

Either the table of ``detect_groups`` (1.x: ``detect_coordinated_groups``), one row for each two posts of one object
within the time window, or the edges of ``generate_coordinated_network`` (1.x: ``generate_network``) as a table of
``igraph::as_data_frame`` or as GraphML. A link weighs as many rows as its two accounts have, as in the package itself.
"""

from __future__ import annotations

from pathlib import Path

from app.errors import BadRequest
from app.ingest._coacting import UNKNOWN_PLATFORM, Coaction, Refusal, epoch, moment_of
from app.ingest._graphml import Element, read_graphml
from app.ingest._sheet import Row, columns_of, table

DOOR = "coortweet"
SOURCE = "//detectors.example/coortweet"
CO_SHARE = "co_share"
SIMILAR_TEXT = "similar_text"

PAIRS = (("account_id", "account_id_y"), ("id_user", "id_user_y"))
"""Columns of the two accounts: since 2.0, and before."""

ENDS = ("from", "to")
WEIGHTS = ("weight", "weight_full", "weight_1")
"""Columns of an edge's weight: alone, beside that of a narrower window, and as igraph names it between versions."""


def read_coortweet(file: Path, *, at: str = "", platform: str = UNKNOWN_PLATFORM) -> Coaction:
    """What the package found. Raises BadRequest when the file is none of its forms, OSError where it cannot be read.

    ``at`` is the time of the records, without it when the file was written: results say only how far apart posts were.
    """
    found = Coaction(SOURCE, platform, moment_of(at) if at else epoch(file.stat().st_mtime))
    raw = file.read_bytes()
    if raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        _read_graph(raw, found)
    else:
        _read_table(raw, found)
    return found


def _read_table(raw: bytes, found: Coaction) -> None:
    heading, rows = table(raw)
    columns = columns_of(heading)
    pair = next((pair for pair in PAIRS if all(name in columns for name in pair)), None)
    weight = next((columns[name] for name in WEIGHTS if name in columns), None)
    signal = SIMILAR_TEXT if "similarity_score" in columns else CO_SHARE
    if pair is None and (weight is None or not all(name in columns for name in ENDS)):
        raise BadRequest("heading", "neither account_id and account_id_y nor from, to and weight are among the columns")
    ends = pair or ENDS
    for row in rows:
        where = f"line {row.line}"
        if row.fault:
            found.refused.append(Refusal(where, row.fault))
        elif not row.is_blank:
            a, b = (_known(row, columns[name]) for name in ends)
            found.link(a, b, signal, 1 if pair else row.cell(weight), where, add=pair is not None)


def _read_graph(raw: bytes, found: Coaction) -> None:
    """Nodes come before edges or behind them; igraph numbers them and keeps the account's id as ``name``."""
    accounts: dict[str, str] = {}
    edges: list[Element] = []

    def take(element: Element) -> None:
        if element.ends is None:
            accounts[element.id] = element.said.get("name", element.id)
        else:
            edges.append(element)

    read_graphml(raw, take)
    for edge in edges:
        a, b = (accounts.get(end, end) for end in edge.ends or ("", ""))
        weight = next((edge.said[name] for name in WEIGHTS if name in edge.said), "")
        found.link(a, b, CO_SHARE, weight, f"line {edge.line}")


def _known(row: Row, place: int) -> str:
    """The cell of a column; R writes ``NA`` where it knows nothing."""
    cell = row.cell(place)
    return "" if cell == "NA" else cell
