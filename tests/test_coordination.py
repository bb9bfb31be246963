"""What coordination detectors found becomes links, assets and a network for each component, and nothing twice."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import BadRequest
from app.ingest._coacting import Coaction
from app.ingest.coordination import read_coordination
from app.ingest.coortweet import read_coortweet
from app.ingest.file import ToWriter
from app.records import Record, RecordParser
from tests.room import Anybody, Room, at

PARSER = RecordParser(b"\0" * 32)
DAY = "2031-03-01"

EDGES = """"source","target","weight","edge_type"
"b","a","2","co_retweet"
"a","b","3","co_retweet"
"b","c","2.5","co_link"
"x","y","4","co_retweet"
"""
NODES = '"Id","username","message_0"\n"a","Alpha","hello\nthere"\n"z","Unlinked",""\n'
GRAPHML = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d3" for="edge" attr.name="edge_type" attr.type="string" />
  <key id="d2" for="edge" attr.name="weight" attr.type="long" />
  <key id="d0" for="node" attr.name="username" attr.type="string" />
  <graph edgedefault="directed">
    <node id="a"><data key="d0">Alpha &amp; Co</data></node>
    <node id="b"/>
    <edge source="a" target="b"><data key="d2">2</data><data key="d3">co_retweet</data></edge>
    <edge source="b" target="a"><data key="d2">much</data><data key="d3">co_retweet</data></edge>
  </graph>
</graphml>
"""


def file_of(folder: Path, text: str | bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(found: Coaction, type: str) -> list[dict[str, Any]]:
    return [event for event, _ in found.told() if event["type"] == f"warroom.{type}"]


def links(found: Coaction) -> dict[tuple[str, str, str], float]:
    said = [event["data"] for event in told(found, "link.observed")]
    return {
        (link["a"].rpartition(":")[2], link["b"].rpartition(":")[2], link["signal"]): link["weight"] for link in said
    }


def members(found: Coaction) -> list[list[str]]:
    homes: dict[str, list[str]] = {}
    for event in told(found, "asset.detected"):
        homes.setdefault(event["data"]["network"], []).append(event["subject"].rpartition(":")[2])
    return sorted(homes.values())


def toolkit_database(path: Path) -> Path:
    """A database as the toolkit makes it: all messages, and a table for each network that was computed."""
    with sqlite3.connect(path) as database:
        database.executescript(
            """
            create table edge (message_id primary key, user_id not null, username text, timestamp integer);
            create table co_tweet_network (user_1, user_2, weight, primary key (user_1, user_2)) without rowid;
            create table co_link_network (user_1, user_2, weight, primary key (user_1, user_2)) without rowid;
            create table unheard_of_network (user_1, user_2, weight);
            insert into edge values (1, 11, 'alpha', 1606451170.5), (2, 12, 'beta', 1606451180.5), (3, 13, null, null);
            insert into co_tweet_network values (11, 12, 2), (12, 11, 2), (11, 11, 9);
            insert into co_link_network values (12, 13, 5), (13, '', 1);
            insert into unheard_of_network values (11, 99, 1);
            """
        )
    database.close()
    return path


# --- coordination-network-toolkit -------------------------------------------------------------------------------------


def test_edge_list_becomes_links_of_which_a_pair_has_one_for_each_signal(tmp_path: Path) -> None:
    found = read_coordination(file_of(tmp_path, EDGES), at=DAY)
    assert links(found) == {("a", "b", "co_retweet"): 3, ("b", "c", "co_link"): 2.5, ("x", "y", "co_retweet"): 4}


def test_accounts_that_hang_together_by_any_signal_are_one_network(tmp_path: Path) -> None:
    found = read_coordination(file_of(tmp_path, EDGES), at=DAY)
    assert members(found) == [["a", "b", "c"], ["x", "y"]]
    assert len({event["data"]["code_name"] for event in told(found, "network.reported")}) == 2


def test_network_keeps_its_id_when_more_accounts_are_found(tmp_path: Path) -> None:
    few = read_coordination(file_of(tmp_path, EDGES), at=DAY)
    many = read_coordination(file_of(tmp_path, EDGES + '"c","d","2","co_reply"\n'), at=DAY)
    assert {event["subject"] for event in told(few, "network.reported")} == {
        event["subject"] for event in told(many, "network.reported")
    }


def test_nodes_give_linked_accounts_their_names(tmp_path: Path) -> None:
    found = read_coordination(file_of(tmp_path, EDGES), file_of(tmp_path, NODES, "nodes"), at=DAY, platform="x")
    handles = {event["subject"]: event["data"].get("handle") for event in told(found, "asset.detected")}
    assert (handles["x:account:a"], handles["x:account:b"]) == ("Alpha", None)
    assert "x:account:z" not in handles


def test_graphml_says_the_same_and_its_bad_edges_are_named(tmp_path: Path) -> None:
    found = read_coordination(file_of(tmp_path, GRAPHML), at=DAY)
    assert links(found) == {("a", "b", "co_retweet"): 2}
    assert told(found, "asset.detected")[0]["data"]["handle"] == "Alpha & Co"
    assert [(refused.where, "much" in refused.reason) for refused in found.refused] == [("line 10", True)]


def test_graphml_with_a_document_type_is_refused_before_anything_is_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE g [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><graphml>&b;</graphml>'
    outside = '<!DOCTYPE g SYSTEM "file:///etc/hostname"><graphml/>'
    for text in (bomb, outside):
        with pytest.raises(BadRequest, match="document type"):
            read_coordination(file_of(tmp_path, text))


@pytest.mark.parametrize("text", ["<html></html>", "<graphml><node>", "<graphml>" + "<a>" * 100])
def test_other_or_broken_xml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadRequest):
        read_coordination(file_of(tmp_path, text))


def test_database_gives_every_computed_network_and_the_time_of_the_newest_message(tmp_path: Path) -> None:
    found = read_coordination(toolkit_database(tmp_path / "db"))
    assert links(found) == {("11", "12", "co_tweet"): 2, ("12", "13", "co_link"): 5}
    assert (found.at, found.loops, found.names["11"]) == ("2020-11-27T04:26:20Z", 1, "alpha")
    assert [refused.where for refused in found.refused] == ["co_link_network, row 2"]


def test_database_is_not_written_to(tmp_path: Path) -> None:
    path = toolkit_database(tmp_path / "db")
    before = path.read_bytes()
    read_coordination(path)
    assert (path.read_bytes(), [each.name for each in tmp_path.iterdir()]) == (before, ["db"])


def test_database_in_the_toolkits_own_journal_mode_is_read_whole(tmp_path: Path) -> None:
    path = toolkit_database(tmp_path / "db")
    writing = sqlite3.connect(path)
    writing.execute("pragma journal_mode = wal")
    with writing:
        writing.execute("insert into co_link_network values (11, 13, 7)")
    found = read_coordination(path)
    writing.close()
    assert links(found)["11", "13", "co_link"] == 7


def test_database_without_a_computed_network_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "db") as database:
        database.execute("create table edge (user_id)")
        database.execute("create view co_tweet_network as select 1 as user_1, 2 as user_2, 3 as weight")
    database.close()
    with pytest.raises(BadRequest, match="no network was computed"):
        read_coordination(tmp_path / "db")


def test_broken_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no database of the toolkit"):
        read_coordination(file_of(tmp_path, b"SQLite format 3\0" + b"x" * 4_000))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('"a","b","many","co_tweet"', "many"),
        ('"a","b","-1","co_tweet"', "from 0"),
        ('"a","b","nan","co_tweet"', "from 0"),
        ('"","b","1","co_tweet"', "without an id"),
        ('"a","b","1",""', "kind of link"),
    ],
)
def test_bad_line_is_named_and_the_good_ones_go_on(tmp_path: Path, line: str, reason: str) -> None:
    found = read_coordination(file_of(tmp_path, f"source,target,weight,edge_type\n{line}\np,q,2,co_tweet\n"), at=DAY)
    assert [(refused.where, reason in refused.reason) for refused in found.refused] == [("line 2", True)]
    assert links(found) == {("p", "q", "co_tweet"): 2}


def test_account_with_any_id_becomes_an_asset(tmp_path: Path) -> None:
    found = read_coordination(file_of(tmp_path, "source,target,weight,edge_type\n<b>/é,a b,2,co_tweet\n"), at=DAY)
    assert all(isinstance(PARSER.parse_event(event), Record) for event, _ in found.told())


@pytest.mark.parametrize("read", [read_coordination, read_coortweet])
def test_table_of_another_form_is_refused(tmp_path: Path, read: Any) -> None:
    with pytest.raises(BadRequest):
        read(file_of(tmp_path, "message_id,user_id,username\n1,2,three\n"))
    with pytest.raises(BadRequest):
        read(file_of(tmp_path, ""))


# --- CooRTweet --------------------------------------------------------------------------------------------------------

PAIRS = "o1,{0}p,{0}q,c1,c2,4\no2,{0}q,{0}p,c3,c4,9\no3,{0}p,{0}r,c5,c6,1\n"


@pytest.mark.parametrize(
    "heading",
    [
        "object_id,account_id,account_id_y,content_id,content_id_y,time_delta",
        "object_id,id_user,id_user_y,content_id,content_id_y,time_delta",
        '"object_id","account_id","account_id_y","content_id","content_id_y","time_delta"',
    ],
)
def test_long_table_weighs_a_pair_by_its_rows_either_way_round(tmp_path: Path, heading: str) -> None:
    found = read_coortweet(file_of(tmp_path, f"{heading}\n{PAIRS.format('')}"), at=DAY)
    assert links(found) == {("p", "q", "co_share"): 2, ("p", "r", "co_share"): 1}


def test_table_of_similar_texts_is_a_signal_of_its_own(tmp_path: Path) -> None:
    text = "content_id,account_id,similarity_score,content_id_y,account_id_y,time_delta\nc1,p,0.9,c2,q,3\n"
    assert links(read_coortweet(file_of(tmp_path, text), at=DAY)) == {("p", "q", "similar_text"): 1}


@pytest.mark.parametrize(
    "text",
    [
        '"","from","to","weight","avg_time_delta","edge_symmetry_score"\n"1","p","q",7,3.5,1\n"2","NA","q",1,1,1\n',
        "from,to,weight_full,weight_fast\np,q,7,NA\np,r,NA,NA\n",
    ],
)
def test_edge_list_has_the_weight_of_the_full_graph(tmp_path: Path, text: str) -> None:
    found = read_coortweet(file_of(tmp_path, text), at=DAY)
    assert links(found) == {("p", "q", "co_share"): 7}
    assert [refused.where for refused in found.refused] == ["line 3"]


def test_graphml_of_igraph_keeps_account_ids_as_names(tmp_path: Path) -> None:
    text = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="v_name" for="node" attr.name="name" attr.type="string"/>
      <key id="e_weight" for="edge" attr.name="weight" attr.type="double"/>
      <graph id="G" edgedefault="undirected">
        <edge source="n0" target="n1"><data key="e_weight">7</data></edge>
        <node id="n0"><data key="v_name">p</data></node>
        <node id="n1"><data key="v_name">q</data></node>
      </graph></graphml>"""
    assert links(read_coortweet(file_of(tmp_path, text), at=DAY)) == {("p", "q", "co_share"): 7}


# --- into a room ------------------------------------------------------------------------------------------------------


@pytest.fixture
def room(engine_url: str) -> Iterator[Room]:
    room = Room(engine_url, now=at("2031-05-01T00:00:00Z"))
    yield room
    room.close()


def test_importing_again_adds_nothing_even_in_another_order(room: Room, tmp_path: Path) -> None:
    door = ToWriter(room.parser, room.writer, Anybody())
    head, *lines = EDGES.splitlines()
    other = "\n".join([head, *reversed(lines)])
    first = read_coordination(file_of(tmp_path, EDGES), at=DAY).pour(door)
    second = read_coordination(file_of(tmp_path, other), at=DAY).pour(door)
    assert (first.accepted, first.refused) == (2 + 5 + 3, 0)
    assert (second.accepted, second.duplicate) == (0, 10)


def test_room_lists_the_accounts_of_each_component(room: Room, tmp_path: Path) -> None:
    read_coordination(file_of(tmp_path, EDGES), at=DAY).pour(ToWriter(room.parser, room.writer, Anybody()))
    listed = Counter(sum(network.assets.values()) for network in room.board.networks.values())
    assert listed == {3: 1, 2: 1}


def test_link_that_the_room_refuses_is_named_by_its_line(room: Room, tmp_path: Path) -> None:
    found = read_coordination(file_of(tmp_path, "source,target,weight,edge_type\na,b,1e300,co_tweet\n"), at=DAY)
    tally = found.pour(ToWriter(room.parser, room.writer, Anybody()))
    assert (tally.refused, [refused.where for refused in found.refused]) == (1, ["line 2"])


def test_time_must_be_a_day_or_have_a_zone(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="zone"):
        read_coordination(file_of(tmp_path, EDGES), at="2031-03-01T10:00:00")


HEADS = [b"", b"source,target,weight,edge_type\n", b"from,to,weight\n", b"<graphml>", b"SQLite format 3\0"]


@pytest.mark.parametrize("read", [read_coordination, read_coortweet])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from([b"", b"source,target,weight,edge_type\n", b"from,to,weight\n", b"<graphml>"]), raw=st.binary()
)
def test_no_file_stops_the_program(tmp_path: Path, read: Any, head: bytes, raw: bytes) -> None:
    with contextlib.suppress(BadRequest):
        for event, _ in read(file_of(tmp_path, head + raw), at=DAY).told():
            assert isinstance(PARSER.parse_event(event), Record)
