"""What a preview says is what comes out, and what is undone leaves no trace, over any mix of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.board import Board
from app.clock import FixedClock
from app.records import Record
from app.review import Decisions, Word
from app.review.merging import merge
from app.review.preview import preview
from app.review.splitting import Into, split
from app.review.undoing import held_of, states_of, undo
from app.vocabulary import MINUTE, SECOND, RecordType, Scope, Watch
from tests.event_mixes import END, Sending, any_scope, mixes, sendings, watches
from tests.makers import PARSER
from tests.recount_form import board_form, differences, form
from tests.recount_room import Room, Told
from tests.recount_trial import EVERYTHING, cases

pytestmark = pytest.mark.timeout(900)

CASES = 8
ON_POSTGRESQL = 8
LONG = 10

SCOPES = (EVERYTHING, Scope(open_only=True), Scope(platform=("facebook",)), Scope(election=("us-2018",)))


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.close()


parts: Any = pytest.mark.parametrize(
    "part", [pytest.param(part, marks=[pytest.mark.long] if part else []) for part in range(LONG)]
)


Choice = tuple[int, int, int, bool]
choices: st.SearchStrategy[Choice] = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 255), st.booleans())
"""Which network, which other one, which of its assets, and whether into a new network."""


class Desk:
    """Somebody who decides in a room, at a time after all its records."""

    def __init__(self, room: Room, told: Told) -> None:
        self.room = room
        self.told = told
        self.now = END + SECOND

    def decisions(self) -> Decisions:
        clock = FixedClock(self.now)
        return Decisions(self.room.database, self.told.board.frozen, None, PARSER, clock)  # type: ignore[arg-type]

    def previewed(self, words: Sequence[Word]) -> Board:
        return preview(self.decisions(), words, by="Ann").after

    def does(self, words: Sequence[Word]) -> None:
        self.now += MINUTE
        with self.room.database.read() as connection:
            records = self.decisions().drafted(connection, words, by="Ann", prefix=f"form-{self.now}")
        self.told.send([(self.now, records)])

    def undoes(self, network: str) -> list[Word]:
        """The words that undo the last decision about a network."""
        board = self.told.board.frozen()
        found = board.find(network)
        assert found is not None
        with self.room.database.read() as connection:
            held = held_of(connection, board, found)[0]
            return undo(board, held, states_of(connection, held.assets))

    def merges(self, choice: Choice) -> tuple[str, list[Word]]:
        """A merge of some two networks."""
        board = self.told.board.frozen()
        ids = sorted(board.networks)
        assume(len(ids) > 1)
        one, other = ids[choice[0] % len(ids)], ids[choice[1] % len(ids)]
        assume(one != other)
        return one, merge(board, one, [other], "the same")

    def splits(self, choice: Choice) -> tuple[str, list[Word]]:
        """A split of some assets of a network."""
        board = self.told.board.frozen()
        ids = sorted(id for id, network in board.networks.items() if sum(network.assets.values()) > 1)
        assume(ids)
        network = board.networks[ids[choice[0] % len(ids)]]
        others = [id for id in sorted(board.networks) if id != network.id]
        into = Into("made-new", is_new=True, code_name="Quiet Heron")
        if others and not choice[3]:
            into = Into(others[choice[1] % len(others)])
        with self.room.database.read() as connection:
            states = {id: state for id, state in states_of(connection, _ASSETS).items() if state.is_known}
        mine = sorted(id for id, state in states.items() if state.home in network.members)
        chosen = [id for place, id in enumerate(mine) if choice[2] >> place & 1][: len(mine) - 1] or mine[:1]
        return network.id, split(board, network.id, into, states, chosen, "another one")

    def form(self, board: Board, scopes: Sequence[Scope], watch: Watch) -> dict[str, Any]:
        """All that screens show of a picture, but for who sent records."""
        every = [*scopes, *(Scope(network=(id,)) for id in sorted(board.networks))]
        figures = {str(place): form(board.measures(scope, now=END, watch=watch)) for place, scope in enumerate(every)}
        return {"board": board_form(board) | {"sources": None}, "figures": figures}


_ASSETS = [f"a{n}" for n in range(1, 40)]


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = list(differences(one, other))
    assert not found, "\n".join(found)


def proven(room: Room, sending: Sending, choice: Choice, scopes: Sequence[Scope], watch: Watch, act: str) -> None:
    """Preview it, do it, preview its undoing, undo it."""
    desk = Desk(room, room.told(sending))
    asked = [*SCOPES, *scopes]
    before = desk.form(desk.told.board, asked, watch)
    network, words = getattr(desk, act)(choice)
    foreseen = desk.previewed(words)
    same(desk.form(desk.told.board, asked, watch), before)
    desk.does(words)
    same(desk.form(foreseen, asked, watch), desk.form(desk.told.board, asked, watch))
    assert desk.form(foreseen, asked, watch) != before
    undoing = desk.undoes(network)
    foreseen = desk.previewed(undoing)
    desk.does(undoing)
    same(desk.form(desk.told.board, asked, watch), before)
    same(desk.form(foreseen, asked, watch), before)


@pytest.mark.parametrize("act", ["merges", "splits"])
@parts
def test_preview_is_what_comes_out_and_undoing_leaves_no_trace(room: Room, act: str, part: int) -> None:
    @cases(500 + part, CASES)
    @given(sendings(), choices, st.lists(any_scope, min_size=1, max_size=2), watches)
    def holds(sent: tuple[Sending, Sending, bool], choice: Choice, scopes: list[Scope], watch: Watch) -> None:
        proven(room, sent[0], choice, scopes, watch, act)

    holds()


@pytest.mark.parametrize("act", ["merges", "splits"])
def test_preview_and_undoing_are_exact_on_files_and_on_postgresql(engine_url: str, act: str) -> None:
    room = Room(engine_url)

    @cases(600, ON_POSTGRESQL)
    @given(sendings(), choices, any_scope, watches)
    def holds(sent: tuple[Sending, Sending, bool], choice: Choice, scope: Scope, watch: Watch) -> None:
        proven(room, sent[0], choice, [scope], watch, act)

    try:
        holds()
    finally:
        room.close()


def _repeats(record: Record, words: Sequence[Word]) -> bool:
    """Whether somebody else says what a decision says: then undoing it undoes both."""
    return record.type in (
        RecordType.NETWORKS_MERGED,
        RecordType.MERGE_UNDONE,
        RecordType.NETWORK_SPLIT,
        RecordType.SPLIT_UNDONE,
    ) and any(
        record.subject == word.subject
        and (record.data.get("into") or set(record.data["absorbed"]))
        and (
            record.data.get("into") == word.data.get("into")
            if "into" in record.data
            else bool(set(record.data["absorbed"]) & set(word.data.get("absorbed", ())))
        )
        for word in words
    )


@pytest.mark.parametrize("act", ["merges", "splits"])
@parts
def test_undone_after_other_records_it_is_as_if_it_had_never_been(room: Room, act: str, part: int) -> None:
    @cases(700 + part, CASES)
    @given(sendings(), mixes(), choices, any_scope, watches)
    def holds(
        sent: tuple[Sending, Sending, bool], later: tuple[Record, ...], choice: Choice, scope: Scope, watch: Watch
    ) -> None:
        desk = Desk(room, room.told(sent[0]))
        network, words = getattr(desk, act)(choice)
        # Where it was said before and undone, whoever takes that undoing back says it a second time.
        assume(not any(_repeats(record, words) for _, batch in sent[0].batches for record in batch))
        between = [(END, tuple(record for record in later if not _repeats(record, words)))]
        desk.does(words)
        desk.told.send(between)
        assume(still_there(desk, network, words))
        desk.does(desk.undoes(network))
        asked = [*SCOPES, scope]
        left = desk.form(desk.told.board, asked, watch)
        never = room.told(sent[0])
        never.send(between)
        same(left, Desk(room, never).form(never.board, asked, watch))

    holds()


def still_there(desk: Desk, network: str, words: Sequence[Word]) -> bool:
    """Whether what was decided can still be undone as a whole: others have not withdrawn a part of it."""
    board = desk.told.board.frozen()
    found = board.find(network)
    if found is None:
        return False
    with desk.room.database.read() as connection:
        held = next(iter(held_of(connection, board, found)), None)
    moved = [id for word in words for id in word.data.get("assets", ())]
    return held is not None and held.by == "Ann" and len(held.assets) == len(moved)
