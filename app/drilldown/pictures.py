"""The pictures of networks' graphs, kept: drawn when first looked at, and anew only when the graph has changed.

A picture is drawn before anything is locked, and kept where it can be: who cannot write sees it all the same.
"""

from __future__ import annotations

import logging
import threading

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from app import tables as t
from app.database import Database
from app.errors import Unavailable
from app.graph import Graph, Picture, laid_out
from app.rows import upsert

log = logging.getLogger(__name__)


class Pictures:
    """The pictures that a database keeps. One is drawn at a time: a large one takes a second of a whole processor."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._drawing = threading.Lock()

    def of(self, network: str, graph: Graph) -> Picture:
        """The picture of a network's graph: the one that is kept, carried on where the graph has changed since."""
        digest = graph.digest
        with self._drawing:
            kept = self._kept(network)
            if kept is not None and kept[0] == digest:
                return kept[1]
            drawn = laid_out(graph, kept[1] if kept else None)
        try:
            with self._database.write() as connection:
                keep(connection, network, digest, drawn)
        except (SQLAlchemyError, Unavailable) as refused:
            log.warning("the picture of a graph could not be kept: %s", refused)
        return drawn

    def _kept(self, network: str) -> tuple[bytes, Picture] | None:
        with self._database.read() as connection:
            row = connection.execute(select(t.graph_positions).where(t.graph_positions.c.network == network)).first()
        return None if row is None else (bytes(row.digest), Picture.decoded(bytes(row.positions)))


def keep(connection: Connection, network: str, digest: bytes, picture: Picture) -> None:
    """Keep a picture as that of the graph with this digest, instead of an older one."""
    upsert(
        connection,
        t.graph_positions,
        [{"network": network, "digest": digest, "positions": picture.encoded()}],
    )
