"""Many assets at once: all or none, what was shown is what comes of it, and undone it is as if it had never been."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import tables as t
from app.board import Board
from app.clock import FixedClock
from app.database import Database
from app.errors import BadRequest, Conflict, NotFound
from app.migrating import upgrade
from app.rebuild import rebuild
from app.review import Decisions, Overtaken, bulk
from app.review.bulk import BULK, MOST, Act, Asked
from app.vocabulary import Scope, Watch
from app.writer import Writer
from tests.event_mixes import END, START, Sending, sendings
from tests.makers import PARSER, asset_detected, asset_removed, network_reported, network_split, records
from tests.recount_form import board_form, differences, form

KEY = bytes(32)
WATCH = Watch(START)


class Desk:
    """Decisions of a room on one database, which is emptied for every case."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        upgrade(self.database)
        self.writer = Writer(self.database, key=KEY, clock=FixedClock(END))
        self.decisions = Decisions(self.database, self.board, self.writer, PARSER, FixedClock(END))
        self.n = 0

    def close(self) -> None:
        self.writer.close()
        self.database.close()

    def board(self) -> Board:
        board = Board()
        with self.database.read() as connection:
            board.refresh(connection)
        return board

    def send(self, said: list[Any]) -> None:
        self.writer.submit(said, door="tests", principal="tests", may_withdraw_any=True).result(30)

    def words(self, ids: list[str], asked: Asked) -> list[Any]:
        with self.database.read() as connection:
            return bulk.words_of(connection, bulk.chosen(connection, ids), asked)

    def done(self, ids: list[str], asked: Asked, seen: dict[str, int] | None = None) -> str:
        self.n += 1
        once = f"{BULK}{self.n:08d}"
        self.decisions.decide(self.words(ids, asked), by="Ann", once=once, seen=seen)
        return once

    def undone(self, once: str) -> None:
        with self.database.read() as connection:
            words = bulk.undo(connection, once)
        self.decisions.decide(words, by="Ann")

    def seen(self) -> dict[str, Any]:
        return seen(self.board())


def seen(board: Board) -> dict[str, Any]:
    """All that a screen could show, but for who sent records."""
    scopes = [Scope(), *(Scope(network=(id,)) for id in sorted(board.networks))]
    figures = {str(scope): form(board.measures(scope, now=END, watch=WATCH)) for scope in scopes}
    return {"board": board_form(board) | {"sources": None}, "figures": figures}


@pytest.fixture
def desk(engine_url: str) -> Iterator[Desk]:
    made = Desk(engine_url)
    yield made
    made.close()


@pytest.fixture
def told(desk: Desk) -> Desk:
    desk.send(
        records(
            [
                network_reported("n1"),
                network_reported("n2"),
                *(asset_detected(f"a{n}", "n1" if n < 4 else "n2", at=START) for n in range(1, 6)),
                asset_removed("a1", at=START),
                asset_detected("alone", None, at=START),
            ]
        )
    )
    return desk


asked_for = st.sampled_from(
    [
        Asked(Act.MOVE, into="n1", why="the same people"),
        Asked(Act.MOVE, into="n9"),
        Asked(Act.REMOVE, wave="third", why="spam"),
        Asked(Act.RESTORE),
        Asked(Act.WITHDRAW),
        Asked(Act.NOTE, text="Looked at."),
    ]
)


@pytest.mark.timeout(900)
def test_what_is_shown_comes_of_it_and_undone_it_leaves_no_trace(desk: Desk) -> None:
    @seed(700)
    @settings(max_examples=12, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(sendings(), asked_for, st.integers(1, 8), st.integers(0, 3))
    def holds(sent: tuple[Sending, Sending, bool], asked: Asked, most: int, skip: int) -> None:
        # What earlier cases sent stays: ids that meet are the more to be mixed up.
        for _, batch in sent[0].batches:
            desk.send(list(batch))
        assets = [row for row in _known(desk) if asked.act is not Act.MOVE or row.home not in ("", asked.into)]
        ids = [row.id for row in assets[skip : skip + most]]
        if not ids or not (words := desk.words(ids, asked)):
            return
        before = desk.seen()
        was, becomes = desk.decisions.suppose(words, by="Ann")
        assert not list(differences(seen(was), before))
        once = desk.done(ids, asked)
        assert not list(differences(desk.seen(), seen(becomes)))
        desk.undone(once)
        assert not list(differences(desk.seen(), before))

    holds()
    with desk.database.write() as connection:
        assert rebuild(connection).differences == []


def _known(desk: Desk) -> list[Any]:

    with desk.database.read() as connection:
        return list(connection.execute(select(t.assets).where(t.assets.c.status != "unknown").order_by(t.assets.c.id)))


def assets_of(desk: Desk, network: str) -> int:
    measured: int = desk.board().measure("detections", Scope(network=(network,)), now=END, watch=WATCH)["assets"][
        "value"
    ]
    return measured


def test_assets_of_several_networks_move_into_a_new_one(told: Desk) -> None:
    told.done(["a1", "a2", "a5"], Asked(Act.MOVE, into="n3"))
    assert [assets_of(told, id) for id in ("n1", "n2", "n3")] == [1, 1, 3]


def test_what_is_there_already_stays(told: Desk) -> None:
    told.done(["a1", "a5"], Asked(Act.MOVE, into="n2"))
    assert [assets_of(told, id) for id in ("n1", "n2")] == [2, 3]


def test_withdrawn_assets_count_as_never_detected(told: Desk) -> None:
    told.done(["a1", "a2"], Asked(Act.WITHDRAW))
    assert assets_of(told, "n1") == 1
    with pytest.raises(BadRequest, match="not known: a1"):
        told.words(["a1", "a3"], Asked(Act.NOTE, text="?"))


def test_undoing_twice_is_told(told: Desk) -> None:
    once = told.done(["a1", "a2"], Asked(Act.WITHDRAW))
    told.undone(once)
    with pytest.raises(Conflict):
        told.undone(once)
    with told.database.read() as connection:
        (done,) = bulk.last_bulks(connection)
        assert (done.once, done.by, done.is_undone) == (once, "Ann", True)


@pytest.mark.parametrize("once", ["", "bulk-none-such", "%", "bulk-'; drop"])
def test_what_was_never_done_is_not_undone(told: Desk, once: str) -> None:
    with pytest.raises(NotFound):
        told.undone(once)


@pytest.mark.parametrize(
    ("ids", "asked", "field"),
    [
        ([], Asked(Act.REMOVE), "assets"),
        (["a1", "none"], Asked(Act.REMOVE), "assets"),
        ([f"x{n}" for n in range(MOST + 1)], Asked(Act.REMOVE), "assets"),
        (["a1"], Asked(Act.MOVE), "into"),
        (["a1"], Asked(Act.MOVE, into="n1"), "into"),
        (["alone"], Asked(Act.MOVE, into="n1"), "assets"),
        (["a1"], Asked(Act.NOTE, text=" "), "text"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(told: Desk, ids: list[str], asked: Asked, field: str) -> None:
    with pytest.raises(BadRequest) as wrong:
        told.words(ids, asked)
    assert wrong.value.field == field


def test_a_network_that_cannot_be_named_so_is_refused_and_nothing_is_said(told: Desk) -> None:
    before = told.board().seq
    with pytest.raises(BadRequest) as wrong:
        told.done(["a1", "a5"], Asked(Act.MOVE, into="no id"))
    assert (wrong.value.field, told.board().seq) == ("into", before)


def test_nothing_is_decided_over_what_somebody_else_decided(told: Desk) -> None:
    seq = told.board().seq
    told.send(records([network_split("n1", "n2", ["a2"], at=START)]))
    with pytest.raises(Overtaken):
        told.done(["a1"], Asked(Act.MOVE, into="n3"), seen={"n1": seq, "n3": seq})


def test_the_same_form_twice_is_one_decision(told: Desk) -> None:
    words = told.words(["a1", "a2"], Asked(Act.NOTE, text="Looked at."))
    first = told.decisions.decide(words, by="Ann", once=f"{BULK}00000000")
    assert told.decisions.decide(words, by="Ann", once=f"{BULK}00000000") == first
