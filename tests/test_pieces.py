"""Streams are cut into events wherever the chunks happen to end, and hold no more than one unfinished event."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest import GROUP_BYTES, GROUP_LINES
from app.ingest._pieces import KEPT, ArrayCutter, Cutter, Group, LineCutter, Piece

texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(['"', "\\", '\\"', "[", "]}", ",", "\n"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
events = st.lists(st.dictionaries(texts, values, min_size=1, max_size=4), max_size=6)


def cut(cutter: Cutter, text: bytes, ends: list[int]) -> list[Piece]:
    """Feed ``text`` in the chunks that ``ends`` make of it."""
    marks = sorted({0, len(text), *(end % (len(text) + 1) for end in ends)})
    pieces = [piece for a, b in pairwise(marks) for piece in cutter.feed(text[a:b])]
    return pieces + cutter.close()


def read(pieces: list[Piece]) -> list[Any]:
    return [json.loads(piece.raw) for piece in pieces]


@given(events, st.lists(st.integers(0, 10_000), max_size=12))
def test_lines_come_out_the_same_wherever_the_chunks_end(said: list[Any], ends: list[int]) -> None:
    text = b"\n".join(json.dumps(event).encode() for event in said)
    assert read(cut(LineCutter(), text, ends)) == said


@given(events, st.lists(st.integers(0, 10_000), max_size=12), st.sampled_from([None, 2]), st.booleans())
def test_elements_come_out_the_same_wherever_the_chunks_end(
    said: list[Any], ends: list[int], indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(said, indent=indent, ensure_ascii=ascii_only).encode()
    pieces = cut(ArrayCutter(), text, ends)
    assert read(pieces) == said
    assert [piece.index for piece in pieces] == list(range(len(said)))


def test_blank_lines_are_passed_over_but_counted() -> None:
    pieces = cut(LineCutter(), b'{"a":1}\n\n \r\n{"b":2}\r\n', [])
    assert [(piece.index, json.loads(piece.raw)) for piece in pieces] == [(0, {"a": 1}), (3, {"b": 2})]


@pytest.mark.parametrize("cutter", [LineCutter(limit=100_000), ArrayCutter(limit=100_000)])
def test_of_a_piece_over_the_limit_only_the_beginning_is_held(cutter: LineCutter | ArrayCutter) -> None:
    cutter.feed(b"[" if isinstance(cutter, ArrayCutter) else b"")
    for _ in range(1_000):
        assert cutter.feed(b"a" * 10_000) == []
    (piece,) = cutter.feed(b"\n,")
    assert piece.too_long
    assert len(piece.raw) == KEPT
    assert cutter.feed(b'"next"\n,') == [Piece(1, b'"next"\n' if isinstance(cutter, ArrayCutter) else b',"next"')]


@pytest.mark.parametrize("text", [b'[{"a":1}', b'[{"a":1},', b"[", b'["', b'[{"a":1},{"b"'])
def test_an_array_that_was_cut_off_leaves_a_piece_that_is_not_json(text: bytes) -> None:
    last = cut(ArrayCutter(), text, [])[-1]
    with pytest.raises(json.JSONDecodeError):
        json.loads(last.raw)


def test_text_around_an_array_is_a_piece_of_its_own() -> None:
    assert [piece.raw.strip() for piece in cut(ArrayCutter(), b"[1] x [2] y", [])] == [b"1", b"x", b"2", b"y"]


def test_a_group_is_full_at_its_number_of_lines() -> None:
    group = Group()
    sizes = [len(full) for full in group.add(Piece(i, b"{}") for i in range(2 * GROUP_LINES + 5))]
    assert sizes == [GROUP_LINES, GROUP_LINES]
    assert len(group.take()) == 5
    assert not group


def test_a_group_is_full_at_its_number_of_bytes() -> None:
    large = b"a" * (GROUP_BYTES // 2)
    assert [len(full) for full in Group().add(Piece(i, large) for i in range(5))] == [2, 2]
