"""The page of a network's graph: who sees what of it, every view an address, what will not do, and hostile names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.access import DESK, PEOPLE, Role, Visitor
from app.drilldown import graph as drilldown
from app.safetext import LABEL_LIMIT
from app.vocabulary import Surface
from dashboards.desk import Graphs
from dashboards.figures import network_graph
from dashboards.render import render_page
from tests import hostile, linked
from tests import makers as m
from tests.house import House, house, looked_at
from tests.test_desk_walls import said_wrong

GRAPH = "/desk/networks/n1/graph"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    """A room of a test's own."""
    with house(tmp_path) as served:
        served.send(*linked.harbour_finch())
        yield served


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same for all tests that only look."""
    with looked_at(tmp_path_factory.mktemp("room"), *linked.harbour_finch()) as served:
        yield served


def ask(room: House, query: str = "", role: Role = Role.ANALYST) -> httpx2.Response:
    """The page of the graph, with a query that may say a word more than once."""
    return room.client.get(f"{GRAPH}{query}", headers=room.bearer(role))


def columns(page: str) -> dict[str, Any]:
    """What the browser draws."""
    found = re.search(r"data-graph-columns>(.*?)</script>", page, re.DOTALL)
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read


def rows(page: str) -> list[str]:
    """The rows of the table as plain text."""
    found = re.findall(r"<tr data-node.*?>(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def links(page: str) -> int:
    return sum(len(ends) for ends in columns(page)["ends"].values()) // 2


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(DESK))
def test_who_works_at_the_desk_sees_names_and_is_led_on(still_room: House, role: Role) -> None:
    page = ask(still_room, role=role).text
    assert "82 assets, 120 links" in page
    assert "Wake Up America" in page
    assert 'href="/desk/assets/fp0"' in page
    assert "expand=fp0" in page
    assert len(rows(page)) == 82


@pytest.mark.parametrize("role", sorted(PEOPLE - DESK))
def test_others_see_the_same_picture_with_masks_and_no_ids(still_room: House, role: Role) -> None:
    page, named = (ask(still_room, role=each).text for each in (role, Role.ANALYST))
    assert columns(page)["traces"]["nodes"]["x"] == columns(named)["traces"]["nodes"]["x"]
    assert not any(name in page for name in linked.NAMED)
    assert "/desk/assets/" not in page
    assert "expand=" not in page
    assert re.search(r"\b(fp|fa|fg|ia)\d+\b", page) is None
    assert columns(page)["ids"] == []
    assert "Page 30" in page


def test_a_mask_stays_with_its_asset_whatever_is_asked(still_room: House) -> None:
    def masks(query: str) -> dict[tuple[float, float], str]:
        nodes = columns(ask(still_room, query, Role.VIEWER).text)["traces"]["nodes"]
        return dict(zip(zip(nodes["x"], nodes["y"], strict=True), nodes["hovertext"], strict=True))

    assert masks("") == masks("?min_weight=2")


def test_going_on_from_an_asset_is_not_for_those_who_do_not_see_names(still_room: House) -> None:
    page = ask(still_room, "?expand=fp0", Role.VIEWER)
    assert page.status_code == 400
    assert said_wrong(page) == ["Going on from single assets is for analysts and leads"]
    assert len(rows(page.text)) == 82


@pytest.mark.parametrize("role", [Role.WALL, Role.DETECTOR])
def test_devices_and_programs_have_no_way_in(still_room: House, role: Role) -> None:
    assert ask(still_room, role=role).status_code in {401, 403}


def test_a_network_that_there_is_not_is_not_found(still_room: House) -> None:
    assert still_room.ask("/desk/networks/nothing/graph").status_code == 404


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_signals_have_their_counts_and_narrow_the_links_but_move_nothing(still_room: House) -> None:
    everything, narrowed = (ask(still_room, query).text for query in ("", "?signal=same_text"))
    assert re.search(r'value="same_text" checked>.*?<span class="d">44</span>', everything)
    assert re.search(r'value="shared_admin" checked>', everything)
    assert re.search(r'value="shared_admin">', narrowed)
    assert "44 of 120 links" in narrowed
    assert links(narrowed) <= 44 < links(everything)

    def places(page: str) -> dict[str, tuple[float, float]]:
        drawn = columns(page)
        nodes = drawn["traces"]["nodes"]
        return dict(zip(drawn["ids"], zip(nodes["x"], nodes["y"], strict=True), strict=True))

    assert places(everything) == places(narrowed)


def test_the_range_of_weights_is_said_and_a_minimum_keeps_to_it(still_room: House) -> None:
    assert "from 0.26 to 3.18" in ask(still_room).text
    assert links(ask(still_room, "?min_weight=3.18").text) == 1
    assert links(ask(still_room, "?min_weight=4").text) == 0


@pytest.mark.parametrize("typed", ["x", "-1", "nan", "inf", "1,5", "1" * 400])
def test_a_weight_that_is_no_number_is_said_and_shows_the_whole_picture(still_room: House, typed: str) -> None:
    page = still_room.ask(GRAPH, min_weight=typed)
    assert page.status_code == 400
    assert said_wrong(page) == ["A weight is a number from 0, such as 0.5"]
    assert links(page.text) == links(ask(still_room).text)


def test_expansion_shows_neighbours_hollow_and_names_their_network(still_room: House) -> None:
    drawn = columns(ask(still_room).text)
    ringed = drawn["traces"]["rings"]["x"]
    ids = [id for id, x in zip(drawn["ids"], drawn["traces"]["nodes"]["x"], strict=True) if x in ringed]
    (id,) = (id for id in ids if "x0" in columns(ask(still_room, f"?expand={id}").text)["ids"])
    page = ask(still_room, f"?expand={id}").text
    drawn = columns(page)
    assert "6 neighbours, hollow" in page
    assert [symbol for symbol in drawn["traces"]["nodes"]["marker.symbol"] if symbol.endswith("-open")] == [
        "circle-open"
    ] * 6
    assert sum("Long Gallery" in row for row in rows(page)) == 6
    assert len(drawn["ends"]["overlaps"]) > len(columns(ask(still_room).text)["ends"]["overlaps"])
    assert "82 assets, 120 links" in page


def test_an_asset_that_is_not_in_the_picture_is_said(still_room: House) -> None:
    page = ask(still_room, "?expand=nobody")
    assert page.status_code == 400
    assert said_wrong(page) == ["There is no asset nobody in this picture"]


def test_the_table_is_a_view_with_an_address(still_room: House) -> None:
    assert 'data-view="picture"' in ask(still_room).text
    page = ask(still_room, "?view=table&signal=same_text").text
    assert 'data-view="table"' in page
    assert 'data-says="show or hide the table" href="/desk/networks/n1/graph?signal=same_text"' in page


def test_a_large_network_says_what_is_left_out(room: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drilldown, "MOST_NODES", 50)
    page = ask(room).text
    assert "50 of 82 assets, the most linked ones" in page
    assert len(rows(page)) == 50


def test_a_network_without_assets_or_links_says_so(room: House) -> None:
    room.send(m.network_reported("n3"), m.network_reported("n4"), m.asset_detected("only", network="n4"))
    assert "No asset of this network is listed" in room.ask("/desk/networks/n3/graph").text
    assert "No link between its assets is known" in room.ask("/desk/networks/n4/graph").text


def test_the_same_picture_comes_again(still_room: House) -> None:
    assert columns(ask(still_room).text) == columns(ask(still_room).text)


def test_the_part_of_the_networks_page_has_the_picture_and_leads_to_the_whole(still_room: House) -> None:
    parts = still_room.room
    parts.feed.look()
    board = parts.board.frozen()
    network = board.find("n1")
    assert network is not None
    row = Graphs(parts.database).view(network, board, Visitor(Role.ANALYST, "Ann"))
    part = render_page("desk/network/_graph.html", graph=row)
    assert columns(part) == columns(ask(still_room).text)
    assert 'data-key="g"' in part
    assert f'href="{GRAPH}"' in part
    assert "<form" not in part
    assert len(rows(part)) == 82


# --- names and marks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", hostile.NAMES.values(), ids=hostile.NAMES)
def test_hostile_names_and_signals_come_out_as_text(room: House, text: str) -> None:
    room.send(
        m.network_reported("n1", code_name=text, at="2018-10-21T00:00:00Z"),
        m.asset_detected("hostile", name=text),
        m.count_observed("hostile", 10**9),
        m.link_observed("fp0", "hostile", signal=text or "none"),
    )
    page = ask(room, "?expand=hostile").text
    for harm in ("<script>alert", "<b><b>", "<img src", "\u202e", "\x00", ' hx-get="'):
        # The value of a box goes back as it came, and is shown nowhere.
        assert harm not in re.sub(r'value="[^"]*"', "", page)
    drawn = columns(page)
    place = drawn["ids"].index("hostile")
    hover = drawn["traces"]["nodes"]["hovertext"][place]
    assert not any(read in hover for read in ("<", "%{", "$", "\u202e"))
    (label,) = (label for label in drawn["labels"] if label["node"] == place)
    assert len(label["text"]) <= LABEL_LIMIT
    assert "\u202e" not in label["text"]


def test_a_rooms_own_signs_for_every_kind_of_asset() -> None:
    signs = {
        "facebook:page": ("square", "■"),
        "facebook:account": ("circle", "●"),
        "facebook:group": ("diamond", "◆"),
        "instagram:account": ("triangle-up", "▲"),
        "x:account": ("triangle-down", "▼"),
        "telegram:channel": ("hexagon", "⬢"),
        "web:site": ("cross", "✚"),
        "new:thing": ("pentagon", "⬟"),
    }
    assert {text: network_graph.mark_of(Surface.parse(text)) for text in signs} == signs


def test_marks_grow_with_the_root_of_their_followers(still_room: House) -> None:
    drawn = columns(ask(still_room).text)
    sizes = dict(zip(drawn["ids"], drawn["traces"]["nodes"]["marker.size"], strict=True))
    assert sizes["fp0"] == max(sizes.values()) == network_graph.SMALLEST + network_graph.SPREAD
    assert sizes["fp3"] == pytest.approx(network_graph.SMALLEST + network_graph.SPREAD / 2, abs=0.1)


def test_at_most_five_names_stand_in_the_picture_the_most_followed_ones(still_room: House) -> None:
    texts = [label["text"] for label in columns(ask(still_room).text)["labels"]]
    assert texts == [*linked.NAMED, "Page 04", "Page 05"]


def test_shared_assets_are_ringed(still_room: House) -> None:
    page = ask(still_room).text
    assert len(columns(page)["traces"]["rings"]["x"]) == 4
    assert "4 shared with other networks, ringed" in page
