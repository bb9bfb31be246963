"""Live figures equal a recount from all records, after any mix of late, repeated, withdrawn, merged and split ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.vocabulary import HOUR, MINUTE, SECOND, RecordType, Scope, Watch
from tests.event_mixes import END, Sending, any_asset, any_network, any_scope, sendings, watches
from tests.makers import Event, event, merge_undone, network_split, networks_merged, record, split_undone
from tests.recount import Known
from tests.recount_form import board_form, differences
from tests.recount_room import Room, Told
from tests.recount_trial import EVERYTHING, agrees, cases

# Far more than they need: a case that fails is made smaller first, and that takes minutes.
pytestmark = pytest.mark.timeout(900)

PARTS = 4
"""Tests into which the cases are dealt, so that workers share them and none takes long."""

CASES = 110
UNDONE = 60
ON_FILES = 60
LONG = 15
"""How many times more `make test-long` tries."""


def parts(n: int) -> Any:
    """The numbers of the parts; those from ``n`` on take long together."""
    marked = [pytest.param(part, marks=[pytest.mark.long] if part >= n else []) for part in range(n * LONG)]
    return pytest.mark.parametrize("part", marked)


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    """One room in memory for all cases."""
    made = Room()
    yield made
    made.close()


@parts(PARTS)
def test_figures_equal_the_recount_in_whatever_order_and_batches_records_came(room: Room, part: int) -> None:
    @cases(part, CASES)
    @given(sendings(), st.lists(any_scope, min_size=1, max_size=3), watches)
    def holds(sent: tuple[Sending, Sending, bool], scopes: list[Scope], watch: Watch) -> None:
        agrees(room, sent, scopes, watch)

    holds()


@parts(1)
def test_figures_equal_the_recount_on_files_and_on_postgresql(engine_url: str, part: int) -> None:
    room = Room(engine_url)

    @cases(100 + part, ON_FILES)
    @given(sendings(), st.lists(any_scope, min_size=1, max_size=2), watches)
    def holds(sent: tuple[Sending, Sending, bool], scopes: list[Scope], watch: Watch) -> None:
        agrees(room, sent, scopes, watch)

    try:
        holds()
    finally:
        room.close()


@parts(2)
def test_a_merge_that_is_undone_leaves_no_trace(room: Room, part: int) -> None:
    @cases(200 + part, UNDONE)
    @given(sendings(), st.lists(any_network, min_size=2, max_size=3, unique=True), any_scope, watches)
    def holds(sent: tuple[Sending, Sending, bool], ids: list[str], scope: Scope, watch: Watch) -> None:
        told = room.told(sent[0])
        survivor, *absorbed = ids
        assume(not any(stands(told, RecordType.NETWORKS_MERGED, survivor, "absorbed", id) for id in absorbed))
        merged = networks_merged(survivor, absorbed, at=END + SECOND)
        undone = merge_undone(survivor, absorbed, at=END + MINUTE)
        comes_back(told, merged, undone, scope, watch)

    holds()


@parts(2)
def test_a_split_that_is_undone_leaves_no_trace(room: Room, part: int) -> None:
    assets = st.lists(any_asset, min_size=1, max_size=3, unique=True)

    @cases(300 + part, UNDONE)
    @given(sendings(), st.lists(any_network, min_size=2, max_size=2, unique=True), assets, any_scope, watches)
    def holds(
        sent: tuple[Sending, Sending, bool], ids: list[str], assets: list[str], scope: Scope, watch: Watch
    ) -> None:
        told = room.told(sent[0])
        id, into = ids
        assume(not any(stands(told, RecordType.NETWORK_SPLIT, id, "assets", each, into=into) for each in assets))
        split = network_split(id, into, assets, at=END + SECOND)
        comes_back(told, split, split_undone(id, into, assets, at=END + MINUTE), scope, watch)

    holds()


@parts(2)
def test_a_withdrawal_that_is_withdrawn_leaves_no_trace(room: Room, part: int) -> None:
    @cases(400 + part, UNDONE)
    @given(sendings(), st.integers(0, 50), any_scope, watches)
    def holds(sent: tuple[Sending, Sending, bool], place: int, scope: Scope, watch: Watch) -> None:
        told = room.told(sent[0])
        entries = told.entries
        assume(entries)
        target = entries[place % len(entries)].record
        withdrawn = withdrawal(target.source, target.id, at=END + SECOND)
        comes_back(told, withdrawn, withdrawal(target.source, withdrawn["id"], at=END + MINUTE), scope, watch)

    holds()


@pytest.mark.parametrize("later_first", [False, True])
def test_a_withdrawal_holds_whether_it_comes_before_or_after_what_it_takes_back(room: Room, later_first: bool) -> None:
    said = record(networks_merged("n1", ["n2"], at=END - HOUR))
    taken_back = record(withdrawal(said.source, said.id, at=END - 2 * HOUR))
    batches = [(END, (said,)), (END, (taken_back,))]
    told = room.told(Sending(tuple(reversed(batches) if later_first else batches), may_withdraw_any=False))
    assert [entry.record.type for entry in Known(told.entries).holding] == [RecordType.RECORD_WITHDRAWN]
    told.agree([EVERYTHING], END, Watch(END))


def withdrawal(source: str, id: str, *, at: int) -> Event:
    """The withdrawal of a record by its own source."""
    return event(RecordType.RECORD_WITHDRAWN, None, {"source": source, "id": id}, at=at, source=source)


def stands(told: Told, type: RecordType, subject: str, field: str, id: str, **said: str) -> bool:
    """Whether a merge or split of one thing holds already, so that undoing it again would undo that as well."""
    verdicts = [
        e.record
        for e in Known(told.entries).holding
        if e.record.subject == subject and id in e.record.data.get(field, ()) and said.items() <= e.record.data.items()
    ]
    return bool(verdicts) and verdicts[-1].type is type


def comes_back(told: Told, done: Event, undone: Event, scope: Scope, watch: Watch) -> None:
    """Do it, undo it, and compare all figures with the recount and with those of before."""
    asked = [EVERYTHING, scope]
    before = seen(told, asked, watch)
    for each in (done, undone):
        told.send([(END, (record(each),))])
        told.agree(asked, END, watch)
    found = list(differences(seen(told, asked, watch), before))
    assert not found, "\n".join(["it left a trace", *found])


def seen(told: Told, asked: Sequence[Scope], watch: Watch) -> dict[str, Any]:
    """All that a screen could show, but for who sent records."""
    board = board_form(told.board)
    return {"board": board | {"sources": None}, "figures": dict(enumerate(told.figures(asked, END, watch)))}
