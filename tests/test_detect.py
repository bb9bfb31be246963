"""``warroom detect``: what it records of a file of posts, what it says, and that it attributes nothing."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.access.keys import OBSERVATIONS, Detector
from app.detection.networks import find_networks
from app.detection.telling import SOURCE, Telling
from app.detection.terms import Terms
from app.log import read_after
from app.records import Record
from app.vocabulary import Surface
from tests.coaction import Post, read, table
from tests.door_room import KEY, Room
from tests.live_server import served
from tests.makers import PARSER
from tests.test_cli import Program, fails_in_a_sentence

SENTENCE = "the harbour will be closed on the day of the vote so go and look for another way"
AT = 1_600_000_000

RING: list[Post] = [
    (account, f"o{n}", AT + n * 1000 + place, f"{account}{n}", "")
    for n in (0, 1, 2)
    for place, account in enumerate(("ana", "ben", "cem", "dee"))
]
PAIR: list[Post] = [(name, f"x{n}", AT + n * 1000, f"{name}{n}", "") for n in (0, 1) for name in ("eve", "fay")]
LONER: list[Post] = [("gus", "o0", AT + 500, "g0", ""), ("ana", "q", AT, "a9", "")]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "state")


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_bytes(table([*RING, *PAIR, *LONER]))
    return path


def told(*posts: Post, surface: str = "x:account", with_posts: bool = False, **terms: Any) -> list[Record]:
    """The records that posts come to, as the parser takes them."""
    found, asked = read(table(posts)).posts, Terms(**terms)
    telling = Telling(found, find_networks(found, asked), asked, Surface.parse(surface), with_posts)
    return [PARSER.parse_event(event) for event in telling.events()]


def of(records: list[Record], type: str) -> list[Record]:
    return [record for record in records if record.type == type]


def logged(program: Program) -> list[Record]:
    with closing(program.database) as database, database.read() as connection:
        return [entry.record for entry in read_after(connection, 0, 1_000)]


# --- records ----------------------------------------------------------------------------------------------------------


def test_a_network_is_reported_with_its_accounts_links_and_parameters() -> None:
    records = told(*RING, *PAIR, *LONER)
    assert Counter(record.type.value for record in records) == {
        "network.reported": 1, "asset.detected": 4, "link.observed": 6,
    }  # fmt: skip
    (network,) = of(records, "network.reported")
    assert network.data["parameters"] == {
        "signals": ["co-share"], "window_s": 60, "min_weight": 2, "communities": "components", "min_accounts": 3,
        "version": 1,
    }  # fmt: skip
    assert network.data["title"] == "4 accounts that shared the same within 60 s, 2 times or more"
    assert network.data["detector_score"] == round(12 / 13, 4)
    assert {asset.subject for asset in of(records, "asset.detected")} == {
        f"x:account:{name}" for name in ("ana", "ben", "cem", "dee")
    }
    assert {asset.data["network"] for asset in of(records, "asset.detected")} == {network.subject}
    link = of(records, "link.observed")[0]
    assert link.data == {
        "a": "x:account:ana", "b": "x:account:ben", "signal": "co_share_60s", "weight": 3, "a_to_b": 3, "b_to_a": 3,
    }  # fmt: skip
    assert {record.source for record in records} == {SOURCE}


def test_a_link_keeps_the_weight_of_each_direction() -> None:
    twice: list[Post] = [("a", "o", AT, "1", ""), ("b", "o", AT, "2", ""), ("b", "o", AT + 1, "3", "")]
    (link,) = of(told(*twice, min_accounts=2), "link.observed")
    assert (link.data["weight"], link.data["b_to_a"], "a_to_b" in link.data) == (2, 2, False)


def test_the_same_posts_are_the_same_records_in_whatever_order_they_came() -> None:
    one = told(*RING, *PAIR, with_posts=True, communities="leiden", min_accounts=2)
    other = told(*reversed(PAIR), *reversed(RING), with_posts=True, communities="leiden", min_accounts=2)
    assert {record.body for record in one} == {record.body for record in other}


def test_other_terms_are_other_networks_and_more_posts_are_the_same_one() -> None:
    def ids(*posts: Post, **terms: Any) -> list[str | None]:
        return [record.subject for record in of(told(*posts, **terms), "network.reported")]

    later: list[Post] = [(name, "o9", AT + 90_000, f"{name}9", "") for name in ("ana", "ben")]
    assert ids(*RING) == ids(*RING, *later)
    assert ids(*RING) != ids(*RING, window=30_000_000)
    assert told(*RING)[0].version < told(*RING, *later)[0].version


def test_posts_are_recorded_where_they_are_asked_for() -> None:
    said: list[Post] = [(name, "", AT, name, SENTENCE) for name in ("a", "b", "c")]
    apart: Post = ("a", "", AT + 900, "a9", SENTENCE)
    records = told(*said, apart, with_posts=True, signals=("near-duplicate",), min_weight=1)
    assert [(post.subject, post.data["asset"], post.data["text"]) for post in of(records, "post.observed")] == [
        (f"x:post:{name}", f"x:account:{name}", SENTENCE) for name in ("a", "b", "c")
    ]
    assert {link.data["signal"] for link in of(records, "link.observed")} == {"near_duplicate_text"}


HOSTILE = (
    "<script>alert(1)</script>", "=cmd|'/c calc'!A0", "\u202egnp.exe", "~" + "0" * 32, "x" * 128, "a\nb", "\x1b[2J",
)  # fmt: skip


def test_hostile_names_become_ids_that_every_door_takes() -> None:
    raw = "".join(
        json.dumps({"account": name, "object": f"<img src={n}>\u2028", "time": AT, "id": f"{name[:120]}/{n}"}) + "\n"
        for n in (0, 1)
        for name in HOSTILE
    )
    found = read(raw).posts
    telling = Telling(found, find_networks(found, Terms()), Terms(), Surface("x", "account"), with_posts=True)
    records = [PARSER.parse_event(event) for event in telling.events()]
    assets = of(records, "asset.detected")
    assert {asset.data["handle"] for asset in assets} == set(HOSTILE)
    assert len({asset.subject for asset in assets}) == len(HOSTILE)
    assert len(of(records, "post.observed")) == 2 * len(HOSTILE)


def test_nobody_gets_the_id_of_another_by_taking_it_as_a_name() -> None:
    def ids(*names: str) -> set[str | None]:
        records = told(*((name, "o", AT, f"p{n}", "") for n, name in enumerate(names)), min_weight=1)
        return {asset.subject for asset in of(records, "asset.detected")}

    (given,) = ids("a b", "b", "c") - ids("b", "c", "d")
    assert given is not None
    assert len(ids("a b", given.removeprefix("x:account:"), "c")) == 3


def test_what_is_found_attributes_nothing_and_decides_nothing() -> None:
    records = told(*RING, *PAIR, with_posts=True, min_accounts=2, signals=("co-share", "near-duplicate"), min_weight=1)
    kinds = {record.type.value for record in records}
    assert kinds == {"network.reported", "asset.detected", "link.observed", "post.observed"}
    assert kinds <= {kind.value for kind in OBSERVATIONS}
    for network in of(records, "network.reported"):
        assert network.data.keys() == {"code_name", "title", "detector_score", "score_says", "parameters"}


def test_a_key_may_send_what_is_found() -> None:
    detector = Detector("k", "coaction", SOURCE, frozenset(OBSERVATIONS))
    assert all(detector.allows(record.source, record.type) for record in told(*RING, with_posts=True))


# --- the command ------------------------------------------------------------------------------------------------------


def test_networks_go_into_the_log_and_again_they_count_once(program: Program, posts: Path) -> None:
    done = program.run("detect", str(posts), "--posts")
    assert done.returncode == 0, done.stderr
    assert "18 posts read, 0 refused; 14 edges, 2 communities, 1 of them with 3 accounts or more" in done.stderr
    assert "23 records accepted, 0 duplicate, 0 refused, log at 23" in done.stdout
    assert Counter(record.type.value for record in logged(program))["post.observed"] == 12
    again = program.run("detect", str(posts), "--posts")
    assert "0 records accepted, 23 duplicate, 0 refused" in again.stdout
    assert len(logged(program)) == 23
    assert program.run("verify").returncode == 0


def test_a_dry_run_shows_the_networks_and_records_nothing(program: Program, posts: Path) -> None:
    done = program.run("detect", str(posts), "--dry-run", "--min-accounts", "2")
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [(row[3], row[4], row[6:]) for row in rows[1:3]] == [
        ("4", "12", ["ana,", "ben,", "cem"]), ("2", "4", ["eve,", "fay"]),
    ]  # fmt: skip
    assert "nothing about who is behind them" in done.stdout
    assert not program.folder.exists()


def test_records_are_written_to_a_file_that_ingest_takes(program: Program, posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.ndjson"
    assert program.run("detect", str(posts), "--out", str(out)).returncode == 0
    assert not program.folder.exists()
    assert program.run("detect", str(posts), "--out", "-").stdout == out.read_text()
    assert "11 accepted" in program.run("ingest", str(out)).stderr
    assert "11 duplicate" in program.run("detect", str(posts)).stdout
    assert "none" in fails_in_a_sentence(program.run("detect", str(posts), "--out", str(tmp_path / "none" / "o")), 2)


def test_bad_posts_are_named_and_end_the_run_with_their_code(program: Program, posts: Path) -> None:
    posts.write_bytes(posts.read_bytes() + b"zed,o,nan,z1,\n" + b"zed,o,1\n" * 30)
    done = program.run("detect", str(posts))
    assert done.returncode == 1
    assert f"{posts}: line 20: time: 'nan' is no time" in done.stderr
    assert "and 11 more" in done.stderr
    assert "49 posts read, 31 refused" in done.stderr
    assert "11 records accepted" in done.stdout


def test_posts_come_through_a_pipe_and_both_signals_are_looked_for(program: Program) -> None:
    said = [{"account": name, "object": "", "time": AT, "text": SENTENCE} for name in ("a", "b", "c")]
    done = program.run(
        "detect", "-", "--signal", "both", "--min-weight", "1", "--dry-run", "--communities", "leiden",
        sent="".join(json.dumps(post) + "\n" for post in said),
    )  # fmt: skip
    assert "3 posts read, 0 refused; 6 edges, 1 communities, 1 of them" in done.stderr
    assert done.returncode == 0


def test_what_cannot_be_done_is_said_in_a_sentence(program: Program, posts: Path, tmp_path: Path) -> None:
    for words, said in {
        ("--window", "nan"): "window: nan", ("--window", "90000"): "window: 90000", ("--similarity", "0"): "similarity",
        ("--platform", "X"): "platform", ("--server", "http://127.0.0.1:9"): "key",
        ("--most-pairs", "5"): "most-pairs: 20 pairs of posts stand within 60 s",
    }.items():  # fmt: skip
        assert said in fails_in_a_sentence(program.run("detect", str(posts), *words), 2)
    assert "No such file" in fails_in_a_sentence(program.run("detect", str(tmp_path / "none")), 1)
    posts.write_text("account,time,text\na,1,x\n")
    assert "object: there is no such column" in fails_in_a_sentence(program.run("detect", str(posts)), 2)
    posts.write_text("who,when\na,1\n")
    assert f"{posts}: account: there is no such column" in fails_in_a_sentence(program.run("detect", str(posts)), 2)


def test_hostile_names_cannot_write_on_the_terminal(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(table([(f"\x1b[2J[red]{n}", f"o{m}", AT, f"{n}{m}", "") for n in range(3) for m in (0, 1)]))
    done = program.run("detect", str(path), "--dry-run")
    assert "\x1b" not in done.stdout + done.stderr
    assert "[red]0" in done.stdout


def test_records_reach_a_server_by_its_door(program: Program, posts: Path) -> None:
    with Room() as room, served(room.app) as (host, port):
        done = program.run("detect", str(posts), "--server", f"http://{host}:{port}", WARROOM_KEY=KEY)
        assert done.returncode == 0, done.stderr
        assert {entry.record.source for entry in room.entries()} == {SOURCE}
        assert len(room.entries()) == 11
    assert not program.folder.exists()
