"""The desk's pages of what is found: who sees what, how things go on, and that hostile texts stay texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from app.access import Role
from dashboards.desk.finding import FEW, PAGE
from tests.every_room import NAMES
from tests.house import House, house, looked_at
from tests.makers import (
    accounts_observed,
    ad_observed,
    asset_detected,
    asset_removed,
    count_observed,
    event_hosted,
    indicator_observed,
    link_observed,
    network_reported,
    networks_merged,
    post_observed,
)

EVENTS = (
    network_reported("n1", code_name="Harbour Finch"),
    network_reported("n2", code_name="Long Gallery"),
    asset_detected("a1", "n1", name="Wake Up", handle="wakeup", url="https://wake-up.example/start"),
    asset_detected("a2", "n2", name="Sleep In"),
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    """A room of a test's own."""
    with house(tmp_path) as served:
        served.send(*EVENTS)
        yield served


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same for all tests that only look."""
    with looked_at(tmp_path_factory.mktemp("room"), *EVENTS) as served:
        yield served


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def ask(room: House, path: str, role: Role = Role.ANALYST, **query: str) -> str:
    answer = room.ask(path, role, **query)
    assert answer.status_code == 200, answer.text
    return text_of(answer.text)


def test_search_finds_some_of_every_kind(room: House) -> None:
    room.send(post_observed("p1", "a1", text="Wake up on Tuesday"), indicator_observed("i1", "wake-up.example"))
    page = ask(room, "/desk/search", q="wake")
    assert "Assets 1" in page
    assert "Posts 1" in page
    assert "Indicators 1 wake-up[.]example" in page
    assert "no network" in page


def test_viewer_finds_networks_and_no_names(room: House) -> None:
    room.send(post_observed("p1", "a1", text="Wake up on Tuesday"))
    page = ask(room, "/desk/search", Role.VIEWER, q="wake")
    assert "Wake Up" not in page
    assert "Tuesday" not in page
    assert "Harbour Finch" in ask(room, "/desk/search", Role.VIEWER, q="finch")


@pytest.mark.parametrize("path", ["/desk/assets/a1", "/desk/posts/p1", "/desk/indicators?kind=url&value=x.example"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN, Role.WALL])
def test_things_are_for_those_who_work_on_them(still_room: House, path: str, role: Role) -> None:
    assert still_room.client.get(path, headers=still_room.bearer(role)).status_code == 403


def test_one_kind_goes_on_page_by_page(room: House) -> None:
    room.send(*(asset_detected(f"many-{n:03d}", name=f"Crowd {n}") for n in range(PAGE + 7)))
    few = room.ask("/desk/search", q="crowd").text
    assert few.count("/desk/assets/many-") == FEW
    first = room.ask("/desk/search", q="crowd", kind="asset").text
    (onward,) = re.findall(r'href="(/desk/search\?[^"]*after=\d+)"', first)
    second = room.client.get(unescape(onward), headers=room.bearer(Role.ANALYST)).text
    shown = re.findall(r"/desk/assets/(many-\d+)", first + second)
    assert sorted(shown) == [f"many-{n:03d}" for n in range(PAGE + 7)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"q": "x" * 300}, "q"),
        ({"q": "x", "kind": "person"}, "kind"),
        ({"q": "x", "after": "-1"}, "after"),
        ({"q": "x", "after": "9" * 30}, "after"),
    ],
)
def test_question_that_will_not_do_names_its_field(still_room: House, query: dict[str, str], field: str) -> None:
    answer = still_room.ask("/desk/search", **query)
    assert answer.status_code == 400
    assert field in answer.text


def test_asset_is_shown_whole(room: House) -> None:
    room.send(
        count_observed("a1", {"qualifier": "more than", "value": 28_000}),
        ad_observed("ad1", "a1"),
        event_hosted("e1", ["a1"], title="March"),
        link_observed("a1", "a2", signal="shared_admin", weight=3),
        asset_removed("a1", reason="inauthentic"),
        indicator_observed("i1", "named.example", asset="a1"),
    )
    page = ask(room, "/desk/assets/a1")
    for words in (
        ">28",
        "Harbour Finch",
        "March",
        "shared_admin",
        "Sleep In",
        "Long Gallery",
        "inauthentic",
        "named[.]example",
    ):
        assert words in page, words
    assert "hxxps[:]//wake-up[.]example/start" in page
    assert "U+0057 U+0061 U+006B U+0065" in page


def test_accounts_beside_a_number_are_bounds_as_they_are_in_the_table_of_the_network(room: House) -> None:
    room.send(
        accounts_observed("a1", ["x1", "x2", "x3"]),
        count_observed("a1", 70, part=True, at="2018-10-21T10:00:00Z"),
    )
    page = ask(room, "/desk/assets/a1")
    listed = ask(room, "/desk/networks/n1")
    assert "70 to 73 accounts follow it between bounds" in page
    assert "70 to 73" in listed


def test_posts_of_an_asset_are_all_there_page_by_page_even_those_of_one_instant(room: House) -> None:
    at = "2018-10-20T10:00:00Z"
    room.send(*(post_observed(f"p{n:03d}", "a1", text=f"post {n}", posted_at=at) for n in range(2 * PAGE + 3)))
    shown: list[str] = []
    address = "/desk/assets/a1"
    while address:
        page = room.client.get(address, headers=room.bearer(Role.ANALYST)).text
        shown += re.findall(r"/desk/posts/(p\d+)", page)
        onward = re.findall(r'href="(/desk/assets/a1\?after=[^"#]+)', page)
        address = unescape(onward[0]) if onward else ""
    assert shown == [f"p{n:03d}" for n in range(2 * PAGE + 3)]


def test_post_is_shown_whole_with_its_addresses_defanged(room: House) -> None:
    room.send(
        post_observed("p1", "a1", text="One https://evil.example/x\nTwo #Vote\n\nThree", url="https://evil.example/p")
    )
    answer = room.ask("/desk/posts/p1").text
    assert "<p>One hxxps[:]//evil[.]example/x</p><p>Two #Vote</p><p>Three</p>" in answer
    assert 'href="https://' not in answer
    assert "vote" in text_of(answer)


def test_indicator_says_where_else_it_was_seen(room: House) -> None:
    room.send(
        post_observed("p1", "a2", text="see https://wake-up.example/start"),
        indicator_observed("i1", "Wake-Up.example", network="n2", comment="from a partner"),
    )
    page = ask(room, "/desk/indicators", kind="domain-name", value="WAKE-UP.example")
    assert "Long Gallery 0 1 1" in page
    assert "Harbour Finch 1 0 0" in page
    assert "from a partner" in page


def test_networks_that_are_merged_are_one_where_an_indicator_was_seen(room: House) -> None:
    room.send(post_observed("p1", "a2", text="see https://wake-up.example/start"), networks_merged("n1", ["n2"]))
    page = ask(room, "/desk/indicators", kind="domain-name", value="wake-up.example")
    assert "Harbour Finch 1 1 0" in page
    assert "Long Gallery" not in page


@pytest.mark.parametrize("path", ["/desk/assets/a9", "/desk/assets/%2e%2e", "/desk/posts/p9", "/desk/assets/<b>"])
def test_what_is_not_there_is_not_found(still_room: House, path: str) -> None:
    assert still_room.client.get(path, headers=still_room.bearer(Role.ANALYST)).status_code == 404


@pytest.mark.parametrize(
    "query", [{"kind": "domain-name", "value": "never.example"}, {"kind": "x", "value": "y"}, {"kind": "url"}]
)
def test_indicator_that_was_not_seen_or_is_none_is_refused(still_room: House, query: dict[str, str]) -> None:
    assert still_room.ask("/desk/indicators", **query).status_code in (400, 404)


@pytest.fixture(scope="module")
def hostile_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A room that was told every such name, each about things of its own."""
    events = [
        event
        for n, name in enumerate(NAMES)
        for event in (
            asset_detected(f"h{n}", name=name, handle=name, url=name),
            post_observed(f"h{n}", f"h{n}", text=f"{name} crowd{n} https://h{n}.example/", url=name),
            indicator_observed(f"h{n}", f"crowd{n} {name}", kind="text", asset=f"h{n}", comment=name),
            asset_detected(f"other{n}", name=f"crowd{n} {name}"[:500]),
            link_observed(f"h{n}", f"other{n}", signal=name.strip() or "x"),
        )
    ]
    with looked_at(tmp_path_factory.mktemp("hostile"), *events) as served:
        yield served


@pytest.mark.parametrize("n", range(len(NAMES)))
def test_hostile_texts_stay_texts(hostile_room: House, n: int) -> None:
    for path, query in (
        ("/desk/search", {"q": f"crowd{n}"}),
        (f"/desk/assets/h{n}", {}),
        (f"/desk/posts/h{n}", {}),
        ("/desk/indicators", {"kind": "domain-name", "value": f"h{n}.example"}),
        ("/desk/search", {"q": NAMES[n][:256]}),
    ):
        page = hostile_room.ask(path, **query).text
        assert "<x-made" not in page
        assert "alert(1)>" not in page
        assert "\u202e" not in page
        assert "</script><b>" not in page
