"""A room on a database that is emptied between cases, so that a thousand of them take a minute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete

from app import log
from app import tables as t
from app.board import Board
from app.database import Database
from app.log import Answer, Entry
from app.projection import apply
from app.records import Record
from app.vocabulary import Scope, Surface, Watch
from tests.event_mixes import Sending
from tests.recount import Known
from tests.recount_figures import Figures
from tests.recount_form import board_form, differences, form
from tests.recount_log import kept
from tests.recount_networks import facts

KEY = b"key of the recount".ljust(32, b".")


class Room:
    """The log and its views on one database, and a board that follows them."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.database = Database(url)
        t.metadata.create_all(self.database.engine)

    def close(self) -> None:
        """Give the database back."""
        self.database.close()

    def told(self, sending: Sending, *, follow: bool = True) -> Told:
        """A fresh log to which everything was sent. The board follows every batch, or reads all of it at the end."""
        with self.database.write() as connection:
            for table in (*t.VIEWS, t.log, t.head):
                connection.execute(delete(table))
        told = Told(self.database, sending.may_withdraw_any)
        told.send(sending.batches, follow=follow)
        return told


class Told:
    """A log as it grows. ``arrivals`` is everything that was sent to it, again and again."""

    def __init__(self, database: Database, may_withdraw_any: bool) -> None:
        self.database = database
        self.board = Board()
        self.may_withdraw_any = may_withdraw_any
        self.arrivals: list[tuple[int, Record]] = []
        self.answers: list[Answer] = []

    def send(self, batches: Iterable[tuple[int, Sequence[Record]]], *, follow: bool = True) -> None:
        """Append batches, each at its instant, in one transaction."""
        with self.database.write() as connection:
            for now, batch in batches:
                self._append(connection, now, batch)
                if follow:
                    self.board.refresh(connection)
            self.board.refresh(connection)

    def _append(self, connection: Connection, now: int, batch: Sequence[Record]) -> None:
        answers, entries = log.append(
            connection, batch, key=KEY, now=now, principal="tests", may_withdraw_any=self.may_withdraw_any
        )
        apply(connection, entries)
        self.answers += answers
        self.arrivals += [(now, record) for record in batch]

    @property
    def entries(self) -> list[Entry]:
        """What the log must hold, by what arrived."""
        return kept(self.arrivals, may_withdraw_any=self.may_withdraw_any)

    def figures(self, scopes: Iterable[Scope], now: int, watch: Watch) -> list[dict[str, Any]]:
        """What the product answers for each scope."""
        return [form(self.board.measures(scope, now=now, watch=watch)) for scope in scopes]

    def agree(self, scopes: Sequence[Scope], now: int, watch: Watch) -> None:
        """Compare everything that the product says with the recount. Raises AssertionError where they differ."""
        entries = self.entries
        known = Known(entries)
        found = list(differences(board_form(self.board), facts(known), "board"))
        for scope, said in zip(scopes, self.figures(scopes, now, watch), strict=True):
            found += differences(said, Figures(known, scope, now, watch).all(), f"{scope}")
        found += [
            f"reach_of {id}: {said} instead of {again}"
            for id in known.networks
            for said, again in [self._reach_of(known, id, now, watch)]
            if said != again
        ]
        assert not found, "\n" + "\n".join(found)

    def _reach_of(self, known: Known, id: str, now: int, watch: Watch) -> tuple[Any, Any]:
        again = Figures(known, Scope(network=(id,)), now, watch).reach()["surfaces"]
        said = {
            surface: self.board.reach_of([id], Surface.parse(surface))
            for surface in {*again, "facebook:page", "x:account"}
        }
        return {surface: reach.assets for surface, reach in said.items() if reach is not None}, {
            surface: reach["assets"] for surface, reach in again.items()
        }
