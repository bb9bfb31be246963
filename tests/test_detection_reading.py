"""Files of posts: what is read from them, what is refused, and how it is named."""

from __future__ import annotations

import csv
import io
import json
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detection import _cells
from app.detection._cells import distinct, encoded, repeated
from app.detection.posts import Posts
from app.errors import BadRequest
from tests.coaction import read

UNHURRIED = settings(deadline=None)
"""A busy machine is no fault of what is tested."""

Row = tuple[str, str, int, str, str]


def rows(posts: Posts) -> list[Row]:
    """Account, object, µs, id and text of each post."""
    n = len(posts)
    ids = [id.decode() for id in posts.ids.tolist()] if posts.ids is not None else [""] * n
    shared = [posts.objects[code] if code >= 0 else "" for code in posts.object.tolist()]
    accounts = [posts.accounts[code] for code in posts.account.tolist()]
    return list(zip(accounts, shared, posts.at.tolist(), ids, posts.texts or [""] * n, strict=True))


def named(raw: bytes | str) -> list[tuple[int, str, str]]:
    reading = read(raw)
    assert reading.refused == len(reading.named)
    return [(bad.line, bad.field, bad.reason) for bad in reading.named]


def test_the_columns_of_three_conventions_are_read() -> None:
    plain = "account,object,time,text\na,o,1.5,hello\n"
    coortweet = "object_id,account_id,content_id,timestamp_share\no,a,1,1.5\n"
    toolkit = "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n1,a,Ann,o,,RT hello,1.5,x y\n"
    assert rows(read(plain).posts) == [("a", "o", 1_500_000, "", "hello")]
    assert rows(read(coortweet).posts) == [("a", "o", 1_500_000, "1", "")]
    assert rows(read(toolkit).posts) == [("a", "o", 1_500_000, "1", "")]
    assert read(toolkit).posts.names == {"a": "Ann"}


def test_the_text_of_a_re_share_is_not_the_own_of_its_account() -> None:
    head = "message_id,user_id,repost_id,message,timestamp\n"
    for text in ("1,a,o,RT hello,1\n2,a,,my own,1\n", '1,a,o,"RT hello",1\n2,a,,my own,1\n'):
        assert [row[4] for row in rows(read(head + text).posts)] == ["", "my own"]


def test_ndjson_has_the_same_columns_and_numbers_may_be_ids() -> None:
    lines = [{"user_id": 7, "repost_id": "o", "message_id": 12, "timestamp": 1.5}, {"user_id": "b"}, [1]]
    raw = "".join(json.dumps(line) + "\n" for line in lines) + "\n{broken\n"
    assert rows(read(raw).posts) == [("7", "o", 1_500_000, "12", "")]
    assert [(line, field) for line, field, _ in named(raw)] == [(2, "timestamp"), (3, "line"), (5, "line")]


def test_times_may_be_unix_seconds_or_rfc_3339() -> None:
    head = "account,object,time\n"
    for said in ("1600000000", "1600000000.0", "1.6e9", "2020-09-13T12:26:40Z", "2020-09-13T14:26:40+02:00"):
        assert [row[2] for row in rows(read(f"{head}a,o,{said}\n").posts)] == [1_600_000_000_000_000]
    mixed = read(f"{head}a,o,1600000000\nb,o,2020-09-13T12:26:40Z\nc,o,16.5\nd,o,1600000000.25\n").posts
    assert [row[2] for row in rows(mixed)] == [1_600_000_000_000_000] * 2 + [16_500_000, 1_600_000_000_250_000]


@pytest.mark.parametrize(
    "said", ["nan", "inf", "-inf", "", "soon", "1_6", "2020-09-13T12:26:40", "1600000000000", "1e300"]
)
def test_a_time_that_is_none_is_named_with_its_line(said: str) -> None:
    raw = f"user_id,repost_id,message_id,timestamp\na,o,1,1600000000\nb,o,2,{said}\nc,o,3,1600000009\n"
    assert [row[0] for row in rows(read(raw).posts)] == ["a", "c"]
    ((line, field, reason),) = named(raw)
    assert (line, field) == (3, "timestamp")
    assert "write" in reason


def test_a_bad_line_is_named_and_the_good_ones_around_it_are_read() -> None:
    raw = (
        b"account,object,time,id\na,o,1,1\n,o,2,2\nb,o,3\nc,o,4,4,5\nd,o,5,\n\xff,o,6,6\n"
        + b"e" * 300
        + b",o,7,7\nf,o,8,8\n"
    )
    assert [row[0] for row in rows(read(raw).posts)] == ["a", "f"]
    assert [(line, field) for line, field, _ in named(raw)] == [
        (3, "account"), (4, "line"), (5, "line"), (6, "id"), (7, "account"), (8, "account"),
    ]  # fmt: skip


def test_lines_are_counted_over_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.detection._table.BLOCK_BYTES", 20)
    good = "".join(f"a{n},o,{n},p{n}\n" for n in range(9))
    raw = (
        f"account,object,time,id\n{good}b,o,never,x\n{good.replace('p', 'q')}c,o,never,y\n" + '"d",o,0,z\ne,o,never,w\n'
    )
    assert [line for line, _, _ in named(raw)] == [11, 21, 23]
    assert len(read(raw).posts) == 19


def test_quotes_newlines_and_delimiters_in_cells_are_part_of_them() -> None:
    raw = 'account,object,time,text\na,o,1,"two\nlines, ""quoted"""\nb,"o,p",2,plain\nc,o,x,late\n'
    assert rows(read(raw).posts) == [
        ("a", "o", 1_000_000, "", 'two\nlines, "quoted"'),
        ("b", "o,p", 2_000_000, "", "plain"),
    ]
    assert [(line, field) for line, field, _ in named(raw)] == [(5, "time")]


def test_a_quote_without_an_end_costs_its_own_line_alone() -> None:
    raw = 'account,object,time\na,o,1\nb,"o,2\nc,o,3\nd,"p",4\ne,o,5\n'
    assert [row[0] for row in rows(read(raw).posts)] == ["a", "c", "d", "e"]
    assert [(line, field) for line, field, _ in named(raw)] == [(3, "line")]


@pytest.mark.parametrize("raw", [
    "\ufeffaccount,object,time\na,o,1\n",
    "\r\naccount,object,time\r\na,o,1\r\n",
    "Account ; OBJECT;time\na;o;1\n",
    "account\tobject\ttime\na\to\t1",
    '"account","object","time"\n"a","o","1"\n',
    '\ufeff{"account": "a", "object": "o", "time": 1}\n',
])  # fmt: skip
def test_marks_line_ends_and_delimiters_of_many_programs_are_taken(raw: str) -> None:
    assert rows(read(raw).posts) == [("a", "o", 1_000_000, "", "")]


@pytest.mark.parametrize(("raw", "field"), [
    (b"", "body"), (b"\n\n", "body"), ("account,object,time\n".encode("utf-16"), "body"),
    (b"object,time\no,1\n", "account"), (b"account,object\na,o\n", "time"), (b"account,time\na,1\n", "object"),
    (b"{broken\n", "line 1"), (b"\x00\x01\x02", "account"), (b'"', "line 1"),
])  # fmt: skip
def test_a_file_that_is_none_of_posts_says_why(raw: bytes, field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(raw)
    assert refused.value.field == field


def test_posts_without_ids_count_once_where_all_of_them_is_the_same() -> None:
    raw = "account,object,time,text\na,o,1,x\na,o,1,y\na,o,1,x\nb,o,1,x\n"
    for texts in (True, False):
        assert len(read(raw, texts=texts).posts) == 3


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@UNHURRIED
@given(st.lists(st.tuples(CELL, CELL, st.integers(-(10**9), 10**10), CELL), max_size=30))
def test_a_file_reads_the_same_plain_and_quoted(told: list[tuple[str, str, int, str]]) -> None:
    """A line feed in a cell sends a file through the csv module. What comes out must not depend on it."""
    plain = [post for post in told if not any(c in "".join((post[0], post[1], post[3])) for c in '"\n,')]

    def written(quoting: int, first: tuple[str, ...] = ("\u00fc", "o", "0", "!")) -> str:
        out = io.StringIO()
        head = ("account", "object", "time", "id")
        csv.writer(out, quoting=quoting, lineterminator="\n").writerows([head, first, *plain])
        return out.getvalue()

    one, *others = (read(written(quoting)) for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
    for other in others:
        assert rows(one.posts) == rows(other.posts)
        assert [(bad.line, bad.field) for bad in one.named] == [(bad.line, bad.field) for bad in other.named]
    by_line = read(written(csv.QUOTE_ALL, ("\u00fc", "o\n", "0", "!")))
    assert rows(one.posts)[1:] == rows(by_line.posts)[1:]
    assert [(bad.line + 1, bad.field) for bad in one.named] == [(bad.line, bad.field) for bad in by_line.named]
    good = {post[3]: post for post in reversed(plain) if post[0] and post[3]} | {"!": None}
    assert {row[3] for row in rows(one.posts)} == good.keys()


@UNHURRIED
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), max_size=40))
def test_cells_are_told_apart_as_texts_are(texts: list[str]) -> None:
    cells = encoded(texts)
    assert repeated(cells) == [n for n, text in enumerate(texts) if text in texts[:n]]
    if texts:
        found = distinct(cells)
        assert [found.texts[where].decode() for where in found.where.tolist()] == texts
        assert len(set(found.texts)) == len(found.texts)


def test_cells_that_only_seem_to_be_equal_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can make two names with one fingerprint must not be able to pass one account for another."""
    raw = "account,object,time,id\na,o,1,1\nb,o,1,2\na,p,1,1\n"
    expected = rows(read(raw).posts)
    monkeypatch.setattr(_cells, "fingerprints", lambda cells: _cells.words_of(cells)[:, 0] * 0)
    assert rows(read(raw).posts) == expected
    assert [row[0] for row in expected] == ["a", "b"]


def test_one_long_cell_does_not_make_all_others_as_wide() -> None:
    raw = "account,object,time,id\n" + "".join(f"a,o{n},{n},p{n}\n" for n in range(15_000)) + f"a,{'x' * 90_000},1,q\n"
    tracemalloc.start()
    try:
        assert len(read(raw).posts) == 15_001
        assert tracemalloc.get_traced_memory()[1] < 100 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_numbers_in_a_row_have_fingerprints_of_their_own() -> None:
    ids = [f"{number:020d}" for number in random.Random(5).sample(range(10**6), 50_000)]
    assert len(set(_cells.fingerprints(encoded(ids)).tolist())) == len(ids)
